//! `builder/typo`: the `use` of a build is no official builder, but nearly one.

use crate::analysis::Analysis;
use crate::document::{Applicability, Fix, Part, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/typo",
    summary: "a builder's name is misspelt",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Always,
    page: include_str!("typo.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for build in config.builds() {
        let Some(builder) = build.uses.map(BuilderUse::parse).filter(|builder| builder.builder().is_none()) else {
            continue;
        };
        let Some(meant) = builder.nearest() else { continue };
        let path = build.path.key("use");
        // The official scopes hold nothing else, so the install fails. Today's validator does not look at names.
        let is_official = matches!(builder.scope(), Some("now" | "vercel"));
        let severity =
            if is_official && project.platform() == Platform::Now { Severity::Error } else { Severity::Warning };
        let version = builder.text.get(1..).and_then(|rest| rest.find('@').map(|at| &rest[at..])).unwrap_or_default();
        let right = format!("{meant}{version}");
        let message = format!("there is no builder \"{}\": the build cannot install it", builder.text);
        let finding =
            Finding::new(RULE.id, severity, Label::at(config.document(), &path, Part::Value, "misspelt"), message)
                .help(format!("did you mean \"{right}\"?"))
                .fix(insert::set(config.document(), &path, &right.as_str().into()).map(|edit| Fix {
                    title: format!("Use \"{right}\""),
                    applicability: if is_official { Applicability::Safe } else { Applicability::Unsafe },
                    edits: vec![edit],
                }));
        findings.push(finding);
    }
}
