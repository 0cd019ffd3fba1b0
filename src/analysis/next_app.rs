//! A Next.js application whose packed client will not find its engine.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::prisma::uses_accelerate;
use super::{Analysis, ImportSite, target};
use crate::bundle::{self, TraceOptions};
use crate::detect::{Part, PartKind};
use crate::document::Path;
use crate::platform::next_engines::{self, NotFound};
use crate::platform::{Platform, trace_profile};
use crate::project::version::{self, PrismaVersion};
use crate::project::{Generator, PackageJson, Project, Schema};

/// The plugin that copies engines beside webpack's chunks.
const PLUGIN: &str = "@prisma/nextjs-monorepo-workaround-plugin";
/// Entries that are looked at.
const MOST_ENTRIES: usize = 500;

/// A client whose engine is not found in functions of a Next.js application.
#[derive(Debug)]
pub struct LostInChunks<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The generator in it.
    pub generator: Generator<'a>,
    /// Where it writes to, absolute.
    pub output: Utf8PathBuf,
    /// Why the engine is not found.
    pub why: NotFound,
    /// Where code that runs for each request imports the client, if it is seen to.
    pub used: Option<ImportSite>,
}

impl Analysis<'_> {
    /// Whether the platform of today makes a site of it with Next.js.
    pub(super) fn is_next(&self) -> bool {
        let is_next = |part: &Part| part.kind == PartKind::Frontend && part.is_official("next");
        self.project().platform() == Platform::Vercel && self.detected().made().iter().any(is_next)
    }

    /// The client of a Next.js application that will not find its engine once it is packed. None where something of the project takes care of it.
    pub fn lost_in_chunks(&self) -> Option<LostInChunks<'_>> {
        let project = self.project();
        if !self.is_next() {
            return None;
        }
        let schema = project.schemas().first()?;
        let generator = schema.generators().into_iter().next()?;
        let output = schema.output(&generator)?;
        let app = project.root();
        let is_in_app = schema.folder().starts_with(app);
        let is_outside = !output.starts_with(app) && !is_in_app;
        let why = next_engines::not_found(generator.provider, is_outside)?;
        let package = package_of(project, schema.folder());
        let is_known = next_engines::is_known(version_of(project, package.as_deref())?.semantic().major());
        let is_installed = output.components().any(|part| part.as_str() == "node_modules");
        let runs_elsewhere = generator.text("runtime").is_some_and(|runtime| runtime != "nodejs");
        if !is_known || generator.is_engineless() || is_installed || runs_elsewhere || cares(self, package.as_deref()) {
            return None;
        }
        let name = if is_in_app { None } else { Some(dependency(project, package.as_deref()?)?) };
        let used = used_per_request(project, &output, name.as_deref());
        Some(LostInChunks { schema, generator, output, why, used })
    }
}

/// The nearest package.json at or above a folder of the repository.
pub(super) fn package_of(project: &Project<'_>, folder: &Utf8Path) -> Option<Arc<PackageJson>> {
    let mut folders = folder.ancestors().take_while(|folder| folder.starts_with(project.repository()));
    folders.find_map(|folder| project.package_in(folder))
}

/// The version of Prisma that generates: what the schema's package names, where that is another than the project.
pub(super) fn version_of(project: &Project<'_>, package: Option<&PackageJson>) -> Option<PrismaVersion> {
    let ranged = || ["@prisma/client", "prisma"].iter().find_map(|name| version::lowest(package?.dependency(name)?));
    let is_own = package.is_none_or(|package| package.document().file().starts_with(project.root()));
    let own = if is_own { PrismaVersion::of(project) } else { None };
    own.or_else(|| ranged().map(PrismaVersion::from)).or_else(|| PrismaVersion::of(project))
}

/// The name of a package that the application depends on.
fn dependency(project: &Project<'_>, package: &PackageJson) -> Option<String> {
    let name = package.text(&["name"])?;
    project.package()?.dependency(name)?;
    Some(name.to_owned())
}

