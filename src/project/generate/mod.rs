//! Where `prisma generate` runs, and so whose engine the function gets.
//!
//! Platforms do not receive node_modules: a client there is made again on the build machine. Then the schema's targets decide, and
//! local engine files say nothing but their size.

mod commands;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::client::GeneratedClient;
use super::install::{self, InstallScript};
use super::{PackageJson, Project, version};
use crate::base::paths;
use crate::document::{Document, Value};
use crate::platform::Platform;
use commands::{Scripts, calls_cli, calls_of_generate};

/// Where the client of a function comes from, with the reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Made on the build machine: the schema decides.
    Remote(String),
    /// Shipped as it lies here: its files decide.
    Local(String),
    /// Cannot be told; a verdict is at most a warning.
    Unknown(String),
}

impl Origin {
    /// The reason.
    pub fn reason(&self) -> &str {
        match self {
            Self::Remote(reason) | Self::Local(reason) | Self::Unknown(reason) => reason,
        }
    }
}

/// Whether something that the platform runs calls generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generates {
    /// A script or command of the project does.
    Script(String),
    /// Only the install script of `@prisma/client` does; with what may keep it from running, where something may.
    OwnPostinstall(Option<String>),
    /// A program runs whose work cannot be read from here.
    Maybe(String),
    /// Nothing does; with the reason why the install script of `@prisma/client` does not either, where there is one.
    Never(Option<String>),
}

/// Files of workflows that are looked at.
const MAX_WORKFLOWS: usize = 50;

/// Scripts that an install runs.
const INSTALL: [&str; 5] = ["preinstall", "install", "postinstall", "prepare", "prepublish"];

/// Where a command stands that a deploy runs.
#[derive(Debug, Clone)]
pub enum Place {
    /// In this script of a package.json.
    Script(Arc<PackageJson>, &'static str),
    /// Behind this key of the config.
    Config(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Script(_, name) => write!(f, "the script \"{name}\""),
            Self::Config(key) => f.write_str(key),
        }
    }
}

/// What a command has in it that names engine files.
const ENGINE_WORDS: [&str; 3] = [".node", "query_engine", "query-engine"];

/// What the commands that a deploy runs come to.
#[derive(Debug, Default)]
pub struct Runs {
    /// The command lines that run generate, each with the place of the command that leads to it.
    calls: Vec<(Place, String)>,
    /// What may run generate, as its work cannot be read from here.
    unseen: Option<String>,
    /// A command that names engine files, such as one that copies them.
    handles_engine: Option<Place>,
}

impl Runs {
    pub(super) fn of(project: &Project<'_>) -> Self {
        let installs = install::all_scripts_blocked(project).is_none();
        let turbo = turbo(project);
        let workspace: Vec<_> = project.workspace().iter().filter_map(|folder| project.package_in(folder)).collect();
        let mut runs = Self::default();
        for package in packages(project) {
            if package.document().problems().iter().any(|problem| !problem.kind.is_repairable()) {
                let file = project.relative(package.document().file());
                runs.unseen.get_or_insert_with(|| format!("{file} cannot be read to its end"));
            }
            for (place, command) in commands(project, &package, installs) {
                let mut scripts = Scripts::new(&package, &workspace, turbo.as_ref());
                let followed = match place {
                    Place::Script(_, name) => scripts.follow_script(name),
                    Place::Config(_) => scripts.follow(command),
                };
                if ENGINE_WORDS.iter().any(|word| command.contains(word)) {
                    runs.handles_engine.get_or_insert_with(|| place.clone());
                }
                if let Some(program) = followed.opaque {
                    runs.unseen.get_or_insert_with(|| format!("{place} runs {program}"));
                }
                runs.calls.extend(followed.generating.into_iter().map(|line| (place.clone(), line)));
            }
        }
        runs
    }

    /// Whether generate is called with a version of the CLI of its own, which is fetched: `npx prisma@5 generate`.
    pub fn fetches_cli(&self) -> bool {
        self.calls
            .iter()
            .flat_map(|(_, line)| calls_of_generate(line))
            .flatten()
            .any(|word| word.starts_with("prisma@"))
    }

    /// The calls of generate: the place of the command that leads there, and the words of the call. None where there may be others.
    pub fn calls(&self) -> Option<impl Iterator<Item = (&Place, Vec<&str>)>> {
        let calls = self.calls.iter();
        let calls =
            calls.flat_map(|(place, line)| calls_of_generate(line).into_iter().map(move |words| (place, words)));
        self.unseen.is_none().then_some(calls)
    }
}

