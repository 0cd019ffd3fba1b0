//! Finds the commit id that an engine carries in its bytes.

use std::collections::BTreeSet;

const ID: usize = 40;
/// A run of this many hexadecimal digits is a SHA-256 or a table of digits.
const TOO_LONG: usize = 64;
/// How much text before a run is looked at.
const CONTEXT: usize = 24;
const MOST: usize = 64;

/// Collects runs of lower-case hexadecimal digits from a file that passes in pieces.
#[derive(Debug, Default)]
pub(super) struct CommitScan {
    found: Vec<Run>,
    compilers: BTreeSet<Vec<u8>>,
}

#[derive(Debug)]
struct Run {
    digits: Vec<u8>,
    rank: u32,
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl CommitScan {
    /// How many bytes of one piece must stand again at the beginning of the next.
    pub(super) const CARRY: usize = CONTEXT + TOO_LONG;

    /// Looks at one piece. `last` says that the file ends with it.
    ///
    /// A run of 40 covers a multiple of 32, so one byte in 32 is looked at.
    pub(super) fn see(&mut self, piece: &[u8], last: bool) {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            if !is_hex(byte) {
                at += 32;
                continue;
            }
            let start = piece.iter().take(at).rposition(|&byte| !is_hex(byte)).map_or(0, |before| before + 1);
            let rest = piece.get(at..).unwrap_or_default();
            let end = at + rest.iter().position(|&byte| !is_hex(byte)).unwrap_or(rest.len());
            if (ID..TOO_LONG).contains(&(end - start)) && (last || end < piece.len()) {
                let before = piece.get(start.saturating_sub(CONTEXT)..start).unwrap_or_default();
                self.take(before, piece.get(start..end).unwrap_or_default());
            }
            at = (end / 32 + 1) * 32;
        }
    }

    fn take(&mut self, before: &[u8], digits: &[u8]) {
        let id = digits.get(..ID).unwrap_or(digits);
        if before.ends_with(b"/rustc/") {
            if self.compilers.len() < MOST {
                self.compilers.insert(id.to_vec());
            }
            return;
        }
        let known = self.found.iter().any(|run| run.digits == digits);
        if !known && self.found.len() < MOST && is_random(id) {
            self.found.push(Run { digits: digits.to_vec(), rank: rank(before, digits) });
        }
    }

    /// All runs that may hold the id of the engine's commit, the compiler's own left out.
    pub(super) fn candidates(self) -> Candidates {
        let compilers = self.compilers;
        let mut runs = self.found;
        runs.retain(|run| !compilers.iter().any(|compiler| run.digits.starts_with(compiler)));
        runs.sort_by_key(|run| std::cmp::Reverse(run.rank));
        let best = match runs.as_slice() {
            [only] => Some(only),
            [first, second, ..] if first.rank > second.rank => Some(first),
            _ => None,
        };
        let text = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
        Candidates {
            commit: best.map(|run| text(run.digits.get(..ID).unwrap_or(&run.digits))),
            runs: runs.iter().map(|run| text(&run.digits)).collect(),
        }
    }
}

/// What a scan came to.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    /// The id, where one run stands out.
    pub(super) commit: Option<String>,
    /// Every run, likeliest first. A neighbouring string may have added digits at either end.
    pub(super) runs: Vec<String>,
}

/// Tables of digits such as `000102030405...` are no ids: a SHA-1 has letters and digits of nearly every kind.
fn is_random(id: &[u8]) -> bool {
    let letters = id.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let kinds: BTreeSet<u8> = id.iter().copied().collect();
    let repeats = id.windows(2).filter(|pair| pair.first() == pair.last()).count();
    (5..=30).contains(&letters) && kinds.len() >= 10 && repeats <= 10
}

fn rank(before: &[u8], digits: &[u8]) -> u32 {
    let says = |word: &[u8]| memchr::memmem::find(before, word).is_some();
    let named = says(b"commit") || says(b"version") || says(b"query-engine") || says(b"query_engine");
    2 * u32::from(named) + u32::from(digits.len() == ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID_A: &str = "272861e07ab64f234d3ffc4094e32bd61775599c";
    const RUSTC: &str = "a55dd71d5fb0ec5a6a3a9e8c27b2127ba491ce52";

    fn scan(text: &str, piece: usize) -> Candidates {
        let bytes = text.as_bytes();
        let mut scan = CommitScan::default();
        let mut at = 0;
        while at < bytes.len() {
            let end = (at + piece).min(bytes.len());
            scan.see(&bytes[at.saturating_sub(CommitScan::CARRY)..end], end == bytes.len());
            at = end;
        }
        scan.candidates()
    }

    #[test]
    fn the_engines_commit_is_told_from_the_compilers() {
        // The shapes of a real engine: neighbours without a separator, the compiler's id with and without its path.
        let text = format!(
            "x/rustc/{RUSTC}/library/core.rs commitversion{ID_A}0.1.0Failed, rustc ({RUSTC}2022-09-19)\
             000102030405060708091011121314151617181920 \0{}\0",
            "5d4c65779dab868b285519b19e4cf9d451d50c6048f06f653aa701ec212df45e"
        );
        for piece in [7, 40, 64, 97, 4096] {
            let found = scan(&text, piece);
            assert_eq!(found.commit.as_deref(), Some(ID_A), "pieces of {piece}");
            assert_eq!(found.runs.len(), 1, "{:?}", found.runs);
        }
    }

    #[test]
    fn two_equal_candidates_are_no_answer() {
        let other = "78a5df6def6943431f4c022e1428dbc3e833cf8e";
        let found = scan(&format!("\0{ID_A}\0{other}\0"), 4096);
        assert_eq!((found.commit, found.runs.len()), (None, 2));
    }
}
