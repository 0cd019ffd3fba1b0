//! `config/now-json-refused`: today's CLI does not deploy a folder with a now.json.

use crate::analysis::Analysis;
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/now-json-refused",
    summary: "today's CLI refuses a folder with a now.json (since 2026-05-06)",
    severity: Severity::Info,
    platforms: &[Platform::Now],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("now_json_refused.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config().filter(|config| config.name() == "now.json") else { return };
    let message = "judged as Now 2.0 was: the vercel CLI of today refuses any folder with a now.json (DEPRECATED_NOW_JSON, since 2026-05-06)";
    let finding = Finding::new(
        RULE.id,
        Severity::Info,
        Label::at(config.document(), &Path::root(), Part::Value, ""),
        message,
    )
    .help(
        "`nowcheck migrate` makes a vercel.json of it; `nowcheck explain config/now-json-refused` tells what changes",
    );
    findings.push(finding);
}
