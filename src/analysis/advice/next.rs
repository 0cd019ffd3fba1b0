//! What `outputFileTracingExcludes` of Next.js can leave out of a function with pages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::waste::other_engines;
use super::{Advice, Advisor, Gain, Remedy};
use crate::analysis::prisma;
use crate::base::paths;
use crate::bundle::next::{Pages, covers, is_experimental, key, literal};
use crate::bundle::packages::package_folder;

/// Folders and files that one piece of advice names, at most.
const MOST: usize = 12;
/// A function with more pages gets one key for all.
const MOST_PAGES: usize = 4;
const EVERY_PAGE: &str = "/**";
/// Packages that Next's own server is made of, which no page has to ask for.
const OF_NEXT: [&str; 9] = [
    "next",
    "react",
    "react-dom",
    "styled-jsx",
    "@swc/helpers",
    "@next/env",
    "caniuse-lite",
    "client-only",
    "server-only",
];

impl<'a> Advisor<'a, '_> {
    /// What the config of Next.js can leave out: engines that are not looked for, and what only `outputFileTracingIncludes` adds. The value of each piece
    /// holds those before it.
    pub(super) fn configurable(&self, found: &mut Vec<Advice>) {
        let Some(pages) = self.view.pages() else { return };
        let keys = keys(pages);
        let needed = self.needed_beside(&keys);
        let engines = self.engines_of_pages();
        let mut pieces = Vec::new();
        // All pages run on the same runtime: what one does not look for, none does.
        if let Some((files, targets)) = &engines {
            let what = "query engines that this function does not look for".to_owned();
            let note = format!(", or take {} out of the targets in schema.prisma", listed(targets));
            pieces.push((true, what, files.iter().map(|file| (*file).to_owned()).collect(), note));
        }
        let taken = engines.map(|(files, _)| files).unwrap_or_default();
        pieces.extend(self.added(&taken, &needed).into_iter().map(|(what, places, note)| (false, what, places, note)));
        let (mut globs, mut gained) = (Vec::new(), Gain::default());
        for (certain, what, places, note) in pieces {
            let before = globs.len();
            globs.extend(places);
            let all = self.gain(self.shipped().filter(|name| globs.iter().any(|place| is_at(name, place))));
            let gain = all.since(gained);
            if !self.is_worth_it(gain) {
                globs.truncate(before);
                continue;
            }
            gained = all;
            found.push(Advice { certain, what, gain, remedy: self.excluding(&keys, &globs, note) });
        }
    }

    fn shipped(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.bundle.files.iter().map(|file| file.name.as_str())
    }

    /// Engines beside the one that the client of these pages looks for, and their targets.
    fn engines_of_pages(&self) -> Option<(BTreeSet<&'a str>, Vec<String>)> {
        let prisma = prisma::find(self.analysis, self.view, self.view.trace()?)?;
        let shipped: BTreeSet<&str> = self.shipped().collect();
        let files = other_engines(self.view, &prisma, self.bundle, |name| shipped.get(name).copied());
        let left_out =
            prisma.engines.iter().filter(|engine| files.iter().any(|file| engine.path.as_str().ends_with(file)));
        let targets: BTreeSet<String> = left_out.map(|engine| engine.name.target_name.clone()).collect();
        (!files.is_empty()).then(|| (files, targets.into_iter().collect()))
    }

    /// Tells of a file or folder whether code of other pages that the keys cover too asks for something in it.
    fn needed_beside(&self, keys: &BTreeSet<String>) -> impl Fn(&str) -> bool + use<'a> {
        let own = self.view.function().name.as_str();
        let others = self.analysis.deployed().filter(|other| other.function().name != own);
        let covered = others.filter(|other| {
            let pages = other.pages().into_iter().flat_map(|pages| &pages.paths);
            pages.into_iter().any(|page| keys.iter().any(|key| covers(key, page)))
        });
        let mut files: BTreeSet<String> = BTreeSet::new();
        for trace in covered.filter_map(|other| other.trace()) {
            files.extend(trace.files.keys().cloned());
        }
        move |place| {
            files.contains(place) || {
                let folder = format!("{place}/");
                files.range(folder.clone()..).next().is_some_and(|file| file.starts_with(&folder))
            }
        }
    }

    /// What each glob of `outputFileTracingIncludes` adds and no code of the pages asks for: in words, as the highest folders that hold nothing else, and the glob's place.
    fn added(&self, taken: &BTreeSet<&str>, needed: &impl Fn(&str) -> bool) -> Vec<(String, Vec<String>, String)> {
        let (Some(trace), Some(config)) = (self.view.trace(), self.analysis.next_config()) else { return Vec::new() };
        let is_next = |name: &str| {
            package_folder(name)
                .is_some_and(|folder| OF_NEXT.iter().any(|own| folder.ends_with(&format!("node_modules/{own}"))))
        };
        let is_unasked = |name: &str| {
            self.view.configured().contains_key(name)
                && !trace.files.contains_key(name)
                && !taken.contains(name)
                && !is_next(name)
        };
        // Of each folder, how many files lie below it, and how many of them nothing asks for.
        let mut folders: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for name in self.shipped() {
            let unasked = usize::from(is_unasked(name) || taken.contains(name));
            for (at, _) in name.match_indices('/') {
                let counts = folders.entry(&name[..at]).or_default();
                *counts = (counts.0 + 1, counts.1 + unasked);
            }
        }
        let project = paths::relative(self.analysis.project().root(), &self.bundle.base);
        let is_narrow = |folder: &str| {
            let last = folder.rsplit('/').next().unwrap_or(folder);
            last != "node_modules"
                && !(last.starts_with('@') && folder.contains("node_modules/"))
                && !is_at(&project, folder)
        };
        let mut places: BTreeMap<(usize, &str), BTreeMap<&str, u64>> = BTreeMap::new();
        for name in self.shipped().filter(|name| is_unasked(name)) {
            let Some(by) = self.view.configured().get(name) else { continue };
            let mut above = name.match_indices('/').map(|(at, _)| &name[..at]);
            let whole = above.find(|folder| {
                is_narrow(folder) && !needed(folder) && folders.get(folder).is_some_and(|(all, unasked)| all == unasked)
            });
            let place = whole.unwrap_or(name);
            if !needed(place) {
                *places.entry((by.line, &by.glob)).or_default().entry(place).or_default() += self.size(name).bytes;
            }
        }
        let mut found = Vec::new();
        for ((line, glob), places) in places {
            let mut places: Vec<(&str, u64)> =
                places.into_iter().filter(|(_, bytes)| *bytes > self.least / 4).collect();
            places.sort_by_key(|(place, bytes)| (std::cmp::Reverse(*bytes), *place));
            places.truncate(MOST);
            let Some((largest, _)) = places.first() else { continue };
            let bytes: u64 = places.iter().map(|(_, bytes)| bytes).sum();
            let what =
                format!("what {glob} of outputFileTracingIncludes adds and no code here asks for, such as {largest}");
            let note = format!(", or narrow {}:{line}", config.file);
            found.push((bytes, (what, places.into_iter().map(|(place, _)| place.to_owned()).collect(), note)));
        }
        found.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        found.into_iter().map(|(_, piece)| piece).collect()
    }

    /// The config that leaves out these files and folders, beside what it leaves out already.
    fn excluding(&self, keys: &BTreeSet<String>, places: &[String], note: String) -> Remedy {
        let project = self.analysis.project();
        let file = self.analysis.next_config().map_or("next.config.js", |config| config.file);
        let known = self.analysis.next_config().map_or(Some(&[][..]), |config| config.excludes.as_deref());
        let mut value: BTreeMap<String, Vec<String>> = known.unwrap_or_default().iter().cloned().collect();
        for key in keys {
            let globs = value.entry(key.clone()).or_default();
            for place in places {
                let path = paths::relative(&self.bundle.base.join(place), project.root());
                let is_file = self.bundle.files.iter().any(|file| file.name == *place);
                let lead = if path.starts_with("../") { "" } else { "./" };
                let glob = format!("{lead}{}{}", literal(&path), if is_file { "" } else { "/**" });
                if !globs.contains(&glob) {
                    globs.push(glob);
                }
            }
        }
        let add = if known.is_none() { ", beside what stands there" } else { "" };
        let place = if is_experimental(project) {
            "experimental.outputFileTracingExcludes"
        } else {
            "outputFileTracingExcludes"
        };
        Remedy::Next { file, place, value: json!(value), note: format!("{add}{note}") }
    }
}

/// The keys of the config for the pages of a function.
fn keys(pages: &Pages) -> BTreeSet<String> {
    let keys: BTreeSet<String> = pages.paths.iter().map(|page| key(page)).collect();
    if keys.len() > MOST_PAGES { BTreeSet::from([EVERY_PAGE.to_owned()]) } else { keys }
}

/// `a, b and c`.
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// Whether a file is the one at a place or lies below it.
fn is_at(name: &str, place: &str) -> bool {
    name.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A value as it is written in the config, with room for a line to break at.
pub(super) fn fragment(place: &str, value: &Json) -> String {
    let lists = value.as_object().into_iter().flatten().map(|(key, globs)| {
        let globs: Vec<String> = globs.as_array().into_iter().flatten().map(Json::to_string).collect();
        format!("{}: [{}]", json!(key), globs.join(", "))
    });
    let value = format!("{{ {} }}", lists.collect::<Vec<_>>().join(", "));
    match place.split_once('.') {
        Some((outer, inner)) => format!("{outer}: {{ {inner}: {value} }}"),
        None => format!("{place}: {value}"),
    }
}
