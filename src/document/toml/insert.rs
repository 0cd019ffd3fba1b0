//! Edits that add and set values: tables stay tables, inline stays inline.

use serde_json::Value as Json;

use super::layout::{Form, Statement};
use super::write::{self, Writer};
use crate::base::{Span, style};
use crate::document::tree::Node;
use crate::document::{Document, Edit, Path, Segment};

pub(super) fn edit(document: &Document, span: Span, text: String) -> Edit {
    Edit { file: document.file().to_owned(), span, text }
}

/// See [`crate::document::insert::set`]. `None` also for a table that is written in several places.
pub(in crate::document) fn set(document: &Document, path: &Path, value: &Json) -> Option<Edit> {
    if let Some(node) = document.get(path) {
        let is_inline = document.layout().form(node.id()) == Some(Form::Inline);
        let old = node.span().slice(document.text());
        let indent = style::indent_at(document.text(), node.span().start);
        let text = match value {
            Json::String(text) if old.starts_with(['"', '\'']) => write::quoted_as(old, text),
            value if is_statement(document, node) => Writer::of(document).lines(value, indent)?,
            value => Writer::of(document).flat(value)?,
        };
        return is_inline.then(|| edit(document, node.span(), text));
    }
    let (last, parents) = path.segments().split_last()?;
    let Segment::Key(key) = last else { return None };
    let parent = Path::from_segments(parents.to_vec());
    match document.get(&parent) {
        Some(node) if node.is_object() => add_members(document, node, &[(key, value)]),
        Some(_) => None,
        None => set(document, &parent, &serde_json::json!({ &**key: value })),
    }
}

fn is_statement(document: &Document, node: Node<'_>) -> bool {
    document.layout().naming(node.id()).next().is_some()
}

/// See [`crate::document::insert::add_to_object`].
pub(in crate::document) fn add_members(
    document: &Document,
    table: Node<'_>,
    members: &[(&str, &Json)],
) -> Option<Edit> {
    if members.is_empty() {
        return None;
    }
    match document.layout().form(table.id())? {
        Form::Root if members.iter().all(|(_, value)| is_section(value)) && has_sections(document) => {
            let sections = members.iter().map(|(key, value)| sections(document, &write::key_text(key), value));
            let text = sections.collect::<Option<Vec<_>>>()?.concat();
            Some(at_end(document, &text))
        }
        Form::Root | Form::Header | Form::Item => add_lines(document, table, members),
        Form::Dotted => add_dotted(document, table, members),
        Form::Implied | Form::ImpliedByArray => add_to_implied(document, table, members),
        Form::Inline => add_inline(document, table, members),
        Form::Tables => None,
    }
}

/// Whether a value is written as a table, or as an array of tables.
fn is_section(value: &Json) -> bool {
    match value {
        Json::Object(_) => true,
        Json::Array(items) => !items.is_empty() && items.iter().all(Json::is_object),
        _ => false,
    }
}

/// Whether tables stand below headers here. In a file without any table they may.
fn has_sections(document: &Document) -> bool {
    let is_in_brackets = |node: Node<'_>| {
        document.layout().form(node.id()) == Some(Form::Inline)
            && (node.is_object() || node.items().any(Node::is_object))
    };
    document.layout().statements().iter().any(|statement| statement.is_header)
        || !document.tree().nodes().any(is_in_brackets)
}

/// `[key]` or `[[key]]` with the pairs below it.
fn sections(document: &Document, key: &str, value: &Json) -> Option<String> {
    let writer = Writer::of(document);
    let newline = writer.newline();
    let one = |open: &str, close: &str, members: &serde_json::Map<String, Json>| {
        let pairs = members.iter().map(|(key, value)| Some(format!("{newline}{}", writer.pair(key, value, "")?)));
        Some(format!("{newline}{open}{key}{close}{}{newline}", pairs.collect::<Option<Vec<_>>>()?.concat()))
    };
    match value {
        Json::Object(members) => one("[", "]", members),
        Json::Array(items) => items.iter().map(|item| one("[[", "]]", item.as_object()?)).collect(),
        _ => None,
    }
}

