//! `config/regions`: a region that the platform does not have.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::{Platform, regions};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/regions",
    summary: "a region that the platform does not have",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("regions.md"),
    check,
};

const KEYS: [&str; 3] = ["regions", "functionFailoverRegions", "passiveRegions"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (document, platform) = (config.document(), analysis.project().platform());
    let functions = super::function_maps(config).into_iter().flat_map(|(place, functions)| {
        super::members_that_count(functions).map(move |(member, function)| (place.key(&member.key), function))
    });
    let owners = document.root().map(|root| (Path::root(), root)).into_iter().chain(functions);
    let lists: Vec<(Path, Node<'_>)> = owners
        .flat_map(|(owner, node)| KEYS.into_iter().filter_map(move |key| Some((owner.key(key), node.get(key)?))))
        .collect();
    let refused = super::refused_places(analysis);
    let single = lists.iter().filter(|(path, node)| node.as_str().is_some() && !refused.contains(path));
    findings.extend(single.map(|(path, node)| no_list(document, path, *node)));
    let unknown = lists.iter().flat_map(|(path, node)| {
        let ids = node.items().enumerate().filter_map(|(at, item)| Some((path.index(at), item.as_str()?)));
        ids.filter(|(_, id)| !regions::may_be_region(platform, id))
    });
    let unknown = unknown.filter(|(path, _)| !refused.contains(path)).take(MOST);
    findings.extend(unknown.map(|(path, id)| finding(document, platform, &path, id)));
}

fn finding(document: &Document, platform: Platform, path: &Path, id: &str) -> Finding {
    let message = match platform {
        Platform::Now => format!("\"{id}\" has not the form of a region: those of Now 2.0 were such as \"sfo1\""),
        _ => format!(
            "the platform has no region \"{id}\" (list of {}): if none was added since, the deploy is refused",
            regions::AS_OF
        ),
    };
    let finding = Finding::new(RULE.id, Severity::Warning, Label::at(document, path, Part::Value, ""), message);
    let Some(meant) = regions::nearest(id) else {
        return finding.help("write the id of a region, such as \"iad1\": vercel.com/docs/regions lists them");
    };
    let fix = insert::set(document, path, &meant.id.into()).map(|edit| Fix {
        title: format!("Write \"{}\"", meant.id),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    });
    finding.help(format!("did you mean \"{}\" ({})?", meant.id, meant.city)).fix(fix)
}

fn no_list(document: &Document, path: &Path, node: Node<'_>) -> Finding {
    let message =
        "regions are a list, and this is a text: the command line hands it on, and the deploy API expects a list";
    let id = node.as_str().unwrap_or_default();
    let fix = insert::set(document, path, &serde_json::json!([id])).map(|edit| Fix {
        title: "Make it a list".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    });
    Finding::new(RULE.id, Severity::Warning, Label::at(document, path, Part::Value, ""), message)
        .help(format!("write [\"{id}\"]"))
        .fix(fix)
}
