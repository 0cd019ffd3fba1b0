//! What the rules make of a planned config: those of their fixes that add what is missing, and what is left to a person.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::entries::Search;
use super::include;
use super::plan::Plan;
use super::survey::Survey;
use crate::base::Fs;
use crate::base::fs::OverlayFs;
use crate::document::{Applicability, Document, Fix, Path};
use crate::lint::{self, FixError, Fixed, Options, Report};

use crate::platform::Platform;
use crate::project::Config;
use crate::project::discover::Found;
use crate::rewrite::{Outcome, Step};
use crate::rules::{Finding, Severity};

/// The outcome.
pub(super) struct Settled {
    /// The files that were touched, with their bytes to be.
    pub(super) texts: BTreeMap<Utf8PathBuf, Vec<u8>>,
    /// What was added, and why.
    pub(super) done: Vec<Step>,
    /// What is left to a person.
    pub(super) left: Vec<Step>,
}

/// Rules whose fixes belong to a config that is written for the first time.
const RULES: [&str; 7] = [
    "size/max-lambda-size-missing",
    "size/over-limit",
    "size/near-limit",
    "engine/wrong-target",
    "build/generate-not-run",
    "builder/engine-not-traced",
    "routes/missing",
];

/// Functions that get their engine by name.
const MAX_INCLUDED: usize = 20;

/// Judges the planned files, and applies what is missing.
pub(super) fn settle(
    mut overlay: OverlayFs<'_>,
    found: &Found,
    options: &Options,
    plan: &Plan,
    survey: &Survey,
    (target, seed): (&Utf8Path, &str),
) -> Result<Settled, FixError> {
    let has_no_pages = survey.has_no_pages(&lint::project(&overlay, found, options)?);
    let wrote_builds = plan.members.iter().any(|(key, _)| *key == "builds");
    let config = found.config.as_deref();
    let wanted = |finding: &Finding, fix: &Fix| {
        let is_route = finding.rule == "routes/missing";
        let belongs = RULES.contains(&finding.rule) && (is_route || fix.applicability == Applicability::Safe);
        // The plan has its own routes, and a page may be meant for the other URLs. What stands in a config already is its author's.
        let may_route = !is_route || (!wrote_builds && has_no_pages);
        belongs && may_route && (wrote_builds || !touches(&overlay, fix, config))
    };
    let mut fixed = lint::fix_chosen(&overlay, found, options, &wanted)?;
    let probed = probe(&overlay, &fixed, found, options, survey)?;
    for change in fixed.changes.iter().chain(probed.iter().flat_map(|probed| &probed.changes)) {
        if let Some(new) = &change.new {
            overlay.set(&change.file, new.clone());
        }
    }
    if let Some(probed) = probed {
        fixed.applied.extend(probed.applied);
        fixed.repaired.extend(probed.repaired);
    }
    let mut done = done(&overlay, &fixed, config);
    if options.platform == Some(Platform::Vercel) {
        done.extend(include_engines(&mut overlay, &found.root, options, target, seed)?);
        fixed.report = lint::check_found(&overlay, &as_it_will_be(&overlay, &found.root, target), options)?;
    }
    let texts = overlay.replaced().filter_map(|(file, bytes)| Some((file.to_owned(), bytes?.to_vec()))).collect();
    Ok(Settled { texts, done, left: left(&fixed.report) })
}

/// The project with the config that lies in the overlay, if one does.
fn as_it_will_be(overlay: &OverlayFs<'_>, root: &Utf8Path, target: &Utf8Path) -> Found {
    Found { root: root.to_owned(), config: overlay.is_file(target).then(|| target.to_owned()) }
}

/// Names the engines that no builder would find; a function more in each round.
fn include_engines(
    overlay: &mut OverlayFs<'_>,
    root: &Utf8Path,
    options: &Options,
    target: &Utf8Path,
    seed: &str,
) -> Result<Vec<Step>, FixError> {
    let mut steps = Vec::new();
    for _ in 0..MAX_INCLUDED {
        let found = as_it_will_be(overlay, root, target);
        let Some((text, step)) = include::engine(overlay, &found, options, target, seed)? else { break };
        overlay.set(target, text.into_bytes());
        steps.push(step);
    }
    Ok(steps)
}

