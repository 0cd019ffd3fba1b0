//! What the vercel command line refuses beyond its schema: `fixtures/semantic.ndjson` holds texts made for this, each with the code with which
//! the published command line 64.0.2 refused it (`null`: it takes the text), recorded on 2026-11-23.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

use std::collections::BTreeMap;

use nowcheck::base::fs::MemoryFs;
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::rules::Severity;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    text: String,
    code: Option<String>,
}

/// The rule that speaks for a code of the platform.
fn rule_of(code: &str) -> &'static str {
    match code {
        "INVALID_PROXY_ENTRYPOINT" | "INVALID_PROXY_MATCHER" => "config/proxy",
        "INVALID_DAEMON" => "config/daemon",
        "INVALID_FUNCTION_AFFINITY_REGIONS" => "config/affinity",
        "INVALID_SCHEDULE_TIMEZONE" => "config/timezone",
        _ if code.ends_with("_BINDING_UNKNOWN_SERVICE") => "config/services",
        _ => "config/conflict",
    }
}

/// The rules with an error.
fn errors(text: &str) -> Vec<&'static str> {
    let file = "/project/vercel.json";
    let found = Found { root: "/project".into(), config: Some(file.into()) };
    let options = Options { platform: Some(Platform::Vercel), isolated: true, ..Options::default() };
    let report = lint::check_found(&MemoryFs::new().with(file, text), &found, &options).unwrap();
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.rule).collect()
}

#[test]
fn what_the_platform_refuses_beyond_its_schema_is_an_error_and_nothing_else() {
    let lines = include_str!("../fixtures/semantic.ndjson").lines();
    let (mut counts, mut wrong) = (BTreeMap::<String, usize>::new(), Vec::new());
    for line in lines {
        let case: Case = serde_json::from_str(line).unwrap();
        let errors = errors(&case.text);
        let agrees = match &case.code {
            Some(code) => errors.contains(&rule_of(code)),
            None => errors.is_empty(),
        };
        if !agrees {
            wrong.push(format!("{:?}, not {errors:?}: {}", case.code, case.text));
        }
        *counts.entry(case.code.unwrap_or_else(|| "taken".to_owned())).or_default() += 1;
    }
    println!("{} texts agree: {counts:#?}", counts.values().sum::<usize>() - wrong.len());
    assert!(counts.len() >= 19, "a code has no case: {counts:#?}");
    assert!(wrong.is_empty(), "{} disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// One cause, one finding: where the schema speaks of a key, the other rules do not speak of it.
#[test]
fn what_the_schema_refuses_is_not_said_twice() {
    for text in [
        r#"{ "builds": null, "functions": { "api/a.js": { "memory": 256 } } }"#,
        r#"{ "functions": {}, "builds": [] }"#,
        r#"{ "proxy": { "entrypoint": "" } }"#,
        r#"{ "proxy": { "entrypoint": "proxy.ts", "matcher": [""] } }"#,
        r#"{ "schedules": [{ "schedule": "0 5 * * *", "path": "/a", "timezone": "" }] }"#,
        r#"{ "daemons": { "w": { "root": "a", "entrypoint": "", "replicas": {} } } }"#,
        r#"{ "services": { "a": { "root": "a", "bindings": [{ "service": "A1", "format": "url", "env": "A" }] } } }"#,
    ] {
        assert_eq!(errors(text), ["config/schema"], "{text}");
    }
}
