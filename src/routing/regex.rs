//! The regex of a route's `src`, as JavaScript reads it without flags.

use std::fmt;

/// A regex that JavaScript accepts.
#[derive(Clone)]
pub struct RouteRegex {
    source: String,
    compiled: regress::Regex,
}

/// Why `new RegExp(source)` would throw.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexError {
    /// What is wrong, in words, without a full stop.
    pub message: String,
    /// The bytes of the source at fault, where they are known.
    pub at: Option<(usize, usize)>,
}

/// Regexes longer than this are refused. The platform's schema stops at 4,096 characters.
const MAX_SOURCE: usize = 65_536;

impl RouteRegex {
    /// Reads `source` as `new RegExp(source)` does.
    ///
    /// # Errors
    /// What JavaScript refuses; also groups nested more than 256 deep and more than 64 KiB, which JavaScript may still take.
    pub fn new(source: &str) -> Result<Self, RegexError> {
        if source.len() > MAX_SOURCE {
            return Err(RegexError { message: "the regular expression is too long".to_owned(), at: None });
        }
        match regress::Regex::new(source) {
            Ok(compiled) => match super::regex_era::refused(source) {
                Some(error) => Err(error),
                None => Ok(Self { source: source.to_owned(), compiled }),
            },
            Err(error) => Err(explain(source, &error.text)),
        }
    }

    /// The text it was made from.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it matches somewhere in `text`. A pattern that backtracks without end takes its time here.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled.find(text).is_some()
    }

    /// The captures of the first match, whole match first; none where it does not match.
    pub fn captures<'t>(&self, text: &'t str) -> Option<Vec<Option<&'t str>>> {
        let found = self.compiled.find(text)?;
        Some(found.groups().map(|range| range.and_then(|range| text.get(range))).collect())
    }
}

impl fmt::Debug for RouteRegex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.source)
    }
}

/// A `src` as it is deployed: anchored at both ends, `\/` written `/`.
pub fn normalized_src(src: &str) -> String {
    let mut out = String::with_capacity(src.len() + 2);
    if !src.starts_with('^') {
        out.push('^');
    }
    out.push_str(src);
    if !out.ends_with('$') {
        out.push('$');
    }
    out.replace("\\/", "/")
}

/// What stands at one place of a regex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Open,
    Close,
    Class,
    Other,
}

/// The brackets of a regex that count: not escaped, not in a class.
fn pieces(source: &str) -> impl Iterator<Item = (usize, Piece)> + '_ {
    let mut escaped = false;
    let mut class = false;
    source.char_indices().map(move |(at, letter)| {
        let piece = match letter {
            _ if escaped => {
                escaped = false;
                return (at, Piece::Other);
            }
            '\\' => {
                escaped = true;
                Piece::Other
            }
            ']' if class => {
                class = false;
                Piece::Other
            }
            '[' if !class => {
                class = true;
                Piece::Class
            }
            '(' if !class => Piece::Open,
            ')' if !class => Piece::Close,
            _ => Piece::Other,
        };
        (at, piece)
    })
}

/// Places the commonest mistakes; the words of the parser serve for the others.
fn explain(source: &str, text: &str) -> RegexError {
    let mut open = Vec::new();
    let mut class = None;
    let mut stray = None;
    for (at, piece) in pieces(source) {
        match piece {
            Piece::Open => open.push(at),
            Piece::Close if open.pop().is_none() => stray = stray.or(Some(at)),
            Piece::Class => class = Some(at),
            Piece::Close | Piece::Other => {}
        }
    }
    let unclosed_class = class.filter(|&at| is_open_class(source, at));
    let placed = |at: usize, message: &str| RegexError { message: message.to_owned(), at: Some((at, at + 1)) };
    if let Some(at) = unclosed_class {
        return placed(at, "`[` is never closed");
    }
    if let Some(at) = stray {
        return placed(at, "`)` closes nothing");
    }
    if let Some(&at) = open.last() {
        return placed(at, "`(` is never closed");
    }
    if let Some(at) = foreign(source) {
        return at;
    }
    let message = text.trim_end_matches('.');
    let mut letters = message.chars();
    let message = letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
    RegexError { message, at: None }
}

