//! `functions/conflicting-paths`: files whose URLs the platform cannot tell apart.

use serde_json::json;

use crate::analysis::Analysis;
use crate::detect::{Conflict, ConflictKind, Problem, Refusal};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/conflicting-paths",
    summary: "files in `api/` have paths that the platform cannot tell apart",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("conflicting_paths.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let found = analysis.detected().problems.iter().filter_map(|found| {
        let finding = match &found.problem {
            Problem::RepeatedName { file, name } => repeated(analysis, found, file, name),
            Problem::Conflict(conflict) => conflicting(analysis, found, conflict)?,
            _ => return None,
        };
        Some(finding.data(json!({ "code": found.problem.code() })))
    });
    findings.extend(found.take(MOST));
}

fn repeated(analysis: &Analysis<'_>, found: &Refusal, file: &str, name: &str) -> Finding {
    let severity = if is_function(analysis, file) { super::severity(found) } else { Severity::Warning };
    let label = Label::file(&analysis.project().root().join(file));
    let message = format!(
        "{file} has the parameter [{name}] twice in its path, and the platform refuses that{}",
        super::unless(found)
    );
    Finding::new(RULE.id, severity, label, message)
        .help("rename one of them: each parameter of a path has a name of its own")
}

fn conflicting(analysis: &Analysis<'_>, found: &Refusal, conflict: &Conflict) -> Option<Finding> {
    let (first, others) = conflict.files.split_first()?;
    let project = analysis.project();
    let is_ignored = |file: &str| project.git_ignores(&project.root().join(file));
    let kept: Vec<&String> = conflict.files.iter().filter(|file| !is_ignored(file)).collect();
    let stands = kept.len() > 1 && kept.iter().any(|file| is_function(analysis, file));
    let severity = if stands { super::severity(found) } else { Severity::Warning };
    let why = match conflict.kind {
        ConflictKind::SamePath => "have the same path without its ending",
        ConflictKind::Names => "have parameters of different names at the same place of the path",
    };
    let named = match others {
        [other] => format!("{first} and {other}"),
        [other, third] => format!("{first}, {other} and {third}"),
        [other, ..] => format!("{first}, {other} and {} more", conflict.count - 2),
        [] => return None,
    };
    let unsure = if kept.len() < conflict.files.len() && !stands {
        ". Git ignores a part of them, so a deploy from git may lack it"
    } else {
        super::unless(found)
    };
    let message = format!("{named} {why}, and the platform refuses that{unsure}");
    let help = match conflict.kind {
        ConflictKind::Names => "give the parameter the same name in all of them",
        ConflictKind::SamePath if others.iter().any(|file| !is_part(analysis, file)) => {
            "rename one of them. A file that is no function counts as well: move it out of `api/`, or name it in .vercelignore"
        }
        ConflictKind::SamePath => "rename or delete one of them",
    };
    let mut finding = Finding::new(RULE.id, severity, Label::file(&project.root().join(first)), message).help(help);
    for other in others {
        finding = finding.related(Label::file(&project.root().join(other)));
    }
    Some(finding)
}

fn is_part(analysis: &Analysis<'_>, file: &str) -> bool {
    analysis.detected().parts.iter().any(|part| part.src == file)
}

/// Whether it is a function for sure: the platform reads a Python file before it takes it for one.
fn is_function(analysis: &Analysis<'_>, file: &str) -> bool {
    !file.ends_with(".py") && is_part(analysis, file)
}
