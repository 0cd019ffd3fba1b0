//! `routes/invalid-on-now`: a route, redirect, header or rewrite that Now 2.0 refused.

use crate::analysis::{Analysis, MAX_DEPTH};
use crate::document::{Document, Node, Part, Path, Segment};
use crate::platform::Platform;
use crate::routing::{self, RouteProblem};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/invalid-on-now",
    summary: "a route, redirect, header or rewrite that Now 2.0 refused",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("invalid_on_now.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    if document.problems().iter().any(|problem| !problem.kind.is_repairable()) {
        return;
    }
    let Some(value) = document.tree().to_json(document.text(), MAX_DEPTH) else { return };
    for problem in
        routing::problems(&value).iter().filter(|problem| !super::invalid::is_refused(analysis, problem)).take(MOST)
    {
        let label = Label::span(document, super::invalid::place(document, problem), "");
        let (severity, since) = verdict(document, problem);
        let finding = Finding::new(RULE.id, severity, label, format!("{}{since}", problem.message));
        findings.push(finding.data(serde_json::json!({ "code": problem.code })));
    }
    let routes = config.get("routes").into_iter().flat_map(Node::items).enumerate();
    let of_their_time = routes.filter_map(|(at, route)| later(document, &Path::keys(["routes"]).index(at), route));
    findings.extend(of_their_time.take(MOST));
}

/// Whether PCRE, which the documentation of 2019 named, reads the text as JavaScript does: what one refuses, so does the other. False where that is not certain.
fn is_read_alike(text: &str) -> bool {
    const ESCAPES: &str = "dDwWsSbnrtf";
    // Verbs, classes that begin with `]` or hold others, names that come twice, and what is repeated without giving back.
    const OTHER: [&str; 9] = ["(*", "[]", "[^]", "[[", "(?<", "*+", "++", "?+", "}+"];
    let mut chars = text.chars();
    let mut escapes = std::iter::from_fn(|| chars.find(|c| *c == '\\').map(|_| chars.next()));
    if escapes.any(|next| next.is_some_and(|next| next.is_alphanumeric() && !ESCAPES.contains(next))) {
        return false;
    }
    let is_group = |rest: &str| rest.starts_with([':', '=', '!']);
    let has_group_of_its_own = text.split("(?").skip(1).any(|rest| !is_group(rest));
    !has_group_of_its_own && !OTHER.iter().any(|sign| text.contains(sign))
}

/// How grave a problem was, and since when. `routes` were checked by `@now/routing-utils` from its first release on; phases after `filesystem` came
/// with the rules for them, and before that their `handle` was refused.
fn verdict(document: &Document, problem: &RouteProblem) -> (Severity, &'static str) {
    let text = document.get(&problem.path).and_then(Node::as_str).unwrap_or_default();
    let key = problem.path.segments().last();
    let is = |name: &str| matches!(key, Some(Segment::Key(key)) if **key == *name);
    match problem.code {
        "invalid_route" if is("src") && !is_read_alike(text) => (
            Severity::Warning,
            " (refused since August 2019; before that, PCRE was documented, and whether it was refused is not certain)",
        ),
        "invalid_route" => (Severity::Error, ""),
        _ if is("source") || is("statusCode") => (Severity::Error, ""),
        _ => (Severity::Warning, " (refused since 2020)"),
    }
}

/// What was refused in summer 2019 and taken later.
fn later(document: &Document, path: &Path, route: Node<'_>) -> Option<Finding> {
    let handle = route.get("handle").and_then(Node::as_str);
    let since = match handle {
        Some("hit" | "miss") => Some("December 2019"),
        Some("rewrite" | "error" | "resource") => Some("March 2020"),
        _ => None,
    };
    if let (Some(handle), Some(since)) = (handle, since) {
        let message = format!(
            "the phase `{handle}` exists since {since}: before that, `filesystem` was the only one, and the file was refused"
        );
        let label = Label::at(document, &path.key("handle"), Part::Value, "");
        return Some(
            Finding::new(RULE.id, Severity::Warning, label, message).help("nothing to do for a deploy of a later day"),
        );
    }
    let continues = route.get("continue").and_then(Node::as_bool) == Some(true);
    let leads = route.get("dest").and_then(Node::as_str).is_some_and(|dest| !dest.is_empty());
    (continues && leads).then(|| {
        let message =
            "`continue` and `dest` stand together: the documentation of summer 2019 forbade it, later it was allowed";
        let label = Label::at(document, &path.key("continue"), Part::Key, "");
        Finding::new(RULE.id, Severity::Info, label, message)
            .help("without `continue` the first route that matches decides, which is what `dest` is for")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_reading_takes_is_certain() {
        for text in ["/users/(.*", "/a)", "*", "/a[b", "/a\\", "/(?:a", "[z-a]", "/(a|(b)", "/a/**/*", "^*a", "a{2}{3}"]
        {
            assert!(is_read_alike(text), "{text}");
        }
        for text in [
            "(?i)/a",
            "(?s).*",
            "(?#x)a",
            "(?|a|b)",
            "a{2}+",
            "a++",
            "(?P<a>b)",
            "(?<a>b)(?<a>c)",
            "(?>a)",
            "(*UTF8)a",
            "[](]",
            "[[:alpha:]",
            "\\Q(\\E",
            "[\\x{41}-\\x{5a}]",
        ] {
            assert!(!is_read_alike(text), "{text}");
        }
    }
}
