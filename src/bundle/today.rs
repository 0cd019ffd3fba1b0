//! What today's `@vercel/node` does to the traced files: it compiles TypeScript and modules outside of packages, adds maps and what links lead to.
//!
//! Read from @vercel/node 5 and measured with `vercel build` (vercel 64.0.2, 2026-11); `scripts/compare-build` compares names and bytes.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::function::disk;
use super::size::{BundleFile, FileSource};
use super::trace::Trace;
use crate::base::paths;
use crate::project::{PackageJson, Project};

/// Endings that TypeScript is compiled under, and to.
const TYPESCRIPT: [(&str, &str); 4] = [(".tsx", ".js"), (".mts", ".mjs"), (".cts", ".cjs"), (".ts", ".js")];
/// A module with one of these endings stays a module.
const STAYS: [&str; 5] = [".ts", ".tsx", ".mts", ".mjs", ".cts"];

/// What is shipped.
pub(super) struct Packed {
    pub files: Vec<BundleFile>,
    /// How many files are compiled.
    pub compiled: usize,
    /// Names of files whose bytes are made by the builder: the compiled ones, and their maps.
    pub estimated: BTreeSet<String>,
}

/// The compiled name of a TypeScript file.
fn compiled_name(name: &str) -> Option<String> {
    TYPESCRIPT.iter().find_map(|(from, to)| Some(format!("{}{to}", name.strip_suffix(from)?)))
}

/// Turns the traced files, and those that `includeFiles` names, into what is shipped.
pub(super) fn pack(project: &Project<'_>, base: &Utf8Path, trace: &Trace, included: &BTreeSet<String>) -> Packed {
    let mut found: BTreeMap<String, BundleFile> =
        trace.files.keys().map(|name| (name.clone(), disk(project, base, name))).collect();
    behind_links(project, base, &mut found);
    let typescript = |name: &str| {
        let is_read = trace.modules.contains_key(name) && !name.ends_with(".d.ts");
        compiled_name(name).filter(|_| is_read)
    };
    let mut modules = Modules { project, trace, known: BTreeMap::new() };
    let mut files = Vec::new();
    let (mut compiled, mut estimated) = (0, BTreeSet::new());
    for (name, mut file) in found {
        if let Some(to) = typescript(&name) {
            compiled += 1;
            estimated.extend([to.clone(), format!("{to}.map")]);
            // The map holds the source once more.
            files.push(map(project, &file, &to, 2));
            file.name = to;
        } else if modules.becomes_script(&name) {
            compiled += 1;
            files.push(map(project, &file, &name, 1));
            estimated.extend([format!("{name}.map"), name]);
        }
        files.push(file);
    }
    let known: BTreeSet<String> = files.iter().map(|file| file.name.clone()).collect();
    // Included files are copied as they are, traced or not.
    files.extend(included.iter().filter(|name| !known.contains(*name)).map(|name| disk(project, base, name)));
    Packed { files, compiled, estimated }
}

/// Adds the files that links lead to, through links again, as far as they lie below the base.
fn behind_links(project: &Project<'_>, base: &Utf8Path, found: &mut BTreeMap<String, BundleFile>) {
    let fs = project.fs();
    let mut open: Vec<Utf8PathBuf> =
        found.iter().filter(|(_, file)| file.is_link()).map(|(name, _)| base.join(name)).collect();
    while let Some(path) = open.pop() {
        let (Some(folder), Ok(target)) = (path.parent(), fs.read_link(&path)) else { continue };
        let target = paths::normalize(&folder.join(target));
        let name = paths::relative(&target, base);
        if !target.starts_with(base) || found.contains_key(&name) || !fs.is_file(&target) {
            continue;
        }
        let file = disk(project, base, &name);
        if file.is_link() {
            open.push(target);
        }
        found.insert(name, file);
    }
}

/// Which modules are compiled to CommonJS: those outside of packages, where the nearest package.json does not say `module`.
///
/// The builder looks for that package.json below the *project's* folder, under the file's path from the *repository*: where the two differ, a file of a
/// sibling package is judged by the project's own package.json.
struct Modules<'a, 'f> {
    project: &'a Project<'f>,
    trace: &'a Trace,
    /// By folder: whether its package.json says `module`.
    known: BTreeMap<String, bool>,
}

impl Modules<'_, '_> {
    fn becomes_script(&mut self, name: &str) -> bool {
        let is_module = self.trace.modules.get(name).is_some_and(|module| module.facts.esm && !module.facts.failed);
        let in_package = name.starts_with("node_modules") || name.contains("/node_modules/");
        if !is_module || in_package || STAYS.iter().any(|ending| name.ends_with(ending)) {
            return false;
        }
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (project, known) = (self.project, &mut self.known);
        let says_module = *known.entry(folder.to_owned()).or_insert_with(|| says_module(project, folder));
        !(name.ends_with(".js") && says_module)
    }
}

fn says_module(project: &Project<'_>, folder: &str) -> bool {
    let start = project.root().join(folder);
    let mut folders = start.ancestors().take_while(|folder| folder.starts_with(project.root()));
    let package = folders.find_map(|folder| PackageJson::read(project.fs(), &folder.join("package.json")));
    package.is_some_and(|package| package.text(&["type"]) == Some("module"))
}

/// The map of a compiled file. Its length is an estimate: so many times the source.
fn map(project: &Project<'_>, source: &BundleFile, compiled: &str, times: u64) -> BundleFile {
    let metadata = match &source.source {
        FileSource::Disk(path) if source.is_link() => project.fs().metadata(path).ok(),
        _ => source.metadata,
    };
    let bytes = metadata.map_or(0, |metadata| metadata.len).saturating_mul(times) + 100;
    let source = FileSource::Sized { bytes, zip_bytes: bytes / 3 };
    BundleFile { name: format!("{compiled}.map"), source, mode: 0o644, metadata: None }
}
