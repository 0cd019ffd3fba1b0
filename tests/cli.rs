//! The program as it is called: what it prints, where, and its exit status. The ordinary calls are in tests/cmd; here is what needs files that
//! no repository holds.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use std::process::{Command, Stdio};

use support::site::{Site, run};

#[test]
fn calls() {
    trycmd::TestCases::new()
        .env("COLUMNS", "80")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.md")
        .case("tests/cmd/*.toml");
}

fn plain() -> Site {
    let site = Site::new("now.json");
    site.write("index.js", "module.exports = (request, response) => response.end('hello')\n")
        .write("now.json", "{\n  \"builds\": [{ \"src\": \"index.js\", \"use\": \"@now/node@canary\" }]\n}\n");
    site
}

/// Exit status and the one line that matters.
fn told(site: &Site, arguments: &[&str]) -> (i32, String) {
    let (status, output, complaints) = run(&site.root, arguments);
    let lines = output.lines().chain(complaints.lines()).filter(|line| !line.contains("now-json-refused"));
    (status, lines.collect::<Vec<_>>().join("\n").replace(site.root.as_str(), "<root>"))
}

#[test]
fn configs_that_are_no_json() {
    for (bytes, expected) in [
        (b"".as_slice(), "now.json:1:1: error[config/syntax] the file is empty"),
        (b"\xef\xbb\xbf{}", "now.json:1:1: error[config/syntax] the file starts with a byte order mark"),
        (b"\x7fELF\x02\x01\x01\0\xff\xfe\0\0", "now.json:1:1: error[config/syntax] found"),
        (b"{\r\n  'builds': []\r\n}\r\n", "now.json:2:3: error[config/syntax] a string in single quotes"),
        (b"{\r\n  \"builds\": [],\r\n}\r\n", "now.json:2:15: error[config/syntax] a comma before the closing bracket"),
    ] {
        let site = plain();
        site.write("now.json", bytes);
        let (status, output) = told(&site, &["check", "--format", "compact"]);
        assert_eq!(status, 1, "{output}");
        assert!(output.starts_with(expected), "{output}");
    }
}

#[test]
fn a_fix_keeps_what_it_does_not_repair() {
    let site = plain();
    let broken =
        "\u{feff}{\r\n\t\"name\": \"é\",\r\n\t\"builds\": [{ \"src\": \"index.js\", \"use\": \"@now/nod\" }],\r\n}";
    site.write("now.json", broken);
    let (status, output) = told(&site, &["fix", "--format", "compact"]);
    assert_eq!(status, 0, "{output}");
    let right = broken.replace('\u{feff}', "").replace("@now/nod", "@now/node").replace("],\r\n}", "]\r\n}");
    assert_eq!(site.read("now.json"), right);
    assert_eq!(told(&site, &["fix", "--format", "compact"]).0, 0);
    assert_eq!(site.read("now.json"), right);
}

#[test]
fn unreadable_configs() {
    let site = plain();
    site.write("other/now.json/inner.txt", "a folder called like a config");
    let (status, output) = told(&site, &["check", "--format", "compact"]);
    assert_eq!((status, output.as_str()), (2, "nowcheck: cannot read <root>/other/now.json: is a directory"));
    site.remove("other");
    site.write("third/now.json", "{}").mode("third/now.json", 0o000);
    // Root reads everything.
    if std::fs::read(site.root.join("third/now.json")).is_err() {
        let (status, output) = told(&site, &["check", "--format", "compact"]);
        assert_eq!(status, 2, "{output}");
        assert!(output.contains("nowcheck: cannot read <root>/third/now.json"), "{output}");
    }
}

#[test]
fn folders_that_cannot_be_read_are_told() {
    let site = plain();
    let config = "{ \"builds\": [{ \"src\": \"*.js\", \"use\": \"@now/node@canary\" }] }";
    site.write("now.json", config).write("a/locked/a.js", "").write("kept/b.js", "").write(".nowignore", "kept\n");
    site.mode("a/locked", 0o000).mode("kept", 0o000);
    // Root reads everything.
    let may_read = std::fs::read_dir(site.root.join("kept")).is_ok();
    for arguments in [&["check"][..], &["check", "now.json"], &["size"], &["fix"], &["migrate"], &["init"]] {
        let (status, output, complaints) = run(&site.root, arguments);
        if !may_read {
            let expected = format!("nowcheck: cannot read {}/a/locked: Permission denied (os error 13)\n", site.root);
            assert_eq!((status, complaints), (2, expected), "{arguments:?}");
            // The rest is judged all the same; what would be written is not.
            assert_eq!(output.contains("index.js"), matches!(arguments[0], "check" | "size" | "fix"), "{output}");
            assert_eq!(site.read("now.json"), config);
        }
    }
    site.mode("a/locked", 0o755).mode("kept", 0o755);
}

