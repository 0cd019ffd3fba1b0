//! What the platform refuses in `routes`, `redirects`, `headers`, `rewrites`, `cleanUrls` and `trailingSlash`, beyond the schema.

use serde_json::{Map, Value};

use super::captures::{Names, UNNAMED};
use super::pattern::Pattern;
use super::regex::RouteRegex;
use super::repair::{self, Repair};
use super::{check_routes, convert, destination};
use crate::base::similar;
use crate::document::{Part, Path};

/// Something that the platform refuses about routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteProblem {
    /// The place at fault.
    pub path: Path,
    /// Whether the key or the value there is meant.
    pub part: Part,
    /// The platform's own code: `invalid_route`, `invalid_redirect`, `invalid_header`, `invalid_rewrite`, `invalid_clean_urls`, `invalid_trailing_slash`.
    pub code: &'static str,
    /// What is wrong, why, and what to write.
    pub message: String,
    /// The bytes at fault inside the string at `path`, escapes resolved; none where the whole value is meant.
    pub at: Option<(usize, usize)>,
    /// How it can be repaired.
    pub repair: Option<Repair>,
}

impl RouteProblem {
    pub(super) fn new(path: Path, part: Part, code: &'static str, message: impl Into<String>) -> Self {
        Self { path, part, code, message: message.into(), at: None, repair: None }
    }

    pub(super) fn repaired(self, repair: impl Into<Option<Repair>>) -> Self {
        Self { repair: repair.into(), ..self }
    }
}

/// Everything that the platform refuses about the routes of a config that its schema accepts, in the order in which it looks.
///
/// The platform stops at the first list with a problem. What no schema would accept is passed over.
pub fn problems(config: &Value) -> Vec<RouteProblem> {
    let mut problems = Vec::new();
    check_routes::check(config, &mut problems);
    for (key, code) in [("cleanUrls", "invalid_clean_urls"), ("trailingSlash", "invalid_trailing_slash")] {
        if config.get(key).is_some_and(|value| !value.is_boolean()) {
            let message = format!("`{key}` is on or off: write `true` or `false`");
            problems.push(RouteProblem::new(Path::keys([key]), Part::Value, code, message));
        }
    }
    for list in [&REDIRECTS, &HEADERS, &REWRITES] {
        list.check(config, &mut problems);
    }
    problems
}

struct List {
    key: &'static str,
    code: &'static str,
}

const REDIRECTS: List = List { key: "redirects", code: "invalid_redirect" };
const HEADERS: List = List { key: "headers", code: "invalid_header" };
const REWRITES: List = List { key: "rewrites", code: "invalid_rewrite" };

impl List {
    fn check(&self, config: &Value, problems: &mut Vec<RouteProblem>) {
        for (index, entry) in config.get(self.key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            if let Some(entry) = entry.as_object() {
                let before = problems.len();
                let path = Path::keys([self.key]).index(index);
                self.entry(entry, &path, problems);
                if problems.len() == before && !compiles(self.key, entry) {
                    problems.push(RouteProblem::new(path, Part::Value, self.code, self.uncompiled(entry)));
                }
            }
        }
    }

    fn entry(&self, entry: &Map<String, Value>, path: &Path, problems: &mut Vec<RouteProblem>) {
        let Some(source) = entry.get("source").and_then(Value::as_str) else { return };
        let names = match self.source(entry, source, path) {
            Ok(pattern) => Names::new(&pattern, entry.get("has")),
            Err(problem) => {
                problems.push(*problem);
                return self.both_statuses(entry, path, problems);
            }
        };
        let destination = match entry.get("destination") {
            Some(Value::String(text)) => Some((text, path.key("destination"))),
            Some(Value::Object(service)) => match service.get("path") {
                Some(Value::String(text)) => Some((text, path.key("destination").key("path"))),
                _ => None,
            },
            _ => None,
        };
        if let Some((text, path)) = destination.filter(|_| self.key != "headers") {
            self.destination(entry, text, path, &names, problems);
        }
        self.both_statuses(entry, path, problems);
        if self.key == "rewrites" {
            let transforms = entry.get("transforms").and_then(Value::as_array);
            for (index, transform) in transforms.into_iter().flatten().enumerate() {
                self.transform(transform, &path.key("transforms").index(index).key("args"), &names, problems);
            }
        }
    }

