//! What is known of the routes of a config.

use super::{Analysis, MAX_DEPTH};
use crate::document::Segment;
use crate::platform::Platform;
use crate::routing::reach::{self, Hidden};
use crate::routing::redirects::{self, Loop};
use crate::routing::table::Table;
use crate::routing::{self, Compiled, RouteProblem};

/// The routes of a config.
#[derive(Debug, Default)]
pub struct Routes {
    /// What the platform refuses.
    pub problems: Vec<RouteProblem>,
    /// The routes as they are deployed, in order; none where the platform refuses one.
    pub compiled: Vec<Compiled>,
    /// Those that no URL reaches. The numbers are places in [`Routes::compiled`].
    pub hidden: Vec<Hidden>,
    /// Redirects that lead back to themselves.
    pub loops: Vec<Loop>,
}

/// The keys that make routes.
const KEYS: [&str; 6] = ["routes", "redirects", "headers", "rewrites", "cleanUrls", "trailingSlash"];

impl Routes {
    pub(super) fn of(analysis: &Analysis<'_>) -> Self {
        let Some(config) = analysis.project().config() else { return Self::default() };
        let document = config.document();
        let is_whole = document.problems().iter().all(|problem| problem.kind.is_repairable());
        if !is_whole || KEYS.iter().all(|key| config.get(key).is_none()) {
            return Self::default();
        }
        let Some(value) = document.tree().to_json(document.text(), MAX_DEPTH) else { return Self::default() };
        let problems = routing::problems(&value);
        let mut complaints = analysis.schema_complaints().iter().flat_map(|complaint| &complaint.places);
        let is_refused =
            complaints.any(|place| matches!(place.path.first(), Some(Segment::Key(key)) if KEYS.contains(&&**key)));
        // On Now 2.0 `routes` stood alone; which order others would have had is not known.
        let is_mixed = analysis.project().platform() == Platform::Now
            && config.get("routes").is_some()
            && KEYS.iter().skip(1).any(|key| config.get(key).is_some());
        if is_refused || is_mixed || !problems.is_empty() {
            return Self { problems, ..Self::default() };
        }
        let compiled = routing::compile(&value).ok().flatten().unwrap_or_default();
        let mut table = Table::new(compiled.clone());
        let hidden = reach::hidden(&mut table);
        let loops = redirects::loops(&mut table);
        Self { problems, compiled, hidden, loops }
    }
}
