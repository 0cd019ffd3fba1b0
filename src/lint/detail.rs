//! What takes the room in a function, who needs it, and what would make it smaller: what `size` says beside the figures.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::outcome::{AdviceReport, DetailReport, Held, PackageReport};
use crate::analysis::advice::{self, Advice, Remedy};
use crate::analysis::{Analysis, FunctionView};
use crate::bundle::graph::{Freed, Node};
use crate::bundle::packages::{self, Names, PROJECT, package_folder};
use crate::bundle::why::{Explainer, Place, Why, of_package};
use crate::bundle::{self, Bundle, PackageSize, Sizes, Source};
use crate::document::{Path, Segment};

/// Lines of the project's own files that are named for one package.
const MOST_PLACES: usize = 8;

/// A package that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'q> {
    /// `name` or `name@version`.
    pub package: &'q str,
    /// With a chain for every reference to it.
    pub all: bool,
}

/// The graph of a function with all that is asked of it.
struct Question<'q> {
    view: FunctionView<'q, 'q>,
    bundle: &'q Bundle,
    sizes: &'q Sizes,
    names: &'q Names<'q>,
    explainer: &'q Explainer<'q, 'q>,
}

/// Builds the graph of a function, once, for all that is asked of it.
fn ask<'q, T>(view: FunctionView<'q, 'q>, sizes: &Sizes, tell: impl FnOnce(&Question<'_>) -> T) -> Option<T> {
    let bundle = view.bundle()?;
    let names = view.package_names(bundle);
    advice::explained(view, sizes, |explainer| tell(&Question { view, bundle, sizes, names: &names, explainer }))
}

impl Question<'_> {
    /// Fills in who needs each package.
    fn required_by(&self, reports: &mut [PackageReport]) {
        let mut folders: BTreeMap<&str, BTreeSet<Node>> = BTreeMap::new();
        for (file, name) in self.explainer.graph().files() {
            if let Some(folder) = package_folder(name) {
                folders.entry(folder).or_default().insert(file);
            }
        }
        let names: FxHashMap<&str, String> = folders.keys().map(|folder| (*folder, self.names.of(folder))).collect();
        let mut files: BTreeMap<&str, BTreeSet<Node>> = BTreeMap::new();
        for (folder, nodes) in folders {
            let Some(name) = names.get(folder) else { continue };
            files.entry(name).or_default().extend(nodes);
        }
        for report in reports.iter_mut().filter(|report| report.name != PROJECT) {
            let Some(files) = files.get(report.name.as_str()) else { continue };
            let (holders, own) = self.explainer.requirers(files, MOST_PLACES);
            let mut found: Vec<String> = own.iter().map(Place::to_string).collect();
            found.dedup();
            let packages: BTreeSet<&String> = holders.iter().filter_map(|folder| names.get(folder)).collect();
            found.extend(packages.into_iter().filter(|name| **name != report.name).cloned());
            report.required_by = found;
        }
    }

    fn detail(&self, packages: &[PackageSize], reports: &mut [PackageReport]) -> DetailReport {
        self.required_by(reports);
        let (analysis, files) = (self.view.analysis(), &self.bundle.files);
        let advice = advice::advice(analysis, self.view, self.explainer, self.sizes);
        DetailReport {
            kinds: bundle::kinds::kinds(files, self.sizes),
            versions: bundle::repeats::versions(packages),
            copies: bundle::repeats::copies(analysis.project().fs(), files, self.sizes),
            advice: advice.into_iter().map(report).collect(),
        }
    }

    /// Why the function holds a package; none where it does not.
    fn held(&self, asked: Asked<'_>) -> Option<Held> {
        let files = of_package(self.explainer.graph(), asked.package, |folder| self.names.version(folder));
        let is_asked = packages::meaning(asked.package, |folder| self.names.version(folder));
        let shipped = || {
            let files = self.bundle.files.iter().zip(&self.sizes.files);
            files.filter(|(file, _)| package_folder(&file.name).is_some_and(&is_asked))
        };
        let mut holds = Freed::default();
        shipped().for_each(|(_, size)| holds += Freed { bytes: size.bytes, files: 1 });
        let is_packed = holds.files == 0 && self.view.pages().is_some() && !files.is_empty();
        if holds.files == 0 && !is_packed {
            return None;
        }
        let why = self.explainer.why(asked.package, &files, asked.all).map(|why| Why { holds, ..why });
        let is_included = || shipped().all(|(file, _)| self.bundle.included.contains(&file.name));
        let first = why.as_ref().and_then(|why| why.chain.first().filter(|_| why.chain.len() == 1));
        let configured = || {
            let by = shipped().find_map(|(file, _)| self.view.configured().get(&file.name))?;
            let file = self.view.analysis().next_config()?.file;
            Some(format!("{file}:{} names it: {} for {}", by.line, by.glob, by.pages))
        };
        let note = match (&why, first) {
            _ if is_packed => Some("Next.js packs it into the code of the page".to_owned()),
            _ if self.bundle.source != Source::Trace && configured().is_some() => configured(),
            (None, _) if is_included() => Some("nothing leads here: includeFiles names it".to_owned()),
            (None, _) if self.bundle.source == Source::Trace => Some("no code that was traced leads here".to_owned()),
            (None, _) => Some(format!("{} lists it; no code that was traced leads here", self.bundle.source)),
            (Some(_), Some(step)) if self.bundle.included.contains(&step.file) => {
                Some("nothing leads here: includeFiles names it".to_owned())
            }
            (Some(_), Some(step)) if step.kinds.contains(&"initial") => Some("it is the entry".to_owned()),
            (Some(_), Some(_)) => Some("only files outside of the repository lead here".to_owned()),
            (Some(_), None) => None,
        };
        let none = || Why { file: asked.package.to_owned(), holds, frees: holds, ..Why::default() };
        Some(Held { function: self.view.function().name.clone(), why: why.unwrap_or_else(none), note })
    }
}

