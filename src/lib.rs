//! nowcheck: tells of any Now / Vercel project, before a deploy, whether it will be accepted and whether the function
//! will start and reach its database.

pub mod base;
pub mod document;
pub mod platform;
pub mod routing;
pub mod project;
pub mod detect;
pub mod engine;
pub mod bundle;
pub mod analysis;
pub mod rules;
pub mod lint;
pub mod report;
