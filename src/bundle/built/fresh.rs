//! Whether a build is of the present sources.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::{Built, BuiltFunction, Source, next};
use crate::base::fs::{FileKind, Metadata};
use crate::base::paths;
use crate::bundle::size::FileSource;
use crate::detect::Function;
use crate::project::Project;

/// Files beside a project, or at the top of its repository, that decide what is built.
const DECIDING: [&str; 41] = [
    "vercel.json",
    "vercel.toml",
    "vercel.ts",
    "vercel.mts",
    "vercel.js",
    "vercel.mjs",
    "vercel.cjs",
    ".vercelignore",
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "bun.lock",
    "bun.lockb",
    "turbo.json",
    "nx.json",
    "tsconfig.json",
    "tsconfig.base.json",
    "jsconfig.json",
    "next.config.js",
    "next.config.mjs",
    "next.config.ts",
    "next.config.mts",
    "requirements.txt",
    "Pipfile",
    "Pipfile.lock",
    "pyproject.toml",
    "poetry.lock",
    "uv.lock",
    ".python-version",
    "Gemfile",
    "Gemfile.lock",
    "go.mod",
    "go.sum",
    // What an install leaves.
    "node_modules/.package-lock.json",
    "node_modules/.modules.yaml",
    "node_modules/.yarn-integrity",
    "node_modules/.yarn-state.yml",
    ".pnp.cjs",
];
/// Endings of what a framework builds from at the top of a project, where files for people and reports of tools lie too.
const CODE: [&str; 14] =
    ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro", "mdx", "html", "css"];
