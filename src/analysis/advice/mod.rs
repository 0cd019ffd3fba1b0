//! What would make a function smaller, and by how much.
//!
//! Certain is only what no program needs while it runs: source maps, type declarations, texts for people, engines and addons of other
//! systems, each unless some code names the very file, in this function or in another that takes its settings from the same place. All else is a question: what an import brings, what `includeFiles` adds, tools of development.

mod exclude;
mod imports;
mod next;
mod plan;
pub(super) mod waste;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

pub use plan::{Plan, plan};

use super::{Analysis, FunctionView};
use crate::base::bytes::human;
use crate::base::paths;
use crate::bundle::graph::{Freed, Graph, Node};
use crate::bundle::packages::package_folder;
use crate::bundle::why::{Explainer, Place, package_of_folder};
use crate::bundle::{Bundle, FileSize, FileSource, Sizes};
use crate::document::{Path, Segment};
use crate::platform::limits::Measures;

/// What a piece of advice gains: the sizes that the files have now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gain {
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// Bytes of the archive, where that was measured.
    pub zip_bytes: Option<u64>,
    /// How many files.
    pub files: usize,
}

impl Gain {
    /// What is gained beyond what was gained before.
    fn since(self, before: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(before.bytes),
            zip_bytes: self.zip_bytes.map(|bytes| bytes.saturating_sub(before.zip_bytes.unwrap_or_default())),
            files: self.files.saturating_sub(before.files),
        }
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Write this value at this place of the config.
    Config {
        /// The place, such as `.functions["api/a.js"].excludeFiles`.
        path: Path,
        /// The whole new value: what stands there today, the globs of all certain advice before this one, and its own.
        value: Json,
        /// What is said beside the place, such as what does as well: it follows a text.
        note: String,
    },
    /// Write this value into the config of Next.js.
    Next {
        /// The file, in the project's folder.
        file: &'static str,
        /// The key, such as `outputFileTracingExcludes`.
        place: &'static str,
        /// The whole new value.
        value: Json,
        /// What is said beside the place: it follows a text.
        note: String,
    },
    /// Do without the import at this place, or ask for less there.
    Import {
        /// Where it stands.
        place: Place,
        /// What to write instead, where that is known.
        instead: Vec<String>,
    },
    /// Let the generator make no engines for these targets.
    Targets {
        /// The targets.
        targets: Vec<String>,
    },
    /// Write less into `includeFiles` at this place of the config.
    Include {
        /// The place.
        path: Path,
    },
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Whether the function needs none of it for certain; else it is a question.
    pub certain: bool,
    /// What takes the room, in words.
    pub what: String,
    /// What the remedy gains; for a config, beyond what the certain advice before it gains.
    pub gain: Gain,
    /// What to do.
    pub remedy: Remedy,
}

/// What is looked at to advise on one function.
struct Advisor<'a, 'f> {
    analysis: &'a Analysis<'f>,
    view: FunctionView<'a, 'f>,
    bundle: &'a Bundle,
    explainer: &'a Explainer<'a, 'a>,
    sizes: FxHashMap<&'a str, FileSize>,
    zipped: bool,
    by_zip: bool,
    /// What gains no more is not worth a line.
    least: u64,
}

/// The sizes of the files of a bundle, by the names that the trace has for them.
pub fn traced_sizes<'b>(bundle: &'b Bundle, sizes: &Sizes) -> FxHashMap<&'b str, FileSize> {
    let mut found = FxHashMap::default();
    for (file, size) in bundle.files.iter().zip(&sizes.files) {
        found.entry(file.name.as_str()).or_insert(*size);
        if let FileSource::Disk(path) = &file.source
            && let Ok(name) = path.strip_prefix(&bundle.base)
        {
            found.insert(name.as_str(), *size);
        }
    }
    found
}

/// Builds the graph of a function, once, for all that is asked of it.
pub fn explained<'q, T>(
    view: FunctionView<'q, 'q>,
    sizes: &Sizes,
    ask: impl FnOnce(&Explainer<'_, '_>) -> T,
) -> Option<T> {
    let bundle = view.bundle()?;
    let traced = traced_sizes(bundle, sizes);
    let graph = Graph::new(view.trace()?);
    let is_of_pages = view.pages().is_some();
    // Sources of pages are not shipped, nor is what is packed with them; and what the config names stays, whoever asks for it.
    let bytes = |name: &str| match traced.get(name) {
        Some(_) if view.configured().contains_key(name) => None,
        None if is_of_pages => None,
        size => Some(size.map_or(0, |size| size.bytes)),
    };
    Some(ask(&Explainer::new(view.analysis().project().fs(), &bundle.base, &graph, bytes)))
}

/// All advice on one function: what is certain, then the questions, each what gains most first. The graph of `explainer` is that of its trace.
pub fn advice(
    analysis: &Analysis<'_>,
    view: FunctionView<'_, '_>,
    explainer: &Explainer<'_, '_>,
    sizes: &Sizes,
) -> Vec<Advice> {
    let Some(bundle) = view.bundle() else { return Vec::new() };
    let zipped = sizes.zip_bytes.is_some();
    let by_zip = zipped && view.limit().is_some_and(|limit| limit.measures == Measures::Zip);
    let whole: u64 = sizes.files.iter().map(|size| size.zip_bytes.filter(|_| by_zip).unwrap_or(size.bytes)).sum();
    let (sizes, least) = (traced_sizes(bundle, sizes), LEAST.max(whole / 200));
    Advisor { analysis, view, bundle, explainer, sizes, zipped, by_zip, least }.advice()
}

