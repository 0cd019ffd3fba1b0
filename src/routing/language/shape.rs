//! What can be read off the parts of a regex, without walking it: how its matches begin and end, and a text that it matches.

use super::expression::{self, Expr, Parsed};

/// A regex that was read, as it stands there: with regard to case.
#[derive(Debug, Clone)]
pub struct Shape {
    pub(super) parsed: Parsed,
}

/// How much of what may be left out is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Nothing: the shortest.
    Least,
    /// Each optional part once, and in it nothing that is optional.
    Once,
}

/// Samples are no longer than this, in characters.
const MAX_LENGTH: usize = 512;

impl Shape {
    /// Reads a regex as it is deployed; none where it holds what is not looked into.
    pub fn read(regex: &str) -> Option<Self> {
        expression::parse(regex, false).map(|parsed| Self { parsed })
    }

    /// A text that the regex probably matches, made without looking at lookaheads: ask [`super::Languages::is_match`].
    pub fn sample(&self, fill: Fill) -> Option<String> {
        let mut units = Vec::new();
        write(&self.parsed.expr, fill, &mut units)?;
        String::from_utf16(&units).ok()
    }

    /// Whether it has a lookahead, so that a sample may be none.
    pub fn looks_ahead(&self) -> bool {
        has_look(&self.parsed.expr)
    }

    /// The text that every match begins with; empty where there is none, or it may stand anywhere.
    pub fn prefix(&self) -> String {
        let mut run = Run { edge: Edge::Start, at_edge: false, units: Vec::new() };
        run.add(&self.parsed.expr);
        if run.at_edge { String::from_utf16(&run.units).unwrap_or_default() } else { String::new() }
    }

    /// The text that every match ends with; empty where there is none, or it may stand anywhere.
    pub fn suffix(&self) -> String {
        let mut run = Run { edge: Edge::End, at_edge: false, units: Vec::new() };
        run.add(&self.parsed.expr);
        run.units.reverse();
        if run.at_edge { String::from_utf16(&run.units).unwrap_or_default() } else { String::new() }
    }

    /// The one text that it matches, where it is such a regex.
    pub fn literal(&self) -> Option<String> {
        let Expr::Seq(parts) = &self.parsed.expr else { return None };
        let [Expr::Start, inner @ .., Expr::End] = parts.as_slice() else { return None };
        let mut units = Vec::with_capacity(inner.len());
        for part in inner {
            match part {
                Expr::Set(set) => units.push(set.single()?),
                _ => return None,
            }
        }
        String::from_utf16(&units).ok()
    }
}

fn has_look(expr: &Expr) -> bool {
    match expr {
        Expr::Set(_) | Expr::Start | Expr::End => false,
        Expr::Look { .. } => true,
        Expr::Seq(parts) | Expr::Alt(parts) => parts.iter().any(has_look),
        Expr::Group(_, inner) | Expr::Repeat { expr: inner, .. } => has_look(inner),
    }
}

fn write(expr: &Expr, fill: Fill, out: &mut Vec<u16>) -> Option<()> {
    if out.len() > MAX_LENGTH {
        return None;
    }
    match expr {
        Expr::Set(set) => out.push(set.pleasant()?),
        Expr::Seq(parts) => parts.iter().try_for_each(|part| write(part, fill, out))?,
        Expr::Alt(parts) => write(parts.first()?, fill, out)?,
        Expr::Group(_, inner) => write(inner, fill, out)?,
        Expr::Repeat { expr, least, most, .. } => {
            (0..*least).try_for_each(|_| write(expr, fill, out))?;
            if *least == 0 && fill == Fill::Once && *most != Some(0) {
                write(expr, Fill::Least, out)?;
            }
        }
        Expr::Start | Expr::End | Expr::Look { .. } => {}
    }
    Some(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// The literal text at one end of a regex.
struct Run {
    edge: Edge,
    at_edge: bool,
    units: Vec<u16>,
}

impl Run {
    /// True while all was literal.
    fn add(&mut self, expr: &Expr) -> bool {
        match (expr, self.edge) {
            (Expr::Set(set), _) => match set.single() {
                Some(unit) => {
                    self.units.push(unit);
                    true
                }
                None => false,
            },
            (Expr::Seq(parts), Edge::Start) => parts.iter().all(|part| self.add(part)),
            (Expr::Seq(parts), Edge::End) => parts.iter().rev().all(|part| self.add(part)),
            (Expr::Group(_, inner), _) => self.add(inner),
            (Expr::Start, Edge::Start) | (Expr::End, Edge::End) => {
                self.at_edge |= self.units.is_empty();
                true
            }
            (Expr::Look { .. }, _) => true,
            (Expr::Repeat { expr, least, .. }, _) => {
                if *least > 0 {
                    self.add(expr);
                }
                false
            }
            (Expr::Alt(_) | Expr::Start | Expr::End, _) => false,
        }
    }
}
