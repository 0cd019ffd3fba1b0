//! Finds the repetitions that zlib finds, as Node builds it.
//!
//! Every position is chained to the last one whose next four bytes fall into the same bucket, so what can be found at a position depends on the bytes
//! before it alone. Which matches are taken depends on little more: a match is put off by one byte while the next one is longer.

/// Shortest and longest match.
const SHORTEST: usize = 3;
const LONGEST: usize = 258;
/// How far back a match can lie: the window without the longest match and the bytes that its search looks ahead.
const FARTHEST: usize = 32 * 1024 - LONGEST - SHORTEST - 1;
/// A shortest match that is farther away is not worth its distance.
const FAR_FOR_SHORTEST: usize = 4096;
/// The measures of level 6: how many candidates are looked at, how many when the match before is good already, how long a match ends
/// the search, and how long a match is not put off any more.
const CANDIDATES: u32 = 128;
const GOOD: usize = 8;
const NICE: usize = 128;
const LAZY: usize = 16;

/// Positions become known so long before they are searched: many at a time is faster, and the window they push out is out of reach.
const EARLY: usize = 128;
const BUCKETS: usize = 32 * 1024;
/// How far back zlib can look.
pub(super) const WINDOW: usize = 32 * 1024;

/// A literal byte, or a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token(u32);

impl Token {
    fn of_literal(byte: u8) -> Self {
        Self(byte.into())
    }

    fn of_match(length: usize, distance: usize) -> Self {
        Self((distance << 9 | length) as u32)
    }

    /// Length and distance of a match.
    pub(super) fn matched(self) -> Option<(u32, u32)> {
        (self.0 >> 9 > 0).then_some((self.0 & 0x1ff, self.0 >> 9))
    }

    /// The byte of a literal.
    pub(super) fn literal(self) -> usize {
        (self.0 & 0xff) as usize
    }

    /// How many bytes it stands for.
    pub(super) fn bytes(self) -> u32 {
        if self.0 >> 9 > 0 { self.0 & 0x1ff } else { 1 }
    }
}

/// How far the search has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Position of the next search.
    pub(super) at: usize,
    /// The byte before it is still to be given, as a literal or as the beginning of a match.
    pub(super) pending: bool,
}

/// The positions of a buffer, by what stands there. They are counted from `base`, so that they fit into 16 bits; 0 is none, so the first byte of a
/// buffer is never matched.
pub(super) struct Matches {
    /// The last position of each bucket.
    last: Box<[u16; BUCKETS]>,
    /// For each position of the window, the one before it in its bucket.
    before: Box<[u16; WINDOW]>,
    base: usize,
    /// How many positions are known.
    known: usize,
}

impl Matches {
    pub(super) fn new() -> Self {
        Self { last: boxed(0), before: boxed(0), base: 0, known: 0 }
    }

    /// Forgets all positions, for another buffer.
    pub(super) fn reset(&mut self) {
        self.last.fill(0);
        (self.base, self.known) = (0, 0);
    }

    /// Gives the tokens from `place` on, up to the first place from `stop` on where no match is put off.
    pub(super) fn tokens(&mut self, buffer: &Buffer<'_>, place: Place, stop: usize, tokens: &mut Vec<Token>) -> Place {
        let data = buffer.bytes;
        let Place { mut at, mut pending } = place;
        let (mut length, mut distance) = (SHORTEST - 1, 0);
        while at < data.len() && !(at >= stop && length < SHORTEST) {
            if at - self.base > WINDOW + FARTHEST {
                self.slide();
            }
            if at >= self.known {
                self.learn(buffer, at + EARLY);
            }
            let nearest = if at < self.known { self.before[at % WINDOW] } else { 0 };
            let put_off = (length, distance);
            length = SHORTEST - 1;
            if nearest > 0 && put_off.0 < LAZY && at - self.base - usize::from(nearest) <= FARTHEST {
                let view = data.get(self.base..).unwrap_or_default();
                (length, distance) = self.longest(view, at - self.base, nearest, put_off.0);
                if length == SHORTEST && distance > FAR_FOR_SHORTEST {
                    length = SHORTEST - 1;
                }
            }
            if put_off.0 >= SHORTEST && length <= put_off.0 {
                tokens.push(Token::of_match(put_off.0, put_off.1));
                at += put_off.0 - 1;
                pending = false;
                length = SHORTEST - 1;
            } else {
                if pending && let Some(byte) = data.get(at - 1) {
                    tokens.push(Token::of_literal(*byte));
                }
                pending = true;
                at += 1;
            }
        }
        Place { at, pending }
    }

    /// Puts the positions before `end` into their buckets, as far as three bytes are there.
    fn learn(&mut self, buffer: &Buffer<'_>, end: usize) {
        let ahead = buffer.bytes.get(self.known..).unwrap_or_default();
        for four in ahead.windows(4).take(end - self.known) {
            self.insert(four.first_chunk().copied().unwrap_or_default());
        }
        let left = buffer.bytes.get(self.known..).unwrap_or_default();
        if let &[a, b, c] = left
            && self.known < end
        {
            self.insert([a, b, c, buffer.after]);
        }
    }

