//! What a query engine weighs, where none lies here to be measured.
//!
//! Source: threads in which people list their functions (prisma 2.0 to 4.14), and three engines of official packages, 3.5 to 4.7, that were measured: zipped they
//! come to 0.34 to 0.35 of themselves. Of 5 and 6 only ranges are known, of which the low end stands here. So a figure of this table is never an error.

use crate::base::bytes::MB;

/// From which version (major, minor) on an engine weighs about so much, unpacked.
const SIZES: &[((u64, u64), u64)] = &[
    ((0, 0), 12 * MB),
    ((2, 7), 22 * MB),
    ((2, 18), 25 * MB),
    ((2, 22), 43 * MB),
    ((3, 4), 41 * MB),
    ((4, 8), 17 * MB),
    ((5, 0), 14 * MB),
];

/// From 7 on there is none.
const NONE_SINCE: u64 = 7;

/// What the engine of a version weighs, about, unpacked and zipped.
pub fn usual((major, minor): (u64, u64)) -> (u64, u64) {
    let known = SIZES.iter().rev().find(|(since, _)| *since <= (major, minor)).filter(|_| major < NONE_SINCE);
    let bytes = known.map_or(0, |(_, bytes)| *bytes);
    (bytes, bytes * 7 / 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_that_were_seen() {
        // Unpacked and compressed, as measured or told: within a fifth.
        for (version, bytes, zipped) in [
            ((2, 22), 45_213_280, 16_100_000),
            ((3, 5), 40_732_328, 14_117_022),
            ((4, 7), 41_348_872, 14_690_872),
            ((4, 14), 17 * MB, 6 * MB),
        ] {
            let (told, told_zipped) = usual(version);
            assert!(told.abs_diff(bytes) < bytes / 5, "{version:?}: {told}");
            assert!(told_zipped.abs_diff(zipped) < zipped / 5, "{version:?}: {told_zipped}");
        }
        assert_eq!(usual((7, 1)), (0, 0));
    }
}
