//! Regular languages as terms with union, intersection and complement, and their derivatives (Brzozowski 1964).
//!
//! A term is a number; equal terms have equal numbers, so that walking the derivatives of a term comes to an end.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::charset::{CharSet, PLAIN, is_line_end};

pub(super) type Term = u32;
pub(super) type SetId = u32;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    Never,
    Empty,
    Set(SetId),
    Then(Term, Term),
    Either(Box<[Term]>),
    Both(Box<[Term]>),
    Not(Term),
    Star(Term),
}

/// The bound of work was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

pub(super) const NEVER: Term = 0;
pub(super) const EMPTY: Term = 1;
/// Any text.
pub(super) const ALL: Term = 2;

const MAX_TERMS: usize = 100_000;
/// Terms nest no deeper, so that recursion is bounded.
const MAX_DEPTH: u16 = 900;

struct Info {
    node: Node,
    nullable: bool,
    depth: u16,
}

/// All terms of one config.
pub(super) struct Terms {
    infos: Vec<Info>,
    known: FxHashMap<Node, Term>,
    sets: Vec<CharSet>,
    known_sets: FxHashMap<CharSet, SetId>,
    derived: FxHashMap<(Term, u16), Term>,
    /// Derivatives that may still be computed.
    pub(super) steps: usize,
    /// Parts of unions and intersections that may still be looked at. A union of a thousand parts is one term, and a thousand times the work.
    parts: usize,
}

/// Parts for each step: ordinary routes need two or three.
const PARTS_PER_STEP: usize = 16;

impl Terms {
    pub(super) fn new(steps: usize) -> Self {
        let mut terms = Self {
            infos: Vec::new(),
            known: FxHashMap::default(),
            sets: Vec::new(),
            known_sets: FxHashMap::default(),
            derived: FxHashMap::default(),
            steps,
            parts: steps.saturating_mul(PARTS_PER_STEP),
        };
        for (node, nullable) in [(Node::Never, false), (Node::Empty, true), (Node::Not(NEVER), true)] {
            terms.known.insert(node.clone(), terms.infos.len() as Term);
            terms.infos.push(Info { node, nullable, depth: 1 });
        }
        terms
    }

    fn info(&self, term: Term) -> &Info {
        &self.infos[term as usize]
    }

    pub(super) fn is_nullable(&self, term: Term) -> bool {
        self.info(term).nullable
    }

    fn add(&mut self, node: Node) -> Result<Term, TooLarge> {
        if let Some(&term) = self.known.get(&node) {
            return Ok(term);
        }
        let (nullable, below) = match &node {
            Node::Never | Node::Set(_) => (false, 0),
            Node::Empty => (true, 0),
            Node::Then(one, other) => {
                let (one, other) = (self.info(*one), self.info(*other));
                (one.nullable && other.nullable, one.depth.max(other.depth))
            }
            Node::Either(parts) => (parts.iter().any(|&part| self.is_nullable(part)), self.depth_of(parts)),
            Node::Both(parts) => (parts.iter().all(|&part| self.is_nullable(part)), self.depth_of(parts)),
            Node::Not(term) => (!self.is_nullable(*term), self.info(*term).depth),
            Node::Star(term) => (true, self.info(*term).depth),
        };
        if self.infos.len() >= MAX_TERMS || below >= MAX_DEPTH {
            return Err(TooLarge);
        }
        let term = self.infos.len() as Term;
        self.known.insert(node.clone(), term);
        self.infos.push(Info { node, nullable, depth: below + 1 });
        Ok(term)
    }

    fn depth_of(&self, parts: &[Term]) -> u16 {
        parts.iter().map(|&part| self.info(part).depth).max().unwrap_or(0)
    }

    pub(super) fn set(&mut self, set: &CharSet) -> Result<Term, TooLarge> {
        if set.is_empty() {
            return Ok(NEVER);
        }
        let id = match self.known_sets.get(set) {
            Some(&id) => id,
            None => {
                let id = self.sets.len() as SetId;
                self.sets.push(set.clone());
                self.known_sets.insert(set.clone(), id);
                id
            }
        };
        self.add(Node::Set(id))
    }

