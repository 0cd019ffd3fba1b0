//! A project in a real temporary folder, judged through the library as the program judges it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::document::Applicability;
use nowcheck::engine::EngineKind;
use nowcheck::lint::{self, Fixed, Options, Report};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::report::{self, Style};
use nowcheck::rules::{Finding, Severity};

use super::engines::engine;

/// Bytes of a query engine as it was in 2019 and after 2022; about half of them are left by deflate.
pub(crate) const ENGINE_BYTES: usize = 20_000_000;

pub(crate) struct Site {
    _folder: tempfile::TempDir,
    pub(crate) root: Utf8PathBuf,
    config: &'static str,
    platform: Option<Platform>,
}

impl Site {
    /// An empty project whose config has that name.
    pub(crate) fn new(config: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        Self { _folder: folder, root, config, platform: None }
    }

    pub(crate) fn on(mut self, platform: Platform) -> Self {
        self.platform = Some(platform);
        self
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Replaces the one place where `old` stands.
    pub(crate) fn change(&self, path: &str, old: &str, new: &str) -> &Self {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {path}:\n{text}");
        self.write(path, text.replace(old, new))
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        let path = self.root.join(path);
        if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
        self
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> &Self {
        let to = self.root.join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::rename(self.root.join(from), to).unwrap();
        self
    }

    /// An engine of real size and with real headers, executable.
    pub(crate) fn engine(&self, path: &str, target: &'static str, kind: EngineKind) -> &Self {
        static MADE: Mutex<BTreeMap<(&str, bool), Vec<u8>>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (target, kind == EngineKind::Library);
        let bytes = made.entry(key).or_insert_with(|| engine(target, kind, ENGINE_BYTES));
        self.write(path, bytes).mode(path, 0o755)
    }

    #[cfg(unix)]
    pub(crate) fn mode(&self, path: &str, mode: u32) -> &Self {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(self.root.join(path), std::fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    #[cfg(not(unix))]
    pub(crate) fn mode(&self, _: &str, _: u32) -> &Self {
        self
    }

    fn project(&self) -> Found {
        let config = self.root.join(self.config);
        Found { root: self.root.clone(), config: config.is_file().then_some(config) }
    }

    fn options(&self) -> Options {
        Options { platform: self.platform, ..Options::default() }
    }

    pub(crate) fn report(&self) -> Report {
        let (report, failures) = lint::check(&RealFs, &[self.project()], &self.options());
        assert!(failures.is_empty(), "{failures:?}");
        report
    }

    /// Every error and warning: severity, rule, place, and the text under the caret.
    pub(crate) fn found(&self) -> Vec<String> {
        grave(&self.report()).map(|finding| self.line(finding)).collect()
    }

    /// Severity, rule and message of every finding with that id, for a look at the words.
    pub(crate) fn words(&self, rule: &str) -> String {
        let report = self.report();
        let mut told = report.findings.iter().filter(|finding| finding.rule == rule);
        let finding = told.next().unwrap_or_else(|| panic!("no {rule} in {:?}", self.found()));
        let text = format!("{}\nhelp: {}", finding.message, finding.help.as_deref().unwrap_or("-"));
        text.replace(self.root.as_str(), "<root>")
    }

    fn line(&self, finding: &Finding) -> String {
        let place = &finding.primary;
        let file = nowcheck::base::paths::relative(&place.file, &self.root);
        let at = match &place.source {
            Some(text) => {
                let under = place.span.slice(text).lines().next().unwrap_or_default();
                let under: String = under.chars().take(60).collect();
                format!(":{}:{} {under}", place.start.line, place.start.column)
            }
            None => String::new(),
        };
        format!("{} {} {file}{at}", finding.severity.as_str(), finding.rule)
    }

    /// What safe fixes come to, in memory.
    pub(crate) fn fixed(&self) -> Fixed {
        self.fixed_up_to(Applicability::Safe)
    }

    pub(crate) fn fixed_up_to(&self, up_to: Applicability) -> Fixed {
        lint::fix(&RealFs, &self.project(), &self.options(), up_to).unwrap()
    }

    /// The diff of the fixes that leave no error and no warning.
    pub(crate) fn cure(&self) -> String {
        self.cure_up_to(Applicability::Safe)
    }

    pub(crate) fn cure_up_to(&self, up_to: Applicability) -> String {
        let fixed = self.fixed_up_to(up_to);
        let left: Vec<_> = grave(&fixed.report).map(|finding| self.line(finding)).collect();
        assert!(left.is_empty(), "still there after {:?}: {left:#?}", fixed.applied);
        assert!(!fixed.changes.is_empty(), "nothing was fixed");
        let style = Style { color: false, unicode: true, width: 100, base: self.root.clone() };
        let mut out = Vec::new();
        for change in &fixed.changes {
            report::render_diff(change, &style, &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }
}

fn grave(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.severity >= Severity::Warning)
}

/// Runs the program in a folder; its exit status, stdout and stderr.
pub(crate) fn run(folder: &Utf8Path, arguments: &[&str]) -> (i32, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_nowcheck"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
