//! The files of a function as its builder ships them: the trace, and the builder's own part.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use super::built::Source;
use super::size::{BundleFile, FileSource};
use super::today;
use super::trace::{Trace, TraceError, TraceOptions, TraceWarning, trace};
use crate::base::fs::FileKind;
use crate::base::glob::{Glob, expand};
use crate::base::paths;
use crate::detect::Function;
use crate::platform::Platform;
use crate::platform::now_node::{self, Additions, AwsHandler, Bundling, IncludeFiles, NowNodeLine};
use crate::platform::trace_profile::{self, TraceProfile};
use crate::project::Project;
use crate::project::client::is_engine_like;

/// How a builder packs a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Every file stays where it is.
    Files,
    /// One file with everything in it, and its assets beside it: the list names what goes in, and the bytes are an estimate.
    OneFile,
}

/// The files of a function.
#[derive(Debug)]
pub struct Bundle {
    /// What the tracer found.
    pub trace: Trace,
    /// Folder that the names of the trace are relative to, absolute.
    pub base: Utf8PathBuf,
    /// What is shipped.
    pub files: Vec<BundleFile>,
    /// How it is packed.
    pub packing: Packing,
    /// Entries whose code is compiled, so that their bytes here are those of the source.
    pub compiled: usize,
    /// Names of the files whose content the builder makes, so that their bytes are not known exactly.
    pub estimated: BTreeSet<String>,
    /// Where the list of files comes from.
    pub source: Source,
    /// What a build left wrong or open, in words.
    pub remarks: Vec<String>,
}

impl Bundle {
    /// Whether everything that the function's own code asks for lies here.
    pub fn is_complete(&self) -> bool {
        match self.source {
            Source::Output => return true,
            Source::Nft => return false,
            Source::Trace => {}
        }
        !self.trace.warnings.iter().any(|warning| match warning {
            // A package may ask for what is optional; but `.prisma/client` is the generated client.
            TraceWarning::Unresolved { file, specifier, .. } => {
                !file.contains("node_modules/") || specifier.starts_with(".prisma/")
            }
            TraceWarning::Unparsed { .. } => false,
        })
    }
}

/// Whether the name of a bundled file is a query engine's.
pub fn is_engine(name: &str) -> bool {
    is_engine_like(name)
}

/// What one builder does with a Node function.
struct Recipe {
    profile: TraceProfile,
    packing: Packing,
    line: Option<&'static NowNodeLine>,
}

/// The files that the builder of `function` ships. `None` for builders whose work cannot be predicted from the sources alone.
///
/// # Errors
/// As [`trace`].
pub fn assemble(project: &Project<'_>, function: &Function) -> Option<Result<Bundle, TraceError>> {
    let recipe = recipe(project, function)?;
    Some(pack(project, function, &recipe))
}

fn recipe(project: &Project<'_>, function: &Function) -> Option<Recipe> {
    let today = Recipe { profile: trace_profile::NFT_1_10_0, packing: Packing::Files, line: None };
    match function.builder.name.as_deref()? {
        "@now/node" if project.platform() == Platform::Now => {
            let line = now_node::resolve(&function.builder.version).map(|version| now_node::line(&version));
            Some(line.map_or(Recipe { profile: trace_profile::NFT_0_5, ..today }, of_line))
        }
        "@now/node-server" => Some(Recipe { profile: trace_profile::NFT_0_1_5, packing: Packing::OneFile, line: None }),
        "@now/node" | "@vercel/node" | "@vercel/express" | "@vercel/hono" | "@vercel/h3" | "@vercel/koa"
        | "@vercel/nestjs" | "@vercel/elysia" | "@vercel/fastify" | "@vercel/backends" => Some(today),
        _ => None,
    }
}

fn of_line(line: &'static NowNodeLine) -> Recipe {
    match line.bundling {
        Bundling::Ncc { .. } => {
            Recipe { profile: trace_profile::NFT_0_1_5, packing: Packing::OneFile, line: Some(line) }
        }
        Bundling::Nft { version } => {
            let profile = match version {
                "0.1.4" | "0.1.5" => trace_profile::NFT_0_1_5,
                older if older.starts_with("0.1.") || matches!(older, "0.2.1" | "0.2.3") => trace_profile::NFT_0_2_3,
                newer if newer.starts_with("0.8.") || newer.starts_with("0.9.") => trace_profile::NFT_0_9,
                _ => trace_profile::NFT_0_5,
            };
            Recipe { profile, packing: Packing::Files, line: Some(line) }
        }
    }
}

fn globs(patterns: &[String]) -> Vec<Glob> {
    patterns.iter().filter_map(|pattern| Glob::new(pattern.trim_start_matches("./")).ok()).collect()
}

