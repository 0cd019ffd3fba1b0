//! The file list of a function, as the platform's tracer makes it: the public face.

mod assets;
mod exports;
mod files;
mod natives;
mod recall;
mod resolve;
mod source;
mod special;
mod walk;

pub use source::clients::{Adapter, Caller, ClassImport, ClientCode, Creation, Disconnect, Options};
pub use source::module::{Declared, Import, ImportKind, ModuleFacts};
pub use source::shapes::HANDLERS;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use crate::base::{Fs, Span, paths};
use crate::platform::node_versions;
use crate::platform::trace_profile::TraceProfile;
use files::Files;
use rayon::prelude::*;
use resolve::Resolver;
use source::clients;
use source::parse::STACK;
use walk::Walk;

/// How to trace.
pub struct TraceOptions<'a> {
    /// Absolute folder that listed paths are relative to; what lies outside is left out.
    pub base: Utf8PathBuf,
    /// Absolute folder that `process.cwd()` is taken to give.
    pub cwd: Utf8PathBuf,
    /// The tracer's rules.
    pub profile: TraceProfile,
    /// Tells of a path relative to the base whether it is left out. Entries are never asked for.
    pub ignore: &'a (dyn Fn(&str) -> bool + Sync),
    /// Major version of the Node.js that runs the builder: from 22 on `module-sync` targets count.
    pub node_major: u32,
    /// Conditions beside `import`, `require` and `default`; the tracer's default is `node` alone.
    pub conditions: Vec<String>,
    /// How many references are followed from an entry; `None` for all.
    pub depth: Option<u32>,
    /// Specifiers, or prefixes ending in `/`, and the paths they stand for, tried last.
    pub aliases: BTreeMap<String, String>,
}

impl TraceOptions<'_> {
    /// The tracer's defaults for a base folder: everything is followed, nothing is ignored.
    pub fn new(base: &Utf8Path, profile: TraceProfile) -> Self {
        Self {
            base: base.to_owned(),
            cwd: base.to_owned(),
            profile,
            ignore: &|_| false,
            node_major: node_versions::OF_BUILDER,
            conditions: vec!["node".to_owned()],
            depth: None,
            aliases: BTreeMap::new(),
        }
    }
}

/// Why a trace has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// A file that must be read is not there or not readable: the builder fails in the same way.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: Utf8PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Links lead in a circle.
    #[error("the links at {path} lead in a circle")]
    LinkLoop {
        /// Where the circle was met.
        path: Utf8PathBuf,
    },
    /// The threads for parsing could not be started.
    #[error("no threads to trace with: {reason}")]
    Threads {
        /// What the system says.
        reason: String,
    },
}

/// Something that could not be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TraceWarning {
    /// A specifier that leads nowhere.
    Unresolved {
        /// What the file asks for.
        specifier: String,
        /// The file, relative to the base.
        file: String,
        /// The specifier's place.
        span: Span,
    },
    /// A package.json that is no JSON object: what it says is not followed.
    BrokenManifest {
        /// The file, relative to the base.
        file: String,
    },
    /// A file that parses neither as a script nor as a module.
    Unparsed {
        /// The file, relative to the base.
        file: String,
    },
}

/// Why a file is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// An entry.
    Initial,
    /// Imported or required.
    Dependency,
    /// Named by a path in the source.
    Asset,
    /// Needed to resolve something: a `package.json` or a link.
    Resolve,
    /// A shared library beside a native addon.
    SharedLib,
}

impl ReasonKind {
    /// Its name in reports: `dependency`, `shared-lib`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Dependency => "dependency",
            Self::Asset => "asset",
            Self::Resolve => "resolve",
            Self::SharedLib => "shared-lib",
        }
    }
}

/// What in a file brings another one along. Everything that one cause brings goes when the cause goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The import at this index of [`ModuleFacts::imports`].
    Import(u32),
    /// A specifier with unknown parts, at this place: every file that it may name.
    OpenImport(Span),
    /// The path of one file, given by the expression at this place.
    Path(Span),
    /// A folder, or a path with unknown parts, given by the expression at this place: every file that it may name.
    Folder(Span),
    /// The `package.json` that rules the file.
    Boundary,
    /// What the tracer knows of the package that the file belongs to, or of a call in it.
    Package,
    /// The shared libraries beside a native addon.
    SharedLib,
}

/// A file that refers to another one, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parent {
    /// The file, relative to the base.
    pub file: String,
    /// What in it refers.
    pub cause: Cause,
}

/// Why a file is listed, and by which files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reason {
    /// The kinds of reference to it.
    pub kinds: BTreeSet<ReasonKind>,
    /// The references from other files.
    pub parents: BTreeSet<Parent>,
}

/// A parsed file of a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TracedModule {
    /// What was read from it.
    pub facts: ModuleFacts,
    /// For each of its imports, in the same order, the files it resolves to, relative to the base.
    pub targets: Vec<Vec<String>>,
}

/// The files of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Every file and link with its reason, by path relative to the base.
    pub files: BTreeMap<String, Reason>,
    /// What could not be followed, sorted, without repetition.
    pub warnings: BTreeSet<TraceWarning>,
    /// The parsed files.
    pub modules: BTreeMap<String, TracedModule>,
}

/// Parsing and visiting recurse, so they get threads with much room of their own.
fn threads() -> Result<&'static rayon::ThreadPool, TraceError> {
    static POOL: OnceLock<Result<rayon::ThreadPool, String>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let builder = rayon::ThreadPoolBuilder::new().stack_size(STACK).thread_name(|index| format!("trace-{index}"));
        builder.build().map_err(|error| error.to_string())
    });
    pool.as_ref().map_err(|reason| TraceError::Threads { reason: reason.clone() })
}

/// What `tell` finds in the program of a text; none where it does not parse.
pub(super) fn program<T: Send>(text: &str, tell: impl FnOnce(&oxc_ast::ast::Program<'_>) -> T + Send) -> Option<T> {
    threads().ok()?.install(|| source::parse::program(text, tell))
}

/// Traces entry files. The result does not depend on the order in which files are read.
///
/// # Errors
/// An unreadable entry, a link loop, or a file that a special case of the tracer insists on and that is not there.
pub fn trace(fs: &dyn Fs, entries: &[Utf8PathBuf], options: &TraceOptions<'_>) -> Result<Trace, TraceError> {
    let base = paths::normalize(&options.base);
    let cwd = paths::normalize(&options.cwd);
    let files = Files::new(fs, &base);
    let resolver = Resolver {
        files: &files,
        profile: options.profile,
        conditions: &options.conditions,
        node_major: options.node_major,
        aliases: &options.aliases,
    };
    let walk = Walk::new(&files, &resolver, options, &cwd);
    threads()?.install(|| walk.run(entries, options.depth))?;
    walk.into_trace()
}

/// What source files of the project do with Prisma's client, in their order; none for a file that does not mention it, or cannot be read.
///
/// # Errors
/// The threads for parsing could not be started.
pub fn client_code(fs: &dyn Fs, files: &[Utf8PathBuf]) -> Result<Vec<Option<ClientCode>>, TraceError> {
    let read = |file: &Utf8PathBuf| {
        fs.metadata(file).ok().filter(|metadata| metadata.is_file() && metadata.len <= LONGEST_CLIENT_CODE)?;
        let text = files::text_of(fs.read(file).ok()?);
        if clients::mentions_client(&text) { clients::read(file, &text) } else { None }
    };
    Ok(threads()?.install(|| files.par_iter().map(read).collect()))
}

/// Nobody writes a longer file by hand, in bytes.
const LONGEST_CLIENT_CODE: u64 = 1 << 20;
