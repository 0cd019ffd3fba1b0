//! `engine/unknown-target`: the list of targets has a name that Prisma does not take, or has no engine for.

use super::generating::Reading;
use crate::analysis::{Analysis, EngineNeed};
use crate::base::similar;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::prisma_names::{self, Age, Standing};
use crate::platform::targets::{NATIVE, TARGETS, Target};
use crate::project::Generator;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/unknown-target",
    summary: "the list of targets has a name that Prisma does not know, or has no engine for",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("unknown_target.md"),
    check,
};

/// From 3.0 to 6.x the engine is a library, if the generator does not say otherwise.
const LIBRARY: [&str; 2] = ["3.0.0", "7.0.0"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for reading in Reading::all(analysis) {
        for generator in reading.schema.generators() {
            let path = generator.targets_path();
            let Some(list) = reading.schema.document().get(&path).filter(|_| generator.targets_key().is_some()) else {
                continue;
            };
            for (place, name) in names(list, &path) {
                findings.extend(judge(analysis, &reading, &generator, &place, name));
            }
        }
    }
}

/// The names of a list, or the one name, with their places.
fn names<'t>(list: Node<'t>, path: &Path) -> Vec<(Path, &'t str)> {
    let one = list.as_str().map(|name| (path.clone(), name));
    let items = list.items().enumerate().filter_map(|(at, item)| Some((path.index(at), item.as_str()?)));
    one.into_iter().chain(items).filter(|(_, name)| *name != NATIVE).collect()
}

fn judge(
    analysis: &Analysis<'_>,
    reading: &Reading<'_>,
    generator: &Generator<'_>,
    place: &Path,
    name: &str,
) -> Option<Finding> {
    let document = reading.schema.document();
    let finding = |severity, message: String| {
        Finding::new(RULE.id, severity, Label::at(document, place, Part::Value, ""), message)
    };
    match prisma_names::standing(name, reading.age) {
        Standing::Unknown if name.contains(['/', '\\']) => reading.is_at_least(prisma_names::NEW_TARGETS).then(|| {
            let message = format!(
                "\"{name}\" is a path, and {} takes only names of targets: {}",
                reading.prisma(),
                reading.outcome()
            );
            let help =
                "name a target; the variable PRISMA_QUERY_ENGINE_LIBRARY (or _BINARY) names an engine file of your own";
            finding(Severity::Warning, message).help(help)
        }),
        Standing::Unknown => {
            let message = format!("there is no target \"{name}\": {}", reading.outcome());
            let severity = if reading.age.is_some() { reading.stops } else { Severity::Warning };
            let meant = meant(analysis, reading.age, name);
            let fix = meant.and_then(|meant| {
                let edits = vec![insert::set(document, place, &meant.into())?];
                Some(Fix { title: format!("Write \"{meant}\""), applicability: Applicability::Safe, edits })
            });
            Some(finding(severity, message).help(help(analysis, meant)).fix(fix))
        }
        Standing::Gone => {
            let message = format!("{} has no target \"{name}\" any more: {}", reading.prisma(), reading.outcome());
            Some(finding(reading.stops, message).help(help(analysis, None)))
        }
        Standing::TooNew(target) => {
            let message = format!(
                "{} does not know the target \"{name}\", which came with {}: if no newer one is installed there, {}",
                reading.prisma(),
                target.since,
                reading.outcome()
            );
            // What is installed there may be newer, within the range of package.json.
            Some(
                finding(Severity::Warning, message)
                    .help(format!("move to Prisma {} or later, or delete the name", target.since)),
            )
        }
        // `engine/old-names` writes the new one.
        Standing::Renamed(_) => None,
        Standing::Known(target) => unpublished(reading, generator, target).map(|message| {
            finding(Severity::Warning, message).help("delete the name, or give generate an engine of your own")
        }),
    }
}

/// What was never published for a target that Prisma knows.
fn unpublished(reading: &Reading<'_>, generator: &Generator<'_>, target: &Target) -> Option<String> {
    let [first, end] = LIBRARY;
    if reading.is_at_least(end) || generator.is_engineless() {
        return None;
    }
    if !target.prebuilt {
        return Some(format!(
            "Prisma never published an engine for \"{}\": generate has nothing to fetch for it",
            target.name
        ));
    }
    let is_library = reading.is_at_least(first) && generator.text("engineType") != Some("binary");
    (is_library && !target.library).then(|| {
        format!(
            "for \"{}\" Prisma published executables alone, and this generator wants a library: generate has nothing to fetch for it \
             (engineType = \"binary\" would)",
            target.name
        )
    })
}

/// The target that was probably meant: what the functions look for first, then any other that the version knows.
fn meant(analysis: &Analysis<'_>, age: Option<Age>, name: &str) -> Option<&'static str> {
    let known = TARGETS
        .iter()
        .filter(|target| target.prebuilt && matches!(prisma_names::standing(target.name, age), Standing::Known(_)));
    // Without a version, names of all times would answer.
    let known = known.filter(|target| age.is_some() || target.until.is_none()).map(|target| target.name);
    similar::closest(name, needed(analysis).into_iter().chain(known))
}

/// The targets that the functions look for.
fn needed(analysis: &Analysis<'_>) -> Vec<&'static str> {
    let used = analysis.functions().filter_map(|view| view.prisma()).filter(|prisma| prisma.need == EngineNeed::Needed);
    let mut names: Vec<&str> =
        used.filter_map(|prisma| prisma.needed.as_ref()).flat_map(|needed| needed.names.iter().copied()).collect();
    names.dedup();
    names
}

fn help(analysis: &Analysis<'_>, meant: Option<&str>) -> String {
    match (meant, needed(analysis).first()) {
        (Some(meant), _) => format!("did you mean \"{meant}\"?"),
        (None, Some(needed)) => format!("delete it; the function looks for \"{needed}\""),
        (None, None) => format!("delete it; \"{NATIVE}\" is the machine that generate runs on"),
    }
}
