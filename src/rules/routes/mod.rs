//! Which URLs reach a function.

pub(super) mod headers_in_toml;
pub(super) mod invalid;
pub(super) mod missing;