    pub(super) fn then(&mut self, one: Term, other: Term) -> Result<Term, TooLarge> {
        match (one, other) {
            (NEVER, _) | (_, NEVER) => Ok(NEVER),
            (EMPTY, term) | (term, EMPTY) => Ok(term),
            (ALL, term) if self.is_nullable(term) => Ok(ALL),
            _ => match self.info(one).node {
                Node::Then(first, second) => {
                    let rest = self.then(second, other)?;
                    self.then(first, rest)
                }
                _ => self.add(Node::Then(one, other)),
            },
        }
    }

    pub(super) fn star(&mut self, term: Term) -> Result<Term, TooLarge> {
        match &self.info(term).node {
            Node::Never | Node::Empty => Ok(EMPTY),
            Node::Star(_) => Ok(term),
            Node::Not(NEVER) => Ok(ALL),
            Node::Set(set) if self.sets[*set as usize].is_full() => Ok(ALL),
            _ => self.add(Node::Star(term)),
        }
    }

    pub(super) fn not(&mut self, term: Term) -> Result<Term, TooLarge> {
        match self.info(term).node {
            Node::Not(inner) => Ok(inner),
            _ => self.add(Node::Not(term)),
        }
    }

    pub(super) fn either(&mut self, parts: &[Term]) -> Result<Term, TooLarge> {
        let mut flat = Vec::with_capacity(parts.len());
        let mut set: Option<CharSet> = None;
        for &part in parts {
            match &self.infos[part as usize].node {
                Node::Either(inner) => {
                    self.parts = self.parts.checked_sub(inner.len()).ok_or(TooLarge)?;
                    flat.extend(inner);
                }
                _ => flat.push(part),
            }
        }
        flat.retain(|&part| match &self.info(part).node {
            Node::Never => false,
            Node::Set(id) => {
                let one = &self.sets[*id as usize];
                set = Some(set.take().map_or_else(|| one.clone(), |known| known.union(one)));
                false
            }
            _ => true,
        });
        if let Some(set) = set {
            flat.push(self.set(&set)?);
        }
        self.joined(flat, ALL, NEVER, Node::Either)
    }

    pub(super) fn both(&mut self, parts: &[Term]) -> Result<Term, TooLarge> {
        let mut flat = Vec::with_capacity(parts.len());
        for &part in parts {
            match &self.infos[part as usize].node {
                Node::Both(inner) => {
                    self.parts = self.parts.checked_sub(inner.len()).ok_or(TooLarge)?;
                    flat.extend(inner);
                }
                Node::Not(NEVER) => {}
                _ => flat.push(part),
            }
        }
        self.joined(flat, NEVER, ALL, Node::Both)
    }

    /// `absorbing` swallows all others; `neutral` is what nothing at all makes.
    fn joined(
        &mut self,
        mut parts: Vec<Term>,
        absorbing: Term,
        neutral: Term,
        node: fn(Box<[Term]>) -> Node,
    ) -> Result<Term, TooLarge> {
        self.parts = self.parts.checked_sub(parts.len()).ok_or(TooLarge)?;
        parts.sort_unstable();
        parts.dedup();
        let opposite = parts.iter().any(|&part| match self.info(part).node {
            Node::Not(inner) => parts.binary_search(&inner).is_ok(),
            _ => false,
        });
        if opposite || parts.contains(&absorbing) {
            return Ok(absorbing);
        }
        match parts.as_slice() {
            [] => Ok(neutral),
            [one] => Ok(*one),
            _ => self.add(node(parts.into())),
        }
    }

