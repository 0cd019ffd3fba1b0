//! The disk with a memo of what earlier runs made of it.

use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::fs::{DirEntry, FileKind, Fs, Metadata, RealFs};
use super::memo::Memo;

/// [`RealFs`] with a [`Memo`].
#[derive(Debug)]
pub struct CachingFs(Memo);

impl CachingFs {
    /// The disk, with this memo.
    pub fn new(memo: Memo) -> Self {
        Self(memo)
    }
}

impl Fs for CachingFs {
    fn memo(&self) -> Option<&Memo> {
        Some(&self.0)
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        RealFs.open(path)
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        RealFs.metadata(path)
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        RealFs.symlink_metadata(path)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        RealFs.read_dir(path)
    }

    fn listing(&self, folder: &Utf8Path) -> Option<FxHashMap<String, FileKind>> {
        RealFs.listing(folder)
    }

    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        RealFs.read_link(path)
    }

    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        RealFs.canonicalize(path)
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        RealFs.read(path)
    }
}
