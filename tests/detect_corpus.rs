//! What the platform's own zero-config detection makes of made-up trees, and what we make of them.
//!
//! `fixtures/detect.ndjson.gz` holds the answers of the command line 64.0.2: 2,000 trees (`d...`), and others with more kinds of names, frameworks,
//! languages and settings (`w...`); and those of `@now/build-utils` 0.9.14, of August 2019 (`n...`).

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use camino::Utf8PathBuf;
use nowcheck::base::fs::MemoryFs;
use nowcheck::detect::today::{Input, Settings, detect};
use nowcheck::detect::{Made, then};
use nowcheck::document::Document;
use nowcheck::lint::{self, Options, Report};
use nowcheck::project::discover::Found;
use nowcheck::rules::Severity;
use serde_json::{Value, json};
use support::corpus::{self, say};

fn rows() -> Vec<Value> {
    corpus::unpacked(include_bytes!("../fixtures/detect.ndjson.gz"))
}

fn document(name: &str, value: &Value) -> Option<Document> {
    (!value.is_null()).then(|| Document::json(name, value.to_string()))
}

/// Our answer for a row.
fn ours(row: &Value) -> Made {
    let files: Vec<String> = serde_json::from_value(row["files"].clone()).unwrap();
    let (package, config) = (document("package.json", &row["package"]), document("vercel.json", &row["config"]));
    let (package, config) = (package.as_ref().and_then(Document::root), config.as_ref().and_then(Document::root));
    if row["id"].as_str().unwrap().starts_with('n') {
        return then::detect(&files, package);
    }
    detect(&Input { files: &files, package, config, settings: Settings::of_config(config), is_python_entry: &|_| true })
}

/// In the platform's terms: it stops at the first problem, and makes nothing then.
fn as_official(outcome: &Made) -> Value {
    match outcome.problems.first() {
        Some(problem) => json!({ "errors": [problem.code()], "warnings": [], "builders": [] }),
        None => json!({
            "errors": [],
            "warnings": outcome.pages_api.iter().map(|_| "conflicting_files").collect::<Vec<_>>(),
            "builders": outcome.parts.iter().map(|part| json!({ "use": part.builder, "src": part.src })).collect::<Vec<_>>(),
        }),
    }
}

#[test]
fn our_detection_is_the_platforms() {
    let rows = rows();
    for (kind, least) in [("d", 2_000), ("w", 700), ("n", 300)] {
        let rows: Vec<&Value> = rows.iter().filter(|row| row["id"].as_str().unwrap().starts_with(kind)).collect();
        assert!(rows.len() >= least, "{kind}: {}", rows.len());
        let wrong: Vec<String> = rows
            .iter()
            .filter_map(|row| {
                let ours = as_official(&ours(row));
                (ours != row["official"]).then(|| format!("{row}\n  ours: {ours}"))
            })
            .collect();
        say(format_args!("detection ({kind}): {} of {} agree", rows.len() - wrong.len(), rows.len()));
        assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(5)].join("\n"));
    }
}

/// Codes that come out of the text of the config alone, so that `config/schema` and others speak of them.
const OF_THE_TEXT: [&str; 6] = [
    "invalid_function",
    "invalid_function_duration",
    "invalid_function_glob",
    "invalid_function_memory",
    "invalid_function_property",
    "invalid_function_runtime",
];

fn check(row: &Value) -> Report {
    let mut fs = MemoryFs::new().with("/p/vercel.json", row["config"].to_string());
    for file in row["files"].as_array().unwrap().iter().filter_map(Value::as_str) {
        fs = match file {
            "package.json" => fs.with("/p/package.json", row["package"].to_string()),
            "vercel.json" => fs,
            python if python.ends_with(".py") => fs.with(&format!("/p/{file}"), "app = 1\n"),
            _ => fs.with(&format!("/p/{file}"), ""),
        };
    }
    let found = Found { root: Utf8PathBuf::from("/p"), config: Some("/p/vercel.json".into()) };
    lint::check_found(&fs, &found, &Options::default()).unwrap()
}

fn is_of_today(row: &Value) -> bool {
    !row["id"].as_str().unwrap().starts_with('n')
}

/// Whether the files can lie in one folder and are all uploaded from there. (The platform's detection was asked about lists of names.)
fn can_lie_here(row: &Value) -> bool {
    let files: Vec<&str> = row["files"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let is_folder =
        |file: &str| files.iter().any(|other| other.strip_prefix(file).is_some_and(|rest| rest.starts_with('/')));
    let stays_behind = |file: &str| file.contains("node_modules/") || matches!(file, "now.json" | "vercel.toml");
    !files.iter().any(|file| stays_behind(file) || is_folder(file))
}

/// Whether the files suggest a preset that leaves keys of `functions` alone, or may be built by one that does.
fn may_have_a_preset(row: &Value) -> bool {
    const PACKAGES: [&str; 9] =
        ["next", "express", "hono", "h3", "koa", "fastify", "elysia", "@nestjs/core", "@remix-run/dev"];
    let depends =
        |name: &&str| ["dependencies", "devDependencies"].iter().any(|group| !row["package"][group][name].is_null());
    let files = row["files"].as_array().unwrap().iter().filter_map(Value::as_str);
    let is_server = |file: &str| {
        let name = file.strip_prefix("src/").unwrap_or(file);
        name.starts_with("server.") || ["requirements.txt", "pyproject.toml", "Pipfile", "manage.py"].contains(&name)
    };
    match row["config"].get("framework") {
        None => PACKAGES.iter().any(depends) || files.into_iter().any(is_server),
        Some(slug) => ["h3", "koa", "nestjs", "elysia", "fastify"].iter().any(|joined| slug == joined),
    }
}

/// The whole check on the same trees: where the platform refuses one for its files, we find an error with its code, or a warning where the
/// project's settings decide, and where it takes one, no rule of these kinds finds an error.
///
/// The answers were asked for without any preset. A real build passes the one that was found when the project was set up, or `null`: where the
/// files suggest one that takes a key of `functions`, an info is enough.
#[test]
fn the_rules_say_what_the_platform_says() {
    let (mut errors, mut warnings, mut infos, mut silent) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for row in rows().iter().filter(|row| is_of_today(row) && can_lie_here(row)) {
        let report = check(row);
        let has_error = |rules: &str| {
            let mut errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
            errors.any(|finding| finding.rule.starts_with(rules))
        };
        match row["official"]["errors"][0].as_str() {
            None if has_error("functions/") => wrong.push((row.to_string(), report)),
            None => silent += 1,
            Some(code) => {
                let coded = report.findings.iter().find(|finding| finding.data["code"] == code);
                match coded.map(|finding| finding.severity) {
                    Some(Severity::Error) => errors += 1,
                    Some(Severity::Warning) => warnings += 1,
                    Some(Severity::Info) if code == "unused_function" && may_have_a_preset(row) => infos += 1,
                    _ if OF_THE_TEXT.contains(&code) && has_error("config/schema") => errors += 1,
                    _ => wrong.push((row.to_string(), report)),
                }
            }
        }
    }
    println!(
        "rules: {errors} refused, {warnings} refused where settings may decide otherwise, {infos} where a preset takes it, {silent} accepted"
    );
    let shown = |(row, report): &(String, Report)| {
        let findings = report
            .findings
            .iter()
            .map(|finding| format!("\n  {} {}: {}", finding.severity.as_str(), finding.rule, finding.message));
        format!("{row}{}", findings.collect::<String>())
    };
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.iter().take(5).map(shown).collect::<Vec<_>>().join("\n"));
    assert!(errors > 1_000 && silent > 500 && infos < 100);
}
