//! What a command line comes to: scripts of package.json, of other packages of the workspace and tasks of turbo.json are followed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Document, Node, Path};
use crate::project::PackageJson;

/// Programs that may run generate without saying so in the script.
const OPAQUE: [&str; 16] = [
    "turbo", "nx", "lerna", "make", "sh", "bash", "node", "ts-node", "tsx", "rw", "redwood", "blitz", "rush", "moon",
    "gulp", "just",
];

/// Words that lead a command to the scripts of another package.
const ELSEWHERE: [&str; 16] = [
    "-r",
    "--recursive",
    "--filter",
    "-F",
    "workspace",
    "workspaces",
    "-w",
    "--workspace",
    "-ws",
    "--workspaces",
    "-C",
    "--prefix",
    "--cwd",
    "--dir",
    "cd",
    "lerna",
];

/// What a command comes to.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// The command lines that run generate.
    pub(super) generating: Vec<String>,
    /// A program that runs, whose work is not seen.
    pub(super) opaque: Option<String>,
}

/// The scripts that a command line may call.
pub(super) struct Scripts<'p> {
    /// Those of the package that it stands in.
    own: &'p PackageJson,
    /// Those of the workspace.
    workspace: &'p [Arc<PackageJson>],
    /// turbo.json, where there is one.
    turbo: Option<&'p Document>,
    /// What was followed already: a package's file and the script's name.
    seen: BTreeSet<(String, String)>,
}

impl<'p> Scripts<'p> {
    pub(super) fn new(own: &'p PackageJson, workspace: &'p [Arc<PackageJson>], turbo: Option<&'p Document>) -> Self {
        Self { own, workspace, turbo, seen: BTreeSet::new() }
    }

    /// Follows the script `name` of the package, and what the package manager runs before and after it.
    pub(super) fn follow_script(&mut self, name: &str) -> Followed {
        let mut open = Vec::new();
        self.scripts(name, false, &mut open);
        self.follow_all(open)
    }

    /// Follows `command`.
    pub(super) fn follow(&mut self, command: &str) -> Followed {
        self.follow_all(vec![command.to_owned()])
    }

    fn follow_all(&mut self, mut open: Vec<String>) -> Followed {
        let mut followed = Followed::default();
        while let Some(command) = open.pop() {
            let opaque = self.line(&command, &mut open);
            followed.opaque = followed.opaque.or(opaque);
            if !calls_of_generate(&command).is_empty() {
                followed.generating.push(command);
            }
        }
        followed
    }

    /// Adds the scripts that a command line calls to `open`; the first program whose work is not seen.
    fn line(&mut self, command: &str, open: &mut Vec<String>) -> Option<String> {
        let mut opaque = None;
        let words = words(command);
        let leads_away = words.iter().any(|word| {
            ELSEWHERE.contains(word)
                || ["--filter=", "--workspace=", "--prefix="].iter().any(|flag| word.starts_with(flag))
        });
        let is_turbo = self.turbo.is_some() && words.iter().any(|word| program(word) == "turbo");
        for (at, word) in words.iter().enumerate() {
            let program = program(word);
            if at > 0 && is_turbo {
                self.task(word, open);
            } else if at > 0 {
                self.scripts(word.strip_prefix("npm:").unwrap_or(word), leads_away, open);
            }
            if (OPAQUE.contains(&program) && !(is_turbo && program == "turbo")) || is_own_script(word, at == 0) {
                opaque.get_or_insert_with(|| program.to_owned());
            }
        }
        opaque
    }

