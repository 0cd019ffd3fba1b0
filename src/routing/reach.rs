//! Routes that no URL reaches, because an earlier one takes all that they stand for.

use serde_json::Value;

use super::convert::Compiled;
use super::language::shape::Shape;
use super::language::{Case, Language};
use super::table::{Phase, Row, Table};

/// A route that is never reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    /// Its row in the table.
    pub row: usize,
    /// The row that hides it.
    pub by: usize,
    /// Whether the two say the same in every key.
    pub repeated: bool,
}

/// Hidden routes that are told of.
const MOST: usize = 50;
/// Pairs that are compared for one config.
const PAIRS: usize = 1_500;

/// The routes that are never reached, in order, each with the first that hides it. Only what is proven.
pub fn hidden(table: &mut Table) -> Vec<Hidden> {
    let mut found: Vec<Hidden> = Vec::new();
    let mut pairs = PAIRS;
    let mut changers = None;
    for row in 0..table.rows().len() {
        let Some(sample) = sample(table, row) else { continue };
        let Some(candidates) = table.candidates(&sample) else { break };
        for by in candidates.into_iter().take_while(|&by| by < row) {
            if pairs == 0 || found.len() >= MOST {
                return found;
            }
            pairs -= 1;
            let covers = table.is_match(by, &sample) != Some(false) && hides(table, by, row);
            if covers && !is_led_to(table, row, &mut changers) {
                let (Some(one), Some(other)) = (table.rows().get(by), table.rows().get(row)) else { continue };
                let repeated = one.route.fields == other.route.fields;
                found.push(Hidden { row, by, repeated });
                break;
            }
        }
    }
    found
}

/// A text that the route matches, where it can be hidden at all.
fn sample(table: &mut Table, row: usize) -> Option<String> {
    let found = table.rows().get(row)?;
    let can_be = !is_own(&found.route) && found.route.handle().is_none() && found.phase != Phase::Other;
    if can_be { table.samples(row).into_iter().next() } else { None }
}

fn hides(table: &mut Table, by: usize, row: usize) -> bool {
    let (Some(above), Some(below)) = (table.rows().get(by), table.rows().get(row)) else { return false };
    let in_time = above.phase == below.phase || (above.phase == Phase::Initial && is_answer(&above.route));
    in_time
        && ends(&above.route)
        && asks_no_more(&above.route, &below.route)
        && !is_exempt(table, by, row)
        && table.contains(by, row)
}

/// Whether the row may match what the platform exempts from its own redirects: `/.well-known` from those of `trailingSlash`.
fn is_exempt(table: &mut Table, by: usize, row: usize) -> bool {
    let rows = table.rows();
    let Some(above) = rows.get(by).filter(|above| is_own(&above.route)) else { return false };
    let exempt = |other: &Row| other.route.origin == above.route.origin && other.route.status().is_none();
    let Some(exempt) = rows.iter().take(by).position(exempt) else { return false };
    let (one, other) = (table.readings(exempt), table.readings(row));
    let (Some(one), Some(other)) = (one.first(), other.first()) else { return true };
    table.languages().intersects(one, other) != Some(false)
}

/// Whether `cleanUrls` or `trailingSlash` makes it.
fn is_own(route: &Compiled) -> bool {
    route.origin.segments().len() == 1
}

/// Keys of a route that ends the search for each path that it matches. What else there may be, such as `mitigate`, may let a request through.
const PLAIN_KEYS: [&str; 14] = [
    "src",
    "dest",
    "destination",
    "headers",
    "status",
    "methods",
    "has",
    "missing",
    "check",
    "caseSensitive",
    "important",
    "env",
    "transforms",
    "respectOriginCacheControl",
];

fn ends(route: &Compiled) -> bool {
    let is_exemption = is_own(route) && route.status().is_none();
    !is_exemption && route.src().is_some() && route.fields.keys().all(|key| PLAIN_KEYS.contains(&&**key))
}

/// Whether it answers by itself, so that no later phase sees the request.
fn is_answer(route: &Compiled) -> bool {
    is_redirect(route) && route.dest().is_none()
}

