//! Any TOML is read with true places, and any edit changes what it names and nothing else.

#![allow(clippy::unwrap_used)]

mod support;

use nowcheck::base::Span;
use nowcheck::base::fs::MemoryFs;
use nowcheck::document::edit::apply_checked;
use nowcheck::document::toml::Form;
use nowcheck::document::{Applicability, Document, Edit, Node, Path, Segment, Value, insert};
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::report::{Format, Style, render};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use support::toml;

fn leaf() -> impl Strategy<Value = Json> {
    prop_oneof![
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
            "it's",
            "\u{1}",
            "}",
            "]",
            "# no comment",
            "日本",
            "\u{7f}",
            "a, b",
        ])
        .prop_map(Json::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a", "b", "c", "builds", "config", "é", "", "a b", "a.b", "\"", "\\", "x\ny", "0", "[", "'", "#",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let members = || {
            prop::collection::vec((key(), inner.clone()), 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect()))
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::vec(members(), 0..4).prop_map(Json::Array),
            members(),
        ]
    })
}

/// A document in some style, with its value.
fn document() -> impl Strategy<Value = (String, Json)> {
    (prop::collection::vec((key(), value()), 0..5), any::<u64>()).prop_map(|(members, seed)| {
        let members: Map<String, Json> = members.into_iter().collect();
        (toml::written(&members, seed), Json::Object(members))
    })
}

/// Pieces that make texts that are nearly TOML.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b.c",
        "= ",
        "= 1\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\"x\"",
        "[",
        "]",
        "[[",
        "]]",
        "[a]\n",
        "[a.b]\n",
        "[[a]]\n",
        "{",
        "}",
        ",",
        ".",
        "#",
        "# é\n",
        "1_0",
        "07",
        "0x1f",
        "1e400",
        "nan",
        "-inf",
        "true",
        "2024-02-30",
        "07:32",
        "1979-05-27 07:32:00Z",
        "\\",
        "\\e",
        "\\ud800",
        "env",
        "null",
        "//",
        "é",
        "🚀",
        "\u{feff}",
        "\u{0}",
        "9007199254740993",
        "x = {a=1}\n",
        "x = [1,]\n",
        "a = 1,\n",
        "[{} {}]",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn value_of(document: &Document) -> Json {
    document.tree().to_json(document.text(), 1000).unwrap()
}

/// Numbers as JavaScript compares them.
fn is_same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| is_same(value, other)))
        }
        _ => one == other,
    }
}

fn slices(document: &Document, node: Node<'_>, form: Form) -> Result<(), TestCaseError> {
    let text = document.text();
    let slice = text.get(node.span().start..node.span().end);
    prop_assert!(slice.is_some(), "{:?}", node.span());
    let slice = slice.unwrap();
    match form {
        // Alone behind a key, the slice has the same value.
        Form::Inline => {
            let alone = Document::toml("x.toml", format!("x = {slice}"));
            prop_assert_eq!(alone.problems(), [], "{}", slice);
            let there = alone.get(&Path::keys(["x"])).unwrap();
            prop_assert_eq!(there.span(), Span::new(4, 4 + slice.len()));
            prop_assert_eq!(there.kind(), node.kind());
            prop_assert!(node.is_container() || there.value() == node.value());
        }
        Form::Header => {
            prop_assert!(slice.starts_with('[') && !slice.starts_with("[[") && slice.ends_with(']'), "{}", slice)
        }
        Form::Tables | Form::Item => prop_assert!(slice.starts_with("[[") && slice.ends_with("]]"), "{}", slice),
        Form::Implied | Form::ImpliedByArray | Form::Dotted => prop_assert!(!slice.contains('\n'), "{}", slice),
        Form::Root => prop_assert_eq!(slice, text),
    }
    for (member, _) in node.members() {
        let key = text.get(member.key_span.start..member.key_span.end).unwrap();
        let alone = Document::toml("k.toml", format!("{key} = 1"));
        prop_assert_eq!(alone.problems(), [], "{}", key);
        let (only, _) = alone.root().unwrap().members().next().unwrap();
        prop_assert_eq!(&only.key, &member.key);
    }
    Ok(())
}

