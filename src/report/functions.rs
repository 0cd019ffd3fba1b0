//! The table of functions: a line each where the terminal is wide, a second line for builder and engines where it is not.

use std::io::{self, Write};

use super::layout::{bar, clean, count, left, one_line, percent, right, round, width, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::{grouped, human};
use crate::lint::{FunctionReport, LimitReport, PackageReport};

/// From so many percent of its limit on, a function counts as near it.
const NEAR: u64 = 90;
const BAR: usize = 8;
/// Packages shown under a function that is near its limit.
const PACKAGES: usize = 3;

/// Bytes that the limit is compared with, where they were measured.
pub(super) fn measured(function: &FunctionReport, limit: LimitReport) -> Option<u64> {
    if limit.measures == "zip" { function.zip_bytes } else { Some(function.bytes) }
}

/// How much of its limit a function takes, in percent.
pub(super) fn share(function: &FunctionReport) -> Option<u64> {
    let limit = function.limit?;
    measured(function, limit).map(|bytes| percent(bytes, limit.bytes))
}

/// The colour of a share of a limit.
pub(super) fn tone(share: u64) -> Tone {
    match share {
        101.. => Tone::Error,
        NEAR.. => Tone::Warning,
        _ => Tone::Good,
    }
}

/// `zipped` or `unzipped`.
pub(super) fn measures(limit: LimitReport) -> &'static str {
    if limit.measures == "zip" { "zipped" } else { "unzipped" }
}

