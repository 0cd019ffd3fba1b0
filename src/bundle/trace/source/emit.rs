//! From a value of interest to the files that it stands for: how far outwards it is followed, and what is carried then.

use oxc_ast::AstKind;
use oxc_span::{GetSpan, Span as NodeSpan};

use super::module::{Asset, AssetRef};
use super::nodepath::percent_decode;
use super::values::{Known, Value};
use super::visit::{Walker, span};

impl Walker<'_, '_> {
    /// A value of interest was met: it is followed outwards as long as the surroundings stay known, then emitted. True if it was: then nothing else in
    /// what was taken as a whole is looked at. A statement that is nothing but the value is its surroundings too.
    pub(super) fn trigger(&mut self, value: Known, at: NodeSpan) -> bool {
        let (mut value, mut at) = (value, at);
        let mut depth = self.stack.len();
        while let Some(parent) = depth.checked_sub(1).and_then(|at| self.stack.get(at)) {
            let Some(outer) = self.eval.kind(*parent) else { break };
            (value, at) = (outer, parent.span());
            depth -= 1;
        }
        self.emit(&value, at);
        let is_whole = depth == self.stack.len() && matches!(self.stack.last(), Some(AstKind::ExpressionStatement(_)));
        if depth < self.stack.len() {
            self.skip = Some(depth);
        }
        is_whole || depth < self.stack.len()
    }

    pub(super) fn emit(&mut self, value: &Known, at: NodeSpan) {
        match value {
            Known::One(value) => self.emit_value(value, at),
            Known::Either(yes, no) => {
                self.emit_value(yes, at);
                self.emit_value(no, at);
            }
        }
    }

    fn emit_value(&mut self, value: &Value, at: NodeSpan) {
        let path = match value {
            Value::Text(text) if text.starts_with('/') => Some(text.to_string()),
            Value::Text(text) | Value::Url(text) => text.strip_prefix("file://").map(percent_decode),
            Value::List(items) => {
                for item in items.iter().filter(|item| !matches!(item, Value::List(_))) {
                    self.emit_value(item, at);
                }
                None
            }
            _ => None,
        };
        if let Some(path) = path {
            self.asset(AssetRef::Path(path), at);
        }
    }

    pub(super) fn asset(&mut self, named: AssetRef, at: NodeSpan) {
        self.module.assets.push(Asset { named, span: span(at) });
    }
}
