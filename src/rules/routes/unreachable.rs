//! `routes/unreachable`: an entry that no URL reaches, because an earlier one takes all of them.

use std::collections::BTreeMap;

use serde_json::json;

use super::{label, noun};
use crate::analysis::{Analysis, Routes};
use crate::document::{Applicability, Document, Fix, Node, Path, Segment, insert};
use crate::platform::Platform;
use crate::routing::Compiled;
use crate::routing::reach::Hidden;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/unreachable",
    summary: "no URL reaches a route, because an earlier one takes all that it stands for",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("unreachable.md"),
    check,
};

const SOURCES: &[&str] = &["source", "src"];
/// Places that one finding points at, beside the first.
const MOST_PLACES: usize = 4;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (document, routes) = (config.document(), analysis.routes());
    let mut by_cause: BTreeMap<usize, Vec<Hidden>> = BTreeMap::new();
    for hidden in &routes.hidden {
        if hidden.repeated {
            findings.extend(repeated(document, routes, *hidden));
        } else {
            by_cause.entry(hidden.by).or_default().push(*hidden);
        }
    }
    findings.extend(by_cause.into_iter().filter_map(|(by, hidden)| covered(document, routes, by, &hidden)));
}

fn repeated(document: &Document, routes: &Routes, hidden: Hidden) -> Option<Finding> {
    let (entry, above) = (&routes.compiled.get(hidden.row)?.origin, &routes.compiled.get(hidden.by)?.origin);
    let noun = noun(entry);
    let message = format!("this {noun} repeats {above}, and the first one answers: no URL reaches it");
    let fix = insert::remove(document, entry).map(|edit| Fix {
        title: format!("Delete the repeated {noun}"),
        applicability: Applicability::Safe,
        edits: vec![edit],
    });
    let finding = Finding::new(RULE.id, Severity::Warning, label(document, entry, SOURCES, "never reached"), message);
    Some(finding.related(label(document, above, SOURCES, "the same, and first")).help("delete it").fix(fix))
}

/// One finding for all that one entry hides.
fn covered(document: &Document, routes: &Routes, by: usize, hidden: &[Hidden]) -> Option<Finding> {
    let above = routes.compiled.get(by)?;
    let entries: Vec<&Path> = hidden.iter().filter_map(|one| Some(&routes.compiled.get(one.row)?.origin)).collect();
    let (first, others) = entries.split_first()?;
    let noun = noun(first);
    let more = match others.len() {
        0 => String::new(),
        1 => ", nor one more".to_owned(),
        count => format!(", nor {count} more"),
    };
    let which = if others.is_empty() { "it stands for" } else { "they stand for" };
    let why = match key_alone(&above.origin) {
        Some(key) => format!("`{key}` redirects every URL that {which} before it is tried"),
        None if is_in_other_list(&above.origin, first) => {
            format!("{} comes first and takes every URL that {which}, and later lists are not asked", above.origin)
        }
        None => format!("{} comes first and takes every URL that {which}", above.origin),
    };
    let message = format!("no URL reaches this {noun}{more}: {why}");
    let mut finding =
        Finding::new(RULE.id, Severity::Warning, label(document, first, SOURCES, "never reached"), message)
            .related(hider(document, above))
            .help(help(document, above, first))
            .data(json!({ "hidden": entries.iter().map(ToString::to_string).collect::<Vec<_>>(), "by": above.origin.to_string() }));
    for other in others.iter().take(MOST_PLACES) {
        finding = finding.related(label(document, other, SOURCES, "never reached either"));
    }
    let alone = if others.is_empty() { renamed(document, above, first) } else { None };
    Some(finding.fix(alone))
}

/// `cleanUrls` or `trailingSlash`, where the route comes from such a key.
fn key_alone(origin: &Path) -> Option<&str> {
    match origin.segments() {
        [Segment::Key(key)] => Some(key),
        _ => None,
    }
}

fn is_in_other_list(one: &Path, other: &Path) -> bool {
    one.segments().first() != other.segments().first()
}

fn hider(document: &Document, above: &Compiled) -> Label {
    label(document, &above.origin, SOURCES, "takes them first")
}

fn help(document: &Document, above: &Compiled, first: &Path) -> String {
    match key_alone(&above.origin) {
        Some("cleanUrls") => return "write the URL as it is without `.html` and `/index`".to_owned(),
        Some(_) => {
            let slash = document.get(&above.origin).is_some_and(Node::is_truthy);
            let how = if slash { "with" } else { "without" };
            return format!("write it {how} the slash at its end, as the URL is when it is tried");
        }
        None => {}
    }
    let goes_nowhere = ["dest", "destination", "status"].iter().all(|key| !above.fields.contains_key(*key));
    if goes_nowhere {
        return format!("add `\"continue\": true` to {}, so that the search goes on behind it", above.origin);
    }
    if is_in_other_list(&above.origin, first) {
        return format!("write it as an item of `routes` above {}, or make that one match less", above.origin);
    }
    format!("move it above {}, or delete it", above.origin)
}

/// The plain `source` as the URL is when it is tried: with or without the slash at its end, without `.html`.
fn renamed(document: &Document, above: &Compiled, entry: &Path) -> Option<Fix> {
    let path = entry.key("source");
    let source = document.get(&path)?.as_str()?;
    if source.contains(['(', ')', '{', '}', '*', '+', '?', ':', '\\']) {
        return None;
    }
    let slash = document.get(&Path::keys(["trailingSlash"])).and_then(Node::as_bool);
    let meant = match key_alone(&above.origin)? {
        "cleanUrls" => {
            let stem = source.trim_end_matches('/').strip_suffix(".html")?;
            let stem = stem.strip_suffix("/index").unwrap_or(stem);
            if stem.is_empty() || slash == Some(true) { format!("{stem}/") } else { stem.to_owned() }
        }
        _ if slash == Some(true) && !source.ends_with('/') => format!("{source}/"),
        _ => source.strip_suffix('/').filter(|stem| !stem.is_empty())?.to_owned(),
    };
    if meant == "/" && source != "/index.html" {
        return None;
    }
    Some(Fix {
        title: format!("Write the source as \"{meant}\""),
        applicability: Applicability::Unsafe,
        edits: vec![insert::set(document, &path, &json!(meant))?],
    })
}
