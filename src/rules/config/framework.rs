//! `config/framework`: a framework preset that does not exist.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::frameworks::{framework, nearest};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/framework",
    summary: "a framework preset that does not exist",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("framework.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (document, refused) = (config.document(), super::refused_places(analysis));
    let top = config.get("framework").map(|node| (Path::keys(["framework"]), node));
    let of_services = ["services", "experimentalServicesV2", "experimentalServices"].into_iter().flat_map(|key| {
        let services = config.get(key).into_iter().flat_map(super::members_that_count);
        services.filter_map(move |(service, node)| {
            Some((Path::keys([key, &service.key, "framework"]), node.get("framework")?))
        })
    });
    let named =
        top.into_iter().chain(of_services).filter_map(|(path, node): (Path, Node<'_>)| Some((path, node.as_str()?)));
    let unknown = named.filter(|(path, slug)| framework(slug).is_none() && !refused.contains(path));
    findings.extend(unknown.take(MOST).map(|(path, slug)| finding(document, &path, slug)));
}

fn finding(document: &Document, path: &Path, slug: &str) -> Finding {
    let label = Label::at(document, path, Part::Value, "");
    let message = format!(
        "no framework preset is called \"{slug}\": the command line takes no notice of it, and the deploy API may refuse the file"
    );
    let finding = Finding::new(RULE.id, Severity::Warning, label, message);
    let Some(meant) = nearest(slug) else {
        return finding.help("delete it and the platform looks itself, or write `null` for no framework at all");
    };
    let fix = insert::set(document, path, &meant.into()).map(|edit| Fix {
        title: format!("Write \"{meant}\""),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    });
    finding.help(format!("did you mean \"{meant}\"?")).fix(fix)
}
