//! `routes/method`: a method of a route that no request has.

use serde_json::json;

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::{Platform, limits};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/method",
    summary: "a method of a route is written as no request has it",
    severity: Severity::Info,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Always,
    page: include_str!("method.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    if analysis.routes().compiled.is_empty() {
        return;
    }
    let document = config.document();
    let routes = config.get("routes").into_iter().flat_map(Node::items);
    for (index, route) in routes.enumerate() {
        let path = Path::keys(["routes"]).index(index).key("methods");
        let methods = route.get("methods").into_iter().flat_map(Node::items).filter_map(Node::as_str);
        for (at, method) in methods.enumerate() {
            if limits::METHODS.contains(&method) {
                continue;
            }
            // Other methods than the usual ones exist; what is nearly a usual one is a slip.
            let near =
                similar::closest(method, limits::METHODS).filter(|meant| meant.len().abs_diff(method.len()) <= 1);
            let Some(meant) = near else { continue };
            let place = path.index(at);
            let message = format!(
                "requests have the method {meant}, and `vercel dev` does not take {method} for it: the route matches none of them there; whether it does once deployed is not documented"
            );
            let edit = insert::set(document, &place, &json!(meant));
            let finding = Finding::new(RULE.id, Severity::Info, Label::at(document, &place, Part::Value, ""), message);
            findings.push(finding.help(format!("write \"{meant}\"")).fix(edit.map(|edit| Fix {
                title: format!("Write \"{meant}\""),
                applicability: Applicability::Unsafe,
                edits: vec![edit],
            })));
        }
    }
}
