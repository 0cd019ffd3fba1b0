//! Why a file, a folder or a package is in a function, in words and places, and what would go with it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use camino::Utf8Path;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::graph::{Freed, Graph, Link, Node, Shortest};
pub use super::size::packages::package_of_folder;
use super::size::packages::{meaning, package_folder};
use super::trace::Cause;
use crate::base::secrets::mask_secrets;
use crate::base::{Fs, LineIndex, similar};

/// References and chains that are told, at most.
const MOST_CHAINS: usize = 48;
/// The longest piece of source that is quoted, in characters.
const QUOTED: usize = 60;
/// No more of a piece of source is looked at, in bytes.
const MOST_QUOTED: usize = 4096;
/// Sources beyond this size are not read for their lines.
const MOST_SOURCE: u64 = 32 << 20;

/// What in a file brings another one, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, relative to the base.
    pub file: String,
    /// The line, from 1; none for what stands on no line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// `import`, `require`, `dynamic-import`, `open-import`, `path`, `folder`, `boundary`, `package` or `shared-lib`.
    pub how: &'static str,
    /// The expression as it is written; empty for what stands on no line.
    pub text: String,
}

/// `lib/db.js:3`, or the file alone.
impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        self.line.map_or(Ok(()), |line| write!(out, ":{line}"))
    }
}

/// One file of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The file, relative to the base.
    pub file: String,
    /// The kinds of all references to it.
    pub kinds: Vec<&'static str>,
    /// What in the file before it brings it; none for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Place>,
    /// What would go if that went; none where other references hold all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frees: Option<Freed>,
}

/// Why something is in a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Why {
    /// What was asked for.
    pub file: String,
    /// The shortest chain from an entry to it, the entry first; empty where none is known.
    pub chain: Vec<Step>,
    /// What it holds itself.
    pub holds: Freed,
    /// What would go if nothing referred to it any more, itself included.
    pub frees: Freed,
    /// How many references lead to it from outside.
    pub references: usize,
    /// The references, by file and line; of very many, the first.
    pub required_by: Vec<Place>,
    /// A chain for each of them, the shortest first, without the one above; only where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Vec<Step>>,
}

/// A graph with the sizes of its files and access to their text, to be asked many times.
pub struct Explainer<'g, 't> {
    fs: &'g dyn Fs,
    base: &'g Utf8Path,
    graph: &'g Graph<'t>,
    /// Of each file, by its node.
    bytes: FxHashMap<Node, u64>,
    freed: Vec<Freed>,
    shortest: Shortest,
    sources: RefCell<FxHashMap<Node, Option<(String, LineIndex)>>>,
}

impl<'g, 't> Explainer<'g, 't> {
    /// `bytes` gives the size of a file by its name; none for a file that is followed and not shipped.
    pub fn new(fs: &'g dyn Fs, base: &'g Utf8Path, graph: &'g Graph<'t>, bytes: impl Fn(&str) -> Option<u64>) -> Self {
        let freed = graph.freed(&bytes);
        let bytes = graph.files().filter_map(|(file, name)| Some((file, bytes(name)?))).collect();
        Self { fs, base, graph, bytes, freed, shortest: graph.shortest(), sources: RefCell::default() }
    }

    /// The graph.
    pub fn graph(&self) -> &'g Graph<'t> {
        self.graph
    }

    /// What goes when a file or a cause goes.
    pub fn freed(&self, node: Node) -> Freed {
        self.freed.get(node as usize).copied().unwrap_or_default()
    }

