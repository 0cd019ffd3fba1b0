//! Every project of the corpus through the whole run: no panic, and nothing left to do after `init`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::panic::catch_unwind;

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::lint::{self, Options, Report};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::rewrite::{self, Rewrite};
use nowcheck::rules::Severity;
use serde_json::Value;
use support::{originals, rendering};

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
    let projects = originals::all();
    for project in &projects {
        let kept = Utf8PathBuf::from_path_buf(fs::canonicalize(project).unwrap()).unwrap();
        let report = catch_unwind(|| judged(&kept)).unwrap_or_else(|_| panic!("{kept}: panic"));
        println!("{}: {} findings as kept", kept.file_name().unwrap(), report.findings.len());
        let temporary = tempfile::tempdir().unwrap();
        let whole = Utf8PathBuf::from_path_buf(fs::canonicalize(temporary.path()).unwrap()).unwrap();
        originals::rebuilt(project, whole.as_std_path());
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
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let projects = originals::all();
    for project in &projects {
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(fs::canonicalize(temporary.path()).unwrap()).unwrap();
        originals::rebuilt(project, root.as_std_path());
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
    assert!(projects.is_empty() || counts["written"] >= 10, "{counts:?}");
}
