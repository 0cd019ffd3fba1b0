//! A regex of JavaScript without flags as a tree; what is not looked into is refused.

use super::charset::{CharSet, class_escape};

/// One part of a regex.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Set(CharSet),
    Seq(Vec<Expr>),
    Alt(Vec<Expr>),
    Group(Option<usize>, Box<Expr>),
    Repeat { expr: Box<Expr>, least: usize, most: Option<usize>, lazy: bool },
    Start,
    End,
    Look { negative: bool, expr: Box<Expr> },
}

/// A regex that was read whole.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) expr: Expr,
    /// The names of the groups in order; none for a group without one.
    pub(super) names: Vec<Option<String>>,
}

const MAX_DEPTH: usize = 60;
/// Characters, classes, groups and copies of what is repeated.
const MAX_ATOMS: usize = 600;

/// Reads `regex`, which JavaScript accepts. Nothing for lookbehind, back references, word boundaries, what is read differently in other
/// engines, and what is too large. `fold`: without regard to case.
pub(super) fn parse(regex: &str, fold: bool) -> Option<Parsed> {
    let letters: Vec<char> = regex.chars().collect();
    let mut parser = Parser { letters: &letters, next: 0, fold, names: Vec::new(), atoms: 0 };
    let expr = parser.alternatives(0)?;
    (parser.next == letters.len()).then_some(Parsed { expr, names: parser.names })
}

