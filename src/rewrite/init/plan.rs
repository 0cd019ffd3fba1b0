//! What a config has to say so that everything which could be deployed is, platform by platform.

use serde_json::{Value, json};

use super::entries::{Search, Server};
use super::languages;
use super::survey::{NODE, Survey};
use crate::document;
use crate::platform::{Platform, builders};
use crate::project::{Config, Project};

/// What is to be added to a config.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Top-level keys that are missing, with their values.
    pub(super) members: Vec<(&'static str, Value)>,
    /// Why each of them: the place, and the words.
    pub(super) reasons: Vec<(String, String)>,
    /// What a person has to do.
    pub(super) todo: Vec<String>,
    /// Why the config needs nothing more.
    pub(super) kept: Option<String>,
    /// Why nobody can tell what to write.
    pub(super) refused: Option<String>,
}

impl Plan {
    fn kept(why: impl Into<String>) -> Self {
        Self { kept: Some(why.into()), ..Self::default() }
    }

    fn refused(why: impl Into<String>) -> Self {
        Self { refused: Some(why.into()), ..Self::default() }
    }

    fn add(&mut self, key: &'static str, value: Value) {
        self.members.push((key, value));
    }

    fn because(&mut self, place: impl Into<String>, why: impl Into<String>) {
        self.reasons.push((place.into(), why.into()));
    }
}

/// Plans for a project; `node` is the builder of functions in Node on platform `now`.
pub(super) fn plan(project: &Project<'_>, survey: &Survey, node: &str) -> Plan {
    let config = project.config();
    let builds = config.map_or(0, |config| config.builds().len());
    if builds > 0 {
        return Plan::kept(match builds {
            1 => "there is a build already, and it stays".to_owned(),
            _ => format!("there are {builds} builds already, and they stay"),
        });
    }
    let decided = if project.platform() == Platform::Now { &["functions"][..] } else { &DECIDED };
    if let Some(key) = decided.iter().find(|key| has_any(config, &[key])) {
        return Plan::kept(format!("`{key}` says what is deployed, and nothing has to be added"));
    }
    if let Some(why) = ambiguous(survey) {
        return Plan::refused(why);
    }
    let mut plan = match project.platform() {
        Platform::Now => now(project, survey, node),
        _ => vercel(project, survey),
    };
    if plan.refused.is_none() {
        let words = |(folder, name): &(String, &str)| {
            format!(
                "the {name} site in {folder}/ is not deployed with this folder: it needs a build, or a project, of its own"
            )
        };
        plan.todo.extend(survey.sites_below.iter().map(words));
    }
    plan
}

/// Why nobody can tell which of several things is to be deployed. Next.js has a server of its own.
fn ambiguous(survey: &Survey) -> Option<String> {
    match (&survey.search, &survey.site) {
        (_, Some(site)) if site.package == "next" => None,
        (Search::Several(entries), _) => Some(format!(
            "several files could be the server: {}. Name the one that you mean as \"main\" in package.json",
            entries.join(", ")
        )),
        (Search::One(server), Some(site)) => Some(format!(
            "there is a server, {}, and a site that {} builds: they are two deployments, each with a folder and a config of its own",
            server.entry, site.name
        )),
        _ => None,
    }
}

fn server_words(server: &Server) -> String {
    let what = if server.is_server { "a server" } else { "a handler" };
    match server.named_by {
        Some(by) => format!("{}, {what} named by {by}", server.entry),
        None => format!("{}, {what}", server.entry),
    }
}

fn nothing_found(project: &Project<'_>, survey: &Survey) -> Plan {
    // What lies beside a package.json is as a rule a tool of the project.
    if let Some(why) = languages::words(project).filter(|_| project.package().is_none() && survey.packages.is_empty()) {
        return Plan::refused(why);
    }
    let where_to = match survey.packages.as_slice() {
        [] => String::new(),
        packages => format!("; try one of the packages below: {}", packages.join(", ")),
    };
    Plan::refused(format!(
        "nothing here could be deployed: no server, no function in api/, no site and no page{where_to}"
    ))
}

