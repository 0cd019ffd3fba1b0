//! `docs/rules.md` and `docs/fixes.md` are written from the registry and the pages. When one is stale, `UPDATE_DOCS=1 cargo test --test rule_docs`
//! writes both again.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use nowcheck::rules::{RULES, Rule};
use support::rule_page::Page;

const HEAD: &str = "\
# Rules

Written by `UPDATE_DOCS=1 cargo test --test rule_docs` from the rules themselves: do not edit.

The severity is that of a rule's gravest finding. `nowcheck explain RULE` shows a rule's page in the terminal.

| Rule | Severity | Platforms | Fix | What it finds |
|---|---|---|---|---|
";

const FIXES_HEAD: &str = "\
# What `fix` repairs

Written by `UPDATE_DOCS=1 cargo test --test rule_docs` from the pages of the rules: do not edit.

`nowcheck fix` writes the repairs that change nothing of what is deployed, or only what fails today; `nowcheck fix --unsafe` also those that change
what is deployed. Both lint again after each round, until nothing more can be repaired.

| Rule | Fix | What is repaired, or why nothing is |
|---|---|---|
";

/// The first sentence of a page's section on fixing.
fn fix_in_words(rule: &Rule) -> String {
    let page = Page::read(rule.page);
    let paragraph = page.section("Fix").split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let end = paragraph.match_indices(". ").map(|(at, _)| at + 1).next().unwrap_or(paragraph.len());
    paragraph[..end].to_owned()
}

fn fixes() -> String {
    let mut text = FIXES_HEAD.to_owned();
    for rule in RULES {
        let words = fix_in_words(rule).replace('|', "\\|");
        writeln!(text, "| [{}](../{}) | {} | {words} |", rule.id, page(rule), rule.fix.as_str()).unwrap();
    }
    text
}

fn table() -> String {
    let mut text = HEAD.to_owned();
    for rule in RULES {
        let platforms: Vec<String> = rule.platforms.iter().map(ToString::to_string).collect();
        writeln!(
            text,
            "| [{}](../{}) | {} | {} | {} | {} |",
            rule.id,
            page(rule),
            rule.severity.as_str(),
            platforms.join(", "),
            rule.fix.as_str(),
            rule.summary.replace('|', "\\|")
        )
        .unwrap();
    }
    text
}

/// Where the page of a rule lies, from the root of the repository.
fn page(rule: &Rule) -> String {
    format!("src/rules/{}.md", rule.id.replace('-', "_"))
}

fn is_up_to_date(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "docs/{name} is stale: run UPDATE_DOCS=1 cargo test --test rule_docs");
}

#[test]
fn the_list_of_rules_is_up_to_date() {
    is_up_to_date("rules.md", &table());
}

#[test]
fn the_list_of_fixes_is_up_to_date() {
    let odd: Vec<&str> = RULES.iter().filter(|rule| !fix_in_words(rule).ends_with('.')).map(|rule| rule.id).collect();
    assert!(odd.is_empty(), "their Fix sections do not begin with a sentence: {odd:?}");
    is_up_to_date("fixes.md", &fixes());
}

#[test]
fn the_links_lead_to_the_pages() {
    for rule in RULES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page(rule));
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), rule.page, "{}", file.display());
    }
}
