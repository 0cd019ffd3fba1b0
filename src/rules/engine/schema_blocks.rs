//! What Prisma asks of generator and datasource blocks whose lines it can read. Part of `engine/schema-syntax`.
//!
//! Tried on the parsers of Prisma 3.5 to 7.10; each says the same of all of these, but where a version is named.

use std::collections::HashMap;

use super::generating::Reading;
use super::schema_syntax::{RULE, TRIED, outcome, severity};
use crate::base::{Span, similar};
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::project::Datasource;
use crate::rules::{Finding, Label};

/// Databases by the names that every version from 3.6 on knows.
const DATABASES: [&str; 7] = ["postgresql", "postgres", "mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"];

/// In this version the connection left the schema.
const NO_URLS: &str = "7.0.0";

pub(super) fn check(reading: &Reading<'_>, findings: &mut Vec<Finding>) {
    for document in reading.documents() {
        twice(reading, document, findings);
        let generators = document.root().and_then(|root| root.get("generator")).into_iter().flat_map(Node::members);
        for (member, node) in generators {
            if node.get("provider").is_none() && is_sound(document, node) {
                let label = Label::span(document, member.key_span, "no `provider`");
                let what = format!("the generator {} has no `provider`", member.key);
                findings.push(finding(reading, label, &what).help("write `provider = \"prisma-client-js\"` into it"));
            }
        }
    }
    let datasources = reading.schema.datasources();
    for datasource in &datasources {
        let node = datasource.document.get(&datasource.path);
        if node.is_some_and(|node| is_sound(datasource.document, node)) {
            provider(reading, datasource, findings);
            urls(reading, datasource, findings);
        }
    }
    if let [first, .., last] = &datasources[..] {
        let label = Label::at(last.document, &last.path, Part::Key, "one too many");
        let first = Label::at(first.document, &first.path, Part::Key, "the other one");
        let help = "keep one; a second database has a schema, a client and an `output` of its own";
        findings.push(finding(reading, label, "a schema has one datasource").related(first).help(help));
    }
}

fn finding(reading: &Reading<'_>, label: Label, what: &str) -> Finding {
    Finding::new(RULE.id, severity(reading), label, format!("{what}: {}", outcome(reading)))
}

/// Whether nothing in the block is wrong already: what seems missing may stand in a line that cannot be read.
fn is_sound(document: &Document, node: Node<'_>) -> bool {
    let Span { start, end } = node.span();
    !document.problems().iter().any(|problem| (start..=end).contains(&problem.span.start))
}

/// Keys that stand twice in a block, and blocks of one name.
fn twice(reading: &Reading<'_>, document: &Document, findings: &mut Vec<Finding>) {
    let Some(root) = document.root() else { return };
    for (group, blocks) in root.members() {
        let inside = blocks.members().map(|(_, block)| (block, "key"));
        let all = std::iter::once((blocks, "block")).chain(inside);
        for (node, what) in all.filter(|(_, what)| *what == "key" || *group.key == *"generator") {
            let mut seen: HashMap<&str, Span> = HashMap::new();
            for (member, _) in node.members() {
                let Some(first) = seen.insert(&member.key, member.key_span) else { continue };
                let label = Label::span(document, member.key_span, "again");
                let what = format!("the {what} `{}` stands twice", member.key);
                let other = Label::span(document, first, "the first time");
                findings.push(finding(reading, label, &what).related(other).help("keep one of them"));
            }
        }
    }
}

fn provider(reading: &Reading<'_>, datasource: &Datasource<'_>, findings: &mut Vec<Finding>) {
    let (document, path) = (datasource.document, datasource.path.key("provider"));
    let Some(node) = document.get(&path) else {
        let label = Label::at(document, &datasource.path, Part::Key, "no `provider`");
        let help = "write `provider = \"postgresql\"`, or what your database is";
        return findings.push(finding(reading, label, "the datasource has no `provider`").help(help));
    };
    let label = |text: &str| Label::at(document, &path, Part::Value, text);
    match node.as_str() {
        Some(name) if !DATABASES.contains(&name) => {
            let meant = similar::closest(name, DATABASES);
            let help = meant.map_or_else(
                || format!("write one of {}", DATABASES.join(", ")),
                |meant| format!("did you mean \"{meant}\"?"),
            );
            let what = format!("Prisma knows no database \"{name}\"");
            findings.push(finding(reading, label("no database"), &what).help(help).fix(meant.and_then(|meant| {
                let edits = vec![insert::set(document, &path, &meant.into())?];
                Some(Fix { title: format!("Write \"{meant}\""), applicability: Applicability::Safe, edits })
            })));
        }
        Some(_) => {}
        // Lists and variables were taken in the first years.
        None if reading.is_at_least(TRIED) => {
            let help = "name one database: `provider = \"postgresql\"`";
            let what = "the `provider` of a datasource is one name in quotes";
            findings.push(finding(reading, label("not one name"), what).help(help));
        }
        None => {}
    }
}

fn urls(reading: &Reading<'_>, datasource: &Datasource<'_>, findings: &mut Vec<Finding>) {
    let document = datasource.document;
    let keys = ["url", "directUrl", "shadowDatabaseUrl"].into_iter();
    let present: Vec<(&str, Path)> =
        keys.map(|key| (key, datasource.path.key(key))).filter(|(_, path)| document.get(path).is_some()).collect();
    if reading.is_at_least(NO_URLS) {
        if let Some((key, path)) = present.first() {
            let label = Label::at(document, path, Part::Key, "not in a schema");
            let what = format!("{} takes no `{key}` in a schema", reading.prisma());
            let help =
                "move it to `datasource.url` in prisma.config.ts, and give PrismaClient an adapter with the connection";
            findings.push(finding(reading, label, &what).help(help));
        }
    } else if reading.is_at_least(TRIED) && !reading.has_config && present.iter().all(|(key, _)| *key != "url") {
        let label = Label::at(document, &datasource.path, Part::Key, "no `url`");
        findings
            .push(finding(reading, label, "the datasource has no `url`").help("write `url = env(\"DATABASE_URL\")`"));
    }
}
