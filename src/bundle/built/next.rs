//! `.next/**/*.nft.json`: what Next.js says that each page or route needs.
//!
//! The builder packs a page with the files of its list and a base that all pages share, and then joins pages into functions as far as they fit. How it
//! joins them cannot be known from here, so each page stands alone, and its size is the least that the function with it can have.
//! Source: @vercel/next 4 (server build), read 2026-11.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::{Built, BuiltFunction, Places, Source, json};
use crate::base::fs::{FileKind, Fs};
use crate::base::paths;
use crate::bundle::size::BundleFile;
use crate::project::Project;

const NEXT: &str = ".next";
const LIST: &str = ".js.nft.json";
/// More pages than any site has.
const MOST_ENTRIES: usize = 400_000;
/// Pages that every function has. Measured with Next.js 15.1.3.
const INTERNAL: [&str; 3] = ["_app", "_document", "_error"];
/// How the folders start that Next makes routes of for files of other names.
const METADATA: [&str; 8] =
    ["favicon", "icon", "apple-icon", "opengraph-image", "twitter-image", "sitemap", "robots", "manifest"];

pub(super) fn read(project: &Project<'_>) -> Option<Built> {
    let folder = project.root().join(NEXT);
    let fs = project.fs();
    let finished = folder.join("required-server-files.json");
    let at = fs.metadata(&finished).ok()?.modified;
    let base = project.repository().to_owned();
    let mut reader = Reader { fs, base: &base, next: &folder, places: Places::new(fs), warnings: Vec::new() };
    let shared = reader.shared();
    let shared = reader.listed(shared);
    let mut functions = reader.pages("pages", &shared);
    functions.extend(reader.pages("app", &shared));
    functions.sort_by(|one, other| one.names.cmp(&other.names));
    let warnings = reader.warnings;
    (!functions.is_empty()).then(|| Built {
        source: Source::Nft,
        at,
        functions,
        entries: Vec::new(),
        warnings,
        stale: None,
        base: base.clone(),
    })
}

struct Reader<'a> {
    fs: &'a dyn Fs,
    base: &'a Utf8Path,
    next: &'a Utf8Path,
    places: Places<'a>,
    warnings: Vec<String>,
}

/// Files, absolute.
type Files = BTreeSet<Utf8PathBuf>;

/// Files, and the names of those that are not there.
#[derive(Clone, Default)]
struct Listed {
    files: Vec<Arc<BundleFile>>,
    missing: BTreeSet<String>,
}

