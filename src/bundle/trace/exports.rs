//! Targets of a `package.json`'s `exports` and `imports` fields.

use serde_json::{Map, Value as Json};

use crate::platform::trace_profile::Patterns;

/// How targets are chosen.
pub(super) struct Conditions<'a> {
    /// Conditions that hold beside `import` / `require` and `default`.
    pub user: &'a [String],
    /// The reference is an import.
    pub import: bool,
    /// `module-sync` holds.
    pub module_sync: bool,
    /// `module-sync` targets are added even where it does not hold, and for patterns.
    pub catchall: bool,
    /// How keys with `*` are matched.
    pub patterns: Patterns,
}

impl Conditions<'_> {
    fn holds(&self, name: &str) -> bool {
        name == "default"
            || (name == "require" && !self.import)
            || (name == "import" && self.import)
            || (name == "module-sync" && self.module_sync)
            || self.user.iter().any(|condition| condition == name)
    }
}

/// The targets of `subpath` (`.` or `./x`) in an `exports` value: the first is the selected one.
pub(super) fn exports_targets(exports: &Json, subpath: &str, conditions: &Conditions<'_>) -> Vec<String> {
    let sugar = match exports {
        Json::Object(map) => map.is_empty() || !map.keys().next().is_some_and(|key| key.starts_with('.')),
        _ => true,
    };
    if sugar {
        return if subpath == "." { targets(exports, None, false, conditions) } else { Vec::new() };
    }
    exports.as_object().map(|map| keyed_targets(map, subpath, conditions, false)).unwrap_or_default()
}

/// The targets of `#name` in an `imports` value.
pub(super) fn imports_targets(imports: &Json, name: &str, conditions: &Conditions<'_>) -> Vec<String> {
    imports.as_object().map(|map| keyed_targets(map, name, conditions, true)).unwrap_or_default()
}

fn keyed_targets(map: &Map<String, Json>, subpath: &str, conditions: &Conditions<'_>, bare: bool) -> Vec<String> {
    if let Some(target) = map.get(subpath) {
        return targets(target, None, bare, conditions);
    }
    let mut keys: Vec<&String> = map.keys().collect();
    match conditions.patterns {
        Patterns::Node => keys.sort_by(|one, other| node_order(one, other)),
        Patterns::None | Patterns::Folders => {}
        _ => keys.sort_by_key(|key| std::cmp::Reverse(key.len())),
    }
    for key in keys {
        let Some(target) = map.get(key) else { continue };
        if conditions.patterns == Patterns::Folders {
            let open = key.ends_with('/') && subpath.starts_with(key.as_str());
            let folder = |target: &String| target.ends_with('/');
            if open && targets(target, None, bare, conditions).first().is_some_and(folder) {
                return vec![subpath.to_owned()];
            }
            continue;
        }
        if let Some(matched) = pattern_match(key, subpath, conditions.patterns) {
            return targets(target, Some(Part { text: matched, folder: false }), bare, conditions);
        }
        if let Some(rest) = key.strip_suffix('/').and_then(|_| subpath.strip_prefix(key.as_str())) {
            return targets(target, Some(Part { text: rest, folder: true }), bare, conditions);
        }
    }
    Vec::new()
}

fn node_order(one: &str, other: &str) -> std::cmp::Ordering {
    let base = |key: &str| key.find('*').map_or(key.len(), |at| at + 1);
    base(other)
        .cmp(&base(one))
        .then_with(|| other.contains('*').cmp(&one.contains('*')))
        .then_with(|| other.len().cmp(&one.len()))
}

fn pattern_match<'s>(key: &str, subpath: &'s str, patterns: Patterns) -> Option<&'s str> {
    let (head, tail) = key.split_once('*')?;
    if tail.contains('*') || (patterns != Patterns::Node && !tail.is_empty()) {
        return None;
    }
    let rest = subpath.strip_prefix(head)?;
    if patterns == Patterns::Node && (rest.is_empty() || subpath.len() < key.len()) {
        return None;
    }
    rest.strip_suffix(tail)
}

