//! The ways in which people and tools write JSON.

use proptest::prelude::*;
use serde_json::Value as Json;

/// How a document is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) unit: Option<&'static str>,
    pub(crate) newline: &'static str,
    pub(crate) colon: &'static str,
    pub(crate) comma: &'static str,
    /// Depth from which on everything stands on one line.
    pub(crate) inline_below: usize,
    /// A comment behind each entry that has a line of its own.
    pub(crate) comments: bool,
}

pub(crate) fn look() -> impl Strategy<Value = Look> {
    (
        prop::sample::select(vec![Some("  "), Some("    "), Some("\t"), None]),
        prop::sample::select(vec!["\n", "\r\n"]),
        prop::sample::select(vec![": ", ":", " : "]),
        prop::sample::select(vec![", ", ","]),
        0usize..5,
    )
        .prop_map(|(unit, newline, colon, comma, inline_below)| Look {
            unit,
            newline,
            colon,
            comma,
            inline_below,
            comments: false,
        })
}

pub(crate) fn written(value: &Json, look: &Look, depth: usize) -> String {
    let (open, close, parts): (_, _, Vec<String>) = match value {
        Json::Array(items) => ("[", "]", items.iter().map(|item| written(item, look, depth + 1)).collect()),
        Json::Object(members) => {
            let member = |(key, value): (&String, &Json)| {
                format!("{}{}{}", Json::from(key.as_str()), look.colon, written(value, look, depth + 1))
            };
            ("{", "}", members.iter().map(member).collect())
        }
        scalar => return scalar.to_string(),
    };
    match look.unit {
        _ if parts.is_empty() => format!("{open}{close}"),
        Some(unit) if depth < look.inline_below => {
            let (inner, outer) = (
                format!("{}{}", look.newline, unit.repeat(depth + 1)),
                format!("{}{}", look.newline, unit.repeat(depth)),
            );
            let last = parts.len() - 1;
            let line = |(at, part): (usize, &String)| {
                let comma = if at < last { "," } else { "" };
                let comment = if look.comments { format!(" // note {depth}.{at}: é") } else { String::new() };
                format!("{part}{comma}{comment}")
            };
            let lines: Vec<String> = parts.iter().enumerate().map(line).collect();
            format!("{open}{inner}{}{outer}{close}", lines.join(&inner))
        }
        _ => format!("{open}{}{close}", parts.join(look.comma)),
    }
}
