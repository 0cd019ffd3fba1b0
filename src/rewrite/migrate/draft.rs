//! The new config while it is made: the old text, edited step by step, and the report.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use crate::document::{Document, Edit, Path, edit, insert};
use crate::rewrite::{Outcome, Rewrite};

/// How deeply a config may be nested.
pub(super) const MAX_DEPTH: usize = 64;

pub(super) struct Draft {
    document: Document,
    /// The now.json, for the report.
    file: Utf8PathBuf,
    rewrite: Rewrite,
}

impl Draft {
    /// The text of `document`, to become the file `target`.
    pub(super) fn new(document: &Document, file: &Utf8Path, target: &Utf8Path, rewrite: Rewrite) -> Self {
        Self { document: Document::json(target, document.text()), file: file.to_owned(), rewrite }
    }

    /// The config as it is now.
    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// A top-level value.
    pub(super) fn value(&self, key: &str) -> Option<Value> {
        let mut json = self.document.tree().to_json(self.document.text(), MAX_DEPTH)?;
        Some(json.get_mut(key)?.take())
    }

    /// Adds a line about a place of the now.json.
    pub(super) fn note(&mut self, outcome: Outcome, place: impl ToString, text: impl Into<String>) {
        self.rewrite.note(outcome, &*self.file, place, text);
    }

    /// The same, where no line says it yet.
    pub(super) fn note_once(&mut self, outcome: Outcome, place: impl ToString, text: &str) {
        if !self.rewrite.steps.iter().any(|step| step.text == text) {
            self.note(outcome, place, text);
        }
    }

    /// Removes one item of a list.
    pub(super) fn remove_item(&mut self, path: &Path) {
        let edit = insert::remove(&self.document, path);
        self.apply(edit, path);
    }

    pub(super) fn remove(&mut self, path: &Path) {
        let edit = insert::remove(&self.document, path);
        self.apply(edit, path);
    }

    pub(super) fn set(&mut self, path: &Path, value: &Value) {
        let edit = insert::set(&self.document, path, value);
        self.apply(edit, path);
    }

    pub(super) fn rename(&mut self, path: &Path, name: &str) {
        let edit = insert::rename_key(&self.document, path, name);
        self.apply(edit, path);
    }

    pub(super) fn add(&mut self, edit: Option<Edit>) {
        self.apply(edit, &Path::root());
    }

    /// Applies an edit; one that does not fit refuses the whole.
    fn apply(&mut self, edit: Option<Edit>, path: &Path) {
        let edited = match &edit {
            None => Err("nothing can be written there".to_owned()),
            Some(edit) => edit::apply_checked(&self.document, [edit]).map_err(|error| error.to_string()),
        };
        match edited {
            Ok(document) => self.document = document,
            Err(error) => {
                self.note(Outcome::Refused, path, format!("cannot be rewritten: {error}"));
            }
        }
    }

    /// The text and the report.
    pub(super) fn finish(self) -> (String, Rewrite) {
        (self.document.text().to_owned(), self.rewrite)
    }
}
