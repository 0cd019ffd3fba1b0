//! The blocks of a deflate stream, and the bits that each takes.

use super::huffman::code_lengths;
use super::matches::Token;

/// A block ends after this many tokens (zlib's memory level 8).
const TOKENS: u32 = 16_383;
const END: usize = 256;
/// The order in which the lengths of the codes for lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Counts the bits of a stream as its tokens come.
pub(super) struct Blocks {
    literals: [u32; 286],
    distances: [u32; 30],
    tokens: u32,
    bytes: u64,
    bits: u64,
}

impl Blocks {
    pub(super) fn new() -> Self {
        Self { literals: [0; 286], distances: [0; 30], tokens: 0, bytes: 0, bits: 0 }
    }

    /// Adds tokens, and ends each block that is full.
    pub(super) fn extend(&mut self, mut tokens: &[Token]) {
        while !tokens.is_empty() {
            let room = tokens.len().min((TOKENS - self.tokens) as usize);
            let (now, later) = tokens.split_at(room);
            now.iter().for_each(|token| self.add(*token));
            tokens = later;
            if self.tokens == TOKENS {
                self.end_block();
            }
        }
    }

    /// Adds the last literal, if there is one, which never ends a block of its own, and returns the length of the whole stream in bytes.
    pub(super) fn finish(mut self, last: Option<Token>) -> u64 {
        if let Some(token) = last {
            self.add(token);
        }
        self.end_block();
        self.bits.div_ceil(8)
    }

    fn add(&mut self, token: Token) {
        let symbol = match token.matched() {
            None => token.literal(),
            Some((length, distance)) => {
                if let Some(count) = self.distances.get_mut(distance_symbol(distance)) {
                    *count += 1;
                }
                length_symbol(length)
            }
        };
        if let Some(count) = self.literals.get_mut(symbol) {
            *count += 1;
        }
        self.tokens += 1;
        self.bytes += u64::from(token.bytes());
    }

    /// Takes the form of the block that is shortest in bytes; 3 bits say which it is.
    fn end_block(&mut self) {
        self.literals[END] = 1;
        let (fixed, own) = (3 + self.with_fixed_codes(), 3 + self.with_own_codes());
        let coded = if fixed.div_ceil(8) <= own.div_ceil(8) { fixed } else { own };
        self.bits = if self.bytes + 4 <= coded.div_ceil(8) {
            // Stored as it is, from the next whole byte on, after its length.
            (self.bits + 3).next_multiple_of(8) + 8 * (4 + self.bytes)
        } else {
            self.bits + coded
        };
        *self = Self { bits: self.bits, ..Self::new() };
    }

    fn with_fixed_codes(&self) -> u64 {
        let literal = |symbol| match symbol {
            0..144 | 280.. => 8,
            144..256 => 9,
            _ => 7,
        };
        let literals: u64 = (0..).zip(&self.literals).map(|(symbol, count)| u64::from(*count) * literal(symbol)).sum();
        literals + 5 * self.distances.iter().map(|count| u64::from(*count)).sum::<u64>() + self.extra_bits()
    }

    fn with_own_codes(&self) -> u64 {
        let (mut literals, mut distances, mut lengths) = ([0; 286], [0; 30], [0; 19]);
        let mut used = [0; 19];
        let described = code_lengths(&self.literals, 15, &mut literals);
        describe(literals.get(..described).unwrap_or_default(), &mut used);
        let described = code_lengths(&self.distances, 15, &mut distances);
        describe(distances.get(..described).unwrap_or_default(), &mut used);
        code_lengths(&used, 7, &mut lengths);
        let written = ORDER
            .iter()
            .rposition(|length| lengths.get(*length).is_some_and(|bits| *bits > 0))
            .map_or(4, |last| (last + 1).max(4));
        let header = 14
            + 3 * written as u64
            + coded(&used, &lengths)
            + 2 * u64::from(used[16])
            + 3 * u64::from(used[17])
            + 7 * u64::from(used[18]);
        header + coded(&self.literals, &literals) + coded(&self.distances, &distances) + self.extra_bits()
    }

    /// The bits that follow the codes of lengths and distances, each of which stands for a range.
    fn extra_bits(&self) -> u64 {
        let lengths = (0u64..)
            .zip(self.literals.iter().skip(265).take(20))
            .map(|(range, count)| (1 + range / 4) * u64::from(*count));
        let distances =
            (0u64..).zip(self.distances.iter().skip(4)).map(|(range, count)| (1 + range / 2) * u64::from(*count));
        lengths.chain(distances).sum()
    }
}

fn coded(counts: &[u32], lengths: &[u8]) -> u64 {
    counts.iter().zip(lengths).map(|(count, length)| u64::from(*count) * u64::from(*length)).sum()
}

/// Counts the symbols that describe these code lengths: 16 repeats the length before it 3 to 6 times, 17 and 18 stand for 3 to 138 zeros.
fn describe(lengths: &[u8], used: &mut [u32; 19]) {
    for run in lengths.chunk_by(|one, other| one == other) {
        let Some(&length) = run.first() else { continue };
        let mut left = run.len();
        let mut count = |symbol: usize, times: usize| used.get_mut(symbol).map_or((), |used| *used += times as u32);
        if length == 0 {
            while left >= 3 {
                count(if left <= 10 { 17 } else { 18 }, 1);
                left -= left.min(138);
            }
        } else {
            count(length.into(), 1);
            left -= 1;
            while left >= 3 {
                count(16, 1);
                left -= left.min(6);
            }
        }
        count(length.into(), left);
    }
}

/// The symbol of a match's length: four to each power of two, one of its own for the longest.
fn length_symbol(length: u32) -> usize {
    match length {
        0..=10 => 254 + length as usize,
        258 => 285,
        _ => ranged(length - 3, 2) + 257,
    }
}

/// The symbol of a match's distance: two to each power of two.
fn distance_symbol(distance: u32) -> usize {
    if distance <= 4 { distance as usize - 1 } else { ranged(distance - 1, 1) }
}

/// The number of the range that `value` is in, where each power of two is cut into `1 << cut` ranges.
fn ranged(value: u32, cut: u32) -> usize {
    let power = value.ilog2() - cut;
    ((power << cut) + (value >> power)) as usize
}