/// Whether a fix does more to the config than to add.
fn touches(fs: &dyn Fs, fix: &Fix, config: Option<&Utf8Path>) -> bool {
    let text = config.and_then(|config| fs.read_to_string(config).ok()).unwrap_or_default();
    let takes_away = |from: &str, to: &str| !to.contains(from.trim());
    let mut edits = fix.edits.iter().filter(|edit| Some(edit.file.as_path()) == config);
    edits.any(|edit| text.get(edit.span.start..edit.span.end).is_none_or(|old| takes_away(old, &edit.text)))
}

/// A server that a preset starts is no function of the config: its engine is judged as if a build named it, and the config is left out of it.
fn probe(
    overlay: &OverlayFs<'_>,
    fixed: &Fixed,
    found: &Found,
    options: &Options,
    survey: &Survey,
) -> Result<Option<Fixed>, FixError> {
    let (Search::One(server), Some(_)) = (&survey.search, survey.preset) else { return Ok(None) };
    let mut fs = OverlayFs::new(overlay);
    for change in &fixed.changes {
        if let Some(new) = &change.new {
            fs.set(&change.file, new.clone());
        }
    }
    let config = found.root.join("vercel.json");
    fs.set(&config, json!({ "builds": [{ "src": server.entry, "use": "@vercel/node" }] }).to_string().into_bytes());
    let found = Found { root: found.root.clone(), config: Some(config) };
    let wanted = |finding: &Finding, fix: &Fix| {
        finding.rule == "engine/wrong-target"
            && fix.applicability == Applicability::Safe
            && !touches(&fs, fix, found.config.as_deref())
    };
    lint::fix_chosen(&fs, &found, options, &wanted).map(Some)
}

/// A step for each fix. Of several limits for one build only the one that stands there in the end.
fn done(overlay: &OverlayFs<'_>, fixed: &Fixed, config: Option<&Utf8Path>) -> Vec<Step> {
    let text = config.and_then(|config| overlay.read_to_string(config).ok()).unwrap_or_default();
    let written = Config::new(Document::of_file(config.unwrap_or(Utf8Path::new("")), text));
    let limits: Vec<(Path, String)> = written
        .builds()
        .iter()
        .filter_map(|build| {
            Some((
                build.option_path("maxLambdaSize"),
                build.option("maxLambdaSize")?.as_str().map(|limit| format!("\"{limit}\""))?,
            ))
        })
        .collect();
    let mut steps: Vec<Step> = Vec::new();
    for ((file, title), finding) in fixed.applied.iter().zip(&fixed.repaired) {
        let (mut place, mut what) = (String::new(), decapitalized(title));
        if finding.rule.starts_with("size/") {
            let edits = || finding.fixes.iter().filter(|fix| fix.title == *title).flat_map(|fix| &fix.edits);
            let writes = |limit: &str| edits().any(|edit| edit.text.contains(limit));
            let is_its = |path: &Path| {
                finding.data["place"]
                    .as_str()
                    .is_some_and(|build| path.to_string() == format!("{build}.config.maxLambdaSize"))
            };
            let Some((path, limit)) = limits.iter().find(|(path, limit)| is_its(path) && writes(limit)) else {
                continue;
            };
            (place, what) = (path.to_string(), limit.clone());
        }
        let text = format!("{what}: {}", reason(finding));
        let step = Step { outcome: Outcome::Done, file: file.clone(), place, text };
        if !steps.iter().any(|other| other.file == step.file && other.place == step.place && !step.place.is_empty()) {
            steps.push(step);
        }
    }
    steps
}

fn decapitalized(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Why a fix was needed; for a limit that is not measured, where its figure comes from.
fn reason(finding: &Finding) -> String {
    let is_guess = finding.rule == "size/max-lambda-size-missing"
        && finding.severity == Severity::Warning
        && finding.data["engine_bytes"] == 0;
    match is_guess {
        true => format!(
            "{}. This is the figure of Prisma's deployment page; run `nowcheck size` once the client is generated",
            finding.message
        ),
        false => finding.message.clone(),
    }
}

/// What the rules still find, but for what is only worth knowing.
fn left(report: &Report) -> Vec<Step> {
    let grave = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
    grave
        .map(|finding| {
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
            let is_safe = finding.fixes.iter().any(|fix| fix.applicability == Applicability::Safe);
            let fix = if is_safe { "; `nowcheck fix` does it" } else { "" };
            Step {
                outcome: Outcome::Todo,
                file: finding.primary.file.clone(),
                place: String::new(),
                text: format!("{}: {}{help}{fix}", finding.rule, finding.message),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_part_of_a_sentence() {
        assert_eq!(decapitalized("Add x"), "add x");
        assert_eq!(decapitalized(""), "");
    }
}
