//! Which URLs reach a function.

pub(super) mod invalid;
pub(super) mod missing;
