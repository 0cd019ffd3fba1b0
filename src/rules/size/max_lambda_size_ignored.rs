//! `size/max-lambda-size-ignored`: `maxLambdaSize` has no effect.

use crate::analysis::Analysis;
use crate::document::{Applicability, Fix, Part, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::platform::limits;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "size/max-lambda-size-ignored",
    summary: "maxLambdaSize has no effect here",
    severity: Severity::Info,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Always,
    page: include_str!("max_lambda_size_ignored.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for build in config.builds().iter().filter(|build| build.option("maxLambdaSize").is_some()) {
        let builder = build.uses.map(BuilderUse::parse);
        let (message, help) = match project.platform() {
            Platform::Vercel => (
                "maxLambdaSize has no effect since 2019-07-12: the platform allows 250 MB unzipped (262,144,000 bytes)"
                    .to_owned(),
                "delete it",
            ),
            _ if builder.as_ref().is_some_and(limits::has_fixed_limit) => (
                format!(
                    "{} does not read maxLambdaSize: with it every function may have 50 MB zipped",
                    build.uses.unwrap_or_default()
                ),
                "delete it, or keep it for older builders",
            ),
            _ => continue,
        };
        let path = build.option_path("maxLambdaSize");
        let edit = insert::remove(config.document(), &path);
        let finding =
            Finding::new(RULE.id, Severity::Info, Label::at(config.document(), &path, Part::Key, "no effect"), message)
                .help(help)
                .fix(edit.map(|edit| Fix {
                    title: "Delete maxLambdaSize".to_owned(),
                    applicability: Applicability::Unsafe,
                    edits: vec![edit],
                }));
        findings.push(finding);
    }
}
