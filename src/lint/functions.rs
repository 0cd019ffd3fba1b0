//! The line per function: what `check` and `size` say of each.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;

use super::detail::{Asked, detail};
use super::in_parallel;
use super::outcome::{
    BuiltReport, BundleSource, EngineReport, FileReport, FunctionReport, Held, LimitReport, NeedReport, PackageReport,
    PartReport,
};
use crate::analysis::{Analysis, EngineFile, EngineNeed, FunctionView, Step};
use crate::base::paths;
use crate::bundle::{self, BuiltFunction, FileSource, PackageSize, Packing, Sizes, Source, TraceWarning};
use crate::detect::PartKind;
use crate::engine;
use crate::platform::Platform;
use crate::platform::limits::{LimitFrom, Measures};
use crate::project::{Origin, discover};

/// Packages that are told where nobody asks for all.
const LARGEST: usize = 10;

/// The functions of a project whose files could be listed; `zipped` deflates all of them, and says what takes the room.
pub fn functions(analysis: &Analysis<'_>, zipped: bool) -> Vec<FunctionReport> {
    analysis.deployed().filter_map(|view| Some(function(analysis, view, zipped, None)?.0)).collect()
}

/// The same, all deflated, with every file where `list` says so, and why those functions that do hold the package that is asked for.
pub fn functions_asked(
    analysis: &Analysis<'_>,
    list: bool,
    asked: Option<Asked<'_>>,
) -> (Vec<FunctionReport>, Vec<Held>) {
    let (mut reports, mut found) = (Vec::new(), Vec::new());
    for view in analysis.deployed() {
        let Some((mut report, held)) = function(analysis, view, true, asked) else { continue };
        if list {
            report.list = files(view);
        }
        reports.push(report);
        found.extend(held);
    }
    (reports, found)
}

/// The same, each with every file.
pub fn functions_with_files(analysis: &Analysis<'_>) -> Vec<FunctionReport> {
    functions_asked(analysis, true, None).0
}

/// What has functions whose files could not be listed: those of other languages, and a framework whose build is not here.
pub fn unmeasured(analysis: &Analysis<'_>) -> Vec<PartReport> {
    let part = |builder: &str, src: &str, kind: PartKind| PartReport {
        project: analysis.project().root().to_owned(),
        builder: builder.to_owned(),
        src: src.to_owned(),
        kind: kind.as_str(),
    };
    let unlisted = analysis.functions().filter(|view| view.bundle().is_none());
    let unlisted = unlisted.map(|view| (view.function().builder.text.clone(), view.function().entrypoint.clone()));
    let mut parts: Vec<_> = unlisted.map(|(builder, src)| part(&builder, &src, PartKind::Function)).collect();
    let is_unbuilt = analysis.built().built.is_none();
    let made = analysis.detected().made().iter().filter(|one| is_unbuilt && one.kind == PartKind::Frontend);
    let of_next = made.filter(|one| one.is_official("next"));
    parts.extend(of_next.map(|one| part(&one.builder, &one.src, PartKind::Frontend)));
    parts
}

/// What Yarn leaves where packages stay in archives. (The platform sets `YARN_NODE_LINKER` itself: @vercel/build-utils of CLI 64, read 2026-11.)
const PNP: &str = ".pnp.cjs";

/// With the type of file, where the mode does not hold it already: a regular one.
fn mode(mode: u32) -> u32 {
    if mode < 0o10_000 { 0o100_000 | mode } else { mode }
}

fn files(view: FunctionView<'_, '_>) -> Vec<FileReport> {
    let (Some(bundle), Some(sizes)) = (view.bundle(), view.sizes(true)) else { return Vec::new() };
    let mut files: BTreeMap<&str, FileReport> = BTreeMap::new();
    for (file, size) in bundle.files.iter().zip(&sizes.files) {
        let name = bundle.shipped_name(file);
        let found = files.entry(name).or_insert_with(|| FileReport {
            name: name.clone(),
            mode: format!("{:o}", mode(file.mode)),
            bytes: 0,
            zip_bytes: Some(0),
            estimated: false,
        });
        found.bytes += size.bytes;
        found.zip_bytes = found.zip_bytes.zip(size.zip_bytes).map(|(sum, part)| sum + part);
        found.estimated |= bundle.estimated.contains(&file.name);
    }
    files.into_values().collect()
}

