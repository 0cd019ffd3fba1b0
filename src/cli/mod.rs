//! The command line: parses, calls, renders, exits.

mod args;
mod cache;
mod check;
mod explain;
mod inspect;
mod output;
mod pages;
mod rewrite;

use std::ffi::OsString;
use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{CommandFactory, Parser};

use crate::base::{Fs, similar};
use crate::lint::{FixError, Unreadable, WriteError};
use args::{Cli, Command};
use cache::Disk;

/// Why a command stopped. Its text goes to stderr; the exit status is 2.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Fix(#[from] FixError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Trace(#[from] crate::bundle::TraceError),
    #[error("cannot write the output: {0}")]
    Output(#[from] std::io::Error),
}

/// What a command found: exit status 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Clean,
    Findings,
}

/// Runs the command line `arguments` (the program's name first) and gives its exit status: 0 nothing at or above `--fail-on`,
/// 1 findings, 2 usage, unreadable input or internal error.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match dispatch(cli) {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        // A reader that has seen enough (`| head`) is no error.
        Err(Stop::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(stop) => {
            output::complain(&stop);
            ExitCode::from(2)
        }
    }
}

/// A misspelt command is taken for a path: where there is no such file, and a command of nearly that name, that was meant.
fn not_a_command(arguments: &args::Check) -> Result<&args::Check, Stop> {
    let Some(first) = arguments.paths.first().filter(|path| !path.exists()) else { return Ok(arguments) };
    let commands = Cli::command();
    let names = commands.get_subcommands().map(clap::Command::get_name);
    match similar::closest(first.as_str(), names) {
        Some(meant) => {
            Err(Stop::Usage(format!("there is no command or file `{first}`; did you mean `nowcheck {meant}`?")))
        }
        None => Ok(arguments),
    }
}

fn dispatch(cli: Cli) -> Result<Verdict, Stop> {
    let disk = if cli.no_cache { Disk::Bare } else { Disk::with_cache() };
    let verdict = command(cli, disk.fs());
    disk.save();
    verdict
}

fn command(cli: Cli, disk: &dyn Fs) -> Result<Verdict, Stop> {
    match cli.command {
        None => check::check(not_a_command(&cli.check)?, disk),
        Some(Command::Check(arguments)) => check::check(&arguments, disk),
        Some(Command::Fix(arguments)) => check::fix(&arguments, disk),
        Some(Command::Migrate(arguments)) => rewrite::migrate(&arguments),
        Some(Command::Size(arguments)) => inspect::size(&arguments, disk),
        Some(Command::Trace(arguments)) => inspect::trace(&arguments, disk),
        Some(Command::Engines(arguments)) => inspect::engines(&arguments, disk),
        Some(Command::Init(arguments)) => rewrite::init(&arguments),
        Some(Command::Explain(arguments)) => explain::explain(&arguments, disk),
        Some(Command::Rules(arguments)) => pages::rules(&arguments),
        Some(Command::Schema(arguments)) => pages::schema(&arguments),
    }
}

/// The current folder.
fn current_folder() -> Result<Utf8PathBuf, Stop> {
    let folder =
        std::env::current_dir().map_err(|error| Stop::Usage(format!("cannot tell the current folder: {error}")))?;
    Utf8PathBuf::from_path_buf(folder)
        .map_err(|path| Stop::Usage(format!("the current folder {} is not UTF-8", path.display())))
}
