//! Any text is read with true places, and any edit changes what it names and nothing else.

#![allow(clippy::unwrap_used)]

mod support;

use nowcheck::base::fs::MemoryFs;
use nowcheck::base::{LineIndex, Span};
use nowcheck::document::edit::apply_checked;
use nowcheck::document::json::ProblemKind;
use nowcheck::document::{Applicability, Document, Edit, Path, Segment, insert};
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::report::{Format, Style, render};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use support::looks::{look, written};

/// Pieces that make texts that are nearly JSON.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec!["{", "}", "[", "]", ",", ":", "{}", "[]", " ", "\n", "\r\n"]),
        6 => prop::sample::select(vec!["\"a\"", "\"\"", "\"b\":", "\"é\": ", "null", "true", "false", "0", "-1.5e3", "1E+2", "{\"a\":1}"]),
        2 => prop::sample::select(vec![
            "\"", "'", "'a'", "\\", "\\u", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u00e9\\/\"", "\"\\x\"", "\"\\u12\"",
            "\"a\tb\"", "\"a\nb\"", "\"\u{7f}\"", "01", "+1", ".5", "1.", "1e", "-", "--1", "1e400", "-0", "0x1f", "1e-400", "NaN",
            "Infinity", "tru", "key", "//c\n", "/*c*/", "/", "\u{feff}", "\u{a0}", "\u{b}", "\t", "\u{0}", "🚀", "12345678901234567890",
        ]),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Valid JSON that was damaged in one place, or not at all.
fn damaged() -> impl Strategy<Value = String> {
    (
        document(),
        any::<prop::sample::Index>(),
        prop_oneof![Just(""), Just(","), Just("\""), Just("}"), Just("x"), Just("\\")],
    )
        .prop_map(|((text, _), at, piece)| {
            let at = (0..=at.index(text.len() + 1)).rev().find(|&at| text.is_char_boundary(at)).unwrap();
            format!("{}{piece}{}", &text[..at], &text[at..])
        })
}

fn check_reading(text: &str) -> Result<(), TestCaseError> {
    let document = Document::json("/p/now.json", text);
    // Where `serde_json` builds no value, it asks for the grammar alone, as `JSON.parse` does: lone surrogates and exponents of any size pass.
    let witness = serde_json::from_str::<serde::de::IgnoredAny>(text);
    prop_assert_eq!(document.problems().is_empty(), witness.is_ok(), "{:?} {:?}", document.problems(), witness);
    for problem in document.problems() {
        prop_assert!(
            problem.span.start <= problem.span.end && text.get(problem.span.start..problem.span.end).is_some(),
            "{:?}",
            problem
        );
    }
    for node in document.tree().nodes() {
        let slice = text.get(node.span().start..node.span().end);
        prop_assert!(slice.is_some(), "{:?}", node.span());
        if document.problems().is_empty() {
            let alone = Document::json("/p/now.json", slice.unwrap());
            prop_assert_eq!(alone.problems(), []);
            let of = |document: &Document| document.tree().to_json(document.text(), 1000);
            let root = alone.root().unwrap();
            prop_assert_eq!(root.span(), Span::new(0, slice.unwrap().len()));
            prop_assert_eq!(root.kind(), node.kind());
            prop_assert!(node.is_container() || root.value() == node.value());
            prop_assert!(of(&alone).is_some());
        }
        for (member, value) in node.members() {
            let key = text.get(member.key_span.start..member.key_span.end).unwrap();
            prop_assert!(member.key_span.end <= value.span().start);
            if document.problems().is_empty() {
                let alone = Document::json("k", key);
                prop_assert_eq!(alone.root().unwrap().as_str(), Some(&*member.key));
            }
        }
    }
    Ok(())
}

