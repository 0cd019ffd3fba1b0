//! `routes/missing`: a server entry answers only its own path.

use serde_json::json;

use crate::analysis::{Analysis, FunctionView};
use crate::bundle::trace::ModuleFacts;
use crate::document::{Applicability, Fix, Node, Path, insert};
use crate::platform::Platform;
use crate::project::Config;
use crate::routing::table::Table;
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
    let mut table = Table::new(analysis.routes().compiled.clone());
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
        let only = format!("no route leads any URL to it but its own, /{entry} (and its folder's, of an index file)");
        let (severity, message) = match unanswered(analysis, *view, &mut table) {
            Some(path) => (Severity::Warning, format!("{entry} is a server, and {only}: \"{path}\" answers 404")),
            None => (
                Severity::Info,
                format!(
                    "{entry} is a server, and {only}. If it has other paths, which the code does not show, those answer 404"
                ),
            ),
        };
        let finding = Finding::new(RULE.id, severity, label, message)
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

/// What the modules of the function's own code show.
fn own_facts<'a>(view: FunctionView<'a, '_>) -> impl Iterator<Item = &'a ModuleFacts> {
    let modules = view.bundle().map(|bundle| &bundle.trace.modules);
    let own = modules.into_iter().flatten().filter(|(file, _)| !file.contains("node_modules/"));
    own.map(|(_, module)| &module.facts)
}

/// Whether the function's own code is a server: it listens, or makes an app with a server framework.
fn is_server(view: FunctionView<'_, '_>) -> bool {
    own_facts(view).any(|facts| facts.listens || facts.server_app)
}

/// A path that the server answers and that certainly nothing leads to: not its file's own, and neither a route nor another output takes it.
fn unanswered<'a>(analysis: &'a Analysis<'_>, view: FunctionView<'a, '_>, table: &mut Table) -> Option<&'a str> {
    let names = names(&view.function().entrypoint);
    let is_own = |path: &str| {
        let path = path.trim_matches('/');
        names.iter().any(|name| *name == path || name.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    };
    let answers = analysis.answers();
    let mut paths = own_facts(view).flat_map(|facts| &facts.server_paths).map(String::as_str);
    paths.find(|path| {
        let url: Vec<&str> = path.split('/').map(|part| if part.starts_with(':') { "1" } else { part }).collect();
        let url = url.join("/");
        !is_own(path) && answers.lacks(&url) && !answers.has_below(&url) && !may_be_led(table, &url)
    })
}

/// Whether a route may take the URL and lead it anywhere.
fn may_be_led(table: &mut Table, url: &str) -> bool {
    let Some(rows) = table.unread_or_candidates(url) else { return true };
    rows.into_iter().any(|row| {
        let leads = table.rows().get(row).is_some_and(|found| found.route.dest().is_some());
        leads && table.is_match(row, url) != Some(false)
    })
}

/// What a destination may call the entry: its path, without ending, and the folder of an index file.
fn names(entry: &str) -> [&str; 3] {
    let entry = entry.trim_start_matches('/');
    let stem = entry.rsplit_once('.').map_or(entry, |(stem, _)| stem);
    let folder = stem.strip_suffix("/index").or((stem == "index").then_some("")).unwrap_or(stem);
    [entry, stem, folder]
}

/// Whether a route or rewrite may lead to `entry`: one that names it, with or without ending, or one whose destination is computed.
fn is_routed(config: &Config, entry: &str) -> bool {
    let destinations = ["routes", "rewrites"]
        .into_iter()
        .filter_map(|list| config.get(list))
        .flat_map(Node::items)
        .filter_map(|item| ["dest", "destination"].iter().find_map(|key| item.get(key)?.as_str()));
    let names = names(entry);
    destinations
        .map(|destination| destination.split(['?', '#']).next().unwrap_or_default().trim_matches('/'))
        .any(|destination| destination.contains(['$', ':']) || names.contains(&destination))
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

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::project::Project;

    fn severities(entry: &str, source: &str) -> Vec<Severity> {
        let config = format!(r#"{{"builds": [{{"src": "{entry}", "use": "@vercel/node"}}]}}"#);
        let fs = MemoryFs::new().with("/p/vercel.json", config.as_str()).with(&format!("/p/{entry}"), source);
        let root = Utf8PathBuf::from("/p");
        let config = Config::new(Document::json("/p/vercel.json", config));
        let mut findings = Vec::new();
        check(&Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel)), &mut findings);
        findings.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn a_server_without_paths_of_its_own_is_no_mistake() {
        let app = |calls: &str| format!("const app = require('express')(); {calls}; module.exports = app");
        for (entry, source, expected) in [
            ("index.js", app("app.get('/users', f)"), &[Severity::Warning][..]),
            ("index.js", app("app.get('/', f)"), &[Severity::Info]),
            ("myindex.js", app("app.get('/my', f)"), &[Severity::Warning]),
            ("api/users.js", app("app.use('/api', f, g)"), &[Severity::Info]),
            (
                "index.js",
                app("const r = require('express').Router(); r.get('/users', f); app.use('/', r)"),
                &[Severity::Info],
            ),
            ("index.js", app("app.get('*', f)"), &[Severity::Info]),
            ("api/users.js", app("app.get('/api/users', f)"), &[Severity::Info]),
            ("api/users.js", app("app.get('/api/users/:id', f)"), &[Severity::Warning]),
            ("index.js", "require('http').createServer((q, s) => s.end()).listen(1)".to_owned(), &[Severity::Info]),
            ("index.js", "const { Router } = require('express'); module.exports = (q, s) => s.end()".to_owned(), &[]),
        ] {
            assert_eq!(severities(entry, &source), expected, "{entry} {source}");
        }
    }
}
