//! The file system as the rest of the crate sees it: real, in memory (tests), or real with unsaved text laid over it.

mod memory;
mod overlay;

pub use memory::MemoryFs;
pub use overlay::OverlayFs;

use std::io::{self, Read};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::memo::Memo;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link (only from calls that do not follow links).
    Symlink,
    /// A socket, device or pipe: never opened.
    Other,
}

/// The part of a file's metadata that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// Length in bytes.
    pub len: u64,
    /// Permission bits such as `0o755`. Platforms without them report `0o644`.
    pub mode: u32,
    /// Last change of the content, where known.
    pub modified: Option<SystemTime>,
    /// What tells a file that was touched from one that was not, where the file system has it.
    pub identity: Option<Identity>,
}

/// Which file it is, beside its path, and since when it is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The device it lies on.
    pub device: u64,
    /// Its number on the device.
    pub inode: u64,
    /// When content or metadata last changed, which no program can set.
    pub changed: SystemTime,
}

impl Metadata {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == FileKind::File
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.kind == FileKind::Dir
    }
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// The name, without its directory.
    pub name: String,
    /// What it is; links are not followed.
    pub kind: FileKind,
}

impl PartialOrd for FileKind {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FileKind {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (*self as u8).cmp(&(*other as u8))
    }
}

/// Read access to files. Paths are absolute. All methods report the operating system's errors unchanged.
pub trait Fs: Send + Sync {
    /// Opens a file for reading in pieces.
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>>;
    /// Metadata of what the path names, links followed.
    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata>;
    /// Metadata of the path itself.
    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata>;
    /// The names in a directory, sorted. Names that are not UTF-8 are left out.
    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>>;
    /// What lies in a folder, by name, links not followed, where that answers each question after an ASCII name there: names are told apart by
    /// case, and whoever may list the folder may look into it. `None` where it does not, or where it is not known.
    fn listing(&self, _folder: &Utf8Path) -> Option<FxHashMap<String, FileKind>> {
        None
    }
    /// The text of a symbolic link.
    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf>;
    /// The path with every link resolved.
    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf>;

    /// Where results that depend on the contents of files are kept from run to run, if anywhere.
    fn memo(&self) -> Option<&Memo> {
        None
    }

    /// The whole file.
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The whole file as text; other bytes than UTF-8 are an `InvalidData` error.
    fn read_to_string(&self, path: &Utf8Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Whether the path names a regular file, links followed.
    fn is_file(&self, path: &Utf8Path) -> bool {
        self.metadata(path).is_ok_and(|metadata| metadata.is_file())
    }

    /// Whether the path names a directory, links followed.
    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.metadata(path).is_ok_and(|metadata| metadata.is_dir())
    }
}

/// Fills `buffer` as far as the file goes; tells how far that is.
///
/// # Errors
/// Those of the reader, but for interruptions.
pub fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealFs;

fn utf8(path: std::path::PathBuf) -> io::Result<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(path)
        .map_err(|path| io::Error::new(io::ErrorKind::InvalidData, format!("{} is not UTF-8", path.display())))
}

fn kind(of: std::fs::FileType) -> FileKind {
    match of {
        kind if kind.is_file() => FileKind::File,
        kind if kind.is_dir() => FileKind::Dir,
        kind if kind.is_symlink() => FileKind::Symlink,
        _ => FileKind::Other,
    }
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> u32 {
    0o644
}

#[cfg(unix)]
fn identity(metadata: &std::fs::Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let since = std::time::Duration::new(metadata.ctime().try_into().ok()?, metadata.ctime_nsec().try_into().ok()?);
    Some(Identity { device: metadata.dev(), inode: metadata.ino(), changed: SystemTime::UNIX_EPOCH + since })
}

/// What stands there can be set back by any program, so that it tells nothing.
#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> Option<Identity> {
    None
}

fn real_metadata(metadata: std::fs::Metadata) -> Metadata {
    Metadata {
        kind: kind(metadata.file_type()),
        len: metadata.len(),
        mode: mode(&metadata),
        modified: metadata.modified().ok(),
        identity: identity(&metadata),
    }
}

/// The name with small letters for capitals and the other way round.
fn other_case(name: &str) -> String {
    let swapped = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    name.chars().map(swapped).collect()
}

/// Opening a pipe would wait for somebody to write into it, and a device may never end.
fn expect_file(path: &Utf8Path) -> io::Result<()> {
    match kind(std::fs::metadata(path)?.file_type()) {
        FileKind::File => Ok(()),
        FileKind::Dir => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")),
    }
}

impl Fs for RealFs {
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        expect_file(path)?;
        Ok(Box::new(std::fs::File::open(path)?))
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        std::fs::metadata(path).map(real_metadata)
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        std::fs::symlink_metadata(path).map(real_metadata)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(DirEntry { name, kind: kind(entry.file_type()?) });
            }
        }
        entries.sort();
        Ok(entries)
    }

    fn listing(&self, folder: &Utf8Path) -> Option<FxHashMap<String, FileKind>> {
        let mut listing = FxHashMap::default();
        for entry in std::fs::read_dir(folder).ok()? {
            let entry = entry.ok()?;
            if let Ok(name) = entry.file_name().into_string() {
                listing.insert(name, kind(entry.file_type().ok()?));
            }
        }
        let absent = listing.keys().map(|name| other_case(name)).find(|other| !listing.contains_key(other));
        let error = std::fs::symlink_metadata(folder.join(absent?)).err()?;
        (error.kind() == io::ErrorKind::NotFound).then_some(listing)
    }

    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        utf8(std::fs::read_link(path)?)
    }

    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        utf8(std::fs::canonicalize(path)?)
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        expect_file(path)?;
        std::fs::read(path)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_listing_answers_for_every_name_or_is_none() -> io::Result<()> {
        let place = tempfile::tempdir()?;
        let folder = utf8(place.path().to_owned())?;
        assert_eq!(RealFs.listing(&folder.join("none")), None);
        assert_eq!(RealFs.listing(&folder), None, "nothing is there to tell by");
        fs::create_dir(folder.join("b"))?;
        symlink("nowhere", folder.join("c"))?;
        fs::write(folder.join("a.js"), "")?;
        assert_eq!(RealFs.listing(&folder.join("a.js")), None);
        // On a disk that takes `A.JS` for it, there is no listing.
        let exact = RealFs.metadata(&folder.join("A.JS")).is_err();
        let kinds = [("a.js", FileKind::File), ("b", FileKind::Dir), ("c", FileKind::Symlink)];
        let listing = kinds.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect();
        assert_eq!(RealFs.listing(&folder), exact.then_some(listing));
        fs::set_permissions(&folder, Permissions::from_mode(0o600))?;
        if RealFs.metadata(&folder.join("a.js")).is_err() {
            assert_eq!(RealFs.listing(&folder), None, "what lies there cannot be reached");
        }
        fs::set_permissions(&folder, Permissions::from_mode(0o700))
    }

    #[test]
    fn what_is_laid_over_a_disk_is_not_in_its_listing() -> io::Result<()> {
        let place = tempfile::tempdir()?;
        let folder = utf8(place.path().to_owned())?;
        fs::create_dir(folder.join("own"))?;
        fs::write(folder.join("own/a.js"), "")?;
        let mut overlay = OverlayFs::new(&RealFs);
        overlay.set(&folder.join("new/deep/b.js"), *b"");
        assert_eq!(overlay.listing(&folder), None);
        assert_eq!(overlay.listing(&folder.join("own")), RealFs.listing(&folder.join("own")));
        Ok(())
    }
}
