//! `builder/engine-not-traced`: the builder leaves the query engine out of the function, or fails on the client.

use nodejs_semver::Version;

use crate::analysis::{Analysis, EngineNeed, FunctionView, PrismaUse};
use crate::bundle::{self, TraceError};
use crate::document::{Applicability, Fix, insert};
use crate::platform::Platform;
use crate::platform::now_node::{self, Bundling};
use crate::platform::now_node_engine::{
    BuildFailure, CARRIES_GENERATED_PHOTON_SINCE, EngineCarried, EnginePath, NotCarried, PhotonClient, engine_carried,
    next_engine_carried, server_engine_carried,
};
use crate::project::GeneratedClient;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/engine-not-traced",
    summary: "the builder leaves the query engine out of the function",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("engine_not_traced.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.functions() {
        if view.trace_error().is_some_and(asks_for_runtime_prisma) {
            let failure = EngineCarried::BuildFails(BuildFailure::RuntimePrismaMissing);
            let finding = words(view, failure, None).map(|words| finding(analysis, view, Severity::Error, words));
            findings.extend(finding.map(|finding| finding.fix(replace(analysis, view, "@generated/photon"))));
            continue;
        }
        let Some(prisma) = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed) else { continue };
        let client =
            prisma.client.and_then(|index| analysis.project().clients().get(index)).filter(|client| !client.is_stub());
        let Some((carried, version)) = carried(view, prisma, client) else { continue };
        let Some(words) = words(view, carried, version.as_ref()) else { continue };
        // Without the client nobody can see how it names its engine; but the failing releases fail on any.
        let is_certain = client.is_some() || matches!(carried, EngineCarried::BuildFails(_));
        let severity = if is_certain { Severity::Error } else { Severity::Warning };
        let fix = prisma.package.and_then(|package| replace(analysis, view, package));
        findings.push(finding(analysis, view, severity, words).fix(fix));
    }
}

/// Whether the trace stopped where these releases stop: at the engine's old name.
fn asks_for_runtime_prisma(error: &TraceError) -> bool {
    matches!(error, TraceError::Unreadable { path, .. } if path.ends_with("@generated/photon/runtime/prisma"))
}

fn finding(
    analysis: &Analysis<'_>,
    view: FunctionView<'_, '_>,
    severity: Severity,
    (reason, help): (String, String),
) -> Finding {
    let label = places::of_function(analysis, view, &["use"], "this builder");
    let message = format!("{} {reason}", view.function().builder.text);
    Finding::new(RULE.id, severity, label, message).help(help)
}

fn photon<'c>(prisma: &PrismaUse, client: Option<&'c GeneratedClient>) -> PhotonClient<'c> {
    let text = client.map(|client| client.index.text()).unwrap_or_default();
    let annotated = client.is_some_and(|client| !client.annotations().is_empty());
    let has_prisma_file = client.is_some_and(|client| client.has_runtime_prisma);
    // These packages are younger (November 2019) than the line that names the engine (2019-07-31): every client in them has it.
    let will_be_annotated = client.is_none() && matches!(prisma.package, Some("@prisma/photon" | "@prisma/client"));
    let engine_path = match () {
        () if annotated || will_be_annotated => EnginePath::Annotated,
        () if text.contains("query-engine-${") && text.contains("__dirname") => EnginePath::Template,
        () if text.contains("path.resolve(__dirname, '')") || text.contains("path.resolve(__dirname, \"\")") => {
            EnginePath::Folder
        }
        () => EnginePath::Hidden,
    };
    PhotonClient { package: prisma.package.unwrap_or(""), engine_path, has_runtime_prisma: has_prisma_file }
}

