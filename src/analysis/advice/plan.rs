//! The least of what is certain that brings a function under its limit.

use std::collections::BTreeSet;

use super::{Advice, Remedy, advice, explained};
use crate::analysis::{FunctionView, Measured};
use crate::document::Path;
use crate::platform::limits::Measures;

/// What to leave out, in the order of the bytes it gains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Only what no code of the function needs, and no more of it than it takes.
    pub steps: Vec<Advice>,
    /// What the function weighs then, as its limit measures.
    pub bytes: u64,
    /// Whether that is below the limit.
    pub fits: bool,
}

impl Plan {
    /// The places of the config to write, each with its value.
    pub fn values(&self) -> Vec<(&Path, &serde_json::Value)> {
        let mut written = BTreeSet::new();
        let written_last = self.steps.iter().rev().filter_map(|step| match &step.remedy {
            Remedy::Config { path, value, .. } => Some((path, value)),
            _ => None,
        });
        // Each value holds those before it.
        written_last.filter(|(path, _)| written.insert(path.to_string())).collect()
    }
}

/// The plan for a function over its limit; none where nothing is certain.
pub fn plan(view: FunctionView<'_, '_>, measured: &Measured) -> Option<Plan> {
    let by_zip = measured.limit.measures == Measures::Zip;
    let sizes = view.sizes(by_zip)?;
    let all = explained(view, sizes, |explainer| advice(view.analysis(), view, explainer, sizes))?;
    let mut plan = Plan { steps: Vec::new(), bytes: measured.bytes + measured.to_come, fits: false };
    for step in all.into_iter().filter(|step| step.certain && matches!(step.remedy, Remedy::Config { .. })) {
        let gain = step.gain.zip_bytes.filter(|_| by_zip).unwrap_or(step.gain.bytes);
        plan.bytes = plan.bytes.saturating_sub(gain);
        plan.steps.push(step);
        plan.fits = !measured.limit.is_exceeded_by(plan.bytes);
        if plan.fits {
            break;
        }
    }
    (!plan.steps.is_empty()).then_some(plan)
}
