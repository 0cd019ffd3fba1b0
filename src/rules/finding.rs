//! What a rule says: one finding, one primary place, a message, a help, fixes.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use crate::base::secrets::mask_urls;
use crate::base::{Position, Span};
use crate::document::{Document, Fix, Part, Path};

/// How bad it is. The order is that of `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run.
    Info,
    /// Works today by luck, or degrades.
    Warning,
    /// The deploy is refused, or the function fails at start or at its first query.
    Error,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// One step lower: what an uncertain fact is worth. An info stays one.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Error => Self::Warning,
            Self::Warning | Self::Info => Self::Info,
        }
    }
}

/// A place in a file, with the text to show it.
#[derive(Debug, Clone)]
pub struct Label {
    /// The file, absolute.
    pub file: Utf8PathBuf,
    /// The bytes; empty for a file that is no text (an engine) or that is missing.
    pub span: Span,
    /// Where they start.
    pub start: Position,
    /// Where they end.
    pub end: Position,
    /// What is said of them beside the caret; may be empty.
    pub text: String,
    /// The whole text of the file for the snippet, secrets masked; none for a file that is no text.
    pub source: Option<Arc<str>>,
}

impl Label {
    /// The key or value at a path of a document. This is where paths become places.
    pub fn at(document: &Document, path: &Path, part: Part, text: impl Into<String>) -> Self {
        Self::span(document, document.span(path, part), text)
    }

    /// Bytes of a document: for problems of the text itself, which have no path.
    pub fn span(document: &Document, span: Span, text: impl Into<String>) -> Self {
        Self {
            file: document.file().to_owned(),
            span,
            start: document.position(span.start),
            end: document.position(span.end),
            text: mask_urls(&text.into()),
            source: Some(document.shown_text()),
        }
    }

    /// A file as a whole.
    pub fn file(file: &Utf8Path) -> Self {
        let start = Position { line: 1, column: 1, offset: 0 };
        Self { file: file.to_owned(), span: Span::at(0), start, end: start, text: String::new(), source: None }
    }
}

/// One finding. Whatever it says, it gives away no password of a URL.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Id of the rule: `size/over-limit`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why it will fail, in one or two sentences.
    pub message: String,
    /// The one place that decides.
    pub primary: Label,
    /// Other places that explain it.
    pub related: Vec<Label>,
    /// What to write or do.
    pub help: Option<String>,
    /// Repairs, best first.
    pub fixes: Vec<Fix>,
    /// Figures and names for tools, as a JSON object; `null` where there are none.
    pub data: serde_json::Value,
}

impl Finding {
    /// A finding with nothing but what every finding has.
    pub fn new(rule: &'static str, severity: Severity, primary: Label, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: mask_urls(&message.into()),
            primary,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            data: serde_json::Value::Null,
        }
    }

    /// With what to write or do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(mask_urls(&help.into()));
        self
    }

    /// With one more repair.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into().map(|fix| Fix { title: mask_urls(&fix.title), ..fix }));
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }

    /// With figures for tools.
    #[must_use]
    pub fn data(mut self, mut data: serde_json::Value) -> Self {
        mask_data(&mut data);
        self.data = data;
        self
    }
}

fn mask_data(data: &mut serde_json::Value) {
    match data {
        serde_json::Value::String(text) => *text = mask_urls(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask_data),
        serde_json::Value::Object(members) => members.values_mut().for_each(mask_data),
        _ => {}
    }
}
