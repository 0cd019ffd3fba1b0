//! What lies in the repository: typed views of configs, package.json, ignore files, Prisma schemas and generated clients.

pub mod client;
pub mod config;
pub mod discover;
pub mod generate;
pub mod install;
pub mod link;
pub mod lock;
pub mod package_json;
pub mod prisma_config;
pub mod revealed;
pub mod schema;
pub mod schema_copy;
mod schemas;
pub mod settings;
pub mod upload;
pub mod version;
mod workspace;
mod yaml;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustc_hash::FxHashMap;

use crate::base::fs::FileKind;
use crate::base::{Fs, paths};
use crate::document::Document;
use crate::platform::Platform;
pub use client::GeneratedClient;
pub use config::{Build, Config, Freshness, Program};
pub use generate::{Generates, Origin};
pub use lock::Lock;
pub use package_json::PackageJson;
pub use prisma_config::PrismaConfig;
pub use revealed::Revealed;
pub use schema::{Datasource, Generator, Schema};
pub use settings::Settings;
pub use upload::Upload;

/// Files that one project may have before the listing stops: a whole disk given by mistake must not hang a run.
const MAX_FILES: usize = 400_000;

/// Where the command line notes which project of the platform a folder is; the second is of before May 2020.
const LINKS: [&str; 2] = [".vercel/project.json", ".now/project.json"];

/// One folder that is deployed: a config, or a package.json without one. Everything beyond the config is read when first asked for.
pub struct Project<'f> {
    fs: &'f dyn Fs,
    root: Utf8PathBuf,
    repository: Utf8PathBuf,
    platform: Platform,
    config: Option<Config>,
    program: Option<Program>,
    isolated: bool,
    package: OnceLock<Option<Arc<PackageJson>>>,
    /// Those of folders, by file; none where there is none.
    packages: Mutex<FxHashMap<Utf8PathBuf, Option<Arc<PackageJson>>>>,
    config_files: OnceLock<Vec<&'static str>>,
    upload: OnceLock<Upload>,
    files: OnceLock<Vec<String>>,
    schemas: OnceLock<Vec<Schema>>,
    prisma_config: OnceLock<Option<PrismaConfig>>,
    clients: OnceLock<Vec<GeneratedClient>>,
    settings: OnceLock<Option<Settings>>,
    workspace: OnceLock<Vec<Utf8PathBuf>>,
    lock: OnceLock<Option<Lock>>,
    prisma_version: OnceLock<Option<version::Told>>,
    runs: OnceLock<generate::Runs>,
    generates: OnceLock<Generates>,
    git_ignores: OnceLock<Vec<Gitignore>>,
    prebuilt: OnceLock<Option<String>>,
}

impl<'f> Project<'f> {
    /// The project in `root` with its config, judged for `platform`. `repository` is the folder that paths of a trace are relative to.
    pub fn new(
        fs: &'f dyn Fs,
        root: Utf8PathBuf,
        repository: Utf8PathBuf,
        config: Option<Config>,
        platform: Platform,
    ) -> Self {
        Self {
            fs,
            root,
            repository,
            platform,
            config,
            program: None,
            isolated: false,
            package: OnceLock::new(),
            packages: Mutex::default(),
            config_files: OnceLock::new(),
            upload: OnceLock::new(),
            files: OnceLock::new(),
            schemas: OnceLock::new(),
            prisma_config: OnceLock::new(),
            clients: OnceLock::new(),
            settings: OnceLock::new(),
            workspace: OnceLock::new(),
            lock: OnceLock::new(),
            prisma_version: OnceLock::new(),
            runs: OnceLock::new(),
            generates: OnceLock::new(),
            git_ignores: OnceLock::new(),
            prebuilt: OnceLock::new(),
        }
    }

    /// Judge the config's text alone: nothing else of the project counts as known.
    #[must_use]
    pub fn isolated(mut self) -> Self {
        self.isolated = true;
        self
    }

    /// The config is what was made of this program, or the program itself, and then there is none to judge.
    #[must_use]
    pub fn of_program(mut self, program: Program) -> Self {
        self.program = Some(program);
        self
    }

