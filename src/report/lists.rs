//! The list of rules, and the list of what `fix` did.

use std::io::{self, Write};

use camino::Utf8PathBuf;
use serde_json::json;

use super::layout::wrap;
use super::style::{Format, Style, Tone};
use crate::platform::Platform;
use crate::rules::Rule;

/// Columns of what stands behind the id: severity, platforms, fix.
const HEAD: usize = "  warning  now, vercel  fix: sometimes".len();

/// Writes the list of rules: id, severity, platforms, fix, summary. For people a rule has two lines, in the compact format one.
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
        let (severity, platforms, fix) = (rule.severity.as_str(), platforms(rule), rule.fix.as_str());
        if format == Format::Compact {
            writeln!(out, "{}: {severity}; {platforms}; fix {fix}: {}", rule.id, rule.summary)?;
            continue;
        }
        let (word, fix) = (style.paint(rule.severity.into(), format!("{severity:<7}")), format!("fix: {fix}"));
        let (id, fix) = (style.paint(Tone::Strong, format!("{:<width$}", rule.id)), style.paint(Tone::Dim, fix));
        match width + HEAD <= style.columns() {
            true => writeln!(out, "{id}  {word}  {platforms:<11}  {fix}")?,
            false => {
                writeln!(out, "{}", style.paint(Tone::Strong, rule.id))?;
                writeln!(
                    out,
                    "{}",
                    wrap("    ", &format!("{}, {platforms}, {fix}", word.trim_end()), style.columns())
                )?;
            }
        }
        writeln!(out, "{}", wrap("    ", rule.summary, style.columns()))?;
    }
    Ok(())
}

/// `now, vercel`, or `all`.
fn platforms(rule: &Rule) -> String {
    if rule.platforms == Platform::ALL {
        return "all".to_owned();
    }
    rule.platforms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    fn shown(format: Format, width: usize) -> String {
        let style = Style { color: false, unicode: true, width, base: "/".into() };
        let mut out = Vec::new();
        rules(format, &RULES[..2], &style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_rule_is_listed_with_severity_platforms_and_fix() {
        insta::assert_snapshot!(shown(Format::Human, 44), @"
        config/syntax
            error, all, fix: sometimes
            the config is not valid JSON or TOML, so
            the platform cannot read it
        config/schema
            error, now, vercel, fix: sometimes
            a value has a form that the platform
            refuses
        ");
        insta::assert_snapshot!(shown(Format::Compact, 80), @"
        config/syntax: error; all; fix sometimes: the config is not valid JSON or TOML, so the platform cannot read it
        config/schema: error; now, vercel; fix sometimes: a value has a form that the platform refuses
        ");
    }
}
