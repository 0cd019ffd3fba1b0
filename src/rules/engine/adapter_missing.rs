//! `engine/adapter-missing`: a client without a query engine is made without a driver adapter, so its constructor throws.

use camino::Utf8Path;

use crate::analysis::Analysis;
use crate::bundle::Creation;
use crate::platform::Platform;
use crate::platform::runtimes::ClientEra;
use crate::project::version::{self, PrismaVersion};
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/adapter-missing",
    summary: "a client that has no query engine is made without a driver adapter",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("adapter_missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    if analysis.deployed_client().is_none() {
        return;
    }
    let Some(why) = why(analysis) else { return };
    let clients = analysis.clients();
    for (file, code) in &clients.files {
        if is_of_other_version(analysis, file) {
            continue;
        }
        for creation in code.creations.iter().filter(|creation| lacks_adapter(creation)) {
            let is_prismas = analysis.is_class_of_prisma(file, creation);
            if is_prismas == Some(false) {
                continue;
            }
            let runs = creation.at_load || clients.request(file, &creation.callers).is_some();
            let (severity, when) = if is_prismas.is_some() && clients.is_traced(file) && runs {
                (Severity::Error, "the function fails")
            } else {
                (Severity::Warning, "what uses this client fails")
            };
            let message = format!(
                "{why}, so the client's constructor throws without a driver adapter: none is given here, and {when}"
            );
            let help = "give it the adapter of the database, such as `new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) })` with @prisma/adapter-pg";
            let label = places::in_source(analysis, file, creation.span, "no `adapter`");
            findings.push(Finding::new(RULE.id, severity, label, message).help(help));
        }
    }
}

/// Why the client needs an adapter, in words; none where it does not, or where that is not known. (Tried with 6.19.3 and 7.10.1.)
fn why(analysis: &Analysis<'_>) -> Option<String> {
    let version = analysis.prisma_version()?;
    if version.era() == Some(ClientEra::NoEngine) {
        return Some(format!("Prisma {version} has no query engine"));
    }
    let schemas = analysis.project().schemas().iter();
    let mut generators = schemas.flat_map(|schema| schema.generators()).peekable();
    let are_clients = generators.peek().is_some()
        // Of several, nobody can tell from here which of them makes the client.
        && generators.all(|generator| generator.text("engineType") == Some("client"));
    (are_clients && version.has_library_engine()).then(|| "the generator's `engineType` is \"client\"".to_owned())
}

/// Whether the package that the file belongs to asks for a Prisma with an engine.
fn is_of_other_version(analysis: &Analysis<'_>, file: &Utf8Path) -> bool {
    let folder = analysis.project().relative(file.parent().unwrap_or(file));
    let package = analysis.project().package_of(&folder);
    let asked = package.as_ref().and_then(|package| version::lowest(package.dependency("@prisma/client")?));
    let needs_none = |era| era == Some(ClientEra::NoEngine);
    let of_project = analysis.prisma_version().map(|version| needs_none(version.era()));
    asked.is_some_and(|asked| Some(needs_none(PrismaVersion::from(asked).era())) != of_project)
}

fn lacks_adapter(creation: &Creation) -> bool {
    creation.class == "PrismaClient" && creation.options.lacks("adapter") && creation.options.lacks("accelerateUrl")
}
