//! What earlier runs made of file contents, kept in one file: a map from keys to bytes.
//!
//! A key is the hash of all that a result depends on, the content of a file among it, so an entry can be useless but not wrong. The content's own
//! hash is remembered by the file's metadata, so that a file that nobody touched is not read again.

use std::fs::DirBuilder;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::fs::{Fs, Metadata, RealFs};

/// The hash of all that a result depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u128);

impl Key {
    /// The key of a result of some kind that depends on these parts alone, in this order.
    pub fn new(kind: &str, parts: &[&[u8]]) -> Self {
        let mut hash = Xxh3::new();
        hash.update(kind.as_bytes());
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.digest128())
    }

    /// The hash of a content that is read in pieces.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn of_reader(reader: impl Read) -> io::Result<Self> {
        let mut hashing = Hashing::new(reader);
        io::copy(&mut hashing, &mut io::sink())?;
        Ok(hashing.content())
    }

    /// The hash of a content.
    pub fn of_content(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    /// The key as bytes, to make another key of.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(u128::from_le_bytes(bytes.try_into().ok()?)))
    }
}

/// A reader that hashes what is read through it.
pub struct Hashing<R> {
    reader: R,
    hash: Xxh3,
}

impl<R: Read> Hashing<R> {
    /// Nothing read yet.
    pub fn new(reader: R) -> Self {
        Self { reader, hash: Xxh3::new() }
    }

    /// The hash of all that was read.
    pub fn content(&self) -> Key {
        Key(self.hash.digest128())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

const SHARDS: usize = 16;
/// A file that changed this recently may change again without its metadata telling: the clocks of file systems are coarse.
const UNSETTLED: Duration = Duration::from_secs(2);
/// The file of one repository grows no further, in bytes.
const MOST: usize = 64 << 20;
/// All files together; the oldest go first, in bytes.
const MOST_IN_ALL: u64 = 512 << 20;
/// The ending of the files.
const ENDING: &str = "memo";

/// The results of earlier runs and of this one. Loading is put off until the first question; saving is asked for.
///
/// Two processes may share a file: each replaces it as a whole, and the last one to save wins. A file that is cut off, altered, or of another
/// build of the program counts as empty.
#[derive(Debug)]
pub struct Memo {
    file: Utf8PathBuf,
    started: SystemTime,
    kept: OnceLock<Kept>,
    fresh: [Mutex<FxHashMap<Key, Arc<[u8]>>>; SHARDS],
}

impl Memo {
    /// The memo of the repository at `root` in the cache folder `folder`, for a run that starts at `started`. Nothing is read yet.
    pub fn new(folder: &Utf8Path, root: &Utf8Path, started: SystemTime) -> Self {
        let name = format!("{:016x}.{ENDING}", xxh3_64(root.as_str().as_bytes()));
        Self {
            file: folder.join(name),
            started,
            kept: OnceLock::new(),
            fresh: std::array::from_fn(|_| Mutex::default()),
        }
    }

    fn kept(&self) -> &Kept {
        self.kept.get_or_init(|| std::fs::read(&self.file).ok().and_then(Kept::read).unwrap_or_default())
    }

    fn shard(&self, key: Key) -> std::sync::MutexGuard<'_, FxHashMap<Key, Arc<[u8]>>> {
        let [first, ..] = &self.fresh;
        let shard = self.fresh.get(key.0 as usize % SHARDS).unwrap_or(first);
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `read` with what is kept under a key.
    pub fn get<T>(&self, key: Key, read: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        if let Some(bytes) = self.kept().get(key) {
            return read(bytes);
        }
        let found = self.shard(key).get(&key).cloned();
        found.and_then(|bytes| read(&bytes))
    }

    /// Keeps a result.
    pub fn put(&self, key: Key, bytes: &[u8]) {
        self.shard(key).insert(key, Arc::from(bytes));
    }

    /// The content's hash of a file that has not been touched since it was last read.
    pub fn content(&self, path: &Utf8Path, metadata: &Metadata) -> Option<Key> {
        self.get(of_metadata(path, metadata)?, Key::from_bytes)
    }

    /// Remembers what a file with this metadata, looked up *before* it was read, holds.
    pub fn learn(&self, path: &Utf8Path, metadata: &Metadata, content: Key) {
        let (Some(key), Some(identity)) = (of_metadata(path, metadata), metadata.identity) else { return };
        let settled = |time: SystemTime| self.started.duration_since(time).is_ok_and(|age| age > UNSETTLED);
        if settled(identity.changed) && metadata.modified.is_some_and(settled) {
            self.put(key, &content.to_bytes());
        }
    }

    /// Writes what is new beside what was kept and is still asked for. A cache that cannot be written is none: the next run does the work again.
    ///
    /// # Errors
    /// Those of the file system; nothing is left half written.
    pub fn save(&self) -> io::Result<()> {
        let mut fresh = FxHashMap::default();
        for shard in &self.fresh {
            fresh.extend(std::mem::take(&mut *shard.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        let Some(folder) = self.file.parent().filter(|_| !fresh.is_empty()) else { return Ok(()) };
        let bytes = written(self.kept(), &fresh);
        make_private(folder)?;
        let mut file = tempfile::Builder::new().prefix(".memo-").tempfile_in(folder)?;
        file.write_all(&bytes)?;
        file.persist(&self.file).map_err(|error| error.error)?;
        sweep(folder, MOST_IN_ALL)
    }
}

/// The key of a file's content hash. None where the metadata does not tell whether the file was touched.
fn of_metadata(path: &Utf8Path, metadata: &Metadata) -> Option<Key> {
    let identity = metadata.identity?;
    let nanos = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_nanos());
    let mut numbers = Vec::with_capacity(56);
    numbers.extend(metadata.len.to_le_bytes());
    numbers.extend(identity.device.to_le_bytes());
    numbers.extend(identity.inode.to_le_bytes());
    numbers.extend(nanos(identity.changed)?.to_le_bytes());
    numbers.extend(nanos(metadata.modified?)?.to_le_bytes());
    Some(Key::new("content", &[path.as_str().as_bytes(), &numbers]))
}

fn make_private(folder: &Utf8Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Removes the files that were not written for longest, until the rest has at most `most` bytes.
fn sweep(folder: &Utf8Path, most: u64) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let ours = path.extension().is_some_and(|ending| ending == ENDING)
            || path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".memo-"));
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if ours && metadata.is_file() {
            files.push((metadata.modified()?, metadata.len(), path));
        }
    }
    files.sort();
    let mut sum: u64 = files.iter().map(|(_, len, _)| len).sum();
    for (_, len, path) in files {
        if sum <= most {
            break;
        }
        sum -= len;
        std::fs::remove_file(path)?;
    }
    Ok(())
}

const MAGIC: &[u8; 8] = b"nowcheck";
/// Magic, build, checksum.
const HEAD: usize = 24;
/// Key, and where its value begins and ends behind the rows.
const ROW: usize = 24;

/// A build of the program: results of another one may mean something else.
fn build() -> u64 {
    static BUILD: OnceLock<u64> = OnceLock::new();
    *BUILD.get_or_init(|| {
        let program = std::env::current_exe().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
        let program = program.and_then(|path| RealFs.metadata(&path).ok());
        xxh3_64(format!("{} {program:?}", env!("CARGO_PKG_VERSION")).as_bytes())
    })
}

/// The file as it was loaded: the head, sorted rows, values. All look-ups are into these bytes.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    used: Vec<AtomicBool>,
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

impl Kept {
    fn read(bytes: Vec<u8>) -> Option<Self> {
        let is_ours = bytes.get(..8)? == MAGIC && u64::from_le_bytes(number(&bytes, 8)?) == build();
        if !is_ours || u64::from_le_bytes(number(&bytes, 16)?) != xxh3_64(bytes.get(HEAD..)?) {
            return None;
        }
        let count = u32::from_le_bytes(number(&bytes, HEAD)?) as usize;
        bytes.get(HEAD + 4..)?.get(..count.checked_mul(ROW)?)?;
        Some(Self { bytes, used: std::iter::repeat_with(AtomicBool::default).take(count).collect() })
    }

