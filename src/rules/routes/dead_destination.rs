//! `routes/dead-destination`: a destination that no function, file or further route answers.

use serde_json::json;

use super::local_path;
use crate::analysis::{Analysis, Answers};
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::project::Config;
use crate::routing::Compiled;
use crate::routing::table::{Phase, Table};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/dead-destination",
    summary: "a route leads to a path that no function, file or further route answers",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("dead_destination.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (routes, answers) = (analysis.routes(), analysis.answers());
    let dead = |row: &usize| {
        let route = routes.compiled.get(*row);
        route.and_then(plain_dest).is_some_and(|path| answers.lacks(path) && !may_come(analysis, path))
    };
    let dead: Vec<usize> = (0..routes.compiled.len()).filter(dead).collect();
    let jobs: Vec<(Path, &str)> = jobs(config)
        .filter(|_| !answers.has_builds() && routes.problems.is_empty() && analysis.schema_complaints().is_empty())
        .filter(|(_, path)| answers.lacks(path) && !may_come(analysis, path))
        .take(MOST)
        .collect();
    if dead.is_empty() && jobs.is_empty() {
        return;
    }
    let mut table = Table::new(routes.compiled.clone());
    for row in dead {
        let Some(route) = routes.compiled.get(row) else { continue };
        let Some(path) = plain_dest(route).filter(|path| !leads_on(&mut table, row, path)) else { continue };
        findings.extend(finding(analysis, config.document(), route, path));
    }
    for (key, path) in jobs {
        if !leads_on(&mut table, usize::MAX, path) {
            findings.extend(of_job(analysis, config.document(), &key, path));
        }
    }
}

/// The paths that cron jobs call.
fn jobs(config: &Config) -> impl Iterator<Item = (Path, &str)> {
    let items = config.get("crons").into_iter().flat_map(Node::items).enumerate();
    items.filter_map(|(at, item)| {
        Some((Path::keys(["crons"]).index(at).key("path"), local_path(item.get("path")?.as_str()?)?))
    })
}

fn of_job(analysis: &Analysis<'_>, document: &Document, key: &Path, path: &str) -> Option<Finding> {
    let written = document.get(key)?.as_str()?;
    let label = Label::at(document, key, Part::Value, "nothing is there");
    let message =
        format!("there is no function {path}, and no route leads on from it: what this cron job calls answers 404");
    Some(match meant(analysis, analysis.answers(), path) {
        Some(meant) => Finding::new(RULE.id, Severity::Warning, label, message)
            .help(format!("did you mean \"{meant}\"?"))
            .fix(fix(document, key, written, path, &meant)),
        // A framework that is set elsewhere might answer.
        None => {
            let message = format!("{message}, unless a framework that is set in the project's settings makes it");
            Finding::new(RULE.id, Severity::Info, label, message).help("call a function that lies in `api/`, or add it")
        }
    })
}

/// The path that a route leads a request to for good, where it is plain. A missing page of an error is an error too, and no other.
fn plain_dest(route: &Compiled) -> Option<&str> {
    let fails = route.status().is_some_and(|status| status >= 300);
    let keeps = route.continues() || fails || route.fields.contains_key("middlewarePath");
    route.dest().filter(|_| !keeps).and_then(local_path)
}

/// Whether the file may be made before the deploy: git ignores it, or it lies here and is kept from the upload.
fn may_come(analysis: &Analysis<'_>, path: &str) -> bool {
    let project = analysis.project();
    let path = path.trim_start_matches('/');
    project.git_ignores(&project.root().join(path))
}

/// Whether another route may take the path and lead on from there.
fn leads_on(table: &mut Table, row: usize, path: &str) -> bool {
    let path = format!("/{}", path.trim_start_matches('/'));
    let Some(candidates) = table.unread_or_candidates(&path) else { return true };
    candidates.into_iter().filter(|&other| other != row).any(|other| {
        let found = table.rows().get(other);
        let leads = found.is_some_and(|other| {
            let route = &other.route;
            let goes =
                ["dest", "destination", "status", "middlewarePath"].iter().any(|key| route.fields.contains_key(*key));
            goes && other.phase != Phase::Other
                && route.dest() != table.rows().get(row).and_then(|row| row.route.dest())
        });
        leads && table.is_match(other, &path) != Some(false)
    })
}

fn finding(analysis: &Analysis<'_>, document: &Document, route: &Compiled, path: &str) -> Option<Finding> {
    let answers = analysis.answers();
    let key =
        ["dest", "destination"].iter().map(|key| route.origin.key(key)).find(|key| document.get(key).is_some())?;
    let written = document.get(&key)?.as_str()?;
    let meant = meant(analysis, answers, path);
    // Without `builds` a framework that is set elsewhere might answer; a path that is nearly right is a slip all the same.
    if !answers.has_builds() && meant.is_none() {
        return None;
    }
    let file = path.trim_start_matches('/');
    let message = if answers.has_builds() {
        format!("no build makes {path}, and no route leads on from it: what is led there answers 404")
    } else {
        format!("there is no function {path}, and no route leads on from it: what is led there answers 404")
    };
    let finding =
        Finding::new(RULE.id, Severity::Warning, Label::at(document, &key, Part::Value, "nothing is there"), message)
            .help(help(analysis, file, meant.as_deref()));
    Some(finding.fix(meant.and_then(|meant| fix(document, &key, written, path, &meant))))
}

/// The path that was probably meant: one that is spelt nearly so, or that of the only function.
fn meant(analysis: &Analysis<'_>, answers: &Answers, path: &str) -> Option<String> {
    let near = answers.nearest(path).map(str::to_owned);
    let only = || {
        let mut functions = analysis.functions();
        let (first, second) = (functions.next()?, functions.next());
        (second.is_none() && answers.has_builds()).then(|| first.function().name.clone())
    };
    let path = near.or_else(only)?;
    let path = if answers.has_builds() { path } else { without_ending(&path) };
    Some(format!("/{path}"))
}

/// Without any `builds` a function answers at its path without the ending.
fn without_ending(path: &str) -> String {
    let is_function = path.starts_with("api/");
    path.rsplit_once('.')
        .filter(|(_, ending)| is_function && !ending.contains('/'))
        .map_or(path, |(stem, _)| stem)
        .to_owned()
}

fn help(analysis: &Analysis<'_>, file: &str, meant: Option<&str>) -> String {
    let lies_here = analysis.project().has_file(file) && analysis.answers().has_builds();
    match meant {
        _ if lies_here && analysis.project().upload().includes(file) => {
            format!("{file} lies in the project, but no item of `builds` takes it: add one, or lead elsewhere")
        }
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => "lead it to a file or function that is built, or add the build that makes it".to_owned(),
    }
}

fn fix(document: &Document, key: &Path, written: &str, path: &str, meant: &str) -> Option<Fix> {
    let rest = written.strip_prefix(path)?;
    let value = format!("{meant}{rest}");
    Some(Fix {
        title: format!("Lead to {meant}"),
        applicability: Applicability::Unsafe,
        edits: vec![insert::set(document, key, &json!(value))?],
    })
}
