//! The JSON contract: real output against the published schema, and the shape that tools rely on.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use nowcheck::analysis;
use nowcheck::base::Span;
use nowcheck::bundle::graph::Freed;
use nowcheck::bundle::why::{Place, Step, Why};
use nowcheck::bundle::{Copies, Kind, KindSize, Versions};
use nowcheck::document::{Applicability, Document, Edit, Fix, Part, Path};
use nowcheck::lint::{
    AdviceReport, BundleSource, Change, Checked, DetailReport, EngineReport, FunctionReport, Held, LimitReport,
    NeedReport, PackageReport, Report,
};
use nowcheck::report::{
    EnginesReport, Format, ReasonReport, RewriteFormat, SCHEMA, SizeReport, Style, TraceReport, render, render_engines,
    render_rewrite, render_size, render_trace,
};
use nowcheck::rewrite::{Outcome, Rewrite};
use nowcheck::rules::{Finding, Label, Severity};
use serde_json::{Value, json};

fn style() -> Style {
    Style { color: false, unicode: true, width: 80, base: "/srv/app".into() }
}

fn schema_for(command: &str) -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
    schema["anyOf"] = json!([{ "$ref": format!("#/$defs/{command}") }]);
    // Strict in the test: every member that is written is described.
    for (_, definition) in schema["$defs"].as_object_mut().unwrap() {
        definition["additionalProperties"] = json!(false);
    }
    jsonschema::validator_for(&schema).unwrap()
}

