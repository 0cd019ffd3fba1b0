//! Sets of UTF-16 code units: what one place of a regex without flags may match.

/// The letters, digits and signs that a URL path is written with unescaped, the pleasant ones first.
pub(super) const PLAIN: &str = "xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./~!$&'()*+,;=:@";

/// Ranges in order, none touching the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CharSet(Vec<(u16, u16)>);

impl CharSet {
    pub(super) fn new(mut ranges: Vec<(u16, u16)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some((_, end)) if u32::from(low) <= u32::from(*end) + 1 => *end = (*end).max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    pub(super) fn one(unit: u16) -> Self {
        Self(vec![(unit, unit)])
    }

    pub(super) fn full() -> Self {
        Self(vec![(0, u16::MAX)])
    }

    pub(super) fn ranges(&self) -> &[(u16, u16)] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.0 == [(0, u16::MAX)]
    }

    pub(super) fn contains(&self, unit: u16) -> bool {
        self.0.iter().any(|&(low, high)| low <= unit && unit <= high)
    }

    pub(super) fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        let mut next = 0u32;
        for &(low, high) in &self.0 {
            if u32::from(low) > next {
                ranges.push((next as u16, low - 1));
            }
            next = u32::from(high) + 1;
        }
        if let Ok(next) = u16::try_from(next) {
            ranges.push((next, u16::MAX));
        }
        Self(ranges)
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).copied().collect())
    }

    /// With both cases of each ASCII letter. None where other letters would have to be folded too.
    pub(super) fn folded(&self) -> Option<Self> {
        let beyond = |&&(_, high): &&(u16, u16)| high >= 0x80;
        if self.0.iter().find(beyond).is_some_and(|&(low, high)| low > 0x80 || high != u16::MAX) {
            return None;
        }
        let mut ranges = self.0.clone();
        for (from, to) in [(b'a', b'A'), (b'A', b'a')] {
            let letters = (u16::from(from), u16::from(from) + 25);
            for &(low, high) in &self.0 {
                let (low, high) = (low.max(letters.0), high.min(letters.1));
                if low <= high {
                    ranges.push((low - letters.0 + u16::from(to), high - letters.0 + u16::from(to)));
                }
            }
        }
        Some(Self::new(ranges))
    }

    /// The one unit.
    pub(super) fn single(&self) -> Option<u16> {
        match *self.0.as_slice() {
            [(unit, end)] if unit == end => Some(unit),
            _ => None,
        }
    }

    /// A unit that reads well in a URL, where there is one.
    pub(super) fn pleasant(&self) -> Option<u16> {
        PLAIN.bytes().map(u16::from).find(|&unit| self.contains(unit)).or(self.0.first().map(|range| range.0))
    }
}

/// Where lines end: no URL holds these, and `.` does not match them.
pub(super) fn is_line_end(unit: u16) -> bool {
    matches!(unit, 0x0a | 0x0d | 0x2028 | 0x2029)
}

/// `\d`, `\w`, `\s` of JavaScript.
pub(super) fn class_escape(letter: char) -> Option<CharSet> {
    let ranges: &[(u16, u16)] = match letter.to_ascii_lowercase() {
        'd' => &[(0x30, 0x39)],
        'w' => &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)],
        's' => &[
            (0x09, 0x0d),
            (0x20, 0x20),
            (0xa0, 0xa0),
            (0x1680, 0x1680),
            (0x2000, 0x200a),
            (0x2028, 0x2029),
            (0x202f, 0x202f),
            (0x205f, 0x205f),
            (0x3000, 0x3000),
            (0xfeff, 0xfeff),
        ],
        _ => return None,
    };
    let set = CharSet::new(ranges.to_vec());
    Some(if letter.is_ascii_uppercase() { set.negated() } else { set })
}
