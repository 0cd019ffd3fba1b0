//! Repairs of what the platform refuses about routes, where they are local and one meaning is likely.

use serde_json::{Map, Value, json};

use super::captures::{Names, UNNAMED};
use super::destination::unknown_names;
use super::pattern::{Pattern, PatternError};
use super::regex::{RouteRegex, normalized_src};
use crate::base::similar;
use crate::document::Path;

/// One change of the config that takes a problem away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What it does, as an order.
    pub title: String,
    /// The change.
    pub change: Change,
    /// Whether no other meaning is likely. What is repaired is refused today, so that nothing else can change.
    pub is_certain: bool,
}

/// What a repair changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Sets a key or value.
    Set(Path, Value),
    /// Replaces bytes of the string at a path, counted with its escapes resolved.
    Replace(Path, (usize, usize), String),
    /// Removes a key or an item.
    Remove(Path),
}

impl Repair {
    fn certain(title: impl Into<String>, change: Change) -> Self {
        Self { title: title.into(), change, is_certain: true }
    }

    fn likely(title: impl Into<String>, change: Change) -> Self {
        Self { title: title.into(), change, is_certain: false }
    }
}

type Entry = Map<String, Value>;

/// Adds `"key": true`. Where the key stands with another value, that was meant once.
pub(super) fn turned_on(entry: &Entry, path: &Path, key: &str) -> Repair {
    let change = Change::Set(path.key(key), json!(true));
    let title = format!("Set \"{key}\" to true");
    if entry.contains_key(key) { Repair::likely(title, change) } else { Repair::certain(title, change) }
}

/// Removes one of two names of a key that say the same.
pub(super) fn spelling(entry: &Entry, path: &Path, old: &str, new: &str) -> Option<Repair> {
    let same = entry.get(old) == entry.get(new);
    same.then(|| Repair::certain(format!("Delete \"{new}\""), Change::Remove(path.key(new))))
}

/// Removes `permanent` or `statusCode` where both say the same, or nearly so.
pub(super) fn status(entry: &Entry, path: &Path) -> Option<Repair> {
    let remove = |key: &str| (format!("Delete \"{key}\""), Change::Remove(path.key(key)));
    match (entry.get("permanent")?.as_bool()?, entry.get("statusCode")?.as_u64()?) {
        (true, 308) | (false, 307) => {
            let (title, change) = remove("statusCode");
            Some(Repair::certain(title, change))
        }
        (true, 301) | (false, 302 | 303) => {
            let (title, change) = remove("permanent");
            Some(Repair::likely(title, change))
        }
        _ => None,
    }
}

/// The phase that was meant by a misspelt one.
pub(super) fn handle(path: &Path, meant: &str) -> Repair {
    Repair::certain(format!("Write \"{meant}\""), Change::Set(path.key("handle"), json!(meant)))
}

/// Removes a handle that starts the phase that goes on anyway.
pub(super) fn again(path: &Path) -> Repair {
    Repair::certain("Delete the repeated handle", Change::Remove(path.clone()))
}

/// A regex without what other languages write and JavaScript has not.
pub(super) fn regex(entry: &Entry, path: &Path, source: &str) -> Option<Repair> {
    if matches!(source, "*" | "**" | "/**" | "/**/*") {
        let change = Change::Set(path.clone(), json!("/(.*)"));
        return Some(Repair::certain("Write \"/(.*)\", which is everything", change));
    }
    let glob = source.find("/**").map(|at| at + 1).filter(|&at| source.get(at..).is_some_and(is_glob));
    if let Some(at) = glob {
        let change = Change::Replace(path.clone(), (at, source.len()), "(.*)".to_owned());
        let text = format!("{}(.*)", source.get(..at)?);
        return RouteRegex::new(&normalized_src(&text))
            .ok()
            .map(|_| Repair::certain("Write (.*), which is anything", change));
    }
    let keeps_case = entry.get("caseSensitive") == Some(&Value::Bool(true));
    let known = [("(?i)", "", !keeps_case), ("(?P<", "(?<", true), ("++", "+", false), ("*+", "*", false)];
    known.into_iter().find_map(|(from, to, is_certain)| {
        let at = source.find(from).filter(|_| from != "(?i)" || !keeps_case)?;
        let text = source.replacen(from, to, 1);
        RouteRegex::new(&normalized_src(&text)).ok()?;
        let title = if to.is_empty() { format!("Delete {from}") } else { format!("Write {to} for {from}") };
        Some(Repair { title, change: Change::Replace(path.clone(), (at, at + from.len()), to.to_owned()), is_certain })
    })
}

