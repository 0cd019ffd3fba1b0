//! Whether the client of a function will find its engine: the folders in which it looks, against the files that are shipped.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::{FunctionView, target};
use crate::base::glob::Glob;
use crate::base::paths;
use crate::bundle::{self, Bundle};
use crate::engine::{EngineKind, EngineName, name};
use crate::platform::engine_search::{self, Place};
use crate::project::Generates;
use crate::project::version::PrismaVersion;
use crate::project::{GeneratedClient, Origin};

/// Where a function's files lie while it runs.
const TASK: &str = "/var/task";

/// What becomes of a file that the client needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shipped {
    /// It lies where the client looks.
    Found,
    /// It is shipped under this name, where the client does not look.
    Elsewhere(String),
    /// `excludeFiles` names it, at this path from the project.
    Excluded(String),
    /// It is not shipped.
    Lost,
}

impl<'a> FunctionView<'a, '_> {
    /// The generated client that it uses, where it lies here.
    pub fn client(self) -> Option<&'a GeneratedClient> {
        let client = self.analysis().project().clients().get(self.prisma()?.client?)?;
        (!client.is_stub()).then_some(client)
    }

    /// What becomes of the engine that lies with the client here and is uploaded: one for any target that is looked for. None where there is no such
    /// engine, or where the files of the function are not known.
    fn own_engine(self) -> Option<Shipped> {
        let (prisma, bundle, client) = (self.prisma()?, self.bundle()?, self.client()?);
        let project = self.analysis().project();
        let needed = prisma.needed.as_ref();
        let accepted = |file: &str| {
            let name = EngineName::parse(file.rsplit('/').next().unwrap_or(file));
            name.is_some_and(|name| needed.is_none_or(|needed| needed.accepts(&name.target_name)))
        };
        if prisma.is_prebuilt {
            return prisma.engines.iter().any(|engine| accepted(engine.path.as_str())).then_some(Shipped::Found);
        }
        let uploaded = |file: &&Utf8PathBuf| project.upload().includes(&project.relative(file));
        let here = client.engine_files.iter().filter(uploaded).find(|file| accepted(file.as_str()))?;
        let folders = Home::of(client).names(bundle, prisma.version.as_ref());
        let shipped: Vec<&String> = bundle
            .files
            .iter()
            .map(|file| &file.name)
            .filter(|name| bundle::is_engine(name) && accepted(name))
            .collect();
        let is_found = |name: &&&String| folders.contains(folder_of(name));
        Some(match (shipped.iter().find(is_found), shipped.first()) {
            (Some(_), _) => Shipped::Found,
            (None, Some(name)) => Shipped::Elsewhere((*name).clone()),
            (None, None) if self.excludes(here) => Shipped::Excluded(project.relative(here)),
            (None, None) => Shipped::Lost,
        })
    }

    /// The path, from the project, of the engine that generate will write on the build machine, where `excludeFiles` names it.
    fn engine_to_be_excluded(self) -> Option<String> {
        let (kind, needed) = (self.engine_kind()?, self.prisma()?.needed.as_ref()?);
        let files: Vec<String> = needed.names.iter().filter_map(|target| name::file_name(kind, target)).collect();
        self.to_be_excluded(&files)
    }

    /// What becomes of the engine of the function: of one that lies here, or of one that generate is going to write. None where it is found, as far as can
    /// be told, or where there is none.
    pub fn lost_engine(self) -> Option<Shipped> {
        let shipped = match self.prisma()?.origin {
            Origin::Local(_) => self.own_engine()?,
            Origin::Remote(_) | Origin::Unknown(_) => Shipped::Excluded(self.engine_to_be_excluded()?),
        };
        (shipped != Shipped::Found).then_some(shipped)
    }

    /// What to name in `includeFiles`, so that the client has what `excludeFiles` takes away with `file`, a file of its folder.
    pub fn to_include(self, file: &str) -> String {
        let folder = folder_of(file);
        let excludes = |name: &str| self.excludes(&self.analysis().project().root().join(folder).join(name));
        let needs_schema = !file.ends_with("schema.prisma") && self.lost_schema().is_some();
        match excludes("index.js") {
            true => format!("{folder}/**"),
            false if needs_schema => {
                format!("{folder}/{{schema.prisma,{}}}", file.get(folder.len() + 1..).unwrap_or(file))
            }
            false => file.to_owned(),
        }
    }

    /// The path, from the project, of the copy of the schema that the client reads when it starts, and what becomes of it, where it is not shipped.
    pub fn lost_schema(self) -> Option<(String, Shipped)> {
        let (prisma, bundle) = (self.prisma()?, self.bundle()?);
        let is_library = self.engine_kind()? == EngineKind::Library;
        if !engine_search::reads_schema(prisma.version.as_ref()?.semantic(), is_library) {
            return None;
        }
        if !matches!(prisma.origin, Origin::Local(_)) {
            let path = self.to_be_excluded(&["schema.prisma".to_owned()])?;
            return Some((path.clone(), Shipped::Excluded(path)));
        }
        // Every generated client of these versions names it.
        let client = self.client().filter(|client| client.index.text().contains("schema.prisma"))?;
        let file = client.folder.join("schema.prisma");
        let name = paths::relative(&file, &bundle.base);
        // A build may have put the client elsewhere, with all that belongs to it.
        let is_copy = |shipped: &str| shipped == name || (prisma.is_prebuilt && shipped.ends_with("/schema.prisma"));
        if bundle.files.iter().any(|file| is_copy(&file.name)) {
            return None;
        }
        let path = self.analysis().project().relative(&file);
        let what = if self.excludes(&file) { Shipped::Excluded(path.clone()) } else { Shipped::Lost };
        Some((path, what))
    }

    /// The folders in which the client looks for its engine, in its order, as the running function has them. Empty where they cannot be told.
    pub fn searched(self) -> Vec<String> {
        let Some(prisma) = self.prisma() else { return Vec::new() };
        let to_come = || {
            let folder = self.folders_to_come()?.into_iter().next()?;
            let schema = self.generator().map(|(schema, _)| schema.folder().to_owned());
            let is_package = folder.ends_with("node_modules/.prisma/client");
            Some(Home { folder, is_package, schema })
        };
        let home = self.client().map(Home::of).or_else(to_come);
        let folders = home.map(|home| home.searched(prisma.version.as_ref())).unwrap_or_default();
        let base = self.analysis().project().repository();
        folders.iter().map(|folder| format!("{TASK}/{}", paths::relative(folder, base))).collect()
    }

    /// The kind of engine that its client looks for.
    fn engine_kind(self) -> Option<EngineKind> {
        match self.generator().and_then(|(_, generator)| generator.text("engineType")) {
            Some("binary") => Some(EngineKind::Binary),
            Some("library") => Some(EngineKind::Library),
            _ => Some(target::kind(self.prisma()?.version.as_ref())),
        }
    }

    /// Whether `excludeFiles` takes `file` (absolute) out of the function.
    fn excludes(self, file: &Utf8Path) -> bool {
        let (project, function) = (self.analysis().project(), self.function());
        let options = &function.options;
        if options.exclude_files.is_empty() || !bundle::takes_exclude_files(project, function) {
            return false;
        }
        let included =
            options.include_files.iter().filter_map(|pattern| Glob::new(pattern.trim_start_matches("./")).ok());
        let path = project.relative(file);
        let name = paths::relative(file, project.repository());
        bundle::exclusion(&options.exclude_files)(&name) && !included.into_iter().any(|glob| glob.is_match(&path))
    }

    /// The path, from the project, of a file that generate will write, where `excludeFiles` names all of `files` wherever the client may be written to.
    fn to_be_excluded(self, files: &[String]) -> Option<String> {
        let is_excluding = !self.function().options.exclude_files.is_empty();
        // Where nothing generates, that is the finding.
        if !is_excluding || matches!(self.analysis().project().generates(), Generates::Never(_)) {
            return None;
        }
        let folders = self.folders_to_come()?;
        let paths: Vec<Utf8PathBuf> =
            folders.iter().flat_map(|folder| files.iter().map(move |file| folder.join(file))).collect();
        let first = paths.first()?;
        paths.iter().all(|path| self.excludes(path)).then(|| self.analysis().project().relative(first))
    }

    /// Where generate will write the client, absolute; none where that cannot be told.
    fn folders_to_come(self) -> Option<Vec<Utf8PathBuf>> {
        let project = self.analysis().project();
        if let Some(client) = self.client() {
            return Some(vec![client.folder.clone()]);
        }
        if let Some(output) = self.generator().and_then(|(schema, generator)| schema.output(&generator)) {
            return Some(vec![output]);
        }
        let roots = BTreeSet::from([project.root(), project.repository()]);
        // pnpm writes it into a folder whose name holds versions.
        let is_pnpm = roots.iter().any(|root| project.fs().is_file(&root.join("pnpm-lock.yaml")));
        if is_pnpm || self.prisma()?.package != Some("@prisma/client") {
            return None;
        }
        Some(roots.into_iter().map(|root| root.join("node_modules/.prisma/client")).collect())
    }
}

