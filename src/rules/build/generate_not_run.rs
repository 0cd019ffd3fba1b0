//! `build/generate-not-run`: nothing that the platform runs generates the client.

use crate::analysis::{Analysis, PrismaUse};
use crate::document::{Applicability, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::presets::{SERVER_PRESETS, SITE_PACKAGES};
use crate::platform::runtimes::ClientEra;
use crate::project::install;
use crate::project::version::PrismaVersion;
use crate::project::{Generates, PackageJson, Project, Schema};
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
    let deployed = analysis.functions().map(|view| (view, Deployed::Surely));
    let candidate = analysis.candidate_if_unbuilt().and_then(|view| Some((view, of_candidate(project)?)));
    let using = deployed.chain(candidate).find_map(|(view, deployed)| Some((view.prisma()?, deployed)));
    let Some((prisma, deployed)) = using else { return };
    let client = prisma.client.and_then(|index| project.clients().get(index)).filter(|client| !client.is_stub());
    let uploaded = client.filter(|client| project.upload().includes(&project.relative(client.index.file())));
    let kept_from_git = uploaded.filter(|client| project.git_ignores(&client.folder));
    if uploaded.is_some() && kept_from_git.is_none() {
        return;
    }
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    // Without `builds` the commands of the project's settings run, which do not lie here.
    let has_settings = project.platform() == Platform::Vercel && builds.is_empty();
    let message = match project.generates() {
        _ if project.prebuilt().is_some() => return,
        Generates::Never(why) => {
            let why = why.as_ref().map_or(String::new(), |why| format!(" ({why})"));
            match kept_from_git {
                Some(client) => format!(
                    "git ignores {}, and no script that the platform runs generates the client{why}: after a deploy from git the function has none",
                    project.relative(&client.folder)
                ),
                None if prisma.package.is_none() => format!(
                    "no script that the platform runs generates the client{why}, and it does not lie here: the function fails when it imports it"
                ),
                None => format!(
                    "node_modules is not uploaded, and no script that the platform runs generates the client{why}: the function starts with a \
                     client that was never generated, and fails"
                ),
            }
        }
        Generates::OwnPostinstall(unsure) if refuses_own_install(analysis, prisma) => {
            let unsure = unsure.as_ref().map_or(String::new(), |why| format!(", if it does at all ({why})"));
            format!(
                "only the install of @prisma/client generates the client{unsure}. The platform keeps node_modules between builds, so Prisma \
                 refuses to start with a client that was generated in this way"
            )
        }
        _ => return,
    };
    let (severity, unless) = match (deployed, has_settings) {
        (Deployed::Perhaps, _) => {
            (Severity::Info, ". Nothing here says that this file is deployed as a server, and then it does not matter")
        }
        (Deployed::Surely, true) => {
            (Severity::Warning, ", unless a command in the project's settings on the platform generates it")
        }
        (Deployed::Surely, false) => (Severity::Error, ""),
    };
    // A deploy from the command line brings what git ignores.
    let severity = if kept_from_git.is_some() { severity.min(Severity::Warning) } else { severity };
    // A package that brings the client may bring the CLI too, and then the client's install script generates.
    let is_brought = prisma.package == Some("@prisma/client") && project.prisma_version().is_none();
    let (severity, unless) = match severity {
        Severity::Error if is_brought => {
            (severity.lower(), ", unless the package that brings it brings the Prisma CLI too")
        }
        _ => (severity, unless),
    };
    let message = format!("{message}{unless}");
    let (command, script) = (command(prisma), script(project));
    let label = match project.package() {
        Some(package) => Label::at(package.document(), &Path::keys(["scripts"]), Part::Key, "no script here generates"),
        None => prisma
            .imports
            .first()
            .map_or_else(|| Label::file(project.root()), |site| places::of_import(analysis, site, "")),
    };
    let mut finding = Finding::new(RULE.id, severity, label, message)
        .help(help(project.package(), &command, script))
        .fix(project.package().and_then(|package| fix(package, &command, script?)));
    if let Some(site) = prisma.imports.first().filter(|_| project.package().is_some()) {
        finding = finding.related(places::of_import(analysis, site, "the client is imported here"));
    }
    findings.push(finding);
}

/// Whether a file runs as a function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deployed {
    Surely,
    Perhaps,
}

