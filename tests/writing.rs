//! Every fix that is offered, applied alone and all together, over configs in many styles: it changes what it names and nothing else, and what it
//! writes needs no more of it.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

mod support;

use std::collections::BTreeMap;

use nowcheck::base::Span;
use nowcheck::base::fs::MemoryFs;
use nowcheck::document::edit::apply_checked;
use nowcheck::document::json::ProblemKind;
use nowcheck::document::{Applicability, Document, Fix, Node};
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use support::corpus;
use support::looks::{Look, look, written};

/// A config in a file of that name, beside a server.
struct Case<'t> {
    name: &'static str,
    isolated: bool,
    text: &'t str,
}

impl Case<'_> {
    fn fs(&self, text: &str) -> MemoryFs {
        MemoryFs::new()
            .with(&format!("/p/{}", self.name), text)
            .with("/p/index.js", "require('express')().listen(3000)\n")
            .with("/p/package.json", "{\"name\":\"p\",\"engines\":{\"node\":\"16.x\"}}")
            .with("/p/templates/a.txt", "")
    }

    fn found(&self) -> Found {
        Found { root: "/p".into(), config: Some(format!("/p/{}", self.name).into()) }
    }

    fn options(&self) -> Options {
        let platform = if self.name == "now.json" { Platform::Now } else { Platform::Vercel };
        Options { platform: Some(platform), isolated: self.isolated, ..Options::default() }
    }

    /// Judges the text, and counts the fixes by rule.
    fn check(&self, seen: &mut BTreeMap<&'static str, usize>) -> Result<(), String> {
        let (fs, file) = (self.fs(self.text), format!("/p/{}", self.name));
        let report = lint::check_found(&fs, &self.found(), &self.options()).unwrap();
        let document = Document::json(file.as_str(), self.text);
        for finding in &report.findings {
            for fix in finding.fixes.iter().filter(|fix| fix.edits.iter().all(|edit| edit.file == file)) {
                *seen.entry(finding.rule).or_default() += 1;
                check_alone(&document, fix, finding.rule == "config/syntax").map_err(|fault| {
                    format!("{}: {}: {fault}\n{:#?}\n{}", finding.rule, fix.title, fix.edits, self.text)
                })?;
            }
        }
        [Applicability::Safe, Applicability::Unsafe].into_iter().try_for_each(|up_to| self.check_together(up_to))
    }

    /// Fixing what was fixed changes nothing.
    fn check_together(&self, up_to: Applicability) -> Result<(), String> {
        let fix = |text: &str| -> Result<Option<String>, String> {
            let fixed = lint::fix(&self.fs(text), &self.found(), &self.options(), up_to)
                .map_err(|error| format!("{error}\n{text}"))?;
            let mut changes = fixed.changes.into_iter().filter(|change| change.file.file_name() == Some(self.name));
            Ok(changes.next().map(|change| String::from_utf8(change.new.unwrap()).unwrap()))
        };
        let Some(once) = fix(self.text)? else { return Ok(()) };
        if has_only_crlf(self.text) && !has_only_crlf(&once) && once.contains('\n') {
            return Err(format!("the line ends are mixed:\n{once:?}"));
        }
        match fix(&once)? {
            None => Ok(()),
            Some(twice) => Err(format!("fixed again ({up_to:?}):\n{}\nthen\n{once}\nthen\n{twice}", self.text)),
        }
    }
}

fn has_only_crlf(text: &str) -> bool {
    text.contains("\r\n") && !text.replace("\r\n", "").contains(['\n', '\r'])
}

