//! What `init` and `migrate` did: for people, as JSON, and as Markdown for a pull request.

use std::io::{self, Write};

use serde_json::json;

use super::layout::{one_line, wrap};
use super::style::{Style, Tone};
use crate::document::Document;
use crate::rewrite::{Outcome, Rewrite, Step};

/// An output format of `init` and `migrate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteFormat {
    /// For people: a line per step.
    Human,
    /// `schemas/report.v1.schema.json`.
    Json,
    /// A list per outcome.
    Markdown,
}

/// Writes what a rewrite came to. `written`: whether the changes are on disk.
///
/// # Errors
/// Those of `out`.
pub fn rewrite(
    format: RewriteFormat,
    rewrite: &Rewrite,
    written: bool,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        RewriteFormat::Human => human(rewrite, written, style, out),
        RewriteFormat::Json => json(rewrite, written, style, out),
        RewriteFormat::Markdown => markdown(rewrite, written, style, out),
    }
}

/// The word that stands before a step.
fn word(outcome: Outcome) -> (&'static str, Tone) {
    match outcome {
        Outcome::Done => ("done", Tone::Good),
        Outcome::Kept => ("as is", Tone::Good),
        Outcome::Changed => ("changed", Tone::Warning),
        Outcome::Todo => ("to do", Tone::Warning),
        Outcome::Refused => ("refused", Tone::Error),
    }
}

fn place(step: &Step, style: &Style) -> String {
    let file = one_line(&style.path(&step.file));
    if step.place.is_empty() { file } else { format!("{file} {}", one_line(&step.place)) }
}

fn human(rewrite: &Rewrite, written: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for step in &rewrite.steps {
        let (word, tone) = word(step.outcome);
        let first = format!("{} ", style.paint(tone, format!("{word:>7}")));
        let text = format!("{}: {}", style.paint(Tone::Strong, place(step, style)), one_line(&step.text));
        writeln!(out, "{}", wrap(&first, &text, style.columns()))?;
    }
    let closing = wrap("", &closing(rewrite, written, style), style.columns());
    writeln!(out, "{}{closing}", if rewrite.steps.is_empty() { "" } else { "\n" })
}

/// Which files were written, in one sentence.
fn closing(rewrite: &Rewrite, written: bool, style: &Style) -> String {
    if rewrite.is_refused() {
        return "nothing was written: see what was refused".to_owned();
    }
    let files: Vec<String> = rewrite
        .changes
        .iter()
        .map(|change| {
            let verb = match (&change.old, &change.new) {
                (None, _) if !written => "would be added",
                (_, None) if !written => "would be removed",
                _ if !written => "would be changed",
                (None, _) => "added",
                (_, None) => "removed",
                _ => "changed",
            };
            format!("{} {verb}", one_line(&style.path(&change.file)))
        })
        .collect();
    match files.as_slice() {
        [] => "nothing to write".to_owned(),
        files => files.join(", "),
    }
}

fn json(rewrite: &Rewrite, written: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let steps: Vec<_> = rewrite
        .steps
        .iter()
        .map(|step| {
            json!({ "outcome": step.outcome, "file": style.path(&step.file), "place": step.place, "text": step.text })
        })
        .collect();
    let files: Vec<_> = rewrite
        .changes
        .iter()
        .map(|change| {
            // Secrets stay where they are.
            let shown = |bytes: &Vec<u8>| {
                Document::of_file(&change.file, String::from_utf8_lossy(bytes).into_owned()).shown_text().to_string()
            };
            let text = change.new.as_ref().map(shown);
            json!({ "file": style.path(&change.file), "existed": change.old.is_some(), "text": text })
        })
        .collect();
    let report =
        json!({ "version": 1, "written": written, "refused": rewrite.is_refused(), "files": files, "steps": steps });
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn markdown(rewrite: &Rewrite, written: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let is_pending = !written && !rewrite.changes.is_empty();
    for (outcome, title) in [
        (Outcome::Refused, "Refused"),
        (Outcome::Todo, "To do by hand"),
        (Outcome::Changed, "Means something else now"),
        (Outcome::Done, if is_pending { "Would be done" } else { "Done" }),
        (Outcome::Kept, "Stays as it is"),
    ] {
        let mut steps = rewrite.steps.iter().filter(|step| step.outcome == outcome).peekable();
        if steps.peek().is_none() {
            continue;
        }
        writeln!(out, "### {title}\n")?;
        for step in steps {
            let place = place(step, style).replace('`', "'");
            writeln!(out, "- `{place}`: {}", one_line(&step.text))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", closing(rewrite, written, style))
}
