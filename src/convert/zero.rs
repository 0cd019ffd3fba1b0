//! A project without `builds` that deploys what it deployed with them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Outputs;
use super::builders::{Successor, WITHOUT_EFFECT, sources, successor};
use super::globs::one_glob;
use crate::detect::builds;
use crate::document::{Document, Path};
use crate::platform::builder_use::BuilderUse;
use crate::platform::function_settings::{api_builder, is_middleware};
use crate::platform::{Platform, uploads};
use crate::project::{Build, Project};

/// What stands in the place of `builds`.
#[derive(Debug, Clone, Default)]
pub struct ZeroConfig {
    /// Top-level keys, in the order in which they are written.
    pub settings: Vec<(&'static str, Value)>,
    /// What is deployed.
    pub outputs: Outputs,
    /// Paths with another name now: the old path or, with a slash behind it, the old folder, and the new one.
    moved: Vec<(String, String)>,
    functions: BTreeMap<String, String>,
}

/// Why `builds` stay: a sentence that follows "because".
type Reason = String;

/// The site that is built, beside the functions.
#[derive(Debug, PartialEq, Eq)]
enum Site {
    Next,
    /// A script of package.json, and the folder that it fills.
    Script(&'static str, String),
    /// A folder served as it is; the empty one is the project's own.
    Folder(String),
}

impl ZeroConfig {
    /// Where a destination of a route leads now.
    pub fn moved(&self, dest: &str) -> Option<String> {
        if dest.contains("://") {
            return None;
        }
        let (path, query) = dest.split_at(dest.find('?').unwrap_or(dest.len()));
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        if let Some(function) = path.strip_prefix('/').and_then(|path| self.functions.get(path)) {
            return Some(format!("/{function}{query}"));
        }
        self.moved.iter().find_map(|(old, new)| Some(format!("{new}{}{query}", path.strip_prefix(old.as_str())?)))
    }
}

/// What the project needs in its config without `builds`.
///
/// # Errors
/// Why the deployment would not be the same.
pub fn zero_config(project: &Project<'_>) -> Result<ZeroConfig, Reason> {
    let config = project.config().ok_or("there is no config")?;
    if project.is_isolated() {
        return Err("the files of the project are not known here".to_owned());
    }
    let mut plan = ZeroConfig::default();
    let mut site = None;
    let mut options = Map::new();
    let mut statics = BTreeSet::new();
    for build in &config.builds() {
        let uses = build.uses.map(BuilderUse::parse).ok_or("a build names no builder")?;
        let name = match successor(&uses) {
            Successor::Official(name) => name,
            Successor::Itself => {
                uses.builder().map(|known| known.name).ok_or(format!("{} is no official builder", uses.text))?
            }
            _ => return Err(format!("{} has no counterpart", uses.text)),
        };
        match name {
            "@vercel/next" => site = Some(only(site, next(project, build)?)?),
            "@vercel/static-build" => site = Some(only(site, script(project, build)?)?),
            "@vercel/static" => statics.extend(sources(project, build).ok_or("a `src` names other files today")?),
            "@vercel/python" => {
                return Err(
                    "without builds only Python files with an entry point of a known shape are functions".to_owned()
                );
            }
            name => functions(project, build, name, &mut plan, &mut options)?,
        }
    }
    if !statics.is_empty() {
        site = Some(only(site, folder(project, &statics, &plan)?)?);
    }
    no_others(project, &plan, site.as_ref())?;
    plan.deploy(project, site, options, &statics);
    Ok(plan)
}

fn only(site: Option<Site>, another: Site) -> Result<Site, Reason> {
    match site {
        None => Ok(another),
        Some(_) => Err("without builds a project has one site, and these are two".to_owned()),
    }
}

fn only_options(build: &Build<'_>, known: &[&str]) -> Result<(), Reason> {
    let members = build.config.into_iter().flat_map(|config| config.members());
    let other =
        members.map(|(member, _)| &*member.key).find(|key| !known.contains(key) && !WITHOUT_EFFECT.contains(key));
    match other {
        None => Ok(()),
        Some(key) => Err(format!("the option `{key}` of a build has no counterpart")),
    }
}

fn next(project: &Project<'_>, build: &Build<'_>) -> Result<Site, Reason> {
    only_options(build, &[])?;
    let src = builds::normal_source(Platform::Vercel, build.src).unwrap_or_default();
    if !matches!(src.as_str(), "package.json" | "next.config.js") || !project.has_file(&src) {
        return Err(format!("{src} is not the root of the project"));
    }
    if project.package().is_some_and(|package| package.dependency("next").is_some()) {
        Ok(Site::Next)
    } else {
        Err("package.json does not name `next`".to_owned())
    }
}

fn script(project: &Project<'_>, build: &Build<'_>) -> Result<Site, Reason> {
    only_options(build, &["distDir"])?;
    let src = builds::normal_source(Platform::Vercel, build.src).unwrap_or_default();
    if src != "package.json" {
        return Err(format!("{src} is not the package.json of the project"));
    }
    let package = project.package().ok_or("there is no package.json")?;
    let has = |name: &&'static str| package.script(name).is_some();
    let name = ["vercel-build", "now-build", "build"].into_iter().find(has);
    let name = name.ok_or("package.json has no script that builds the site")?;
    let folder = build.option("distDir").and_then(|node| node.as_str()).unwrap_or("dist").trim_matches('/');
    if folder.is_empty() || folder.starts_with('.') {
        return Err("the site is built into the project's own folder".to_owned());
    }
    let name = if name == "now-build" && !keeps_now_build(package.document()) { "vercel-build" } else { name };
    Ok(Site::Script(name, folder.to_owned()))
}

/// Whether the script `now-build` cannot simply be called `vercel-build`: there is one already, another script calls it, or the file is no JSON.
pub fn keeps_now_build(package: &Document) -> bool {
    let scripts = package.get(&Path::keys(["scripts"]));
    let mut texts = scripts.into_iter().flat_map(|scripts| scripts.members()).filter_map(|(_, text)| text.as_str());
    scripts.is_some_and(|scripts| scripts.get("vercel-build").is_some())
        || texts.any(|text| text.contains("now-build"))
        || !package.problems().is_empty()
}

fn functions(
    project: &Project<'_>,
    build: &Build<'_>,
    name: &str,
    plan: &mut ZeroConfig,
    options: &mut Map<String, Value>,
) -> Result<(), Reason> {
    only_options(build, &["includeFiles", "excludeFiles"])?;
    let files = sources(project, build).filter(|files| !files.is_empty());
    let src = builds::normal_source(Platform::Vercel, build.src).unwrap_or_default();
    for file in files.ok_or_else(|| format!("no file is called {src}"))? {
        if api_builder(Platform::Vercel, &file) != Some(name) {
            return Err(format!("{file} is a function only through `builds`: without them, functions lie in api/"));
        }
        let path = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem).to_owned();
        if plan.functions.insert(file.clone(), path).is_some() {
            return Err(format!("{file} is built twice"));
        }
    }
    let mut own = Map::new();
    for key in ["includeFiles", "excludeFiles"] {
        let globs = build.option(key).map(|node| node.strings()).unwrap_or_default();
        if globs.is_empty() {
            continue;
        }
        let joined = one_glob(&globs).ok_or_else(|| format!("`{key}` cannot be written as one pattern"))?;
        own.insert(key.to_owned(), Value::from(joined));
    }
    if !own.is_empty() {
        options.insert(src, Value::Object(own));
    }
    Ok(())
}

/// The folder that holds the static files and nothing else: `public`, another one at the root, or the project itself.
fn folder(project: &Project<'_>, statics: &BTreeSet<String>, plan: &ZeroConfig) -> Result<Site, Reason> {
    let builds_itself = project.package().is_some_and(|package| package.script("build").is_some());
    if builds_itself {
        return Err("package.json has a script `build`, which runs without `builds`".to_owned());
    }
    let top = |file: &String| file.split_once('/').map(|(folder, _)| folder.to_owned());
    let tops: BTreeSet<_> = statics.iter().map(top).collect();
    let in_folder = |folder: &str| {
        let inside = |file: &&String| file.starts_with(folder) && file.as_bytes().get(folder.len()) == Some(&b'/');
        project.files().iter().filter(inside).all(|file| statics.contains(file))
    };
    if let [Some(folder)] = tops.iter().cloned().collect::<Vec<_>>().as_slice()
        && folder != "api"
        && in_folder(folder)
    {
        return Ok(Site::Folder(folder.clone()));
    }
    if project.package().is_some() || !plan.functions.is_empty() {
        return Err("not all static files lie in one folder".to_owned());
    }
    let served = |file: &&String| !uploads::is_never_served(file);
    let same = project.files().iter().filter(served).eq(statics.iter().filter(served));
    if same && !project.files().iter().any(|file| file.starts_with("public/")) {
        Ok(Site::Folder(String::new()))
    } else {
        Err("other files than those of `builds` would be served too".to_owned())
    }
}

/// Whether nothing becomes a function that was none.
fn no_others(project: &Project<'_>, plan: &ZeroConfig, site: Option<&Site>) -> Result<(), Reason> {
    let is_new = |file: &&String| {
        let function = api_builder(Platform::Vercel, file).is_some() && !plan.functions.contains_key(*file);
        function || (is_middleware(file) && site != Some(&Site::Next))
    };
    if let Some(file) = project.files().iter().find(is_new) {
        return Err(format!("{file} would become a function"));
    }
    if site.is_none() {
        if project.package().is_some_and(|package| package.script("build").is_some()) {
            return Err("package.json has a script `build`, which runs without `builds`".to_owned());
        }
        // Without a site everything beside the functions is served.
        let kept = |file: &&String| {
            uploads::is_never_served(file) || plan.functions.contains_key(*file) || file.starts_with("api/")
        };
        if let Some(file) = project.files().iter().find(|file| !kept(file)) {
            return Err(format!("{file} would be served as a file"));
        }
    }
    Ok(())
}

impl ZeroConfig {
    fn deploy(
        &mut self,
        project: &Project<'_>,
        site: Option<Site>,
        options: Map<String, Value>,
        statics: &BTreeSet<String>,
    ) {
        if !options.is_empty() {
            self.settings.push(("functions", Value::Object(options)));
        }
        for (file, path) in &self.functions {
            self.outputs.add(path, file);
            self.outputs.also(file, file);
        }
        let has_package = project.package().is_some();
        match site {
            Some(Site::Next) => {
                self.settings.push(("framework", json!("nextjs")));
                self.outputs.open();
            }
            Some(Site::Script(script, folder)) => {
                self.settings.push(("framework", Value::Null));
                self.settings.push(("buildCommand", json!(format!("npm run {script}"))));
                self.settings.push(("outputDirectory", json!(folder)));
                self.outputs.open();
            }
            Some(Site::Folder(folder)) => {
                if has_package {
                    self.settings.push(("framework", Value::Null));
                }
                if !matches!(folder.as_str(), "" | "public") {
                    self.settings.push(("outputDirectory", json!(folder)));
                }
                let served = statics.iter().filter(|file| !uploads::is_never_served(file));
                for file in served {
                    let inside = file.strip_prefix(&folder).unwrap_or(file);
                    self.outputs.add(inside.trim_start_matches('/'), file);
                }
                if !folder.is_empty() {
                    self.moved.push((format!("/{folder}/"), "/".to_owned()));
                }
            }
            None if has_package => self.settings.push(("framework", Value::Null)),
            None => {}
        }
    }
}
