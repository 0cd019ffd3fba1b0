//! Byte edits, the fixes made of them, and the proof that an edit changed nothing else.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use camino::Utf8PathBuf;
use serde::Serialize;

use super::tree::{Member, Node, Value};
use super::{Document, Format};
use crate::base::Span;

/// One replacement of bytes in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file, absolute.
    pub file: Utf8PathBuf,
    /// The bytes that go; empty for an insertion.
    pub span: Span,
    /// The text that comes.
    pub text: String,
}

/// How far a fix may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Changes nothing that is deployed, or only what fails today.
    Safe,
    /// Changes what is deployed; applied on request only.
    Unsafe,
    /// Needs a person: shown, never applied.
    Display,
}

/// A repair: all its edits are applied, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `Set maxLambdaSize to "30mb"`.
    pub title: String,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// The edits, in any order, not overlapping.
    pub edits: Vec<Edit>,
}

/// Why edits were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits claim the same bytes.
    #[error("two edits overlap at byte {0}")]
    Overlap(usize),
    /// An edit lies outside the text or inside a character.
    #[error("an edit at byte {0} does not fit the text")]
    OutOfRange(usize),
    /// The edited text no longer parses as well as before.
    #[error("the edited text would not be valid at byte {0}")]
    Broken(usize),
    /// An object would have a key twice, so that one of its values is lost.
    #[error("the edits together would write a key twice")]
    Duplicate,
    /// A value that no edit named came out different.
    #[error("the edit would change a value at byte {0} that it does not name")]
    Collateral(usize),
}

/// `text` with `edits` applied.
///
/// # Errors
/// Overlapping edits (two insertions at one place included, as their order would be a guess) and edits that do not fit the text.
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Result<String, EditError> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut last: Option<Span> = None;
    for edit in edits {
        if last.is_some_and(|last| edit.span.start < last.end || edit.span.start == last.start) {
            return Err(EditError::Overlap(edit.span.start));
        }
        let fits = text.is_char_boundary(edit.span.start) && text.is_char_boundary(edit.span.end);
        let kept = text.get(done..edit.span.start).filter(|_| fits).ok_or(EditError::OutOfRange(edit.span.start))?;
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.span.end;
        last = Some(edit.span);
    }
    out.push_str(&text[done..]);
    Ok(out)
}

/// Applies `edits` to a document and checks the result: it parses at least as well as before, and every value that no edit touches stands
/// where it should, unchanged.
///
/// # Errors
/// As [`apply`], and [`EditError::Broken`] or [`EditError::Collateral`].
pub fn apply_checked<'e>(
    document: &Document,
    edits: impl IntoIterator<Item = &'e Edit>,
) -> Result<Document, EditError> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let text = apply(document.text(), edits.iter().copied())?;
    let edited = match document.format() {
        Format::Json => Document::json(document.file(), text),
        Format::Toml => Document::toml(document.file(), text),
        Format::Prisma => Document::prisma(document.file(), text),
        Format::Source => Document::source(document.file(), text),
    };
    if edited.problems().len() > document.problems().len() {
        let place = edited.problems().first().map_or(0, |problem| problem.span.start);
        return Err(EditError::Broken(place));
    }
    if duplicates(&edited) > duplicates(document) {
        return Err(EditError::Duplicate);
    }
    check_untouched(document, &edited, &edits)?;
    Ok(edited)
}

fn duplicates(document: &Document) -> usize {
    let extra = |node: Node<'_>| {
        let keys: BTreeSet<&str> = node.members().map(|(member, _)| &*member.key).collect();
        node.members().count() - keys.len()
    };
    document.tree().nodes().map(extra).sum()
}

fn check_untouched(before: &Document, after: &Document, edits: &[&Edit]) -> Result<(), EditError> {
    let scalars = |document: &Document| -> BTreeMap<Span, (usize, Value)> {
        let nodes = document.tree().nodes().enumerate().filter(|(_, node)| !node.is_container());
        nodes.map(|(index, node)| (node.span(), (index, node.value().clone()))).collect()
    };
    let quotes_at = |at| edits.iter().any(|edit| edit.span == Span::at(at) && edit.text == "\"");
    let is_touched = |span: Span| {
        edits.iter().any(|edit| edit.span.start < span.end && span.start < edit.span.end)
            || quotes_at(span.start) && quotes_at(span.end)
    };
    let mut homes = Homes::of(before, after, is_touched);
    let after = scalars(after);
    for (span, (index, value)) in scalars(before) {
        if is_touched(span) {
            continue;
        }
        let shift = |offset: usize| {
            edits
                .iter()
                .filter(|edit| edit.span.end <= span.start)
                .fold(offset as isize, |at, edit| at + edit.text.len() as isize - edit.span.len() as isize)
                as usize
        };
        let there = after.get(&Span::new(shift(span.start), shift(span.end)));
        if !there.is_some_and(|(home, there)| is_same(there, &value) && homes.are_same(index, *home)) {
            return Err(EditError::Collateral(span.start));
        }
    }
    Ok(())
}