/// The lines and columns of a text, counted from its start.
fn naive_position(text: &str, offset: usize) -> (usize, usize) {
    let (mut line, mut column) = (1, 1);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        if end > offset {
            break;
        }
        let is_first_of_two = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
        match c {
            '\u{feff}' if at == 0 || column == 1 && text[..at].ends_with(['\n', '\r']) => {}
            '\n' | '\r' if !is_first_of_two => (line, column) = (line + 1, 1),
            _ => column += 1,
        }
    }
    (line, column)
}

fn lines() -> impl Strategy<Value = String> {
    let piece =
        prop::sample::select(vec!["\n", "\r\n", "\r", "é", "日本", "🚀", "a", "\u{feff}", "\"x\": ", "e\u{301}", "\t"]);
    (prop::collection::vec(piece, 0..60), 0usize..3)
        .prop_map(|(pieces, times)| pieces.concat().repeat(1 + times * times * 20))
}

fn leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        (-1.0e6..1.0e6f64).prop_map(Json::from),
        prop::sample::select(vec![
            "",
            "a",
            "é🚀",
            "line\nbreak",
            "\"quoted\"",
            "a\\b",
            "\u{1}",
            "}",
            "// no comment",
            "日本"
        ])
        .prop_map(Json::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "builds", "config", "é", "", "a b", "\"", "\\", "x\ny", "0", "{"])
        .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::vec((key(), inner), 0..5).prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// A document in some style, with its value.
fn document() -> impl Strategy<Value = (String, Json)> {
    (value(), look(), any::<bool>()).prop_map(|(value, look, ends)| {
        let text = written(&value, &look, 0);
        (if ends { text + look.newline } else { text }, value)
    })
}

/// All places of a value.
fn places(value: &Json) -> Vec<Path> {
    let mut open = vec![(Path::root(), value)];
    let mut found = Vec::new();
    while let Some((path, value)) = open.pop() {
        match value {
            Json::Array(items) => open.extend(items.iter().enumerate().map(|(index, item)| (path.index(index), item))),
            Json::Object(members) => open.extend(members.iter().map(|(key, value)| (path.key(key), value))),
            _ => {}
        }
        found.push(path);
    }
    found
}

fn at<'v>(value: &'v mut Json, path: &Path) -> Option<&'v mut Json> {
    path.segments().iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.as_object_mut()?.get_mut(&**key),
        Segment::Index(index) => value.as_array_mut()?.get_mut(*index),
    })
}

/// Applies an edit; the rest of the text must be the same, and the value must be the one that was meant.
fn check_edit(document: &Document, edit: &Edit, expected: &Json) -> Result<(), TestCaseError> {
    let edited = apply_checked(document, [edit]);
    prop_assert!(edited.is_ok(), "{:?}: {:?} in {:?}", edited.err(), edit, document.text());
    let edited = edited.unwrap();
    let text = document.text();
    prop_assert!(
        edited.text().starts_with(&text[..edit.span.start]) && edited.text().ends_with(&text[edit.span.end..])
    );
    prop_assert_eq!(edited.text().len(), text.len() - edit.span.len() + edit.text.len());
    let read: Json = serde_json::from_str(edited.text())
        .map_err(|error| TestCaseError::fail(format!("{error}: {}", edited.text())))?;
    prop_assert_eq!(&read, expected, "{}", edited.text());
    // Where lines end in CRLF, new lines do too.
    if text.contains("\r\n") {
        prop_assert!(!edited.text().replace("\r\n", "").contains('\n'), "{:?}", edited.text());
    }
    if !text.contains(['\n', '\r']) && !text.contains("\": ") && text.len() > 2 {
        prop_assert!(!edited.text().contains(['\n', '\r']), "{:?}", edited.text());
    }
    Ok(())
}

