//! Regexes as sets of URL paths: whether one holds all of another, whether two have a path in common, and a path that shows it.
//!
//! A regex of JavaScript is read into a term with its lookaheads as intersection and complement, and terms are compared by walking their
//! derivatives. An answer is a proof; where a construct (lookbehind, a back reference, `\b`) or the bound of work stands in the way there is
//! none. A path is a text of UTF-16 code units without line ends.

pub mod capture;
mod charset;
mod expression;
pub mod shape;
mod terms;

use std::rc::Rc;

use charset::{CharSet, PLAIN};
use expression::Expr;
use terms::{ALL, EMPTY, NEVER, SetId, Term, Terms, TooLarge};

/// Whether a regex tells upper from lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// It does, as a `source` and `caseSensitive: true` do.
    Kept,
    /// It does not, as a `src`.
    Ignored,
}

/// The paths that one regex matches. Belongs to the [`Languages`] that read it.
#[derive(Debug, Clone)]
pub struct Language {
    term: Term,
    sets: Rc<[SetId]>,
}

/// What is known of the regexes of one config. All work is bounded: answers run out instead of time.
pub struct Languages {
    terms: Terms,
    /// Any text that a URL path is written with, `/` first.
    plain: Option<(Term, Rc<[SetId]>)>,
}

/// Steps for a config; about a quarter of a microsecond each.
const STEPS: usize = 10_000;

impl Default for Languages {
    fn default() -> Self {
        Self::new(STEPS)
    }
}

impl Languages {
    /// With a bound of work, in steps of about a quarter of a microsecond.
    pub fn new(steps: usize) -> Self {
        Self { terms: Terms::new(steps), plain: None }
    }

    /// Steps that are left of the bound. At none, what is not known yet stays undecided.
    pub fn steps_left(&self) -> usize {
        self.terms.steps
    }

    /// Reads a regex as it is deployed, see [`super::regex::normalized_src`]; none where it holds what is not looked into.
    pub fn read(&mut self, regex: &str, case: Case) -> Option<Language> {
        let parsed = expression::parse(regex, case == Case::Ignored)?;
        let term = search(&mut self.terms, &parsed.expr).ok()??;
        let sets = self.terms.sets_of(term).into();
        Some(Language { term, sets })
    }

    /// Whether `outer` matches every path that `inner` matches.
    pub fn contains(&mut self, outer: &Language, inner: &Language) -> Option<bool> {
        if outer.term == inner.term || outer.term == ALL {
            return Some(true);
        }
        let outside = self.terms.not(outer.term).ok()?;
        let missed = self.terms.both(&[inner.term, outside]).ok()?;
        Some(self.terms.shortest(missed, &joined(&outer.sets, &inner.sets)).ok()?.is_none())
    }

    /// Whether it matches every path of a URL: all that begin with `/`.
    pub fn is_universal(&mut self, language: &Language) -> Option<bool> {
        let slash = self.terms.set(&CharSet::one(u16::from(b'/'))).ok()?;
        let rooted = self.terms.then(slash, ALL).ok()?;
        let outside = self.terms.not(language.term).ok()?;
        let missed = self.terms.both(&[rooted, outside]).ok()?;
        let sets = joined(&language.sets, &self.terms.sets_of(slash));
        Some(self.terms.shortest(missed, &sets).ok()?.is_none())
    }

    /// Whether some path is matched by both.
    pub fn intersects(&mut self, one: &Language, other: &Language) -> Option<bool> {
        let common = self.terms.both(&[one.term, other.term]).ok()?;
        Some(self.terms.shortest(common, &joined(&one.sets, &other.sets)).ok()?.is_some())
    }

    /// A shortest URL path that all of `within` match and none of `outside`, written in plain letters; none where there is none, or it was not found.
    pub fn example(&mut self, within: &[&Language], outside: &[&Language]) -> Option<String> {
        let (plain, plain_sets) = self.plain_paths()?;
        let mut parts = vec![plain];
        parts.extend(within.iter().map(|language| language.term));
        for language in outside {
            parts.push(self.terms.not(language.term).ok()?);
        }
        let term = self.terms.both(&parts).ok()?;
        let all = within.iter().chain(outside).fold(plain_sets, |sets, language| joined(&sets, &language.sets).into());
        String::from_utf16(&self.terms.shortest(term, &all).ok()??).ok()
    }

    fn plain_paths(&mut self) -> Option<(Term, Rc<[SetId]>)> {
        if self.plain.is_none() {
            let slash = self.terms.set(&CharSet::one(u16::from(b'/'))).ok()?;
            let plain = CharSet::new(PLAIN.bytes().map(|byte| (u16::from(byte), u16::from(byte))).collect());
            let plain = self.terms.set(&plain).ok()?;
            let rest = self.terms.star(plain).ok()?;
            let term = self.terms.then(slash, rest).ok()?;
            self.plain = Some((term, self.terms.sets_of(term).into()));
        }
        self.plain.clone()
    }

