//! The arguments. Their help texts are the manual.

mod inspect;

pub(super) use inspect::{Engines, Size, Target, Trace, TraceRules};

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Neither use nor keep what runs make of files (in the user's cache folder)
    #[arg(long, global = true)]
    pub(super) no_cache: bool,
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
    /// The page of a rule, or the cause of an error message that a build or a function left
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
    /// Id of a rule (`size/over-limit`), or the text of an error message, as it was logged; `-` reads it from standard input
    #[arg(value_name = "RULE|MESSAGE", required = true)]
    pub(super) text: Vec<String>,
    /// The project in which to look for the cause of a message
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(super) path: Utf8PathBuf,
    /// The rules to judge by [default: from the file: now.json is `now`, vercel.json and vercel.toml are `vercel`]
    #[arg(long, value_name = "PLATFORM", value_enum)]
    pub(super) platform: Option<PlatformName>,
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
