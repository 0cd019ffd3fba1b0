//! The files of a function as its builder ships them: the trace, and the builder's own part.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;

use super::built::Source;
use super::size::{BundleFile, FileSource, Scale, Sizes};
use super::today;
use super::trace::{Trace, TraceError, TraceOptions, TraceWarning, trace};
use super::{bundling, copied, then};
use crate::base::Fs;
use crate::base::glob::{Glob, expand};
use crate::base::paths;
use crate::detect::Function;
use crate::platform::Platform;
use crate::platform::{node_versions, trace_profile};
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
    /// Names of the files that `includeFiles` names, found by the tracer too or not: `excludeFiles` takes none of them away.
    pub included: BTreeSet<String>,
    /// Entries whose code is compiled, so that their bytes here are those of the source.
    pub compiled: usize,
    /// Names of the files whose content the builder makes, so that their bytes are not known exactly.
    pub estimated: BTreeSet<String>,
    /// For [`Packing::OneFile`], the name in the function of each file that goes in.
    pub names: BTreeMap<String, String>,
    /// What is shipped and does not lie here, in words, where the builder makes it itself.
    pub missing: Option<&'static str>,
    /// Where the list of files comes from.
    pub source: Source,
    /// What a build left wrong or open, in words.
    pub remarks: Vec<String>,
    /// Whether files that a build lists are gone or cannot be read, so that they are not among these.
    pub lacks_files: bool,
}

impl Bundle {
    /// What was found from sources, as it lies here.
    pub(super) fn of(trace: Trace, base: Utf8PathBuf, files: Vec<BundleFile>) -> Self {
        Self {
            trace,
            base,
            files,
            packing: Packing::Files,
            included: BTreeSet::new(),
            compiled: 0,
            estimated: BTreeSet::new(),
            names: BTreeMap::new(),
            missing: None,
            source: Source::Trace,
            remarks: Vec::new(),
            lacks_files: false,
        }
    }

    /// How many files the function holds: those that are packed into one count as one.
    pub fn count(&self) -> usize {
        let name = |file| self.shipped_name(file);
        self.files.iter().map(name).collect::<BTreeSet<&String>>().len()
    }

    /// The name that a file has in the function.
    pub fn shipped_name<'b>(&'b self, file: &'b BundleFile) -> &'b String {
        self.names.get(&file.name).unwrap_or(&file.name)
    }

    /// Its sizes; `zipped` decides whether the files are really deflated.
    pub fn measure(&self, fs: &dyn Fs, scale: &Scale, zipped: bool) -> Sizes {
        let mut sizes = scale.measure(fs, &self.files, zipped);
        if zipped && self.packing == Packing::OneFile {
            bundling::merge(&self.files, &self.names, &mut sizes);
        }
        sizes
    }

    /// Whether everything that the function's own code asks for, or that a build lists, lies here.
    pub fn is_complete(&self) -> bool {
        match self.source {
            Source::Output => return !self.lacks_files,
            Source::Nft => return false,
            Source::Trace => {}
        }
        self.missing.is_none()
            && !self.trace.warnings.iter().any(|warning| match warning {
                // A package may ask for what is optional; but `.prisma/client` is the generated client.
                TraceWarning::Unresolved { file, specifier, .. } => {
                    !file.contains("node_modules/") || specifier.starts_with(".prisma/")
                }
                TraceWarning::BrokenManifest { .. } | TraceWarning::Unparsed { .. } => false,
            })
    }
}

/// Whether the name of a bundled file is a query engine's.
pub fn is_engine(name: &str) -> bool {
    is_engine_like(name)
}

/// The files that the builder of `function` ships. `None` for builders whose work cannot be predicted from the sources alone.
///
/// # Errors
/// As [`trace`].
pub fn assemble(project: &Project<'_>, function: &Function) -> Option<Result<Bundle, TraceError>> {
    match function.builder.name.as_deref()? {
        "@now/node" if project.platform() == Platform::Vercel => Some(pack(project, function)),
        "@now/node" | "@now/node-server" => then::assemble(project, function),
        "@now/python" | "@now/ruby" | "@now/go" => copied::assemble(project, function).map(Ok),
        "@vercel/node" | "@vercel/express" | "@vercel/hono" | "@vercel/h3" | "@vercel/koa" | "@vercel/nestjs"
        | "@vercel/elysia" | "@vercel/fastify" | "@vercel/backends" => Some(pack(project, function)),
        _ => None,
    }
}

/// Whether the builder of `function` leaves out what `excludeFiles` names.
pub fn takes_exclude_files(project: &Project<'_>, function: &Function) -> bool {
    let is_of_now = matches!(function.builder.name.as_deref(), Some("@now/node" | "@now/node-server"));
    if is_of_now && project.platform() == Platform::Now { then::takes_exclude_files(function) } else { true }
}

/// What `excludeFiles` leaves out of a trace: tells it of a path relative to the base.
pub fn exclusion(patterns: &[String]) -> impl Fn(&str) -> bool + Sync + use<> {
    let globs = globs(patterns);
    move |path| globs.iter().any(|glob| glob.is_match(path))
}

pub(super) fn globs(patterns: &[String]) -> Vec<Glob> {
    patterns.iter().filter_map(|pattern| Glob::new(pattern.trim_start_matches("./")).ok()).collect()
}

fn pack(project: &Project<'_>, function: &Function) -> Result<Bundle, TraceError> {
    let base = project.repository().to_owned();
    let ignore = exclusion(&function.options.exclude_files);
    let options = TraceOptions {
        cwd: project.root().to_owned(),
        ignore: &ignore,
        node_major: node_versions::OF_BUILDER,
        ..TraceOptions::new(&base, trace_profile::NFT_1_10_0)
    };
    let trace = trace(project.fs(), &[project.root().join(&function.entrypoint)], &options)?;
    let included = expand(project.fs(), project.root(), &globs(&function.options.include_files)).into_iter();
    let included: BTreeSet<String> = included.map(|name| paths::relative(&project.root().join(name), &base)).collect();
    let today::Packed { mut files, compiled, estimated } = today::pack(project, &base, &trace, &included);
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Bundle { included, compiled, estimated, ..Bundle::of(trace, base, files) })
}

pub(super) fn disk(project: &Project<'_>, base: &camino::Utf8Path, name: &str) -> BundleFile {
    BundleFile::disk(project.fs(), name, base.join(name))
}

impl BundleFile {
    /// The length of what lies on disk; 0 for what is made.
    pub(super) fn length(&self, fs: &dyn Fs) -> u64 {
        match &self.source {
            FileSource::Disk(path) => fs.metadata(path).map_or(0, |metadata| metadata.len),
            FileSource::Sized { .. } => 0,
        }
    }
}
