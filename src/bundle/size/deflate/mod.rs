//! How long content is once it is deflated, to the byte.
//!
//! The builder deflates with Node's zlib (Chromium's) at level 6. The length follows from the matches that it takes and from the codes that it gives to
//! them, so both are worked out as it does, and nothing is written. Node 20, 22 and 24 were found to agree with each other and with this on every file of
//! real trees (`scripts/peer-deflate.mjs`); Node 8 and 10 chain three bytes instead of four, and make up to 0.5 % more of JavaScript and 1.7 % less of an engine.

mod blocks;
mod huffman;
mod matches;

use std::io::{self, Read};

use rayon::prelude::*;

use blocks::Blocks;
use matches::{Buffer, Matches, Place, Token, WINDOW};

/// How many bytes are searched before their tokens are counted.
const PIECE: usize = 64 * 1024;
/// Size of the chunks of a large file.
const CHUNK: usize = 256 * 1024;
/// Files larger than this are cut into chunks, which are searched side by side.
pub(super) const LARGE: u64 = 1024 * 1024;
/// The search of a chunk begins so far before it, and most often takes the matches that the chunk before it takes by the time it gets there.
const APPROACH: usize = 4 * 1024;
/// What the search of a chunk may need to see of the next one.
const AHEAD: usize = 1024;
/// What a chunk's buffer has of the file besides the chunk.
const AROUND: usize = WINDOW + APPROACH + AHEAD;

/// Counts one file after another.
pub(super) struct Counter {
    matches: Matches,
    tokens: Vec<Token>,
    content: Vec<u8>,
}

impl Counter {
    pub(super) fn new() -> Self {
        Self { matches: Matches::new(), tokens: Vec::new(), content: Vec::new() }
    }

    /// The deflated length of everything that `reader` gives.
    pub(super) fn count(&mut self, mut reader: impl Read) -> io::Result<u64> {
        let mut content = std::mem::take(&mut self.content);
        content.clear();
        reader.by_ref().take(LARGE + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LARGE {
            return count_large(content.as_slice().chain(reader));
        }
        let counted = self.count_bytes(&content);
        self.content = content;
        Ok(counted)
    }

    /// The deflated length of these bytes.
    pub(super) fn count_bytes(&mut self, bytes: &[u8]) -> u64 {
        let buffer = Buffer::ending(bytes, bytes.len() as u64);
        let mut blocks = Blocks::new();
        let mut place = Place::default();
        self.matches.reset();
        while place.at < bytes.len() {
            self.tokens.clear();
            place = self.matches.tokens(&buffer, place, place.at + PIECE, &mut self.tokens);
            blocks.extend(&self.tokens);
        }
        blocks.finish(buffer.last(place))
    }
}

/// The deflated length of a large file: its chunks are searched on all cores, and their tokens counted in order, as those of one stream.
/// A few chunks are in memory at a time.
pub(super) fn count_large(mut reader: impl Read) -> io::Result<u64> {
    let width = 4 * rayon::current_num_threads().min(16);
    let mut chunks: Vec<Chunk> = (0..width).map(|_| Chunk::new()).collect();
    let mut blocks = Blocks::new();
    let mut before = Vec::with_capacity(AROUND);
    let (mut len, mut place) = (0, Place::default());
    loop {
        let mut used = 0;
        for chunk in &mut chunks {
            used += 1;
            len += chunk.read(&before, &mut reader, len)?;
            before.clear();
            if chunk.last {
                break;
            }
            before.extend_from_slice(chunk.bytes.get(chunk.bytes.len() - AROUND..).unwrap_or_default());
        }
        let batch = chunks.get_mut(..used).unwrap_or_default();
        batch.par_iter_mut().with_max_len(1).for_each(|chunk| chunk.search(None));
        for chunk in batch {
            if chunk.begun != place {
                chunk.search(Some(place));
            }
            blocks.extend(&chunk.tokens);
            place = chunk.ended;
            if chunk.last {
                return Ok(blocks.finish(chunk.buffer().last(place)));
            }
            place.at -= chunk.bytes.len() - AROUND;
        }
    }
}

/// A chunk of a large file, with what lies around it.
struct Chunk {
    matches: Matches,
    bytes: Vec<u8>,
    /// Length of the file up to the end of the buffer.
    len: u64,
    last: bool,
    tokens: Vec<Token>,
    begun: Place,
    ended: Place,
}

impl Chunk {
    fn new() -> Self {
        let (begun, ended) = (Place::default(), Place::default());
        Self { matches: Matches::new(), bytes: Vec::new(), len: 0, last: false, tokens: Vec::new(), begun, ended }
    }

