//! The lines round the labels of a finding, as miette wants them. The snippet is a text of its own: each long line is clipped, tabs
//! and control characters are replaced, every line ends in `\n`, and each label lies on one line of it; so neither a minified file nor a label
//! behind the last byte can spoil the picture.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::{memchr2, memrchr2};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::layout::{clean, wrap};
use super::window::{show, shown_width};
use crate::base::Span;
use crate::rules::Label;

/// Longest line that is shown of a line that does not fit, in columns.
const CLIPPED: usize = 120;
/// Columns kept for the words at a label.
const ROOM: usize = 24;

/// Lines of one file with marks in them.
#[derive(Debug)]
pub(super) struct Snippet {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The labels that could be placed; the primary one first.
    pub(super) marks: Vec<Mark>,
}

#[derive(Debug)]
struct Line {
    number: usize,
    /// The line in the snippet's text, its newline included.
    bytes: Range<usize>,
}

/// A label in a snippet.
#[derive(Debug)]
pub(super) struct Mark {
    /// Bytes of the snippet's text.
    pub(super) bytes: Range<usize>,
    /// Words beside the caret, broken into lines.
    pub(super) words: Option<String>,
    /// Which of the given labels it is.
    pub(super) label: usize,
    column: usize,
}

/// A label on its line, in offsets of the source.
#[derive(Debug, Clone)]
struct Place {
    label: usize,
    line: Range<usize>,
    bytes: Range<usize>,
}

/// What is the same for every line of a snippet.
struct Frame<'l> {
    labels: &'l [&'l Label],
    /// Columns for the text of a line.
    budget: usize,
    unicode: bool,
}

/// The line that holds `offset`, without its end; a byte order mark is no part of it.
fn line_at(source: &str, offset: usize) -> Range<usize> {
    let bytes = source.as_bytes();
    let mut at = offset.min(bytes.len());
    if at > 0 && bytes.get(at) == Some(&b'\n') && bytes[at - 1] == b'\r' {
        at -= 1;
    }
    let start = memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1);
    let end = memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length);
    let start = if source.starts_with('\u{feff}') { start.max('\u{feff}'.len_utf8()).min(end) } else { start };
    start..end
}

/// The line behind one that ends at `end`, if there is text in the file behind it.
fn line_after(source: &str, end: usize) -> Option<Range<usize>> {
    let rest = source.get(end..)?;
    let newline = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    (rest.len() > newline).then(|| line_at(source, end + newline))
}

fn line_before(source: &str, start: usize) -> Option<Range<usize>> {
    let head = source.get(..start)?.trim_start_matches('\u{feff}');
    (!head.is_empty()).then(|| line_at(source, start - 1))
}

