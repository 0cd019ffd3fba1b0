use super::*;
use crate::base::fs::{FileKind, Identity};
use proptest::prelude::*;

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("deep/cache")).unwrap();
    (folder, path)
}

fn key(text: &str) -> Key {
    Key::new("test", &[text.as_bytes()])
}

fn read(memo: &Memo, text: &str) -> Option<Vec<u8>> {
    memo.get(key(text), |bytes| Some(bytes.to_vec()))
}

fn memo(folder: &Utf8Path) -> Memo {
    Memo::new(folder, Utf8Path::new("/project"), SystemTime::now())
}

#[test]
fn what_is_saved_is_found_by_the_next_run() {
    let (_guard, folder) = folder();
    let first = memo(&folder);
    assert_eq!(read(&first, "a"), None);
    first.put(key("a"), b"one");
    first.put(key("b"), b"");
    assert_eq!(read(&first, "a"), Some(b"one".to_vec()));
    first.save().unwrap();
    let second = memo(&folder);
    assert_eq!(
        (read(&second, "a"), read(&second, "b"), read(&second, "c")),
        (Some(b"one".to_vec()), Some(vec![]), None)
    );
    second.put(key("c"), b"three");
    second.save().unwrap();
    assert_eq!(read(&memo(&folder), "a"), Some(b"one".to_vec()));
    assert_eq!(read(&memo(&folder), "c"), Some(b"three".to_vec()));
    assert_eq!(read(&Memo::new(&folder, Utf8Path::new("/other"), SystemTime::now()), "a"), None);
}

#[test]
fn a_file_that_was_cut_or_altered_counts_as_empty() {
    let (_guard, folder) = folder();
    let first = memo(&folder);
    (0..50).for_each(|index| first.put(key(&index.to_string()), b"value"));
    first.save().unwrap();
    let whole = std::fs::read(&first.file).unwrap();
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        std::fs::write(&first.file, &altered).unwrap();
        assert_eq!(read(&memo(&folder), "7"), None, "bit of byte {at}");
    }
    for len in 0..whole.len() {
        std::fs::write(&first.file, &whole[..len]).unwrap();
        assert_eq!(read(&memo(&folder), "7"), None, "cut at {len}");
    }
    let again = memo(&folder);
    again.put(key("7"), b"value");
    again.save().unwrap();
    assert_eq!(read(&memo(&folder), "7"), Some(b"value".to_vec()));
}

proptest! {
    #[test]
    fn any_bytes_are_a_memo_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut sealed = MAGIC.to_vec();
        sealed.extend(build().to_le_bytes());
        sealed.extend(xxh3_64(&bytes).to_le_bytes());
        sealed.extend(&bytes);
        for bytes in [bytes, sealed] {
            if let Some(kept) = Kept::read(bytes) {
                prop_assert!(kept.entries(false).count() <= kept.used.len());
                let _ = kept.get(key("a"));
            }
        }
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error_and_no_more() {
    let (guard, _) = folder();
    let file = Utf8PathBuf::from_path_buf(guard.path().join("file")).unwrap();
    std::fs::write(&file, "in the way").unwrap();
    let memo = memo(&file);
    memo.put(key("a"), b"one");
    assert!(memo.save().is_err());
    assert_eq!(std::fs::read(&file).unwrap(), b"in the way");
}

#[test]
fn what_was_not_asked_for_goes_first() {
    let fresh: FxHashMap<Key, Arc<[u8]>> =
        ["a", "b"].into_iter().map(|name| (key(name), Arc::from(vec![0; MOST / 3]))).collect();
    let kept = Kept::read(written(&Kept::default(), &fresh)).unwrap();
    assert!(kept.get(key("b")).is_some());
    let more = FxHashMap::from_iter([(key("c"), Arc::from(vec![0; MOST / 3]))]);
    let kept = Kept::read(written(&kept, &more)).unwrap();
    assert_eq!([key("a"), key("b"), key("c")].map(|key| kept.get(key).is_some()), [false, true, true]);
}

#[test]
fn the_oldest_files_go_first() {
    let (_guard, folder) = folder();
    for (project, age) in [("/new", 10), ("/old", 1000), ("/older", 2000)] {
        let memo = Memo::new(&folder, Utf8Path::new(project), SystemTime::now());
        memo.put(key(project), &[0; 1000]);
        memo.save().unwrap();
        let file = std::fs::File::options().append(true).open(&memo.file).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    sweep(&folder, 1500).unwrap();
    let found = ["/new", "/old", "/older"]
        .map(|project| read(&Memo::new(&folder, Utf8Path::new(project), SystemTime::now()), project));
    assert_eq!(found.map(|bytes| bytes.is_some()), [true, false, false]);
}

#[test]
fn a_content_is_remembered_until_the_file_is_touched() {
    let (_guard, folder) = folder();
    let memo = memo(&folder);
    let ago = |seconds| SystemTime::now() - Duration::from_secs(seconds);
    let metadata = |changed, inode| Metadata {
        kind: FileKind::File,
        len: 3,
        mode: 0o644,
        modified: Some(ago(500)),
        identity: Some(Identity { device: 1, inode, changed }),
    };
    let path = Utf8Path::new("/p/a.js");
    let (settled, recent) = (metadata(ago(100), 7), metadata(SystemTime::now(), 8));
    memo.learn(path, &settled, Key::of_content(b"abc"));
    memo.learn(path, &recent, Key::of_content(b"abc"));
    assert_eq!(memo.content(path, &settled), Some(Key::of_content(b"abc")));
    assert_eq!(memo.content(path, &recent), None);
    assert_eq!(memo.content(path, &metadata(ago(99), 7)), None);
    assert_eq!(memo.content(path, &Metadata { len: 4, ..settled }), None);
    assert_eq!(memo.content(Utf8Path::new("/p/b.js"), &settled), None);
}