impl Reader<'_> {
    fn warn(&mut self, path: &Utf8Path, text: &str) {
        self.warnings.push(format!("{} {text}", paths::relative(path, self.base)));
    }

    /// The paths that a list names, from the folder that it lies in.
    fn list(&mut self, file: &Utf8Path) -> Files {
        let folder = file.parent().unwrap_or(self.next);
        match json(self.fs, file) {
            Ok(value) => match value.get("files").and_then(Value::as_array) {
                Some(files) => absolute(folder, files),
                None => {
                    self.warn(file, "has no list of files");
                    Files::new()
                }
            },
            Err(error) => {
                self.warn(file, &format!("cannot be read: {error}"));
                Files::new()
            }
        }
    }

    /// What every page is packed with: Next's server, what it reads at the start, and the instrumentation.
    fn shared(&mut self) -> Files {
        let mut files = Files::new();
        let servers = ["next-minimal-server.js.nft.json", "next-server.js.nft.json"].map(|name| self.next.join(name));
        match servers.iter().find(|file| self.fs.is_file(file)) {
            Some(server) => files.extend(self.list(server)),
            None => {
                self.warn(&self.next.join("next-server.js.nft.json"), "is not there: Next's own server is not counted")
            }
        }
        let instrumentation = self.next.join("server/instrumentation.js.nft.json");
        if self.fs.is_file(&instrumentation) {
            files.extend(self.list(&instrumentation));
        }
        for page in INTERNAL {
            let page = self.next.join("server/pages").join(page);
            let (file, list) = (page.with_extension("js"), page.with_extension("js.nft.json"));
            if self.fs.is_file(&list) {
                files.extend(self.list(&list));
                files.insert(file);
            }
        }
        let required = self.next.join("required-server-files.json");
        match json(self.fs, &required) {
            Ok(value) => {
                let project = self.next.parent().unwrap_or(self.next);
                files
                    .extend(absolute(project, value.get("files").and_then(Value::as_array).map_or(&[], Vec::as_slice)));
            }
            Err(error) => self.warn(&required, &format!("cannot be read: {error}")),
        }
        files
    }

    fn pages(&mut self, kind: &str, shared: &Listed) -> Vec<BuiltFunction> {
        let top = self.next.join("server").join(kind);
        let routes = json(self.fs, &self.next.join("app-path-routes-manifest.json")).ok();
        let mut functions = Vec::new();
        let (lists, is_cut) = lists(self.fs, &top);
        if is_cut {
            self.warn(&top, "has too many entries: the rest is not read");
        }
        for list in lists {
            let path = paths::relative(&list, &top);
            let Some(page) = path.strip_suffix(LIST) else { continue };
            if kind == "pages" && INTERNAL.contains(&page) {
                continue;
            }
            let route = routes.as_ref().and_then(|routes| routes.get(format!("/{page}"))?.as_str());
            let name = route.filter(|_| kind == "app").unwrap_or(page).trim_matches('/');
            let name = if name.is_empty() { "index" } else { name };
            let file = list
                .with_file_name(list.file_name().and_then(|name| name.strip_suffix(".nft.json")).unwrap_or_default());
            let mut paths = self.list(&list);
            paths.insert(file.clone());
            let own = self.listed(paths);
            let mut files = shared.clone();
            files.files.extend(own.files);
            files.missing.extend(own.missing);
            functions.push(self.function(name, &file, files));
        }
        functions
    }

    /// What the paths of a list are. What lies outside of the repository is not shipped.
    fn listed(&mut self, paths: Files) -> Listed {
        let mut listed = Listed::default();
        for path in paths.into_iter().filter(|path| path.starts_with(self.base)) {
            let name = paths::relative(&path, self.base);
            match self.places.entry(&name, path) {
                Ok(found) => listed.files.extend(found),
                Err(_) => {
                    listed.missing.insert(name);
                }
            }
        }
        listed
    }

    fn function(&self, name: &str, page: &Utf8Path, mut files: Listed) -> BuiltFunction {
        files.files.sort_by(|one, other| one.name.cmp(&other.name));
        files.files.dedup_by(|one, other| one.name == other.name);
        BuiltFunction {
            names: vec![name.to_owned()],
            place: page.to_owned(),
            handler: paths::relative(page, self.base),
            framework: Some("nextjs".to_owned()),
            files: files.files,
            missing: files.missing.into_iter().collect(),
            ..BuiltFunction::default()
        }
    }
}

/// The lists below a folder; whether there are too many entries to see all.
fn lists(fs: &dyn Fs, top: &Utf8Path) -> (Vec<Utf8PathBuf>, bool) {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![top.to_owned()], 0);
    while let Some(folder) = open.pop() {
        for entry in fs.read_dir(&folder).unwrap_or_default() {
            seen += 1;
            if seen > MOST_ENTRIES {
                return (found, true);
            }
            let path = folder.join(&entry.name);
            match entry.kind {
                FileKind::Dir => open.push(path),
                FileKind::File if entry.name.ends_with(LIST) => found.push(path),
                _ => {}
            }
        }
    }
    (found, false)
}

/// A page that was built and whose source is gone.
pub(super) fn gone(project: &Project<'_>) -> Option<String> {
    let server = project.root().join(NEXT).join("server");
    ["pages", "app"].into_iter().find_map(|kind| {
        let top = server.join(kind);
        let mut pages = lists(project.fs(), &top).0.into_iter().map(|list| paths::relative(&list, &top));
        let gone = pages.find(|page| page.strip_suffix(LIST).is_some_and(|page| !has_source(project, kind, page)));
        Some(format!("{kind}/{}", gone?.strip_suffix(LIST)?))
    })
}

/// Whether the file that a page is made of is there, whatever its ending. Pages that Next makes itself have none.
fn has_source(project: &Project<'_>, kind: &str, page: &str) -> bool {
    let (folder, file) = page.rsplit_once('/').unwrap_or(("", page));
    let made_of_other = match kind {
        "pages" => ["404", "500"].contains(&page),
        _ => file == "route" && METADATA.iter().any(|start| folder.split('/').any(|part| part.starts_with(start))),
    };
    let starts = |start: String| {
        let at = project.files().partition_point(|file| *file < start);
        project.files().get(at).is_some_and(|file| file.starts_with(&start))
    };
    let lies_in = |top: &str| {
        let start = format!("{top}{kind}/{page}");
        starts(format!("{start}.")) || (kind == "pages" && starts(format!("{start}/index.")))
    };
    page.starts_with('_') || made_of_other || lies_in("") || lies_in("src/")
}

fn absolute(folder: &Utf8Path, files: &[Value]) -> Files {
    files.iter().filter_map(Value::as_str).map(|file| paths::normalize(&folder.join(file))).collect()
}
