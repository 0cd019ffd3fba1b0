//! `functions/invalid`: an item of `functions` that the platform refuses when it looks for functions.

use serde_json::json;

use crate::analysis::Analysis;
use crate::detect::{self, Invalid};
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::rules::config::refused_places;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/invalid",
    summary: "an item of `functions` has a path or a setting that the platform refuses",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("invalid.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    let document = config.document();
    let root = document.root();
    if !detect::is_zero_config(root) || !config.get("functions").is_some_and(Node::is_object) {
        return;
    }
    let refused = refused_places(analysis);
    // The validator of the config lets these pass; the build stops at them.
    let severity = if project.is_isolated() { Severity::Warning } else { Severity::Error };
    for (key, what) in detect::invalid_functions(root).into_iter().take(MOST) {
        let item = Path::keys(["functions", key]);
        let property = property(what);
        let place = property.map_or_else(|| item.clone(), |property| item.key(property));
        if refused.contains(&place) || refused.contains(&item) {
            continue;
        }
        let Some((message, help, fix)) = explain(document, &item, key, what) else { continue };
        let part = if property.is_some() { Part::Value } else { Part::Key };
        let finding = Finding::new(RULE.id, severity, Label::at(document, &place, part, ""), message);
        findings.push(finding.help(help).fix(fix).data(json!({ "code": what.code() })));
    }
}

fn property(what: Invalid) -> Option<&'static str> {
    match what {
        Invalid::Duration => Some("maxDuration"),
        Invalid::Memory => Some("memory"),
        Invalid::Runtime => Some("runtime"),
        Invalid::Property(name) => Some(name),
        Invalid::Glob | Invalid::NoObject | Invalid::Empty | Invalid::Source => None,
    }
}

type Explained = (String, String, Option<Fix>);

/// Message, help and fix; nothing for what `config/schema` says.
fn explain(document: &Document, item: &Path, key: &str, what: Invalid) -> Option<Explained> {
    Some(match what {
        Invalid::Source => {
            let plain = key.trim_start_matches('/');
            (
                format!(
                    "the path \"{key}\" begins with `/`, and the platform refuses it: paths are relative to the project"
                ),
                format!("write \"{plain}\""),
                renamed(document, item, plain),
            )
        }
        Invalid::Empty => (
            format!("\"{key}\" has no settings, and the platform refuses an empty object"),
            "delete it, or write a setting, such as \"maxDuration\": 60".to_owned(),
            without(document, item, "Delete the item, which says nothing"),
        ),
        Invalid::Runtime => {
            let runtime = document.get(&item.key("runtime"))?.as_str()?;
            of_runtime(document, item, runtime)
        }
        Invalid::Memory => (
            "the platform takes this for a number of megabytes below 128 or above 10240, and refuses it".to_owned(),
            "write a number from 128 to 10240, without quotes".to_owned(),
            None,
        ),
        Invalid::Glob | Invalid::NoObject | Invalid::Duration | Invalid::Property(_) => return None,
    })
}

fn renamed(document: &Document, item: &Path, plain: &str) -> Option<Fix> {
    if plain.is_empty() || document.get(&Path::keys(["functions", plain])).is_some() {
        return None;
    }
    let edits = vec![insert::rename_key(document, item, plain)?];
    Some(Fix { title: format!("Rename it to \"{plain}\""), applicability: Applicability::Safe, edits })
}

/// Deletes the item, and `functions` with it where nothing else is in there: the platform refuses an empty one.
fn without(document: &Document, item: &Path, title: &str) -> Option<Fix> {
    let functions = Path::keys(["functions"]);
    let is_last = document.get(&functions)?.members().nth(1).is_none();
    let edits = vec![insert::remove(document, if is_last { &functions } else { item })?];
    Some(Fix { title: title.to_owned(), applicability: Applicability::Safe, edits })
}

fn of_runtime(document: &Document, item: &Path, runtime: &str) -> Explained {
    let message = format!(
        "\"{runtime}\" is no npm package with one exact version, and the platform takes nothing else as `runtime`"
    );
    if is_of_platform(runtime) {
        let is_node = runtime.contains("node");
        let version = if is_node { ", in the version that `engines.node` of package.json asks for" } else { "" };
        let help =
            format!("delete `runtime`: without it the platform takes its own for the language of the file{version}");
        let path = item.key("runtime");
        let is_alone = document.get(item).is_some_and(|node| node.members().nth(1).is_none());
        let title = "Delete `runtime`";
        let fix = if is_alone {
            without(document, item, title)
        } else {
            insert::remove(document, &path).map(|edit| Fix {
                title: title.to_owned(),
                applicability: Applicability::Safe,
                edits: vec![edit],
            })
        };
        return (message, help, fix);
    }
    let help = if runtime == "edge" {
        "for the edge write `export const config = { runtime: 'edge' }` into the file, and delete `runtime` here"
    } else {
        "write the package with its version, as in \"vercel-php@0.7.3\": no range, and no tag such as `latest`"
    };
    (message, help.to_owned(), None)
}

/// Whether this is a name for what the platform runs by itself: `nodejs20.x`, `python3.9`, `@vercel/node`.
fn is_of_platform(runtime: &str) -> bool {
    let is_version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'x' | '@'));
    let languages = ["nodejs", "node", "python", "ruby", "go"];
    languages.iter().any(|name| runtime.strip_prefix(name).is_some_and(is_version))
        || BuilderUse::parse(runtime).builder().is_some_and(|known| !known.is_retired())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_platforms_own_runtimes() {
        for own in ["nodejs20.x", "nodejs", "node@18", "python3.9", "@vercel/node", "@now/node@latest"] {
            assert!(is_of_platform(own), "{own}");
        }
        for other in ["vercel-php", "nodemon", "@now/php", "edge", ""] {
            assert!(!is_of_platform(other), "{other}");
        }
    }
}
