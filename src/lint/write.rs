//! Writing files: whole or not at all, one or many.

use std::fs::File;
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::NamedTempFile;

/// A file that is to change, to come or to go; not yet on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, absolute, as it was named.
    pub file: Utf8PathBuf,
    /// Its bytes before; none where it does not exist yet.
    pub old: Option<Vec<u8>>,
    /// Its bytes to be; none where it is to be removed.
    pub new: Option<Vec<u8>>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The operating system refused.
    #[error("cannot write {file}: {source}; no file was changed")]
    Io {
        /// The file that could not be written.
        file: Utf8PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else wrote the file since it was read.
    #[error("{0} changed meanwhile; no file was changed, run it again")]
    Changed(Utf8PathBuf),
}

/// A change whose new bytes lie beside their target, ready to be moved into place.
struct Staged<'c> {
    change: &'c Change,
    /// Where the bytes go: links followed.
    target: Utf8PathBuf,
    /// None for a removal.
    temporary: Option<NamedTempFile>,
    /// Held until all is done, so that two runs at once do not both find the old bytes.
    _lock: Option<File>,
}

/// Writes all changes or none: each is first written in full beside its target, and only then are they moved into place: new files first,
/// removals last, so that at no moment the content of a file that moves is nowhere. Mode and owner are kept, links are followed to their
/// target.
///
/// # Errors
/// A file that cannot be written, or that changed since it was read. All files are then as they were.
pub fn write_all(changes: &[Change]) -> Result<(), WriteError> {
    let mut ordered: Vec<&Change> = changes.iter().collect();
    ordered.sort_by_key(|change| (change.new.is_none(), change.old.is_some(), &change.file));
    let staged = ordered.into_iter().map(stage).collect::<Result<Vec<_>, _>>()?;
    let mut done: Vec<(&Change, Utf8PathBuf)> = Vec::new();
    let mut locks = Vec::new();
    for Staged { change, target, temporary, _lock } in staged {
        locks.push(_lock);
        if let Err(error) = put(change, &target, temporary) {
            done.iter().for_each(|(change, target)| undo(change, target));
            return Err(error);
        }
        done.push((change, target));
    }
    Ok(())
}

fn put(change: &Change, target: &Utf8Path, temporary: Option<NamedTempFile>) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { file: change.file.clone(), source };
    match (temporary, &change.old) {
        (Some(temporary), Some(_)) => temporary.persist(target).map(drop).map_err(|error| failed(error.error)),
        (Some(temporary), None) => {
            temporary.persist_noclobber(target).map(drop).map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => WriteError::Changed(change.file.clone()),
                _ => failed(error.error),
            })
        }
        (None, _) => std::fs::remove_file(target).map_err(failed),
    }
}

/// Puts back what was there; a disk that refuses even that leaves nothing better to do.
fn undo(change: &Change, target: &Utf8Path) {
    let _ = match &change.old {
        Some(old) => temporary(target, old, Some(target)).map(|file| file.persist(target).is_ok()),
        None => std::fs::remove_file(target).map(|()| true),
    };
}

fn stage(change: &Change) -> Result<Staged<'_>, WriteError> {
    let failed = |source| WriteError::Io { file: change.file.clone(), source };
    let Some(old) = &change.old else {
        let target = change.file.clone();
        if std::fs::symlink_metadata(&target).is_ok() {
            return Err(WriteError::Changed(target));
        }
        let temporary = change.new.as_ref().map(|new| temporary(&target, new, None)).transpose().map_err(failed)?;
        return Ok(Staged { change, target, temporary, _lock: None });
    };
    let resolved = change.file.canonicalize_utf8().map_err(failed)?;
    let lock = lock(&resolved).map_err(failed)?;
    if std::fs::read(&resolved).map_err(failed)? != *old {
        return Err(WriteError::Changed(change.file.clone()));
    }
    if std::fs::metadata(&resolved).map_err(failed)?.permissions().readonly() {
        return Err(failed(io::ErrorKind::PermissionDenied.into()));
    }
    // A link that is to go is the link's own end, not its target's.
    let target = if change.new.is_some() { resolved } else { change.file.clone() };
    let temporary =
        change.new.as_ref().map(|new| temporary(&target, new, Some(&target))).transpose().map_err(failed)?;
    Ok(Staged { change, target, temporary, _lock: lock })
}

/// Waits until no other run is about to write the file. A run that then finds other bytes than it read gives up.
#[cfg(unix)]
fn lock(target: &Utf8Path) -> io::Result<Option<File>> {
    let file = File::open(target)?;
    match file.lock() {
        Ok(()) => Ok(Some(file)),
        // Some network file systems have no locks.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}

/// Elsewhere a lock keeps its owner from reading the file a second time.
#[cfg(not(unix))]
fn lock(_: &Utf8Path) -> io::Result<Option<File>> {
    Ok(None)
}

/// A finished file beside `target`, with the mode and owner of `like`, or those of any new file.
fn temporary(target: &Utf8Path, bytes: &[u8], like: Option<&Utf8Path>) -> io::Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Utf8Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        // Less what the user's umask takes away, as for a file that an editor makes.
        builder.permissions(std::fs::Permissions::from_mode(0o666))
    };
    let mut file = builder.prefix(".nowcheck-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        let metadata = std::fs::metadata(like)?;
        file.as_file().set_permissions(metadata.permissions())?;
        keep_owner(file.path(), &metadata);
    }
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

    fn change<'b>(file: &Utf8Path, old: impl Into<Option<&'b str>>, new: impl Into<Option<&'b str>>) -> Change {
        Change { file: file.to_owned(), old: old.into().map(Into::into), new: new.into().map(Into::into) }
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

    #[test]
    fn a_file_moves_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (from, to, other) = (root.join("now.json"), root.join("vercel.json"), root.join("package.json"));
        std::fs::write(&from, "old").unwrap();
        std::fs::write(&other, "changed meanwhile").unwrap();
        let moved = [change(&from, "old", None), change(&to, None, "new")];
        let mut refused = moved.to_vec();
        refused.push(change(&other, "a", "b"));
        assert!(write_all(&refused).is_err());
        assert!(from.exists() && !to.exists());
        write_all(&moved).unwrap();
        assert!(!from.exists());
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "new");
        assert!(matches!(write_all(&[change(&to, None, "x")]), Err(WriteError::Changed(file)) if file == to));
    }

    #[test]
    fn of_two_runs_at_once_one_wins_and_the_other_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8Path::from_path(folder.path()).unwrap().join("now.json");
        for _ in 0..50 {
            std::fs::write(&file, "old").unwrap();
            let outcomes = std::thread::scope(|scope| {
                let file = &file;
                let run = |new: &'static str| scope.spawn(move || write_all(&[change(file, "old", new)]).is_ok());
                [run("one"), run("other")].map(|thread| thread.join().unwrap())
            });
            let winner = ["one", "other"][outcomes.iter().position(|won| *won).unwrap()];
            assert_eq!(outcomes.iter().filter(|won| **won).count(), 1);
            assert_eq!(std::fs::read_to_string(&file).unwrap(), winner);
        }
    }
}
