//! How a function uses Prisma: which client, from where, which engine it will look for and which it has.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::found::{Home, folder_of};
use super::target::{self, Step};
use super::{Analysis, EngineFile, FunctionView};
use crate::base::{Span, paths};
use crate::bundle::{self, Bundle, FileSource, Trace};
use crate::platform::runtimes::{self, ClientEra, NeededTarget};
use crate::project::schema::Targets;
use crate::project::version::{self, PrismaVersion};
use crate::project::{GeneratedClient, Generator, Origin, PackageJson, Project, Schema, generate};

/// A place in the function's own code that imports the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSite {
    /// The file, absolute.
    pub file: Utf8PathBuf,
    /// What it asks for.
    pub specifier: String,
    /// Where it asks.
    pub span: Span,
}

/// Whether a query engine file is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineNeed {
    /// Yes.
    Needed,
    /// No, with the reason.
    NotNeeded(&'static str),
    /// That could not be told.
    Unknown,
}

/// How a function uses Prisma.
#[derive(Debug, Clone)]
pub struct PrismaUse {
    /// Where its code imports the client; the first is shown.
    pub imports: Vec<ImportSite>,
    /// Index of the client in [`Project::clients`](crate::project::Project::clients), where it lies here.
    pub client: Option<usize>,
    /// Where the client of the deployed function comes from.
    pub origin: Origin,
    /// The version, where it could be told.
    pub version: Option<PrismaVersion>,
    /// Its era, from the version or the name of the package.
    pub era: Option<ClientEra>,
    /// Whether it needs an engine file.
    pub need: EngineNeed,
    /// The target it will look for.
    pub needed: Option<NeededTarget>,
    /// How that follows, step by step.
    pub steps: Vec<Step>,
    /// Whether it is deployed as a build left it: then the files of that build decide, and nothing that is uploaded or generated.
    pub is_prebuilt: bool,
    /// Query engines in the client's folder, and those that are shipped in others where it looks; or those among the files of that build.
    pub engines: Vec<Arc<EngineFile>>,
    /// The package that is imported: `@generated/photon`, `@prisma/client`; none for a client at an output of the project's own.
    pub package: Option<&'static str>,
}

/// Packages that are a generated client, with the era that their name alone tells.
const PACKAGES: [(&str, Option<ClientEra>); 4] = [
    ("@generated/photon", Some(ClientEra::Photon)),
    ("@prisma/photon", Some(ClientEra::Named)),
    ("@prisma/client", None),
    (".prisma/client", None),
];

/// What the code of a trace makes of Prisma.
pub(super) fn find(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, trace: &Trace) -> Option<PrismaUse> {
    let (project, bundle) = (analysis.project(), view.bundle()?);
    let mut imports = Vec::new();
    let (mut package, mut client) = (None, None);
    let outputs = outputs(project);
    for (file, module) in trace.modules.iter().filter(|(file, _)| !file.contains("node_modules/")) {
        for (import, targets) in module.facts.imports.iter().zip(&module.targets) {
            let named = PACKAGES.iter().find(|(name, _)| import.specifier == *name).map(|(name, _)| *name);
            let reached = targets.iter().find_map(|target| holder(analysis, &bundle.base.join(target)));
            let is_own_output =
                reached.is_some_and(|index| !bundle_path_is_in_client(analysis, &bundle.base.join(file), index));
            let is_to_come = || targets.is_empty() && leads_to(&outputs, &bundle.base.join(file), &import.specifier);
            if named.is_none() && !is_own_output && !is_to_come() {
                continue;
            }
            package = package.or(named);
            client = client.or(reached);
            imports.push(ImportSite {
                file: bundle.base.join(file),
                specifier: import.specifier.clone(),
                span: import.span,
            });
        }
    }
    if imports.is_empty() {
        return None;
    }
    let client = client.or_else(|| {
        let named = imports.iter().find(|site| Some(site.specifier.as_str()) == package)?;
        GeneratedClient::nearest(project, &named.file, package?)
    });
    Some(describe(analysis, view, imports, package, client))
}

