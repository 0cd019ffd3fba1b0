//! The README says what is true: its first command prints what it shows, its second is what CI runs, its table lists the commands there are.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::Path;
use std::process::Command;

const FIRST: &str = "cargo run --release -- check fixtures/photon-on-now";
const SECOND: &str = "scripts/test";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The content of the first fenced block of that kind.
fn block(text: &str, kind: &str) -> String {
    let start = format!("```{kind}\n");
    let behind = text.split_once(&start).unwrap().1;
    behind.split_once("\n```").unwrap().0.to_owned()
}

fn nowcheck(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nowcheck"));
    for variable in ["CLICOLOR_FORCE", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(variable);
    }
    let output = command.args(arguments).env("COLUMNS", "80").current_dir(root()).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn it_opens_with_two_commands_and_what_the_first_prints() {
    let readme = read("README.md");
    assert_eq!(block(&readme, "console"), format!("$ {FIRST}\n$ {SECOND}"));
    let (status, printed) = nowcheck(&["check", "fixtures/photon-on-now"]);
    assert_eq!(status, Some(1));
    assert_eq!(block(&readme, "text"), printed.trim_end());
}

#[test]
fn the_first_command_shows_a_config_an_engine_and_a_size_finding() {
    let (_, printed) = nowcheck(&["check", "fixtures/photon-on-now", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    for group in ["config/", "engine/", "size/"] {
        let findings = report["findings"].as_array().unwrap().iter();
        let of_group = findings.filter(|finding| finding["rule"].as_str().unwrap().starts_with(group));
        let grave: Vec<_> = of_group.filter(|finding| finding["severity"] != "info").collect();
        let [finding] = grave.as_slice() else { panic!("{group}: {grave:#?}") };
        assert!(finding["help"].as_str().is_some_and(|help| !help.is_empty()), "{group}");
        assert!(finding["range"]["end"]["offset"].as_u64() > finding["range"]["start"]["offset"].as_u64(), "{group}");
    }
}

#[test]
fn the_second_command_is_what_ci_runs() {
    assert!(read(".ci/run").lines().any(|line| line.trim() == format!("NOWCHECK_PEERS=required {SECOND}")));
    assert!(root().join(SECOND).is_file());
}

#[test]
fn the_table_lists_the_commands_that_exist() {
    let readme = read("README.md");
    let table = readme.split_once("## Commands").unwrap().1.split_once("\n## ").unwrap().0;
    let rows = table.lines().filter(|line| line.starts_with("| `")).map(|line| line.split(" | ").next().unwrap());
    let mut listed: Vec<&str> =
        rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(|name| name.split(' ').next().unwrap()).collect();
    let (_, help) = nowcheck(&["--help"]);
    let commands = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let names = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let mut existing: Vec<&str> =
        names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    listed.sort_unstable();
    existing.sort_unstable();
    assert_eq!(listed, existing);
}
