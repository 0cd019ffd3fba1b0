//! A file tree in memory with links and times, for projects that are made by the thousand. Contents are shared, not copied.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use nowcheck::base::Fs;
use nowcheck::base::fs::{DirEntry, FileKind, Metadata};

/// No path of a project goes through so many links.
const MOST_LINKS: usize = 40;

#[derive(Debug, Clone)]
enum Node {
    Folder(BTreeMap<String, FileKind>),
    File { bytes: Arc<[u8]>, mode: u32, modified: SystemTime },
    Link(Utf8PathBuf),
}

/// The tree. What is added later was changed later where [`Tree::wait`] was called between.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: BTreeMap<Utf8PathBuf, Node>,
    now: SystemTime,
}

impl Default for Tree {
    fn default() -> Self {
        let root = (Utf8PathBuf::from("/"), Node::Folder(BTreeMap::new()));
        Self { nodes: BTreeMap::from([root]), now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) }
    }
}

impl Tree {
    /// Time passes.
    pub(crate) fn wait(&mut self) {
        self.now += Duration::from_secs(60);
    }

    pub(crate) fn text(&mut self, path: &str, text: &str) {
        self.file(path, text.as_bytes().into(), 0o644);
    }

    pub(crate) fn file(&mut self, path: &str, bytes: Arc<[u8]>, mode: u32) {
        self.add(path, FileKind::File, Node::File { bytes, mode, modified: self.now });
    }

    /// A link whose text is `target`.
    pub(crate) fn link(&mut self, path: &str, target: &str) {
        self.add(path, FileKind::Symlink, Node::Link(target.into()));
    }

    fn add(&mut self, path: &str, kind: FileKind, node: Node) {
        let path = Utf8Path::new(path);
        assert!(path.is_absolute(), "{path}");
        let (mut child, mut kind) = (path, kind);
        while let Some(folder) = child.parent() {
            let name = child.file_name().unwrap().to_owned();
            let entry = self.nodes.entry(folder.to_owned()).or_insert_with(|| Node::Folder(BTreeMap::new()));
            let Node::Folder(names) = entry else { panic!("{folder} is no folder") };
            if names.insert(name, kind).is_some() {
                break;
            }
            (child, kind) = (folder, FileKind::Dir);
        }
        self.nodes.insert(path.to_owned(), node);
    }

    /// The path without links, except for a last one where `follow` is false.
    fn resolve(&self, path: &Utf8Path, follow: bool) -> io::Result<Utf8PathBuf> {
        let mut open: Vec<String> = path.components().rev().map(|part| part.as_str().to_owned()).collect();
        let (mut real, mut links) = (Utf8PathBuf::new(), 0);
        while let Some(part) = open.pop() {
            match Utf8Path::new(&part).components().next() {
                Some(Utf8Component::ParentDir) => drop(real.pop()),
                Some(Utf8Component::RootDir) => real = "/".into(),
                Some(Utf8Component::CurDir) | None => {}
                Some(_) => real.push(&part),
            }
            match self.nodes.get(&real) {
                Some(Node::Link(target)) if follow || !open.is_empty() => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(io::ErrorKind::NotFound.into());
                    }
                    real.pop();
                    open.extend(target.components().rev().map(|part| part.as_str().to_owned()));
                }
                Some(Node::File { .. }) if !open.is_empty() => return Err(io::ErrorKind::NotADirectory.into()),
                Some(_) => {}
                None => return Err(io::ErrorKind::NotFound.into()),
            }
        }
        Ok(real)
    }

    fn node(&self, path: &Utf8Path, follow: bool) -> io::Result<&Node> {
        // Most paths hold no link.
        match self.nodes.get(path) {
            Some(node @ (Node::Folder(_) | Node::File { .. })) => Ok(node),
            _ => self.nodes.get(&self.resolve(path, follow)?).ok_or_else(|| io::ErrorKind::NotFound.into()),
        }
    }
}

fn metadata(node: &Node) -> Metadata {
    let (kind, len, mode, modified) = match node {
        Node::Folder(_) => (FileKind::Dir, 0, 0o755, None),
        Node::File { bytes, mode, modified } => (FileKind::File, bytes.len() as u64, *mode, Some(*modified)),
        Node::Link(target) => (FileKind::Symlink, target.as_str().len() as u64, 0o777, None),
    };
    Metadata { kind, len, mode, modified, identity: None }
}

impl Fs for Tree {
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn Read + Send>> {
        match self.node(path, true)? {
            Node::File { bytes, .. } => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.node(path, true).map(metadata)
    }

    fn symlink_metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        self.node(path, false).map(metadata)
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        match self.node(path, true)? {
            Node::Folder(names) => {
                Ok(names.iter().map(|(name, kind)| DirEntry { name: name.clone(), kind: *kind }).collect())
            }
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn read_link(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        match self.node(path, false)? {
            Node::Link(target) => Ok(target.clone()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    fn canonicalize(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        self.resolve(path, true)
    }
}

/// The tree behaves as the disk does.
#[test]
fn links_are_followed_as_on_disk() {
    let mut tree = Tree::default();
    tree.text("/p/store/a/index.js", "a");
    tree.link("/p/modules/a", "../store/a");
    tree.link("/p/round", "round");
    let index = Utf8Path::new("/p/modules/a/index.js");
    assert_eq!(tree.read_to_string(index).unwrap(), "a");
    assert_eq!(tree.canonicalize(index).unwrap(), "/p/store/a/index.js");
    assert_eq!(tree.symlink_metadata(Utf8Path::new("/p/modules/a")).unwrap().kind, FileKind::Symlink);
    assert!(tree.is_dir(Utf8Path::new("/p/modules/a")) && tree.is_file(index));
    assert!(tree.metadata(Utf8Path::new("/p/round")).is_err() && tree.metadata(Utf8Path::new("/p/store/b")).is_err());
    let names: Vec<_> = tree.read_dir(Utf8Path::new("/p")).unwrap().into_iter().map(|entry| entry.kind).collect();
    assert_eq!(names, [FileKind::Dir, FileKind::Symlink, FileKind::Dir]);
}
