//! `.vercel/output`: Build Output API v3.
//!
//! A function is a folder `functions/NAME.func`: its files are those in the folder but for `.vc-config.json`, and those that `filePathMap` in it names
//! by their path from the folder that was built. A link to such a folder is another name of the same function.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::{Built, BuiltFunction, Places, Source, json};
use crate::base::fs::{FileKind, Fs};
use crate::base::paths;
use crate::bundle::size::BundleFile;
use crate::project::Project;

const OUTPUT: &str = ".vercel/output";
const CONFIG: &str = ".vc-config.json";
/// More than this is no output of a build.
const MOST_ENTRIES: usize = 400_000;

pub(super) fn read(project: &Project<'_>) -> Option<Built> {
    let base = base(project)?;
    let output = base.join(OUTPUT);
    let fs = project.fs();
    let config = output.join("config.json");
    let mut reader =
        Reader { fs, base: &base, output: &output, places: Places::new(fs), entries: 0, warnings: Vec::new() };
    let functions = reader.functions();
    let warnings = reader.warnings;
    let builds = json(fs, &output.join("builds.json")).unwrap_or_default();
    let at = fs.metadata(&config).ok().and_then(|metadata| metadata.modified);
    let stale = unfinished(fs, &config, &builds);
    Some(Built { source: Source::Output, at, functions, entries: entries(&builds), warnings, stale, base })
}

/// Why the output is not that of a build that was finished: `config.json` is written last. A build that fails writes an empty one, and its error into
/// `builds.json` (vercel 64.0.2, read 2026-11).
fn unfinished(fs: &dyn Fs, config: &Utf8Path, builds: &Value) -> Option<String> {
    match json(fs, config) {
        Ok(value) if value.get("version").and_then(Value::as_u64) == Some(3) => {}
        Ok(_) => return Some("config.json is not of version 3 of the Build Output API".to_owned()),
        Err(_) if fs.symlink_metadata(config).is_err() => {
            return Some("it has no config.json, which a build writes last".to_owned());
        }
        Err(error) => return Some(format!("config.json cannot be read: {error}")),
    }
    let one = |value: &Value| value.get("error").is_some_and(|error| !error.is_null());
    let failed = one(builds) || builds.get("builds").and_then(Value::as_array).is_some_and(|all| all.iter().any(one));
    failed.then(|| "its build failed, as builds.json says".to_owned())
}

/// The files that functions were made of one by one, as `builds.json` names them.
fn entries(builds: &Value) -> Vec<String> {
    const BUILDERS: [&str; 4] = ["@vercel/node", "@vercel/python", "@vercel/ruby", "@vercel/go"];
    let builds = builds.get("builds").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let source = |build: &Value| {
        let by = build.get("use")?.as_str()?;
        let is_one_file =
            BUILDERS.iter().any(|known| by.strip_prefix(known).is_some_and(|rest| !rest.starts_with('-')));
        let src = build.get("src")?.as_str()?;
        let is_plain = !src.contains(['*', '<']) && is_plain(src) && !src.ends_with("package.json");
        (is_one_file && is_plain).then(|| src.to_owned())
    };
    builds.iter().filter_map(source).collect()
}

/// The folder that was built: the project's own, or the repository's where its settings name the project's folder.
fn base(project: &Project<'_>) -> Option<Utf8PathBuf> {
    let (fs, root, repository) = (project.fs(), project.root(), project.repository());
    if fs.is_dir(&root.join(OUTPUT)) {
        return Some(root.to_owned());
    }
    let settings = json(fs, &repository.join(".vercel/project.json")).ok()?;
    let folder = settings.get("settings")?.get("rootDirectory")?.as_str()?;
    let is_this = paths::normalize(&repository.join(folder)) == root;
    (is_this && fs.is_dir(&repository.join(OUTPUT))).then(|| repository.to_owned())
}

struct Reader<'a> {
    fs: &'a dyn Fs,
    base: &'a Utf8Path,
    output: &'a Utf8Path,
    places: Places<'a>,
    entries: usize,
    warnings: Vec<String>,
}