/// See [`Project::generates`].
pub(super) fn generates(project: &Project<'_>) -> Generates {
    let runs = project.runs();
    if let Some((place, _)) = runs.calls.first() {
        return Generates::Script(format!("{place} runs generate"));
    }
    if is_built_by_redwood(project) {
        return Generates::Maybe("RedwoodJS builds the project with a command of its own".to_owned());
    }
    match own_postinstall(project, install::all_scripts_blocked(project)) {
        InstallScript::Runs => Generates::OwnPostinstall(None),
        InstallScript::Unknown(why) => Generates::OwnPostinstall(Some(why)),
        InstallScript::Blocked(why) => match &runs.unseen {
            Some(unseen) => Generates::Maybe(unseen.clone()),
            None => Generates::Never(Some(why).filter(|why| !why.is_empty())),
        },
    }
}

/// The commands of a package and of the config that a deploy runs, each with its place.
fn commands<'p>(project: &'p Project<'_>, package: &'p Arc<PackageJson>, installs: bool) -> Vec<(Place, &'p str)> {
    let install = INSTALL.into_iter().filter(|_| installs);
    let scripts = install.chain(build_scripts(project, package));
    let scripts = scripts.filter_map(|name| Some((Place::Script(Arc::clone(package), name), package.script(name)?)));
    let commands = ["buildCommand", "installCommand"]
        .into_iter()
        .filter_map(|key| Some((Place::Config(key), project.config()?.get(key)?.as_str()?)));
    scripts.chain(commands).collect()
}

/// The commands that a deploy runs for certain and that call the Prisma CLI as it is installed, without `npx`: what each is called, and the package.json
/// that it runs in.
pub fn cli_calls(project: &Project<'_>) -> Vec<(String, Utf8PathBuf)> {
    let installs = install::all_scripts_blocked(project).is_none();
    let mut calls = Vec::new();
    for package in packages(project) {
        let folder = package.document().file().parent().unwrap_or(project.root());
        let is_own = folder == project.root();
        let is_installed = project.workspace().iter().any(|installed| installed == folder);
        let found = commands(project, &package, installs).into_iter().filter(|(place, command)| {
            let is_run = match place {
                Place::Script(_, name) => is_own || is_installed && INSTALL.contains(name),
                Place::Config(_) => is_own,
            };
            is_run && calls_cli(command)
        });
        calls.extend(found.map(|(place, _)| (place.to_string(), package.document().file().to_owned())));
    }
    calls
}

/// Whether the package in `folder` may generate a client of its own.
pub fn has_schema(project: &Project<'_>, folder: &Utf8Path) -> bool {
    let names = ["prisma/schema.prisma", "schema.prisma", "prisma/schema", "prisma.config.ts"];
    names.iter().any(|name| project.fs().metadata(&folder.join(name)).is_ok())
}

/// See [`Project::prebuilt`].
pub(super) fn prebuilt(project: &Project<'_>) -> Option<String> {
    let is_prebuilt = |command: &str| command.contains("--prebuilt");
    let of_repository = project.package_in(project.repository());
    let script =
        project.package().into_iter().chain(of_repository.as_deref()).find_map(|package| {
            package.scripts().find(|(_, script)| is_prebuilt(script)).map(|(name, _)| name.to_owned())
        });
    if let Some(name) = script {
        return Some(format!("the script \"{name}\" uploads what was built before"));
    }
    let folder = project.repository().join(".github/workflows");
    let files = project.fs().read_dir(&folder).unwrap_or_default();
    let file = files
        .into_iter()
        .take(MAX_WORKFLOWS)
        .find(|file| project.fs().read_to_string(&folder.join(&file.name)).is_ok_and(|text| is_prebuilt(&text)))?;
    Some(format!(".github/workflows/{} uploads what it built itself", file.name))
}

/// turbo.json of the workspace.
fn turbo(project: &Project<'_>) -> Option<Document> {
    let mut folders = project.root().ancestors().take_while(|folder| folder.starts_with(project.repository()));
    folders.find_map(|folder| {
        ["turbo.json", "turbo.jsonc"].into_iter().find_map(|name| {
            let file = folder.join(name);
            Some(Document::json(&file, project.fs().read_to_string(&file).ok()?))
        })
    })
}

