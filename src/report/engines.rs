//! `nowcheck engines` for people: a table, and under each engine what is wrong with it.

use std::io::{self, Write};

use super::layout::{clean, count, left, one_line, right, width, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::human;
use crate::lint::EngineReport;

const COLUMNS: usize = 5;
const HEAD: [&str; COLUMNS] = ["target", "kind", "built for", "prisma", "size"];

fn built_for(engine: &EngineReport) -> String {
    let openssl = engine.openssl.as_deref().map(|version| format!("openssl {version}"));
    let words = [Some(engine.format), engine.arch.as_deref(), engine.libc, openssl.as_deref()];
    one_line(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

fn cells(engine: &EngineReport) -> [String; COLUMNS] {
    let or_dash = |text: Option<&str>| text.map_or_else(|| "-".to_owned(), one_line);
    [
        or_dash(engine.target.as_deref()),
        engine.kind.to_owned(),
        built_for(engine),
        or_dash(engine.prisma.as_deref()),
        human(engine.bytes),
    ]
}

/// A row per engine with its file below it, then who looks for it and what is wrong.
pub(super) fn human_engines(engines: &[EngineReport], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if engines.is_empty() {
        let text = "no engine file found here: the client was not generated, or needs none";
        return writeln!(out, "{}", wrap("", text, style.columns()));
    }
    let rows: Vec<[String; COLUMNS]> = engines.iter().map(cells).collect();
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        rows.iter().map(|row| width(&row[column])).chain([width(HEAD[column])]).max().unwrap_or_default()
    });
    // Where the table would be too wide, the version of Prisma goes to the file's line.
    let wide = widths.iter().sum::<usize>() + 2 * (COLUMNS - 1) <= style.columns();
    let line = |cells: [&str; COLUMNS]| {
        let [target, kind, built_for, prisma, size] = cells;
        let [a, b, c, d, e] = widths;
        let prisma = if wide { format!("  {}", left(prisma, d)) } else { String::new() };
        format!("{}  {}  {}{prisma}  {}", left(target, a), left(kind, b), left(built_for, c), right(size, e))
    };
    writeln!(out, "{}", style.paint(Tone::Dim, line(HEAD)))?;
    for (engine, row) in engines.iter().zip(&rows) {
        writeln!(out, "{}", line(row.each_ref().map(String::as_str)))?;
        let prisma =
            engine.prisma.as_deref().filter(|_| !wide).map(|version| format!(" (Prisma {})", one_line(version)));
        let file = format!("{}{}", one_line(&engine.file), prisma.unwrap_or_default());
        writeln!(out, "{}", style.paint(Tone::Dim, wrap("  ", &file, style.columns())))?;
        if !engine.needed_by.is_empty() {
            let lead = format!("  {} ", style.paint(Tone::Dim, "needed by"));
            writeln!(out, "{}", wrap(&lead, &clean(&engine.needed_by.join(", ")), style.columns()))?;
        }
        for problem in &engine.problems {
            let lead = format!("  {} ", style.paint(Tone::Error, "problem:"));
            writeln!(out, "{}", wrap(&lead, &clean(problem), style.columns()))?;
        }
    }
    let bad = engines.iter().filter(|engine| !engine.problems.is_empty()).count();
    let problems = if bad == 0 { String::new() } else { format!(", {bad} with problems") };
    writeln!(out, "\n{}{problems}", count(engines.len(), "engine file", "engine files"))
}
