//! Which URLs reach a function.

pub(super) mod invalid;
pub(super) mod invalid_on_now;
pub(super) mod missing;
