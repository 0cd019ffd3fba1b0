//! How long it takes to measure a function. Names of real trees come from the environment:
//! `NOWCHECK_REAL_ENGINE=/path/to/engine` and `NOWCHECK_SIZE_TREE=/path/to/folder` (everything in it but links is measured).

use camino::Utf8PathBuf;
use nowcheck::base::RealFs;
use nowcheck::bundle::{BundleFile, FileSource, measure};

fn main() {
    divan::main();
}

fn disk(root: &std::path::Path, path: &std::path::Path) -> Option<BundleFile> {
    let name = path.strip_prefix(root).ok()?.to_str()?.to_owned();
    let source = FileSource::Disk(Utf8PathBuf::from_path_buf(path.to_owned()).ok()?);
    Some(BundleFile { name, source, mode: 0o644, metadata: None })
}

fn files(variable: &str) -> Vec<BundleFile> {
    let Some(root) = std::env::var_os(variable).map(std::path::PathBuf::from) else {
        return Vec::new();
    };
    if root.is_file() {
        return disk(root.parent().unwrap_or(&root), &root).into_iter().collect();
    }
    let entries = walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_file()).filter_map(|entry| disk(&root, entry.path())).collect()
}

#[divan::bench(args = ["NOWCHECK_REAL_ENGINE", "NOWCHECK_SIZE_TREE"])]
fn unzipped(bencher: divan::Bencher, variable: &str) {
    let files = files(variable);
    bencher.bench(|| measure(&RealFs, &files, false));
}

#[divan::bench(args = ["NOWCHECK_REAL_ENGINE", "NOWCHECK_SIZE_TREE"], sample_count = 10)]
fn zipped(bencher: divan::Bencher, variable: &str) {
    let files = files(variable);
    bencher.bench(|| measure(&RealFs, &files, true));
}