/// By which key a value hangs in which other value.
type Home<'d> = Option<(usize, Option<&'d Member>)>;

/// Where the values of a document hang before and after an edit: in TOML a line may change its table without being touched.
struct Homes<'d, F: Fn(Span) -> bool> {
    before: Vec<Home<'d>>,
    after: Vec<Home<'d>>,
    is_touched: F,
    known: HashSet<(usize, usize)>,
}

fn homes(document: &Document) -> Vec<Home<'_>> {
    let mut homes = vec![None; document.tree().nodes().len()];
    for (index, node) in document.tree().nodes().enumerate() {
        let items = node.items().map(|item| (item, None));
        let members = node.members().map(|(member, value)| (value, Some(member)));
        for (value, member) in items.chain(members) {
            if let Some(home) = homes.get_mut(value.id().index()) {
                *home = Some((index, member));
            }
        }
    }
    homes
}

impl<'d, F: Fn(Span) -> bool> Homes<'d, F> {
    fn of(before: &'d Document, after: &'d Document, is_touched: F) -> Self {
        Self { before: homes(before), after: homes(after), is_touched, known: HashSet::new() }
    }

    /// Whether two values hang by the same keys, those that were edited aside. Places in arrays do not count: items come and go.
    fn are_same(&mut self, before: usize, after: usize) -> bool {
        let mut climbed = Vec::new();
        let (mut before, mut after) = (before, after);
        while !self.known.contains(&(before, after)) {
            climbed.push((before, after));
            let steps = (self.before.get(before).copied().flatten(), self.after.get(after).copied().flatten());
            let (one, other) = match steps {
                (Some(one), Some(other)) => (one, other),
                (None, None) => break,
                _ => return false,
            };
            match (one.1, other.1) {
                (None, None) => {}
                // A table whose header was edited became one of a list.
                (Some(table), None) if (self.is_touched)(table.key_span) => {
                    after = other.0;
                    continue;
                }
                (Some(one), Some(other)) if one.key == other.key || (self.is_touched)(one.key_span) => {}
                _ => return false,
            }
            (before, after) = (one.0, other.0);
        }
        self.known.extend(climbed);
        true
    }
}

/// Equal, where what is no number at all (`0x1f`) equals itself too.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.total_cmp(other).is_eq(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { file: "a.json".into(), span: Span::new(start, end), text: text.into() }
    }

    #[test]
    fn overlaps_are_refused() {
        assert_eq!(apply("abcdef", &[edit(4, 5, "X"), edit(0, 1, "Y")]).as_deref(), Ok("YbcdXf"));
        assert_eq!(apply("abc", &[edit(0, 2, ""), edit(1, 3, "")]), Err(EditError::Overlap(1)));
        assert_eq!(apply("abc", &[edit(1, 1, "x"), edit(1, 1, "y")]), Err(EditError::Overlap(1)));
        assert_eq!(apply("é", &[edit(1, 2, "")]), Err(EditError::OutOfRange(1)));
        assert_eq!(apply("a", &[edit(5, 9, "")]), Err(EditError::OutOfRange(5)));
    }

    #[test]
    fn a_line_of_toml_keeps_its_table() {
        let document = Document::toml("vercel.toml", "[a]\nx = 1\n");
        assert_eq!(apply_checked(&document, &[edit(4, 4, "[b]\n")]).err(), Some(EditError::Collateral(8)));
        assert!(apply_checked(&document, &[edit(1, 2, "c")]).is_ok());
        assert!(apply_checked(&document, &[edit(0, 0, "y = 1\n\n")]).is_ok());
    }

    #[test]
    fn what_is_no_number_may_stand_beside_an_edit() {
        let document = Document::json("a.json", "{\"a\": -, \"b\": 1,}");
        assert_eq!(apply_checked(&document, &[edit(15, 16, "")]).unwrap().text(), "{\"a\": -, \"b\": 1}");
    }

    #[test]
    fn an_edit_that_changes_more_than_it_names_is_refused() {
        let document = Document::json("a.json", r#"{"a": 1, "b": 2}"#);
        assert!(apply_checked(&document, &[edit(6, 7, "10")]).is_ok());
        assert!(matches!(apply_checked(&document, &[edit(6, 7, "")]), Err(EditError::Broken(_))));
        assert!(matches!(
            apply_checked(&document, &[edit(0, 1, "[{\"x\":"), edit(15, 16, "3}]}")]),
            Err(EditError::Broken(_))
        ));
    }
}
