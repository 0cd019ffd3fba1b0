//! The cache: what it saves, and that it never changes an answer.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::analysis::Analysis;
use nowcheck::base::fs::{DirEntry, Metadata};
use nowcheck::base::{CachingFs, Fs, Memo};
use nowcheck::bundle::packages::Names;
use nowcheck::bundle::{BundleFile, Sizes, Trace, TraceOptions, measure, packages, trace};
use nowcheck::lint::{self, FunctionReport, Options};
use nowcheck::platform::trace_profile::NFT_1_11_5;
use nowcheck::project::discover::Found;

/// The disk with a memo, and a list of the files whose content was asked for.
struct Watched {
    fs: CachingFs,
    read: Mutex<Vec<String>>,
}

impl Fs for Watched {
    fn memo(&self) -> Option<&Memo> {
        self.fs.memo()
    }
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        let content = self.fs.open(path)?;
        self.read.lock().unwrap().push(path.file_name().unwrap().to_owned());
        Ok(content)
    }
    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.fs.metadata(path)
    }
    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.fs.symlink_metadata(path)
    }
    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        self.fs.read_dir(path)
    }
    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.fs.read_link(path)
    }
    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.fs.canonicalize(path)
    }
}

struct Project {
    _guard: tempfile::TempDir,
    root: Utf8PathBuf,
    cache: Utf8PathBuf,
}

