//! `config/conflict`: two top-level keys that the platform does not take together.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Part, Path, Value, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/conflict",
    summary: "two top-level keys exclude each other, so the platform refuses the file",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("conflict.md"),
    check,
};

/// Keys that cannot stand beside certain others. (Facts: config 1.9, each pair tried on CLI 64.0.2, empty values included.)
struct Conflict {
    keys: &'static [&'static str],
    others: &'static [&'static str],
    why: &'static str,
    help: &'static str,
}

const SERVICES: &[&str] = &["services", "experimentalServicesV2"];

const CONFLICTS: [Conflict; 6] = [
    Conflict {
        keys: &["builds"],
        others: &["functions", "proxy", "services", "experimentalServicesV2", "experimentalServices"],
        why: "`builds` lists by hand what is built, the other key needs what the platform finds itself",
        help: "delete `builds`, which is deprecated, or keep it and delete the other key",
    },
    Conflict {
        keys: &["functions"],
        others: SERVICES,
        why: "with several services nothing tells which of them it is meant for",
        help: "move it into its service, as `functions` of the item in `services`",
    },
    Conflict {
        keys: &["installCommand", "buildCommand", "devCommand", "ignoreCommand", "outputDirectory", "framework"],
        others: SERVICES,
        why: "with several services nothing tells which of them it is meant for",
        help: "move it into its service, as a key of the item in `services`",
    },
    Conflict {
        keys: &["functions"],
        others: &["experimentalServices"],
        why: "each service has settings of its own",
        help: "write `memory`, `maxDuration`, `includeFiles` and `excludeFiles` into the service, and delete `functions`",
    },
    Conflict {
        keys: &["experimentalServicesV2"],
        others: &["services"],
        why: "it is the deprecated name of the other key",
        help: "keep `services` alone, with the items of both",
    },
    Conflict {
        keys: &["experimentalServices"],
        others: SERVICES,
        why: "a project has one list of services",
        help: "keep `services` alone, with the items of both",
    },
];

/// A key that means nothing without another one.
const NEEDY: (&str, &str) = ("experimentalServiceGroups", "experimentalServices");

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let refused = super::refused_places(analysis);
    // The platform takes `null` for absent; where it does not, the schema says so.
    let stands = |key: &str| {
        config.get(key).is_some_and(|node| *node.value() != Value::Null) && !refused.contains(&Path::root().key(key))
    };
    for Conflict { keys, others, why, help } in &CONFLICTS {
        for key in keys.iter().copied().filter(|key| stands(key)) {
            let beside: Vec<&str> = others.iter().copied().filter(|other| stands(other)).collect();
            if beside.is_empty() {
                continue;
            }
            let named: Vec<String> = beside.iter().map(|other| format!("`{other}`")).collect();
            let message =
                format!("`{key}` cannot stand beside {}: {why}, so the platform refuses the file", named.join(" and "));
            let mut finding = Finding::new(RULE.id, Severity::Error, at(document, key, ""), message).help(*help);
            for other in &beside {
                finding = finding.related(at(document, other, "not together with this"));
            }
            let empty = std::iter::once(key).chain(beside.iter().copied()).find_map(|key| without_empty(document, key));
            findings.push(finding.fix(empty));
        }
    }
    let (key, needed) = NEEDY;
    if stands(key) && config.get(needed).is_none() {
        let message = format!(
            "`{key}` stands without `{needed}`, whose services it groups by name, so the platform refuses the file"
        );
        let finding = Finding::new(RULE.id, Severity::Error, at(document, key, ""), message);
        let help = format!("delete `{key}`: the items of `services` cannot be grouped");
        findings.push(finding.help(help).fix(without_empty(document, key)));
    }
}

fn at(document: &Document, key: &str, text: &str) -> Label {
    Label::at(document, &Path::root().key(key), Part::Key, text)
}

/// Deletes a key whose value holds nothing. An empty `builds` is the same as none; what no service at all would mean is not certain.
fn without_empty(document: &Document, key: &str) -> Option<Fix> {
    let path = Path::root().key(key);
    let node = document.get(&path)?;
    if !node.is_container() || node.items().len() > 0 || node.members().next().is_some() {
        return None;
    }
    let applicability = if key == "builds" { Applicability::Safe } else { Applicability::Unsafe };
    Some(Fix {
        title: format!("Delete the empty `{key}`"),
        applicability,
        edits: vec![insert::remove(document, &path)?],
    })
}