/// Keys that on platform `now` cannot stand beside `routes`.
const ROUTING: [&str; 5] = ["rewrites", "redirects", "headers", "cleanUrls", "trailingSlash"];

fn has_any(config: Option<&Config>, keys: &[&str]) -> bool {
    config.is_some_and(|config| {
        keys.iter().any(|key| config.get(key).is_some_and(|node| *node.value() != document::Value::Null))
    })
}

fn has_items(config: Option<&Config>, key: &str) -> bool {
    config.and_then(|config| config.get(key)).is_some_and(|list| list.items().len() > 0)
}

/// Now 2.0, July 2019: what no build names is not deployed, but for files that are served as they are.
fn now(project: &Project<'_>, survey: &Survey, node: &str) -> Plan {
    let config = project.config();
    let mut plan = Plan::default();
    let mut builds = Vec::new();
    let why = if node == NODE {
        ""
    } else {
        ": it uses Prisma, whose page asks for this builder, which ships the query engine"
    };
    let is_next = survey.site.is_some_and(|site| site.package == "next");
    if is_next {
        plan.because(format!("builds[{}]", builds.len()), "the Next.js site is built by @now/next");
        builds.push(json!({ "src": "package.json", "use": "@now/next" }));
    }
    let server = match &survey.search {
        Search::One(server) if is_next => {
            plan.todo.push(format!("{} is not deployed: @now/next starts a server of its own", server.entry));
            None
        }
        Search::One(server) if !takes(NODE, &server.entry) => {
            return Plan::refused(format!("{} is the server, and {NODE} takes .js and .ts alone", server.entry));
        }
        Search::One(server) => Some(server),
        _ => None,
    };
    if let Some(server) = server {
        plan.because(format!("builds[{}]", builds.len()), format!("{}, is built by {node}{why}", server_words(server)));
        let build = server_build(&mut plan, builds.len(), server, node);
        builds.push(build);
    }
    for (builder, files) in &survey.api {
        let builder = if *builder == NODE { node } else { builder };
        for src in sources(project, files) {
            let why = if builder == node { why } else { "" };
            plan.because(format!("builds[{}]", builds.len()), format!("{src} is built by {builder}{why}"));
            builds.push(json!({ "src": src, "use": builder }));
        }
    }
    if builds.is_empty() {
        return now_without_functions(project, survey);
    }
    let may_route = !has_any(config, &ROUTING) && !has_items(config, "routes");
    let routes = now_routes(project, survey, server, is_next, &mut plan, &mut builds);
    plan.add("builds", Value::Array(builds));
    match routes {
        Some((routes, why)) if may_route => {
            plan.because("routes", why);
            plan.add("routes", routes);
        }
        _ => {}
    }
    plan
}

/// The build of a server, with the folders that it serves itself. As static files beside it they would answer before its middleware does.
fn server_build(plan: &mut Plan, at: usize, server: &Server, uses: &str) -> Value {
    let mut build = json!({ "src": server.entry, "use": uses });
    if server.serves.is_empty() {
        return build;
    }
    let folders: Vec<String> = server.serves.iter().map(|folder| format!("{folder}/")).collect();
    let globs: Vec<String> = folders.iter().map(|folder| format!("{folder}**")).collect();
    if let Some(build) = build.as_object_mut() {
        build.insert("config".to_owned(), json!({ "includeFiles": globs }));
    }
    plan.because(
        format!("builds[{at}].config.includeFiles"),
        format!(
            "{} {} shipped with it: the code serves the files there itself, and names the folder from the working directory, where no builder looks for it",
            folders.join(" and "),
            if folders.len() == 1 { "is" } else { "are" }
        ),
    );
    if uses.starts_with(NODE) && server.entry.contains('/') {
        plan.todo.push(format!(
            "{NODE} reads `includeFiles` from the folder of the project since 0.12.0, and before from that of {}: pin a version since then",
            server.entry
        ));
    }
    build
}

fn takes(builder: &str, file: &str) -> bool {
    builders::lookup(builder).is_none_or(|builder| builder.accepts.accepts(file))
}

