//! `routes` to `redirects`, `headers` and `rewrites`, where every request is answered as before.
//!
//! The platform tries `routes` first, then `redirects`, then `headers`, then the files, then `rewrites`. A route may leave its list only if
//! none that it was tried before is tried before it now, unless no path is meant by both.

use serde_json::{Map, Value, json};

use super::apart::Apart;
use super::entry::{Kind, kind};
use super::outputs::Outputs;
use super::shape::Shape;
use super::verify::{self, Side, Verdict, compiled};
use crate::document::Segment;
use crate::routing::{self, Compiled};

/// What became of one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It stays in `routes`: why.
    Kept(String),
    /// An entry of `redirects`.
    Redirect,
    /// An entry of `headers`.
    Headers,
    /// An entry of `rewrites`.
    Rewrite,
    /// One of each of the two.
    HeadersAndRewrite,
    /// Nothing: it changed nothing.
    Dropped,
}

/// What became of all of them.
#[derive(Debug, Clone, Default)]
pub struct Converted {
    /// One entry per route, in their order.
    pub fates: Vec<Fate>,
    /// Entries of `redirects`.
    pub redirects: Vec<Value>,
    /// Entries of `headers`.
    pub headers: Vec<Value>,
    /// Entries of `rewrites`.
    pub rewrites: Vec<Value>,
    /// How many requests were answered alike before and after.
    pub compared: usize,
}

impl Converted {
    /// Whether every route stays where it is.
    pub fn is_nothing(&self) -> bool {
        self.fates.iter().all(|fate| matches!(fate, Fate::Kept(_)))
    }
}

/// Converts as many of `routes` as keep their meaning. `before` and `after` are what is deployed then and now, `moved` the routes with their
/// destinations as they are called now: `routes` itself where nothing has moved.
///
/// # Errors
/// Why not even keeping every route (as `moved`) answers as before, as a sentence that follows "because".
pub fn convert(routes: &[Value], moved: &[Value], before: &Outputs, after: &Outputs) -> Result<Converted, String> {
    const INVOLVED: &str = "its regular expressions are too involved to compare both forms";
    let Some(old) = compiled(&json!({ "routes": routes })) else { return Err(INVOLVED.to_owned()) };
    let mut plan = Plan::new(moved, before.is_closed() && after.is_closed(), after);
    let has_moved = routes != moved || before != after;
    if moved.len() > MOST {
        plan.keep_all("there are more routes than the platform takes");
    }
    let mut steps = verify::STEPS;
    for round in 0.. {
        if round == MOST_ROUNDS {
            plan.keep_all("some requests would be answered otherwise");
        }
        plan.settle();
        let converted = plan.converted(moved);
        if converted.is_nothing() && !has_moved {
            return Ok(converted);
        }
        let config = converted.config(moved);
        let new = compiled(&config).filter(|_| routing::problems(&config).is_empty());
        let old = Side { routes: &old, outputs: before };
        let verdict = new.as_ref().map(|new| verify::compare(old, Side { routes: new, outputs: after }, &mut steps));
        match (verdict, new) {
            (Some(Verdict::Same(compared)), _) => return Ok(Converted { compared, ..converted }),
            (Some(Verdict::Differs { path, .. }), _) if converted.is_nothing() => return Err(otherwise(&path)),
            _ if converted.is_nothing() => return Err(INVOLVED.to_owned()),
            (Some(Verdict::Differs { path, before, after }), Some(new)) => {
                let why = otherwise(&path);
                let own = after.iter().filter_map(|at| converted.origin(new.get(*at)?));
                if !plan.keep(before.into_iter().chain(own), &why) {
                    plan.keep_all(&why);
                }
            }
            _ => plan.keep_all(INVOLVED),
        }
    }
    Err(INVOLVED.to_owned())
}

/// Routes that the platform takes.
const MOST: usize = 2_048;

/// Comparisons after which nothing more is tried.
const MOST_ROUNDS: usize = 20;

fn otherwise(path: &str) -> String {
    format!("{path} would be answered otherwise")
}

struct Candidate {
    kind: Kind,
    /// Whether it has a regex: it starts no phase.
    is_route: bool,
}

struct Plan<'o> {
    candidates: Vec<Candidate>,
    apart: Apart,
    after: &'o Outputs,
}

const ORDER: &str = "a route behind it means the same paths, and would be tried before it";
const LED_ON: &str = "what it leads to may not be there, and a rewrite behind it would then answer";
const FILES: &str = "it comes before the files, and which files there are is not known here";