fn is_open_class(source: &str, at: usize) -> bool {
    let mut escaped = false;
    for letter in source.get(at + 1..).unwrap_or_default().chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => return false,
            _ => {}
        }
    }
    true
}

/// What other languages have and JavaScript has not.
fn foreign(source: &str) -> Option<RegexError> {
    let known = [
        ("(?i)", "JavaScript has no inline flag `(?i)`; a `src` ignores case anyway"),
        ("(?P<", "JavaScript writes a named group `(?<name>...)`, without `P`"),
        ("**", "`**` is written in globs; in a regular expression anything is `(.*)`"),
        ("++", "JavaScript has no possessive quantifier `++`"),
        ("*+", "JavaScript has no possessive quantifier `*+`"),
        ("?+", "JavaScript has no possessive quantifier `?+`"),
        ("(?>", "JavaScript has no atomic group `(?>...)`"),
        ("(?#", "JavaScript has no comment `(?#...)`"),
    ];
    let start = usize::from(source.starts_with('^'));
    if source.get(start..).is_some_and(|rest| rest.starts_with(['*', '+', '?'])) {
        let message = "a quantifier stands first and repeats nothing; everything is `/(.*)`".to_owned();
        return Some(RegexError { message, at: Some((start, start + 1)) });
    }
    known.iter().find_map(|(text, message)| {
        let at = source.find(text)?;
        Some(RegexError { message: (*message).to_owned(), at: Some((at, at + text.len())) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn src_is_anchored() {
        for (src, expected) in [
            ("/a", "^/a$"),
            ("^/a", "^/a$"),
            ("", "^$"),
            ("^", "^$"),
            ("$", "^$"),
            ("a|b", "^a|b$"),
            ("^a\\$", "^a\\$"),
            ("\\/a\\/", "^/a/$"),
            ("a\\\\/", "^a\\/$"),
        ] {
            assert_eq!(normalized_src(src), expected, "{src}");
        }
    }

    #[test]
    fn javascript_decides() {
        for good in [
            "(?<id>[^/]+)",
            "[[a]",
            "{",
            "}",
            "\\A",
            "a{,2}",
            "\\c",
            "(?<=x)y",
            "\\k<id>",
            "\\1",
            "\\u{61}",
            "[\\w-a]",
            "",
        ] {
            assert!(RouteRegex::new(good).is_ok(), "{good}");
        }
        for bad in [
            "(?i)x",
            "a++",
            "(?P<x>y)",
            "(",
            ")",
            "[",
            "\\",
            "*",
            "[z-a]",
            "a{2,1}",
            "(?<a>x)(?<a>y)",
            "{2}",
            "(?<a>\\k<b>)",
        ] {
            assert!(RouteRegex::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn errors_say_where() {
        for (bad, at, word) in [
            ("/a(b", 2, "never closed"),
            ("/a)b", 2, "closes nothing"),
            ("/[a", 1, "never closed"),
            ("/(?i)a", 1, "inline flag"),
            ("/a++", 2, "possessive"),
        ] {
            let error = RouteRegex::new(bad).unwrap_err();
            assert_eq!(error.at.map(|at| at.0), Some(at), "{bad}");
            assert!(error.message.contains(word), "{bad}: {}", error.message);
        }
    }

    #[test]
    fn hostile_nesting_is_an_error() {
        for one in ["(", "(?:", "((?=", "[", "(a|", "(?<!"] {
            let _ = RouteRegex::new(&one.repeat(4096 / one.len())).unwrap_err();
        }
        let balanced = format!("{}{}", "(".repeat(250), ")".repeat(250));
        assert!(RouteRegex::new(&balanced).is_ok());
    }

    #[test]
    fn captures_are_slices() {
        let regex = RouteRegex::new("^/a/(?<id>[^/]+)(x)?$").unwrap();
        assert_eq!(regex.captures("/a/é"), Some(vec![Some("/a/é"), Some("é"), None]));
        assert_eq!(regex.captures("/b"), None);
        assert!(regex.is_match("/a/1"));
    }
}
