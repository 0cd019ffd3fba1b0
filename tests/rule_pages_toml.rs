//! The examples of the rule pages, written as vercel.toml: the same is found at the same words, and a fix leads to the same values.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::Fs;
use nowcheck::document::{Applicability, Document};
use nowcheck::lint::{self, Options, Report};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::rules::{Finding, RULES};
use serde_json::Value as Json;
use support::rule_page::{Example, File, Files, Page, ROOT, file_system};
use support::toml;

const CONFIGS: [(&str, Platform); 2] = [("vercel.json", Platform::Vercel), ("now.json", Platform::Now)];
const TOML: &str = "vercel.toml";

/// What a JSON text is told for and a TOML text is not, or the other way round, by its nature.
const OF_THE_FORM: [&str; 3] = ["config/syntax", "config/duplicate-key", "config/now-json-refused"];

fn value(text: &str) -> Option<Json> {
    let document = Document::json("vercel.json", text);
    let value = document.problems().is_empty().then(|| document.tree().to_json(text, 256))??;
    (value.is_object() && toml::has_form(&value)).then_some(value)
}

/// The example as `name` has it, and with a vercel.toml in its place.
fn translated(files: &Files, name: &str, seed: u64) -> Option<Files> {
    let text = String::from_utf8(files.get(name)?.bytes.clone()).ok()?;
    let written = toml::written(value(&text)?.as_object()?, seed);
    let mut files = files.clone();
    files.remove(name);
    files.insert(TOML.to_owned(), File::text(&written)).is_none().then_some(files)
}

fn lint(fs: &dyn Fs, name: &str, platform: Platform) -> Report {
    let options = Options { platform: Some(platform), ..Options::default() };
    lint::check_found(fs, &found(name), &options).unwrap()
}

fn found(name: &str) -> Found {
    Found { root: Utf8PathBuf::from(ROOT), config: Some(Utf8Path::new(ROOT).join(name)) }
}

/// Rule, severity, file and the words under the caret; a bracket stands for whatever is in it.
fn told(report: &Report, config: &str) -> Vec<String> {
    let mut told: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| !OF_THE_FORM.contains(&finding.rule))
        .map(|finding| format!("{} {} {}", finding.severity.as_str(), finding.rule, words(finding, config)))
        .collect();
    told.sort();
    told
}

fn words(finding: &Finding, config: &str) -> String {
    let place = &finding.primary;
    let file = place.file.file_name().unwrap_or_default();
    if file != config {
        return file.to_owned();
    }
    let slice = place.source.as_deref().map(|text| place.span.slice(text)).unwrap_or_default();
    // A table or array has brackets in one form and a header or key in the other; the top of a text is any character.
    let is_whole = slice.is_empty() || slice.starts_with(['{', '[', '#']) || slice.len() == 1;
    let inside = slice.trim_matches(['"', '\'', '\n']).replace("\\\\", "\\");
    if is_whole { "config".to_owned() } else { format!("config {inside}") }
}

/// The same rule at the same words; or at the whole of a string, where the form does not let a part be shown.
fn is_like(json: &str, toml: &str) -> bool {
    let parts = |told: &str| told.split_once(" config").map(|(rule, words)| (rule.to_owned(), words.trim().to_owned()));
    match (parts(json), parts(toml)) {
        (Some((one, of_json)), Some((other, of_toml))) => one == other && of_toml.contains(&of_json),
        _ => json == toml,
    }
}

/// In a vercel.toml such a list is joined to the routes, so it is right there.
fn is_joined(files: &Files, name: &str) -> bool {
    let Some(value) = files.get(name).and_then(|file| value(std::str::from_utf8(&file.bytes).ok()?)) else {
        return false;
    };
    let mut lists = ["rewrites", "redirects", "headers"].into_iter().filter_map(|key| value.get(key)?.as_array());
    lists.any(|items| items.iter().any(|item| item.get("src").is_some()))
}

fn each_example(judge: impl Fn(&Example, &str, Platform, u64) -> Result<(), String>) {
    let mut faults = Vec::new();
    let mut judged = 0;
    for rule in RULES {
        for example in Page::read(rule.page).examples() {
            for (name, platform) in CONFIGS {
                let bytes: usize = example.found.values().map(|file| file.bytes.len()).sum();
                // An engine is traced and deflated each time.
                for seed in 0..if bytes > 100_000 { 1 } else { 6 } {
                    if translated(&example.found, name, seed).is_none() {
                        continue;
                    }
                    judged += 1;
                    let fault = judge(&example, name, platform, seed).err();
                    faults.extend(fault.map(|fault| format!("{}, {}, seed {seed}: {fault}", rule.id, example.name)));
                }
            }
        }
    }
    assert!(judged > 200, "{judged} examples");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_same_is_found() {
    each_example(|example, name, platform, seed| {
        let files = translated(&example.found, name, seed).unwrap();
        let of_json = told(&lint(&file_system(&example.found), name, platform), name);
        let of_toml = told(&lint(&file_system(&files), TOML, platform), TOML);
        if is_joined(&example.found, name) {
            return if of_toml.is_empty() { Ok(()) } else { Err(format!("{of_toml:#?}")) };
        }
        let is_same =
            of_json.len() == of_toml.len() && of_json.iter().zip(&of_toml).all(|(one, other)| is_like(one, other));
        let text = String::from_utf8_lossy(&files[TOML].bytes).into_owned();
        if is_same { Ok(()) } else { Err(format!("{of_json:#?}\nbut as TOML\n{of_toml:#?}\n{text}")) }
    });
}

#[test]
fn a_fix_leads_to_the_same_values() {
    each_example(|example, name, platform, seed| {
        let Some(up_to) = example.fix.filter(|_| !is_joined(&example.found, name)) else { return Ok(()) };
        let files = translated(&example.found, name, seed).unwrap();
        let options = Options { platform: Some(platform), ..Options::default() };
        let fixed = |files: &Files, name: &str, up_to: Applicability| {
            let fs = file_system(files);
            let fixed = lint::fix(&fs, &found(name), &options, up_to).map_err(|error| error.to_string())?;
            let change = fixed.changes.iter().find(|change| change.file.file_name() == Some(name));
            let new = change.and_then(|change| change.new.clone()).unwrap_or_else(|| files[name].bytes.clone());
            Ok::<_, String>(String::from_utf8(new).unwrap())
        };
        let json = fixed(&example.found, name, up_to)?;
        let toml = fixed(&files, TOML, up_to)?;
        let document = Document::toml(TOML, toml.as_str());
        if !document.problems().is_empty() {
            return Err(format!("{:?} in\n{toml}", document.problems()));
        }
        let (json, read) = (value(&json).unwrap(), document.tree().to_json(&toml, 256).unwrap());
        let old = String::from_utf8_lossy(&files[TOML].bytes).into_owned();
        if json == read { Ok(()) } else { Err(format!("{json}\nbut as TOML\n{read}\n{old}\n---\n{toml}")) }
    });
}
