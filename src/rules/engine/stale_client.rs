//! `engine/stale-client`: the client that is shipped was generated from another schema than the one here.

use crate::analysis::Analysis;
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::project::{Origin, schema_copy};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/stale-client",
    summary: "the client that is shipped was generated from another schema",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("stale_client.md"),
    check,
};

/// Differences that are named before the rest is counted.
const MOST: usize = 3;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let mut told = Vec::new();
    for prisma in analysis.functions().filter_map(|view| view.prisma()) {
        // What is generated on the platform, or by the build that is deployed, is of the schema that it gets.
        let is_shipped = matches!(prisma.origin, Origin::Local(_)) && !prisma.is_prebuilt;
        let Some(index) = prisma.client.filter(|index| is_shipped && !told.contains(index)) else { continue };
        told.push(index);
        let Some(client) = project.clients().get(index) else { continue };
        let Some((schema, differences)) = schema_copy::of_client(project, client) else { continue };
        let Some(first) = differences.first() else { continue };
        let more = differences.len().saturating_sub(MOST);
        let mut named: Vec<String> = differences.iter().take(MOST).map(|head| format!("`{head}`")).collect();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        let folder = project.relative(&client.folder);
        let message = format!(
            "{folder} is shipped as it lies here, but it was generated from another schema: {} {} not the same. Queries fail where the database goes \
             by the schema of today",
            named.join(", "),
            if differences.len() == 1 { "is" } else { "are" },
        );
        let label = match first.strip_prefix("datasource ") {
            Some(name) => Label::at(schema.document(), &Path::keys(["datasource", name]), Part::Key, ""),
            None => Label::file(schema.document().file()),
        };
        let help =
            format!("run generate and commit {folder}, or let a \"postinstall\" script generate it on the platform");
        findings.push(Finding::new(RULE.id, Severity::Warning, label, message).help(help));
    }
}
