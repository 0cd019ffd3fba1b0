//! `engine/not-bundled`: the client has its engine, and the function is shipped without it, or with it where nobody looks.

use serde_json::json;

use crate::analysis::{Analysis, EngineNeed, FunctionView, LostInChunks, PrismaUse, Shipped};
use crate::document::{Applicability, Fix, Part, insert};
use crate::platform::Platform;
use crate::platform::next_engines::NotFound;
use crate::project::Origin;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/not-bundled",
    summary: "the function is shipped without the query engine that its client has",
    severity: Severity::Error,
    // On platform now this is `builder/engine-not-traced`, which knows what each builder of that time does.
    platforms: &[Platform::Vercel, Platform::Netlify, Platform::Lambda],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("not_bundled.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.functions() {
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        // Without an engine that could do, that is the finding: `engine/target-too-new`.
        let has_none = prisma.needed.as_ref().is_some_and(|needed| needed.since.is_some());
        if !has_none {
            findings.extend(of_function(analysis, view, prisma));
        }
    }
    findings.extend(analysis.lost_in_chunks().map(|lost| in_chunks(analysis, &lost)));
}

/// Next.js packs the client into its chunks.
fn in_chunks(analysis: &Analysis<'_>, lost: &LostInChunks<'_>) -> Finding {
    let output = analysis.project().relative(&lost.output);
    let (key, place, other) = match lost.why {
        NotFound::OutsideApp => (
            "output",
            "in the folder of the application",
            "leave `output` out, so that the client lies in node_modules and is not packed",
        ),
        NotFound::TypeScript => (
            "provider",
            "beside the chunk and on the build machine's disk",
            "with Prisma 6.16 and later, set `engineType = \"client\"` and use a driver adapter",
        ),
    };
    let reason = format!(
        "Next.js packs the client into its chunks and ships the engine in {output}, but the client looks for it {place}"
    );
    let help = format!(
        "add PrismaPlugin of @prisma/nextjs-monorepo-workaround-plugin to next.config (with webpack, not with Turbopack); or {other}"
    );
    // Pages that query while they are built find it: the folder is there then.
    let (severity, rest) = match &lost.used {
        Some(site) => {
            let file = analysis.project().relative(&site.file);
            (Severity::Warning, format!("queries through {file} fail (as measured with Next.js 15.5 and 16.0)"))
        }
        None => (Severity::Info, "queries fail that are made for a request, not while pages are built".to_owned()),
    };
    let path = lost.generator.path.key(key);
    let label = Label::at(lost.schema.document(), &path, Part::Value, "");
    Finding::new(RULE.id, severity, label, format!("{reason}: {rest}")).help(help)
}

fn of_function(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, prisma: &PrismaUse) -> Option<Finding> {
    let entry = &view.function().entrypoint;
    let shipped = view.lost_engine()?;
    let is_certain = match prisma.origin {
        Origin::Local(_) => true,
        Origin::Remote(_) => prisma.needed.as_ref().is_some_and(|needed| needed.certain),
        Origin::Unknown(_) => false,
    };
    let fails = if is_certain { "fails" } else { "may fail" };
    let (key, message, help) = match &shipped {
        Shipped::Found => return None,
        Shipped::Elsewhere(name) => (
            "includeFiles",
            format!(
                "{entry} ships its query engine as {name}, where the client does not look: the first query {fails}"
            ),
            "leave the engine in the folder of the client, or in that of the schema".to_owned(),
        ),
        Shipped::Excluded(path) => (
            "excludeFiles",
            format!("`excludeFiles` takes the query engine ({path}) out of {entry}: the first query {fails}"),
            "take the engine out of `excludeFiles`; what `includeFiles` names stays in, whatever `excludeFiles` says"
                .to_owned(),
        ),
        Shipped::Lost => (
            "src",
            format!(
                "the client of {entry} has its query engine here, but no file that is shipped leads to it: the first query {fails}"
            ),
            "name the engine in `includeFiles`".to_owned(),
        ),
    };
    let severity = if is_certain { Severity::Error } else { Severity::Warning };
    let label = places::of_function(analysis, view, &settings(analysis, view, key), "");
    let fix = match &shipped {
        Shipped::Excluded(path) => include(analysis, view, path),
        _ => None,
    };
    Some(Finding::new(RULE.id, severity, label, message).help(help).fix(fix))
}

/// The keys that lead to a setting of a function from its item: those of `builds` have a `config`.
pub(super) fn settings<'k>(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, key: &'k str) -> Vec<&'k str> {
    let config = analysis.project().config();
    let item = config.zip(view.function().place.as_ref()).and_then(|(config, place)| config.document().get(place));
    match item {
        Some(item) if key == "src" => {
            if item.get("src").is_some() {
                vec![key]
            } else {
                Vec::new()
            }
        }
        Some(item) if item.get("config").is_some() => vec!["config", key],
        Some(item) if item.get(key).is_some() => vec![key],
        _ => Vec::new(),
    }
}

/// Names the file in `includeFiles`, where that is not set: nothing but what fails today changes.
pub(super) fn include(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, path: &str) -> Option<Fix> {
    let (config, place) = (analysis.project().config()?, view.function().place.as_ref()?);
    if !view.function().options.include_files.is_empty() || path.contains(['*', '?', '[', '{', '(', '!']) {
        return None;
    }
    let named = view.to_include(path);
    let item = config.document().get(place)?;
    let path_of_key = if item.get("config").is_some() { place.key("config") } else { place.clone() };
    let edit = insert::add_to_object(config.document(), &path_of_key, &[("includeFiles", &json!(named))])?;
    let name = named.rsplit('/').next().filter(|name| *name != "**").unwrap_or(&named);
    let title = format!("Name {name} in includeFiles");
    Some(Fix { title, applicability: Applicability::Safe, edits: vec![edit] })
}
