//! The client is committed in an uploaded folder: its files decide.

use nowcheck::engine::EngineKind;

use super::photon::{TARGET, committed, engine_path};
use super::support::engines::Recipe;
use super::support::site::ENGINE_BYTES;

const NOTHING: [&str; 0] = [];
const BROKEN: &str = "error engine/broken-file generated/photon/runtime/query-engine-linux-glibc-libssl1.0.1";

#[test]
fn the_right_engine_is_silent() {
    let site = committed(TARGET);
    site.engine(&engine_path(TARGET), TARGET, EngineKind::Binary);
    assert_eq!(site.found(), NOTHING);
}

#[test]
fn the_engine_is_missing() {
    let site = committed(TARGET);
    assert_eq!(
        site.found(),
        ["error engine/missing generated/photon/index.js:6:23 runtime/query-engine-linux-glibc-libssl1.0.1"]
    );
    insta::assert_snapshot!(site.words("engine/missing"), @r#"
    generated/photon is shipped as it lies here, and it holds no query engine: the first query fails
    help: add "linux-glibc-libssl1.0.1" to the targets of the generator, generate, and commit the engine file; or let the platform generate: a generator whose `output` is this folder, and a "postinstall" script
    "#);
}

#[test]
fn the_engine_is_there_but_not_shipped() {
    const MISSING: &str =
        "error engine/missing generated/photon/index.js:6:23 runtime/query-engine-linux-glibc-libssl1.0.1";
    let site = committed(TARGET);
    site.engine(&engine_path(TARGET), TARGET, EngineKind::Binary).write(".nowignore", "query-engine-*\n");
    assert_eq!(site.found(), [MISSING]);
    insta::assert_snapshot!(site.words("engine/missing"), @r#"
    generated/photon is shipped without its query engine, which .nowignore keeps from being uploaded: the first query fails
    help: take the engine out of .nowignore
    "#);
    // What an interrupted download left behind is no engine.
    site.remove(".nowignore").rename(&engine_path(TARGET), &format!("{}.tmp", engine_path(TARGET)));
    assert_eq!(site.found(), [MISSING]);
}

#[test]
fn the_engine_is_named_for_another_system() {
    for target in ["darwin", "linux-glibc-libssl1.1.0"] {
        let site = committed(target);
        site.engine(&engine_path(target), target, EngineKind::Binary);
        assert_eq!(
            site.found(),
            [format!("error engine/wrong-target generated/photon/runtime/query-engine-{target}")],
            "{target}"
        );
    }
    let site = committed("darwin");
    site.engine(&engine_path("darwin"), "darwin", EngineKind::Binary);
    insta::assert_snapshot!(site.words("engine/wrong-target"), @r#"
    the client is shipped with the query engine for darwin, but the function looks for "linux-glibc-libssl1.0.1": the first query fails (nodejs8.10 runs on Amazon Linux 1; Photon's documentation names this target for it)
    help: add "linux-glibc-libssl1.0.1" to the targets of the generator, generate again, and commit the engine
    "#);
}

#[test]
fn the_right_name_holds_another_system() {
    let other = |target| Recipe::new(target, EngineKind::Binary, ENGINE_BYTES).build();
    let (site, mut words) = (committed(TARGET), Vec::new());
    for target in ["darwin", "windows", "linux-glibc-libssl1.1.0", "linux-musl", "linux-arm64-openssl-1.0.x"] {
        site.write(&engine_path(TARGET), other(target)).mode(&engine_path(TARGET), 0o755);
        assert_eq!(site.found(), [BROKEN], "{target}");
        words.push(format!("{target}: {}", site.words("engine/broken-file")));
    }
    insta::assert_snapshot!(words.join("\n"), @r#"
    darwin: the name promises Linux, but the file is a Mach-O file (macOS): it cannot be loaded there
    help: delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again
    windows: the name promises Linux, but the file is a PE file (Windows): it cannot be loaded there
    help: delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again
    linux-glibc-libssl1.1.0: the name promises OpenSSL 1.0.x, but the file needs OpenSSL 1.1.x (libssl.so.1.1), which a system with 1.0.x does not have
    help: delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again
    linux-musl: the name promises glibc, but the file needs musl: its loader is missing there
    help: delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again
    linux-arm64-openssl-1.0.x: the name promises x86_64, but the file is for aarch64: it cannot be loaded there
    help: delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again
    "#);
}

#[test]
fn the_right_name_holds_no_engine() {
    let lfs = "version https://git-lfs.github.com/spec/v1\n\
               oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 20000000\n";
    let html = "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n";
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03rest of the download".as_slice();
    let (site, mut words) = (committed(TARGET), Vec::new());
    for (name, bytes) in [("empty", b"".as_slice()), ("lfs", lfs.as_bytes()), ("html", html.as_bytes()), ("gzip", gzip)]
    {
        site.write(&engine_path(TARGET), bytes).mode(&engine_path(TARGET), 0o755);
        assert_eq!(site.found(), [BROKEN], "{name}");
        words.push(format!("{name}: {}", site.words("engine/broken-file")));
    }
    insta::assert_snapshot!(words.join("\n"), @r#"
    empty: the file is empty: the download was interrupted
    help: delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again
    lfs: this is a Git LFS pointer, not the engine: the real file was never fetched
    help: run `git lfs pull`, or do not commit the engine and let the build generate it
    html: this is a web page saved under the engine's name: a mirror or proxy answered the download with an error page
    help: check PRISMA_ENGINES_MIRROR and the proxy, delete the file and run `prisma generate` again
    gzip: this is the compressed download, never unpacked: it cannot be loaded
    help: delete the file and run `prisma generate` again; a mirror must serve the .gz as a plain file
    "#);
}

#[cfg(unix)]
#[test]
fn the_engine_is_not_executable() {
    let site = committed(TARGET);
    site.engine(&engine_path(TARGET), TARGET, EngineKind::Binary).mode(&engine_path(TARGET), 0o644);
    assert_eq!(site.found(), [BROKEN]);
    insta::assert_snapshot!(site.words("engine/broken-file"), @r#"
    the file may not be executed (mode 644): the client tries to change that at start, which a function's read-only file system refuses
    help: run `chmod a+x` on it and commit the mode (`git update-index --chmod=+x`)
    "#);
}