    fn source(&self, entry: &Map<String, Value>, source: &str, path: &Path) -> Result<Pattern, Box<RouteProblem>> {
        let problem = |message: String, at| {
            let problem = RouteProblem::new(path.key("source"), Part::Value, self.code, message);
            RouteProblem { at, ..problem }
        };
        // The platform tries the raw text as a regex before it reads the pattern; the pattern's own words say more.
        match (RouteRegex::new(source), Pattern::parse(source)) {
            (_, Err(error)) => {
                let repair = repair::pattern(entry, &path.key("source"), source, &error);
                let message = format!("`source` is no path pattern: {}", error.message);
                Err(Box::new(problem(message, Some(error.at)).repaired(repair)))
            }
            (Err(error), Ok(_)) => {
                let message = format!("`source` must be a regular expression of JavaScript too: {}", error.message);
                Err(Box::new(problem(message, error.at)))
            }
            (Ok(_), Ok(pattern)) => match pattern.regex() {
                Ok(_) => Ok(pattern),
                Err(error) => {
                    let message = format!("`source` makes no regular expression: {}", error.message);
                    Err(Box::new(problem(message, None)))
                }
            },
        }
    }

    fn destination(
        &self,
        entry: &Map<String, Value>,
        text: &str,
        path: Path,
        names: &Names,
        problems: &mut Vec<RouteProblem>,
    ) {
        for name in destination::unknown_names(text, names) {
            let problem = if name == UNNAMED {
                let message = "a group in brackets has no meaning in a destination: name the group in `source`, as in `:rest(.*)`, and write `:rest`";
                RouteProblem::new(path.clone(), Part::Value, self.code, message)
            } else {
                let at = find_name(text, &name);
                let message = format!("`:{name}` is given neither by `source` nor by `has`{}", meant(&name, names));
                let repair = at.and_then(|at| {
                    let near = repair::name(&path, at, &name, names);
                    near.or_else(|| repair::only_name(entry, &path, at, &name, names))
                });
                RouteProblem { at, ..RouteProblem::new(path.clone(), Part::Value, self.code, message) }.repaired(repair)
            };
            problems.push(problem);
        }
    }

    fn both_statuses(&self, entry: &Map<String, Value>, path: &Path, problems: &mut Vec<RouteProblem>) {
        if self.key == "redirects" && entry.contains_key("permanent") && entry.contains_key("statusCode") {
            let message =
                "`permanent` and `statusCode` both set the status: keep one. `permanent: true` is 308, `false` is 307";
            let problem = RouteProblem::new(path.key("statusCode"), Part::Key, self.code, message);
            problems.push(problem.repaired(repair::status(entry, path)));
        }
    }

    fn transform(&self, transform: &Value, path: &Path, names: &Names, problems: &mut Vec<RouteProblem>) {
        let args = transform.get("args").and_then(Value::as_str);
        let Some(args) = args.filter(|_| transform["type"] == "request.path") else { return };
        let mut add = |at: (usize, usize), message: String, repair: Option<Repair>| {
            let problem = RouteProblem::new(path.clone(), Part::Value, self.code, message);
            problems.push(RouteProblem { at: Some(at), ..problem }.repaired(repair));
        };
        for (at, name) in sigils(args, ':') {
            if !names.knows(name) {
                let at = (at, at + 1 + name.len());
                let message = format!("`:{name}` is given neither by `source` nor by `has`{}", meant(name, names));
                add(at, message, repair::name(path, at, name, names));
            }
        }
        let allowed = |name: &str| {
            transform
                .get("env")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .any(|known| known.as_str() == Some(name))
        };
        for (at, name) in sigils(args, '$') {
            if names.knows(name) && !allowed(name) {
                let at = (at, at + 1 + name.len());
                let message = format!("`${name}` names a parameter, and here a parameter is written `:{name}`");
                let plain = args.get(at.0..at.1).is_some_and(|text| text.ends_with(name));
                add(at, message, plain.then(|| repair::sigil(path, at, name)));
            }
        }
    }

    fn uncompiled(&self, entry: &Map<String, Value>) -> String {
        let has = entry.get("has").and_then(Value::as_array).is_some_and(|has| !has.is_empty());
        let why = if has {
            "the host of its destination is none, or a `key` in `has` is no plain name of letters, digits and `_`"
        } else if self.key == "headers" {
            "`\\` stands before `:` in a header: write the header without it"
        } else {
            "the host of its destination is none"
        };
        format!("the platform cannot compile this entry: {why}")
    }
}

