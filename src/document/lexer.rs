//! Tokens of JSON, and of the JSON that people write by mistake.

use std::ops::Range;

use crate::base::Span;

/// What `JSON.parse` refuses in a token, and the reader can still understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slip {
    Comment,
    ForeignSpace(char),
    SingleQuotes,
    CurlyQuotes,
    RawControl(char),
    BadEscape,
    BadNumber,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Punct(u8),
    String(Box<str>),
    Number(f64),
    /// `true`, `null`, or a bare word that should have been quoted.
    Word(Box<str>),
    /// A string without its end, or a character that starts nothing.
    Unterminated,
    Unknown(char),
    End,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    pub(super) slips: Vec<(Slip, Span)>,
    ahead: Ahead,
}

/// The quotes between a place and the next bracket or colon. Moved along rather than counted anew at each line break of a string.
#[derive(Default)]
struct Ahead {
    at: usize,
    stop: usize,
    double: usize,
    single: usize,
}

impl Ahead {
    fn move_to(&mut self, text: &str, at: usize) {
        let quotes =
            |range: Range<usize>, quote: u8| text.as_bytes()[range].iter().filter(|byte| **byte == quote).count();
        if at > self.stop {
            let rest = &text[at..];
            self.stop = at + rest.find(['{', '}', '[', ']', ':']).unwrap_or(rest.len());
            (self.double, self.single) = (quotes(at..self.stop, b'"'), quotes(at..self.stop, b'\''));
        } else {
            self.double -= quotes(self.at..at, b'"');
            self.single -= quotes(self.at..at, b'\'');
        }
        self.at = at;
    }
}

/// The straight quote that a curly one stands for.
fn curly(quote: char) -> Option<char> {
    match quote {
        '“' | '”' | '„' | '‟' => Some('"'),
        '‘' | '’' | '‚' | '‛' => Some('\''),
        _ => None,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | '@' | '/')
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, slips: Vec::new(), ahead: Ahead::default() }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn slip(&mut self, slip: Slip, start: usize) {
        self.slips.push((slip, Span::new(start, self.at)));
    }

    fn skip_space(&mut self) {
        loop {
            let space = self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            self.at += space;
            let start = self.at;
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                self.slip(Slip::Comment, start);
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                self.slip(Slip::Comment, start);
            } else if let Some(foreign) = rest.chars().next().filter(|&c| c == '\u{feff}' || c.is_whitespace()) {
                self.at += foreign.len_utf8();
                self.slip(Slip::ForeignSpace(foreign), start);
            } else {
                return;
            }
        }
    }

    pub(super) fn next(&mut self) -> (Token, Span) {
        self.skip_space();
        let start = self.at;
        let token = match self.rest().chars().next() {
            None => Token::End,
            Some(c @ ('{' | '}' | '[' | ']' | ':' | ',')) => {
                self.at += 1;
                Token::Punct(c as u8)
            }
            Some(quote @ ('"' | '\'')) => self.string(quote),
            Some(quote) if curly(quote).is_some() => self.string(quote),
            Some('-' | '+' | '.' | '0'..='9') => self.number(),
            Some(c) if is_word(c) => self.word(),
            Some(c) => {
                self.at += c.len_utf8();
                Token::Unknown(c)
            }
        };
        (token, Span::new(start, self.at))
    }

    fn word(&mut self) -> Token {
        let rest = self.rest();
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        self.at += end;
        Token::Word(rest[..end].into())
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let rest = self.rest();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))).unwrap_or(rest.len());
        self.at += end;
        let text = &rest[..end];
        if !is_json_number(text) {
            self.slip(Slip::BadNumber, start);
        }
        Token::Number(text.parse().unwrap_or(f64::NAN))
    }

    fn string(&mut self, quote: char) -> Token {
        let start = self.at;
        self.at += quote.len_utf8();
        // Of curly quotes, one or both may have been left straight or been turned.
        let straight = curly(quote);
        let closes =
            |c: char| c == quote || straight.is_some_and(|straight| c == straight || curly(c) == Some(straight));
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(|c: char| closes(c) || c == '\\' || c < ' ').unwrap_or(rest.len());
            value.push_str(&rest[..plain]);
            self.at += plain;
            match self.rest().chars().next() {
                None => return Token::Unterminated,
                Some('\\') => self.escape(&mut value),
                Some(c) if closes(c) => {
                    self.at += c.len_utf8();
                    break;
                }
                Some('\n' | '\r') if straight.is_some() || !self.closes_later(quote) => return Token::Unterminated,
                Some(control) => {
                    let at = self.at;
                    self.at += 1;
                    self.slip(Slip::RawControl(control), at);
                    value.push(control);
                }
            }
        }
        match quote {
            '"' => {}
            '\'' => self.slip(Slip::SingleQuotes, start),
            _ => self.slip(Slip::CurlyQuotes, start),
        }
        Token::String(value.into())
    }

    /// Whether a line break inside a string is one that was pasted into it (the quote comes before the next `:` or bracket),
    /// and not the sign of a forgotten quote.
    fn closes_later(&mut self, quote: char) -> bool {
        self.ahead.move_to(self.text, self.at);
        let quotes = if quote == '"' { self.ahead.double } else { self.ahead.single };
        quotes % 2 == 1
    }

    fn escape(&mut self, value: &mut String) {
        let start = self.at;
        self.at += 1;
        let kind = self.rest().chars().next();
        self.at += kind.map_or(0, char::len_utf8);
        let plain = match kind {
            Some(c @ ('"' | '\\' | '/')) => Some(c),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.unicode_escape(),
            _ => None,
        };
        match plain {
            Some(c) => value.push(c),
            None => {
                value.extend(kind);
                self.slip(Slip::BadEscape, start);
            }
        }
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// The character of `\uXXXX`, or of a surrogate pair; U+FFFD for a lone surrogate, which `JSON.parse` accepts.
    fn unicode_escape(&mut self) -> Option<char> {
        let high = self.hex4()?;
        if (0xd800..0xdc00).contains(&high) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            match self.hex4() {
                Some(low @ 0xdc00..0xe000) => {
                    return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                }
                _ => self.at = before,
            }
        }
        Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

/// Whether `text` is a number by the JSON grammar.
fn is_json_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) =
        mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}
