//! `builder/canary`: a builder of today asked for by its old tag `canary`.

use crate::analysis::Analysis;
use crate::document::{Applicability, Fix, Part, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::platform::builders::{Builder, PackageKind};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/canary",
    summary: "a builder is asked for by the tag `canary`, which npm no longer has",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Always,
    page: include_str!("canary.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    for build in config.builds() {
        let Some(builder) = build.uses.map(BuilderUse::parse) else { continue };
        let Some(known) = builder.builder().filter(|known| is_installed(known)) else { continue };
        if builder.tag() != Some("canary") {
            continue;
        }
        let path = build.path.key("use");
        let message = format!(
            "npm has no {} under the tag canary any more (November 2026): a command line that installs builders stops, and \
             one that brings its own takes no notice of the tag",
            known.name
        );
        let label = Label::at(config.document(), &path, Part::Value, "no such tag");
        findings.push(
            Finding::new(RULE.id, Severity::Warning, label, message)
                .help(format!(
                    "write \"{}\": that is the released builder, in the version of the command line",
                    known.name
                ))
                .fix(insert::set(config.document(), &path, &known.name.into()).map(|edit| Fix {
                    title: format!("Use \"{}\"", known.name),
                    applicability: Applicability::Unsafe,
                    edits: vec![edit],
                })),
        );
    }
}

/// Whether npm is asked for it. The command line serves static files itself; of the builders of Now 2.0, and of libraries, `builder/retired` tells.
fn is_installed(builder: &Builder) -> bool {
    builder.platform == Platform::Vercel && builder.kind != PackageKind::Library && builder.base() != "static"
}
