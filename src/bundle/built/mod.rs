//! What a build has left on disk: the functions themselves (`.vercel/output`), or the lists they are packed by (`.nft.json`).

mod fresh;
mod next;
mod output;

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::function::Bundle;
use super::size::BundleFile;
use super::trace::Trace;
use crate::base::fs::{FileKind, Fs};
use crate::detect::Function;
use crate::project::Project;

/// No manifest of a build is nearly so large.
const MOST_JSON: u64 = 64 * 1024 * 1024;
/// Warnings of one build that are told one by one.
const SHOWN: usize = 10;

/// Where the file list of a function comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// `.vercel/output`: the files that are uploaded.
    Output,
    /// `.nft.json` files: what the framework says that each of its pages needs.
    Nft,
    /// Traced here.
    Trace,
}

/// Which sources may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum From {
    /// What a build left, if it is of the present sources; else a trace.
    #[default]
    Auto,
    /// This one alone.
    Only(Source),
}

/// A function as a build left it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuiltFunction {
    /// Its names: several paths may lead to one function. The first is the one that people use.
    pub names: Vec<String>,
    /// The folder of the function, or the file of the page, absolute.
    pub place: Utf8PathBuf,
    /// The file that is started, relative to the function.
    pub handler: String,
    /// `nodejs22.x`, `edge`, `python3.13`; none where the build does not say.
    pub runtime: Option<String>,
    /// `x86_64` or `arm64`.
    pub architecture: Option<String>,
    /// Names of its environment variables. Their values are not read.
    pub environment: Vec<String>,
    /// Whether its answers are streamed.
    pub streams: bool,
    /// The framework that made it, such as `nextjs`.
    pub framework: Option<String>,
    /// Its files, by name; those that functions share are held once.
    pub files: Vec<Arc<BundleFile>>,
    /// Files that it is said to have and that are not there.
    pub missing: Vec<String>,
    /// Files and folders of it that cannot be read, and why, in words.
    pub unreadable: Vec<String>,
    /// What else is wrong with it, in words.
    pub warnings: Vec<String>,
}

impl BuiltFunction {
    /// Whether it runs on the edge runtime, which has limits of its own.
    pub fn is_edge(&self) -> bool {
        self.runtime.as_deref() == Some("edge")
    }

    /// The builder that makes functions of this kind; empty where none is known to.
    pub fn builder(&self) -> &'static str {
        const FRAMEWORKS: [(&str, &str); 9] = [
            ("nextjs", "@vercel/next"),
            ("remix", "@vercel/remix-builder"),
            ("react-router", "@vercel/remix-builder"),
            ("redwoodjs", "@vercel/redwood"),
            ("express", "@vercel/express"),
            ("hono", "@vercel/hono"),
            ("fastify", "@vercel/fastify"),
            ("nestjs", "@vercel/nestjs"),
            ("h3", "@vercel/h3"),
        ];
        const RUNTIMES: [(&str, &str); 5] = [
            ("nodejs", "@vercel/node"),
            ("edge", "@vercel/node"),
            ("python", "@vercel/python"),
            ("ruby", "@vercel/ruby"),
            ("go", "@vercel/go"),
        ];
        let framework = self.framework.as_deref();
        let by_framework = FRAMEWORKS.iter().find(|(slug, _)| framework == Some(*slug));
        let runtime = self.runtime.as_deref().filter(|_| framework.is_none()).unwrap_or_default();
        let by_runtime = || RUNTIMES.iter().find(|(start, _)| runtime.starts_with(start));
        by_framework.or_else(by_runtime).map_or("", |(_, builder)| builder)
    }
}

/// What one build left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Where.
    pub source: Source,
    /// Folder that names of files are relative to, absolute.
    pub base: Utf8PathBuf,
    /// When it was finished, where known.
    pub at: Option<SystemTime>,
    /// The functions, by name.
    pub functions: Vec<BuiltFunction>,
    /// Files that functions were made of one by one, relative to the project's folder, where the build names them.
    pub entries: Vec<String>,
    /// What could not be read, in words.
    pub warnings: Vec<String>,
    /// Why it is not a whole build of the present sources.
    pub stale: Option<String>,
}

impl Built {
    /// The function of that name.
    pub fn function(&self, name: &str) -> Option<&BuiltFunction> {
        self.functions.iter().find(|function| function.names.iter().any(|known| known == name))
    }
}

