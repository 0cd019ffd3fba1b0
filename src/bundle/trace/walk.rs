//! The walk from the entries over everything they refer to. Each file's own references depend on nothing but the file,
//! so files are read in any order, on several threads, with the same result.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::assets::{AssetContext, asset_files, open_import_files};
use super::files::{Files, Real, below, is_below};
use super::resolve::{Resolution, Resolver};
use super::source::module::{AssetRef, ImportKind};
use super::special;
use super::{Cause, Parent, Reason, ReasonKind, Trace, TraceError, TraceOptions, TraceWarning, TracedModule};
use crate::base::memo::Key;
use crate::base::paths;
use crate::platform::trace_profile::TraceProfile;

/// One reference from a file: what it leads to, links not yet resolved.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub path: Utf8PathBuf,
    pub kind: ReasonKind,
    /// Whether the file is read in its turn.
    pub follow: bool,
    /// Whether the path is listed as it is, though it is a link.
    pub link: bool,
    pub cause: Cause,
}

impl Reference {
    fn link(path: Utf8PathBuf) -> Self {
        Self { link: true, ..Self::listed(path, ReasonKind::Resolve) }
    }

    /// A reference by what the tracer knows of a package, until another cause is named.
    pub(super) fn listed(path: Utf8PathBuf, kind: ReasonKind) -> Self {
        Self { path, kind, follow: false, link: false, cause: Cause::Package }
    }

    pub(super) fn followed(path: Utf8PathBuf, kind: ReasonKind) -> Self {
        Self { follow: true, ..Self::listed(path, kind) }
    }

    fn by(self, cause: Cause) -> Self {
        Self { cause, ..self }
    }
}

#[derive(Default)]
struct State {
    files: FxHashMap<String, Reason>,
    processed: FxHashSet<String>,
    warnings: BTreeSet<TraceWarning>,
    modules: BTreeMap<String, TracedModule>,
    errors: BTreeMap<Utf8PathBuf, TraceError>,
}

struct Task {
    path: Utf8PathBuf,
    depth: Option<u32>,
}

/// A trace under way.
pub(super) struct Walk<'a, 'f> {
    files: &'a Files<'f>,
    resolver: &'a Resolver<'a, 'f>,
    options: &'a TraceOptions<'a>,
    cwd: &'a Utf8Path,
    /// What the reading of every file depends on beside the file.
    context: Key,
    state: Mutex<State>,
}