/// Whether it sends the browser elsewhere.
pub fn is_redirect(route: &Compiled) -> bool {
    route.status().is_some_and(|status| (300..400).contains(&status)) && route.header("location").is_some()
}

/// Whether all that `above` asks of a request beside its path, `below` asks too.
fn asks_no_more(above: &Compiled, below: &Compiled) -> bool {
    let list =
        |route: &Compiled, key: &str| route.fields.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let asked = |key: &str| {
        let known = list(below, key);
        list(above, key).iter().all(|condition| known.contains(condition))
    };
    let methods = list(below, "methods");
    let allowed = list(above, "methods");
    let any_method = above.fields.get("methods").is_none();
    let all_taken = !methods.is_empty() && methods.iter().all(|method| allowed.contains(method));
    asked("has") && asked("missing") && (any_method || all_taken)
}

/// A route that lets the search go on with another path.
struct Changer {
    row: usize,
    prefix: String,
    /// The paths that it may lead to; none where that is not known.
    paths: Option<Language>,
}

fn changers(table: &mut Table) -> Vec<Changer> {
    let changes = |row: &Row| row.route.continues() || row.route.checks();
    let regex = |(at, row): (usize, &Row)| Some((at, led_to(row.route.dest().filter(|_| changes(row))?)?));
    let found: Vec<(usize, String)> = table.rows().iter().enumerate().filter_map(regex).collect();
    let mut changer = |(row, regex): (usize, String)| {
        let prefix = Shape::read(&regex).map(|shape| shape.prefix().to_lowercase()).unwrap_or_default();
        Changer { row, prefix, paths: table.languages().read(&regex, Case::Ignored) }
    };
    found.into_iter().map(&mut changer).collect()
}

/// A regex of the paths that a destination may stand for; none where it is on another host.
fn led_to(dest: &str) -> Option<String> {
    let is_url = dest.split_once("://").is_some_and(|(scheme, _)| !scheme.contains('/'));
    if is_url || dest.starts_with("//") {
        return None;
    }
    let path = dest.split(['?', '#']).next().unwrap_or_default();
    let mut regex = String::from("^/");
    let mut letters = path.strip_prefix('/').unwrap_or(path).chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '$' {
            while letters.next_if(|next| next.is_ascii_alphanumeric() || *next == '_').is_some() {}
            regex.push_str(".*");
        } else if letter.is_alphanumeric() || letter == '/' {
            regex.push(letter);
        } else {
            regex.extend(['\\', letter]);
        }
    }
    regex.push('$');
    Some(regex)
}