/// One fix by itself.
fn check_alone(old: &Document, fix: &Fix, is_syntax: bool) -> Result<(), String> {
    let new = apply_checked(old, &fix.edits).map_err(|error| error.to_string())?;
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let (mut from, mut rest) = (0, new.text());
    for edit in &edits {
        let kept = &old.text()[from..edit.span.start];
        rest = rest
            .strip_prefix(kept)
            .and_then(|rest| rest.strip_prefix(edit.text.as_str()))
            .ok_or("other bytes changed")?;
        from = edit.span.end;
    }
    if rest != &old.text()[from..] {
        return Err("the end changed".to_owned());
    }
    if new.text() == old.text() {
        return Err("it does nothing".to_owned());
    }
    let touches = |span: Span| edits.iter().any(|edit| edit.span.start <= span.end && span.start <= edit.span.end);
    let quotes_at = |at| edits.iter().any(|edit| edit.span == Span::at(at) && edit.text == "\"");
    let inside = |span: Span| {
        edits.iter().any(|edit| edit.span.start < span.end && span.start < edit.span.end)
            || quotes_at(span.start) && quotes_at(span.end)
    };
    for comment in old.problems().iter().filter(|problem| problem.kind == ProblemKind::Comment && !is_syntax) {
        // What stands behind a value on its line goes with it.
        let line = old.text()[..comment.span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let first = old.text()[line..].find(|c| !matches!(c, ' ' | '\t')).map_or(line, |at| line + at);
        let goes = edits.iter().any(|edit| edit.span.start <= first && comment.span.end <= edit.span.end);
        if touches(comment.span) && !goes && !new.text().contains(comment.span.slice(old.text())) {
            return Err(format!("a comment is lost: {}", comment.span.slice(old.text())));
        }
    }
    match (old.root(), new.root()) {
        (Some(one), Some(other)) => {
            Values { old, new: &new, touches: &touches, inside: &inside }.compare("", one, other)
        }
        (None, _) => Ok(()),
        (Some(_), None) => Err("nothing is left".to_owned()),
    }
}

/// Two readings of a text, before and after edits.
struct Values<'v> {
    old: &'v Document,
    new: &'v Document,
    /// An edit meets these bytes, or stands at their border.
    touches: &'v dyn Fn(Span) -> bool,
    /// An edit changes some of these bytes.
    inside: &'v dyn Fn(Span) -> bool,
}

impl Values<'_> {
    /// Values may differ only where an edit is.
    fn compare(&self, path: &str, old: Node<'_>, new: Node<'_>) -> Result<(), String> {
        let unnamed = |what: &str| Err(format!("{path} {what}, and no edit names it"));
        if old.is_object() && new.is_object() {
            for (member, _) in old.members() {
                let last = old.member(&member.key).unwrap();
                let value = old.get(&member.key).unwrap();
                match new.get(&member.key) {
                    Some(now) => self.compare(&format!("{path}.{}", member.key), value, now)?,
                    None if (self.touches)(Span::new(last.key_span.start, value.span().end)) => {}
                    None => return unnamed(&format!("lost {}", member.key)),
                }
            }
            let came = new.members().find(|(member, _)| old.member(&member.key).is_none());
            return match came {
                Some((member, _)) if !(self.touches)(old.span()) => unnamed(&format!("got {}", member.key)),
                _ => Ok(()),
            };
        }
        if old.is_array() && new.is_array() {
            if old.items().len() == new.items().len() {
                let mut pairs = old.items().zip(new.items()).enumerate();
                return pairs.try_for_each(|(at, (one, other))| self.compare(&format!("{path}[{at}]"), one, other));
            }
            let mut left = new.items().map(|item| item.span().slice(self.new.text()));
            let mut kept = old.items().filter(|item| !(self.touches)(item.span()));
            return match kept.find(|item| !left.any(|text| text == item.span().slice(self.old.text()))) {
                Some(item) => unnamed(&format!("lost {}", item.span().slice(self.old.text()))),
                None => Ok(()),
            };
        }
        let is_same = !old.is_container() && old.value() == new.value();
        if is_same || (self.inside)(old.span()) { Ok(()) } else { unnamed("changed") }
    }
}

/// Parts of configs, most of them with something to repair.
fn parts() -> Vec<Json> {
    vec![
        json!({ "version": 2 }),
        json!({ "version": 1, "name": "é🚀" }),
        json!({ "builds": [{ "src": "index.js", "use": "@now/nod@canary" }] }),
        json!({ "builds": [{ "src": "index.js", "use": "@vercel/node@canary" }, { "src": "a.php", "use": "now-php" }] }),
        json!({ "builds": [{ "src": "index.js", "use": "@now/node", "maxLambdaSize": "25mb" }] }),
        json!({ "builds": [{ "src": "index.js", "use": "@now/node", "config": { "maxLambdaSize": "25 MB" } }] }),
        json!({ "builds": [{ "src": "index.js", "use": "@now/node", "config": { "maxLambdasize": "25m" } }] }),
        json!({ "builds": [{ "src": "indx.js", "use": "@vercel/node", "config": { "includeFiles": ["template/**"] } }] }),
        json!({ "builds": [{ "src": "index.js", "use": "@vercel/node", "config": { "includeFiles": "/templates/**" } }] }),
        json!({ "functions": { "api/*.js": { "memroy": 1024, "includeFiles": "templates" } } }),
        json!({ "functions": {}, "builds": [] }),
        json!({ "routes": [{ "src": "/a", "dest": "/b" }, { "handle": "filesytem" }], "rewrites": [] }),
        json!({ "rewrites": [{ "src": "/a", "dest": "/b" }, { "source": "a", "destination": "/b" }] }),
        json!({ "redirects": [{ "source": "/a", "destination": "/b", "status": 301 }] }),
        json!({ "headers": [{ "source": "/a", "header": [{ "key": "X", "value": "y" }] }] }),
        json!({ "schedules": [{ "schedule": "0 5 * * *", "path": "/m", "timezone": "Europe/Berln" }] }),
        json!({ "crons": [{ "path": "/api", "schedule": "*/5 * * * *" }] }),
        json!({ "cleanUrl": true, "trailingSlash": "yes", "regions": ["iad"], "framework": "nextj" }),
        json!({ "maxDuration": 10, "nodeVersion": "16", "env": { "A": "@secret", "B": 1 } }),
        json!({ "build": { "env": { "A": "b" } }, "build.env": { "C": "d" }, "public": true, "alias": "x" }),
    ]
}

