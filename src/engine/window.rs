//! The few parts of a large file that a header parser asks for, kept while the file streamed by.

use std::cell::Cell;
use std::ops::Range;

use object::ReadRef;

/// Parts of a file by offset. A read of something that was not kept fails and is remembered.
pub(super) struct Window {
    len: u64,
    parts: Vec<Part>,
    missed: Cell<bool>,
}

struct Part {
    range: Range<u64>,
    bytes: Vec<u8>,
}

impl Window {
    /// For a file of `len` bytes, keeping `head` bytes of its beginning.
    pub(super) fn new(len: u64, head: u64) -> Self {
        let mut window = Self { len, parts: Vec::new(), missed: Cell::new(false) };
        window.want(0..head);
        window
    }

    /// Keeps this range from now on; what lies beyond the end of the file is left out.
    pub(super) fn want(&mut self, range: Range<u64>) {
        let range = range.start..range.end.min(self.len);
        if range.start < range.end {
            self.parts.push(Part { range, bytes: Vec::new() });
        }
    }

    /// Takes what is wanted out of `bytes`, which stand at `offset` and follow what was seen before.
    pub(super) fn see(&mut self, offset: u64, bytes: &[u8]) {
        for part in &mut self.parts {
            // A part that was asked for too late stays incomplete.
            let next = part.range.start + part.bytes.len() as u64;
            if next < offset || next >= part.range.end {
                continue;
            }
            let start = (next - offset) as usize;
            let end = (part.range.end - offset).min(bytes.len() as u64) as usize;
            if let Some(found) = bytes.get(start..end) {
                part.bytes.extend_from_slice(found);
            }
        }
    }

    /// The first bytes of the file, as far as they were seen.
    pub(super) fn head(&self) -> &[u8] {
        self.parts.first().map_or(&[], |part| part.bytes.as_slice())
    }

    /// Whether a read failed although the file has those bytes.
    pub(super) fn missed(&self) -> bool {
        self.missed.get()
    }

    /// The bytes from `start` as far as one part has them.
    fn from(&self, start: u64) -> Option<&[u8]> {
        let holds = |part: &&Part| part.range.start <= start && start < part.range.start + part.bytes.len() as u64;
        let part = self.parts.iter().find(holds)?;
        part.bytes.get((start - part.range.start) as usize..)
    }

    fn miss<T>(&self, in_file: bool) -> Result<T, ()> {
        if in_file {
            self.missed.set(true);
        }
        Err(())
    }
}

impl<'a> ReadRef<'a> for &'a Window {
    fn len(self) -> Result<u64, ()> {
        Ok(self.len)
    }

    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'a [u8], ()> {
        if size == 0 {
            return Ok(&[]);
        }
        match self.from(offset).and_then(|bytes| bytes.get(..usize::try_from(size).ok()?)) {
            Some(found) => Ok(found),
            None => self.miss(offset.checked_add(size).is_some_and(|end| end <= self.len)),
        }
    }

    fn read_bytes_at_until(self, range: Range<u64>, delimiter: u8) -> Result<&'a [u8], ()> {
        let Some(bytes) = self.from(range.start) else {
            return self.miss(range.start < self.len);
        };
        let most = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        let seen = bytes.get(..most.min(bytes.len())).unwrap_or(bytes);
        match memchr::memchr(delimiter, seen) {
            Some(end) => Ok(seen.get(..end).unwrap_or(seen)),
            None => self.miss(seen.len() < most && range.start + (seen.len() as u64) < self.len),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_wanted_parts_are_kept_and_misses_are_told_from_ends() {
        let file: Vec<u8> = (0..100).collect();
        let mut window = Window::new(100, 10);
        window.want(55..65);
        for (at, chunk) in file.chunks(7).enumerate() {
            window.see(at as u64 * 7, chunk);
        }
        assert_eq!(window.head(), &file[..10]);
        assert_eq!((&window).read_bytes_at(56, 9), Ok(&file[56..65]));
        assert_eq!((&window).read_bytes_at_until(55..90, 60), Ok(&file[55..60]));
        assert_eq!((&window).read_bytes_at(95, 10), Err(()));
        assert!(!window.missed());
        assert_eq!((&window).read_bytes_at(60, 10), Err(()));
        assert!(window.missed());
    }
}
