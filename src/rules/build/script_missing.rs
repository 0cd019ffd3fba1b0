//! `build/script-missing`: Now 2.0 finds nothing to build.

use serde_json::json;

use crate::analysis::Analysis;
use crate::detect::Problem;
use crate::document::{Node, Part, Path};
use crate::platform::Platform;
use crate::project::Config;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "build/script-missing",
    summary: "there are no `builds`, no functions and no build script, which Now 2.0 refuses since August 2019",
    severity: Severity::Warning,
    platforms: &[Platform::Now],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("script_missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let problem = analysis.detected().problems.iter().find(|found| found.problem == Problem::MissingBuildScript);
    let (Some(found), Some(package)) = (problem, project.package()) else { return };
    if project.config().is_some_and(is_of_now_1) {
        return;
    }
    // `builder/missing` says what to build.
    if analysis.candidate().is_some_and(|candidate| candidate.prisma().is_some()) {
        return;
    }
    let label = Label::at(package.document(), &Path::keys(["scripts"]), Part::Key, "no `build` here");
    let message = "nothing tells what to deploy: there are no `builds`, no functions in `api/` and no script `build` in package.json. Since August \
                   2019 Now 2.0 refuses that; before, it served the files as they are";
    let help = "add `builds` to the config; or the script \"build\" to package.json; or keep package.json out with .nowignore, to serve the files as they are";
    let finding = Finding::new(RULE.id, Severity::Warning, label, message).help(help);
    findings.push(finding.data(json!({ "code": found.problem.code() })));
}

/// Whether the config is one of Now 1.0, where a `type` says what to deploy.
fn is_of_now_1(config: &Config) -> bool {
    let cloud = config.get("features").and_then(|features| features.get("cloud")?.as_str());
    config.get("type").is_some() || cloud == Some("v1") || config.get("version").and_then(Node::as_f64) == Some(1.0)
}