    /// What may follow `unit` in the language of `term`.
    pub(super) fn derivative(&mut self, term: Term, unit: u16) -> Result<Term, TooLarge> {
        if let Some(&known) = self.derived.get(&(term, unit)) {
            return Ok(known);
        }
        self.steps = self.steps.checked_sub(1).ok_or(TooLarge)?;
        let result = match self.info(term).node.clone() {
            Node::Never | Node::Empty => NEVER,
            Node::Set(set) if self.sets[set as usize].contains(unit) => EMPTY,
            Node::Set(_) => NEVER,
            Node::Then(one, other) => {
                let first = self.derivative(one, unit)?;
                let through = self.then(first, other)?;
                if self.is_nullable(one) {
                    let behind = self.derivative(other, unit)?;
                    self.either(&[through, behind])?
                } else {
                    through
                }
            }
            Node::Either(parts) => {
                let parts = self.derivatives(&parts, unit)?;
                self.either(&parts)?
            }
            Node::Both(parts) => {
                let parts = self.derivatives(&parts, unit)?;
                self.both(&parts)?
            }
            Node::Not(inner) => {
                let inner = self.derivative(inner, unit)?;
                self.not(inner)?
            }
            Node::Star(inner) => {
                let first = self.derivative(inner, unit)?;
                self.then(first, term)?
            }
        };
        self.derived.insert((term, unit), result);
        Ok(result)
    }

    fn derivatives(&mut self, parts: &[Term], unit: u16) -> Result<Vec<Term>, TooLarge> {
        parts.iter().map(|&part| self.derivative(part, unit)).collect()
    }

    /// The sets that a term is made of.
    pub(super) fn sets_of(&self, term: Term) -> Vec<SetId> {
        let (mut found, mut seen, mut open) = (FxHashSet::default(), FxHashSet::default(), vec![term]);
        while let Some(term) = open.pop() {
            if !seen.insert(term) {
                continue;
            }
            match &self.info(term).node {
                Node::Never | Node::Empty => {}
                Node::Set(set) => {
                    found.insert(*set);
                }
                Node::Then(one, other) => open.extend([*one, *other]),
                Node::Either(parts) | Node::Both(parts) => open.extend(parts),
                Node::Not(inner) | Node::Star(inner) => open.push(*inner),
            }
        }
        found.into_iter().collect()
    }

    /// One unit of each kind that the sets tell apart, pleasant ones first; none where they tell too many.
    fn alphabet(&self, sets: &[SetId]) -> Option<Vec<u16>> {
        let sets: Vec<&CharSet> = sets.iter().map(|&set| &self.sets[set as usize]).collect();
        if sets.len() > 128 {
            return None;
        }
        let kind = |unit: u16| {
            sets.iter().enumerate().fold(0u128, |kind, (at, set)| kind | u128::from(set.contains(unit)) << at)
        };
        let mut kinds = FxHashSet::default();
        let mut units: Vec<u16> = Vec::new();
        let bounds = sets.iter().flat_map(|set| set.ranges()).flat_map(|&(low, high)| [Some(low), high.checked_add(1)]);
        let beyond_lines = [0x0b, 0x0e, 0x202a];
        let candidates = PLAIN.bytes().map(u16::from).chain([0]).chain(bounds.flatten()).chain(beyond_lines);
        for unit in candidates.filter(|&unit| !is_line_end(unit)) {
            if kinds.insert(kind(unit)) {
                units.push(unit);
            }
        }
        Some(units)
    }

    /// A shortest text of the language; none where it is empty.
    pub(super) fn shortest(&mut self, term: Term, sets: &[SetId]) -> Result<Option<Vec<u16>>, TooLarge> {
        let alphabet = self.alphabet(sets).ok_or(TooLarge)?;
        let mut from: FxHashMap<Term, (Term, u16)> = FxHashMap::default();
        let mut open = VecDeque::from([term]);
        while let Some(state) = open.pop_front() {
            if self.is_nullable(state) {
                return Ok(Some(walked(&from, term, state)));
            }
            for &unit in &alphabet {
                let next = self.derivative(state, unit)?;
                if next != NEVER && next != term && !from.contains_key(&next) {
                    from.insert(next, (state, unit));
                    open.push_back(next);
                }
            }
        }
        Ok(None)
    }
}

fn walked(from: &FxHashMap<Term, (Term, u16)>, start: Term, end: Term) -> Vec<u16> {
    let mut units = Vec::new();
    let mut state = end;
    while state != start {
        let Some(&(before, unit)) = from.get(&state) else { break };
        units.push(unit);
        state = before;
    }
    units.reverse();
    units
}
