//! How long it takes to list the files of a function: the one in target/real-engine, which `scripts/real-engine` makes.

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::bundle::{TraceOptions, trace};
use nowcheck::platform::trace_profile::NFT_1_11_5;

fn main() {
    divan::main();
}

#[divan::bench]
fn express_and_a_client(bencher: divan::Bencher) {
    let base: Utf8PathBuf = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("target/real-engine");
    if !base.join("index.js").is_file() {
        return;
    }
    let entries = [base.join("index.js")];
    bencher.bench(|| trace(&RealFs, &entries, &TraceOptions::new(&base, NFT_1_11_5)));
}
