//! Data from outside: the corpus that may lie beside the checkout, and its synthetic part, which is kept in `fixtures/`.

use std::fmt::Display;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// A file or folder of the corpus; `None`, said aloud, where the corpus is not there.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(name);
    if path.exists() {
        return Some(path);
    }
    assert_ne!(std::env::var("NOWCHECK_PEERS").as_deref(), Ok("required"), "{} is needed", path.display());
    say(format!("skipped: no {}", path.display()));
    None
}

/// The rows of `configs.ndjson` (real texts, never kept here) or `mutants.ndjson` (made-up ones, kept here), each with the official verdict.
pub(crate) fn rows(name: &str) -> Vec<Value> {
    match name {
        "mutants.ndjson" => unpacked(include_bytes!("../../fixtures/mutants.ndjson.gz")),
        name => path(name).map(|path| parsed(&std::fs::read_to_string(path).unwrap())).unwrap_or_default(),
    }
}

/// The rows of a fixture: lines of JSON, compressed.
pub(crate) fn unpacked(packed: &[u8]) -> Vec<Value> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    parsed(&text)
}

/// Lines of JSON.
pub(crate) fn parsed(lines: &str) -> Vec<Value> {
    lines.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Prints a line that is to be seen even when the test passes: the harness catches only what `println!` prints.
#[allow(clippy::explicit_write, reason = "the point is to pass by the harness")]
pub(crate) fn say(line: impl Display) {
    writeln!(io::stdout(), "{line}").unwrap();
}
