//! The file system of one trace: folders are listed rather than asked for one name after the other, every path is looked up once, results are
//! kept, contents are not.

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::io;
use std::path::is_separator;
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde_json::Value as Json;

use crate::base::fs::{FileKind, Metadata};
use crate::base::memo::{Key, Memo};
use crate::base::{Fs, paths};

const SHARDS: usize = 32;
/// Links followed for one path before it counts as a loop.
const MAX_LINKS: usize = 64;

/// Of a longer path, in bytes, no folder above is listed: systems refuse it, and folders are listed from within one another.
const LONGEST_LISTED: usize = 4096;

/// A map that several threads fill.
struct Shards<V>([Mutex<FxHashMap<String, V>>; SHARDS]);

impl<V: Clone> Shards<V> {
    fn new() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }

    fn get_or(&self, path: &Utf8Path, make: impl FnOnce() -> V) -> V {
        let shard = &self.0[FxBuildHasher.hash_one(path.as_str()) as usize % SHARDS];
        let found = shard.lock().unwrap_or_else(PoisonError::into_inner).get(path.as_str()).cloned();
        found.unwrap_or_else(|| {
            let value = make();
            shard.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_string(), value.clone());
            value
        })
    }
}

/// A path with its links resolved below the base, and the links that were met on the way.
#[derive(Debug, Clone)]
pub(super) struct Real {
    pub path: Utf8PathBuf,
    pub links: Arc<[Utf8PathBuf]>,
}

/// What lies in a folder, by name, links not followed.
type Listing = FxHashMap<String, FileKind>;

/// What a listing tells of a path.
enum Listed {
    Here(FileKind),
    Absent,
    /// It must be asked for.
    Unknown,
}

/// Cached look-ups over a file system, bound to the base of a trace.
pub(super) struct Files<'f> {
    fs: &'f dyn Fs,
    base: Utf8PathBuf,
    listings: Shards<Option<Arc<Listing>>>,
    metadata: Shards<Option<Metadata>>,
    links: Shards<Option<Utf8PathBuf>>,
    packages: Shards<Option<Arc<Json>>>,
    boundaries: Shards<Option<Utf8PathBuf>>,
    reals: Shards<Result<Real, LinkLoop>>,
    broken: Mutex<BTreeSet<Utf8PathBuf>>,
}

impl<'f> Files<'f> {
    pub(super) fn new(fs: &'f dyn Fs, base: &Utf8Path) -> Self {
        Self {
            fs,
            base: base.to_owned(),
            listings: Shards::new(),
            metadata: Shards::new(),
            links: Shards::new(),
            packages: Shards::new(),
            boundaries: Shards::new(),
            reals: Shards::new(),
            broken: Mutex::default(),
        }
    }

    pub(super) fn base(&self) -> &Utf8Path {
        &self.base
    }

    /// Results of earlier runs, where they are kept.
    pub(super) fn memo(&self) -> Option<&Memo> {
        self.fs.memo()
    }

