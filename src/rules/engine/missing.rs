//! `engine/missing`: a client that is shipped as it lies here has no query engine.

use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::analysis::{Analysis, EngineFile, EngineNeed, PrismaUse};
use crate::base::Span;
use crate::engine::EngineName;
use crate::platform::Platform;
use crate::project::{GeneratedClient, Origin};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/missing",
    summary: "the client that is shipped has no query engine",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let mut told = Vec::new();
    for view in analysis.functions() {
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        // Where this version has no engine that would do, that is the finding: `engine/target-too-new`.
        if prisma.needed.as_ref().is_some_and(|needed| needed.since.is_some()) {
            continue;
        }
        let Some(index) = prisma.client.filter(|index| !told.contains(index)) else { continue };
        let Some(client) = analysis.project().clients().get(index) else { continue };
        let severity = match prisma.origin {
            Origin::Local(_) => Severity::Error,
            Origin::Remote(_) | Origin::Unknown(_) => continue,
        };
        let folder = analysis.project().relative(&client.folder);
        let is_engine = |file: &&Utf8PathBuf| {
            file.file_name().and_then(EngineName::parse).is_some_and(|name| name.kind.serves_queries())
        };
        let is_uploaded = |file: &Utf8PathBuf| analysis.project().upload().includes(&analysis.project().relative(file));
        let mut files = client.engine_files.iter().filter(is_engine).peekable();
        let lies_here = files.peek().is_some();
        // Other folders than its own where the client looks.
        let is_beside = |engine: &Arc<EngineFile>| !client.engine_files.contains(&engine.path);
        let has_file = match prisma.is_prebuilt {
            true => !prisma.engines.is_empty(),
            false => files.any(is_uploaded) || client.has_runtime_prisma || prisma.engines.iter().any(is_beside),
        };
        let entry = &view.function().entrypoint;
        let (message, help) = match has_file {
            false if prisma.is_prebuilt => (
                format!(
                    "{entry} is deployed as it was built, and the build put no query engine in it: the first query fails"
                ),
                format!("{}, and build again", target_words(prisma)),
            ),
            false if lies_here => {
                let ignored =
                    analysis.project().upload().file().and_then(|file| file.file_name()).unwrap_or("the platform");
                (
                    format!(
                        "{folder} is shipped without its query engine, which {ignored} keeps from being uploaded: the first query fails"
                    ),
                    format!("take the engine out of {ignored}"),
                )
            }
            false => (
                format!("{folder} is shipped as it lies here, and it holds no query engine: the first query fails"),
                format!(
                    "{}, generate, and commit the engine file; or let the platform generate: a generator whose `output` is this folder, and a \
                     \"postinstall\" script",
                    target_words(prisma)
                ),
            ),
            // Where one is uploaded, whether it is shipped and found is another question: `engine/not-bundled`.
            true => continue,
        };
        told.push(index);
        findings.push(Finding::new(RULE.id, severity, at_client(client), message).help(help));
    }
}

/// What to write into the generator.
fn target_words(prisma: &PrismaUse) -> String {
    match &prisma.needed {
        Some(needed) if !needed.names.is_empty() => {
            format!("add \"{}\" to the targets of the generator", needed.names.join("\" and \""))
        }
        _ => "add the target of the function to those of the generator".to_owned(),
    }
}

/// Where the client names its engine, else its index file.
fn at_client(client: &GeneratedClient) -> Label {
    let text = client.index.text();
    let named =
        client.annotations().first().and_then(|name| Some(Span::new(text.find(name)?, text.find(name)? + name.len())));
    match named {
        Some(span) => Label::span(&client.index, span, "this engine is not there"),
        None => Label::file(client.index.file()),
    }
}