    /// Fills the buffer with what is around the end of the chunk before it and what follows; returns how much that is.
    fn read(&mut self, before: &[u8], reader: &mut impl Read, len: u64) -> io::Result<u64> {
        let room = AROUND + CHUNK - before.len();
        self.bytes.clear();
        self.bytes.extend_from_slice(before);
        let read = reader.by_ref().take(room as u64).read_to_end(&mut self.bytes)?;
        self.last = read < room;
        self.len = len + read as u64;
        Ok(read as u64)
    }

    fn buffer(&self) -> Buffer<'_> {
        Buffer::ending(&self.bytes, self.len)
    }

    /// Finds the tokens of the chunk, from the place where the one before it ended or, while that is not known, from where it probably will.
    fn search(&mut self, from: Option<Place>) {
        let buffer = Buffer::ending(&self.bytes, self.len);
        let is_first = buffer.bytes.len() as u64 == self.len;
        let (start, end) = (if is_first { 0 } else { WINDOW }, buffer.bytes.len() - if self.last { 0 } else { AHEAD });
        let start = from.unwrap_or(Place { at: start, pending: false });
        self.matches.reset();
        self.tokens.clear();
        self.begun = start;
        if from.is_none() && !is_first {
            self.begun = self.matches.tokens(&buffer, start, start.at + APPROACH, &mut self.tokens);
            self.tokens.clear();
        }
        self.ended = self.matches.tokens(&buffer, self.begun, end, &mut self.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text that repeats over long and short distances, with noise.
    fn sample(len: usize) -> Vec<u8> {
        let mut state = 1u32;
        let mut bytes = Vec::with_capacity(len);
        while bytes.len() < len {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.extend_from_slice(format!("function f{}(){{return {}}}\n", state >> 20, state >> 8).as_bytes());
        }
        bytes.truncate(len);
        bytes
    }

    #[test]
    fn chunks_count_as_the_whole_does() {
        let mut counter = Counter::new();
        let edges = [AROUND + CHUNK, AROUND + 4 * CHUNK].map(|edge| [edge - 1, edge, edge + 1]);
        for len in [0, 1, 1000].into_iter().chain(edges.into_iter().flatten()).chain([5_000_001]) {
            let bytes = sample(len);
            assert_eq!(count_large(bytes.as_slice()).unwrap(), counter.count_bytes(&bytes), "{len}");
        }
    }

    #[test]
    fn a_chunk_that_did_not_begin_where_the_one_before_it_ended_is_searched_again() {
        // In a run, longest matches follow each other, and where they end depends on where they began.
        let bytes = vec![7; 3_000_000];
        let mut chunk = Chunk::new();
        chunk.read(&bytes[..AROUND], &mut &bytes[AROUND..], AROUND as u64 + 1000).unwrap();
        chunk.search(None);
        let begun = Place { at: chunk.begun.at + 1, ..chunk.begun };
        chunk.search(Some(begun));
        assert_eq!(chunk.begun, begun);
        assert_eq!(count_large(bytes.as_slice()).unwrap(), Counter::new().count_bytes(&bytes));
    }

    #[test]
    fn a_reader_counts_as_its_bytes_do_however_many_come() {
        let mut counter = Counter::new();
        for len in [0, 70_000, LARGE as usize, LARGE as usize + 1, 2_000_000] {
            let bytes = sample(len);
            let whole = counter.count_bytes(&bytes);
            assert_eq!(counter.count(bytes.as_slice()).unwrap(), whole, "{len}");
        }
        assert_eq!(counter.count_bytes(b""), 2);
    }
}