/// The routes, with their reason.
fn now_routes(
    project: &Project<'_>,
    survey: &Survey,
    server: Option<&Server>,
    is_next: bool,
    plan: &mut Plan,
    builds: &mut Vec<Value>,
) -> Option<(Value, String)> {
    let all_to = |dest: &str| json!({ "src": "/(.*)", "dest": dest });
    let files_first = json!({ "handle": "filesystem" });
    if let Some(server) = server {
        let dest = format!("/{}", server.entry);
        let why = format!("every URL leads to {}; without a route only {dest} does", server.entry);
        return Some(match survey.api.is_empty() {
            true => (json!([all_to(&dest)]), why),
            false => {
                (json!([files_first, all_to(&dest)]), format!("what is no function in api/ leads to {}", server.entry))
            }
        });
    }
    if let Some(file) = survey.only_api_server(project) {
        return Some((
            json!([all_to(&format!("/{file}"))]),
            format!("every URL leads to {file}, a server; without a route only /{file} does"),
        ));
    }
    if is_next {
        return None;
    }
    let has_public = || project.files().iter().any(|file| file.starts_with("public/"));
    if let Some(folder) = survey.site_folder().or_else(|| has_public().then_some("public")) {
        let why = format!("beside builds, the files of {folder}/ are served only where a build names them");
        plan.because(format!("builds[{}]", builds.len()), why);
        builds.push(json!({ "src": format!("{folder}/**"), "use": "@now/static" }));
        let why = format!("a URL that is no function leads to a file of {folder}/");
        return Some((json!([files_first, all_to(&format!("/{folder}/$1"))]), why));
    }
    if let Some(page) = survey.page.as_ref().map(|page| &page.file) {
        plan.todo.push(format!(
            "{page} and the files beside it are served only where a build names them: add {{ \"src\": \"{page}\", \"use\": \"@now/static\" }}"
        ));
    }
    None
}

/// The files themselves, or one pattern where it names exactly them.
fn sources(project: &Project<'_>, files: &[String]) -> Vec<String> {
    let ending = |file: &String| file.rsplit_once('.').map(|(_, ending)| ending.to_owned());
    let mut sources = Vec::new();
    let mut endings: Vec<String> = files.iter().filter_map(ending).collect();
    endings.sort();
    endings.dedup();
    for end in endings {
        let behind = format!(".{end}");
        let mine: Vec<&String> = files.iter().filter(|file| file.ends_with(&behind)).collect();
        let all = project.files().iter().filter(|file| file.starts_with("api/") && file.ends_with(&behind)).count();
        match mine.as_slice() {
            [_, _, ..] if mine.len() == all => sources.push(format!("api/**/*{behind}")),
            mine => sources.extend(mine.iter().map(|file| (*file).clone())),
        }
    }
    sources
}

fn now_without_functions(project: &Project<'_>, survey: &Survey) -> Plan {
    let build = project.package().and_then(|package| package.script("now-build").or(package.script("build")));
    match (survey.site, &survey.page) {
        (Some(site), _) => Plan {
            todo: vec![format!(
                "{} builds this site: add {{ \"src\": \"package.json\", \"use\": \"@now/static-build\", \"config\": {{ \"distDir\": \"...\" }} }} to \
                 `builds`, with the folder that the build fills, and a script \"now-build\" that runs it",
                site.name
            )],
            ..Plan::default()
        },
        (None, Some(page)) if build.is_none() => {
            Plan::kept(format!("files such as {} are served as they are, without any config", page.file))
        }
        _ => nothing_found(project, survey),
    }
}

/// Keys that say by themselves what today's platform deploys.
const DECIDED: [&str; 5] =
    ["framework", "services", "experimentalServices", "experimentalServicesV2", "outputDirectory"];

