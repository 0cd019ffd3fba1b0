//! `engine/cli-shipped`: a function ships what only generates and migrates.

use crate::analysis::Analysis;
use crate::base::bytes::human;
use crate::bundle::BundleFile;
use crate::bundle::packages::{package_folder, package_of_folder};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/cli-shipped",
    summary: "a function ships the Prisma CLI or its engines, which only generate and migrate",
    severity: Severity::Info,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE).and(Needs::SIZE),
    fix: FixKind::None,
    page: include_str!("cli_shipped.md"),
    check,
};

/// The CLI in all its names, and the packages that only it uses.
const PACKAGES: [&str; 6] =
    ["prisma", "@prisma/cli", "prisma2", "@prisma/engines", "@prisma/fetch-engine", "@prisma/migrate"];

/// Less than this is a stray file, in bytes.
const LEAST: u64 = 1024 * 1024;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let is_meant = |file: &BundleFile| {
        package_folder(&file.name).is_some_and(|folder| PACKAGES.contains(&package_of_folder(folder)))
    };
    for view in analysis.functions() {
        // The packages of most functions need not be asked for their versions.
        if !view.bundle().is_some_and(|bundle| bundle.files.iter().any(is_meant)) {
            continue;
        }
        let mut shipped = view.packages(false);
        shipped.retain(|package| PACKAGES.iter().any(|name| is_version_of(&package.name, name)));
        let bytes: u64 = shipped.iter().map(|package| package.bytes).sum();
        if bytes < LEAST {
            continue;
        }
        let names = shipped.iter().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ");
        let name = &view.function().entrypoint;
        let message = format!("{name} ships {names} ({}), which no function runs", human(bytes));
        let first = shipped.first().map_or("prisma", |package| package.name.as_str());
        let help =
            format!("`nowcheck size --why {first}` tells what brings it in; `nowcheck size` writes what leaves it out");
        findings.push(
            Finding::new(RULE.id, Severity::Info, places::of_function(analysis, view, &["includeFiles"], ""), message)
                .help(help),
        );
    }
}

/// Whether `shown`, such as `prisma@5.22.0`, is a version of the package.
fn is_version_of(shown: &str, name: &str) -> bool {
    shown.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
}
