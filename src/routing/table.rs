//! The compiled routes of a config as a table that answers which of them may match a path, without trying each.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::convert::Compiled;
use super::language::shape::{Fill, Shape};
use super::language::{Case, Language, Languages};

/// When a route is tried. (Facts: config 2.3.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before the filesystem.
    Initial,
    /// For paths that no file or function answers.
    Filesystem,
    /// `hit`, `miss`, `rewrite`, `error` or `resource`.
    Other,
}

/// One route with what was read of it.
#[derive(Debug)]
pub struct Row {
    /// The route.
    pub route: Compiled,
    /// When it is tried.
    pub phase: Phase,
    /// Its regex; none for a phase, and where it holds what is not looked into.
    pub shape: Option<Shape>,
    /// The one path that it matches, where it is such a regex.
    literal: Option<String>,
    suffix: String,
    readings: Option<Vec<Language>>,
}

impl Row {
    /// How the regex may be read. The documentation says that a `src` ignores case and a `source` does not, the compiled routes do not tell
    /// them apart: what counts must hold of both.
    fn cases(&self) -> &'static [Case] {
        match self.route.fields.get("caseSensitive") {
            Some(Value::Bool(true)) => &[Case::Kept],
            _ => &[Case::Kept, Case::Ignored],
        }
    }
}

/// The routes in the order in which they are tried.
pub struct Table {
    rows: Vec<Row>,
    languages: Languages,
    /// Rows by the literal beginning of their regex, in lower case.
    by_prefix: FxHashMap<String, Vec<usize>>,
    /// Rows whose regex is not looked into.
    unread: Vec<usize>,
    /// Matches that may still be tried.
    tries: usize,
}

/// Routes that are looked at. The platform takes 2,048 and its own few.
const MAX_ROUTES: usize = 2_100;
const TRIES: usize = 8_000;
/// Rows that may be looked at for the price of one match.
const ROWS_A_TRY: usize = 32;

impl Table {
    /// Reads the regexes of compiled routes.
    pub fn new(routes: Vec<Compiled>) -> Self {
        let mut table = Self {
            rows: Vec::new(),
            languages: Languages::default(),
            by_prefix: FxHashMap::default(),
            unread: Vec::new(),
            tries: TRIES,
        };
        let mut phase = Phase::Initial;
        for (at, route) in routes.into_iter().take(MAX_ROUTES).enumerate() {
            match route.handle() {
                Some("filesystem") => phase = Phase::Filesystem,
                Some(_) => phase = Phase::Other,
                None => {}
            }
            let shape = route.src().and_then(Shape::read);
            match &shape {
                Some(shape) => table.by_prefix.entry(shape.prefix().to_lowercase()).or_default().push(at),
                None if route.src().is_some() => table.unread.push(at),
                None => {}
            }
            let literal = shape.as_ref().and_then(Shape::literal);
            let suffix = shape.as_ref().map(|shape| shape.suffix().to_lowercase()).unwrap_or_default();
            table.rows.push(Row { route, phase, shape, literal, suffix, readings: None });
        }
        table
    }

    /// The routes in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The languages of the regexes.
    pub fn languages(&mut self) -> &mut Languages {
        &mut self.languages
    }

    /// Each reading of the row's regex; empty where one is not possible.
    pub fn readings(&mut self, row: usize) -> Vec<Language> {
        let Some(row) = self.rows.get_mut(row) else { return Vec::new() };
        if row.readings.is_none() {
            let src = row.route.src().filter(|_| row.shape.is_some());
            let read = |case: &Case| self.languages.read(src?, *case);
            row.readings = Some(row.cases().iter().map(read).collect::<Option<_>>().unwrap_or_default());
        }
        row.readings.clone().unwrap_or_default()
    }

