//! The checks of `routes`: one spelling of each key, a regex that is one, phases.

use serde_json::{Map, Value};

use super::check::RouteProblem;
use super::regex::{RouteRegex, normalized_src};
use super::repair;
use crate::base::similar;
use crate::document::{Part, Path};

const CODE: &str = "invalid_route";

/// The phases that a `handle` may start.
pub(super) const HANDLES: [&str; 6] = ["filesystem", "hit", "miss", "rewrite", "error", "resource"];

type Entry = Map<String, Value>;

pub(super) fn check(config: &Value, problems: &mut Vec<RouteProblem>) {
    let mut seen: Vec<&str> = Vec::new();
    for (index, route) in config.get("routes").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let Some(route) = route.as_object() else { continue };
        let path = Path::keys(["routes"]).index(index);
        if let Some(handle) = route.get("handle") {
            if let Some(handle) = handle.as_str() {
                phase(route, handle, &seen, &path, problems);
                if !seen.contains(&handle) {
                    seen.push(handle);
                }
            }
        } else {
            spellings(route, &path, problems);
            regex(route, &path, problems);
            handed_over(route, &path, problems);
            match seen.last() {
                Some(&"hit") => after_hit(route, &path, problems),
                Some(&"miss") => after_miss(route, &path, problems),
                _ => {}
            }
        }
    }
}

fn phase(route: &Entry, handle: &str, seen: &[&str], path: &Path, problems: &mut Vec<RouteProblem>) {
    for key in route.keys().filter(|key| *key != "handle") {
        let message = format!("`handle` starts a phase and stands alone: move `{key}` into a route of its own");
        problems.push(RouteProblem::new(path.key(key), Part::Key, CODE, message));
    }
    let value = |message: String| RouteProblem::new(path.key("handle"), Part::Value, CODE, message);
    if !HANDLES.contains(&handle) {
        let meant = similar::closest(handle, HANDLES);
        let hint = match meant {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => format!(": use one of {}", HANDLES.join(", ")),
        };
        let repair = meant.filter(|meant| !seen.contains(meant)).map(|meant| repair::handle(path, meant));
        problems.push(value(format!("there is no phase `{handle}`{hint}")).repaired(repair));
    } else if seen.contains(&handle) {
        let goes_on = seen.last() == Some(&handle) && route.len() == 1;
        let message = format!("the phase `{handle}` was started before, and a phase is started once: remove one");
        problems.push(value(message).repaired(goes_on.then(|| repair::again(path))));
    }
}

fn spellings(route: &Entry, path: &Path, problems: &mut Vec<RouteProblem>) {
    for (old, new) in [("src", "source"), ("dest", "destination"), ("status", "statusCode")] {
        if route.contains_key(old) && route.contains_key(new) {
            let message = format!("`{old}` and `{new}` are two names of one key: keep one");
            let problem = RouteProblem::new(path.key(new), Part::Key, CODE, message);
            problems.push(problem.repaired(repair::spelling(route, path, old, new)));
        }
    }
}

fn source(route: &Entry) -> Option<(&'static str, &str)> {
    let get = |key: &'static str| route.get(key).and_then(Value::as_str).map(|text| (key, text));
    get("src").or_else(|| get("source"))
}

fn regex(route: &Entry, path: &Path, problems: &mut Vec<RouteProblem>) {
    let Some((key, text)) = source(route).filter(|(_, text)| !text.is_empty()) else {
        let message = "a route needs the path that it stands for: add `src`, as in `\"src\": \"/(.*)\"`";
        return problems.push(RouteProblem::new(path.clone(), Part::Value, CODE, message));
    };
    if let Err(error) = RouteRegex::new(&normalized_src(text)) {
        let at = RouteRegex::new(text).err().and_then(|error| error.at);
        let message = format!("`{key}` is no regular expression of JavaScript: {}", error.message);
        let repair = repair::regex(route, &path.key(key), text);
        let problem = RouteProblem::new(path.key(key), Part::Value, CODE, message);
        problems.push(RouteProblem { at, ..problem }.repaired(repair));
    }
}

