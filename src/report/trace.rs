//! The file list of a function, and why a file is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::layout::{clean, count, one_line, wrap};
use super::style::{Style, Tone};

/// The files that a function needs, as `trace` shows them and as its JSON is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TraceReport {
    /// The folder that the files are relative to.
    pub base: String,
    /// The files, sorted.
    pub files: Vec<String>,
    /// Per file, how it came in.
    pub reasons: BTreeMap<String, ReasonReport>,
    /// What could not be followed, in words.
    pub warnings: Vec<String>,
}

/// How a file came into a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReasonReport {
    /// `initial`, `dependency`, `asset`, `resolve`, `shared-lib`.
    pub kinds: Vec<String>,
    /// The files that brought it in.
    pub parents: Vec<String>,
}

/// The files, one a line, relative to the base; nothing else, so that it can be piped.
pub(super) fn list(trace: &TraceReport, out: &mut dyn Write) -> io::Result<()> {
    for file in &trace.files {
        writeln!(out, "{}", one_line(file))?;
    }
    Ok(())
}

/// The files by folder of origin, the count, and what could not be followed.
pub(super) fn human(trace: &TraceReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    list(trace, out)?;
    let files = count(trace.files.len(), "file", "files");
    let closing = format!("{files}, relative to {}", clean(&trace.base));
    writeln!(out, "\n{}", wrap("", &style.paint(Tone::Strong, closing), style.columns()))?;
    let shown: BTreeSet<&String> = trace.warnings.iter().collect();
    for warning in shown {
        let word = style.paint(Tone::Warning, "warning:");
        writeln!(out, "{}", wrap(&format!("{word} "), &clean(warning), style.columns()))?;
    }
    Ok(())
}