impl Reader<'_> {
    fn shown(&self, path: &Utf8Path) -> String {
        paths::relative(path, self.base)
    }

    fn warn(&mut self, path: &Utf8Path, text: &str) {
        self.warnings.push(format!("{} {text}", self.shown(path)));
    }

    /// Counts an entry; says once where there are too many.
    fn counts(&mut self) -> bool {
        self.entries += 1;
        if self.entries == MOST_ENTRIES {
            self.warnings.push(format!("{OUTPUT} has more than {MOST_ENTRIES} entries: the rest is not read"));
        }
        self.entries < MOST_ENTRIES
    }

    fn functions(&mut self) -> Vec<BuiltFunction> {
        let mut named: BTreeMap<Utf8PathBuf, Vec<String>> = BTreeMap::new();
        let top = self.output.join("functions");
        for (name, folder) in self.folders(&top) {
            match self.real(&folder) {
                Some(real) => named.entry(real).or_default().push(name),
                None => self.warn(&folder, "leads nowhere, in a circle, or out of the output"),
            }
        }
        let functions = named.into_iter().filter_map(|(folder, mut names)| {
            // Next.js gives a page a second name for the data of its server components, and internal pages start with `_`.
            names.sort_by_key(|name| (name.ends_with(".rsc"), name.starts_with('_'), name.clone()));
            self.function(&folder, names)
        });
        let mut functions: Vec<_> = functions.collect();
        functions.sort_by(|one, other| one.names.cmp(&other.names));
        functions
    }

    /// Every `.func` below a folder, with the function's name. What lies inside of one is its own.
    fn folders(&mut self, top: &Utf8Path) -> Vec<(String, Utf8PathBuf)> {
        let mut found = Vec::new();
        let mut open = vec![top.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match self.fs.read_dir(&folder) {
                Ok(entries) => entries,
                Err(_) if folder == top => continue,
                Err(error) => {
                    self.warn(&folder, &format!("cannot be read: {error}"));
                    continue;
                }
            };
            for entry in entries {
                if !self.counts() {
                    return found;
                }
                let path = folder.join(&entry.name);
                match (entry.name.ends_with(".func"), entry.kind) {
                    (true, FileKind::Dir | FileKind::Symlink) => {
                        let name = paths::relative(&path, top);
                        found.push((name.strip_suffix(".func").unwrap_or(&name).to_owned(), path));
                    }
                    (false, FileKind::Dir) => open.push(path),
                    _ => {}
                }
            }
        }
        found
    }

    /// The folder that a `.func` is, links followed, if it is one of the output's.
    fn real(&self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        let real = self.fs.canonicalize(folder).ok()?;
        let output = self.fs.canonicalize(self.output).ok()?;
        let inside = real.strip_prefix(&output).ok()?;
        self.fs.is_dir(&real).then(|| self.output.join(inside))
    }

    fn function(&mut self, folder: &Utf8Path, names: Vec<String>) -> Option<BuiltFunction> {
        let file = folder.join(CONFIG);
        let config = match json(self.fs, &file) {
            Ok(config) if config.is_object() => config,
            Ok(_) => {
                self.warn(&file, "is no object: its function is not counted");
                return None;
            }
            Err(error) => {
                self.warn(&file, &format!("cannot be read ({error}): its function is not counted"));
                return None;
            }
        };
        let text = |key| config.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut function = BuiltFunction {
            names,
            place: folder.to_owned(),
            handler: text("handler").or_else(|| text("entrypoint")).unwrap_or_default(),
            runtime: text("runtime"),
            architecture: text("architecture"),
            environment: environment(config.get("environment")),
            streams: config.get("supportsResponseStreaming").and_then(Value::as_bool) == Some(true),
            framework: config.get("framework").and_then(|framework| framework.get("slug")?.as_str()).map(str::to_owned),
            ..BuiltFunction::default()
        };
        let mut files = BTreeMap::new();
        self.physical(folder, &mut files, &mut function);
        self.mapped(&file, config.get("filePathMap"), &mut files, &mut function);
        function.files = files.into_values().collect();
        if !function.handler.is_empty() && !function.files.iter().any(|file| file.name == function.handler) {
            // A handler of other languages names no file.
            if function.is_edge() || function.runtime.as_deref().is_some_and(|runtime| runtime.starts_with("nodejs")) {
                function.warnings.push(format!("its handler {} is not among its files", function.handler));
            }
        }
        Some(function)
    }

    /// What lies in the folder itself.
    fn physical(
        &mut self,
        top: &Utf8Path,
        files: &mut BTreeMap<String, Arc<BundleFile>>,
        function: &mut BuiltFunction,
    ) {
        let mut open = vec![top.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match self.fs.read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    function.unreadable.push(format!("{} cannot be read: {error}", self.shown(&folder)));
                    continue;
                }
            };
            for child in entries {
                if !self.counts() {
                    return;
                }
                let path = folder.join(&child.name);
                let name = paths::relative(&path, top);
                match child.kind {
                    FileKind::Dir => open.push(path),
                    _ if name == CONFIG => {}
                    _ => match self.places.entry(&name, path.clone()) {
                        Ok(found) => files.extend(found.map(|file| (name, file))),
                        Err(error) => {
                            function.unreadable.push(format!("{} cannot be read: {error}", self.shown(&path)));
                        }
                    },
                }
            }
        }
    }

    /// What `filePathMap` names. It wins over a file of the same name in the folder.
    fn mapped(
        &mut self,
        config: &Utf8Path,
        map: Option<&Value>,
        files: &mut BTreeMap<String, Arc<BundleFile>>,
        function: &mut BuiltFunction,
    ) {
        let map = match map {
            None | Some(Value::Null) => return,
            Some(Value::Object(map)) => map,
            Some(_) => return self.warn(config, "has a filePathMap that is no object"),
        };
        let mut outside = Vec::new();
        for (name, target) in map {
            let path = target.as_str().map(|target| paths::normalize(&self.base.join(target)));
            let inside = path.filter(|path| path.starts_with(self.base) && is_plain(name));
            let Some(path) = inside else {
                outside.push(name.as_str());
                continue;
            };
            let shown = self.shown(&path);
            match self.places.entry(name, path) {
                Ok(found) => files.extend(found.map(|file| (name.clone(), file))),
                Err(ErrorKind::NotFound | ErrorKind::NotADirectory) => function.missing.push(shown),
                Err(error) => function.unreadable.push(format!("{shown} cannot be read: {error}")),
            }
        }
        if let [first, rest @ ..] = outside.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            function
                .warnings
                .push(format!("filePathMap names nothing below the repository at {first:?}{more}: not uploaded"));
        }
    }
}

/// Whether a name stays below the folder that it is relative to.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The names alone: an object today, a list of single pairs in older builds.
fn environment(value: Option<&Value>) -> Vec<String> {
    let names = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
    let mut found = match value {
        Some(Value::Object(object)) => names(object),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).flat_map(names).collect(),
        _ => Vec::new(),
    };
    found.sort();
    found.dedup();
    found
}
