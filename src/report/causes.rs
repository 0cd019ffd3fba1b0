//! `nowcheck explain MESSAGE`: what the message means, what brings it about in this project, what to do.

use std::io::{self, Write};

use super::human;
use super::layout::{clean, one_line, wrap};
use super::page::inline;
use super::style::{Style, Tone};
use crate::lint::Report;
use crate::rules::messages::Recognised;

/// Writes what was recognised in a message, then the findings of `report` as its causes here.
///
/// # Errors
/// Those of `out`.
pub fn causes(recognised: &[Recognised], report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let columns = style.columns().min(100);
    for one in recognised {
        writeln!(out, "{}", wrap("", &style.paint(Tone::Strong, one.message.title), columns))?;
        let meaning = [one.message.meaning.to_owned()].into_iter().chain(about(one)).collect::<Vec<_>>().join(" ");
        writeln!(out, "{}", wrap("  ", &inline(&clean(&meaning), Some(style)), columns))?;
        let rules = format!("  {} ", style.paint(Tone::Dim, "rules:"));
        writeln!(out, "{}\n", wrap(&rules, &one.message.rules.join(", "), columns))?;
    }
    if report.findings.is_empty() {
        return none_here(recognised, report, columns, style, out);
    }
    writeln!(out, "{}\n", style.paint(Tone::Strong, "In this project:"))?;
    human::findings(&report.findings, style, out)?;
    let rule = report.findings.first().map_or("RULE", |finding| finding.rule);
    writeln!(out, "{}", wrap("", &format!("`nowcheck explain {rule}` shows the page of the rule."), columns))
}

/// What the message itself tells.
fn about(one: &Recognised) -> impl Iterator<Item = String> {
    let quoted = |text: &Option<String>| text.as_deref().map(one_line);
    let target = quoted(&one.target).map(|target| format!("It names the target \"{target}\"."));
    let file = quoted(&one.file).map(|file| format!("It names the file {file}."));
    let variable = quoted(&one.variable).map(|variable| format!("It names the variable {variable}."));
    target.into_iter().chain(file).chain(variable)
}

fn none_here(
    recognised: &[Recognised],
    report: &Report,
    columns: usize,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match report.checked.projects {
        0 => "No project lies here: run this in its folder, or name it with --path.",
        _ => {
            "Nothing in this project shows the cause: what is deployed may be another state of it, or the cause lies in settings on the platform."
        }
    };
    writeln!(out, "{}", wrap("", text, columns))?;
    for one in recognised {
        let lead = format!("  {} ", style.paint(Tone::Info, "help:"));
        writeln!(out, "{}", wrap(&lead, &inline(one.message.otherwise, Some(style)), columns))?;
    }
    Ok(())
}