/// Everything that `size` says of a function beside its figures, and why it holds the package that is asked for; also who needs each of its packages.
pub(super) fn detail(
    view: FunctionView<'_, '_>,
    sizes: &Sizes,
    packages: &[PackageSize],
    reports: &mut [PackageReport],
    asked: Option<Asked<'_>>,
) -> Option<(DetailReport, Option<Held>)> {
    ask(view, sizes, |question| (question.detail(packages, reports), asked.and_then(|asked| question.held(asked))))
}

/// Why each function of a project holds a package; functions that do not are left out.
pub fn why_package(analysis: &Analysis<'_>, asked: Asked<'_>) -> Vec<Held> {
    let held = |view: FunctionView<'_, '_>| ask(view, view.sizes(false)?, |question| question.held(asked))?;
    analysis.deployed().filter_map(held).collect()
}

fn report(advice: Advice) -> AdviceReport {
    let mut report = AdviceReport {
        certain: advice.certain,
        what: advice.what,
        bytes: advice.gain.bytes,
        zip_bytes: advice.gain.zip_bytes,
        files: advice.gain.files,
        todo: String::new(),
        place: None,
        value: None,
        config: None,
        import: None,
    };
    match advice.remedy {
        Remedy::Config { path, value, note } => {
            report.todo = format!("set {path} as shown{note}");
            report.config = Some(fragment(&path, &value));
            report.place = Some(path.to_string());
            report.value = Some(value);
        }
        Remedy::Next { file, place, value, note } => {
            report.todo = format!("set {place} in {file} as shown{note}");
            report.config = Some(advice::next_fragment(place, &value));
            report.place = Some(place.to_owned());
            report.value = Some(value);
        }
        Remedy::Import { place: at, instead } => {
            report.todo = match instead.as_slice() {
                [] => format!("is {} needed? {at} brings it", at.text),
                instead => format!("{at} asks for {}; ask for {}", at.text, instead.join(" and ")),
            };
            report.import = Some(at);
        }
        Remedy::Targets { targets } => {
            report.todo =
                format!("take {} out of binaryTargets in schema.prisma, and generate again", advice::listed(&targets));
        }
        Remedy::Include { path } => {
            report.todo = format!("does the function read all of them? narrow {path}");
            report.place = Some(path.to_string());
        }
    }
    report
}

/// A config with nothing but one value in it; places in a list are told, not written.
fn fragment(path: &Path, value: &Json) -> String {
    let mut value = value.clone();
    let mut lead = String::new();
    for (index, segment) in path.segments().iter().enumerate().rev() {
        match segment {
            Segment::Key(key) => value = Json::Object([(key.to_string(), value)].into_iter().collect()),
            Segment::Index(_) => {
                lead = format!("{}: ", Path::from_segments(path.segments().iter().take(index + 1).cloned().collect()));
                break;
            }
        }
    }
    let text = value.to_string();
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(&text);
    format!("{lead}{inner}")
}
