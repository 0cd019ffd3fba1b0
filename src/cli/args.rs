//! The arguments. Their help texts are the manual.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::bundle::{self, Source};
use crate::platform::Platform;
use crate::report::{Format, RewriteFormat};
use crate::rules::Severity;

/// Tells of any Now / Vercel project, before a deploy, whether it will be accepted and whether the function will start and reach its database.
///
/// Without a command: `nowcheck check .`
#[derive(Debug, Parser)]
#[command(name = "nowcheck", version, args_conflicts_with_subcommands = true, after_help = EXIT_STATUS)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) check: Check,
}

const EXIT_STATUS: &str =
    "Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage, unreadable input or internal error.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find every project below PATH, run all rules, print findings and a line per function
    Check(Check),
    /// Repair what can be repaired safely
    Fix(Fix),
    /// Make a vercel.json of a now.json, as far as that is exact, and say what is left to do
    Migrate(Migrate),
    /// Files, bytes, zipped bytes and limit of each function, with its largest packages and engines
    Size(Size),
    /// The exact file list of a function
    Trace(Trace),
    /// Every engine file: target by name, platform by content, version, size, and what needs it
    Engines(Engines),
    /// Write the config that a project needs, and add what is missing to one that is there
    Init(Init),
    /// The page of a rule
    Explain(Explain),
    /// The list of rules
    Rules(Rules),
    /// Print a JSON Schema: of now.json, of vercel.json, or of nowcheck's own JSON output or settings
    Schema(Schema),
}

#[derive(Debug, Args)]
pub(super) struct Output {
    /// How to print
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = FormatName::Human)]
    pub(super) format: FormatName,
    /// Write to FILE instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<Utf8PathBuf>,
    /// When to use colour (auto honours NO_COLOR and CLICOLOR_FORCE)
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorWhen::Auto)]
    pub(super) color: ColorWhen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// Snippets with carets, tables
    Human,
    /// One line per finding
    Compact,
    /// The JSON contract (`nowcheck schema report`)
    Json,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Human => Self::Human,
            FormatName::Compact => Self::Compact,
            FormatName::Json => Self::Json,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlatformName {
    Now,
    Vercel,
    Netlify,
    Lambda,
}

impl From<PlatformName> for Platform {
    fn from(name: PlatformName) -> Self {
        match name {
            PlatformName::Now => Self::Now,
            PlatformName::Vercel => Self::Vercel,
            PlatformName::Netlify => Self::Netlify,
            PlatformName::Lambda => Self::Lambda,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    Error,
    Warning,
    Info,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Judge {
    /// The rules to judge by [default: from the file: now.json is `now`, vercel.json and vercel.toml are `vercel`]
    #[arg(long, value_name = "PLATFORM", value_enum)]
    pub(super) platform: Option<PlatformName>,
    /// The severity from which the exit status is 1
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = Level::Error)]
    pub(super) fail_on: Level,
    /// Judge the text of the config alone: no other file of the project is read
    #[arg(long)]
    pub(super) isolated: bool,
    /// Also say why: where the Prisma client comes from, which engine is looked for
    #[arg(long, short, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Errors and warnings only
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// The name that the text on standard input (`-`) stands for
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_filename: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Folders to search, config files, or `-` for a config on standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<Utf8PathBuf>,
    /// Repair what can be repaired safely, then report what is left
    #[arg(long)]
    pub(super) fix: bool,
    #[command(flatten)]
    pub(super) judge: Judge,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Fix {
    /// Folders to search, config files, or `-` for a config on standard input (repaired to stdout)
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<Utf8PathBuf>,
    /// Also repairs that change what is deployed
    #[arg(long)]
    pub(super) r#unsafe: bool,
    /// Show the repairs and write nothing
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) judge: Judge,
    #[command(flatten)]
    pub(super) output: Output,
}

/// Output of a command that writes whole configs.
#[derive(Debug, Args)]
pub(super) struct RewriteOutput {
    /// How to print the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = RewriteFormatName::Human)]
    pub(super) format: RewriteFormatName,
    /// Write the report to FILE instead of stdout
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<Utf8PathBuf>,
    /// When to use colour (auto honours NO_COLOR and CLICOLOR_FORCE)
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorWhen::Auto)]
    pub(super) color: ColorWhen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RewriteFormatName {
    /// A line per step
    Human,
    /// The JSON contract (`nowcheck schema report`)
    Json,
    /// For a pull request
    Markdown,
}

