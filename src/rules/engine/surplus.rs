//! `engine/surplus`: engines that no function looks for go with every function.

use std::collections::BTreeSet;

use serde_json::json;

use crate::analysis::{Analysis, EngineNeed, PrismaUse};
use crate::base::bytes::human;
use crate::document::{Applicability, Fix, Part, insert};
use crate::platform::Platform;
use crate::platform::targets::{self, NATIVE};
use crate::project::schema::Targets;
use crate::project::{Generator, Origin, Schema};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/surplus",
    summary: "the client is generated for targets that no function looks for, and their engines go with each",
    severity: Severity::Info,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("surplus.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let [schema] = analysis.project().schemas() else { return };
    // Of several, each function may have its own.
    let Ok([generator]) = <[Generator<'_>; 1]>::try_from(schema.generators()) else { return };
    let Targets::Listed(listed) = generator.targets() else { return };
    let uses: Vec<&PrismaUse> = analysis.functions().filter_map(|view| view.prisma()).collect();
    let Some(needed) = needed_by_all(&uses) else { return };
    let is_surplus =
        |name: &&String| *name != NATIVE && targets::find(name).is_some() && !needed.contains(name.as_str());
    let surplus: Vec<&String> = listed.iter().filter(is_surplus).collect();
    let has_needed = listed.iter().any(|name| name == NATIVE || needed.contains(name.as_str()));
    // With none of those that are needed, the wrong ones are `engine/wrong-target`.
    let (Some(first), true) = (surplus.first(), has_needed) else { return };
    let names = surplus.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" and ");
    let message = format!(
        "the client is generated for {names} too, which no function here looks for: {} with every function that uses it{}",
        if surplus.len() == 1 { "that engine goes" } else { "those engines go" },
        weight(&uses, &surplus)
    );
    let at = listed.iter().position(|name| name == *first).unwrap_or_default();
    let has_native = listed.iter().any(|name| name == NATIVE);
    let help = if has_native {
        "take out what only other machines need: \"native\" is the engine of whichever machine generates"
    } else {
        "write \"native\" in place of the targets of your own machines: it is the engine of whichever machine generates"
    };
    let path = generator.targets_path().index(at);
    let label = Label::at(schema.document(), &path, Part::Value, "");
    findings.push(Finding::new(RULE.id, Severity::Info, label, message).help(help).fix(without(
        schema,
        &generator,
        (at, first),
        has_native,
    )));
}

/// The targets that functions look for; none where one of them cannot be told, or where the engines do not come from the schema's list.
fn needed_by_all(uses: &[&PrismaUse]) -> Option<BTreeSet<&'static str>> {
    let mut all = BTreeSet::new();
    for prisma in uses {
        if prisma.need != EngineNeed::Needed || !matches!(prisma.origin, Origin::Remote(_)) {
            return None;
        }
        // Where no engine of this version would do, the list is no matter (`engine/target-too-new`).
        let needed = prisma.needed.as_ref().filter(|needed| needed.since.is_none())?;
        all.extend(needed.names.iter().copied());
    }
    (!all.is_empty()).then_some(all)
}

/// What their engines weigh, as far as they lie here.
fn weight(uses: &[&PrismaUse], surplus: &[&String]) -> String {
    let Some(prisma) = uses.first() else { return String::new() };
    let theirs = prisma.engines.iter().filter(|engine| surplus.iter().any(|name| **name == engine.name.target_name));
    match theirs.map(|engine| engine.content.bytes).sum() {
        0 => String::new(),
        bytes => format!(" ({})", human(bytes)),
    }
}

/// Takes one target out, or writes `native` in its place where the list has none. Other deployments may need it, so a person has to want this.
fn without(schema: &Schema, generator: &Generator<'_>, (at, name): (usize, &str), has_native: bool) -> Option<Fix> {
    let (document, path) = (schema.document(), generator.targets_path());
    let is_own_machine = !name.starts_with("rhel") && !name.starts_with("linux");
    let (title, edit) = if has_native || !is_own_machine {
        (format!("Take \"{name}\" out of the targets"), insert::remove(document, &path.index(at))?)
    } else {
        (format!("Write \"native\" in place of \"{name}\""), insert::set(document, &path.index(at), &json!(NATIVE))?)
    };
    Some(Fix { title, applicability: Applicability::Unsafe, edits: vec![edit] })
}
