//! `routes/phase`: lists that land behind a `handle` of `routes`.

use crate::analysis::{Analysis, Routes};
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::project::Config;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/phase",
    summary: "redirects, headers or rewrites land behind a `handle` of `routes`, and act differently there",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("phase.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    if analysis.routes().compiled.is_empty() {
        return;
    }
    let document = config.document();
    let routes = Path::keys(["routes"]);
    let handles: Vec<(usize, &str)> = config
        .get("routes")
        .into_iter()
        .flat_map(Node::items)
        .enumerate()
        .filter_map(|(index, route)| Some((index, route.get("handle")?.as_str()?)))
        .collect();
    let Some(&(last, phase)) = handles.last() else { return };
    let caught: Vec<&str> =
        ["redirects", "headers"].into_iter().filter(|key| acts(config, analysis.routes(), key)).collect();
    let first_files = handles.iter().find(|(_, handle)| *handle == "filesystem").map(|(index, _)| *index);
    let twice = first_files.filter(|_| acts(config, analysis.routes(), "rewrites"));
    let (index, message) = match (caught.as_slice(), twice) {
        ([], None) => return,
        ([], Some(index)) => (index, again(document, &routes, index)),
        (lists, _) => (last, behind(&quoted(lists), phase)),
    };
    let place = routes.index(index).key("handle");
    let mut finding =
        Finding::new(RULE.id, Severity::Warning, Label::at(document, &place, Part::Value, "starts a phase"), message)
            .help(help(&caught, twice.is_some()))
            .fix(without_last(document, &routes, last, phase));
    for list in caught.iter().copied().chain(twice.map(|_| "rewrites")) {
        let path = Path::keys([list]);
        finding = finding.related(Label::at(document, &path, Part::Key, "comes behind it"));
    }
    findings.push(finding);
}

/// Whether the list has an entry that some URL reaches. Of the others `routes/unreachable` tells.
fn acts(config: &Config, routes: &Routes, key: &str) -> bool {
    let list = Path::keys([key]);
    let entries = config.get(key).map_or(0, |list| list.items().len());
    let origins = routes.hidden.iter().filter_map(|hidden| routes.compiled.get(hidden.row));
    origins.filter(|route| route.origin.starts_with(&list)).count() < entries
}

fn quoted(lists: &[&str]) -> String {
    lists.iter().map(|list| format!("`{list}`")).collect::<Vec<_>>().join(" and ")
}

fn behind(lists: &str, phase: &str) -> String {
    let then = match phase {
        "filesystem" => "they act only on URLs that no file and no function answers",
        "error" => "they are tried only after an error",
        "hit" => "they are tried only after a file was found",
        "miss" => "they are tried only where a destination was not found",
        _ => "they are tried in that phase only",
    };
    format!("{lists} come behind `routes` without leaving the phase that `\"handle\": \"{phase}\"` starts: {then}")
}

fn again(document: &Document, routes: &Path, index: usize) -> String {
    let behind = document.get(routes).map_or(0, |list| list.items().len()).saturating_sub(index + 1);
    let order = if behind == 0 { "" } else { ", and what stands behind this handle is tried before them" };
    format!("`rewrites` begin with a filesystem phase of their own, so that the platform is given two{order}")
}

fn help(caught: &[&str], twice: bool) -> String {
    match (caught, twice) {
        ([], _) => "write what stands behind the handle as `rewrites` too, and delete the handle".to_owned(),
        (lists, _) => format!(
            "write the entries of {} as items of `routes` above the handle, or what stands behind the handle as `rewrites`, and delete it",
            quoted(lists)
        ),
    }
}

/// Deletes a filesystem handle that nothing follows: the other lists then come in their usual order.
fn without_last(document: &Document, routes: &Path, last: usize, phase: &str) -> Option<Fix> {
    let is_last = document.get(routes)?.items().len() == last + 1;
    if !is_last || phase != "filesystem" {
        return None;
    }
    Some(Fix {
        title: "Delete the handle, behind which `routes` has nothing".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![insert::remove(document, &routes.index(last))?],
    })
}