/// Whether something takes care of the engine in a way that cannot be read from here: the config of Next.js, a variable, or a script of the application or of
/// the schema's package that copies it, generates without it, or generates from the application's folder.
fn cares(analysis: &Analysis<'_>, package: Option<&PackageJson>) -> bool {
    let project = analysis.project();
    const ANYWHERE: [&str; 5] = [".node", "engine", "--accelerate", "--data-proxy", "cp "];
    let scripts = |package: &PackageJson| {
        let node = package.document().get(&Path::keys(["scripts"]));
        node.map(|node| node.members().filter_map(|(_, script)| script.as_str().map(str::to_owned)).collect())
            .unwrap_or_default()
    };
    let own: Vec<String> = project.package().map(scripts).unwrap_or_default();
    let command = project.config().and_then(|config| config.get("buildCommand")?.as_str());
    let is_own_schema = package.is_some_and(|package| package.document().file().starts_with(project.root()));
    let names_schema = |script: &str| script.contains("prisma") && !is_own_schema;
    let copies = |script: &str| ANYWHERE.iter().any(|word| script.contains(word));
    let theirs: Vec<String> = package.map(scripts).unwrap_or_default();
    analysis.next_config().is_some_and(|config| config.cares_for_engine)
        || has_plugin(project)
        || target::names_engine(analysis)
        || project.package().into_iter().chain(package).any(uses_accelerate)
        || own.iter().map(String::as_str).chain(command).any(|script| names_schema(script) || copies(script))
        || theirs.iter().any(|script| copies(script))
}

/// Whether a package that is installed with the project depends on the plugin that copies engines beside chunks: configs may come from a package of their own.
fn has_plugin(project: &Project<'_>) -> bool {
    let folders = [project.root(), project.repository()].into_iter();
    let mut packages = folders.chain(project.workspace().iter().map(|folder| folder.as_path()));
    packages.any(|folder| project.package_in(folder).is_some_and(|package| package.dependency(PLUGIN).is_some()))
}

/// Where code that runs for each request, not only while the build renders pages, imports the client: as package `name`, or by a path that ends as the
/// output's does.
fn used_per_request(project: &Project<'_>, output: &Utf8Path, name: Option<&str>) -> Option<ImportSite> {
    let entries: Vec<Utf8PathBuf> = project
        .files()
        .iter()
        .filter(|file| runs_per_request(project, file))
        .take(MOST_ENTRIES)
        .map(|file| project.root().join(file))
        .collect();
    if entries.is_empty() {
        return None;
    }
    let base = project.repository();
    let trace = trace_own(project, &entries)?;
    let end = last_parts(output);
    let is_client = |specifier: &str| {
        let of_package = name.is_some_and(|name| {
            specifier.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        of_package || format!("{specifier}/").contains(&format!("/{end}/"))
    };
    trace.modules.iter().find_map(|(file, module)| {
        let import = module.facts.imports.iter().find(|import| is_client(&import.specifier))?;
        Some(ImportSite { file: base.join(file), specifier: import.specifier.clone(), span: import.span })
    })
}

/// What entries of a framework import of the project's own files, by literal specifiers and the prefixes of tsconfig.json alone. Packages are left out.
pub(super) fn trace_own(project: &Project<'_>, entries: &[Utf8PathBuf]) -> Option<bundle::Trace> {
    let ignore = |path: &str| path.contains("node_modules/");
    let profile = trace_profile::TraceProfile { analysis: false, ..trace_profile::NFT_1_10_0 };
    let base = project.repository();
    let options =
        TraceOptions { ignore: &ignore, aliases: bundle::next::aliases(project), ..TraceOptions::new(base, profile) };
    bundle::trace(project.fs(), entries, &options).ok()
}

/// The last two parts of a path: `generated/prisma`.
fn last_parts(path: &Utf8Path) -> String {
    let parts: Vec<&str> = path.components().map(|part| part.as_str()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

/// Whether an application's file answers requests itself, or says that it is rendered for each.
fn runs_per_request(project: &Project<'_>, file: &str) -> bool {
    const ENDINGS: [&str; 4] = [".ts", ".tsx", ".js", ".jsx"];
    let inside = file.strip_prefix("src/").unwrap_or(file);
    let Some(stem) = ENDINGS.iter().find_map(|ending| inside.strip_suffix(ending)) else { return false };
    if inside.starts_with("pages/api/") || (inside.starts_with("app/") && stem.ends_with("/route")) {
        return true;
    }
    let is_page = inside.starts_with("pages/")
        || (inside.starts_with("app/") && (stem.ends_with("/page") || stem.ends_with("/layout")));
    let text = || project.fs().read_to_string(&project.root().join(file)).unwrap_or_default();
    is_page && {
        let text = text();
        ["force-dynamic", "getServerSideProps", "next/headers", "use server"].iter().any(|word| text.contains(word))
    }
}
