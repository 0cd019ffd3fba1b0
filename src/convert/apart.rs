//! Which routes mean no path in common, provably.

use rustc_hash::FxHashMap;

use super::shape::Shape;
use crate::routing::language::{Case, Language, Languages};

/// Paths of which something is known.
struct Paths {
    /// What each begins with, in lower case.
    prefix: String,
    /// All that they may be; none where that cannot be said.
    language: Option<Language>,
}

/// The paths that routes match, and those that their destinations lead to.
pub(super) struct Apart {
    languages: Languages,
    routes: Vec<Paths>,
    destinations: FxHashMap<usize, Paths>,
    known: FxHashMap<(bool, usize, usize), bool>,
    /// Pairs that may still be compared.
    tries: usize,
}

const STEPS: usize = 400_000;
const TRIES: usize = 20_000;

impl Apart {
    pub(super) fn new() -> Self {
        Self {
            languages: Languages::new(STEPS),
            routes: Vec::new(),
            destinations: FxHashMap::default(),
            known: FxHashMap::default(),
            tries: TRIES,
        }
    }

    /// Adds the next route.
    pub(super) fn add(&mut self, src: &str, shape: Option<&Shape<'_>>) {
        let language = self.languages.read(src, Case::Ignored);
        self.routes.push(Paths { prefix: shape.map(Shape::prefix).unwrap_or_default(), language });
    }

    /// Says where the route at `route` leads: a path, without query, and with `$` before what is captured.
    pub(super) fn lead(&mut self, route: usize, path: &str) {
        let (start, is_whole) = path.split_once('$').map_or((path, true), |(start, _)| (start, false));
        let mut regex = String::from("^");
        for letter in start.chars() {
            if letter.is_ascii_punctuation() {
                regex.push('\\');
            }
            regex.push(letter);
        }
        if is_whole {
            regex.push('$');
        }
        let language = self.languages.read(&regex, Case::Ignored);
        self.destinations.insert(route, Paths { prefix: start.to_lowercase(), language });
    }

    /// Whether no path is meant by both routes.
    pub(super) fn are_disjoint(&mut self, one: usize, other: usize) -> bool {
        self.never_meet(false, one, other)
    }

    /// Whether the route `other` matches nothing that the route `one` leads to.
    pub(super) fn leads_past(&mut self, one: usize, other: usize) -> bool {
        self.never_meet(true, one, other)
    }

    fn never_meet(&mut self, leads: bool, one: usize, other: usize) -> bool {
        let first = if leads { self.destinations.get(&one) } else { self.routes.get(one) };
        let (Some(first), Some(second)) = (first, self.routes.get(other)) else { return false };
        if !first.prefix.starts_with(&second.prefix) && !second.prefix.starts_with(&first.prefix) {
            return true;
        }
        let (Some(first), Some(second)) = (&first.language, &second.language) else { return false };
        if let Some(known) = self.known.get(&(leads, one, other)) {
            return *known;
        }
        let Some(tries) = self.tries.checked_sub(1) else { return false };
        self.tries = tries;
        let apart = self.languages.intersects(first, second) == Some(false);
        self.known.insert((leads, one, other), apart);
        apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(one: &str, other: &str) -> bool {
        let mut apart = Apart::new();
        for src in [one, other] {
            apart.add(src, Shape::parse(src).as_ref());
        }
        apart.are_disjoint(0, 1)
    }

    #[test]
    fn what_is_apart_is_proven() {
        for (one, other, expected) in [
            ("^/a/(.*)$", "^/b$", true),
            ("^/(?!api)(.*)$", "^/api/x$", true),
            ("^/([a-z]+)\\.js$", "^/(.*)\\.css$", true),
            ("^/A$", "^/a$", false),
            ("^/(.*)$", "^/a$", false),
            ("^/(?<=x)a$", "^/(.*)b$", false),
            ("^/(a+)+x$", "^/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa$", true),
        ] {
            assert_eq!(apart(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn where_a_route_leads() {
        for (path, src, expected) in [
            ("/api/$1", "^/(?!api/)(.*)$", true),
            ("/api/$1", "^/(?!api/x)(.*)$", false),
            ("/a.b", "^/axb$", true),
            ("/a.b", "^/A\\.B$", false),
            ("$1", "^/a$", false),
        ] {
            let mut apart = Apart::new();
            apart.add(src, Shape::parse(src).as_ref());
            apart.lead(0, path);
            assert_eq!(apart.leads_past(0, 0), expected, "{path} {src}");
        }
    }

    #[test]
    fn work_is_bounded() {
        let mut apart = Apart::new();
        for at in 0..300 {
            let src = format!("^/(.*)a(.*)b(.*)c{at}$");
            apart.add(&src, Shape::parse(&src).as_ref());
        }
        for (one, other) in (0..300).flat_map(|one| (0..300).map(move |other| (one, other))) {
            apart.are_disjoint(one, other);
        }
        assert!(apart.known.len() <= TRIES && apart.tries == 0);
    }
}
