//! Routes as the platform reads them: regexes of JavaScript, `source` patterns of path-to-regexp 6.1, phases, compiled routes.
//!
//! [`check::problems`] tells what the platform refuses, [`convert::compile`] what it makes of the rest. Both take the config as JSON
//! and name places by [`crate::document::Path`]; what they know of the platform was learnt by running its validator (CLI 64.0.2).

pub mod answer;
mod captures;
pub mod check;
mod check_routes;
pub mod convert;
mod destination;
pub mod language;
mod lexemes;
pub mod pattern;
mod query;
pub mod reach;
pub mod redirects;
pub mod regex;
mod regex_era;
pub mod repair;
pub mod table;
mod target;
mod url;

pub use check::{RouteProblem, problems};
pub use convert::{Compiled, compile};
pub use pattern::{Pattern, PatternError, Token};
pub use regex::{RegexError, RouteRegex};
