//! Where the project's own code makes Prisma's client, and whether what is deployed uses it.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::{Analysis, FunctionView, prisma};
use crate::base::paths;
use crate::bundle::trace::HANDLERS;
use crate::bundle::{Caller, ClientCode, Creation, client_code};
use crate::platform::runtimes::ClientEra;
use crate::platform::site_handlers;
use crate::project::version::{PACKAGES, PrismaVersion};
use crate::project::{Generator, Project, Schema};

/// Endings of code.
const CODE: [&str; 8] = ["js", "ts", "jsx", "tsx", "mjs", "cjs", "mts", "cts"];

/// Folders whose code runs on nobody's request.
const APART: [&str; 14] = [
    "prisma",
    "scripts",
    "script",
    "bin",
    "cli",
    "seed",
    "seeds",
    "test",
    "tests",
    "__tests__",
    "e2e",
    "cypress",
    "node_modules",
    "mocks",
];

/// The project's own code that mentions the client.
#[derive(Debug, Default)]
pub struct Clients {
    /// By file, absolute.
    pub files: BTreeMap<Utf8PathBuf, ClientCode>,
    /// Those that are in a function.
    traced: BTreeSet<Utf8PathBuf>,
    /// For entries of functions, the name that the function is exported under where the config tells.
    entries: BTreeMap<Utf8PathBuf, Option<String>>,
    /// The package of the site's framework.
    site: Option<&'static str>,
    root: Utf8PathBuf,
}

/// How certain it is that a function of the deployment uses the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deployed {
    /// The code of a site does, which may run at build time alone.
    Perhaps,
    /// A function does.
    Surely,
}

impl Clients {
    pub(super) fn of(analysis: &Analysis<'_>) -> Self {
        let project = analysis.project();
        if project.is_isolated() || !mentions_prisma(project) {
            return Self::default();
        }
        let mut clients = Self { site: site(project), root: project.root().to_owned(), ..Self::default() };
        for view in analysis.functions() {
            clients.add(project, view);
        }
        let mut paths = clients.traced.clone();
        if clients.site.is_some() {
            let own = project.files().iter().filter(|file| is_code(file) && !is_apart(file));
            paths.extend(own.map(|file| project.root().join(file)));
        }
        let is_generated = |path: &Utf8PathBuf| project.clients().iter().any(|client| path.starts_with(&client.folder));
        let paths: Vec<Utf8PathBuf> = paths.into_iter().filter(|path| !is_generated(path)).collect();
        let read = client_code(project.fs(), &paths).unwrap_or_default();
        clients.files = paths.into_iter().zip(read).filter_map(|(path, code)| Some((path, code?))).collect();
        clients
    }

    fn add(&mut self, project: &Project<'_>, view: FunctionView<'_, '_>) {
        let Some(bundle) = view.bundle() else { return };
        let own = bundle.trace.modules.keys().filter(|name| !name.contains("node_modules/"));
        self.traced.extend(own.map(|name| bundle.base.join(name)));
        let function = view.function();
        let handler = function.options.aws_handler.as_deref().and_then(|handler| handler.rsplit('.').next());
        self.entries.insert(project.root().join(&function.entrypoint), handler.map(str::to_owned));
    }

    /// Whether the file is in a function.
    pub fn is_traced(&self, file: &Utf8Path) -> bool {
        self.traced.contains(file)
    }

    /// The first of these ways by which a request of the deployed function comes to a place in `file`.
    pub fn request<'c>(&self, file: &Utf8Path, callers: &'c BTreeSet<Caller>) -> Option<&'c Caller> {
        let is_traced = self.is_traced(file);
        let entry = self.entries.get(file);
        let relative = file.strip_prefix(&self.root).map(Utf8Path::as_str).unwrap_or_default();
        let of_site = self.site.map_or(&[][..], |site| site_handlers::request_exports(site, relative));
        callers.iter().find(|caller| match caller {
            Caller::Export(name) => {
                let is_handler = |handler: &Option<String>| match handler {
                    Some(handler) => handler == name,
                    None => HANDLERS.contains(&name.as_str()),
                };
                entry.is_some_and(is_handler) || of_site.contains(&name.as_str())
            }
            Caller::Answer | Caller::Route | Caller::Context => is_traced,
        })
    }

    /// Whether a client is certainly made without `key` among its options, wherever one is made.
    pub fn all_lack(&self, key: &str) -> bool {
        let mut made = self.files.values().flat_map(|code| &code.creations);
        made.all(|creation| creation.options.lacks(key))
    }

    /// Whether the URL of the schema is the one that is used: no client is made with another one, as far as is seen.
    pub fn use_schema_url(&self) -> bool {
        ["datasources", "datasourceUrl", "adapter"].iter().all(|key| self.all_lack(key))
    }
}