impl Built {
    /// The files of one of its functions; `traced` is what is known of its code.
    pub fn bundle(&self, function: &BuiltFunction, traced: Option<Bundle>) -> Bundle {
        let mut remarks = function.warnings.clone();
        if let [first, rest @ ..] = function.missing.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            remarks.push(format!("{first}{more}: listed, but not there, so not counted"));
        }
        remarks.extend(few(&function.unreadable, "files of the function cannot be read"));
        if self.source == Source::Nft {
            let joined = "Next.js joins pages into functions, which cannot be told from here: each is the least its function can be";
            remarks.push(joined.to_owned());
        }
        let (trace, base) = traced.map_or_else(|| (Trace::default(), self.base.clone()), |it| (it.trace, it.base));
        let files = function.files.iter().map(|file| file.as_ref().clone()).collect();
        let lacks_files = !function.missing.is_empty() || !function.unreadable.is_empty();
        Bundle { source: self.source, remarks, lacks_files, ..Bundle::of(trace, base, files) }
    }
}

/// The build that is used, and why another is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// None: functions are traced.
    pub built: Option<Built>,
    /// Why a build that lies here is not used, or what is doubtful or wrong in the one that is, in words.
    pub remarks: Vec<String>,
}

/// Looks for what a build left of a project with these functions.
pub fn choose(project: &Project<'_>, functions: &[Function], from: From) -> Choice {
    let read = |source| {
        let mut built = match source {
            Source::Output => output::read(project),
            Source::Nft => next::read(project),
            Source::Trace => None,
        }?;
        built.stale = built.stale.take().or_else(|| fresh::stale(project, functions, &built));
        Some(built)
    };
    let sources: &[Source] = match &from {
        From::Auto => &[Source::Output, Source::Nft],
        From::Only(source) => std::slice::from_ref(source),
    };
    let mut choice = Choice::default();
    for built in sources.iter().filter_map(|source| read(*source)) {
        let place = built.source;
        match &built.stale {
            Some(reason) if from == From::Auto => choice.remarks.push(format!("{place} is not used: {reason}")),
            reason => {
                choice.remarks.extend(reason.iter().map(|reason| format!("{place} may be out of date: {reason}")));
                choice.remarks.extend(few(&built.warnings, "files of the build cannot be read"));
                choice.built = Some(built);
                break;
            }
        }
    }
    choice
}

/// The first of many, and how many more there are of what is told.
fn few(texts: &[String], what: &str) -> impl Iterator<Item = String> {
    let more = texts.len().saturating_sub(SHOWN);
    texts.iter().take(SHOWN).cloned().chain((more > 0).then(|| format!("{more} more {what}")))
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Output => ".vercel/output",
            Self::Nft => ".next",
            Self::Trace => "the trace",
        })
    }
}

/// A JSON file; the error is in words.
fn json(fs: &dyn Fs, file: &Utf8Path) -> Result<Value, String> {
    let metadata = fs.metadata(file).map_err(|error| error.to_string())?;
    if metadata.len > MOST_JSON {
        return Err("larger than 64 MiB".to_owned());
    }
    let bytes = fs.read(file).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| format!("broken JSON: {error}"))
}

/// What lies at the paths that a build names: several functions name the same, and each is looked up once.
struct Places<'a> {
    fs: &'a dyn Fs,
    known: FxHashMap<Utf8PathBuf, Result<Option<Arc<BundleFile>>, ErrorKind>>,
}

impl<'a> Places<'a> {
    fn new(fs: &'a dyn Fs) -> Self {
        Self { fs, known: FxHashMap::default() }
    }

    /// What lies at a path, as a file of a function. An error where nothing does; none for a folder, which has no bytes.
    fn entry(&mut self, name: &str, path: Utf8PathBuf) -> Result<Option<Arc<BundleFile>>, ErrorKind> {
        if let Some(known) = self.known.get(&path) {
            let Some(file) = known.as_ref().map_err(|error| *error)? else { return Ok(None) };
            let is_same = file.name == name;
            return Ok(Some(if is_same {
                Arc::clone(file)
            } else {
                Arc::new(BundleFile::found(name, path, file.metadata))
            }));
        }
        let found = self.fs.symlink_metadata(&path).map_err(|error| error.kind()).map(|metadata| {
            let is_file = matches!(metadata.kind, FileKind::File | FileKind::Symlink);
            is_file.then(|| Arc::new(BundleFile::found(name, path.clone(), Some(metadata))))
        });
        self.known.insert(path, found.clone());
        found
    }
}
