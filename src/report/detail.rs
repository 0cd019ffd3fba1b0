//! What takes the room in a function and what would make it smaller, for people.

use std::io::{self, Write};

use super::functions::share;
use super::layout::{count, one_line, right, width, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::human;
use crate::lint::{AdviceReport, DetailReport, FunctionReport};

/// Pieces of advice that are shown where not all are asked for.
const ADVICE: usize = 5;
/// Below this share of the limit, in percent, no advice is given unasked.
const ROOMY: u64 = 50;
/// Kinds, packages and copies that are named in a row.
const NAMED: usize = 4;

/// Copies of less in all, in bytes, are told only where all is asked for.
const LEAST_COPIES: u64 = 256 * 1024;

/// `a, b and 3 more`.
pub(super) fn some(mut words: Vec<String>, most: usize) -> String {
    let more = words.len().saturating_sub(most);
    if more > 1 {
        words.truncate(most);
        return format!("{} and {more} more", words.join(", "));
    }
    words.join(", ")
}

/// Rows of words and texts for the block of a function.
pub(super) fn rows(detail: &DetailReport, all: bool) -> Vec<(&'static str, String)> {
    let most = if all { usize::MAX } else { NAMED };
    let mut rows = Vec::new();
    let kinds = detail.kinds.iter().map(|kind| format!("{} {}", kind.kind.as_str(), human(kind.bytes))).collect();
    rows.push(("kinds", some(kinds, most)));
    if !detail.versions.is_empty() {
        let versions = detail.versions.iter();
        let versions = versions.map(|one| format!("{} {}", one_line(&one.package), one.versions.join(" + "))).collect();
        let bytes: u64 = detail.versions.iter().map(|one| one.bytes).sum();
        rows.push(("versions", format!("{} for more than one version of {}", human(bytes), some(versions, most))));
    }
    let copies: u64 = detail.copies.iter().map(|one| one.bytes).sum();
    if copies > 0 && (all || copies > LEAST_COPIES) {
        let more: usize = detail.copies.iter().map(|one| one.files.len() - 1).sum();
        let first = detail.copies.iter().map(|one| one_line(one.files.first().map_or("", String::as_str))).collect();
        let names = some(first, if all { most } else { 1 });
        rows.push((
            "copies",
            format!("{} in {} such as {names}", human(copies), count(more, "copy of a file", "copies of files")),
        ));
    }
    rows
}

/// The advice: the first pieces, or all; nothing unasked for a function far below its limit.
pub(super) fn advice(
    function: &FunctionReport,
    detail: &DetailReport,
    all: bool,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_asked = all || share(function).is_none_or(|share| share >= ROOMY);
    if detail.advice.is_empty() || !is_asked {
        return Ok(());
    }
    let zipped = function.limit.is_some_and(|limit| limit.measures == "zip");
    let gain = |advice: &AdviceReport| human(advice.zip_bytes.filter(|_| zipped).unwrap_or(advice.bytes));
    let shown = detail.advice.get(..if all { usize::MAX } else { ADVICE }).unwrap_or(&detail.advice);
    let widest = shown.iter().map(|advice| width(&gain(advice))).max().unwrap_or_default();
    let head = if zipped { "to make it smaller, zipped" } else { "to make it smaller" };
    writeln!(out, "  {}", style.paint(Tone::Dim, head))?;
    for advice in shown {
        let lead = format!("    {}  ", style.paint(Tone::Strong, right(&gain(advice), widest)));
        let files = count(advice.files, "file", "files");
        let is_glob = advice.config.is_some();
        let doubt = if advice.certain || !is_glob { "" } else { "; is it needed at run time?" };
        let what = format!("{} ({files}){doubt}", one_line(&advice.what));
        writeln!(out, "{}", wrap(&lead, &what, style.columns()))?;
        let indent = " ".repeat(4 + widest + 2);
        for todo in std::iter::once(&advice.todo).chain(&advice.config) {
            writeln!(out, "{}", style.paint(Tone::Dim, wrap(&indent, &one_line(todo), style.columns())))?;
        }
    }
    match detail.advice.len() - shown.len() {
        0 => Ok(()),
        more => writeln!(out, "    {} {more} more with --all", " ".repeat(widest)),
    }
}