/// Builder, runtime and engines in words.
fn about(function: &FunctionReport) -> String {
    let mut parts = vec![one_line(&function.builder)];
    parts.extend(function.runtime.as_deref().map(one_line));
    let engines = engine_names(function);
    if !engines.is_empty() {
        parts.push(format!("{} {}", if engines.len() == 1 { "engine" } else { "engines" }, engines.join(" ")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// The targets of the engines, each once, or their files where the target is not known.
pub(super) fn engine_names(function: &FunctionReport) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for engine in &function.engines {
        let name = one_line(engine.target.as_deref().unwrap_or(&engine.file));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn against_limit(function: &FunctionReport, style: &Style) -> String {
    let Some(limit) = function.limit else { return "no limit known".to_owned() };
    let size = round(limit.bytes);
    match measured(function, limit) {
        Some(bytes) => {
            let share = percent(bytes, limit.bytes);
            let bar = bar(bytes, limit.bytes, BAR, style);
            format!("{} {:>4} of {size}", style.paint(tone(share), bar), format!("{}%", grouped(share)))
        }
        None if function.bytes <= limit.bytes => format!("{} under {size}", " ".repeat(BAR)),
        None => format!("{} not measured, limit {size}", " ".repeat(BAR)),
    }
}

const HEAD: [&str; 5] = ["", "files", "size", "zipped", "limit"];

/// The cells of a function: name, files, size, zipped, limit.
fn cells(function: &FunctionReport, style: &Style) -> [String; 5] {
    let zip = function.zip_bytes.map_or_else(|| "-".to_owned(), human);
    let name = one_line(&function.name);
    [name, grouped(function.files as u64), human(function.bytes), zip, against_limit(function, style)]
}

/// All functions, by project where there are several, and an empty line; nothing where there are none.
pub(super) fn table(functions: &[FunctionReport], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if functions.is_empty() {
        return Ok(());
    }
    let rows: Vec<[String; 5]> = functions.iter().map(|function| cells(function, style)).collect();
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| textwrap::core::display_width(&row[column]));
        cells.chain([width(HEAD[column])]).max().unwrap_or_default()
    };
    let widths: [usize; 5] = std::array::from_fn(widest);
    let figures: usize = widths[1..].iter().sum::<usize>() + 4 * 2;
    let abouts: Vec<String> = functions.iter().map(about).collect();
    let about_width = abouts.iter().map(|about| width(about)).max().unwrap_or_default();
    let wide = 2 + widths[0] + figures + 2 + about_width <= style.columns();
    let name_width = widths[0].max("functions".len()).min(style.columns().saturating_sub(figures + 2).max(12));
    let layout = Layout { widths, name_width: if wide { widths[0].max("functions".len()) } else { name_width }, wide };
    let is_narrow = !wide && 2 + name_width + figures > style.columns();

    match is_narrow {
        true => writeln!(out, "{}", style.paint(Tone::Dim, "functions"))?,
        false => layout.head(style, out)?,
    }
    let several = functions.iter().any(|function| function.project != functions[0].project);
    let mut project = None;
    for ((function, row), about) in functions.iter().zip(&rows).zip(&abouts) {
        if several && project != Some(&function.project) {
            project = Some(&function.project);
            writeln!(out, "{}", style.paint(Tone::Dim, one_line(&style.path(&function.project))))?;
        }
        match is_narrow {
            true => block(function, row, about, style, out)?,
            false => layout.row(row, about, style, out)?,
        }
        if share(function).is_some_and(|share| share >= NEAR) {
            packages(&function.largest, style, out)?;
        }
    }
    notes(functions, style, out)?;
    writeln!(out)
}

struct Layout {
    widths: [usize; 5],
    name_width: usize,
    wide: bool,
}

impl Layout {
    fn figures(&self, cells: [&str; 4]) -> String {
        let [files, size, zip, limit] = cells;
        let [_, files_width, size_width, zip_width, limit_width] = self.widths;
        let figures = format!("{}  {}  {}", right(files, files_width), right(size, size_width), right(zip, zip_width));
        let gap = limit_width.saturating_sub(textwrap::core::display_width(limit));
        format!("  {figures}  {limit}{}", " ".repeat(if self.wide { gap } else { 0 }))
    }

    fn head(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let [_, files, size, zip, limit] = HEAD;
        let line = format!("{}{}", left("functions", self.name_width + 2), self.figures([files, size, zip, limit]));
        writeln!(out, "{}", style.paint(Tone::Dim, line.trim_end()))
    }

    fn row(&self, row: &[String; 5], about: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let [name, files, size, zip, limit] = row;
        let figures = self.figures([files, size, zip, limit]);
        if width(name) > self.name_width {
            writeln!(out, "  {}", style.paint(Tone::Strong, name))?;
            write!(out, "  {}{figures}", " ".repeat(self.name_width))?;
        } else {
            let name = left(name, self.name_width);
            write!(out, "  {}{figures}", style.paint(Tone::Strong, name))?;
        }
        if self.wide {
            return writeln!(out, "  {}", style.paint(Tone::Dim, about));
        }
        writeln!(out)?;
        if about.is_empty() {
            Ok(())
        } else {
            writeln!(out, "{}", style.paint(Tone::Dim, wrap("    ", about, style.columns())))
        }
    }
}

/// A function where the terminal is too narrow for columns.
fn block(
    function: &FunctionReport,
    row: &[String; 5],
    about: &str,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let [name, _, size, zip, limit] = row;
    let zip = if function.zip_bytes.is_some() { format!(", {zip} zipped") } else { String::new() };
    let files = count(function.files, "file", "files");
    writeln!(out, "{}", wrap("  ", &style.paint(Tone::Strong, name), style.columns()))?;
    writeln!(out, "{}", wrap("    ", &format!("{files}, {size}{zip}"), style.columns()))?;
    writeln!(out, "{}", wrap("    ", limit.trim_start(), style.columns()))?;
    match about {
        "" => Ok(()),
        about => writeln!(out, "{}", style.paint(Tone::Dim, wrap("    ", about, style.columns()))),
    }
}

/// The largest packages, one a line.
fn packages(largest: &[PackageReport], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let sizes: Vec<String> = largest.iter().take(PACKAGES).map(package_size).collect();
    let widest = sizes.iter().map(|size| width(size)).max().unwrap_or_default();
    for (package, size) in largest.iter().zip(sizes) {
        writeln!(out, "      {}  {}", style.paint(Tone::Dim, right(&size, widest)), one_line(&package.name))?;
    }
    Ok(())
}

fn package_size(package: &PackageReport) -> String {
    match package.zip_bytes {
        Some(zip) => format!("{} zipped", human(zip)),
        None => human(package.bytes),
    }
}

/// What the figures leave open, each once, with the functions it is said of unless it is all of them.
pub(super) fn notes(functions: &[FunctionReport], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut notes: Vec<(&str, Vec<&str>)> = Vec::new();
    for function in functions {
        for note in &function.notes {
            match notes.iter_mut().find(|(known, _)| known == note) {
                Some((_, names)) => names.push(&function.name),
                None => notes.push((note, vec![&function.name])),
            }
        }
    }
    for (note, names) in notes {
        let whom = match names.len() {
            all if all == functions.len() => String::new(),
            1..=3 => format!(" ({})", names.join(", ")),
            many => format!(" ({})", count(many, "function", "functions")),
        };
        let lead = format!("  {} ", style.paint(Tone::Info, "note:"));
        writeln!(out, "{}", wrap(&lead, &clean(&format!("{note}{whom}")), style.columns()))?;
    }
    Ok(())
}
