//! What `excludeFiles` can leave out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::next::listed;
use super::waste::{Waste, compiles};
use super::{Advice, Advisor, Gain, Remedy, is_build};
use crate::bundle::graph::Node;
use crate::bundle::next::literal;
use crate::bundle::packages::package_folder;
use crate::bundle::why::package_of_folder;
use crate::bundle::{assemble, exclusion, takes_exclude_files};
use crate::document::Path;
use crate::platform::dev_packages::is_dev_package;

/// The longest `excludeFiles` that the schema of today's platform takes in `functions`.
const MOST_TEXT: usize = 256;
/// The longest list of names that is written into a glob.
const MOST_NAMES: usize = 120;
/// What most globs begin with.
const IN_PACKAGES: &str = "**/node_modules/**/";

/// Files that a glob names, and only them.
struct Piece {
    what: String,
    /// What kind of files that nothing needs; none for those that something may need.
    waste: Option<Waste>,
    glob: String,
    /// What is said beside the place, such as what does as well.
    note: String,
}

impl<'a> Advisor<'a, '_> {
    /// Everything that globs can leave out: what nothing needs, and tools of development.
    pub(super) fn excludable(&self, found: &mut Vec<Advice>) {
        let (project, function) = (self.analysis.project(), self.view.function());
        let known = matches!(function.builder.name.as_deref(), Some("@vercel/node" | "@now/node"));
        if !known || !takes_exclude_files(project, function) {
            let what = "query engines that this function does not look for";
            found.extend(self.unmade_engines(what, |_| true));
            return;
        }
        let mut pieces = Vec::new();
        let may_need_types = compiles(&self.bundle.trace);
        for (waste, what, endings) in
            [(Waste::Maps, "source maps", "*.map"), (Waste::Types, "type declarations", "*.d.{ts,mts,cts}")]
        {
            let waste_if_unread = Some(waste).filter(|waste| *waste != Waste::Types || !may_need_types);
            let make = |folder: &str| format!("{folder}{endings}");
            pieces.extend(self.piece(what.to_owned(), waste_if_unread, &waste.files(self.view), make));
        }
        let texts = Waste::Texts.files(self.view);
        pieces.extend(self.named("readme, licence and history texts", Waste::Texts, &texts));
        pieces.extend(self.engines());
        let what = "query engines that this function does not look for, and that includeFiles names";
        found.extend(self.unmade_engines(what, |file| self.bundle.included.contains(file)));
        let foreign = Waste::Addons.files(self.view);
        let addons = |_: &str| "**/prebuilds/{android,darwin,freebsd,win32}-*/**".to_owned();
        pieces.extend(self.piece("native addons for other systems".to_owned(), Some(Waste::Addons), &foreign, addons));
        self.tools(&mut pieces);
        self.write(pieces, found);
    }

    /// Makes advice of pieces. The value of each certain piece holds those before it, and that of a question all certain ones, so that none takes
    /// back what another one gained; a gain is what comes on top of these.
    fn write(&self, mut pieces: Vec<Piece>, found: &mut Vec<Advice>) {
        for piece in &mut pieces {
            let needed_by = piece.waste.and_then(|waste| self.analysis.needs(self.view, waste, &piece.glob));
            if let Some(function) = needed_by {
                piece.waste = None;
                piece.what.push_str(&format!(", if {function} needs none of them"));
            }
        }
        pieces.sort_by_cached_key(|piece| {
            let gain = self.gain(self.lost_without(std::slice::from_ref(&piece.glob)));
            (piece.waste.is_none(), std::cmp::Reverse(self.weight(gain)))
        });
        let (mut before, mut gained) = (Vec::new(), Gain::default());
        for Piece { what, waste, glob, mut note } in pieces {
            let certain = waste.is_some();
            let mut globs = before.clone();
            globs.push(glob);
            let mut written = self.written(&globs);
            let all = self.gain_without(&globs);
            let mut gain = all.since(gained);
            if written.is_none() && !certain && !before.is_empty() {
                globs.drain(..before.len());
                written = self.written(&globs);
                gain = self.gain_without(&globs);
                note.push_str("; it is too long to stand there with the others");
            }
            let Some((path, value)) = written.filter(|_| self.is_worth_it(gain)) else { continue };
            if certain {
                (before, gained) = (globs, all);
            }
            found.push(Advice { certain, what, gain, remedy: Remedy::Config { path, value, note } });
        }
    }

    /// Engines that `excludeFiles` cannot leave out, so that they should not be made.
    fn unmade_engines(&self, what: &str, is_meant: impl Fn(&str) -> bool) -> Option<Advice> {
        let mut files = Waste::Engines.files(self.view);
        files.retain(|file| is_meant(file));
        let targets = self.targets_of(&files);
        let gain = self.gain(files);
        let remedy = Remedy::Targets { targets };
        (gain.files > 0).then_some(Advice { certain: true, what: what.to_owned(), gain, remedy })
    }

    /// The targets of engine files.
    fn targets_of(&self, files: &BTreeSet<&str>) -> Vec<String> {
        let engines = self.view.prisma().into_iter().flat_map(|prisma| &prisma.engines);
        let meant = engines.filter(|engine| files.iter().any(|file| engine.path.as_str().ends_with(file)));
        let targets: BTreeSet<&str> = meant.map(|engine| engine.name.target_name.as_str()).collect();
        targets.into_iter().map(str::to_owned).collect()
    }

    fn engines(&self) -> Option<Piece> {
        let files = Waste::Engines.files(self.view);
        let mut piece = self.named("query engines that this function does not look for", Waste::Engines, &files)?;
        let targets = self.targets_of(&files);
        piece.note = format!(", or take {} out of the targets in schema.prisma", listed(&targets));
        Some(piece)
    }

    /// Tools of development that packages bring. Where the project's own code asks for one, its import is the question.
    fn tools(&self, found: &mut Vec<Piece>) {
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
            found.extend(self.piece(what, None, &files, |folder| {
                let folder = folder.strip_suffix("node_modules/**/").map_or(folder, |_| "**/node_modules/");
                format!("{folder}{tool}/**")
            }));
        }
    }

    /// Files by their last names, those that gain most, as far as names make a glob of reasonable length.
    fn named(&self, what: &str, waste: Waste, files: &BTreeSet<&'a str>) -> Option<Piece> {
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
        self.piece(what.to_owned(), Some(waste), &meant, |folder| format!("{folder}{glob}"))
    }

    /// Leaves out `files` by a glob that is made of the folders they lie in; nothing where no glob names them and only them.
    fn piece(
        &self,
        what: String,
        waste: Option<Waste>,
        files: &BTreeSet<&'a str>,
        make: impl Fn(&str) -> String,
    ) -> Option<Piece> {
        let folders: BTreeSet<String> = files.iter().map(|file| skeleton(file)).collect();
        let globs: BTreeSet<String> = folders.iter().map(|folder| make(folder)).collect();
        let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
        let glob = braced(&globs)?;
        let ignore = exclusion(std::slice::from_ref(&glob));
        let is_exact = self.bundle.trace.files.keys().all(|name| ignore(name) == files.contains(name.as_str()));
        is_exact.then(|| Piece { what, waste, glob, note: String::new() })
    }

    /// The files that go when globs are left out, as the graph has it.
    fn lost_without(&self, globs: &[String]) -> Vec<&'a str> {
        self.lost(&self.graph().reached_ignoring(exclusion(globs)))
    }

    /// What goes when globs are left out. Where links are on the way only the tracer itself can tell.
    fn gain_without(&self, globs: &[String]) -> Gain {
        let gain = self.gain(self.lost_without(globs));
        let has_links = self.bundle.files.iter().any(|file| file.mode == 0o120_777);
        if !has_links || !self.is_worth_it(gain) {
            return gain;
        }
        let mut function = self.view.function().clone();
        function.options.exclude_files.extend_from_slice(globs);
        let Some(Ok(left)) = assemble(self.analysis.project(), &function) else { return Gain::default() };
        let left: BTreeSet<&str> = left.files.iter().map(|file| file.name.as_str()).collect();
        self.gain(self.bundle.files.iter().map(|file| file.name.as_str()).filter(|name| !left.contains(name)))
    }

    /// Where `excludeFiles` stands or would stand, and its value with more globs; none where the platform would refuse it as too long.
    fn written(&self, globs: &[String]) -> Option<(Path, Json)> {
        let function = self.view.function();
        let old = &function.options.exclude_files;
        if let Some(place) = function.place.as_ref().filter(|place| is_build(place)) {
            let globs: Vec<&String> = old.iter().chain(globs).collect();
            return Some((place.key("config").key("excludeFiles"), json!(globs)));
        }
        let place = function.place.clone().unwrap_or_else(|| Path::keys(["functions", &function.entrypoint]));
        let text = joined(old, globs).filter(|text| text.len() <= MOST_TEXT)?;
        Some((place.key("excludeFiles"), json!(text)))
    }
}

/// Globs as one: those in packages share their beginning.
fn joined(old: &[String], new: &[String]) -> Option<String> {
    let in_packages: Vec<&str> = new.iter().filter_map(|glob| glob.strip_prefix(IN_PACKAGES)).collect();
    let in_packages = braced(&in_packages).map(|globs| format!("{IN_PACKAGES}{globs}"));
    let others = old.iter().chain(new.iter().filter(|glob| !glob.starts_with(IN_PACKAGES)));
    let globs: Vec<&str> = others.chain(&in_packages).map(String::as_str).collect();
    braced(&globs)
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

/// The folders above a file, where it lies in no package; else as a glob that also the tracer's own matcher reads so: its wildcards pass over names with a dot in front, so those are written.
fn skeleton(file: &str) -> String {
    let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
    if package_folder(file).is_none() && !folders.is_empty() {
        return format!("{}/", literal(folders));
    }
    let folders = folders.split('/');
    let hidden: Vec<&str> = folders.filter(|name| name.starts_with('.') && name.len() > 1).collect();
    if hidden.is_empty() {
        return IN_PACKAGES.to_owned();
    }
    hidden.iter().map(|name| format!("**/{name}/")).collect::<String>() + "**/"
}
