//! What compiled routes answer: the phases, as the platform walks through them (its own `vercel dev`, CLI 64.0.2, walks the same way).
//!
//! Two configs that give the same answers for every URL are the same to a visitor; [`crate::convert`] holds its work to that.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::convert::Compiled;
use super::regex::RegexError;

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Its path, with the leading slash and without query.
    pub path: &'r str,
    /// Its method, in capitals.
    pub method: &'r str,
    /// Whether the conditions of `has` hold and those of `missing` do not: one answer for all of them.
    pub conditions: bool,
}

/// What is deployed, as far as it matters here: the name of what answers at a path, where something does.
pub type Files<'f> = dyn Fn(&str) -> Option<String> + 'f;

/// What is sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// A file or function, with the query that a route adds.
    File(String, String),
    /// Nothing lies there.
    Missing,
    /// A redirect to this place.
    Redirect(String),
    /// What another host answers at this URL.
    Proxy(String),
    /// A status without a file.
    Status,
}

/// The answer to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is sent back.
    pub outcome: Sent,
    /// The status that a route sets.
    pub status: Option<u64>,
    /// The headers that routes set; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// What else the routes on the way ask for, key by key as the config has it.
    pub effects: Vec<String>,
}

/// Where the answer came from; no visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail {
    /// The routes that matched, as indexes into the list that was compiled.
    pub routes: Vec<usize>,
}

/// Compiled routes, ready to be asked.
pub struct Router<'c> {
    routes: Vec<(Option<regress::Regex>, &'c str, &'c Compiled)>,
}

/// Keys that the walk itself understands; all others are effects.
const UNDERSTOOD: [&str; 11] =
    ["src", "dest", "headers", "status", "continue", "check", "methods", "has", "missing", "caseSensitive", "handle"];

/// How a list of routes was left.
enum Left {
    /// No route ended the walk.
    Through,
    /// A route ended it: what lies at the path now is the answer.
    Stop,
    /// A route gave the whole answer.
    With(Sent),
}

struct Walk<'r, 'f> {
    request: Request<'r>,
    files: &'f Files<'f>,
    path: String,
    answer: Answer,
    trail: Trail,
}