fn is_true(route: &Entry, key: &str) -> bool {
    route.get(key) == Some(&Value::Bool(true))
}

/// The key of a destination that counts: an empty one does not.
fn destination(route: &Entry) -> Option<&'static str> {
    let counts = |key: &&'static str| match route.get(*key) {
        Some(Value::String(text)) => !text.is_empty(),
        _ => false,
    };
    ["dest", "destination"].into_iter().find(counts)
}

fn handed_over(route: &Entry, path: &Path, problems: &mut Vec<RouteProblem>) {
    if is_true(route, "continue") && route.get("destination").is_some_and(Value::is_object) {
        let message = "a service takes the request for good: remove `continue`";
        problems.push(RouteProblem::new(path.key("continue"), Part::Key, CODE, message));
    }
}

fn after_hit(route: &Entry, path: &Path, problems: &mut Vec<RouteProblem>) {
    if let Some(key) = destination(route) {
        let message =
            format!("behind `handle: hit` the file is found already, and nothing leads elsewhere: remove `{key}`");
        problems.push(RouteProblem::new(path.key(key), Part::Key, CODE, message));
    }
    if let Some(key) = ["status", "statusCode"].into_iter().find(|key| route.contains_key(*key)) {
        let message = format!("behind `handle: hit` the file is found already, and its status stays: remove `{key}`");
        problems.push(RouteProblem::new(path.key(key), Part::Key, CODE, message));
    }
    if !is_true(route, "continue") {
        problems.push(must(route, path, "continue", "hit", "every route"));
    }
}

fn after_miss(route: &Entry, path: &Path, problems: &mut Vec<RouteProblem>) {
    if destination(route).is_some() {
        if !is_true(route, "check") {
            problems.push(must(route, path, "check", "miss", "a route that leads elsewhere"));
        }
    } else if !is_true(route, "continue") {
        problems.push(must(route, path, "continue", "miss", "a route that leads nowhere"));
    }
}

fn must(route: &Entry, path: &Path, key: &str, phase: &str, which: &str) -> RouteProblem {
    let message = format!("behind `handle: {phase}` {which} has to go on: add `\"{key}\": true`");
    RouteProblem::new(path.clone(), Part::Value, CODE, message).repaired(repair::turned_on(route, path, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn places(routes: Value) -> Vec<String> {
        let mut problems = Vec::new();
        check(&json!({"routes": routes}), &mut problems);
        problems.into_iter().map(|problem| problem.path.to_string()).collect()
    }

    #[test]
    fn routes_are_checked_in_order() {
        let routes = json!([{"src": "/b", "source": "(", "dest": "/x", "destination": "/x", "status": 200, "statusCode": 200}, {"src": ""}, {"src": "/("}]);
        let expected =
            ["routes[0].source", "routes[0].destination", "routes[0].statusCode", "routes[1]", "routes[2].src"];
        assert_eq!(places(routes), expected);
    }

    #[test]
    fn phases_bind() {
        let routes = json!([{"handle": "hit"}, {"src": "/a"}, {"src": "/a", "dest": "/x", "status": 300, "continue": true},
            {"handle": "miss"}, {"src": "/a"}, {"src": "/a", "dest": "/x"}, {"src": "/a", "dest": "/x", "check": true}, {"src": "/a", "continue": true}]);
        assert_eq!(places(routes), ["routes[1]", "routes[2].dest", "routes[2].status", "routes[4]", "routes[5]"]);
    }

    #[test]
    fn handles_are_known_and_alone() {
        let routes = json!([{"handle": "filesystem"}, {"handle": "filesystem"}, {"handle": "filesytem"}, {"handle": "error", "src": "/"}]);
        assert_eq!(places(routes), ["routes[1].handle", "routes[2].handle", "routes[3].src"]);
    }

    #[test]
    fn a_src_is_judged_without_its_anchors_too() {
        let mut problems = Vec::new();
        check(&json!({"routes": [{"src": "/a(?i)"}]}), &mut problems);
        assert_eq!(problems[0].at, Some((2, 6)));
        assert!(problems[0].message.contains("inline flag"));
    }
}
