//! How large a function is, unzipped and zipped.

mod deflate;
pub mod kinds;
pub mod packages;
pub mod repeats;
pub mod zip;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::Fs;
use crate::base::fs::{FileKind, Metadata};
use crate::base::memo::{Hashing, Key, Memo};
use deflate::{Counter, LARGE, count_large};
use packages::PackageSize;

/// Where the content of a bundled file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSource {
    /// A file on disk, or a symbolic link, which is stored as one.
    Disk(Utf8PathBuf),
    /// A file of which only the sizes are known, such as the platform's launcher.
    Sized {
        /// Length of the content.
        bytes: u64,
        /// Length of its deflated content, without what the archive adds.
        zip_bytes: u64,
    },
}

/// One file of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Path in the bundle, relative, with `/`.
    pub name: String,
    /// Where its content comes from.
    pub source: FileSource,
    /// Permission bits.
    pub mode: u32,
    /// What was found where it lies, links not followed; none where nothing could be.
    pub metadata: Option<Metadata>,
}

impl BundleFile {
    /// What lies at a path, which is looked up once for all that is asked of it.
    pub fn disk(fs: &dyn Fs, name: &str, path: Utf8PathBuf) -> Self {
        let metadata = fs.symlink_metadata(&path).ok();
        Self::found(name, path, metadata)
    }

    /// What lies at a path, as it was looked up.
    pub(super) fn found(name: &str, path: Utf8PathBuf, metadata: Option<Metadata>) -> Self {
        let mode = metadata.map_or(0o644, |metadata| match metadata.kind {
            FileKind::Symlink => 0o120_777,
            _ => metadata.mode,
        });
        Self { name: name.to_owned(), source: FileSource::Disk(path), mode, metadata }
    }

    /// Whether it is a symbolic link.
    pub fn is_link(&self) -> bool {
        self.metadata.is_some_and(|metadata| metadata.kind == FileKind::Symlink)
    }
}

/// The size of one file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileSize {
    /// Unzipped: the content, or the text of a link.
    pub bytes: u64,
    /// Its part of the archive: deflated content, headers, and its name twice. `None` when not asked for.
    pub zip_bytes: Option<u64>,
}

/// The sizes of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    /// One for each file, in the order of the list. A file that could not be read counts as nothing.
    pub files: Vec<FileSize>,
    /// The unzipped sum, exact.
    pub bytes: u64,
    /// The archive, to the byte as Node 20 to 24 make it. `None` when not asked for.
    pub zip_bytes: Option<u64>,
    /// Files that could not be read: the name in the bundle, and why.
    pub unreadable: Vec<(String, String)>,
}

/// Measures the files of one function; see [`Scale::measure`].
pub fn measure(fs: &dyn Fs, files: &[BundleFile], zipped: bool) -> Sizes {
    Scale::default().measure(fs, files, zipped)
}

/// Measures functions that share files: what was found out about a file for one is not asked again for another.
#[derive(Debug, Default)]
pub struct Scale {
    known: Mutex<FxHashMap<String, Known>>,
}

impl Scale {
    /// Measures the files of a function; `zipped` decides whether they are really deflated or only looked up.
    ///
    /// Files are read in pieces, on all cores, the largest first, and nothing of them is kept. The result does not depend on the number of cores.
    pub fn measure(&self, fs: &dyn Fs, files: &[BundleFile], zipped: bool) -> Sizes {
        let before = self.recall(files);
        let mut known: Vec<io::Result<Known>> =
            files.par_iter().zip(&before).map(|(file, known)| known.map_or_else(|| look_up(fs, file), Ok)).collect();
        if zipped {
            deflate(fs, files, &mut known);
        }
        self.keep(files, &before, &known);
        sum(files, known, zipped)
    }

    fn known(&self) -> MutexGuard<'_, FxHashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, files: &[BundleFile]) -> Vec<Option<Known>> {
        let known = self.known();
        let find = |file: &BundleFile| match &file.source {
            FileSource::Disk(path) => known.get(path.as_str()).copied(),
            FileSource::Sized { .. } => None,
        };
        files.iter().map(find).collect()
    }

    fn keep(&self, files: &[BundleFile], before: &[Option<Known>], now: &[io::Result<Known>]) {
        let mut kept = self.known();
        for ((file, before), now) in files.iter().zip(before).zip(now) {
            let is_new = |now: &Known| before.is_none_or(|before| before.deflated != now.deflated);
            if let (FileSource::Disk(path), Ok(now)) = (&file.source, now)
                && is_new(now)
            {
                kept.insert(path.as_str().to_owned(), *now);
            }
        }
    }
}

