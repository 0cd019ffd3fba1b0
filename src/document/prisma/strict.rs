//! What Prisma's own parser refuses in a line of a generator or datasource block.
//!
//! Tried on the parsers of Prisma 3.5 to 7.10 (`@prisma/prisma-fmt-wasm`, `@prisma/prisma-schema-wasm`), which agree but for comments in `/* */`:
//! taken from 6.6 on. Earlier parsers were not to be had.

use super::super::json::{Problem, ProblemKind};
use crate::base::Span;

/// What Prisma refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// `generator {`.
    NoName,
    /// A block's first line does not end with `{`.
    NoBrace,
    /// The `}` stands on the line of the `{`.
    BehindBrace,
    /// The `}` stands behind a value.
    BraceBehindValue,
    /// A `}` that closes nothing.
    StrayBrace,
    /// A line that is no `key = value`.
    NoEquals,
    /// A key without a value.
    NoValue,
    /// A word without quotes where only a string is taken.
    BareWord,
    /// A string that is not closed in its line.
    OpenString,
    /// Single or curly quotes.
    OtherQuotes,
    /// A backslash before a character that has no escape.
    BadEscape,
    /// A list that does not end in its line.
    SeveralLines,
    /// A comma before `]`, or one too many.
    ExtraComma,
    /// Two items without a comma between them.
    MissingComma,
    /// Something behind the value.
    BehindValue,
    /// A comment in `/* */`: refused before 6.6.
    BlockComment,
    /// A character that belongs nowhere.
    Unexpected,
}

/// Keys whose value must be a string, or a list of strings.
const STRINGS: [&str; 8] =
    ["provider", "output", "binaryTargets", "previewFeatures", "url", "directUrl", "shadowDatabaseUrl", "relationMode"];

struct Line<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    /// The brackets that are open: `]` or `)`.
    open: Vec<char>,
    /// Where the outermost one is.
    opened: usize,
    only_strings: bool,
}

/// White space inside a line.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The first thing that is wrong with the rest of a line behind its key, which ends at `at`.
pub(super) fn fault(text: &str, key: &str, at: usize) -> Option<Problem> {
    let rest = text.get(at..).unwrap_or_default();
    let end = at + rest.find(['\n', '\r']).unwrap_or(rest.len());
    let mut line = Line { text, at, end, open: Vec::new(), opened: at, only_strings: STRINGS.contains(&key) };
    line.read().err().map(|(slip, span)| Problem { kind: ProblemKind::Prisma(slip), span })
}

type Read = Result<(), (Slip, Span)>;

impl<'t> Line<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(is_blank).len();
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    /// The rest of the line without blanks at its end.
    fn tail(&self) -> Span {
        Span::new(self.at, self.at + self.rest().trim_end().len())
    }

    fn here(&self) -> Span {
        Span::new(self.at, self.at + self.rest().chars().next().map_or(0, char::len_utf8))
    }

    /// The list as far as it goes in this line.
    fn list(&self) -> Span {
        let shown = self.text.get(self.opened..self.at).unwrap_or_default().trim_end();
        Span::new(self.opened, self.opened + shown.len())
    }

    fn is_over(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with("//")
    }

    fn read(&mut self) -> Read {
        self.blanks();
        if !self.take('=') {
            return Err((Slip::NoEquals, if self.is_over() { Span::at(self.at) } else { self.tail() }));
        }
        loop {
            self.value()?;
            if !self.behind_value()? {
                return Ok(());
            }
        }
    }

    /// Up to the end of a scalar, or behind opening brackets into the first of their items.
    fn value(&mut self) -> Read {
        loop {
            self.blanks();
            match self.rest().chars().next() {
                Some('"') => return self.string(),
                Some('[') => {
                    if self.open.is_empty() {
                        self.opened = self.at;
                    }
                    self.at += 1;
                    self.open.push(']');
                }
                Some(c) if self.open.last() == Some(&c) => return Ok(()),
                Some('\'' | '“' | '”' | '‘' | '’') => return Err((Slip::OtherQuotes, self.tail())),
                Some(c) if is_word(c) => {
                    let start = self.at;
                    self.at += self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
                    if self.take('(') {
                        self.open.push(')');
                        continue;
                    }
                    let is_named =
                        self.open.last() == Some(&')') && self.rest().trim_start_matches(is_blank).starts_with(':');
                    if is_named {
                        self.blanks();
                        self.at += 1;
                        continue;
                    }
                    let is_text = c.is_alphabetic() || c == '_';
                    return if self.only_strings && is_text {
                        Err((Slip::BareWord, Span::new(start, self.at)))
                    } else {
                        Ok(())
                    };
                }
                _ if self.is_over() => {
                    return Err(match self.open.last() {
                        Some(']') => (Slip::SeveralLines, self.list()),
                        _ => (Slip::NoValue, Span::at(self.at)),
                    });
                }
                Some(',') => return Err((Slip::ExtraComma, self.here())),
                Some('}') if self.open.is_empty() => return Err((Slip::NoValue, Span::at(self.at))),
                _ => return Err((Slip::Unexpected, self.here())),
            }
        }
    }

    /// What follows a value: commas and closing brackets, then the end of the line. Whether another value comes.
    fn behind_value(&mut self) -> Result<bool, (Slip, Span)> {
        loop {
            self.blanks();
            let Some(close) = self.open.last().copied() else { break };
            if self.take(close) {
                self.open.pop();
                continue;
            }
            let comma = self.here();
            if self.take(',') {
                self.blanks();
                let is_last = self.rest().starts_with(close);
                return if is_last { Err((Slip::ExtraComma, comma)) } else { Ok(true) };
            }
            return Err(match close {
                _ if !self.is_over() => (Slip::MissingComma, self.here()),
                ']' => (Slip::SeveralLines, self.list()),
                _ => (Slip::Unexpected, Span::at(self.at)),
            });
        }
        match self.rest() {
            _ if self.is_over() => Ok(false),
            rest if rest.starts_with("/*") => {
                let len = rest.find("*/").map_or(rest.trim_end().len(), |end| end + 2);
                Err((Slip::BlockComment, Span::new(self.at, self.at + len)))
            }
            rest if rest.starts_with('}') => Err((Slip::BraceBehindValue, self.here())),
            _ => Err((Slip::BehindValue, self.tail())),
        }
    }

    fn string(&mut self) -> Read {
        let start = self.at;
        self.at += 1;
        loop {
            match self.rest().chars().next() {
                None => return Err((Slip::OpenString, Span::new(start, self.at))),
                Some('"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('\\') => {
                    let escape = self.at;
                    self.at += 1;
                    let next = self.rest().chars().next();
                    self.at += next.map_or(0, char::len_utf8);
                    if next.is_some_and(|c| !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) {
                        return Err((Slip::BadEscape, Span::new(escape, self.at)));
                    }
                }
                Some(c) => self.at += c.len_utf8(),
            }
        }
    }
}