impl<'a> FunctionView<'a, '_> {
    /// The generator that makes its client, with the schema that it stands in: of several the first that may.
    pub fn generator(self) -> Option<(&'a Schema, Generator<'a>)> {
        let (prisma, client) = (self.prisma()?, self.client());
        let schemas = self.analysis().project().schemas().iter();
        let all = schemas.flat_map(|schema| schema.generators().into_iter().map(move |one| (schema, one)));
        let mut all: Vec<_> = all.collect();
        if all.len() == 1 {
            return all.pop();
        }
        let is_installed = |folder: &Utf8Path| folder.components().any(|part| part.as_str() == "node_modules");
        all.into_iter().find(|(schema, generator)| match (client, schema.output(generator)) {
            (Some(client), Some(output)) => client.folder == output,
            (Some(client), None) => client.package.is_some(),
            (None, Some(output)) if !is_installed(&output) => {
                let outputs = [output];
                prisma.imports.iter().any(|site| leads_to(&outputs, &site.file, &site.specifier))
            }
            (None, _) => prisma.package.is_some(),
        })
    }
}

impl FunctionView<'_, '_> {
    /// Whether a generator names the target, so that its engine is made wherever generate runs.
    pub fn lists_target(self, target: &str) -> bool {
        let schemas = self.analysis().project().schemas().iter();
        let mut targets = schemas.flat_map(|schema| schema.generators()).map(|generator| generator.targets());
        targets.any(|targets| matches!(targets, Targets::Listed(names) if names.iter().any(|name| name == target)))
    }
}

/// The folders that generate will write clients to, absolute, as far as generators name them.
pub(super) fn outputs(project: &Project<'_>) -> Vec<Utf8PathBuf> {
    let schemas = project.schemas().iter();
    schemas.flat_map(|schema| schema.generators().into_iter().filter_map(|one| schema.output(&one))).collect()
}

/// Whether an import that finds nothing here asks for a client that generate is going to write.
fn leads_to(outputs: &[Utf8PathBuf], file: &Utf8Path, specifier: &str) -> bool {
    let Some(folder) = file.parent().filter(|_| specifier.starts_with('.')) else { return false };
    let wanted = paths::normalize(&folder.join(specifier));
    outputs.iter().any(|output| wanted.starts_with(output))
}

/// The client whose folder holds `path`.
fn holder(analysis: &Analysis<'_>, path: &Utf8Path) -> Option<usize> {
    let clients = analysis.project().clients();
    clients.iter().position(|client| client.package.is_none() && path.starts_with(&client.folder))
}

fn bundle_path_is_in_client(analysis: &Analysis<'_>, path: &Utf8Path, client: usize) -> bool {
    analysis.project().clients().get(client).is_some_and(|client| path.starts_with(&client.folder))
}

