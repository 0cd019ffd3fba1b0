//! `migrate`: every now.json of the corpus, made-up routes, and worked pairs.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use nowcheck::base::fs::MemoryFs;
use nowcheck::convert::{self, Outputs, builders};
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::rewrite::{Outcome, Rewrite, migrate::migrate};
use nowcheck::routing::answer::{Request, Router};
use nowcheck::routing::{Compiled, compile};
use nowcheck::rules::Severity;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::corpus::{self, say};

const ROOT: &str = "/p";
const NOW: &str = "/p/now.json";

fn texts() -> Vec<(String, String)> {
    let rows = corpus::rows("configs.ndjson").into_iter().filter(|row| row["kind"] == "now");
    rows.map(|row| (row["id"].as_str().unwrap().to_owned(), row["text"].as_str().unwrap().to_owned())).collect()
}

fn result(rewrite: &Rewrite) -> Option<String> {
    let change = rewrite.changes.iter().find(|change| change.file == "/p/vercel.json")?;
    Some(String::from_utf8(change.new.clone().unwrap()).unwrap())
}

/// What the platform's validator would refuse of a text, by nowcheck's own rules.
fn errors(text: &str) -> Vec<String> {
    let file = "/p/vercel.json";
    let fs = MemoryFs::new().with(file, text);
    let found = Found { root: ROOT.into(), config: Some(file.into()) };
    let options = Options { platform: Some(Platform::Vercel), isolated: true, ..Options::default() };
    let report = lint::check_found(&fs, &found, &options).unwrap();
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{} {}", finding.rule, finding.message)).collect()
}

/// Files that the builds of a config may have been written for.
fn plausible(config: &Value) -> MemoryFs {
    let mut fs = MemoryFs::new();
    let mut files = BTreeSet::new();
    for build in config["builds"].as_array().into_iter().flatten() {
        let src = build["src"].as_str().unwrap_or("**").trim_start_matches("./").trim_start_matches('/');
        let uses = build["use"].as_str().unwrap_or_default();
        let ending = ["python", "go", "php", "rust", "bash"].iter().zip(["py", "go", "php", "rs", "sh"]);
        let ending = ending.filter(|(name, _)| uses.contains(**name)).map(|(_, ending)| ending).next().unwrap_or("js");
        for (deep, one) in [("a/b", "c"), ("d", "e")] {
            let file = src.replace("**/*", &format!("{deep}/*")).replace("**", deep).replace('*', one);
            let file = file.split(['{', '(']).next().unwrap().to_owned();
            let name = file.rsplit('/').next().unwrap();
            files.insert(if name.contains('.') { file } else { format!("{file}.{ending}") });
        }
    }
    for file in files.iter().filter(|file| !file.is_empty() && !file.ends_with('/')) {
        let text = if file.ends_with("package.json") {
            r#"{"scripts":{"build":"x","now-build":"x"},"dependencies":{"next":"9.0.0"}}"#
        } else {
            "module.exports = (request, response) => response.end()\n"
        };
        fs = fs.with(&format!("{ROOT}/{file}"), text);
    }
    fs
}

/// Capitals but for the last segment.
fn upper_folder(path: &str) -> String {
    path.rsplit_once('/').map_or(String::new(), |(folder, name)| format!("{}/{name}", folder.to_uppercase()))
}

/// Paths that a regex may mean, made without its structure: its words with what stands between them replaced.
fn paths(routes: &[Compiled]) -> BTreeSet<String> {
    let mut paths: BTreeSet<String> = ["/", "/a", "/index.html", "/a/b.c/", "/api/x"].map(String::from).into();
    for src in routes.iter().filter_map(Compiled::src).chain(routes.iter().filter_map(Compiled::dest)) {
        for fill in ["", "x", "a-b", "x/y", "Q.html"] {
            let mut text = src.trim_matches(['^', '$']).replace("\\.", ".").replace("[^/]", ".").replace("(?:", "(");
            for gap in ["(.*)", "(.+)", ".*", ".+", "$1", "$2", ".?"] {
                text = text.replace(gap, fill);
            }
            let first = text.split('|').next().unwrap().to_owned();
            for text in [text.replace('?', ""), first] {
                let text: String = text.chars().filter(|c| !"()[]{}^$*+<>=!|\\?".contains(*c)).collect();
                let text = if text.starts_with('/') { text } else { format!("/{text}") };
                let long = text.chars().count() > 60;
                if !long {
                    paths.extend([
                        format!("{text}/"),
                        text.to_uppercase(),
                        format!("{text}z"),
                        upper_folder(&text),
                        text,
                    ]);
                }
            }
        }
    }
    paths
}

