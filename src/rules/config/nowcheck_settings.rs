//! `config/nowcheck-settings`: nowcheck's own settings hold something that it does not understand.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::json::ProblemKind;
use crate::document::schema::{self, What};
use crate::document::{Applicability, Edit, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::project::Settings;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/nowcheck-settings",
    summary: "nowcheck's own settings hold something that it does not understand",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("nowcheck_settings.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(settings) = analysis.project().settings() else { return };
    if let Some(finding) = unreadable(settings) {
        findings.push(finding);
        return;
    }
    unknown_keys(settings, findings);
    let document = settings.document();
    let (Some(value), Ok(schema)) = (settings.to_json(), schema::nowcheck()) else { return };
    for problem in schema.problems(&value).into_iter().take(MOST) {
        let Some(place) = problem.places.first().filter(|place| place.what == What::Value) else { continue };
        let path = within(settings, &place.path);
        let edit = problem
            .suggestion
            .as_deref()
            .and_then(|meant| Some((insert::set(document, &path, &meant.into())?, format!("Write \"{meant}\""))));
        let message = format!("{}: it is ignored", problem.message);
        findings.push(finding(settings, &path, Part::Value, message, problem.description, edit));
    }
}

/// A file of their own may have comments and trailing commas; what else is no JSON ends the reading. Of package.json that is not told here.
fn unreadable(settings: &Settings) -> Option<Finding> {
    let document = settings.document();
    let is_allowed = |kind: &ProblemKind| {
        matches!(kind, ProblemKind::Comment | ProblemKind::TrailingComma | ProblemKind::ByteOrderMark)
    };
    let mut problems = document.problems().iter().filter(|_| settings.root().segments().is_empty());
    let problem = problems.find(|problem| !is_allowed(&problem.kind))?;
    let (message, help, label) = super::syntax::words(&problem.kind);
    let message = format!("{message}: nowcheck's settings are JSON, with comments and trailing commas where you like");
    let label = Label::span(document, problem.span, label);
    Some(Finding::new(RULE.id, Severity::Warning, label, message).help(help))
}

fn unknown_keys(settings: &Settings, findings: &mut Vec<Finding>) {
    let (Some(node), Ok(schema)) = (settings.node(), schema::nowcheck()) else { return };
    let properties = schema.json().get("properties").and_then(|properties| properties.as_object());
    let known: Vec<&str> = properties.into_iter().flat_map(|keys| keys.keys()).map(String::as_str).collect();
    let unknown = node.members().map(|(member, _)| &*member.key).filter(|key| !known.contains(key));
    for key in unknown.take(MOST) {
        let path = settings.root().key(key);
        let meant = similar::closest(key, known.iter().copied());
        let message = match meant {
            Some(meant) => format!("nowcheck has no setting \"{key}\"; did you mean \"{meant}\"?"),
            None => format!("nowcheck has no setting \"{key}\": it is ignored"),
        };
        let help = match meant {
            Some(meant) => format!("write \"{meant}\""),
            None => "delete it; `nowcheck schema nowcheck` lists the settings".to_owned(),
        };
        let edit = meant.filter(|meant| node.member(meant).is_none()).and_then(|meant| {
            Some((insert::rename_key(settings.document(), &path, meant)?, format!("Rename \"{key}\" to \"{meant}\"")))
        });
        findings.push(finding(settings, &path, Part::Key, message, Some(help), edit));
    }
}

fn within(settings: &Settings, path: &[crate::document::Segment]) -> Path {
    Path::from_segments(settings.root().segments().iter().chain(path).cloned().collect())
}

/// A finding whose repair, where there is one, changes nothing that is deployed.
fn finding(
    settings: &Settings,
    path: &Path,
    part: Part,
    message: String,
    help: Option<String>,
    edit: Option<(Edit, String)>,
) -> Finding {
    let label = Label::at(settings.document(), path, part, "");
    let finding = Finding::new(RULE.id, Severity::Warning, label, message);
    let finding = match help {
        Some(help) => finding.help(help),
        None => finding,
    };
    finding.fix(edit.map(|(edit, title)| Fix { title, applicability: Applicability::Safe, edits: vec![edit] }))
}
