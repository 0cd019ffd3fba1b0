//! `config/unknown-key`: a top-level key that the platform does not know.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::{Applicability, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::old_keys::v1_key;
use crate::project::Config;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

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

/// A file that is something else altogether would only repeat itself.
const MOST: usize = 50;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let Some(root) = document.root() else { return };
    let known = analysis.known_keys();
    let unknown =
        root.members().map(|(member, _)| &*member.key).filter(|key| !known.contains(key) && v1_key(key).is_none());
    for key in unknown.take(MOST) {
        let path = Path::root().key(key);
        let label = Label::at(document, &path, Part::Key, "unknown");
        let message = format!(
            "{} does not know the key \"{key}\": the CLI ignores it, the deploy API may refuse it",
            config.name()
        );
        let mut finding = Finding::new(RULE.id, Severity::Warning, label, message);
        if let Some(advice) = elsewhere(key, analysis.project().platform()) {
            finding = finding.help(advice).fix(moved(config, key));
        } else if let Some(meant) = similar::closest(key, known.iter().copied()) {
            finding = finding.help(format!("did you mean \"{meant}\"?"));
            if root.member(meant).is_none() {
                let edits = insert::rename_key(document, &path, meant);
                finding = finding.fix(edits.map(|edit| Fix {
                    title: format!("Rename \"{key}\" to \"{meant}\""),
                    applicability: Applicability::Unsafe,
                    edits: vec![edit],
                }));
            }
        } else {
            let edits = insert::remove(document, &path);
            finding = finding.help("delete it").fix(edits.map(|edit| Fix {
                title: format!("Delete \"{key}\""),
                applicability: Applicability::Unsafe,
                edits: vec![edit],
            }));
        }
        findings.push(finding);
    }
}

/// Settings of one function.
const OF_FUNCTIONS: [&str; 5] = ["maxDuration", "memory", "includeFiles", "excludeFiles", "runtime"];

/// Moves the key to the one place where it can be meant: the only item of `functions` or `builds`. What has no effect anywhere goes.
fn moved(config: &Config, key: &str) -> Option<Fix> {
    let (document, path) = (config.document(), Path::keys([key]));
    let value = config.get(key)?;
    let fix = |title: String, applicability, edits| Some(Fix { title, applicability, edits });
    if key == "maxLambdaSize" && config.platform() == Platform::Vercel {
        let edits = vec![insert::remove(document, &path)?];
        return fix(format!("Delete \"{key}\", which has no effect"), Applicability::Safe, edits);
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
    if document.get(&target).is_some() {
        return None;
    }
    let value = serde_json::from_str(value.span().slice(document.text())).ok()?;
    let edits = vec![insert::set(document, &target, &value)?, insert::remove(document, &path)?];
    fix(format!("Move it to `{target}`"), Applicability::Unsafe, edits)
}

/// Where a key belongs that people write at the top level. (Facts: config 1.4.)
fn elsewhere(key: &str, platform: Platform) -> Option<&'static str> {
    Some(match key {
        _ if OF_FUNCTIONS.contains(&key) => "it belongs to one function: move it under `functions[\"<glob>\"]`",
        "maxLambdaSize" if platform == Platform::Vercel => "it has no effect since 2019-07-12: delete it",
        "maxLambdaSize" => "it belongs to one build: move it under `builds[].config`",
        "rootDirectory" => "it is a setting of the project, not of this file",
        "nodeVersion" => "set `engines.node` in package.json",
        _ => return None,
    })
}
