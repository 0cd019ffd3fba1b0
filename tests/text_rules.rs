//! What the rules that read the text alone say, and where: each text with its platform and the findings of one rule.

#![allow(clippy::unwrap_used, reason = "a test may")]

use nowcheck::base::fs::MemoryFs;
use nowcheck::lint::{self, Options};
use nowcheck::project::discover::Found;

/// `severity text-it-stands-on` for each finding of the rule.
fn said(rule: &str, file: &str, text: &str) -> Vec<String> {
    let path = format!("/project/{file}");
    let found = Found { root: "/project".into(), config: Some(path.clone().into()) };
    let options = Options { isolated: true, ..Options::default() };
    let report = lint::check_found(&MemoryFs::new().with(&path, text), &found, &options).unwrap();
    let of_rule = report.findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|finding| format!("{} {}", finding.severity.as_str(), finding.primary.span.slice(text))).collect()
}

fn check(rule: &str, cases: &[(&str, &str, &[&str])]) {
    for (file, text, expected) in cases {
        assert_eq!(said(rule, file, text), *expected, "{rule} on {file}: {text}");
    }
}

#[test]
fn one_cause_of_the_syntax_is_one_finding() {
    check(
        "config/syntax",
        &[
            ("vercel.json", "{“a”: “b”, “c”: [“d\"]}", &["error “a”"]),
            ("vercel.json", r#"{"a": "“b”"}"#, &[]),
            ("vercel.json", "{\n<<<<<<< a\n\"b\": 1\n=======\n\"b\": 2\n>>>>>>> c\n}", &["error <<<<<<< a"]),
            ("vercel.json", "{\"a\": [1\n<<<<<<< a\n, 2\n=======\n>>>>>>> c\n]}", &["error <<<<<<< a"]),
            ("vercel.toml", "<<<<<<< a\nb = 1\n=======\nb = 2\n>>>>>>> c\n", &["error <<<<<<< a"]),
            ("vercel.toml", "name = \"\"\"\n<<<<<<< a\n\"\"\"\n", &[]),
            ("vercel.toml", "cleanUrls = True\ntrailingSlash = FALSE\n", &["error True", "error FALSE"]),
            ("vercel.json", "[True, None, tRUE]", &["error True", "error None", "error tRUE"]),
        ],
    );
}

#[test]
fn sources_without_a_slash() {
    let with = |source: &str| format!(r#"{{"redirects": [{{"source": "{source}", "destination": "/new"}}]}}"#);
    for (source, expected) in [
        ("old", vec![r#"info "old""#]),
        ("^/old$", vec![r#"info "^/old$""#]),
        ("https://a.b/c", vec![]),
        ("/old", vec![]),
        ("(.*)", vec![]),
        (":a", vec![]),
        ("{/a}?", vec![]),
    ] {
        assert_eq!(said("routes/relative-source", "vercel.json", &with(source)), expected, "{source}");
    }
}

#[test]
fn environment() {
    let long = format!(r#"{{"env": {{"{}": "x"}}}}"#, "A".repeat(257));
    let named = format!("warning \"{}\"", "A".repeat(257));
    check(
        "config/env",
        &[
            (
                "vercel.json",
                r#"{"env": {"A-B": "x", "": "y", "É": "z"}}"#,
                &[r#"warning "A-B""#, r#"warning """#, r#"warning "É""#],
            ),
            ("vercel.json", &long, &[&named]),
            (
                "vercel.json",
                r#"{"env": {"TZ": "UTC", "VERCEL_DEBUG": "1"}, "build": {"env": {"TZ": "UTC"}}}"#,
                &[r#"warning "TZ""#],
            ),
            ("vercel.json", r#"{"env": ["A"]}"#, &[r#"warning "env""#]),
            ("vercel.json", r#"{"env": null, "build": {"env": {"A": {"uid": "x"}}}}"#, &[]),
            ("vercel.json", r#"{"env": {"A": true, "B": null}}"#, &["warning true"]),
            // One finding for all references.
            ("vercel.json", r#"{"env": {"A": "@a", "B": "@b"}, "build": {"env": {"C": "@c"}}}"#, &[r#"warning "@a""#]),
            ("now.json", r#"{"version": 2, "env": {"A": "@a", "_HANDLER": "x"}}"#, &[r#"warning "_HANDLER""#]),
            (
                "now.json",
                r#"{"version": 2, "env": {"URL": "mysql://me:hunter22@db.example.org/x"}}"#,
                &[r#"warning "URL""#],
            ),
            // What counts is the last of two.
            ("vercel.json", r#"{"env": {"A": 1, "A": "x"}}"#, &[]),
        ],
    );
}

#[test]
fn old_keys() {
    check(
        "config/v1-key",
        &[
            ("now.json", r#"{"version": 1, "type": "npm", "files": []}"#, &[r#"warning "version""#]),
            ("now.json", r#"{"version": 2, "type": "npm", "files": []}"#, &[r#"warning "type""#, r#"warning "files""#]),
            ("vercel.json", r#"{"version": 3}"#, &[r#"warning "version""#]),
            ("vercel.json", r#"{"version": "2"}"#, &[r#"warning "version""#]),
            ("vercel.json", r#"{"version": 2, "functions": {"a.js": {"memory": 128}}}"#, &[]),
        ],
    );
    check(
        "config/deprecated-key",
        &[
            ("vercel.json", r#"{"version": 2, "alias": [], "env": {}, "builds": [], "name": null}"#, &[]),
            (
                "vercel.json",
                r#"{"name": "a", "alias": "b", "scope": "c"}"#,
                &[r#"warning "name""#, r#"warning "alias""#, r#"warning "scope""#],
            ),
            (
                "vercel.json",
                r#"{"build": {"env": {"A": "x"}}, "github": {"silent": true}}"#,
                &[r#"info "env""#, r#"info "silent""#],
            ),
            (
                "vercel.json",
                r#"{"experimentalServicesV2": {"a": {"root": "a"}}, "services": {"a": {"root": "a"}}}"#,
                &[],
            ),
            ("now.json", r#"{"version": 2, "name": "a", "alias": "b", "scope": "c"}"#, &[]),
        ],
    );
    // One cause, one finding.
    check(
        "config/unknown-key",
        &[
            ("now.json", r#"{"version": 2, "type": "npm", "buildCommand": "x"}"#, &[r#"warning "buildCommand""#]),
            ("vercel.json", r#"{"name": "a", "version": 2, "scope": "b"}"#, &[]),
        ],
    );
}

#[test]
fn regions_and_frameworks() {
    check(
        "config/regions",
        &[
            ("vercel.json", r#"{"regions": ["iad1", "all", "mars1"]}"#, &[r#"warning "mars1""#]),
            ("vercel.json", r#"{"regions": "iad1"}"#, &[r#"warning "iad1""#]),
            (
                "vercel.json",
                r#"{"functions": {"a.js": {"regions": ["x"], "functionFailoverRegions": ["y"]}}}"#,
                &[r#"warning "x""#, r#"warning "y""#],
            ),
            (
                "vercel.json",
                r#"{"services": {"a": {"root": "a", "functions": {"a.js": {"regions": ["x"]}}}}}"#,
                &[r#"warning "x""#],
            ),
            // The schema speaks of it.
            ("vercel.json", r#"{"functions": {"a.js": {"regions": "x"}}}"#, &[]),
            (
                "now.json",
                r#"{"version": 2, "regions": ["bru1", "sfo", "all", "us-east-1"]}"#,
                &[r#"warning "us-east-1""#],
            ),
        ],
    );
    check(
        "config/framework",
        &[
            ("vercel.json", r#"{"framework": null}"#, &[]),
            ("vercel.json", r#"{"framework": "mastra"}"#, &[]),
            ("vercel.json", r#"{"services": {"a": {"root": "a", "framework": "nextt"}}}"#, &[r#"warning "nextt""#]),
            ("vercel.json", r#"{"services": {"a": {"root": "a", "framework": ""}}}"#, &[]),
        ],
    );
}

#[test]
fn counts() {
    let routes = |key: &str, item: &str, count: usize| format!(r#""{key}": [{}]"#, vec![item; count].join(","));
    let rewrite = r#"{"source": "/a", "destination": "/b"}"#;
    let redirects = format!("{{{}, {}}}", routes("rewrites", rewrite, 1025), routes("redirects", rewrite, 1024));
    let fits = format!("{{{}, {}}}", routes("rewrites", rewrite, 1024), routes("redirects", rewrite, 1024));
    let many = format!("{{{}}}", routes("rewrites", rewrite, 2049));
    let now = |count| format!(r#"{{"version": 2, {}}}"#, routes("routes", r#"{"src": "/a", "dest": "/b"}"#, count));
    let env = |count: usize, value: &str| {
        let all: Vec<String> = (0..count).map(|at| format!(r#""A{at}": "{value}""#)).collect();
        format!(r#"{{"env": {{{}}}}}"#, all.join(","))
    };
    check(
        "config/limits",
        &[
            ("vercel.json", &redirects, &[r#"warning "rewrites""#]),
            ("vercel.json", &fits, &[]),
            // The schema refuses the list.
            ("vercel.json", &many, &[]),
            ("now.json", &now(257), &[r#"warning "routes""#]),
            ("now.json", &now(256), &[]),
            ("now.json", &now(1025), &[]),
            ("vercel.json", &env(101, "x"), &[r#"warning "env""#]),
            ("vercel.json", &env(100, "x"), &[]),
            ("vercel.json", &env(2, &"x".repeat(33 * 1024)), &[r#"warning "env""#]),
            ("now.json", &env(2, &"x".repeat(2047)), &[r#"warning "env""#]),
            ("now.json", &env(2, &"x".repeat(2046)), &[]),
        ],
    );
}

#[test]
fn routes_of_2019() {
    check(
        "routes/invalid-on-now",
        &[
            ("now.json", r#"{"version": 2, "routes": [{"src": "/(a"}]}"#, &["error ("]),
            ("now.json", r#"{"version": 2, "routes": [{"src": "/(?i)a"}]}"#, &["warning (?i)"]),
            (
                "now.json",
                r#"{"version": 2, "routes": [{"handle": "filesystem"}, {"handle": "filesystem"}]}"#,
                &[r#"error "filesystem""#],
            ),
            (
                "now.json",
                r#"{"version": 2, "routes": [{"handle": "error"}, {"src": "/a", "status": 500}]}"#,
                &[r#"warning "error""#],
            ),
            (
                "now.json",
                r#"{"version": 2, "routes": [{"src": "/a", "dest": "/b", "continue": true}]}"#,
                &[r#"info "continue""#],
            ),
            ("now.json", r#"{"version": 2, "rewrites": [{"source": "/:a", "destination": "/:b"}]}"#, &["warning :b"]),
            ("now.json", r#"{"version": 2, "rewrites": [{"source": "/a*", "destination": "/b"}]}"#, &["error *"]),
            (
                "now.json",
                r#"{"version": 2, "routes": [{"src": "/(?<a>x)", "dest": "/$a"}, {"handle": "filesystem"}]}"#,
                &[],
            ),
            ("vercel.json", r#"{"routes": [{"src": "/(a"}]}"#, &[]),
        ],
    );
    check(
        "builder/src-not-accepted",
        &[
            (
                "now.json",
                r#"{"version": 2, "builds": [{"src": "a/index.js", "use": "@now/next"}]}"#,
                &[r#"error "a/index.js""#],
            ),
            (
                "now.json",
                r#"{"version": 2, "builds": [{"src": "a/*.js", "use": "@now/next"}]}"#,
                &[r#"warning "a/*.js""#],
            ),
            ("vercel.json", r#"{"builds": [{"src": "a/index.js", "use": "@now/next"}]}"#, &[r#"warning "a/index.js""#]),
            (
                "now.json",
                r#"{"version": 2, "builds": [{"src": "a.go", "use": "@now/node"}]}"#,
                &[r#"warning "@now/node""#],
            ),
            (
                "now.json",
                r#"{"version": 2, "builds": [{"src": "slackin", "use": "@now/node"}, {"src": "a.css", "use": "@now/md"}]}"#,
                &[],
            ),
            (
                "vercel.json",
                r#"{"builds": [{"src": "**", "use": "@vercel/python"}, {"src": "a.js", "use": "their-builder"}]}"#,
                &[],
            ),
        ],
    );
}

#[test]
fn schedules() {
    check(
        "cron/schedule",
        &[
            ("vercel.json", r#"{"crons": [{"path": "/a", "schedule": "* * * * * *"}]}"#, &[r#"warning "* * * * * *""#]),
            ("vercel.json", r#"{"crons": [{"path": "/a", "schedule": "0 0 1 * 1"}]}"#, &[r#"info "0 0 1 * 1""#]),
            (
                "vercel.json",
                r#"{"schedules": [{"path": "/a", "schedule": "0 99 * * *"}]}"#,
                &[r#"warning "0 99 * * *""#],
            ),
            // The schema speaks of it.
            ("vercel.json", r#"{"crons": [{"path": "/a", "schedule": "@daily"}]}"#, &[]),
            ("vercel.json", r#"{"crons": {"path": "/a", "schedule": "x"}}"#, &[]),
        ],
    );
    check(
        "builder/typo",
        &[
            (
                "vercel.json",
                r#"{"functions": {"api/a.php": {"runtime": "vercel-pph@0.7.3"}}}"#,
                &[r#"warning "vercel-pph@0.7.3""#],
            ),
            ("vercel.json", r#"{"functions": {"api/a.php": {"runtime": "vercel-php@0.7.3"}}}"#, &[]),
        ],
    );
}

#[test]
fn a_thousand_of_a_kind_are_told_and_that_there_are_more() {
    let entries = |count: usize| vec![r#"{"source":"/a(","destination":"/b"}"#; count].join(",");
    for (count, told) in [(200, 200), (1_500, 1_001)] {
        let memory = MemoryFs::new().with("/p/vercel.json", format!("{{\"rewrites\":[{}]}}", entries(count)));
        let found = Found { root: "/p".into(), config: Some("/p/vercel.json".into()) };
        let options = Options { isolated: true, ..Options::default() };
        let report = lint::check_found(&memory, &found, &options).unwrap();
        let errors: Vec<_> = report.findings.iter().filter(|finding| finding.rule == "routes/invalid").collect();
        assert_eq!(errors.len(), told);
        let says_so = errors.iter().any(|finding| finding.message.contains("there may be more"));
        assert_eq!(says_so, count > 1_000);
    }
}