/// A pattern that goes further than the one that is refused.
pub(super) fn pattern(entry: &Entry, path: &Path, source: &str, error: &PatternError) -> Option<Repair> {
    let at = error.at.0;
    let rest = source.get(at..)?;
    // Groups are numbered, and a destination may count on that.
    let counted = |key: &str| entry.get(key).is_some_and(|value| value.to_string().contains('$'));
    let is_counted = ["destination", "headers", "transforms"].into_iter().any(counted);
    let between = |start: usize, end: usize, text: String, is_certain: bool| {
        let title = format!("Write {text} for {}", source.get(start..end).unwrap_or_default());
        let title = if end == start { format!("Insert {text}") } else { title };
        Repair { title, change: Change::Replace(path.clone(), (start, end), text), is_certain }
    };
    let replaced = |end: usize, text: String, is_certain: bool| between(at, end, text, is_certain);
    let repair = if rest.starts_with("(?!") || rest.starts_with("(?=") {
        let group = rest.get(..group_length(rest)?)?;
        let behind = rest.get(group.len()..)?;
        let tail = [".*", "(.*)", ""].into_iter().find(|tail| behind == *tail)?;
        replaced(at + group.len() + tail.len(), format!("({group}.*)"), true)
    } else if rest.starts_with("(?:") {
        replaced(at + 3, "(".to_owned(), !is_counted)
    } else if rest.starts_with('*') && is_any(source, at) {
        between(at - 1, at + 1, "(.*)".to_owned(), !is_counted)
    } else if is_glob(rest) {
        let named = wanted(entry).filter(|_| source.get(..at).is_some_and(|before| before.ends_with('/')));
        replaced(source.len(), named.map_or_else(|| "(.*)".to_owned(), |name| format!(":{name}*")), true)
    } else if rest.starts_with('*') {
        replaced(at + 1, "(.*)".to_owned(), false)
    } else if rest.starts_with('(') {
        replaced(at + 1, "(?:".to_owned(), !is_counted)
    } else if rest.starts_with([':', '{', '}']) && !rest.starts_with(":(") {
        replaced(at, "\\".to_owned(), rest.starts_with(':'))
    } else {
        return None;
    };
    goes_further(&repair, source, at).then_some(repair)
}

/// The one name that the destination of an entry uses, where its source gives none.
fn wanted(entry: &Entry) -> Option<String> {
    let mut names = unknown_names(entry.get("destination")?.as_str()?, &Names::default());
    names.pop().filter(|name| names.is_empty() && name != UNNAMED)
}

/// Whether it is the end of a glob such as `**/*` or `*`.
fn is_glob(rest: &str) -> bool {
    rest.starts_with('*') && rest.bytes().all(|byte| matches!(byte, b'*' | b'/'))
}

/// Whether the `*` at `at` stands behind a dot that is not escaped: `.*` of a regex.
fn is_any(source: &str, at: usize) -> bool {
    source.get(..at).is_some_and(|before| before.ends_with('.') && !before.ends_with("\\."))
}

