//! Which runtime a function gets, and so which engine it looks for: each step with what was read, and where.

use serde::Serialize;

use super::FunctionView;
use crate::document::Value;
use crate::engine::{EngineKind, name};
use crate::platform::node_versions::{self, Choice};
use crate::platform::runtimes::{self, NeededTarget, Runtime};
use crate::platform::targets::Arch;
use crate::platform::{Platform, now_node};
use crate::project::version::PrismaVersion;
use crate::project::{GeneratedClient, PackageJson, Project, link};

/// One step from what lies in the repository to the engine's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was read, in words: "`engines.node` is \"20.x\"".
    pub read: String,
    /// The file it was read from, relative to the project; none for what no file says.
    pub file: Option<String>,
    /// What follows from it.
    pub follows: String,
}

fn step(read: impl Into<String>, file: Option<String>, follows: impl Into<String>) -> Step {
    Step { read: read.into(), file, follows: follows.into() }
}

/// The runtime of a function, with the steps that lead to it.
pub(super) struct Chosen {
    pub runtime: Option<&'static Runtime>,
    pub steps: Vec<Step>,
}

pub(super) fn runtime(view: FunctionView<'_, '_>) -> Chosen {
    let (project, function) = (view.analysis().project(), view.function());
    if let Some((built, id)) = view.built().and_then(|built| Some((built, built.runtime.as_deref()?))) {
        let read = format!("the build here made a function for \"{id}\"");
        let runtime = runtimes::runtime(id);
        let follows = runtime.map_or_else(|| format!("{id}, which has no Node.js of its own"), of_runtime);
        return Chosen { runtime, steps: vec![step(read, Some(project.relative(&built.place)), follows)] };
    }
    let folder = function.entrypoint.rsplit_once('/').map_or("", |(folder, _)| folder);
    let package = project.package_of(folder);
    let engines = package.as_deref().and_then(PackageJson::node_range).filter(|range| !range.is_empty());
    let setting =
        if project.platform() == Platform::Vercel && engines.is_none() { link::node_version(project) } else { None };
    let range = engines.or(setting.as_ref().map(|(version, _)| version.as_str()));
    let runtime = runtimes::chosen(project.platform(), &function.builder, range);
    let (read, file) = match (engines, &setting, &package) {
        (Some(range), _, Some(package)) => {
            (format!("`engines.node` is \"{range}\""), Some(project.relative(package.document().file())))
        }
        (_, Some((version, file)), _) => {
            (format!("the project's settings name Node.js {version}"), Some(project.relative(file)))
        }
        _ => ("nothing here asks for a version of Node.js".to_owned(), None),
    };
    let follows = match project.platform() {
        Platform::Now => on_now(view, range, runtime),
        _ => on_vercel(range, runtime),
    };
    let mut steps = vec![step(read, file, follows)];
    steps.extend(runtime.map(|runtime| step(format!("the runtime is {}", runtime.id), None, of_runtime(runtime))));
    Chosen { runtime, steps }
}

fn of_runtime(runtime: &Runtime) -> String {
    format!("{}, which has OpenSSL {}", runtime.os, runtime.os.openssl())
}

fn on_now(view: FunctionView<'_, '_>, range: Option<&str>, runtime: Option<&Runtime>) -> String {
    let builder = &view.function().builder;
    match runtime {
        Some(runtime) => format!("{} for {}", runtime.id, builder.text),
        None => now_node::resolve(&builder.version)
            .and_then(|version| now_node::runtime(&version, range).err())
            .map_or_else(|| format!("no runtime that is known for {}", builder.text), |error| error.to_string()),
    }
}

fn on_vercel(range: Option<&str>, runtime: Option<&Runtime>) -> String {
    let Some(major) = runtime.and_then(|runtime| runtime.node) else {
        return match range.map(node_versions::choose) {
            Some(Choice::None | Choice::NoRange) => "the platform has no such Node.js: the build stops".to_owned(),
            _ => "the version of Node.js cannot be told".to_owned(),
        };
    };
    match range {
        None => format!("Node.js {major}, which new projects get; {} would lead to the same engine", others(major)),
        Some(range) if is_open(range) => {
            format!("Node.js {major}, the newest that fits of those that the platform has")
        }
        Some(_) => format!("Node.js {major}"),
    }
}

