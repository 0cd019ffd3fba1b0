//! Writing files: whole or not at all, one or many.

use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::NamedTempFile;

/// A file that a fix changed, not yet on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, absolute, as it was named.
    pub file: Utf8PathBuf,
    /// Its bytes before.
    pub old: Vec<u8>,
    /// Its bytes to be.
    pub new: Vec<u8>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The operating system refused.
    #[error("cannot write {file}: {source}")]
    Io {
        /// The file that could not be written.
        file: Utf8PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else wrote the file since it was read.
    #[error("{0} changed while it was being fixed; run the fix again")]
    Changed(Utf8PathBuf),
}

struct Prepared<'c> {
    change: &'c Change,
    target: Utf8PathBuf,
    temporary: NamedTempFile,
}

/// Writes all changes or none: each is first written in full beside its target, and only then are they moved into place.
/// Mode and owner are kept, links are followed to their target.
///
/// # Errors
/// A file that cannot be written, or that changed since it was read. All files are then as they were.
pub fn write_all(changes: &[Change]) -> Result<(), WriteError> {
    let prepared = changes.iter().map(prepare).collect::<Result<Vec<_>, _>>()?;
    let mut done: Vec<(&Change, Utf8PathBuf)> = Vec::new();
    for Prepared { change, target, temporary } in prepared {
        match temporary.persist(&target) {
            Ok(_) => done.push((change, target)),
            Err(error) => {
                for (change, target) in done {
                    // The old bytes go back the same way; a disk that refuses even that leaves nothing better to do.
                    let _ = stage(&target, &change.old).map(|file| file.persist(&target));
                }
                return Err(WriteError::Io { file: change.file.clone(), source: error.error });
            }
        }
    }
    Ok(())
}

fn prepare(change: &Change) -> Result<Prepared<'_>, WriteError> {
    let failed = |source| WriteError::Io { file: change.file.clone(), source };
    let target = change.file.canonicalize_utf8().map_err(failed)?;
    if std::fs::read(&target).map_err(failed)? != change.old {
        return Err(WriteError::Changed(change.file.clone()));
    }
    if std::fs::metadata(&target).map_err(failed)?.permissions().readonly() {
        return Err(failed(io::ErrorKind::PermissionDenied.into()));
    }
    let temporary = stage(&target, &change.new).map_err(failed)?;
    Ok(Prepared { change, target, temporary })
}

/// A finished file beside `target`, with its mode and owner.
fn stage(target: &Utf8Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Utf8Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".nowcheck-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    let metadata = std::fs::metadata(target)?;
    file.as_file().set_permissions(metadata.permissions())?;
    keep_owner(file.path(), &metadata);
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn keep_owner(path: &std::path::Path, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    // Only root may give files away; for everybody else the owner is the same already, or cannot be kept.
    let _ = std::os::unix::fs::chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &std::path::Path, _: &std::fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(file: &Utf8Path, old: &str, new: &str) -> Change {
        Change { file: file.to_owned(), old: old.into(), new: new.into() }
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_links_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (real, link) = (root.join("real.json"), root.join("now.json"));
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real.json", &link).unwrap();
        write_all(&[change(&link, "old", "new")]).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(root).unwrap().count(), 2);
    }

    #[test]
    fn one_that_cannot_be_written_leaves_all_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (one, other) = (root.join("a.json"), root.join("b.json"));
        std::fs::write(&one, "a").unwrap();
        std::fs::write(&other, "changed meanwhile").unwrap();
        let error = write_all(&[change(&one, "a", "A"), change(&other, "b", "B")]).unwrap_err();
        assert!(matches!(error, WriteError::Changed(file) if file == other));
        assert_eq!(std::fs::read_to_string(&one).unwrap(), "a");
        assert!(write_all(&[change(&root.join("gone.json"), "", "x")]).is_err());
        assert_eq!(std::fs::read_dir(root).unwrap().count(), 2);
    }
}
