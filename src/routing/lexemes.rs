//! The pieces of a `source` pattern, as path-to-regexp 6.1 cuts it.

use super::pattern::PatternError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Char,
    Escaped,
    Open,
    Close,
    Name,
    Group,
    Modifier,
}

#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) at: usize,
    pub(super) end: usize,
}

pub(super) fn lex(source: &str) -> Result<Vec<Lexeme>, PatternError> {
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(letter) = source.get(at..).and_then(|rest| rest.chars().next()) {
        let behind = at + letter.len_utf8();
        let rest = source.get(behind..).unwrap_or_default();
        let (kind, text, end) = match letter {
            '*' | '+' | '?' => (Kind::Modifier, letter.to_string(), behind),
            '{' => (Kind::Open, String::new(), behind),
            '}' => (Kind::Close, String::new(), behind),
            '\\' => match rest.chars().next() {
                Some(next) => (Kind::Escaped, next.to_string(), behind + next.len_utf8()),
                // At the very end it escapes nothing and is dropped; as a regex such a text is refused already.
                None => break,
            },
            ':' => {
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                if name.is_empty() {
                    let message = "`:` starts a parameter, and no name of letters, digits or `_` follows: write `:name`, or `\\:` for a colon";
                    return Err(error(message, at, behind));
                }
                let end = behind + name.len();
                (Kind::Name, name, end)
            }
            '(' => {
                let end = group_end(source, at)?;
                let inside = source.get(behind..end - 1).unwrap_or_default();
                (Kind::Group, inside.to_owned(), end)
            }
            _ => (Kind::Char, letter.to_string(), behind),
        };
        lexemes.push(Lexeme { kind, text, at, end });
        at = end;
    }
    Ok(lexemes)
}

/// The byte behind the bracket that closes the group at `open`.
fn group_end(source: &str, open: usize) -> Result<usize, PatternError> {
    let bytes = source.as_bytes();
    let mut at = open + 1;
    if bytes.get(at) == Some(&b'?') {
        return Err(error("a group may not start with `?`: wrap it, as in `((?!api).*)`", open, at + 1));
    }
    let mut depth = 1usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b'(' => {
                depth += 1;
                if bytes.get(at + 1) != Some(&b'?') {
                    return Err(error("a group inside a group has to be written `(?:...)`", at, at + 1));
                }
            }
            _ => {}
        }
        at += 1;
    }
    if at >= bytes.len() {
        return Err(error("`(` is never closed: close the group, or write `\\(` for a bracket", open, open + 1));
    }
    if at == open + 1 {
        return Err(error("the group `()` is empty: write what it matches, as in `(.*)`", open, at + 1));
    }
    Ok(at + 1)
}

pub(super) fn error(message: &str, start: usize, end: usize) -> PatternError {
    PatternError { message: message.to_owned(), at: (start, end) }
}
