//! The functions as a whole, and the options of `functions`.

pub(super) mod count;
pub(super) mod include_matches_nothing;
