//! From the parser's events to the tree, by TOML's rules of who may define what.

use std::collections::HashMap;

use toml_parser::decoder::Encoding;
use toml_parser::lexer::{Token, TokenKind};
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span as At};

use super::complaints::Complaints;
use super::layout::{Form, Layout, Statement};
use super::{Refused, scalar};
use crate::base::Span;
use crate::document::json::Problem;
use crate::document::tree::{Member, NodeId, Tree, Value};

/// How deeply brackets may be nested: the parser calls itself for each.
const MAX_NESTING: usize = 256;

struct Key {
    name: Box<str>,
    span: Span,
}

/// A bracket that is open.
struct Open {
    node: NodeId,
    is_table: bool,
    /// The comma behind the last pair of a table.
    comma: Option<Span>,
    /// Whether a line break in a table was told of already.
    has_line: bool,
}

struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    layout: Layout,
    depths: Vec<usize>,
    /// The members of all tables, with the places of their keys.
    members: HashMap<(NodeId, Box<str>), (NodeId, Span)>,
    complaints: Complaints,
    keys: Vec<Key>,
    /// Where the header that is being read starts, and whether it is one of an array.
    header: Option<(usize, bool)>,
    table: NodeId,
    open: Vec<Open>,
}

/// Reads `text`; see the module's documentation.
pub(in crate::document) fn parse(text: &str) -> (Tree, Vec<Problem>, Layout) {
    let mut tokens = Source::new(text).lex().into_vec();
    // Behind the last word: the parser looks back over it once for each bracket that is still open.
    let is_blank = |token: &Token| {
        matches!(token.kind(), TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment | TokenKind::Eof)
    };
    let mut blanks = tokens.split_off(tokens.iter().rposition(|token| !is_blank(token)).map_or(0, |last| last + 1));
    let end = tokens.last().map_or(0, |last| last.span().end());
    tokens.extend(blanks.pop());
    let mut builder = Builder::new(text);
    let mut told = Complaints::default();
    let mut sink = |error: ParseError| scalar::note(&mut told, text, &error, Span::at(end));
    parse_document(&tokens, &mut builder, &mut sink);
    for token in blanks {
        match token.kind() {
            TokenKind::Comment => builder.comment(token.span(), &mut sink),
            TokenKind::Newline => builder.newline(token.span(), &mut sink),
            _ => {}
        }
    }
    told.pull_back(end);
    builder.complaints.append(told);
    (builder.tree, builder.complaints.into_problems(text), builder.layout)
}

