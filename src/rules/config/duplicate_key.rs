//! `config/duplicate-key`: a key stands twice in one object, and the first is lost.

use std::collections::HashSet;

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Format, Member, Node, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/duplicate-key",
    summary: "a key stands twice in one object; the last one counts, the others are lost",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("duplicate_key.md"),
    check,
};

/// Findings with a fix: each looks through its whole object, and a hostile file has 100,000 of them.
const MOST_FIXES: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    // TOML takes no key twice: there it is a matter of syntax.
    if document.format() == Format::Toml {
        return;
    }
    let mut fixes = 0;
    for node in document.tree().nodes().filter(|node| node.is_object()) {
        let mut seen: HashSet<&str> = HashSet::new();
        for (member, lost) in node.members() {
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
            let fix = (fixes < MOST_FIXES).then(|| fix(document, node, member, lost)).flatten();
            fixes += 1;
            findings.push(finding.fix(fix));
        }
    }
}

/// Deletes what is lost. Where it says the same, or nothing, nobody misses it; else it may be what was meant.
fn fix(document: &Document, object: Node<'_>, member: &Member, lost: Node<'_>) -> Option<Fix> {
    let counts = object.get(&member.key)?;
    let is_empty = lost.is_container() && lost.items().len() == 0 && lost.members().next().is_none();
    let is_same = lost.span().slice(document.text()) == counts.span().slice(document.text());
    let applicability = if is_same || is_empty { Applicability::Safe } else { Applicability::Unsafe };
    let edits = vec![insert::remove_lost(document, object, member.key_span)?];
    Some(Fix { title: format!("Delete the \"{}\" that is lost", member.key), applicability, edits })
}