impl<'o> Plan<'o> {
    fn new(routes: &[Value], closed: bool, after: &'o Outputs) -> Self {
        let files = routes.iter().position(|route| route.get("handle").is_some_and(|handle| handle == "filesystem"));
        let mut apart = Apart::new();
        let candidate = |(at, route): (usize, &Value)| {
            let mut candidate = Candidate::new(route, &mut apart);
            let before_files = files.is_none_or(|files| at < files);
            candidate.kind = match candidate.kind {
                Kind::Rewrite { .. } if before_files && !closed => Kind::Kept(FILES.to_owned()),
                Kind::Redirect(_) | Kind::Headers { .. } | Kind::Rewrite { headers: Some(_), .. } | Kind::Pass
                    if !before_files =>
                {
                    Kind::Kept("behind `handle: filesystem` only a rewrite has a counterpart".to_owned())
                }
                kind => kind,
            };
            if let Kind::Rewrite { dest, .. } = &candidate.kind {
                apart.lead(at, path_of(dest));
            }
            candidate
        };
        let candidates = routes.iter().enumerate().map(candidate).collect();
        Self { candidates, apart, after }
    }

    /// Keeps what cannot go because of what stays.
    fn settle(&mut self) {
        loop {
            // What a route may do depends on those behind it alone.
            for at in (0..self.candidates.len()).rev() {
                let why = stays(&self.candidates, at, &mut self.apart, self.after);
                if let (Some(why), Some(candidate)) = (why, self.candidates.get_mut(at)) {
                    candidate.kind = Kind::Kept(why.to_owned());
                }
            }
            let Some(why) = self.phase_that_stays() else { return };
            self.keep_all(&why);
        }
    }

    /// Why a phase stays, and with it every route, where something would still go.
    fn phase_that_stays(&self) -> Option<String> {
        let kept = |candidate: &Candidate| matches!(candidate.kind, Kind::Kept(_));
        let mut all = self.candidates.iter();
        if let Some(files) = all.position(|candidate| matches!(candidate.kind, Kind::Files)) {
            let behind = all.position(kept)?;
            return Some(format!(
                "routes[{}] stays behind `handle: filesystem`, so that the order counts",
                files + 1 + behind
            ));
        }
        let handle = self.candidates.iter().position(|candidate| !candidate.is_route)?;
        let goes = !self.candidates.iter().all(kept);
        goes.then(|| format!("routes[{handle}] starts a phase, and what leaves `routes` would fall into it"))
    }

    /// Keeps the first of these that is not kept yet; tells whether there was one.
    fn keep(&mut self, routes: impl Iterator<Item = usize>, why: &str) -> bool {
        for at in routes {
            let Some(candidate) = self.candidates.get_mut(at) else { continue };
            if !matches!(candidate.kind, Kind::Kept(_) | Kind::Files) {
                candidate.kind = Kind::Kept(why.to_owned());
                return true;
            }
        }
        false
    }

    fn keep_all(&mut self, why: &str) {
        for candidate in &mut self.candidates {
            if !matches!(candidate.kind, Kind::Kept(_)) {
                candidate.kind = Kind::Kept(why.to_owned());
            }
        }
    }

    fn converted(&self, routes: &[Value]) -> Converted {
        let mut converted = Converted::default();
        if self.candidates.iter().all(|candidate| matches!(candidate.kind, Kind::Kept(_) | Kind::Files)) {
            // A phase alone is not worth a change.
            let why = |candidate: &Candidate| match &candidate.kind {
                Kind::Kept(why) => Fate::Kept(why.clone()),
                _ => Fate::Kept("nothing else leaves `routes`".to_owned()),
            };
            converted.fates = self.candidates.iter().map(why).collect();
            return converted;
        }
        debug_assert_eq!(self.candidates.len(), routes.len());
        for candidate in &self.candidates {
            converted.fates.push(match &candidate.kind {
                Kind::Kept(why) => Fate::Kept(why.clone()),
                Kind::Files | Kind::Pass => Fate::Dropped,
                Kind::Redirect(entry) => {
                    converted.redirects.push(entry.clone());
                    Fate::Redirect
                }
                Kind::Headers { entry, .. } => {
                    converted.headers.push(entry.clone());
                    Fate::Headers
                }
                Kind::Rewrite { headers, entry, .. } => {
                    converted.rewrites.push(entry.clone());
                    converted.headers.extend(headers.clone());
                    if headers.is_some() { Fate::HeadersAndRewrite } else { Fate::Rewrite }
                }
            });
        }
        converted
    }
}