/// Where `client` comes from; `None` asks for a client that does not lie here yet.
pub fn origin(project: &Project<'_>, client: Option<&GeneratedClient>) -> Origin {
    if let Some(how) = project.prebuilt().map(str::to_owned) {
        let is_built = project.has_folder(".vercel/output") && !how.starts_with('.');
        return if is_built { Origin::Local(how) } else { Origin::Unknown(how) };
    }
    let generates = project.generates().clone();
    let Some(client) = client else {
        return match generates {
            Generates::Script(script) => Origin::Remote(format!("{script} on the build machine")),
            Generates::OwnPostinstall(None) => {
                Origin::Remote("@prisma/client generates when it is installed on the build machine".into())
            }
            Generates::OwnPostinstall(Some(why)) => Origin::Unknown(format!(
                "@prisma/client may generate when it is installed on the build machine, but {why}"
            )),
            Generates::Maybe(script) => Origin::Unknown(format!("{script}, which may run generate")),
            Generates::Never(_) => {
                Origin::Unknown("no client is generated here, and nothing that the platform runs generates one".into())
            }
        };
    };
    let folder = project.relative(&client.folder);
    let uploaded = project.upload().includes(&project.relative(client.index.file()));
    let rewritten = !uploaded || writes_to(project, &client.folder);
    match generates {
        Generates::Script(script) if rewritten => {
            Origin::Remote(format!("{script} on the build machine, which makes {folder} again"))
        }
        Generates::OwnPostinstall(Some(why)) if rewritten => Origin::Unknown(format!(
            "@prisma/client may make {folder} again when it is installed on the build machine, but {why}"
        )),
        Generates::OwnPostinstall(None) if rewritten => Origin::Remote(format!(
            "@prisma/client generates when it is installed on the build machine, which makes {folder} again"
        )),
        Generates::Maybe(script) if rewritten => Origin::Unknown(format!("{script}, which may make {folder} again")),
        _ if !uploaded => {
            Origin::Unknown(format!("{folder} is not uploaded, and nothing that the platform runs generates it"))
        }
        _ if project.git_ignores(&client.folder) => Origin::Unknown(format!(
            "{folder} is uploaded by the CLI, but git ignores it, so a deploy from git lacks it"
        )),
        _ => match &project.runs().handles_engine {
            Some(name) => {
                Origin::Unknown(format!("{folder} is uploaded as it lies here, but {name} handles engine files"))
            }
            None => Origin::Local(format!("{folder} is uploaded as it lies here")),
        },
    }
}

/// Whether a generator of the project's schemas writes to `folder`.
fn writes_to(project: &Project<'_>, folder: &Utf8Path) -> bool {
    project.schemas().iter().any(|schema| {
        schema.generators().iter().any(|generator| schema.output(generator).is_some_and(|output| output == folder))
    })
}

/// Scripts of a package that a build runs beside the install: `build` only where none of the others, nor `buildCommand`, takes its place.
fn build_scripts(project: &Project<'_>, package: &PackageJson) -> impl Iterator<Item = &'static str> {
    const FIRST: [&str; 2] = ["now-build", "vercel-build"];
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    // With `builds`, only builders of a whole package run its `build` script; without, zero config does.
    let runs_build =
        builds.is_empty() || builds.iter().any(|build| build.src.is_some_and(|src| src.ends_with("package.json")));
    let command = project.config().and_then(|config| config.get("buildCommand")?.as_str());
    let is_own = package.document().file().parent() == Some(project.root());
    let is_replaced = FIRST.iter().any(|name| package.script(name).is_some()) || is_own && command.is_some();
    FIRST.into_iter().chain((runs_build && !is_replaced).then_some("build"))
}

/// The package.json files whose scripts a deploy may run: the project's, those of folders inside it, the repository's, and those of the packages that
/// are installed with it.
fn packages(project: &Project<'_>) -> Vec<Arc<PackageJson>> {
    let inside = project.files().iter().filter(|file| file.rsplit('/').next() == Some("package.json"));
    let inside = inside.take(200).map(|file| file.strip_suffix("package.json").unwrap_or(file).trim_end_matches('/'));
    let mut folders: BTreeSet<_> = inside.map(|folder| paths::normalize(&project.root().join(folder))).collect();
    folders.insert(project.repository().to_owned());
    folders.extend(project.workspace().iter().cloned());
    folders.iter().filter_map(|folder| project.package_in(folder)).collect()
}

/// Whether the platform builds with the command of its preset for RedwoodJS, `rw deploy vercel`, which runs generate: a project with a
/// redwood.toml, unless the config names another preset or command. (Facts: packages/frameworks, 2026-08-03.)
fn is_built_by_redwood(project: &Project<'_>) -> bool {
    let text = |key| project.config().and_then(|config| config.get(key)).filter(|node| *node.value() != Value::Null);
    project.platform() == Platform::Vercel
        && project.has_file("redwood.toml")
        && text("buildCommand").is_none()
        && text("framework").is_none_or(|node| node.as_str() == Some("redwoodjs"))
}

/// Whether `@prisma/client` generates by itself when it is installed: 2.0 to 6.x, with the CLI beside it, where its install script runs. Blocked without
/// a reason where nothing here is known of it.
fn own_postinstall(project: &Project<'_>, blocked: Option<String>) -> InstallScript {
    let mut silent = InstallScript::Blocked(String::new());
    for package in packages(project) {
        let folder = package.document().file().parent().unwrap_or(project.root());
        let has_cli = ["prisma", "@prisma/cli"].iter().any(|name| package.dependency(name).is_some());
        let Some(told) = version::told(project, folder, "@prisma/client").filter(|_| has_cli) else { continue };
        if !told.version.generates_on_install() {
            if told.version.semantic().major() >= 7 {
                silent =
                    InstallScript::Blocked("since Prisma 7 the install of @prisma/client generates nothing".into());
            }
            continue;
        }
        return blocked.map_or_else(|| install::of_client(project), InstallScript::Blocked);
    }
    silent
}
