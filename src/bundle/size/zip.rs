//! The layout of the archive that the platform's builder writes: how many bytes stand around the compressed data.
//!
//! The builder uses yazl 2.5.1: every entry deflated, no extra fields, names in UTF-8. The formula was checked to the byte on four applications.

/// The end record of an archive.
const END: u64 = 22;
/// What is added to the end of an archive of 65,535 entries and more, or beyond 4 GB: the zip64 end record and its locator.
const ZIP64_END: u64 = 56 + 20;
/// Local header (30), data descriptor (16) and central record (46) of a file, whose length is not known in advance.
const FILE: u64 = 30 + 16 + 46;
/// Local header and central record of a link, whose data is known in advance.
const LINK: u64 = 30 + 46;

/// What an archive has for a file besides its compressed data. The name stands in it twice.
pub fn file_overhead(name: &str) -> u64 {
    FILE + 2 * name.len() as u64
}

/// What an archive has for a symbolic link besides its compressed data.
pub fn link_overhead(name: &str) -> u64 {
    LINK + 2 * name.len() as u64
}

/// The most that an archive of `files` can be larger than their sum: data that does not deflate is stored with 5 bytes for each 64 KB.
pub fn overhead(files: &[super::BundleFile]) -> u64 {
    files.iter().map(|file| file_overhead(&file.name) + 5).sum::<u64>() + END + ZIP64_END
}

/// The length of an archive of `entries` entries that take `bytes` bytes with their overhead.
pub fn archive(entries: usize, bytes: u64) -> u64 {
    let zip64 = entries >= 0xffff || bytes >= u64::from(u32::MAX);
    bytes + END + if zip64 { ZIP64_END } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_that_of_the_builders_archives() {
        // yazl 2.5.1 writes 132 bytes for one empty file called "index.js" (2 bytes of deflate).
        assert_eq!(archive(1, file_overhead("index.js") + 2), 132);
        assert_eq!(link_overhead("é") - link_overhead(""), 4);
        assert_eq!(archive(0, 0), 22);
        assert_eq!(archive(70_000, 0), 98);
    }
}
