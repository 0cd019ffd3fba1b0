//! One segment of a pattern: `*`, `?`, `[...]` and extglobs, matched against one name in UTF-16 units as JavaScript regexes do.

use super::GlobError;
use super::program::{Program, Step};

/// The most `!(...)` that one segment may hold.
pub(super) const MAX_NEGATIONS: usize = 4;
const MAX_GROUP_DEPTH: usize = 32;

/// A compiled segment.
#[derive(Debug, Clone)]
pub(super) enum Segment {
    /// `**` alone.
    Globstar,
    /// No wildcard: exactly this name.
    Literal(String, Vec<u16>),
    /// Anything else.
    Magic(Program),
}

impl Segment {
    pub(super) fn compile(text: &str, dot: bool) -> Result<Self, GlobError> {
        if text == "**" {
            return Ok(Self::Globstar);
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut compiler = Compiler::new(&units, Vec::new());
        compiler.run()?;
        let unclosed = compiler.unclosed();
        if !unclosed.is_empty() {
            compiler = Compiler::new(&units, unclosed);
            compiler.run()?;
        }
        Ok(compiler.finish(dot))
    }

    pub(super) fn is_globstar(&self) -> bool {
        matches!(self, Self::Globstar)
    }

    /// The name, when the segment has no wildcard.
    pub(super) fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(name, _) => Some(name),
            _ => None,
        }
    }

    /// Whether the segment matches all of `name`; a `**` is for the caller.
    pub(super) fn matches(&self, name: &[u16]) -> bool {
        match self {
            Self::Globstar => true,
            Self::Literal(_, units) => units == name,
            Self::Magic(program) => program.matches(name),
        }
    }
}

struct Group {
    kind: u8,
    /// Where its `(` stands in the text.
    at: usize,
    head: usize,
    bodies: Vec<usize>,
    ends: Vec<usize>,
}

struct Compiler<'t> {
    text: &'t [u16],
    at: usize,
    /// Positions of `(` that nothing closes: ordinary characters.
    plain: Vec<usize>,
    steps: Vec<Step>,
    groups: Vec<Group>,
    negations: Vec<usize>,
    wild_start: Option<bool>,
    magic: bool,
    pending: bool,
}

const fn unit(byte: u8) -> u16 {
    byte as u16
}

impl<'t> Compiler<'t> {
    fn new(text: &'t [u16], plain: Vec<usize>) -> Self {
        Self {
            text,
            at: 0,
            plain,
            steps: Vec::new(),
            groups: Vec::new(),
            negations: Vec::new(),
            wild_start: None,
            magic: false,
            pending: false,
        }
    }

