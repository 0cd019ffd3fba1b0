//! A now.json or vercel.json, with typed views that keep their path.

use camino::Utf8Path;

use crate::document::{Document, Node, Path};
use crate::platform::Platform;

/// A config file.
#[derive(Debug)]
pub struct Config {
    document: Document,
}

/// One item of `builds`.
#[derive(Debug, Clone)]
pub struct Build<'c> {
    /// `builds[0]`.
    pub path: Path,
    /// The value of `use`.
    pub uses: Option<&'c str>,
    /// The value of `src`.
    pub src: Option<&'c str>,
    /// The value of `config`.
    pub config: Option<Node<'c>>,
}

/// Builds that are looked at. The platforms refuse more than 128; a file with 100,000 must not take minutes to be refused.
const MAX_BUILDS: usize = 1_000;

impl<'c> Build<'c> {
    /// The value of a key of `config`.
    pub fn option(&self, key: &str) -> Option<Node<'c>> {
        self.config?.get(key)
    }

    /// The path of a key of `config`.
    pub fn option_path(&self, key: &str) -> Path {
        self.path.key("config").key(key)
    }
}

impl Config {
    /// A config from its text. `file` is its path or the name given for standard input.
    pub fn new(document: Document) -> Self {
        Self { document }
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Its file name.
    pub fn name(&self) -> &str {
        self.document.file().file_name().unwrap_or("vercel.json")
    }

    /// The platform that its name stands for.
    pub fn platform(&self) -> Platform {
        Platform::of_config_file(self.name()).unwrap_or(Platform::Vercel)
    }

    /// A top-level value.
    pub fn get(&self, key: &str) -> Option<Node<'_>> {
        self.document.root()?.get(key)
    }

    /// The items of `builds` that are objects, the first thousand.
    pub fn builds(&self) -> Vec<Build<'_>> {
        let Some(builds) = self.get("builds") else { return Vec::new() };
        let path = Path::keys(["builds"]);
        builds
            .items()
            .enumerate()
            .filter(|(_, node)| node.is_object())
            .take(MAX_BUILDS)
            .map(|(index, node)| Build {
                path: path.index(index),
                uses: node.get("use").and_then(Node::as_str),
                src: node.get("src").and_then(Node::as_str),
                config: node.get("config"),
            })
            .collect()
    }

    /// Whether the file is one of the names that the platforms read.
    pub fn is_config_file(path: &Utf8Path) -> bool {
        matches!(path.file_name(), Some("now.json" | "vercel.json"))
    }
}
