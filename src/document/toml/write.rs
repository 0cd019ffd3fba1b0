//! Values as TOML text, in the style of the file.

use serde_json::Value as Json;

use crate::document::Document;

/// From this width on, an array takes lines of its own.
const WIDE: usize = 60;

/// How pairs are written.
pub(super) struct Writer<'d> {
    /// What stands between a key and its value: ` = `, `=`.
    equals: &'d str,
    newline: &'static str,
    unit: &'d str,
}

impl<'d> Writer<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let look = document.look();
        Self { equals: equals(document).unwrap_or(" = "), newline: look.newline, unit: &look.unit }
    }

    pub(super) fn newline(&self) -> &'static str {
        self.newline
    }

    /// `key = value`; none where TOML has no such value.
    pub(super) fn pair(&self, key: &str, value: &Json, indent: &str) -> Option<String> {
        Some(format!("{}{}{}", key_text(key), self.equals, self.lines(value, indent)?))
    }

    /// `key = value` on one line.
    pub(super) fn flat_pair(&self, key: &str, value: &Json) -> Option<String> {
        Some(format!("{}{}{}", key_text(key), self.equals, self.flat(value)?))
    }

    /// A value that may take several lines, those behind the first indented by `indent`.
    pub(super) fn lines(&self, value: &Json, indent: &str) -> Option<String> {
        let flat = self.flat(value)?;
        match value {
            Json::Array(items) if flat.len() > WIDE || items.iter().any(Json::is_object) && items.len() > 1 => {
                let deeper = format!("{}{indent}{}", self.newline, self.unit);
                let parts = items.iter().map(|item| self.flat(item)).collect::<Option<Vec<_>>>()?;
                Some(format!("[{deeper}{}{}{indent}]", parts.join(&format!(",{deeper}")), self.newline))
            }
            _ => Some(flat),
        }
    }

    /// A value on one line. TOML 1.0 has inline tables on one line only.
    pub(super) fn flat(&self, value: &Json) -> Option<String> {
        match value {
            Json::Null => None,
            Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
            Json::String(text) => Some(string(text)),
            Json::Array(items) => {
                let parts = items.iter().map(|item| self.flat(item)).collect::<Option<Vec<_>>>()?;
                Some(format!("[{}]", parts.join(", ")))
            }
            Json::Object(members) if members.is_empty() => Some("{}".to_owned()),
            Json::Object(members) => {
                let parts =
                    members.iter().map(|(key, value)| self.flat_pair(key, value)).collect::<Option<Vec<_>>>()?;
                Some(format!("{{ {} }}", parts.join(", ")))
            }
        }
    }
}

/// What stands between the key and the value of the first pair, where it is no padding.
fn equals(document: &Document) -> Option<&str> {
    let statement = document.layout().statements().iter().find(|statement| !statement.is_header)?;
    let rest = document.text().get(statement.keys.last()?.0.end..statement.span.end)?;
    let gap = &rest[..rest.find(|c: char| !c.is_whitespace() && c != '=')?];
    (gap.trim() == "=" && gap.len() <= 3).then_some(gap)
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || !c.is_control())
}

/// A string as the reader would find it: in single quotes where that spares escapes.
pub(super) fn string(text: &str) -> String {
    if text.contains('\\') && !text.contains('\'') && is_plain(text) {
        return format!("'{text}'");
    }
    basic(text)
}

fn basic(text: &str) -> String {
    // JSON's escapes are TOML's too, but TOML also wants U+007F escaped.
    Json::from(text).to_string().replace('\u{7f}', "\\u007f")
}

pub(super) fn key_text(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { key.to_owned() } else { basic(key) }
}

/// `text` in the quotes of what stood there before.
pub(super) fn quoted_as(old: &str, text: &str) -> String {
    if old.starts_with('\'') && !old.starts_with("'''") && !text.contains('\'') && is_plain(text) {
        return format!("'{text}'");
    }
    basic(text)
}