    /// The program that the config is or was made of.
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref()
    }

    /// The names of the configs in the project's folder, of all platforms.
    pub fn config_files(&self) -> &[&'static str] {
        self.config_files.get_or_init(|| discover::configs_in(self.fs, &self.root))
    }

    /// Whether only the text of the config may be judged.
    pub fn is_isolated(&self) -> bool {
        self.isolated
    }

    /// What is not certain where nothing shows that this folder is deployed by itself, in words that begin with `if`: a config lies above it, or it has
    /// none. A folder that is linked to a project of the platform is deployed, and so is the root of a repository.
    pub fn doubt(&self) -> Option<String> {
        let is_linked = || LINKS.iter().any(|link| self.fs.is_file(&self.root.join(link)));
        if self.isolated || self.root == self.repository || is_linked() {
            return None;
        }
        let above = self.root.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.repository));
        let above = above.zip(1..).find_map(|(folder, steps)| {
            Some("../".repeat(steps) + discover::config_at(self.fs, folder, &self.repository)?)
        });
        match above {
            Some(above) => Some(format!("if this folder is deployed by itself, and not with {above}")),
            None if self.config.is_none() && self.program.is_none() => {
                Some("if this folder is deployed: it has no config".to_owned())
            }
            None => None,
        }
    }

    /// The file system it lies in.
    pub fn fs(&self) -> &'f dyn Fs {
        self.fs
    }

    /// Its folder, absolute.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The repository's folder: the nearest one at or above the project with a `.git`, else the project's.
    pub fn repository(&self) -> &Utf8Path {
        &self.repository
    }

    /// The platform it is judged for.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// The config, where there is one.
    pub fn config(&self) -> Option<&Config> {
        self.config.as_ref()
    }

    /// The package.json beside the config.
    pub fn package(&self) -> Option<&PackageJson> {
        self.own_package().as_deref()
    }

    fn own_package(&self) -> &Option<Arc<PackageJson>> {
        self.package.get_or_init(|| PackageJson::read(self.fs, &self.root.join("package.json")).map(Arc::new))
    }

    /// What is uploaded and what is not.
    pub fn upload(&self) -> &Upload {
        self.upload.get_or_init(|| Upload::read(self.fs, &self.root, self.platform))
    }

    /// The files that are uploaded, relative to the project, sorted. Links to folders are not followed.
    pub fn files(&self) -> &[String] {
        self.files.get_or_init(|| self.list())
    }

    /// The Prisma schemas: the one that `prisma generate` finds by itself first.
    pub fn schemas(&self) -> &[Schema] {
        self.schemas.get_or_init(|| schemas::find(self))
    }

    /// The datasources of the schemas.
    pub fn datasources(&self) -> Vec<Datasource<'_>> {
        self.schemas().iter().flat_map(Schema::datasources).collect()
    }

    /// The prisma.config.ts, or its like.
    pub fn prisma_config(&self) -> Option<&PrismaConfig> {
        self.prisma_config.get_or_init(|| PrismaConfig::find(self.fs, &self.root)).as_ref()
    }

    /// Whether it has the `contract.prisma` that takes the schema's place in Prisma 8.
    pub fn has_contract(&self) -> bool {
        self.schemas().is_empty() && self.files().iter().any(|file| file.rsplit('/').next() == Some("contract.prisma"))
    }

    /// The generated clients that lie in the project now.
    pub fn clients(&self) -> &[GeneratedClient] {
        self.clients.get_or_init(|| client::find(self))
    }

    /// nowcheck's own settings: the nearest at or above the project, up to the repository.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.get_or_init(|| settings::find(self)).as_ref()
    }

    /// The folders of the packages that are installed together with the project: those of the workspace that it lies in, first those that it depends on.
    pub fn workspace(&self) -> &[Utf8PathBuf] {
        self.workspace.get_or_init(|| {
            let root = workspace::root(self.fs, &self.root).filter(|root| root.starts_with(&self.repository));
            let folders = root.map(|root| workspace::packages(self.fs, &root)).unwrap_or_default();
            workspace::needed_first(self, folders)
        })
    }

    /// The lock file that an install of the project goes by.
    pub fn lock(&self) -> Option<&Lock> {
        let find = || if self.isolated { None } else { Lock::find(self.fs, &self.root, &self.repository) };
        self.lock.get_or_init(find).as_ref()
    }

    /// `path` relative to the project, with `/`.
    pub fn relative(&self, path: &Utf8Path) -> String {
        paths::relative(path, &self.root)
    }

    /// Whether a file lies at `path`, relative to the project, uploaded or not.
    pub fn has_file(&self, path: &str) -> bool {
        self.fs.is_file(&self.root.join(path))
    }

    /// Whether a folder lies at `path`, relative to the project, uploaded or not, links followed.
    pub fn has_folder(&self, path: &str) -> bool {
        self.fs.is_dir(&self.root.join(path))
    }

    /// The package.json that holds for the files of `folder`, relative to the project: the nearest in it or above it, up to the repository.
    pub fn package_of(&self, folder: &str) -> Option<Arc<PackageJson>> {
        let folder = paths::normalize(&self.root.join(folder));
        let mut folders = folder.ancestors().take_while(|folder| folder.starts_with(&self.repository));
        folders.find_map(|folder| self.package_in(folder))
    }

    /// The package.json in `folder`, absolute.
    pub fn package_in(&self, folder: &Utf8Path) -> Option<Arc<PackageJson>> {
        if folder == self.root {
            return self.own_package().clone();
        }
        let file = folder.join("package.json");
        let mut known = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || PackageJson::read(self.fs, &file).map(Arc::new);
        known.entry(file.clone()).or_insert_with(read).clone()
    }

    /// The version of Prisma that it uses, and where that was read.
    pub fn prisma_version(&self) -> Option<&version::Told> {
        let find = || if self.isolated { None } else { version::of(self) };
        self.prisma_version.get_or_init(find).as_ref()
    }

    /// What the commands that a deploy runs come to.
    pub fn runs(&self) -> &generate::Runs {
        self.runs.get_or_init(|| generate::Runs::of(self))
    }

    /// Whether something that the platform runs calls generate.
    pub fn generates(&self) -> &Generates {
        self.generates.get_or_init(|| generate::generates(self))
    }

    /// What of the project uploads what was built before, in words: `vercel deploy --prebuilt` in a script or workflow. Then nothing is installed or
    /// generated on the platform.
    pub fn prebuilt(&self) -> Option<&str> {
        self.prebuilt.get_or_init(|| generate::prebuilt(self)).as_deref()
    }

    /// A source file of the project, for places in it; none where it cannot be read as text.
    pub fn source(&self, file: &Utf8Path) -> Option<Document> {
        Some(Document::source(file, self.fs.read_to_string(file).ok()?))
    }

    /// Whether a `.gitignore` of the project, or above it in the repository, names `path` (absolute) or a folder that holds it.
    pub fn git_ignores(&self, path: &Utf8Path) -> bool {
        let ignores = self.git_ignores.get_or_init(|| self.read_git_ignores());
        ignores.iter().any(|rules| {
            path.starts_with(rules.path()) && rules.matched_path_or_any_parents(path, self.fs.is_dir(path)).is_ignore()
        })
    }

    fn read_git_ignores(&self) -> Vec<Gitignore> {
        let folders = self.root.ancestors().take_while(|folder| folder.starts_with(&self.repository));
        let rules = folders.filter_map(|folder| {
            let text = self.fs.read_to_string(&folder.join(".gitignore")).ok()?;
            let mut builder = GitignoreBuilder::new(folder);
            for line in text.lines() {
                // A line that is no valid pattern matches nothing, there as here.
                let _ = builder.add_line(None, line);
            }
            builder.build().ok()
        });
        rules.collect()
    }

    fn list(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            if files.len() >= MAX_FILES {
                break;
            }
            for entry in self.fs.read_dir(&self.root.join(&folder)).unwrap_or_default() {
                let path = if folder.is_empty() { entry.name } else { format!("{folder}/{}", entry.name) };
                let is_dir = entry.kind == FileKind::Dir;
                if self.upload().ignores(&path, is_dir) {
                    continue;
                }
                match entry.kind {
                    FileKind::Dir => folders.push(path),
                    FileKind::File => files.push(path),
                    FileKind::Symlink if self.fs.is_file(&self.root.join(&path)) => files.push(path),
                    FileKind::Symlink | FileKind::Other => {}
                }
            }
        }
        files.sort_unstable();
        files
    }
}
