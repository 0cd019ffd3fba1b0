//! Globs with the meaning that minimatch 3 and 5 and node-glob 8 give them: `builds[].src`, `includeFiles`, `excludeFiles` and the keys of
//! `functions` are read by those packages, and other glob libraries differ in dot files, braces and extglobs.
//!
//! A pattern becomes alternatives (braces), an alternative a list of segments, a segment a small program that runs in a time bounded by
//! program and text, so no pattern can make matching explode.

mod braces;
mod program;
mod segment;
mod walk;

pub use walk::expand;

use segment::Segment;
use thiserror::Error;

/// The longest accepted pattern, in UTF-16 units: the platform's own limit for `builds[].src`.
pub const MAX_PATTERN: usize = 4096;

/// Why a pattern is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GlobError {
    /// Longer than [`MAX_PATTERN`].
    #[error("the pattern is longer than {MAX_PATTERN} characters")]
    TooLong,
    /// Braces stand for more alternatives than are tried.
    #[error("the braces of the pattern stand for more than {} alternatives", braces::MAX_ALTERNATIVES)]
    TooManyAlternatives,
    /// Braces or parentheses are nested too deeply.
    #[error("the braces or parentheses of the pattern are nested too deeply")]
    TooDeep,
    /// More `!(...)` in one segment than are tried.
    #[error("one segment of the pattern holds more than {} negated groups", segment::MAX_NEGATIONS)]
    TooManyNegations,
}

/// How a pattern is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlobOptions {
    /// Wildcards match names that begin with a dot.
    pub dot: bool,
    /// A leading `!` negates and a leading `#` makes a comment (minimatch does so, node-glob does not).
    pub negation: bool,
}

/// One compiled pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    text: String,
    options: GlobOptions,
    negated: bool,
    alternatives: Vec<Vec<Segment>>,
}

impl Glob {
    /// Compiles `pattern` as node-glob reads it with `dot: true`, as the builders call it. `!` and `#` at the start are ordinary characters.
    ///
    /// # Errors
    /// When the pattern is longer or branches more than is reasonable to try.
    pub fn new(pattern: &str) -> Result<Self, GlobError> {
        Self::with_options(pattern, GlobOptions { dot: true, negation: false })
    }

    /// Compiles `pattern` as minimatch reads it, with `!` and `#` at the start having their meaning there.
    ///
    /// # Errors
    /// As [`Glob::new`].
    pub fn minimatch(pattern: &str, dot: bool) -> Result<Self, GlobError> {
        Self::with_options(pattern, GlobOptions { dot, negation: true })
    }

    /// Compiles `pattern` with all choices named.
    ///
    /// # Errors
    /// As [`Glob::new`].
    pub fn with_options(pattern: &str, options: GlobOptions) -> Result<Self, GlobError> {
        if pattern.encode_utf16().count() > MAX_PATTERN {
            return Err(GlobError::TooLong);
        }
        let mut glob = Self { text: pattern.to_owned(), options, negated: false, alternatives: Vec::new() };
        if options.negation && pattern.starts_with('#') {
            return Ok(glob);
        }
        let body = if options.negation { pattern.trim_start_matches('!') } else { pattern };
        glob.negated = (pattern.len() - body.len()) % 2 == 1;
        for alternative in braces::expand(body)? {
            let segments = split(&alternative).map(|text| Segment::compile(text, options.dot));
            glob.alternatives.push(segments.collect::<Result<_, _>>()?);
        }
        Ok(glob)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern matches all of `path`, which is relative and has `/` between its segments.
    pub fn is_match(&self, path: &str) -> bool {
        if self.options.negation && self.text.starts_with('#') {
            return false;
        }
        if self.alternatives.is_empty() {
            return path.is_empty() != self.negated;
        }
        let units: Vec<Vec<u16>> = split(path).map(|segment| segment.encode_utf16().collect()).collect();
        let found = self.alternatives.iter().any(|segments| matches_path(segments, &units, self.options.dot));
        found != self.negated
    }

    /// Whether the pattern names exactly one path and has no wildcard, brace or group.
    pub fn is_literal(&self) -> bool {
        !self.negated
            && self.alternatives.len() == 1
            && self.alternatives.iter().flatten().all(|segment| segment.literal().is_some())
    }

    /// The folder below which every match lies, without a `/` at the end; empty when that is the root itself.
    /// For a literal pattern it is the folder of the file.
    pub fn literal_prefix(&self) -> String {
        if self.negated {
            return String::new();
        }
        let mut prefixes = self.alternatives.iter().map(|segments| {
            let folders = segments.len().saturating_sub(1);
            segments.iter().take(folders).map_while(Segment::literal).collect::<Vec<_>>()
        });
        let Some(first) = prefixes.next() else { return String::new() };
        let shared = prefixes.fold(first, |mut shared, prefix| {
            let same = shared.iter().zip(&prefix).take_while(|(one, other)| one == other).count();
            shared.truncate(same);
            shared
        });
        shared.join("/")
    }
}

/// The segments of a pattern or path; several slashes count as one.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let last = text.split('/').count() - 1;
    text.split('/')
        .enumerate()
        .filter(move |&(at, part)| !part.is_empty() || at == 0 || at == last)
        .map(|(_, part)| part)
}

