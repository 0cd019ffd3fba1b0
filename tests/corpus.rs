//! Every config and project of the corpus through the whole run: no panic, every format renders, and no verdict that the platform's own
//! validator contradicts.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "support/official_place.rs"]
mod official_place;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::fs::MemoryFs;
use nowcheck::base::{RealFs, Span};
use nowcheck::document::schema::What;
use nowcheck::document::{Applicability, Document, Node, Part};
use nowcheck::lint::{self, Options, Report};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::report::{Format, Style, render};
use nowcheck::rewrite::{self, Rewrite};
use nowcheck::rules::{Finding, Severity};
use official_place::official_place;
use serde_json::Value;

/// A file or folder of the corpus, or `None` (said aloud) where the corpus is not there.
fn corpus(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(name);
    if path.exists() {
        return Some(path);
    }
    assert_ne!(std::env::var("NOWCHECK_PEERS").as_deref(), Ok("required"), "{} is needed", path.display());
    println!("skipped: no {}", path.display());
    None
}

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
    let Some(path) = corpus(name) else { return Vec::new() };
    let text = fs::read_to_string(path).unwrap();
    let case = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |pointer: &str| row.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let stage = text("/official/stage");
        assert_eq!(stage.is_none(), row["official"]["valid"] == true, "{line}");
        Case {
            id: text("/id").unwrap(),
            is_now: row["kind"] == "now",
            origin: text("/origin").unwrap_or_default(),
            text: text("/text").unwrap(),
            stage,
            code: text("/official/code").unwrap_or_default(),
            at: row["official"]["at"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|place| place.as_str().unwrap().to_owned())
                .collect(),
        }
    };
    text.lines().filter(|line| !line.is_empty()).map(case).collect()
}

fn style(base: &Utf8Path) -> Style {
    Style { color: false, unicode: true, width: 80, base: base.to_owned() }
}