/// The folder of a file of a function, by its name there.
pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Where a client lies, or will lie.
pub(super) struct Home {
    folder: Utf8PathBuf,
    is_package: bool,
    /// The folder of the schema.
    schema: Option<Utf8PathBuf>,
}

impl Home {
    pub(super) fn of(client: &GeneratedClient) -> Self {
        let schema = client.schema_folder().map(|path| paths::normalize(&client.folder.join(path)));
        Self { folder: client.folder.clone(), is_package: client.package == Some("@prisma/client"), schema }
    }

    /// The folders that a client of that version searches, by their names in the function.
    pub(super) fn names(&self, bundle: &Bundle, version: Option<&PrismaVersion>) -> BTreeSet<String> {
        self.searched(version).iter().map(|folder| paths::relative(folder, &bundle.base)).collect()
    }

    /// The folders that a client of that version searches, in its order. Those that no function has are left out.
    fn searched(&self, version: Option<&PrismaVersion>) -> Vec<Utf8PathBuf> {
        let folder = &self.folder;
        let (above_runtime, beside) = match self.is_package {
            true => (folder.join("../../@prisma/client"), folder.clone()),
            false => (folder.clone(), folder.join("../../.prisma/client")),
        };
        let order = version.map_or(engine_search::TODAY, |version| engine_search::order(version.semantic()));
        let mut found: Vec<Utf8PathBuf> = Vec::new();
        for place in order {
            let folders = match place {
                Place::Generated => vec![folder.clone()],
                Place::AboveRuntime => vec![above_runtime.clone()],
                Place::BesidePackage => vec![beside.clone()],
                Place::Runtime => vec![folder.join("runtime")],
                Place::Schema => self.schema.clone().into_iter().collect(),
                Place::Baked | Place::Temporary => Vec::new(),
            };
            for folder in folders.iter().map(|folder| paths::normalize(folder)) {
                if !found.contains(&folder) {
                    found.push(folder);
                }
            }
        }
        found
    }
}
