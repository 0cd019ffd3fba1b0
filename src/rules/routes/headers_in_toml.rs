//! `routes/headers-in-toml`: a route of a vercel.toml with `source` whose `headers` are no list.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/headers-in-toml",
    summary: "a route of a vercel.toml has `source` and a table of headers, at which the CLI stops",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("headers_in_toml.md"),
    check,
};

/// What the command line makes of the keys of a route, before it validates it.
const NAMES: [(&str, &str); 3] = [("source", "src"), ("destination", "dest"), ("statusCode", "status")];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    for route in config.unjoined() {
        let label = Label::at(document, &route.key("headers"), Part::Key, "a table");
        let message = "`headers` are a table, and the route has no `src`: in a vercel.toml the command line takes them for a list then, and stops with \"headers.map is not a function\"";
        let finding = Finding::new(RULE.id, Severity::Error, label, message)
            .help("write `src` instead of `source`, as routes have it")
            .fix(renamed(document, &route));
        findings.push(finding);
    }
}

/// Writes the keys that the command line would put in their place. `permanent` becomes a number: that is left to a person.
fn renamed(document: &Document, route: &Path) -> Option<Fix> {
    let stands = |key: &str| document.get(&route.key(key)).is_some();
    if !stands("source") || stands("permanent") || NAMES.iter().any(|(_, new)| stands(new)) {
        return None;
    }
    let old = NAMES.iter().filter(|(old, _)| stands(old));
    let edits = old.map(|(old, new)| insert::rename_key(document, &route.key(old), new)).collect::<Option<Vec<_>>>()?;
    Some(Fix { title: "Write `src` instead of `source`".to_owned(), applicability: Applicability::Safe, edits })
}
