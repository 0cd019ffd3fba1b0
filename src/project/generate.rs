//! Where `prisma generate` runs, and so whose engine the function gets.
//!
//! Platforms do not receive node_modules: a client there is made again on the build machine. Then the schema's targets decide, and
//! local engine files say nothing but their size.

use std::collections::BTreeSet;

use camino::Utf8Path;

use super::client::GeneratedClient;
use super::version::{self, PrismaVersion};
use super::{PackageJson, Project};
use crate::document::Value;
use crate::platform::Platform;

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
    /// Only the install script of `@prisma/client` does.
    OwnPostinstall,
    /// A program runs whose work cannot be read from here.
    Maybe(String),
    /// Nothing does.
    Never,
}

/// Scripts that an install runs.
const INSTALL: [&str; 5] = ["preinstall", "install", "postinstall", "prepare", "prepublish"];

/// Programs that may run generate without saying so in the script.
const OPAQUE: [&str; 16] = [
    "turbo", "nx", "lerna", "make", "sh", "bash", "node", "ts-node", "tsx", "rw", "redwood", "blitz", "rush", "moon",
    "gulp", "just",
];

/// Whether something that the platform runs calls generate.
pub fn generates(project: &Project<'_>) -> Generates {
    let mut maybe = None;
    for package in packages(project) {
        if package.document().problems().iter().any(|problem| !problem.kind.is_repairable()) {
            maybe =
                maybe.or(Some(format!("{} cannot be read to its end", project.relative(package.document().file()))));
        }
        let scripts = INSTALL.into_iter().chain(build_scripts(project));
        for (name, text) in scripts.filter_map(|name| Some((name, package.script(name)?))) {
            match follow(&package, text, &mut BTreeSet::new()) {
                Call::Generate => return Generates::Script(format!("the script \"{name}\" runs generate")),
                Call::Opaque(program) => maybe = maybe.or(Some(format!("the script \"{name}\" runs {program}"))),
                Call::Nothing => {}
            }
        }
        for key in ["buildCommand", "installCommand"] {
            let Some(command) = project.config().and_then(|config| config.get(key)).and_then(|node| node.as_str())
            else {
                continue;
            };
            match follow(&package, command, &mut BTreeSet::new()) {
                Call::Generate => return Generates::Script(format!("{key} runs generate")),
                Call::Opaque(program) => maybe = maybe.or(Some(format!("{key} runs {program}"))),
                Call::Nothing => {}
            }
        }
    }
    if is_built_by_redwood(project) {
        return Generates::Maybe("RedwoodJS builds the project with a command of its own".to_owned());
    }
    if has_own_postinstall(project) {
        return Generates::OwnPostinstall;
    }
    maybe.map_or(Generates::Never, Generates::Maybe)
}

/// Where `client` comes from; `None` asks for a client that does not lie here yet.
pub fn origin(project: &Project<'_>, client: Option<&GeneratedClient>) -> Origin {
    let generates = generates(project);
    let Some(client) = client else {
        return match generates {
            Generates::Script(script) => Origin::Remote(format!("{script} on the build machine")),
            Generates::OwnPostinstall => {
                Origin::Remote("@prisma/client generates when it is installed on the build machine".into())
            }
            Generates::Maybe(script) => Origin::Unknown(format!("{script}, which may run generate")),
            Generates::Never => {
                Origin::Unknown("no client is generated here, and nothing that the platform runs generates one".into())
            }
        };
    };
    let folder = project.relative(&client.folder);
    let uploaded = project.upload().includes(&format!("{folder}/index.js"));
    let rewritten = !uploaded || writes_to(project, &client.folder);
    match generates {
        Generates::Script(script) if rewritten => {
            Origin::Remote(format!("{script} on the build machine, which makes {folder} again"))
        }
        Generates::OwnPostinstall if rewritten => Origin::Remote(format!(
            "@prisma/client generates when it is installed on the build machine, which makes {folder} again"
        )),
        Generates::Maybe(script) if rewritten => Origin::Unknown(format!("{script}, which may make {folder} again")),
        _ if !uploaded => {
            Origin::Unknown(format!("{folder} is not uploaded, and nothing that the platform runs generates it"))
        }
        _ if project.git_ignores(&client.folder) => Origin::Unknown(format!(
            "{folder} is uploaded by the CLI, but git ignores it, so a deploy from git lacks it"
        )),
        _ => Origin::Local(format!("{folder} is uploaded as it lies here")),
    }
}

