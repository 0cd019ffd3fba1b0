//! The table of functions under the findings, and the closing line.

#![allow(clippy::unwrap_used)]

use insta::assert_snapshot;
use nowcheck::lint::{
    BundleSource, Checked, EngineReport, FunctionReport, LimitReport, PackageReport, PartReport, Report,
};
use nowcheck::platform::Platform;
use nowcheck::report::{Format, Style, render};

const MB: u64 = 1024 * 1024;

fn shown(report: &Report, width: usize) -> String {
    let style = Style { color: false, unicode: true, width, base: "/srv/app".into() };
    let mut out = Vec::new();
    render(Format::Human, report, &style, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    for line in text.lines() {
        assert!(!line.ends_with(' '), "blanks at the end of {line:?}");
        assert!(line.chars().count() <= width, "too wide: {line}");
    }
    text
}

#[test]
fn nothing_wrong_and_nothing_found() {
    let mut clean = Report { checked: Checked { projects: 1, configs: 1 }, ..Report::default() };
    clean.functions = functions();
    clean.functions.truncate(1);
    assert_snapshot!(shown(&clean, 80), @r#"
    functions    files     size   zipped  limit
      index.js   1,204  61.3 MB  18.0 MB  ██████░░  72% of 25 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x

    ✓ nothing wrong in 1 project, 1 config file and 1 function
    "#);
    assert_snapshot!(shown(&Report::default(), 80), @r#"
    nothing to check: no now.json, vercel.json or package.json was found here. Run
    nowcheck in the folder of a project, or name that folder: nowcheck check PATH
    "#);
}

fn engine(target: &str) -> EngineReport {
    EngineReport {
        file: format!("query-engine-{target}"),
        kind: "binary",
        target: Some(target.into()),
        prisma: Some("2.0.0-preview020".into()),
        format: "elf",
        arch: Some("x86_64".into()),
        libc: Some("glibc"),
        openssl: Some("1.0.x".into()),
        bytes: 40 * MB,
        needed_by: vec!["index.js".into()],
        problems: vec![],
    }
}

fn package(name: &str, bytes: u64) -> PackageReport {
    PackageReport { name: name.into(), bytes, zip_bytes: Some(bytes / 3), files: 12, required_by: vec![] }
}

fn function(name: &str, zip: Option<u64>, limit: u64) -> FunctionReport {
    FunctionReport {
        list: Vec::new(),
        name: name.into(),
        entrypoint: name.into(),
        builder: "@now/node@canary".into(),
        runtime: Some("nodejs10.x".into()),
        source: BundleSource::Trace,
        built: None,
        files: 1_204,
        bytes: 61 * MB + 300_000,
        zip_bytes: zip,
        limit: Some(LimitReport { bytes: limit, measures: "zip", from: "config" }),
        largest: vec![
            package("@generated/photon@2.0.0-preview020", 44 * MB),
            package("express@4.17.1", 2 * MB),
            package("(project)", 20_000),
            package("qs@6.7.0", 9_000),
        ],
        detail: None,
        engines: vec![engine("debian-openssl-1.0.x")],
        project: "/srv/app".into(),
        notes: vec![],
        reasons: vec![],
    }
}

fn functions() -> Vec<FunctionReport> {
    let mut plain = function("api/hello.js", None, 250 * MB);
    plain.engines.clear();
    plain.limit = Some(LimitReport { bytes: 250 * MB, measures: "unzipped", from: "platform" });
    let mut near = function("api/a/very/long/name/of/a/function/[id].js", Some(24 * MB), 25 * MB);
    near.notes.push("The client is generated on the build machine; the engine here is an estimate.".into());
    let mut other = function("api/hidden.js", None, 250 * MB);
    other.limit = Some(LimitReport { bytes: 250 * MB, measures: "zip", from: "config" });
    vec![
        function("index.js", Some(18 * MB), 25 * MB),
        plain,
        near,
        function("api/big.js", Some(31 * MB), 5 * MB),
        other,
    ]
}

#[test]
fn functions_are_a_table() {
    let report = Report {
        findings: vec![],
        functions: functions(),
        checked: Checked { projects: 1, configs: 1 },
        ..Report::default()
    };
    let text = shown(&report, 80);
    assert_snapshot!(text, @r#"
    functions                       files     size   zipped  limit
      index.js                      1,204  61.3 MB  18.0 MB  ██████░░  72% of 25 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
      api/hello.js                  1,204  61.3 MB        -  ██░░░░░░  25% of 250 MB
        @now/node@canary, nodejs10.x
      api/a/very/long/name/of/a/function/[id].js
                                    1,204  61.3 MB  24.0 MB  ███████░  96% of 25 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
           14.7 MB zipped  @generated/photon@2.0.0-preview020
          682.7 KB zipped  express@4.17.1
            6.5 KB zipped  (project)
      api/big.js                    1,204  61.3 MB  31.0 MB  ████████ 620% of 5 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
           14.7 MB zipped  @generated/photon@2.0.0-preview020
          682.7 KB zipped  express@4.17.1
            6.5 KB zipped  (project)
      api/hidden.js                 1,204  61.3 MB        -           under 250 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
      note: The client is generated on the build machine; the engine here is an
            estimate. (api/a/very/long/name/of/a/function/[id].js)

    ✓ nothing wrong in 1 project, 1 config file and 5 functions
    "#);
    assert_snapshot!(shown(&report, 200), @r#"
    functions                                     files     size   zipped  limit
      index.js                                    1,204  61.3 MB  18.0 MB  ██████░░  72% of 25 MB   @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
      api/hello.js                                1,204  61.3 MB        -  ██░░░░░░  25% of 250 MB  @now/node@canary, nodejs10.x
      api/a/very/long/name/of/a/function/[id].js  1,204  61.3 MB  24.0 MB  ███████░  96% of 25 MB   @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
           14.7 MB zipped  @generated/photon@2.0.0-preview020
          682.7 KB zipped  express@4.17.1
            6.5 KB zipped  (project)
      api/big.js                                  1,204  61.3 MB  31.0 MB  ████████ 620% of 5 MB    @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
           14.7 MB zipped  @generated/photon@2.0.0-preview020
          682.7 KB zipped  express@4.17.1
            6.5 KB zipped  (project)
      api/hidden.js                               1,204  61.3 MB        -           under 250 MB    @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
      note: The client is generated on the build machine; the engine here is an estimate. (api/a/very/long/name/of/a/function/[id].js)

    ✓ nothing wrong in 1 project, 1 config file and 5 functions
    "#);
}

#[test]
fn what_is_deployed_beside_functions_has_a_line_each() {
    let part = |kind, builder: &str, src: &str| PartReport {
        project: "/srv/app".into(),
        builder: builder.into(),
        src: src.into(),
        kind,
    };
    let mut detected = vec![
        part("function", "@now/node@canary", "index.js"),
        part("middleware", "@vercel/node", "middleware.ts"),
        part("frontend", "@vercel/python", "<detect>"),
        part("static", "@vercel/static", "!{api/**,package.json}"),
        part("function", "@vercel/go", "api/a\u{7}.go"),
    ];
    let report =
        |detected| Report { functions: functions().into_iter().take(1).collect(), detected, ..Report::default() };
    let text = shown(&report(detected.clone()), 80);
    assert_snapshot!(text, @r#"
    functions    files     size   zipped  limit
      index.js   1,204  61.3 MB  18.0 MB  ██████░░  72% of 25 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x

    also deployed
      middleware  @vercel/node    middleware.ts
      frontend    @vercel/python  the file that the builder finds
      static      @vercel/static  all other files
      function    @vercel/go      api/a�.go

    nothing to check: no now.json, vercel.json or package.json was found here. Run
    nowcheck in the folder of a project, or name that folder: nowcheck check PATH
    "#);
    detected.truncate(1);
    assert!(!shown(&report(detected.clone()), 80).contains("deployed"));
    let mut many = detected;
    many.extend((0..30).map(|at| part("static", "@now/static", &format!("{at}.html"))));
    assert!(shown(&report(many), 80).contains("19.html\n  and 10 more\n"));
}

#[test]
fn functions_of_several_projects_stand_under_their_folder() {
    let mut all = functions();
    all.truncate(2);
    all[1].project = "/srv/app/packages/web".into();
    let report =
        Report { findings: vec![], functions: all, checked: Checked { projects: 2, configs: 2 }, ..Report::default() };
    assert_snapshot!(shown(&report, 120), @r#"
    functions       files     size   zipped  limit
    .
      index.js      1,204  61.3 MB  18.0 MB  ██████░░  72% of 25 MB
        @now/node@canary, nodejs10.x, engine debian-openssl-1.0.x
    packages/web
      api/hello.js  1,204  61.3 MB        -  ██░░░░░░  25% of 250 MB
        @now/node@canary, nodejs10.x

    ✓ nothing wrong in 2 projects, 2 config files and 2 functions
    "#);
}

#[test]
fn a_narrow_terminal_has_a_block_for_each_function() {
    let mut report = Report { checked: Checked { projects: 1, configs: 1 }, ..Report::default() };
    report.functions = vec![function("api/a-name-of-some-length/users.js", Some(18 * MB), 25 * MB)];
    report.detected = vec![PartReport {
        project: "/srv/app".into(),
        builder: "@vercel/python".into(),
        src: "api/report.py".into(),
        kind: "function",
    }];
    report.barely = Some(Platform::Lambda);
    let text = shown(&report, 40);
    for line in [
        "functions\n  api/a-name-of-some-length/users.js\n    1,204 files, ",
        "not measured\n  api/report.py, @vercel/python",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("whether a deploy works"), "{text}");
}