impl<'c> Router<'c> {
    /// Reads the regexes. Case counts only where a route says so: what is compiled from `source` has no such flag either.
    ///
    /// # Errors
    /// A regex that is none.
    pub fn new(routes: &'c [Compiled]) -> Result<Self, RegexError> {
        let read = |route: &'c Compiled| {
            let flags = if route.fields.get("caseSensitive") == Some(&Value::Bool(true)) { "" } else { "i" };
            let regex = route.src().map(|src| regress::Regex::with_flags(src, flags)).transpose();
            let prefix = route.src().map(prefix).unwrap_or_default();
            regex.map(|regex| (regex, prefix, route)).map_err(|error| RegexError { message: error.text, at: None })
        };
        Ok(Self { routes: routes.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// The answer to `request` where `files` are deployed.
    pub fn answer(&self, request: Request<'_>, files: &Files<'_>) -> (Answer, Trail) {
        let answer = Answer { outcome: Sent::Missing, status: None, headers: BTreeMap::new(), effects: Vec::new() };
        let mut walk = Walk { request, files, path: request.path.to_owned(), answer, trail: Trail::default() };
        let outcome = match self.walk(None, &mut walk) {
            Left::With(outcome) => outcome,
            Left::Stop => self.serve(&mut walk),
            Left::Through => match walk.file() {
                Some(file) => self.hit(file, &mut walk),
                None => self.behind_files(&mut walk),
            },
        };
        walk.answer.outcome = outcome;
        (walk.answer, walk.trail)
    }

    fn behind_files(&self, walk: &mut Walk<'_, '_>) -> Sent {
        match self.walk(Some("filesystem"), walk) {
            Left::With(outcome) => outcome,
            Left::Stop => self.serve(walk),
            Left::Through => self.miss(walk),
        }
    }

    fn serve(&self, walk: &mut Walk<'_, '_>) -> Sent {
        match walk.file() {
            Some(file) => self.hit(file, walk),
            None => self.miss(walk),
        }
    }

    fn hit(&self, file: Sent, walk: &mut Walk<'_, '_>) -> Sent {
        self.walk(Some("hit"), walk);
        file
    }

    fn miss(&self, walk: &mut Walk<'_, '_>) -> Sent {
        for phase in ["resource", "miss", "error"] {
            match self.walk(Some(phase), walk) {
                Left::With(outcome) => return outcome,
                Left::Stop | Left::Through => {
                    if let Some(file) = walk.file() {
                        return file;
                    }
                }
            }
        }
        Sent::Missing
    }

    /// Tries the routes of one phase in order.
    fn walk(&self, phase: Option<&str>, walk: &mut Walk<'_, '_>) -> Left {
        let mut current = None;
        for (index, (regex, prefix, route)) in self.routes.iter().enumerate() {
            if let Some(handle) = route.handle() {
                current = Some(handle);
                continue;
            }
            let Some(regex) = regex.as_ref().filter(|_| current == phase) else { continue };
            let starts = walk.path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
            if !starts || !walk.allows(&route.fields) {
                continue;
            }
            let path = walk.path.clone();
            let (path, _) = split_query(&path);
            let Some(found) = regex.find(path) else { continue };
            walk.trail.routes.push(index);
            if let Some(left) = self.matched(route, walk, &|text| filled(text, path, &found)) {
                return left;
            }
        }
        Left::Through
    }

    fn matched(&self, route: &Compiled, walk: &mut Walk<'_, '_>, fill: &dyn Fn(&str) -> String) -> Option<Left> {
        let mut location = None;
        for (name, value) in route.fields.get("headers").and_then(Value::as_object).into_iter().flatten() {
            let value = fill(value.as_str().unwrap_or_default());
            if name.eq_ignore_ascii_case("location") {
                location = Some(value.clone());
            }
            walk.answer.headers.insert(name.to_lowercase(), value);
        }
        let effects = route.fields.iter().filter(|(key, _)| !UNDERSTOOD.contains(&key.as_str()));
        walk.answer.effects.extend(effects.map(|(key, value)| format!("{key}={value}")));
        walk.answer.status = route.status().or(walk.answer.status);
        let dest = route.dest().map(fill);
        if route.continues() {
            if let Some(dest) = dest {
                walk.path = rooted(dest);
            }
            return None;
        }
        if let Some(location) = location.filter(|_| walk.answer.status.is_some_and(|status| status / 100 == 3)) {
            walk.answer.headers.remove("location");
            return Some(Left::With(Sent::Redirect(location)));
        }
        match dest {
            Some(url) if url.contains("://") => Some(Left::With(Sent::Proxy(url))),
            Some(dest) => {
                walk.path = rooted(dest);
                if !route.checks() {
                    return Some(Left::Stop);
                }
                walk.file().map(|file| {
                    self.walk(Some("hit"), walk);
                    Left::With(file)
                })
            }
            None if route.status().is_some() => Some(Left::With(Sent::Status)),
            None => Some(Left::Stop),
        }
    }
}

impl Walk<'_, '_> {
    fn file(&self) -> Option<Sent> {
        let (path, query) = split_query(&self.path);
        (self.files)(path).map(|file| Sent::File(file, query.to_owned()))
    }

    fn allows(&self, fields: &Map<String, Value>) -> bool {
        let methods = fields.get("methods").and_then(Value::as_array);
        let method = methods.is_none_or(|methods| methods.iter().any(|method| method == self.request.method));
        let conditional = fields.contains_key("has") || fields.contains_key("missing");
        method && (self.request.conditions || !conditional)
    }
}

/// The plain text that every match of an anchored regex starts with, as far as it is easily seen: it spares most matches.
fn prefix(src: &str) -> &str {
    let Some(rest) = src.strip_prefix('^').filter(|rest| !rest.contains('|')) else { return "" };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    let length = rest.bytes().take_while(plain).count();
    let repeated = rest.get(length..).is_some_and(|behind| behind.starts_with(['?', '*', '+', '{']));
    rest.get(..length.saturating_sub(usize::from(repeated))).unwrap_or_default()
}

/// A destination without a leading slash is one from the root.
fn rooted(dest: String) -> String {
    if dest.starts_with('/') { dest } else { format!("/{dest}") }
}

fn split_query(path: &str) -> (&str, &str) {
    path.split_once('?').unwrap_or((path, ""))
}

/// `text` with the captures of a match in the place of `$1` and `$name`; what was not captured is nothing.
fn filled(text: &str, path: &str, found: &regress::Match) -> String {
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() && byte != b'0';
    let value = |name: &str| {
        if name.is_empty() {
            return Some("$");
        }
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        let number = || name.get(..digits)?.parse::<usize>().ok();
        let range = found.named_group(name).or_else(|| found.group(number().filter(|n| *n <= found.captures.len())?));
        Some(range.and_then(|range| path.get(range)).unwrap_or_default())
    };
    fill(text, in_name, value).unwrap_or_default()
}

/// `template` with the value of each `$name`, which goes on as far as `in_name`; none where one has no value.
pub(super) fn fill<'v>(
    template: &str,
    in_name: impl Fn(u8) -> bool,
    value: impl Fn(&str) -> Option<&'v str>,
) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('$') {
        let length = behind.bytes().take_while(|byte| in_name(*byte)).count();
        let (name, after) = behind.split_at_checked(length)?;
        out.push_str(before);
        out.push_str(value(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::compile;
    use super::*;

    fn answer(config: Value, path: &str, files: &[&str]) -> (Answer, Trail) {
        let routes = compile(&config).unwrap().unwrap_or_default();
        let router = Router::new(&routes).unwrap();
        let deployed = |path: &str| files.contains(&path).then(|| path.to_owned());
        router.answer(Request { path, method: "GET", conditions: true }, &deployed)
    }

    fn outcome(config: &Value, path: &str, files: &[&str]) -> Sent {
        answer(config.clone(), path, files).0.outcome
    }

    fn file(name: &str) -> Sent {
        Sent::File(name.to_owned(), String::new())
    }

    #[test]
    fn a_route_before_the_filesystem_hides_files_and_a_rewrite_does_not() {
        let route = json!({"routes": [{"src": "/(.*)", "dest": "index.js"}]});
        let rewrite = json!({"rewrites": [{"source": "/(.*)", "destination": "/index.js"}]});
        let files = ["/index.js", "/a.css"];
        assert_eq!(outcome(&route, "/a.css", &files), file("/index.js"));
        assert_eq!(outcome(&rewrite, "/a.css", &files), file("/a.css"));
        assert_eq!(outcome(&rewrite, "/b", &files), file("/index.js"));
        assert_eq!(outcome(&rewrite, "/b", &[]), Sent::Missing);
    }

    #[test]
    fn captures_case_and_queries() {
        let config = json!({"routes": [{"src": "/(?<id>[^/]+)/(.*)", "dest": "/api?id=$id&rest=$2&n=$1"}]});
        let expected = Sent::File("/api".into(), "id=a&rest=B/c&n=a".into());
        assert_eq!(outcome(&config, "/a/B/c", &["/api"]), expected);
        let config =
            json!({"routes": [{"src": "/A", "dest": "/x"}, {"src": "/B", "dest": "/x", "caseSensitive": true}]});
        assert_eq!(outcome(&config, "/a", &["/x"]), file("/x"));
        assert_eq!(outcome(&config, "/b", &["/x"]), Sent::Missing);
    }

    #[test]
    fn headers_are_gathered_and_redirects_end_the_walk() {
        let config = json!({
            "routes": [{"src": "/(.*)", "headers": {"X-A": "$1"}, "continue": true},
                {"src": "/old/(.*)", "status": 301, "headers": {"Location": "/new/$1"}},
                {"src": "/gone", "status": 410}],
            "headers": [{"source": "/(.*)", "headers": [{"key": "x-b", "value": "2"}]}],
        });
        let (found, trail) = answer(config.clone(), "/old/x", &[]);
        assert_eq!(found.outcome, Sent::Redirect("/new/x".into()));
        assert_eq!((found.status, found.headers.len(), trail.routes.len()), (Some(301), 1, 2));
        assert_eq!(outcome(&config, "/gone", &["/gone"]), Sent::Status);
        let (found, _) = answer(config, "/f", &["/f"]);
        assert_eq!(found.headers.get("x-a").map(String::as_str), Some("f"));
        assert_eq!(found.headers.get("x-b").map(String::as_str), Some("2"));
    }

    #[test]
    fn prefixes_are_plain() {
        for (src, expected) in [
            ("^/a/(.*)$", "/a/"),
            ("^/ab?$", "/a"),
            ("^/a|b$", ""),
            ("^/a\\.b$", "/a"),
            ("^.*$", ""),
            ("^/$", "/"),
            ("a", ""),
        ] {
            assert_eq!(prefix(src), expected, "{src}");
        }
    }

    #[test]
    fn phases_follow_each_other() {
        let config = json!({"routes": [{"src": "/p", "dest": "https://e.com/$1"}, {"handle": "filesystem"},
            {"src": "/(.*)", "dest": "/f"}, {"handle": "hit"}, {"src": ".*", "headers": {"h": "1"}, "continue": true}]});
        assert_eq!(outcome(&config, "/p", &["/p", "/f"]), Sent::Proxy("https://e.com/".into()));
        let (found, trail) = answer(config.clone(), "/a", &["/a", "/f"]);
        assert_eq!((found.outcome, found.headers.len(), trail.routes), (file("/a"), 1, vec![4]));
        let (found, trail) = answer(config, "/b", &["/a", "/f"]);
        assert_eq!((found.outcome, trail.routes.first()), (file("/f"), Some(&2)));
    }

    #[test]
    fn methods_and_conditions_choose() {
        let config = json!({"routes": [{"src": "/a", "methods": ["POST"], "dest": "/post"},
            {"src": "/a", "has": [{"type": "host", "value": "x"}], "dest": "/host", "mitigate": {"action": "deny"}}]});
        let routes = compile(&config).unwrap().unwrap();
        let router = Router::new(&routes).unwrap();
        let ask = |method, conditions| {
            router.answer(Request { path: "/a", method, conditions }, &|path| Some(path.to_owned())).0
        };
        assert_eq!(ask("POST", true).outcome, file("/post"));
        assert_eq!(ask("GET", true).outcome, file("/host"));
        assert_eq!(ask("GET", true).effects, ["mitigate={\"action\":\"deny\"}"]);
        assert_eq!(ask("GET", false).outcome, file("/a"));
    }
}
