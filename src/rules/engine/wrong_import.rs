//! `engine/wrong-import`: the code imports a generated client from where no generator writes one.

use camino::{Utf8Path, Utf8PathBuf};

use crate::analysis::{Analysis, FunctionView};
use crate::base::{Span, paths};
use crate::document::Part;
use crate::platform::Platform;
use crate::project::{Generator, Schema};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/wrong-import",
    summary: "the code imports a generated client from where no generator writes one",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("wrong_import.md"),
    check,
};

/// Files of a client that code imports by name.
const ENTRIES: [&str; 4] = ["client", "index", "default", "edge"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let outputs = outputs(analysis.project().schemas());
    let mut told: Vec<Utf8PathBuf> = Vec::new();
    for view in analysis.functions().filter(|_| !outputs.is_empty()) {
        for (file, span, imported) in missing(view) {
            let meant = outputs.iter().find(|(_, _, output)| is_meant(&imported, output));
            let reaches_one = outputs.iter().any(|(_, _, output)| imported.starts_with(output));
            let Some((schema, generator, output)) = meant.filter(|_| !reaches_one && !told.contains(&file)) else {
                continue;
            };
            let project = analysis.project();
            let message = format!(
                "nothing lies at {}, and the generator writes the client to {}: the import fails when the function is built or starts",
                project.relative(&imported),
                project.relative(output),
            );
            let folder = file.parent().unwrap_or(project.root());
            let path = paths::relative(output, folder);
            let path = if path.starts_with('.') { path } else { format!("./{path}") };
            let entry = if generator.provider == "prisma-client" { "/client" } else { "" };
            let label = places::in_source(analysis, &file, span, "");
            let at_output = generator.path.key("output");
            findings.push(
                Finding::new(RULE.id, Severity::Warning, label, message)
                    .help(format!("import \"{path}{entry}\", or change `output` in the schema"))
                    .related(Label::at(schema.document(), &at_output, Part::Value, "the client is written here")),
            );
            told.push(file);
        }
    }
}

/// The generators that say where they write, and where that is.
fn outputs(schemas: &[Schema]) -> Vec<(&Schema, Generator<'_>, Utf8PathBuf)> {
    let all =
        schemas.iter().flat_map(|schema| schema.generators().into_iter().map(move |generator| (schema, generator)));
    all.filter_map(|(schema, generator)| {
        let output = schema.output(&generator)?;
        Some((schema, generator, output))
    })
    .collect()
}

/// The relative imports of a function's own code that lead to no file: who imports, where, and what, without the name of a client's file.
fn missing(view: FunctionView<'_, '_>) -> Vec<(Utf8PathBuf, Span, Utf8PathBuf)> {
    let Some(bundle) = view.bundle() else { return Vec::new() };
    let own = bundle.trace.modules.iter().filter(|(file, _)| !file.contains("node_modules/"));
    own.flat_map(|(file, module)| {
        let file = bundle.base.join(file);
        let imports = module.facts.imports.iter().zip(&module.targets);
        let lost = imports.filter(|(import, targets)| targets.is_empty() && import.specifier.starts_with('.'));
        let lost: Vec<_> = lost
            .filter_map(|(import, _)| Some((file.clone(), import.span, imported(&file, &import.specifier)?)))
            .collect();
        lost
    })
    .collect()
}

fn imported(file: &Utf8Path, specifier: &str) -> Option<Utf8PathBuf> {
    let path = paths::normalize(&file.parent()?.join(specifier));
    let stem = path.file_stem()?;
    let is_entry = ENTRIES.contains(&stem) && path.parent()?.file_name().is_some_and(|name| name != "src");
    Some(if is_entry { path.parent()?.to_owned() } else { path })
}

/// Whether who imports `path` means the client at `output`: both end in the same two names, or one of them is called `generated`.
fn is_meant(path: &Utf8Path, output: &Utf8Path) -> bool {
    let tail =
        |path: &Utf8Path| path.components().rev().take(2).map(|part| part.as_str().to_owned()).collect::<Vec<_>>();
    let (path, output) = (tail(path), tail(output));
    path == output
        || (path.first() == output.first() && path.iter().chain(&output).any(|name| name.contains("generated")))
}