fn lint_all(name: &str, platform: Platform, bytes: &[u8]) -> usize {
    let file = format!("/p/{name}");
    let memory = MemoryFs::new().with(&file, bytes);
    let found = Found { root: "/p".into(), config: Some(file.into()) };
    let mut findings = 0;
    for isolated in [true, false] {
        let options = Options { platform: Some(platform), isolated, ..Options::default() };
        let report = lint::check_found(&memory, &found, &options).unwrap();
        for format in [Format::Human, Format::Compact, Format::Json] {
            let style = Style { color: true, unicode: false, width: 80, base: "/p".into() };
            let mut out = Vec::new();
            render(format, &report, &style, &mut out).unwrap();
            assert!(String::from_utf8(out).is_ok());
        }
        findings += report.findings.len();
    }
    let options = Options { platform: Some(platform), isolated: true, ..Options::default() };
    if let Err(error) = lint::fix(&memory, &found, &options, Applicability::Unsafe) {
        panic!("{error}");
    }
    findings
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nearly_json_is_read_as_json_parse_reads_it(text in pieces()) {
        check_reading(&text)?;
    }

    #[test]
    fn damaged_documents_are_read_as_json_parse_reads_them(text in damaged()) {
        check_reading(&text)?;
    }

    #[test]
    fn any_text_is_read(text: String) {
        check_reading(&text)?;
    }

    #[test]
    fn valid_documents_keep_their_value((text, value) in document()) {
        let document = Document::json("/p/now.json", text.as_str());
        prop_assert_eq!(document.problems(), []);
        prop_assert_eq!(document.tree().to_json(&text, 100), Some(value));
    }

    #[test]
    fn positions_are_those_of_a_plain_count(text in lines(), at in any::<prop::sample::Index>()) {
        let offset = (0..=at.index(text.len() + 1)).rev().find(|&at| text.is_char_boundary(at)).unwrap();
        let position = LineIndex::new(&text).position(&text, offset);
        prop_assert_eq!((position.line, position.column, position.offset), {
            let (line, column) = naive_position(&text, offset);
            (line, column, offset)
        });
    }

    #[test]
    fn set_changes_one_value((text, mut value) in document(), new in value(), at_place in any::<prop::sample::Index>(), more in prop::collection::vec(key(), 0..3)) {
        let document = Document::json("/p/now.json", text);
        let all = places(&value);
        let place = &all[at_place.index(all.len())];
        let path = more.iter().fold(place.clone(), |path, key| path.key(key));
        let edit = insert::set(&document, &path, &new);
        let mut blocked = false;
        let mut target = Some(at(&mut value, place).unwrap());
        for key in &more {
            target = target.and_then(|target| match target {
                Json::Object(members) => Some(members.entry(key.clone()).or_insert_with(|| Json::Object(Map::new()))),
                _ => { blocked = true; None }
            });
        }
        match target {
            Some(target) => {
                *target = new;
                check_edit(&document, &edit.unwrap(), &value)?;
            }
            None => prop_assert!(blocked && edit.is_none()),
        }
    }

    #[test]
    fn members_and_items_are_added((text, mut value) in document(), new in value(), at_place in any::<prop::sample::Index>()) {
        let document = Document::json("/p/now.json", text);
        let all = places(&value);
        let place = &all[at_place.index(all.len())];
        let other = json!("other");
        let (object, array) = (
            insert::add_to_object(&document, place, &[("new", &new), ("newer", &other)]),
            insert::add_to_array(&document, place, &new),
        );
        prop_assert!(object.is_none() || array.is_none());
        match at(&mut value, place).unwrap() {
            Json::Object(members) => {
                members.insert("new".into(), new);
                members.insert("newer".into(), other);
                check_edit(&document, &object.unwrap(), &value)?;
            }
            Json::Array(items) => {
                items.push(new);
                check_edit(&document, &array.unwrap(), &value)?;
            }
            _ => prop_assert!(object.is_none() && array.is_none()),
        }
    }

    #[test]
    fn places_are_removed_and_renamed((text, value) in document(), at_place in any::<prop::sample::Index>(), name in key()) {
        let document = Document::json("/p/now.json", text);
        let all = places(&value);
        let place = &all[at_place.index(all.len())];
        let Some((last, parent)) = place.segments().split_last() else {
            prop_assert!(insert::remove(&document, place).is_none() && insert::rename_key(&document, place, &name).is_none());
            return Ok(());
        };
        let parent = Path::from_segments(parent.to_vec());
        let mut less = value.clone();
        match (at(&mut less, &parent).unwrap(), last) {
            (Json::Object(members), Segment::Key(key)) => { members.shift_remove(&**key); }
            (Json::Array(items), Segment::Index(index)) => { items.remove(*index); }
            _ => unreachable!(),
        }
        check_edit(&document, &insert::remove(&document, place).unwrap(), &less)?;
        let mut renamed = value.clone();
        let Segment::Key(key) = last else {
            prop_assert!(insert::rename_key(&document, place, &name).is_none());
            return Ok(());
        };
        let members = at(&mut renamed, &parent).unwrap().as_object_mut().unwrap();
        if !members.contains_key(&name) {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(known, value)| (if *known == **key { name.clone() } else { known }, value))
                .collect();
            check_edit(&document, &insert::rename_key(&document, place, &name).unwrap(), &renamed)?;
        }
    }

    #[test]
    fn any_prisma_schema_is_read(pieces in prop::collection::vec(prop::sample::select(vec![
        "generator ", "datasource ", "model ", "client ", "{", "}", "\n", "\r\n", " ", "= ", "[", "]", "(", ")", "\"", "\"x\"", "\\", ",",
        "binaryTargets = [\"native\"]", "env(\"X\")", "//", "/*", "*/", "é", "🚀", "\u{feff}", "\u{85}", "@@map(\"a\")", "1", "true", "-", "_",
    ]), 0..60)) {
        let text = pieces.concat();
        let document = Document::prisma("/p/schema.prisma", text.as_str());
        for node in document.tree().nodes() {
            prop_assert!(text.get(node.span().start..node.span().end).is_some(), "{:?}", node.span());
            for (member, value) in node.members() {
                let key = text.get(member.key_span.start..member.key_span.end);
                prop_assert_eq!(key, Some(&*member.key));
                prop_assert!(text.get(value.span().start..value.span().end).is_some());
            }
            match node.as_str() {
                Some(word) if !text[node.span().start..].starts_with('"') => {
                    prop_assert_eq!(node.span().slice(&text), word);
                }
                _ => {}
            }
        }
        for problem in document.problems() {
            let is_of_prisma =
                matches!(problem.kind, ProblemKind::Unclosed { .. } | ProblemKind::Prisma(_) | ProblemKind::ByteOrderMark);
            prop_assert!(is_of_prisma);
            prop_assert!(text.get(problem.span.start..problem.span.end).is_some());
        }
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        pieces().prop_map(String::into_bytes),
        damaged().prop_map(String::into_bytes),
        (pieces(), prop::collection::vec(any::<u8>(), 1..4)).prop_map(|(text, more)| [text.into_bytes(), more].concat()),
    ]) {
        lint_all("now.json", Platform::Now, &bytes);
        lint_all("vercel.json", Platform::Vercel, &bytes);
    }

    #[test]
    fn any_values_in_known_keys_are_judged(new in value(), other in value(), key in prop::sample::select(vec![
        "builds", "routes", "functions", "rewrites", "redirects", "headers", "env", "build", "version", "crons", "regions", "buildCommand", "unknown",
    ]), inner in prop::sample::select(vec!["src", "use", "config", "dest", "source", "maxLambdaSize", "handle"])) {
        let config = json!({ key: [{ inner: new, "use": "@now/node", "config": { inner: other } }], "name": other });
        lint_all("now.json", Platform::Now, config.to_string().as_bytes());
        lint_all("vercel.json", Platform::Vercel, json!({ key: new }).to_string().as_bytes());
    }
}