    /// The scripts that `name` may call: of its own package, and of the others where the command leads there, with those that run before and after it.
    /// `build:*` is what npm-run-all and the like take for all that begin so.
    fn scripts(&mut self, name: &str, everywhere: bool, open: &mut Vec<String>) {
        let Self { own, workspace, seen, .. } = self;
        let others = workspace.iter().map(Arc::as_ref).filter(|_| everywhere);
        for package in std::iter::once(*own).chain(others) {
            let file = package.document().file();
            let mut call = |name: &str, script: &str| {
                if seen.insert((file.to_string(), name.to_owned())) {
                    open.push(script.to_owned());
                }
            };
            match name.strip_suffix('*').map(|stem| stem.trim_end_matches('*')) {
                None => {
                    let is_there = package.script(name).is_some();
                    for name in ["pre", "", "post"].map(|when| format!("{when}{name}")).iter().filter(|_| is_there) {
                        if let Some(script) = package.script(name) {
                            call(name, script);
                        }
                    }
                }
                Some(stem) if stem.ends_with(':') => {
                    for (name, script) in package.scripts().filter(|(name, _)| name.starts_with(stem)) {
                        call(name, script);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// A task of turbo.json, which is the script of that name in each package, with the tasks that it depends on.
    fn task(&mut self, name: &str, open: &mut Vec<String>) {
        let mut tasks = vec![name.to_owned()];
        while let Some(task) = tasks.pop() {
            let task = task.trim_start_matches('^');
            let script = task.rsplit('#').next().unwrap_or(task);
            self.scripts(script, true, open);
            let Some(turbo) = self.turbo.filter(|_| self.seen.insert((String::new(), task.to_owned()))) else {
                continue;
            };
            for (group, key) in ["tasks", "pipeline"].into_iter().flat_map(|group| [(group, task), (group, script)]) {
                let depends = turbo.get(&Path::keys([group, key, "dependsOn"]));
                tasks.extend(depends.map(Node::strings).unwrap_or_default().into_iter().map(str::to_owned));
            }
        }
    }
}

fn words(command: &str) -> Vec<&str> {
    let words = command.split(|c: char| c.is_whitespace() || "&|;()'\"`".contains(c));
    words.filter(|word| !word.is_empty()).collect()
}

/// The calls of generate in a command line, each as its words; `db push` and the like generate too.
pub(super) fn calls_of_generate(command: &str) -> Vec<Vec<&str>> {
    let calls = |words: &[&str]| {
        words.iter().enumerate().any(|(at, word)| {
            let arguments = words.iter().skip(at + 1).copied().filter(|word| !word.starts_with('-'));
            let arguments: Vec<&str> = arguments.take(2).collect();
            matches!(program(word), "prisma" | "prisma2" | "photon")
                && matches!(arguments.as_slice(), ["generate", ..] | ["db", "push"] | ["migrate", "dev" | "reset"])
        })
    };
    command.split(['&', '|', ';']).map(words).filter(|words| calls(words)).collect()
}

/// The program that a word names: without its folder and the version that `npx` takes.
fn program(word: &str) -> &str {
    let program = word.rsplit('/').next().unwrap_or(word);
    program.split('@').next().filter(|name| !name.is_empty()).unwrap_or(program)
}

/// Whether a word of a command line runs a file of the project's own: `./generate`, `scripts/generate.sh`.
fn is_own_script(word: &str, is_first: bool) -> bool {
    word.ends_with(".sh") || (is_first && word.contains('/') && !word.contains("node_modules/"))
}

/// Whether a command line calls the Prisma CLI by itself, and not through `npx` and the like, which fetch what is not installed.
pub(super) fn calls_cli(command: &str) -> bool {
    const FETCHING: [&str; 4] = ["npx", "bunx", "dlx", "x"];
    let commands = command.split(['&', '|', ';']);
    commands.into_iter().any(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        let at = words.iter().position(|word| ["prisma", "prisma2"].contains(word));
        at.is_some_and(|at| {
            let before = words.iter().take(at);
            let is_called =
                before.clone().all(|word| word.contains('=') || RUNNERS.contains(word) || word.starts_with('-'));
            let is_fetched = before.clone().any(|word| FETCHING.contains(word)) || words.starts_with(&["npm", "exec"]);
            is_called && !is_fetched
        })
    })
}

/// What may stand before the name of a program that is installed here.
const RUNNERS: [&str; 8] = ["yarn", "pnpm", "bun", "npm", "exec", "run", "cross-env", "--"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cli_is_called_where_a_shell_would_call_it() {
        for (command, expected) in [
            ("prisma generate", true),
            ("tsc && prisma generate", true),
            ("NODE_ENV=production prisma migrate deploy", true),
            ("pnpm prisma generate", true),
            ("yarn run prisma generate", true),
            ("npx prisma generate", false),
            ("pnpm dlx prisma generate", false),
            ("npm exec prisma generate", false),
            ("bun run prisma generate", true),
            ("echo prisma", false),
            ("node prisma/seed.js", false),
            ("rimraf prisma && tsc", false),
        ] {
            assert_eq!(calls_cli(command), expected, "{command}");
        }
    }
}
