//! Scalars: what stands there, and what JavaScript makes of it.

use std::borrow::Cow;

use toml_parser::decoder::{Encoding, IntegerRadix, ScalarKind};
use toml_parser::{ParseError, Raw};

use super::complaints::Complaints;
use super::date::{self, BadDate};
use super::{Refused, strict};
use crate::base::Span;
use crate::document::tree::Value;

/// The largest integer that a double holds together with all smaller ones.
const LARGEST: f64 = 9_007_199_254_740_991.0;

fn raw<'t>(text: &'t str, span: Span, encoding: Option<Encoding>) -> Raw<'t> {
    Raw::new_unchecked(span.slice(text), encoding, toml_parser::Span::new_unchecked(span.start, span.end))
}

/// Keeps the words of the parser, with the place that they are about.
pub(super) fn note(complaints: &mut Complaints, text: &str, error: &ParseError, otherwise: Span) {
    let expected: Vec<String> = error
        .expected()
        .unwrap_or_default()
        .iter()
        .filter_map(|expected| match expected {
            toml_parser::Expected::Literal("\n") => Some("a new line".to_owned()),
            toml_parser::Expected::Literal(literal) => Some(format!("`{literal}`")),
            toml_parser::Expected::Description(words) => Some((*words).to_owned()),
            _ => None,
        })
        .collect();
    let place = error.unexpected().or(error.context());
    let span = place.map_or(otherwise, |place| Span::new(place.start(), place.end()));
    let what = error.description();
    if what.starts_with("missing comma between") {
        let is_behind_bracket = text.get(..span.start).unwrap_or_default().trim_end().ends_with(['}', ']']);
        return complaints.push(if is_behind_bracket { Refused::Skipped } else { Refused::MissingComma }, span);
    }
    if what == "unexpected key or value" && is_stray_comma(text, span) {
        return complaints.push(Refused::StrayComma, Span::new(span.start, span.start + 1));
    }
    if is_surrogate(text, span) {
        return;
    }
    complaints.push(Refused::Syntax { what: what.into(), expected: expected.join(" or ").into() }, span);
}

/// Whether a comma ends the line of a value without quotes or brackets: the platform's reader takes that.
fn is_stray_comma(text: &str, span: Span) -> bool {
    let rest = text.get(span.start..).and_then(|rest| rest.strip_prefix(','));
    let before = text.get(..span.start).unwrap_or_default().trim_end_matches([' ', '\t']);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['\r', '\n']))
        && !before.ends_with(['"', '\'', '}', ']'])
}

/// Whether the digits of an escape stand there that name half a character: no TOML, but JavaScript has such strings.
fn is_surrogate(text: &str, span: Span) -> bool {
    let is_escape = |mark: &str, len: usize| {
        let before = span.start.checked_sub(2).and_then(|start| text.get(start..span.start));
        let digits = text.get(span.start..span.start + len).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        before == Some(mark) && digits.is_some_and(|code| (0xd800..0xe000).contains(&code))
    };
    is_escape("\\u", 4) || is_escape("\\U", 8)
}

/// A part of a key.
pub(super) fn key(text: &str, span: Span, encoding: Option<Encoding>, complaints: &mut Complaints) -> Box<str> {
    let mut key = Cow::Borrowed("");
    let mut note = |error: ParseError| note(complaints, text, &error, span);
    raw(text, span, encoding).decode_key(&mut key, &mut note);
    if encoding == Some(Encoding::BasicString) {
        strict::escapes(text, span, complaints);
    }
    key.into()
}

/// The value of a scalar. Where something is wrong with it, the best guess.
pub(super) fn value(text: &str, span: Span, encoding: Option<Encoding>, complaints: &mut Complaints) -> Value {
    let written = span.slice(text);
    if let Some(meant) = [true, false].into_iter().find(|meant| written.eq_ignore_ascii_case(&meant.to_string()))
        && encoding.is_none()
        && written != meant.to_string()
    {
        complaints.push(Refused::Boolean(meant), span);
        return Value::Bool(meant);
    }
    let mut decoded = Cow::Borrowed("");
    let before = complaints.len();
    let mut note = |error: ParseError| note(complaints, text, &error, span);
    let kind = raw(text, span, encoding).decode_scalar(&mut decoded, &mut note);
    if matches!(encoding, Some(Encoding::BasicString | Encoding::MlBasicString)) {
        strict::escapes(text, span, complaints);
    }
    match kind {
        ScalarKind::String => Value::String(decoded.into()),
        ScalarKind::Boolean(value) => Value::Bool(value),
        ScalarKind::Integer(radix) => integer(&decoded, radix, span, complaints),
        // Handed on as JSON, what is not finite is `null`.
        ScalarKind::Float => {
            decoded.parse().ok().filter(|value: &f64| value.is_finite()).map_or(Value::Null, Value::Number)
        }
        ScalarKind::DateTime if complaints.len() == before => moment(span.slice(text), span, complaints),
        ScalarKind::DateTime => Value::String(decoded.into()),
    }
}

fn integer(digits: &str, radix: IntegerRadix, span: Span, complaints: &mut Complaints) -> Value {
    let value = match radix {
        // The parser leaves it to its caller to look behind an underscore.
        IntegerRadix::Dec => match digits.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse().unwrap_or(f64::NAN),
            false => {
                complaints.push(Refused::Syntax { what: "not a number".into(), expected: "digits".into() }, span);
                f64::NAN
            }
        },
        // A double holds the first digits of what is too long, and that is all that is asked.
        radix => digits.chars().fold(0.0, |value, digit| {
            let base = radix.value();
            value * f64::from(base) + f64::from(digit.to_digit(base).unwrap_or_default())
        }),
    };
    if value.abs() > LARGEST {
        complaints.push(Refused::LargeInteger, span);
    }
    if value.is_finite() { Value::Number(value) } else { Value::Null }
}

fn moment(text: &str, span: Span, complaints: &mut Complaints) -> Value {
    let json = date::as_json(text).unwrap_or_else(|bad| {
        complaints.push(if bad == BadDate::NoSeconds { Refused::NoSeconds } else { Refused::NoDate }, span);
        text.to_owned()
    });
    Value::String(json.into())
}