fn vercel(project: &Project<'_>, survey: &Survey) -> Plan {
    let config = project.config();
    if let Some(site) = survey.site {
        return Plan::kept(format!("the platform knows how to build {} without any config", site.name));
    }
    if let Search::One(server) = &survey.search {
        return vercel_server(project, survey, server);
    }
    if let Some(file) =
        survey.only_api_server(project).filter(|_| !has_items(config, "routes") && !has_items(config, "rewrites"))
    {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let url = format!("/{}", stem.strip_suffix("/index").unwrap_or(stem));
        let mut plan = Plan::default();
        plan.because("rewrites", format!("every URL leads to {file}, a server; without a rewrite only {url} does"));
        plan.add("rewrites", json!([{ "source": "/(.*)", "destination": url }]));
        return plan;
    }
    if let Some(folder) = survey.site_folder().filter(|folder| *folder != "public") {
        let mut plan = Plan::default();
        plan.because(
            "outputDirectory",
            format!("the site lies in {folder}/; without this only public/ is taken for one"),
        );
        plan.add("outputDirectory", json!(folder));
        return plan;
    }
    let builds = project.package().and_then(|package| package.script("vercel-build").or(package.script("build")));
    match (survey.api.values().flatten().next(), &survey.page) {
        (Some(file), _) => Plan::kept(format!("files in api/ such as {file} are functions without any config")),
        (None, Some(page)) => {
            Plan::kept(format!("files such as {} are served as they are, without any config", page.file))
        }
        (None, None) if builds.is_some() && survey.packages.is_empty() => Plan::kept(
            "the platform runs the build script, and serves the folder public/ that it fills, without any config",
        ),
        (None, None) => nothing_found(project, survey),
    }
}

/// The preset of the project's settings on the platform, as far as a link to it lies here: `None` where there is no link.
fn linked_preset(project: &Project<'_>) -> Option<Option<String>> {
    let text = project.fs().read_to_string(&project.root().join(".vercel/project.json")).ok()?;
    let link: Value = serde_json::from_str(&text).ok()?;
    Some(link.get("settings")?.get("framework")?.as_str().map(str::to_owned))
}

fn vercel_server(project: &Project<'_>, survey: &Survey, server: &Server) -> Plan {
    let config = project.config();
    let words = server_words(server);
    let mut plan = Plan::default();
    if let Some(preset) = survey.preset.filter(|_| !survey.server_uses_api && !is_null(config, "framework")) {
        if linked_preset(project).flatten().as_deref() == Some(preset.slug) {
            return Plan::kept(format!(
                "the project is linked to the preset {}, which starts {}",
                preset.slug, server.entry
            ));
        }
        plan.because(
            "framework",
            format!(
                "{words}, is started by the preset for {}; without a preset in the project's settings its source would be published as a file",
                preset.name
            ),
        );
        plan.add("framework", json!(preset.slug));
        for folder in server.serves.iter().filter(|folder| *folder != "public") {
            plan.todo.push(format!(
                "the server serves {folder}/ itself, which may not be shipped with it: the platform serves the files of public/, and a folder that is \
                 named by `path.join(__dirname, ...)` is shipped"
            ));
        }
        if !survey.api.is_empty() {
            plan.todo.push("URLs below /api lead to the functions in api/ alone, never to the server".into());
        }
        return plan;
    }
    if has_any(config, &["functions", "proxy"]) || !survey.api.is_empty() {
        return Plan::refused(format!(
            "{words}, needs `builds`, which cannot stand beside functions in api/ that the platform finds itself: move it into api/, or the \
             functions into it"
        ));
    }
    let why = if survey.server_uses_api {
        ", which also keeps the files in api/ from becoming functions of their own"
    } else {
        ""
    };
    plan.because(
        "builds[0]",
        format!("{words}, is built by @vercel/node{why}; without a build its source would be published as a file"),
    );
    let build = server_build(&mut plan, 0, server, "@vercel/node");
    plan.add("builds", json!([build]));
    if !has_items(config, "routes") && !has_items(config, "rewrites") {
        let dest = format!("/{}", server.entry);
        plan.because("routes", format!("every URL leads to {}; without a route only {dest} does", server.entry));
        plan.add("routes", json!([{ "src": "/(.*)", "dest": dest }]));
    }
    plan
}

fn is_null(config: Option<&Config>, key: &str) -> bool {
    config.and_then(|config| config.get(key)).is_some_and(|node| *node.value() == document::Value::Null)
}
