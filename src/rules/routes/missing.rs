//! `routes/missing`: a server entry answers only its own path.

use serde_json::json;

use crate::analysis::{Analysis, FunctionView};
use crate::document::{Applicability, Fix, Node, Path, insert};
use crate::platform::Platform;
use crate::project::Config;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/missing",
    summary: "a server answers only the path of its own file, because no route leads other URLs to it",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config().filter(|config| !config.builds().is_empty()) else { return };
    let servers: Vec<_> = analysis.functions().filter(|view| brings_no_routes(*view) && is_server(*view)).collect();
    for view in &servers {
        let entry = &view.function().entrypoint;
        if is_routed(config, entry) {
            continue;
        }
        if has_catch_all(config) {
            // What comes behind a route that takes every URL is never reached; whether it leads somewhere `routes/dead-destination` tells.
            continue;
        }
        let label = places::of_function(analysis, *view, &["src"], "a server");
        let message = format!(
            "{entry} is a server, and no route leads any URL to it but its own, /{entry} (and its folder's, of an index file): where it has paths of its own, those answer 404"
        );
        let finding = Finding::new(RULE.id, Severity::Warning, label, message)
            .help(format!("add a route that leads every URL to it: {{ \"src\": \"/(.*)\", \"dest\": \"/{entry}\" }}"));
        // With two servers nobody can tell from here which one the URLs belong to.
        findings.push(if servers.len() == 1 { finding.fix(fix(config, entry)) } else { finding });
    }
}

/// Whether the builder leaves routes to the config: those that know a server framework bring its routes along.
fn brings_no_routes(view: FunctionView<'_, '_>) -> bool {
    let known = view.function().builder.builder();
    known.is_some_and(|known| ["node", "node-server"].contains(&known.base()))
}

/// Whether the function's own code is a server: it listens, or its entry loads a server framework.
fn is_server(view: FunctionView<'_, '_>) -> bool {
    let Some(bundle) = view.bundle() else { return false };
    let own = bundle.trace.modules.iter().filter(|(file, _)| !file.contains("node_modules/"));
    own.map(|(_, module)| &module.facts).any(|facts| facts.listens || facts.server_framework.is_some())
}

/// Whether a route or rewrite may lead to `entry`: one that names it, with or without ending, or one whose destination is computed.
fn is_routed(config: &Config, entry: &str) -> bool {
    let destinations = ["routes", "rewrites"]
        .into_iter()
        .filter_map(|list| config.get(list))
        .flat_map(Node::items)
        .filter_map(|item| ["dest", "destination"].iter().find_map(|key| item.get(key)?.as_str()));
    let entry = entry.trim_start_matches('/');
    let stem = entry.rsplit_once('.').map_or(entry, |(stem, _)| stem);
    let folder = stem.strip_suffix("/index").or(stem.strip_suffix("index")).unwrap_or(stem);
    destinations
        .map(|destination| destination.split(['?', '#']).next().unwrap_or_default().trim_matches('/'))
        .any(|destination| destination.contains(['$', ':']) || [entry, stem, folder].contains(&destination))
}

/// Whether a route takes every URL and leads it somewhere.
fn has_catch_all(config: &Config) -> bool {
    let takes_all = |route: &Node<'_>| {
        let src = route.get("src").or_else(|| route.get("source")).and_then(Node::as_str).unwrap_or_default();
        let src = src.trim_start_matches('^').trim_end_matches('$');
        ["/(.*)", "/.*", "(.*)", ".*", "/(.+)"].contains(&src) && !route.get("continue").is_some_and(Node::is_truthy)
    };
    let mut routes = config.get("routes").into_iter().flat_map(Node::items);
    routes.find(takes_all).is_some_and(|route| route.get("dest").or_else(|| route.get("destination")).is_some())
}

fn fix(config: &Config, entry: &str) -> Option<Fix> {
    let document = config.document();
    let route = json!({ "src": "/(.*)", "dest": format!("/{entry}") });
    let path = Path::keys(["routes"]);
    let edit = match document.get(&path) {
        Some(_) => insert::add_to_array(document, &path, &route)?,
        None if ["rewrites", "redirects", "headers", "cleanUrls", "trailingSlash"]
            .iter()
            .any(|key| config.get(key).is_some()) =>
        {
            return None;
        }
        None => insert::add_to_object(document, &Path::root(), &[("routes", &json!([route]))])?,
    };
    Some(Fix { title: format!("Route every URL to /{entry}"), applicability: Applicability::Unsafe, edits: vec![edit] })
}
