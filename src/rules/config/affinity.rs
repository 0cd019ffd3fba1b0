//! `config/affinity`: a function with strict affinity has more than one region.

use std::collections::HashSet;

use crate::analysis::Analysis;
use crate::document::{Node, Part};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/affinity",
    summary: "a function with strict affinity has more than one region",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("affinity.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let strict = super::function_maps(config).into_iter().flat_map(|(place, functions)| {
        let wrong = super::members_that_count(functions)
            .filter(|(_, function)| is_strict(*function) && has_many_regions(*function));
        wrong.map(move |(member, _)| place.key(&member.key))
    });
    for path in strict.take(MOST) {
        let label = Label::at(document, &path.key("regions"), Part::Key, "");
        let message =
            "strict affinity binds a function to one region, and this one has several: the platform refuses the file";
        let finding = Finding::new(RULE.id, Severity::Error, label, message)
            .related(Label::at(document, &path.key("affinity"), Part::Key, "strict"))
            .help("keep one region, or delete `affinity`");
        findings.push(finding);
    }
}

fn is_strict(function: Node<'_>) -> bool {
    let mode = function.get("affinity").and_then(|affinity| affinity.get("mode"));
    mode.and_then(Node::as_str) == Some("strict")
}

/// `all` counts as several; the same region twice as one. (Tried on the command line 64.0.2.)
fn has_many_regions(function: Node<'_>) -> bool {
    let Some(regions) = function.get("regions") else { return false };
    let names: HashSet<&str> = regions.items().filter_map(Node::as_str).collect();
    names.len() > 1 || names.contains("all")
}
