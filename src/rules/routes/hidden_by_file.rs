//! `routes/hidden-by-file`: a rewrite whose source is the path of a file or function, which answers first.

use super::{label, local_path, noun};
use crate::analysis::Analysis;
use crate::platform::Platform;
use crate::routing::Compiled;
use crate::routing::language::shape::Shape;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/hidden-by-file",
    summary: "a rewrite never fires, because a file or function answers its URL first",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("hidden_by_file.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (routes, answers) = (analysis.routes(), analysis.answers());
    let mut behind_files = false;
    for route in &routes.compiled {
        match route.handle() {
            Some("filesystem") => behind_files = true,
            Some(_) => behind_files = false,
            None if behind_files => {}
            None => continue,
        }
        let Some((path, output)) = source(route).and_then(|path| Some((path.clone(), answers.exact(&path)?))) else {
            continue;
        };
        // Where it leads to the same file nothing is lost.
        let same = route.dest().and_then(local_path).is_some_and(|dest| {
            dest.trim_start_matches('/') == path.trim_start_matches('/') || answers.exact(dest) == Some(output)
        });
        if same || route.dest().is_none() {
            continue;
        }
        let noun = noun(&route.origin);
        let message = format!("this {noun} never fires: {output} answers {path} before any {noun} is asked");
        let place = label(config.document(), &route.origin, &["source", "src"], "answered by a file");
        let finding = Finding::new(RULE.id, Severity::Warning, place, message);
        findings.push(
            finding.help(format!("delete the {noun}, or take {output} out of the deployment or to another path")),
        );
    }
}

/// The one path that a route stands for.
fn source(route: &Compiled) -> Option<String> {
    Shape::read(route.src()?)?.literal()
}