fn sum(files: &[BundleFile], known: Vec<io::Result<Known>>, zipped: bool) -> Sizes {
    let mut sizes = Sizes { files: Vec::with_capacity(files.len()), ..Sizes::default() };
    let mut archive = 0;
    for (file, known) in files.iter().zip(known) {
        match known {
            Ok(known) => {
                let overhead = if known.is_link { zip::link_overhead } else { zip::file_overhead };
                let zip_bytes = known.deflated.filter(|_| zipped).map(|deflated| deflated + overhead(&file.name));
                sizes.bytes += known.bytes;
                archive += zip_bytes.unwrap_or(0);
                sizes.files.push(FileSize { bytes: known.bytes, zip_bytes });
            }
            Err(error) => {
                sizes.unreadable.push((file.name.clone(), error.to_string()));
                sizes.files.push(FileSize { bytes: 0, zip_bytes: zipped.then_some(0) });
            }
        }
    }
    sizes.zip_bytes = zipped.then(|| zip::archive(files.len() - sizes.unreadable.len(), archive));
    sizes
}

/// What is known of a file so far.
#[derive(Debug, Clone, Copy)]
struct Known {
    bytes: u64,
    is_link: bool,
    deflated: Option<u64>,
    metadata: Option<Metadata>,
}

fn look_up(fs: &dyn Fs, file: &BundleFile) -> io::Result<Known> {
    let path = match &file.source {
        FileSource::Sized { bytes, zip_bytes } => {
            return Ok(Known { bytes: *bytes, is_link: false, deflated: Some(*zip_bytes), metadata: None });
        }
        FileSource::Disk(path) => path,
    };
    let metadata = file.metadata.map_or_else(|| fs.symlink_metadata(path), Ok)?;
    let known = |bytes, is_link| Known { bytes, is_link, deflated: None, metadata: Some(metadata) };
    match metadata.kind {
        FileKind::File => Ok(known(metadata.len, false)),
        FileKind::Symlink => Ok(known(fs.read_link(path)?.as_str().len() as u64, true)),
        FileKind::Dir => Err(io::ErrorKind::IsADirectory.into()),
        FileKind::Other => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
    }
}

/// Fills in `deflated` wherever it is still open.
fn deflate(fs: &dyn Fs, files: &[BundleFile], known: &mut [io::Result<Known>]) {
    let mut open: Vec<(&BundleFile, &mut io::Result<Known>)> =
        files.iter().zip(known).filter(|(_, known)| matches!(known, Ok(Known { deflated: None, .. }))).collect();
    open.sort_by_key(|(_, known)| std::cmp::Reverse(known.as_ref().map_or(0, |known| known.bytes)));
    open.into_par_iter().with_max_len(1).for_each_init(Counter::new, |counter, (file, slot)| {
        let Ok(known) = slot else { return };
        match count(fs, file, known, counter) {
            Ok(deflated) => known.deflated = Some(deflated),
            Err(error) => *slot = Err(error),
        }
    });
}

fn count(fs: &dyn Fs, file: &BundleFile, known: &Known, counter: &mut Counter) -> io::Result<u64> {
    match &file.source {
        FileSource::Disk(path) if known.is_link => Ok(counter.count_bytes(fs.read_link(path)?.as_str().as_bytes())),
        FileSource::Disk(path) => match fs.memo().zip(known.metadata) {
            Some((memo, metadata)) => recall(fs, path, &metadata, memo, counter),
            None => count_file(fs, path, known.bytes, counter),
        },
        FileSource::Sized { zip_bytes, .. } => Ok(*zip_bytes),
    }
}

fn count_file(fs: &dyn Fs, path: &Utf8Path, bytes: u64, counter: &mut Counter) -> io::Result<u64> {
    let content = fs.open(path)?;
    if bytes > LARGE { count_large(content) } else { counter.count(content) }
}

/// The deflated length of a file, from an earlier run where its content was met in one.
fn recall(fs: &dyn Fs, path: &Utf8Path, metadata: &Metadata, memo: &Memo, counter: &mut Counter) -> io::Result<u64> {
    let key = |content: Key| Key::new("deflated", &[&content.to_bytes()]);
    let number = |bytes: &[u8]| Some(u64::from_le_bytes(bytes.try_into().ok()?));
    if let Some(deflated) = memo.content(path, metadata).and_then(|content| memo.get(key(content), number)) {
        return Ok(deflated);
    }
    let small = if metadata.len > LARGE { None } else { Some(fs.read(path)?) };
    let content = match &small {
        Some(bytes) => Key::of_content(bytes),
        None => Key::of_reader(fs.open(path)?)?,
    };
    memo.learn(path, metadata, content);
    if let Some(deflated) = memo.get(key(content), number) {
        return Ok(deflated);
    }
    let (content, deflated) = match small {
        Some(bytes) => (content, counter.count_bytes(&bytes)),
        None => {
            // What is deflated may be another content already: the length is kept for that one.
            let mut hashing = Hashing::new(fs.open(path)?);
            let deflated = count_large(&mut hashing)?;
            (hashing.content(), deflated)
        }
    };
    memo.put(key(content), &deflated.to_le_bytes());
    Ok(deflated)
}
