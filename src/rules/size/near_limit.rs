//! `size/near-limit`: a function fits, but barely.

use super::{advice, composition, exceeds, finding, limit_words, raise};
use crate::analysis::Analysis;
use crate::platform::Platform;
use crate::platform::limits::{LimitFrom, Measures};
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "size/near-limit",
    summary: "a function is so near its limit that the next dependency breaks the deploy",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE).and(Needs::SIZE),
    fix: FixKind::Sometimes,
    page: include_str!("near_limit.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.deployed() {
        let Some(measured) = view.measured() else { continue };
        let is_invalid = super::max_lambda_size_invalid::is_invalid(analysis, view);
        if is_invalid || exceeds(&measured).is_some() || !measured.limit.is_near(measured.bytes) {
            continue;
        }
        let label = places::of_function(analysis, view, &["config", "maxLambdaSize"], "nearly too small");
        let name = &view.function().entrypoint;
        let message = format!(
            "{name} is {}, close to {}{}",
            composition(&measured),
            limit_words(&measured),
            // The Node.js of Now 2.0 deflates otherwise than today's.
            if measured.limit.measures == Measures::Zip {
                "; the platform's own zip may differ by up to 2 %"
            } else {
                ""
            }
        );
        let fix = if measured.limit.from == LimitFrom::Platform { None } else { raise(analysis, view) };
        let help = if fix.is_some() { "leave room: raise maxLambdaSize".to_owned() } else { advice(view, &measured) };
        findings.push(finding(RULE.id, Severity::Warning, label, message, (view, &measured)).help(help).fix(fix));
    }
}
