//! Writing files: whole or not at all, one or many.

use std::collections::{HashMap, HashSet};
use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::path::PathBuf;
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
    before: Before,
    /// Held until all is done, so that two runs at once do not both find the old bytes. None for a new file.
    _lock: Option<Lock>,
}

/// What stands at a target, as far as its bytes do not tell.
enum Before {
    Nothing,
    File(Metadata),
    /// A link that is to go, and where it leads.
    Link(PathBuf),
}

/// Writes all changes or none: each is first written in full beside its target, and only then are they moved into place: new files first,
/// removals last, so that at no moment the content of a file that moves is nowhere. Mode and owner are kept, links are followed to their
/// target.
///
/// # Errors
/// A file that cannot be written, or that changed since it was read. All files are then as they were.
pub fn write_all(changes: &[Change]) -> Result<(), WriteError> {
    write_each(changes, |_| {})
}

/// The same; `at_each` is told of each change right before it is moved into place.
fn write_each(changes: &[Change], mut at_each: impl FnMut(&Change)) -> Result<(), WriteError> {
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
    let mut done: Vec<Staged<'_>> = Vec::new();
    for mut next in staged {
        at_each(next.change);
        if let Err(error) = put(&mut next) {
            done.iter().rev().for_each(undo);
            return Err(error);
        }
        done.push(next);
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

fn put(staged: &mut Staged<'_>) -> Result<(), WriteError> {
    let Staged { change, target, .. } = staged;
    let failed = |source| WriteError::Io { file: change.file.clone(), source };
    match (staged.temporary.take(), &change.old) {
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
fn undo(Staged { change, target, before, .. }: &Staged<'_>) {
    let _ = match (before, &change.old) {
        (Before::Link(to), _) => link(to, target),
        (Before::File(like), Some(old)) => {
            let file = temporary(target, old, Some(like));
            file.and_then(|file| file.persist(target).map(drop).map_err(|error| error.error))
        }
        _ => std::fs::remove_file(target),
    };
}

#[cfg(unix)]
fn link(to: &std::path::Path, from: &Utf8Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, from)
}

#[cfg(windows)]
fn link(to: &std::path::Path, from: &Utf8Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(to, from)
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
        return Ok(Staged { change, target, temporary, before: Before::Nothing, _lock: None });
    };
    let resolved = change.file.canonicalize_utf8().map_err(failed)?;
    let lock = if is_held { Some(Lock(None)) } else { lock(&resolved).map_err(failed)? };
    let lock = lock.ok_or_else(|| WriteError::Busy(change.file.clone()))?;
    if std::fs::read(&resolved).map_err(failed)? != *old {
        return Err(WriteError::Changed(change.file.clone()));
    }
    let metadata = std::fs::metadata(&resolved).map_err(failed)?;
    if metadata.permissions().readonly() {
        return Err(failed(io::ErrorKind::PermissionDenied.into()));
    }
    let Some(new) = &change.new else {
        // A link that is to go is the link's own end, not its target's.
        let before = std::fs::read_link(&change.file).map_or(Before::File(metadata), Before::Link);
        return Ok(Staged { change, target: change.file.clone(), temporary: None, before, _lock: Some(lock) });
    };
    let temporary = Some(temporary(&resolved, new, Some(&metadata)).map_err(failed)?);
    Ok(Staged { change, target: resolved, temporary, before: Before::File(metadata), _lock: Some(lock) })
}

/// How long a run waits for another one that is writing the same file.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(10);

/// What keeps other runs from writing a file, as long as it lives. Nothing where the file system has no locks.
struct Lock(#[allow(dead_code, reason = "held")] Option<File>);

/// Waits until no other run is about to write the file; none where that takes too long, as two runs could each wait for the other. A run that then
/// finds other bytes than it read gives up too.
#[cfg(unix)]
fn lock(target: &Utf8Path) -> io::Result<Option<Lock>> {
    let file = File::open(target)?;
    Ok(is_free(|| file.try_lock()).then_some(Lock(Some(file))))
}

/// Whether nobody else holds the lock, at last. Any other refusal means that the file system has no locks, as some network ones.
#[cfg(unix)]
fn is_free(try_lock: impl Fn() -> Result<(), std::fs::TryLockError>) -> bool {
    let start = std::time::Instant::now();
    while matches!(try_lock(), Err(std::fs::TryLockError::WouldBlock)) {
        if start.elapsed() >= PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// Elsewhere a lock keeps its owner from reading the file a second time.
#[cfg(not(unix))]
fn lock(_: &Utf8Path) -> io::Result<Option<Lock>> {
    Ok(Some(Lock(None)))
}

/// A finished file beside `target`, with the mode and owner of `like`, or those of any new file.
fn temporary(target: &Utf8Path, bytes: &[u8], like: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut file = empty(target.parent().unwrap_or(Utf8Path::new(".")), like)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The same without a byte in it: whoever may not read `like` must not read its bytes here either.
fn empty(folder: &Utf8Path, like: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A new file is less what the user's umask takes away, as one that an editor makes.
        let mode = if like.is_some() { 0o600 } else { 0o666 };
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    sweep(folder);
    let file = builder.prefix(PREFIX).rand_bytes(LETTERS).tempfile_in(folder)?;
    if let Some(like) = like {
        keep_owner(file.path(), like);
        file.as_file().set_permissions(like.permissions())?;
    }
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
fn keep_owner(path: &std::path::Path, metadata: &Metadata) {
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

    /// Three new contents and two removals, one of a file that others may not read and one of a link.
    #[cfg(unix)]
    fn migration(root: &Utf8Path) -> [Change; 5] {
        use std::os::unix::fs::PermissionsExt;
        let [add, edit, link, mask, real] =
            ["vercel.json", "package.json", ".nowignore", "now.json", "ignored"].map(|name| root.join(name));
        for (file, text) in [(&edit, "edit"), (&mask, "secret"), (&real, "link")] {
            std::fs::write(file, text).unwrap();
        }
        std::fs::set_permissions(&mask, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("ignored", &link).unwrap();
        let ignore = root.join(".vercelignore");
        [
            change(&mask, "secret", None),
            change(&link, "link", None),
            change(&edit, "edit", "EDIT"),
            change(&add, None, "SECRET"),
            change(&ignore, None, "LINK"),
        ]
    }

    /// Each entry with its mode, and its text or where it leads.
    #[cfg(unix)]
    fn entries(root: &Utf8Path) -> Vec<(String, u32, String)> {
        use std::os::unix::fs::PermissionsExt;
        let read = |entry: &camino::Utf8DirEntry| match std::fs::read_link(entry.path()) {
            Ok(to) => format!("-> {}", to.display()),
            Err(_) => std::fs::read_to_string(entry.path()).unwrap_or_default(),
        };
        let entries = root.read_dir_utf8().unwrap().map(|entry| entry.unwrap());
        let mut entries: Vec<_> = entries
            .map(|entry| {
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                (entry.file_name().to_owned(), mode, read(&entry))
            })
            .collect();
        entries.sort();
        entries
    }

    #[cfg(unix)]
    #[test]
    fn what_was_removed_comes_back() {
        for last in [".nowignore", "now.json"] {
            let folder = tempfile::tempdir().unwrap();
            let root = Utf8Path::from_path(folder.path()).unwrap();
            let mut changes = migration(root).to_vec();
            if last == ".nowignore" {
                // Removals are in the order of their names.
                let link = root.join("z");
                std::fs::rename(root.join(".nowignore"), &link).unwrap();
                changes[1].file = link;
            }
            let before = entries(root);
            let mut told = 0;
            let outcome = write_each(&changes, |change| {
                told += 1;
                if told == 5 {
                    // A folder is no file to remove.
                    std::fs::remove_file(&change.file).unwrap();
                    std::fs::create_dir(&change.file).unwrap();
                }
            });
            assert!(matches!(&outcome, Err(WriteError::Io { .. })), "{outcome:?}");
            assert_eq!(told, 5);
            let WriteError::Io { file: failed, .. } = outcome.unwrap_err() else { return };
            let others = |entries: Vec<(String, u32, String)>| -> Vec<_> {
                entries.into_iter().filter(|(name, ..)| Some(name.as_str()) != failed.file_name()).collect()
            };
            assert_eq!(others(entries(root)), others(before));
        }
    }

    /// Set for a copy of this program that stops before that change.
    #[cfg(unix)]
    const STOP: &str = "NOWCHECK_TEST_STOP_BEFORE";

    /// The program that is killed below; by itself it tests nothing.
    #[cfg(unix)]
    #[test]
    #[ignore = "run by a_kill_between_two_files"]
    fn stops_between_two_files() {
        let Some((at, root)) = std::env::var(STOP).ok().and_then(|stop| {
            let (at, root) = stop.split_once(' ')?;
            Some((at.parse::<usize>().ok()?, Utf8PathBuf::from(root)))
        }) else {
            return;
        };
        let changes = migration(&root);
        let mut told = 0;
        let _ = write_each(&changes, |_| {
            if told == at {
                std::fs::write(root.join("stopped"), "").unwrap();
                std::thread::sleep(Duration::from_secs(60));
            }
            told += 1;
        });
    }

    #[cfg(unix)]
    #[test]
    fn a_kill_between_two_files() {
        use std::process::{Command, Stdio};
        let steps = [".vercelignore", "vercel.json", "package.json", ".nowignore", "now.json"];
        for at in 0..steps.len() {
            let folder = tempfile::tempdir().unwrap();
            let root = Utf8Path::from_path(folder.path()).unwrap();
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "--ignored", "lint::write::tests::stops_between_two_files"])
                .env(STOP, format!("{at} {root}"))
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            let start = std::time::Instant::now();
            while !root.join("stopped").exists() {
                assert!(start.elapsed() < Duration::from_secs(30) && child.try_wait().unwrap().is_none());
                std::thread::sleep(Duration::from_millis(2));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            std::fs::remove_file(root.join("stopped")).unwrap();
            let mut expected = vec![("ignored".to_owned(), "link")];
            for (step, name) in steps.iter().enumerate() {
                let (old, new) = match *name {
                    ".vercelignore" => (None, Some("LINK")),
                    "vercel.json" => (None, Some("SECRET")),
                    "package.json" => (Some("edit"), Some("EDIT")),
                    ".nowignore" => (Some("-> ignored"), None),
                    _ => (Some("secret"), None),
                };
                expected.extend(if step < at { new } else { old }.map(|text| ((*name).to_owned(), text)));
            }
            expected.sort();
            let found = entries(root);
            let in_place = found.iter().filter(|(name, ..)| !name.starts_with(PREFIX));
            let in_place: Vec<_> = in_place.map(|(name, _, text)| (name.clone(), text.as_str())).collect();
            assert_eq!(in_place, expected, "killed before {}", steps[at]);
            // What was to come lies beside it, whole and hidden.
            assert_eq!(found.len() - in_place.len(), 3usize.saturating_sub(at));
        }
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

    #[cfg(unix)]
    #[test]
    fn nobody_reads_a_copy_who_may_not_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let file = root.join("now.json");
        std::fs::write(&file, "secret").unwrap();
        for mode in [0o600, 0o640, 0o644] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let copy = empty(root, Some(&std::fs::metadata(&file).unwrap())).unwrap();
            let metadata = copy.as_file().metadata().unwrap();
            assert_eq!((metadata.len(), metadata.permissions().mode() & 0o777), (0, mode));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_system_without_locks_is_written_to() {
        use std::fs::TryLockError;
        let kinds = [io::ErrorKind::Unsupported, io::ErrorKind::Other, io::ErrorKind::PermissionDenied];
        for kind in kinds {
            assert!(is_free(|| Err(TryLockError::Error(kind.into()))), "{kind:?}");
        }
        let asked = std::cell::Cell::new(0);
        let free_at_third = || {
            asked.set(asked.get() + 1);
            if asked.get() < 3 { Err(TryLockError::WouldBlock) } else { Ok(()) }
        };
        assert!(is_free(free_at_third));
        assert_eq!(asked.get(), 3);
    }

    #[cfg(unix)]
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
