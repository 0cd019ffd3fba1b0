//! `engine/schema-not-bundled`: the client reads its copy of the schema when it starts, and the function is shipped without it.

use super::not_bundled::include;
use crate::analysis::{Analysis, EngineNeed, Shipped};
use crate::platform::Platform;
use crate::project::Origin;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/schema-not-bundled",
    summary: "the function is shipped without the schema.prisma that its client reads",
    severity: Severity::Error,
    // What builders of Now 2.0 do with it was not measured.
    platforms: &[Platform::Vercel, Platform::Netlify, Platform::Lambda],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("schema_not_bundled.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.functions() {
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        let Some((path, shipped)) = view.lost_schema() else { continue };
        // The same setting takes the engine away: that is the finding, and its fix brings back both.
        if view.lost_engine().is_some_and(|engine| matches!(engine, Shipped::Excluded(_))) {
            continue;
        }
        let entry = &view.function().entrypoint;
        let is_certain = !matches!(prisma.origin, Origin::Unknown(_));
        let fails = if is_certain { "it stops when it starts" } else { "it may stop when it starts" };
        let reason = match shipped {
            Shipped::Excluded(_) => format!("`excludeFiles` takes {path} out of {entry}"),
            _ if prisma.is_prebuilt => format!("the build of {entry} left {path} out"),
            _ if analysis.project().has_file(&path) && !analysis.project().upload().includes(&path) => {
                let ignore =
                    analysis.project().upload().file().and_then(|file| file.file_name()).unwrap_or("the platform");
                format!("{ignore} keeps {path} from being uploaded")
            }
            _ if analysis.project().has_file(&path) => format!("nothing in {entry} leads to {path}"),
            _ => format!("{path} is not there"),
        };
        let version = prisma.version.as_ref().map(|version| format!(" of Prisma {version}")).unwrap_or_default();
        let message = format!("{reason}, but the client{version} needs this copy of the schema: {fails}");
        let severity = if is_certain { Severity::Error } else { Severity::Warning };
        let (help, fix) = match &shipped {
            Shipped::Excluded(path) => (
                "take schema.prisma out of `excludeFiles`; what `includeFiles` names stays in, whatever `excludeFiles` says",
                include(analysis, view, path),
            ),
            _ => ("ship the whole folder of the client as generate wrote it, or name the file in `includeFiles`", None),
        };
        let label =
            places::of_function(analysis, view, &super::not_bundled::settings(analysis, view, "excludeFiles"), "");
        findings.push(Finding::new(RULE.id, severity, label, message).help(help).fix(fix));
    }
}
