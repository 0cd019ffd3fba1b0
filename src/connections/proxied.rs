//! Clients that are generated without an engine, so that they reach the database through Prisma's proxy alone.

use crate::document::{Node, Path};
use crate::project::Project;

/// What makes `prisma generate` leave out the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Without {
    /// A flag in this script of package.json.
    Script {
        /// The script.
        name: String,
        /// The flag.
        flag: &'static str,
    },
    /// A flag in this command of the config.
    Command {
        /// The key of the command.
        path: Path,
        /// The flag.
        flag: &'static str,
    },
    /// A variable in `build.env` of the config.
    Variable(Path),
}

/// The flag, and its names before. (Facts: engine 5.4; `--no-engine` since 5.2.0.)
const FLAGS: [&str; 3] = ["--no-engine", "--accelerate", "--data-proxy"];

/// The same as variables.
const VARIABLES: [&str; 2] = ["PRISMA_GENERATE_NO_ENGINE", "PRISMA_GENERATE_DATAPROXY"];

/// Scripts that the platform may run.
const SCRIPTS: [&str; 6] = ["preinstall", "install", "postinstall", "prepare", "now-build", "vercel-build"];

/// Scripts that it runs too where it builds the package as a whole.
const OF_PACKAGE: [&str; 2] = ["prebuild", "build"];

/// What makes the platform's own `prisma generate` leave out the engine; none where another call of it leaves it in.
pub fn without_engine(project: &Project<'_>) -> Option<Without> {
    let config = project.config();
    let mut calls = Vec::new();
    for key in ["buildCommand", "installCommand"] {
        let command = config.and_then(|config| config.get(key)).and_then(Node::as_str).unwrap_or_default();
        let of = |flag| Without::Command { path: Path::keys([key]), flag };
        calls.extend(flags(command).into_iter().map(|flag| flag.map(of)));
    }
    let builds = config.map(|config| config.builds()).unwrap_or_default();
    let is_whole = builds.is_empty() || builds.iter().any(|it| it.src.is_some_and(|src| src.ends_with("package.json")));
    for name in SCRIPTS.into_iter().chain(OF_PACKAGE.into_iter().filter(|_| is_whole)) {
        let script = project.package().and_then(|package| package.script(name)).unwrap_or_default();
        let of = |flag| Without::Script { name: name.to_owned(), flag };
        calls.extend(flags(script).into_iter().map(|flag| flag.map(of)));
    }
    let variable = VARIABLES.iter().map(|name| Path::keys(["build", "env", name])).find(|path| {
        let value = config.and_then(|config| config.document().get(path)).and_then(Node::as_str);
        value.is_some_and(|value| !matches!(value, "" | "0" | "false"))
    });
    if let Some(path) = variable {
        return Some(Without::Variable(path));
    }
    let all: Option<Vec<Without>> = calls.into_iter().collect();
    all?.into_iter().next()
}

/// For each call of `prisma generate` in a command line, the flag that leaves out the engine.
fn flags(command: &str) -> Vec<Option<&'static str>> {
    let mut found = Vec::new();
    for part in command.split(['&', '|', ';']) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let calls = words.windows(2).any(|pair| matches!(pair, [program, "generate"] if program.ends_with("prisma")));
        if calls {
            found.push(FLAGS.into_iter().find(|flag| words.contains(flag)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_generate_are_read() {
        assert_eq!(flags("npx prisma generate --no-engine && next build"), [Some("--no-engine")]);
        assert_eq!(flags("prisma generate; prisma generate --data-proxy"), [None, Some("--data-proxy")]);
        assert_eq!(flags("next build --no-engine"), []);
        assert_eq!(flags("node_modules/.bin/prisma generate"), [None]);
    }
}
