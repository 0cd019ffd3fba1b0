//! Where the parts of a TOML text stand: a table may be written in several places, so its span alone does not tell where to edit.

use crate::base::Span;
use crate::document::tree::NodeId;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The document itself.
    Root,
    /// A table with a header of its own: `[a.b]`.
    Header,
    /// A table that is only named by the headers of tables inside it: `a` of `[a.b]`.
    Implied,
    /// The same, named by `[[a.b]]`.
    ImpliedByArray,
    /// A table that is named by dotted keys: `a` of `a.b = 1`.
    Dotted,
    /// An array of tables: `[[a]]`.
    Tables,
    /// One table of it.
    Item,
    /// A scalar, or an array or table in brackets.
    Inline,
}

/// A header or a `key = value` of the text.
#[derive(Debug, Clone)]
pub struct Statement {
    /// From its first byte (`[` or the key) to its last; comments and line breaks are outside.
    pub span: Span,
    /// The table that it stands in, or that its header opens.
    pub table: NodeId,
    /// The parts of its key with the node that each names.
    pub keys: Vec<(Span, NodeId)>,
    /// Whether it is a header.
    pub is_header: bool,
}

/// How the nodes of a tree are written, and the statements in order of place.
#[derive(Debug, Default)]
pub struct Layout {
    pub(super) forms: Vec<Form>,
    pub(super) statements: Vec<Statement>,
}

impl Layout {
    /// How a node is written; none for one that is not in the text.
    pub fn form(&self, node: NodeId) -> Option<Form> {
        self.forms.get(node.index()).copied()
    }

    pub(super) fn set_form(&mut self, node: NodeId, form: Form) {
        if let Some(own) = self.forms.get_mut(node.index()) {
            *own = form;
        }
    }

    /// The statements in order of place.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether the place stands in or right behind a pair or below a header with a key that `is_meant`.
    pub(in crate::document) fn is_within(&self, is_meant: impl Fn(&str) -> bool, text: &str, place: usize) -> bool {
        let names = |statement: &Statement| {
            statement.keys.iter().any(|(span, _)| is_meant(span.slice(text).trim_matches(['"', '\''])))
        };
        let mut before = self.statements.iter().rev().skip_while(|statement| statement.span.start > place);
        before
            .next()
            .is_some_and(|last| names(last) || !last.is_header && before.find(|one| one.is_header).is_some_and(names))
    }

    /// The statements whose key names `node`.
    pub(super) fn naming(&self, node: NodeId) -> impl DoubleEndedIterator<Item = &Statement> {
        self.statements.iter().filter(move |statement| statement.keys.iter().any(|(_, named)| *named == node))
    }

    /// The last `key = value` that stands in `table`.
    pub(super) fn last_pair(&self, table: NodeId) -> Option<&Statement> {
        self.statements.iter().rfind(|statement| !statement.is_header && statement.table == table)
    }

    /// The header that opens `table`.
    pub(super) fn header(&self, table: NodeId) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.is_header && statement.table == table)
    }
}
