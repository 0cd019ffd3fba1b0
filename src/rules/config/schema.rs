//! `config/schema`: a value has a form that the platform's own schema refuses.

use std::collections::HashSet;

use super::schema_repair::{ENTRIES, misplaced, repair};
use crate::analysis::Analysis;
use crate::document::schema::{JsonType, Place, Problem, What};
use crate::document::{Document, Format, Part, Path, Segment};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

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

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let complaints = analysis.schema_complaints();
    let firsts = complaints.iter().filter_map(|problem| problem.places.first());
    let incomplete: HashSet<&[Segment]> = firsts
        .filter(|place| matches!(place.what, What::MissingProperty(_)))
        .map(|place| place.path.as_slice())
        .collect();
    for problem in complaints.iter().take(MOST) {
        let Some(place) = problem.places.first() else { continue };
        let (path, part) = shown(place);
        let label = Label::at(document, &path, part, "");
        let finding = Finding::new(RULE.id, Severity::Error, label, refused(&problem.message));
        findings.push(finding.help(help(document, problem)).fix(repair(document, problem, &incomplete)));
    }
}

/// Bytes of a value that a help text repeats.
const LONGEST: usize = 80;

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

/// How one value is written where a list is wanted.
fn list_wanted(document: &Document, problem: &Problem) -> Option<String> {
    let place = problem.places.first().filter(|place| place.what == What::Value)?;
    let node = document.get(&Path::from_segments(place.path.clone()))?;
    if problem.types != [JsonType::Array] || node.is_array() {
        return None;
    }
    let entry = match place.path.as_slice() {
        [Segment::Key(list)] => ENTRIES.iter().find(|(name, _)| **name == **list),
        _ => None,
    };
    let text = node.span().slice(document.text());
    let is_header = document.format() == Format::Toml && text.starts_with('[');
    Some(match entry {
        Some((_, has)) if node.get(has).is_some() && is_header => format!("write it as a list of tables: [{text}]"),
        Some((_, has)) if node.get(has).is_none() => {
            format!("write a list with an object for each entry: [{{ \"{has}\": ... }}]")
        }
        _ if text.len() <= LONGEST && !text.contains('\n') && !text.is_empty() => format!("write [{text}]"),
        _ => "put it into a list, between [ and ]".to_owned(),
    })
}

fn help(document: &Document, problem: &Problem) -> String {
    if let Some((_, name)) = misplaced(problem) {
        return format!("move it into `config`: \"config\": {{ \"{name}\": ... }}");
    }
    if let Some(option) = problem.places.first().and_then(option_as_glob) {
        return format!(
            "the keys of `functions` are globs of files: write \"api/**/*.js\": {{ \"{option}\": ... }}, with the glob of your functions"
        );
    }
    if let Some(help) = list_wanted(document, problem) {
        return help;
    }
    match (&problem.suggestion, &problem.description) {
        (Some(meant), _) => format!("write \"{meant}\""),
        (None, _) if problem.of_other_form => "keep the keys of one form".to_owned(),
        (None, _) if problem.keyword == "additionalProperties" => "delete it".to_owned(),
        (None, Some(description)) => description.clone(),
        (None, None) => "see `nowcheck schema` for the form that the platform accepts".to_owned(),
    }
}

/// A setting that stands where the glob of the functions belongs.
fn option_as_glob(place: &Place) -> Option<&str> {
    let [Segment::Key(functions), Segment::Key(option)] = place.path.as_slice() else { return None };
    let is_option =
        ["memory", "maxDuration", "includeFiles", "excludeFiles", "runtime", "regions"].contains(&&**option);
    (&**functions == "functions" && is_option).then_some(&**option)
}
