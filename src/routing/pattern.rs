//! `source` patterns as path-to-regexp 6.1 reads them with `strict`, `sensitive` and `/` as delimiter.

use std::collections::HashMap;

use super::lexemes::{Kind, Lexeme, error, lex};
use super::regex::RouteRegex;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    tokens: Vec<Token>,
}

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Text that stands for itself, escapes resolved.
    Text(String),
    /// A parameter or an optional chunk.
    Key(Key),
}

/// A parameter (`:id`, `(\\d+)`), or a chunk in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name; the number of an unnamed group; empty for a chunk without a parameter.
    pub name: String,
    /// Whether the name is a number given to an unnamed group.
    pub unnamed: bool,
    /// Text before the value.
    pub prefix: String,
    /// Text behind the value.
    pub suffix: String,
    /// The regex of the value; empty for a chunk without a parameter.
    pub regex: String,
    /// `?`, `*`, `+`, or none.
    pub modifier: Option<char>,
}

/// Why a pattern is refused, with the bytes at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong and what to write, without a full stop.
    pub message: String,
    /// First byte at fault and the byte behind the last one.
    pub at: (usize, usize),
}

/// What a parameter matches that names no regex: anything but the delimiter.
const ANY_SEGMENT: &str = "[^\\/]+?";

impl Pattern {
    /// Parses `source`.
    ///
    /// # Errors
    /// What path-to-regexp 6.1 refuses. Regexes of groups are not tried yet: see [`Pattern::regex`].
    pub fn parse(source: &str) -> Result<Self, PatternError> {
        let lexemes = lex(source)?;
        Parser { lexemes: &lexemes, next: 0, end: source.len(), unnamed: 0 }.run()
    }

    /// The parts in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The parameters in the order of their capture groups.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Key(key) if !key.regex.is_empty() => Some(key),
            _ => None,
        })
    }

    /// The regex that the pattern stands for, as the library writes it.
    pub fn regex_text(&self) -> String {
        let mut out = String::from("^");
        for token in &self.tokens {
            match token {
                Token::Text(text) => escape_into(&mut out, text),
                Token::Key(key) => key.write_regex(&mut out),
            }
        }
        out.push('$');
        out
    }

    /// The regex as JavaScript would print it.
    ///
    /// # Errors
    /// A group whose regex is none, or two groups of one name.
    pub fn regex(&self) -> Result<String, super::RegexError> {
        let text = self.regex_text();
        RouteRegex::new(&text)?;
        Ok(javascript_source(&text))
    }

    /// The pattern with values in the place of its parameters; none where a value is missing or a group's regex is none.
    pub fn fill(&self, values: &HashMap<String, String>) -> Option<String> {
        let mut out = String::new();
        for token in &self.tokens {
            match token {
                Token::Text(text) => out.push_str(text),
                Token::Key(key) => {
                    if key.regex != ANY_SEGMENT {
                        RouteRegex::new(&format!("^(?:{})$", key.regex)).ok()?;
                    }
                    match values.get(&key.name) {
                        Some(value) => out.extend([&*key.prefix, value, &*key.suffix]),
                        None if matches!(key.modifier, Some('?' | '*')) => {}
                        None => return None,
                    }
                }
            }
        }
        Some(out)
    }
}

impl Key {
    fn write_regex(&self, out: &mut String) {
        let modifier = |out: &mut String, modifier: Option<char>| out.extend(modifier);
        if self.regex.is_empty() {
            out.push_str("(?:");
            escape_into(out, &self.prefix);
            escape_into(out, &self.suffix);
            out.push(')');
            return modifier(out, self.modifier);
        }
        if self.prefix.is_empty() && self.suffix.is_empty() {
            out.extend(["(", &self.regex, ")"]);
            return modifier(out, self.modifier);
        }
        out.push_str("(?:");
        escape_into(out, &self.prefix);
        if matches!(self.modifier, Some('+' | '*')) {
            out.extend(["((?:", &self.regex, ")(?:"]);
            escape_into(out, &self.suffix);
            escape_into(out, &self.prefix);
            out.extend(["(?:", &self.regex, "))*)"]);
            escape_into(out, &self.suffix);
            out.push(')');
            modifier(out, self.modifier.filter(|&modifier| modifier == '*').map(|_| '?'));
        } else {
            out.extend(["(", &self.regex, ")"]);
            escape_into(out, &self.suffix);
            out.push(')');
            modifier(out, self.modifier);
        }
    }
}

