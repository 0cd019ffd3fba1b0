//! `routes/invalid`: a route, redirect, header or rewrite that the platform refuses.

use crate::analysis::Analysis;
use crate::base::Span;
use crate::document::{Document, Part};
use crate::platform::Platform;
use crate::routing::RouteProblem;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/invalid",
    summary: "a route, redirect, header or rewrite that the platform refuses",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("invalid.md"),
    check,
};

/// A file that is something else altogether would only repeat itself.
const MOST: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    for problem in analysis.routes().problems.iter().filter(|problem| !is_refused(analysis, problem)).take(MOST) {
        let label = Label::span(document, place(document, problem), "");
        let finding = Finding::new(RULE.id, Severity::Error, label, problem.message.clone());
        findings.push(finding.data(serde_json::json!({ "code": problem.code })));
    }
}

/// Whether the schema refuses the same entry already: then its form is the cause.
fn is_refused(analysis: &Analysis<'_>, problem: &RouteProblem) -> bool {
    let entry = problem.path.segments().get(..2).unwrap_or(problem.path.segments());
    let mut places = analysis.schema_complaints().iter().flat_map(|complaint| &complaint.places);
    places.any(|place| place.path.starts_with(entry))
}

/// The bytes at fault: the part of the string that the problem names, where the text writes the string without escapes.
fn place(document: &Document, problem: &RouteProblem) -> Span {
    let whole = document.span(&problem.path, problem.part);
    let text = document.get(&problem.path).and_then(|node| node.as_str()).filter(|_| problem.part == Part::Value);
    match (problem.at, text) {
        (Some((start, end)), Some(text)) if whole.len() == text.len() + 2 && start < end && end <= text.len() => {
            Span::new(whole.start + 1 + start, whole.start + 1 + end)
        }
        _ => whole,
    }
}