/// What a compiled file may have been made of.
const COMPILED: [(&str, &[&str]); 3] = [(".js", &[".ts", ".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];

/// Why a build is not of the present sources; none if nothing says so.
pub(super) fn stale(project: &Project<'_>, functions: &[Function], built: &Built) -> Option<String> {
    let sources = Sources { project, built };
    let missing = built.functions.iter().find_map(|function| function.missing.first());
    if let Some(missing) = missing {
        return Some(format!("{missing} is listed and no longer there"));
    }
    if built.source == Source::Output
        && let Some(new) =
            functions.iter().find(|function| is_file_function(function) && built.function(&function.name).is_none())
    {
        return Some(format!("it has no function for {}", new.entrypoint));
    }
    if let Some(gone) = sources.gone(functions) {
        return Some(format!("{gone} was built and is no longer there"));
    }
    let Some(at) = built.at else { return Some("it does not tell when it was built".to_owned()) };
    let newer = sources.newer(functions, at)?;
    Some(format!("{} was changed after the build", sources.shown(&newer)))
}

/// Whether the platform makes one function of one file, under the name that it has here.
fn is_file_function(function: &Function) -> bool {
    matches!(function.builder.name.as_deref(), Some("@vercel/node" | "@now/node"))
}

struct Sources<'a, 'f> {
    project: &'a Project<'f>,
    built: &'a Built,
}

impl Sources<'_, '_> {
    fn shown(&self, path: &Utf8Path) -> String {
        paths::relative(path, self.project.root())
    }

    /// What was built of a file that is not there now.
    fn gone(&self, functions: &[Function]) -> Option<String> {
        let (project, fs) = (self.project, self.project.fs());
        if let Some(entry) = self.built.entries.iter().find(|entry| !fs.is_file(&project.root().join(entry))) {
            return Some(entry.clone());
        }
        let mut unknown = self.built.functions.iter().filter(|built| {
            let is_known = functions.iter().any(|function| built.names.contains(&function.name));
            !is_known && is_of_one_file(built)
        });
        if let Some(function) = unknown.find(|function| !self.has_source(&function.handler)) {
            return Some(function.handler.clone());
        }
        let is_next = |function: &BuiltFunction| function.framework.as_deref() == Some("nextjs");
        if self.built.functions.iter().any(is_next) { next::gone(project) } else { None }
    }

    /// Whether a file that was copied or compiled still has what it was made of.
    fn has_source(&self, name: &str) -> bool {
        let mut folders = [self.project.root(), &self.built.base].into_iter();
        folders.any(|folder| {
            let is_there = |name: &str| self.project.fs().is_file(&folder.join(name));
            is_there(name) || compiled_from(name).any(|source| is_there(&source))
        })
    }

    fn is_newer(&self, path: &Utf8Path, at: SystemTime) -> bool {
        self.project.fs().symlink_metadata(path).is_ok_and(|metadata| self.is_later(path, &metadata, at))
    }

    fn is_later(&self, path: &Utf8Path, metadata: &Metadata, at: SystemTime) -> bool {
        let target = || self.project.fs().metadata(path).ok().filter(Metadata::is_file);
        match metadata.kind {
            FileKind::File => is_later(path, metadata, at),
            FileKind::Symlink => {
                is_later(path, metadata, at) || target().is_some_and(|target| is_later(path, &target, at))
            }
            FileKind::Dir | FileKind::Other => false,
        }
    }

    fn newer(&self, functions: &[Function], at: SystemTime) -> Option<Utf8PathBuf> {
        let (root, repository) = (self.project.root(), self.project.repository());
        let folders = std::iter::once(root).chain((repository != root).then_some(repository));
        let deciding = folders.flat_map(|folder| DECIDING.map(|name| folder.join(name)));
        let entries = functions.iter().map(|function| root.join(&function.entrypoint));
        let schemas = self.project.schemas().iter().map(|schema| schema.document().file().to_owned());
        let newer = |path: &Utf8PathBuf| self.is_newer(path, at);
        deciding
            .chain(entries)
            .chain(schemas)
            .find(newer)
            .or_else(|| self.listed(at))
            .or_else(|| self.code().find(newer))
    }

    /// Of the listed files, and of those that they were copied or compiled from, one that is newer.
    fn listed(&self, at: SystemTime) -> Option<Utf8PathBuf> {
        let files = self.built.functions.iter().flat_map(|function| &function.files);
        let mut seen = FxHashSet::default();
        let (mut known, mut sources) = (BTreeMap::new(), BTreeSet::new());
        for file in files {
            let FileSource::Disk(path) = &file.source else { continue };
            if !seen.insert((path.as_str(), file.name.as_str())) {
                continue;
            }
            known.insert(path.as_path(), file.metadata);
            sources.insert(self.built.base.join(&file.name));
            if !file.name.contains("node_modules/") {
                sources.extend(compiled_from(&file.name).map(|source| self.built.base.join(source)));
            }
        }
        let is_newer = |path: &Utf8Path| match known.get(path).copied().flatten() {
            Some(metadata) => self.is_later(path, &metadata, at),
            None => self.is_newer(path, at),
        };
        sources.extend(known.keys().map(|path| path.to_path_buf()));
        sources.into_iter().find(|path| !self.is_made(path) && is_newer(path))
    }

    /// Whether a file was written by the build that is asked about.
    fn is_made(&self, path: &Utf8Path) -> bool {
        let inside = |folder: &str| path.starts_with(self.built.base.join(folder));
        match self.built.source {
            Source::Output => inside(".vercel/output"),
            Source::Nft | Source::Trace => path.starts_with(self.project.root().join(".next")),
        }
    }

    /// What else is built from, which no list names: for a framework all that is uploaded, and everywhere what the compilers of TypeScript and Prisma read.
    fn code(&self) -> impl Iterator<Item = Utf8PathBuf> {
        let has_framework = self.built.functions.iter().any(|function| function.framework.is_some());
        let is_code = move |file: &&String| {
            let ending = Utf8Path::new(file).extension().unwrap_or_default();
            let is_source = file.contains('/') || CODE.contains(&ending);
            let name = file.rsplit('/').next().unwrap_or(file);
            let decides = file.ends_with(".prisma") || (name.starts_with("tsconfig") && name.ends_with(".json"));
            decides || (has_framework && is_source && !file.ends_with(".d.ts") && !file.starts_with("public/"))
        };
        self.project.files().iter().filter(is_code).map(|file| self.project.root().join(file))
    }
}

/// Whether a file, of this path, became what it is after that time: its content was written or another file was moved over it.
fn is_later(path: &Utf8Path, metadata: &Metadata, at: SystemTime) -> bool {
    // In installed packages the second time means nothing: files that are shared with other projects by hard links get a new one with each install of those.
    let is_installed = path.as_str().contains("/node_modules/");
    let changed = metadata.identity.map(|identity| identity.changed).filter(|_| !is_installed);
    // Text that is not saved yet has no time, and is newer than anything.
    metadata.modified.is_none_or(|modified| modified > at) || changed.is_some_and(|changed| changed > at)
}

/// The names that a compiled file may have had before.
fn compiled_from(name: &str) -> impl Iterator<Item = String> {
    let stems = COMPILED.iter().filter_map(move |(to, from)| Some((name.strip_suffix(to)?, *from)));
    stems.flat_map(|(stem, from)| from.iter().map(move |from| format!("{stem}{from}")))
}

/// Whether a function that the config does not make was nevertheless made of one file, by the platform's builder for Node.js.
fn is_of_one_file(built: &BuiltFunction) -> bool {
    built.framework.is_none()
        && built.runtime.as_deref().is_some_and(|runtime| runtime.starts_with("nodejs"))
        && built.names.iter().all(|name| name.starts_with("api/"))
}
