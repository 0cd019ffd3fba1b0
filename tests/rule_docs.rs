//! `docs/rules.md` is written from the registry. When it is stale, `UPDATE_DOCS=1 cargo test --test rule_docs` writes it again.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use nowcheck::rules::{RULES, Rule};

const HEAD: &str = "\
# Rules

Written by `UPDATE_DOCS=1 cargo test --test rule_docs` from the rules themselves: do not edit.

The severity is that of a rule's gravest finding. `nowcheck explain RULE` shows a rule's page in the terminal.

| Rule | Severity | Platforms | Fix | What it finds |
|---|---|---|---|---|
";

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

#[test]
fn the_list_of_rules_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let table = table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &table).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == table, "docs/rules.md is stale: run UPDATE_DOCS=1 cargo test --test rule_docs");
}

#[test]
fn the_links_lead_to_the_pages() {
    for rule in RULES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page(rule));
        assert_eq!(fs::read_to_string(&file).unwrap_or_default(), rule.page, "{}", file.display());
    }
}
