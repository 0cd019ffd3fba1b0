//! `engine/old-names`: names of Photon's days that the version of Prisma no longer takes.

use std::collections::BTreeSet;

use super::generating::Reading;
use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Edit, Fix, Node, Part, insert};
use crate::platform::Platform;
use crate::platform::prisma_names::{self, Over, Standing};
use crate::project::Generator;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/old-names",
    summary: "a name of Photon's days, which the version of Prisma no longer takes",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("old_names.md"),
    check,
};

/// From this version on there is no engine, and no list of targets that matters.
const NO_ENGINE: &str = "7.0.0";

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for reading in Reading::all(analysis) {
        for generator in reading.schema.generators() {
            provider(&reading, &generator, findings);
            keys(&reading, &generator, findings);
            targets(&reading, &generator, findings);
        }
    }
    imports(analysis, findings);
}

fn fix(title: String, edit: Option<Edit>) -> Option<Fix> {
    Some(Fix { title, applicability: Applicability::Safe, edits: vec![edit?] })
}

fn provider(reading: &Reading<'_>, generator: &Generator<'_>, findings: &mut Vec<Finding>) {
    let (old, today) = prisma_names::PROVIDER;
    if generator.provider != old || !reading.is_at_least(prisma_names::PROVIDER_OVER) {
        return;
    }
    let (document, path) = (reading.schema.document(), generator.path.key("provider"));
    let label = Label::at(document, &path, Part::Value, "Photon's name");
    let message =
        format!("{} has no generator \"{old}\", it is called \"{today}\": {}", reading.prisma(), reading.outcome());
    let help = format!("write \"{today}\", and import `{}` from \"@prisma/client\" in the code", prisma_names::CLASS.1);
    let finding = Finding::new(RULE.id, reading.stops, label, message).help(help);
    findings.push(finding.fix(fix(format!("Write \"{today}\""), insert::set(document, &path, &today.into()))));
}

fn keys(reading: &Reading<'_>, generator: &Generator<'_>, findings: &mut Vec<Finding>) {
    let document = reading.schema.document();
    for key in prisma_names::KEYS {
        let path = generator.path.key(key.old);
        let over = key.over.iter().rev().find(|(version, _)| reading.is_at_least(version)).map(|(_, over)| *over);
        let (Some(_), Some(over)) = (document.get(&path), over) else { continue };
        // Without an engine, nothing is missed.
        if over == Over::Unread && reading.is_at_least(NO_ENGINE) {
            continue;
        }
        let (severity, outcome) = match over {
            Over::Stops => (reading.stops, reading.outcome()),
            Over::Unread => (Severity::Warning, "nothing reads it".to_owned()),
        };
        let label = Label::at(document, &path, Part::Key, "an old name");
        let message = format!("{} has no key `{}` in a generator: {outcome}", reading.prisma(), key.old);
        let is_free = |today: &str| document.get(&generator.path.key(today)).is_none();
        let repair = match key.today {
            Some(today) if is_free(today) => {
                fix(format!("Rename it to {today}"), insert::rename_key(document, &path, today))
            }
            None if over == Over::Stops => fix(format!("Delete {}", key.old), insert::remove(document, &path)),
            _ => None,
        };
        let help = match key.today {
            Some(today) if !is_free(today) => {
                format!("move what is needed into `{today}`, which stands beside it, and delete this one")
            }
            _ => key.instead.to_owned(),
        };
        findings.push(Finding::new(RULE.id, severity, label, message).help(help).fix(repair));
    }
}

fn targets(reading: &Reading<'_>, generator: &Generator<'_>, findings: &mut Vec<Finding>) {
    let (document, path) = (reading.schema.document(), generator.targets_path());
    let Some(list) = document.get(&path).filter(|_| generator.targets_key().is_some()) else { return };
    let today = |name: &str| match prisma_names::standing(name, reading.age) {
        Standing::Renamed(today) => Some(today),
        _ => None,
    };
    let names = list.strings();
    let Some(first) = names.iter().position(|name| today(name).is_some()) else { return };
    let place = if list.is_array() { path.index(first) } else { path.clone() };
    let old: Vec<String> =
        names.iter().filter(|name| today(name).is_some()).map(|name| format!("\"{name}\"")).collect();
    let new: BTreeSet<String> = names.iter().filter_map(|name| today(name)).map(|name| format!("\"{name}\"")).collect();
    let new: Vec<String> = new.into_iter().collect();
    let message = format!("{} has no target {}: {}", reading.prisma(), old.join(" or "), reading.outcome());
    let label = Label::at(document, &place, Part::Value, "Photon's name");
    let finding = Finding::new(RULE.id, reading.stops, label, message).help(format!("write {}", new.join(" and ")));
    findings.push(finding.fix(fix(format!("Write {}", new.join(", ")), renamed(document, list, today))));
}

/// The list with the names of today, each once; none where more than strings stands in it.
fn renamed(document: &Document, list: Node<'_>, today: impl Fn(&str) -> Option<&'static str>) -> Option<Edit> {
    let is_plain = list.as_str().is_some() || list.is_array() && list.items().all(|item| item.as_str().is_some());
    let mut names: Vec<String> = Vec::new();
    for name in list.strings() {
        let name = format!("\"{}\"", today(name).unwrap_or(name));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let text = format!("[{}]", names.join(", "));
    is_plain.then(|| Edit { file: document.file().to_owned(), span: list.span(), text })
}

/// Code that imports a package which the version no longer writes.
fn imports(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(reading) = Reading::all(analysis).into_iter().next() else { return };
    if !reading.is_at_least(prisma_names::PROVIDER_OVER) {
        return;
    }
    let writes_there = |package: &str| {
        let mut outputs =
            reading.schema.generators().into_iter().filter_map(|generator| reading.schema.output(&generator));
        outputs.any(|output| output.as_str().ends_with(package))
    };
    let mut told = BTreeSet::new();
    for prisma in analysis.functions().filter_map(|view| view.prisma()) {
        let Some(package) = prisma.package.filter(|package| package.ends_with("/photon")) else { continue };
        let is_there =
            prisma.client.is_some() || project.package().is_some_and(|own| own.dependency(package).is_some());
        let Some(site) = prisma.imports.iter().find(|site| site.specifier == package) else { continue };
        if is_there || writes_there(package) || !told.insert(site.file.clone()) {
            continue;
        }
        let (old, today) = prisma_names::CLASS;
        let message = format!(
            "the code imports \"{package}\", and {} writes no client there: the function fails when it is loaded",
            reading.prisma()
        );
        let help = format!("import {{ {today} }} from \"@prisma/client\", and write {today} for {old}");
        let label = places::of_import(analysis, site, "Photon's package");
        findings.push(Finding::new(RULE.id, Severity::Warning, label, message).help(help));
    }
}
