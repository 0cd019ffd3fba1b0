//! Every config of the corpus through the whole run: no panic, every format renders, and no verdict that the platform's own validator contradicts.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::Span;
use nowcheck::base::fs::MemoryFs;
use nowcheck::document::schema::What;
use nowcheck::document::{Applicability, Document, Node, Part};
use nowcheck::lint::{self, Options, Report};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::rules::{Finding, Severity};
use serde_json::Value;
use support::corpus::{self, say};
use support::official_place::official_place;
use support::rendering;

struct Case {
    id: String,
    is_now: bool,
    origin: String,
    text: String,
    /// Where the official validator stopped; `None`: it accepts the text.
    stage: Option<String>,
    code: String,
    /// Where its schema complains.
    at: Vec<String>,
}

fn cases(name: &str) -> Vec<Case> {
    corpus::rows(name).iter().map(case).collect()
}

fn case(row: &Value) -> Case {
    let text = |pointer: &str| row.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let stage = text("/official/stage");
    assert_eq!(stage.is_none(), row["official"]["valid"] == true, "{row}");
    let at = row["official"]["at"].as_array().into_iter().flatten();
    Case {
        id: text("/id").unwrap(),
        is_now: row["kind"] == "now",
        origin: text("/origin").unwrap_or_default(),
        text: text("/text").unwrap(),
        stage,
        code: text("/official/code").unwrap_or_default(),
        at: at.map(|place| place.as_str().unwrap().to_owned()).collect(),
    }
}

fn isolated(name: &str, platform: Platform, text: &str) -> Report {
    let file = format!("/corpus/{name}");
    let memory = MemoryFs::new().with(&file, text);
    let found = Found { root: "/corpus".into(), config: Some(file.into()) };
    let options = Options { platform: Some(platform), isolated: true, ..Options::default() };
    let report = lint::check_found(&memory, &found, &options).unwrap();
    rendering::every_format(&report, Utf8Path::new("/corpus"));
    report
}

/// The keys at the top of the config of which one is at fault where the official validator says `code`.
fn keys_at_fault(code: &str) -> &'static [&'static str] {
    const SERVICES: &[&str] = &["services", "experimentalServicesV2", "experimentalServices"];
    match code {
        "invalid_route" => &["routes"],
        "invalid_redirect" => &["redirects"],
        "invalid_header" => &["headers"],
        "invalid_rewrite" => &["rewrites"],
        "invalid_clean_urls" => &["cleanUrls"],
        "invalid_trailing_slash" => &["trailingSlash"],
        "FUNCTIONS_AND_BUILDS" => &["functions", "builds"],
        "SERVICES_AND_BUILDS" => &["builds"],
        "SERVICES_AND_TOP_LEVEL_BUILD_SETTINGS" => &[
            "functions",
            "installCommand",
            "buildCommand",
            "devCommand",
            "ignoreCommand",
            "outputDirectory",
            "framework",
        ],
        _ if code.starts_with("INVALID_PROXY") => &["proxy"],
        _ if code.contains("SERVICES") => SERVICES,
        _ => panic!("the corpus has no case of {code}"),
    }
}

/// The bytes of which an error has to stand on one: the keys at fault with their values, or the places of the schema. As far as the corpus tells.
fn places(case: &Case, document: &Document) -> Vec<Span> {
    let whole = |key: &str| {
        let path = nowcheck::document::Path::keys([key]);
        let (key, value) = (document.span(&path, Part::Key), document.span(&path, Part::Value));
        document.get(&path).map(|_| Span::new(key.start, value.end))
    };
    match case.stage.as_deref() {
        Some("routes" | "semantic") => keys_at_fault(&case.code).iter().copied().filter_map(whole).collect(),
        Some("schema") => case.at.iter().flat_map(|place| spans(document, place)).collect(),
        _ => vec![Span::new(0, document.text().len())],
    }
}

fn spans(document: &Document, place: &str) -> Vec<Span> {
    let place = official_place(place);
    let path = nowcheck::document::Path::from_segments(place.path);
    match place.what {
        What::UnexpectedProperty(name) => vec![document.span(&path.key(&name), Part::Key)],
        // Of a name that is not allowed the platform tells the object, we show the name.
        What::Value => {
            let names = document.get(&path).into_iter().flat_map(Node::members).map(|(member, _)| member.key_span);
            [document.span(&path, Part::Value), document.span(&path, Part::Key)].into_iter().chain(names).collect()
        }
        // What is missing is shown on the key that owns the object.
        What::MissingProperty(_) => vec![document.span(&path, Part::Key)],
    }
}

