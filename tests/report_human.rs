//! Screens as people see them, without colour unless a test says so.

#![allow(clippy::unwrap_used)]

use insta::assert_snapshot;
use nowcheck::base::Span;
use nowcheck::document::{Applicability, Document, Edit, Fix, Part, Path};
use nowcheck::lint::{Checked, Report};
use nowcheck::report::{Format, Style, render};
use nowcheck::rules::{Finding, Label, Severity};

fn style(width: usize) -> Style {
    Style { color: false, unicode: true, width, base: "/srv/app".into() }
}

fn shown_with(report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    render(Format::Human, report, style, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    for line in text.lines() {
        assert!(!line.ends_with(' '), "blanks at the end of {line:?}");
    }
    text
}

fn shown(report: &Report, width: usize) -> String {
    shown_with(report, &style(width))
}

fn report(findings: Vec<Finding>) -> Report {
    Report { findings, functions: Vec::new(), checked: Checked { projects: 1, configs: 1 }, ..Report::default() }
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

const CONFIG: &str = r#"{
  "version": 2,
  "builds": [
    { "src": "index.js", "use": "@now/node", "config": { "maxLambdaSize": "25m" } }
  ]
}
"#;

fn config_error() -> Finding {
    let document = Document::json("/srv/app/api/now.json", CONFIG);
    let path = Path::keys(["builds"]).index(0).key("config").key("maxLambdaSize");
    let span = document.span(&path, Part::Value);
    let primary = Label::at(&document, &path, Part::Value, "read as 25 bytes");
    let message = "The builder reads \"25m\" as 25 bytes: it knows the units kb, mb, gb, tb and pb, and drops any other. Every bundle is over that limit.";
    Finding::new("size/max-lambda-size-invalid", Severity::Error, primary, message)
        .related(Label::at(&document, &Path::keys(["builds"]).index(0).key("use"), Part::Value, "this builder"))
        .related(Label::file("/srv/app/generated/photon/runtime/query-engine-debian-openssl-1.1.x".into()))
        .help("Write the unit that the builder knows: \"25mb\". A limit of 30mb would leave headroom for the engine, which takes 18.2 MB of the bundle's 24.1 MB.")
        .fix(Fix {
            title: "Set maxLambdaSize to \"25mb\"".into(),
            applicability: Applicability::Safe,
            edits: vec![Edit { file: "/srv/app/api/now.json".into(), span, text: "\"25mb\"".into() }],
        })
        .fix(Fix { title: "Set maxLambdaSize to \"50mb\"".into(), applicability: Applicability::Unsafe, edits: vec![] })
        .fix(Fix { title: "Drop what the function does not need".into(), applicability: Applicability::Display, edits: vec![] })
}

#[test]
fn a_config_error_at_80_columns() {
    let text = shown(&report(vec![config_error()]), 80);
    assert!(widest(&text) <= 80);
    assert_snapshot!(text, @r#"
      × error[size/max-lambda-size-invalid]: The builder reads "25m" as 25 bytes: it
      │ knows the units kb, mb, gb, tb and pb, and drops any other. Every bundle is
      │ over that limit.
       ╭─[api/now.json:4:75]
     3 │   "builds": [
     4 │ …", "use": "@now/node", "config": { "maxLambdaSize": "25m" } }
       ·            ─────┬─────                               ──┬──
       ·                 │                                      ╰── read as 25 bytes
       ·                 ╰── this builder
     5 │   ]
       ╰────
      see: generated/photon/runtime/query-engine-debian-openssl-1.1.x
      help: Write the unit that the builder knows: "25mb". A limit of 30mb would
            leave headroom for the engine, which takes 18.2 MB of the bundle's 24.1
            MB.
      fix available: Set maxLambdaSize to "25mb" (run `nowcheck fix`)
      fix available: Set maxLambdaSize to "50mb" (changes what is deployed; run
                     `nowcheck fix --unsafe`)
      hint: Drop what the function does not need

    1 error (1 fixable with `nowcheck fix`) in 1 project
    "#);
}

#[test]
fn a_config_error_at_200_columns() {
    assert_snapshot!(shown(&report(vec![config_error()]), 200), @r#"
      × error[size/max-lambda-size-invalid]: The builder reads "25m" as 25 bytes: it knows the units kb, mb, gb, tb and pb, and drops any other. Every bundle is over that limit.
       ╭─[api/now.json:4:75]
     3 │   "builds": [
     4 │     { "src": "index.js", "use": "@now/node", "config": { "maxLambdaSize": "25m" } }
       ·                                 ─────┬─────                               ──┬──
       ·                                      │                                      ╰── read as 25 bytes
       ·                                      ╰── this builder
     5 │   ]
       ╰────
      see: generated/photon/runtime/query-engine-debian-openssl-1.1.x
      help: Write the unit that the builder knows: "25mb". A limit of 30mb would leave headroom for the engine, which takes 18.2 MB of the bundle's 24.1 MB.
      fix available: Set maxLambdaSize to "25mb" (run `nowcheck fix`)
      fix available: Set maxLambdaSize to "50mb" (changes what is deployed; run `nowcheck fix --unsafe`)
      hint: Drop what the function does not need

    1 error (1 fixable with `nowcheck fix`) in 1 project
    "#);
}

#[test]
fn a_config_error_in_ascii() {
    let style = Style { unicode: false, ..style(80) };
    let text = shown_with(&report(vec![config_error()]), &style);
    assert!(text.is_ascii());
    assert_snapshot!(text, @r#"
      x error[size/max-lambda-size-invalid]: The builder reads "25m" as 25 bytes: it
      | knows the units kb, mb, gb, tb and pb, and drops any other. Every bundle is
      | over that limit.
       ,-[api/now.json:4:75]
     3 |   "builds": [
     4 | ... "use": "@now/node", "config": { "maxLambdaSize": "25m" } }
       :            ^^^^^|^^^^^                               ^^|^^
       :                 |                                      `-- read as 25 bytes
       :                 `-- this builder
     5 |   ]
       `----
      see: generated/photon/runtime/query-engine-debian-openssl-1.1.x
      help: Write the unit that the builder knows: "25mb". A limit of 30mb would
            leave headroom for the engine, which takes 18.2 MB of the bundle's 24.1
            MB.
      fix available: Set maxLambdaSize to "25mb" (run `nowcheck fix`)
      fix available: Set maxLambdaSize to "50mb" (changes what is deployed; run
                     `nowcheck fix --unsafe`)
      hint: Drop what the function does not need

    1 error (1 fixable with `nowcheck fix`) in 1 project
    "#);
}

#[test]
fn colours_come_only_when_asked_for() {
    let text = shown_with(&report(vec![config_error()]), &Style { color: true, ..style(80) });
    assert!(text.contains("\u{1b}[1m\u{1b}[31merror[size/max-lambda-size-invalid]\u{1b}[0m"), "{text:?}");
    assert!(!text.contains("\u{1b}]8"), "no links");
    assert!(!shown(&report(vec![config_error()]), 80).contains('\u{1b}'));
}

#[test]
fn carets_stand_under_wide_characters_tabs_and_crlf() {
    let text = "{\r\n\t\"name\":\t\"日本語 🚀 é\", \"nmae\": 1,\r\n\t\"b\": 2\r\n}\r\n";
    let document = Document::json("/srv/app/now.json", text);
    let label = Label::at(&document, &Path::keys(["nmae"]), Part::Key, "not a known key");
    let finding = Finding::new("config/unknown-key", Severity::Error, label, "now.json has no key \"nmae\".");
    assert_snapshot!(shown(&report(vec![finding]), 80), @r#"
      × error[config/unknown-key]: now.json has no key "nmae".
       ╭─[now.json:2:21]
     1 │ {
     2 │     "name":    "日本語 🚀 é", "nmae": 1,
       ·                               ───┬──
       ·                                  ╰── not a known key
     3 │     "b": 2
       ╰────

    1 error in 1 project
    "#);
}

fn minified() -> String {
    let routes: Vec<String> =
        (0..100).map(|n| format!(r#"{{"src":"/page-{n}/(.*)","dest":"/api/page{n}.js"}}"#)).collect();
    format!(r#"{{"version":2,"routes":[{}],"nmae":"日本"}}"#, routes.join(","))
}

#[test]
fn a_minified_file_is_clipped_round_the_label() {
    let text = minified();
    assert!(text.len() > 4_500);
    let document = Document::json("/srv/app/now.json", text);
    let middle = Path::keys(["routes"]).index(50).key("dest");
    let finding = |path: &Path, part, words| {
        let label = Label::at(&document, path, part, words);
        Finding::new("build/src-matches-nothing", Severity::Warning, label, "No file answers this route.")
    };
    let related = Label::at(&document, &Path::keys(["version"]), Part::Value, "the version");
    let findings = vec![
        finding(&Path::keys(["version"]), Part::Key, "first"),
        finding(&middle, Part::Value, "no such file").related(related),
        finding(&Path::keys(["nmae"]), Part::Value, "last, with words that are rather long for the place"),
    ];
    let text = shown(&report(findings.clone()), 80);
    assert!(widest(&text) <= 80, "{text}");
    assert_snapshot!(text, @r#"
      ⚠ warning[build/src-matches-nothing]: No file answers this route.
       ╭─[now.json:1:2]
     1 │ {"version":2,"routes":[{"src":"/page-0/(.*)","dest":"/api/page0.js"},{"sr…
       ·  ────┬────
       ·      ╰── first
       ╰────

      ⚠ warning[build/src-matches-nothing]: No file answers this route.
       ╭─[now.json:1:2434]
     1 │ …ge-50/(.*)","dest":"/api/page50.js"},{"src":"/page-51/(.*)","dest":"/api/…
       ·                     ────────┬───────
       ·                             ╰── no such file
       ╰────
      see: now.json:1:12 the version

      ⚠ warning[build/src-matches-nothing]: No file answers this route.
       ╭─[now.json:1:4812]
     1 │ …-99/(.*)","dest":"/api/page99.js"}],"nmae":"日本"}
       ·                                             ───┬──
       ·                                                ╰─┤ last, with words that
       ·                                                  │ are rather long for
       ·                                                  │ the place
       ╰────

    3 warnings in 1 project
    "#);
    let wide = shown(&report(findings), 200);
    assert!(widest(&wide) <= 200);
    let source = wide.lines().filter(|line| line.starts_with(" 1 │")).map(|line| line.chars().count());
    assert!(source.clone().count() == 3 && source.max() <= Some(125), "{wide}");
}

#[test]
fn a_label_at_the_end_of_the_file_has_a_caret() {
    let findings = ["{\n  \"a\": [1\n", "{\"a\": [1", ""].map(|text| {
        let document = Document::json("/srv/app/now.json", text);
        let label = Label::span(&document, Span::at(text.len()), "the text ends here");
        Finding::new("config/syntax", Severity::Error, label, "The file ends too early.")
    });
    assert_snapshot!(shown(&report(findings.to_vec()), 80), @r#"
      × error[config/syntax]: The file ends too early.
       ╭─[now.json:3:1]
     2 │   "a": [1
     3 │
       · ▲
       · ╰── the text ends here
       ╰────

      × error[config/syntax]: The file ends too early.
       ╭─[now.json:1:9]
     1 │ {"a": [1
       ·         ▲
       ·         ╰── the text ends here
       ╰────

      × error[config/syntax]: The file ends too early.
       ╭─[now.json:1:1]
     1 │
       · ▲
       · ╰── the text ends here
       ╰────

    3 errors in 1 project
    "#);
}

#[test]
fn a_byte_order_mark_is_pointed_at_and_moves_no_caret() {
    let text = "\u{feff}{\"nmae\": 1}\n";
    let document = Document::json("/srv/app/now.json", text);
    let mark = Label::span(&document, Span::new(0, 3), "byte order mark");
    let key = Label::at(&document, &Path::keys(["nmae"]), Part::Key, "");
    let findings = vec![
        Finding::new(
            "config/syntax",
            Severity::Error,
            mark,
            "The file starts with a byte order mark, which JSON.parse refuses.",
        ),
        Finding::new("config/unknown-key", Severity::Error, key, "now.json has no key \"nmae\"."),
    ];
    assert_snapshot!(shown(&report(findings), 80), @r#"
      × error[config/syntax]: The file starts with a byte order mark, which
      │ JSON.parse refuses.
       ╭─[now.json:1:1]
     1 │ {"nmae": 1}
       · ▲
       · ╰── byte order mark
       ╰────

      × error[config/unknown-key]: now.json has no key "nmae".
       ╭─[now.json:1:2]
     1 │ {"nmae": 1}
       ·  ──────
       ╰────

    2 errors in 1 project
    "#);
}

#[test]
fn an_engine_file_is_named_without_a_snippet() {
    let file = "/srv/app/generated/photon/runtime/query-engine-darwin";
    let finding = Finding::new(
        "engine/wrong-target",
        Severity::Error,
        Label::file(file.into()),
        "The engine is built for macOS; the function runs on Linux (x86_64, OpenSSL 1.0).",
    )
    .help("Add \"debian-openssl-1.0.x\"\nand generate again.");
    assert_snapshot!(shown(&report(vec![finding]), 80), @r#"
      × error[engine/wrong-target]: The engine is built for macOS; the function runs
      │ on Linux (x86_64, OpenSSL 1.0).
       ╰─[generated/photon/runtime/query-engine-darwin]
      help: Add "debian-openssl-1.0.x"
            and generate again.

    1 error in 1 project
    "#);
}

#[test]
fn spans_that_do_not_fit_the_text_still_give_a_picture() {
    let document = Document::json("/srv/app/now.json", "{\"é\": 1}\r\n\r\n");
    for (start, end) in [(0, 999), (999, 2_000), (3, 3), (9, 10), (10, 11), (12, 12), (13, 14)] {
        let mut label = Label::span(&document, Span::at(0), "here");
        label.span = Span::new(start, end);
        let finding = Finding::new("config/syntax", Severity::Info, label.clone(), "x").related(label);
        let text = shown(&report(vec![finding]), 80);
        assert!(text.contains("here"), "{start}..{end}: {text}");
        assert!(text.contains('▲') || text.contains('┬'), "{start}..{end}: {text}");
    }
}

#[test]
fn a_label_over_many_lines_is_shown_by_its_first() {
    let document = Document::json("/srv/app/now.json", CONFIG);
    let label = Label::at(&document, &Path::keys(["builds"]), Part::Value, "these");
    let finding =
        Finding::new("config/schema", Severity::Warning, label, "\"builds\" and \"functions\" exclude each other.");
    assert_snapshot!(shown(&report(vec![finding]), 80), @r#"
      ⚠ warning[config/schema]: "builds" and "functions" exclude each other.
       ╭─[now.json:3:13]
     2 │   "version": 2,
     3 │   "builds": [
       ·             ┬
       ·             ╰── these
     4 │     { "src": "index.js", "use": "@now/node", "config": { "maxLambdaSize":…
       ╰────

    1 warning in 1 project
    "#);
}

#[test]
fn what_a_terminal_would_obey_never_reaches_it() {
    let document = Document::json("/srv/app/\u{1b}[2Jnow.json", "{\"\u{1b}[31m\": \"\u{202e}\"}");
    let label = Label::span(&document, Span::new(1, 8), "\u{7}key");
    let finding =
        Finding::new("config/unknown-key", Severity::Error, label, "no key \"\u{1b}[31m\"").help("drop \u{9b}it");
    let text = shown(&report(vec![finding]), 80);
    assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text:?}");
}

#[test]
fn a_thousand_findings_stay_readable() {
    let text = format!("[\n{}0]\n", "  \"x\",\n".repeat(1_000));
    let document = Document::json("/srv/app/now.json", text);
    let finding = |index| {
        let label = Label::at(&document, &Path::root().index(index), Part::Value, "");
        Finding::new("config/schema", Severity::Error, label, format!("Item {index} must be an object."))
            .help("Write an object.")
    };
    let text = shown(&report((0..1_000).map(finding).collect()), 80);
    let lines = text.lines().count();
    assert!((1_000..1_100).contains(&lines), "{lines}");
    assert!(text.contains("995 more config/schema in now.json:\n  7:3     Item 5 must be an object.\n"), "{text}");
    assert!(text.ends_with("1,000 errors in 1 project\n"));
}
