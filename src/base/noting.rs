//! A file system that notes what could not be read.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read};
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::fs::{DirEntry, FileKind, Fs, Metadata};
use super::memo::Memo;

/// Another file system, with a note of each file and folder that is there and could not be read. Whoever asks goes on without it; the run as a
/// whole must not keep quiet about it.
pub struct NotingFs<'f> {
    under: &'f dyn Fs,
    failures: Mutex<BTreeMap<Utf8PathBuf, io::Error>>,
}

impl<'f> NotingFs<'f> {
    /// Failures that are kept.
    const MAX: usize = 1_000;

    /// Nothing noted yet.
    pub fn new(under: &'f dyn Fs) -> Self {
        Self { under, failures: Mutex::new(BTreeMap::new()) }
    }

    /// Takes what was noted so far, in path order.
    pub fn take(&self) -> Vec<(Utf8PathBuf, io::Error)> {
        std::mem::take(&mut *self.failures.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    fn noted<T>(&self, path: &Utf8Path, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && is_about_reading(error.kind())
        {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            if failures.len() < Self::MAX {
                let copy = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
                failures.entry(path.to_owned()).or_insert(copy);
            }
        }
        result
    }
}

/// What is not there, or is something else than was asked for, is no failure to read it.
fn is_about_reading(kind: ErrorKind) -> bool {
    use ErrorKind::{InvalidData, InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound};
    !matches!(kind, NotFound | NotADirectory | IsADirectory | InvalidInput | InvalidData | InvalidFilename)
}

impl Fs for NotingFs<'_> {
    fn memo(&self) -> Option<&Memo> {
        self.under.memo()
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        self.noted(path, self.under.open(path))
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.under.metadata(path)
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.under.symlink_metadata(path)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        self.noted(path, self.under.read_dir(path))
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
        self.noted(path, self.under.read(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

    /// Nobody may look into `/locked`.
    struct Locked(MemoryFs);

    impl Fs for Locked {
        fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
            if path.starts_with("/locked") { Err(ErrorKind::PermissionDenied.into()) } else { self.0.open(path) }
        }
        fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
            self.0.metadata(path)
        }
        fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
            self.0.symlink_metadata(path)
        }
        fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
            if path.starts_with("/locked") { Err(ErrorKind::PermissionDenied.into()) } else { self.0.read_dir(path) }
        }
        fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
            self.0.read_link(path)
        }
        fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
            self.0.canonicalize(path)
        }
    }

    #[test]
    fn what_is_there_and_cannot_be_read_is_noted_once() {
        let under = Locked(MemoryFs::new().with("/a/b.txt", "b").with("/locked/c.txt", "c"));
        let fs = NotingFs::new(&under);
        assert!(fs.read(Utf8Path::new("/a/b.txt")).is_ok());
        assert!(fs.read(Utf8Path::new("/a/none.txt")).is_err() && fs.read(Utf8Path::new("/a")).is_err());
        for _ in 0..2 {
            assert!(fs.read_dir(Utf8Path::new("/locked")).is_err());
            assert!(fs.read(Utf8Path::new("/locked/c.txt")).is_err());
        }
        let noted: Vec<_> = fs.take().into_iter().map(|(path, error)| (path.into_string(), error.kind())).collect();
        let denied = |path: &str| (path.to_owned(), ErrorKind::PermissionDenied);
        assert_eq!(noted, [denied("/locked"), denied("/locked/c.txt")]);
        assert!(fs.take().is_empty());
    }
}