/// What people do to a text by hand.
fn by_hand(text: &str, slip: usize) -> String {
    let behind_open = text.find('{').map_or(0, |at| at + 1);
    match (slip, text.rfind('}').filter(|at| text[..*at].trim_end().len() > 1)) {
        (1, _) => format!("\u{feff}{text}"),
        (2, Some(end)) => format!("{},{}", text[..end].trim_end_matches([' ', '\t', '\n', '\r']), &text[end..]),
        (3, Some(_)) => format!("{}\"version\":2,\"name\":1,{}", &text[..behind_open], &text[behind_open..]),
        (4, _) => text.replacen('"', "'", 2),
        (5, _) => text.replacen(',', "", 1),
        (6, _) => format!("/* head */ {text} // tail"),
        (7, _) => text.trim_end().to_owned(),
        _ => text.to_owned(),
    }
}

const STYLES: [Look; 6] = [
    Look { unit: Some("  "), newline: "\n", colon: ": ", comma: ", ", inline_below: 9, comments: false },
    Look { unit: Some("\t"), newline: "\r\n", colon: ": ", comma: ", ", inline_below: 9, comments: false },
    Look { unit: None, newline: "\n", colon: ":", comma: ",", inline_below: 0, comments: false },
    Look { unit: Some("    "), newline: "\n", colon: ": ", comma: ", ", inline_below: 3, comments: true },
    Look { unit: None, newline: "\n", colon: ": ", comma: ", ", inline_below: 0, comments: false },
    Look { unit: Some("        "), newline: "\r\n", colon: " : ", comma: ",", inline_below: 2, comments: true },
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_of_made_up_configs(
        chosen in prop::sample::subsequence(parts(), 1..5),
        mut look in look(),
        comments: bool,
        slip in 0usize..10,
        isolated: bool,
    ) {
        look.comments = comments;
        let config: Json = chosen.into_iter().flat_map(|part| part.as_object().unwrap().clone()).collect::<serde_json::Map<_, _>>().into();
        let text = by_hand(&written(&config, &look, 0), slip);
        for name in ["now.json", "vercel.json"] {
            let case = Case { name, isolated, text: &text };
            if let Err(fault) = case.check(&mut BTreeMap::new()) {
                return Err(TestCaseError::fail(format!("{name}: {fault}")));
            }
        }
    }
}

/// The texts of a file of the corpus, with the name that they have there.
fn texts(name: &str) -> Vec<(&'static str, String)> {
    let row = |row: Json| {
        let name = if row["kind"] == "now" { "now.json" } else { "vercel.json" };
        (name, row["text"].as_str().unwrap().to_owned())
    };
    corpus::rows(name).into_iter().map(row).collect()
}

fn check_corpus(name: &str, every: usize) {
    let (mut seen, mut faults, mut count) = (BTreeMap::new(), Vec::new(), 0);
    for (at, (name, text)) in texts(name).into_iter().enumerate().step_by(every) {
        let look = &STYLES[at / every % STYLES.len()];
        let restyled =
            serde_json::from_str::<Json>(&text).map(|value| by_hand(&written(&value, look, 0), at / every % 11));
        for text in [text].into_iter().chain(restyled.ok()) {
            count += 1;
            faults.extend(Case { name, isolated: true, text: &text }.check(&mut seen).err());
        }
    }
    println!("{name}: {count} texts, fixes tried by rule: {seen:#?}");
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.iter().take(5).cloned().collect::<Vec<_>>().join("\n---\n")
    );
}

#[test]
fn fixes_of_real_configs() {
    check_corpus("configs.ndjson", 5);
}

#[test]
fn fixes_of_mutants() {
    check_corpus("mutants.ndjson", 11);
}
