//! `functions/include-matches-nothing`: files that a function is to have, or not to have, and that are not there.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::analysis::Analysis;
use crate::base::glob::Glob;
use crate::base::similar;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::project::Project;
use crate::rules::build::src_matches_nothing::nearest;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

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

/// Folders of entry files that a pattern is tried below. With more of them it may match.
const MOST_FOLDERS: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for pattern in patterns(analysis) {
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
    folders: Rc<Folders>,
}

/// Folders that a pattern may be relative to: that of the project, and on platform `now` those of the entry files.
struct Folders {
    known: BTreeSet<String>,
    /// There are others.
    more: bool,
}

impl Folders {
    fn root() -> Self {
        Self { known: BTreeSet::from([String::new()]), more: false }
    }

    fn of_build(analysis: &Analysis<'_>, build: &Path) -> Self {
        let mut folders = Self::root();
        if analysis.project().platform() != Platform::Now {
            return folders;
        }
        for function in analysis.detected().functions.iter().filter(|function| function.place.as_ref() == Some(build)) {
            let folder = function.entrypoint.rsplit_once('/').map_or("", |(folder, _)| folder);
            if folders.known.contains(folder) {
                continue;
            }
            if folders.known.len() > MOST_FOLDERS {
                folders.more = true;
                break;
            }
            folders.known.insert(folder.to_owned());
        }
        folders
    }
}

/// The first globs of the config.
fn patterns<'c>(analysis: &'c Analysis<'_>) -> Vec<Pattern<'c>> {
    let Some(config) = analysis.project().config() else { return Vec::new() };
    let mut found = Vec::new();
    if config.builds().is_empty() {
        // The builder of Python takes all files, whatever is named.
        let functions = config.get("functions").into_iter().flat_map(Node::members);
        let root = Rc::new(Folders::root());
        for (member, options) in functions.filter(|(member, _)| !member.key.ends_with(".py")) {
            let globs = globs(Path::keys(["functions", &member.key]), options).take(MOST - found.len());
            found.extend(globs.map(|glob| glob.pattern(&root)));
            if found.len() == MOST {
                break;
            }
        }
        return found;
    }
    for build in config.builds() {
        let known = build.uses.and_then(|uses| BuilderUse::parse(uses).builder());
        let is_read = known.is_some_and(|known| known.options.contains(&"includeFiles") && known.base() != "python");
        let Some(options) = build.config.filter(|_| is_read) else { continue };
        let mut globs = globs(build.path.key("config"), options).take(MOST - found.len()).peekable();
        if globs.peek().is_none() {
            continue;
        }
        let folders = Rc::new(Folders::of_build(analysis, &build.path));
        found.extend(globs.map(|glob| glob.pattern(&folders)));
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// One glob, with the place where it is written.
struct Written<'c> {
    path: Path,
    text: &'c str,
    includes: bool,
}

impl<'c> Written<'c> {
    fn pattern(self, folders: &Rc<Folders>) -> Pattern<'c> {
        Pattern { path: self.path, text: self.text, includes: self.includes, folders: Rc::clone(folders) }
    }
}

/// The globs in the options of a function or a build.
fn globs(owner: Path, options: Node<'_>) -> impl Iterator<Item = Written<'_>> {
    [("includeFiles", true), ("excludeFiles", false)].into_iter().flat_map(move |(key, includes)| {
        let path = owner.key(key);
        let node = options.get(key);
        let one = node.and_then(Node::as_str).map(|text| (path.clone(), text));
        let items = node.into_iter().flat_map(Node::items).enumerate();
        let items = items.filter_map(move |(at, item)| Some((path.index(at), item.as_str()?)));
        one.into_iter().chain(items).map(move |(path, text)| Written { path, text, includes })
    })
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
    if !pattern.includes || pattern.folders.more || matches(project, pattern, plain) {
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
    // A pattern that cannot be tried may well match.
    let Ok(glob) = Glob::new(text) else { return true };
    let prefix = glob.literal_prefix();
    pattern.folders.known.iter().any(|folder| {
        let start = if folder.is_empty() { 0 } else { folder.len() + 1 };
        let within = if folder.is_empty() || prefix.is_empty() {
            format!("{folder}{prefix}")
        } else {
            format!("{folder}/{prefix}")
        };
        let files = below(project.files(), &within).iter();
        files.filter_map(|file| file.get(start..)).any(|file| glob.is_match(file))
    })
}

/// The files in a folder, at any depth, of a sorted list.
fn below<'f>(files: &'f [String], folder: &str) -> &'f [String] {
    if folder.is_empty() {
        return files;
    }
    let start = format!("{folder}/");
    let rest = files.split_at(files.partition_point(|file| *file < start)).1;
    rest.split_at(rest.partition_point(|file| file.starts_with(&start))).0
}

fn has_files_below(project: &Project<'_>, folder: &str) -> bool {
    !below(project.files(), folder).is_empty()
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
