//! `engine/wrong-target`: there is an engine, but not the one that the runtime looks for.

use serde_json::json;

use crate::analysis::{Analysis, EngineNeed, FunctionView, PrismaUse};
use crate::base::{Span, style};
use crate::document::{Applicability, Document, Edit, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::prisma_names::{Age, Standing, standing};
use crate::platform::runtimes::NeededTarget;
use crate::platform::targets::NATIVE;
use crate::project::schema::Targets;
use crate::project::version::PrismaVersion;
use crate::project::{Generator, Origin, Schema};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/wrong-target",
    summary: "the query engine is not the one that the function's runtime looks for",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("wrong_target.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let mut told: Vec<String> = Vec::new();
    for view in analysis.functions() {
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        // Where this version has no such engine, that is the finding: `engine/target-too-new`.
        let Some(needed) = prisma.needed.as_ref().filter(|needed| needed.since.is_none()) else { continue };
        let finding = match prisma.origin {
            Origin::Remote(_) => by_schema(view, needed),
            Origin::Local(_) => by_files(prisma, needed),
            Origin::Unknown(_) => None,
        };
        // Functions that share a client or a schema share the finding.
        if let Some(finding) = finding.filter(|finding| !told.contains(&finding.message)) {
            told.push(finding.message.clone());
            findings.push(finding);
        }
    }
}

/// Whether generate stops at a name of the list.
fn is_refused(analysis: &Analysis<'_>, name: &str) -> bool {
    let version = PrismaVersion::of(analysis.project()).and_then(|version| Age::of(&version.to_string()));
    let is_path = name.contains(['/', '\\']);
    name != NATIVE && !is_path && !matches!(standing(name, version), Standing::Known(_) | Standing::TooNew(_))
}

fn severity(needed: &NeededTarget) -> Severity {
    if needed.certain { Severity::Error } else { Severity::Warning }
}

/// The client is made on the build machine: the schema's list decides.
fn by_schema(view: FunctionView<'_, '_>, needed: &NeededTarget) -> Option<Finding> {
    let (schema, generator) = view.generator()?;
    let listed = match generator.targets() {
        Targets::Default => vec![NATIVE.to_owned()],
        Targets::Listed(listed) => listed,
        // The list is known on the build machine alone.
        Targets::Environment(_) => return None,
    };
    // Then nothing is generated at all: `engine/unknown-target` and `engine/old-names` say so, and write what is missing.
    if listed.iter().any(|name| is_refused(view.analysis(), name)) {
        return None;
    }
    let missing: Vec<&str> =
        needed.names.iter().copied().filter(|name| !listed.iter().any(|target| target == name)).collect();
    let is_native = listed.is_empty() || listed.iter().any(|target| target == NATIVE);
    // `native` is the target of the build image, which is the function's wherever that is known for certain.
    let has_one = if needed.certain { is_native } else { missing.len() < needed.names.len() };
    if missing.is_empty() || has_one {
        return None;
    }
    let label = Label::at(schema.document(), &generator.targets_path(), Part::Value, "");
    let shown = listed.iter().map(|target| format!("\"{target}\"")).collect::<Vec<_>>().join(", ");
    let message = format!(
        "the client is generated for {shown}, but the function looks for \"{}\": the first query {} ({})",
        needed.names.join("\" or \""),
        if needed.certain { "fails" } else { "may fail" },
        needed.why
    );
    let help = format!(
        "add {} to the list",
        missing.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" and ")
    );
    Some(
        Finding::new(RULE.id, severity(needed), label, message)
            .help(help)
            .fix(add_targets(schema, &generator, &missing)),
    )
}

/// Appends to the list, in the style of the list; writes the list where there is none.
fn add_targets(schema: &Schema, generator: &Generator<'_>, missing: &[&str]) -> Option<Fix> {
    let document = schema.document();
    let edit = match generator.targets_key() {
        Some(key) => append(document, &generator.path.key(key), missing)?,
        None => write_list(document, &generator.path, missing)?,
    };
    let key = generator.targets_key().unwrap_or("binaryTargets");
    let title = format!("Add {} to {key}", missing.join(", "));
    Some(Fix { title, applicability: Applicability::Safe, edits: vec![edit] })
}