    fn unclosed(&self) -> Vec<usize> {
        self.groups.iter().map(|group| group.at).collect()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).and_then(|&unit| u8::try_from(unit).ok()).filter(u8::is_ascii)
    }

    fn run(&mut self) -> Result<(), GlobError> {
        while let Some(&here) = self.text.get(self.at) {
            let kind = self.peek(0).unwrap_or(0);
            let opens = self.peek(1) == Some(b'(') && !self.plain.contains(&(self.at + 1));
            match kind {
                b'\\' if self.at + 1 < self.text.len() => {
                    self.put(self.text[self.at + 1]);
                    self.at += 1;
                }
                b'?' | b'*' | b'+' | b'@' | b'!' if opens => self.open(kind)?,
                b'*' => self.pending(Step::Star),
                b'?' => self.pending(Step::Any),
                b'+' | b'@' | b'!' => self.pending(Step::Unit(here)),
                b')' | b'|' if self.groups.is_empty() && self.pending => {
                    let held = self.steps.pop();
                    self.put(here);
                    self.steps.extend(held);
                    self.pending = true;
                }
                b'[' => {
                    if !self.class() {
                        self.put(here);
                    }
                }
                b'|' if !self.groups.is_empty() => self.next_body(),
                b')' if !self.groups.is_empty() => self.close(),
                _ => self.put(here),
            }
            self.at += 1;
        }
        self.steps.push(Step::End);
        Ok(())
    }

    /// Puts a step that minimatch holds back while plain `)` and `|` follow: `(*)` is read as `()*`.
    fn pending(&mut self, step: Step) {
        match step {
            Step::Unit(unit) => self.put(unit),
            step => self.wild(step),
        }
        self.pending = true;
    }

    fn put(&mut self, unit: u16) {
        self.pending = false;
        self.wild_start.get_or_insert(false);
        self.steps.push(Step::Unit(unit));
    }

    fn wild(&mut self, step: Step) {
        self.pending = false;
        self.wild_start.get_or_insert(true);
        self.magic = true;
        if !(matches!(step, Step::Star) && matches!(self.steps.last(), Some(Step::Star))) {
            self.steps.push(step);
        }
    }

    fn open(&mut self, kind: u8) -> Result<(), GlobError> {
        if self.groups.len() >= MAX_GROUP_DEPTH {
            return Err(GlobError::TooDeep);
        }
        let head = self.steps.len();
        self.wild(Step::Jump(head));
        if kind == b'!' {
            self.negations.push(head);
            if self.negations.len() > MAX_NEGATIONS {
                return Err(GlobError::TooManyNegations);
            }
        }
        self.at += 1;
        let bodies = vec![self.steps.len()];
        self.groups.push(Group { kind, at: self.at, head, bodies, ends: Vec::new() });
        Ok(())
    }

    fn end_body(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.ends.push(self.steps.len());
            self.steps.push(Step::Jump(0));
        }
    }

    fn next_body(&mut self) {
        self.end_body();
        if let Some(group) = self.groups.last_mut() {
            group.bodies.push(self.steps.len());
        }
    }

    fn close(&mut self) {
        self.end_body();
        let Some(Group { kind, head, mut bodies, ends, .. }) = self.groups.pop() else { return };
        let here = self.steps.len();
        let (start, end) = match kind {
            b'!' => {
                self.steps.push(Step::Star);
                (Step::Unless { bodies, next: here, whole: false }, Step::Jump(here + 1))
            }
            b'?' => {
                bodies.push(here);
                (Step::Alternatives(bodies), Step::Jump(here))
            }
            b'*' => {
                bodies.push(here);
                (Step::Alternatives(bodies), Step::Repeat { again: head, after: here })
            }
            b'+' => (Step::Alternatives(bodies), Step::Repeat { again: head, after: here }),
            _ => (Step::Alternatives(bodies), Step::Jump(here)),
        };
        self.steps[head] = start;
        for at in ends {
            self.steps[at] = end.clone();
        }
        // A star after a group is a step of its own: what closes the group goes on behind it.
        self.steps.push(Step::Jump(self.steps.len() + 1));
    }

    /// Reads `[...]`; `false` when it is no class and the bracket is an ordinary character.
    fn class(&mut self) -> bool {
        let mut at = self.at + 1;
        let negated = matches!(self.peek(1), Some(b'!' | b'^'));
        if negated {
            at += 1;
        }
        let first = at;
        let mut units: Vec<(u16, bool)> = Vec::new();
        loop {
            let Some(&here) = self.text.get(at) else { return false };
            if here == unit(b']') && (at > first || negated) {
                break;
            }
            let escaped = here == unit(b'\\') && at + 1 < self.text.len();
            if escaped {
                at += 1;
            }
            units.push((self.text[at], escaped));
            at += 1;
        }
        let Some(ranges) = ranges(&units) else { return false };
        self.wild(Step::Class { negated, ranges });
        self.at = at;
        true
    }

    fn finish(mut self, dot: bool) -> Segment {
        if !self.magic {
            let units = unescaped(self.text);
            return Segment::Literal(String::from_utf16_lossy(&units), units);
        }
        for negation in std::mem::take(&mut self.negations) {
            self.anchor(negation);
        }
        Segment::Magic(Program { steps: self.steps, wild_start: self.wild_start == Some(true), dot })
    }

    /// A negation with nothing behind it is about the rest of the name, any other only about the text from there on.
    fn anchor(&mut self, negation: usize) {
        let Step::Unless { next, .. } = self.steps[negation] else { return };
        let mut at = next + 1;
        while let Some(Step::Jump(to) | Step::Repeat { after: to, .. }) = self.steps.get(at) {
            at = *to;
        }
        let nothing_follows = matches!(self.steps.get(at), Some(Step::End));
        if let Some(Step::Unless { whole, .. }) = self.steps.get_mut(negation) {
            *whole = nothing_follows;
        }
    }
}

/// A name without the backslashes that protect its characters.
fn unescaped(text: &[u16]) -> Vec<u16> {
    let mut name = Vec::with_capacity(text.len());
    let mut units = text.iter().copied();
    while let Some(here) = units.next() {
        name.push(if here == unit(b'\\') { units.next().unwrap_or(here) } else { here });
    }
    name
}

/// The ranges of a class; nothing when one runs backwards, which is a syntax error in a regex.
fn ranges(units: &[(u16, bool)]) -> Option<Vec<(u16, u16)>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(&(from, _)) = units.get(at) {
        match (units.get(at + 1), units.get(at + 2)) {
            (Some(&(dash, false)), Some(&(to, _))) if dash == unit(b'-') => {
                if to < from {
                    return None;
                }
                ranges.push((from, to));
                at += 3;
            }
            _ => {
                ranges.push((from, from));
                at += 1;
            }
        }
    }
    Some(ranges)
}