fn checked_against(command: &str, bytes: &[u8]) -> Value {
    let value: Value = serde_json::from_slice(bytes).unwrap();
    let errors: Vec<String> =
        schema_for(command).iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

fn engines() -> EnginesReport {
    let need = NeedReport {
        function: "api/a.js".into(),
        runtime: Some("nodejs22.x".into()),
        engine: "needed",
        targets: vec!["rhel-openssl-3.0.x".into()],
        certain: true,
        searched: vec!["/var/task/node_modules/.prisma/client".into()],
        client: "remote",
        client_reason: "a script generates it".into(),
        steps: vec![analysis::Step {
            read: "`engines.node` is \"22.x\"".into(),
            file: Some("package.json".into()),
            follows: "Node.js 22".into(),
        }],
    };
    EnginesReport { engines: vec![engine()], needs: vec![need], why: false }
}

fn engine() -> EngineReport {
    EngineReport {
        file: "generated/libquery_engine-debian-openssl-1.1.x.so.node".into(),
        kind: "library",
        target: Some("debian-openssl-1.1.x".into()),
        prisma: None,
        format: "elf",
        arch: Some("x86_64".into()),
        libc: Some("glibc"),
        openssl: Some("1.1.x".into()),
        bytes: 41_000_000,
        needed_by: vec!["index.js".into()],
        problems: vec!["not executable".into()],
    }
}

fn detail() -> DetailReport {
    let advice = |certain: bool| AdviceReport {
        certain,
        what: "source maps".into(),
        bytes: 12,
        zip_bytes: Some(3),
        files: 1,
        todo: "set it".into(),
        place: certain.then(|| "functions.a.excludeFiles".into()),
        value: certain.then(|| json!("**/*.map")),
        config: certain.then(|| "x".into()),
        import: (!certain).then(|| why().required_by.remove(0)),
    };
    DetailReport {
        kinds: vec![KindSize { kind: Kind::Maps, bytes: 12, zip_bytes: Some(3), files: 1 }],
        versions: vec![Versions { package: "a".into(), versions: vec!["2.0.0".into(), "1.0.0".into()], bytes: 12 }],
        copies: vec![Copies { files: vec!["a.js".into(), "b.js".into()], bytes: 12 }],
        advice: vec![advice(true), advice(false)],
    }
}

fn function() -> FunctionReport {
    FunctionReport {
        list: Vec::new(),
        name: "index.js".into(),
        entrypoint: "index.js".into(),
        builder: "@now/node".into(),
        runtime: None,
        source: BundleSource::Trace,
        built: None,
        files: 12,
        bytes: 50_000_000,
        zip_bytes: Some(18_000_000),
        limit: Some(LimitReport { bytes: 5 << 20, measures: "zip", from: "default" }),
        largest: vec![PackageReport {
            name: "(project)".into(),
            bytes: 1,
            zip_bytes: None,
            files: 1,
            required_by: vec!["a.js:1".into()],
        }],
        detail: Some(detail()),
        engines: vec![engine()],
        project: "/srv/app/api".into(),
        notes: vec!["an estimate".into()],
        reasons: vec![],
    }
}

fn report() -> Report {
    let document = Document::json("/srv/app/api/now.json", "\u{feff}{\"é\": \"25m\"}\r\n");
    let path = Path::keys(["é"]);
    let span = document.span(&path, Part::Value);
    let edit = Edit { file: "/srv/app/api/now.json".into(), span, text: "\"25mb\"".into() };
    let fix = |applicability| Fix { title: "Set it".into(), applicability, edits: vec![edit.clone()] };
    let finding = Finding::new(
        "size/over-limit",
        Severity::Error,
        Label::at(&document, &path, Part::Value, "here"),
        "Too \u{1b} large",
    )
    .related(Label::file("/other/engine".into()))
    .fix(fix(Applicability::Safe))
    .fix(fix(Applicability::Unsafe))
    .fix(fix(Applicability::Display))
    .data(json!({"bytes": 1}));
    let bare = Finding::new("engine/missing", Severity::Info, Label::file("now.json".into()), "");
    Report {
        findings: vec![finding, bare],
        functions: vec![function()],
        checked: Checked { projects: 1, configs: 1 },
        ..Report::default()
    }
}

#[test]
fn check_keeps_the_contract() {
    let mut out = Vec::new();
    render(Format::Json, &report(), &style(), &mut out).unwrap();
    let value = checked_against("check", &out);
    let finding = &value["findings"][0];
    assert_eq!(value["version"], 1);
    assert_eq!(finding["file"], "api/now.json");
    assert_eq!(finding["range"]["start"], json!({"line": 1, "column": 7, "offset": 10}));
    assert_eq!(finding["help"], Value::Null);
    assert_eq!(finding["fixes"].as_array().unwrap().len(), 2, "what only a person decides is no fix");
    assert_eq!(finding["hints"].as_array().unwrap().len(), 1);
    assert_eq!(finding["fixes"][1]["applicability"], "unsafe");
    let edit = &finding["fixes"][0]["edits"][0];
    assert_eq!(*edit, json!({"file": "api/now.json", "start": 10, "end": 15, "text": "\"25mb\""}));
    assert_eq!(finding["related"][0]["file"], "../../other/engine");
    assert_eq!(value["findings"][1]["file"], "now.json");
    assert_eq!(value["functions"][0]["project"], "api");
    assert_eq!(value["summary"], json!({"errors": 1, "warnings": 0, "infos": 1, "fixable": 1, "fixable_unsafe": 0}));
}

#[test]
fn the_schema_refuses_what_is_not_the_contract() {
    let mut out = Vec::new();
    render(Format::Json, &report(), &style(), &mut out).unwrap();
    let good: Value = serde_json::from_slice(&out).unwrap();
    let schema = schema_for("check");
    for (pointer, wrong) in [
        ("/version", json!(2)),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/range/start/line", json!(0)),
        ("/findings/0/fixes/0/applicability", json!("display")),
        ("/functions/0/source", json!("guess")),
        ("/functions/0/limit/measures", json!("bytes")),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = wrong;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn size_engines_and_trace_keep_the_contract() {
    let mut out = Vec::new();
    let report = SizeReport {
        functions: vec![function()],
        others: Vec::new(),
        why: Some(vec![Held { function: "index.js".into(), why: why(), note: Some("includeFiles names it".into()) }]),
        all: false,
    };
    render_size(Format::Json, &report, &style(), &mut out).unwrap();
    let value = checked_against("size", &out);
    assert_eq!(value["functions"][0]["limit"]["from"], "default");
    assert_eq!(value["functions"][0]["kinds"][0]["kind"], "maps");
    assert_eq!(value["functions"][0]["advice"][0]["place"], "functions.a.excludeFiles");
    assert_eq!(value["why"][0]["why"]["file"], "b");

    let mut out = Vec::new();
    render_engines(Format::Json, &engines(), &style(), &mut out).unwrap();
    let value = checked_against("engines", &out);
    assert_eq!(value["engines"][0]["target"], "debian-openssl-1.1.x");
    assert_eq!(value["needs"][0]["steps"][0]["file"], "package.json");

    let mut out = Vec::new();
    render_trace(Format::Json, &trace(), None, &style(), &mut out).unwrap();
    let value = checked_against("trace", &out);
    assert_eq!(value["reasons"]["b.js"], json!({"kinds": ["dependency"], "parents": ["a.js", "c.js"]}));
    assert!(value.get("why").is_none());

    let mut out = Vec::new();
    render_trace(Format::Json, &trace(), Some(&why()), &style(), &mut out).unwrap();
    let value = checked_against("trace", &out);
    assert_eq!(value["why"]["chain"][1]["by"]["line"], 3);
    assert_eq!(value["why"]["others"][0][0]["file"], "a.js");
}

#[test]
fn rewrites_keep_the_contract_and_show_no_secret() {
    let change = |file: &str, old: Option<&str>, new: Option<&str>| Change {
        file: file.into(),
        old: old.map(Into::into),
        new: new.map(Into::into),
    };
    let mut rewrite = Rewrite::default();
    rewrite.changes.push(change("/srv/app/vercel.json", None, Some(r#"{"env":{"KEY":"hunter2","OTHER":"@name"}}"#)));
    rewrite.changes.push(change("/srv/app/now.json", Some("{}"), None));
    for outcome in [Outcome::Done, Outcome::Changed, Outcome::Todo, Outcome::Refused] {
        rewrite.note(outcome, "/srv/app/now.json", "routes[0]", "said");
    }
    let mut out = Vec::new();
    render_rewrite(RewriteFormat::Json, &rewrite, false, &style(), &mut out).unwrap();
    let value = checked_against("rewrite", &out);
    assert_eq!(value["files"][0]["text"], r#"{"env":{"KEY":"*******","OTHER":"@name"}}"#);
    assert_eq!(value["files"][1], json!({"file": "now.json", "existed": true, "text": null}));
    assert_eq!((&value["refused"], &value["written"]), (&json!(true), &json!(false)));
    assert_eq!(value["steps"][2]["outcome"], "todo");
}

fn why() -> Why {
    let place = Place { file: "a.js".into(), line: Some(3), column: Some(9), how: "require", text: "'b'".into() };
    let bare = Place { file: "a.js".into(), line: None, column: None, how: "boundary", text: String::new() };
    let freed = Freed { bytes: 12, files: 1 };
    let step = |file: &str, by: Option<&Place>| Step {
        file: file.into(),
        kinds: vec!["dependency"],
        by: by.cloned(),
        frees: by.map(|_| freed),
    };
    Why {
        file: "b".into(),
        chain: vec![step("a.js", None), step("b.js", Some(&place))],
        holds: freed,
        frees: freed,
        references: 2,
        required_by: vec![place.clone(), bare.clone()],
        others: vec![vec![step("a.js", None), step("b.js", Some(&bare))]],
    }
}

fn trace() -> TraceReport {
    let reason = |kind: &str, parents: &[&str]| ReasonReport {
        kinds: vec![kind.into()],
        parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
    };
    TraceReport {
        base: "/srv".into(),
        files: vec!["a.js".into(), "b.js".into(), "c.js".into()],
        reasons: BTreeMap::from([
            ("a.js".into(), reason("initial", &[])),
            ("b.js".into(), reason("dependency", &["a.js", "c.js"])),
            ("c.js".into(), reason("asset", &["b.js"])),
        ]),
        warnings: vec!["b.js: require(name) cannot be followed".into()],
    }
}

#[test]
fn compact_is_one_line_per_finding() {
    let mut report = report();
    report.findings[0].message = "one\r\n  two\u{1b}".into();
    let mut out = Vec::new();
    render(Format::Compact, &report, &style(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text, "api/now.json:1:7: error[size/over-limit] one two\u{fffd}\nnow.json:1:1: info[engine/missing] \n");
}

#[test]
fn an_edit_span_of_any_size_is_written_as_it_is() {
    let mut report = report();
    report.findings[0].fixes[0].edits[0].span = Span::new(usize::MAX, usize::MAX);
    let mut out = Vec::new();
    render(Format::Json, &report, &style(), &mut out).unwrap();
    checked_against("check", &out);
}