/// The files of one of several worlds: `seed` 0 has none but the known ones, 1 one at every path, others some.
fn lies(path: &str, seed: u64) -> bool {
    let hash = path.bytes().fold(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    seed == 1 || (seed > 1 && hash & 64 == 0)
}

/// Asks both configs for the paths of both; the number of requests that were answered alike.
fn compare(id: &str, old: &Value, new: &Value, before: &Outputs, after: &Outputs) -> usize {
    let routes = |config: &Value| {
        let keys = ["routes", "redirects", "headers", "rewrites"];
        let kept: serde_json::Map<_, _> =
            keys.iter().filter_map(|key| Some(((*key).to_owned(), config.get(*key)?.clone()))).collect();
        compile(&Value::Object(kept)).unwrap().unwrap_or_default()
    };
    let (old, new) = (routes(old), routes(new));
    let (Ok(one), Ok(other)) = (Router::new(&old), Router::new(&new)) else { return 0 };
    let mut all = paths(&old);
    all.extend(paths(&new));
    let worlds = if before.is_closed() && after.is_closed() { 0..1 } else { 0..4 };
    let mut asked = 0;
    for path in &all {
        for seed in worlds.clone() {
            for method in ["GET", "POST"] {
                let request = Request { path, method, conditions: true };
                let files = |outputs: &Outputs, path: &str| {
                    outputs.at(path).or_else(|| lies(path, seed).then_some(path)).map(str::to_owned)
                };
                let first = one.answer(request, &|path| files(before, path)).0;
                let second = other.answer(request, &|path| files(after, path)).0;
                assert_eq!(first, second, "{id}: {method} {path} in world {seed}");
                asked += 1;
            }
        }
    }
    asked
}

#[derive(Default)]
struct Counts {
    texts: usize,
    migrated: usize,
    refused: BTreeMap<String, usize>,
    zero: usize,
    routes: BTreeMap<&'static str, usize>,
    asked: usize,
}

/// Migrates one text and holds the result to everything that is promised of it.
fn one(id: &str, text: &str, fs: MemoryFs, isolated: bool, counts: &mut Counts) {
    let fs = fs.with(NOW, text);
    let rewrite = migrate(&fs, Utf8Path::new(NOW), isolated).unwrap();
    counts.texts += 1;
    let Some(new) = result(&rewrite) else {
        let refused: Vec<_> = rewrite.steps.iter().filter(|step| step.outcome == Outcome::Refused).collect();
        assert!(!refused.is_empty() && rewrite.changes.is_empty(), "{id}: nothing said");
        let first = refused[0].text.replace(|c: char| c.is_ascii_digit(), "");
        let words: Vec<_> = first.split(' ').take(7).collect();
        *counts.refused.entry(words.join(" ")).or_default() += 1;
        return;
    };
    counts.migrated += 1;
    assert_eq!(errors(&new), Vec::<String>::new(), "{id}: {new}");
    let (old, new): (Value, Value) = (serde_json::from_str(text).unwrap(), serde_json::from_str(&new).unwrap());
    for key in ["public", "env", "build", "probes", "regions", "cleanUrls", "trailingSlash"] {
        assert_eq!(old.get(key), new.get(key), "{id}: {key}");
    }
    let routes = old["routes"].as_array().cloned().unwrap_or_default();
    let kept = new["routes"].as_array().map_or(0, Vec::len);
    *counts.routes.entry("all").or_default() += routes.len();
    *counts.routes.entry("kept").or_default() += kept;
    counts.zero +=
        usize::from(old["builds"].as_array().is_some_and(|builds| !builds.is_empty()) && new.get("builds").is_none());
    if old.get("routes") == new.get("routes") && old.get("builds").is_none() == new.get("builds").is_none() {
        return;
    }
    let found = Found { root: ROOT.into(), config: Some(NOW.into()) };
    let options = Options { platform: Some(Platform::Now), isolated, ..Options::default() };
    let project = lint::project(&fs, &found, &options).unwrap();
    let before = builders::outputs(&project);
    let after = if old.get("builds").is_some() && new.get("builds").is_none() && before != Outputs::unknown() {
        convert::zero_config(&project).unwrap().outputs
    } else {
        before.clone()
    };
    counts.asked += compare(id, &old, &new, &before, &after);
}

fn print(what: &str, counts: &Counts) {
    let Counts { texts, migrated, refused, zero, routes, asked } = counts;
    say(format_args!(
        "migrate, {what}: {texts} texts, {migrated} migrated ({zero} without builds), {} refused",
        texts - migrated
    ));
    say(format_args!("migrate, {what}: routes {routes:?}; {asked} requests answered alike"));
    for (why, count) in refused {
        println!("{what}: refused {count}: {why} ...");
    }
}

#[test]
fn configs_of_the_corpus_alone() {
    let mut counts = Counts::default();
    for (id, text) in texts() {
        one(&id, &text, MemoryFs::new(), true, &mut counts);
    }
    print("alone", &counts);
}

#[test]
fn configs_of_the_corpus_with_a_tree() {
    let mut counts = Counts::default();
    for (id, text) in texts() {
        let config = serde_json::from_str(&text).unwrap_or_default();
        one(&id, &text, plausible(&config), false, &mut counts);
    }
    print("with a tree", &counts);
}

/// A route of any kind that is convertible or nearly so.
fn route() -> impl Strategy<Value = Value> {
    let src = prop_oneof![
        Just("/(.*)"),
        Just("/.*"),
        Just("(.*)"),
        Just("/a/(.*)"),
        Just("/a"),
        Just("/a/?"),
        Just("/A/(?<id>[^/]+)"),
        Just("/a/(?:b|c)/(.+)"),
        Just("/a\\.b"),
        Just("/(?!a)(.*)"),
        Just("/b/(x/)?(\\d+)"),
        Just("/a.b"),
        Just("/c(.*)"),
        Just("^/b/[a-c]+$"),
        Just("/(?:b)?"),
        Just("/c/((x)|y)"),
    ];
    let dest = prop_oneof![
        Just("/f"),
        Just("f"),
        Just("/f?q=$1"),
        Just("/$1"),
        Just("/f/$id"),
        Just("/a/$1"),
        Just("https://e.com/$1"),
        Just("/b/x"),
    ];
    (src, dest, 0..9_u8).prop_map(|(src, dest, kind)| match kind {
        0 => json!({"handle": "filesystem"}),
        1 | 2 => json!({"src": src, "status": 301 + u64::from(kind) * 3, "headers": {"Location": dest}}),
        3 => json!({"src": src, "headers": {"x-a": dest}, "continue": true}),
        4 => json!({"src": src, "headers": {"X-A": "1"}, "dest": dest}),
        5 => json!({"src": src, "headers": {"x-b": "2"}}),
        6 => json!({"src": src, "status": 404, "methods": ["POST"]}),
        _ => json!({"src": src, "dest": dest}),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn made_up_routes_answer_as_before(mut routes in prop::collection::vec(route(), 1..6), files in prop::collection::btree_set("/(f|a|b|a/x|c/y|b/x|f/a)", 0..4), open in any::<bool>()) {
        let mut phase = false;
        routes.retain(|route| route.get("handle").is_none() || !std::mem::replace(&mut phase, true));
        let mut outputs = if open { Outputs::unknown() } else { Outputs::none() };
        files.iter().for_each(|file| outputs.add(file.trim_start_matches('/'), file));
        let converted = convert::convert(&routes, &routes, &outputs, &outputs).unwrap();
        prop_assert_eq!(converted.fates.len(), routes.len());
        let kept: Vec<&Value> = routes.iter().zip(&converted.fates).filter(|(_, fate)| matches!(fate, convert::Fate::Kept(_))).map(|(route, _)| route).collect();
        let new = json!({"routes": kept, "redirects": converted.redirects, "headers": converted.headers, "rewrites": converted.rewrites});
        let mut new = new.as_object().unwrap().clone();
        new.retain(|_, list| list.as_array().is_some_and(|list| !list.is_empty()));
        prop_assert_eq!(errors(&Value::Object(new.clone()).to_string()), Vec::<String>::new());
        compare("made up", &json!({"routes": routes}), &Value::Object(new), &outputs, &outputs);
    }
}

fn moved(routes: Value, files: &[&str]) -> Value {
    let list = routes.as_array().unwrap();
    let mut outputs = Outputs::none();
    files.iter().for_each(|file| outputs.add(file, file));
    let converted = convert::convert(list, list, &outputs, &outputs).unwrap();
    let kept: Vec<&Value> = list
        .iter()
        .zip(&converted.fates)
        .filter(|(_, fate)| matches!(fate, convert::Fate::Kept(_)))
        .map(|(route, _)| route)
        .collect();
    let mut new = json!({"routes": kept, "redirects": converted.redirects, "headers": converted.headers, "rewrites": converted.rewrites});
    new.as_object_mut().unwrap().retain(|_, list| list.as_array().is_some_and(|list| !list.is_empty()));
    new
}

#[test]
fn worked_pairs() {
    for (routes, files, expected) in [
        (
            json!([{"src": "/(.*)", "dest": "index.js"}]),
            vec!["index.js"],
            json!({"rewrites": [{"source": "/(.*)", "destination": "/index.js"}]}),
        ),
        (
            json!([{"src": "/product/(?<id>[^/]+)", "dest": "/api/product?id=$id"}]),
            vec!["api/product"],
            json!({"rewrites": [{"source": "/product/:id", "destination": "/api/product?id=:id"}]}),
        ),
        (
            json!([{"src": "/posts/(.*)", "status": 307, "headers": {"Location": "/blog/$1"}}]),
            vec![],
            json!({"redirects": [{"source": "/posts/(.*)", "destination": "/blog/$1", "permanent": false}]}),
        ),
        (
            json!([{"src": "/old", "status": 301, "headers": {"location": "https://e.com"}}]),
            vec![],
            json!({"redirects": [{"source": "/old", "destination": "https://e.com", "statusCode": 301}]}),
        ),
        (
            json!([{"handle": "filesystem"}, {"src": "/(.*)", "dest": "/index.html"}]),
            vec!["index.html", "a.css"],
            json!({"rewrites": [{"source": "/(.*)", "destination": "/index.html"}]}),
        ),
        (
            json!([{"src": "/static/(.*)", "headers": {"cache-control": "max-age=1"}, "continue": true}]),
            vec![],
            json!({"headers": [{"source": "/static/(.*)", "headers": [{"key": "cache-control", "value": "max-age=1"}]}]}),
        ),
        (
            json!([{"src": "/atom\\.xml", "dest": "https://e.com/atom"}]),
            vec![],
            json!({"rewrites": [{"source": "/atom.xml", "destination": "https://e.com/atom"}]}),
        ),
        (
            json!([{"src": "/(?!api)(.*)", "dest": "/app.js"}]),
            vec!["app.js"],
            json!({"rewrites": [{"source": "/((?!api).*)", "destination": "/app.js"}]}),
        ),
    ] {
        assert_eq!(moved(routes.clone(), &files), expected, "{routes}");
    }
}

#[test]
fn what_would_answer_otherwise_stays() {
    for (routes, files) in [
        // A file would be reached that was hidden.
        (json!([{"src": "/(.*)", "dest": "/index.js"}]), vec!["index.js", "a.css"]),
        // The redirect would be tried before what leads elsewhere.
        (json!([{"src": "/a/(.*)", "dest": "/index.js", "methods": ["POST"]}, {"handle": "hit"}]), vec!["index.js"]),
        (json!([{"src": "/a", "dest": "/x", "caseSensitive": true}]), vec!["x"]),
        (json!([{"src": "/a.b", "dest": "/x"}]), vec!["x"]),
        (json!([{"src": "/a", "dest": "/x", "continue": true}]), vec!["x"]),
        (json!([{"src": "/a", "status": 404}]), vec![]),
        (json!([{"src": "/a", "status": 301, "headers": {"Location": "/b", "x": "y"}}]), vec![]),
        (json!([{"src": "/a", "dest": "/x", "status": 200}]), vec!["x"]),
        (json!([{"src": "a|b", "dest": "/x"}]), vec!["x"]),
        // What it leads to is not there, and the last one would answer.
        (json!([{"src": "/s/(.*)", "dest": "/s/$1.js"}, {"src": "/(.*)", "dest": "/x", "continue": true}]), vec!["x"]),
    ] {
        assert_eq!(moved(routes.clone(), &files)["routes"], routes, "{routes}");
    }
    let mixed =
        json!([{"src": "/a/(.*)", "dest": "/x"}, {"src": "/a/b", "status": 308, "headers": {"Location": "/c"}}]);
    assert_eq!(
        moved(mixed, &["x"]),
        json!({"routes": [{"src": "/a/(.*)", "dest": "/x"}], "redirects": [{"source": "/a/b", "destination": "/c", "permanent": true}]})
    );
}

fn migrated(files: &[(&str, &str)]) -> Rewrite {
    let fs = files.iter().fold(MemoryFs::new(), |fs, (name, text)| fs.with(&format!("{ROOT}/{name}"), *text));
    migrate(&fs, Utf8Path::new(NOW), false).unwrap()
}

/// The new text of a file; none where it goes.
fn text(rewrite: &Rewrite, name: &str) -> Option<Option<String>> {
    let change = rewrite.changes.iter().find(|change| change.file.file_name() == Some(name))?;
    Some(change.new.clone().map(|bytes| String::from_utf8(bytes).unwrap()))
}

fn said(rewrite: &Rewrite, outcome: Outcome) -> String {
    let steps = rewrite.steps.iter().filter(|step| step.outcome == outcome);
    steps.map(|step| format!("{} {}: {}\n", step.file.file_name().unwrap(), step.place, step.text)).collect()
}

#[test]
fn bytes_that_need_not_change_do_not() {
    let old = "\u{7b}\r\n\t\"public\" : true,\r\n\t\"version\": 2,\r\n\t\"builds\": [\r\n\t\t{ \"use\": \"@now/node@canary\",   \"src\": \"index.js\" }\r\n\t]\r\n}";
    let new = "\u{7b}\r\n\t\"$schema\" : \"https://openapi.vercel.sh/vercel.json\",\r\n\t\"public\" : true,\r\n\t\"builds\": [\r\n\t\t{ \"use\": \"@vercel/node\",   \"src\": \"index.js\" }\r\n\t]\r\n}";
    let rewrite = migrated(&[("now.json", old), ("index.js", "")]);
    assert_eq!(text(&rewrite, "vercel.json").unwrap().unwrap(), new);
    assert_eq!(text(&rewrite, "now.json"), Some(None));
}

#[test]
fn zero_config_where_it_is_the_same() {
    let now = r#"{ "version": 2, "builds": [{ "src": "api/*.js", "use": "@now/node", "config": { "includeFiles": ["d/a", "d/b"] } },
      { "src": "www/**", "use": "@now/static" }],
      "routes": [{ "src": "/user/(.*)", "dest": "api/user.js?n=$1" }, { "src": "/api/(.*)", "dest": "/api/$1" }, { "src": "/(.*)", "dest": "/www/$1" }] }"#;
    let rewrite = migrated(&[("now.json", now), ("api/user.js", ""), ("www/index.html", ""), ("d/a", "")]);
    let new: Value = serde_json::from_str(&text(&rewrite, "vercel.json").unwrap().unwrap()).unwrap();
    let expected = json!({"$schema": "https://openapi.vercel.sh/vercel.json", "functions": {"api/*.js": {"includeFiles": "{d/a,d/b}"}}, "outputDirectory": "www",
        "rewrites": [{"source": "/user/(.*)", "destination": "/api/user?n=$1"}, {"source": "/api/(.*)", "destination": "/api/$1"}]});
    assert_eq!(new, expected, "{}", said(&rewrite, Outcome::Done));
    // Another function that `builds` did not name would come to be.
    let rewrite = migrated(&[("now.json", now), ("api/user.js", ""), ("api/other.ts", ""), ("www/index.html", "")]);
    assert!(text(&rewrite, "vercel.json").unwrap().unwrap().contains("@vercel/static"));
    let next = r#"{"version":2,"builds":[{"src":"next.config.js","use":"@now/next"}]}"#;
    let rewrite =
        migrated(&[("now.json", next), ("next.config.js", ""), ("package.json", r#"{"dependencies":{"next":"9"}}"#)]);
    assert_eq!(
        text(&rewrite, "vercel.json").unwrap().unwrap(),
        r#"{"$schema":"https://openapi.vercel.sh/vercel.json","framework":"nextjs"}"#
    );
    let site = r#"{"builds":[{"src":"package.json","use":"@now/static-build","config":{"distDir":"out"}}]}"#;
    let rewrite = migrated(&[("now.json", site), ("package.json", r#"{"scripts":{"now-build":"make"}}"#)]);
    assert_eq!(
        text(&rewrite, "vercel.json").unwrap().unwrap(),
        r#"{"$schema":"https://openapi.vercel.sh/vercel.json","framework":null,"buildCommand":"npm run vercel-build","outputDirectory":"out"}"#
    );
    assert_eq!(text(&rewrite, "package.json").unwrap().unwrap(), r#"{"scripts":{"vercel-build":"make"}}"#);
}

#[test]
fn a_script_that_others_call_keeps_its_name() {
    let site = r#"{"builds":[{"src":"package.json","use":"@now/static-build"}]}"#;
    let package = r#"{"scripts":{"now-build":"make","ci":"npm run now-build"}}"#;
    let rewrite = migrated(&[("now.json", site), ("package.json", package)]);
    assert!(text(&rewrite, "vercel.json").unwrap().unwrap().contains("npm run now-build"));
    assert_eq!(text(&rewrite, "package.json"), None);
}

#[test]
fn what_lies_beside_moves_too() {
    let rewrite = migrated(&[
        (
            "now.json",
            r#"{"version":2,"github":{"enabled":false,"silent":true},"env":{"KEY":"@key","PLAIN":"hunter2"}}"#,
        ),
        (".nowignore", "a\r\n"),
        (".env", "SECRET=1"),
        (".gitignore", "node_modules\n.now"),
        (
            "package.json",
            r#"{"scripts":{"now-build":"x","now-dev":"y"},"dependencies":{"@now/node":"1"},"devDependencies":{"now":"16"},"engines":{"node":"8.x"}}"#,
        ),
        (
            "schema.prisma",
            "generator client {\n  provider = \"prisma-client-js\"\n  binaryTargets = [\"rhel-openssl-1.0.x\"]\n}\n",
        ),
    ]);
    assert_eq!(text(&rewrite, ".nowignore"), Some(None));
    assert_eq!(text(&rewrite, ".vercelignore"), Some(Some("a\r\n.env\r\n".to_owned())));
    assert_eq!(text(&rewrite, ".gitignore"), Some(Some("node_modules\n.now\n.vercel\n".to_owned())));
    assert!(text(&rewrite, "package.json").unwrap().unwrap().contains(r#""vercel-build":"x""#));
    let new: Value = serde_json::from_str(&text(&rewrite, "vercel.json").unwrap().unwrap()).unwrap();
    assert_eq!(new["git"], json!({"deploymentEnabled": false}));
    assert_eq!(new["env"], json!({"KEY": "@key", "PLAIN": "hunter2"}));
    let todo = said(&rewrite, Outcome::Todo);
    for part in [
        "now.json env.KEY",
        "@key",
        "scripts.now-dev",
        "dependencies[\"@now/node\"]: is @vercel/node",
        "devDependencies.now: is vercel",
        "engines.node",
        "rhel-openssl-3.0.x",
    ] {
        assert!(todo.contains(part), "{part}: {todo}");
    }
    let all: String = rewrite.steps.iter().map(|step| step.text.as_str()).collect();
    assert!(!all.contains("hunter2"), "{all}");
}

#[test]
fn refusals_say_why_and_change_nothing() {
    for (files, part) in [
        (vec![("now.json", r#"{"version":1,"type":"npm"}"#)], "version 1"),
        (vec![("now.json", r#"{"type":"static"}"#)], "`type`, a key of Now 1.0"),
        (vec![("now.json", "{\"version\":2,}")], "`nowcheck fix` can repair that"),
        (vec![("now.json", "[]")], "no object"),
        (vec![("now.json", r#"{"name":"a","name":"a"}"#)], "the key \"name\" twice"),
        (vec![("now.json", "{}"), ("vercel.json", "{}")], "vercel.json lies beside it"),
        (vec![("now.json", "{}"), ("vercel.toml", "")], "vercel.toml lies beside it"),
        (vec![("now.json", "{}"), (".nowignore", "a"), (".vercelignore", "b")], "only one of them is read"),
        (vec![("now.json", r#"{"builds":[{"src":"a.md","use":"@now/md"}]}"#)], "nothing does its work"),
        (vec![("now.json", r#"{"builds":[{"src":"a.js","use":"@now/nod"}]}"#)], "did you mean @now/node?"),
        (vec![("now.json", r#"{"routes":[{"src":"/("}]}"#)], "now.json has this fault already"),
        (vec![("now.json", r#"{"public":1}"#)], ""),
        (vec![("now.json", r#"{"project":"x","redirects":[]}"#)], ""),
    ] {
        let rewrite = migrated(&files);
        if part.is_empty() {
            assert!(!rewrite.is_refused());
            continue;
        }
        assert!(rewrite.is_refused() && rewrite.changes.is_empty(), "{part}");
        assert!(said(&rewrite, Outcome::Refused).contains(part), "{}", said(&rewrite, Outcome::Refused));
    }
}

/// `inner` in that many groups, each repeated.
fn nested(inner: &str, repeat: &str, depth: usize) -> String {
    (0..depth).fold(format!("{inner}{repeat}"), |text, _| format!("({text}){repeat}"))
}

/// Routes with this regex, a redirect that would leave `routes`, and a path on which a greedy match takes long.
fn beside_a_redirect(src: &str) -> String {
    let location = json!({"Location": "/x"});
    json!({"routes": [{"src": src, "dest": "/y"}, {"src": format!("/{}", "a".repeat(45)), "status": 301, "headers": location},
        {"src": "/b", "status": 301, "headers": location}, {"src": src, "status": 301, "headers": location}]})
    .to_string()
}

#[test]
fn what_is_not_utf_8_is_there_all_the_same() {
    for name in [".nowignore", ".vercelignore", ".gitignore", "package.json"] {
        let fs = MemoryFs::new().with(NOW, "{}").with(&format!("{ROOT}/{name}"), b"caf\xe9\n".as_slice());
        let rewrite = migrate(&fs.with(&format!("{ROOT}/.env"), "A=1"), Utf8Path::new(NOW), false).unwrap();
        assert!(rewrite.is_refused() && rewrite.changes.is_empty(), "{name}: {:?}", rewrite.changes);
        assert!(said(&rewrite, Outcome::Refused).contains(&format!("{name} : is not UTF-8")), "{name}");
    }
}

#[test]
fn hostile_configs_end() {
    let many = |count: usize, route: &str| format!("{{\"routes\":[{}]}}", vec![route; count].join(","));
    for text in [
        many(1000, r#"{"src":"/(a+)+$","dest":"/x"}"#),
        many(1000, r#"{"src":"/(.*)(.*)(.*)(.*)(.*)(.*)x","status":301,"headers":{"Location":"/x"}}"#),
        many(1000, r#"{"src":"/a(.*)","status":301,"headers":{"Location":"/x"}}"#),
        many(2000, r#"{"src":"/(.*)","headers":{"x":"y"},"continue":true}"#),
        many(30000, r#"{"src":"/a","dest":"/b"}"#),
        many(200, r#"{"handle":"filesystem"}"#),
        beside_a_redirect(&format!("/{}", nested("a", "{8}", 12))),
        beside_a_redirect(&format!("/{}", nested("a", "{0,8}", 9))),
        beside_a_redirect(&format!("/{}b", nested("a", "{0,8}", 9))),
        beside_a_redirect("/(a+)+x"),
        beside_a_redirect("/(?!(a+)+x)(.*)"),
        beside_a_redirect("/(a|a)*b|/c"),
        format!("{{\"builds\":{}1{}}}", "[".repeat(5000), "]".repeat(5000)),
        format!("{{{}}}", vec![r#""name":"a""#; 20_000].join(",")),
        format!("{{{}}}", (0..60_000).map(|at| format!("\"k{at}\":1")).collect::<Vec<_>>().join(",")),
        format!("{{\"routes\":[{{\"src\":\"{}\"}}]}}", "(".repeat(4000)),
    ] {
        let fs = MemoryFs::new().with(NOW, text.as_str());
        migrate(&fs, Utf8Path::new(NOW), true).unwrap();
    }
}

/// Steps about files: outcome, file and place, and text.
fn steps(files: &[(&str, &str)]) -> Vec<(Outcome, String, String)> {
    let fs = files.iter().fold(MemoryFs::new(), |fs, (file, text)| fs.with(&format!("{ROOT}/{file}"), *text));
    let steps = migrate(&fs, Utf8Path::new(NOW), false).unwrap().steps.into_iter();
    steps.map(|step| (step.outcome, format!("{} {}", step.file.file_name().unwrap(), step.place), step.text)).collect()
}

#[test]
fn what_package_json_says_of_now() {
    let package = json!({
        "scripts": { "deploy": "now --prod", "dev": "now dev", "build": "react-scripts build" },
        "now": { "name": "x" },
        "dependencies": { "react-scripts": "^3.1.0", "next": "^10.2.0" }
    });
    let files = [("now.json", r#"{ "version": 2, "alias": "x.now.sh" }"#), ("package.json", &package.to_string())];
    let todo: Vec<_> = steps(&files).into_iter().filter(|(outcome, ..)| *outcome == Outcome::Todo).collect();
    for (place, part) in [
        ("now.json alias", "names below now.sh cannot be added"),
        ("package.json scripts.deploy", "write `vercel --prod`"),
        ("package.json scripts.dev", "write `vercel dev`"),
        ("package.json now", "nothing reads a config here today"),
        ("package.json dependencies.react-scripts", "set NODE_OPTIONS=--openssl-legacy-provider"),
    ] {
        let found = todo.iter().find(|(_, at, _)| at == place);
        assert!(found.is_some_and(|(.., text)| text.contains(part)), "{place}: {todo:#?}");
    }
    assert_eq!(todo.len(), 5, "{todo:#?}");
}

#[test]
fn what_stays_is_not_called_done() {
    let config = r#"{ "version": 2, "env": { "A": "b" }, "routes": [{ "src": "/a", "methods": ["POST"], "status": 405 },
        { "src": "/b", "dest": "https://old.now.sh/b" }] }"#;
    let steps = steps(&[("now.json", config)]);
    let kept: Vec<_> = steps.iter().filter(|(outcome, ..)| *outcome == Outcome::Kept).map(|(_, at, _)| at).collect();
    assert_eq!(kept, ["now.json env", "now.json routes[0]", "now.json routes[1]"]);
    assert!(steps.iter().filter(|(outcome, ..)| *outcome == Outcome::Done).all(|(.., text)| !text.starts_with("stay")));
    let old = steps.iter().find(|(.., text)| text.contains("now.sh")).unwrap();
    assert_eq!((old.0, old.1.as_str()), (Outcome::Todo, "now.json routes[1].dest"));
}
