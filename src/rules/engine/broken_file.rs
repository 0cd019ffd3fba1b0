//! `engine/broken-file`: the engine has the right name, and its content is something else.

use crate::analysis::{Analysis, EngineNeed};
use crate::engine::{self, Expectation};
use crate::platform::Platform;
use crate::project::Origin;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/broken-file",
    summary: "an engine file is not what its name says: empty, a download page, or for another platform",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("broken_file.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let mut told = Vec::new();
    for view in analysis.functions() {
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        let (Some(needed), Origin::Local(_)) = (&prisma.needed, &prisma.origin) else { continue };
        let client = prisma.client.and_then(|index| analysis.project().clients().get(index));
        let expectation = Expectation {
            commit: client.and_then(|client| client.engine_version()).map(str::to_owned),
            host: view.runtime().map(|runtime| runtime.os),
            modes_count: cfg!(unix),
        };
        for engine in prisma.engines.iter().filter(|engine| needed.accepts(&engine.name.target_name)) {
            if told.contains(&engine.path) {
                continue;
            }
            told.push(engine.path.clone());
            for problem in engine::problems(&engine.name, &engine.content, &expectation) {
                let severity = match problem.severity() {
                    engine::Severity::Error => Severity::Error,
                    engine::Severity::Warning => Severity::Warning,
                    engine::Severity::Info => Severity::Info,
                };
                findings.push(
                    Finding::new(RULE.id, severity, Label::file(&engine.path), problem.message()).help(problem.help()),
                );
            }
        }
    }
}
