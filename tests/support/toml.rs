//! Values as TOML texts in many styles, for tests.

use serde_json::{Map, Value as Json};

/// Decides style by a seed, so that a test can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// True in `percent` of cases.
    pub(crate) fn shows(&mut self, percent: u64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % 100 < percent
    }
}

/// Whether TOML has this value.
pub(crate) fn has_form(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Array(items) => items.iter().all(has_form),
        Json::Object(members) => members.values().all(has_form),
        _ => true,
    }
}

fn basic(text: &str) -> String {
    Json::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn string(text: &str, dice: &mut Dice, one_line: bool) -> String {
    let is_plain = !text.contains(|c: char| c.is_control());
    if is_plain && !text.contains('\'') && dice.shows(25) {
        return format!("'{text}'");
    }
    if !one_line && !text.contains('\r') && dice.shows(10) {
        let inner = basic(text);
        return format!("\"\"\"\n{}\"\"\"", inner[1..inner.len() - 1].replace("\\n", "\n"));
    }
    basic(text)
}

pub(crate) fn key(key: &str, dice: &mut Dice) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare && dice.shows(90) { key.to_owned() } else { string(key, dice, true) }
}

fn inline(value: &Json, dice: &mut Dice) -> String {
    match value {
        Json::String(text) => string(text, dice, false),
        Json::Array(items) if items.is_empty() => "[]".to_owned(),
        Json::Array(items) => {
            let parts: Vec<String> = items.iter().map(|item| inline(item, dice)).collect();
            match (dice.shows(40), dice.shows(50)) {
                (true, true) => format!("[\n  {}, # last\n]", parts.join(", # one\n  ")),
                (true, false) => format!("[\n  {}\n]", parts.join(",\n  ")),
                _ => format!("[{}]", parts.join(", ")),
            }
        }
        Json::Object(members) if members.is_empty() => "{}".to_owned(),
        Json::Object(members) => {
            let pairs: Vec<String> =
                members.iter().map(|(name, value)| format!("{} = {}", key(name, dice), inline(value, dice))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

/// Writes the tables in `value` below `path`; an array or table goes behind the pairs when it gets a header.
fn table(members: &Map<String, Json>, path: &str, dice: &mut Dice, lines: &mut Vec<String>) {
    let mut later: Vec<(String, &Json)> = Vec::new();
    for (name, value) in members {
        let written = key(name, dice);
        match value {
            Json::Object(_) if dice.shows(60) => later.push((written, value)),
            Json::Object(inner) if !inner.is_empty() && dice.shows(40) => {
                lines.extend(inner.iter().map(|(name, value)| {
                    let (name, value) = (key(name, dice), inline(value, dice));
                    format!("{written}.{name} = {value}")
                }));
            }
            Json::Array(items) if !items.is_empty() && items.iter().all(Json::is_object) && dice.shows(70) => {
                later.push((written, value));
            }
            value => {
                let note = if dice.shows(10) { " # note" } else { "" };
                lines.push(format!("{written} = {}{note}", inline(value, dice)));
            }
        }
    }
    for (name, value) in later {
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        let gap = if dice.shows(60) { "\n" } else { "" };
        match value {
            Json::Object(inner) => {
                let is_implied = !inner.is_empty() && inner.values().all(|value| value.is_object()) && dice.shows(50);
                if is_implied {
                    for (name, value) in inner {
                        let path = format!("{path}.{}", key(name, dice));
                        lines.push(format!("{gap}[{path}]"));
                        table(value.as_object().unwrap(), &path, dice, lines);
                    }
                } else {
                    lines.push(format!("{gap}[{path}]{}", if dice.shows(20) { " # table" } else { "" }));
                    table(inner, &path, dice, lines);
                }
            }
            Json::Array(items) => {
                for item in items {
                    lines.push(format!("{gap}[[{path}]]"));
                    table(item.as_object().unwrap(), &path, dice, lines);
                }
            }
            _ => unreachable!(),
        }
    }
}

/// `value` as a TOML text in a style that `seed` decides.
pub(crate) fn written(value: &Map<String, Json>, seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut lines = Vec::new();
    table(value, "", &mut dice, &mut lines);
    let text = lines.join("\n") + if dice.shows(80) { "\n" } else { "" };
    if dice.shows(20) && !text.contains("\"\"\"") { text.replace('\n', "\r\n") } else { text }
}
