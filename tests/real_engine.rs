//! A project installed from npm with a real 41 MB engine in a committed client (target/real-engine, made by scripts/real-engine), judged as
//! Now 2.0 and as today's Vercel, against what the platforms' own tools made of it.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may, and a skip is printed")]

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

mod support;

const ENGINE: &str = "generated/client/libquery_engine-debian-openssl-1.1.x.so.node";
const ENGINE_BYTES: u64 = 41_348_872;

/// The project; none, with a printed skip, where it was not made.
fn project() -> Option<Utf8PathBuf> {
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("target/real-engine");
    if folder.join("peer.json").is_file() {
        return Some(folder);
    }
    assert_ne!(std::env::var("NOWCHECK_PEERS").as_deref(), Ok("required"), "scripts/real-engine makes {folder}");
    eprintln!("skipped: {folder} is not there; scripts/real-engine makes it");
    None
}

/// Runs nowcheck in the project; its exit status and what it printed as JSON.
fn run(project: &Utf8Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nowcheck"));
    let output = command.args(arguments).args(["--format", "json"]).current_dir(project).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn peer(project: &Utf8Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(project.join("peer.json")).unwrap()).unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

fn is_near(found: &Value, truth: u64) {
    let found = found.as_u64().unwrap();
    let off = 100.0 * (found as f64 - truth as f64) / truth as f64;
    eprintln!("zip: {found} bytes, platform {truth}: {off:+.2} %");
    assert!(off.abs() < 2.5, "{found} against {truth}: {off:+.2} %");
}

#[test]
fn the_trace_is_the_list_of_the_platforms_tracer() {
    let Some(project) = project() else { return };
    let peer = peer(&project);
    let node = peer["node"].to_string();
    let (status, found) = run(&project, &["trace", "index.js", "--node", &node, "--module-sync-catchall"]);
    assert_eq!(status, Some(0));
    assert_eq!(strings(&found["files"]), strings(&peer["files"]));
    let bytes: u64 =
        strings(&found["files"]).iter().map(|file| std::fs::symlink_metadata(project.join(file)).unwrap().len()).sum();
    assert_eq!(Some(bytes), peer["bytes"].as_u64());
}

/// The files, bytes and zip that the published @now/node 1.6.1 itself made of this project (its clock set to its release day).
#[test]
fn the_function_of_now_has_the_bytes_that_its_builder_shipped() {
    let Some(project) = project() else { return };
    let (status, found) = run(&project, &["size", "now.json"]);
    assert_eq!(status, Some(0));
    let function = &found["functions"][0];
    assert_eq!(function["builder"], "@now/node@1.6.1");
    assert_eq!(function["runtime"], "nodejs12.x");
    assert_eq!((function["files"].as_u64(), function["bytes"].as_u64()), (Some(188), Some(43_718_944)));
    is_near(&function["zip_bytes"], 15_383_202);
    assert_eq!(function["limit"]["bytes"], 50 * 1024 * 1024);
    assert_eq!(function["limit"]["measures"], "zip");
}

#[test]
fn the_function_of_vercel_has_the_bytes_of_its_trace() {
    let Some(project) = project() else { return };
    let peer = peer(&project);
    let (_, traced) = run(&project, &["trace", "index.js", "--node", "24", "--module-sync-catchall"]);
    let files = strings(&traced["files"]);
    let bytes: u64 = files.iter().map(|file| std::fs::symlink_metadata(project.join(file)).unwrap().len()).sum();
    let (status, found) = run(&project, &["size", "vercel.json"]);
    assert_eq!(status, Some(0));
    let function = &found["functions"][0];
    assert_eq!(function["runtime"], "nodejs24.x");
    assert_eq!((function["files"].as_u64(), function["bytes"].as_u64()), (Some(files.len() as u64), Some(bytes)));
    is_near(&function["zip_bytes"], peer["zip_bytes"].as_u64().unwrap());
    assert_eq!(function["limit"]["bytes"], 262_144_000);
    assert_eq!(function["limit"]["measures"], "unzipped");
    let engine = &function["engines"][0];
    assert_eq!(
        (engine["target"].as_str(), engine["bytes"].as_u64()),
        (Some("debian-openssl-1.1.x"), Some(ENGINE_BYTES))
    );
}

#[test]
fn the_engine_is_read_from_its_own_bytes() {
    let Some(project) = project() else { return };
    let (status, found) = run(&project, &["engines", "vercel.json"]);
    assert_eq!(status, Some(0));
    let engines = found["engines"].as_array().unwrap();
    assert_eq!(engines.len(), 1);
    let engine = &engines[0];
    for (key, expected) in [
        ("file", ENGINE),
        ("kind", "library"),
        ("target", "debian-openssl-1.1.x"),
        ("prisma", "4.7.1"),
        ("format", "elf"),
        ("arch", "x86_64"),
        ("libc", "glibc"),
        ("openssl", "1.1.x"),
    ] {
        assert_eq!(engine[key], expected, "{key}");
    }
    assert_eq!(engine["bytes"].as_u64(), Some(ENGINE_BYTES));
    assert!(strings(&engine["needed_by"]).is_empty(), "no runtime looks for it: {}", engine["needed_by"]);
}

#[test]
fn both_platforms_are_told_that_the_engine_is_not_theirs() {
    let Some(project) = project() else { return };
    for (config, wanted) in [("now.json", "rhel-openssl-1.0.x"), ("vercel.json", "rhel-openssl-3.0.x")] {
        let (status, found) = run(&project, &["check", config]);
        assert_eq!(status, Some(1), "{config}");
        let findings = found["findings"].as_array().unwrap();
        let mut errors: Vec<&Value> = findings.iter().filter(|finding| finding["severity"] == "error").collect();
        // Both configs lie in the project, so that today's command line refuses it.
        let clash = |finding: &&Value| finding["rule"] == "config/conflicting-files";
        assert_eq!(errors.iter().copied().any(|finding| clash(&finding)), config == "vercel.json", "{config}");
        errors.retain(|finding| !clash(finding));
        assert_eq!(errors.len(), 1, "{config}: {errors:#?}");
        assert_eq!(errors[0]["rule"], "engine/wrong-target", "{config}");
        assert_eq!(errors[0]["file"], ENGINE, "{config}");
        let message = errors[0]["message"].as_str().unwrap();
        assert!(message.contains(wanted) && message.contains("debian-openssl-1.1.x"), "{config}: {message}");
        assert!(errors[0]["help"].as_str().unwrap().contains(wanted), "{config}");
        let warned = findings.iter().filter(|finding| finding["severity"] == "warning").count();
        assert_eq!(warned, 0, "{config}: {findings:#?}");
    }
}

/// With the engine that the runtime looks for, the same project is silent: the finding is about the engine and nothing else.
#[test]
fn with_the_right_engine_there_is_no_error() {
    let Some(project) = project() else { return };
    let keep = tempfile::tempdir().unwrap();
    let copy = Utf8PathBuf::from_path_buf(keep.path().canonicalize().unwrap()).unwrap();
    std::fs::create_dir(copy.join(".git")).unwrap();
    for file in ["now.json", "package.json", "index.js", "prisma/schema.prisma", "generated/client/index.js"] {
        std::fs::create_dir_all(copy.join(file).parent().unwrap()).unwrap();
        let text = std::fs::read_to_string(project.join(file)).unwrap();
        std::fs::write(copy.join(file), text.replace("debian-openssl-1.1.x", "rhel-openssl-1.0.x")).unwrap();
    }
    let bytes = support::engines::engine("rhel-openssl-1.0.x", nowcheck::engine::EngineKind::Library, 8 << 20);
    let engine = copy.join(ENGINE.replace("debian-openssl-1.1.x", "rhel-openssl-1.0.x"));
    std::fs::write(&engine, bytes).unwrap();
    for folder in ["node_modules", "generated/client/runtime"] {
        copy_tree(&project.join(folder), &copy.join(folder));
    }
    let (status, found) = run(&copy, &["check", "now.json"]);
    let grave = |finding: &&Value| finding["severity"] != "info";
    let grave: Vec<&Value> = found["findings"].as_array().unwrap().iter().filter(grave).collect();
    assert!(grave.is_empty() && status == Some(0), "{grave:#?}");
}

fn copy_tree(from: &Utf8Path, to: &Utf8Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.as_std_path().join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else if entry.file_type().is_file() {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