struct Parser<'l> {
    letters: &'l [char],
    next: usize,
    fold: bool,
    names: Vec<Option<String>>,
    atoms: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.next).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let found = text.chars().enumerate().all(|(at, letter)| self.letters.get(self.next + at) == Some(&letter));
        if found {
            self.next += text.chars().count();
        }
        found
    }

    fn alternatives(&mut self, depth: usize) -> Option<Expr> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut all = vec![self.sequence(depth)?];
        while self.take("|") {
            all.push(self.sequence(depth)?);
        }
        if all.len() == 1 { all.pop() } else { Some(Expr::Alt(all)) }
    }

    fn sequence(&mut self, depth: usize) -> Option<Expr> {
        let mut parts = Vec::new();
        while self.peek().is_some_and(|letter| letter != '|' && letter != ')') {
            let before = self.atoms;
            let atom = self.atom(depth)?;
            let part = self.repeated(atom, before)?;
            parts.push(part);
        }
        Some(Expr::Seq(parts))
    }

    fn atom(&mut self, depth: usize) -> Option<Expr> {
        self.atoms += 1;
        if self.atoms > MAX_ATOMS {
            return None;
        }
        let letter = self.peek()?;
        self.next += 1;
        match letter {
            '^' => Some(Expr::Start),
            '$' => Some(Expr::End),
            '.' => Some(Expr::Set(CharSet::full())),
            '(' => self.group(depth),
            '[' => self.class(),
            '\\' => self.escape(),
            '*' | '+' | '?' => None,
            letter => self.literal(letter),
        }
    }

    fn literal(&self, letter: char) -> Option<Expr> {
        let mut units = [0; 2];
        let sets = letter.encode_utf16(&mut units).iter().map(|&unit| self.set(CharSet::one(unit)));
        let mut sets = sets.collect::<Option<Vec<_>>>()?;
        if sets.len() == 1 { sets.pop() } else { Some(Expr::Seq(sets)) }
    }

    fn set(&self, set: CharSet) -> Option<Expr> {
        Some(Expr::Set(if self.fold { set.folded()? } else { set }))
    }

    fn group(&mut self, depth: usize) -> Option<Expr> {
        let look = [("?=", false), ("?!", true)].into_iter().find(|(text, _)| self.take(text));
        if let Some((_, negative)) = look {
            let expr = Box::new(self.alternatives(depth + 1)?);
            return self.take(")").then_some(Expr::Look { negative, expr });
        }
        let index = if self.take("?:") {
            None
        } else if self.take("?<") {
            let end = self.letters.get(self.next..)?.iter().position(|&letter| letter == '>')?;
            let name: String = self.letters.get(self.next..self.next + end)?.iter().collect();
            if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
                return None;
            }
            self.next += end + 1;
            self.names.push(Some(name));
            Some(self.names.len())
        } else if self.peek() == Some('?') {
            return None;
        } else {
            self.names.push(None);
            Some(self.names.len())
        };
        let expr = Box::new(self.alternatives(depth + 1)?);
        self.take(")").then_some(Expr::Group(index, expr))
    }

    /// Behind a backslash, outside a class.
    fn escape(&mut self) -> Option<Expr> {
        let letter = self.peek()?;
        if let Some(set) = class_escape(letter) {
            self.next += 1;
            // None of these sets tells upper from lower case.
            return Some(Expr::Set(set));
        }
        if matches!(letter, 'b' | 'B' | 'k' | '0'..='9') {
            return None;
        }
        let unit = self.escaped_unit()?;
        self.set(CharSet::one(unit))
    }

    /// The code unit that an escape stands for.
    fn escaped_unit(&mut self) -> Option<u16> {
        let letter = self.peek()?;
        self.next += 1;
        let digits = |count: usize, parser: &mut Self| {
            let text: String = parser.letters.get(parser.next..parser.next + count)?.iter().collect();
            let all_hex = text.chars().all(|digit| digit.is_ascii_hexdigit());
            let unit = u16::from_str_radix(&text, 16).ok().filter(|_| all_hex)?;
            parser.next += count;
            Some(unit)
        };
        match letter {
            't' => Some(9),
            'n' => Some(10),
            'v' => Some(11),
            'f' => Some(12),
            'r' => Some(13),
            'x' => digits(2, self),
            'u' => digits(4, self),
            // Other letters and digits mean other things to other engines.
            letter if letter.is_alphanumeric() => None,
            letter => u16::try_from(u32::from(letter)).ok(),
        }
    }

    fn class(&mut self) -> Option<Expr> {
        let negative = self.take("^");
        let mut literal = Vec::new();
        let mut escapes = CharSet::new(Vec::new());
        loop {
            self.atoms += 1;
            if self.atoms > MAX_ATOMS {
                return None;
            }
            if self.take("]") {
                break;
            }
            let Some(low) = self.class_unit(&mut escapes)? else { continue };
            let is_range = self.peek() == Some('-') && self.letters.get(self.next + 1).is_some_and(|&next| next != ']');
            if !is_range {
                literal.push((low, low));
                continue;
            }
            self.next += 1;
            match self.class_unit(&mut escapes)? {
                Some(high) if low <= high => literal.push((low, high)),
                Some(_) => return None,
                None => literal.extend([(low, low), (0x2d, 0x2d)]),
            }
        }
        let literal = CharSet::new(literal);
        let set = if self.fold { literal.folded()? } else { literal }.union(&escapes);
        Some(Expr::Set(if negative { set.negated() } else { set }))
    }

    /// The next unit of a class; none where an escape such as `\w` stands, which is added to `escapes`.
    #[expect(clippy::option_option, reason = "the outer one is the refusal")]
    fn class_unit(&mut self, escapes: &mut CharSet) -> Option<Option<u16>> {
        let letter = self.peek()?;
        self.next += 1;
        if letter != '\\' {
            return Some(Some(u16::try_from(u32::from(letter)).ok()?));
        }
        let escaped = self.peek()?;
        if let Some(set) = class_escape(escaped) {
            self.next += 1;
            *escapes = escapes.union(&set);
            return Some(None);
        }
        Some(Some(self.escaped_unit()?))
    }

    /// The atom with the quantifier behind it. `before`: how many atoms stood before it.
    fn repeated(&mut self, atom: Expr, before: usize) -> Option<Expr> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.braces() {
                Some(bounds) => bounds,
                None => return Some(atom),
            },
            _ => return Some(atom),
        };
        self.next += 1;
        let copies = most.unwrap_or(least).max(1);
        self.atoms = (self.atoms - before).checked_mul(copies)?.checked_add(before)?;
        if self.atoms > MAX_ATOMS || matches!(atom, Expr::Start | Expr::End | Expr::Look { .. }) {
            return None;
        }
        let lazy = self.take("?");
        Some(Expr::Repeat { expr: Box::new(atom), least, most, lazy })
    }

    /// The bounds of `{2,3}`, up to its closing brace; none where the brace stands for itself.
    fn braces(&mut self) -> Option<(usize, Option<usize>)> {
        let rest = self.letters.get(self.next + 1..)?;
        let end = rest.iter().take(16).position(|&letter| letter == '}')?;
        let text: String = rest.get(..end)?.iter().collect();
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let bounds = match text.split_once(',') {
            None => (number(&text)?, Some(number(&text)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        self.next += end + 1;
        Some(bounds)
    }
}