/// Appends `text`, which starts and ends with a line break, to the file; the file ends with one then, if it did or was empty.
fn at_end(document: &Document, text: &str) -> Edit {
    let (old, newline) = (document.text(), document.look().newline);
    let place = Span::at(old.len());
    let has_end = old.ends_with(newline);
    let text = match has_end {
        _ if old.trim_matches(['\u{feff}', ' ', '\n', '\r']).is_empty() => {
            text.trim_start_matches(['\r', '\n']).to_owned()
        }
        true => text.to_owned(),
        false => format!("{newline}{}", text.strip_suffix(newline).unwrap_or(text)),
    };
    edit(document, place, text)
}

/// The end of the line that a statement ends on, behind its comment.
pub(super) fn line_end(document: &Document, offset: usize) -> usize {
    let rest = document.text().get(offset..).unwrap_or_default();
    offset + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Pairs below the last pair of a table, else below its header, else above the first header of the file.
fn add_lines(document: &Document, table: Node<'_>, members: &[(&str, &Json)]) -> Option<Edit> {
    let writer = Writer::of(document);
    let layout = document.layout();
    let newline = writer.newline();
    let lines = |indent: &str| {
        let pairs = members.iter().map(|(key, value)| Some(format!("{indent}{}", writer.pair(key, value, indent)?)));
        Some(pairs.collect::<Option<Vec<_>>>()?.join(newline))
    };
    if let Some(above) = layout.last_pair(table.id()).or_else(|| layout.header(table.id())) {
        let text = lines(style::indent_at(document.text(), above.span.start))?;
        return Some(edit(document, Span::at(line_end(document, above.span.end)), format!("{newline}{text}")));
    }
    match layout.statements().first() {
        Some(first) => {
            let place = above_comments(document.text(), first);
            Some(edit(document, Span::at(place), format!("{}{newline}{newline}", lines("")?)))
        }
        None => Some(at_end(document, &format!("{newline}{}{newline}", lines("")?))),
    }
}

/// Where the comment lines begin that stand right above a statement.
fn above_comments(text: &str, statement: &Statement) -> usize {
    let line_start = |end: usize| text[..end].rfind('\n').map_or(0, |at| at + 1);
    let mut place = line_start(statement.span.start);
    while place > 0 {
        let start = line_start(place - 1);
        if !text[start..place].trim_start().starts_with('#') {
            break;
        }
        place = start;
    }
    if place == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { place }
}

/// `a.new = 1` below the last `a.b = 2`.
fn add_dotted(document: &Document, table: Node<'_>, members: &[(&str, &Json)]) -> Option<Edit> {
    let last = document.layout().naming(table.id()).next_back().filter(|statement| !statement.is_header)?;
    let (text, writer) = (document.text(), Writer::of(document));
    let prefix = text.get(last.span.start..named(last, table)?.end)?;
    let indent = style::indent_at(text, last.span.start);
    let lines = members
        .iter()
        .map(|(key, value)| Some(format!("{}{indent}{prefix}.{}", writer.newline(), writer.pair(key, value, indent)?)));
    Some(edit(document, Span::at(line_end(document, last.span.end)), lines.collect::<Option<String>>()?))
}

/// Where a statement names a node.
pub(super) fn named(statement: &Statement, node: Node<'_>) -> Option<Span> {
    statement.keys.iter().find(|(_, named)| *named == node.id()).map(|(span, _)| *span)
}

/// A table without header gets one, above the first of the tables in it.
fn add_to_implied(document: &Document, table: Node<'_>, members: &[(&str, &Json)]) -> Option<Edit> {
    let first = document.layout().naming(table.id()).next()?;
    let (text, writer) = (document.text(), Writer::of(document));
    let header = first.span.slice(text).trim_start_matches('[');
    let start = first.span.end.checked_sub(header.len())?;
    let key = text.get(start..named(first, table)?.end)?.trim_start();
    let newline = writer.newline();
    let pairs = members.iter().map(|(key, value)| Some(format!("{}{newline}", writer.pair(key, value, "")?)));
    let pairs = pairs.collect::<Option<String>>()?;
    Some(edit(document, Span::at(above_comments(text, first)), format!("[{key}]{newline}{pairs}{newline}")))
}

/// Whether all members of a table in braces are written as `key = value`, so that their spans are those of their pairs.
pub(super) fn is_flat(document: &Document, table: Node<'_>) -> bool {
    table.members().all(|(_, value)| document.layout().form(value.id()) != Some(Form::Dotted))
}

fn add_inline(document: &Document, table: Node<'_>, members: &[(&str, &Json)]) -> Option<Edit> {
    let writer = Writer::of(document);
    let pairs = members.iter().map(|(key, value)| writer.flat_pair(key, value)).collect::<Option<Vec<_>>>()?;
    match table.members().next_back() {
        Some((_, last)) if is_flat(document, table) => {
            Some(edit(document, Span::at(last.span().end), format!(", {}", pairs.join(", "))))
        }
        Some(_) => None,
        None => Some(edit(document, table.span(), format!("{{ {} }}", pairs.join(", ")))),
    }
}

/// See [`crate::document::insert::add_to_array`].
pub(in crate::document) fn add_item(document: &Document, array: Node<'_>, item: &Json) -> Option<Edit> {
    match document.layout().form(array.id())? {
        Form::Inline => add_inline_item(document, array, item),
        Form::Tables => add_table(document, array, item),
        _ => None,
    }
}

fn add_inline_item(document: &Document, array: Node<'_>, item: &Json) -> Option<Edit> {
    let (text, writer) = (document.text(), Writer::of(document));
    let item = writer.flat(item)?;
    let Some((first, last)) = array.items().next().zip(array.items().next_back()) else {
        return Some(edit(document, Span::at(array.span().end.checked_sub(1)?), item));
    };
    let tail = text.get(last.span().end..array.span().end.checked_sub(1)?)?;
    let comma = comma_in(tail).map(|at| last.span().end + at + 1);
    if !text.get(array.span().start..first.span().start)?.contains('\n') {
        return Some(match comma {
            Some(behind) => edit(document, Span::at(behind), format!(" {item}")),
            None => edit(document, Span::at(last.span().end), format!(", {item}")),
        });
    }
    let line = format!("{}{}{item}", writer.newline(), style::indent_at(text, first.span().start));
    let from = comma.unwrap_or(last.span().end);
    // The closing bracket may stand on the same line.
    let to = line_end(document, from).min(array.span().end.checked_sub(1)?);
    let kept = text.get(from..to)?;
    let kept = if kept.trim_start().starts_with('#') { kept } else { "" };
    let end = if comma.is_some() { "," } else { "" };
    let comma = if comma.is_some() { "" } else { "," };
    Some(edit(document, Span::new(from, from + kept.len()), format!("{comma}{kept}{line}{end}")))
}

/// Where the comma stands in what follows an item; it may stand behind comments.
fn comma_in(tail: &str) -> Option<usize> {
    let mut is_comment = false;
    tail.bytes().position(|byte| {
        is_comment = (is_comment || byte == b'#') && byte != b'\n';
        !is_comment && byte == b','
    })
}

/// One more `[[key]]`, below all that belongs to the last one.
fn add_table(document: &Document, array: Node<'_>, item: &Json) -> Option<Edit> {
    let (text, writer) = (document.text(), Writer::of(document));
    let layout = document.layout();
    let header = layout.header(array.items().next_back()?.id())?;
    let (first, end) = super::remove::sections(document, array)?;
    let newline = writer.newline();
    let outer = style::indent_at(text, header.span.start);
    let pair = layout.last_pair(header.table).map_or(outer, |pair| style::indent_at(text, pair.span.start));
    let pairs =
        item.as_object()?.iter().map(|(key, value)| Some(format!("{newline}{pair}{}", writer.pair(key, value, pair)?)));
    let pairs = pairs.collect::<Option<String>>()?;
    // Tables that follow each other without an empty line go on so.
    let above = text.get(..header.span.start)?.trim_end_matches([' ', '\t']);
    let is_alone = header.span.start == first.start || above.ends_with("\n\n") || above.ends_with("\n\r\n");
    let gap = if is_alone { newline } else { "" };
    let place = line_end(document, end);
    Some(edit(document, Span::at(place), format!("{newline}{gap}{outer}{}{pairs}", header.span.slice(text))))
}