impl<'a, 'f> Walk<'a, 'f> {
    pub(super) fn new(
        files: &'a Files<'f>,
        resolver: &'a Resolver<'a, 'f>,
        options: &'a TraceOptions<'a>,
        cwd: &'a Utf8Path,
    ) -> Self {
        let profile = format!("{:?}", options.profile);
        let context =
            Key::new("context", &[cwd.as_str().as_bytes(), files.base().as_str().as_bytes(), profile.as_bytes()]);
        Self { files, resolver, options, cwd, context, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows everything from the entries.
    pub(super) fn run(&self, entries: &[Utf8PathBuf], depth: Option<u32>) -> Result<(), TraceError> {
        let mut tasks = Vec::new();
        for entry in entries {
            let path = paths::normalize(&self.cwd.join(entry));
            tasks.extend(self.add(None, &Reference::followed(path, ReasonKind::Initial), depth)?);
        }
        if depth.is_none() {
            rayon::scope(|scope| self.spawn_all(scope, tasks));
            return Ok(());
        }
        // With a limit the shortest way to a file counts, so the walk goes level by level.
        while !tasks.is_empty() {
            tasks = tasks.into_par_iter().flat_map_iter(|task| self.step(&task)).collect();
        }
        Ok(())
    }

    fn spawn_all<'s>(&'s self, scope: &rayon::Scope<'s>, tasks: Vec<Task>) {
        for task in tasks {
            scope.spawn(move |scope| {
                let found = self.step(&task);
                self.spawn_all(scope, found);
            });
        }
    }

    /// Reads one file and gives the files to read next.
    fn step(&self, task: &Task) -> Vec<Task> {
        let references = match self.references(&task.path, task.depth == Some(0)) {
            Ok(references) => references,
            Err(error) => return self.fail(&task.path, error),
        };
        let depth = task.depth.map(|depth| depth.saturating_sub(1));
        let mut tasks = Vec::new();
        for reference in &references {
            match self.add(Some(&task.path), reference, depth) {
                Ok(found) => tasks.extend(found),
                Err(error) => return self.fail(&task.path, error),
            }
        }
        tasks
    }

    fn fail(&self, path: &Utf8Path, error: TraceError) -> Vec<Task> {
        self.state().errors.insert(path.to_owned(), error);
        Vec::new()
    }

    fn name(&self, path: &Utf8Path) -> Option<String> {
        below(path, self.files.base()).map(|name| name.replace(std::path::is_separator, "/"))
    }

    /// Lists what a reference leads to, and the links on the way; gives the file if it is to be read.
    fn add(
        &self,
        parent: Option<&Utf8Path>,
        reference: &Reference,
        depth: Option<u32>,
    ) -> Result<Option<Task>, TraceError> {
        let real = if reference.link {
            Real { path: reference.path.clone(), links: Arc::from([]) }
        } else {
            self.files.real(&reference.path).map_err(|error| TraceError::LinkLoop { path: error.path })?
        };
        let parent = parent.and_then(|parent| self.name(parent)).map(|file| Parent { file, cause: reference.cause });
        let Some(name) = self.name(&real.path) else { return Ok(None) };
        if parent.is_some() && (self.options.ignore)(&name) {
            return Ok(None);
        }
        let mut state = self.state();
        for link in real.links.iter().filter_map(|link| self.name(link)) {
            if parent.is_none() || !(self.options.ignore)(&link) {
                state.list(link, ReasonKind::Resolve, parent.as_ref());
            }
        }
        state.list(name, reference.kind, parent.as_ref());
        let first = reference.follow && state.processed.insert(real.path.to_string());
        Ok(first.then_some(Task { path: real.path, depth }))
    }

    /// Everything that one file refers to.
    fn references(&self, path: &Utf8Path, leaf: bool) -> Result<Vec<Reference>, TraceError> {
        let mut references = Vec::new();
        match path.extension() {
            Some("json") => return Ok(references),
            Some("node") => {
                special::shared_libraries(self.files, path, &mut references);
                return Ok(references);
            }
            Some(ending) if self.resolver.lists_boundaries(ending) => {
                if let Some(folder) = self.files.boundary(path) {
                    // Read also where nothing asks for it, so that a broken one is told.
                    self.files.package(&folder);
                    let manifest = Reference::listed(folder.join("package.json"), ReasonKind::Resolve);
                    references.push(manifest.by(Cause::Boundary));
                }
            }
            _ => {}
        }
        if leaf {
            return Ok(references);
        }
        let module = self
            .module(path)
            .map_err(|error| TraceError::Unreadable { path: path.to_owned(), reason: error.to_string() })?;
        if module.facts.failed {
            let file = self.name(path).unwrap_or_else(|| path.to_string());
            self.state().warnings.insert(TraceWarning::Unparsed { file });
        }
        let files_stay_in_packages = self.options.profile.files_stay_in_packages;
        let context = AssetContext { file: path, cwd: self.cwd, files_stay_in_packages };
        for asset in &module.assets {
            let found = asset_files(self.files, &asset.named, &context);
            let is_named = matches!((&asset.named, found.as_slice()), (AssetRef::Path(path), [file]) if file == path);
            let cause = if is_named { Cause::Path(asset.span) } else { Cause::Folder(asset.span) };
            references.extend(found.into_iter().map(|file| self.asset(file).by(cause)));
        }
        for open in &module.open_imports {
            let found = open_import_files(self.files, &open.specifier, path).into_iter();
            let followed = |file| Reference::followed(file, ReasonKind::Dependency).by(Cause::OpenImport(open.span));
            references.extend(found.map(followed));
        }
        references.extend(module.met.iter().map(|file| Reference::listed(file.clone(), ReasonKind::Resolve)));
        special::package_cases(self, path, &module, &mut references);
        let targets = self.imports(path, &module.facts, &mut references);
        if let Some(name) = self.name(path) {
            self.state().modules.insert(name, TracedModule { facts: module.facts, targets });
        }
        Ok(references)
    }

    /// A file that the source names by path: code among them is followed.
    pub(super) fn asset(&self, path: Utf8PathBuf) -> Reference {
        let own = || is_below(&path, self.files.base()) && !path.as_str().contains("/node_modules/");
        let follow = match path.extension() {
            None | Some("js" | "mjs" | "node") => true,
            Some("ts" | "tsx") => own(),
            _ => false,
        };
        Reference { follow, ..Reference::listed(path, ReasonKind::Asset) }
    }

    pub(super) fn cwd(&self) -> &'a Utf8Path {
        self.cwd
    }