/// The span on the line where it starts: a label over several lines is shown by its first.
fn place(source: &str, span: Span, label: usize) -> Place {
    let floor = |offset: usize| {
        let mut offset = offset.min(source.len());
        while !source.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let line = line_at(source, floor(span.start));
    let start = floor(span.start).clamp(line.start, line.end);
    let end = floor(span.end).clamp(start, line.end);
    Place { label, line, bytes: start..end }
}

impl Snippet {
    /// The lines of `source` round `labels` (the primary one first, all in this file), for a terminal of `columns`. Labels that overlap an
    /// earlier one, fall outside of the clipped part of their line, or have no room for their words, are left out of `marks`.
    pub(super) fn new(name: String, source: &str, labels: &[&Label], columns: usize, unicode: bool) -> Self {
        let places: Vec<Place> =
            labels.iter().enumerate().map(|(index, label)| place(source, label.span, index)).collect();
        let mut wanted: BTreeMap<usize, (usize, Range<usize>)> = BTreeMap::new();
        for (place, label) in places.iter().zip(labels) {
            let number = label.start.line.max(1);
            wanted.entry(place.line.start).or_insert((number, place.line.clone()));
            if let Some(line) = line_before(source, place.line.start).filter(|_| number > 1) {
                wanted.entry(line.start).or_insert((number - 1, line));
            }
            if let Some(line) = line_after(source, place.line.end) {
                wanted.entry(line.start).or_insert((number.saturating_add(1), line));
            }
        }
        let digits = wanted.values().map(|(number, _)| number.to_string().len()).max().unwrap_or(1);
        let budget = columns.saturating_sub(digits + 4).max(20);
        let frame = Frame { labels, budget, unicode };
        let mut snippet = Self { name, text: String::new(), lines: Vec::new(), marks: Vec::new() };
        for (start, (number, line)) in wanted {
            let here: Vec<&Place> = places.iter().filter(|place| place.line.start == start).collect();
            snippet.push(&source[line.clone()], line.start, number, &here, &frame);
        }
        snippet.marks.sort_by_key(|mark| mark.label);
        snippet
    }

    fn push(&mut self, line: &str, origin: usize, number: usize, places: &[&Place], frame: &Frame<'_>) {
        let &Frame { labels, budget, unicode } = frame;
        let local = |place: &Place| place.bytes.start - origin..place.bytes.end - origin;
        let first = places.first();
        let focus = first.map_or(0..0, |place| local(place));
        let words = first.map_or(0, |place| labels.get(place.label).map_or(0, |label| shown_width(&label.text)));
        let fits = line.len() <= budget * 4 && shown_width(line) <= budget;
        let limit = if fits { budget } else { budget.min(CLIPPED) };
        let shown = show(line, &focus, limit, words.min(ROOM), unicode);
        let base = self.text.len();
        let mut taken: Vec<Range<usize>> = Vec::new();
        for place in places {
            let local = local(place);
            let seen = shown.part.start <= local.start && local.start <= shown.part.end;
            let Some(label) = labels.get(place.label).filter(|_| seen) else { continue };
            let bytes = shown.offset(local.start)..shown.offset(local.end);
            // In columns, where a label of no width still takes one: miette would push a second one to the side.
            let left = shown_width(&shown.text[..bytes.start]);
            let marked = left..left + shown_width(&shown.text[bytes.clone()]).max(1);
            if taken.iter().any(|other| marked.start < other.end && other.start < marked.end) {
                continue;
            }
            let middle = (marked.start + marked.end) / 2;
            let room = budget.saturating_sub(middle + 4);
            if !taken.is_empty() && room < shown_width(&label.text).min(ROOM) {
                continue;
            }
            self.marks.push(Mark {
                bytes: base + bytes.start..base + bytes.end,
                words: (!label.text.is_empty()).then(|| wrap("", &clean(&label.text), room.max(ROOM))),
                label: place.label,
                column: label.start.column,
            });
            taken.push(marked);
        }
        self.text.push_str(shown.text.trim_end());
        // A label may sit on blanks at the end of its line: they stay then.
        let needed = self.marks.iter().map(|mark| mark.bytes.end).filter(|&end| end > self.text.len()).max();
        if let Some(end) = needed {
            self.text.push_str(shown.text.get(self.text.len() - base..end - base).unwrap_or_default());
        }
        self.text.push('\n');
        self.lines.push(Line { number, bytes: base..self.text.len() });
    }

    fn line_of(&self, offset: usize) -> Option<usize> {
        let next = self.lines.partition_point(|line| line.bytes.start <= offset);
        next.checked_sub(1)
    }

    fn are_neighbours(&self, one: usize, next: usize) -> bool {
        match (self.lines.get(one), self.lines.get(next)) {
            (Some(one), Some(next)) => one.number.checked_add(1) == Some(next.number),
            _ => false,
        }
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut first = self.line_of(span.offset()).ok_or(MietteError::OutOfBounds)?;
        let mut last = self.line_of(span.offset() + span.len().saturating_sub(1)).ok_or(MietteError::OutOfBounds)?;
        let column = match self.marks.iter().find(|mark| mark.bytes.start == span.offset()) {
            Some(mark) if before == 0 => mark.column.saturating_sub(1),
            _ => 0,
        };
        for _ in 0..before {
            first -= usize::from(first > 0 && self.are_neighbours(first - 1, first));
        }
        for _ in 0..after {
            last += usize::from(self.are_neighbours(last, last + 1));
        }
        let (Some(top), Some(bottom)) = (self.lines.get(first), self.lines.get(last)) else {
            return Err(MietteError::OutOfBounds);
        };
        let bytes = top.bytes.start..bottom.bytes.end;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[bytes.clone()],
            (bytes.start, bytes.len()).into(),
            top.number.saturating_sub(1),
            column,
            last - first + 1,
        )))
    }
}
