//! `size/over-limit`: a function is larger than what was set or what the platform allows.

use super::{advice, composition, exceeds, finding, limit_words, raise, uncertainty};
use crate::analysis::Analysis;
use crate::bundle::BuiltFunction;
use crate::platform::Platform;
use crate::platform::limits::LimitFrom;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "size/over-limit",
    summary: "a function is larger than its limit, so the deploy is refused",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE).and(Needs::SIZE),
    fix: FixKind::Sometimes,
    page: include_str!("over_limit.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.deployed() {
        // A limit that is only the default is `size/max-lambda-size-missing`; a text that means something else than it says, `-invalid`.
        let Some(measured) = view.measured().filter(|measured| measured.limit.from != LimitFrom::Default) else {
            continue;
        };
        if super::max_lambda_size_invalid::is_invalid(analysis, view) {
            continue;
        }
        let Some(severity) = exceeds(&measured) else { continue };
        // What counts for the edge is documented after gzip and by plan, not proven by a zip.
        let is_edge = view.built().is_some_and(BuiltFunction::is_edge);
        let severity = if is_edge { severity.min(Severity::Warning) } else { severity };
        let label = places::of_function(analysis, view, &["config", "maxLambdaSize"], "too small");
        let name = &view.function().entrypoint;
        let message = format!(
            "{name} is {}, over {}{}",
            composition(&measured),
            limit_words(&measured),
            uncertainty(view, &measured)
        );
        let fix = if measured.limit.from == LimitFrom::Config { raise(analysis, view) } else { None };
        let help = match &fix {
            Some(fix) => format!("{}{}", fix.title[..1].to_lowercase(), &fix.title[1..]),
            None => advice(view, &measured),
        };
        findings.push(finding(RULE.id, severity, label, message, (view, &measured)).help(help).fix(fix));
    }
}
