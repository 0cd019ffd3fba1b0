//! Which URLs reach a function.

pub(super) mod dead_destination;
pub(super) mod function_hidden;
pub(super) mod headers_in_toml;
pub(super) mod hidden_by_file;
pub(super) mod invalid;
pub(super) mod invalid_on_now;
pub(super) mod method;
pub(super) mod missing;
pub(super) mod phase;
pub(super) mod redirect_loop;
pub(super) mod relative_source;
pub(super) mod unreachable;

use crate::document::{Document, Part, Path, Segment};
use crate::rules::Label;

/// What an entry of a list is called, from the path of it: `this redirect`.
fn noun(origin: &Path) -> &'static str {
    match origin.segments().first() {
        Some(Segment::Key(list)) => match &**list {
            "redirects" => "redirect",
            "rewrites" => "rewrite",
            "headers" => "entry of `headers`",
            _ => "route",
        },
        _ => "route",
    }
}

/// The first of these keys that an entry has, its value; else the entry itself.
fn label(document: &Document, entry: &Path, keys: &[&str], text: impl Into<String>) -> Label {
    let key = keys.iter().map(|key| entry.key(key)).find(|path| document.get(path).is_some());
    match key {
        Some(path) => Label::at(document, &path, Part::Value, text),
        None => Label::at(document, entry, Part::Key, text),
    }
}

/// The path that a destination names on the deployment itself; none for another host, and where a capture stands in it.
fn local_path(dest: &str) -> Option<&str> {
    let is_url = dest.split_once("://").is_some_and(|(scheme, _)| !scheme.contains('/'));
    let path = dest.split(['?', '#']).next().unwrap_or_default();
    let is_plain = !path.contains(['$', ':', '%', '*', '(', ')', '{', '}', '\\']);
    (is_plain && !is_url && !dest.starts_with("//") && !path.is_empty()).then_some(path)
}
