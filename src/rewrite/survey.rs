//! What lies in a project that could be deployed.

use std::collections::BTreeMap;

use super::entries::{self, Search, Server};
use crate::detect::builds;
use crate::platform::Platform;
use crate::platform::presets::{SERVER_PRESETS, SITE_PACKAGES, ServerPreset};
use crate::project::Project;

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
    /// A page that is served as it lies there.
    pub(super) page: Option<&'static str>,
}

/// A site that a build makes.
#[derive(Clone, Copy)]
pub(super) struct Site {
    /// The package that tells: `next`.
    pub(super) package: Option<&'static str>,
    /// Its name for people.
    pub(super) name: &'static str,
}

/// Functions whose code is looked into.
const MAX_LOOKED_INTO: usize = 60;

/// Pages at places that need no build.
const PAGES: [&str; 2] = ["public/index.html", "index.html"];

impl Survey {
    pub(super) fn of(project: &Project<'_>) -> Self {
        let site = site(project);
        let search = match (entries::find(project), &site) {
            // What a bundler starts from exports things too.
            (Search::One(server), Some(_)) if !server.is_server => Search::Nothing,
            (search, _) => search,
        };
        let preset = preset(project, &search);
        let search = match (search, preset.clone()) {
            (Search::Nothing, Some((_, entry))) if site.is_none() => {
                let parts =
                    entries::look(project, &entry, None).map_or_else(|| [entry.clone()].into(), |server| server.parts);
                Search::One(Server { entry, named_by: None, is_server: true, parts })
            }
            (search, _) => search,
        };
        let mut survey = Self {
            preset: preset.map(|(preset, _)| preset).filter(|_| matches!(search, Search::One(_))),
            search,
            api: BTreeMap::new(),
            server_uses_api: false,
            site,
            page: PAGES.into_iter().find(|page| project.has_file(page)),
        };
        survey.find_api(project);
        survey
    }

    fn find_api(&mut self, project: &Project<'_>) {
        let function = |file: &String| Some((builds::api_function(project.platform(), file)?, file.clone()));
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
        for (builder, file) in api.into_iter().filter(|(_, file)| !is_part(file)) {
            self.api.entry(builder).or_default().push(file);
        }
    }

    /// The one function below `api/` that is a server and so could answer every URL, where nothing else would.
    pub(super) fn only_api_server(&self, project: &Project<'_>) -> Option<&str> {
        let mut files = self.api.values().flatten();
        let (file, None) = (files.next()?, files.next()) else { return None };
        let is_alone = self.page.is_none() && self.site.is_none() && self.search == Search::Nothing;
        let is_server = || entries::look(project, file, None).is_some_and(|server| server.is_server);
        (is_alone && is_server()).then_some(file)
    }
}

/// The tool that builds a site here: known by its package, or only by a `build` script beside no server.
fn site(project: &Project<'_>) -> Option<Site> {
    let package = project.package()?;
    let known = SITE_PACKAGES.iter().find(|(name, _)| package.dependency(name).is_some());
    known.map(|(package, name)| Site { package: Some(package), name })
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
            let exports = || entries::exports_one_thing(project.fs(), &project.root().join(&started));
            (server.parts.contains(&started) && exports()).then_some((preset, started))
        }
        Search::Several(_) => None,
        _ => Some((preset, started)),
    }
}
