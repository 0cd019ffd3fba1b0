//! The arguments of the commands that look at functions and engines.

use camino::Utf8PathBuf;
use clap::{Args, ValueEnum};

use super::{Output, PlatformName};
use crate::bundle::{self, Source};

/// Which project a command looks at.
#[derive(Debug, Args)]
pub(in crate::cli) struct Target {
    /// The project, or a config file
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) path: Utf8PathBuf,
    /// The rules to judge by [default: from the config's name]
    #[arg(long, value_name = "PLATFORM", value_enum)]
    pub(in crate::cli) platform: Option<PlatformName>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Size {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Also list every file, with its mode and bytes
    #[arg(long)]
    pub(in crate::cli) list: bool,
    /// Show why the functions hold PACKAGE (a name, or name@version), the line of each import, and what would go without it
    #[arg(long, value_name = "PACKAGE")]
    pub(in crate::cli) why: Option<String>,
    /// Show every package, kind, copy and piece of advice; with --why, a chain for every reference
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Where the files of functions are taken from
    #[arg(long, value_name = "SOURCE", value_enum, default_value_t = SourceName::Auto)]
    pub(in crate::cli) from: SourceName,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}

/// Where the files of functions are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SourceName {
    /// .vercel/output if it is of the present sources, else .nft.json files if these are, else a trace
    Auto,
    /// .vercel/output: the files that `vercel deploy --prebuilt` uploads
    Output,
    /// .next/**/*.nft.json: what Next.js says that each page needs
    Nft,
    /// A trace of the sources
    Trace,
}

impl From<SourceName> for bundle::From {
    fn from(name: SourceName) -> Self {
        match name {
            SourceName::Auto => Self::Auto,
            SourceName::Output => Self::Only(Source::Output),
            SourceName::Nft => Self::Only(Source::Nft),
            SourceName::Trace => Self::Only(Source::Trace),
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Trace {
    /// Entry files of the function
    #[arg(value_name = "ENTRY", required = true)]
    pub(in crate::cli) entries: Vec<Utf8PathBuf>,
    /// What the listed paths are relative to; nothing outside is listed [default: the repository]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) base: Option<Utf8PathBuf>,
    /// What `process.cwd()` is while the function runs [default: the project's folder]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) cwd: Option<Utf8PathBuf>,
    /// Show the shortest chain that leads to FILE, a folder or a package, the line of each import, and what would go without it
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) why: Option<String>,
    /// With --why: a chain for every reference to it
    #[arg(long, requires = "why")]
    pub(in crate::cli) all: bool,
    #[command(flatten)]
    pub(in crate::cli) rules: TraceRules,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}

/// The rules to trace by: those of `@vercel/nft` 1.11.5, changed by these options as its own are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tracing")]
pub(in crate::cli) struct TraceRules {
    /// The major version of Node to resolve for [default: the one that `engines.node` of the project's package.json asks for, else 22]. `size` and `check`
    /// take 22 always: the builder's own Node is not known to follow `engines.node`
    #[arg(long, value_name = "MAJOR")]
    pub(in crate::cli) node: Option<u32>,
    /// Compile TypeScript before it is read, as the builders do; the tracer alone does not
    #[arg(long)]
    pub(in crate::cli) typescript: bool,
    /// Conditions of `exports` and `imports` beside `import`, `require` and `default`
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "node")]
    pub(in crate::cli) conditions: Vec<String>,
    /// How many references to follow from an entry
    #[arg(long, value_name = "N")]
    pub(in crate::cli) depth: Option<u32>,
    /// List only what `exports` names, not also the file that older resolution finds
    #[arg(long)]
    pub(in crate::cli) exports_only: bool,
    /// Follow `require` only in scripts and `import` only in modules
    #[arg(long)]
    pub(in crate::cli) no_mixed_modules: bool,
    /// Follow literal imports only; do not evaluate paths
    #[arg(long)]
    pub(in crate::cli) no_analysis: bool,
    /// Add `module-sync` targets for every version of Node, as today's builder does
    #[arg(long)]
    pub(in crate::cli) module_sync_catchall: bool,
    /// Resolve the specifier KEY (or those that start with KEY, where it ends in `/`) to VALUE when nothing else is found
    #[arg(long = "path", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(in crate::cli) paths: Vec<(String, String)>,
    /// Leave out files that match GLOB, relative to the base
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) ignore: Vec<String>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    pair.map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| "expected KEY=VALUE".to_owned())
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Engines {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Also show which engine each function looks for, and how that follows from what lies here
    #[arg(long)]
    pub(in crate::cli) why: bool,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}
