//! How often a file is asked for, and what is said of one that cannot be read.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::analysis::{Analysis, Certainty};
use nowcheck::base::fs::{DirEntry, Metadata, RealFs};
use nowcheck::base::{Fs, Memo};
use nowcheck::bundle::{From, Source};
use nowcheck::lint::{self, FunctionReport, Options};
use nowcheck::project::discover::Found;

/// The disk, with a memo or without, that counts and refuses.
#[derive(Default)]
struct Watched {
    memo: Option<Memo>,
    looked: Mutex<BTreeMap<Utf8PathBuf, usize>>,
    opened: Mutex<BTreeMap<Utf8PathBuf, usize>>,
    refused: Option<&'static str>,
}

impl Watched {
    fn counts(&self, list: &Mutex<BTreeMap<Utf8PathBuf, usize>>, path: &Utf8Path) -> io::Result<()> {
        *list.lock().unwrap().entry(path.to_owned()).or_default() += 1;
        let is_refused = self.refused.is_some_and(|refused| path.ends_with(refused));
        if is_refused { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }
}

impl Fs for Watched {
    fn memo(&self) -> Option<&Memo> {
        self.memo.as_ref()
    }
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        self.counts(&self.opened, path)?;
        RealFs.open(path)
    }
    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.counts(&self.looked, path)?;
        RealFs.metadata(path)
    }
    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.counts(&self.looked, path)?;
        RealFs.symlink_metadata(path)
    }
    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        RealFs.read_dir(path)
    }
    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        RealFs.read_link(path)
    }
    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        RealFs.canonicalize(path)
    }
}

struct Tree {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().unwrap()).unwrap();
        let tree = Self { _keep: keep, root };
        files.iter().for_each(|(name, text)| tree.write(name, text));
        tree.write(".git/HEAD", "");
        tree
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn analysis<'f>(&self, fs: &'f dyn Fs, from: From) -> Analysis<'f> {
        let config = Some(self.root.join("vercel.json")).filter(|file| file.exists());
        let found = Found { root: self.root.clone(), config };
        Analysis::new(lint::project(fs, &found, &Options::default()).unwrap()).reading(from)
    }

    fn functions(&self, fs: &dyn Fs, from: From) -> Vec<FunctionReport> {
        lint::functions(&self.analysis(fs, from), true)
    }
}

/// The most that any path for which `of` holds was asked for.
fn most(counts: &Mutex<BTreeMap<Utf8PathBuf, usize>>, of: impl Fn(&str) -> bool) -> usize {
    let counts = counts.lock().unwrap();
    counts.iter().filter(|(path, _)| of(path.as_str())).map(|(_, count)| *count).max().unwrap()
}

#[test]
fn what_all_pages_share_is_looked_up_and_read_once() {
    let tree = Tree::new(&[("package.json", r#"{"dependencies":{"next":"15.0.0"}}"#), (".next/BUILD_ID", "1")]);
    let mut shared = Vec::new();
    for at in 0..40 {
        let name = format!("node_modules/p/{at}.js");
        tree.write(&name, &format!("module.exports = {at:03};").repeat(100));
        shared.push(format!("../{name}"));
    }
    tree.write(".next/next-server.js.nft.json", &serde_json::json!({ "files": shared }).to_string());
    for at in 0..30 {
        tree.write(&format!("app/a{at}/page.js"), "");
        tree.write(&format!(".next/server/app/a{at}/page.js"), "1");
        tree.write(&format!(".next/server/app/a{at}/page.js.nft.json"), r#"{"files":[]}"#);
    }
    std::thread::sleep(Duration::from_millis(20));
    tree.write(".next/required-server-files.json", r#"{"files":[".next/BUILD_ID"]}"#);
    let later = SystemTime::now() + Duration::from_secs(60);
    let cache = Tree::new(&[]);
    let memo = || Some(Memo::new(&cache.root, &tree.root, later));
    let is_shared = |path: &str| path.contains("/node_modules/p/") && path.ends_with(".js");

    let fs = Watched { memo: memo(), ..Watched::default() };
    let found = tree.functions(&fs, From::Auto);
    assert_eq!((found.len(), found[0].files), (30, 42));
    assert_eq!((most(&fs.looked, is_shared), most(&fs.opened, is_shared)), (1, 1));
    fs.memo.unwrap().save().unwrap();

    let fs = Watched { memo: memo(), ..Watched::default() };
    assert!(tree.functions(&fs, From::Auto) == found);
    assert_eq!(most(&fs.looked, is_shared), 1);
    assert!(!fs.opened.lock().unwrap().keys().any(|path| is_shared(path.as_str())));
}

const PLAIN: [(&str, &str); 7] = [
    ("vercel.json", r#"{"functions":{"api/a.js":{"includeFiles":"data/**"}}}"#),
    ("package.json", "{}"),
    ("api/a.js", "module.exports = require('../lib/b')"),
    ("lib/b.js", "module.exports = 1"),
    ("data/x.bin", "12345"),
    (".vercel/output/functions/api/a.func/.vc-config.json", r#"{"handler":"api/a.js","runtime":"nodejs22.x"}"#),
    (".vercel/output/functions/api/a.func/api/a.js", "module.exports = 1"),
];

#[test]
fn what_is_traced_is_looked_up_by_the_tracer_and_once_for_all_else() {
    let tree = Tree::new(&PLAIN);
    let fs = Watched::default();
    let found = tree.functions(&fs, From::Only(Source::Trace));
    assert_eq!((found.len(), found[0].files), (1, 4));
    assert_eq!(most(&fs.looked, |path| path.ends_with("data/x.bin")), 1);
    // Once by the tracer, which follows links, and once for mode, size and hash.
    assert_eq!(most(&fs.looked, |path| path.ends_with("lib/b.js")), 2);
}

#[test]
fn what_cannot_be_read_is_told_and_makes_a_size_the_least() {
    let tree = Tree::new(&PLAIN);
    tree.write(".vercel/output/config.json", r#"{"version":3}"#);
    for (refused, from, note) in [
        ("data/x.bin", Source::Trace, "data/x.bin: cannot be read, so counted as nothing (permission denied)"),
        ("api/a.func/api/a.js", Source::Output, "a.func/api/a.js cannot be read: permission denied"),
    ] {
        let certainty = |refused| {
            let fs = Watched { refused, ..Watched::default() };
            let analysis = tree.analysis(&fs, From::Only(from));
            let view = analysis.deployed().next().unwrap();
            (view.measured().unwrap().certainty, lint::functions(&analysis, true)[0].notes.join("\n"))
        };
        let (whole, notes) = certainty(None);
        assert_eq!((whole, notes.contains("cannot be read")), (Certainty::Exact, false), "{notes}");
        let (least, notes) = certainty(Some(refused));
        assert!(notes.contains(note), "{notes}");
        assert_eq!(least, Certainty::Least);
    }
    let config = r#"{"handler":"api/a.js","runtime":"nodejs22.x","filePathMap":{"gone.js":"gone.js"}}"#;
    tree.write(".vercel/output/functions/api/a.func/.vc-config.json", config);
    let analysis = tree.analysis(&RealFs, From::Only(Source::Output));
    let view = analysis.deployed().next().unwrap();
    assert!(!view.bundle().unwrap().is_complete());
    assert_eq!(view.measured().unwrap().certainty, Certainty::Least);
}
