//! The file list of a function, and why a file is in it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
    /// `initial`, `dependency`, `asset`, `resolve`, `sharedlib`.
    pub kinds: Vec<String>,
    /// The files that brought it in.
    pub parents: Vec<String>,
}

/// One step of the chain that leads to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link<'t> {
    /// The file.
    pub file: &'t str,
    /// How it came in.
    pub kinds: &'t [String],
}

impl TraceReport {
    /// The shortest chain from an entry down to `file`; none where the file is not in the trace.
    pub fn chain(&self, file: &str) -> Option<Vec<Link<'_>>> {
        let (file, _) = self.reasons.get_key_value(file)?;
        // Breadth first from the file up to a file that nothing brought in; `child` leads back down.
        let mut child: BTreeMap<&str, Option<&str>> = BTreeMap::from([(file.as_str(), None)]);
        let mut queue = VecDeque::from([file.as_str()]);
        let mut top = file.as_str();
        while let Some(at) = queue.pop_front() {
            let known = self.reasons.get(at);
            let initial = known
                .is_none_or(|reason| reason.parents.is_empty() || reason.kinds.iter().any(|kind| kind == "initial"));
            if initial {
                top = at;
                break;
            }
            for parent in known.iter().flat_map(|reason| &reason.parents) {
                if !child.contains_key(parent.as_str()) {
                    child.insert(parent, Some(at));
                    queue.push_back(parent);
                }
            }
        }
        let mut chain = Vec::new();
        let mut at = Some(top);
        while let Some(file) = at {
            chain.push(Link { file, kinds: self.reasons.get(file).map_or(&[], |reason| reason.kinds.as_slice()) });
            at = child.get(file).copied().flatten();
        }
        Some(chain)
    }
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

fn reason(kinds: &[String]) -> String {
    let words: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind.as_str() {
            "initial" => "entry",
            other => other,
        })
        .collect();
    words.join(", ")
}

/// The chain to one file, the entry first.
pub(super) fn why(trace: &TraceReport, file: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(chain) = trace.chain(file) else {
        return writeln!(out, "{} is not in the trace", one_line(file));
    };
    let branch = if style.unicode { "└─ " } else { "`- " };
    for (depth, link) in chain.iter().enumerate() {
        let lead = if depth == 0 { String::new() } else { format!("{}{branch}", "   ".repeat(depth - 1)) };
        let kinds = if link.kinds.is_empty() { String::new() } else { format!("  ({})", reason(link.kinds)) };
        writeln!(out, "{}{}{}", style.paint(Tone::Dim, lead), one_line(link.file), style.paint(Tone::Dim, kinds))?;
    }
    Ok(())
}
