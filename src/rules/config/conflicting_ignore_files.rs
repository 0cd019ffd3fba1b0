//! `config/conflicting-ignore-files`: a `.nowignore` beside a `.vercelignore`.

use crate::analysis::Analysis;
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/conflicting-ignore-files",
    summary: "a .nowignore lies beside a .vercelignore, so the platform refuses the deploy",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("conflicting_ignore_files.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let [kept, old] = analysis.project().upload().files() else { return };
    let message = "both .vercelignore and .nowignore hold something: the platform reads one of them only and refuses the deploy (CONFLICTING_IGNORE_FILES)";
    let help = "move the lines of .nowignore that still count into .vercelignore, and delete .nowignore";
    let finding = Finding::new(RULE.id, Severity::Error, Label::file(old), message);
    findings.push(finding.related(Label::file(kept)).help(help));
}
