//! Places in a JSON value, as words.

use std::fmt;

use jsonschema::ValidationError;
use serde_json::Value;

use crate::document::Segment;

/// What of a place is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum What {
    /// The value at the path.
    Value,
    /// This property of the object at the path, which should not be there.
    UnexpectedProperty(String),
    /// This property of the object at the path, which should be there.
    MissingProperty(String),
}

/// A place of a mistake. Shown as `.routes[0]`, `.routes[0] +zz` (unexpected) or `.routes[0] -src` (missing).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The way from the root.
    pub path: Vec<Segment>,
    /// What of it is meant.
    pub what: What,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.path {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_name(key) => write!(f, ".{key}")?,
                Segment::Key(key) => write!(f, "['{key}']")?,
            }
        }
        match &self.what {
            What::Value => Ok(()),
            What::UnexpectedProperty(name) => write!(f, " +{name}"),
            What::MissingProperty(name) => write!(f, " -{name}"),
        }
    }
}

fn is_name(key: &str) -> bool {
    let mut letters = key.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '_' | '$'))
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$'))
}

/// The path of an error. `root` is the validated value: without it the key `"0"` and the index 0 look alike.
pub(super) fn path(error: &ValidationError<'_>, root: &Value) -> Vec<Segment> {
    let mut current = Some(root);
    // Not `Location::segments`: it loses empty keys and takes `"0"` for an index.
    error
        .instance_path()
        .as_str()
        .split('/')
        .skip(1)
        .map(|text| match (current, text.parse::<usize>()) {
            (Some(Value::Array(items)), Ok(index)) => {
                current = items.get(index);
                Segment::Index(index)
            }
            _ => {
                let key = text.replace("~1", "/").replace("~0", "~");
                current = current.and_then(|value| value.get(&key));
                Segment::Key(key.into())
            }
        })
        .collect()
}

/// The value at `path`.
pub(super) fn value_at<'v>(root: &'v Value, path: &[Segment]) -> Option<&'v Value> {
    path.iter().try_fold(root, |value, segment| match segment {
        Segment::Key(key) => value.get(&**key),
        Segment::Index(index) => value.get(index),
    })
}

/// How a sentence calls the value at `path`: its key, with the indexes behind it.
pub(super) fn subject(path: &[Segment]) -> String {
    let start = path.iter().rposition(|segment| matches!(segment, Segment::Key(_))).unwrap_or(0);
    let mut name = String::new();
    for segment in path.iter().skip(start) {
        match segment {
            Segment::Key(key) => name.push_str(&short(key)),
            Segment::Index(index) => name.push_str(&format!("[{index}]")),
        }
    }
    if name.is_empty() { "the configuration".to_owned() } else { format!("`{name}`") }
}

/// At most 60 characters of `text`, on one line.
pub(super) fn short(text: &str) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    if text.chars().count() <= 60 {
        return text.chars().map(clean).collect();
    }
    text.chars().take(57).map(clean).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_the_official_ones() {
        let path =
            vec![Segment::Key("functions".into()), Segment::Key("api/*.ts".into()), Segment::Key("memory".into())];
        assert_eq!(Place { path: path.clone(), what: What::Value }.to_string(), ".functions['api/*.ts'].memory");
        assert_eq!(Place { path: Vec::new(), what: What::MissingProperty("use".into()) }.to_string(), " -use");
        assert_eq!(subject(&path), "`memory`");
        assert_eq!(subject(&[Segment::Key("routes".into()), Segment::Index(3)]), "`routes[3]`");
        assert_eq!(subject(&[]), "the configuration");
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(short(&"\u{e9}".repeat(100)).chars().count(), 60);
        assert_eq!(short("a\nb"), "a b");
    }
}
