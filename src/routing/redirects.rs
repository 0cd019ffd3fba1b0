//! Redirects that lead back to themselves, shown by one URL.

use std::collections::HashSet;

use serde_json::Value;

use super::answer;
use super::convert::Compiled;
use super::language::shape::Shape;
use super::reach::is_redirect;
use super::table::{Phase, Table, is_plain};

/// Redirects without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    /// The rows that answer, in the order of the way.
    pub rows: Vec<usize>,
    /// The paths of the way, from the first that comes again; with [`Loop::grows`] the first few.
    pub paths: Vec<String>,
    /// Whether no path comes again, and each is redirected all the same.
    pub grows: bool,
}

/// Browsers follow 20 redirects and then give up: Chromium `net/url_request`, Firefox `network.http.redirection-limit`.
const FOLLOWED: usize = 20;
/// Loops that are told of.
const MOST: usize = 20;

/// The loops of the redirects before the filesystem, each once. Only what happens for certain to the URL that is shown.
pub fn loops(table: &mut Table) -> Vec<Loop> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for row in 0..table.rows().len() {
        let starts = table.rows().get(row).is_some_and(|row| {
            row.phase == Phase::Initial && is_redirect(&row.route) && row.route.origin.segments().len() > 1
        });
        if !starts || found.len() >= MOST {
            continue;
        }
        let Some(visitor) = table.rows().get(row).and_then(|row| Visitor::of(&row.route)) else { continue };
        let samples = table.samples(row);
        let way = samples
            .into_iter()
            .find_map(|path| may_return(table, row, &visitor, &path).then(|| follow(table, &visitor, path))?);
        if let Some(way) = way {
            let mut key = way.rows.clone();
            key.sort_unstable();
            if seen.insert(key) {
                found.push(way);
            }
        }
    }
    found
}

/// A quick look at where the row leads `path`: whether any redirect could take it from there.
fn may_return(table: &mut Table, row: usize, visitor: &Visitor, path: &str) -> bool {
    let next = table
        .rows()
        .get(row)
        .filter(|_| is_plain(path))
        .and_then(|row| target(visitor, &fill(row.route.header("location")?, row.shape.as_ref()?, path)?));
    next.and_then(|next| table.candidates(&next)).is_some_and(|rows| !rows.is_empty())
}

/// A browser that fulfils the conditions of one route, at each step.
struct Visitor {
    conditions: Vec<(&'static str, Value)>,
}

impl Visitor {
    /// None where the conditions may change from one request to the next.
    fn of(route: &Compiled) -> Option<Self> {
        let conditions = conditions(route);
        // A redirect to the same host carries the same cookies and headers; what becomes of the query is not certain.
        let lasting =
            |(_, condition): &(_, Value)| matches!(condition["type"].as_str(), Some("host" | "header" | "cookie"));
        (conditions.iter().all(lasting) && takes_get(route)).then_some(Self { conditions })
    }

    /// Whether the route asks nothing but what the visitor fulfils.
    fn fulfils(&self, route: &Compiled) -> bool {
        takes_get(route) && conditions(route).iter().all(|condition| self.conditions.contains(condition))
    }

