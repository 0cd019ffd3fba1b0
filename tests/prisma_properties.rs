//! Any text is read as a schema, with places that name what they say; edits change what they name and no other byte.

#![allow(clippy::unwrap_used, reason = "a test may")]

use nowcheck::document::edit::apply_checked;
use nowcheck::document::{Document, Edit, Part, Path, Value, insert};
use proptest::prelude::*;
use serde_json::json;

/// Pieces that make texts that are nearly schemas.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "generator client {\n", "datasource db {\n", "model A {\n", "}\n", "}", "{", "provider = ", "url = env(\"X\")\n", "\"prisma-client-js\"\n",
            "binaryTargets = [\"native\", \"darwin\"]\n", "id Int @id\n", "\n", " ", "  ", "\r\n", "\r",
        ]),
        3 => prop::sample::select(vec![
            "[", "]", "(", ")", ",", "=", ":", "\"", "\"a", "'a'", "\\", "\\\"", "env(", "env(X)", "// c {\n", "/// c\n", "/* c", "*/", "/", "a", "1.5",
            "true", "generator", "é", "🚀", "\u{feff}", "\u{a0}", "\u{b}", "\u{0}", "“x”", "[[", "a.b", "@", "a\n{",
        ]),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn check_places(text: &str) -> Result<(), TestCaseError> {
    let document = Document::prisma("schema.prisma", text);
    for problem in document.problems() {
        prop_assert!(text.get(problem.span.start..problem.span.end).is_some(), "{:?} in {:?}", problem, text);
    }
    let starts: Vec<usize> = document.problems().iter().map(|problem| problem.span.start).collect();
    prop_assert!(starts.len() <= text.len() + 1);
    for node in document.tree().nodes() {
        let slice = text.get(node.span().start..node.span().end);
        prop_assert!(slice.is_some(), "{:?} in {:?}", node.span(), text);
        let slice = slice.unwrap();
        match node.value() {
            Value::String(value) if !slice.contains('\\') => {
                prop_assert_eq!(slice.trim_matches('"'), value.trim_matches('"'))
            }
            Value::Number(value) => prop_assert_eq!(slice.parse::<f64>().ok(), Some(*value)),
            Value::Bool(value) => prop_assert_eq!(slice, value.to_string()),
            _ => {}
        }
        for (member, _) in node.members() {
            prop_assert_eq!(text.get(member.key_span.start..member.key_span.end), Some(&*member.key));
        }
    }
    Ok(())
}

/// A sound schema: text before, the generator's keys, text behind.
fn sound() -> impl Strategy<Value = String> {
    let newline = prop::sample::select(vec!["\n", "\r\n"]);
    let value = prop_oneof![
        "[a-z./]{0,8}".prop_map(|text| format!("\"{text}\"")),
        prop::collection::vec("[a-z0-9.-]{1,8}", 1..4).prop_map(|names| format!("[\"{}\"]", names.join("\", \""))),
        "[A-Z]{1,4}".prop_map(|name| format!("env(\"{name}\")")),
        Just("true".to_owned()),
    ];
    let line = (
        prop::sample::subsequence(vec!["a", "b", "c-d", "engineType"], 0..4),
        prop::collection::vec(value, 4),
        "( ?// [a-z{}\"]{0,5})?",
    );
    (newline, line, "(/// [a-z{]{0,4})?").prop_map(|(newline, (keys, values, comment), head)| {
        let lines: String = keys.iter().zip(values).map(|(key, value)| format!("  {key} = {value}{comment}{newline}")).collect();
        format!(
            "{head}{newline}generator client {{{newline}  provider = \"photonjs\"{newline}  platforms = [\"native\"]{newline}{lines}}}{newline}{newline}model A {{{newline}  id Int @id // }}{newline}}}{newline}"
        )
    })
}

fn after(document: &Document, edit: &Edit) -> String {
    let text = document.text();
    format!("{}{}{}", &text[..edit.span.start], edit.text, &text[edit.span.end..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_true_places(text in nearly()) {
        check_places(&text)?;
    }

    #[test]
    fn any_characters_have_true_places(text in "\\PC{0,60}") {
        check_places(&text)?;
    }

    #[test]
    fn a_sound_schema_has_no_problem(text in sound()) {
        let document = Document::prisma("schema.prisma", text.as_str());
        prop_assert!(document.problems().is_empty(), "{:?} in {}", document.problems(), text);
    }

    #[test]
    fn edits_change_what_they_name_alone(text in sound()) {
        let document = Document::prisma("schema.prisma", text.as_str());
        let generator = Path::keys(["generator", "client"]);
        let platforms = generator.key("platforms");
        let edits = [
            insert::rename_key(&document, &platforms, "binaryTargets"),
            insert::set(&document, &generator.key("provider"), &json!("prisma-client-js")),
            insert::add_to_array(&document, &platforms, &json!("x")),
            insert::remove(&document, &platforms),
        ];
        for edit in edits {
            let edit = edit.unwrap();
            let named = [Part::Key, Part::Value].map(|part| document.span(&platforms, part));
            let provider = document.span(&generator.key("provider"), Part::Value);
            let is_near = |at: usize| named.iter().chain([&provider]).any(|span| (span.start.saturating_sub(4)..=span.end + 2).contains(&at));
            prop_assert!(is_near(edit.span.start) && is_near(edit.span.end), "{:?}", edit);
            let edited = apply_checked(&document, [&edit]).unwrap();
            prop_assert_eq!(edited.text(), after(&document, &edit));
            prop_assert!(edited.problems().is_empty());
            let count = |document: &Document| document.get(&generator).unwrap().members().count();
            prop_assert_eq!(count(&edited), count(&document) - usize::from(edit.text.is_empty()));
        }
    }
}

#[test]
fn large_texts_are_read_in_one_go() {
    for text in [
        "generator a {\n".repeat(60_000),
        "[".repeat(400_000),
        format!("generator a {{\n  b = {}\n}}\n", "[".repeat(400_000)),
        format!("generator a {{\n  b = {}\n}}\n", "a(".repeat(200_000)),
        format!("generator a {{\n  b = [\n{}", "\"x\",\n".repeat(100_000)),
        "/* ".repeat(200_000),
        "model A {\n  a \"".repeat(50_000),
        "generator a {\n  b = \"".repeat(50_000),
        "}".repeat(400_000),
        "generator a\n".repeat(60_000),
        format!("generator a{}", "\n".repeat(400_000)),
        "generator a\n\n\n\n\n\n".repeat(60_000),
        "\u{0}\u{1}\u{feff}".repeat(100_000),
        (0..60_000).map(|at| format!("generator a{at} {{\n  b = 1\n}}\n")).collect(),
    ] {
        let begun = std::time::Instant::now();
        let document = Document::prisma("schema.prisma", text.as_str());
        assert!(document.root().is_some());
        assert!(begun.elapsed().as_secs() < 5, "{} {:?}", &text[..20], begun.elapsed());
    }
}