/// The length of the group that `text` begins with.
fn group_length(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether the repaired text is a pattern, or has its first fault further on.
fn goes_further(repair: &Repair, source: &str, at: usize) -> bool {
    let Change::Replace(_, (start, end), text) = &repair.change else { return false };
    let (Some(before), Some(behind)) = (source.get(..*start), source.get(*end..)) else { return false };
    let repaired = format!("{before}{text}{behind}");
    match Pattern::parse(&repaired) {
        Ok(pattern) => pattern.regex().is_ok() && RouteRegex::new(&repaired).is_ok(),
        Err(error) => error.at.0 > at + text.len(),
    }
}

/// The name that was probably meant, in the place of one that is not known. Certain where no other is near.
pub(super) fn name(path: &Path, at: (usize, usize), name: &str, names: &Names) -> Option<Repair> {
    let meant = similar::closest(name, names.named())?;
    let only = similar::closest(name, names.named().filter(|other| *other != meant)).is_none();
    let change = Change::Replace(path.clone(), at, format!(":{meant}"));
    let title = format!("Write :{meant}");
    Some(if only { Repair::certain(title, change) } else { Repair::likely(title, change) })
}

/// What makes the only name that a destination uses the only one that `source` gives: the group without a name gets it, or the other name is written.
pub(super) fn only_name(entry: &Entry, path: &Path, at: (usize, usize), name: &str, names: &Names) -> Option<Repair> {
    let source = entry.get("source")?.as_str()?;
    wanted(entry).filter(|wanted| wanted == name)?;
    let mut given = names.named();
    match (given.next(), given.next(), names.unnamed_groups()) {
        (Some(other), None, 0) => {
            let change = Change::Replace(path.clone(), at, format!(":{other}"));
            Some(Repair::likely(format!("Write :{other}"), change))
        }
        (None, None, 1) => {
            let at = source.find('(').filter(|&at| !source.get(..at).is_some_and(|before| before.contains('\\')))?;
            let named = format!("{}:{name}{}", source.get(..at)?, source.get(at..)?);
            Pattern::parse(&named).ok().filter(|pattern| pattern.keys().all(|key| key.name == name))?;
            let change = Change::Replace(path.parent()?.key("source"), (at, at), format!(":{name}"));
            Some(Repair::certain(format!("Name the group in `source` :{name}"), change))
        }
        _ => None,
    }
}

/// `:name` for `$name`.
pub(super) fn sigil(path: &Path, at: (usize, usize), name: &str) -> Repair {
    Repair::certain(format!("Write :{name}"), Change::Replace(path.clone(), at, format!(":{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Segment;
    use crate::routing::problems;

    /// The config after the repair of its one problem, and whether that is certain.
    fn repaired(mut config: Value) -> Option<(Value, bool)> {
        let found = problems(&config);
        let [problem] = found.as_slice() else { panic!("{found:?}") };
        let repair = problem.repair.clone()?;
        match repair.change {
            Change::Set(path, value) => {
                let (last, above) = path.segments().split_last()?;
                let Segment::Key(key) = last else { return None };
                at(&mut config, above).as_object_mut()?.insert(key.to_string(), value);
            }
            Change::Remove(path) => {
                let (last, above) = path.segments().split_last()?;
                match (last, at(&mut config, above)) {
                    (Segment::Key(key), Value::Object(object)) => drop(object.shift_remove(&**key)),
                    (Segment::Index(index), Value::Array(array)) => drop(array.remove(*index)),
                    _ => return None,
                }
            }
            Change::Replace(path, (start, end), text) => {
                let value = at(&mut config, path.segments());
                let old = value.as_str()?.to_owned();
                *value = json!(format!("{}{text}{}", &old[..start], &old[end..]));
            }
        }
        Some((config, repair.is_certain))
    }

    fn at<'v>(value: &'v mut Value, segments: &[Segment]) -> &'v mut Value {
        segments.iter().fold(value, |value, segment| match segment {
            Segment::Key(key) => &mut value[&**key],
            Segment::Index(index) => &mut value[*index],
        })
    }

    #[test]
    fn sources_are_repaired() {
        for (source, expected, certain) in [
            ("/(?!api/.*).*", "/((?!api/.*).*)", true),
            ("/(?!a|b(?:c))(.*)", "/((?!a|b(?:c)).*)", true),
            ("/a(?:/v[0-9]+)?/b", "/a(/v[0-9]+)?/b", true),
            ("/(a(b)c)", "/(a(?:b)c)", true),
            ("/api/*", "/api/(.*)", true),
            ("/api/**/*", "/api/(.*)", true),
            ("/*.html", "/(.*).html", false),
            ("/a:/b", "/a\\:/b", true),
            ("/a/.*\\.(b|c)", "/a/(.*)\\.(b|c)", true),
            ("/a/.*", "/a/(.*)", true),
            ("/a\\.*", "/a\\.(.*)", true),
        ] {
            let with = |source: &str| json!({"rewrites": [{"source": source, "destination": "/x"}]});
            assert_eq!(repaired(with(source)), Some((with(expected), certain)), "{source}");
            assert_eq!(problems(&with(expected)), [], "{source}");
        }
        for source in ["/\\d+", "/:(\\d+)", "/(?!a)/b", "/(a", "/()", "/(?<=a)b"] {
            assert_eq!(repaired(json!({"rewrites": [{"source": source, "destination": "/x"}]})), None, "{source}");
        }
        let with =
            |source: &str, destination: &str| json!({"rewrites": [{"source": source, "destination": destination}]});
        for (source, destination, expected, certain) in [
            ("/api/*", "/x/:splat", with("/api/:splat*", "/x/:splat"), true),
            ("/api/**", "https://a.b/:path*", with("/api/:path*", "https://a.b/:path*"), true),
            ("/*", "/:a/:b", with("/(.*)", "/:a/:b"), true),
            ("/a*", "/x/:splat", with("/a(.*)", "/x/:splat"), true),
            ("/api/(.*)", "/x/:splat", with("/api/:splat(.*)", "/x/:splat"), true),
            ("/api/:path*", "/x/:splat", with("/api/:path*", "/x/:path"), false),
        ] {
            assert_eq!(repaired(with(source, destination)), Some((expected, certain)), "{source}");
        }
        for (source, destination) in
            [("/a", "/x/:splat"), ("/:a/:b", "/x/:splat"), ("/(a)/(b)", "/x/:splat"), ("/\\((a)", "/:x")]
        {
            assert_eq!(repaired(with(source, destination)), None, "{source}");
        }
        let counted = json!({"redirects": [{"source": "/a(?:b)(c)", "destination": "/$1"}]});
        assert_eq!(repaired(counted).map(|(_, certain)| certain), Some(false));
    }

    #[test]
    fn entries_are_repaired() {
        let redirect = |more: Value| {
            let mut entry = json!({"source": "/:a/:bc", "destination": "/x"});
            entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"redirects": [entry]})
        };
        for (config, expected, certain) in [
            (redirect(json!({"permanent": false, "statusCode": 307})), redirect(json!({"permanent": false})), true),
            (redirect(json!({"permanent": true, "statusCode": 301})), redirect(json!({"statusCode": 301})), false),
            (redirect(json!({"destination": "/:bd"})), redirect(json!({"destination": "/:bc"})), true),
            (json!({"routes": [{"handle": "mis"}]}), json!({"routes": [{"handle": "miss"}]}), true),
            (
                json!({"routes": [{"handle": "hit"}, {"src": "/a", "headers": {"a": "b"}}]}),
                json!({"routes": [{"handle": "hit"}, {"src": "/a", "headers": {"a": "b"}, "continue": true}]}),
                true,
            ),
            (
                json!({"routes": [{"handle": "miss"}, {"src": "/a", "dest": "/b", "check": false}]}),
                json!({"routes": [{"handle": "miss"}, {"src": "/a", "dest": "/b", "check": true}]}),
                false,
            ),
            (
                json!({"routes": [{"handle": "error"}, {"src": "/a"}, {"handle": "error"}]}),
                json!({"routes": [{"handle": "error"}, {"src": "/a"}]}),
                true,
            ),
            (json!({"routes": [{"src": "/a", "source": "/a"}]}), json!({"routes": [{"src": "/a"}]}), true),
            (json!({"routes": [{"src": "(?i)/a"}]}), json!({"routes": [{"src": "/a"}]}), true),
            (json!({"routes": [{"src": "/(?P<x>a)"}]}), json!({"routes": [{"src": "/(?<x>a)"}]}), true),
            (json!({"routes": [{"src": "/a/**/*"}]}), json!({"routes": [{"src": "/a/(.*)"}]}), true),
            (json!({"routes": [{"src": "*"}]}), json!({"routes": [{"src": "/(.*)"}]}), true),
        ] {
            assert_eq!(repaired(config.clone()), Some((expected.clone(), certain)), "{config}");
            assert_eq!(problems(&expected), [], "{config}");
        }
        for config in [
            redirect(json!({"permanent": true, "statusCode": 302})),
            json!({"routes": [{"src": "/a", "source": "/b"}]}),
            json!({"routes": [{"src": "(?i)/a", "caseSensitive": true}]}),
            json!({"routes": [{"handle": "hit"}, {"handle": "error"}, {"handle": "hit"}]}),
        ] {
            assert_eq!(repaired(config.clone()), None, "{config}");
        }
    }
}
