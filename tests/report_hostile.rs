//! Any text, any span, any width: a picture with a caret, never a panic, a line that is too wide, or a byte that a terminal obeys.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use nowcheck::base::Span;
use nowcheck::document::Part;
use nowcheck::document::{Document, Path};
use nowcheck::lint::{Change, Checked, Report};
use nowcheck::report::{Format, Style, render, render_diff, render_page};
use nowcheck::rules::{Finding, Label, Severity};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

fn shown(findings: Vec<Finding>, width: usize, unicode: bool) -> String {
    let report =
        Report { findings, functions: Vec::new(), checked: Checked { projects: 1, configs: 1 }, ..Report::default() };
    let style = Style { color: false, unicode, width, base: "/srv".into() };
    let mut out = Vec::new();
    render(Format::Human, &report, &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\n"),
        Just("\n"),
        Just("\r"),
        Just("\t"),
        Just("日本"),
        Just("🚀"),
        Just("é"),
        Just("e\u{301}"),
        Just("\u{feff}"),
        Just("\u{1b}[31m"),
        Just("\u{0}"),
        Just("\u{202e}"),
        Just("👩\u{200d}👧"),
        Just("{"),
        Just("\"key\": "),
        Just("   "),
        Just("word"),
        Just("a rather long piece of one line that makes clipping necessary "),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_label_is_shown(
        text in text(),
        spans in proptest::collection::vec((0usize..400, 0usize..60), 1..6),
        width in 0usize..220,
        unicode: bool,
    ) {
        let document = Document::json("/srv/now.json", text.clone());
        let label = |&(start, length): &(usize, usize)| {
            let start = (0..=start.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
            Label::span(&document, Span::new(start, start + length), format!("at{start}"))
        };
        let mut labels = spans.iter().map(label);
        let primary = labels.next().unwrap();
        let words = primary.text.clone();
        let finding = Finding::new("a/b", Severity::Error, primary, "m");
        let finding = labels.fold(finding, |finding, label| finding.related(label));
        let screen = shown(vec![finding], width, unicode);
        prop_assert!(!screen.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{:?}", screen);
        prop_assert!(screen.contains(&words), "{}", screen);
        prop_assert!(screen.contains(if unicode { '·' } else { ':' }), "{}", screen);
        prop_assert!(screen.contains("[now.json:"), "{}", screen);
        for line in screen.lines() {
            prop_assert!(line.width() <= width.max(40), "{} columns of {}: {}", line.width(), width, line);
            prop_assert!(!line.ends_with(' '), "{:?}", line);
        }
    }

    #[test]
    fn diffs_and_pages_take_any_text(old in text(), new in text(), color: bool) {
        let style = Style { color, unicode: true, width: 60, base: "/srv".into() };
        let mut out = Vec::new();
        let change = Change { file: "/srv/now.json".into(), old: Some(old.clone().into()), new: Some(new.clone().into()) };
        render_diff(&change, &style, &mut out).unwrap();
        prop_assert_eq!(out.is_empty(), old == new);
        render_page(&old, &style, &mut out).unwrap();
    }
}

#[test]
fn many_findings_in_one_huge_line_do_not_hang() {
    let mut text = String::from("[");
    for n in 0..300_000 {
        write!(text, "{n},").unwrap();
    }
    text.push_str("0]");
    let document = Document::json("/srv/now.json", text);
    const RULES: [&str; 6] = ["a/a", "a/b", "a/c", "a/d", "a/e", "a/f"];
    let finding = |n: usize| {
        let label = Label::at(&document, &Path::root().index(n * 250), Part::Value, "here");
        Finding::new(RULES[n % 6], Severity::Error, label, "m")
    };
    let findings: Vec<Finding> = (0..1_000).map(finding).collect();
    let screen = shown(findings, 80, true);
    assert!(screen.lines().all(|line| line.width() <= 80));
}