/// The part of a request that a pattern or folder key left open.
#[derive(Clone, Copy)]
struct Part<'s> {
    text: &'s str,
    folder: bool,
}

fn targets(target: &Json, part: Option<Part<'_>>, bare: bool, conditions: &Conditions<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut add = |choice: Choice| {
        if let Choice::Path(path) = choice
            && let Some(path) = fill(&path, part, bare)
            && !found.contains(&path)
        {
            found.push(path);
        }
    };
    add(choose(target, conditions, bare, 0));
    let sync = matches!(target, Json::Object(map) if map.contains_key("module-sync"));
    if sync
        && ((part.is_none() && conditions.module_sync) || conditions.catchall)
        && let Json::Object(map) = target
    {
        add(map.get("module-sync").map_or(Choice::None, |value| choose(value, conditions, bare, 0)));
        let kind = if conditions.import { "import" } else { "require" };
        let fallback = map.get(kind).or_else(|| map.get("default"));
        add(fallback.map_or(Choice::None, |value| choose(value, conditions, bare, 0)));
    }
    found
}

enum Choice {
    Path(String),
    Blocked,
    None,
}

/// Nesting of conditions and arrays that is followed; real packages stay below ten.
const MAX_NESTING: usize = 64;

fn choose(target: &Json, conditions: &Conditions<'_>, bare: bool, depth: usize) -> Choice {
    if depth > MAX_NESTING {
        return Choice::None;
    }
    match target {
        Json::String(path) if path.starts_with("./") || bare => Choice::Path(path.clone()),
        Json::Null => Choice::Blocked,
        Json::Array(items) => items
            .iter()
            .map(|item| choose(item, conditions, bare, depth + 1))
            .find(|choice| !matches!(choice, Choice::None))
            .unwrap_or(Choice::None),
        Json::Object(map) => map
            .iter()
            .filter(|(name, _)| conditions.holds(name))
            .map(|(_, value)| choose(value, conditions, bare, depth + 1))
            .find(|choice| !matches!(choice, Choice::None))
            .unwrap_or(Choice::None),
        _ => Choice::None,
    }
}

fn fill(path: &str, part: Option<Part<'_>>, bare: bool) -> Option<String> {
    if !bare && !path.starts_with("./") {
        return None;
    }
    match part {
        None => Some(path.to_owned()),
        Some(Part { text, folder: true }) => path.ends_with('/').then(|| format!("{path}{text}")),
        Some(Part { text, folder: false }) => Some(path.replace('*', text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn find(exports: &Json, subpath: &str) -> Vec<String> {
        let user = ["node".to_owned()];
        let conditions =
            Conditions { user: &user, import: false, module_sync: false, catchall: false, patterns: Patterns::Node };
        exports_targets(exports, subpath, &conditions)
    }

    #[test]
    fn conditions_are_tried_in_the_order_of_the_object() {
        let exports =
            json!({".": {"import": "./m.mjs", "node": {"require": "./n.js"}, "default": "./d.js"}, "./x/*": null});
        assert_eq!(find(&exports, "."), ["./n.js"]);
        assert!(find(&exports, "./x/y").is_empty());
        assert_eq!(find(&json!("./main.js"), "."), ["./main.js"]);
        assert!(find(&json!("./main.js"), "./x").is_empty());
    }

    #[test]
    fn the_longest_pattern_wins_and_every_star_is_filled() {
        let exports = json!({"./*": "./a/*.js", "./f/*": "./b/*/*.js", "./d/": "./dir/"});
        assert_eq!(find(&exports, "./f/k"), ["./b/k/k.js"]);
        assert_eq!(find(&exports, "./g"), ["./a/g.js"]);
        assert_eq!(find(&exports, "./d/e.js"), ["./dir/e.js"]);
    }
}
