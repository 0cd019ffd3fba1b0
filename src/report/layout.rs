//! Text in columns: widths as a terminal counts them, wrapping, bars, counts in words.

use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::style::Style;

/// Whether `c` would move the cursor, colour the terminal or reorder the line instead of being seen.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What stands for a character that cannot be shown.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// `c`, or what stands for it in a terminal.
pub(super) fn visible(c: char) -> char {
    if is_unsafe(c) { REPLACEMENT } else { c }
}

/// `text` without anything that a terminal would obey; lines stay.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
}

/// `text` on one line: every run of line ends and blanks around it is one space, and nothing that a terminal would obey is left.
pub(super) fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > 1 {
        clean(&lines.join(" "))
    } else {
        text.trim_matches(['\n', '\r']).chars().map(visible).collect()
    }
}

/// Columns of a character.
pub(super) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns of a text without colours.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text` filled up with spaces on the right.
pub(super) fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` filled up with spaces on the left.
pub(super) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` wrapped to `columns`, the first line after `first` and the others after as many blanks. Words are never cut, so that paths and
/// commands can be copied. Colours in `first` and `text` count no column.
pub(super) fn wrap(first: &str, text: &str, columns: usize) -> String {
    let indent = " ".repeat(textwrap::core::display_width(first));
    let options = Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    trimmed(&textwrap::fill(text, options))
}

/// `text` without blanks at the ends of lines.
pub(super) fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches(' ')).collect();
    lines.join("\n")
}

/// `1 file`, `2 files`, `1,204 files`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", crate::base::bytes::grouped(number as u64), if number == 1 { one } else { many })
}

/// `part` of `whole` in whole percent, rounded up so that anything over the whole shows as more than 100.
pub(super) fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 {
        return 0;
    }
    (u128::from(part) * 100).div_ceil(u128::from(whole)).min(u128::from(u64::MAX)) as u64
}

/// A size without the decimals of a whole number: limits are `25 MB`, not `25.0 MB`.
pub(super) fn round(size: u64) -> String {
    crate::base::bytes::human(size).replace(".0 ", " ")
}

/// A bar of `columns` for `part` of `whole`, rounded, but full only from the whole on.
pub(super) fn bar(part: u64, whole: u64, columns: usize, style: &Style) -> String {
    let (full, empty) = if style.unicode { ("█", "░") } else { ("#", ".") };
    let filled = match (part, whole) {
        (_, 0) => 0,
        (part, whole) if part >= whole => columns,
        (part, whole) => {
            let half = u128::from(whole) / 2;
            let exact = (u128::from(part) * columns as u128 + half) / u128::from(whole);
            usize::try_from(exact).unwrap_or(columns).min(columns.saturating_sub(1))
        }
    };
    format!("{}{}", full.repeat(filled), empty.repeat(columns - filled))
}
