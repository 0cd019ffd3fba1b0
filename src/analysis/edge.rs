//! Code that runs on the edge runtime and makes a client that needs Node.js.

use camino::{Utf8Path, Utf8PathBuf};

use super::next_app::{package_of, trace_own, version_of};
use super::{Analysis, FunctionView, ImportSite};
use crate::base::Span;
use crate::base::paths;
use crate::bundle::{ClassImport, Creation, Declared, Trace, TracedModule, client_code};
use crate::detect::PartKind;
use crate::platform::Platform;
use crate::project::Project;

/// The package whose plain import is the client for Node.js.
const PACKAGE: &str = "@prisma/client";
/// The extension with which a client asks a service instead of an engine.
const ACCELERATE: &str = "@prisma/extension-accelerate";
/// Files of a site that are read for the runtime that they declare.
const MOST_FILES: usize = 2000;

/// What runs on the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// A function, or a page or route of Next.js.
    Function,
    /// Middleware of Next.js, which runs there unless it says otherwise.
    Middleware,
    /// Middleware of the platform, which in projects that were created before September 2026 runs there unless it says otherwise. (@vercel/node of
    /// CLI 64, read 2026-11.)
    PlatformMiddleware,
}

/// Code on the edge that makes a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeCode {
    /// The entry file, absolute.
    pub entry: Utf8PathBuf,
    /// What it is.
    pub kind: EdgeKind,
    /// Where the entry says `edge`, as a place in it.
    pub declared: Option<Span>,
    /// The import of the client, in the file that makes one.
    pub site: ImportSite,
    /// Whether the entry makes the client itself, or imports the file that does.
    pub is_near: bool,
}

impl<'a> FunctionView<'a, '_> {
    /// Whether it says that it runs on the edge runtime, or a build made it so.
    pub fn is_edge(self) -> bool {
        let built = self.built().and_then(|built| built.runtime.as_deref());
        let is_declared = || self.declared().is_some_and(|declared| declared.in_config && declared.is_edge());
        built.map_or_else(is_declared, |runtime| runtime == "edge")
    }

    fn declared(self) -> Option<&'a Declared> {
        let bundle = self.bundle()?;
        let entry = self.analysis().project().root().join(&self.function().entrypoint);
        bundle.trace.modules.get(&paths::relative(&entry, &bundle.base))?.facts.runtime.as_ref()
    }
}

impl Analysis<'_> {
    /// What runs on the edge and makes a client of a version that needs Node.js, with neither a driver adapter nor Accelerate.
    pub fn edge_clients(&self) -> Vec<EdgeCode> {
        let project = self.project();
        let is_old = || {
            let schema = project.schemas().first().and_then(|schema| package_of(project, schema.folder()));
            version_of(project, schema.as_deref()).is_some_and(|version| (2..=6).contains(&version.semantic().major()))
        };
        if project.platform() != Platform::Vercel || project.is_isolated() || !is_old() {
            return Vec::new();
        }
        let mut found: Vec<EdgeCode> = self.functions().filter_map(of_function).collect();
        found.extend(self.other_entries().into_iter().filter_map(|(entry, kind)| of_entry(project, &entry, kind)));
        found
    }

    /// Entries that are no functions of the config: middleware, and what a site of Next.js says of its own files.
    fn other_entries(&self) -> Vec<(Utf8PathBuf, EdgeKind)> {
        let project = self.project();
        let parts = self.detected().made().iter().filter(|part| part.kind == PartKind::Middleware);
        let kind = if self.is_next() { EdgeKind::Middleware } else { EdgeKind::PlatformMiddleware };
        let mut entries: Vec<_> = parts.map(|part| (project.root().join(&part.src), kind)).collect();
        if kind == EdgeKind::PlatformMiddleware {
            return entries;
        }
        for file in project.files().iter().filter(|file| is_source(file)).take(MOST_FILES) {
            let inside = file.strip_prefix("src/").unwrap_or(file);
            let path = project.root().join(file);
            if inside.rsplit_once('.').is_some_and(|(stem, _)| stem == "middleware") {
                entries.push((path, EdgeKind::Middleware));
            } else if inside.starts_with("app/") || inside.starts_with("pages/") {
                let says_edge = project
                    .fs()
                    .read_to_string(&path)
                    .is_ok_and(|text| text.contains("edge") && text.contains("runtime"));
                entries.extend(says_edge.then_some((path, EdgeKind::Function)));
            }
        }
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup_by(|(one, _), (other, _)| one == other);
        entries
    }
}

fn is_source(file: &str) -> bool {
    [".ts", ".tsx", ".js", ".jsx", ".mjs"].iter().any(|ending| file.ends_with(ending)) && !file.ends_with(".d.ts")
}

fn of_function(view: FunctionView<'_, '_>) -> Option<EdgeCode> {
    let bundle = view.bundle().filter(|_| view.is_edge())?;
    let project = view.analysis().project();
    code(project, &bundle.trace, &project.root().join(&view.function().entrypoint), EdgeKind::Function)
}

fn of_entry(project: &Project<'_>, entry: &Utf8Path, kind: EdgeKind) -> Option<EdgeCode> {
    let trace = trace_own(project, &[entry.to_owned()])?;
    let declared = trace.modules.get(&paths::relative(entry, project.repository()))?.facts.runtime.as_ref();
    let is_edge = declared.map_or(kind != EdgeKind::Function, Declared::is_edge);
    if is_edge { code(project, &trace, entry, kind) } else { None }
}

/// The first file of a trace that makes a client, the entry before others.
fn code(project: &Project<'_>, trace: &Trace, entry: &Utf8Path, kind: EdgeKind) -> Option<EdgeCode> {
    let base = project.repository();
    let name = paths::relative(entry, base);
    let module = trace.modules.get(&name)?;
    let own = || trace.modules.iter().filter(|(file, _)| !file.contains("node_modules/"));
    let imports = |module: &TracedModule, name: &str| module.facts.imports.iter().any(|one| one.specifier == name);
    if own().any(|(_, module)| imports(module, ACCELERATE)) {
        return None;
    }
    let makes = |file: &str| {
        trace.modules.get(file).filter(|module| imports(module, PACKAGE))?;
        let path = base.join(file);
        let code = client_code(project.fs(), std::slice::from_ref(&path)).ok()?.pop()??;
        let creations = Some(code).filter(|code| !code.accelerates)?.creations;
        let ClassImport { specifier, span } = creations.into_iter().find_map(plain)?;
        Some(ImportSite { file: path, specifier, span })
    };
    let near = || module.targets.iter().flatten().map(String::as_str);
    let close = std::iter::once(name.as_str()).chain(near()).find_map(makes);
    let is_near = close.is_some();
    let site = close.or_else(|| own().find_map(|(file, _)| makes(file)))?;
    let declared = module.facts.runtime.as_ref().filter(|declared| declared.is_edge()).map(|declared| declared.span);
    Some(EdgeCode { entry: entry.to_owned(), kind, declared, site, is_near })
}

/// The import of the package's class, where a client is made of it without what lets it run on the edge.
fn plain(made: Creation) -> Option<ClassImport> {
    let is_plain = ["adapter", "accelerateUrl"].iter().all(|key| made.options.lacks(key));
    made.import.filter(|import| is_plain && import.specifier == PACKAGE)
}
