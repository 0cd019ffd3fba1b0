//! Conversions that fixes and rewriting share: routes to rewrites, redirects and headers; builders of 2019 to those of today.
//!
//! A conversion is made only where its result answers every request as before. What the structure of a regex proves is proved; the rest is
//! compared on URLs that are made from the regexes themselves.

mod apart;
pub mod builders;
mod entry;
mod globs;
pub mod outputs;
pub mod routes;
mod shape;
mod source;
mod target;
mod urls;
mod verify;
mod zero;

pub use builders::{Successor, WITHOUT_EFFECT, successor};
pub use globs::one_glob;
pub use outputs::Outputs;
pub use routes::{Converted, Fate, convert};
pub use zero::{ZeroConfig, keeps_now_build, zero_config};