/// Whether a range is met by more than one of the offered versions.
fn is_open(range: &str) -> bool {
    let offered = node_versions::OFFERED.iter();
    let meets = offered
        .filter(|offered| matches!(node_versions::choose(&format!("{range} {}.x", offered.major)), Choice::Offered(_)));
    meets.count() > 1
}

fn others(major: u32) -> String {
    let others: Vec<String> = node_versions::OFFERED
        .iter()
        .filter(|offered| offered.major != major)
        .map(|offered| offered.major.to_string())
        .collect();
    others.join(" and ")
}

/// The processor that the function runs on.
pub(super) fn architecture(view: FunctionView<'_, '_>) -> (Arch, Step) {
    let project = view.analysis().project();
    let built = view.built().and_then(|built| Some((built, built.architecture.as_deref()?)));
    let named = built.map(|(built, text)| (text, project.relative(&built.place)));
    let file = || project.config().map(|config| project.relative(config.document().file())).unwrap_or_default();
    let named = named.or_else(|| Some((view.function().options.architecture.as_deref()?, file())));
    match named.and_then(|(text, file)| Some((Arch::parse(text)?, text, file))) {
        Some((arch, text, file)) => {
            (arch, step(format!("`architecture` is \"{text}\""), Some(file), format!("a processor of type {arch}")))
        }
        None => (Arch::X86_64, step("nothing names an architecture", None, "x86_64, the platform's own choice")),
    }
}

/// The last step where no engine file is needed.
pub(super) fn no_engine(reason: &str) -> Step {
    step("the client and its generator", None, reason)
}

/// The last steps: from the version of Prisma to the file's name.
pub(super) fn engine(
    project: &Project<'_>,
    client: Option<&GeneratedClient>,
    version: Option<&PrismaVersion>,
    needed: &NeededTarget,
) -> Vec<Step> {
    let (read, file) = match (version, client.filter(|client| client.client_version().is_some())) {
        (Some(version), Some(client)) => {
            (format!("the client is of Prisma {version}"), Some(project.relative(client.index.file())))
        }
        (Some(version), None) => {
            let file = project.prisma_version().map(|told| project.relative(told.source.file()));
            (format!("the project uses Prisma {version}"), file)
        }
        (None, _) => ("the package is of Photon's time".to_owned(), None),
    };
    let targets = needed.names.join(" or ");
    if needed.names.is_empty() {
        return vec![step(read, file, needed.why.clone())];
    }
    let looks = step(read, file, format!("it looks for the target {targets}"));
    let Some(since) = needed.since else {
        let kind = kind(version);
        let names: Vec<String> = needed.names.iter().filter_map(|target| name::file_name(kind, target)).collect();
        return vec![
            looks,
            step(format!("the engine of this version is a {}", kind.as_str()), None, names.join(" or ")),
        ];
    };
    vec![
        looks,
        step("no engine for it exists in this version", None, format!("Prisma {since} is the first that has one")),
    ]
}

/// The kind of engine that a client of that version looks for, where nothing says another one.
pub(super) fn kind(version: Option<&PrismaVersion>) -> EngineKind {
    if version.is_some_and(PrismaVersion::has_library_engine) { EngineKind::Library } else { EngineKind::Binary }
}

/// Whether the config of the project names a file for the engine itself: then no search takes place.
pub(super) fn names_engine(project: &Project<'_>) -> bool {
    const VARIABLES: [&str; 2] = ["PRISMA_QUERY_ENGINE_LIBRARY", "PRISMA_QUERY_ENGINE_BINARY"];
    let variables = project.config().and_then(|config| config.get("env"));
    variables.is_some_and(|node| {
        VARIABLES.iter().any(|name| node.get(name).is_some_and(|value| *value.value() != Value::Null))
    })
}
