//! nowcheck: tells of any Now / Vercel project, before a deploy, whether it will be accepted and whether the function
//! will start and reach its database.
//!
//! Data goes one way: bytes -> [`document`] -> [`project`] -> [`analysis`] -> findings ([`rules`], [`lint`]) -> edits or [`report`].
//! A folder imports only from the folders above it in this list; `tests/architecture.rs` holds it to that.

pub mod base;
pub mod document;
pub mod platform;
pub mod project;
pub mod routing;

pub mod detect;

pub mod engine;

pub mod bundle;

pub mod connections;

pub mod analysis;

pub mod convert;

pub mod rules;

pub mod lint;

pub mod rewrite;

pub mod report;

pub mod cli;