/// Renders in every format; JSON must be JSON.
fn rendered(report: &Report, base: &Utf8Path) {
    for format in [Format::Human, Format::Compact, Format::Json] {
        let mut out = Vec::new();
        render(format, report, &style(base), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        if format == Format::Json {
            let json: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(json["findings"].as_array().unwrap().len(), report.findings.len());
        }
    }
}

fn isolated(name: &str, platform: Platform, text: &str) -> Report {
    let file = format!("/corpus/{name}");
    let memory = MemoryFs::new().with(&file, text);
    let found = Found { root: "/corpus".into(), config: Some(file.into()) };
    let options = Options { platform: Some(platform), isolated: true, ..Options::default() };
    let report = lint::check_found(&memory, &found, &options).unwrap();
    rendered(&report, Utf8Path::new("/corpus"));
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
    println!("verdicts: {agree} of {all} agree {stages:?}");
    for words in wrong.iter().take(SHOWN) {
        println!("  {words}");
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

/// The files of an original that the corpus does not keep, made empty, so that what the config names is there.
fn rebuilt(project: &Path, folder: &Path) {
    let mut open = vec![project.to_owned()];
    while let Some(from) = open.pop() {
        for entry in fs::read_dir(&from).unwrap() {
            let path = entry.unwrap().path();
            let to = folder.join(path.strip_prefix(project).unwrap());
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().unwrap() != "TREE.txt" {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(&to, fs::read(&path).unwrap()).unwrap();
            }
        }
    }
    for line in fs::read_to_string(project.join("TREE.txt")).unwrap().lines() {
        let (size, name) = line.split_once('\t').unwrap();
        let to = folder.join(name);
        if to.exists() {
            continue;
        }
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let is_source = name.rsplit('.').next().is_some_and(|ending| {
            matches!(ending, "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "json" | "prisma")
        });
        let file = fs::File::create(&to).unwrap();
        if !is_source {
            file.set_len(size.trim().parse().unwrap()).unwrap();
        }
    }
}

fn judged(folder: &Utf8Path) -> Report {
    let found = lint::discover(&RealFs, &[folder.to_owned()]).unwrap();
    let (report, failures) = lint::check(&RealFs, &found, &Options::default());
    assert!(failures.is_empty(), "{failures:?}");
    rendered(&report, folder);
    report
}

/// What is said of a project, without infos.
fn said(report: &Report, folder: &Utf8Path) -> Vec<String> {
    let grave = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
    grave
        .map(|finding| {
            let primary = &finding.primary;
            let file = primary.file.strip_prefix(folder).unwrap_or(&primary.file);
            format!("{} {} {file}:{}: {}", finding.severity.as_str(), finding.rule, primary.start.line, finding.message)
        })
        .collect()
}

#[test]
fn projects_are_judged_without_a_panic() {
    let Some(folder) = corpus("projects") else { return };
    let mut projects: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    projects.retain(|path| path.is_dir());
    projects.sort();
    for project in &projects {
        let kept = Utf8PathBuf::from_path_buf(fs::canonicalize(project).unwrap()).unwrap();
        let report = catch_unwind(|| judged(&kept)).unwrap_or_else(|_| panic!("{kept}: panic"));
        println!("{}: {} findings as kept", kept.file_name().unwrap(), report.findings.len());
        let temporary = tempfile::tempdir().unwrap();
        let whole = Utf8PathBuf::from_path_buf(fs::canonicalize(temporary.path()).unwrap()).unwrap();
        rebuilt(project, whole.as_std_path());
        let report = catch_unwind(|| judged(&whole)).unwrap_or_else(|_| panic!("{kept}: panic with all files"));
        println!("{}: {} functions", kept.file_name().unwrap(), report.functions.len());
        for line in said(&report, &whole) {
            println!("    {line}");
        }
    }
    println!("{} projects", projects.len());
}

/// The files that a build or a framework names hold no code in the corpus: this one answers requests.
const SERVER: &str = "const app = require('express')()\nrequire('@generated/photon')\napp.listen(3000)\n";

/// Takes the config away, and puts a server where its first build in Node had one. None where there is no config.
fn unconfigured(root: &Utf8Path) -> Option<Platform> {
    let name = ["now.json", "vercel.json"].into_iter().find(|name| root.join(name).is_file())?;
    let text = fs::read_to_string(root.join(name)).unwrap();
    fs::remove_file(root.join(name)).unwrap();
    let config: Value = serde_json::from_str(&text).unwrap_or_default();
    let builds = config["builds"].as_array().cloned().unwrap_or_default();
    let built = builds.iter().filter(|build| build["use"].as_str().is_some_and(|uses| uses.contains("/node")));
    let file = built.filter_map(|build| build["src"].as_str()).map(|src| root.join(src)).find(|file| file.is_file());
    if let Some(file) = file {
        fs::write(file, SERVER).unwrap();
    }
    Platform::of_config_file(name)
}

fn write(rewrite: &Rewrite) {
    lint::write_all(&rewrite.changes).unwrap();
}

#[test]
fn init_leaves_no_error_and_has_nothing_to_do_twice() {
    let Some(folder) = corpus("projects") else { return };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for project in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(fs::canonicalize(temporary.path()).unwrap()).unwrap();
        rebuilt(&project, root.as_std_path());
        let platform = unconfigured(&root);
        for platform in platform.map_or(vec![Platform::Now, Platform::Vercel], |platform| vec![platform]) {
            let once = rewrite::init(&RealFs, &root, Some(platform)).unwrap();
            let outcome = match once.changes.len() {
                _ if once.is_refused() => "refused",
                0 => "nothing to write",
                _ => "written",
            };
            *counts.entry(outcome).or_default() += 1;
            assert!(!once.is_refused() || once.changes.is_empty(), "{project:?}");
            write(&once);
            let twice = rewrite::init(&RealFs, &root, Some(platform)).unwrap();
            assert!(twice.changes.is_empty(), "{project:?}: {:?}", twice.steps);
            for change in once.changes.iter().filter(|change| change.old.is_none()) {
                let found = Found { root: root.clone(), config: Some(change.file.clone()) };
                let report = lint::check_found(&RealFs, &found, &Options::default()).unwrap();
                assert!(!report.fails(Severity::Error), "{project:?}: {:?}", said(&report, &root));
                fs::remove_file(&change.file).unwrap();
            }
        }
    }
    println!("init, without the authors' config: {counts:?}");
    assert!(counts["written"] >= 10, "{counts:?}");
}