/// Whether an error stands where it has to. For the schema at exactly one of the places, for the rest inside.
fn stands(case: &Case, finding: &Finding, places: &[Span]) -> bool {
    let at = finding.primary.span;
    match case.stage.as_deref() {
        Some("schema") => places.contains(&at),
        _ => places.iter().any(|place| place.start <= at.start && at.end <= place.end),
    }
}

/// What is wrong with our verdict, if anything is.
fn disagreement(case: &Case, report: &Report) -> Option<String> {
    let errors: Vec<&Finding> = report.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let said: Vec<String> = errors.iter().map(|finding| format!("{} {}", finding.rule, finding.message)).collect();
    let Some(stage) = &case.stage else {
        return (!errors.is_empty()).then(|| format!("the platform takes it, we say {said:?}"));
    };
    if errors.is_empty() {
        return Some(format!("the platform refuses it ({stage} {}), we say nothing", case.code));
    }
    let document = Document::json("/corpus/vercel.json", case.text.as_str());
    let places = places(case, &document);
    let stood = errors.iter().any(|finding| stands(case, finding, &places));
    (!stood).then(|| format!("the platform refuses another place ({stage} {} {:?}): {said:?}", case.code, case.at))
}

/// Disagreements that are printed.
const SHOWN: usize = 20;

#[test]
fn configs_are_judged_as_the_official_validator_does() {
    let (mut all, mut agree) = (0, 0);
    let mut stages: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for name in ["configs.ndjson", "mutants.ndjson"] {
        for case in cases(name) {
            let run = AssertUnwindSafe(|| isolated("vercel.json", Platform::Vercel, &case.text));
            let report = catch_unwind(run).unwrap_or_else(|_| panic!("{name} {}: panic", case.id));
            all += 1;
            *stages.entry(case.stage.clone().unwrap_or_else(|| "valid".to_owned())).or_default() += 1;
            match disagreement(&case, &report) {
                None => agree += 1,
                Some(words) => wrong.push(format!("{name} {} ({}): {words}", case.id, case.origin)),
            }
        }
    }
    say(format_args!("verdicts: {agree} of {all} agree {stages:?}"));
    for words in wrong.iter().take(SHOWN) {
        say(format_args!("  {words}"));
    }
    assert!(wrong.is_empty(), "{} disagree", wrong.len());
}

/// A fix may fail to make a config deployable; it must not make one that deploys undeployable. That what we then take is what the platform takes
/// is what the verdicts above are for.
#[test]
fn fixing_breaks_nothing_that_the_platform_takes() {
    let (mut all, mut changed) = (0, 0);
    for case in cases("configs.ndjson").iter().chain(&cases("mutants.ndjson")).filter(|case| case.stage.is_none()) {
        let file = Utf8PathBuf::from("/corpus/vercel.json");
        let memory = MemoryFs::new().with(file.as_str(), case.text.as_str());
        let found = Found { root: "/corpus".into(), config: Some(file) };
        let options = Options { platform: Some(Platform::Vercel), isolated: true, ..Options::default() };
        let fixed = lint::fix(&memory, &found, &options, Applicability::Unsafe).unwrap();
        all += 1;
        changed += usize::from(!fixed.changes.is_empty());
        let errors = fixed.report.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let said: Vec<&str> = errors.map(|finding| finding.message.as_str()).collect();
        assert!(said.is_empty(), "{}: {:?} makes {said:?}", case.id, fixed.applied);
    }
    println!("{all} texts that the platform takes, {changed} changed by every fix, all still taken");
}

/// What parses, and what today's schema takes, and Now 2.0 refused all the same; looked at one by one: mixed routing keys, `source` and `src` that
/// are none, builders that are misspelt or given a file that they do not take, a list for `env`.
const REFUSED_THEN: [&str; 11] =
    ["0154", "0157", "0368", "0369", "0746", "0748", "1237", "1238", "2631", "3235", "3348"];

#[test]
fn now_configs_are_judged_by_the_rules_of_their_time() {
    let (mut all, mut refused) = (0, Vec::new());
    for case in cases("configs.ndjson").iter().filter(|case| case.is_now) {
        let run = AssertUnwindSafe(|| isolated("now.json", Platform::Now, &case.text));
        let report = catch_unwind(run).unwrap_or_else(|_| panic!("{}: panic", case.id));
        all += 1;
        let is_refused = report.findings.iter().any(|finding| finding.severity == Severity::Error);
        if is_refused && !matches!(case.stage.as_deref(), Some("parse" | "schema")) {
            refused.push(case.id.clone());
        }
    }
    println!("now.json: {all} texts, {refused:?} refused beyond syntax and form");
    assert!(all == 0 || refused == REFUSED_THEN, "{refused:?}");
}