fn span(at: At) -> Span {
    Span::new(at.start(), at.end())
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let mut tree = Tree::default();
        let root = tree.add(Value::Object(Vec::new()), Span::new(0, text.len()));
        tree.note_depth(1);
        Self {
            text,
            tree,
            layout: Layout { forms: vec![Form::Root], statements: Vec::new() },
            depths: vec![1],
            members: HashMap::new(),
            complaints: Complaints::default(),
            keys: Vec::new(),
            header: None,
            table: root,
            open: Vec::new(),
        }
    }

    fn add(&mut self, value: Value, form: Form, span: Span, parent: NodeId) -> NodeId {
        let is_container = matches!(value, Value::Object(_) | Value::Array(_));
        let depth = self.depths.get(parent.index()).copied().unwrap_or_default() + usize::from(is_container);
        let node = self.tree.add(value, span);
        self.layout.forms.push(form);
        self.depths.push(depth);
        self.tree.note_depth(depth);
        node
    }

    fn form(&self, node: NodeId) -> Form {
        self.layout.form(node).unwrap_or(Form::Inline)
    }

    fn member(&self, table: NodeId, key: &Key) -> Option<(NodeId, Span)> {
        self.members.get(&(table, key.name.clone())).copied()
    }

    fn push_member(&mut self, table: NodeId, key: &Key, value: NodeId) {
        self.members.insert((table, key.name.clone()), (value, key.span));
        self.tree.push_member(table, Member { key: key.name.clone(), key_span: key.span, value });
    }

    fn new_table(&mut self, parent: NodeId, key: &Key, form: Form, span: Span) -> NodeId {
        let node = self.add(Value::Object(Vec::new()), form, span, parent);
        self.push_member(parent, key, node);
        node
    }

    /// Hangs a value into a table whose key is taken, so that it is seen.
    fn hang(&mut self, table: NodeId, key: &Key, value: NodeId) {
        self.tree.push_member(table, Member { key: key.name.clone(), key_span: key.span, value });
    }

    fn twice(&mut self, key: &Key, first: Span) {
        self.complaints.push(Refused::Twice { key: key.name.clone(), first }, key.span);
    }

    /// The tables that the parts of a dotted key name, below `base`; where one may not be named here, those before it, and false.
    fn dotted(&mut self, base: NodeId, parents: &[Key], named: &mut Vec<(Span, NodeId)>) -> bool {
        let mut table = base;
        for key in parents {
            table = match self.member(table, key) {
                None => self.new_table(table, key, Form::Dotted, key.span),
                Some((node, _)) if matches!(self.form(node), Form::Dotted | Form::ImpliedByArray) => node,
                Some((_, first)) => {
                    self.twice(key, first);
                    return false;
                }
            };
            named.push((key.span, table));
        }
        true
    }

    /// Opens the table that a header names.
    fn open_table(&mut self, keys: &[Key], whole: Span, is_array: bool) {
        let mut named = Vec::with_capacity(keys.len());
        let opened = self.find_table(keys, whole, is_array, &mut named);
        self.table = opened.unwrap_or_else(|(key, first)| {
            self.complaints.push(Refused::Twice { key, first }, whole);
            let parent = named.last().map_or(NodeId::ROOT, |(_, node)| *node);
            let table = self.add(Value::Object(Vec::new()), Form::Header, whole, parent);
            if let Some(last) = keys.last() {
                self.hang(parent, last, table);
            }
            table
        });
        self.layout.statements.push(Statement { span: whole, table: self.table, keys: named, is_header: true });
    }

    fn find_table(
        &mut self,
        keys: &[Key],
        whole: Span,
        is_array: bool,
        named: &mut Vec<(Span, NodeId)>,
    ) -> Result<NodeId, (Box<str>, Span)> {
        let implied = if is_array { Form::ImpliedByArray } else { Form::Implied };
        let mut table = NodeId::ROOT;
        let Some((last, parents)) = keys.split_last() else { return Ok(table) };
        for key in parents {
            let node = match self.member(table, key) {
                None => self.new_table(table, key, implied, key.span),
                Some((_, first)) if self.is_value(table, key) => return Err((key.name.clone(), first)),
                Some((node, _)) => node,
            };
            named.push((key.span, node));
            table = self.tree.last_item(node).unwrap_or(node);
        }
        let there = self.member(table, last);
        let node = match (there, is_array) {
            (None, false) => self.new_table(table, last, Form::Header, whole),
            (None, true) => {
                let array = self.add(Value::Array(Vec::new()), Form::Tables, whole, table);
                self.push_member(table, last, array);
                array
            }
            (Some((node, _)), false) if matches!(self.form(node), Form::Implied | Form::ImpliedByArray) => {
                self.layout.set_form(node, Form::Header);
                self.tree.set_span(node, whole);
                node
            }
            (Some((node, _)), true) if self.form(node) == Form::Tables => node,
            (Some((_, first)), _) => return Err((last.name.clone(), first)),
        };
        named.push((last.span, node));
        if !is_array {
            return Ok(node);
        }
        let item = self.add(Value::Object(Vec::new()), Form::Item, whole, node);
        self.tree.push_item(node, item);
        Ok(item)
    }

    /// Whether the member was given by a pair, so that no header may reach into it.
    fn is_value(&self, table: NodeId, key: &Key) -> bool {
        self.member(table, key).is_some_and(|(node, _)| self.form(node) == Form::Inline)
    }

    /// Hangs a value where it belongs: into the open bracket, or at the key of its line.
    fn place(&mut self, value: Value, at: Span) -> NodeId {
        let keys = std::mem::take(&mut self.keys);
        let base = self.open.last().map_or(self.table, |open| open.node);
        let Some((last, parents)) = keys.split_last().filter(|_| self.open.last().is_none_or(|open| open.is_table))
        else {
            let node = self.add(value, Form::Inline, at, base);
            self.tree.push_item(base, node);
            return node;
        };
        let mut named = Vec::with_capacity(keys.len());
        let may_stand = self.dotted(base, parents, &mut named);
        let parent = named.last().map_or(base, |(_, node)| *node);
        let node = self.add(value, Form::Inline, at, parent);
        if may_stand {
            match self.member(parent, last) {
                None => self.push_member(parent, last, node),
                Some((_, first)) => {
                    self.twice(last, first);
                    self.hang(parent, last, node);
                }
            }
            named.push((last.span, node));
        }
        if let (true, Some(first)) = (self.open.is_empty(), keys.first()) {
            let span = Span::new(first.span.start, at.end);
            self.layout.statements.push(Statement { span, table: base, keys: named, is_header: false });
        }
        node
    }

    /// Whether the bracket may be entered.
    fn open_bracket(&mut self, at: Span, is_table: bool) -> bool {
        let value = if is_table { Value::Object(Vec::new()) } else { Value::Array(Vec::new()) };
        let node = self.place(value, at);
        self.open.push(Open { node, is_table, comma: None, has_line: false });
        let enters = self.open.len() <= MAX_NESTING;
        if !enters {
            self.complaints.push(Refused::TooDeep, at);
        }
        enters
    }

    fn close_bracket(&mut self, at: Span) {
        self.keys.clear();
        let Some(closed) = self.open.pop() else { return };
        self.tree.close(closed.node, at.end);
        if let Some(comma) = closed.comma.filter(|_| closed.is_table) {
            self.complaints.push(Refused::TrailingComma, comma);
        }
        if let (true, Some(statement)) = (self.open.is_empty(), self.layout.statements.last_mut()) {
            statement.span.end = at.end;
        }
    }

    /// A line break or a comment: TOML 1.0 has none of them between the braces of a table.
    fn note_line(&mut self, at: Span) {
        if let Some(open) = self.open.last_mut().filter(|open| open.is_table && !open.has_line) {
            open.has_line = true;
            self.complaints.push(Refused::LineInInline, at);
        }
    }

    fn raw(&self, at: At) -> Raw<'t> {
        Raw::new_unchecked(span(at).slice(self.text), None, at)
    }
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, at: At, _: &mut dyn ErrorSink) {
        self.keys.clear();
        self.header = Some((at.start(), false));
    }

    fn array_table_open(&mut self, at: At, _: &mut dyn ErrorSink) {
        self.keys.clear();
        self.header = Some((at.start(), true));
    }

    fn std_table_close(&mut self, at: At, _: &mut dyn ErrorSink) {
        let keys = std::mem::take(&mut self.keys);
        if let Some((start, is_array)) = self.header.take() {
            self.open_table(&keys, Span::new(start, at.end()), is_array);
        }
    }

    fn array_table_close(&mut self, at: At, error: &mut dyn ErrorSink) {
        self.std_table_close(at, error);
    }

    fn inline_table_open(&mut self, at: At, _: &mut dyn ErrorSink) -> bool {
        self.open_bracket(span(at), true)
    }

    fn inline_table_close(&mut self, at: At, _: &mut dyn ErrorSink) {
        self.close_bracket(span(at));
    }

    fn array_open(&mut self, at: At, _: &mut dyn ErrorSink) -> bool {
        self.open_bracket(span(at), false)
    }

    fn array_close(&mut self, at: At, _: &mut dyn ErrorSink) {
        self.close_bracket(span(at));
    }

    fn simple_key(&mut self, at: At, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        if let Some(open) = self.open.last_mut() {
            open.comma = None;
        }
        let name = scalar::key(self.text, span(at), encoding, &mut self.complaints);
        self.keys.push(Key { name, span: span(at) });
    }

    fn scalar(&mut self, at: At, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let value = scalar::value(self.text, span(at), encoding, &mut self.complaints);
        self.place(value, span(at));
    }

    fn value_sep(&mut self, at: At, _: &mut dyn ErrorSink) {
        if let Some(open) = self.open.last_mut() {
            open.comma = Some(span(at));
        }
    }

    fn comment(&mut self, at: At, error: &mut dyn ErrorSink) {
        self.raw(at).decode_comment(error);
        self.note_line(span(at));
    }

    fn newline(&mut self, at: At, error: &mut dyn ErrorSink) {
        self.raw(at).decode_newline(error);
        self.note_line(span(at));
        if self.open.is_empty() {
            self.keys.clear();
            self.header = None;
        }
    }
}