fn check_reading(document: &Document) -> Result<(), TestCaseError> {
    for problem in document.problems() {
        prop_assert!(document.text().get(problem.span.start..problem.span.end).is_some(), "{:?}", problem);
    }
    for (index, node) in document.tree().nodes().enumerate() {
        let form = document.form(node);
        prop_assert!(form.is_some(), "{index}");
        if document.problems().is_empty() {
            slices(document, node, form.unwrap())?;
        }
        prop_assert!(document.text().get(node.span().start..node.span().end).is_some());
    }
    let shown = document.shown_text();
    prop_assert_eq!(shown.len(), document.text().len());
    prop_assert_eq!(shown.matches('\n').count(), document.text().matches('\n').count());
    Ok(())
}

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
    let text = document.text();
    let edited = apply_checked(document, [edit]);
    prop_assert!(edited.is_ok(), "{:?}: {:?} in\n{}", edited.err(), edit, text);
    let edited = edited.unwrap();
    prop_assert_eq!(edited.problems(), [], "{}", edited.text());
    prop_assert!(
        edited.text().starts_with(&text[..edit.span.start]) && edited.text().ends_with(&text[edit.span.end..])
    );
    let value = value_of(&edited);
    prop_assert!(is_same(&value, expected), "{}\n---\n{}\n---\n{value}\n{expected}", text, edited.text());
    if text.contains("\r\n") {
        prop_assert!(!edited.text().replace("\r\n", "").contains('\n'), "{:?}", edited.text());
    }
    // Every comment is still there, but those of what was taken away.
    let notes = |text: &str| text.matches("# note").count() + text.matches("# table").count();
    prop_assert_eq!(notes(text) - notes(edit.span.slice(text)) + notes(&edit.text), notes(edited.text()));
    Ok(())
}

/// The whole run over any bytes: it ends, and so does every fix.
fn check_run(bytes: &[u8]) -> Result<(), TestCaseError> {
    let memory = MemoryFs::new().with("/p/vercel.toml", bytes);
    let found = Found { root: "/p".into(), config: Some("/p/vercel.toml".into()) };
    for platform in [Platform::Vercel, Platform::Now] {
        let options = Options { platform: Some(platform), ..Options::default() };
        let fixed = lint::fix(&memory, &found, &options, Applicability::Unsafe);
        prop_assert!(fixed.is_ok(), "{:?}", fixed.err());
        for format in [Format::Human, Format::Json] {
            let style = Style { color: true, unicode: false, width: 80, base: "/p".into() };
            render(format, &fixed.as_ref().unwrap().before, &style, &mut Vec::new()).unwrap();
        }
    }
    Ok(())
}

