//! Functions: how many, their settings, their paths, what stands in their way.

use crate::detect::Refusal;
use crate::rules::Severity;

pub(super) mod conflicting_paths;
pub(super) mod count;
pub(super) mod include_matches_nothing;
pub(super) mod invalid;
pub(super) mod pages_api;
pub(super) mod proxy;
pub(super) mod unused;

/// An error where no setting outside of the project could change it.
fn severity(found: &Refusal) -> Severity {
    if found.is_sure { Severity::Error } else { Severity::Warning }
}

/// What is said of a problem that depends on settings which do not lie here.
const UNLESS: &str =
    ", unless the project's settings on the platform name a framework that treats these files in another way";

fn unless(found: &Refusal) -> &'static str {
    if found.is_sure { "" } else { UNLESS }
}