fn compiles(list: &str, entry: &Map<String, Value>) -> bool {
    let config = Map::from_iter([(list.to_owned(), Value::Array(vec![Value::Object(entry.clone())]))]);
    convert::compile(&Value::Object(config)).is_ok()
}

fn meant(name: &str, names: &Names) -> String {
    match similar::closest(name, names.named()) {
        Some(known) => format!("; did you mean `:{known}`?"),
        None => {
            let known: Vec<String> = names.named().map(|name| format!("`:{name}`")).collect();
            match known.as_slice() {
                [] => format!(": add `:{name}` to `source`, or write the text itself"),
                known => format!(": use {}, or add `:{name}` to `source`", known.join(", ")),
            }
        }
    }
}

fn find_name(text: &str, name: &str) -> Option<(usize, usize)> {
    let at = text.match_indices(':').map(|(at, _)| at).find(|at| word(text, at + 1) == name)?;
    Some((at, at + 1 + name.len()))
}

/// The letters, digits and `_` from `at` on.
fn word(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    rest.get(..end).unwrap_or_default()
}

/// The names that a path template uses, each with its place: behind `:` unless escaped, behind `$` with or without a brace.
fn sigils(text: &str, sign: char) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(sign) {
        let before = text.get(..at).unwrap_or_default();
        let brace = sign == '$' && text.get(at + 1..).is_some_and(|rest| rest.starts_with('{'));
        let name = word(text, at + 1 + usize::from(brace));
        let escaped = sign == ':' && before.ends_with('\\');
        if !escaped && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            found.push((at, name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    type Found = (String, &'static str, Option<(usize, usize)>);

    fn found(config: Value) -> Vec<Found> {
        problems(&config).into_iter().map(|problem| (problem.path.to_string(), problem.code, problem.at)).collect()
    }

    #[test]
    fn problems_stand_where_they_are() {
        for (config, path, code, at) in [
            (
                json!({"rewrites": [{"source": "/a(", "destination": "/b"}]}),
                "rewrites[0].source",
                "invalid_rewrite",
                Some((2, 3)),
            ),
            (
                json!({"rewrites": [{"source": "/[b-a]", "destination": "/b"}]}),
                "rewrites[0].source",
                "invalid_rewrite",
                None,
            ),
            (
                json!({"rewrites": [{"source": "/:id", "destination": "/b/:di"}]}),
                "rewrites[0].destination",
                "invalid_rewrite",
                Some((3, 6)),
            ),
            (
                json!({"redirects": [{"source": "/a", "destination": "/b?q=:x"}]}),
                "redirects[0].destination",
                "invalid_redirect",
                Some((5, 7)),
            ),
            (
                json!({"redirects": [{"source": "/a", "destination": "/b", "permanent": true, "statusCode": 301}]}),
                "redirects[0].statusCode",
                "invalid_redirect",
                None,
            ),
            (
                json!({"headers": [{"source": "/a*", "headers": []}]}),
                "headers[0].source",
                "invalid_header",
                Some((2, 3)),
            ),
            (
                json!({"rewrites": [{"source": "/:a((?<n>x))*", "destination": "/b"}]}),
                "rewrites[0].source",
                "invalid_rewrite",
                None,
            ),
            (
                json!({"rewrites": [{"source": "/a", "destination": "https://a[b].com"}]}),
                "rewrites[0]",
                "invalid_rewrite",
                None,
            ),
        ] {
            assert_eq!(found(config.clone()), [(path.to_owned(), code, at)], "{config}");
        }
    }

    #[test]
    fn what_deploys_is_silent() {
        for config in [
            json!({"rewrites": [{"source": "/:id", "destination": "/b#:zz"}, {"source": "/a", "destination": "/a:-/x:"}]}),
            json!({"redirects": [{"source": "/:a(\\d+)?", "destination": "b/:a"}, {"source": "/x", "destination": "/:h/:k", "has": [
                {"type": "host", "value": "(?<h>.*)"}, {"type": "query", "key": "k"}]}]}),
            json!({"headers": [{"source": "/((?!api).*)", "headers": [{"key": "a", "value": ":zz"}]}]}),
            json!({"cleanUrls": true, "trailingSlash": false}),
        ] {
            assert_eq!(found(config.clone()), [], "{config}");
        }
    }

    #[test]
    fn messages_name_the_likely_word() {
        let config = json!({"rewrites": [{"source": "/:slug", "destination": "/:slgu"}]});
        assert_eq!(
            problems(&config)[0].message,
            "`:slgu` is given neither by `source` nor by `has`; did you mean `:slug`?"
        );
    }
}
