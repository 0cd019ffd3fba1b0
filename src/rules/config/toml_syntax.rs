//! What `config/syntax` says of a vercel.toml.

use crate::base::Span;
use crate::document::toml::Refused;
use crate::document::{Applicability, Document, Edit, Fix};

/// Message, help and the word beside the caret.
pub(super) fn words(refused: &Refused, document: &Document, span: Span) -> (String, String, &'static str) {
    match refused {
        Refused::Syntax { what, expected } => {
            let (what, help) = of_json(document, span).unwrap_or_else(|| {
                let (what, help) = in_words(what, span.is_empty());
                let help = match help {
                    "" if expected.is_empty() => "see https://toml.io/en/v1.0.0".into(),
                    "" => format!("write {expected}"),
                    known => known.to_owned(),
                };
                (what.to_owned(), help)
            });
            (what, help, "here")
        }
        Refused::Twice { key, .. } => {
            (format!("`{key}` is given twice"), "keep one of the two, or join them".into(), "the second time")
        }
        Refused::Boolean(meant) => {
            (format!("TOML writes `{meant}` in small letters"), format!("write `{meant}`"), "not TOML")
        }
        Refused::LineInInline => (
            "a table in braces with a line break, which only TOML 1.1 has".into(),
            "write it on one line, or as a table with a header of its own".into(),
            "the line ends here",
        ),
        Refused::TrailingComma => (
            "a comma before the closing brace, which only TOML 1.1 has".into(),
            "delete the comma".into(),
            "this comma",
        ),
        Refused::NewEscape(meant) => {
            ("an escape that only TOML 1.1 has".into(), format!("write `{meant}`"), "unknown escape")
        }
        Refused::NoSeconds => {
            ("a time without seconds, which only TOML 1.1 has".into(), "write the seconds".into(), "no seconds")
        }
        Refused::NoDate => {
            ("no date or time that exists".into(), "write it in quotes, if it is no date".into(), "no date")
        }
        Refused::LargeInteger => (
            "an integer beyond 9007199254740991, which JavaScript cannot hold".into(),
            "write it in quotes, or as a float".into(),
            "too large",
        ),
        Refused::MissingComma | Refused::Skipped => {
            ("a comma is missing between two entries".into(), "write `,` here".into(), "a comma belongs here")
        }
        Refused::StrayComma => {
            ("a comma at the end of the line, which TOML does not have".into(), "delete the comma".into(), "this comma")
        }
        Refused::TooDeep => ("brackets are nested too deep".into(), "write it flatter".into(), "not read from here on"),
    }
}

/// The parser's words, where plainer ones are known, and what to write; empty where what the parser waits for says it.
fn in_words(what: &str, is_at_end: bool) -> (&str, &'static str) {
    const KEY: &str = "write a key of letters, digits, `-` and `_`, or put it in quotes";
    match what {
        "invalid basic string" | "invalid literal string" => ("a string without its closing quote", ""),
        "unquoted keys cannot be empty" => ("a key is missing", KEY),
        "invalid unquoted key" => ("a key with other characters than letters, digits, `-` and `_`", KEY),
        "string values must be quoted" | "missing value" | "invalid value" if is_at_end => {
            ("a key without a value", "write a value behind the `=`")
        }
        "string values must be quoted" => ("a text without quotes", "put the text in double quotes"),
        "key with no value" => ("a key without a value", ""),
        "unexpected key or value" => ("something behind the end of the value", "put it on a line of its own"),
        "missing escaped value" => ("an escape that TOML does not know", "write `\\\\` for a backslash"),
        "unexpected leading zero" => ("a number with a leading zero", "delete the zero"),
        "invalid boolean" => ("neither `true` nor `false`", "write `true` or `false`, or put a text in quotes"),
        "unclosed array" => ("a list that is never closed", ""),
        "unclosed inline table" => ("a table in braces that is never closed", ""),
        "unclosed table" | "unclosed array table" => ("a header without its closing bracket", ""),
        other => (other, ""),
    }
}

/// Where the text is written as JSON would be: what is wrong, and what to write.
fn of_json(document: &Document, span: Span) -> Option<(String, String)> {
    let rest = document.text().get(span.start..)?.trim_start_matches([' ', '\t']);
    let told = if rest.starts_with("//") || rest.starts_with("/*") {
        ("a comment of another language", "write comments with `#`")
    } else if rest.starts_with(':') {
        ("a colon behind a key", "write `=` between the key and its value")
    } else if rest.starts_with(',') {
        ("a comma behind a pair", "delete the comma: each pair stands on a line of its own")
    } else if rest.starts_with(['“', '”', '„', '‘', '’']) {
        ("curly quotes, as word processors write them", "use straight double quotes")
    } else if rest.starts_with("null") {
        ("TOML has no null", "delete the key")
    } else {
        return None;
    };
    Some((told.0.to_owned(), told.1.to_owned()))
}

/// Right behind the entry before, unless a comment may stand there.
fn comma_place(document: &Document, next: Span) -> Span {
    let before = document.text().get(..next.start).unwrap_or_default().trim_end();
    let is_line_plain = !before.lines().next_back().unwrap_or_default().contains('#');
    Span::at(if is_line_plain { before.len() } else { next.start })
}

/// The edit that makes the text what it was meant to be, where that is certain.
pub(super) fn repair(refused: &Refused, document: &Document, span: Span) -> Option<Fix> {
    let text = span.slice(document.text());
    // What is read only with the comma was not deployed before.
    let applicability = if *refused == Refused::Skipped { Applicability::Unsafe } else { Applicability::Safe };
    let (title, span, text) = match refused {
        Refused::TrailingComma | Refused::StrayComma => ("Delete the comma", span, String::new()),
        Refused::MissingComma | Refused::Skipped => ("Insert the comma", comma_place(document, span), ",".to_owned()),
        Refused::Boolean(meant) => ("Write it in small letters", span, meant.to_string()),
        Refused::NewEscape(meant) => ("Write the escape of TOML 1.0", span, meant.to_string()),
        Refused::NoSeconds => {
            let (clock, rest) = text.split_at_checked(text.find(':')? + 3)?;
            ("Write the seconds", span, format!("{clock}:00{rest}"))
        }
        _ => return None,
    };
    let edits = vec![Edit { file: document.file().to_owned(), span, text }];
    Some(Fix { title: title.to_owned(), applicability, edits })
}
