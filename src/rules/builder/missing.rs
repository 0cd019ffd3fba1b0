//! `builder/missing`: code that uses the engine has no builder.

use serde_json::json;

use crate::analysis::{Analysis, EngineNeed, FunctionView};
use crate::base::bytes;
use crate::detect::PartKind;
use crate::document::{Applicability, Document, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::size::suggested_limit;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/missing",
    summary: "code that uses the query engine has no builder, so it is served as a file",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::PROJECT.and(Needs::BUNDLE).and(Needs::SIZE),
    fix: FixKind::Sometimes,
    page: include_str!("missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let builds_something = config.get("builds").is_some_and(|builds| builds.items().len() > 0);
    if builds_something || analysis.functions().next().is_some() || document.root().is_none_or(|root| !root.is_object())
    {
        return;
    }
    // Where a frontend is built, a server beside it is for development.
    if analysis.detected().parts.iter().any(|part| part.kind == PartKind::Frontend) {
        return;
    }
    let Some(candidate) = analysis.candidate() else { return };
    let Some(prisma) = candidate.prisma().filter(|prisma| !matches!(prisma.need, EngineNeed::NotNeeded(_))) else {
        return;
    };
    let entry = &candidate.function().entrypoint;
    let message = format!(
        "{entry} uses the query engine, but nothing builds it: the platform would serve it as a file, and no function starts"
    );
    let mut finding = Finding::new(RULE.id, Severity::Error, at_builds(document), message)
        .help(format!("add `builds` with @now/node@canary for {entry}, a route that leads to it, and a `maxLambdaSize` that fits the engine"))
        .fix(fix(document, candidate));
    if let Some(site) = prisma.imports.first() {
        finding = finding.related(places::of_import(analysis, site, "the client is imported here"));
    }
    findings.push(finding);
}

fn at_builds(document: &Document) -> Label {
    let builds = Path::keys(["builds"]);
    match document.get(&builds) {
        Some(_) => Label::at(document, &builds, Part::Value, "nothing is built"),
        None => places::top(document, "no `builds` here"),
    }
}

fn fix(document: &Document, candidate: FunctionView<'_, '_>) -> Option<Fix> {
    let entry = &candidate.function().entrypoint;
    let limit = bytes::config_text(suggested_limit(candidate)?);
    let builds = json!([{ "src": entry, "use": "@now/node@canary", "config": { "maxLambdaSize": limit } }]);
    let routes = json!([{ "src": "/(.*)", "dest": format!("/{entry}") }]);
    let old_routes = document.get(&Path::keys(["routes"]));
    let has_routes = old_routes.is_some_and(|routes| routes.items().len() > 0);
    let mut edits = Vec::new();
    if document.get(&Path::keys(["builds"])).is_some() {
        edits.push(insert::set(document, &Path::keys(["builds"]), &builds)?);
    }
    if old_routes.is_some() && !has_routes {
        edits.push(insert::set(document, &Path::keys(["routes"]), &routes)?);
    }
    let has_builds = document.get(&Path::keys(["builds"])).is_some();
    let members = [("builds", &builds, !has_builds), ("routes", &routes, old_routes.is_none())];
    let members: Vec<_> =
        members.iter().filter(|(_, _, wanted)| *wanted).map(|(key, value, _)| (*key, *value)).collect();
    edits.extend(insert::add_to_object(document, &Path::root(), &members));
    let title = if has_routes { "Add a build" } else { "Add a build and a route" };
    Some(Fix { title: format!("{title} for {entry}"), applicability: Applicability::Safe, edits })
}