/// Whether a route that changes the path may lead to the row: then it is reached although no URL of its own reaches it.
fn is_led_to(table: &mut Table, row: usize, known: &mut Option<Vec<Changer>>) -> bool {
    let changers = known.get_or_insert_with(|| changers(table));
    let prefix = table.rows().get(row).and_then(|row| row.shape.as_ref()).map(Shape::prefix).unwrap_or_default();
    let prefix = prefix.to_lowercase();
    let readings = table.readings(row);
    changers.iter().filter(|changer| changer.row != row).any(|changer| {
        let near = changer.prefix.starts_with(&prefix) || prefix.starts_with(&changer.prefix);
        let mut meets = |paths: &Language| {
            readings.is_empty()
                || readings.iter().any(|reading| table.languages().intersects(paths, reading) != Some(false))
        };
        near && changer.paths.as_ref().is_none_or(&mut meets)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::routing::compile;

    /// Which entry is hidden by which.
    fn pairs(config: Value) -> Vec<(String, String)> {
        let mut table = Table::new(compile(&config).unwrap().unwrap());
        let found = hidden(&mut table);
        let name = |row: usize| table.rows()[row].route.origin.to_string();
        found.iter().map(|hidden| (name(hidden.row), name(hidden.by))).collect()
    }

    #[test]
    fn what_is_never_reached_is_found() {
        for (config, row, by) in [
            (
                json!({"routes": [{"src": "/.*", "dest": "/x"}, {"src": "/api", "dest": "/y"}]}),
                "routes[1]",
                "routes[0]",
            ),
            (
                json!({"routes": [{"src": "(.*)", "dest": "/x"}, {"src": "api", "status": 404}]}),
                "routes[1]",
                "routes[0]",
            ),
            (json!({"routes": [{"src": "/A", "dest": "/x"}, {"src": "/a", "dest": "/y"}]}), "", ""),
            (
                json!({"routes": [{"src": "/a/(.*)", "methods": ["GET", "POST"], "status": 404}, {"src": "/a/b", "methods": ["GET"], "dest": "/x"}]}),
                "routes[1]",
                "routes[0]",
            ),
            (
                json!({"redirects": [{"source": "/:a*", "destination": "https://x.com/:a*"}], "rewrites": [{"source": "/b", "destination": "/c"}]}),
                "rewrites[0]",
                "redirects[0]",
            ),
            (
                json!({"rewrites": [
                    {"source": "/:p*", "destination": "/x", "has": [{"type": "host", "value": "a.com"}]},
                    {"source": "/b", "destination": "/c", "has": [{"type": "query", "key": "q"}, {"type": "host", "value": "a.com"}]}]}),
                "rewrites[1]",
                "rewrites[0]",
            ),
            (
                json!({"cleanUrls": true, "redirects": [{"source": "/a.html", "destination": "/b"}]}),
                "redirects[0]",
                "cleanUrls",
            ),
            (
                json!({"routes": [{"handle": "filesystem"}, {"src": "/((?!api).*)", "dest": "/x"}, {"src": "/b.+", "dest": "/y"}]}),
                "routes[2]",
                "routes[1]",
            ),
        ] {
            let found = pairs(config.clone());
            let expected: Vec<_> = (!row.is_empty()).then(|| (row.to_owned(), by.to_owned())).into_iter().collect();
            // `/A` and `/a` are one to a platform that ignores case only.
            assert_eq!(found, expected, "{config}");
        }
    }

    #[test]
    fn what_may_be_reached_is_left_alone() {
        for config in [
            json!({"routes": [{"src": "/.*", "headers": {"a": "b"}, "continue": true}, {"src": "/api", "dest": "/y"}]}),
            json!({"routes": [{"src": "/.*", "mitigate": {"action": "challenge"}}, {"src": "/api", "dest": "/y"}]}),
            json!({"routes": [{"src": "/.*", "dest": "/x", "methods": ["GET"]}, {"src": "/api", "dest": "/y"}]}),
            json!({"routes": [{"src": "/.*", "dest": "/x", "methods": []}, {"src": "/api", "methods": [], "dest": "/y"}]}),
            json!({"routes": [{"src": "/.*", "dest": "/x"}, {"handle": "filesystem"}, {"src": "/api", "dest": "/y"}]}),
            json!({"routes": [{"handle": "error"}, {"src": "/.*", "status": 404, "dest": "/404"}, {"src": "/.*", "status": 500, "dest": "/500"}]}),
            json!({"rewrites": [{"source": "/(.*)", "destination": "/en/$1"}, {"source": "/en/(.*)", "destination": "/api/en"}]}),
            json!({"rewrites": [{"source": "/:a", "destination": "/x", "missing": [{"type": "cookie", "key": "k"}]}, {"source": "/b", "destination": "/c"}]}),
            json!({"redirects": [{"source": "/a/:b", "destination": "/c"}], "headers": [{"source": "/a/:b*", "headers": []}]}),
            json!({"trailingSlash": true, "headers": [{"source": "/.well-known/a", "headers": []}]}),
            json!({"routes": [{"src": "/a", "caseSensitive": true, "dest": "/x"}, {"src": "/a", "dest": "/y"}]}),
            json!({"routes": [{"src": "/(?<=x)a|.*", "dest": "/x"}, {"src": "/b", "dest": "/y"}]}),
        ] {
            assert_eq!(pairs(config.clone()), [], "{config}");
        }
    }
}
