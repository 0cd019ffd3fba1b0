//! A file system that does not change while a run looks at it.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::fs::{DirEntry, FileKind, Fs, Metadata};
use super::memo::Memo;

/// Another file system that gives of each text what it gave the first time, whoever writes meanwhile: what a fix was made for is then what it
/// replaces. Large files and installed packages, which nobody fixes, are not held.
pub struct RememberingFs<'f> {
    under: &'f dyn Fs,
    texts: Mutex<BTreeMap<Utf8PathBuf, Vec<u8>>>,
}

impl<'f> RememberingFs<'f> {
    /// Files up to this length are held, in bytes.
    const MAX_LEN: usize = 1024 * 1024;

    /// Nothing read yet.
    pub fn new(under: &'f dyn Fs) -> Self {
        Self { under, texts: Mutex::new(BTreeMap::new()) }
    }
}

impl Fs for RememberingFs<'_> {
    fn memo(&self) -> Option<&Memo> {
        self.under.memo()
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        self.under.open(path)
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.under.metadata(path)
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.under.symlink_metadata(path)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        self.under.read_dir(path)
    }

    fn listing(&self, folder: &Utf8Path) -> Option<FxHashMap<String, FileKind>> {
        self.under.listing(folder)
    }

    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.under.read_link(path)
    }

    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.under.canonicalize(path)
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        if let Some(text) = self.texts.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(text.clone());
        }
        let text = self.under.read(path)?;
        let is_fixable = text.len() <= Self::MAX_LEN && !path.as_str().contains("/node_modules/");
        if !is_fixable {
            return Ok(text);
        }
        // Of two that read at the same time, both get what the first one got.
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(texts.entry(path.to_owned()).or_insert(text).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RealFs;
    use crate::base::fs::OverlayFs;

    #[test]
    fn what_was_read_once_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8PathBuf::from_path_buf(folder.path().join("a.json")).unwrap();
        std::fs::write(&file, "old").unwrap();
        let seen = RememberingFs::new(&RealFs);
        assert_eq!(seen.read_to_string(&file).unwrap(), "old");
        std::fs::write(&file, "new").unwrap();
        assert_eq!(OverlayFs::new(&seen).read_to_string(&file).unwrap(), "old");
    }
}