fn escape_into(out: &mut String, text: &str) {
    for letter in text.chars() {
        if ".+*?=^!:${}()[]|/\\".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
}

/// A regex as its `source` property prints it: slashes and line ends escaped.
fn javascript_source(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut escaped, mut class) = (false, false);
    for letter in text.chars() {
        let line_end = match letter {
            '\n' => Some("n"),
            '\r' => Some("r"),
            '\u{2028}' => Some("u2028"),
            '\u{2029}' => Some("u2029"),
            _ => None,
        };
        if let Some(name) = line_end {
            if !escaped {
                out.push('\\');
            }
            out.push_str(name);
            escaped = false;
            continue;
        }
        if !escaped {
            match letter {
                '/' if !class => out.push('\\'),
                '[' => class = true,
                ']' => class = false,
                _ => {}
            }
        }
        out.push(letter);
        escaped = letter == '\\' && !escaped;
    }
    out
}

struct Parser<'l> {
    lexemes: &'l [Lexeme],
    next: usize,
    end: usize,
    unnamed: usize,
}

impl<'l> Parser<'l> {
    fn take(&mut self, kind: Kind) -> Option<&'l str> {
        let lexeme = self.lexemes.get(self.next).filter(|lexeme| lexeme.kind == kind)?;
        self.next += 1;
        Some(&lexeme.text)
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Some(piece) = self.take(Kind::Char).or_else(|| self.take(Kind::Escaped)) {
            text.push_str(piece);
        }
        text
    }

    fn run(mut self) -> Result<Pattern, PatternError> {
        let mut tokens = Vec::new();
        let mut text = String::new();
        while self.next < self.lexemes.len() {
            let letter = self.take(Kind::Char);
            let (name, group) = (self.take(Kind::Name), self.take(Kind::Group));
            if name.is_some() || group.is_some() {
                let mut prefix = letter.unwrap_or_default();
                if !matches!(prefix, "" | "." | "/") {
                    text.push_str(prefix);
                    prefix = "";
                }
                flush(&mut tokens, &mut text);
                let regex = group.unwrap_or(ANY_SEGMENT).to_owned();
                tokens.push(self.key(name, regex, prefix.to_owned(), String::new()));
            } else if let Some(letter) = letter.or_else(|| self.take(Kind::Escaped)) {
                text.push_str(letter);
            } else {
                flush(&mut tokens, &mut text);
                let chunk = self.chunk()?;
                tokens.push(chunk);
            }
        }
        flush(&mut tokens, &mut text);
        Ok(Pattern { tokens })
    }

    fn key(&mut self, name: Option<&str>, regex: String, prefix: String, suffix: String) -> Token {
        let unnamed = name.is_none() && !regex.is_empty();
        let name = if unnamed {
            self.unnamed += 1;
            (self.unnamed - 1).to_string()
        } else {
            name.unwrap_or_default().to_owned()
        };
        let modifier = self.take(Kind::Modifier).and_then(|text| text.chars().next());
        Token::Key(Key { name, unnamed, prefix, suffix, regex, modifier })
    }

    fn chunk(&mut self) -> Result<Token, PatternError> {
        let Some(open) = self.lexemes.get(self.next).filter(|lexeme| lexeme.kind == Kind::Open) else {
            return Err(self.unexpected());
        };
        self.next += 1;
        let prefix = self.text();
        let (name, group) = (self.take(Kind::Name), self.take(Kind::Group));
        let suffix = self.text();
        if self.take(Kind::Close).is_none() {
            if self.next == self.lexemes.len() {
                return Err(error("`{` is never closed: close it, or write `\\{` for a brace", open.at, open.end));
            }
            let found = self.unexpected();
            return Err(PatternError { message: format!("inside `{{}}`, {}", found.message), ..found });
        }
        let regex = group.unwrap_or(if name.is_some() { ANY_SEGMENT } else { "" }).to_owned();
        Ok(self.key(name, regex, prefix, suffix))
    }

    fn unexpected(&self) -> PatternError {
        let Some(lexeme) = self.lexemes.get(self.next) else {
            return error("the pattern ends too early", self.end, self.end);
        };
        let message = match lexeme.kind {
            Kind::Modifier => format!(
                "`{0}` follows no parameter, group or `{{}}`: write `(.*)` for anything, or `\\{0}` for the character",
                lexeme.text
            ),
            Kind::Close => "`}` closes nothing: write `\\}` for a brace".to_owned(),
            Kind::Open => "`{` may not stand here: braces do not nest".to_owned(),
            Kind::Name => "a second parameter may not stand here".to_owned(),
            Kind::Group | Kind::Char | Kind::Escaped => "a second group may not stand here".to_owned(),
        };
        PatternError { message, at: (lexeme.at, lexeme.end) }
    }
}

