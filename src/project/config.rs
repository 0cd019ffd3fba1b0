//! A now.json, vercel.json or vercel.toml, with typed views that keep their path.

use camino::{Utf8Path, Utf8PathBuf};

use crate::document::{Document, Node, Path};
use crate::platform::Platform;
use crate::platform::config_files::{PROGRAMS, TEXTS};

/// A config file.
#[derive(Debug)]
pub struct Config {
    document: Document,
    unjoined: Vec<usize>,
}

/// What the command line last made of a config that is not JSON, below the project's folder.
pub const COMPILED: &str = ".vercel/vercel.json";

/// A config that is a program, which nobody runs here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program; none where only what was made of one is left.
    pub file: Option<Utf8PathBuf>,
    /// What the command line made of it, where that lies here and is what is judged.
    pub compiled: Option<Freshness>,
}

/// Whether a file was made after the last change of what it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It was.
    Newer,
    /// The source was changed since.
    Older,
    /// The file system does not tell.
    Unknown,
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
        let (document, unjoined) = document.joined();
        Self { document, unjoined }
    }

    /// The routes of a vercel.toml that the command line cannot read: those with `source` whose `headers` are no list.
    pub fn unjoined(&self) -> impl Iterator<Item = Path> {
        self.unjoined.iter().map(|index| Path::keys(["routes"]).index(*index))
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

    /// Whether the file has one of the names that the platforms read as text.
    pub fn is_config_file(path: &Utf8Path) -> bool {
        path.file_name().is_some_and(|name| TEXTS.contains(&name))
    }

    /// Whether the file has one of the names that the platform runs to get its config.
    pub fn is_program(path: &Utf8Path) -> bool {
        path.file_name().is_some_and(|name| PROGRAMS.contains(&name))
    }
}