/// What the function's builder does with the engine, and the version of the builder where that decides.
fn carried(
    view: FunctionView<'_, '_>,
    prisma: &PrismaUse,
    client: Option<&GeneratedClient>,
) -> Option<(EngineCarried, Option<Version>)> {
    let function = view.function();
    // How a client that generate is still to write to a folder of the project's own names its engine depends on its version.
    if client.is_none() && prisma.package.is_none() {
        return None;
    }
    let photon = photon(prisma, client);
    match function.builder.name.as_deref()? {
        "@now/node" => {
            let version = now_node::resolve(&function.builder.version)?;
            let known = engine_carried(&version, &photon);
            let traces = matches!(now_node::line(&version).bundling, Bundling::Nft { .. });
            let seen = traces && !prisma.engines.is_empty() && !matches!(known, EngineCarried::BuildFails(_));
            // Where the builder traces and the engine lies here, the list of files says it, includeFiles and excludeFiles with it.
            let carried = if seen { in_list(view, known) } else { known };
            Some((carried, Some(version)))
        }
        "@now/node-server" => Some((server_engine_carried(!function.options.unbundled, &photon), None)),
        "@now/next" => Some((next_engine_carried(), None)),
        _ => None,
    }
}

fn in_list(view: FunctionView<'_, '_>, known: EngineCarried) -> EngineCarried {
    let has_engine = view.bundle().is_some_and(|bundle| bundle.files.iter().any(|file| bundle::is_engine(&file.name)));
    match (has_engine, known) {
        (true, EngineCarried::No(_)) => EngineCarried::Unknown,
        (true, known) => known,
        (false, EngineCarried::No(reason)) => EngineCarried::No(reason),
        (false, _) => EngineCarried::No(NotCarried::NoAnnotation),
    }
}

/// Why the function fails, and what to do; none where the engine arrives, or where nobody knows.
fn words(view: FunctionView<'_, '_>, carried: EngineCarried, version: Option<&Version>) -> Option<(String, String)> {
    let newer = format!("use @now/node@canary, or @now/node@{CARRIES_GENERATED_PHOTON_SINCE} and later");
    let excludes = !view.function().options.exclude_files.is_empty();
    Some(match carried {
        EngineCarried::Yes { executable: true, .. } | EngineCarried::Unknown => return None,
        EngineCarried::Yes { executable: false, .. } => {
            ("packs the query engine without its executable bit: it cannot start, and the function's file system is read-only".into(), newer)
        }
        EngineCarried::BuildFails(BuildFailure::RuntimePrismaMissing) => {
            ("looks for `runtime/prisma` in @generated/photon, which Photon no longer writes: the build fails (includeFiles does not help)".into(), newer)
        }
        EngineCarried::BuildFails(BuildFailure::NccCrash) => ("crashes on this client: the build fails".into(), newer),
        EngineCarried::No(NotCarried::PackedByWebpack) => (
            "packs the client with webpack, and the query engine stays behind: every query fails".into(),
            "answer API requests with a function of its own, built by @now/node@canary".into(),
        ),
        EngineCarried::No(_) if excludes => {
            ("leaves the query engine out of the function, because `excludeFiles` names it: every query fails".into(), "take the engine out of `excludeFiles`".into())
        }
        EngineCarried::No(NotCarried::OtherPackage) => (
            "leaves the query engine behind: it ships what the code names, and of clients that do not name their engine only @generated/photon. Every query fails".into(),
            "generate the client again with a Photon of 2019-07-31 or later, whose code names the engine, or name it in `includeFiles`".into(),
        ),
        EngineCarried::No(NotCarried::NoAnnotation) => {
            let judged = version.map(Version::to_string).filter(|version| !view.function().builder.text.ends_with(version));
            let by = judged.map_or(String::new(), |version| format!(" (judged as {version})"));
            (format!("ships only files that the code names, and this client does not name its query engine: the function lacks it, and every query fails{by}"), newer)
        }
    })
}

/// A newer builder, where that alone is the repair.
fn replace(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, package: &str) -> Option<Fix> {
    let function = view.function();
    let fits = function.builder.name.as_deref() == Some("@now/node") && package == "@generated/photon";
    let place = function.place.as_ref().filter(|_| fits && function.options.exclude_files.is_empty())?;
    let right = if function.builder.is_pinned() {
        format!("@now/node@{CARRIES_GENERATED_PHOTON_SINCE}")
    } else {
        "@now/node@canary".to_owned()
    };
    if right == function.builder.text {
        return None;
    }
    let edit = insert::set(analysis.project().config()?.document(), &place.key("use"), &right.as_str().into())?;
    Some(Fix { title: format!("Use \"{right}\""), applicability: Applicability::Safe, edits: vec![edit] })
}
