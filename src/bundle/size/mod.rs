//! How large a function is, unzipped and zipped.

mod deflate;
pub mod kinds;
pub mod packages;
pub mod repeats;
pub mod zip;

use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::base::Fs;
use crate::base::fs::FileKind;
use crate::base::fs::Metadata;
use crate::base::memo::{Key, Memo};
use deflate::{Counter, LARGE, count_large};
use packages::PackageSize;

/// Where the content of a bundled file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSource {
    /// A file on disk, or a symbolic link, which is stored as one.
    Disk(Utf8PathBuf),
    /// A symbolic link with this text.
    Link(String),
    /// Content that is made, not found.
    Bytes(Arc<[u8]>),
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
    /// The archive, within about 1 % of what the platform's zlib makes of it. `None` when not asked for.
    pub zip_bytes: Option<u64>,
    /// Files that could not be read: the name in the bundle, and why.
    pub unreadable: Vec<(String, String)>,
}

/// Measures the files of a function; `zipped` decides whether they are really deflated or only looked up.
///
/// Files are read in pieces, on all cores, the largest first, and nothing of them is kept. The result does not depend on the number of cores.
pub fn measure(fs: &dyn Fs, files: &[BundleFile], zipped: bool) -> Sizes {
    let mut known: Vec<io::Result<Known>> = files.par_iter().map(|file| look_up(fs, file)).collect();
    if zipped {
        deflate(fs, files, &mut known);
    }
    let mut sizes = Sizes { files: Vec::with_capacity(files.len()), ..Sizes::default() };
    let mut archive = 0;
    for (file, known) in files.iter().zip(known) {
        match known {
            Ok(known) => {
                let overhead = if known.link.is_some() { zip::link_overhead } else { zip::file_overhead };
                let zip_bytes = known.deflated.map(|deflated| deflated + overhead(&file.name));
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
struct Known {
    bytes: u64,
    link: Option<String>,
    deflated: Option<u64>,
    metadata: Option<Metadata>,
}

fn look_up(fs: &dyn Fs, file: &BundleFile) -> io::Result<Known> {
    let link = |text: String| Known { bytes: text.len() as u64, link: Some(text), deflated: None, metadata: None };
    Ok(match &file.source {
        FileSource::Link(text) => link(text.clone()),
        FileSource::Bytes(bytes) => Known { bytes: bytes.len() as u64, link: None, deflated: None, metadata: None },
        FileSource::Sized { bytes, zip_bytes } => {
            Known { bytes: *bytes, link: None, deflated: Some(*zip_bytes), metadata: None }
        }
        FileSource::Disk(path) => {
            let metadata = fs.symlink_metadata(path)?;
            match metadata.kind {
                FileKind::File => Known { bytes: metadata.len, link: None, deflated: None, metadata: Some(metadata) },
                FileKind::Symlink => link(fs.read_link(path)?.into_string()),
                FileKind::Dir => return Err(io::ErrorKind::IsADirectory.into()),
                FileKind::Other => return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
            }
        }
    })
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
    if let Some(text) = &known.link {
        return counter.count_bytes(text.as_bytes());
    }
    match &file.source {
        FileSource::Disk(path) => match fs.memo().zip(known.metadata) {
            Some((memo, metadata)) => recall(fs, path, &metadata, memo, counter),
            None => count_file(fs, path, known.bytes, counter),
        },
        FileSource::Bytes(bytes) if known.bytes > LARGE => count_large(bytes.as_ref()),
        FileSource::Bytes(bytes) => counter.count_bytes(bytes),
        FileSource::Link(text) => counter.count_bytes(text.as_bytes()),
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
    let deflated = match small {
        Some(bytes) => counter.count_bytes(&bytes)?,
        None => count_large(fs.open(path)?)?,
    };
    memo.put(key(content), &deflated.to_le_bytes());
    Ok(deflated)
}