fn flush(tokens: &mut Vec<Token>, text: &mut String) {
    if !text.is_empty() {
        tokens.push(Token::Text(std::mem::take(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployed(source: &str) -> String {
        Pattern::parse(source).unwrap().regex().unwrap().replace("\\/", "/")
    }

    #[test]
    fn patterns_become_regexes() {
        for (source, expected) in [
            ("/a/:id", "^/a(?:/([^/]+?))$"),
            ("/:p*", "^(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))?$"),
            ("/a/(x)+", "^/a(?:/((?:x)(?:/(?:x))*))$"),
            ("/a-:id*", "^/a-([^/]+?)*$"),
            ("/{a:id(x)b}*", "^/(?:a((?:x)(?:ba(?:x))*)b)?$"),
            ("/{}?a", "^/(?:)?a$"),
            ("/.:a./:b", "^/(?:\\.([^/]+?))\\.(?:/([^/]+?))$"),
            ("/[a:b]", "^/\\[a([^/]+?)\\]$"),
            ("/\\(x\\)", "^/\\(x\\)$"),
            ("/a\nb", "^/a\\nb$"),
            ("/a\\\\/b", "^/a\\\\/b$"),
            ("", "^$"),
            ("/((?!api).*)", "^(?:/((?!api).*))$"),
        ] {
            assert_eq!(deployed(source), expected, "{source}");
        }
    }

    #[test]
    fn errors_have_places() {
        for (source, at) in [
            ("/a?", (2, 3)),
            ("/:", (1, 2)),
            ("/é(?!x)", (3, 5)),
            ("/(a(b))", (3, 4)),
            ("/()", (1, 3)),
            ("/(a", (1, 2)),
            ("/{a", (1, 2)),
            ("/a}", (2, 3)),
            ("/{a{b}}", (3, 4)),
            ("/:a**", (4, 5)),
        ] {
            assert_eq!(Pattern::parse(source).unwrap_err().at, at, "{source}");
        }
    }

    #[test]
    fn values_fill_in() {
        let values = HashMap::from([("id".to_owned(), "$1".to_owned())]);
        for (pattern, expected) in [
            ("/b/:id", Some("/b/$1")),
            ("/b/:id(\\d+)*", Some("/b/$1")),
            ("/b{/:zz}?", Some("/b")),
            ("/b/:zz", None),
            ("/b/:id([b-a])", None),
            ("{a}", None),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().fill(&values).as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        for one in ["(", "(a(?:", "{", ":a", "{:a}*", "\\(", "(?:", "(a)"] {
            let _ = Pattern::parse(&one.repeat(4096 / one.len())).map(|pattern| pattern.regex());
        }
    }
}
