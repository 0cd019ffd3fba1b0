//! `engine/version-disagrees`: the Prisma CLI and the client package are of different releases.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use crate::analysis::Analysis;
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::platform::package_managers::PackageManager;
use crate::platform::prisma_pairs::{Pairing, WITH_FILES, pairing};
use crate::project::generate::{self, Generates};
use crate::project::version::{self, Disagreement, PrismaVersion, Source};
use crate::project::{PackageJson, Project};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/version-disagrees",
    summary: "the Prisma CLI and @prisma/client are of different versions",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("version_disagrees.md"),
    check,
};

const CLIENT: &str = "@prisma/client";

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let files = using(analysis);
    if files.is_empty() {
        return;
    }
    for found in version::disagreements(project).iter().filter(|found| files.contains(&found.file)) {
        // Not every release has both: 7.10.1 has no client.
        if minor(&found.cli.version) == minor(&found.client.version) {
            continue;
        }
        let Some(package) = found.file.parent().and_then(|folder| project.package_in(folder)) else { continue };
        let (severity, what) = consequence(project, found);
        let message = format!(
            "{} is {} ({}), but {CLIENT} is {} ({}): {what}",
            found.cli_package,
            found.cli.version,
            found.cli.reason(project),
            found.client.version,
            found.client.reason(project),
        );
        let mut finding = Finding::new(RULE.id, severity, at(&package, CLIENT, ""), message).help(help(project, found));
        let cli = found.cli_file.parent().and_then(|folder| project.package_in(folder));
        if let Some(cli) = cli {
            finding = finding.related(at(&cli, found.cli_package, "what generates"));
        }
        findings.push(finding);
    }
}

/// The package.json files of the code that imports the client, and of the schema.
fn using(analysis: &Analysis<'_>) -> BTreeSet<Utf8PathBuf> {
    let project = analysis.project();
    let imports = analysis.functions().filter_map(|view| view.prisma()).flat_map(|prisma| &prisma.imports);
    let mut folders: Vec<_> = imports.filter_map(|site| site.file.parent()).collect();
    if !folders.is_empty() {
        folders.extend(project.schemas().iter().map(|schema| schema.folder()));
    }
    let packages = folders.into_iter().filter_map(|folder| project.package_of(&project.relative(folder)));
    packages.map(|package| package.document().file().to_owned()).collect()
}

fn minor(version: &PrismaVersion) -> (u64, u64) {
    (version.semantic().major(), version.semantic().minor())
}

/// How bad it is, and what comes of it.
fn consequence(project: &Project<'_>, found: &Disagreement) -> (Severity, &'static str) {
    const UNTOLD: &str = "Prisma asks for the same version of both, and what one generates may not fit the other";
    let is_exact = [&found.cli, &found.client].iter().all(|told| !matches!(told.source, Source::Ranged(..)));
    let pairing = pairing(minor(&found.cli.version), minor(&found.client.version));
    if !is_exact || !takes_files(project) {
        return (Severity::Warning, UNTOLD);
    }
    let certain =
        if matches!(generate::generates(project), Generates::Script(_)) { Severity::Error } else { Severity::Warning };
    match pairing {
        Pairing::GenerateFails => (
            certain,
            "generate stops, because it takes files out of that package which it does not have, and the build with it",
        ),
        Pairing::ClientThrows => (certain, "the client that comes of it throws as soon as it is constructed"),
        Pairing::Generates | Pairing::Unknown => (Severity::Warning, UNTOLD),
    }
}

/// Whether the generator is the one, and the database one of those, for which it was tried what comes of different versions.
fn takes_files(project: &Project<'_>) -> bool {
    project.schemas().first().is_some_and(|schema| {
        let is_js = schema.generators().iter().all(|generator| generator.provider == "prisma-client-js");
        let mut providers = schema.datasources().into_iter().filter_map(|datasource| datasource.provider());
        is_js && providers.any(|name| WITH_FILES.contains(&name))
    })
}

fn help(project: &Project<'_>, found: &Disagreement) -> String {
    let add = match project.lock().map_or(PackageManager::Npm, |lock| lock.manager) {
        PackageManager::Npm => "npm install",
        PackageManager::Yarn => "yarn add",
        PackageManager::Pnpm => "pnpm add",
        PackageManager::Bun => "bun add",
    };
    let (major, minor) = std::cmp::max(minor(&found.cli.version), minor(&found.client.version));
    let cli = found.cli_package;
    format!("install both at one version: {add} {CLIENT}@{major}.{minor} and {add} -D {cli}@{major}.{minor}")
}

/// The range of a dependency.
fn at(package: &PackageJson, name: &str, text: &str) -> Label {
    let groups = ["dependencies", "devDependencies", "optionalDependencies"];
    let group = groups.into_iter().find(|group| package.text(&[group, name]).is_some()).unwrap_or(groups[0]);
    Label::at(package.document(), &Path::keys([group, name]), Part::Value, text)
}
