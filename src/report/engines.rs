//! `nowcheck engines` for people: a table, and under each engine what is wrong with it.

use std::io::{self, Write};

use super::EnginesReport;
use super::layout::{clean, count, left, one_line, right, width, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::human;
use crate::lint::{EngineReport, NeedReport};

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

/// The engine files and, where that is asked, which engine each function looks for.
pub(super) fn human_engines(report: &EnginesReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    files(&report.engines, style, out)?;
    if !report.why {
        return Ok(());
    }
    let mut groups: Vec<(&NeedReport, Vec<&str>)> = Vec::new();
    for need in &report.needs {
        let same = |other: &NeedReport| NeedReport { function: need.function.clone(), ..other.clone() } == *need;
        match groups.iter_mut().find(|(other, _)| same(other)) {
            Some((_, names)) => names.push(&need.function),
            None => groups.push((need, vec![&need.function])),
        }
    }
    if groups.is_empty() {
        writeln!(out, "\n{}", wrap("", "no function here is seen to use Prisma", style.columns()))?;
    }
    groups.iter().try_for_each(|(need, names)| writeln!(out).and_then(|()| human_need(need, names, style, out)))
}

/// What functions look for, then each step with what follows from it below.
fn human_need(need: &NeedReport, names: &[&str], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (looks, needs) = if names.len() == 1 { ("looks", "needs") } else { ("look", "need") };
    let what = match (need.engine, need.targets.as_slice()) {
        ("not-needed", _) => format!("{needs} no engine file"),
        (_, []) => format!("{looks} for an engine that cannot be told"),
        (_, targets) => format!("{looks} for {}", targets.join(" or ")),
    };
    let doubt = if need.certain || need.targets.is_empty() { "" } else { " (not certain)" };
    let names: Vec<String> = names.iter().map(|name| style.paint(Tone::Strong, one_line(name))).collect();
    writeln!(out, "{}", wrap("", &format!("{} {}{doubt}", names.join(", "), one_line(&what)), style.columns()))?;
    for step in &need.steps {
        let file = step.file.as_deref().map(|file| style.paint(Tone::Dim, format!(" ({})", one_line(file))));
        let read = format!("{}{}", one_line(&step.read), file.unwrap_or_default());
        writeln!(out, "{}", wrap("  ", &read, style.columns()))?;
        writeln!(out, "{}", wrap("    => ", &one_line(&step.follows), style.columns()))?;
    }
    if !need.searched.is_empty() {
        let folders: Vec<String> = need.searched.iter().map(|folder| one_line(folder)).collect();
        writeln!(out, "{}", wrap("  ", &format!("it is looked for in {}", folders.join(", then ")), style.columns()))?;
    }
    let made = format!("its client is made {}: {}", made(need), one_line(&need.client_reason));
    writeln!(out, "{}", wrap("  ", &made, style.columns()))
}

fn made(need: &NeedReport) -> &'static str {
    match need.client {
        "remote" => "on the build machine",
        "local" => "here",
        _ => "in a place that cannot be told",
    }
}

/// A row per engine with its file below it, then who looks for it and what is wrong.
fn files(engines: &[EngineReport], style: &Style, out: &mut dyn Write) -> io::Result<()> {
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
