//! JSON as `JSON.parse` reads it, with a place for everything it would refuse.
//!
//! One reader does both jobs: it accepts what people write by mistake (comments, trailing commas, single quotes, a forgotten comma) and
//! records each as a [`Problem`]. The text is valid exactly when there is none. It keeps its own stack, so nesting costs no recursion.

use super::lexer::{Lexer, Slip, Token};
use super::prisma;
use super::toml::Refused;
use super::tree::{Member, NodeId, Tree, Value};
use crate::base::Span;

/// Something that `JSON.parse` refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// Where it is.
    pub span: Span,
}

/// The kinds of [`Problem`]. After one that is not [repairable](ProblemKind::is_repairable) reading stops, and the tree holds what came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file starts with a byte order mark.
    ByteOrderMark,
    /// Bytes that are not UTF-8. `JSON.parse` sees U+FFFD in their place.
    NotUtf8,
    /// The file is UTF-16, which no platform reads.
    Utf16,
    /// No value at all: empty, or only white space.
    Empty,
    /// A `//` or `/* */` comment.
    Comment,
    /// A comma before `}` or `]`.
    TrailingComma,
    /// Two members or items without a comma between them.
    MissingComma,
    /// A key without `:`.
    MissingColon,
    /// A string in single quotes.
    SingleQuotes,
    /// A string in curly quotes, as word processors write them.
    CurlyQuotes,
    /// `True`, `None` and the like, as other languages write them; with what JSON writes.
    OtherWord(&'static str),
    /// A key without quotes.
    UnquotedKey(Box<str>),
    /// A control character (tab, line break, ...) inside a string.
    RawControl(char),
    /// An escape that JSON does not know.
    BadEscape,
    /// A number that JSON does not know: `01`, `+1`, `.5`, `0x1f`, `NaN`.
    BadNumber,
    /// White space other than space, tab and line break.
    ForeignSpace(char),
    /// A string without its closing quote.
    UnterminatedString,
    /// A bracket that is never closed; the span of the problem is where the text ends, this one is the bracket.
    Unclosed {
        /// `{` or `[`.
        bracket: char,
        /// Where it opens.
        open: Span,
    },
    /// A token where another was needed.
    Unexpected {
        /// The token as it stands.
        found: Box<str>,
        /// What could have stood there, in words.
        expected: &'static str,
    },
    /// Text behind the end of the value.
    TrailingContent,
    /// What TOML refuses.
    Toml(Refused),
    /// What Prisma refuses in a schema.
    Prisma(prisma::Slip),
}

impl ProblemKind {
    /// Whether the reader knows for certain what was meant and could go on.
    pub fn is_repairable(&self) -> bool {
        match self {
            Self::Empty
            | Self::Utf16
            | Self::UnterminatedString
            | Self::Unclosed { .. }
            | Self::Unexpected { .. }
            | Self::TrailingContent => false,
            Self::Toml(refused) => refused.is_repairable(),
            _ => true,
        }
    }
}

/// What an open object or array waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Waits {
    First,
    AfterComma(Span),
    Separator,
    Colon,
    MemberValue,
}

struct Frame {
    node: NodeId,
    is_object: bool,
    open: Span,
    waits: Waits,
    key: Option<(Box<str>, Span)>,
}

struct Reader<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    tree: Tree,
    frames: Vec<Frame>,
    problems: Vec<Problem>,
    last_end: usize,
}

/// Whether to go on after a token.
enum Step {
    Next,
    Done,
}

/// The byte order mark that `text` starts with.
pub(super) fn byte_order_mark(text: &str) -> Option<Problem> {
    let span = Span::new(0, '\u{feff}'.len_utf8());
    text.starts_with('\u{feff}').then_some(Problem { kind: ProblemKind::ByteOrderMark, span })
}

/// Reads `text`; see the module's documentation.
pub(super) fn parse(text: &str) -> (Tree, Vec<Problem>) {
    let problems: Vec<Problem> = byte_order_mark(text).into_iter().collect();
    let start = problems.first().map_or(0, |mark| mark.span.end);
    let lexer = Lexer::new(text, start);
    let mut reader = Reader { text, lexer, tree: Tree::default(), frames: Vec::new(), problems, last_end: start };
    while let Step::Next = reader.step() {}
    let end = reader.last_end;
    while let Some(frame) = reader.frames.pop() {
        reader.tree.close(frame.node, end);
    }
    reader.collect_slips();
    reader.problems.sort_by_key(|problem| problem.span);
    (reader.tree, reader.problems)
}

