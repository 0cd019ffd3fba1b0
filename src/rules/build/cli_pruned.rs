//! `build/cli-pruned`: a script calls the Prisma CLI, and the install leaves it out.

use crate::analysis::Analysis;
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::project::{PackageJson, Project, generate, install};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "build/cli-pruned",
    summary: "a script calls the Prisma CLI, which the install leaves out as a development dependency",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("cli_pruned.md"),
    check,
};

const CLIS: [&str; 3] = ["prisma", "@prisma/cli", "prisma2"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(why) = install::drops_dev_dependencies(project) else { return };
    if project.prebuilt().is_some() {
        return;
    }
    let calls = generate::cli_calls(project);
    let found = calls.iter().find_map(|(name, file)| {
        let package = project.package_in(file.parent()?)?;
        Some((name, only_in_dev(project, &package)?, package))
    });
    let Some((name, cli, package)) = found else { return };
    let message = format!(
        "{name} calls prisma, but {why}: the install leaves out devDependencies, where {cli} is, and the build stops with \"prisma: command not found\""
    );
    let label = Label::at(package.document(), &Path::keys(["devDependencies", cli]), Part::Key, "not installed");
    findings.push(Finding::new(RULE.id, Severity::Error, label, message).help(format!(
        "move {cli} to \"dependencies\", or install devDependencies too, as the platform does by itself"
    )));
}

/// The CLI that a package has as a development dependency, and nothing that is installed has as another.
fn only_in_dev(project: &Project<'_>, package: &PackageJson) -> Option<&'static str> {
    let root = project.package_in(project.lock().map_or(project.root(), |lock| lock.folder()));
    let is_installed = |package: &PackageJson| {
        CLIS.iter().any(|cli| {
            ["dependencies", "optionalDependencies"].iter().any(|group| package.text(&[group, cli]).is_some())
        })
    };
    if is_installed(package) || root.as_deref().is_some_and(is_installed) {
        return None;
    }
    CLIS.into_iter().find(|cli| package.text(&["devDependencies", cli]).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::project::Config;

    #[test]
    fn only_what_runs_for_certain_stops_the_build() {
        const CONFIG: &str = r#"{"installCommand": "npm ci --omit=dev"}"#;
        let package =
            |scripts: &str| format!(r#"{{"devDependencies": {{"prisma": "6.0.0"}}, "scripts": {{{scripts}}}}}"#);
        let calls = package(r#""build": "prisma generate""#);
        let installs = package(r#""postinstall": "prisma generate""#);
        let workspace = r#"{"workspaces": ["packages/*"]}"#.to_owned();
        let replaced = package(r#""build": "prisma generate", "vercel-build": "tsc""#);
        let plain = "{}".to_owned();
        for (files, found) in [
            (vec![("package.json", &calls)], true),
            (vec![("package.json", &installs)], true),
            (vec![("package.json", &replaced)], false),
            (vec![("package.json", &plain), ("tools/package.json", &installs)], false),
            (vec![("package.json", &workspace), ("packages/db/package.json", &calls)], false),
            (vec![("package.json", &workspace), ("packages/db/package.json", &installs)], true),
        ] {
            let fs =
                files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(&format!("/p/{path}"), text.as_str()));
            let config = Config::new(Document::json("/p/vercel.json", CONFIG));
            let project = Project::new(&fs, "/p".into(), "/p".into(), Some(config), Platform::Vercel);
            let mut findings = Vec::new();
            check(&Analysis::new(project), &mut findings);
            assert_eq!(!findings.is_empty(), found, "{files:?}");
        }
    }
}
