//! `config/deprecated-key`: a key that works and has been replaced.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, Value, insert};
use crate::platform::Platform;
use crate::platform::old_keys::{DEPRECATED, Removal};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/deprecated-key",
    summary: "a key that still works and has been replaced",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("deprecated_key.md"),
    check,
};

/// The deprecated name of `services`: another name and nothing else. (Read in the command line 64.0.2.)
const OLD_SERVICES: &str = "experimentalServicesV2";

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let before = findings.len();
    for known in DEPRECATED {
        let path = Path::keys(known.path.iter().copied());
        if !document.get(&path).is_some_and(says_something) {
            continue;
        }
        let message = format!("`{}` is deprecated: {}", known.path.join("."), known.today);
        let fix = match known.removal {
            Removal::Harmless => delete(document, &path, Applicability::Safe),
            Removal::Bold => delete(document, &path, Applicability::Unsafe),
            Removal::AfterWork => None,
        };
        let label = Label::at(document, &path, Part::Key, "");
        // What has to be said elsewhere in the same way is told once.
        let told = findings.iter_mut().skip(before).find(|told| told.help.as_deref() == Some(known.instead));
        if let Some(told) = told.filter(|_| known.removal == Removal::AfterWork) {
            told.related.push(Label { text: "deprecated too".to_owned(), ..label });
            continue;
        }
        let severity = if known.names_the_project { Severity::Warning } else { Severity::Info };
        findings.push(Finding::new(RULE.id, severity, label, message).help(known.instead).fix(fix));
    }
    // Beside `services` the platform refuses it, and that is another finding.
    if config.get(OLD_SERVICES).is_some() && config.get("services").is_none() {
        let path = Path::keys([OLD_SERVICES]);
        let message = format!("`{OLD_SERVICES}` is the old name of `services`, kept for a while");
        let finding =
            Finding::new(RULE.id, Severity::Warning, Label::at(document, &path, Part::Key, "old name"), message)
                .help("write `services`, with the same value");
        let fix = insert::rename_key(document, &path, "services").map(|edit| Fix {
            title: format!("Rename `{OLD_SERVICES}` to `services`"),
            applicability: Applicability::Safe,
            edits: vec![edit],
        });
        findings.push(finding.fix(fix));
    }
}

/// An empty list or object says nothing.
fn says_something(node: Node<'_>) -> bool {
    match node.value() {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

fn delete(document: &Document, path: &Path, applicability: Applicability) -> Option<Fix> {
    let edits = vec![insert::remove(document, path)?];
    Some(Fix { title: format!("Delete `{path}`"), applicability, edits })
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::project::{Config, Project};

    #[test]
    fn what_has_to_be_said_elsewhere_is_told_once() {
        let text =
            r#"{"env": {"A": "1"}, "build": {"env": {"B": "1"}}, "builds": [{"use": "x"}], "name": "x", "alias": "y"}"#;
        let (fs, root) = (MemoryFs::new(), Utf8PathBuf::from("/p"));
        let config = Config::new(Document::json("/p/vercel.json", text));
        let mut findings = Vec::new();
        check(&Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel)), &mut findings);
        let told: Vec<_> = findings.iter().map(|finding| (finding.severity, finding.related.len())).collect();
        assert_eq!(told, [(Severity::Warning, 0), (Severity::Warning, 0), (Severity::Info, 1), (Severity::Info, 0)]);
    }
}