    /// Why these files are there; none where there are none. With `all`, a chain for each reference to them.
    pub fn why(&self, asked: &str, files: &BTreeSet<Node>, all: bool) -> Option<Why> {
        let is_manifest = |file: Node| self.graph.name(file).ends_with("/package.json");
        let nearest = *files.iter().min_by_key(|file| (self.shortest.distance(**file), is_manifest(**file)))?;
        let chain = self.shortest.chain(nearest);
        let left = self.graph.reached_without(|node| files.contains(&node));
        let (mut holds, mut frees) = (Freed::default(), Freed::default());
        for (&file, &bytes) in &self.bytes {
            let one = Freed { bytes, files: 1 };
            if files.contains(&file) {
                holds += one;
            }
            if left.get(file as usize) == Some(&false) {
                frees += one;
            }
        }
        let causes = self.references_to(files);
        let is_other = |(cause, _): &(&Node, &Node)| chain.last().and_then(|last| last.cause) != Some(**cause);
        let mut others: Vec<(&Node, &Node)> = causes.iter().filter(is_other).collect();
        others.sort_by_key(|(cause, _)| self.shortest.distance(**cause));
        others.truncate(if all { MOST_CHAINS } else { 0 });
        let mut holders: Vec<Node> = causes.keys().copied().collect();
        holders.sort_by_key(|cause| self.graph.cause(*cause));
        let mut required_by: Vec<Place> =
            holders.into_iter().take(MOST_CHAINS).filter_map(|cause| self.place(cause)).collect();
        required_by.sort();
        Some(Why {
            file: asked.to_owned(),
            chain: self.steps(&chain),
            holds,
            frees,
            references: causes.len(),
            required_by,
            others: others.into_iter().map(|(cause, file)| self.steps(&self.through(*cause, *file))).collect(),
        })
    }

    /// The causes outside of `files` that bring one of them, each with the first that it brings.
    fn references_to(&self, files: &BTreeSet<Node>) -> BTreeMap<Node, Node> {
        let mut found = BTreeMap::new();
        for file in files {
            for cause in self.graph.references(*file) {
                if self.graph.cause(cause).is_some_and(|(from, _)| !files.contains(&from)) {
                    found.entry(cause).or_insert(*file);
                }
            }
        }
        found
    }

    fn through(&self, cause: Node, file: Node) -> Vec<Link> {
        let mut chain = self.graph.cause(cause).map(|(from, _)| self.shortest.chain(from)).unwrap_or_default();
        chain.push(Link { file, cause: Some(cause) });
        chain
    }

    fn steps(&self, chain: &[Link]) -> Vec<Step> {
        let kinds = |file: Node| {
            let reason = self.graph.trace().files.get(self.graph.name(file));
            reason.into_iter().flat_map(|reason| &reason.kinds).map(|kind| kind.as_str()).collect()
        };
        let step = |link: &Link| Step {
            file: self.graph.name(link.file).to_owned(),
            kinds: kinds(link.file),
            by: link.cause.and_then(|cause| self.place(cause)),
            frees: link.cause.map(|cause| self.freed(cause)).filter(|freed| freed.files > 0),
        };
        chain.iter().map(step).collect()
    }

    /// Where a cause stands; none for a node that is no cause.
    pub fn place(&self, node: Node) -> Option<Place> {
        let (file, cause) = self.graph.cause(node)?;
        let name = self.graph.name(file);
        let import = |index: u32| self.graph.trace().modules.get(name)?.facts.imports.get(index as usize);
        let (how, span, specifier) = match cause {
            Cause::Import(index) => match import(index) {
                Some(import) => (import.kind.as_str(), Some(import.span), import.specifier.as_str()),
                None => ("require", None, ""),
            },
            Cause::OpenImport(span) => ("open-import", Some(span), ""),
            Cause::Path(span) => ("path", Some(span), ""),
            Cause::Folder(span) => ("folder", Some(span), ""),
            Cause::Boundary => ("boundary", None, ""),
            Cause::Package => ("package", None, ""),
            Cause::SharedLib => ("shared-lib", None, ""),
        };
        let mut place = Place { file: name.to_owned(), line: None, column: None, how, text: mask_secrets(specifier) };
        if let Some(span) = span {
            self.with_source(file, |text, lines| {
                let position = lines.position(text, span.start);
                (place.line, place.column) = (Some(position.line), Some(position.column));
                let written = quoted(span.slice(text));
                if !written.is_empty() {
                    place.text = written;
                }
            });
        }
        Some(place)
    }

    fn with_source(&self, file: Node, tell: impl FnOnce(&str, &LineIndex)) {
        let mut sources = self.sources.borrow_mut();
        let source = sources.entry(file).or_insert_with(|| {
            let path = self.base.join(self.graph.name(file));
            let small = self.fs.metadata(&path).is_ok_and(|metadata| metadata.len <= MOST_SOURCE);
            let bytes = if small { self.fs.read(&path).ok()? } else { return None };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let lines = LineIndex::new(&text);
            Some((text, lines))
        });
        if let Some((text, lines)) = source {
            tell(text, lines);
        }
    }

