//! Every project of the corpus through the whole run: no panic, and nothing left to do after `init`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::lint::{self, Options, Report};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::rewrite::{self, Rewrite};
use nowcheck::rules::Severity;
use serde_json::Value;
use support::{corpus, rendering};

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
    rendering::every_format(&report, folder);
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
    let Some(folder) = corpus::path("projects") else { return };
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
    let Some(folder) = corpus::path("projects") else { return };
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
