//! A file system that lies in memory.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::{DirEntry, FileKind, Fs, Metadata};
use crate::base::paths;

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
            return Ok(Metadata {
                kind: FileKind::File,
                len: bytes.len() as u64,
                mode: *mode,
                modified: None,
                identity: None,
            });
        }
        let is_dir = self.files.keys().any(|file| file.starts_with(path));
        if is_dir {
            Ok(Metadata { kind: FileKind::Dir, len: 0, mode: 0o755, modified: None, identity: None })
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