impl Converted {
    /// The keys about routes that a config has now.
    fn config(&self, routes: &[Value]) -> Value {
        let kept = routes.iter().zip(&self.fates).filter(|(_, fate)| matches!(fate, Fate::Kept(_)));
        let mut config = Map::new();
        for (key, list) in [
            ("routes", kept.map(|(route, _)| route.clone()).collect()),
            ("redirects", self.redirects.clone()),
            ("headers", self.headers.clone()),
            ("rewrites", self.rewrites.clone()),
        ] {
            if !list.is_empty() {
                config.insert(key.to_owned(), Value::Array(list));
            }
        }
        Value::Object(config)
    }

    /// The route that an entry was made of.
    fn origin(&self, entry: &Compiled) -> Option<usize> {
        let [Segment::Key(list), Segment::Index(index)] = entry.origin.segments() else { return None };
        let is_of_list = |fate: &Fate| match &**list {
            "routes" => matches!(fate, Fate::Kept(_)),
            "redirects" => *fate == Fate::Redirect,
            "headers" => matches!(fate, Fate::Headers | Fate::HeadersAndRewrite),
            _ => matches!(fate, Fate::Rewrite | Fate::HeadersAndRewrite),
        };
        let mut of_list = self.fates.iter().enumerate().filter(|(_, fate)| is_of_list(fate));
        of_list.nth(*index).map(|(at, _)| at)
    }
}

impl Candidate {
    fn new(route: &Value, apart: &mut Apart) -> Self {
        let text = |key: &str, other: &str| route.get(key).or_else(|| route.get(other)).and_then(Value::as_str);
        let handle = route.get("handle").and_then(Value::as_str);
        let src = text("src", "source").map(routing::regex::normalized_src).unwrap_or_default();
        let shape = Shape::parse(&src);
        apart.add(&src, shape.as_ref());
        let kind = match (handle, &shape) {
            (Some("filesystem"), _) => Kind::Files,
            (Some(handle), _) => Kind::Kept(format!("the phase `{handle}` has no counterpart")),
            (None, None) => Kind::Kept("its regular expression has no counterpart in a `source`".to_owned()),
            (None, Some(shape)) => kind(route, shape, text("dest", "destination")).unwrap_or_else(Kind::Kept),
        };
        Self { kind, is_route: !src.is_empty() }
    }

    /// The places in the new order that it takes, the first and the last.
    fn rank(&self) -> Option<(u8, u8)> {
        match &self.kind {
            Kind::Kept(_) => Some((0, 0)),
            Kind::Redirect(_) => Some((1, 1)),
            Kind::Headers { .. } => Some((2, 2)),
            Kind::Rewrite { headers, .. } => Some((if headers.is_some() { 2 } else { 3 }, 3)),
            Kind::Files | Kind::Pass => None,
        }
    }

    /// Whether a destination that does not exist might now be led on by the rewrite `other`.
    fn may_be_led_on(&self, other: &Self, after: &Outputs) -> bool {
        let (Kind::Rewrite { dest, .. }, Kind::Rewrite { .. }) = (&self.kind, &other.kind) else { return false };
        let path = path_of(dest);
        let is_there = after.is_closed() && !path.contains('$') && after.at(path).is_some();
        !is_there && !dest.contains("://")
    }
}

/// Why the candidate at `at` has to stay because of a route behind it, where it has to.
fn stays(candidates: &[Candidate], at: usize, apart: &mut Apart, after: &Outputs) -> Option<&'static str> {
    let candidate = candidates.get(at).filter(|one| !matches!(one.kind, Kind::Kept(_) | Kind::Files))?;
    let ends = matches!(candidate.kind, Kind::Pass | Kind::Headers { ends: true, .. });
    let last = candidate.rank().map_or(0, |(_, last)| last);
    candidates.iter().enumerate().skip(at + 1).find_map(|(place, other)| {
        let (first, _) = other.rank().filter(|_| other.is_route)?;
        if (ends || last > first) && !apart.are_disjoint(at, place) {
            return Some(ORDER);
        }
        let led_on = candidate.may_be_led_on(other, after) && !apart.leads_past(at, place);
        led_on.then_some(LED_ON)
    })
}

/// The path of a destination.
fn path_of(dest: &str) -> &str {
    dest.split('?').next().unwrap_or(dest)
}