    /// Whether `host` is the one that the visitor asks for certain.
    fn is_at(&self, host: &str) -> bool {
        self.conditions.iter().any(|(key, condition)| {
            *key == "has"
                && condition["type"] == "host"
                && condition["value"].as_str().is_some_and(|value| value.replace("\\.", ".") == host)
        })
    }
}

fn conditions(route: &Compiled) -> Vec<(&'static str, Value)> {
    ["has", "missing"]
        .into_iter()
        .flat_map(|key| {
            let list = route.fields.get(key).and_then(Value::as_array);
            list.into_iter().flatten().map(move |condition| (key, condition.clone()))
        })
        .collect()
}

fn takes_get(route: &Compiled) -> bool {
    match route.fields.get("methods").and_then(Value::as_array) {
        Some(methods) => methods.iter().any(|method| method == "GET"),
        None => true,
    }
}

fn follow(table: &mut Table, visitor: &Visitor, start: String) -> Option<Loop> {
    let mut paths = vec![start];
    let mut rows = Vec::new();
    while paths.len() <= FOLLOWED + 1 {
        let path = paths.last()?.clone();
        let (row, next) = answered(table, visitor, &path)?;
        rows.push(row);
        if let Some(again) = paths.iter().position(|known| *known == next) {
            return Some(Loop { rows: rows.split_off(again), paths: paths.split_off(again), grows: false });
        }
        paths.push(next);
    }
    let last = rows.last().copied()?;
    // The way settles: the same few redirects answer again and again.
    let period = rows.iter().rev().skip(1).position(|&row| row == last)? + 1;
    let rows = rows.split_off(rows.len() - period);
    paths.truncate(3);
    Some(Loop { rows, paths, grows: true })
}

/// The redirect that answers `path`, and the path that it leads to on the same host; none where something else answers or it is not certain.
fn answered(table: &mut Table, visitor: &Visitor, path: &str) -> Option<(usize, String)> {
    // Some say that a path is also tried without its slash.
    let bare = path.strip_prefix('/')?;
    let mut rows = [table.unread_or_candidates(path)?, table.candidates(bare)?].concat();
    rows.sort_unstable();
    rows.dedup();
    for row in rows {
        let found = table.rows().get(row)?;
        if found.phase != Phase::Initial {
            return None;
        }
        if !table.is_match(row, path)? {
            if table.is_match(row, bare)? {
                return None;
            }
            continue;
        }
        let found = table.rows().get(row)?;
        let route = &found.route;
        let only_sets_headers = route.continues() && route.dest().is_none() && route.status().is_none();
        if only_sets_headers && route.header("location").is_none() {
            continue;
        }
        if !visitor.fulfils(route) || route.continues() || !is_redirect(route) {
            return None;
        }
        let location = fill(route.header("location")?, found.shape.as_ref()?, path)?;
        return Some((row, target(visitor, &location)?));
    }
    None
}

/// A template with the captures of `path` in it.
fn fill(template: &str, shape: &Shape, path: &str) -> Option<String> {
    if !template.contains('$') {
        return Some(template.to_owned());
    }
    let captures = shape.captures(path)?;
    answer::fill(template, |byte| byte.is_ascii_alphanumeric() || byte == b'_', |name| captures.get(name))
}

/// The path of a location on the same host.
fn target(visitor: &Visitor, location: &str) -> Option<String> {
    let path = match location.split_once("://") {
        Some(("http" | "https", rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (host, path) = rest.split_at_checked(end)?;
            if !visitor.is_at(host) {
                return None;
            }
            if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
        }
        _ => location.to_owned(),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    (is_plain(path) && !path.starts_with("//")).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::routing::compile;

    fn ways(config: &Value) -> Vec<Vec<String>> {
        let mut table = Table::new(compile(config).unwrap().unwrap());
        loops(&mut table).into_iter().map(|way| way.paths).collect()
    }

    fn redirects(list: Value) -> Value {
        json!({ "redirects": list })
    }

    #[test]
    fn loops_are_shown_by_a_url() {
        let host = json!([{"type": "host", "value": "a\\.com"}]);
        for (config, way) in [
            (redirects(json!([{"source": "/a", "destination": "/a?b=1"}])), vec!["/a"]),
            (
                redirects(json!([{"source": "/a", "destination": "/b"}, {"source": "/b", "destination": "/a"}])),
                vec!["/a", "/b"],
            ),
            (redirects(json!([{"source": "/a/:path*", "destination": "/a/:path*"}])), vec!["/a/x"]),
            (redirects(json!([{"source": "/:path(.*)", "destination": "/b/:path"}])), vec!["/", "/b/", "/b/b/"]),
            (redirects(json!([{"source": "/(.*)", "destination": "https://a.com/$1", "has": host}])), vec!["/"]),
            (json!({"trailingSlash": false, "redirects": [{"source": "/a", "destination": "/a/"}]}), vec!["/a", "/a/"]),
            (json!({"routes": [{"src": "/x/(?<n>.*)", "status": 302, "headers": {"location": "/x/$n"}}]}), vec!["/x/"]),
        ] {
            assert_eq!(ways(&config), [way], "{config}");
        }
    }

    #[test]
    fn what_ends_or_is_not_certain_is_silent() {
        for config in [
            redirects(json!([{"source": "/a", "destination": "/b"}, {"source": "/b", "destination": "/c"}])),
            redirects(json!([{"source": "/(.*)", "destination": "https://a.com/$1"}])),
            redirects(
                json!([{"source": "/(.*)", "destination": "https://b.com/$1", "has": [{"type": "host", "value": "a.com"}]}]),
            ),
            redirects(json!([{"source": "/About", "destination": "/about"}])),
            redirects(json!([{"source": "/a", "destination": "/a", "has": [{"type": "query", "key": "q"}]}])),
            redirects(
                json!([{"source": "/a", "destination": "/b", "has": [{"type": "cookie", "key": "q"}]}, {"source": "/b", "destination": "/a", "has": [{"type": "cookie", "key": "r"}]}]),
            ),
            json!({"routes": [{"src": "/a", "dest": "/x"}], "redirects": [{"source": "/a", "destination": "/a"}]}),
            json!({"routes": [{"src": "/(?<=/)a", "dest": "/x"}], "redirects": [{"source": "/a", "destination": "/a"}]}),
            json!({"routes": [{"handle": "filesystem"}], "redirects": [{"source": "/a", "destination": "/a"}]}),
            json!({"routes": [{"src": "/a", "methods": ["POST"], "status": 302, "headers": {"Location": "/a"}}]}),
            json!({"cleanUrls": true, "trailingSlash": true}),
        ] {
            assert!(ways(&config).is_empty(), "{config}");
        }
    }
}