impl Reader<'_> {
    fn problem(&mut self, kind: ProblemKind, span: Span) {
        self.problems.push(Problem { kind, span });
    }

    fn collect_slips(&mut self) {
        for (slip, span) in std::mem::take(&mut self.lexer.slips) {
            let kind = match slip {
                Slip::Comment => ProblemKind::Comment,
                Slip::ForeignSpace(c) => ProblemKind::ForeignSpace(c),
                Slip::SingleQuotes => ProblemKind::SingleQuotes,
                Slip::CurlyQuotes => ProblemKind::CurlyQuotes,
                Slip::RawControl(c) => ProblemKind::RawControl(c),
                Slip::BadEscape => ProblemKind::BadEscape,
                Slip::BadNumber => ProblemKind::BadNumber,
            };
            self.problem(kind, span);
        }
    }

    fn stop(&mut self, kind: ProblemKind, span: Span) -> Step {
        self.problem(kind, span);
        Step::Done
    }

    fn unexpected(&mut self, span: Span, expected: &'static str) -> Step {
        let found = span.slice(self.text).chars().take(40).collect::<String>().into();
        self.stop(ProblemKind::Unexpected { found, expected }, span)
    }

    fn step(&mut self) -> Step {
        let (token, span) = self.lexer.next();
        let step = match token {
            Token::Unterminated => {
                let quote = self.text.get(span.start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                self.stop(ProblemKind::UnterminatedString, Span::new(span.start, span.start + quote))
            }
            Token::End => self.end(span),
            token => match self.frames.last().map(|frame| (frame.is_object, frame.waits)) {
                None => self.root(token, span),
                Some((true, waits)) => self.in_object(waits, token, span),
                Some((false, waits)) => self.in_array(waits, token, span),
            },
        };
        self.last_end = span.end;
        step
    }

    fn end(&mut self, span: Span) -> Step {
        match self.frames.last() {
            Some(frame) => {
                let (open, bracket) = (frame.open, if frame.is_object { '{' } else { '[' });
                self.stop(ProblemKind::Unclosed { bracket, open }, Span::at(self.last_end.min(span.start)))
            }
            None if self.tree.root().is_none() => self.stop(ProblemKind::Empty, Span::at(span.start)),
            None => Step::Done,
        }
    }

    fn root(&mut self, token: Token, span: Span) -> Step {
        if self.tree.root().is_some() {
            return self.stop(ProblemKind::TrailingContent, Span::new(span.start, self.text.trim_end().len()));
        }
        self.value(token, span, "a value")
    }

    fn wait(&mut self, waits: Waits) {
        if let Some(frame) = self.frames.last_mut() {
            frame.waits = waits;
        }
    }

    fn in_array(&mut self, waits: Waits, token: Token, span: Span) -> Step {
        match (waits, &token) {
            (Waits::First | Waits::Separator | Waits::AfterComma(_), Token::Punct(b']')) => self.close(waits, span),
            (Waits::Separator, Token::Punct(b',')) => self.comma(span),
            (Waits::Separator, Token::Punct(b'}' | b':')) => self.unexpected(span, "`,` or `]`"),
            (Waits::Separator, _) => {
                self.problem(ProblemKind::MissingComma, Span::new(self.last_end, span.start));
                self.value(token, span, "a value or `]`")
            }
            _ => self.value(token, span, "a value or `]`"),
        }
    }

    fn in_object(&mut self, waits: Waits, token: Token, span: Span) -> Step {
        match (waits, token) {
            (Waits::First | Waits::Separator | Waits::AfterComma(_), Token::Punct(b'}')) => self.close(waits, span),
            (Waits::Separator, Token::Punct(b',')) => self.comma(span),
            (Waits::Separator, token @ (Token::String(_) | Token::Word(_))) => {
                self.problem(ProblemKind::MissingComma, Span::new(self.last_end, span.start));
                self.key(token, span)
            }
            (Waits::Separator, _) => self.unexpected(span, "`,` or `}`"),
            (Waits::Colon, Token::Punct(b':')) => {
                self.wait(Waits::MemberValue);
                Step::Next
            }
            (Waits::Colon, Token::Punct(b',' | b'}' | b']')) => self.unexpected(span, "`:` and a value"),
            (Waits::Colon, token) => {
                self.problem(ProblemKind::MissingColon, Span::new(self.last_end, span.start));
                self.value(token, span, "a value")
            }
            (Waits::MemberValue, token) => self.value(token, span, "a value"),
            (_, token) => self.key(token, span),
        }
    }

    fn key(&mut self, token: Token, span: Span) -> Step {
        let key = match token {
            Token::String(key) => key,
            Token::Word(key) => {
                self.problem(ProblemKind::UnquotedKey(key.clone()), span);
                key
            }
            _ => return self.unexpected(span, "a key in double quotes or `}`"),
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some((key, span));
            frame.waits = Waits::Colon;
        }
        Step::Next
    }

    fn comma(&mut self, span: Span) -> Step {
        self.wait(Waits::AfterComma(span));
        Step::Next
    }

    fn close(&mut self, waits: Waits, span: Span) -> Step {
        if let Waits::AfterComma(comma) = waits {
            self.problem(ProblemKind::TrailingComma, comma);
        }
        if let Some(frame) = self.frames.pop() {
            self.tree.close(frame.node, span.end);
        }
        Step::Next
    }

    fn value(&mut self, token: Token, span: Span, expected: &'static str) -> Step {
        let value = match token {
            Token::Punct(b'{') => Value::Object(Vec::new()),
            Token::Punct(b'[') => Value::Array(Vec::new()),
            Token::String(text) => Value::String(text),
            Token::Number(number) => Value::Number(number),
            Token::Word(word) => match &*word {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "True" | "TRUE" => self.other_word("true", Value::Bool(true), span),
                "False" | "FALSE" => self.other_word("false", Value::Bool(false), span),
                "None" | "Null" | "NULL" | "nil" => self.other_word("null", Value::Null, span),
                _ => return self.unexpected(span, expected),
            },
            _ => return self.unexpected(span, expected),
        };
        let (is_object, is_array) = (matches!(value, Value::Object(_)), matches!(value, Value::Array(_)));
        let node = self.tree.add(value, span);
        self.attach(node);
        if is_object || is_array {
            self.frames.push(Frame { node, is_object, open: span, waits: Waits::First, key: None });
            self.tree.note_depth(self.frames.len());
        }
        Step::Next
    }

    fn other_word(&mut self, meant: &'static str, value: Value, span: Span) -> Value {
        self.problem(ProblemKind::OtherWord(meant), span);
        value
    }

    fn attach(&mut self, node: NodeId) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.waits = Waits::Separator;
        match frame.key.take() {
            Some((key, key_span)) => self.tree.push_member(frame.node, Member { key, key_span, value: node }),
            None => self.tree.push_item(frame.node, node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<ProblemKind> {
        parse(text).1.into_iter().map(|problem| problem.kind).collect()
    }

    #[test]
    fn what_json_parse_accepts_has_no_problem() {
        for text in [r#"{"a":[1,-0,1e400,0.5E-3,true,null,"\ud800 \u00e9 \/"],"a":{}}"#, "3", "\"x\"", " [ ] \r\n\t"] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn slips_are_named_and_read_through() {
        use ProblemKind::*;
        for (text, expected) in [
            ("\u{feff}{}", ByteOrderMark),
            ("{} // end", Comment),
            ("[1,]", TrailingComma),
            ("{\"a\":1 \"b\":2}", MissingComma),
            ("{\"a\" 1}", MissingColon),
            ("{'a':1}", SingleQuotes),
            ("{“a”:1}", CurlyQuotes),
            ("{\"a\":“b\"}", CurlyQuotes),
            ("{‘a’:1}", CurlyQuotes),
            ("[True]", OtherWord("true")),
            ("{\"a\":None}", OtherWord("null")),
            ("{a:1}", UnquotedKey("a".into())),
            ("[\"a\tb\"]", RawControl('\t')),
            ("[\"\\x\"]", BadEscape),
            ("[01]", BadNumber),
            ("{\u{a0}}", ForeignSpace('\u{a0}')),
        ] {
            let (tree, problems) = parse(text);
            assert_eq!(problems.into_iter().map(|problem| problem.kind).collect::<Vec<_>>(), [expected], "{text}");
            assert!(tree.root().is_some(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_understood_stops_the_reader_once() {
        for text in
            ["", "  ", "{\"a\":", "[1", "\"abc", "{]", "<html>", "{} {}", "{\"a\":}", "{,}", "[tru]", "[“a\n", "“"]
        {
            let problems = kinds(text);
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert!(!problems[0].is_repairable(), "{text}");
        }
    }

    #[test]
    fn depth_is_only_a_number() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let (tree, problems) = parse(&deep);
        assert_eq!(problems, []);
        assert_eq!(tree.depth(), 100_000);
        assert_eq!(tree.to_json(&deep, 256), None);
        assert_eq!(kinds(&"[".repeat(100_000)).len(), 1);
    }
}