fn list<'t>(targets: impl IntoIterator<Item = &'t str>) -> String {
    let quoted: Vec<String> = targets.into_iter().map(|target| format!("\"{target}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

fn append(document: &Document, path: &Path, missing: &[&str]) -> Option<Edit> {
    let node = document.get(path)?;
    if !node.is_array() {
        let all = std::iter::once(node.as_str()?).chain(missing.iter().copied());
        return Some(Edit { file: document.file().to_owned(), span: node.span(), text: list(all) });
    }
    let first = insert::add_to_array(document, path, &json!(missing.first()?))?;
    Some(missing.iter().skip(1).fold(first, |edit, name| Edit { text: format!("{}, \"{name}\"", edit.text), ..edit }))
}

/// A line of its own below the provider, its `=` below the provider's where that one is padded.
fn write_list(document: &Document, generator: &Path, missing: &[&str]) -> Option<Edit> {
    let (text, path) = (document.text(), generator.key("provider"));
    let (key, value) = (document.span(&path, Part::Key), document.span(&path, Part::Value));
    let end = value.end + text[value.end..].find(['\n', '\r', '}'])?;
    let (newline, indent) = (style::newline(text), style::indent_at(text, key.start));
    let column = text[key.start..value.start].find('=')?;
    let pad = if column > "provider ".len() { column } else { 0 };
    let targets = list(std::iter::once(NATIVE).chain(missing.iter().copied()));
    let line = format!("{newline}{indent}{:<pad$} = {targets}", "binaryTargets", pad = pad.saturating_sub(1));
    Some(Edit { file: document.file().to_owned(), span: Span::at(end), text: line })
}

/// The client is shipped as it lies here: its engine files decide.
fn by_files(prisma: &PrismaUse, needed: &NeededTarget) -> Option<Finding> {
    let first = prisma.engines.first()?;
    if prisma.engines.iter().any(|engine| needed.accepts(&engine.name.target_name)) {
        return None;
    }
    let found: Vec<&str> = prisma.engines.iter().map(|engine| engine.name.target_name.as_str()).collect();
    let message = format!(
        "the client is shipped with the query engine for {}, but the function looks for \"{}\": the first query {} ({})",
        found.join(", "),
        needed.names.join("\" or \""),
        if needed.certain { "fails" } else { "may fail" },
        needed.why
    );
    let help = format!(
        "add \"{}\" to the targets of the generator, generate again, and commit the engine",
        needed.names.join("\", \"")
    );
    Some(Finding::new(RULE.id, severity(needed), Label::file(&first.path), message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn fixed(text: &str, missing: &[&str]) -> String {
        let schema = Schema::new(Document::prisma("schema.prisma", text));
        let fix = add_targets(&schema, &schema.generators()[0], missing).unwrap();
        crate::document::edit::apply_checked(schema.document(), &fix.edits).unwrap().text().to_owned()
    }

    #[test]
    fn targets_are_appended_in_the_style_of_the_list() {
        for (targets, expected) in
            [("[\"darwin\"]", "[\"darwin\", \"a\", \"b\"]"), ("\"darwin\"", "[\"darwin\", \"a\", \"b\"]")]
        {
            let text =
                format!("generator client {{\n  provider = \"prisma-client-js\"\n  binaryTargets = {targets}\n}}\n");
            assert_eq!(fixed(&text, &["a", "b"]), text.replace(targets, expected));
        }
    }

    #[test]
    fn a_list_is_written_below_the_provider() {
        for (provider, expected) in [
            ("  provider = \"prisma-client-js\"", "  binaryTargets = [\"native\", \"a\"]"),
            ("\tprovider        = \"prisma-client-js\" // js", "\tbinaryTargets   = [\"native\", \"a\"]"),
        ] {
            let text = format!("generator client {{\r\n{provider}\r\n}}\r\n");
            assert_eq!(fixed(&text, &["a"]), format!("generator client {{\r\n{provider}\r\n{expected}\r\n}}\r\n"));
        }
    }
}
