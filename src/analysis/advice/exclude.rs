//! What `excludeFiles` can leave out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::{Advice, Advisor, Gain, LEAST, Remedy};
use crate::bundle::graph::Node;
use crate::bundle::packages::package_folder;
use crate::bundle::why::package_of_folder;
use crate::bundle::{Cause, Kind, ReasonKind, assemble, exclusion, kinds, takes_exclude_files};
use crate::document::{Path, Segment};
use crate::platform::dev_packages::is_dev_package;
use crate::project::Origin;
use crate::project::schema::Targets;

/// The longest `excludeFiles` that the schema of today's platform takes in `functions`.
const MOST_TEXT: usize = 256;
/// The longest list of names that is written into a glob.
const MOST_NAMES: usize = 120;

impl<'a> Advisor<'a, '_> {
    /// Everything that globs can leave out: what nothing needs, and tools of development.
    pub(super) fn excludable(&self, found: &mut Vec<Advice>) {
        let (project, function) = (self.analysis.project(), self.view.function());
        let known = matches!(function.builder.name.as_deref(), Some("@vercel/node" | "@now/node"));
        if !known || !takes_exclude_files(project, function) {
            return;
        }
        let compiles = self.bundle.trace.files.keys().any(|name| is_compiler(name));
        for (kind, endings) in [(Kind::Maps, "*.map"), (Kind::Types, "*.d.{ts,mts,cts}")] {
            let certain = kind == Kind::Maps || !compiles;
            let of_kind = self.unneeded(|name| Kind::of(name) == kind);
            let what = kind.as_str().to_owned();
            found.extend(self.exclude(what, certain, &of_kind, |folder| format!("{folder}{endings}")));
        }
        let texts = self.unneeded(kinds::is_text_for_people);
        found.extend(self.named("readme, licence and history texts", &texts));
        found.extend(self.engines());
        let foreign = self.unneeded(is_foreign_addon);
        let addons = |_: &str| "**/prebuilds/{android,darwin,freebsd,win32}-*/**".to_owned();
        found.extend(self.exclude("native addons for other systems".to_owned(), true, &foreign, addons));
        self.tools(found);
    }

    /// The files of packages that are of a kind and that no code names one by one: a folder of theirs was carried, or a package as a whole.
    fn unneeded(&self, is_meant: impl Fn(&str) -> bool) -> BTreeSet<&'a str> {
        let is_by_the_way = |cause: &Cause| matches!(cause, Cause::Folder(_) | Cause::Package);
        let files = self.bundle.trace.files.iter().filter(|(name, reason)| {
            package_folder(name).is_some()
                && reason.kinds.iter().all(|kind| *kind == ReasonKind::Asset)
                && reason.parents.iter().all(|parent| is_by_the_way(&parent.cause))
                && !(is_of_typescript(name) && Kind::of(name) == Kind::Types)
                && is_meant(name)
        });
        files.map(|(name, _)| name.as_str()).collect()
    }

    /// Engines whose target is another than the one that the function looks for, where that one is there too.
    fn other_engines(&self) -> BTreeSet<&'a str> {
        let Some(prisma) = self.view.prisma() else { return BTreeSet::new() };
        let Some(needed) = &prisma.needed else { return BTreeSet::new() };
        let is_here = prisma.engines.iter().any(|engine| needed.accepts(&engine.name.target_name));
        if !is_here {
            return BTreeSet::new();
        }
        let is_made = |target: &str| {
            let schemas = self.analysis.project().schemas().iter();
            let mut targets = schemas.flat_map(|schema| schema.generators()).map(|generator| generator.targets());
            targets.any(|targets| matches!(targets, Targets::Listed(names) if names.iter().any(|name| name == target)))
        };
        let others = prisma.engines.iter().filter(|engine| {
            let target = &engine.name.target_name;
            !target.is_empty()
                && !needed.accepts(target)
                && (matches!(prisma.origin, Origin::Local(_)) || is_made(target))
        });
        let names = others.filter_map(|engine| engine.path.strip_prefix(&self.bundle.base).ok());
        let listed = names.filter_map(|name| self.bundle.trace.files.get_key_value(name.as_str()));
        listed.map(|(name, _)| name.as_str()).collect()
    }

    fn engines(&self) -> Option<Advice> {
        let files = self.other_engines();
        let mut advice = self.named("query engines that this function does not look for", &files)?;
        let engines = self.view.prisma().into_iter().flat_map(|prisma| &prisma.engines);
        let left_out = engines.filter(|engine| files.iter().any(|file| engine.path.as_str().ends_with(file)));
        let targets: BTreeSet<&str> = left_out.map(|engine| engine.name.target_name.as_str()).collect();
        let targets: Vec<&str> = targets.into_iter().collect();
        if let Remedy::Config { or, .. } = &mut advice.remedy {
            *or = Some(format!("take {} out of the targets in schema.prisma", targets.join(" and ")));
        }
        Some(advice)
    }

    /// Tools of development that packages bring. Where the project's own code asks for one, its import is the question.
    fn tools(&self, found: &mut Vec<Advice>) {
        let mut tools: BTreeMap<&str, BTreeSet<&'a str>> = BTreeMap::new();
        for name in self.bundle.trace.files.keys() {
            if let Some(tool) = package_folder(name).map(package_of_folder).filter(|name| is_dev_package(name)) {
                tools.entry(tool).or_default().insert(name);
            }
        }
        for (tool, files) in tools {
            let nodes: BTreeSet<Node> = files.iter().filter_map(|file| self.graph().file(file)).collect();
            if !self.explainer.requirers(&nodes, 1).1.is_empty() {
                continue;
            }
            let what = format!("{tool}, a tool of development");
            found.extend(self.exclude(what, false, &files, |folder| {
                let folder = folder.strip_suffix("node_modules/**/").map_or(folder, |_| "**/node_modules/");
                format!("{folder}{tool}/**")
            }));
        }
    }

    /// Files by their last names, those that gain most, as far as names make a glob of reasonable length.
    fn named(&self, what: &str, files: &BTreeSet<&'a str>) -> Option<Advice> {
        let mut names: BTreeMap<&str, u64> = BTreeMap::new();
        for file in files {
            *names.entry(last(file)).or_default() += self.size(file).bytes;
        }
        let others = self.bundle.trace.files.keys().filter(|name| !files.contains(name.as_str()));
        for name in others {
            names.remove(last(name));
        }
        names.retain(|name, _| !name.contains(['{', '}', ',', '[', ']', '*', '?', '!', '\\', '(', ')']));
        let mut names: Vec<(&str, u64)> = names.into_iter().collect();
        names.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
        let mut length = 0;
        let names: Vec<&str> = names
            .into_iter()
            .map(|(name, _)| name)
            .take_while(|name| {
                length += name.len() + 1;
                length <= MOST_NAMES
            })
            .collect();
        let glob = braced(&names)?;
        let meant: BTreeSet<&str> = files.iter().copied().filter(|file| names.contains(&last(file))).collect();
        self.exclude(what.to_owned(), true, &meant, |folder| format!("{folder}{glob}"))
    }

    /// Leaves out `files` by a glob that is made of the folders they lie in; nothing where no glob names them and only them.
    fn exclude(
        &self,
        what: String,
        certain: bool,
        files: &BTreeSet<&'a str>,
        make: impl Fn(&str) -> String,
    ) -> Option<Advice> {
        let folders: BTreeSet<String> = files.iter().map(|file| skeleton(file)).collect();
        let globs: BTreeSet<String> = folders.iter().map(|folder| make(folder)).collect();
        let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
        let glob = braced(&globs)?;
        let ignore = exclusion(std::slice::from_ref(&glob));
        let is_exact = self.bundle.trace.files.keys().all(|name| ignore(name) == files.contains(name.as_str()));
        if !is_exact {
            return None;
        }
        let (path, value) = self.written(&glob)?;
        Some(Advice {
            certain,
            what,
            gain: self.gain_without(&glob)?,
            remedy: Remedy::Config { path, value, glob, or: None },
        })
    }

    /// What goes when a glob is left out; nothing where that is too little to be told. Where links are on the way only the tracer itself can tell.
    fn gain_without(&self, glob: &str) -> Option<Gain> {
        let ignore = exclusion(&[glob.to_owned()]);
        let gain = self.gain(self.lost(&self.graph().reached_ignoring(ignore)));
        let is_worth_it = self.weight(gain) > LEAST;
        let has_links = self.bundle.files.iter().any(|file| file.mode == 0o120_777);
        if !has_links || !is_worth_it {
            return Some(gain).filter(|_| is_worth_it);
        }
        let mut function = self.view.function().clone();
        function.options.exclude_files.push(glob.to_owned());
        let left = assemble(self.analysis.project(), &function)?.ok()?;
        let left: BTreeSet<&str> = left.files.iter().map(|file| file.name.as_str()).collect();
        Some(self.gain(self.bundle.files.iter().map(|file| file.name.as_str()).filter(|name| !left.contains(name))))
    }

    /// Where `excludeFiles` stands or would stand, and its value with one glob more; none where the platform would refuse it as too long.
    fn written(&self, glob: &str) -> Option<(Path, Json)> {
        let function = self.view.function();
        let old = &function.options.exclude_files;
        if let Some(place) = function.place.as_ref().filter(|place| is_build(place)) {
            let globs: Vec<&str> = old.iter().map(String::as_str).chain([glob]).collect();
            return Some((place.key("config").key("excludeFiles"), json!(globs)));
        }
        let place = function.place.clone().unwrap_or_else(|| Path::keys(["functions", &function.entrypoint]));
        let globs: Vec<&str> = old.iter().map(String::as_str).chain([glob]).collect();
        let text = braced(&globs).filter(|text| text.len() <= MOST_TEXT)?;
        Some((place.key("excludeFiles"), json!(text)))
    }
}

