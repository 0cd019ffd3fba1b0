//! Deflated lengths, to the byte, against those of Node's zlib.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may, and a skip is printed")]

use std::process::Command;

use camino::Utf8Path;
use nowcheck::base::RealFs;
use nowcheck::bundle::{BundleFile, measure, zip};

/// What scripts/peer-deflate.mjs says of one made-up content: kind, seed, length, deflated length.
type Case = (String, u32, usize, u64);

/// Numbers that look random, the same ones as the script's.
fn random(seed: u32) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    }
}

/// The same content as the script's.
fn content(kind: &str, seed: u32, length: usize) -> Vec<u8> {
    let mut next = random(seed);
    let mut bytes: Vec<u8> = Vec::with_capacity(length + 1024);
    let mut sums = vec![1];
    let (mut weight, mut before) = (1, 1);
    while sums.len() < 22 {
        sums.push(sums[sums.len() - 1] + weight);
        (weight, before) = (weight + before, weight);
    }
    let period = if kind == "window" { 32_500 + next(16) } else { 0 };
    while bytes.len() < length {
        let filled = bytes.len();
        match kind {
            "zeros" => bytes.push(0),
            "noise" => bytes.push(next(256) as u8),
            "text" => {
                let text = format!("function f{}(){{return {}}}\n", next(4096), next(65_536));
                bytes.extend_from_slice(text.as_bytes());
            }
            "steep" => {
                let at = next(sums[sums.len() - 1]);
                bytes.push(sums.iter().position(|sum| at < *sum).unwrap() as u8);
            }
            "mixed" if filled == 0 || next(2) == 0 => {
                let count = 1 + next(12);
                bytes.extend((0..count).map(|_| next(64) as u8));
            }
            "mixed" => {
                let distance = 1 + next(filled.min(40_000));
                let longest = if next(8) == 0 { 600 } else { 24 };
                let count = 1 + next(longest);
                bytes.extend_from_within(filled - distance..filled - distance + count.min(distance));
                (count.min(distance)..count).for_each(|at| bytes.push(bytes[filled - distance + at % distance]));
            }
            "window" if filled < period => bytes.push(next(256) as u8),
            "window" => bytes.push(bytes[filled - period]),
            _ => panic!("unknown kind {kind}"),
        }
    }
    bytes.truncate(length);
    bytes
}

fn deflated(path: &Utf8Path) -> u64 {
    let sizes = measure(&RealFs, &[BundleFile::disk(&RealFs, "it", path.to_owned())], true);
    sizes.files[0].zip_bytes.unwrap() - zip::file_overhead("it")
}

fn check(cases: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path()).unwrap().join("it");
    let mut count = 0;
    for line in cases.lines() {
        let (kind, seed, length, wanted): Case = serde_json::from_str(line).unwrap();
        std::fs::write(&path, content(&kind, seed, length)).unwrap();
        assert_eq!(deflated(&path), wanted, "{kind}, seed {seed}, {length} bytes");
        count += 1;
    }
    assert!(count > 200, "{count} cases");
}

#[test]
fn lengths_are_those_of_nodes_zlib() {
    let cases = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/deflate.ndjson")).unwrap();
    check(&cases);
}

/// The same of other contents, with the Node that is here.
#[test]
fn lengths_are_those_of_the_node_that_is_here() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/peer-deflate.mjs");
    let seed = (std::process::id() % 100_000).to_string();
    let Ok(output) = Command::new("node").args([script, "--generated", &seed]).output() else {
        assert_ne!(std::env::var("NOWCHECK_PEERS").as_deref(), Ok("required"), "node is needed");
        eprintln!("skipped: there is no node");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    check(&String::from_utf8(output.stdout).unwrap());
}