#[test]
fn a_trace_tells_of_folders_that_cannot_be_read() {
    let site = plain();
    site.write(
        "index.js",
        "require('path').join(__dirname, 'locked'); require('fs').readdirSync(__dirname + '/locked')",
    );
    site.write("locked/a.txt", "").mode("locked", 0o000);
    // Root reads everything.
    let may_read = std::fs::read_dir(site.root.join("locked")).is_ok();
    let (status, output, complaints) = run(&site.root, &["trace", "index.js"]);
    if !may_read {
        let expected = format!("nowcheck: cannot read {}/locked: Permission denied (os error 13)\n", site.root);
        assert_eq!((status, complaints), (2, expected), "{output}");
        assert!(output.contains("index.js"), "{output}");
    }
    site.mode("locked", 0o755);
    assert_eq!(run(&site.root, &["trace", "index.js"]).0, 0);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let site = plain();
    let colored = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nowcheck"));
        command
            .arg("check")
            .args(arguments)
            .current_dir(&site.root)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [&["schema", "vercel"][..], &["rules"], &["check", "--format", "json"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nowcheck"))
            .args(arguments)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cli/plain"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody reads: the pipe is closed before the program has written.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn schemas_are_printed_as_json() {
    for name in ["now", "vercel", "report"] {
        let (status, output, complaints) = run(&plain().root, &["schema", name]);
        assert_eq!((status, complaints.as_str()), (0, ""));
        assert!(serde_json::from_str::<serde_json::Value>(&output).unwrap()["$schema"].is_string(), "{name}");
    }
}

#[test]
fn every_rule_is_listed_and_explained() {
    let site = plain();
    let (status, output, _) = run(&site.root, &["rules"]);
    let heads = output.lines().filter(|line| !line.starts_with(' '));
    let listed: Vec<_> = heads.filter_map(|line| line.split_whitespace().next()).collect();
    let known: Vec<_> = nowcheck::rules::RULES.iter().map(|rule| rule.id).collect();
    assert_eq!((status, listed), (0, known.clone()));
    for id in known {
        let (status, output, complaints) = run(&site.root, &["explain", id]);
        assert_eq!((status, complaints.as_str()), (0, ""));
        assert!(!output.trim().is_empty(), "{id}");
    }
}

#[test]
fn migrate_moves_all_files_or_none() {
    let site = plain();
    site.write(".nowignore", "secret\n");
    let (status, output, complaints) = run(&site.root, &["migrate"]);
    assert_eq!((status, complaints.as_str()), (0, ""));
    assert!(
        output.ends_with("vercel.json added, now.json removed, .nowignore removed, .vercelignore added\n"),
        "{output}"
    );
    assert_eq!(site.read(".vercelignore"), "secret\n");
    assert!(site.read("vercel.json").contains("{ \"src\": \"index.js\", \"use\": \"@vercel/node\" }"));
    assert!(!site.root.join("now.json").exists() && !site.root.join(".nowignore").exists());
    assert_eq!(run(&site.root, &["check", "--fail-on", "error"]).0, 0);
    let (status, output, _) = run(&site.root, &["migrate"]);
    assert_eq!(status, 0);
    assert!(
        output.contains("vercel.json: is there, and no now.json") && output.contains("nothing to write"),
        "{output}"
    );
    site.write("now.json", "{}");
    assert_eq!(run(&site.root, &["migrate", "--format", "json"]).0, 1);
    assert_eq!(site.read("now.json"), "{}");
    assert_eq!(run(&site.root, &["migrate", "vercel.json"]).0, 2);
}

#[test]
fn output_goes_into_a_file() {
    let site = plain();
    let (status, output, _) = run(&site.root, &["check", "--format", "json", "--output", "report.json"]);
    assert_eq!((status, output.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&site.read("report.json")).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(run(&site.root, &["check", "--output", "no/such/folder.json"]).0, 2);
}
