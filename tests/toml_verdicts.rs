//! Texts of a vercel.toml with the verdict of the command line itself; see fixtures/toml/README.md.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

mod support;

use nowcheck::base::fs::MemoryFs;
use nowcheck::document::{Applicability, Document};
use nowcheck::lint::{self, Options, Report};
use nowcheck::project::discover::Found;
use nowcheck::rules::Severity;
use serde_json::Value;
use support::corpus::{self, say};

fn errors(text: &str) -> Vec<String> {
    let memory = MemoryFs::new().with("/p/vercel.toml", text);
    let found = Found { root: "/p".into(), config: Some("/p/vercel.toml".into()) };
    let report = lint::check_found(&memory, &found, &Options { isolated: true, ..Options::default() }).unwrap();
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
}

fn rows() -> Vec<Value> {
    corpus::unpacked(include_bytes!("../fixtures/toml/verdicts.ndjson.gz"))
}

#[test]
fn every_fix_can_be_applied_and_leaves_toml() {
    let (mut changed, mut cured) = (0, 0);
    for row in rows() {
        let text = row["toml"].as_str().unwrap();
        let memory = MemoryFs::new().with("/p/vercel.toml", text);
        let found = Found { root: "/p".into(), config: Some("/p/vercel.toml".into()) };
        let options = Options { isolated: true, ..Options::default() };
        let fixed = lint::fix(&memory, &found, &options, Applicability::Unsafe)
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
        let errors =
            |report: &Report| report.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        let problems =
            |bytes: &[u8]| Document::toml("vercel.toml", String::from_utf8_lossy(bytes).into_owned()).problems().len();
        for new in fixed.changes.iter().filter_map(|change| change.new.as_deref()) {
            assert!(problems(new) <= problems(text.as_bytes()), "{text}\n---\n{}", String::from_utf8_lossy(new));
        }
        changed += usize::from(!fixed.changes.is_empty());
        cured += usize::from(errors(&fixed.before) > 0 && errors(&fixed.report) == 0);
    }
    println!("{changed} texts repaired, {cured} of them without an error then");
    assert!(changed > 200 && cured > 30, "{changed} {cured}");
}

#[test]
fn a_vercel_toml_is_judged_as_the_command_line_does() {
    let rows = rows();
    let (mut agreed, mut lenient, mut wrong) = (0, Vec::new(), Vec::new());
    for row in &rows {
        let text = row["toml"].as_str().unwrap();
        let errors = errors(text);
        match row["valid"].as_bool().unwrap() {
            valid if valid == errors.is_empty() => agreed += 1,
            true if row["lenient"] == true => lenient.push(errors),
            valid => wrong.push(format!("valid: {valid}, but {errors:?}\n{text}")),
        }
    }
    say(format_args!("vercel.toml: {agreed} of {} verdicts agree", rows.len()));
    println!("no TOML of any version, and yet read by the command line: {} {lenient:#?}", lenient.len());
    assert!(wrong.is_empty(), "{} disagree:\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n---\n"));
    assert!(agreed > 3_900 && lenient.len() < 60, "{agreed} {}", lenient.len());
}
