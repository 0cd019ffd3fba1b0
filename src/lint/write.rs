//! Writing files: whole or not at all, one or many.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Write};
use std::time::{Duration, SystemTime};

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
    /// Another run has been writing the file for as long as this one waited.
    #[error("another run is writing {0}; no file was changed, run it again")]
    Busy(Utf8PathBuf),
    /// Two links lead to one file, for which two contents were made.
    #[error("{0} is the same file as {1}, and they would be changed in different ways; no file was changed")]
    Twice(Utf8PathBuf, Utf8PathBuf),
}

/// A change whose new bytes lie beside their target, ready to be moved into place.
struct Staged<'c> {
    change: &'c Change,
    /// Where the bytes go: links followed.
    target: Utf8PathBuf,
    /// None for a removal.
    temporary: Option<NamedTempFile>,
    /// Held until all is done, so that two runs at once do not both find the old bytes. None for a new file.
    _lock: Option<Lock>,
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
    let mut staged = Vec::new();
    let (mut places, mut inodes) = (HashMap::new(), HashSet::new());
    for change in ordered {
        let place = change.file.canonicalize_utf8().unwrap_or_else(|_| change.file.clone());
        match places.insert(place.clone(), change) {
            None => staged.push(stage(change, inode(&place).is_some_and(|inode| !inodes.insert(inode)))?),
            Some(other) if other.new == change.new => {}
            Some(other) => return Err(WriteError::Twice(change.file.clone(), other.file.clone())),
        }
    }
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

/// What two places have in common that share their bytes: a lock on one is a lock on the other.
#[cfg(unix)]
fn inode(file: &Utf8Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).map(|metadata| (metadata.dev(), metadata.ino())).ok()
}

#[cfg(not(unix))]
fn inode(_: &Utf8Path) -> Option<(u64, u64)> {
    None
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

/// Writes the new bytes beside their target. `is_held` tells that this run has locked the file by another name.
fn stage(change: &Change, is_held: bool) -> Result<Staged<'_>, WriteError> {
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
    let lock = if is_held { Some(Lock(None)) } else { lock(&resolved).map_err(failed)? };
    let lock = lock.ok_or_else(|| WriteError::Busy(change.file.clone()))?;
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
    Ok(Staged { change, target, temporary, _lock: Some(lock) })
}

/// How long a run waits for another one that is writing the same file.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(10);

/// What keeps other runs from writing a file, as long as it lives. Nothing where the file system has no locks.
struct Lock(#[allow(dead_code, reason = "held")] Option<File>);

/// Waits until no other run is about to write the file; gives up after a while, as two runs could each wait for the other. A run that then finds
/// other bytes than it read gives up too.
#[cfg(unix)]
fn lock(target: &Utf8Path) -> io::Result<Option<Lock>> {
    use std::fs::TryLockError;
    use std::thread;
    use std::time::Instant;

    let file = File::open(target)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(Lock(Some(file)))),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(2)),
            Err(TryLockError::WouldBlock) => return Ok(None),
            // Some network file systems have no locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(Some(Lock(None)));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Elsewhere a lock keeps its owner from reading the file a second time.
#[cfg(not(unix))]
fn lock(_: &Utf8Path) -> io::Result<Option<Lock>> {
    Ok(Some(Lock(None)))
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
    sweep(folder);
    let mut file = builder.prefix(PREFIX).rand_bytes(LETTERS).tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(like) = like {
        let metadata = std::fs::metadata(like)?;
        file.as_file().set_permissions(metadata.permissions())?;
        keep_owner(file.path(), &metadata);
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// How the names of files begin that are not in place yet, and how many letters follow.
const PREFIX: &str = ".nowcheck-tmp-";
const LETTERS: usize = 8;

/// A file that is not in place after this time was left behind by a run that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(600);

/// Removes what killed runs left behind in a folder. What cannot be removed stays.
fn sweep(folder: &Utf8Path) {
    let is_ours = |name: &str| {
        let letters = name.strip_prefix(PREFIX);
        letters.is_some_and(|rest| rest.len() == LETTERS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let is_old = |time: SystemTime| time.elapsed().is_ok_and(|age| age > LEFT_BEHIND);
    for entry in folder.read_dir_utf8().into_iter().flatten().flatten().filter(|entry| is_ours(entry.file_name())) {
        if entry.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.modified().is_ok_and(is_old)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
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

    #[cfg(unix)]
    #[test]
    fn several_names_of_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (real, hard, soft) = (root.join("real.json"), root.join("hard.json"), root.join("soft.json"));
        std::fs::write(&real, "old").unwrap();
        std::fs::hard_link(&real, &hard).unwrap();
        std::os::unix::fs::symlink("real.json", &soft).unwrap();
        let apart = [change(&real, "old", "new"), change(&soft, "old", "newer")];
        assert!(matches!(write_all(&apart), Err(WriteError::Twice(..))));
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "old");
        write_all(&[change(&real, "old", "new"), change(&soft, "old", "new"), change(&hard, "old", "new")]).unwrap();
        for file in [&real, &soft, &hard] {
            assert_eq!(std::fs::read_to_string(file).unwrap(), "new", "{file}");
        }
    }

    #[test]
    fn what_a_killed_run_left_is_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let file = root.join("now.json");
        std::fs::write(&file, "old").unwrap();
        let old = SystemTime::now() - 2 * LEFT_BEHIND;
        let kept = [".nowcheck-abcdEF12", ".nowcheck-tmp-abcdEF1", ".nowcheck-tmp-ab_dEF12"];
        for (name, time) in kept
            .map(|name| (name, old))
            .into_iter()
            .chain([(".nowcheck-tmp-abcdEF12", old), (".nowcheck-tmp-abcdEF13", SystemTime::now())])
        {
            File::create(root.join(name)).unwrap().set_modified(time).unwrap();
        }
        write_all(&[change(&file, "old", "new")]).unwrap();
        let names = root.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned());
        let mut left: Vec<_> = names.filter(|name| !kept.contains(&name.as_str())).collect();
        left.sort();
        assert_eq!(left, [".nowcheck-tmp-abcdEF13", "now.json"]);
        assert!(kept.iter().all(|name| root.join(name).exists()));
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
