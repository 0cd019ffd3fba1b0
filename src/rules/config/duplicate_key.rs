//! `config/duplicate-key`: a key stands twice in one object, and the first is lost.

use std::collections::HashSet;

use crate::analysis::Analysis;
use crate::document::Format;
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/duplicate-key",
    summary: "a key stands twice in one object; the last one counts, the others are lost",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("duplicate_key.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    // TOML takes no key twice: there it is a matter of syntax.
    if document.format() == Format::Toml {
        return;
    }
    for node in document.tree().nodes().filter(|node| node.is_object()) {
        let mut seen: HashSet<&str> = HashSet::new();
        for (member, _) in node.members() {
            let Some(winner) = node.member(&member.key) else { continue };
            // One finding per key, at the first place that is lost.
            if !seen.insert(&member.key) || winner.key_span == member.key_span {
                continue;
            }
            let message = format!(
                "\"{}\" stands twice in this object: only the last one counts, this one is lost without a word",
                member.key
            );
            let finding =
                Finding::new(RULE.id, Severity::Warning, Label::span(document, member.key_span, "lost"), message)
                    .related(Label::span(document, winner.key_span, "this one counts"))
                    .help("keep one of them");
            findings.push(finding);
        }
    }
}
