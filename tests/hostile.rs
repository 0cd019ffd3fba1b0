//! Input that means harm, or looks like it: an error or a finding with the place, never a panic, a hang, or a byte that a terminal obeys.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use camino::Utf8Path;
use nowcheck::base::fs::MemoryFs;
use nowcheck::lint::{self, Options, Report};
use nowcheck::project::discover::Found;
use nowcheck::report::{Format, Style, render};
use tempfile::TempDir;

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nowcheck"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Judges a text by itself and beside an `index.js`, and renders it in every format.
fn judged(text: impl AsRef<[u8]>) -> Report {
    let memory = MemoryFs::new().with("/p/now.json", text).with("/p/index.js", "");
    let found = Found { root: "/p".into(), config: Some("/p/now.json".into()) };
    lint::check_found(&memory, &found, &Options { isolated: true, ..Options::default() }).unwrap();
    let report = lint::check_found(&memory, &found, &Options::default()).unwrap();
    for format in [Format::Human, Format::Compact, Format::Json] {
        let style = Style { color: false, unicode: true, width: 80, base: Utf8Path::new("/p").to_owned() };
        let mut out = Vec::new();
        render(format, &report, &style, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(format == Format::Json || !out.chars().any(|c| c.is_control() && c != '\n'), "{format:?}");
    }
    report
}

fn rules(report: &Report) -> Vec<&'static str> {
    let mut rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(",")
}

#[test]
fn deep_nesting_costs_no_stack() {
    let deep = "[".repeat(100_000);
    let closed = format!("{deep}{}", "]".repeat(100_000));
    assert!(rules(&judged(&deep)).contains(&"config/syntax"));
    assert!(rules(&judged(&closed)).contains(&"config/syntax"));
    assert!(rules(&judged(format!("{{\"version\": 2, \"name\": {closed}}}"))).contains(&"config/syntax"));
}

