//! `config/conflicting-files`: several configs lie in one folder.

use super::config_label;
use crate::analysis::Analysis;
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/conflicting-files",
    summary: "several configs lie in one folder, so the platform refuses the deploy",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("conflicting_files.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let names = project.config_files();
    let (old, new): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| **name == "now.json");
    let Some(label) = config_label(analysis, "judged").filter(|_| old.len() + new.len() > 1 && !new.is_empty()) else {
        return;
    };
    let judged = label.file.file_name().unwrap_or("the config").to_owned();
    let (message, help) = if old.is_empty() {
        let message = format!(
            "{} lie in one folder: the platform takes one config only and refuses the deploy (CONFLICTING_CONFIG_FILES)",
            listed(&new)
        );
        (message, "keep one of them and delete the others".to_owned())
    } else {
        let message = format!(
            "now.json lies beside {}: today's command line refuses any folder with a now.json (DEPRECATED_NOW_JSON)",
            listed(&new)
        );
        let help = match new.as_slice() {
            [_] => "delete now.json".to_owned(),
            more => format!("delete now.json, and keep one of {}", listed(more)),
        };
        (message, help)
    };
    findings
        .push(Finding::new(RULE.id, Severity::Error, label, message).help(format!("{help}; {judged} is judged here")));
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
