//! The lengths of the codes that zlib gives to the symbols of a block.
//!
//! Any Huffman code of a block takes the same number of bits, but the header that describes it does not: it depends on which of several equally
//! frequent symbols got the longer code. So symbols are joined in the very order of zlib: a binary heap by frequency, then by depth.

/// The most symbols that an alphabet has.
const SYMBOLS: usize = 286;
const NODES: usize = 2 * SYMBOLS;
const LONGEST: usize = 15;

/// Fills `lengths` with the code length of each symbol, 0 where it has none, none above `limit`; returns how many lengths are to be described.
pub(super) fn code_lengths(frequencies: &[u32], limit: u8, lengths: &mut [u8]) -> usize {
    let mut heap = Heap::new(frequencies);
    lengths.fill(0);
    let described = heap.nodes.iter().take(heap.len).copied().max().map_or(0, |last| usize::from(last) + 1);
    let tree = heap.join(frequencies.len());
    let mut counts = [0u16; LONGEST + 1];
    let mut excess = 0i32;
    // From the root down: the parent of a node stands before it.
    let mut depths = [0u8; NODES];
    for &node in tree.iter().rev().skip(1) {
        let parent = at(&heap.parent, node);
        let depth = at(&depths, parent) + 1;
        let capped = depth.min(limit);
        excess += i32::from(depth > limit);
        put(&mut depths, node, capped);
        if let Some(length) = lengths.get_mut(usize::from(node)) {
            *length = capped;
            counts[usize::from(capped) % counts.len()] += 1;
        }
    }
    if excess > 0 {
        shorten(&mut counts, limit, excess);
        // The leaves that were joined first are the rarest, and get the longest codes.
        let leaves = tree.iter().filter(|node| usize::from(**node) < frequencies.len());
        let given = (1..=limit)
            .rev()
            .flat_map(|length| std::iter::repeat_n(length, counts[usize::from(length) % counts.len()].into()));
        for (&leaf, length) in leaves.zip(given) {
            put(lengths, leaf, length);
        }
    }
    described
}

/// Makes room for `excess` nodes that would lie below `limit`: a leaf higher up becomes a node with two leaves.
fn shorten(counts: &mut [u16; LONGEST + 1], limit: u8, mut excess: i32) {
    let limit = usize::from(limit).min(LONGEST);
    while excess > 0 {
        let Some(length) = (1..limit).rev().find(|length| counts[*length] > 0) else { return };
        counts[length] -= 1;
        counts[length + 1] += 2;
        counts[limit] -= 1;
        excess -= 2;
    }
}

fn at<T: Copy + Default>(values: &[T], node: u16) -> T {
    values.get(usize::from(node)).copied().unwrap_or_default()
}

fn put<T>(values: &mut [T], node: u16, value: T) {
    if let Some(slot) = values.get_mut(usize::from(node)) {
        *slot = value;
    }
}

/// Nodes without a parent, the rarest first.
struct Heap {
    nodes: [u16; SYMBOLS],
    len: usize,
    /// Frequency, then height: what nodes are compared by.
    rank: [u32; NODES],
    parent: [u16; NODES],
}

impl Heap {
    /// The symbols that occur, and at least two.
    fn new(frequencies: &[u32]) -> Self {
        let mut heap = Self { nodes: [0; SYMBOLS], len: 0, rank: [0; NODES], parent: [0; NODES] };
        let mut last = None;
        for (symbol, &frequency) in (0u16..).zip(frequencies) {
            if frequency > 0 {
                heap.push(symbol, frequency);
                last = Some(symbol);
            }
        }
        while heap.len < 2 {
            let symbol = last.map_or(0, |last| if last < 2 { last + 1 } else { 0 });
            last = last.max(Some(symbol));
            heap.push(symbol, 1);
        }
        for from in (0..heap.len / 2).rev() {
            heap.sift(from);
        }
        heap
    }

    fn push(&mut self, symbol: u16, frequency: u32) {
        put(&mut self.nodes, self.len as u16, symbol);
        put(&mut self.rank, symbol, frequency << 8);
        self.len += 1;
    }

