//! `config/mixed-routing`: `routes` beside a routing key of the newer kind.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/mixed-routing",
    summary: "`routes` stands beside `rewrites`, `redirects`, `headers`, `cleanUrls` or `trailingSlash`",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("mixed_routing.md"),
    check,
};

/// Keys that excluded `routes` from 2019-10 to 2026-02, whatever their value. (Facts: config 2.2.)
const NEWER: [&str; 5] = ["rewrites", "redirects", "headers", "cleanUrls", "trailingSlash"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (document, refused) = (config.document(), super::refused_places(analysis));
    let stands = |key: &str| config.get(key).is_some() && !refused.contains(&Path::root().key(key));
    let beside: Vec<&str> = NEWER.into_iter().filter(|key| stands(key)).collect();
    if beside.is_empty() || !stands("routes") {
        return;
    }
    let named: Vec<String> = beside.iter().map(|key| format!("`{key}`")).collect();
    let message = format!(
        "`routes` stands beside {}: Now 2.0 took either `routes` or the newer keys, even where one is empty, and refused both",
        named.join(" and ")
    );
    let help = "say all of it in `routes`, or all of it in the newer keys";
    let at = |key: &str, text: &str| Label::at(document, &Path::root().key(key), Part::Key, text);
    let mut finding = Finding::new(RULE.id, Severity::Error, at("routes", ""), message).help(help);
    for key in &beside {
        finding = finding.related(at(key, "not together with this"));
    }
    let idle = |key: &str| config.get(key).is_some_and(says_nothing);
    let needless = if idle("routes") {
        Some("routes")
    } else {
        beside.first().copied().filter(|_| beside.iter().all(|key| *key != "trailingSlash" && idle(key)))
    };
    findings.push(finding.fix(needless.and_then(|key| delete(document, key))));
}

/// An empty list, or `false`, which is the default of `cleanUrls` (that of `trailingSlash` is neither of the two).
fn says_nothing(node: Node<'_>) -> bool {
    (node.is_array() && node.items().len() == 0) || node.as_bool() == Some(false)
}

fn delete(document: &Document, key: &str) -> Option<Fix> {
    let edits = vec![insert::remove(document, &Path::root().key(key))?];
    Some(Fix { title: format!("Delete `{key}`, which says nothing"), applicability: Applicability::Safe, edits })
}
