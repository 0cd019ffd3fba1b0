//! `build/generate-not-run`: nothing that the platform runs generates the client.

use crate::analysis::{Analysis, PrismaUse};
use crate::document::{Applicability, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::runtimes::ClientEra;
use crate::project::generate::{self, Generates};
use crate::project::version::PrismaVersion;
use crate::project::{PackageJson, Schema};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "build/generate-not-run",
    summary: "nothing that the platform runs generates the Prisma client",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("generate_not_run.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    // One project has one way of generating: the first function that depends on it tells.
    let Some(prisma) = analysis.functions().chain(analysis.candidate_if_unbuilt()).find_map(|view| view.prisma())
    else {
        return;
    };
    let is_shipped = prisma.client.and_then(|index| project.clients().get(index)).is_some_and(|client| {
        !client.is_stub() && project.upload().includes(&format!("{}/index.js", project.relative(&client.folder)))
    });
    if is_shipped {
        return;
    }
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    // Without `builds` the commands of the project's settings run, which do not lie here.
    let has_settings = project.platform() == Platform::Vercel && builds.is_empty();
    let message = match generate::generates(project) {
        Generates::Never => {
            "node_modules is not uploaded, and no script that the platform runs generates the client: the function starts with a client that \
             was never generated, and fails"
        }
        Generates::OwnPostinstall if refuses_own_install(analysis, prisma) => {
            "only the install of @prisma/client generates the client. The platform keeps node_modules between builds, so Prisma refuses to \
             start with a client that was generated in this way"
        }
        _ => return,
    };
    let (severity, unless) = match has_settings {
        true => (Severity::Warning, ", unless a command in the project's settings on the platform generates it"),
        false => (Severity::Error, ""),
    };
    let message = format!("{message}{unless}");
    let command = command(prisma);
    let label = match project.package() {
        Some(package) => Label::at(package.document(), &Path::keys(["scripts"]), Part::Key, "no script here generates"),
        None => prisma
            .imports
            .first()
            .map_or_else(|| Label::file(project.root()), |site| places::of_import(analysis, site, "")),
    };
    let mut finding = Finding::new(RULE.id, severity, label, message)
        .help(help(project.package(), &command))
        .fix(project.package().and_then(|package| fix(package, &command)));
    if let Some(site) = prisma.imports.first().filter(|_| project.package().is_some()) {
        finding = finding.related(places::of_import(analysis, site, "the client is imported here"));
    }
    findings.push(finding);
}

/// Whether the client throws where only its own install generated it: on platforms that keep node_modules, and at its default place alone.
fn refuses_own_install(analysis: &Analysis<'_>, prisma: &PrismaUse) -> bool {
    let project = analysis.project();
    let mut generators = project.schemas().iter().flat_map(Schema::generators);
    project.platform() == Platform::Vercel
        && prisma.version.as_ref().is_some_and(PrismaVersion::refuses_cached_install)
        && !generators.any(|generator| generator.text("output").is_some())
}

/// The command of the era: `prisma2` until the CLI took its name.
fn command(prisma: &PrismaUse) -> String {
    let old = prisma.era == Some(ClientEra::Photon) || prisma.package == Some("@prisma/photon");
    format!("{} generate", if old { "prisma2" } else { "prisma" })
}

fn has_cli(package: &PackageJson, command: &str) -> bool {
    let program = command.split(' ').next().unwrap_or(command);
    package.dependency(program).is_some() || (program == "prisma" && package.dependency("@prisma/cli").is_some())
}

fn help(package: Option<&PackageJson>, command: &str) -> String {
    let script = format!("add the script \"postinstall\": \"{command}\" to package.json");
    if package.is_some_and(|package| has_cli(package, command)) {
        return script;
    }
    format!("{script}, and {} to its dependencies", command.split(' ').next().unwrap_or(command))
}

/// Adds the script, or runs generate before what `postinstall` does already. Only where the CLI is a dependency: else the script would fail.
fn fix(package: &PackageJson, command: &str) -> Option<Fix> {
    if !has_cli(package, command) {
        return None;
    }
    let script = match package.script("postinstall") {
        Some(existing) if !existing.trim().is_empty() => format!("{command} && {existing}"),
        _ => command.to_owned(),
    };
    let edit = insert::set(package.document(), &Path::keys(["scripts", "postinstall"]), &script.as_str().into())?;
    Some(Fix {
        title: format!("Add the script \"postinstall\": \"{script}\""),
        applicability: Applicability::Safe,
        edits: vec![edit],
    })
}
