//! Which file of a project answers requests: the one that its package.json names, or the only one that looks like it.

use std::collections::BTreeSet;

use camino::Utf8Path;

use crate::base::paths;
use crate::bundle::{self, TraceOptions};
use crate::platform::trace_profile::NFT_1_10_0;
use crate::project::Project;

/// A file that answers requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// The file, relative to the project.
    pub(super) entry: String,
    /// What names it: `main` or a script of package.json; none where only its code tells.
    pub(super) named_by: Option<&'static str>,
    /// Whether it is a server of its own (it listens, or loads a server framework) rather than an exported handler.
    pub(super) is_server: bool,
    /// Whether it exports something that may answer requests.
    pub(super) exports_handler: bool,
    /// The files of the project that it is made of, itself included, relative to the project.
    pub(super) parts: BTreeSet<String>,
    /// Folders whose files it serves itself, named from the working directory, where no tracer sees them; relative to the project.
    pub(super) serves: BTreeSet<String>,
}

/// What a search for the server came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Search {
    /// This one.
    One(Server),
    /// Nobody can tell which of these, in path order.
    Several(Vec<String>),
    /// No file answers requests.
    Nothing,
}

/// Endings of files that a builder for Node takes.
const ENDINGS: [&str; 6] = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
/// Names that servers have, without folder and ending.
const USUAL: [&str; 4] = ["index", "server", "app", "main"];
/// Folders that a build fills; the source lies beside them, or in `src`.
const BUILT: [&str; 4] = ["dist", "build", "lib", "out"];
/// Programs that run the file behind them.
const RUNNERS: [&str; 9] =
    ["node", "nodemon", "ts-node", "ts-node-dev", "tsx", "babel-node", "micro", "bun", "node-dev"];
/// Packages that answer requests without a word such as `listen` in the project's own code.
const SERVING: [&str; 12] = [
    "graphql-yoga",
    "apollo-server",
    "@apollo/server",
    "micro",
    "http",
    "https",
    "node:http",
    "node:https",
    "hono",
    "h3",
    "elysia",
    "nexus",
];
/// Files whose names say nothing and that are looked into.
const MAX_LOOKED_INTO: usize = 60;

/// Finds the server of a project. With `servers_only` a file that only exports a handler is none: what a bundler starts from exports things too.
pub(super) fn find(project: &Project<'_>, servers_only: bool) -> Search {
    let look = |file: &str, named_by| look(project, file, named_by).filter(|server| server.is_server || !servers_only);
    let start = ["start", "dev"].into_iter().find_map(|name| {
        let file = started(project, project.package()?.script(name)?)?;
        Some((if name == "start" { "the start script" } else { "the dev script" }, file))
    });
    let main = project.package().and_then(|package| package.main()).and_then(|main| resolve(project, main));
    let named = [start, main.map(|file| ("main in package.json", file))];
    let named: Vec<Server> = named.into_iter().flatten().filter_map(|(by, file)| look(&file, Some(by))).collect();
    if !named.is_empty() {
        return choose(named);
    }
    let usual = ["", "src/"].into_iter().flat_map(|folder| USUAL.map(|name| format!("{folder}{name}")));
    let usual: Vec<String> = usual.filter_map(|stem| resolve(project, &stem)).collect();
    match choose(usual.iter().filter_map(|file| look(file, None)).collect()) {
        Search::Nothing => {
            choose(others(project).filter_map(|file| look(file, None)).filter(|server| server.is_server).collect())
        }
        found => found,
    }
}

/// The one of `servers` that holds all others, if one does.
fn choose(mut servers: Vec<Server>) -> Search {
    servers.dedup_by(|one, other| one.entry == other.entry);
    let outermost = servers.iter().position(|server| servers.iter().all(|other| server.parts.contains(&other.entry)));
    if let Some(index) = outermost {
        return Search::One(servers.swap_remove(index));
    }
    if servers.is_empty() {
        return Search::Nothing;
    }
    let is_part = |server: &Server| {
        servers.iter().any(|other| other.entry != server.entry && other.parts.contains(&server.entry))
    };
    let entries: BTreeSet<String> =
        servers.iter().filter(|server| !is_part(server)).map(|server| server.entry.clone()).collect();
    Search::Several(entries.into_iter().collect())
}

/// Source files at the top and in `src/` that have no usual name and start a server; not what tools read, nor tests.
fn others<'p>(project: &'p Project<'_>) -> impl Iterator<Item = &'p str> {
    const TOOLS: [&str; 6] = [".config.", ".test.", ".spec.", ".d.ts", "gulpfile", "Gruntfile"];
    let is_near = |file: &str| !file.strip_prefix("src/").unwrap_or(file).contains('/') && !file.starts_with('.');
    let is_tool = |file: &str| TOOLS.iter().any(|part| file.contains(part));
    let starts = |file: &str| {
        let text = project.fs().read_to_string(&project.root().join(file)).unwrap_or_default();
        text.contains("listen") || text.contains("createServer")
    };
    let files = project.files().iter().map(String::as_str);
    let sources = files.filter(move |file| is_near(file) && is_source(file) && !is_tool(file));
    sources.take(MAX_LOOKED_INTO).filter(move |file| starts(file))
}

