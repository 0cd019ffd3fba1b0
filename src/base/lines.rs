//! Offsets to lines and columns, computed at the edges only (reports, editor).

use serde::Serialize;

/// A place in a text: 1-based line, 1-based column in Unicode characters, byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1. A byte order mark counts no column.
    pub column: usize,
    /// Byte offset from the start of the file, a byte order mark included.
    pub offset: usize,
}

/// Where the lines of one text start. `\n`, `\r\n` and a lone `\r` end a line, as editors have it.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
    /// How many characters start before byte 0, [`STEP`], 2 * `STEP`, ...: a column far along a minified line costs no walk of the whole line.
    chars: Vec<usize>,
}

/// Bytes between two counts.
const STEP: usize = 1024;

const BOM: &str = "\u{feff}";

impl LineIndex {
    /// Scans `text` once.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut starts, mut chars, mut count) = (vec![0], Vec::new(), 0);
        for (at, byte) in bytes.iter().enumerate() {
            if at % STEP == 0 {
                chars.push(count);
            }
            count += usize::from(starts_character(*byte));
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(at + 1);
            }
        }
        chars.push(count);
        Self { starts, chars }
    }

    /// The 0-based number of the line that holds `offset`.
    fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// How many characters start before `offset`.
    fn characters(&self, text: &str, offset: usize) -> usize {
        let step = (offset / STEP).min(self.chars.len().saturating_sub(1));
        let rest = text.as_bytes().get(step * STEP..offset).unwrap_or_default();
        self.chars.get(step).copied().unwrap_or_default() + rest.iter().filter(|byte| starts_character(**byte)).count()
    }

    /// Line and character column of `offset`; an offset past the end is the end.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut at = offset.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line_of(at);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let mark = usize::from(at > start && text[start..].starts_with(BOM));
        let column = self.characters(text, at) - self.characters(text, start) - mark + 1;
        Position { line: line + 1, column, offset }
    }
}

/// Whether a byte of UTF-8 is the first one of its character.
fn starts_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize) {
        let position = LineIndex::new(text).position(text, offset);
        (position.line, position.column)
    }

    #[test]
    fn every_line_ending_counts_once() {
        let text = "a\nb\r\nc\rd";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, 2), (2, 1));
        assert_eq!(at(text, 5), (3, 1));
        assert_eq!(at(text, 7), (4, 1));
    }

    #[test]
    fn columns_count_characters() {
        let text = "\"日本🚀x\"";
        assert_eq!(at(text, text.find('x').unwrap_or_default()), (1, 5));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(at("\u{feff}{}", 3), (1, 1));
        assert_eq!(at("\u{feff}{}", 4), (1, 2));
    }

    #[test]
    fn an_offset_past_the_end_or_inside_a_character_is_clamped() {
        assert_eq!(at("ab", 99), (1, 3));
        assert_eq!(at("é!", 1), (1, 1));
    }
}
