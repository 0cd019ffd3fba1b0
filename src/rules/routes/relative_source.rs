//! `routes/relative-source`: a `source` without a slash at its beginning, which as compiled matches no path.

use serde_json::json;

use crate::analysis::Analysis;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::routing::{Pattern, Token};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/relative-source",
    summary: "a source begins without a slash, and as it is compiled it matches no path",
    severity: Severity::Info,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("relative_source.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    // Where the platform refuses a list, that is the cause.
    if analysis.routes().compiled.is_empty() {
        return;
    }
    let document = config.document();
    let entries = ["redirects", "headers", "rewrites"].into_iter().flat_map(|list| {
        let items = config.get(list).into_iter().flat_map(Node::items).enumerate();
        items.filter_map(move |(at, item)| {
            Some((Path::keys([list]).index(at).key("source"), item.get("source")?.as_str()?))
        })
    });
    for (path, source) in entries.filter(|(_, source)| begins_with_text(source)).take(MOST) {
        let label = Label::at(document, &path, Part::Value, "no slash");
        let message = "every path begins with a slash, and this source does not: compiled, it matches none; whether the \
                       platform adds the slash is not documented";
        let finding = Finding::new(RULE.id, Severity::Info, label, message);
        let meant = with_slash(source);
        findings.push(match meant {
            Some(meant) => finding.help(format!("write \"{meant}\"")).fix(
                insert::set(document, &path, &json!(meant)).map(|edit| Fix {
                    title: format!("Write \"{meant}\""),
                    applicability: Applicability::Unsafe,
                    edits: vec![edit],
                }),
            ),
            None => finding.help("write a path that begins with a slash; a host is a condition in `has`"),
        });
    }
}

/// The source with a slash, or without the anchors of a regex, which a pattern has of itself.
fn with_slash(source: &str) -> Option<String> {
    let bare = source.strip_prefix('^').map_or(source, |inner| inner.strip_suffix('$').unwrap_or(inner));
    let is_host = bare.split('/').next().is_some_and(|first| first.contains('.'));
    let is_word = bare.starts_with(|c: char| c.is_alphanumeric() || c == '_') && !is_host && !bare.contains("://");
    let meant = if bare.starts_with('/') { bare.to_owned() } else { format!("/{bare}") };
    (is_word || bare.starts_with('/')).then_some(meant)
}

/// Whether what the pattern matches begins with a certain text that is no slash.
fn begins_with_text(source: &str) -> bool {
    let pattern = Pattern::parse(source);
    let first = pattern.as_ref().ok().and_then(|pattern| pattern.tokens().first());
    matches!(first, Some(Token::Text(text)) if !text.starts_with('/'))
}
