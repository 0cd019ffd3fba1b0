//! `functions/proxy`: `proxy` does not go together with the files or the framework of the project.

use serde_json::json;

use crate::analysis::Analysis;
use crate::base::similar;
use crate::detect::Problem;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, config};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/proxy",
    summary: "the file of `proxy` is not there, or the framework does not go together with it",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("proxy.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(document) = project.config().map(|config| config.document()) else { return };
    let path = Path::keys(["proxy", "entrypoint"]);
    let Some(entrypoint) = document.get(&path).and_then(Node::as_str) else { return };
    if config::proxy::is_refused(entrypoint) {
        return;
    }
    let mut is_told = false;
    for found in &analysis.detected().problems {
        let (message, help) = match found.problem {
            Problem::ProxyNotFound => not_found(analysis, entrypoint),
            Problem::ProxyFramework(_) if is_told => continue,
            Problem::ProxyFramework(framework) => (
                format!("`proxy` cannot stand beside {framework}, which brings its own, and the platform refuses both"),
                format!("delete `proxy`, and write the middleware as {framework} has it"),
            ),
            Problem::ProxyLanguage(language) => (
                format!(
                    "the proxy {entrypoint} is JavaScript and the framework is of the language {language}: the platform refuses a project with two"
                ),
                "delete `proxy`, or the framework".to_owned(),
            ),
            _ => continue,
        };
        is_told = true;
        let label = Label::at(document, &path, Part::Value, "");
        let finding = Finding::new(RULE.id, super::severity(found), label, message + super::unless(found));
        let meant = nearest(project.files(), entrypoint).filter(|_| found.problem == Problem::ProxyNotFound);
        let edit = meant.and_then(|meant| Some((insert::set(document, &path, &meant.into())?, meant)));
        findings.push(finding.help(help).data(json!({ "code": found.problem.code() })).fix(edit.map(
            |(edit, meant)| Fix {
                title: format!("Use \"{meant}\""),
                applicability: Applicability::Unsafe,
                edits: vec![edit],
            },
        )));
    }
}

fn not_found(analysis: &Analysis<'_>, entrypoint: &str) -> (String, String) {
    let project = analysis.project();
    let message =
        format!("no uploaded file is called {entrypoint}, and the platform refuses a `proxy` without its file");
    let help = if project.has_file(entrypoint) {
        let by = project.upload().file().and_then(|file| file.file_name()).unwrap_or("the platform's own list");
        format!("{entrypoint} is there, but {by} keeps it from being uploaded")
    } else {
        match nearest(project.files(), entrypoint) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "write the path of the file from the root of the project".to_owned(),
        }
    };
    (message, help)
}

fn nearest<'f>(files: &'f [String], entrypoint: &str) -> Option<&'f str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let able = || files.iter().map(String::as_str).filter(|file| !config::proxy::is_refused(file));
    let mut same = able().filter(|file| name(file) == name(entrypoint));
    match (same.next(), same.next()) {
        (Some(one), None) => Some(one),
        (Some(_), Some(_)) => None,
        (None, _) => similar::closest(entrypoint, able().take(1_000)),
    }
}
