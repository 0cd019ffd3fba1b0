//! `engine/version-disagrees`: the Prisma CLI and the client package are of different releases.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use crate::analysis::Analysis;
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::platform::package_managers::PackageManager;
use crate::platform::prisma_pairs::{Pairing, WITH_FILES, pairing};
use crate::project::version::{self, Disagreement, PrismaVersion};
use crate::project::{Generates, PackageJson, Project};
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
    let pairing = pairing(minor(&found.cli.version), minor(&found.client.version));
    if !found.is_certain || project.runs().fetches_cli() || !takes_files(project) {
        return (Severity::Warning, UNTOLD);
    }
    let certain = if matches!(project.generates(), Generates::Script(_)) { Severity::Error } else { Severity::Warning };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

    const SCHEMA: &str = "generator client {\n  provider = \"prisma-client-js\"\n}\ndatasource db {\n  provider = \"postgresql\"\n  url = env(\"A\")\n}\n";

    fn severities(ranges: [&str; 2], script: &str, is_locked: bool) -> Vec<Severity> {
        let [client, cli] = ranges;
        let package = format!(
            r#"{{"dependencies": {{"@prisma/client": "{client}"}}, "devDependencies": {{"prisma": "{cli}"}}, "scripts": {{"postinstall": "{script}"}}}}"#
        );
        let mut fs = MemoryFs::new()
            .with("/p/package.json", package)
            .with("/p/api/a.js", "require('@prisma/client')")
            .with("/p/prisma/schema.prisma", SCHEMA)
            .with("/p/node_modules/@prisma/client/package.json", r#"{"version": "5.22.0"}"#)
            .with("/p/node_modules/prisma/package.json", r#"{"version": "6.19.0"}"#);
        if is_locked {
            let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/@prisma/client": {"version": "5.22.0"}, "node_modules/prisma": {"version": "6.19.0"}}}"#;
            fs = fs.with("/p/package-lock.json", lock);
        }
        let mut findings = Vec::new();
        check(&Analysis::new(Project::new(&fs, "/p".into(), "/p".into(), None, Platform::Vercel)), &mut findings);
        findings.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn an_error_is_what_the_build_machine_installs_and_runs() {
        for (ranges, script, is_locked, expected) in [
            (["5.22.0", "6.19.0"], "prisma generate", true, Severity::Error),
            (["^5.1.0", "^6.1.0"], "prisma generate", false, Severity::Error),
            // What is installed here is older than package.json, and will not be installed there.
            (["^6.19.0", "^6.19.0"], "prisma generate", false, Severity::Warning),
            (["5.22.0", "6.19.0"], "npx prisma@5.22.0 generate", true, Severity::Warning),
        ] {
            assert_eq!(severities(ranges, script, is_locked), [expected], "{ranges:?} {script}");
        }
    }
}