impl<'a, 'f> Advisor<'a, 'f> {
    fn advice(&self) -> Vec<Advice> {
        let mut found = Vec::new();
        self.excludable(&mut found);
        self.configurable(&mut found);
        self.imports(&mut found);
        found.extend(self.included());
        found.retain(|advice| self.is_worth_it(advice.gain));
        // Certain ones stay in their order: each holds those before it.
        let weight = |advice: &Advice| if advice.certain { 0 } else { self.weight(advice.gain) };
        found.sort_by_key(|advice| (!advice.certain, std::cmp::Reverse(weight(advice))));
        found
    }

    fn graph(&self) -> &'a Graph<'a> {
        self.explainer.graph()
    }

    /// The part of a gain that counts against the limit.
    fn weight(&self, gain: Gain) -> u64 {
        gain.zip_bytes.filter(|_| self.by_zip).unwrap_or(gain.bytes)
    }

    fn is_worth_it(&self, gain: Gain) -> bool {
        self.weight(gain) > self.least
    }

    fn size(&self, name: &str) -> FileSize {
        self.sizes.get(name).copied().unwrap_or_default()
    }

    fn gain<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Gain {
        let mut gain = Gain { zip_bytes: self.zipped.then_some(0), ..Gain::default() };
        for name in names {
            let size = self.size(name);
            gain.bytes += size.bytes;
            gain.zip_bytes = gain.zip_bytes.map(|sum| sum + size.zip_bytes.unwrap_or_default());
            gain.files += 1;
        }
        gain
    }

    /// The files that are listed now and would not be with these nodes only. What the config names stays.
    fn lost(&self, left: &[bool]) -> Vec<&'a str> {
        let files = self.graph().files();
        files
            .filter(|(file, name)| left.get(*file as usize) == Some(&false) && !self.stays(name))
            .map(|(_, name)| name)
            .collect()
    }

    /// Whether a file is there, or is not, whoever asks for it.
    fn stays(&self, name: &str) -> bool {
        let is_shipped = || self.view.pages().is_none() || self.sizes.contains_key(name);
        self.bundle.included.contains(name) || self.view.configured().contains_key(name) || !is_shipped()
    }

    /// The packages that these files belong to, what takes most first.
    fn packages(&self, names: &[&'a str]) -> Vec<&'a str> {
        let mut found: BTreeMap<&str, u64> = BTreeMap::new();
        for name in names {
            if let Some(folder) = package_folder(name) {
                *found.entry(package_of_folder(folder)).or_default() += self.size(name).bytes;
            }
        }
        let mut found: Vec<(&str, u64)> = found.into_iter().collect();
        found.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
        found.into_iter().map(|(name, _)| name).collect()
    }

    /// What `includeFiles` adds to what was traced.
    fn included(&self) -> Option<Advice> {
        let entry = self.analysis.project().root().join(&self.view.function().entrypoint);
        let entry = paths::relative(&entry, &self.bundle.base);
        let (traced, included) = (&self.bundle.trace.files, &self.bundle.included);
        let mut added: BTreeSet<&str> =
            included.iter().map(String::as_str).filter(|name| !traced.contains_key(*name)).collect();
        // The builders of 2019 take what it names as entries, and follow them.
        let is_start = |file: &&Node| {
            let name = self.graph().name(**file);
            name == entry || !included.contains(name)
        };
        let left = self.graph().reached_from(self.graph().entries().iter().filter(is_start).copied());
        let gone = self.graph().files().filter(|(file, _)| left.get(*file as usize) == Some(&false));
        added.extend(gone.map(|(_, name)| name));
        let place = self.view.function().place.as_ref().filter(|_| !added.is_empty())?;
        let path = if is_build(place) { place.key("config") } else { place.clone() }.key("includeFiles");
        let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
        for name in &added {
            let folder = package_folder(name).or_else(|| Some(name.rsplit_once('/')?.0)).unwrap_or(name);
            *folders.entry(folder).or_default() += self.size(name).bytes;
        }
        let mut folders: Vec<(&str, u64)> = folders.into_iter().collect();
        folders.sort_by_key(|(folder, bytes)| (std::cmp::Reverse(*bytes), *folder));
        let folders = folders.iter().take(NAMED).map(|(folder, bytes)| format!("{folder} ({})", human(*bytes)));
        Some(Advice {
            certain: false,
            what: format!("what only includeFiles adds, such as {}", folders.collect::<Vec<_>>().join(", ")),
            gain: self.gain(added),
            remedy: Remedy::Include { path },
        })
    }

    fn freed(&self, node: Node) -> Freed {
        self.explainer.freed(node)
    }
}

/// `a, b and c`.
pub fn listed(words: &[String]) -> String {
    next::listed(words)
}

/// A config of Next.js with nothing but one value in it.
pub fn next_fragment(place: &str, value: &Json) -> String {
    next::fragment(place, value)
}

/// Whether a place is an item of `builds`.
fn is_build(place: &Path) -> bool {
    matches!(place.segments(), [Segment::Key(key), Segment::Index(_)] if &**key == "builds")
}

/// Folders that are named in one line.
const NAMED: usize = 3;
/// What gains less is never worth a line, in bytes.
const LEAST: u64 = 10 * 1024;