    /// Who refers to the files of a package: the folders of packages, and at most `most` places in other files.
    pub fn requirers(&self, files: &BTreeSet<Node>, most: usize) -> (BTreeSet<&'t str>, Vec<Place>) {
        let (mut folders, mut own) = (BTreeSet::new(), Vec::new());
        for cause in self.references_to(files).into_keys() {
            let Some((from, _)) = self.graph.cause(cause) else { continue };
            match package_folder(self.graph.name(from)) {
                Some(folder) => drop(folders.insert(folder)),
                None if own.len() < most => own.extend(self.place(cause)),
                None => {}
            }
        }
        own.sort();
        (folders, own)
    }
}

/// The start of a piece of source, on one line, without what is secret: that is masked before anything is cut off.
fn quoted(source: &str) -> String {
    let source = mask_secrets(&source[..source.floor_char_boundary(MOST_QUOTED)]);
    let mut text = String::new();
    for word in source.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        if let Some((end, _)) = text.char_indices().nth(QUOTED) {
            text.truncate(end);
            text.push('…');
            break;
        }
    }
    text
}

/// The files that a person means: a file, else what lies in a folder of that name, else in a package of that name, with or without its version,
/// else below `node_modules`.
/// `version` gives the version of the package in a folder.
pub fn meant(graph: &Graph<'_>, text: &str, version: impl Fn(&str) -> Option<String>) -> BTreeSet<Node> {
    let path = text.trim_start_matches("./").trim_end_matches('/');
    let installed = format!("node_modules/{path}");
    let found = [at_path(graph, path), of_package(graph, path, version), at_path(graph, &installed)];
    found.into_iter().find(|files| !files.is_empty()).unwrap_or_default()
}

/// The file at a path, or the files of the folder there.
fn at_path(graph: &Graph<'_>, path: &str) -> BTreeSet<Node> {
    if let Some(file) = graph.file(path) {
        return BTreeSet::from([file]);
    }
    let is_inside = |name: &str| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    graph.files().filter(|(_, name)| is_inside(name)).map(|(file, _)| file).collect()
}

/// The files of the package `name` or `name@version`, wherever it is installed.
pub fn of_package(graph: &Graph<'_>, text: &str, version: impl Fn(&str) -> Option<String>) -> BTreeSet<Node> {
    let mut folders: FxHashMap<&str, bool> = FxHashMap::default();
    let is_asked = meaning(text, version);
    let mut is_meant = |folder| *folders.entry(folder).or_insert_with(|| is_asked(folder));
    let files = graph.files().filter(|(_, file)| package_folder(file).is_some_and(&mut is_meant));
    files.map(|(file, _)| file).collect()
}

/// What was probably meant by a name that nothing has: a file of the same name in another folder, a similar path, or a similar package.
pub fn did_you_mean<'t>(graph: &Graph<'t>, text: &str) -> Option<&'t str> {
    let last = text.rsplit('/').next().unwrap_or(text);
    let is_namesake = |name: &&str| name.rsplit('/').next() == Some(last);
    let mut namesakes: Vec<&str> = graph.files().map(|(_, name)| name).filter(is_namesake).collect();
    namesakes.sort_by_key(|name| (name.contains("node_modules/"), name.len()));
    let own = || graph.files().map(|(_, name)| name).filter(|name| !name.contains("node_modules/"));
    let packages: FxHashSet<&str> = graph.files().filter_map(|(_, name)| package_folder(name)).collect();
    let mut packages: Vec<&str> = packages.into_iter().map(package_of_folder).collect();
    packages.sort_unstable();
    let by_last_name = || {
        let names = || own().map(|name| name.rsplit('/').next().unwrap_or(name));
        let near = similar::closest(last, names())?;
        own().find(|name| name.rsplit('/').next() == Some(near))
    };
    let found = namesakes.first().copied().filter(|_| text.contains('/'));
    found
        .or_else(|| similar::closest(text, own()))
        .or_else(|| similar::closest(text, packages))
        .or_else(|| namesakes.first().copied())
        .or_else(by_last_name)
}
