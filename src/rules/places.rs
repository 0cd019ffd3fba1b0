//! Places that several rules point at.

use crate::analysis::{Analysis, FunctionView, ImportSite};
use crate::base::Span;
use crate::document::{Document, Part, Path};
use crate::rules::Label;

/// A key of the function's item in the config; where the item has no such key, the item itself; where no item makes the function, its entry file.
pub(super) fn of_function(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, keys: &[&str], text: &str) -> Label {
    let function = view.function();
    match (analysis.project().config(), &function.place) {
        (Some(config), Some(place)) => {
            let path = keys.iter().fold(place.clone(), |path, key| path.key(key));
            let part = if config.document().get(&path).is_some() { Part::Value } else { Part::Key };
            Label::at(config.document(), &path, part, text)
        }
        _ => Label::file(&analysis.project().root().join(&function.entrypoint)),
    }
}

/// A place in the project's own source code.
pub(super) fn of_import(analysis: &Analysis<'_>, site: &ImportSite, text: &str) -> Label {
    in_source(analysis, &site.file, site.span, text)
}

/// Bytes of a source file; the file as a whole where it cannot be read again.
pub(super) fn in_source(analysis: &Analysis<'_>, file: &camino::Utf8Path, span: Span, text: &str) -> Label {
    match analysis.project().source(file) {
        Some(source) => Label::span(&source, span, text),
        None => Label::file(file),
    }
}

/// Where a key could stand at the top of a document: its first bracket.
pub(super) fn top(document: &Document, text: &str) -> Label {
    Label::at(document, &Path::root(), Part::Value, text)
}