/// Whether a generator of the project's schemas writes to `folder`.
fn writes_to(project: &Project<'_>, folder: &Utf8Path) -> bool {
    project.schemas().iter().any(|schema| {
        schema.generators().iter().any(|generator| schema.output(generator).is_some_and(|output| output == folder))
    })
}

/// Scripts that a build runs beside the install.
fn build_scripts(project: &Project<'_>) -> impl Iterator<Item = &'static str> {
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    // With `builds`, only builders of a whole package run its `build` script; without, zero config does.
    let runs_build =
        builds.is_empty() || builds.iter().any(|build| build.src.is_some_and(|src| src.ends_with("package.json")));
    ["now-build", "vercel-build"].into_iter().chain(runs_build.then_some("build"))
}

/// The package.json files whose scripts a deploy may run: the project's, those of folders inside it, the repository's, and those of the packages that
/// are installed with it.
fn packages(project: &Project<'_>) -> Vec<PackageJson> {
    let inside = project.files().iter().filter(|file| file.rsplit('/').next() == Some("package.json"));
    let mut paths: BTreeSet<_> = inside.take(200).map(|file| project.root().join(file)).collect();
    paths.insert(project.repository().join("package.json"));
    paths.extend(project.workspace().iter().map(|folder| folder.join("package.json")));
    paths.iter().filter_map(|path| PackageJson::read(project.fs(), path)).collect()
}

enum Call {
    Generate,
    Opaque(String),
    Nothing,
}

/// What a command line comes to, other scripts of the package followed.
fn follow(package: &PackageJson, command: &str, seen: &mut BTreeSet<String>) -> Call {
    let words: Vec<&str> =
        command.split(|c: char| c.is_whitespace() || "&|;()'\"`".contains(c)).filter(|word| !word.is_empty()).collect();
    let mut opaque = None;
    for (at, word) in words.iter().enumerate() {
        let program = word.rsplit('/').next().unwrap_or(word);
        let program = program.split('@').next().filter(|name| !name.is_empty()).unwrap_or(program);
        let rest: Vec<&str> = words[at + 1..].iter().copied().filter(|word| !word.starts_with('-')).take(2).collect();
        let generates = match program {
            "prisma" | "prisma2" | "photon" => {
                matches!(rest.as_slice(), ["generate", ..] | ["db", "push"] | ["migrate", "dev" | "reset"])
            }
            _ => false,
        };
        if generates {
            return Call::Generate;
        }
        if let Some(script) = package.script(word).filter(|_| at > 0 && seen.insert((*word).to_owned())) {
            match follow(package, script, seen) {
                Call::Generate => return Call::Generate,
                Call::Opaque(program) => opaque = opaque.or(Some(program)),
                Call::Nothing => {}
            }
        }
        if OPAQUE.contains(&program) || is_own_script(word, at == 0) {
            opaque = opaque.or_else(|| Some(program.to_owned()));
        }
    }
    opaque.map_or(Call::Nothing, Call::Opaque)
}

/// Whether a word of a command line runs a file of the project's own: `./generate`, `scripts/generate.sh`.
fn is_own_script(word: &str, is_first: bool) -> bool {
    word.ends_with(".sh") || (is_first && word.contains('/') && !word.contains("node_modules/"))
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

/// Whether `@prisma/client` generates by itself when it is installed: 2.0 to 6.x, with the CLI beside it.
fn has_own_postinstall(project: &Project<'_>) -> bool {
    packages(project).iter().any(|package| {
        let version = package.dependency("@prisma/client").and_then(version::lowest);
        let has_cli = ["prisma", "@prisma/cli"].iter().any(|name| package.dependency(name).is_some());
        has_cli && version.is_some_and(|version| PrismaVersion::from(version).generates_on_install())
    })
}
