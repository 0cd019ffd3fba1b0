//! `nowcheck explain` with what people paste: the message is named, the cause in the project found, and what the help says ends in a clean check.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CODE: &str = "const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient()\n\
                    module.exports = async (request, response) => response.json(await prisma.user.findMany())\n";

fn package(scripts: &str) -> String {
    format!(
        "{{\n  \"scripts\": {{{scripts}}},\n  \"engines\": {{ \"node\": \"22.x\" }},\n  \"dependencies\": {{ \"@prisma/client\": \"5.22.0\", \"prisma\": \
         \"5.22.0\" }}\n}}\n"
    )
}

fn schema(targets: &str) -> String {
    format!("generator client {{\n  provider      = \"prisma-client-js\"\n  binaryTargets = {targets}\n}}\n")
}

/// A project whose function uses Prisma.
fn project(folder: &Path, scripts: &str, targets: &str) {
    for (path, text) in [
        ("vercel.json", "{ \"buildCommand\": \"npm run build\" }\n".to_owned()),
        ("package.json", package(scripts)),
        ("api/users.js", CODE.to_owned()),
        ("prisma/schema.prisma", schema(targets)),
    ] {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }
}

fn nowcheck(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nowcheck")).current_dir(folder).args(arguments).arg("--no-cache").output().unwrap()
}

fn explain(folder: &Path, message: &str) -> String {
    let output = nowcheck(folder, &["explain", message, "--color", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const BUILT: &str = " \"build\": \"prisma generate\" ";

#[test]
fn a_pasted_message_leads_to_its_cause_and_the_fix_to_a_clean_check() {
    let messages = [
        (
            BUILT,
            "[\"darwin\"]",
            "Prisma Client could not locate the Query Engine for runtime \"rhel-openssl-3.0.x\".\n\nThis happened because Prisma Client was generated \
             for \"darwin\", but the actual deployment required \"rhel-openssl-3.0.x\".",
            "engine/wrong-target",
        ),
        (
            BUILT,
            "[\"debian-openssl-1.1.x\"]",
            "Query engine library for current platform \"rhel-openssl-3.0.x\" could not be found.",
            "engine/wrong-target",
        ),
        (
            "",
            "[\"native\"]",
            "Prisma has detected that this project was built on Vercel, which caches dependencies.",
            "build/generate-not-run",
        ),
        (
            BUILT,
            "[\"native\", \"rhel-openssl-3.0\"]",
            "Unknown binaryTarget rhel-openssl-3.0 and no custom engine files were provided",
            "engine/unknown-target",
        ),
    ];
    for (scripts, targets, message, rule) in messages {
        let folder = tempfile::tempdir().unwrap();
        project(folder.path(), scripts, targets);
        let shown = explain(folder.path(), message);
        assert!(shown.contains("In this project:"), "{shown}");
        assert!(shown.contains(&format!("[{rule}]")), "{shown}");
        nowcheck(folder.path(), &["fix", "--unsafe"]);
        let checked = nowcheck(folder.path(), &["check", "--fail-on", "warning"]);
        assert_eq!(checked.status.code(), Some(0), "{rule}: {}", String::from_utf8_lossy(&checked.stdout));
        let shown = explain(folder.path(), message);
        assert!(shown.contains("Nothing in this project shows the cause") && shown.contains("help:"), "{shown}");
    }
}

#[test]
fn what_the_message_names_is_told_and_a_log_may_hold_several() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), BUILT, "[\"native\"]");
    let shown = explain(
        folder.path(),
        "2026-11-24T10:00:00Z \u{1b}[31mError\u{1b}[0m: FATAL: sorry, too many clients already\nerror: Environment variable not found: SHADOW_URL.\n",
    );
    assert!(shown.contains("The database has no connection left"), "{shown}");
    assert!(shown.contains("It names the variable SHADOW_URL."), "{shown}");
    assert!(!shown.contains('\u{1b}'));
}

#[test]
fn a_rule_has_its_page_and_all_else_is_usage() {
    let folder = tempfile::tempdir().unwrap();
    assert!(explain(folder.path(), "engine/surplus").starts_with("engine/surplus"));
    for (text, expected) in [
        ("engine/surplu", "did you mean engine/surplus?"),
        ("the cat sat on the keyboard", "this message is not one that nowcheck knows"),
    ] {
        let output = nowcheck(folder.path(), &["explain", text]);
        assert_eq!(output.status.code(), Some(2));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains(expected), "{complaint}");
    }
    let shown = explain(folder.path(), "sorry, too many clients already");
    assert!(shown.contains("No project lies here"), "{shown}");
}
