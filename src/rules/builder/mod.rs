//! Who builds a function: the `use` of `builds`.

pub(super) mod canary;
pub(super) mod engine_not_traced;
pub(super) mod missing;
pub(super) mod retired;
pub(super) mod src_not_accepted;
pub(super) mod typo;
pub(super) mod unpinned;