/// Lines of a config, some of them wrong.
fn config_lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "cleanUrl = true",
        "cleanUrls = true,",
        "[[rewrite]]",
        "[[rewrites]]",
        "src = '/a'",
        "source = \"/a\"",
        "destination = '/b'",
        "[functions.\"a.js\"]",
        "memroy = 1",
        "[env]",
        "A = \"b\"",
        "[[builds]]",
        "use = \"@now/nod\"",
        "config = { maxLambdaSize = 50 }",
        "config.maxLambdaSize = \"5MiB\"",
        "maxLambdaSize = \"5mb\"",
        "builds = []",
        "functions = {}",
        "[[routes]]",
        "dest = 'x'",
        "headers = { a = 'b' }",
        "[[crons]]",
        "path = \"/é\"",
        "regions = [\"iad1\" 'sfo1']",
        "routes = [{ src = \"/(.*)\", } {}]",
        "# note",
        "",
        "timezone = 07:32",
        "x = \"\\e\"",
        "\"a",
        "[",
        "[rewrites.has]",
    ]);
    (prop::collection::vec(line, 0..14), any::<bool>())
        .prop_map(|(lines, crlf)| lines.join(if crlf { "\r\n" } else { "\n" }))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_keep_their_value((text, value) in document()) {
        let document = Document::toml("/p/vercel.toml", text.as_str());
        prop_assert_eq!(document.problems(), [], "{}", text);
        prop_assert!(is_same(&value_of(&document), &value), "{}\n{}\n{}", text, value_of(&document), value);
        check_reading(&document)?;
    }

    #[test]
    fn any_bytes_are_judged_and_fixed(bytes in prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..100),
        1 => pieces().prop_map(String::into_bytes),
        4 => config_lines().prop_map(String::into_bytes),
    ]) {
        check_run(&bytes)?;
    }

    #[test]
    fn any_text_is_read(text in prop_oneof![pieces(), any::<String>()]) {
        check_reading(&Document::toml("/p/vercel.toml", text))?;
    }

    #[test]
    fn damaged_documents_are_read((text, _) in document(), at in any::<prop::sample::Index>(), piece in pieces()) {
        let at = (0..=at.index(text.len() + 1)).rev().find(|&at| text.is_char_boundary(at)).unwrap();
        check_reading(&Document::toml("/p/vercel.toml", format!("{}{piece}{}", &text[..at], &text[at..])))?;
    }

    #[test]
    fn set_changes_one_value((text, mut value) in document(), new in value(), at_place in any::<prop::sample::Index>(), more in prop::collection::vec(key(), 0..3)) {
        let document = Document::toml("/p/vercel.toml", text);
        let all = places(&value);
        let place = &all[at_place.index(all.len())];
        let path = more.iter().fold(place.clone(), |path, key| path.key(key));
        let Some(edit) = insert::set(&document, &path, &new) else { return Ok(()) };
        let mut target = at(&mut value, place).unwrap();
        for key in &more {
            target = target.as_object_mut().unwrap().entry(key.clone()).or_insert_with(|| Json::Object(Map::new()));
        }
        *target = new;
        check_edit(&document, &edit, &value)?;
    }

    #[test]
    fn members_and_items_are_added((text, mut value) in document(), new in value(), at_place in any::<prop::sample::Index>()) {
        let document = Document::toml("/p/vercel.toml", text);
        let all = places(&value);
        let place = &all[at_place.index(all.len())];
        let other = json!("other");
        let object = insert::add_to_object(&document, place, &[("new", &new), ("newer", &other)]);
        let array = insert::add_to_array(&document, place, &new);
        match at(&mut value, place).unwrap() {
            Json::Object(members) => {
                members.insert("new".into(), new);
                members.insert("newer".into(), other);
                if let Some(edit) = object {
                    check_edit(&document, &edit, &value)?;
                }
            }
            Json::Array(items) => {
                items.push(new);
                if let Some(edit) = array {
                    check_edit(&document, &edit, &value)?;
                }
            }
            _ => prop_assert!(object.is_none() && array.is_none()),
        }
    }

    #[test]
    fn places_are_removed_and_renamed((text, value) in document(), at_place in any::<prop::sample::Index>(), name in key()) {
        let document = Document::toml("/p/vercel.toml", text);
        let all = places(&value);
        let place = &all[at_place.index(all.len())];
        let Some((last, parent)) = place.segments().split_last() else { return Ok(()) };
        let parent = Path::from_segments(parent.to_vec());
        let mut less = value.clone();
        match (at(&mut less, &parent).unwrap(), last) {
            (Json::Object(members), Segment::Key(key)) => { members.shift_remove(&**key); }
            (Json::Array(items), Segment::Index(index)) => { items.remove(*index); }
            _ => unreachable!(),
        }
        if let Some(edit) = insert::remove(&document, place) {
            check_edit(&document, &edit, &less)?;
        }
        let Segment::Key(key) = last else {
            prop_assert!(insert::rename_key(&document, place, &name).is_none());
            return Ok(());
        };
        let mut renamed = value.clone();
        let members = at(&mut renamed, &parent).unwrap().as_object_mut().unwrap();
        if !members.contains_key(&name) {
            let old = members.shift_remove(&**key).unwrap();
            members.insert(name.clone(), old);
            if let Some(edit) = insert::rename_key(&document, place, &name) {
                check_edit(&document, &edit, &renamed)?;
            }
        }
    }
}

/// Nothing is said by the properties above where no edit is made at all.
#[test]
fn nearly_every_edit_can_be_made() {
    let value = json!({
        "version": 2, "name": "é", "regions": ["a", "b"], "env": { "A": "1", "B": "2" }, "github": { "silent": true },
        "builds": [{ "src": "a.js", "use": "x", "config": { "maxLambdaSize": "5mb", "deep": { "er": 1 } } }, { "src": "b.js", "use": "y" }],
        "functions": { "api/*.js": { "memory": 1024 }, "b": { "memory": 1, "regions": ["x"] } },
    });
    let (mut made, mut all) = ([0; 3], [0; 3]);
    for seed in 0..200 {
        let text = toml::written(value.as_object().unwrap(), seed);
        let document = Document::toml("/p/vercel.toml", text);
        for place in places(&value) {
            let node = document.get(&place).unwrap();
            let edits = [
                Some(insert::set(&document, &place.key("new"), &json!("x"))).filter(|_| node.is_object()),
                Some(insert::add_to_array(&document, &place, &json!({ "src": 1 }))).filter(|_| node.is_array()),
                Some(insert::remove(&document, &place)).filter(|_| place != Path::root()),
            ];
            for (kind, edit) in edits.into_iter().enumerate().filter_map(|(kind, edit)| Some((kind, edit?))) {
                all[kind] += 1;
                made[kind] += usize::from(edit.is_some_and(|edit| apply_checked(&document, [&edit]).is_ok()));
            }
            assert!(!matches!(node.value(), Value::Null));
        }
    }
    let percent: Vec<_> = made.iter().zip(all).map(|(made, all)| made * 100 / all).collect();
    assert!(percent.iter().all(|percent| *percent >= 90), "{percent:?}");
}
