//! package.json as far as a deploy depends on it.

use camino::Utf8Path;

use crate::base::Fs;
use crate::document::{Document, Node, Path};

/// What a package installs as no dependency of its own.
const PEERS: &str = "peerDependencies";

/// Where dependencies stand.
const GROUPS: [&str; 4] = ["dependencies", "devDependencies", "optionalDependencies", PEERS];

/// A package.json.
#[derive(Debug)]
pub struct PackageJson {
    document: Document,
}

impl PackageJson {
    /// Reads the file; none where it is missing or no text.
    pub fn read(fs: &dyn Fs, path: &Utf8Path) -> Option<Self> {
        Some(Self { document: Document::json(path, fs.read_to_string(path).ok()?) })
    }

    /// The document, for places and edits.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The document itself.
    pub(super) fn into_document(self) -> Document {
        self.document
    }

    fn at(&self, keys: &[&str]) -> Option<Node<'_>> {
        self.document.get(&Path::keys(keys.iter().copied()))
    }

    /// A string at a path of keys.
    pub fn text(&self, keys: &[&str]) -> Option<&str> {
        self.at(keys)?.as_str()
    }

    /// `main`.
    pub fn main(&self) -> Option<&str> {
        self.text(&["main"])
    }

    /// `engines.node`.
    pub fn node_range(&self) -> Option<&str> {
        self.text(&["engines", "node"])
    }

    /// A script.
    pub fn script(&self, name: &str) -> Option<&str> {
        self.text(&["scripts", name])
    }

    /// The scripts, each with its name.
    pub fn scripts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members("scripts").filter_map(|(name, node)| Some((name, node.as_str()?)))
    }

    /// The version or range of a dependency, from `dependencies`, `devDependencies` and the others in that order.
    pub fn dependency(&self, name: &str) -> Option<&str> {
        GROUPS.iter().find_map(|group| self.text(&[group, name]))
    }

    /// The names of all dependencies, peers among them.
    pub(super) fn dependencies(&self) -> impl Iterator<Item = &str> {
        GROUPS.iter().flat_map(|group| self.members(group)).map(|(name, _)| name)
    }

    /// The range of a dependency that an install in its own folder installs: peers are left out.
    pub fn installs(&self, name: &str) -> Option<&str> {
        GROUPS.iter().filter(|group| **group != PEERS).find_map(|group| self.text(&[group, name]))
    }

    fn members(&self, key: &str) -> impl Iterator<Item = (&str, Node<'_>)> {
        self.at(&[key]).into_iter().flat_map(Node::members).map(|(member, node)| (&*member.key, node))
    }

    /// Whether `name` is in `dependencies`, so that a production install has it.
    pub fn is_runtime_dependency(&self, name: &str) -> bool {
        self.text(&["dependencies", name]).is_some()
    }
}
