//! How long it takes to tell what an engine file is. Needs a real engine: `NOWCHECK_REAL_ENGINE=/path/to/libquery_engine-....so.node`.

use camino::Utf8PathBuf;
use nowcheck::base::RealFs;

fn main() {
    divan::main();
}

#[divan::bench]
fn inspect_real_engine(bencher: divan::Bencher) {
    let Some(path) = std::env::var_os("NOWCHECK_REAL_ENGINE") else {
        return;
    };
    let Ok(path) = Utf8PathBuf::try_from(std::path::PathBuf::from(path)) else {
        return;
    };
    bencher.bench(|| nowcheck::engine::inspect(&RealFs, &path));
}
