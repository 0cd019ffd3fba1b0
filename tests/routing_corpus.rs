//! Routes against the verdicts of the platform's own validator, and the routes that it compiles.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use nowcheck::routing;
use serde_json::Value;
use support::corpus::{self, say};

/// One text of the corpus that its schema and its other checks let through to the routes.
struct Case {
    id: String,
    config: Value,
    code: Option<String>,
    routes: Option<Value>,
}

fn case(row: &Value) -> Option<Case> {
    let official = &row["official"];
    let code = match official["stage"].as_str() {
        None => None,
        Some(stage) if stage.starts_with("routes") => Some(official["code"].as_str().unwrap_or(stage).to_owned()),
        Some(_) => return None,
    };
    let config = serde_json::from_str(row["text"].as_str()?).unwrap();
    Some(Case { id: row["id"].as_str()?.to_owned(), config, code, routes: official.get("routes").cloned() })
}

/// The cases to judge, by file: the corpus, and any file of the same form that `NOWCHECK_ROUTES` names.
fn files() -> Vec<(String, Vec<Case>)> {
    let more = std::env::var("NOWCHECK_ROUTES").unwrap_or_default();
    let more = more.split(':').filter(|name| !name.is_empty());
    let more = more.map(|name| (name.to_owned(), corpus::parsed(&std::fs::read_to_string(name).unwrap())));
    let files = ["configs.ndjson", "mutants.ndjson"].map(|name| (name.to_owned(), corpus::rows(name)));
    let files = files.into_iter().chain(more).filter(|(_, rows)| !rows.is_empty());
    files.map(|(name, rows)| (name, rows.iter().filter_map(case).collect())).collect()
}

#[test]
fn problems_are_found_exactly_where_the_platform_finds_one() {
    for (file, cases) in files() {
        let (mut refused, mut wrong) = (0, Vec::new());
        for case in &cases {
            let problems = routing::problems(&case.config);
            refused += usize::from(case.code.is_some());
            let first = problems.first().map(|problem| problem.code);
            // Where the platform's own code throws there is no code to compare.
            let same = match &case.code {
                Some(code) if code == "routes-crash" => first.is_some(),
                code => first == code.as_deref(),
            };
            if !same {
                wrong.push(format!("{}: official {:?}, ours {problems:?}", case.id, case.code));
            }
        }
        say(format_args!(
            "routes of {file}: {} of {} agree, {refused} refused",
            cases.len() - wrong.len(),
            cases.len()
        ));
        assert!(refused > 0 && wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(20)]);
    }
}

#[test]
fn problems_stand_in_the_config() {
    for (_, cases) in files() {
        for case in cases {
            for problem in routing::problems(&case.config) {
                let pointer = problem.path.segments().iter().map(|segment| match segment {
                    nowcheck::document::Segment::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
                    nowcheck::document::Segment::Index(index) => format!("/{index}"),
                });
                let value = case.config.pointer(&pointer.collect::<String>());
                assert!(value.is_some(), "{}: {problem:?}", case.id);
                if let Some((start, end)) = problem.at {
                    let text = value.and_then(Value::as_str).unwrap();
                    assert!(text.get(start..end).is_some_and(|text| !text.is_empty()), "{}: {problem:?}", case.id);
                }
            }
        }
    }
}

#[test]
fn compiled_routes_equal_those_of_the_platform() {
    for (file, cases) in files() {
        let (mut equal, mut wrong) = (0, Vec::new());
        for case in cases {
            let Some(official) = case.routes.filter(Value::is_array) else { continue };
            let routes = routing::compile(&case.config).unwrap_or_else(|error| panic!("{}: {error}", case.id));
            let routes = routes.unwrap_or_default().into_iter().map(|route| Value::Object(route.fields));
            let ours = Value::Array(routes.collect());
            if ours == official {
                equal += 1;
            } else {
                wrong.push(format!("{}: {}\n  official {official}\n  ours     {ours}", case.id, case.config));
            }
        }
        say(format_args!("compiled routes of {file}: {equal} of {} equal", equal + wrong.len()));
        for difference in wrong.iter().take(20) {
            println!("{difference}");
        }
        assert_eq!(wrong.len(), 0, "{file}");
    }
}
