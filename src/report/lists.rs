//! The list of rules, and the list of what `fix` did.

use std::io::{self, Write};

use camino::Utf8PathBuf;
use serde_json::json;

use super::style::{Format, Style, Tone};
use crate::rules::Rule;

/// Writes the list of rules: id, severity, platforms, fix, summary.
///
/// # Errors
/// Those of `out`.
pub fn rules(format: Format, rules: &[Rule], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if format == Format::Json {
        let rules: Vec<_> = rules.iter().map(row).collect();
        serde_json::to_writer_pretty(&mut *out, &json!({ "version": 1, "rules": rules }))?;
        return writeln!(out);
    }
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let severity = format!("{:<7}", rule.severity.as_str());
        let fix = format!("fix: {:<9}", rule.fix.as_str());
        writeln!(
            out,
            "{}  {}  {}  {}",
            style.paint(Tone::Strong, format!("{:<width$}", rule.id)),
            style.paint(rule.severity.into(), severity),
            style.paint(Tone::Dim, fix),
            rule.summary
        )?;
    }
    Ok(())
}

fn row(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "severity": rule.severity,
        "platforms": rule.platforms,
        "fix": rule.fix.as_str(),
        "summary": rule.summary,
    })
}

/// Writes what `fix` did, a line each. JSON output has the report alone.
///
/// # Errors
/// Those of `out`.
pub fn applied(
    format: Format,
    applied: &[(Utf8PathBuf, String)],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == Format::Json {
        return Ok(());
    }
    for (file, title) in applied {
        writeln!(out, "{} {}: {title}", style.paint(Tone::Good, "fixed"), style.path(file))?;
    }
    if format == Format::Human && !applied.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}
