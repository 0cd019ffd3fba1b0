//! The pages of Next.js that a built function holds: which sources they are made of, and what these reach.
//!
//! A build lists the files of a page, but not who asks for them. The sources do: they are followed by the tracer's rules, with the aliases of the compiler.

mod config;

pub use config::{Included, NextConfig, covers, literal};

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use super::trace::{Trace, TraceOptions, trace};
use crate::base::paths;
use crate::document::{Document, Node};
use crate::platform::trace_profile;
use crate::project::Project;

const ENDINGS: [&str; 4] = ["tsx", "ts", "jsx", "js"];
/// Files of a folder that are part of each page in it and below.
const AROUND: [&str; 6] = ["layout", "template", "loading", "error", "not-found", "default"];
/// Deeper folders of a page are not looked at.
const DEEPEST: usize = 40;

/// The pages of a function.
#[derive(Debug, Default)]
pub struct Pages {
    /// Their paths as Next.js compares them with keys of its config: `/app/api/x`, `/pages/index`.
    pub paths: BTreeSet<String>,
    /// What their sources reach.
    pub trace: Trace,
}

impl Pages {
    /// The pages among the shipped files of a function, named relative to `base`. None where no source of one is found or can be followed.
    pub fn of<'n>(project: &Project<'_>, base: &Utf8Path, shipped: impl Iterator<Item = &'n str>) -> Option<Self> {
        let server = format!("{}/", paths::relative(&project.root().join(".next/server"), base));
        let (mut paths, mut entries) = (BTreeSet::new(), BTreeSet::new());
        for page in shipped.filter_map(|name| name.strip_prefix(&server)?.strip_suffix(".js")) {
            let Some((kind, path)) = page.split_once('/') else { continue };
            if !matches!(kind, "app" | "pages") || path.starts_with('_') && kind == "pages" {
                continue;
            }
            if let Some(source) = source(project, kind, path) {
                paths.insert(route(kind, path));
                entries.extend(if kind == "app" { around(project, &source) } else { Vec::new() });
                entries.insert(source);
            }
        }
        let options = TraceOptions {
            cwd: project.root().to_owned(),
            aliases: aliases(project),
            ..TraceOptions::new(base, trace_profile::NEXT)
        };
        let entries: Vec<Utf8PathBuf> = entries.into_iter().collect();
        let trace = if entries.is_empty() { return None } else { trace(project.fs(), &entries, &options).ok()? };
        Some(Self { paths, trace })
    }

    /// Of the shipped files, named relative to `base`, those that `outputFileTracingIncludes` adds to these pages, each with the first glob that names it.
    pub fn included<'n, 'c>(
        &self,
        project: &Project<'_>,
        config: &'c NextConfig,
        base: &Utf8Path,
        shipped: impl Iterator<Item = &'n str>,
    ) -> BTreeMap<&'n str, &'c Included> {
        let is_for_us = |included: &&Included| self.paths.iter().any(|page| covers(&included.pages, page));
        let globs: Vec<_> = config.includes.iter().filter(is_for_us).filter_map(Included::matcher).collect();
        let mut found = BTreeMap::new();
        for name in shipped.filter(|_| !globs.is_empty()) {
            let file = paths::relative(&base.join(name), project.root());
            let by = globs.iter().find(|(_, glob)| glob.is_match(&file));
            found.extend(by.map(|(included, _)| (name, *included)));
        }
        found
    }
}

/// The source of a page, absolute: `app/x/page` or `pages/x`.
fn source(project: &Project<'_>, kind: &str, page: &str) -> Option<Utf8PathBuf> {
    let is_page = kind == "pages" || matches!(page.rsplit('/').next(), Some("page" | "route"));
    let index = (kind == "pages").then_some("/index").into_iter();
    let stems = std::iter::once("").chain(index).filter(|_| is_page).map(|rest| format!("{kind}/{page}{rest}"));
    let mut files = stems.flat_map(|stem| ["", "src/"].map(|top| project.root().join(format!("{top}{stem}"))));
    files.find_map(|stem| with_ending(project, &stem))
}

