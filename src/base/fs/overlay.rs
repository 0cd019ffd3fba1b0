//! A file system with other texts laid over it.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::{DirEntry, FileKind, Fs, Metadata};
use crate::base::memo::Memo;
use crate::base::paths;

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
            Laid::Text(bytes) => Ok(Metadata {
                kind: FileKind::File,
                len: bytes.len() as u64,
                mode: 0o644,
                modified: None,
                identity: None,
            }),
            Laid::Gone => Err(io::ErrorKind::NotFound.into()),
            Laid::Nothing => under(self.under, path),
        }
    }
}

impl Fs for OverlayFs<'_> {
    fn memo(&self) -> Option<&Memo> {
        self.under.memo()
    }

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

    fn listing(&self, folder: &Utf8Path) -> Option<FxHashMap<String, FileKind>> {
        let is_laid_over = self.texts.keys().any(|text| text.starts_with(folder));
        if is_laid_over { None } else { self.under.listing(folder) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

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
