//! `config/unknown-key`: a top-level key that the platform does not know.

use serde_json::{Value as Json, json};

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::schema;
use crate::document::{Applicability, Edit, Fix, Part, Path, Segment, insert};
use crate::platform::Platform;
use crate::platform::old_keys::v1_key;
use crate::project::Config;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/unknown-key",
    summary: "a top-level key that the platform does not know, and ignores or refuses",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("unknown_key.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let Some(root) = document.root() else { return };
    let known = analysis.known_keys();
    let unknown =
        root.members().map(|(member, _)| &*member.key).filter(|key| !known.contains(key) && v1_key(key).is_none());
    let schema = analysis.schema();
    // A setting is moved or renamed only to where its value fits.
    let fits = |path: &Path, value: &Json| schema.is_some_and(|schema| schema.accepts(&nested(path, value)));
    for key in unknown.take(MOST) {
        let path = Path::root().key(key);
        let label = Label::at(document, &path, Part::Key, "unknown");
        let message = format!(
            "{} does not know the key \"{key}\": the CLI ignores it, the deploy API may refuse it",
            config.name()
        );
        let finding = Finding::new(RULE.id, Severity::Warning, label, message);
        let value: Option<Json> =
            root.get(key).and_then(|node| serde_json::from_str(node.span().slice(document.text())).ok());
        findings.push(if let Some(advice) = elsewhere(key, analysis.project().platform()) {
            finding.help(advice).fix(value.and_then(|value| moved(config, key, &value, fits)))
        } else if let Some(meant) = similar::closest(key, known.iter().copied()) {
            let fits = value.is_some_and(|value| fits(&Path::root().key(meant), &value));
            let free = fits && root.member(meant).is_none();
            let edit = insert::rename_key(document, &path, meant).filter(|_| free);
            let title = format!("Rename \"{key}\" to \"{meant}\"");
            finding.help(format!("did you mean \"{meant}\"?")).fix(bold(title, edit.map(|edit| vec![edit])))
        } else {
            let edit = insert::remove(document, &path);
            finding.help("delete it").fix(bold(format!("Delete \"{key}\""), edit.map(|edit| vec![edit])))
        });
    }
}

fn bold(title: String, edits: Option<Vec<Edit>>) -> Option<Fix> {
    Some(Fix { title, applicability: Applicability::Unsafe, edits: edits? })
}

/// The value inside of objects, one for each key above it; indexes are lists of one.
fn nested(path: &Path, value: &Json) -> Json {
    path.segments().iter().rev().fold(value.clone(), |inner, segment| match segment {
        Segment::Key(key) => json!({ &**key: inner }),
        Segment::Index(_) => json!([inner]),
    })
}

/// Settings of one function.
const OF_FUNCTIONS: [&str; 5] = ["maxDuration", "memory", "includeFiles", "excludeFiles", "runtime"];

/// Moves the key to the one place where it can be meant: the only item of `functions` or `builds`. What has no effect anywhere goes.
fn moved(config: &Config, key: &str, value: &Json, fits: impl Fn(&Path, &Json) -> bool) -> Option<Fix> {
    let (document, path) = (config.document(), Path::keys([key]));
    if key == "maxLambdaSize" && config.platform() == Platform::Vercel {
        let edits = vec![insert::remove(document, &path)?];
        let title = format!("Delete \"{key}\", which has no effect");
        return Some(Fix { title, applicability: Applicability::Safe, edits });
    }
    let builds = config.builds();
    let functions = config.get("functions").into_iter().flat_map(super::members_that_count);
    let mut places: Vec<Path> = match key {
        "maxLambdaSize" => builds.iter().map(|build| build.path.key("config")).collect(),
        _ if OF_FUNCTIONS.contains(&key) => {
            functions.map(|(member, _)| Path::keys(["functions", &member.key])).collect()
        }
        _ => Vec::new(),
    };
    let target = places.pop().filter(|_| places.is_empty())?.key(key);
    // The options of a builder may be anything.
    if document.get(&target).is_some() || (key != "maxLambdaSize" && !fits(&target, value)) {
        return None;
    }
    let edits = vec![insert::set(document, &target, value)?, insert::remove(document, &path)?];
    bold(format!("Move it to `{target}`"), Some(edits))
}

/// Where a key belongs that people write at the top level. (Facts: config 1.4.)
fn elsewhere(key: &str, platform: Platform) -> Option<&'static str> {
    Some(match key {
        _ if OF_FUNCTIONS.contains(&key) => "it belongs to one function: move it under `functions[\"<glob>\"]`",
        "maxLambdaSize" if platform == Platform::Vercel => "it has no effect since 2019-07-12: delete it",
        "maxLambdaSize" => "it belongs to one build: move it under `builds[].config`",
        _ if platform == Platform::Now && later(key) => "it came later, with vercel.json: Now 2.0 did not know it",
        "rootDirectory" => "it is a setting of the project, not of this file",
        "nodeVersion" => "set `engines.node` in package.json",
        _ => return None,
    })
}

/// Whether it is a key of today's vercel.json.
fn later(key: &str) -> bool {
    let properties = schema::vercel().ok().and_then(|schema| schema.json().get("properties"));
    properties.is_some_and(|properties| properties.get(key).is_some())
}