fn is_build(place: &Path) -> bool {
    matches!(place.segments(), [Segment::Key(key), Segment::Index(_)] if &**key == "builds")
}

/// One text as it is, several in braces; none where there are none.
fn braced(texts: &[&str]) -> Option<String> {
    match texts {
        [] => None,
        [one] => Some((*one).to_owned()),
        many => Some(format!("{{{}}}", many.join(","))),
    }
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The folders above a file as a glob that also the tracer's own matcher reads so: its wildcards pass over names with a dot in front, so those are written.
fn skeleton(file: &str) -> String {
    let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders).split('/');
    let hidden: Vec<&str> = folders.filter(|name| name.starts_with('.') && name.len() > 1).collect();
    if hidden.is_empty() {
        return "**/node_modules/**/".to_owned();
    }
    hidden.iter().map(|name| format!("**/{name}/")).collect::<String>() + "**/"
}

fn is_of_typescript(name: &str) -> bool {
    package_folder(name).is_some_and(|folder| package_of_folder(folder) == "typescript")
}

/// The code of a compiler that reads type declarations while it runs.
fn is_compiler(name: &str) -> bool {
    is_of_typescript(name) && matches!(last(name), "typescript.js" | "tsc.js" | "_tsc.js" | "tsserverlibrary.js")
}

/// An addon below `prebuilds/` for a system that no function runs on: they all run on Linux.
fn is_foreign_addon(name: &str) -> bool {
    let Some((_, rest)) = name.rsplit_once("/prebuilds/") else { return false };
    ["android-", "darwin-", "freebsd-", "win32-"].iter().any(|system| rest.starts_with(system)) && rest.contains('/')
}
