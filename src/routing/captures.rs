//! The names that a destination may use: parameters of `source`, and what `has` captures.

use std::collections::HashMap;

use serde_json::Value;

use super::pattern::Pattern;
use super::regex::RouteRegex;

/// What the platform calls the name of a group without one.
pub(super) const UNNAMED: &str = "__UN_NAMED_SEGMENT__";

/// Names with the text that stands for them in a compiled route.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// All names in order, unnamed groups included.
    source: Vec<String>,
    has: Vec<String>,
    values: HashMap<String, String>,
}

impl Names {
    pub(super) fn new(pattern: &Pattern, has: Option<&Value>) -> Self {
        let name = |key: &super::pattern::Key| if key.unnamed { UNNAMED.to_owned() } else { key.name.clone() };
        let mut names = Self { source: pattern.keys().map(name).collect(), has: captured(has), ..Self::default() };
        let source = names.source.iter().enumerate().map(|(at, name)| (name.clone(), format!("${}", at + 1)));
        let has = names.has.iter().map(|name| (name.clone(), format!("${name}")));
        // JavaScript does not take this name for a property of an object.
        names.values = source.chain(has).filter(|(name, _)| name != "__proto__").collect();
        names
    }

    pub(super) fn values(&self) -> &HashMap<String, String> {
        &self.values
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether a destination may use `name`.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.source.iter().chain(&self.has).any(|known| known == name)
    }

    /// The names that are not those of unnamed groups, parameters of `source` first.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.source.iter().filter(|name| *name != UNNAMED).chain(&self.has).map(String::as_str)
    }

    /// How many groups of `source` have no name.
    pub(super) fn unnamed_groups(&self) -> usize {
        self.source.iter().filter(|name| *name == UNNAMED).count()
    }

    pub(super) fn has_named_source(&self) -> bool {
        self.source.iter().any(|name| name != UNNAMED)
    }

    pub(super) fn has_captures(&self) -> bool {
        !self.has.is_empty()
    }

    /// Whether a key of `has` is no plain name, and one that JavaScript cannot put into a regex: the platform's own code then throws.
    pub(super) fn broken_key(&self) -> Option<&str> {
        self.has.iter().map(String::as_str).find(|name| !is_word(name) && RouteRegex::new(&format!(":{name}")).is_err())
    }

    /// The keys of `has` that are no plain names.
    pub(super) fn odd_keys(&self) -> impl Iterator<Item = &str> {
        self.has.iter().map(String::as_str).filter(|name| !is_word(name))
    }
}

pub(super) fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What the conditions of a `has` list capture.
fn captured(has: Option<&Value>) -> Vec<String> {
    let mut names = Vec::new();
    for condition in has.and_then(Value::as_array).into_iter().flatten() {
        let host = condition.get("type").and_then(Value::as_str) == Some("host");
        let value = condition.get("value");
        let absent = value.is_none_or(|value| matches!(value.as_str(), Some("")) || value.is_null());
        if absent && !host {
            names.extend(condition.get("key").and_then(Value::as_str).map(str::to_owned));
        }
        let regex = value.and_then(|value| value.as_str().or_else(|| value.get("re").and_then(Value::as_str)));
        names.extend(groups(regex.unwrap_or_default()));
        if host && regex.is_some() {
            names.push("host".to_owned());
        }
    }
    names
}

/// The names in `(?<name>`, wherever such a text stands.
fn groups(regex: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, opening) in regex.match_indices("(?<") {
        let rest = regex.get(at + opening.len()..).unwrap_or_default();
        let Some((name, _)) = rest.split_once('>') else { break };
        let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if letters && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_capture() {
        for (has, expected) in [
            (json!([{"type": "query", "key": "a"}]), vec!["a"]),
            (json!([{"type": "query", "key": "a", "value": ""}]), vec!["a"]),
            (json!([{"type": "query", "key": "a", "value": "x"}]), vec![]),
            (json!([{"type": "header", "key": "A", "value": "(?<b>x)(?<_c>)(?<D1>"}]), vec!["b", "D1"]),
            (json!([{"type": "header", "key": "A", "value": {"re": "(?<b>x)", "pre": "(?<c>x)"}}]), vec!["b"]),
            (json!([{"type": "host", "value": "(?<b>x)"}, {"type": "cookie", "key": "k"}]), vec!["b", "host", "k"]),
            (json!([{"type": "host", "value": {"eq": "x"}}]), vec![]),
        ] {
            assert_eq!(captured(Some(&has)), expected, "{has}");
        }
    }
}