fn describe(
    analysis: &Analysis<'_>,
    view: FunctionView<'_, '_>,
    imports: Vec<ImportSite>,
    package: Option<&'static str>,
    index: Option<usize>,
) -> PrismaUse {
    let project = analysis.project();
    let client = index.and_then(|index| project.clients().get(index));
    let version = client
        .and_then(|client| version::lowest(client.client_version()?))
        .map(PrismaVersion::from)
        .or_else(|| PrismaVersion::of(project));
    let by_name = package.and_then(|package| PACKAGES.iter().find(|(name, _)| *name == package)?.1);
    let by_version = version.as_ref().and_then(PrismaVersion::era);
    // Code that still has the old name asks for nothing that a later version would write.
    let is_left_over = client.is_none() && by_name < by_version;
    let era = by_name.filter(|_| !is_left_over).or(by_version);
    let (arch, arch_step) = target::architecture(view);
    let needed =
        era.zip(view.runtime()).map(|(era, runtime)| runtimes::needed_on(project.platform(), runtime, arch, era));
    let need = need(analysis, view, client, era);
    let mut steps = view.runtime_steps().to_vec();
    steps.push(arch_step);
    match (&need, &needed) {
        (EngineNeed::NotNeeded(reason), _) => steps.push(target::no_engine(reason)),
        (EngineNeed::Unknown, _) if target::names_engine(analysis) => steps.push(target::named_engine()),
        (_, Some(needed)) => steps.extend(target::engine(project, client, version.as_ref(), needed)),
        (_, None) => {}
    }
    let uploads_builds = project.prebuilt().is_some();
    let is_prebuilt = uploads_builds && view.built().is_some();
    let engines = match (view.bundle(), client) {
        (Some(bundle), _) if is_prebuilt => engines_in(analysis, bundle, |_, _| true),
        (bundle, Some(client)) => {
            let own = client.engine_files.iter().filter_map(|file| analysis.engine(file));
            let beside = bundle.map(|bundle| {
                let folders = Home::of(client).names(bundle, version.as_ref());
                engines_in(analysis, bundle, |name, path| {
                    folders.contains(folder_of(name)) && !client.engine_files.contains(path)
                })
            });
            own.chain(beside.unwrap_or_default()).collect()
        }
        (_, None) => Vec::new(),
    };
    let origin = match generate::origin(project, client.filter(|client| !client.is_stub())) {
        Origin::Local(how) if uploads_builds && !is_prebuilt => Origin::Unknown(how),
        origin => origin,
    };
    PrismaUse { imports, client: index, origin, is_prebuilt, need, version, era, needed, steps, engines, package }
}

/// The engines among the files of a function, of those whose name in it and path are meant.
fn engines_in(
    analysis: &Analysis<'_>,
    bundle: &Bundle,
    is_meant: impl Fn(&str, &Utf8PathBuf) -> bool,
) -> Vec<Arc<EngineFile>> {
    let on_disk = bundle.files.iter().filter_map(|file| match &file.source {
        FileSource::Disk(path) if bundle::is_engine(&file.name) && is_meant(&file.name, path) => Some(path),
        _ => None,
    });
    on_disk.filter_map(|path| analysis.engine(path)).collect()
}

/// Whether a package depends on the extension for Accelerate.
pub(super) fn uses_accelerate(package: &PackageJson) -> bool {
    package.dependency("@prisma/extension-accelerate").is_some()
}

fn need(
    analysis: &Analysis<'_>,
    view: FunctionView<'_, '_>,
    client: Option<&GeneratedClient>,
    era: Option<ClientEra>,
) -> EngineNeed {
    let schemas = analysis.project().schemas();
    let engineless = schemas.iter().any(|schema| schema.generators().iter().any(|generator| generator.is_engineless()));
    match era {
        _ if view.is_edge() => EngineNeed::NotNeeded("a function on the edge runtime can load no engine file"),
        Some(ClientEra::NoEngine) => EngineNeed::NotNeeded("Prisma 7 and later have no query engine file"),
        _ if engineless => EngineNeed::NotNeeded("the generator is set to run without a query engine file"),
        _ if client.is_some_and(GeneratedClient::is_engineless) => {
            EngineNeed::NotNeeded("the client was generated without an engine")
        }
        // The client takes the file that a variable names, and looks for no other.
        _ if target::names_engine(analysis) => EngineNeed::Unknown,
        // With Accelerate, whose URL is not written here, the client asks a service and starts no engine.
        Some(_) if analysis.project().package().is_some_and(uses_accelerate) => EngineNeed::Unknown,
        Some(_) => EngineNeed::Needed,
        None if analysis.project().has_contract() => {
            EngineNeed::NotNeeded("Prisma 8, whose schema is a contract.prisma, has no query engine")
        }
        None => EngineNeed::Unknown,
    }
}
