//! `functions/include-matches-nothing`: files that a function is to have, or not to have, and that are not there.

use std::collections::BTreeSet;

use crate::analysis::Analysis;
use crate::base::glob::Glob;
use crate::base::similar;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::project::Project;
use crate::rules::build::src_matches_nothing::nearest;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/include-matches-nothing",
    summary: "`includeFiles` or `excludeFiles` names no file, so it has no effect",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("include_matches_nothing.md"),
    check,
};

/// Patterns that are looked at, as many as `functions` may have keys: a config with 100,000 must not take minutes.
const MOST: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for pattern in patterns(analysis).into_iter().take(MOST) {
        let Some(idle) = judge(project, &pattern) else { continue };
        let shown = pattern.text;
        let (severity, message, help) = words(&idle, &pattern);
        let label = Label::at(config.document(), &pattern.path, Part::Value, "matches nothing");
        let write = |meant: &str| {
            let edit = insert::set(config.document(), &pattern.path, &meant.into())?;
            let title = format!("Write \"{meant}\" instead of \"{shown}\"");
            Some(Fix { title, applicability: Applicability::Unsafe, edits: vec![edit] })
        };
        let fix = idle.meant().and_then(write);
        findings.push(Finding::new(RULE.id, severity, label, message).help(help).fix(fix));
    }
}

/// One glob of the config.
struct Pattern<'c> {
    path: Path,
    text: &'c str,
    /// It adds files, and does not leave them out.
    includes: bool,
    /// Folders that it may be relative to: that of the project, and on platform `now` those of the entry files.
    folders: BTreeSet<String>,
}

fn patterns<'c>(analysis: &'c Analysis<'_>) -> Vec<Pattern<'c>> {
    let Some(config) = analysis.project().config() else { return Vec::new() };
    let mut found = Vec::new();
    let mut add = |owner: &Path, options: Node<'c>, folders: &BTreeSet<String>| {
        for (key, includes) in [("includeFiles", true), ("excludeFiles", false)] {
            let (Some(node), path) = (options.get(key), owner.key(key)) else { continue };
            let one = node.as_str().map(|text| (path.clone(), text));
            let items = node.items().enumerate().filter_map(|(at, item)| Some((path.index(at), item.as_str()?)));
            found.extend(one.into_iter().chain(items).map(|(path, text)| Pattern {
                path,
                text,
                includes,
                folders: folders.clone(),
            }));
        }
    };
    let root = BTreeSet::from([String::new()]);
    if config.builds().is_empty() {
        // The builder of Python takes all files, whatever is named.
        let functions = config.get("functions").into_iter().flat_map(Node::members);
        for (member, options) in functions.filter(|(member, _)| !member.key.ends_with(".py")) {
            add(&Path::keys(["functions", &member.key]), options, &root);
        }
        return found;
    }
    for build in config.builds() {
        let known = build.uses.and_then(|uses| BuilderUse::parse(uses).builder());
        let is_read = known.is_some_and(|known| known.options.contains(&"includeFiles") && known.base() != "python");
        let Some(options) = build.config.filter(|_| is_read) else { continue };
        let mut folders = root.clone();
        if analysis.project().platform() == Platform::Now {
            let entries =
                analysis.detected().functions.iter().filter(|function| function.place.as_ref() == Some(&build.path));
            folders.extend(
                entries.map(|entry| entry.entrypoint.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()),
            );
        }
        add(&build.path.key("config"), options, &folders);
    }
    found
}

/// Why a pattern has no effect.
enum Idle {
    /// It begins with `/`: what it would be without.
    Absolute(String),
    /// It is the path of a folder: the pattern for what lies in it. With `/` at the end the build stops.
    Folder { meant: String, stops: bool },
    /// There is such a file, which is not uploaded.
    KeptBack(String),
    /// No such file; perhaps this was meant, and perhaps a script writes it.
    Nothing { meant: Option<String>, may_come: bool },
}

impl Idle {
    fn meant(&self) -> Option<&str> {
        match self {
            Self::Absolute(meant) | Self::Folder { meant, .. } => Some(meant),
            Self::KeptBack(_) => None,
            Self::Nothing { meant, .. } => meant.as_deref(),
        }
    }
}

/// None where the pattern names something, and where what it names may come to be.
fn judge(project: &Project<'_>, pattern: &Pattern<'_>) -> Option<Idle> {
    let plain = pattern.text.strip_prefix("./").unwrap_or(pattern.text);
    let unrooted = plain.trim_start_matches('/');
    // Packages are installed on the build machine; what lies above the project may be there or not.
    if unrooted.is_empty() || plain.split('/').any(|part| part == "..") || plain.contains("node_modules") {
        return None;
    }
    if plain.starts_with('/') {
        return (project.platform() == Platform::Vercel).then(|| Idle::Absolute(unrooted.to_owned()));
    }
    // What is left out needs not be there.
    if !pattern.includes || matches(project, pattern, plain) {
        return None;
    }
    let folder = unrooted.trim_end_matches('/');
    let below = format!("{folder}/**");
    if matches(project, pattern, &below) {
        return Some(Idle::Folder {
            meant: below,
            stops: plain.ends_with('/') && project.platform() == Platform::Vercel,
        });
    }
    let glob = Glob::new(plain).ok()?;
    if glob.is_literal() && project.has_file(plain) && !project.upload().includes(plain) {
        return (!is_made(project, plain)).then(|| Idle::KeptBack(plain.to_owned()));
    }
    let prefix = glob.literal_prefix();
    let is_linked = !prefix.is_empty() && project.has_folder(&prefix) && !has_files_below(project, &prefix);
    if is_linked || is_made(project, plain) || is_made(project, &prefix) {
        return None;
    }
    let (meant, may_come) = (meant(project, pattern, plain, &prefix), writes_files(project));
    (meant.is_some() || !may_come).then_some(Idle::Nothing { meant, may_come })
}

