//! `config/env`: names and values of environment variables that the platform refuses, or that do not belong into a file.

use crate::analysis::Analysis;
use crate::base::{Span, secrets};
use crate::document::{Applicability, Document, Edit, Fix, Node, Part, Path, Value};
use crate::platform::Platform;
use crate::platform::uploads::is_reserved_env;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/env",
    summary: "an environment variable that the platform refuses, or a secret in the open",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("env.md"),
    check,
};

/// The longest name. (The schema holds it for `now`.)
const LONGEST: usize = 256;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (document, refused) = (config.document(), super::refused_places(analysis));
    let places = [Path::keys(["env"]), Path::keys(["build", "env"])].into_iter();
    let envs = places.filter(|path| !refused.contains(path)).filter_map(|path| {
        let env = document.get(&path)?;
        Some(Env { document, path, env, platform: analysis.project().platform() })
    });
    let envs: Vec<Env<'_>> = envs.collect();
    for env in &envs {
        if env.platform == Platform::Vercel && !env.env.is_object() && *env.env.value() != Value::Null {
            findings.push(env.no_object());
            continue;
        }
        let variables = super::members_that_count(env.env);
        findings.extend(variables.filter_map(|(member, node)| env.variable(&member.key, node)).take(MOST));
    }
    if analysis.project().platform() == Platform::Vercel {
        findings.extend(references(&envs));
    }
}

/// Today nothing stands behind `@name`. One finding for all of them.
fn references(envs: &[Env<'_>]) -> Option<Finding> {
    let is_reference = |text: &str| text.len() > 1 && text.starts_with('@');
    let mut all = envs.iter().flat_map(|env| {
        let variables = super::members_that_count(env.env);
        let referring = variables.filter(move |(_, node)| node.as_str().is_some_and(is_reference));
        referring.map(move |(member, _)| (env, &*member.key))
    });
    let (env, first) = all.next()?;
    let message = format!(
        "`{first}` refers to a secret, and Vercel has retired secrets: the deploy fails, or the variable holds the reference itself"
    );
    let help = format!("set it in the project with `vercel env add {first}`, and delete it here");
    let finding = env.warning(env.at(first, Part::Value), message, help);
    Some(all.take(MOST).fold(finding, |finding, (env, name)| {
        finding.related(Label::at(env.document, &env.path.key(name), Part::Value, "this one too"))
    }))
}

struct Env<'c> {
    document: &'c Document,
    path: Path,
    env: Node<'c>,
    platform: Platform,
}

impl Env<'_> {
    fn at(&self, name: &str, part: Part) -> Label {
        Label::at(self.document, &self.path.key(name), part, "")
    }

    fn warning(&self, label: Label, message: String, help: impl Into<String>) -> Finding {
        Finding::new(RULE.id, Severity::Warning, label, message).help(help)
    }

    fn no_object(&self) -> Finding {
        let label = Label::at(self.document, &self.path, Part::Key, "");
        let message = format!("`{}` is no object of names and values: `vercel deploy` stops", self.path);
        self.warning(label, message, "write { \"NAME\": \"value\" }, or delete it and set the variables in the project")
    }

    /// The first thing that is wrong with a variable.
    fn variable(&self, name: &str, node: Node<'_>) -> Option<Finding> {
        let today = self.platform == Platform::Vercel;
        // For `now` the schema speaks of names and types.
        if today && (name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')) {
            let message =
                "the name of an environment variable has only letters, digits and `_`: the deploy API refuses others";
            return Some(self.warning(self.at(name, Part::Key), message.into(), "rename it here and in the code"));
        }
        if today && name.len() > LONGEST {
            let message = format!(
                "the name of an environment variable has at most {LONGEST} characters: the deploy API refuses longer ones"
            );
            return Some(self.warning(self.at(name, Part::Key), message, "shorten it"));
        }
        // Functions run with these; a build does not.
        if is_reserved_env(self.platform, name) && self.path.segments().len() == 1 {
            let message = format!(
                "`{name}` is reserved: the platform sets it for each function, and refuses a deployment that does"
            );
            return Some(self.warning(
                self.at(name, Part::Key),
                message,
                "choose another name, such as one with the name of your app in front",
            ));
        }
        match node.value() {
            Value::Number(_) | Value::Bool(_) if today => {
                let span = node.span();
                // The edits do not hold the value, as it may be a secret.
                let quote = |at| Edit { file: self.document.file().to_owned(), span: Span::at(at), text: "\"".into() };
                let fix = Fix {
                    title: format!("Write {name} as a text"),
                    applicability: Applicability::Safe,
                    edits: vec![quote(span.start), quote(span.end)],
                };
                // TOML writes numbers in ways that JSON has not, and the text would be another one.
                let is_plain = serde_json::from_str::<serde_json::Value>(span.slice(self.document.text())).is_ok();
                let fix = is_plain.then_some(fix);
                let message =
                    "the value of an environment variable is a text: the deploy API refuses other types".to_owned();
                Some(self.warning(self.at(name, Part::Value), message, "write it in quotes").fix(fix))
            }
            Value::String(value) if secrets::looks_secret(name, value) => {
                let message =
                    format!("`{name}` looks like a secret, and everybody who can read the repository can read it");
                let help = match self.platform {
                    Platform::Now => format!(
                        "make it a secret with `now secrets add`, write \"@its-name\" for {name} here, and replace the one that was seen"
                    ),
                    _ => format!(
                        "set it in the project with `vercel env add {name}`, delete it here, and replace the one that was seen"
                    ),
                };
                Some(self.warning(self.at(name, Part::Key), message, help))
            }
            _ => None,
        }
    }
}