fn function(
    analysis: &Analysis<'_>,
    view: FunctionView<'_, '_>,
    zipped: bool,
    asked: Option<Asked<'_>>,
) -> Option<(FunctionReport, Option<Held>)> {
    let (function, bundle) = (view.function(), view.bundle()?);
    let was_deflated = zipped || view.measured().is_some_and(|measured| measured.was_deflated);
    let sizes = view.sizes(was_deflated)?;
    let packages = view.packages(was_deflated);
    let mut largest: Vec<PackageReport> = packages.iter().map(package).collect();
    let detail = if zipped { detail(view, sizes, &packages, &mut largest, asked) } else { None };
    let (detail, held) = detail.map_or((None, None), |(detail, held)| (Some(detail), held));
    if detail.is_none() {
        largest.truncate(LARGEST);
    }
    let report = FunctionReport {
        name: function.name.clone(),
        entrypoint: function.entrypoint.clone(),
        builder: function.builder.text.clone(),
        runtime: runtime(view),
        source: match bundle.source {
            Source::Output => BundleSource::Output,
            Source::Nft => BundleSource::Nft,
            Source::Trace => BundleSource::Trace,
        },
        built: view.built().map(built),
        files: bundle.count(),
        bytes: sizes.bytes,
        zip_bytes: sizes.zip_bytes,
        limit: view.limit().map(|limit| LimitReport {
            bytes: limit.bytes,
            measures: if limit.measures == Measures::Zip { "zip" } else { "unzipped" },
            from: match limit.from {
                LimitFrom::Default => "default",
                LimitFrom::Config => "config",
                LimitFrom::Platform => "platform",
            },
        }),
        largest,
        detail,
        engines: bundled_engines(analysis, view),
        list: Vec::new(),
        project: analysis.project().root().to_owned(),
        notes: notes(analysis, view, sizes),
        reasons: reasons(view),
    };
    Some((report, held))
}

fn package(package: &PackageSize) -> PackageReport {
    PackageReport {
        name: package.name.clone(),
        bytes: package.bytes,
        zip_bytes: package.zip_bytes,
        files: package.files,
        required_by: Vec::new(),
    }
}

/// The runtime that a build settled on, or the one that the builder will pick.
fn runtime(view: FunctionView<'_, '_>) -> Option<String> {
    let built = view.built().and_then(|built| built.runtime.clone());
    built.or_else(|| view.runtime().map(|runtime| runtime.id.to_owned()))
}

fn built(built: &BuiltFunction) -> BuiltReport {
    BuiltReport {
        names: built.names.clone(),
        handler: built.handler.clone(),
        architecture: built.architecture.clone(),
        framework: built.framework.clone(),
        streams: built.streams,
        environment: built.environment.clone(),
    }
}