    fn row(&self, index: usize) -> Option<(Key, &[u8])> {
        let at = HEAD + 4 + index * ROW;
        let key = Key::from_bytes(self.bytes.get(at..at + 16)?)?;
        let values = self.bytes.get(HEAD + 4 + self.used.len() * ROW..)?;
        let start = u32::from_le_bytes(number(&self.bytes, at + 16)?) as usize;
        let end = u32::from_le_bytes(number(&self.bytes, at + 20)?) as usize;
        Some((key, values.get(start..end)?))
    }

    fn get(&self, key: Key) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.used.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (found, value) = self.row(middle)?;
            match found.cmp(&key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    self.used.get(middle)?.store(true, Ordering::Relaxed);
                    return Some(value);
                }
            }
        }
        None
    }

    /// The entries that were, or were not, asked for.
    fn entries(&self, used: bool) -> impl Iterator<Item = (Key, &[u8])> {
        let rows = self.used.iter().enumerate().filter(move |(_, mark)| mark.load(Ordering::Relaxed) == used);
        rows.filter_map(|(index, _)| self.row(index))
    }
}

/// The bytes of a file with the entries of this run, then those that it did not ask for, as far as there is room.
fn written(kept: &Kept, fresh: &FxHashMap<Key, Arc<[u8]>>) -> Vec<u8> {
    let mut room = MOST;
    let mut entries: Vec<(Key, &[u8])> = Vec::with_capacity(fresh.len() + kept.used.len());
    let fresh = fresh.iter().map(|(key, bytes)| (*key, bytes.as_ref()));
    for (key, value) in fresh.chain(kept.entries(true)).chain(kept.entries(false)) {
        let Some(rest) = room.checked_sub(ROW + value.len()) else { continue };
        room = rest;
        entries.push((key, value));
    }
    entries.sort_by_key(|(key, _)| *key);
    entries.dedup_by_key(|(key, _)| *key);
    let mut bytes = Vec::with_capacity(MOST - room + HEAD + 4);
    bytes.extend(MAGIC);
    bytes.extend(build().to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend((entries.len() as u32).to_le_bytes());
    let mut start = 0u32;
    for (key, value) in &entries {
        let end = start + value.len() as u32;
        bytes.extend(key.to_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend(end.to_le_bytes());
        start = end;
    }
    entries.iter().for_each(|(_, value)| bytes.extend(*value));
    let sum = xxh3_64(bytes.get(HEAD..).unwrap_or_default());
    if let Some(place) = bytes.get_mut(16..HEAD) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests;
