//! `check` and `fix`.

use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};

use super::args::{Check, Fix, FormatName, Judge, Output};
use super::output::{complain, emit, finish, print};
use super::{Stop, Verdict, current_folder};
use crate::base::fs::{MemoryFs, OverlayFs};
use crate::base::{Fs, NotingFs};
use crate::document::Applicability;
use crate::lint::{self, Options, Report, Unreadable};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::project::discover::Found;
use crate::report;
use crate::rules::Severity;

/// Text on standard input that is longer than this is no config.
pub(super) const MAX_STDIN: u64 = 64 * 1024 * 1024;

impl Judge {
    fn options(&self) -> Options {
        Options { platform: self.platform.map(Into::into), isolated: self.isolated, ..Options::default() }
    }

    /// What of a report is shown to people. JSON is always whole.
    fn shown(&self, report: &Report, format: FormatName) -> Report {
        let mut shown = report.clone();
        if format == FormatName::Json {
            return shown;
        }
        if self.quiet {
            shown.findings.retain(|finding| finding.severity > Severity::Info);
            shown.functions.clear();
        }
        if !self.verbose {
            // Functions that the table does not show are told all the same.
            let is_known = |builder: &str| BuilderUse::parse(builder).builder().is_some();
            shown.detected.retain(|part| part.kind == "function" && is_known(&part.builder) && !self.quiet);
        }
        for function in shown.functions.iter_mut().filter(|_| self.verbose) {
            function.notes.append(&mut function.reasons);
        }
        shown
    }

    fn verdict(&self, report: &Report) -> Verdict {
        if report.fails(self.fail_on.into()) { Verdict::Findings } else { Verdict::Clean }
    }

    /// The config on standard input as a file of the current folder.
    fn stdin(&self) -> Result<(Utf8PathBuf, Vec<u8>), Stop> {
        let on_now = self.platform.map(Platform::from) == Some(Platform::Now);
        let name =
            self.stdin_filename.clone().unwrap_or_else(|| if on_now { "now.json" } else { "vercel.json" }.into());
        let mut text = Vec::new();
        let unreadable = |source| Unreadable { path: "standard input".into(), source };
        std::io::stdin().take(MAX_STDIN).read_to_end(&mut text).map_err(unreadable)?;
        Ok((current_folder()?.join(name), text))
    }
}

fn is_stdin(paths: &[Utf8PathBuf]) -> Result<bool, Stop> {
    match paths {
        [one] if one == "-" => Ok(true),
        many if many.iter().any(|path| path == "-") => Err(Stop::Usage("`-` cannot stand beside other paths".into())),
        _ => Ok(false),
    }
}

/// What is to be judged, and where it lies.
struct Input<'f> {
    fs: OverlayFs<'f>,
    found: Vec<Found>,
}

fn input<'f>(
    paths: &[Utf8PathBuf],
    judge: &Judge,
    disk: &'f NotingFs<'_>,
    memory: &'f MemoryFs,
) -> Result<Input<'f>, Stop> {
    if is_stdin(paths)? {
        let (file, text) = judge.stdin()?;
        let under: &dyn Fs = if judge.isolated { memory } else { disk };
        let mut fs = OverlayFs::new(under);
        fs.set(&file, text);
        let root = file.parent().unwrap_or(Utf8Path::new("/")).to_owned();
        return Ok(Input { fs, found: vec![Found { root, config: Some(file) }] });
    }
    let current = current_folder()?;
    let paths: Vec<_> = paths.iter().map(|path| current.join(path)).collect();
    Ok(Input { fs: OverlayFs::new(disk), found: lint::discover(disk, &paths)? })
}

pub(super) fn check(arguments: &Check, disk: &dyn Fs) -> Result<Verdict, Stop> {
    let Check { paths, judge, output, .. } = arguments;
    if arguments.fix {
        return repair(paths, judge, Applicability::Safe, false, output, disk);
    }
    let (disk, memory) = (NotingFs::new(disk), MemoryFs::new());
    let Input { fs, found } = input(paths, judge, &disk, &memory)?;
    let (report, failures) = lint::check(&fs, &found, &judge.options());
    // Of what could not be read at all, "nothing was found" would be wrong.
    let is_silent = report.checked.projects == 0 && !failures.is_empty() && output.format != FormatName::Json;
    if !is_silent {
        let shown = judge.shown(&report, output.format);
        emit(output, |style, out| report::render(output.format.into(), &shown, style, out))?;
    }
    finish(judge.verdict(&report), failures, &disk)
}

pub(super) fn fix(arguments: &Fix, disk: &dyn Fs) -> Result<Verdict, Stop> {
    if arguments.diff && arguments.output.format == FormatName::Json {
        let text = "--diff has no JSON form: leave out --format, or run `nowcheck check --format json`, whose fixes hold their edits";
        return Err(Stop::Usage(text.into()));
    }
    let up_to = if arguments.r#unsafe { Applicability::Unsafe } else { Applicability::Safe };
    repair(&arguments.paths, &arguments.judge, up_to, arguments.diff, &arguments.output, disk)
}

fn repair(
    paths: &[Utf8PathBuf],
    judge: &Judge,
    up_to: Applicability,
    diff: bool,
    output: &Output,
    disk: &dyn Fs,
) -> Result<Verdict, Stop> {
    let (disk, memory) = (NotingFs::new(disk), MemoryFs::new());
    let Input { fs, found } = input(paths, judge, &disk, &memory)?;
    let (all, failures) = lint::fix_all(&fs, &found, &judge.options(), up_to)?;
    if all.changes.is_empty() && judge.verdict(&all.report) == Verdict::Findings && (diff || is_stdin(paths)?) {
        complain(&"nothing here can be repaired; `nowcheck check` tells what a person has to");
    }
    if diff {
        emit(output, |style, out| all.changes.iter().try_for_each(|change| report::render_diff(change, style, out)))?;
        return finish(judge.verdict(&all.before), failures, &disk);
    }
    if is_stdin(paths)? {
        let fixed = all.changes.first().and_then(|change| change.new.clone());
        let unchanged = || found.first().and_then(|found| fs.read(found.config.as_ref()?).ok());
        print(&fixed.or_else(unchanged).unwrap_or_default())?;
        return finish(judge.verdict(&all.report), failures, &disk);
    }
    lint::write_all(&all.changes)?;
    let shown = judge.shown(&all.report, output.format);
    emit(output, |style, out| {
        report::render_applied(output.format.into(), &all.applied, style, out)?;
        report::render(output.format.into(), &shown, style, out)
    })?;
    finish(judge.verdict(&all.report), failures, &disk)
}
