//! What several test files share.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part, and a test may")]

pub(crate) mod corpus;
pub(crate) mod engines;
pub(crate) mod faults;
pub(crate) mod looks;
pub(crate) mod official_place;
pub(crate) mod originals;
pub(crate) mod rendering;
pub(crate) mod rule_page;
pub(crate) mod site;
pub(crate) mod toml;
pub(crate) mod tree;
