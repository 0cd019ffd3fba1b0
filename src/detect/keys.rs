//! The keys of `functions`: which files they name, and what the platform refuses in them before it looks at any file.

use std::cell::OnceCell;

use nodejs_semver::Version;

use crate::base::glob::Glob;
use crate::document::{Node, Value};
use crate::platform::function_settings::{KEY_LENGTH, MEMORY, SECONDS};

/// Keys that are looked at. The platform refuses more than 50; a file with 100,000 must not take minutes to be refused.
const MOST: usize = 100;

/// One key of `functions` with its settings.
pub(super) struct Key<'p> {
    /// As written.
    pub(super) text: &'p str,
    /// The settings.
    pub(super) value: Node<'p>,
    /// The pattern, with the folder below which its matches lie.
    glob: OnceCell<Option<(Glob, String)>>,
}

impl<'p> Key<'p> {
    fn glob(&self) -> Option<&(Glob, String)> {
        let compile = || {
            // The platform's minimatch takes blanks off a pattern.
            let glob = Glob::minimatch(self.text.trim(), false).ok()?;
            let prefix = glob.literal_prefix();
            Some((glob, prefix))
        };
        self.glob.get_or_init(compile).as_ref()
    }

    /// Whether it names the file: as its path, or as a glob whose `*` does not take names that begin with a dot.
    pub(super) fn names(&self, file: &str) -> bool {
        let matches = |(glob, prefix): &(Glob, String)| file.starts_with(prefix) && glob.is_match(file);
        self.text == file || self.glob().is_some_and(matches)
    }

    /// The builder that it asks for.
    pub(super) fn runtime(&self) -> Option<&'p str> {
        self.value.get("runtime")?.as_str().filter(|runtime| is_runtime(runtime))
    }
}

/// The keys of `functions` in a config, each once, with the value that counts.
pub(super) fn of_config(config: Option<Node<'_>>) -> Vec<Key<'_>> {
    let Some(functions) = config.and_then(|config| config.get("functions")) else { return Vec::new() };
    let mut keys: Vec<Key<'_>> = Vec::new();
    for (member, _) in functions.members() {
        if keys.len() == MOST {
            break;
        }
        if let Some(value) = functions.get(&member.key).filter(|_| keys.iter().all(|key| *key.text != *member.key)) {
            keys.push(Key { text: &member.key, value, glob: OnceCell::new() });
        }
    }
    keys
}

/// What the platform refuses in an item of `functions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// The key is too long.
    Glob,
    /// The settings are no object.
    NoObject,
    /// The settings are empty.
    Empty,
    /// `maxDuration` is out of bounds or no whole number.
    Duration,
    /// `memory` is out of bounds.
    Memory,
    /// The key begins with `/`.
    Source,
    /// `runtime` does not end in an exact version.
    Runtime,
    /// `includeFiles` or `excludeFiles` is no text.
    Property(&'static str),
}

impl Invalid {
    /// The platform's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Glob => "invalid_function_glob",
            Self::NoObject | Self::Empty => "invalid_function",
            Self::Duration => "invalid_function_duration",
            Self::Memory => "invalid_function_memory",
            Self::Source => "invalid_function_source",
            Self::Runtime => "invalid_function_runtime",
            Self::Property(_) => "invalid_function_property",
        }
    }
}

/// The keys of `functions` with all that is wrong with each.
pub fn invalid_functions(config: Option<Node<'_>>) -> Vec<(&str, Invalid)> {
    let keys = of_config(config);
    keys.iter().flat_map(|key| invalid(key).into_iter().map(|what| (key.text, what))).collect()
}

/// All that is wrong with an item, in the order in which the platform looks. (Facts: config 2.1, each tried on CLI 64.0.2.)
pub(super) fn invalid(key: &Key<'_>) -> Vec<Invalid> {
    let value = key.value;
    let mut found = Vec::new();
    let mut add = |is_wrong: bool, what| found.extend(is_wrong.then_some(what));
    add(key.text.encode_utf16().count() > KEY_LENGTH, Invalid::Glob);
    if !value.is_container() {
        add(true, Invalid::NoObject);
        return found;
    }
    add(value.members().next().is_none() && value.items().len() == 0, Invalid::Empty);
    add(value.get("maxDuration").is_some_and(|node| !is_duration(node)), Invalid::Duration);
    add(value.get("memory").is_some_and(|node| !is_memory(node)), Invalid::Memory);
    add(key.text.starts_with('/'), Invalid::Source);
    add(value.get("runtime").is_some_and(|node| !node.as_str().is_some_and(is_runtime)), Invalid::Runtime);
    for property in ["includeFiles", "excludeFiles"] {
        add(value.get(property).is_some_and(|node| node.as_str().is_none()), Invalid::Property(property));
    }
    found
}

fn is_duration(node: Node<'_>) -> bool {
    match node.value() {
        Value::String(text) => &**text == "max",
        Value::Number(number) => number.fract() == 0.0 && SECONDS.contains(number),
        _ => false,
    }
}

/// As JavaScript compares: what is no number is not out of bounds.
fn is_memory(node: Node<'_>) -> bool {
    let number = as_number(node);
    number.is_nan() || MEMORY.contains(&number)
}

/// The number that JavaScript takes a value for: a text counts as what it writes, a list as its only item.
fn as_number(node: Node<'_>) -> f64 {
    match node.value() {
        Value::Number(number) => *number,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Null => 0.0,
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        Value::Array(items) if items.is_empty() => 0.0,
        Value::Array(items) if items.len() == 1 => {
            node.item(0).filter(|item| !item.is_container() && item.as_bool().is_none()).map_or(f64::NAN, as_number)
        }
        Value::Array(_) | Value::Object(_) => f64::NAN,
    }
}

/// Whether the text behind the last `@` is one exact version.
fn is_runtime(runtime: &str) -> bool {
    let version = runtime.rsplit('@').next().unwrap_or_default();
    let plain = version.strip_prefix('v').unwrap_or(version);
    plain.starts_with(|c: char| c.is_ascii_digit())
        && Version::parse(plain).is_ok_and(|parsed| parsed.to_string() == plain)
}
