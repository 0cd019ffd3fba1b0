//! The published schemas against the verdicts of the platform's own validator.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;

mod support;

use nowcheck::document::schema::{self, Place, Problem, Schema};
use serde_json::Value;
use support::corpus::{self, say};
use support::official_place::official_place;

/// One text of the corpus with its verdict.
struct Case {
    id: String,
    kind: String,
    text: String,
    stage: Option<String>,
    at: Vec<Place>,
}

fn cases(name: &str) -> Vec<Case> {
    corpus::rows(name).iter().map(case).collect()
}

fn case(row: &Value) -> Case {
    let text = |pointer: &str| row.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let at = row.pointer("/official/at").and_then(Value::as_array).into_iter().flatten();
    Case {
        id: text("/id").unwrap(),
        kind: text("/kind").unwrap_or_default(),
        text: text("/text").unwrap(),
        stage: text("/official/stage"),
        at: at.map(|place| official_place(place.as_str().unwrap())).collect(),
    }
}

fn parsed(case: &Case) -> Option<Value> {
    if case.stage.as_deref() == Some("parse") {
        return None;
    }
    Some(serde_json::from_str(&case.text).unwrap_or_else(|error| panic!("{}: {error}", case.id)))
}

#[test]
fn vercel_schema_agrees_with_the_official_validator() {
    let schema = schema::vercel().unwrap();
    for file in ["configs.ndjson", "mutants.ndjson"] {
        let cases = cases(file);
        if cases.is_empty() {
            continue;
        }
        let (mut agreed, mut wrong) = (0, Vec::new());
        for case in &cases {
            let Some(value) = parsed(case) else { continue };
            let official = case.stage.as_deref() != Some("schema");
            if schema.accepts(&value) == official {
                agreed += 1
            } else {
                wrong.push(format!("{}: official {official}", case.id))
            }
        }
        say(format_args!("schema of {file}: {agreed} of {} agree", agreed + wrong.len()));
        assert!(agreed > 1000 && wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(10)]);
    }
}

/// The verdicts list so many places at most.
const LISTED: usize = 12;

#[test]
fn every_refused_text_has_a_problem_at_an_official_place() {
    let schema = schema::vercel().unwrap();
    for file in ["configs.ndjson", "mutants.ndjson"] {
        let cases = cases(file);
        if cases.is_empty() {
            continue;
        }
        let (mut refused, mut pointed) = (0, 0);
        let (mut nowhere, mut elsewhere) = (Vec::new(), Vec::new());
        let mut keywords: BTreeMap<String, usize> = BTreeMap::new();
        for case in cases.iter().filter(|case| case.stage.as_deref() == Some("schema")) {
            let Some(value) = parsed(case) else { continue };
            refused += 1;
            let problems = schema.problems(&value);
            let known = |problem: &&Problem| problem.places.iter().any(|place| case.at.contains(place));
            pointed += usize::from(problems.iter().any(|problem| case.at.contains(&problem.places[0])));
            if !problems.iter().any(|problem| known(&problem)) {
                nowhere.push(case.id.clone());
            }
            if case.at.len() < LISTED {
                let strangers = problems.iter().filter(|problem| !known(problem));
                elsewhere
                    .extend(strangers.map(|problem| format!("{}: {} {}", case.id, problem.places[0], problem.message)));
                for problem in &problems {
                    *keywords.entry(problem.keyword.clone()).or_default() += 1;
                }
            }
        }
        println!(
            "{file}: {refused} refused, {} with a problem in `at`, {pointed} of them by its first place",
            refused - nowhere.len()
        );
        println!("{file}: {keywords:?}");
        assert!(refused > 0 && nowhere.is_empty(), "{:#?}", &nowhere[..nowhere.len().min(10)]);
        assert!(elsewhere.is_empty(), "{:#?}", &elsewhere[..elsewhere.len().min(10)]);
    }
}

/// Texts of kind `now` that the schema of now.json refuses, looked at one by one: each was refused by the platform of 2019 too.
const REFUSED_NOW: [&str; 10] = ["0051", "0054", "0063", "0155", "0545", "2630", "2632", "2633", "2634", "3348"];

#[test]
fn now_schema_takes_the_now_configs_of_the_corpus() {
    let schema = schema::now().unwrap();
    let cases = cases("configs.ndjson");
    if cases.is_empty() {
        return;
    }
    let mut accepted = 0;
    let mut refused = Vec::new();
    for case in cases.iter().filter(|case| case.kind == "now") {
        let Some(value) = parsed(case) else { continue };
        if schema.accepts(&value) { accepted += 1 } else { refused.push(case.id.as_str()) }
    }
    println!("now.json: {accepted} accepted, {} refused", refused.len());
    assert_eq!(refused, REFUSED_NOW);
}

/// Every property at every level has to say what it means.
fn undescribed(schema: &Schema) -> Vec<String> {
    let mut missing = Vec::new();
    let mut open = vec![(String::new(), schema.json())];
    while let Some((path, value)) = open.pop() {
        let Some(object) = value.as_object() else {
            let items = value.as_array().into_iter().flatten().enumerate();
            open.extend(items.map(|(index, item)| (format!("{path}/{index}"), item)));
            continue;
        };
        // Conditions (`if`) and data (`examples`) describe nothing.
        let inside =
            object.iter().filter(|(key, _)| !matches!(key.as_str(), "if" | "not" | "examples" | "default" | "enum"));
        for (key, inner) in inside {
            let path = format!("{path}/{key}");
            let entries = match key.as_str() {
                "properties" | "patternProperties" | "definitions" => inner.as_object(),
                _ => None,
            };
            match entries {
                Some(entries) => {
                    for (name, entry) in entries {
                        let said = entry.get("description").and_then(Value::as_str).is_some_and(|text| text.len() > 8);
                        if !said {
                            missing.push(format!("{path}/{name}"));
                        }
                        open.push((format!("{path}/{name}"), entry));
                    }
                }
                None => {
                    let open_value = key == "additionalProperties" && inner.is_object();
                    if open_value && inner.get("description").is_none() {
                        missing.push(path.clone());
                    }
                    open.push((path, inner));
                }
            }
        }
    }
    missing
}

#[test]
fn every_key_is_described() {
    for schema in [schema::now().unwrap(), schema::vercel().unwrap()] {
        assert_eq!(undescribed(schema), Vec::<String>::new());
    }
}
