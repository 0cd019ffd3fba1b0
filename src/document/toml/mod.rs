//! TOML as the platform's command line reads it: TOML 1.0, by smol-toml 1.5.2 (vercel CLI 64.0.2), and then handed on as JSON.
//!
//! Tokens, their order and the decoding of strings are those of the crate toml_parser, which goes on behind a mistake. It reads TOML 1.1: what
//! is new there is a [`Refused`] here. The tree holds what the validator gets to see: a date is its text, `inf` and `nan` are `null`.

mod build;
mod complaints;
mod date;
pub(super) mod insert;
pub(super) mod join;
mod layout;
pub(super) mod remove;
mod scalar;
mod strict;
mod write;

pub(super) use build::parse;
pub use layout::{Form, Layout, Statement};

use crate::base::Span;

/// Something that the platform's TOML reader refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Text that is no TOML of any version.
    Syntax {
        /// What is wrong.
        what: Box<str>,
        /// What could have stood there; may be empty.
        expected: Box<str>,
    },
    /// `True`, `FALSE` and the like: TOML has small letters only. With what was meant.
    Boolean(bool),
    /// A key or table that was given before.
    Twice {
        /// Its name.
        key: Box<str>,
        /// Where it was given first.
        first: Span,
    },
    /// A line break or a comment inside an inline table, which TOML 1.1 allows.
    LineInInline,
    /// A comma before the `}` of an inline table, which TOML 1.1 allows.
    TrailingComma,
    /// `\e` or `\x41`, which TOML 1.1 allows; with the same in TOML 1.0.
    NewEscape(Box<str>),
    /// A time without seconds, which TOML 1.1 allows.
    NoSeconds,
    /// A date or time that does not exist.
    NoDate,
    /// An integer that JavaScript cannot hold exactly.
    LargeInteger,
    /// Two items or pairs without a comma between them.
    MissingComma,
    /// The same behind a closing bracket. The platform's reader takes it, and skips what stands there up to the next comma.
    Skipped,
    /// A comma at the end of a line. Behind a number, a boolean or a date the platform's reader takes it.
    StrayComma,
    /// Brackets nested deeper than the reader goes.
    TooDeep,
}

impl Refused {
    /// Whether the reader knows for certain what was meant and could go on.
    pub fn is_repairable(&self) -> bool {
        !matches!(self, Self::Syntax { .. } | Self::Twice { .. } | Self::TooDeep)
    }
}
