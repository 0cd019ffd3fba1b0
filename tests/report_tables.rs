//! The screens of `size`, `engines` and `trace`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use insta::assert_snapshot;
use nowcheck::lint::{BundleSource, EngineReport, FunctionReport, LimitReport, PackageReport};
use nowcheck::report::{Format, ReasonReport, Style, TraceReport, render_engines, render_size, render_trace};

const MB: u64 = 1024 * 1024;

fn shown(width: usize, write: impl Fn(&Style, &mut Vec<u8>)) -> String {
    let style = Style { color: false, unicode: true, width, base: "/srv/app".into() };
    let mut out = Vec::new();
    write(&style, &mut out);
    let text = String::from_utf8(out).unwrap();
    for line in text.lines() {
        assert!(!line.ends_with(' '), "blanks at the end of {line:?}");
        assert!(line.chars().count() <= width, "too wide: {line}");
    }
    text
}

fn engine(target: &str, problems: &[&str]) -> EngineReport {
    EngineReport {
        file: format!("generated/photon/runtime/query-engine-{target}"),
        kind: "binary",
        target: Some(target.into()),
        prisma: Some("2.0.0-preview020".into()),
        format: if target == "darwin" { "macho" } else { "elf" },
        arch: Some("x86_64".into()),
        libc: (target != "darwin").then_some("glibc"),
        openssl: (target != "darwin").then(|| "1.0.x".into()),
        bytes: 40 * MB,
        needed_by: if target == "darwin" { vec![] } else { vec!["index.js".into(), "api/users.js".into()] },
        problems: problems.iter().map(|problem| (*problem).to_owned()).collect(),
    }
}

fn package(name: &str, bytes: u64) -> PackageReport {
    PackageReport { name: name.into(), bytes, zip_bytes: Some(bytes / 3), files: 12 }
}

fn function() -> FunctionReport {
    let mut largest = vec![package("@generated/photon@2.0.0-preview020", 44 * MB), package("express@4.17.1", 2 * MB)];
    largest.extend((0..12).map(|n| package(&format!("small-{n}@1.0.0"), 90_000 - n * 1_000)));
    FunctionReport {
        list: Vec::new(),
        name: "index.js".into(),
        entrypoint: "index.js".into(),
        builder: "@now/node@canary".into(),
        runtime: Some("nodejs10.x".into()),
        source: BundleSource::Trace,
        built: None,
        files: 1_204,
        bytes: 47 * MB,
        zip_bytes: Some(18 * MB),
        limit: Some(LimitReport { bytes: 5 * MB, measures: "zip", from: "default" }),
        largest,
        engines: vec![engine("debian-openssl-1.0.x", &[])],
        project: "/srv/app".into(),
        notes: vec!["The client is generated on the build machine; the engine found here is an estimate.".into()],
        reasons: vec![],
    }
}