fn pack(project: &Project<'_>, function: &Function, recipe: &Recipe) -> Result<Bundle, TraceError> {
    let on_now = project.platform() == Platform::Now;
    let base = if on_now { project.root() } else { project.repository() }.to_owned();
    let excluded = if recipe.line.is_none_or(|line| line.exclude_files) {
        globs(&function.options.exclude_files)
    } else {
        Vec::new()
    };
    let included = included(project, function, recipe);
    let ignore = |path: &str| excluded.iter().any(|glob| glob.is_match(path));
    let options = TraceOptions {
        cwd: project.root().to_owned(),
        ignore: &ignore,
        node_major: if on_now { 10 } else { 22 },
        ..TraceOptions::new(&base, recipe.profile)
    };
    let mut entries = vec![project.root().join(&function.entrypoint)];
    if recipe.line.is_some_and(|line| line.include_files == IncludeFiles::ProjectRoot) {
        entries.extend(included.iter().cloned());
    }
    let trace = trace(project.fs(), &entries, &options)?;
    let included: Vec<String> = included.iter().map(|path| paths::relative(path, &base)).collect();
    let (mut files, compiled, estimated) = if on_now {
        let not_traced = included.iter().filter(|name| !trace.files.contains_key(*name));
        let mut files: Vec<_> = trace.files.keys().chain(not_traced).map(|name| disk(project, &base, name)).collect();
        let compiled = compile(&mut files, &function.entrypoint);
        (files, compiled, BTreeSet::new())
    } else {
        let packed = today::pack(project, &base, &trace, &included);
        (packed.files, packed.compiled, packed.estimated)
    };
    if let Some(line) = recipe.line {
        files.extend(additions(&line.additions, line.aws_handler, function, compiled > 0));
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Bundle {
        trace,
        base,
        files,
        packing: recipe.packing,
        compiled,
        estimated,
        source: Source::Trace,
        remarks: Vec::new(),
    })
}

fn included(project: &Project<'_>, function: &Function, recipe: &Recipe) -> Vec<Utf8PathBuf> {
    let globs = globs(&function.options.include_files);
    let entry_folder = project.root().join(&function.entrypoint).parent().map(ToOwned::to_owned);
    let root = match recipe.line.map(|line| line.include_files) {
        Some(IncludeFiles::Ignored) => return Vec::new(),
        Some(IncludeFiles::EntryFolder { .. }) => entry_folder.unwrap_or_else(|| project.root().to_owned()),
        Some(IncludeFiles::ProjectRoot) | None => project.root().to_owned(),
    };
    expand(project.fs(), &root, &globs).into_iter().map(|name| root.join(name)).collect()
}

pub(super) fn disk(project: &Project<'_>, base: &camino::Utf8Path, name: &str) -> BundleFile {
    let path = base.join(name);
    let mode = project.fs().symlink_metadata(&path).map_or(0o644, |metadata| match metadata.kind {
        FileKind::Symlink => 0o120_777,
        _ => metadata.mode,
    });
    BundleFile { name: name.to_owned(), source: FileSource::Disk(path), mode }
}

/// Gives compiled files the names that they are shipped under; tells how many there are. The builders of 2019 kept the entry's name.
fn compile(files: &mut [BundleFile], entrypoint: &str) -> usize {
    const RENAMED: [(&str, &str); 4] = [(".tsx", ".js"), (".mts", ".mjs"), (".cts", ".cjs"), (".ts", ".js")];
    let mut compiled = 0;
    for file in files.iter_mut().filter(|file| !file.name.contains("node_modules/") && !file.name.ends_with(".d.ts")) {
        let Some((stem, ending)) = RENAMED.iter().find_map(|(from, to)| Some((file.name.strip_suffix(from)?, to)))
        else {
            continue;
        };
        compiled += 1;
        if file.name != entrypoint {
            file.name = format!("{stem}{ending}");
        }
    }
    compiled
}

/// Launcher, bridge and helpers of the builders of 2018 to 2020, where their sizes are known.
fn additions(additions: &Additions, handler: AwsHandler, function: &Function, compiled: bool) -> Vec<BundleFile> {
    let Some(sizes) = additions.sizes else { return Vec::new() };
    if function.options.aws_handler && handler == AwsHandler::NoLauncher {
        return Vec::new();
    }
    let helpers = additions.helpers.filter(|_| !function.options.no_helpers);
    let support = additions.sourcemap_support.filter(|_| compiled);
    let launcher = sizes.launcher(&function.entrypoint, helpers.is_some(), compiled);
    let added = [
        (Some(additions.launcher), launcher),
        (Some(additions.bridge), sizes.bridge),
        (helpers, sizes.helpers),
        (support, sizes.sourcemap_support),
    ];
    added
        .into_iter()
        .filter_map(|(name, bytes)| Some((name?, bytes)))
        .map(|(name, bytes)| BundleFile {
            name: name.to_owned(),
            source: FileSource::Sized { bytes, zip_bytes: deflated(bytes) },
            mode: 0o644,
        })
        .collect()
}

/// What the added scripts deflate to, as far as their length alone tells.
fn deflated(bytes: u64) -> u64 {
    bytes * 3 / 10
}
