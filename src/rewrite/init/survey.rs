//! What lies in a project that could be deployed.

use std::collections::BTreeMap;

use super::entries::{self, Search, Server};
use crate::platform::Platform;
use crate::platform::function_settings::api_builder;
use crate::platform::presets::{SERVER_PRESETS, SITE_PACKAGES, ServerPreset};
use crate::project::{PackageJson, Project};

/// The builders of functions in Node on platform `now`, without and with a query engine. Prisma's deployment page of 2019 prescribes the second.
pub(super) const NODE: &str = "@now/node";
/// See [`NODE`].
pub(super) const NODE_FOR_PRISMA: &str = "@now/node@canary";

/// What could be deployed.
pub(super) struct Survey {
    /// The server outside `api/`.
    pub(super) search: Search,
    /// Files below `api/` that are functions of their own, by the official builder that makes them.
    pub(super) api: BTreeMap<&'static str, Vec<String>>,
    /// Whether the server is made of files in `api/`.
    pub(super) server_uses_api: bool,
    /// The preset that starts the server by itself, as today's platform does.
    pub(super) preset: Option<&'static ServerPreset>,
    /// The tool that makes a site of the project.
    pub(super) site: Option<Site>,
    /// Folders below the project that are packages of their own, the first few.
    pub(super) packages: Vec<String>,
    /// Those of them, outside `api/` and workspaces, that a tool makes a site of, with its name.
    pub(super) sites_below: Vec<(String, &'static str)>,
    /// A page that needs no build.
    pub(super) page: Option<Page>,
}

/// A site that a build makes.
#[derive(Clone, Copy)]
pub(super) struct Site {
    /// The package that tells: `next`.
    pub(super) package: &'static str,
    /// Its name for people.
    pub(super) name: &'static str,
}

/// Packages below that are looked at.
const MAX_PACKAGES: usize = 5;
/// Functions whose code is looked into.
const MAX_LOOKED_INTO: usize = 60;

/// A page as it lies there.
#[derive(Clone)]
pub(super) struct Page {
    /// Its path.
    pub(super) file: String,
    /// The folder that is served as a site; empty for the project itself.
    pub(super) folder: &'static str,
}

/// Folders that hold a site as it lies there.
const SITE_FOLDERS: [&str; 3] = ["public", "", "www"];

impl Survey {
    pub(super) fn of(project: &Project<'_>) -> Self {
        let site = site(project);
        let search = entries::find(project, site.is_some());
        let preset = preset(project, &search);
        let search = match (search, preset.clone()) {
            (Search::Nothing, Some((_, entry))) if site.is_none() => {
                let parts = [entry.clone()].into();
                let unread = || Server {
                    entry: entry.clone(),
                    named_by: None,
                    is_server: true,
                    exports_handler: false,
                    parts,
                    serves: Default::default(),
                };
                let server = entries::look(project, &entry, None).unwrap_or_else(unread);
                Search::One(Server { is_server: true, ..server })
            }
            (search, _) => search,
        };
        let packages = packages(project);
        let mut survey = Self {
            sites_below: sites_below(project, &packages),
            packages,
            preset: preset.map(|(preset, _)| preset).filter(|_| matches!(search, Search::One(_))),
            search,
            api: BTreeMap::new(),
            server_uses_api: false,
            site,
            page: page(project),
        };
        survey.find_api(project);
        survey
    }

    /// The folder whose files are served as a site beside functions.
    pub(super) fn site_folder(&self) -> Option<&'static str> {
        self.page.as_ref().map(|page| page.folder).filter(|folder| !folder.is_empty())
    }

    fn find_api(&mut self, project: &Project<'_>) {
        let function = |file: &String| Some((api_builder(project.platform(), file)?, file.clone()));
        let mut api: Vec<_> = project.files().iter().filter_map(function).collect();
        match &self.search {
            // A server that lies in api/ is a function like the others there.
            Search::One(server) if api.iter().any(|(_, file)| *file == server.entry) => {
                api.retain(|(_, file)| *file == server.entry || !server.parts.contains(file));
                self.search = Search::Nothing;
            }
            Search::One(server) => {
                let all = api.len();
                api.retain(|(_, file)| !server.parts.contains(file));
                self.server_uses_api = api.len() < all;
            }
            _ => {}
        }
        let looked: Vec<Server> =
            api.iter().take(MAX_LOOKED_INTO).filter_map(|(_, file)| entries::look(project, file, None)).collect();
        let is_part = |file: &String| {
            let is_handler = looked.iter().any(|server| server.entry == *file);
            let mut holders = looked.iter().filter(|server| server.entry != *file && server.parts.contains(file));
            holders.any(|holder| holder.is_server || !is_handler)
        };
        // What no handler is, is no function where builds are written file by file; today's platform makes one of it all the same.
        let on_now = project.platform() == Platform::Now;
        let is_known = |file: &str| looked.iter().any(|server| server.entry == file);
        let is_function = |at: usize, builder: &str, file: &str| {
            !on_now || builder != NODE || is_known(file) || at >= MAX_LOOKED_INTO
        };
        for (at, (builder, file)) in api.into_iter().enumerate() {
            if !is_part(&file) && is_function(at, builder, &file) {
                self.api.entry(builder).or_default().push(file);
            }
        }
    }