fn project() -> Project {
    let guard = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
    let project = Project { root: folder.join("project"), cache: folder.join("cache"), _guard: guard };
    let large = format!("module.exports = '{}'", "a long text ".repeat(200_000));
    for (name, text) in [
        ("package.json", "{}"),
        ("index.js", "require('./lib'); require('a'); require('fs').readFileSync(__dirname + '/data.txt')"),
        ("lib.js", "module.exports = 1"),
        ("data.txt", "some data"),
        ("node_modules/a/package.json", r#"{"name":"a","version":"1.2.3","main":"main.js"}"#),
        ("node_modules/a/main.js", large.as_str()),
    ] {
        project.write(name, text);
    }
    project
}

impl Project {
    fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// One run that starts long after the files were written: the list, the sizes, the packages, and what was read.
    fn run(&self) -> (Trace, Sizes, Vec<String>, Vec<String>) {
        let later = SystemTime::now() + Duration::from_secs(60);
        let fs = CachingFs::new(Memo::new(&self.cache, &self.root, later));
        let fs = Watched { fs, read: Mutex::default() };
        let options = TraceOptions::new(&self.root, NFT_1_11_5);
        let found = trace(&fs, &[self.root.join("index.js")], &options).unwrap();
        let file = |name: &String| BundleFile::disk(&fs, name, self.root.join(name));
        let files: Vec<BundleFile> = found.files.keys().map(file).collect();
        let sizes = measure(&fs, &files, true);
        let packages = packages(&Names::new(&fs, &self.root, &files), &files, &sizes)
            .into_iter()
            .map(|package| package.name)
            .collect();
        fs.memo().unwrap().save().unwrap();
        let mut read = fs.read.into_inner().unwrap();
        read.sort();
        read.dedup();
        (found, sizes, packages, read)
    }
}

#[test]
fn a_second_run_reads_metadata_alone_and_says_the_same() {
    let project = project();
    let (first_trace, first_sizes, first_packages, read) = project.run();
    assert_eq!(read, ["data.txt", "index.js", "lib.js", "main.js", "package.json"]);
    let (trace, sizes, packages, read) = project.run();
    assert_eq!((trace, sizes, packages), (first_trace, first_sizes, first_packages));
    assert_eq!(read, [""; 0]);
}

/// What `size` says of all functions, in a run that starts long after the files were written, and which contents it read and how often.
fn sizes(project: &Project) -> (Vec<FunctionReport>, Vec<String>) {
    let later = SystemTime::now() + Duration::from_secs(60);
    let fs = CachingFs::new(Memo::new(&project.cache, &project.root, later));
    let fs = Watched { fs, read: Mutex::default() };
    let found = Found { root: project.root.clone(), config: Some(project.root.join("vercel.json")) };
    let analysis = Analysis::new(lint::project(&fs, &found, &Options::default()).unwrap());
    let found = lint::functions(&analysis, true);
    fs.memo().unwrap().save().unwrap();
    let mut read = fs.read.into_inner().unwrap();
    read.sort();
    (found, read)
}

#[test]
fn a_second_size_reads_no_package_and_measures_nothing_again() {
    let project = project();
    project.write(".git/HEAD", "");
    project.write("vercel.json", "{}");
    let twin = format!("module.exports = '{}'", "twin ".repeat(1_000));
    project.write("node_modules/a/one.js", &twin);
    project.write("node_modules/a/two.js", &twin);
    for name in ["first", "second"] {
        let code = "require('../lib'); require('a'); require('a/one'); require('a/two'); module.exports = 1";
        project.write(&format!("api/{name}.js"), code);
    }
    let (first, read) = sizes(&project);
    assert_eq!(first.len(), 2);
    assert_eq!(first[0].detail.as_ref().unwrap().copies[0].files, ["node_modules/a/one.js", "node_modules/a/two.js"]);
    assert!(["main.js", "one.js", "two.js"].iter().all(|name| read.iter().any(|read| read == name)), "{read:?}");
    let (second, read) = sizes(&project);
    assert_eq!(second, first);
    // The config, package.json twice, and the entries, whose lines are told.
    assert_eq!(read, ["first.js", "package.json", "package.json", "second.js", "vercel.json"]);
}

#[test]
fn only_what_was_touched_is_read_again() {
    let project = project();
    let (_, before, ..) = project.run();
    project.write("lib.js", "module.exports = require('./more')");
    project.write("more.js", "");
    let (trace, after, _, read) = project.run();
    assert!(trace.files.contains_key("more.js"));
    assert_eq!(after.bytes, before.bytes + 16);
    assert_eq!(read, ["lib.js", "more.js"]);
}

#[test]
fn a_content_that_was_met_elsewhere_is_not_deflated_again() {
    let project = project();
    let (_, before, ..) = project.run();
    let main = project.root.join("node_modules/a/main.js");
    let text = std::fs::read(&main).unwrap();
    std::fs::remove_file(&main).unwrap();
    std::fs::write(&main, text).unwrap();
    let (_, after, _, read) = project.run();
    assert_eq!((after, read), (before, vec!["main.js".to_owned()]));
}

fn nowcheck(project: &Project, cache: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nowcheck"));
    command.args(arguments).current_dir(&project.root);
    let output = command.env("XDG_CACHE_HOME", cache).env("LOCALAPPDATA", cache).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn no_state_of_the_cache_changes_an_answer() {
    let project = project();
    let cache = project.cache.as_std_path();
    let bare = nowcheck(&project, cache, &["trace", "index.js", "--no-cache"]);
    assert!(!cache.exists());
    let trace = || nowcheck(&project, cache, &["trace", "index.js"]);
    assert_eq!(trace(), bare);
    let mut files = walkdir::WalkDir::new(cache).into_iter().map(Result::unwrap);
    let file = files.find(|entry| entry.file_type().is_file()).unwrap().into_path();
    assert_eq!(trace(), bare);
    std::fs::write(&file, "no memo").unwrap();
    assert_eq!(trace(), bare);
    std::fs::remove_dir_all(cache).unwrap();
    let runs: Vec<Output> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(trace)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(runs.iter().all(|run| *run == bare));
    // A file where the folder should be: nothing can be kept.
    assert_eq!(nowcheck(&project, file_in_the_way(&project).as_std_path(), &["trace", "index.js"]), bare);
}

fn file_in_the_way(project: &Project) -> Utf8PathBuf {
    project.write("../in-the-way", "");
    project.root.join("../in-the-way")
}