    pub(super) fn context(&self) -> Key {
        self.context
    }

    pub(super) fn files(&self) -> &Files<'f> {
        self.files
    }

    pub(super) fn resolver(&self) -> &Resolver<'a, 'f> {
        self.resolver
    }

    pub(super) fn profile(&self) -> &TraceProfile {
        &self.options.profile
    }

    pub(super) fn node_major(&self) -> u32 {
        self.options.node_major
    }

    fn imports(
        &self,
        path: &Utf8Path,
        facts: &super::source::module::ModuleFacts,
        references: &mut Vec<Reference>,
    ) -> Vec<Vec<String>> {
        let mut targets = Vec::with_capacity(facts.imports.len());
        for (import, index) in facts.imports.iter().zip(0..) {
            let cause = Cause::Import(index);
            let esm = facts.esm || import.kind == ImportKind::Dynamic;
            let Resolution { mut files, packages, links } = self.resolver.resolve(&import.specifier, path, esm);
            references.extend(links.into_iter().map(|link| Reference::link(link).by(cause)));
            let manifest = |file| Reference::listed(file, ReasonKind::Resolve).by(cause);
            references.extend(packages.into_iter().map(manifest));
            if let (None, Some(stem)) = (&files, import.specifier.strip_suffix(".js")) {
                files = self.resolver.resolve(&format!("{stem}.ts"), path, esm).files;
            }
            let Some(files) = files else {
                let file = self.name(path).unwrap_or_else(|| path.to_string());
                let specifier = import.specifier.clone();
                self.state().warnings.insert(TraceWarning::Unresolved { specifier, file, span: import.span });
                targets.push(Vec::new());
                continue;
            };
            let real = |file: &Utf8PathBuf| self.files.real(file).ok().and_then(|real| self.name(&real.path));
            targets.push(files.iter().filter_map(real).collect());
            let followed = |file| Reference::followed(file, ReasonKind::Dependency).by(cause);
            references.extend(files.into_iter().map(followed));
        }
        targets
    }

    /// The result, once the walk is over.
    pub(super) fn into_trace(self) -> Result<Trace, TraceError> {
        for path in self.files.broken() {
            let file = self.name(&path).unwrap_or_else(|| path.into_string());
            self.state().warnings.insert(TraceWarning::BrokenManifest { file });
        }
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match state.errors.into_values().next() {
            Some(error) => Err(error),
            None => {
                Ok(Trace { files: state.files.into_iter().collect(), warnings: state.warnings, modules: state.modules })
            }
        }
    }
}

impl State {
    fn list(&mut self, name: String, kind: ReasonKind, parent: Option<&Parent>) {
        let reason = self.files.entry(name).or_default();
        reason.kinds.insert(kind);
        reason.parents.extend(parent.cloned());
    }
}
