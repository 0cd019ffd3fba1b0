//! What is said of every project of the corpus on every platform, kept as a table of counts: names of projects and rules, nothing of their content.
//!
//! The corpus keeps no code. Each file that is deployed as a function is given one that asks for the project's own client, so that the rules about engines
//! have something to judge. `UPDATE_VERDICTS=1` writes the table anew; what it adds is to be read, for every `error` must be true.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may, and it prints what is to be read")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::lint::{self, Options, Report};
use nowcheck::platform::Platform;
use support::originals;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/project_verdicts.txt");

fn judged(folder: &Utf8Path, platform: Platform) -> Report {
    let found = lint::discover(&RealFs, &[folder.to_owned()]).unwrap();
    let options = Options { platform: Some(platform), ..Options::default() };
    let (report, failures) = lint::check(&RealFs, &found, &options);
    assert!(failures.is_empty(), "{failures:?}");
    report
}

/// The client that the package.json above a file depends on, newest name first.
fn client_of(file: &Utf8Path) -> Option<&'static str> {
    let texts = file.ancestors().skip(1).filter_map(|folder| fs::read_to_string(folder.join("package.json")).ok());
    const CLIENTS: [(&str, &str); 3] =
        [("@prisma/client", "@prisma/client"), ("@prisma/photon", "@prisma/photon"), ("prisma2", "@generated/photon")];
    let texts: Vec<String> = texts.collect();
    let depends = |name: &str| texts.iter().any(|text| text.contains(&format!("\"{name}\"")));
    CLIENTS.iter().find(|(package, _)| depends(package)).map(|(_, client)| *client)
}

/// Gives the empty entry files of functions code.
fn write_code(report: &Report, root: &Utf8Path) {
    for function in &report.functions {
        let files = [root.join(&function.project).join(&function.entrypoint), root.join(&function.entrypoint)];
        let Some(file) = files.iter().find(|file| fs::metadata(file).is_ok_and(|found| found.len() == 0)) else {
            continue;
        };
        if let Some(client) = client_of(file) {
            let class = if client.ends_with("photon") { "Photon" } else { "PrismaClient" };
            let code = format!(
                "const {{ {class} }} = require('{client}')\nconst client = new {class}()\n\
                 module.exports = async (request, response) => response.end(String(await client.user.count()))\n"
            );
            fs::write(file, code).unwrap();
        }
    }
}

/// Lines of the table for one project, and the words of its errors.
fn verdicts(project: &Path, platform: Platform, words: &mut Vec<String>) -> Vec<String> {
    let temporary = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(fs::canonicalize(temporary.path()).unwrap()).unwrap();
    originals::rebuilt(project, root.as_std_path());
    fs::create_dir_all(root.join(".git")).unwrap();
    write_code(&judged(&root, platform), &root);
    let name = project.file_name().unwrap().to_str().unwrap();
    let mut counts = BTreeMap::new();
    for finding in &judged(&root, platform).findings {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.rule)).or_insert(0) += 1;
        let file = finding.primary.file.strip_prefix(&root).unwrap_or(&finding.primary.file);
        let line =
            format!("{name} {} {} {} {file}: {}", platform, finding.severity.as_str(), finding.rule, finding.message);
        words.push(line.replace(root.as_str(), ""));
    }
    let line = |((severity, rule), count): ((std::cmp::Reverse<nowcheck::rules::Severity>, &str), usize)| {
        format!("{name} {} {} {rule} {count}", platform, severity.0.as_str())
    };
    counts.into_iter().map(line).collect()
}

#[test]
fn verdicts_are_those_that_were_read() {
    let (mut lines, mut words) = (Vec::new(), Vec::new());
    let projects = originals::all();
    for project in &projects {
        for platform in Platform::ALL {
            lines.extend(verdicts(project, platform, &mut words));
        }
    }
    words.iter().for_each(|line| println!("{line}"));
    if projects.is_empty() {
        return;
    }
    let text = lines.join("\n") + "\n";
    if std::env::var_os("UPDATE_VERDICTS").is_some() {
        fs::write(TABLE, &text).unwrap();
    }
    let known = fs::read_to_string(TABLE).unwrap_or_default();
    let changed: Vec<_> = similar::TextDiff::from_lines(&known, &text)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value()))
        .collect();
    assert!(changed.is_empty(), "read these, then UPDATE_VERDICTS=1:\n{}", changed.concat());
}