    fn sift(&mut self, mut from: usize) {
        let nodes = self.nodes.get_mut(..self.len).unwrap_or_default();
        let Some(&node) = nodes.get(from) else { return };
        let rank = at(&self.rank, node);
        loop {
            let mut child = 2 * from + 1;
            let Some(&left) = nodes.get(child) else { break };
            let mut least = (at(&self.rank, left), left);
            if let Some(&right) = nodes.get(child + 1) {
                let ranked = at(&self.rank, right);
                if ranked <= least.0 {
                    least = (ranked, right);
                    child += 1;
                }
            }
            if rank <= least.0 {
                break;
            }
            if let Some(slot) = nodes.get_mut(from) {
                *slot = least.1;
            }
            from = child;
        }
        if let Some(slot) = nodes.get_mut(from) {
            *slot = node;
        }
    }

    fn replace_first(&mut self, node: u16) -> u16 {
        let first = self.nodes[0];
        self.nodes[0] = node;
        self.sift(0);
        first
    }

    /// Joins the two rarest until one is left; returns all nodes in the order in which they were taken.
    fn join(&mut self, symbols: usize) -> Vec<u16> {
        let mut taken = Vec::with_capacity(NODES);
        let mut next = symbols as u16;
        while self.len >= 2 {
            self.len -= 1;
            let one = self.replace_first(at(&self.nodes, self.len as u16));
            let two = self.nodes[0];
            let (first, second) = (at(&self.rank, one), at(&self.rank, two));
            let height = (first & 0xff).max(second & 0xff) + 1;
            put(&mut self.rank, next, ((first >> 8) + (second >> 8)) << 8 | height);
            put(&mut self.parent, one, next);
            put(&mut self.parent, two, next);
            taken.extend([one, two]);
            self.replace_first(next);
            next += 1;
        }
        taken.push(self.nodes[0]);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(frequencies: &[u32], limit: u8) -> (Vec<u8>, usize) {
        let mut lengths = vec![0; frequencies.len()];
        let described = code_lengths(frequencies, limit, &mut lengths);
        (lengths, described)
    }

    /// How much of the room for codes is taken; all of it by a code that wastes nothing.
    fn taken(lengths: &[u8], limit: u8) -> u32 {
        lengths.iter().filter(|length| **length > 0).map(|length| 1 << (limit - length)).sum()
    }

    #[test]
    fn frequent_symbols_get_short_codes() {
        assert_eq!(lengths(&[8, 4, 2, 1, 1], 15).0, [1, 2, 3, 4, 4]);
        assert_eq!(lengths(&[1, 1, 1, 1], 15).0, [2, 2, 2, 2]);
        assert_eq!(lengths(&[0, 5, 0, 9, 0], 15), (vec![0, 1, 0, 1, 0], 4));
    }

    #[test]
    fn there_are_two_codes_at_least() {
        assert_eq!(lengths(&[0; 30], 15), ([[1, 1].as_slice(), &[0; 28]].concat(), 2));
        assert_eq!(lengths(&[0, 7, 0, 0], 15), (vec![0, 1, 1, 0], 3));
        assert_eq!(lengths(&[0, 0, 0, 7], 15), (vec![1, 0, 0, 1], 4));
    }

    #[test]
    fn no_code_is_longer_than_the_limit_and_none_is_wasted() {
        let mut state = 1u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for (symbols, limit) in [(19, 7), (30, 15), (286, 15)] {
            for _ in 0..200 {
                // Each is up to twice as rare as the next: without a limit, codes would be as long as there are symbols.
                let frequencies: Vec<u32> = (0..symbols).map(|symbol| next(3) << (symbol % 14) >> next(2)).collect();
                let (lengths, _) = lengths(&frequencies, limit);
                assert!(lengths.iter().all(|length| *length <= limit), "{frequencies:?}");
                assert_eq!(taken(&lengths, limit), 1 << limit, "{frequencies:?}");
                for (frequency, length) in frequencies.iter().zip(&lengths) {
                    assert!(*frequency == 0 || *length > 0, "{frequencies:?}");
                }
            }
        }
        let steep: Vec<u32> = (0..14).map(|symbol| 1 << symbol).collect();
        assert_eq!(lengths(&steep, 7).0.iter().max(), Some(&7));
    }
}
