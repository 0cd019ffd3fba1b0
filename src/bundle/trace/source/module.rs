//! What the tracer needs to know of one source file, without the syntax tree it was read from.

use serde::{Deserialize, Serialize};

use crate::base::Span;

/// How a file names another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ImportKind {
    /// `import` or `export ... from`.
    Static,
    /// `require()` and its relatives.
    Require,
    /// `import()`, and what is resolved as it is.
    Dynamic,
}

impl ImportKind {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "import",
            Self::Require => "require",
            Self::Dynamic => "dynamic-import",
        }
    }
}

/// A specifier that a file names, literally or by an expression with a known value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Import {
    /// The text after evaluation, such as `./a` or `express`.
    pub specifier: String,
    /// Where the expression stands that gives the specifier; offsets into the file as text.
    pub span: Span,
    /// The form of the reference.
    pub kind: ImportKind,
}

/// A file or folder that the source names by an absolute path. Unknown parts are marked with [`super::values::WILD`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bundle::trace) enum AssetRef {
    Path(String),
    /// `fs.readdir(__dirname)`: the folder of the file itself.
    OwnFolder,
}

/// A path that the source names, and the place of the expression that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bundle::trace) struct Asset {
    pub named: AssetRef,
    pub span: Span,
}

/// A relative specifier with unknown parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bundle::trace) struct OpenImport {
    pub specifier: String,
    pub span: Span,
}

/// A runtime that a file declares, and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The value of the literal: `edge`.
    pub text: String,
    /// Where the literal stands; offsets into the file as text.
    pub span: Span,
    /// It stands in `config`: the platform's builder of functions reads it there alone, Next.js at `export const runtime` too. (@vercel/static-config as
    /// of 2026-11.)
    pub in_config: bool,
}

impl Declared {
    /// Whether it names the edge runtime: `edge`, or `experimental-edge` as Next.js wrote it before version 13.
    pub fn is_edge(&self) -> bool {
        matches!(self.text.as_str(), "edge" | "experimental-edge")
    }
}

/// What rules want to know of a source file, beside what the tracer needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleFacts {
    /// Every specifier, in source order.
    pub imports: Vec<Import>,
    /// The file starts a server itself: it calls `.listen(` or `createServer(`.
    pub listens: bool,
    /// Folders that a call such as `express.static("public")` names literally. Node takes them from its working directory.
    pub served_folders: Vec<String>,
    /// An app is made with one, as by `express()` or `new Koa()`; a router alone is none.
    pub server_app: bool,
    /// Paths that are registered on such an app, as they are written, without those that take `/` or every URL. At most
    /// sixteen.
    pub server_paths: Vec<String>,
    /// Something is exported: `module.exports`, `exports.x` or `export`.
    pub exports: bool,
    /// What is exported may answer requests: a default export or `module.exports`, or a name such as `GET` or `fetch`.
    pub handler: bool,
    /// The runtime that the file declares for itself, in a form that is read without running it.
    pub runtime: Option<Declared>,
    /// The file is a module: it does not parse as a script.
    pub esm: bool,
    /// The file does not parse at all.
    pub failed: bool,
}

/// A source file as the tracer sees it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::bundle::trace) struct Module {
    pub facts: ModuleFacts,
    pub assets: Vec<Asset>,
    pub open_imports: Vec<OpenImport>,
    /// Calls that only a special case understands.
    pub calls: Vec<SpecialCall>,
    /// What was met, and is listed, while paths of `require.resolve` were computed: manifests, absolute.
    #[serde(skip)]
    pub met: Vec<camino::Utf8PathBuf>,
}

impl Module {
    /// A file of which nothing could be read.
    pub(in crate::bundle::trace) fn unread() -> Self {
        Self { facts: ModuleFacts { failed: true, ..ModuleFacts::default() }, ..Self::default() }
    }
}

/// A call whose meaning lies in a package that the tracer knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::bundle::trace) enum SpecialCall {
    /// `bindings('name')`.
    Bindings(String),
    /// `node-gyp-build(folder)`.
    NodeGypBuild(String),
    /// `find(package.json)` of node-pre-gyp.
    PreGypFind(String),
    /// `SetRootDir(folder)` of strong-globalize.
    SetRootDir(String),
    /// `pkginfo(module)`.
    PkgInfo,
    /// `resolvePath('x')`, which socket.io defines for its client's files.
    SocketClient(String),
}

/// As many paths of a server are told of one file.
pub(super) const MAX_SERVER_PATHS: usize = 16;

/// Packages that answer requests themselves. `micro` is not one of them: its handlers are exported.
pub(super) const SERVER_FRAMEWORKS: &[&str] =
    &["express", "fastify", "koa", "@hapi/hapi", "hapi", "restify", "polka", "connect", "@nestjs/core"];
