//! The screens of `size`, `engines` and `trace`.

#![allow(clippy::unwrap_used)]

use insta::assert_snapshot;
use nowcheck::bundle::graph::Freed;
use nowcheck::bundle::why::{Place, Step, Why};
use nowcheck::lint::{BundleSource, EngineReport, FunctionReport, LimitReport, PackageReport};
use nowcheck::report::{
    EnginesReport, Format, ReasonReport, SizeReport, Style, TraceReport, render_engines, render_size, render_trace,
};

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
    PackageReport { name: name.into(), bytes, zip_bytes: Some(bytes / 3), files: 12, required_by: vec![] }
}

fn sizes(functions: &[FunctionReport]) -> SizeReport {
    SizeReport { functions: functions.to_vec(), ..SizeReport::default() }
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
        detail: None,
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
    assert_snapshot!(shown(80, |style, out| render_size(Format::Human, &sizes(&[function(), inside.clone()]), style, out).unwrap()), @r#"
    index.js
      builder  @now/node@canary, nodejs10.x
      files    1,204 files traced, 47.0 MB (49,283,072 bytes), zipped 18.0 MB
               (18,874,368 bytes)
      limit    5 MB zipped, the default: 360% used, 13.0 MB over
      engines  debian-openssl-1.0.x
      largest packages, zipped
         14.7 MB   81%  ██████████░░  @generated/photon@2.0.0-preview020
        682.7 KB    3%  ░░░░░░░░░░░░  express@4.17.1
         29.3 KB   <1%  ░░░░░░░░░░░░  small-0@1.0.0
         29.0 KB   <1%  ░░░░░░░░░░░░  small-1@1.0.0
         28.6 KB   <1%  ░░░░░░░░░░░░  small-2@1.0.0
         28.3 KB   <1%  ░░░░░░░░░░░░  small-3@1.0.0
         28.0 KB   <1%  ░░░░░░░░░░░░  small-4@1.0.0
         27.7 KB   <1%  ░░░░░░░░░░░░  small-5@1.0.0
         27.3 KB   <1%  ░░░░░░░░░░░░  small-6@1.0.0
         27.0 KB   <1%  ░░░░░░░░░░░░  small-7@1.0.0
        104.8 KB   <1%  ░░░░░░░░░░░░  4 more packages
      note: The client is generated on the build machine; the engine found here is
            an estimate.

    api/hello.js
      builder  @now/node@canary, nodejs10.x
      files    1,204 files traced, 47.0 MB (49,283,072 bytes)
      limit    250 MB unzipped, of the platform: 19% used
      largest packages
        44.0 MB   93%  ███████████░  @generated/photon@2.0.0-preview020
    "#);
    assert_snapshot!(shown(80, |style, out| render_size(Format::Compact, &sizes(&[function(), inside.clone()]), style, out).unwrap()), @r#"
    index.js: 1,204 files, 47.0 MB, 18.0 MB zipped, limit 5 MB zipped (default)
    api/hello.js: 1,204 files, 47.0 MB, limit 250 MB unzipped (platform)
    "#);
    assert_snapshot!(shown(80, |style, out| render_size(Format::Human, &sizes(&[]), style, out).unwrap()), @r#"
    no function found here: nothing in this folder is built into one
    "#);
}

#[test]
fn engines_are_a_table() {
    let engines = [
        engine("debian-openssl-1.0.x", &[]),
        engine("darwin", &["Built for macOS: no function of this project can run it."]),
    ];
    let engines = EnginesReport { engines: engines.into(), ..EnginesReport::default() };
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
    assert_snapshot!(shown(80, |style, out| render_engines(Format::Human, &EnginesReport::default(), style, out).unwrap()), @r#"
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
}

fn step(file: &str, by: Option<(&str, usize, &'static str, &str)>, bytes: u64) -> Step {
    let place = |(file, line, how, text): (&str, usize, &'static str, &str)| Place {
        file: file.into(),
        line: Some(line),
        column: Some(1),
        how,
        text: text.into(),
    };
    Step {
        file: file.into(),
        kinds: vec!["dependency"],
        by: by.map(place),
        frees: (bytes > 0).then_some(Freed { bytes, files: 2 }),
    }
}

#[test]
fn why_tells_the_line_of_each_import_and_what_hangs_on_it() {
    let mut why = Why {
        file: "b".into(),
        chain: vec![
            step("index.js", None, 0),
            step("lib/db.js", Some(("index.js", 3, "import", "'./lib/db.js'")), 5_000_000),
            step("node_modules/b/x.txt", Some(("lib/db.js", 12, "path", "path.join(__dirname, 'x.txt')")), 0),
        ],
        holds: Freed { bytes: 4_000_000, files: 2 },
        frees: Freed { bytes: 4_500_000, files: 3 },
        references: 4,
        required_by: Vec::new(),
        others: Vec::new(),
    };
    let shown_why =
        |why: &Why| shown(80, |style, out| render_trace(Format::Human, &trace(), Some(why), style, out).unwrap());
    assert_snapshot!(shown_why(&why), @r#"
    index.js
    └─ lib/db.js
       index.js:3 imports './lib/db.js'; without it 4.8 MB (2 files) less
       └─ node_modules/b/x.txt
          lib/db.js:12 names the path path.join(__dirname, 'x.txt')

    b holds 3.8 MB (2 files); without it 4.3 MB (3 files) less
    4 references lead to it; --all shows a chain for each
    "#);
    why.others = vec![vec![step("index.js", None, 0), step("b", Some(("index.js", 1, "require", "'b'")), 0)]];
    assert_snapshot!(shown_why(&why), @r#"
    index.js
    └─ lib/db.js
       index.js:3 imports './lib/db.js'; without it 4.8 MB (2 files) less
       └─ node_modules/b/x.txt
          lib/db.js:12 names the path path.join(__dirname, 'x.txt')

    index.js
    └─ b
       index.js:1 requires 'b'

    b holds 3.8 MB (2 files); without it 4.3 MB (3 files) less
    and 2 more references
    "#);
}
