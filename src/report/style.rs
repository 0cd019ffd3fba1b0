//! How output looks, decided by the caller once: colour, characters, width, and what paths are relative to.

use std::fmt;

use anstyle::AnsiColor;
use camino::{Utf8Path, Utf8PathBuf};

use crate::base::paths;
use crate::rules::Severity;

/// An output format of `check`, `size`, `trace` and `engines`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people: snippets with carets, tables.
    #[default]
    Human,
    /// One line per finding or item.
    Compact,
    /// `schemas/report.v1.schema.json`.
    Json,
}

/// How output looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Whether to write colours (ANSI escapes).
    pub color: bool,
    /// Whether box characters, bars and ticks may be other than ASCII.
    pub unicode: bool,
    /// Columns of the terminal, or those to wrap at where there is none.
    pub width: usize,
    /// The current folder, absolute: paths are shown relative to it.
    pub base: Utf8PathBuf,
}

/// What a piece of text means; each meaning has one colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Error,
    Warning,
    Info,
    Good,
    Dim,
    Strong,
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

impl Tone {
    fn ansi(self) -> anstyle::Style {
        let plain = anstyle::Style::new();
        match self {
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
            Self::Info => AnsiColor::Cyan.on_default(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Dim => plain.dimmed(),
            Self::Strong => plain.bold(),
        }
    }
}

impl Style {
    /// The columns to lay out for: the width, within what is legible.
    pub(super) fn columns(&self) -> usize {
        self.width.clamp(40, 1_000)
    }

    /// `text` in the colour of `tone`, or as it is.
    pub(super) fn paint(&self, tone: Tone, text: impl fmt::Display) -> String {
        if self.color {
            let ansi = tone.ansi();
            format!("{ansi}{text}{ansi:#}")
        } else {
            text.to_string()
        }
    }

    /// A path as people and tools read it: relative to the current folder, with `/`. A name that is not absolute (standard input) stays.
    pub(super) fn path(&self, path: &Utf8Path) -> String {
        if !path.is_absolute() || !self.base.is_absolute() {
            return path.as_str().to_owned();
        }
        match paths::relative(path, &self.base) {
            same if same.is_empty() => ".".to_owned(),
            relative => relative,
        }
    }
}