#[test]
fn size_says_what_takes_the_room() {
    let mut inside = function();
    inside.name = "api/hello.js".into();
    inside.limit = Some(LimitReport { bytes: 250 * MB, measures: "unzipped", from: "platform" });
    inside.zip_bytes = None;
    inside.engines.clear();
    inside.largest.truncate(1);
    inside.notes.clear();
    assert_snapshot!(shown(80, |style, out| render_size(Format::Human, &[function(), inside.clone()], style, out).unwrap()), @r#"
    index.js
      builder  @now/node@canary, nodejs10.x
      files    1,204 files traced, 47.0 MB (49,283,072 bytes), zipped 18.0 MB
               (18,874,368 bytes)
      limit    5 MB zipped, the default: 360% used, 13.0 MB over
      engines  debian-openssl-1.0.x
      largest packages, zipped
         14.7 MB   81%  ████████████████░░░░  @generated/photon@2.0.0-preview020
        682.7 KB    3%  █░░░░░░░░░░░░░░░░░░░  express@4.17.1
         29.3 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-0@1.0.0
         29.0 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-1@1.0.0
         28.6 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-2@1.0.0
         28.3 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-3@1.0.0
         28.0 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-4@1.0.0
         27.7 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-5@1.0.0
         27.3 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-6@1.0.0
         27.0 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  small-7@1.0.0
        104.8 KB   <1%  ░░░░░░░░░░░░░░░░░░░░  4 more packages
      note: The client is generated on the build machine; the engine found here is
            an estimate.

    api/hello.js
      builder  @now/node@canary, nodejs10.x
      files    1,204 files traced, 47.0 MB (49,283,072 bytes)
      limit    250 MB unzipped, of the platform: 19% used
      largest packages
        44.0 MB   93%  ███████████████████░  @generated/photon@2.0.0-preview020
    "#);
    assert_snapshot!(shown(80, |style, out| render_size(Format::Compact, &[function(), inside.clone()], style, out).unwrap()), @r#"
    index.js: 1,204 files, 47.0 MB, 18.0 MB zipped, limit 5 MB zipped (default)
    api/hello.js: 1,204 files, 47.0 MB, limit 250 MB unzipped (platform)
    "#);
    assert_snapshot!(shown(80, |style, out| render_size(Format::Human, &[], style, out).unwrap()), @r#"
    no function found here: nothing in this folder is built into one
    "#);
}

#[test]
fn engines_are_a_table() {
    let engines = [
        engine("debian-openssl-1.0.x", &[]),
        engine("darwin", &["Built for macOS: no function of this project can run it."]),
    ];
    assert_snapshot!(shown(100, |style, out| render_engines(Format::Human, &engines, style, out).unwrap()), @r#"
    target                kind    built for                       prisma               size
    debian-openssl-1.0.x  binary  elf x86_64 glibc openssl 1.0.x  2.0.0-preview020  40.0 MB
      generated/photon/runtime/query-engine-debian-openssl-1.0.x
      needed by index.js, api/users.js
    darwin                binary  macho x86_64                    2.0.0-preview020  40.0 MB
      generated/photon/runtime/query-engine-darwin
      problem: Built for macOS: no function of this project can run it.

    2 engine files, 1 with problems
    "#);
    assert_snapshot!(shown(80, |style, out| render_engines(Format::Human, &engines, style, out).unwrap()), @r#"
    target                kind    built for                          size
    debian-openssl-1.0.x  binary  elf x86_64 glibc openssl 1.0.x  40.0 MB
      generated/photon/runtime/query-engine-debian-openssl-1.0.x (Prisma
      2.0.0-preview020)
      needed by index.js, api/users.js
    darwin                binary  macho x86_64                    40.0 MB
      generated/photon/runtime/query-engine-darwin (Prisma 2.0.0-preview020)
      problem: Built for macOS: no function of this project can run it.

    2 engine files, 1 with problems
    "#);
    assert_snapshot!(shown(200, |style, out| render_engines(Format::Compact, &engines, style, out).unwrap()), @r#"
    generated/photon/runtime/query-engine-debian-openssl-1.0.x: binary debian-openssl-1.0.x elf x86_64 glibc 40.0 MB
    generated/photon/runtime/query-engine-darwin: binary darwin macho x86_64 40.0 MB; Built for macOS: no function of this project can run it.
    "#);
    assert_snapshot!(shown(80, |style, out| render_engines(Format::Human, &[], style, out).unwrap()), @r#"
    no engine file found here: the client was not generated, or needs none
    "#);
}

fn trace() -> TraceReport {
    let files = ["index.js", "lib/db.js", "node_modules/a/index.js", "node_modules/b/index.js"];
    let parents: [&[&str]; 4] =
        [&[], &["index.js", "node_modules/a/index.js"], &["lib/db.js"], &["node_modules/a/index.js"]];
    let reason = |index: usize| ReasonReport {
        kinds: vec![if index == 0 { "initial" } else { "dependency" }.into()],
        parents: parents[index].iter().map(|parent| (*parent).to_owned()).collect(),
    };
    TraceReport {
        base: "/srv/app".into(),
        files: files.map(str::to_owned).to_vec(),
        reasons: files.iter().enumerate().map(|(index, file)| ((*file).to_owned(), reason(index))).collect(),
        warnings: vec!["lib/db.js:3:9: require(name) cannot be followed".into()],
    }
}

#[test]
fn trace_lists_files_and_reasons() {
    assert_snapshot!(shown(80, |style, out| render_trace(Format::Human, &trace(), None, style, out).unwrap()), @r#"
    index.js
    lib/db.js
    node_modules/a/index.js
    node_modules/b/index.js

    4 files, relative to /srv/app
    warning: lib/db.js:3:9: require(name) cannot be followed
    "#);
    let why =
        |file: &str| shown(80, |style, out| render_trace(Format::Human, &trace(), Some(file), style, out).unwrap());
    assert_snapshot!(why("node_modules/b/index.js"), @r#"
    index.js  (entry)
    └─ lib/db.js  (dependency)
       └─ node_modules/a/index.js  (dependency)
          └─ node_modules/b/index.js  (dependency)
    "#);
    assert_snapshot!(why("index.js"), @r#"
    index.js  (entry)
    "#);
    assert_snapshot!(why("nope.js"), @r#"
    nope.js is not in the trace
    "#);
}

#[test]
fn a_circle_of_reasons_ends() {
    let reason = |parent: &str| ReasonReport { kinds: vec!["dependency".into()], parents: vec![parent.into()] };
    let trace = TraceReport {
        reasons: BTreeMap::from([("a.js".into(), reason("b.js")), ("b.js".into(), reason("a.js"))]),
        ..TraceReport::default()
    };
    assert_eq!(trace.chain("a.js").map(|chain| chain.len()), Some(1));
}
