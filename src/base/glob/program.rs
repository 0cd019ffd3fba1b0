//! A compiled segment as steps, and the machine that runs them on a name: every state is visited once for each position.

use std::cell::RefCell;

use super::is_dots;

/// No file system has longer names (255 is usual): nothing matches them, so that a match has bounded memory.
const MAX_NAME: usize = 1024;

#[derive(Debug, Clone)]
pub(super) enum Step {
    Unit(u16),
    Any,
    /// Any number of any units.
    Star,
    Class {
        negated: bool,
        ranges: Vec<(u16, u16)>,
    },
    /// Goes on at each of these steps.
    Alternatives(Vec<usize>),
    Jump(usize),
    /// The end of a turn of a repeated group: another turn, or on.
    Repeat {
        again: usize,
        after: usize,
    },
    /// Goes on at `next` unless one of `bodies`, with what follows, matches here.
    Unless {
        bodies: Vec<usize>,
        next: usize,
        whole: bool,
    },
    End,
}

/// The steps of one segment.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// The segment begins with a wildcard, which does not match what `dot` protects.
    pub(super) wild_start: bool,
    pub(super) dot: bool,
}

impl Program {
    pub(super) fn matches(&self, name: &[u16]) -> bool {
        if name.is_empty() || name.len() > MAX_NAME {
            return false;
        }
        if self.wild_start && (is_dots(name) || (!self.dot && name[0] == u16::from(b'.'))) {
            return false;
        }
        let run = Run { program: self, name, answers: RefCell::default() };
        run.from(&[0], 0, true, None)
    }
}

struct Run<'p> {
    program: &'p Program,
    name: &'p [u16],
    /// What lookaheads (step, position) said before.
    answers: RefCell<rustc_hash::FxHashMap<(usize, usize), bool>>,
}

impl Run<'_> {
    /// Whether any of `starts` reaches the end from `position`; `whole` asks for the end of the name too. `inside` is the negation that asks:
    /// groups around it take no further turn. Nested calls only go to later negations, so their depth is bounded by [`super::segment::MAX_NEGATIONS`].
    fn from(&self, starts: &[usize], position: usize, whole: bool, inside: Option<usize>) -> bool {
        let steps = &self.program.steps;
        let width = self.name.len() + 1;
        let mut seen = vec![false; steps.len() * width];
        let mut open: Vec<(usize, usize)> = starts.iter().map(|&start| (start, position)).collect();
        while let Some((step, position)) = open.pop() {
            if std::mem::replace(&mut seen[step * width + position], true) {
                continue;
            }
            let unit = self.name.get(position).copied();
            match &steps[step] {
                Step::Unit(wanted) if unit == Some(*wanted) => open.push((step + 1, position + 1)),
                Step::Any if unit.is_some() => open.push((step + 1, position + 1)),
                Step::Star => {
                    if unit.is_some() {
                        open.push((step, position + 1));
                    }
                    open.push((step + 1, position));
                }
                Step::Class { negated, ranges } => {
                    let found = |unit| ranges.iter().any(|&(from, to)| (from..=to).contains(&unit)) != *negated;
                    if unit.is_some_and(found) {
                        open.push((step + 1, position + 1));
                    }
                }
                Step::Unit(_) | Step::Any => {}
                Step::Alternatives(targets) => open.extend(targets.iter().map(|&target| (target, position))),
                Step::Jump(target) => open.push((*target, position)),
                Step::Repeat { again, after } => {
                    open.push((*after, position));
                    if inside.is_none_or(|negation| *again > negation) {
                        open.push((*again, position));
                    }
                }
                Step::Unless { bodies, next, whole } => {
                    if !self.lookahead(step, bodies, position, *whole) {
                        open.push((*next, position));
                    }
                }
                Step::End if !whole || position == self.name.len() => return true,
                Step::End => {}
            }
        }
        false
    }

    fn lookahead(&self, step: usize, bodies: &[usize], position: usize, whole: bool) -> bool {
        if let Some(&known) = self.answers.borrow().get(&(step, position)) {
            return known;
        }
        let answer = self.from(bodies, position, whole, Some(step));
        self.answers.borrow_mut().insert((step, position), answer);
        answer
    }
}
