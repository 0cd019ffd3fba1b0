//! `config/not-judged`: the config is a program, which nowcheck does not run.

use super::config_label;
use crate::analysis::Analysis;
use crate::platform::Platform;
use crate::project::config::COMPILED;
use crate::project::{Freshness, Program};
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/not-judged",
    summary: "the config is a program: what the CLI last made of it is judged, or nothing",
    severity: Severity::Info,
    platforms: &Platform::ALL,
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("not_judged.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(program) = analysis.project().program() else { return };
    let Some(label) = config_label(analysis, "judged") else { return };
    let name = program.file.as_ref().and_then(|file| file.file_name());
    let (message, help) = words(program, name);
    findings.push(Finding::new(RULE.id, Severity::Info, label, message).help(help));
}

fn words(program: &Program, name: Option<&str>) -> (String, String) {
    let Some(name) = name else {
        let message = format!(
            "no config lies here, but {COMPILED} is left of an earlier one: the command line still reads it, and so it is judged"
        );
        return (message, format!("delete {COMPILED} if the project is meant to have no config"));
    };
    let again = format!("run `vercel build`, which writes {COMPILED}, and check again");
    match program.compiled {
        None => (format!("{name} is a program, and nowcheck runs none: the config was not judged"), again),
        Some(Freshness::Older) => (
            format!("judged is {COMPILED}, which was made of {name} before its last change: it may be out of date"),
            again,
        ),
        Some(Freshness::Newer) => (
            format!(
                "{name} is a program, and nowcheck runs none: judged is {COMPILED}, which the command line made of it"
            ),
            format!("what {name} imports may have changed since; {again}"),
        ),
        Some(Freshness::Unknown) => (
            format!("{name} is a program, and nowcheck runs none: judged is {COMPILED}, which may be out of date"),
            again,
        ),
    }
}