fn matches(project: &Project<'_>, pattern: &Pattern<'_>, text: &str) -> bool {
    pattern.folders.iter().any(|folder| {
        let whole = if folder.is_empty() { text.to_owned() } else { format!("{folder}/{text}") };
        // A pattern that cannot be tried may well match.
        Glob::new(&whole).map_or(true, |glob| project.files().iter().any(|file| glob.is_match(file)))
    })
}

fn has_files_below(project: &Project<'_>, folder: &str) -> bool {
    project.files().iter().any(|file| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
}

/// Whether a path is one that git ignores, so that something makes it, or a usual name of what a build makes.
fn is_made(project: &Project<'_>, path: &str) -> bool {
    const MADE: [&str; 9] = ["dist", "build", "out", "output", "generated", "public", "_site", "target", "lib"];
    let first = path.split('/').next().unwrap_or_default();
    !path.is_empty()
        && (first.starts_with('.') || MADE.contains(&first) || project.git_ignores(&project.root().join(path)))
}

/// Whether the platform runs something that may write files: a build or install script other than `prisma generate`, or those of a monorepo.
fn writes_files(project: &Project<'_>) -> bool {
    const SCRIPTS: [&str; 9] = [
        "build",
        "prebuild",
        "postbuild",
        "vercel-build",
        "now-build",
        "preinstall",
        "install",
        "postinstall",
        "prepare",
    ];
    let is_other = |script: &str| {
        let words: Vec<&str> = script.split_whitespace().collect();
        !matches!(words.as_slice(), [] | ["prisma" | "prisma2", "generate"] | ["npx", "prisma" | "prisma2", "generate"])
    };
    let package = project.package();
    let commands =
        ["buildCommand", "installCommand"].into_iter().filter_map(|key| project.config()?.get(key)?.as_str());
    let scripts = SCRIPTS.into_iter().filter_map(|name| package?.script(name));
    project.root() != project.repository() || !project.workspace().is_empty() || commands.chain(scripts).any(is_other)
}

/// A pattern that is spelt nearly so and names files.
fn meant(project: &Project<'_>, pattern: &Pattern<'_>, plain: &str, prefix: &str) -> Option<String> {
    let files = project.files();
    let glob = Glob::new(plain).ok()?;
    if glob.is_literal() {
        return nearest(files, plain).map(str::to_owned);
    }
    let folders: BTreeSet<&str> =
        files.iter().flat_map(|file| file.match_indices('/').map(|(at, _)| &file[..at])).collect();
    let folder = similar::closest(prefix, folders).filter(|_| !has_files_below(project, prefix))?;
    let candidate = format!("{folder}{}", plain.strip_prefix(prefix)?);
    matches(project, pattern, &candidate).then_some(candidate)
}

fn words(idle: &Idle, pattern: &Pattern<'_>) -> (Severity, String, String) {
    let (text, key) = (pattern.text, if pattern.includes { "includeFiles" } else { "excludeFiles" });
    let lacks = "the function goes without";
    match idle {
        Idle::Absolute(meant) => (
            Severity::Warning,
            format!(
                "\"{text}\" begins with `/`, so it is looked for at the root of the build machine's disk: `{key}` has no effect"
            ),
            format!("paths start at the project: write \"{meant}\""),
        ),
        Idle::Folder { meant, stops: true } => (
            Severity::Warning,
            format!("\"{text}\" is a folder with `/` at its end, at which the build stops with an internal error"),
            format!("for what lies in it write \"{meant}\""),
        ),
        Idle::Folder { meant, stops: false } => (
            Severity::Warning,
            format!("\"{text}\" is a folder, and `{key}` takes files only: {lacks}"),
            format!("for what lies in it write \"{meant}\""),
        ),
        Idle::KeptBack(file) => (
            Severity::Warning,
            format!("{file} is there, but it is not uploaded: {lacks}"),
            "take it out of the ignore file, or let the build make it".to_owned(),
        ),
        Idle::Nothing { meant, may_come } => (
            if *may_come { Severity::Info } else { Severity::Warning },
            match may_come {
                true => format!("no file matches \"{text}\" now: unless a script writes one before the build, {lacks}"),
                false => format!("no uploaded file matches \"{text}\": {lacks}"),
            },
            match meant {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => {
                    "paths start at the project, not at the function; what lies in a folder is \"folder/**\"".to_owned()
                }
            },
        ),
    }
}
