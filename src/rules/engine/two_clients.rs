//! `engine/two-clients`: generate writes beside one copy of @prisma/client, and the function imports another.

use camino::{Utf8Path, Utf8PathBuf};

use crate::analysis::{Analysis, ImportSite};
use crate::platform::Platform;
use crate::project::{Project, generate, version};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/two-clients",
    summary: "generate writes beside one copy of @prisma/client, and the function imports another",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("two_clients.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(schema) = project.schemas().first() else { return };
    // At an output of its own the client is one, wherever packages lie.
    if schema.generators().iter().any(|generator| generator.text("output").is_some()) {
        return;
    }
    let Some(generating) = package_folder(project, schema.folder()) else { return };
    let sites =
        analysis.functions().filter_map(|view| view.prisma()).filter(|prisma| prisma.package == Some("@prisma/client"));
    let found = sites.flat_map(|prisma| &prisma.imports).find_map(|site| {
        let importing = package_folder(project, site.file.parent()?)?;
        let is_apart = site.specifier == "@prisma/client"
            && importing != generating
            && !generate::has_schema(project, &importing)
            && version::are_two_copies(project, &importing, &generating);
        is_apart.then_some((site, importing))
    });
    if let Some((site, importing)) = found {
        findings.push(finding(analysis, site, schema.document().file(), [&importing, &generating]));
    }
}

fn finding(
    analysis: &Analysis<'_>,
    site: &ImportSite,
    schema: &Utf8Path,
    [importing, generating]: [&Utf8Path; 2],
) -> Finding {
    let project = analysis.project();
    let name = |folder: &Utf8Path| match project.relative(folder) {
        folder if folder.is_empty() => "this package".to_owned(),
        folder => folder,
    };
    let lock = project.lock().and_then(|lock| lock.file.file_name()).unwrap_or("the lock file");
    let message = format!(
        "{lock} installs two copies of @prisma/client. The client is generated beside the one of {}, where the schema is, but this import gets the one \
         of {}, which nothing generates: it fails at start, unless something else generates there too",
        name(generating),
        name(importing),
    );
    let help = "ask for the same version of @prisma/client and of prisma in both packages; or give the generator an `output` and import that";
    Finding::new(RULE.id, Severity::Warning, places::of_import(analysis, site, ""), message)
        .help(help)
        .related(Label::file(schema))
}

/// The folder of the package that holds `folder`.
fn package_folder(project: &Project<'_>, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let package = project.package_of(&project.relative(folder))?;
    Some(package.document().file().parent()?.to_owned())
}
