//! Edits that remove and rename.

use super::insert::{edit, is_flat, line_end, named};
use super::layout::{Form, Statement};
use super::write;
use crate::base::Span;
use crate::document::tree::Node;
use crate::document::{Document, Edit, Path, Segment};

/// The member or item at `path` with what holds it.
fn find<'d>(document: &'d Document, path: &Path) -> Option<(Node<'d>, Node<'d>)> {
    let (_, parents) = path.segments().split_last()?;
    Some((document.get(&Path::from_segments(parents.to_vec()))?, document.get(path)?))
}

/// See [`crate::document::insert::remove`]. `None` also for what is written in several places, and for the only one of several `[[tables]]`.
pub(in crate::document) fn remove(document: &Document, path: &Path) -> Option<Edit> {
    let (parent, node) = find(document, path)?;
    let layout = document.layout();
    match layout.form(node.id())? {
        Form::Inline | Form::Dotted => {
            let statements: Vec<&Statement> = layout.naming(node.id()).collect();
            match statements.as_slice() {
                [] if layout.form(parent.id()) == Some(Form::Inline) => remove_inline(document, parent, node),
                [one] if !one.is_header => remove_pair(document, parent, one),
                _ => None,
            }
        }
        Form::Item if parent.items().len() == 1 => None,
        Form::Root => None,
        Form::Header | Form::Implied | Form::ImpliedByArray | Form::Tables | Form::Item => {
            remove_sections(document, parent, node)
        }
    }
}

fn remove_inline(document: &Document, parent: Node<'_>, node: Node<'_>) -> Option<Edit> {
    if !is_flat(document, parent) {
        return None;
    }
    let spans: Vec<Span> = if parent.is_object() {
        parent.members().map(|(member, value)| Span::new(member.key_span.start, value.span().end)).collect()
    } else {
        parent.items().map(Node::span).collect()
    };
    let at = spans.iter().position(|span| span.end == node.span().end)?;
    let gone = *spans.get(at)?;
    let span = match (at.checked_sub(1).and_then(|before| spans.get(before)), spans.get(at + 1)) {
        (Some(before), _) => Span::new(before.end, gone.end),
        (None, Some(after)) => Span::new(gone.start, after.start),
        (None, None) => Span::new(parent.span().start + 1, parent.span().end - 1),
    };
    // A comment between two items is its author's.
    let is_quiet = !outside(span, gone).any(|part| part.slice(document.text()).contains('#'));
    is_quiet.then(|| edit(document, span, String::new()))
}

/// What of `whole` is not in `part`.
fn outside(whole: Span, part: Span) -> impl Iterator<Item = Span> {
    [Span::new(whole.start, part.start), Span::new(part.end, whole.end)].into_iter()
}

/// The line of a pair; a comment behind it stays. A table that only this pair names stays too, as `{}`.
fn remove_pair(document: &Document, parent: Node<'_>, pair: &Statement) -> Option<Edit> {
    let layout = document.layout();
    if layout.form(parent.id()) == Some(Form::Dotted) && layout.naming(parent.id()).count() == 1 {
        let rest = Span::new(named(pair, parent)?.end, pair.span.end);
        return Some(edit(document, rest, " = {}".to_owned()));
    }
    let end = line_end(document, pair.span.end);
    let behind = document.text().get(pair.span.end..end)?;
    if behind.trim().is_empty() {
        return Some(edit(document, whole_lines(document.text(), Span::new(pair.span.start, end)), String::new()));
    }
    let blanks = behind.len() - behind.trim_start().len();
    Some(edit(document, Span::new(pair.span.start, pair.span.end + blanks), String::new()))
}

/// `span` with the blanks before it and one line break: the one behind it, or at the end of the text the one before.
fn whole_lines(text: &str, span: Span) -> Span {
    let start = text[..span.start].trim_end_matches([' ', '\t']).len();
    let rest = &text[span.end..];
    let newline = ["\r\n", "\n"].iter().find(|newline| rest.starts_with(**newline)).map_or(0, |newline| newline.len());
    if newline > 0 || start == 0 {
        return Span::new(start, span.end + newline);
    }
    let before = &text[..start];
    let before = before.strip_suffix("\r\n").or(before.strip_suffix('\n')).unwrap_or(before);
    Span::new(before.len(), span.end)
}