impl From<RewriteFormatName> for RewriteFormat {
    fn from(name: RewriteFormatName) -> Self {
        match name {
            RewriteFormatName::Human => Self::Human,
            RewriteFormatName::Json => Self::Json,
            RewriteFormatName::Markdown => Self::Markdown,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 written or nothing to do, 1 refused, 2 usage, unreadable input or internal error."
)]
pub(super) struct Migrate {
    /// The folder of the project, or its now.json
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: Utf8PathBuf,
    /// Show the changes and write nothing
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) output: RewriteOutput,
}

/// Which project a command looks at.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// The project, or a config file
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: Utf8PathBuf,
    /// The rules to judge by [default: from the config's name]
    #[arg(long, value_name = "PLATFORM", value_enum)]
    pub(super) platform: Option<PlatformName>,
}

#[derive(Debug, Args)]
pub(super) struct Size {
    #[command(flatten)]
    pub(super) target: Target,
    /// Also list every file, with its mode and bytes
    #[arg(long)]
    pub(super) list: bool,
    /// Where the files of functions are taken from
    #[arg(long, value_name = "SOURCE", value_enum, default_value_t = SourceName::Auto)]
    pub(super) from: SourceName,
    #[command(flatten)]
    pub(super) output: Output,
}

/// Where the files of functions are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SourceName {
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
pub(super) struct Trace {
    /// Entry files of the function
    #[arg(value_name = "ENTRY", required = true)]
    pub(super) entries: Vec<Utf8PathBuf>,
    /// What the listed paths are relative to; nothing outside is listed [default: the repository]
    #[arg(long, value_name = "DIR")]
    pub(super) base: Option<Utf8PathBuf>,
    /// What `process.cwd()` is while the function runs [default: the project's folder]
    #[arg(long, value_name = "DIR")]
    pub(super) cwd: Option<Utf8PathBuf>,
    /// Show the shortest chain of reasons that leads to FILE (relative to the base)
    #[arg(long, value_name = "FILE")]
    pub(super) why: Option<String>,
    #[command(flatten)]
    pub(super) rules: TraceRules,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The rules to trace by: those of `@vercel/nft` 1.11.5, changed by these options as its own are.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tracing")]
pub(super) struct TraceRules {
    /// The major version of Node to resolve for
    #[arg(long, value_name = "MAJOR", default_value_t = 22)]
    pub(super) node: u32,
    /// Compile TypeScript before it is read, as the builders do; the tracer alone does not
    #[arg(long)]
    pub(super) typescript: bool,
    /// Conditions of `exports` and `imports` beside `import`, `require` and `default`
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "node")]
    pub(super) conditions: Vec<String>,
    /// How many references to follow from an entry
    #[arg(long, value_name = "N")]
    pub(super) depth: Option<u32>,
    /// List only what `exports` names, not also the file that older resolution finds
    #[arg(long)]
    pub(super) exports_only: bool,
    /// Follow `require` only in scripts and `import` only in modules
    #[arg(long)]
    pub(super) no_mixed_modules: bool,
    /// Follow literal imports only; do not evaluate paths
    #[arg(long)]
    pub(super) no_analysis: bool,
    /// Add `module-sync` targets for every version of Node, as today's builder does
    #[arg(long)]
    pub(super) module_sync_catchall: bool,
    /// Resolve the specifier KEY (or those that start with KEY, where it ends in `/`) to VALUE when nothing else is found
    #[arg(long = "path", value_name = "KEY=VALUE", value_parser = key_value)]
    pub(super) paths: Vec<(String, String)>,
    /// Leave out files that match GLOB, relative to the base
    #[arg(long, value_name = "GLOB")]
    pub(super) ignore: Vec<String>,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    pair.map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| "expected KEY=VALUE".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct Engines {
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the project
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: Utf8PathBuf,
    /// Where the project is deployed [default: as the config says that is there, else vercel]
    #[arg(long, value_name = "PLATFORM", value_enum)]
    pub(super) platform: Option<ConfigPlatform>,
    /// Show what would be written and write nothing
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) output: RewriteOutput,
}

/// The platforms that read a now.json or vercel.json.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ConfigPlatform {
    /// Now 2.0: now.json
    Now,
    /// Vercel of today: vercel.json
    Vercel,
}

impl From<ConfigPlatform> for Platform {
    fn from(platform: ConfigPlatform) -> Self {
        match platform {
            ConfigPlatform::Now => Self::Now,
            ConfigPlatform::Vercel => Self::Vercel,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Id of the rule: `size/over-limit`
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
    /// When to use colour
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorWhen::Auto)]
    pub(super) color: ColorWhen,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which schema
    #[arg(value_name = "NAME", value_enum)]
    pub(super) name: SchemaName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaName {
    /// now.json as Now 2.0 read it
    Now,
    /// vercel.json of today
    Vercel,
    /// nowcheck's own JSON output
    Report,
    /// nowcheck's own settings: nowcheck.json
    Nowcheck,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
