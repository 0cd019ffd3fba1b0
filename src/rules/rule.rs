//! What a rule is made of.

use super::finding::Finding;
use crate::analysis::Analysis;
use crate::platform::Platform;

/// Which parts of an [`Analysis`] a rule asks for, so that an editor can run the cheap ones at each keystroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs(u8);

impl Needs {
    /// The text of the config alone; such rules also run with `--isolated`.
    pub const TEXT: Self = Self(1);
    /// Other files of the project: package.json, schema, generated clients, the list of files.
    pub const PROJECT: Self = Self(2);
    /// The files of each function.
    pub const BUNDLE: Self = Self(4);
    /// The bytes of each function.
    pub const SIZE: Self = Self(8);

    /// Whether everything asked for here is in `offered`.
    pub fn within(self, offered: Self) -> bool {
        self.0 & !offered.0 == 0
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Everything.
    pub const ALL: Self = Self(15);
}

/// Which repairs a rule offers, as `nowcheck rules` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// None: a person has to decide.
    None,
    /// Some findings have a fix.
    Sometimes,
    /// Every finding has a fix.
    Always,
}

impl FixKind {
    /// `none`, `sometimes` or `always`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sometimes => "sometimes",
            Self::Always => "always",
        }
    }
}

/// A rule: what it is called, when it runs, how it judges. Its page stands beside it.
pub struct Rule {
    /// `group/name`.
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// The severity of its gravest finding, as `nowcheck rules` lists it.
    pub severity: super::Severity,
    /// The platforms it knows.
    pub platforms: &'static [Platform],
    /// What it asks for.
    pub needs: Needs,
    /// Whether it repairs.
    pub fix: FixKind,
    /// Its page, Markdown.
    pub page: &'static str,
    /// Judges one project. Pure: no I/O.
    pub check: fn(&Analysis<'_>, &mut Vec<Finding>),
}
