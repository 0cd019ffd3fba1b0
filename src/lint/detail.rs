//! What takes the room in a function, who needs it, and what would make it smaller: what `size` says beside the figures.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::outcome::{AdviceReport, DetailReport, PackageReport};
use crate::analysis::advice::{self, Advice, Remedy};
use crate::analysis::{Analysis, FunctionView};
use crate::bundle::graph::{Graph, Node};
use crate::bundle::packages::{PROJECT, package_folder};
use crate::bundle::why::{Explainer, Place, Why, of_package, package_of_folder};
use crate::bundle::{self, PackageSize, Sizes, packages};
use crate::document::{Path, Segment};

/// Lines of the project's own files that are named for one package.
const MOST_PLACES: usize = 8;
/// Places and chains that are told of one package.
const MOST_CHAINS: usize = 48;

/// The graph of a function with all that is asked of it.
struct Question<'q> {
    analysis: &'q Analysis<'q>,
    view: FunctionView<'q, 'q>,
    explainer: &'q Explainer<'q, 'q>,
    graph: &'q Graph<'q>,
}

impl Question<'_> {
    fn version(&self, folder: &str) -> Option<String> {
        let bundle = self.view.bundle()?;
        packages::version_of(self.analysis.project().fs(), &bundle.base.join(folder))
    }

    fn named(&self, folder: &str) -> String {
        let name = package_of_folder(folder);
        self.version(folder).map_or_else(|| name.to_owned(), |version| format!("{name}@{version}"))
    }

    /// Fills in who needs each package.
    fn required_by(&self, reports: &mut [PackageReport]) {
        let mut folders: BTreeMap<&str, BTreeSet<Node>> = BTreeMap::new();
        for (file, name) in self.graph.files() {
            if let Some(folder) = package_folder(name) {
                folders.entry(folder).or_default().insert(file);
            }
        }
        let names: FxHashMap<&str, String> = folders.keys().map(|folder| (*folder, self.named(folder))).collect();
        let mut files: BTreeMap<&str, BTreeSet<Node>> = BTreeMap::new();
        for (folder, nodes) in folders {
            let Some(name) = names.get(folder) else { continue };
            files.entry(name).or_default().extend(nodes);
        }
        for report in reports.iter_mut().filter(|report| report.name != PROJECT) {
            let Some(files) = files.get(report.name.as_str()) else { continue };
            let (holders, own) = self.explainer.requirers(files, MOST_PLACES);
            let mut found: Vec<String> = own.iter().map(place).collect();
            found.dedup();
            let packages: BTreeSet<&String> = holders.iter().filter_map(|folder| names.get(folder)).collect();
            found.extend(packages.into_iter().filter(|name| **name != report.name).cloned());
            report.required_by = found;
        }
    }
}

/// `lib/db.js:3`, or the file alone.
fn place(place: &Place) -> String {
    place.line.map_or_else(|| place.file.clone(), |line| format!("{}:{line}", place.file))
}

/// Everything that `size` says of a function beside its figures; also who needs each of its packages.
pub(super) fn detail(
    analysis: &Analysis<'_>,
    view: FunctionView<'_, '_>,
    sizes: &Sizes,
    packages: &[PackageSize],
    reports: &mut [PackageReport],
) -> Option<DetailReport> {
    let bundle = view.bundle()?;
    let fs = analysis.project().fs();
    let traced = advice::traced_sizes(bundle, sizes);
    let graph = Graph::new(&bundle.trace);
    let explainer = Explainer::new(fs, &bundle.base, &graph, |name| traced.get(name).map_or(0, |size| size.bytes));
    let question = Question { analysis, view, explainer: &explainer, graph: &graph };
    question.required_by(reports);
    let advice = advice::advice(analysis, view, &explainer, sizes);
    Some(DetailReport {
        kinds: bundle::kinds::kinds(&bundle.files, sizes),
        versions: bundle::repeats::versions(packages),
        copies: bundle::repeats::copies(fs, &bundle.files, sizes),
        advice: advice.into_iter().map(report).collect(),
    })
}

/// Why each function of a project holds a package, by the function's name; functions that do not are left out.
pub fn why_package(analysis: &Analysis<'_>, package: &str, all: bool) -> Vec<(String, Why)> {
    let ask = |view: FunctionView<'_, '_>| {
        let (bundle, sizes) = (view.bundle()?, view.sizes(false)?);
        let (fs, traced) = (analysis.project().fs(), advice::traced_sizes(bundle, sizes));
        let bytes = |name: &str| traced.get(name).map_or(0, |size| size.bytes);
        let graph = Graph::new(&bundle.trace);
        let files = of_package(&graph, package, |folder| packages::version_of(fs, &bundle.base.join(folder)));
        let explainer = Explainer::new(fs, &bundle.base, &graph, bytes);
        let others = if all { MOST_CHAINS } else { 0 };
        let why = explainer.why(package, &files, bytes, MOST_CHAINS, others)?;
        Some((view.function().name.clone(), why))
    };
    analysis.functions().filter_map(ask).collect()
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
        Remedy::Import { place: at, instead } => {
            report.todo = match instead.as_slice() {
                [] => format!("is {} needed? {} brings it", at.text, place(&at)),
                instead => format!("{} asks for {}; ask for {}", place(&at), at.text, instead.join(" and ")),
            };
            report.import = Some(at);
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
