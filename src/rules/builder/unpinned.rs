//! `builder/unpinned`: a builder of the community without a version.

use crate::analysis::Analysis;
use crate::document::Part;
use crate::platform::Platform;
use crate::platform::builder_use::{BuilderUse, VersionSpec};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/unpinned",
    summary: "a builder of the community has no version, so the next deploy may be built by another one",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("unpinned.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    for build in config.builds() {
        let Some(builder) = build.uses.map(BuilderUse::parse).filter(is_of_the_community) else { continue };
        let (Some(tag), Some(name)) = (builder.tag(), &builder.name) else { continue };
        let label = Label::at(config.document(), &build.path.key("use"), Part::Value, "no version");
        let message = if builder.version == VersionSpec::None {
            format!(
                "{name} has no version: every deploy installs the newest one, and a new one may build differently or not at all"
            )
        } else {
            format!("the tag {tag} of {name} moves: a deploy of the same files may be built by another version")
        };
        findings.push(Finding::new(RULE.id, Severity::Warning, label, message).help(format!(
            "name the version that you tried: \"{name}@1.2.3\" (`npm view {name} versions` lists them)"
        )));
    }
}

/// Whether it is a package of its own, and no official one misspelt.
fn is_of_the_community(builder: &BuilderUse) -> bool {
    let letters = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~'))
    };
    let is_package = builder.name.as_deref().is_some_and(|name| match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, base)| letters(scope) && letters(base)),
        None => letters(name),
    });
    let is_official = matches!(builder.scope(), Some("now" | "vercel"));
    is_package && !is_official && builder.builder().is_none() && builder.nearest().is_none()
}
