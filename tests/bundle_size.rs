//! Sizes of functions, on disk and against the platform's own zip.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may, and a skip is printed")]

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::bundle::{BundleFile, FileSource, Sizes, measure};
use nowcheck::engine::EngineKind;
use support::engines::engine;

mod support;

const MB: usize = 1024 * 1024;

fn disk(name: &str, path: &Utf8Path) -> BundleFile {
    BundleFile::disk(&RealFs, name, path.to_owned())
}

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    (folder, path)
}

#[cfg(unix)]
#[test]
fn files_links_and_constants_are_each_counted_in_their_way() {
    let (_keep, root) = folder();
    std::fs::write(root.join("a.js"), "x".repeat(10_000)).unwrap();
    std::os::unix::fs::symlink("a.js", root.join("link.js")).unwrap();
    let files = [
        disk("a.js", &root.join("a.js")),
        disk("link.js", &root.join("link.js")),
        disk("also.js", &root.join("link.js")),
        BundleFile {
            name: "___now_launcher.js".to_owned(),
            source: FileSource::Sized { bytes: 1234, zip_bytes: 567 },
            mode: 0o644,
            metadata: None,
        },
    ];
    let sizes = measure(&RealFs, &files, true);
    // yazl 2.5.1 on Node 20 makes an archive of 341 bytes of the first three.
    assert_eq!(sizes.files.iter().take(3).filter_map(|file| file.zip_bytes).sum::<u64>() + 22, 341);
    assert_eq!(sizes.files[0].bytes, 10_000);
    assert_eq!((sizes.files[1].bytes, sizes.files[1].zip_bytes), (4, Some(76 + 14 + 6)));
    assert_eq!(sizes.files[2].zip_bytes, Some(76 + 14 + 6));
    assert_eq!((sizes.files[3].bytes, sizes.files[3].zip_bytes), (1234, Some(567 + 92 + 36)));
    assert_eq!(sizes.bytes, 10_000 + 4 + 4 + 1234);
    let sum: u64 = sizes.files.iter().filter_map(|file| file.zip_bytes).sum();
    assert_eq!(sizes.zip_bytes, Some(sum + 22));
    let unzipped = measure(&RealFs, &files, false);
    assert_eq!((unzipped.bytes, unzipped.zip_bytes), (sizes.bytes, None));
}

#[test]
fn what_cannot_be_read_is_named_and_counts_as_nothing() {
    let (_keep, root) = folder();
    std::fs::write(root.join("a.js"), "a").unwrap();
    std::fs::create_dir(root.join("folder")).unwrap();
    let files = [
        disk("gone.js", &root.join("gone.js")),
        disk("folder", &root.join("folder")),
        disk("a.js", &root.join("a.js")),
    ];
    let sizes = measure(&RealFs, &files, true);
    let names: Vec<_> = sizes.unreadable.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["gone.js", "folder"]);
    assert_eq!((sizes.bytes, sizes.files.len()), (1, 3));
    assert_eq!(sizes.zip_bytes, Some(22 + 92 + 8 + 3));
}

#[test]
fn large_files_are_measured_alike_alone_and_among_others_on_any_number_of_cores() {
    let (_keep, root) = folder();
    let mut files = Vec::new();
    for at in 0..3 {
        let path = root.join(format!("engine{at}"));
        std::fs::write(&path, engine("rhel-openssl-1.0.x", EngineKind::Library, (2 + at) * MB)).unwrap();
        files.push(disk(&format!("engine{at}"), &path));
    }
    for at in 0..200 {
        let path = root.join(format!("{at}.js"));
        std::fs::write(&path, format!("module.exports = {at};\n").repeat(at)).unwrap();
        files.push(disk(&format!("{at}.js"), &path));
    }
    let on = |threads: usize| -> Sizes {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| measure(&RealFs, &files, true))
    };
    let one = on(1);
    assert_eq!(one, on(4));
    assert_eq!(one.files[1], measure(&RealFs, &files[1..2], true).files[0]);
}

/// Every regular file and link of a real tree against yazl on Node, as the platform's builder uses it.
#[test]
fn the_platforms_zip_is_matched_to_the_byte() {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (Some(peer), Some(tree)) = (variable("NOWCHECK_ZIP_PEER"), variable("NOWCHECK_SIZE_TREE")) else {
        let required = variable("NOWCHECK_PEERS").is_some_and(|value| value == "required");
        assert!(!required, "NOWCHECK_ZIP_PEER must name the peer script and NOWCHECK_SIZE_TREE an installed tree");
        eprintln!("skipped: NOWCHECK_ZIP_PEER or NOWCHECK_SIZE_TREE is not set");
        return;
    };
    let root = Utf8PathBuf::from(tree);
    let files: Vec<BundleFile> = walkdir::WalkDir::new(&root)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok())
        .map(|path| disk(path.strip_prefix(&root).unwrap().as_str(), &path))
        .collect();
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    let (_keep, scratch) = folder();
    let list = scratch.join("list.json");
    std::fs::write(&list, serde_json::json!({ "files": names }).to_string()).unwrap();
    let output = Command::new("node").args([peer.as_str(), root.as_str(), list.as_str()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let truth: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let truth = truth["zip_bytes"].as_u64().unwrap();

    assert_eq!(measure(&RealFs, &files, true).zip_bytes, Some(truth), "{} files", files.len());
}
