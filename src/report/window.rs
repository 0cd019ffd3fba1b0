//! The part of one line that is shown: all of it where it fits, else a window round the label. The work is bounded by the
//! window, not by the line, so that a minified file of megabytes costs nothing.

use std::ops::Range;

use super::layout::{char_width, visible};

const TAB: &str = "    ";

/// A line as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The text: tabs as blanks, nothing that a terminal would obey.
    pub(super) text: String,
    /// The bytes of the line that it shows.
    pub(super) part: Range<usize>,
    /// Where each shown character starts in the line and in the text; the last pair is the end of both.
    offsets: Vec<(usize, usize)>,
}

impl Shown {
    /// Where an offset into the line lies in the text; one that is not shown is the nearest end.
    pub(super) fn offset(&self, at: usize) -> usize {
        let next = self.offsets.partition_point(|&(from, _)| from < at);
        self.offsets.get(next).or(self.offsets.last()).map_or(0, |&(_, to)| to)
    }
}

fn columns(c: char) -> usize {
    if c == '\t' { TAB.len() } else { char_width(visible(c)) }
}

/// Columns of a text as it is shown here.
pub(super) fn shown_width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// How many bytes and columns of `chars` fit into `limit` columns. Characters without width are limited too, or a hostile line would never end.
fn fill(chars: impl Iterator<Item = char>, limit: usize) -> (usize, usize) {
    let (mut bytes, mut used) = (0, 0);
    for c in chars.take(limit.saturating_mul(4)) {
        let width = columns(c);
        if used + width > limit {
            break;
        }
        used += width;
        bytes += c.len_utf8();
    }
    (bytes, used)
}

/// The bytes of `line` to show in `limit` columns, so that `focus` is seen and `room` columns are left for words from its middle on.
fn window(line: &str, focus: &Range<usize>, limit: usize, room: usize, ellipsis: usize) -> Range<usize> {
    let (all, _) = fill(line.chars(), limit);
    let (shown, label) = fill(line[focus.clone()].chars(), limit * 2 / 3);
    let left_most = limit.saturating_sub(label / 2 + 4 + room + ellipsis);
    if all == line.len() && (room == 0 || shown_width(&line[..focus.start]) <= left_most) {
        return 0..line.len();
    }
    let spare = limit.saturating_sub(2 * ellipsis + label);
    let after = &line[focus.start + shown..];
    let before = &line[..focus.start];
    let (_, left) = fill(before.chars().rev(), (spare / 3).min(left_most));
    let (right_bytes, right) = fill(after.chars(), spare - left);
    let (left_bytes, _) = fill(before.chars().rev(), (spare - right).min(left_most.max(left)));
    focus.start - left_bytes..focus.start + shown + right_bytes
}

/// `line` as shown in `limit` columns. `focus` must lie in the line, on character boundaries.
pub(super) fn show(line: &str, focus: &Range<usize>, limit: usize, room: usize, unicode: bool) -> Shown {
    let ellipsis = if unicode { "…" } else { "..." };
    let part = window(line, focus, limit, room, if unicode { 1 } else { 3 });
    let mut text = String::new();
    let mut offsets = Vec::new();
    if part.start > 0 {
        text.push_str(ellipsis);
    }
    for (at, c) in line[part.clone()].char_indices() {
        offsets.push((part.start + at, text.len()));
        match c {
            '\t' => text.push_str(TAB),
            c => text.push(visible(c)),
        }
    }
    offsets.push((part.end, text.len()));
    if part.end < line.len() {
        text.push_str(ellipsis);
    }
    Shown { text, part, offsets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_fits_is_whole() {
        let shown = show("\t\"日本\": 1", &(1..9), 40, 0, true);
        assert_eq!(shown.text, "    \"日本\": 1");
        assert_eq!((shown.offset(1), shown.offset(9)), (4, 12));
    }

    #[test]
    fn a_long_line_is_clipped_round_the_label() {
        let line = format!("{}NEEDLE{}", "a".repeat(5_000), "b".repeat(5_000));
        let shown = show(&line, &(5_000..5_006), 40, 0, true);
        assert_eq!(shown.text, format!("…{}NEEDLE{}…", "a".repeat(10), "b".repeat(22)));
        let at = shown.offset(5_000);
        assert_eq!(&shown.text[at..shown.offset(5_006)], "NEEDLE");
    }

    #[test]
    fn wide_characters_count_twice_and_are_never_cut() {
        let line = "漢🚀".repeat(2_000);
        for limit in 5..60 {
            let shown = show(&line, &(7..7), limit, 0, true);
            assert!(shown_width(&shown.text) <= limit, "{limit}: {}", shown.text);
        }
    }

    #[test]
    fn words_at_the_label_get_their_room() {
        let line = format!("{}x", " ".repeat(70));
        let shown = show(&line, &(70..71), 75, 24, true);
        assert!(shown_width(&shown.text[..shown.offset(70)]) + 4 + 24 <= 75, "{:?}", shown.text);
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_passed_on() {
        let shown = show("a\u{1b}[31m\u{202e}b\r", &(0..1), 40, 0, true);
        assert_eq!(shown.text, "a\u{fffd}[31m\u{fffd}b\u{fffd}");
    }
}