    /// Whether there is no page and no site that a URL could be meant for.
    pub(super) fn has_no_pages(&self, project: &Project<'_>) -> bool {
        let has_page = || project.files().iter().any(|file| file.ends_with(".html"));
        self.site.is_none() && self.sites_below.is_empty() && !has_page()
    }

    /// The one function below `api/` that is a server and so could answer every URL, where nothing else would.
    pub(super) fn only_api_server(&self, project: &Project<'_>) -> Option<&str> {
        let mut files = self.api.values().flatten();
        let (file, None) = (files.next()?, files.next()) else { return None };
        let is_alone = self.search == Search::Nothing && self.has_no_pages(project);
        let is_server = || entries::look(project, file, None).is_some_and(|server| server.is_server);
        (is_alone && is_server()).then_some(file)
    }
}

fn packages(project: &Project<'_>) -> Vec<String> {
    let folders = project.files().iter().filter_map(|file| file.strip_suffix("/package.json"));
    folders.filter(|folder| folder.matches('/').count() < 2).take(MAX_PACKAGES).map(str::to_owned).collect()
}

fn sites_below(project: &Project<'_>, packages: &[String]) -> Vec<(String, &'static str)> {
    if !project.workspace().is_empty() {
        // The packages of a workspace are projects of their own.
        return Vec::new();
    }
    let site = |folder: &String| {
        let package = PackageJson::read(project.fs(), &project.root().join(folder).join("package.json"))?;
        let (_, name) = SITE_PACKAGES.iter().find(|(name, _)| package.dependency(name).is_some())?;
        Some((folder.clone(), *name))
    };
    packages.iter().filter(|folder| !folder.starts_with("api")).filter_map(site).collect()
}

fn page(project: &Project<'_>) -> Option<Page> {
    let page = |folder: &'static str| {
        let file = if folder.is_empty() { "index.html".to_owned() } else { format!("{folder}/index.html") };
        (project.upload().includes(&file) && project.has_file(&file)).then_some(Page { file, folder })
    };
    SITE_FOLDERS.into_iter().find_map(page)
}

/// The tool that builds a site here, known by its package.
fn site(project: &Project<'_>) -> Option<Site> {
    let package = project.package()?;
    let build = package.script("build").unwrap_or_default();
    // Test runners bring a bundler along.
    let is_used = |name: &str| !["vite", "parcel"].contains(&name) || build.contains(name);
    let known = SITE_PACKAGES.iter().find(|(name, _)| package.dependency(name).is_some() && is_used(name));
    known.map(|(package, name)| Site { package, name })
}

/// The preset that starts exactly the server that was found, or, where none was found, the file that it would start.
fn preset(project: &Project<'_>, search: &Search) -> Option<(&'static ServerPreset, String)> {
    if project.platform() != Platform::Vercel {
        return None;
    }
    let package = project.package()?;
    let preset = SERVER_PRESETS.iter().find(|preset| package.dependency(preset.package).is_some())?;
    let imports = |file: &str| {
        let text = project.source(&project.root().join(file));
        text.is_some_and(|text| preset.is_imported_in(text.text()))
    };
    let is_there = |file: &String| project.upload().includes(file) && project.has_file(file);
    let usual = preset.candidates().filter(is_there).find(|file| imports(file));
    let main = || package.main().map(str::to_owned).filter(is_there).filter(|file| imports(file));
    let started = usual.or_else(main)?;
    match search {
        // Another file that is part of the server and exports it is as good.
        Search::One(server) if server.entry != started => {
            let exports = || entries::look(project, &started, None).is_some_and(|server| server.exports_handler);
            (server.parts.contains(&started) && exports()).then_some((preset, started))
        }
        Search::Several(_) => None,
        _ => Some((preset, started)),
    }
}
