//! `config/schema`: a value has a form that the platform's own schema refuses.

use crate::analysis::Analysis;
use crate::document::schema::{Place, Problem, What};
use crate::document::{Applicability, Document, Fix, Part, Path, Segment, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/schema",
    summary: "a value has a form that the platform refuses",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("schema.md"),
    check,
};

/// A file that is something else altogether would only repeat itself.
const MOST: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    for problem in analysis.schema_complaints().iter().take(MOST) {
        let Some(place) = problem.places.first() else { continue };
        let (path, part) = shown(place);
        let label = Label::at(document, &path, part, "");
        let finding = Finding::new(RULE.id, Severity::Error, label, refused(&problem.message));
        findings.push(finding.help(help(problem)).fix(repair(document, problem)));
    }
}

fn refused(message: &str) -> String {
    match message.strip_suffix('?') {
        Some(question) => format!("{question}? The platform refuses the file as it is"),
        None => format!("{message}: the platform refuses the file"),
    }
}

fn shown(place: &Place) -> (Path, Part) {
    let path = Path::from_segments(place.path.clone());
    match &place.what {
        What::Value => (path, Part::Value),
        What::UnexpectedProperty(name) => (path.key(name), Part::Key),
        What::MissingProperty(_) => (path, Part::Key),
    }
}

/// Keys that belong into the `config` of a build and are often written beside it.
const OPTIONS: [&str; 6] = ["maxLambdaSize", "includeFiles", "excludeFiles", "helpers", "distDir", "awsLambdaHandler"];

/// The key that a problem finds beside a build's `config`, where it belongs inside.
fn misplaced(problem: &Problem) -> Option<(Path, &str)> {
    let place = problem.places.first()?;
    let What::UnexpectedProperty(name) = &place.what else { return None };
    let [Segment::Key(builds), Segment::Index(_)] = place.path.as_slice() else { return None };
    (&**builds == "builds" && OPTIONS.contains(&name.as_str()))
        .then(|| (Path::from_segments(place.path.clone()), name.as_str()))
}

/// Moves the key into a `config` of its own. Where there is one already, a person has to join them.
fn moved(document: &Document, build: &Path, name: &str) -> Option<Fix> {
    let edits = vec![insert::move_into(document, &build.key(name), "config")?];
    Some(Fix { title: format!("Move \"{name}\" into \"config\""), applicability: Applicability::Safe, edits })
}

fn help(problem: &Problem) -> String {
    if let Some((_, name)) = misplaced(problem) {
        return format!("move it into `config`: \"config\": {{ \"{name}\": ... }}");
    }
    match (&problem.suggestion, &problem.description) {
        (Some(meant), _) => format!("write \"{meant}\""),
        (None, Some(description)) => description.clone(),
        (None, None) => "see `nowcheck schema` for the form that the platform accepts".to_owned(),
    }
}

/// A misspelt key is renamed where the right one is not there yet.
fn repair(document: &Document, problem: &Problem) -> Option<Fix> {
    if let Some((build, name)) = misplaced(problem) {
        return moved(document, &build, name);
    }
    let (place, meant) = (problem.places.first()?, problem.suggestion.as_ref()?);
    let What::UnexpectedProperty(name) = &place.what else { return None };
    let path = Path::from_segments(place.path.clone());
    if document.get(&path.key(meant)).is_some() {
        return None;
    }
    let edit = insert::rename_key(document, &path.key(name), meant)?;
    Some(Fix {
        title: format!("Rename \"{name}\" to \"{meant}\""),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    })
}
