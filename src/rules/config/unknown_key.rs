//! `config/unknown-key`: a top-level key that the platform does not know.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::{Applicability, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::old_keys::v1_key;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/unknown-key",
    summary: "a top-level key that the platform does not know, and ignores or refuses",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("unknown_key.md"),
    check,
};

/// A file that is something else altogether would only repeat itself.
const MOST: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let Some(root) = document.root() else { return };
    let known = analysis.known_keys();
    let unknown =
        root.members().map(|(member, _)| &*member.key).filter(|key| !known.contains(key) && v1_key(key).is_none());
    for key in unknown.take(MOST) {
        let path = Path::root().key(key);
        let label = Label::at(document, &path, Part::Key, "unknown");
        let message = format!(
            "{} does not know the key \"{key}\": the CLI ignores it, the deploy API may refuse it",
            config.name()
        );
        let mut finding = Finding::new(RULE.id, Severity::Warning, label, message);
        if let Some(advice) = elsewhere(key, analysis.project().platform()) {
            finding = finding.help(advice);
        } else if let Some(meant) = similar::closest(key, known.iter().copied()) {
            finding = finding.help(format!("did you mean \"{meant}\"?"));
            if root.member(meant).is_none() {
                let edits = insert::rename_key(document, &path, meant);
                finding = finding.fix(edits.map(|edit| Fix {
                    title: format!("Rename \"{key}\" to \"{meant}\""),
                    applicability: Applicability::Unsafe,
                    edits: vec![edit],
                }));
            }
        } else {
            finding = finding.help("delete it");
        }
        findings.push(finding);
    }
}

/// Where a key belongs that people write at the top level. (Facts: config 1.4.)
fn elsewhere(key: &str, platform: Platform) -> Option<&'static str> {
    Some(match key {
        "maxDuration" | "memory" | "includeFiles" | "excludeFiles" | "runtime" => {
            "it belongs to one function: move it under `functions[\"<glob>\"]`"
        }
        "maxLambdaSize" if platform == Platform::Vercel => "it has no effect since 2019-07-12: delete it",
        "maxLambdaSize" => "it belongs to one build: move it under `builds[].config`",
        "rootDirectory" => "it is a setting of the project, not of this file",
        "nodeVersion" => "set `engines.node` in package.json",
        _ => return None,
    })
}
