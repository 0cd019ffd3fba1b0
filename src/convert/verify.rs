//! Two lists of routes, asked the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::outputs::Outputs;
use super::shape::Shape;
use super::urls;
use crate::routing::Compiled;
use crate::routing::answer::{Request, Router};

/// Paths that are asked at most.
const MOST: usize = 3_000;

/// Steps that all comparisons for one config may take at worst.
pub(super) const STEPS: u64 = 500_000_000;

/// Paths that every config is asked.
const USUAL: [&str; 12] = [
    "/",
    "/index.html",
    "/index",
    "/favicon.ico",
    "/a",
    "/a/",
    "/a/b/c",
    "/a.b",
    "/api",
    "/api/x.js",
    "/_next/static/x.js",
    "/.well-known/x",
];

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All answers are the same, to this many requests.
    Same(usize),
    /// They differ for this path, where these routes were asked, as indexes into the lists.
    Differs { path: String, before: Vec<usize>, after: Vec<usize> },
    /// A regex may take for ever, or is none.
    Unasked,
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub(super) struct Side<'s> {
    pub(super) routes: &'s [Compiled],
    pub(super) outputs: &'s Outputs,
}

/// Asks both sides for paths made from the regexes of both, in each world that the outputs allow.
pub(super) fn compare(before: Side<'_>, after: Side<'_>, steps: &mut u64) -> Verdict {
    let routes = || before.routes.iter().chain(after.routes);
    let paths = paths(routes(), [before.outputs, after.outputs]);
    let (Ok(old), Ok(new)) = (Router::new(before.routes), Router::new(after.routes)) else { return Verdict::Unasked };
    let has = |key: &str| routes().any(|route| route.fields.contains_key(key));
    let methods: &[&str] = if has("methods") { &["GET", "POST"] } else { &["GET"] };
    let conditions: &[bool] = if has("has") || has("missing") { &[true, false] } else { &[true] };
    let closed = before.outputs.is_closed() && after.outputs.is_closed();
    let worlds: &[World] = if closed { &[World::Known] } else { &[World::Known, World::Full, World::Mixed] };
    let requests = paths.len() * methods.len() * conditions.len() * worlds.len();
    let cost = |route: &Compiled| route.src().map_or(0, dear).saturating_mul(requests as u64);
    let Some(left) = steps.checked_sub(routes().map(cost).fold(0, u64::saturating_add)) else {
        return Verdict::Unasked;
    };
    *steps = left;
    let mut asked = 0;
    for path in &paths {
        for &method in methods {
            for &conditions in conditions {
                for world in worlds {
                    let request = Request { path, method, conditions };
                    let (one, trail) = old.answer(request, &|path| world.at(before.outputs, path));
                    let (other, its_trail) = new.answer(request, &|path| world.at(after.outputs, path));
                    asked += 1;
                    if one != other {
                        return Verdict::Differs { path: path.clone(), before: trail.routes, after: its_trail.routes };
                    }
                }
            }
        }
    }
    Verdict::Same(asked)
}

/// Which files may lie there beside the known ones.
#[derive(Debug, Clone, Copy)]
enum World {
    /// None.
    Known,
    /// One at every path.
    Full,
    /// One at some paths.
    Mixed,
}

impl World {
    fn at(self, outputs: &Outputs, path: &str) -> Option<String> {
        let lies = match self {
            Self::Known => false,
            Self::Full => true,
            Self::Mixed => path.bytes().map(u32::from).sum::<u32>() % 2 == 0,
        };
        outputs.at(path).or_else(|| lies.then_some(path)).map(str::to_owned)
    }
}

/// Steps of one match at worst. A regex that cannot be read may be anything.
fn dear(src: &str) -> u64 {
    match Shape::parse(src) {
        Some(shape) => shape.cost(urls::LONGEST as u64),
        None if [")*", ")+", "){"].iter().any(|nested| src.contains(nested)) => u64::MAX,
        None => {
            let count = |of: &[u8]| src.bytes().filter(|byte| of.contains(byte)).count() as u32;
            (urls::LONGEST as u64).saturating_pow(count(b"*+{")).saturating_mul(2_u64.saturating_pow(count(b"?|")))
        }
    }
}

fn paths<'c>(routes: impl Iterator<Item = &'c Compiled>, outputs: [&Outputs; 2]) -> Vec<String> {
    let mut all: BTreeSet<String> = USUAL.map(String::from).into();
    for path in outputs.into_iter().flat_map(Outputs::paths) {
        all.insert(path.to_owned());
        all.insert(path.to_uppercase());
        all.insert(format!("{path}/"));
        if let Some((folder, name)) = path.rsplit_once('/') {
            all.insert(format!("{}/{name}", folder.to_uppercase()));
        }
    }
    let mut sets = Vec::new();
    let mut seen = BTreeSet::new();
    for route in routes {
        let Some(src) = route.src().filter(|src| seen.insert(*src)) else { continue };
        let mut set = BTreeSet::new();
        if let Some(shape) = Shape::parse(src) {
            urls::of_shape(&shape, &mut set);
        }
        if let Some(dest) = route.dest().filter(|dest| dest.starts_with('/') && !dest.contains('$')) {
            urls::near(dest.split('?').next().unwrap_or(dest), &mut set);
        }
        sets.push(set.into_iter());
    }
    // Each regex has its share, the first ones no more than the last.
    while all.len() < MOST && !sets.is_empty() {
        sets.retain_mut(|set| set.next().map(|path| all.insert(path)).is_some());
    }
    all.into_iter().collect()
}

/// The routes of a config, where they can be compiled.
pub(super) fn compiled(config: &Value) -> Option<Vec<Compiled>> {
    crate::routing::compile(config).ok().map(Option::unwrap_or_default)
}