impl Analysis<'_> {
    /// The project's own code that mentions the client.
    pub fn clients(&self) -> &Clients {
        self.clients.get_or_init(|| Clients::of(self))
    }

    /// Whether something that is deployed uses the client.
    pub fn deployed_client(&self) -> Option<Deployed> {
        if self.functions().any(|view| view.prisma().is_some()) {
            return Some(Deployed::Surely);
        }
        let making = self.clients().files.iter().filter(|(_, code)| !code.creations.is_empty());
        let certainty = |file| if self.clients().is_traced(file) { Deployed::Surely } else { Deployed::Perhaps };
        making.map(|(file, _)| certainty(file)).max()
    }

    /// Whether the class of a client is Prisma's own, and not one of the project's that is called the same; none where that is not seen.
    pub fn is_class_of_prisma(&self, file: &Utf8Path, made: &Creation) -> Option<bool> {
        let specifier = &made.import.as_ref()?.specifier;
        let mut sites = self.functions().filter_map(|view| view.prisma()).flat_map(|prisma| &prisma.imports);
        if sites.any(|site| site.file == file && site.specifier == *specifier) {
            return Some(true);
        }
        let folder = file.parent().filter(|_| specifier.starts_with('.'))?;
        let meant = paths::normalize(&folder.join(specifier));
        if prisma::outputs(self.project()).iter().any(|output| meant.starts_with(output)) {
            return Some(true);
        }
        let is_meant = |own: &Utf8PathBuf| {
            let stem = own.with_extension("");
            meant == *own || meant == stem || meant.with_extension("") == stem || meant.join("index") == stem
        };
        self.clients().files.keys().any(is_meant).then_some(false)
    }

    /// The version of the client: that of the functions, else the project's.
    pub fn prisma_version(&self) -> Option<PrismaVersion> {
        let of_function = self.functions().find_map(|view| view.prisma()?.version.clone());
        of_function.or_else(|| PrismaVersion::of(self.project()))
    }

    /// The client's era, where the version or the package's name tells.
    pub fn prisma_era(&self) -> Option<ClientEra> {
        let of_function = self.functions().find_map(|view| view.prisma()?.era);
        of_function.or_else(|| self.prisma_version()?.era())
    }

    /// Whether Prisma's own engine opens the connections, with the URL of the schema; none where the version is not known.
    pub fn connects_by_engine(&self) -> Option<bool> {
        let generators = || self.project().schemas().iter().flat_map(Schema::generators);
        if generators().any(|generator: Generator<'_>| generator.is_engineless()) || !self.clients().use_schema_url() {
            return Some(false);
        }
        Some(self.prisma_era()? != ClientEra::NoEngine)
    }
}

fn mentions_prisma(project: &Project<'_>) -> bool {
    let own = |name: &str| project.package().is_some_and(|package| package.dependency(name).is_some());
    // What is installed above is found too.
    let above = project.package_of("..");
    let depends = |name: &str| own(name) || above.as_ref().is_some_and(|package| package.dependency(name).is_some());
    PACKAGES.iter().any(|name| depends(name)) || !project.schemas().is_empty() || !project.clients().is_empty()
}

fn site(project: &Project<'_>) -> Option<&'static str> {
    let package = project.package()?;
    site_handlers::PACKAGES.into_iter().find(|name| package.dependency(name).is_some())
}

fn is_code(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, ending)| CODE.contains(&ending))
}

fn is_apart(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let folders = file.split('/').rev().skip(1);
    let is_test = [".test.", ".spec.", ".stories.", ".config.", ".d.ts"].iter().any(|mark| name.contains(mark));
    is_test || name.starts_with("seed") || folders.into_iter().any(|folder| APART.contains(&folder))
}
