//! `size/max-lambda-size-missing`: the function does not fit the default limit, and no `maxLambdaSize` raises it.

use super::{advice, composition, exceeds, finding, limit_words, raise, uncertainty};
use crate::analysis::{Analysis, Certainty, EngineNeed, FunctionView};
use crate::base::similar;
use crate::document::{Applicability, Document, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::limits::LimitFrom;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "size/max-lambda-size-missing",
    summary: "a function does not fit the default limit, and no maxLambdaSize raises it",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::PROJECT.and(Needs::BUNDLE).and(Needs::SIZE),
    fix: FixKind::Sometimes,
    page: include_str!("max_lambda_size_missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.functions() {
        let Some(measured) = view.measured().filter(|measured| measured.limit.from == LimitFrom::Default) else {
            continue;
        };
        if is_refused(analysis, view) {
            // The limit may stand there under another name or in another place: that is `config/schema`.
            continue;
        }
        let name = &view.function().entrypoint;
        let needs_engine = view.prisma().is_some_and(|prisma| prisma.need == EngineNeed::Needed);
        let (severity, message) = match exceeds(&measured) {
            Some(severity) => (
                severity,
                format!(
                    "{name} is {}, over {}{}",
                    composition(&measured),
                    limit_words(&measured),
                    uncertainty(view, &measured)
                ),
            ),
            None if needs_engine && measured.engine == 0 && measured.certainty == Certainty::Least => (
                Severity::Warning,
                format!(
                    "{name} uses a query engine, which does not lie here to be measured: with one a function rarely fits {}",
                    limit_words(&measured)
                ),
            ),
            None => continue,
        };
        if let Some((document, path, key)) = misspelt(analysis, view) {
            let label = Label::at(document, &path, Part::Key, "no builder reads this key");
            let message = format!("{message}: \"{key}\" does not raise it");
            let finding = finding(RULE.id, severity, label, message, (view, &measured));
            findings.push(finding.help("did you mean \"maxLambdaSize\"?").fix(rename(document, &path, key)));
            continue;
        }
        let label = places::of_function(analysis, view, &["config"], "no maxLambdaSize here");
        let fix = raise(analysis, view);
        let help = fix.as_ref().map_or_else(
            || advice(view, &measured),
            |fix| format!("{}{} in `config`", fix.title[..1].to_lowercase(), &fix.title[1..]),
        );
        findings.push(finding(RULE.id, severity, label, message, (view, &measured)).help(help).fix(fix));
    }
}

/// Whether the schema refuses the form of the function's build.
fn is_refused(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> bool {
    let Some(build) = &view.function().place else { return false };
    let mut places = analysis.schema_complaints().iter().flat_map(|problem| &problem.places);
    places.any(|place| place.path.starts_with(build.segments()))
}

/// A key of the build's `config` that was probably meant to be the limit.
fn misspelt<'a>(analysis: &'a Analysis<'_>, view: FunctionView<'_, '_>) -> Option<(&'a Document, Path, &'a str)> {
    let document = analysis.project().config()?.document();
    let path = view.function().place.as_ref()?.key("config");
    let keys = document.get(&path)?.members().map(|(member, _)| &*member.key);
    let key = keys.filter(|key| similar::closest(key, ["maxLambdaSize"]).is_some()).min()?;
    Some((document, path.key(key), key))
}

fn rename(document: &Document, path: &Path, key: &str) -> Option<Fix> {
    let edit = insert::rename_key(document, path, "maxLambdaSize")?;
    let title = format!("Rename \"{key}\" to \"maxLambdaSize\"");
    Some(Fix { title, applicability: Applicability::Safe, edits: vec![edit] })
}
