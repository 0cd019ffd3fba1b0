//! `functions/pages-api`: functions in `api/` beside those of Next.js.

use serde_json::json;

use crate::analysis::Analysis;
use crate::detect::PartKind;
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/pages-api",
    summary: "Node functions lie in `api/` beside a folder `pages/api`, and the platform warns about it",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("pages_api.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let (project, detected) = (analysis.project(), analysis.detected());
    let Some(file) = &detected.pages_api else { return };
    // A middleware is taken for a function only while the framework is unknown, which it is not in a build.
    let mut functions = detected.made().iter().filter(|part| part.kind == PartKind::Function);
    let Some(function) = functions.find(|part| part.is_official("node")) else { return };
    let is_next = detected.parts.iter().any(|part| part.is_official("next"))
        || project.package().is_some_and(|package| package.dependency("next").is_some());
    let (severity, message, help) = if is_next {
        (
            Severity::Warning,
            format!(
                "{} is a function of the platform and {file} one of Next.js: each has rules of its own, and the platform warns",
                function.src
            ),
            "keep functions in JavaScript and TypeScript in `pages/api`; other languages stay in `api/`",
        )
    } else {
        (
            Severity::Info,
            format!(
                "the platform will warn about {} beside {file}: it takes the folder for one of Next.js",
                function.src
            ),
            "nothing depends on it where the project does not use Next.js",
        )
    };
    let label = Label::file(&project.root().join(&function.src));
    let other = Label::file(&project.root().join(file));
    let finding = Finding::new(RULE.id, severity, label, message).help(help).related(other);
    findings.push(finding.data(json!({ "code": "conflicting_files" })));
}