fn with_ending(project: &Project<'_>, stem: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut files = ENDINGS.iter().map(|ending| Utf8PathBuf::from(format!("{stem}.{ending}")));
    files.find(|file| project.fs().is_file(file))
}

/// The layouts and their like that a page of `app` stands in.
fn around(project: &Project<'_>, page: &Utf8Path) -> Vec<Utf8PathBuf> {
    let folders = page.ancestors().skip(1).take(DEEPEST).take_while(|folder| folder.starts_with(project.root()));
    let stems = folders.flat_map(|folder| AROUND.map(|stem| folder.join(stem)));
    stems.filter_map(|stem| with_ending(project, &stem)).collect()
}

/// The path of a page without what is not in its address: groups, slots, and the name of the file in `app`.
fn route(kind: &str, page: &str) -> String {
    let mut route = format!("/{kind}");
    let folders = if kind == "app" { page.rsplit_once('/').map_or("", |(folders, _)| folders) } else { page };
    let is_hidden =
        |part: &&str| kind == "app" && (part.starts_with('@') || part.starts_with('(') && part.ends_with(')'));
    for part in folders.split('/').filter(|part| !part.is_empty() && !is_hidden(part)) {
        route.push('/');
        route.push_str(part);
    }
    route
}

/// The aliases of tsconfig.json or jsconfig.json as the tracer takes them: names, or beginnings that end in `/`. Of several targets the first.
pub fn aliases(project: &Project<'_>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let files = ["tsconfig.json", "jsconfig.json"].map(|name| project.root().join(name));
    let Some(file) = files.iter().find(|file| project.fs().is_file(file)) else { return found };
    let Ok(text) = project.fs().read_to_string(file) else { return found };
    let document = Document::json(file.clone(), text);
    let options = document.root().and_then(|root| root.get("compilerOptions"));
    let base = options.and_then(|options| options.get("baseUrl")).and_then(Node::as_str);
    let folder = project.root().join(base.unwrap_or("."));
    for (member, targets) in options.and_then(|options| options.get("paths")).into_iter().flat_map(Node::members) {
        let Some(target) = targets.strings().first().copied() else { continue };
        let (key, target) = match (member.key.strip_suffix('*'), target.strip_suffix('*')) {
            (Some(key), Some(target)) if key.ends_with('/') => {
                (key, format!("{}/", paths::normalize(&folder.join(target))))
            }
            (None, None) => (&*member.key, paths::normalize(&folder.join(target)).into_string()),
            _ => continue,
        };
        found.insert(key.to_owned(), target);
    }
    if base.is_some() {
        let entries = project.fs().read_dir(&folder).unwrap_or_default();
        for entry in entries.into_iter().filter(|entry| entry.name != "node_modules" && !entry.name.starts_with('.')) {
            found.entry(format!("{}/", entry.name)).or_insert_with(|| format!("{}/", folder.join(&entry.name)));
        }
    }
    found
}

/// The key of the config that stands for a page: its address, taken literally.
pub fn key(page: &str) -> String {
    let address = page.strip_prefix("/app").or_else(|| page.strip_prefix("/pages")).unwrap_or(page);
    let address = address.strip_suffix("/index").unwrap_or(address);
    if address.is_empty() { "/".to_owned() } else { literal(address) }
}

/// Whether the config's keys are among those that are still tried out, in the Next.js that is installed: before 15.
pub fn is_experimental(project: &Project<'_>) -> bool {
    let version = || {
        let text = project.fs().read_to_string(&project.root().join("node_modules/next/package.json")).ok()?;
        let major =
            serde_json::from_str::<Json>(&text).ok()?.get("version")?.as_str()?.split('.').next()?.parse::<u32>();
        major.ok()
    };
    version().is_some_and(|major| major < 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_page() {
        assert_eq!(route("app", "(shop)/@side/cart/page"), "/app/cart");
        assert_eq!(route("app", "page"), "/app");
        assert_eq!(route("pages", "api/[id]"), "/pages/api/[id]");
        assert_eq!(["/app", "/pages/index", "/app/api/[id]"].map(key), ["/", "/", r"/api/\[id\]"]);
    }
}