#[test]
fn schemas_that_are_not_utf_8_are_told_and_never_written() {
    let schema =
        "// caf\u{e9}\ngenerator client {\n  provider      = \"prisma-client-js\"\n  binaryTargets = [\"darwin\"]\n}\n";
    let judge = |bytes: Vec<u8>| {
        let memory = MemoryFs::new()
            .with("/p/vercel.json", "{}")
            .with("/p/package.json", r#"{ "scripts": { "postinstall": "prisma generate" }, "dependencies": { "@prisma/client": "5.22.0", "prisma": "5.22.0" } }"#)
            .with("/p/api/a.js", "const { PrismaClient } = require('@prisma/client')\nmodule.exports = new PrismaClient()\n")
            .with("/p/prisma/schema.prisma", bytes);
        let found = Found { root: "/p".into(), config: Some("/p/vercel.json".into()) };
        let mut findings = lint::check_found(&memory, &found, &Options::default()).unwrap().findings;
        findings.retain(|finding| finding.rule.starts_with("engine/"));
        findings.iter().map(|finding| (finding.rule, finding.fixes.len())).collect::<Vec<_>>()
    };
    assert_eq!(judge(schema.as_bytes().to_vec()), [("engine/wrong-target", 1)]);
    assert_eq!(judge(schema.chars().map(|c| c as u8).collect()), [("engine/wrong-target", 0)]);
    let utf_16 = [0xff, 0xfe].into_iter().chain(schema.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(judge(utf_16.collect()), [("engine/schema-syntax", 0)]);
}

#[test]
fn toml_without_measure_is_judged() {
    for text in [
        format!("a = {}", "[".repeat(200_000)),
        format!("a = {}", "{b=".repeat(70_000)),
        format!("a = {}{}", "[".repeat(300), "\n".repeat(500_000)),
        format!("a = {}", "+".repeat(200_000)),
        format!("a{} = 1\n", ".a".repeat(50_000)),
        "[a]\n".repeat(30_000),
        "[[a]]\n".repeat(30_000),
        "= = =\n".repeat(20_000),
        "env = \n[env]\n".repeat(10_000),
        (0..2_000).map(|at| format!("[functions.\"{at}.js\"]\nmemroy = 1\n")).collect(),
    ] {
        let memory = MemoryFs::new().with("/p/vercel.toml", &text);
        let found = Found { root: "/p".into(), config: Some("/p/vercel.toml".into()) };
        let start = Instant::now();
        let report = lint::check_found(&memory, &found, &Options::default()).unwrap();
        assert!(!report.findings.is_empty(), "{}", &text[..20]);
        assert!(start.elapsed().as_secs() < 20, "{}: {:?}", &text[..20], start.elapsed());
    }
}

// Without an index these take minutes: each would cost the square of its length.
#[test]
fn thousands_of_anything_are_judged() {
    let n = 20_000;
    let twice = judged(format!("{{{}}}", many(n / 2, |at| format!("\"a{at}\":1,\"a{at}\":2"))));
    assert_eq!(twice.findings.iter().filter(|finding| finding.rule == "config/duplicate-key").count(), n / 2);
    let same = judged(format!("{{{}}}", many(n, |_| "\"name\":\"a\"".into())));
    assert_eq!(same.findings.iter().filter(|finding| finding.rule == "config/duplicate-key").count(), 1);
    assert!(
        rules(&judged(format!("{{{}}}", many(n, |at| format!("\"build{at}\":1"))))).contains(&"config/unknown-key")
    );
    let builds = many(n, |at| format!("{{\"src\":\"a{at}.js\",\"use\":\"@now/nodee\"}}"));
    let builds = judged(format!("{{\"builds\":[{builds}]}}"));
    assert!(rules(&builds).contains(&"config/schema") && rules(&builds).contains(&"builder/typo"));
    assert!(
        rules(&judged(format!("{{\"routes\":[{}]}}", many(n, |_| "{\"src\":1}".into())))).contains(&"config/schema")
    );
}

// Each pattern is tried below each folder: over all files, 2,000 folders took more than a minute.
#[test]
fn patterns_below_hundreds_of_folders_are_tried_once() {
    let files = |folder: usize| (0..2).map(move |file| format!("/p/f{folder}/g/{file}.js"));
    let globs = many(50, |at| format!("\"**/nothing{at}*/*.txt\""));
    for (folders, expected) in [(40, 50), (400, 0)] {
        let config =
            format!(r#"{{"builds":[{{"src":"**/*.js","use":"@now/node","config":{{"includeFiles":[{globs}]}}}}]}}"#);
        let memory = (0..folders).flat_map(files).fold(MemoryFs::new(), |memory, file| memory.with(&file, ""));
        let memory = memory.with("/p/now.json", config);
        let found = Found { root: "/p".into(), config: Some("/p/now.json".into()) };
        let start = Instant::now();
        let report = lint::check_found(&memory, &found, &Options::default()).unwrap();
        let took = start.elapsed();
        let idle = report.findings.iter().filter(|finding| finding.rule == "functions/include-matches-nothing");
        assert_eq!(idle.count(), expected);
        assert!(took.as_secs() < 10, "{took:?}");
    }
}

#[test]
fn long_strings_with_raw_line_breaks_are_read_once() {
    assert!(rules(&judged(format!("{{\"name\": \"{}\"}}", "\n".repeat(300_000)))).contains(&"config/syntax"));
    assert!(rules(&judged(format!("[{}]", many(200_000, |_| "\"\n\"".into())))).contains(&"config/syntax"));
    assert!(rules(&judged(format!("{{\"{}\": 1}}", "k".repeat(1_000_000)))).contains(&"config/unknown-key"));
}

#[test]
fn other_files_under_the_name_of_a_config_are_findings() {
    let utf16: Vec<u8> = "{\"version\": 2}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&b"\0\0\0\0"[..], &utf16, &[0xff, 0xfe, 0x7b, 0x00], &[0x7f, b'E', b'L', b'F', 2, 1], b"<html>", b""]
    {
        assert!(rules(&judged(bytes)).contains(&"config/syntax"), "{bytes:?}");
    }
    let lone = judged("{\"version\": 2, \"name\": \"\\ud800\"}");
    assert!(!rules(&lone).contains(&"config/syntax"));
}

#[test]
fn bytes_that_are_no_text_are_read_as_the_platform_reads_them() {
    let report = judged(b"{\"version\": 2, \"name\": \"caf\xe9\",}");
    let syntax: Vec<_> = report.findings.iter().filter(|finding| finding.rule == "config/syntax").collect();
    assert_eq!(syntax.iter().map(|finding| finding.severity.as_str()).collect::<Vec<_>>(), ["warning", "error"]);
    // The places are not those of the bytes: nothing may be written there.
    assert!(syntax.iter().all(|finding| finding.fixes.is_empty()));
}

#[test]
fn patterns_of_any_size_are_tried_or_refused() {
    let build = |src: &str| format!("{{\"builds\":[{{\"src\":{},\"use\":\"@now/node\"}}]}}", serde_json::json!(src));
    let nested = format!("{}b{}", "{a,".repeat(10_000), "}".repeat(10_000));
    for src in [
        &"{a,b}".repeat(10_000),
        &nested,
        &"*a".repeat(2_000),
        &"**/".repeat(1_300),
        &"{a,b}".repeat(800),
        "[",
        "\\",
        "",
    ] {
        judged(build(src));
    }
}

#[test]
fn sources_outside_the_project_name_nothing() {
    for src in ["../../../etc/passwd", "/etc/passwd", "..", "a/../../index.js", "/"] {
        let report = judged(format!("{{\"builds\":[{{\"src\":\"{src}\",\"use\":\"@now/node\"}}]}}"));
        assert!(report.functions.is_empty(), "{src}");
        assert!(rules(&report).contains(&"build/src-matches-nothing"), "{src}");
    }
}

#[test]
fn what_is_no_file_is_named_and_the_others_are_still_judged() {
    let folder = folder(&[("good/now.json", "{\"version\": 2, \"nmae\": \"a\"}")]);
    fs::create_dir_all(folder.path().join("dir/now.json")).unwrap();
    let mut named = vec!["dir/now.json"];
    #[cfg(unix)]
    {
        for name in ["fifo", "loop", "broken"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert!(Command::new("mkfifo").arg(folder.path().join("fifo/now.json")).status().unwrap().success());
        std::os::unix::fs::symlink("now.json", folder.path().join("loop/now.json")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("broken/now.json")).unwrap();
        named.extend(["fifo/now.json", "loop/now.json", "broken/now.json"]);
    }
    for command in ["check", "fix"] {
        let output = run(&folder, &[command]);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        for name in &named {
            assert!(stderr(&output).contains(name), "{}", stderr(&output));
        }
        assert!(stdout(&output).contains("nmae"), "{}", stdout(&output));
    }
    fs::create_dir(folder.path().join("huge")).unwrap();
    let huge = fs::File::create(folder.path().join("huge/now.json")).unwrap();
    huge.set_len(50 * 1024 * 1024).unwrap();
    named.push("huge/now.json");
    for name in &named {
        let output = run(&folder, &["check", name]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(name), "{}", stderr(&output));
    }
}

#[test]
fn broken_surroundings_do_not_stop_a_run() {
    let config = r#"{"builds":[{"src":"index.js","use":"@now/node"}],"routes":[{"src":"/(.*)","dest":"/index.js"}]}"#;
    let code = "const { PrismaClient } = require('@prisma/client'); require('./d/e')";
    let folder = folder(&[
        ("a/now.json", config),
        ("a/index.js", code),
        ("a/package.json", "{\"dependencies\": ["),
        ("a/prisma/schema.prisma", "generator client {\n  provider = \"prisma-client-js\n{{{{"),
        ("a/node_modules", "a file"),
        ("a/.nowignore", "[\n{a\n\\\n!!!\n[z-a]\n\0\n"),
        ("b/now.json", &config.replace("index.js\",\"use", "**/*.js\",\"use")),
        ("b/index.js", code),
        ("b/.vercelignore", "(((\n"),
    ]);
    fs::create_dir_all(folder.path().join("b/package.json")).unwrap();
    #[cfg(unix)]
    {
        fs::create_dir(folder.path().join("b/d")).unwrap();
        for (link, target) in [("b/d/up", ".."), ("b/self", "self"), ("b/x.js", "y.js"), ("b/y.js", "x.js")] {
            std::os::unix::fs::symlink(target, folder.path().join(link)).unwrap();
        }
    }
    for command in ["check", "size", "engines"] {
        let output = run(&folder, &[command]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{command}: {}", stderr(&output));
    }
}

// Each project waits for the threads that trace: one must not be started on the stack of another that waits.
#[test]
fn a_thousand_projects_are_judged_in_order() {
    let config = r#"{"builds":[{"src":"index.js","use":"@now/node"}],"routes":[{"src":"/(.*)","dest":"/index.js"}]}"#;
    let folder = folder(&[]);
    for number in 0..1_000 {
        let project = folder.path().join(format!("p{number:03}"));
        fs::create_dir(&project).unwrap();
        fs::write(project.join("now.json"), config).unwrap();
        fs::write(project.join("index.js"), "module.exports = (request, response) => response.end()").unwrap();
    }
    let output = run(&folder, &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let files: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["file"].as_str().unwrap()).collect();
    assert!(files.is_sorted());
    assert_eq!(report["functions"].as_array().unwrap().len(), 1_000);
}

#[cfg(unix)]
#[test]
fn names_cannot_speak_to_the_terminal() {
    let config = "{\"builds\":[{\"src\":\"*.js\",\"use\":\"@now/node\"}],\"\\u001b[31mx\":1}";
    let folder = folder(&[
        ("\u{1b}[31mred\nline/now.json", config),
        ("\u{1b}[31mred\nline/a\u{1b}]0;title\u{7}\nb.js", "require('\u{1b}[31m')"),
        ("\u{1b}[31mred\nline/package.json", "{\"scripts\": "),
    ]);
    fs::create_dir_all(folder.path().join("\u{1b}[32mdir/now.json")).unwrap();
    for arguments in [
        &["check"][..],
        &["check", "--format", "compact"],
        &["size"],
        &["fix", "--diff", "--unsafe"],
        &["nothing\u{1b}[31m"],
    ] {
        let output = run(&folder, arguments);
        for text in [stdout(&output), stderr(&output)] {
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{arguments:?}: {text:?}");
        }
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = folder(&[("now.json", "{\"version\": 2}")]);
    for (arguments, words) in [
        (&["check", "nowhere"][..], "nowhere"),
        (&["check", "--output", "no/such/folder/out.txt"], "no/such/folder/out.txt"),
        (&["check", "--output", "."], "cannot write"),
        (&["check", "-", "."], "beside"),
        (&["size", "nowhere"], "nowhere"),
        (&["trace", "nowhere.js"], "nowhere.js"),
    ] {
        let output = run(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stdout(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    let empty = run(&folder, &["check", "-", "--isolated"]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(stdout(&empty).contains("the file is empty"));
}
