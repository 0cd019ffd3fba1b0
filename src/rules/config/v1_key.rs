//! `config/v1-key`: a key, or the version, of Now 1.0.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Part, Path, Value, insert};
use crate::platform::Platform;
use crate::platform::old_keys::{Removal, v1_key};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/v1-key",
    summary: "a key of Now 1.0, which later versions of the platform never took",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("v1_key.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let Some(root) = document.root() else { return };
    let old: Vec<_> = super::members_that_count(root).filter_map(|(member, _)| v1_key(&member.key)).collect();
    let at = |key: &str, text: &str| Label::at(document, &Path::keys([key]), Part::Key, text);
    let version = config.get("version").map(|node| node.value());
    if version == Some(&Value::Number(1.0)) {
        let message = "`version` 1 is Now 1.0, which is gone: nothing deploys with it any more";
        let mut finding = Finding::new(RULE.id, Severity::Warning, at("version", ""), message)
            .help("describe the project anew for version 2: what is built by which builder, and which URL leads where");
        for known in old {
            finding = finding.related(at(known.key, known.instead));
        }
        findings.push(finding);
        return;
    }
    let is_known = version.is_none_or(|value| matches!(value, Value::Number(2.0) | Value::Null));
    if !is_known && analysis.project().platform() == Platform::Vercel {
        let message = "the only `version` that the platform knows is the number 2";
        let finding = Finding::new(RULE.id, Severity::Warning, at("version", ""), message);
        findings.push(finding.help("delete it").fix(delete(document, "version", Applicability::Unsafe)));
    }
    for known in old {
        let message = format!(
            "`{}` is a key of Now 1.0 and says nothing any more: the command line ignores it, and the deploy API may refuse it",
            known.key
        );
        let fix =
            (known.removal == Removal::Harmless).then(|| delete(document, known.key, Applicability::Safe)).flatten();
        let finding = Finding::new(RULE.id, Severity::Warning, at(known.key, "Now 1.0"), message);
        findings.push(finding.help(known.instead).fix(fix));
    }
}

fn delete(document: &Document, key: &str, applicability: Applicability) -> Option<Fix> {
    let edits = vec![insert::remove(document, &Path::keys([key]))?];
    Some(Fix { title: format!("Delete `{key}`"), applicability, edits })
}