    /// The rows whose literal beginning and end `path` has, in order: no other row with a shape matches it. None where too much was asked.
    pub fn candidates(&mut self, path: &str) -> Option<Vec<usize>> {
        let path = path.to_lowercase();
        let starts = path.char_indices().map(|(at, _)| at).chain([path.len()]);
        let found: Vec<&Vec<usize>> = starts.filter_map(|end| self.by_prefix.get(path.get(..end)?)).collect();
        let looked_at: usize = found.iter().map(|rows| rows.len()).sum();
        self.tries = self.tries.checked_sub(looked_at / ROWS_A_TRY)?;
        let ends = |row: &usize| self.rows.get(*row).is_some_and(|row| path.ends_with(&row.suffix));
        let mut rows: Vec<usize> = found.into_iter().flatten().copied().filter(ends).collect();
        rows.sort_unstable();
        Some(rows)
    }

    /// The candidates, and the rows whose regex is not looked into.
    pub fn unread_or_candidates(&mut self, path: &str) -> Option<Vec<usize>> {
        let mut rows = self.candidates(path)?;
        rows.extend(&self.unread);
        rows.sort_unstable();
        Some(rows)
    }

    /// Whether the row matches `path` in every reading; none where the readings do not agree, there is none, or too much was asked.
    pub fn is_match(&mut self, row: usize, path: &str) -> Option<bool> {
        let found = self.rows.get(row)?;
        if let Some(literal) = &found.literal {
            let same = literal == path;
            let disagree = !same && found.cases().len() > 1 && literal.to_lowercase() == path.to_lowercase();
            return (!disagree).then_some(same);
        }
        self.tries = self.tries.checked_sub(1)?;
        let readings = self.readings(row);
        let mut agreed = None;
        for language in &readings {
            let found = self.languages.is_match(language, path)?;
            if *agreed.get_or_insert(found) != found {
                return None;
            }
        }
        agreed
    }

    /// Whether `outer` matches all that `inner` matches, in every reading.
    pub fn contains(&mut self, outer: usize, inner: usize) -> bool {
        let (Some(above), Some(below)) = (self.rows.get(outer), self.rows.get(inner)) else { return false };
        // With one case kept above and both asked below, the one text is not all that the inner one matches.
        let is_one = above.cases().len() >= below.cases().len();
        let literal = below.literal.clone().filter(|text| is_one && text.starts_with('/'));
        if let Some(literal) = literal {
            return self.is_match(outer, &literal) == Some(true);
        }
        let (outers, inners) = (self.readings(outer), self.readings(inner));
        let pairs: Vec<(&Language, &Language)> = match (outers.as_slice(), inners.as_slice()) {
            ([one, other], [same, ignored]) => vec![(one, same), (other, ignored)],
            (outers, inners) => {
                outers.iter().flat_map(|outer| inners.iter().map(move |inner| (outer, inner))).collect()
            }
        };
        let languages = &mut self.languages;
        // A path is also tried without its slash, so that a regex of any path holds one that does not begin with a slash.
        let holds = |&(outer, inner): &(&Language, &Language)| {
            languages.contains(outer, inner) == Some(true) || languages.is_universal(outer) == Some(true)
        };
        !pairs.is_empty() && pairs.iter().all(holds)
    }

    /// Texts that the row probably matches: certainly one with regard to case, where its regex does not look ahead and one is found.
    pub fn samples(&mut self, row: usize) -> Vec<String> {
        let Some(found) = self.rows.get(row) else { return Vec::new() };
        if let Some(literal) = &found.literal {
            return vec![literal.clone()];
        }
        let Some(shape) = &found.shape else { return Vec::new() };
        let looks_ahead = shape.looks_ahead();
        let mut samples: Vec<String> =
            [Fill::Least, Fill::Once].into_iter().filter_map(|fill| shape.sample(fill)).collect();
        samples.dedup();
        if looks_ahead {
            samples.retain(|path| self.is_match(row, path) == Some(true));
            if samples.is_empty() {
                let readings = self.readings(row);
                samples.extend(self.languages.example(&readings.iter().collect::<Vec<_>>(), &[]));
            }
        }
        samples
    }
}

/// Whether `path` is a URL path that needs no escape, and stays as it is when a browser reads it.
pub fn is_plain(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@/".contains(&byte);
    path.starts_with('/') && path.bytes().all(is_plain) && !path.split('/').any(|part| part == "." || part == "..")
}
