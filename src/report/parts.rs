//! What is deployed beside the functions: middleware, frontends, static files.

use std::io::{self, Write};

use super::layout::{left, one_line, width, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::grouped;
use crate::lint::{FunctionReport, PartReport};

/// Parts that are shown. Now 2.0 made one of each static file.
const MOST: usize = 20;

/// Below so many columns a part is one text instead of three columns.
const NARROW: usize = 60;

/// A line for each part that the table of functions does not show, and an empty line; nothing where it shows all.
pub(super) fn parts(
    detected: &[PartReport],
    functions: &[FunctionReport],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_in_table = |part: &&PartReport| {
        functions.iter().any(|function| function.entrypoint == part.src && function.project == part.project)
    };
    let (_, others): (Vec<&PartReport>, Vec<&PartReport>) = detected.iter().partition(is_in_table);
    if others.is_empty() {
        return Ok(());
    }
    let head = match others.iter().all(|part| part.kind == "function") {
        true => "not measured",
        false if functions.is_empty() => "deployed",
        false => "also deployed",
    };
    writeln!(out, "{}", style.paint(Tone::Dim, head))?;
    let shown = &others[..others.len().min(MOST)];
    let widest = shown.iter().map(|part| width(&part.builder)).max().unwrap_or_default();
    for part in shown {
        let builder = style.paint(Tone::Dim, left(&one_line(&part.builder), widest));
        let lead = format!("  {}  {builder}  ", left(part.kind, "middleware".len()));
        let place = place(part, style);
        if style.columns() < NARROW {
            writeln!(out, "{}", wrap("  ", &format!("{place}, {}", one_line(&part.builder)), style.columns()))?;
            continue;
        }
        writeln!(out, "{}", wrap(&lead, &place, style.columns()))?;
    }
    if others.len() > MOST {
        writeln!(out, "  and {} more", grouped((others.len() - MOST) as u64))?;
    }
    writeln!(out)
}

/// What a part works on, from the current folder.
fn place(part: &PartReport, style: &Style) -> String {
    let project = one_line(&style.path(&part.project));
    let src = match part.src.as_str() {
        pattern if pattern.starts_with("!{") => "all other files".to_owned(),
        "<detect>" => "the file that the builder finds".to_owned(),
        src => one_line(src),
    };
    if project == "." { src } else { format!("{src} in {project}") }
}
