//! `routes/invalid`: a route, redirect, header or rewrite that the platform refuses.

use serde_json::json;

use crate::analysis::Analysis;
use crate::base::Span;
use crate::document::{Applicability, Document, Edit, Fix, Format, Part, Path, insert};
use crate::platform::Platform;
use crate::routing::RouteProblem;
use crate::routing::repair::{Change, Repair};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/invalid",
    summary: "a route, redirect, header or rewrite that the platform refuses",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("invalid.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    for problem in analysis.routes().problems.iter().filter(|problem| !is_refused(analysis, problem)).take(MOST) {
        let label = Label::span(document, place(document, problem), "");
        let finding = Finding::new(RULE.id, Severity::Error, label, problem.message.clone());
        let fix = problem.repair.as_ref().and_then(|repair| fix(document, repair));
        findings.push(finding.data(json!({ "code": problem.code })).fix(fix));
    }
}

/// Whether the schema refuses the same entry already: then its form is the cause.
pub(super) fn is_refused(analysis: &Analysis<'_>, problem: &RouteProblem) -> bool {
    let entry = problem.path.segments().get(..2).unwrap_or(problem.path.segments());
    let mut places = analysis.schema_complaints().iter().flat_map(|complaint| &complaint.places);
    places.any(|place| place.path.starts_with(entry))
}

/// The bytes at fault: the part of the string that the problem names, where the text writes the string without escapes.
pub(super) fn place(document: &Document, problem: &RouteProblem) -> Span {
    let part = problem.at.filter(|(start, end)| problem.part == Part::Value && start < end);
    let inside = part.and_then(|part| inside(document, &problem.path, part));
    inside.unwrap_or_else(|| document.span(&problem.path, problem.part))
}

/// The bytes of a part of the string at `path`; none where escapes stand in the string.
fn inside(document: &Document, path: &Path, (start, end): (usize, usize)) -> Option<Span> {
    let node = document.get(path)?;
    let (whole, text) = (node.span(), node.as_str()?);
    let is_plain = whole.len() == text.len() + 2 && end <= text.len();
    is_plain.then(|| Span::new(whole.start + 1 + start, whole.start + 1 + end))
}

fn fix(document: &Document, repair: &Repair) -> Option<Fix> {
    let edit = match &repair.change {
        Change::Set(path, value) => insert::set(document, path, value)?,
        Change::Remove(path) => insert::remove(document, path)?,
        Change::Replace(path, at, text) => replaced(document, path, *at, text)?,
    };
    let applicability = if repair.is_certain { Applicability::Safe } else { Applicability::Unsafe };
    Some(Fix { title: repair.title.clone(), applicability, edits: vec![edit] })
}

/// Replaces a part of a string; the whole string where escapes stand in it, and where a string has several forms.
fn replaced(document: &Document, path: &Path, at: (usize, usize), text: &str) -> Option<Edit> {
    let quoted = json!(text).to_string();
    let part = inside(document, path, at).filter(|_| document.format() == Format::Json);
    if let (Some(span), Some(text)) = (part, quoted.get(1..quoted.len() - 1)) {
        return Some(Edit { file: document.file().to_owned(), span, text: text.to_owned() });
    }
    let whole = document.get(path)?.as_str()?;
    let value = format!("{}{text}{}", whole.get(..at.0)?, whole.get(at.1..)?);
    insert::set(document, path, &json!(value))
}