fn bundled_engines(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> Vec<EngineReport> {
    let Some(bundle) = view.bundle() else { return Vec::new() };
    let engines = bundle.files.iter().filter(|file| bundle::is_engine(&file.name));
    engines
        .filter_map(|file| {
            let FileSource::Disk(path) = &file.source else { return None };
            Some(engine(analysis, analysis.engine(path)?.as_ref(), file.name.clone()))
        })
        .collect()
}

/// Every query engine below the project's folder, in installed packages too, and in its clients elsewhere, with the functions that look for it.
pub fn engines(analysis: &Analysis<'_>) -> Vec<EngineReport> {
    let clients = analysis.project().clients().iter();
    let mut files: BTreeSet<Utf8PathBuf> = clients.flat_map(|client| client.engine_files.iter().cloned()).collect();
    files.extend(discover::engine_files(analysis.project().root()));
    let files: Vec<Utf8PathBuf> = files.into_iter().collect();
    let read = in_parallel(&files, |path| analysis.engine(path));
    let found = files.iter().zip(&read).filter_map(|(path, file)| Some((path, file.as_ref()?)));
    found.map(|(path, file)| engine(analysis, file, path.to_string())).collect()
}

/// Which engine each function looks for that uses Prisma; files of steps are absolute.
pub fn needs(analysis: &Analysis<'_>) -> Vec<NeedReport> {
    let project = analysis.project();
    let need = |view: FunctionView<'_, '_>| {
        let prisma = view.prisma()?;
        let needed = prisma.needed.as_ref().filter(|_| prisma.need == EngineNeed::Needed);
        let absolute = |step: &Step| Step {
            file: step.file.as_ref().map(|file| paths::normalize(&project.root().join(file)).into_string()),
            ..step.clone()
        };
        Some(NeedReport {
            function: view.function().name.clone(),
            runtime: runtime(view),
            engine: match prisma.need {
                EngineNeed::Needed => "needed",
                EngineNeed::NotNeeded(_) => "not-needed",
                EngineNeed::Unknown => "unknown",
            },
            targets: needed
                .map(|needed| needed.names.iter().map(|&name| name.to_owned()).collect())
                .unwrap_or_default(),
            certain: needed.is_some_and(|needed| needed.certain),
            searched: if needed.is_some() { view.searched() } else { Vec::new() },
            client: match prisma.origin {
                Origin::Remote(_) => "remote",
                Origin::Local(_) => "local",
                Origin::Unknown(_) => "unknown",
            },
            client_reason: prisma.origin.reason().to_owned(),
            steps: prisma.steps.iter().map(absolute).collect(),
        })
    };
    analysis.functions().filter_map(need).collect()
}

fn engine(analysis: &Analysis<'_>, file: &EngineFile, shown: String) -> EngineReport {
    let content = &file.content;
    let client = analysis.project().clients().iter().find(|client| client.engine_files.contains(&file.path));
    let expectation = engine::Expectation {
        commit: client.and_then(|client| client.engine_version()).map(str::to_owned),
        host: None,
        modes_count: cfg!(unix),
    };
    EngineReport {
        file: shown,
        kind: file.name.kind.as_str(),
        target: Some(file.name.target_name.clone()).filter(|name| !name.is_empty()),
        prisma: client.and_then(|client| client.client_version()).map(str::to_owned),
        format: content.format.as_str(),
        arch: content.arch().map(|arch| arch.as_str().to_owned()),
        libc: content.libc.map(|libc| libc.as_str()),
        openssl: content.openssl.map(|openssl| openssl.as_str().to_owned()),
        bytes: content.bytes,
        needed_by: needed_by(analysis, file),
        problems: engine::problems(&file.name, content, &expectation)
            .iter()
            .filter(|problem| problem.severity() != engine::Severity::Info)
            .map(|problem| problem.message())
            .collect(),
    }
}

fn needed_by(analysis: &Analysis<'_>, file: &EngineFile) -> Vec<String> {
    let looks_for = |view: &FunctionView<'_, '_>| {
        view.prisma().is_some_and(|prisma| {
            let is_its_own = prisma.engines.iter().any(|engine| engine.path == file.path);
            is_its_own && prisma.needed.as_ref().is_some_and(|needed| needed.accepts(&file.name.target_name))
        })
    };
    let name = |view: FunctionView<'_, '_>| {
        let runtime = view.runtime().map_or("unknown runtime", |runtime| runtime.id);
        format!("{} ({runtime})", view.function().name)
    };
    analysis.functions().filter(looks_for).map(name).collect()
}

fn notes(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, sizes: &Sizes) -> Vec<String> {
    let mut notes = analysis.built().remarks.clone();
    let Some(bundle) = view.bundle() else { return notes };
    notes.extend_from_slice(&bundle.remarks);
    if let [(name, error), rest @ ..] = sizes.unreadable.as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        notes.push(format!("{name}{more}: cannot be read, so counted as nothing ({error})"));
    }
    if bundle.packing == Packing::OneFile {
        notes.push(
            "the builder packs all code into one file: what goes in is counted, and the bytes are an estimate"
                .to_owned(),
        );
    }
    if bundle.compiled > 0 {
        notes.push(format!(
            "the builder compiles {} of the files: these count with the bytes of their source, and their maps are estimated",
            bundle.compiled
        ));
    }
    let broken: Vec<&String> = bundle.trace.warnings.iter().filter_map(broken_manifest).collect();
    if let [first, more @ ..] = broken.as_slice() {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        notes.push(format!("{first}{more}: no JSON object; what it says is not followed"));
    }
    if let Some(missing) = bundle.missing {
        notes.push(format!("{missing}: the figures are the least they can be"));
    } else if bundle.source == Source::Trace && !bundle.is_complete() {
        let project = analysis.project();
        let is_in_archives =
            [project.root(), project.repository()].iter().any(|folder| project.fs().is_file(&folder.join(PNP)));
        notes.push(if is_in_archives && project.platform() == Platform::Vercel {
            "Yarn keeps packages in archives here, and the platform installs them into node_modules: after `YARN_NODE_LINKER=node-modules yarn install` they count too; till then the figures are the least they can be".to_owned()
        } else {
            "not everything that the code imports is installed here: the figures are the least they can be".to_owned()
        });
    }
    notes
}

fn broken_manifest(warning: &TraceWarning) -> Option<&String> {
    match warning {
        TraceWarning::BrokenManifest { file } => Some(file),
        TraceWarning::Unresolved { .. } | TraceWarning::Unparsed { .. } => None,
    }
}

fn reasons(view: FunctionView<'_, '_>) -> Vec<String> {
    let Some(prisma) = view.prisma() else { return Vec::new() };
    let mut reasons = vec![format!("Prisma client: {}", prisma.origin.reason())];
    reasons
        .extend(prisma.needed.as_ref().map(|needed| format!("engine: {} ({})", needed.names.join(" or "), needed.why)));
    reasons
}
