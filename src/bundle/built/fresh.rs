//! Whether a build is of the present sources.

use std::collections::BTreeSet;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Built, Source};
use crate::base::fs::FileKind;
use crate::base::paths;
use crate::bundle::size::FileSource;
use crate::detect::Function;
use crate::project::Project;

/// Files beside a project, or at the top of its repository, that decide what is built.
const DECIDING: [&str; 21] = [
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
    "next.config.js",
    "next.config.mjs",
    "next.config.ts",
    "requirements.txt",
    "go.mod",
];
/// Endings of what frameworks build from.
const CODE: [&str; 11] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "mdx"];
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
    let at = built.at?;
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

    fn is_newer(&self, path: &Utf8Path, at: SystemTime) -> bool {
        let metadata = self.project.fs().symlink_metadata(path);
        metadata.is_ok_and(|metadata| {
            // Text that is not saved yet has no time, and is newer than anything.
            metadata.kind == FileKind::File && metadata.modified.is_none_or(|modified| modified > at)
        })
    }

    fn newer(&self, functions: &[Function], at: SystemTime) -> Option<Utf8PathBuf> {
        let (root, repository) = (self.project.root(), self.project.repository());
        let deciding = [root, repository].into_iter().flat_map(|folder| DECIDING.map(|name| folder.join(name)));
        let entries = functions.iter().map(|function| root.join(&function.entrypoint));
        let newer = |path: &Utf8PathBuf| self.is_newer(path, at);
        deciding
            .chain(entries)
            .find(newer)
            .or_else(|| self.listed().into_iter().find(newer))
            .or_else(|| self.code().find(newer))
    }

    /// The sources of the listed files, each once: the files themselves, or what they were copied or compiled from.
    fn listed(&self) -> BTreeSet<Utf8PathBuf> {
        let files = self.built.functions.iter().flat_map(|function| &function.files);
        let mut sources = BTreeSet::new();
        for file in files {
            if let FileSource::Disk(path) = &file.source {
                sources.insert(path.clone());
            }
            sources.insert(self.built.base.join(&file.name));
            let stems = COMPILED.iter().filter_map(|(to, from)| Some((file.name.strip_suffix(to)?, *from)));
            for (stem, from) in stems.filter(|_| !file.name.contains("node_modules/")) {
                sources.extend(from.iter().map(|from| self.built.base.join(format!("{stem}{from}"))));
            }
        }
        sources.retain(|path| !self.is_made(path));
        sources
    }

    /// Whether a file was written by the build that is asked about.
    fn is_made(&self, path: &Utf8Path) -> bool {
        let inside = |folder: &str| path.starts_with(self.built.base.join(folder));
        match self.built.source {
            Source::Output => inside(".vercel/output"),
            Source::Nft | Source::Trace => path.starts_with(self.project.root().join(".next")),
        }
    }

    /// A framework builds from all its code, which no list names.
    fn code(&self) -> impl Iterator<Item = Utf8PathBuf> {
        let has_framework = self.built.functions.iter().any(|function| function.framework.is_some());
        let files = if has_framework { self.project.files() } else { &[] };
        let is_code = |file: &&String| {
            let ending = Utf8Path::new(file).extension();
            ending.is_some_and(|ending| CODE.contains(&ending)) && !file.ends_with(".d.ts")
        };
        files.iter().filter(is_code).map(|file| self.project.root().join(file))
    }
}