fn is_dots(name: &[u16]) -> bool {
    const DOT: u16 = b'.' as u16;
    name == [DOT] || name == [DOT, DOT]
}

/// Whether `**` passes over this name.
fn globstar_takes(name: &[u16], dot: bool) -> bool {
    !is_dots(name) && (dot || name.first() != Some(&u16::from(b'.')))
}

/// Follows all positions in the path that the segments so far can have reached.
fn matches_path(segments: &[Segment], path: &[Vec<u16>], dot: bool) -> bool {
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for (at, segment) in segments.iter().enumerate() {
        let mut next = vec![false; path.len() + 1];
        if segment.is_globstar() {
            if at + 1 == segments.len() {
                return globstar_at_end(&reached, path, dot);
            }
            let mut inside = false;
            for (position, name) in path.iter().enumerate() {
                inside |= reached[position];
                next[position] = inside;
                inside &= globstar_takes(name, dot);
            }
        } else {
            for (position, name) in path.iter().enumerate() {
                next[position + 1] = reached[position] && segment.matches(name);
            }
        }
        if !next.contains(&true) {
            return false;
        }
        reached = next;
    }
    reached[path.len()] || (path.last().is_some_and(Vec::is_empty) && reached[path.len() - 1])
}

/// A last `**` takes one name or more, and all that are left.
fn globstar_at_end(reached: &[bool], path: &[Vec<u16>], dot: bool) -> bool {
    let free_tail = path.iter().rev().take_while(|name| globstar_takes(name, dot)).count();
    let from = path.len() - free_tail;
    reached.iter().enumerate().any(|(position, &here)| here && position >= from && position < path.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row made by the real minimatch: pattern, path, `dot`, answer.
    type Row = (String, String, bool, bool);

    #[test]
    fn every_row_of_the_table_made_with_minimatch() {
        let rows: Vec<Row> = serde_json::from_str(include_str!("../../fixtures/globs.json")).unwrap();
        assert!(rows.len() >= 300);
        let wrong: Vec<_> = rows
            .iter()
            .filter(|(pattern, path, dot, expected)| {
                Glob::minimatch(pattern, *dot).unwrap().is_match(path) != *expected
            })
            .collect();
        assert!(wrong.is_empty(), "{} of {} rows differ: {wrong:#?}", wrong.len(), rows.len());
    }

    #[test]
    fn hostile_patterns_are_refused_or_quick() {
        assert_eq!(Glob::new(&"a".repeat(5000)).unwrap_err(), GlobError::TooLong);
        assert_eq!(Glob::new(&"{a,b}".repeat(40)).unwrap_err(), GlobError::TooManyAlternatives);
        assert_eq!(Glob::new("{1..1000000000}").unwrap_err(), GlobError::TooManyAlternatives);
        assert_eq!(Glob::new(&"{a,".repeat(900)).map(|_| ()), Ok(()));
        assert_eq!(Glob::new(&format!("{}{}", "{a,".repeat(900), "}".repeat(900))).unwrap_err(), GlobError::TooDeep);
        assert_eq!(Glob::new(&"!(a)".repeat(40)).unwrap_err(), GlobError::TooManyNegations);
        let name = "a".repeat(250);
        for pattern in
            ["*a".repeat(100) + "b", "+(a|aa)".repeat(20) + "b", "*(*(*(a)))b".into(), "!(!(*a)*a)*a*ab".into()]
        {
            assert!(!Glob::new(&pattern).unwrap().is_match(&name), "{pattern}");
        }
        assert!(!Glob::new(&("**/".repeat(300) + "b")).unwrap().is_match(&"a/".repeat(300)));
    }

    #[test]
    fn a_walk_starts_at_the_literal_folders() {
        for (pattern, prefix, literal) in [
            ("api/users/*.js", "api/users", false),
            ("api/users/index.js", "api/users", true),
            ("index.js", "", true),
            ("**", "", false),
            ("{api/a,api/b}/*.js", "api", false),
            ("a\\*b/x", "a*b", true),
        ] {
            let glob = Glob::new(pattern).unwrap();
            assert_eq!((glob.literal_prefix().as_str(), glob.is_literal()), (prefix, literal), "{pattern}");
        }
    }

    #[test]
    fn only_minimatch_reads_negation_and_comments() {
        assert!(Glob::minimatch("!a", true).unwrap().is_match("b"));
        assert!(!Glob::new("!a").unwrap().is_match("b"));
        assert!(Glob::new("#a").unwrap().is_match("#a"));
        assert!(!Glob::minimatch("#a", true).unwrap().is_match("#a"));
    }
}
