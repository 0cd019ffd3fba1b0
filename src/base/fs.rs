//! The file system as the rest of the crate sees it: real, in memory (tests), or real with unsaved text laid over it.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use super::paths;

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
    /// The text of a symbolic link.
    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf>;
    /// The path with every link resolved.
    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf>;

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

fn real_metadata(metadata: std::fs::Metadata) -> Metadata {
    Metadata {
        kind: kind(metadata.file_type()),
        len: metadata.len(),
        mode: mode(&metadata),
        modified: metadata.modified().ok(),
    }
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

/// Another file system with the text of some files replaced or taken away: unsaved editor buffers, standard input, a fix in progress.
#[derive(Clone)]
pub struct OverlayFs<'f> {
    under: &'f dyn Fs,
    texts: BTreeMap<Utf8PathBuf, Option<Arc<[u8]>>>,
}

/// What an overlay says of a path.
enum Laid<'o> {
    Text(&'o Arc<[u8]>),
    Gone,
    Nothing,
}

impl<'f> OverlayFs<'f> {
    /// Nothing replaced yet.
    pub fn new(under: &'f dyn Fs) -> Self {
        Self { under, texts: BTreeMap::new() }
    }

    /// Reads of `path` give `bytes` from now on.
    pub fn set(&mut self, path: &Utf8Path, bytes: impl Into<Arc<[u8]>>) {
        self.texts.insert(paths::normalize(path), Some(bytes.into()));
    }

    /// No file lies at `path` from now on.
    pub fn remove(&mut self, path: &Utf8Path) {
        self.texts.insert(paths::normalize(path), None);
    }

    /// The replaced files and their bytes (none: taken away), in path order.
    pub fn replaced(&self) -> impl Iterator<Item = (&Utf8Path, Option<&[u8]>)> {
        self.texts.iter().map(|(path, bytes)| (path.as_path(), bytes.as_deref()))
    }

    fn laid(&self, path: &Utf8Path) -> Laid<'_> {
        match self.texts.get(path) {
            Some(Some(bytes)) => Laid::Text(bytes),
            Some(None) => Laid::Gone,
            None => Laid::Nothing,
        }
    }

    fn look(
        &self,
        path: &Utf8Path,
        under: impl Fn(&dyn Fs, &Utf8Path) -> io::Result<Metadata>,
    ) -> io::Result<Metadata> {
        match self.laid(path) {
            Laid::Text(bytes) => {
                Ok(Metadata { kind: FileKind::File, len: bytes.len() as u64, mode: 0o644, modified: None })
            }
            Laid::Gone => Err(io::ErrorKind::NotFound.into()),
            Laid::Nothing => under(self.under, path),
        }
    }
}

impl Fs for OverlayFs<'_> {
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        match self.laid(path) {
            Laid::Text(bytes) => Ok(Box::new(io::Cursor::new(Arc::clone(bytes)))),
            Laid::Gone => Err(io::ErrorKind::NotFound.into()),
            Laid::Nothing => self.under.open(path),
        }
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        match self.laid(path) {
            Laid::Text(bytes) => Ok(bytes.to_vec()),
            Laid::Gone => Err(io::ErrorKind::NotFound.into()),
            Laid::Nothing => self.under.read(path),
        }
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.look(path, |under, path| under.metadata(path))
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.look(path, |under, path| under.symlink_metadata(path))
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        let here = || self.texts.iter().filter(|(text, _)| text.parent() == Some(path));
        let mut entries = match self.under.read_dir(path) {
            Err(error) if !here().any(|(_, bytes)| bytes.is_some()) => return Err(error),
            entries => entries.unwrap_or_default(),
        };
        for (text, bytes) in here() {
            let Some(name) = text.file_name() else { continue };
            match bytes {
                None => entries.retain(|entry| entry.name != name),
                Some(_) if entries.iter().any(|entry| entry.name == name) => {}
                Some(_) => entries.push(DirEntry { name: name.to_owned(), kind: FileKind::File }),
            }
        }
        entries.sort();
        Ok(entries)
    }

    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.under.read_link(path)
    }

    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        match (self.under.canonicalize(path), self.laid(path)) {
            (_, Laid::Gone) => Err(io::ErrorKind::NotFound.into()),
            (Err(_), Laid::Text(_)) => Ok(path.to_owned()),
            (found, _) => found,
        }
    }
}

/// A tree in memory, for tests and for text that has no project around it (`--isolated`). It has no links.
#[derive(Debug, Clone, Default)]
pub struct MemoryFs {
    files: BTreeMap<Utf8PathBuf, (Arc<[u8]>, u32)>,
}

impl MemoryFs {
    /// No file at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file of mode 644 with the folders above it.
    #[must_use]
    pub fn with(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.add(path, content, 0o644);
        self
    }

    /// Adds a file with its permission bits.
    pub fn add(&mut self, path: &str, content: impl AsRef<[u8]>, mode: u32) {
        self.files.insert(paths::normalize(Utf8Path::new(path)), (Arc::from(content.as_ref()), mode));
    }

    fn find(&self, path: &Utf8Path) -> io::Result<&(Arc<[u8]>, u32)> {
        self.files.get(path).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Fs for MemoryFs {
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        let (bytes, _) = self.find(path)?;
        Ok(Box::new(io::Cursor::new(Arc::clone(bytes))))
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        if let Ok((bytes, mode)) = self.find(path) {
            return Ok(Metadata { kind: FileKind::File, len: bytes.len() as u64, mode: *mode, modified: None });
        }
        let is_dir = self.files.keys().any(|file| file.starts_with(path));
        if is_dir {
            Ok(Metadata { kind: FileKind::Dir, len: 0, mode: 0o755, modified: None })
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.metadata(path)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        if !self.metadata(path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let mut entries: Vec<DirEntry> = self
            .files
            .keys()
            .filter_map(|file| file.strip_prefix(path).ok())
            .filter_map(|rest| {
                let mut components = rest.components();
                let name = components.next()?.as_str().to_owned();
                let kind = if components.next().is_some() { FileKind::Dir } else { FileKind::File };
                Some(DirEntry { name, kind })
            })
            .collect();
        entries.sort();
        entries.dedup();
        Ok(entries)
    }

    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.metadata(path)?;
        Err(io::ErrorKind::InvalidInput.into())
    }

    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        let path = paths::normalize(path);
        self.metadata(&path).map(|_| path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_replaces_text_and_adds_names() -> io::Result<()> {
        let disk = MemoryFs::new().with("/p/a.json", "old").with("/p/sub/c", "");
        let mut overlay = OverlayFs::new(&disk);
        overlay.set(Utf8Path::new("/p/a.json"), *b"new");
        overlay.set(Utf8Path::new("/p/b.json"), *b"added");
        assert_eq!(overlay.read_to_string(Utf8Path::new("/p/a.json"))?, "new");
        let names = |overlay: &OverlayFs<'_>| -> io::Result<Vec<String>> {
            Ok(overlay.read_dir(Utf8Path::new("/p"))?.into_iter().map(|entry| entry.name).collect())
        };
        assert_eq!(names(&overlay)?, ["a.json", "b.json", "sub"]);
        overlay.remove(Utf8Path::new("/p/a.json"));
        assert_eq!(names(&overlay)?, ["b.json", "sub"]);
        assert!(!overlay.is_file(Utf8Path::new("/p/a.json")));
        Ok(())
    }
}
