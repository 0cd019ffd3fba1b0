//! `routes/redirect-loop`: redirects that lead back to where they come from.

use serde_json::json;

use super::label;
use crate::analysis::{Analysis, Routes};
use crate::document::{Document, Path};
use crate::platform::Platform;
use crate::routing::redirects::Loop;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/redirect-loop",
    summary: "a redirect leads back to itself, so that the browser gives up",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("redirect_loop.md"),
    check,
};

/// Paths that a message names.
const SHOWN: usize = 4;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let routes = analysis.routes();
    findings.extend(routes.loops.iter().filter_map(|way| finding(config.document(), routes, way)));
}

fn finding(document: &Document, routes: &Routes, way: &Loop) -> Option<Finding> {
    let mut entries: Vec<&Path> = way.rows.iter().filter_map(|&row| Some(&routes.compiled.get(row)?.origin)).collect();
    entries.dedup();
    // What a person wrote comes before what `cleanUrls` and `trailingSlash` make.
    let first = entries.iter().position(|entry| entry.segments().len() > 1)?;
    entries.rotate_left(first);
    let (entry, others) = entries.split_first()?;
    let conditional = way.rows.iter().any(|&row| {
        routes
            .compiled
            .get(row)
            .is_some_and(|route| ["has", "missing"].iter().any(|key| route.fields.contains_key(*key)))
    });
    let asked = if conditional { ", where the conditions hold," } else { "" };
    let message = message(&way.paths, way.grows, asked)?;
    let text = if others.is_empty() { "leads back to itself" } else { "leads into the loop" };
    let mut finding =
        Finding::new(RULE.id, Severity::Warning, label(document, entry, &["source", "src"], text), message)
            .help(help(entry, others))
            .data(json!({ "paths": way.paths }));
    for other in others.iter().take(SHOWN) {
        finding = finding.related(label(document, other, &["source", "src"], "and this leads on"));
    }
    Some(finding)
}

fn message(paths: &[String], grows: bool, asked: &str) -> Option<String> {
    let (first, rest) = paths.split_first()?;
    let way = rest.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", then to ");
    Some(if grows {
        format!("{first}{asked} is redirected to {way}, and so on without end: the browser gives up after 20 redirects")
    } else if rest.is_empty() {
        format!("{first}{asked} is redirected to itself: the browser gives up, and shows an error")
    } else {
        format!(
            "{first}{asked} is redirected to {way}, and from there to {first} again: the browser gives up, and shows an error"
        )
    })
}

fn help(entry: &Path, others: &[&Path]) -> String {
    let key = others.iter().find(|other| other.segments().len() == 1);
    match key {
        Some(key) => format!("`{key}` redirects by itself: let {entry} lead to the URL as `{key}` leaves it"),
        None if others.is_empty() => {
            "delete it, lead it elsewhere, or let its source leave out what it leads to; to show another page under the same URL write a rewrite"
                .to_owned()
        }
        None => "delete one of them, or lead it elsewhere".to_owned(),
    }
}
