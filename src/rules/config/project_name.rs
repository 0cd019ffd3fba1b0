//! `config/project-name`: a `name` of another form than Now 2.0 documented.

use crate::analysis::Analysis;
use crate::base::secrets::mask_urls;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/project-name",
    summary: "the name of the project has not the form that Now 2.0 documented",
    severity: Severity::Info,
    platforms: &[Platform::Now],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("project_name.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let path = Path::keys(["name"]);
    let Some(name) = config.get("name").and_then(Node::as_str) else { return };
    if super::refused_places(analysis).contains(&path) || is_name(name) {
        return;
    }
    let message = "a project's name has small letters, digits and `-`, as addresses have: what became of another one is not documented";
    let label = Label::at(config.document(), &path, Part::Value, "");
    let finding = Finding::new(RULE.id, Severity::Info, label, message);
    // A new name is no place for the password of a URL.
    let right = plain(&mask_urls(name));
    let fix = insert::set(config.document(), &path, &right.as_str().into()).filter(|_| is_name(&right));
    let help = if is_name(&right) { format!("write \"{right}\"") } else { "choose another one".to_owned() };
    findings.push(finding.help(help).fix(fix.map(|edit| Fix {
        title: format!("Write \"{right}\""),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    })));
}

/// Small letters, digits and `-`, which stands neither at the ends nor twice in a row. (The schema counts them.)
fn is_name(name: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.split('-').all(is_part)
}

/// The same name in that form: all else becomes `-`.
fn plain(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_addresses() {
        for good in ["photon", "2ms", "a-b-1"] {
            assert!(is_name(good), "{good}");
        }
        for (bad, right) in [
            ("@team/api", "team-api"),
            ("Apollo Now", "apollo-now"),
            ("-a--b-", "a-b"),
            ("2ms.studio", "2ms-studio"),
            ("", ""),
        ] {
            assert!(!is_name(bad) && plain(bad) == right, "{bad}");
        }
    }
}