    fn listed(&self, path: &Utf8Path) -> Listed {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Listed::Unknown };
        if !name.is_ascii() || path.as_str().len() > LONGEST_LISTED {
            return Listed::Unknown;
        }
        let listing = self.listings.get_or(folder, || match self.listed(folder) {
            Listed::Absent => Some(Arc::default()),
            _ if !is_below(path, &self.base) => None,
            Listed::Here(_) | Listed::Unknown => self.fs.listing(folder).map(Arc::new),
        });
        match listing {
            Some(listing) => listing.get(name).map_or(Listed::Absent, |kind| Listed::Here(*kind)),
            None => Listed::Unknown,
        }
    }

    /// What the path names, links followed; `None` where there is nothing.
    pub(super) fn metadata(&self, path: &Utf8Path) -> Option<Metadata> {
        match self.listed(path) {
            Listed::Absent => None,
            Listed::Here(_) | Listed::Unknown => self.metadata.get_or(path, || self.fs.metadata(path).ok()),
        }
    }

    pub(super) fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        match self.listed(path) {
            Listed::Here(kind @ (FileKind::File | FileKind::Dir)) => Some(kind),
            Listed::Absent => None,
            Listed::Here(_) | Listed::Unknown => self.metadata(path).map(|metadata| metadata.kind),
        }
    }

    pub(super) fn is_file(&self, path: &Utf8Path) -> bool {
        self.kind(path) == Some(FileKind::File)
    }

    pub(super) fn is_dir(&self, path: &Utf8Path) -> bool {
        self.kind(path) == Some(FileKind::Dir)
    }

    fn link(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        match self.listed(path) {
            Listed::Here(FileKind::Symlink) | Listed::Unknown => {
                self.links.get_or(path, || self.fs.read_link(path).ok())
            }
            Listed::Here(_) | Listed::Absent => None,
        }
    }

    pub(super) fn bytes(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        self.fs.read(path)
    }

    pub(super) fn read_dir(&self, path: &Utf8Path) -> Vec<crate::base::fs::DirEntry> {
        self.fs.read_dir(path).unwrap_or_default()
    }

    /// The `package.json` files that were asked for and are no JSON object, in path order.
    pub(super) fn broken(&self) -> BTreeSet<Utf8PathBuf> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is read of a `package.json`; one that does not parse is remembered.
    fn manifest(&self, path: &Utf8Path, bytes: &[u8]) -> Option<Json> {
        let json = manifest(bytes);
        if json.is_none() {
            self.broken.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        }
        json
    }

    /// What is read of the `package.json` of a folder, where there is one that parses.
    pub(super) fn package(&self, folder: &Utf8Path) -> Option<Arc<Json>> {
        self.packages.get_or(folder, || {
            let path = folder.join("package.json");
            let metadata = self.metadata(&path).filter(Metadata::is_file)?;
            let Some(memo) = self.memo() else { return self.manifest(&path, &self.bytes(&path).ok()?).map(Arc::new) };
            let key = |content: Key| Key::new("package.json", &[&content.to_bytes()]);
            let recalled = |content| memo.get(key(content), |text| serde_json::from_slice(text).ok());
            let json = memo.content(&path, &metadata).and_then(recalled).or_else(|| {
                let bytes = self.bytes(&path).ok()?;
                let content = Key::of_content(&bytes);
                memo.learn(&path, &metadata, content);
                let json = self.manifest(&path, &bytes)?;
                memo.put(key(content), json.to_string().as_bytes());
                Some(json)
            });
            json.map(Arc::new)
        })
    }

    /// The nearest folder at or above the one of `file` that holds a `package.json`; the root is not looked at.
    pub(super) fn boundary(&self, file: &Utf8Path) -> Option<Utf8PathBuf> {
        let start = file.parent()?;
        self.boundaries.get_or(start, || {
            start
                .ancestors()
                .find(|folder| folder.parent().is_some() && self.is_file(&folder.join("package.json")))
                .map(Utf8Path::to_owned)
        })
    }

    /// Resolves the links of a path, up to the base. A loop is an error.
    pub(super) fn real(&self, path: &Utf8Path) -> Result<Real, LinkLoop> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(Real { path: path.to_owned(), links: Arc::from([]) });
        };
        let folder = self.reals.get_or(parent, || self.real_slowly(parent))?;
        let candidate = folder.path.join(name);
        if is_below(&candidate, &self.base) && self.link(&candidate).is_some() {
            return self.real_slowly(path);
        }
        Ok(Real { path: candidate, links: folder.links })
    }

    fn real_slowly(&self, path: &Utf8Path) -> Result<Real, LinkLoop> {
        let mut links = Vec::new();
        let mut current = path.to_owned();
        // A link is listed only where it stands in the path as someone wrote it, not behind another link.
        let mut written = usize::MAX;
        for _ in 0..MAX_LINKS {
            let Some((link, target)) = self.topmost_link(&current) else {
                return Ok(Real { path: current, links: links.into() });
            };
            if link.as_str().len() <= written {
                links.push(link.clone());
            }
            written = target.as_str().len();
            let rest = current.strip_prefix(&link).map(Utf8Path::to_owned).unwrap_or_default();
            current = if rest.as_str().is_empty() { target } else { target.join(rest) };
        }
        Err(LinkLoop { path: path.to_owned() })
    }

    /// The first link of a path below the base, and where it leads.
    fn topmost_link(&self, path: &Utf8Path) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
        let below: Vec<&Utf8Path> = path.ancestors().take_while(|prefix| is_below(prefix, &self.base)).collect();
        below.into_iter().rev().find_map(|prefix| {
            let target = self.link(prefix)?;
            Some((prefix.to_owned(), paths::normalize(&prefix.parent()?.join(target))))
        })
    }
}

/// Links that lead in a circle.
#[derive(Debug, Clone)]
pub(super) struct LinkLoop {
    pub path: Utf8PathBuf,
}

/// The text of a file as node reads it: bytes that are not UTF-8 become U+FFFD.
pub(super) fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// What the tracer reads of a `package.json`; none where the text is no object.
fn manifest(bytes: &[u8]) -> Option<Json> {
    const READ: [&str; 9] =
        ["name", "version", "main", "exports", "imports", "browser", "binary", "optionalDependencies", "ffmpeg-static"];
    let text = String::from_utf8_lossy(bytes);
    let mut json: Json = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).ok()?;
    json.as_object_mut()?.retain(|key, _| READ.contains(&key.as_str()));
    Some(json)
}

/// `path` as seen from `folder`, where it lies strictly inside. Both are in normal form, so that their texts decide.
pub(super) fn below<'p>(path: &'p Utf8Path, folder: &Utf8Path) -> Option<&'p str> {
    let rest = path.as_str().strip_prefix(folder.as_str().trim_end_matches(is_separator))?;
    rest.strip_prefix(is_separator).filter(|rest| !rest.is_empty())
}

/// Whether `path` lies strictly inside `folder`.
pub(super) fn is_below(path: &Utf8Path, folder: &Utf8Path) -> bool {
    below(path, folder).is_some()
}
