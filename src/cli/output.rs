//! Where output goes and how it looks.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use camino::Utf8Path;

use super::args::{ColorWhen, Output};
use super::{Stop, Verdict, current_folder};
use crate::base::NotingFs;
use crate::lint::Unreadable;
use crate::report::Style;

/// Columns to wrap at where no terminal says otherwise.
const DEFAULT_WIDTH: usize = 80;

fn use_color(when: ColorWhen, to_file: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if to_file || set("NO_COLOR") => false,
        ColorWhen::Auto if std::env::var("CLICOLOR_FORCE").is_ok_and(|value| !value.is_empty() && value != "0") => true,
        ColorWhen::Auto => io::stdout().is_terminal() && std::env::var("TERM").is_ok_and(|term| term != "dumb"),
    }
}

fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| usize::from(width));
    columns.or_else(terminal).unwrap_or(DEFAULT_WIDTH)
}

/// Box characters need UTF-8: all but an explicit other locale has it.
fn use_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf") || !locale.contains('.')
    })
}

/// The look of output that goes to stdout or, where `to_file`, into a file.
pub(super) fn style(color: ColorWhen, to_file: bool) -> Result<Style, Stop> {
    Ok(Style { color: use_color(color, to_file), unicode: use_unicode(), width: width(), base: current_folder()? })
}

/// Renders to stdout, or into the file that `--output` names.
pub(super) fn emit(output: &Output, render: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    emit_to(output.color, output.output.as_deref(), render)
}

/// Renders to stdout, or into `file`.
pub(super) fn emit_to(
    color: ColorWhen,
    file: Option<&Utf8Path>,
    render: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Stop> {
    let style = style(color, file.is_some())?;
    let mut bytes = Vec::new();
    render(&style, &mut bytes)?;
    match file {
        Some(file) => write_file(file, &bytes),
        None => print(&bytes),
    }
}

/// Writes bytes to stdout.
pub(super) fn print(bytes: &[u8]) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Failures to read that are told one by one.
const MOST_FAILURES: usize = 20;

/// What could not be read is said behind what could: nothing is lost, and the run still fails.
pub(super) fn finish(verdict: Verdict, failures: Vec<Unreadable>, disk: &NotingFs<'_>) -> Result<Verdict, Stop> {
    let mut all: BTreeMap<_, _> = disk.take().into_iter().collect();
    all.extend(failures.into_iter().map(|failure| (failure.path, failure.source)));
    let mut all: Vec<_> = all.into_iter().map(|(path, source)| Unreadable { path, source }).collect();
    let more = all.len().saturating_sub(MOST_FAILURES);
    all.truncate(MOST_FAILURES);
    let Some(last) = all.pop() else { return Ok(verdict) };
    all.iter().for_each(|failure| complain(failure));
    if more > 0 {
        complain(&format!("{more} more could not be read"));
    }
    Err(last.into())
}

fn write_file(file: &Utf8Path, bytes: &[u8]) -> Result<(), Stop> {
    std::fs::write(file, bytes).map_err(|error| Stop::Usage(format!("cannot write {file}: {error}")))
}

/// Says on stderr why something did not work.
pub(super) fn complain(what: &dyn Display) {
    let mut text = String::new();
    for c in what.to_string().chars() {
        // A file's name must not speak to the terminal.
        if c.is_control() && c != '\n' { text.extend(c.escape_default()) } else { text.push(c) }
    }
    let _ = writeln!(io::stderr(), "nowcheck: {text}");
}