/// Whether the entry file of a project in which no function is found becomes one; none where something else is deployed instead.
fn of_candidate(project: &Project<'_>) -> Option<Deployed> {
    if project.config().is_some_and(|config| !config.builds().is_empty()) {
        return None;
    }
    if project.platform() != Platform::Vercel {
        return Some(Deployed::Surely);
    }
    let is_server =
        |slug: &str| matches!(slug, "node" | "bun") || SERVER_PRESETS.iter().any(|preset| preset.slug == slug);
    let depends = |name: &str| project.package().is_some_and(|package| package.dependency(name).is_some());
    match project.config().and_then(|config| config.get("framework")).map(|node| node.as_str()) {
        Some(Some(slug)) => is_server(slug).then_some(Deployed::Surely),
        Some(None) => None,
        // The platform looks for a site first.
        None if SITE_PACKAGES.iter().any(|(package, _)| depends(package)) => None,
        None if SERVER_PRESETS.iter().any(|preset| depends(preset.package)) => Some(Deployed::Surely),
        None => Some(Deployed::Perhaps),
    }
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

/// The script that is to generate: `postinstall`, or the one that builds where no script runs at the install. None where there is no such script either.
fn script(project: &Project<'_>) -> Option<&'static str> {
    if install::all_scripts_blocked(project).is_none() {
        return Some("postinstall");
    }
    let has = |name: &&str| project.package().and_then(|package| package.script(name)).is_some();
    ["vercel-build", "now-build", "build"].into_iter().find(has)
}

fn help(package: Option<&PackageJson>, command: &str, script: Option<&str>) -> String {
    let script = match script {
        Some("postinstall") => format!("add the script \"postinstall\": \"{command}\" to package.json"),
        Some(script) => format!("put \"{command}\" in front of the script \"{script}\""),
        None => format!("run \"{command}\" in `buildCommand`"),
    };
    if package.is_some_and(|package| has_cli(package, command)) {
        return script;
    }
    format!("{script}, and {} to its dependencies", command.split(' ').next().unwrap_or(command))
}

/// Adds the script, or runs generate before what it does already. Only where the CLI is a dependency: else the script would fail.
fn fix(package: &PackageJson, command: &str, name: &str) -> Option<Fix> {
    if !has_cli(package, command) {
        return None;
    }
    let script = match package.script(name) {
        Some(existing) if !existing.trim().is_empty() => format!("{command} && {existing}"),
        _ => command.to_owned(),
    };
    let edit = insert::set(package.document(), &Path::keys(["scripts", name]), &script.as_str().into())?;
    Some(Fix {
        title: format!("Add the script \"{name}\": \"{script}\""),
        applicability: Applicability::Safe,
        edits: vec![edit],
    })
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::project::Config;

    fn severities(config: &str, package: &str, more: &[(&str, &str)]) -> Vec<Severity> {
        let source = "const { PrismaClient } = require('@prisma/client')";
        let mut fs = MemoryFs::new().with("/p/vercel.json", config).with("/p/package.json", package);
        for (file, text) in more.iter().chain(&[("server.js", source)]) {
            fs = fs.with(&format!("/p/{file}"), *text);
        }
        let root = Utf8PathBuf::from("/p");
        let config = Config::new(Document::json("/p/vercel.json", config));
        let mut findings = Vec::new();
        check(&Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel)), &mut findings);
        findings.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn a_file_that_is_not_deployed_needs_no_client() {
        let package = |name: &str| format!(r#"{{"dependencies": {{"{name}": "1", "@prisma/client": "7.0.0"}}}}"#);
        for (config, dependency, expected) in [
            ("{}", "express", &[Severity::Warning][..]),
            (r#"{"framework": "node"}"#, "x", &[Severity::Warning]),
            ("{}", "x", &[Severity::Info]),
            ("{}", "vite", &[]),
            (r#"{"framework": "vite"}"#, "express", &[]),
            (r#"{"framework": null}"#, "express", &[]),
            (r#"{"builds": [{"src": "*.html", "use": "@vercel/static"}]}"#, "express", &[]),
            (r#"{"builds": [{"src": "server.js", "use": "@vercel/node"}]}"#, "x", &[Severity::Error]),
        ] {
            assert_eq!(severities(config, &package(dependency), &[]), expected, "{config} {dependency}");
        }
    }

    fn message(package: &str, more: &[(&str, &str)]) -> Option<(String, Option<String>)> {
        let mut fs = MemoryFs::new().with("/p/package.json", package).with("/p/api/a.js", "require('@prisma/client')");
        for (file, text) in more {
            fs = fs.with(&format!("/p/{file}"), *text);
        }
        let root = Utf8PathBuf::from("/p");
        let mut findings = Vec::new();
        check(&Analysis::new(Project::new(&fs, root.clone(), root, None, Platform::Vercel)), &mut findings);
        findings.pop().map(|finding| (finding.message, finding.help))
    }

    #[test]
    fn what_stops_the_install_script_is_told() {
        let package = |more: &str| {
            format!(
                r#"{{"dependencies": {{"@prisma/client": "6.19.3", "prisma": "6.19.3"}}, "scripts": {{"build": "tsc"}}{more}}}"#
            )
        };
        let pnpm = ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
        let pinned = package(r#", "packageManager": "pnpm@10.4.1""#);
        let (told, help) = message(&pinned, &[pnpm]).unwrap();
        assert!(told.contains("(pnpm 10 does not run the install script of @prisma/client unless it is in"), "{told}");
        assert!(help.unwrap().starts_with("add the script \"postinstall\""));
        // Which pnpm the platform takes depends on the age of the project there.
        let (told, _) = message(&package(""), &[pnpm]).unwrap();
        assert!(told.contains("if it does at all (pnpm 10 does not run"), "{told}");
        assert_eq!(message(&package("").replace("6.19.3", "4.9.0"), &[pnpm]), None);
        let (told, help) = message(&package(""), &[(".npmrc", "ignore-scripts=true\n")]).unwrap();
        assert!(told.contains(".npmrc has ignore-scripts=true"), "{told}");
        assert_eq!(help.as_deref(), Some("put \"prisma generate\" in front of the script \"build\""));
        let (told, _) = message(&package("").replace("6.19.3", "7.0.0"), &[]).unwrap();
        assert!(told.contains("since Prisma 7 the install of @prisma/client generates nothing"), "{told}");
    }

    #[test]
    fn commands_are_followed_to_where_generate_runs() {
        let package = |script: &str| {
            format!(
                r#"{{"workspaces": ["packages/*"], "dependencies": {{"@prisma/client": "7.0.0"}}, "scripts": {{"vercel-build": "{script}", "db:generate": "prisma generate"}}}}"#
            )
        };
        let database =
            ("packages/db/package.json", r#"{"name": "db", "scripts": {"generate": "prisma generate", "lint": "x"}}"#);
        let turbo = ("turbo.json", r#"{"tasks": {"build": {"dependsOn": ["^generate"]}, "lint": {}}}"#);
        for (script, more, found) in [
            ("tsc", vec![], true),
            ("run-s db:* tsc", vec![], false),
            ("concurrently 'npm:db:generate' tsc", vec![], false),
            ("pnpm --filter db generate", vec![database], false),
            ("npm run generate -w db", vec![database], false),
            ("yarn workspace db generate", vec![database], false),
            ("cd packages/db && npm run generate", vec![database], false),
            ("npm run lint -w db", vec![database], true),
            ("turbo run build", vec![database, turbo], false),
            ("turbo run lint", vec![database, turbo], true),
            ("turbo run build", vec![database], false),
            ("vercel deploy --prebuilt", vec![], false),
        ] {
            assert_eq!(message(&package(script), &more).is_some(), found, "{script} {more:?}");
        }
        // What runs before the script that builds, and what takes that script's place.
        let scripts =
            |scripts: &str| format!(r#"{{"dependencies": {{"@prisma/client": "7.0.0"}}, "scripts": {{{scripts}}}}}"#);
        for (text, found) in [
            (r#""build": "tsc", "prebuild": "prisma generate""#, false),
            (r#""build": "tsc && npm run x", "postx": "prisma generate", "x": "true""#, false),
            (r#""build": "prisma generate", "vercel-build": "tsc""#, true),
        ] {
            assert_eq!(message(&scripts(text), &[]).is_some(), found, "{text}");
        }
    }

    #[test]
    fn the_build_of_redwood_generates() {
        let package = r#"{"dependencies": {"@prisma/client": "7.0.0"}}"#;
        let own = [("api/a.js", "require('@prisma/client')")];
        assert_eq!(severities("{}", package, &own), [Severity::Warning]);
        let redwood = [own[0], ("redwood.toml", "")];
        assert_eq!(severities("{}", package, &redwood), []);
        assert_eq!(severities(r#"{"buildCommand": "true"}"#, package, &redwood), [Severity::Warning]);
    }
}