    /// Whether it matches `path`. Takes time in proportion to the length of the path for any regex.
    pub fn is_match(&mut self, language: &Language, path: &str) -> Option<bool> {
        let mut term = language.term;
        for unit in path.encode_utf16() {
            term = self.terms.derivative(term, unit).ok()?;
        }
        Some(self.terms.is_nullable(term))
    }
}

fn joined(one: &[SetId], other: &[SetId]) -> Vec<SetId> {
    let mut sets = [one, other].concat();
    sets.sort_unstable();
    sets.dedup();
    sets
}

/// Where in the text a part of the regex stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Inside,
    Unsure,
}

type Built = Result<Option<Term>, TooLarge>;

/// The texts in which `expr` matches somewhere.
fn search(terms: &mut Terms, expr: &Expr) -> Built {
    let (Some(first), Some(later)) = (build(terms, expr, ALL, At::Start)?, build(terms, expr, ALL, At::Inside)?) else {
        return Ok(None);
    };
    let any = terms.set(&CharSet::full())?;
    let behind = terms.then(ALL, later)?;
    let behind = terms.then(any, behind)?;
    terms.either(&[first, behind]).map(Some)
}

/// The texts of which `expr` matches a beginning and `rest` holds what is left; none where that cannot be said as a term.
fn build(terms: &mut Terms, expr: &Expr, rest: Term, at: At) -> Built {
    match expr {
        Expr::Set(set) => {
            let set = terms.set(set)?;
            terms.then(set, rest).map(Some)
        }
        Expr::Seq(parts) => {
            let mut places = Vec::with_capacity(parts.len());
            let mut place = at;
            for part in parts {
                places.push(place);
                place = behind(part, place);
            }
            let mut term = rest;
            for (part, place) in parts.iter().zip(places).rev() {
                let Some(built) = build(terms, part, term, place)? else { return Ok(None) };
                term = built;
            }
            Ok(Some(term))
        }
        Expr::Alt(parts) => {
            let mut all = Vec::with_capacity(parts.len());
            for part in parts {
                let Some(built) = build(terms, part, rest, at)? else { return Ok(None) };
                all.push(built);
            }
            terms.either(&all).map(Some)
        }
        Expr::Group(_, inner) => build(terms, inner, rest, at),
        Expr::Repeat { expr, least, most, .. } => repeat(terms, expr, (*least, *most), rest, at),
        Expr::Start => Ok(match at {
            At::Start => Some(rest),
            At::Inside => Some(NEVER),
            At::Unsure => None,
        }),
        Expr::End => Ok(Some(if terms.is_nullable(rest) { EMPTY } else { NEVER })),
        Expr::Look { negative, expr } => {
            let Some(mut ahead) = build(terms, expr, ALL, at)? else { return Ok(None) };
            if *negative {
                ahead = terms.not(ahead)?;
            }
            terms.both(&[ahead, rest]).map(Some)
        }
    }
}

fn repeat(terms: &mut Terms, expr: &Expr, bounds: (usize, Option<usize>), rest: Term, at: At) -> Built {
    if has_places(expr) {
        // What looks around itself can be read once, and not again and again.
        let Some(once) = build(terms, expr, rest, at)? else { return Ok(None) };
        return match bounds {
            (1, Some(1)) => Ok(Some(once)),
            (0, Some(1)) => terms.either(&[once, rest]).map(Some),
            _ => Ok(None),
        };
    }
    let Some(one) = build(terms, expr, EMPTY, At::Inside)? else { return Ok(None) };
    let (least, most) = bounds;
    let mut term = rest;
    match most {
        None => {
            let star = terms.star(one)?;
            term = terms.then(star, term)?;
        }
        Some(most) => {
            let mut optional = EMPTY;
            for _ in least..most {
                let more = terms.then(one, optional)?;
                optional = terms.either(&[EMPTY, more])?;
            }
            term = terms.then(optional, term)?;
        }
    }
    for _ in 0..least {
        term = terms.then(one, term)?;
    }
    Ok(Some(term))
}

fn has_places(expr: &Expr) -> bool {
    match expr {
        Expr::Set(_) => false,
        Expr::Start | Expr::End | Expr::Look { .. } => true,
        Expr::Seq(parts) | Expr::Alt(parts) => parts.iter().any(has_places),
        Expr::Group(_, inner) | Expr::Repeat { expr: inner, .. } => has_places(inner),
    }
}

/// Where the text stands behind `expr`.
fn behind(expr: &Expr, at: At) -> At {
    match expr {
        Expr::Set(_) => At::Inside,
        Expr::Start | Expr::End | Expr::Look { .. } => at,
        Expr::Seq(parts) => parts.iter().fold(at, |at, part| behind(part, at)),
        Expr::Alt(parts) => {
            let mut places = parts.iter().map(|part| behind(part, at));
            let first = places.next().unwrap_or(at);
            if places.all(|place| place == first) { first } else { At::Unsure }
        }
        Expr::Group(_, inner) => behind(inner, at),
        Expr::Repeat { expr, least, .. } => match behind(expr, at) {
            place if *least > 0 || place == at => place,
            _ => At::Unsure,
        },
    }
}

#[cfg(test)]
mod tests;