fn is_source(file: &str) -> bool {
    ENDINGS.iter().any(|ending| file.ends_with(ending)) && !file.ends_with(".d.ts")
}

/// The file that a command line starts.
fn started(project: &Project<'_>, command: &str) -> Option<String> {
    command.split(['&', ';', '|']).find_map(|command| {
        let mut words = command.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
        words.find(|word| RUNNERS.contains(&word.rsplit('/').next().unwrap_or(word)))?;
        words.filter(|word| !word.starts_with('-')).find_map(|word| resolve(project, word))
    })
}

/// The uploaded source file that Node would load for `path`. What a build makes of a source, and what git ignores, leads to the source.
fn resolve(project: &Project<'_>, path: &str) -> Option<String> {
    let path = paths::normalize(Utf8Path::new(path)).into_string();
    let main = || {
        project
            .package()
            .and_then(|package| package.main())
            .map(|main| paths::normalize(Utf8Path::new(main)).into_string())
    };
    let path = match path.as_str() {
        "" => main().filter(|main| !main.is_empty()).unwrap_or_else(|| "index".to_owned()),
        _ => path,
    };
    let is_inside = !path.starts_with("..") && !path.starts_with('/');
    is_inside.then(|| existing(project, &path).or_else(|| source_of(project, &path))).flatten()
}

fn existing(project: &Project<'_>, path: &str) -> Option<String> {
    let behind = ENDINGS.iter().map(|ending| format!("{path}{ending}"));
    let inside = ENDINGS.iter().map(|ending| format!("{path}/index{ending}"));
    std::iter::once(path.to_owned()).chain(behind).chain(inside).find(|file| {
        is_source(file)
            && project.has_file(file)
            && project.upload().includes(file)
            && !project.git_ignores(&project.root().join(file))
    })
}

/// `dist/server.js` is made of `src/server.ts`, or of `server.ts`.
fn source_of(project: &Project<'_>, built: &str) -> Option<String> {
    let (folder, rest) = built.split_once('/')?;
    if !BUILT.contains(&folder) {
        return None;
    }
    let stem = ENDINGS.iter().find_map(|ending| rest.strip_suffix(ending)).unwrap_or(rest);
    let inner = stem.strip_prefix("src/").unwrap_or(stem);
    [format!("src/{inner}"), stem.to_owned()].iter().find_map(|stem| existing(project, stem))
}

/// What the code of a file says; none where it answers no requests.
pub(super) fn look(project: &Project<'_>, entry: &str, named_by: Option<&'static str>) -> Option<Server> {
    let file = project.root().join(entry);
    let ignore = |path: &str| path.contains("node_modules/");
    let options = TraceOptions {
        cwd: project.root().to_owned(),
        ignore: &ignore,
        ..TraceOptions::new(project.repository(), NFT_1_10_0)
    };
    let trace = bundle::trace(project.fs(), std::slice::from_ref(&file), &options).ok()?;
    let own = || trace.modules.iter().filter(|(path, _)| !ignore(path));
    let imports = || own().flat_map(|(_, module)| &module.facts.imports);
    let serves = || imports().any(|import| SERVING.contains(&import.specifier.as_str()));
    let is_server =
        own().any(|(_, module)| module.facts.listens || module.facts.server_app) || (named_by.is_some() && serves());
    let module = trace.modules.get(&paths::relative(&file, project.repository()));
    let exports_handler = module.is_some_and(|module| module.facts.handler);
    if !is_server && !exports_handler {
        return None;
    }
    let relative = |path: &String| project.relative(&project.repository().join(path));
    let parts = own().map(|(path, _)| relative(path)).chain([entry.to_owned()]).collect();
    let serves =
        own().flat_map(|(_, module)| &module.facts.served_folders).filter_map(|folder| served(project, folder));
    let serves = serves.collect();
    Some(Server { entry: entry.to_owned(), named_by, is_server, exports_handler, parts, serves })
}

/// The folder of the project that is meant, where it is one that is uploaded with files in it. The project itself is none.
fn served(project: &Project<'_>, folder: &str) -> Option<String> {
    let folder = paths::normalize(Utf8Path::new(folder)).into_string();
    let is_inside = !folder.is_empty() && !folder.starts_with("..") && !folder.starts_with('/');
    let has_files =
        || project.files().iter().any(|file| file.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/')));
    (is_inside && has_files()).then_some(folder)
}
