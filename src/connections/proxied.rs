//! Clients that are generated without an engine, so that they reach the database through Prisma's proxy alone.

use crate::document::{Node, Path};
use crate::project::Project;
use crate::project::generate::Place;

/// What makes `prisma generate` leave out the engine.
#[derive(Debug, Clone)]
pub enum Without {
    /// This flag in the command at this place, or in one that it leads to.
    Flag(Place, &'static str),
    /// A variable in `build.env` of the config.
    Variable(Path),
}

/// The flag, and its names before. (Facts: engine 5.4; `--no-engine` since 5.2.0.)
const FLAGS: [&str; 3] = ["--no-engine", "--accelerate", "--data-proxy"];

/// The same as variables.
const VARIABLES: [&str; 2] = ["PRISMA_GENERATE_NO_ENGINE", "PRISMA_GENERATE_DATAPROXY"];

/// What makes the platform's own `prisma generate` leave out the engine; none where another call of it leaves it in, or may.
pub fn without_engine(project: &Project<'_>) -> Option<Without> {
    let config = project.config();
    let variable = VARIABLES.iter().map(|name| Path::keys(["build", "env", name])).find(|path| {
        let value = config.and_then(|config| config.document().get(path)).and_then(Node::as_str);
        value.is_some_and(|value| !matches!(value, "" | "0" | "false"))
    });
    if let Some(path) = variable {
        return Some(Without::Variable(path));
    }
    let calls = project.runs().calls()?;
    let all: Option<Vec<Without>> =
        calls.map(|(place, words)| Some(Without::Flag(place.clone(), flag(&words)?))).collect();
    all?.into_iter().next()
}

/// The flag that leaves out the engine in a call of generate.
fn flag(words: &[&str]) -> Option<&'static str> {
    FLAGS.into_iter().find(|flag| words.contains(flag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    #[test]
    fn the_flag_counts_where_every_call_has_it() {
        for (scripts, expected) in [
            (r#""postinstall": "npx prisma generate --no-engine", "build": "next build""#, Some("--no-engine")),
            (r#""build": "prisma generate; prisma generate --data-proxy""#, None),
            (r#""build": "next build --no-engine""#, None),
            (r#""build": "node_modules/.bin/prisma generate""#, None),
            (r#""build": "npm run gen", "gen": "prisma generate --accelerate""#, Some("--accelerate")),
            (r#""postinstall": "prisma generate --no-engine", "build": "npm run gen", "gen": "prisma generate""#, None),
            (r#""postinstall": "prisma generate --no-engine", "prebuild": "prisma db push", "build": "tsc""#, None),
            (r#""postinstall": "prisma generate --no-engine", "build": "node build.js""#, None),
            (r#""build": "prisma generate --no-engine", "vercel-build": "prisma generate""#, None),
        ] {
            let fs = MemoryFs::new().with("/p/package.json", format!(r#"{{"scripts": {{{scripts}}}}}"#));
            let project = Project::new(&fs, "/p".into(), "/p".into(), None, Platform::Vercel);
            let found = match without_engine(&project) {
                Some(Without::Flag(_, flag)) => Some(flag),
                _ => None,
            };
            assert_eq!(found, expected, "{scripts}");
        }
    }
}