    #[inline(always)]
    fn insert(&mut self, four: [u8; 4]) {
        let bucket = (u32::from_le_bytes(four).wrapping_mul(66_521).wrapping_add(66_521) >> 16) as usize % BUCKETS;
        self.before[self.known % WINDOW] = std::mem::replace(&mut self.last[bucket], (self.known - self.base) as u16);
        self.known += 1;
    }

    /// Drops the older half of the positions.
    fn slide(&mut self) {
        self.base += WINDOW;
        self.last.iter_mut().for_each(|position| *position = position.saturating_sub(WINDOW as u16));
        self.before.iter_mut().for_each(|position| *position = position.saturating_sub(WINDOW as u16));
    }

    /// The longest match at a position and its distance, where one is longer than `least`; its length is `least` otherwise.
    #[inline(never)]
    fn longest(&self, data: &[u8], at: usize, nearest: u16, least: usize) -> (usize, usize) {
        let room = (data.len() - at).min(LONGEST);
        let mut best = (least, 0);
        let mut candidates = if least >= GOOD { CANDIDATES / 4 } else { CANDIDATES };
        let too_far = at.saturating_sub(FARTHEST) as u16;
        let mut from = nearest;
        let Some(here) = data.get(at..at + room) else { return best };
        while let Some(end) = End::of(here, best.0) {
            let Some(ends) = data.get(end.offset..) else { break };
            while !end.begins(ends, from) {
                from = self.before[usize::from(from) % WINDOW];
                if from <= too_far {
                    return best;
                }
                candidates -= 1;
                if candidates == 0 {
                    return best;
                }
            }
            let length = data.get(from.into()..).map_or(0, |there| common(here, there));
            if length > best.0 {
                best = (length, at - usize::from(from));
                if length >= room.min(NICE) {
                    break;
                }
            }
            from = self.before[usize::from(from) % WINDOW];
            candidates -= 1;
            if from <= too_far || candidates == 0 {
                break;
            }
        }
        best
    }
}

/// The last bytes of a match that is one byte longer than the best so far: what is compared first.
struct End {
    offset: usize,
    bytes: u32,
    mask: u32,
}

impl End {
    fn of(here: &[u8], best: usize) -> Option<Self> {
        if best < SHORTEST {
            let &[a, b, c] = here.first_chunk()?;
            return Some(Self { offset: 0, bytes: u32::from_le_bytes([a, b, c, 0]), mask: 0x00ff_ffff });
        }
        let offset = best - SHORTEST;
        four_bytes(here, offset).map(|bytes| Self { offset, bytes, mask: u32::MAX })
    }

    #[inline(always)]
    fn begins(&self, data: &[u8], from: u16) -> bool {
        let from = usize::from(from);
        data.get(from..from + 4)
            .and_then(|four| four.first_chunk())
            .map(|four| u32::from_le_bytes(*four))
            .is_some_and(|bytes| (bytes ^ self.bytes) & self.mask == 0)
    }
}

/// The bytes that are searched.
pub(super) struct Buffer<'a> {
    pub(super) bytes: &'a [u8],
    /// What zlib has in its window after the last byte, which it takes for a fourth byte there.
    after: u8,
}

impl<'a> Buffer<'a> {
    /// The last bytes of a file, or of its part before these end, which has this length.
    pub(super) fn ending(bytes: &'a [u8], len: u64) -> Self {
        // Once zlib's window has moved on, the bytes of the window before are still there; until then, zeros.
        let moved = len > (WINDOW + FARTHEST + SHORTEST) as u64;
        let after =
            bytes.len().checked_sub(WINDOW).filter(|_| moved).and_then(|at| bytes.get(at)).copied().unwrap_or_default();
        Self { bytes, after }
    }

    /// The literal that is still to be given at the end.
    pub(super) fn last(&self, place: Place) -> Option<Token> {
        self.bytes.last().filter(|_| place.pending).map(|byte| Token::of_literal(*byte))
    }
}

#[inline(always)]
fn four_bytes(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// How many bytes two slices of one length have in common from their beginning.
fn common(here: &[u8], there: &[u8]) -> usize {
    let (mine, theirs) = (here.chunks_exact(8), there.chunks_exact(8));
    let mut same = 0;
    for (mine, theirs) in mine.zip(theirs) {
        if let (Some(mine), Some(theirs)) = (mine.first_chunk(), theirs.first_chunk()) {
            let other = u64::from_le_bytes(*mine) ^ u64::from_le_bytes(*theirs);
            if other != 0 {
                return same + other.trailing_zeros() as usize / 8;
            }
        }
        same += 8;
    }
    let rest = here.iter().zip(there).skip(same);
    same + rest.take_while(|(mine, theirs)| mine == theirs).count()
}

fn boxed<T: Copy, const N: usize>(value: T) -> Box<[T; N]> {
    match vec![value; N].into_boxed_slice().try_into() {
        Ok(values) => values,
        Err(_) => Box::new([value; N]),
    }
}
