//! Every rule has a page, and what the page shows is true: the examples are linted and fixed. `support::rule_page` tells how a page is written.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::Fs;
use nowcheck::document::Applicability;
use nowcheck::lint::{self, Options, Report};
use nowcheck::project::discover::Found;
use nowcheck::report::{Style, render_page};
use nowcheck::rules::{Finding, FixKind, RULES, Rule, Severity};
use support::rule_page::{Example, Files, Page, ROOT, SECTIONS, file_system};

/// Judges all pages before it fails, so that one run tells of all.
fn each_rule(judge: impl Fn(&Rule, &Page, &mut Vec<String>)) {
    let mut faults = Vec::new();
    for rule in RULES {
        let mut of_rule = Vec::new();
        judge(rule, &Page::read(rule.page), &mut of_rule);
        faults.extend(of_rule.into_iter().map(|fault| format!("{}: {fault}", rule.id)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_page_has_its_title_summary_and_sections() {
    each_rule(|rule, page, faults| {
        if page.title != rule.id {
            faults.push(format!("the title is {:?}", page.title));
        }
        let titles: Vec<&str> = page.sections.iter().skip(1).map(|(title, _)| title.as_str()).collect();
        if titles != SECTIONS {
            faults.push(format!("the sections are {titles:?}"));
        }
        let summary = page.section("summary");
        if summary.contains("\n\n") || !summary.ends_with('.') {
            faults.push("the summary is not one sentence".to_owned());
        }
        faults.extend(
            page.sections.iter().filter(|(_, text)| text.trim().is_empty()).map(|(t, _)| format!("{t} is empty")),
        );
        // The files of the examples do not count.
        let prose = rule.page.split("```").step_by(2).flat_map(str::lines).count();
        if !(30..=90).contains(&prose) {
            faults.push(format!("{prose} lines of prose"));
        }
    });
}

/// The first sentence of each `Fix` section is a row of a table in the documentation: it says what is repaired and how boldly, or why nothing is.
#[test]
fn the_fix_section_begins_with_what_is_repaired() {
    each_rule(|rule, page, faults| {
        let section = page.section("Fix").split_whitespace().collect::<Vec<_>>().join(" ");
        let first = section.split_inclusive(". ").next().unwrap_or_default();
        let agrees = match rule.fix {
            FixKind::None => first.starts_with("None: "),
            FixKind::Sometimes | FixKind::Always => first.contains("`fix"),
        };
        if !agrees || !first.trim_end().ends_with('.') {
            faults.push(format!("the Fix section begins with {first:?}"));
        }
    });
}

#[test]
fn the_rule_fires_on_what_is_found_and_is_silent_on_what_is_right() {
    each_rule(|rule, page, faults| {
        let examples = page.examples();
        if examples.is_empty() {
            faults.push("no example".to_owned());
        }
        for example in &examples {
            if example.found == example.right {
                faults.push(format!("{}: Found and Right are the same", example.name));
            }
            check_found(rule, example, faults);
            let loud = loud(&lint(&example.right).findings, rule.id);
            faults.extend(loud.iter().map(|finding| format!("{}: on Right: {finding}", example.name)));
        }
    });
}

fn check_found(rule: &Rule, example: &Example, faults: &mut Vec<String>) {
    let findings = lint(&example.found).findings;
    if !findings.iter().any(|finding| finding.rule == rule.id) {
        faults.push(format!("{}: silent on Found", example.name));
    }
    for also in &example.also {
        if !findings.iter().any(|finding| finding.rule == also) {
            faults.push(format!("{}: {also} is announced and does not fire", example.name));
        }
    }
    let announced = |finding: &Finding| finding.rule == rule.id || example.also.iter().any(|id| id == finding.rule);
    let others: Vec<Finding> = findings.into_iter().filter(|finding| !announced(finding)).collect();
    faults.extend(loud(&others, rule.id).iter().map(|finding| format!("{}: on Found: {finding}", example.name)));
}

/// Errors, warnings, and anything of the rule itself, in words.
fn loud(findings: &[Finding], rule: &str) -> Vec<String> {
    let findings = findings.iter().filter(|finding| finding.severity > Severity::Info || finding.rule == rule);
    findings.map(|finding| format!("{} {}: {}", finding.severity.as_str(), finding.rule, finding.message)).collect()
}

#[test]
fn the_fix_writes_what_the_page_says() {
    each_rule(|rule, page, faults| {
        let examples = page.examples();
        match (rule.fix, examples.iter().filter(|example| example.fix.is_some()).count()) {
            (FixKind::None, 1..) => faults.push("has no fix, and the page promises one".to_owned()),
            (FixKind::Sometimes, 0) => faults.push("sometimes has a fix, and the page shows none".to_owned()),
            (FixKind::Always, shown) if shown < examples.len() => faults.push("has an example without fix".to_owned()),
            _ => {}
        }
        for example in &examples {
            match example.fix {
                Some(up_to) => check_fix(example, up_to, faults),
                None => check_no_fix(rule, example, faults),
            }
        }
    });
}

fn check_fix(example: &Example, up_to: Applicability, faults: &mut Vec<String>) {
    let fs = file_system(&example.found);
    let fixed = lint::fix(&fs, &found(&fs), &Options::default(), up_to).unwrap();
    let mut files: Vec<(&str, &[u8])> =
        example.found.iter().map(|(path, file)| (path.as_str(), file.bytes.as_slice())).collect();
    for change in &fixed.changes {
        let path = change.file.strip_prefix(ROOT).unwrap().as_str();
        files.retain(|(name, _)| *name != path);
        files.extend(change.new.as_deref().map(|new| (path, new)));
    }
    files.sort_unstable();
    let right = example.right.iter().map(|(path, file)| (path.as_str(), file.bytes.as_slice()));
    if !files.iter().copied().eq(right) {
        let written = fixed.changes.iter().map(|change| format!("{}:\n{}", change.file, text(change.new.as_deref())));
        faults.push(format!("{}: fix writes something else:\n{}", example.name, written.collect::<String>()));
    }
    if up_to == Applicability::Unsafe {
        let safe = lint::fix(&fs, &found(&fs), &Options::default(), Applicability::Safe).unwrap();
        if safe.changes.len() == fixed.changes.len() && !safe.changes.is_empty() {
            faults.push(format!("{}: no --unsafe is needed", example.name));
        }
    }
}

fn text(bytes: Option<&[u8]>) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes.unwrap_or_default())
}

/// Where the page promises no fix, the rule has none.
fn check_no_fix(rule: &Rule, example: &Example, faults: &mut Vec<String>) {
    let fixable = |finding: &&Finding| {
        finding.rule == rule.id && finding.fixes.iter().any(|fix| fix.applicability != Applicability::Display)
    };
    if lint(&example.found).findings.iter().any(|finding| fixable(&finding)) {
        faults.push(format!("{}: there is a fix that the page does not show", example.name));
    }
}

#[test]
fn every_page_fits_a_terminal_of_80_columns() {
    let style = Style { color: false, unicode: true, width: 80, base: "/".into() };
    each_rule(|rule, _, faults| {
        let mut shown = Vec::new();
        render_page(rule.page, &style, &mut shown).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        let long = shown.lines().filter(|line| line.chars().count() > 80 && !line.contains("://"));
        faults.extend(long.map(|line| format!("over 80 columns: {line}")));
    });
}

fn found(fs: &dyn Fs) -> Found {
    let root = Utf8Path::new(ROOT);
    let names = ["vercel.json", "vercel.toml", "vercel.ts", "now.json"];
    let config = names.iter().map(|name| root.join(name)).find(|file| fs.is_file(file));
    Found { root: Utf8PathBuf::from(ROOT), config }
}

fn lint(files: &Files) -> Report {
    let fs = file_system(files);
    lint::check_found(&fs, &found(&fs), &Options::default()).unwrap()
}