/// The first header that names `node`, and where the last statement below such headers ends. `None` where others stand between them.
pub(super) fn sections(document: &Document, node: Node<'_>) -> Option<(Span, usize)> {
    let mut found: Option<(Span, usize)> = None;
    let (mut inside, mut closed) = (false, false);
    for statement in document.layout().statements() {
        if statement.is_header {
            inside = statement.table == node.id() || named(statement, node).is_some();
        }
        match (&mut found, inside) {
            (None, true) => found = Some((statement.span, statement.span.end)),
            (Some(_), true) if closed => return None,
            (Some((_, end)), true) => *end = statement.span.end,
            (Some(_), false) => closed = true,
            (None, false) => {}
        }
    }
    found
}

/// The headers of a table with all that stands below them.
fn remove_sections(document: &Document, parent: Node<'_>, node: Node<'_>) -> Option<Edit> {
    let (layout, text) = (document.layout(), document.text());
    let (first, end) = if layout.form(node.id()) == Some(Form::Item) {
        item_section(document, node)?
    } else {
        sections(document, node)?
    };
    let span = whole_lines(text, Span::new(first.start, line_end(document, end)));
    let only = |statement: &Statement| span.start <= statement.span.start && statement.span.end <= span.end;
    let is_implied = matches!(layout.form(parent.id()), Some(Form::Implied | Form::ImpliedByArray));
    if is_implied && layout.naming(parent.id()).all(only) {
        // The table around it was named by nothing else.
        let header = first.slice(text).trim_start_matches('[');
        let start = first.end - header.len();
        let opener = layout.naming(parent.id()).next()?;
        let key = text.get(start..named(opener, parent)?.end)?.trim_start();
        return Some(edit(document, Span::new(first.start, line_end(document, end)), format!("[{key}]")));
    }
    // Of two empty lines around it, one goes.
    let above = text[..span.start].strip_suffix('\n').map(|above| above.strip_suffix('\r').unwrap_or(above));
    let is_alone = span.start == 0 || above.is_some_and(|above| above.is_empty() || above.ends_with('\n'));
    let rest = &text[span.end..];
    let blank = ["\r\n", "\n"].iter().find(|newline| rest.starts_with(**newline)).map_or(0, |newline| newline.len());
    let span = match above {
        _ if is_alone && blank > 0 => Span::new(span.start, span.end + blank),
        Some(above) if is_alone && rest.is_empty() => Span::new(above.len(), span.end),
        _ => span,
    };
    Some(edit(document, span, String::new()))
}

/// The header of one of several tables, and where what belongs to it ends.
fn item_section(document: &Document, item: Node<'_>) -> Option<(Span, usize)> {
    let layout = document.layout();
    let header = layout.header(item.id())?;
    let (_, array) = *header.keys.last()?;
    let behind = layout.statements().iter().skip_while(|statement| statement.span != header.span).skip(1);
    let names_array = |statement: &Statement| statement.keys.iter().any(|(_, node)| *node == array);
    let opens_next = |statement: &Statement| statement.keys.last().is_some_and(|(_, node)| *node == array);
    let own = behind.take_while(|statement| !statement.is_header || names_array(statement) && !opens_next(statement));
    Some((header.span, own.last().map_or(header.span.end, |last| last.span.end)))
}

/// See [`crate::document::insert::rename_key`]: all headers and keys that name the table, in one edit.
pub(in crate::document) fn rename_key(document: &Document, path: &Path, name: &str) -> Option<Edit> {
    let (parent, node) = find(document, path)?;
    let Segment::Key(key) = path.segments().last()? else { return None };
    let layout = document.layout();
    let mut places: Vec<Span> = layout.naming(node.id()).filter_map(|statement| named(statement, node)).collect();
    if places.is_empty() {
        if layout.form(node.id()) != Some(Form::Inline) {
            return None;
        }
        places.push(parent.member(key)?.key_span);
    }
    let text = document.text();
    let whole = Span::new(places.first()?.start, places.last()?.end);
    let mut renamed = String::new();
    let mut done = whole.start;
    for place in places {
        let old = place.slice(text);
        renamed.push_str(text.get(done..place.start)?);
        renamed.push_str(&if old.starts_with(['"', '\'']) {
            write::quoted_as(old, name)
        } else {
            write::key_text(name)
        });
        done = place.end;
    }
    Some(edit(document, whole, renamed))
}

/// See [`crate::document::insert::move_into`]: `key` becomes `inner.key`.
pub(in crate::document) fn move_into(document: &Document, path: &Path, inner: &str) -> Option<Edit> {
    let (parent, node) = find(document, path)?;
    let Segment::Key(key) = path.segments().last()? else { return None };
    let whole = Span::new(parent.member(key)?.key_span.start, node.span().end);
    let text = format!("{}.{}", write::key_text(inner), whole.slice(document.text()));
    (document.layout().form(node.id()) == Some(Form::Inline)).then(|| edit(document, whole, text))
}
