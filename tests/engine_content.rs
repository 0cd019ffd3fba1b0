//! What the bytes of engine files tell.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may, and a skip is printed")]

use camino::Utf8Path;
use nowcheck::base::RealFs;
use nowcheck::base::fs::MemoryFs;
use nowcheck::engine::content::TextKind;
use nowcheck::engine::name::file_name;
use nowcheck::engine::{
    EngineContent, EngineKind, EngineName, EngineProblem, Expectation, Format, Severity, inspect, problems,
};
use nowcheck::platform::runtimes::HostOs;
use nowcheck::platform::targets::{Arch, Libc, OpenSsl, Os, TARGETS, Target};
use support::engines::{COMMIT, Recipe, engine, universal};
use support::faults::Fault;

mod support;

/// The engine that `@prisma/internals@4.7.1` carries, named by an environment variable.
#[test]
fn a_real_engine_is_read_as_measured() {
    let Some(path) = std::env::var("NOWCHECK_REAL_ENGINE").ok().filter(|path| Utf8Path::new(path).is_file()) else {
        let required = std::env::var("NOWCHECK_PEERS").is_ok_and(|value| value == "required");
        assert!(!required, "NOWCHECK_REAL_ENGINE must name libquery_engine-debian-openssl-1.1.x.so.node of 4.7.1");
        eprintln!("skipped: NOWCHECK_REAL_ENGINE names no file");
        return;
    };
    let content = inspect(&RealFs, Utf8Path::new(&path)).unwrap();
    assert_eq!(content.format, Format::Elf);
    assert_eq!(content.archs, [Arch::X86_64]);
    assert_eq!(content.libc, Some(Libc::Glibc));
    assert_eq!(content.openssl, Some(OpenSsl::V1_1));
    assert_eq!(
        content.needed,
        [
            "libz.so.1",
            "libssl.so.1.1",
            "libcrypto.so.1.1",
            "libgcc_s.so.1",
            "librt.so.1",
            "libpthread.so.0",
            "libm.so.6",
            "libdl.so.2",
            "libc.so.6",
            "ld-linux-x86-64.so.2"
        ]
    );
    assert_eq!(content.glibc_need, Some((2, 18)));
    assert_eq!((content.is_shared, content.interpreter.as_deref(), content.exports_napi), (true, None, true));
    assert_eq!(content.commit.as_deref(), Some("272861e07ab64f234d3ffc4094e32bd61775599c"));
    assert_eq!(content.bytes, 41_348_872);
    // strip --strip-all left 28,413,656 bytes.
    assert!((12_900_000..12_940_000).contains(&content.strippable), "{}", content.strippable);
    assert!(content.debug_sections() && !content.truncated && content.unreadable.is_none());
    let judged = |file: &str| problems(&EngineName::parse(file).unwrap(), &content, &expectation());
    let (need, host) = ((2, 18), HostOs::AmazonLinux1);
    let right = judged("libquery_engine-debian-openssl-1.1.x.so.node");
    let strippable = EngineProblem::Strippable { bytes: content.strippable };
    assert_eq!(right, [EngineProblem::GlibcTooNew { need, host }, strippable]);
    assert!(right.iter().all(|problem| problem.severity() == Severity::Info));
    let renamed = judged("libquery_engine-rhel-openssl-3.0.x.so.node");
    assert!(renamed.iter().any(|problem| matches!(problem, EngineProblem::WrongOpenSsl { .. })), "{renamed:?}");
}

const MB: usize = 1024 * 1024;

fn content_of(bytes: &[u8], mode: u32) -> EngineContent {
    let mut fs = MemoryFs::new();
    fs.add("/e", bytes, mode);
    inspect(&fs, Utf8Path::new("/e")).unwrap()
}

fn judge(file: &str, bytes: &[u8], mode: u32, expectation: &Expectation) -> Vec<EngineProblem> {
    let name = EngineName::parse(file).unwrap_or_else(|| panic!("{file}"));
    problems(&name, &content_of(bytes, mode), expectation)
}

fn expectation() -> Expectation {
    Expectation { commit: Some(COMMIT.to_owned()), host: Some(HostOs::AmazonLinux1), modes_count: true }
}

fn kinds(target: &Target) -> Vec<EngineKind> {
    let mut kinds = vec![EngineKind::Binary];
    if target.library {
        kinds.push(EngineKind::Library);
    }
    kinds
}

#[test]
fn an_engine_of_every_target_fits_its_own_name() {
    for target in TARGETS {
        for kind in kinds(target) {
            let bytes = engine(target.name, kind, 2 * MB);
            let file = file_name(kind, target.name).unwrap();
            let content = content_of(&bytes, 0o755);
            assert_eq!(content.libc, target.libc, "{file}");
            assert_eq!(content.commit.as_deref(), Some(COMMIT), "{file}");
            assert_eq!(judge(&file, &bytes, 0o755, &expectation()), [], "{file}");
        }
    }
}

/// Whether a file for `target` cannot run where `other` is looked for.
fn fails(target: &Target, content: &EngineContent, other: &Target) -> bool {
    let openssl = content.openssl.is_some_and(|line| other.openssl.is_some_and(|wanted| wanted != line));
    let arch = match other.arch {
        Some(arch) => content.arch() != Some(arch),
        None => other.name.starts_with("linux-arm-") && content.arch() == Some(Arch::X86_64),
    };
    // A static engine runs on any Linux.
    let libc = matches!((target.libc, other.libc), (Some(one), Some(two)) if one != two)
        && target.libc != Some(Libc::Static)
        && other.libc != Some(Libc::Static);
    target.os != other.os || arch || libc || openssl
}

#[test]
fn an_engine_under_another_targets_name_is_found_out_where_it_would_fail() {
    // Nothing was ever published for a BSD, so nothing is claimed of their files.
    let known = || TARGETS.iter().filter(|target| matches!(target.os, Os::Linux | Os::Darwin | Os::Windows));
    for target in known() {
        for kind in kinds(target) {
            let content = content_of(&engine(target.name, kind, 1_100_000), 0o755);
            for other in known().filter(|other| kinds(other).contains(&kind)) {
                let name = EngineName::parse(&file_name(kind, other.name).unwrap()).unwrap();
                let found = problems(&name, &content, &expectation());
                let error = found.iter().any(|problem| problem.severity() == Severity::Error);
                let expected = fails(target, &content, other);
                assert_eq!(error, expected, "{} {kind:?} as {}: {found:?}", target.name, other.name);
            }
        }
    }
}

#[test]
fn the_tables_of_a_large_file_are_found_in_pieces() {
    let recipe =
        Recipe { debug: 3 * MB, glibc: "GLIBC_2.18", ..Recipe::new("rhel-openssl-3.0.x", EngineKind::Library, 9 * MB) };
    let bytes = recipe.build();
    assert_eq!(bytes.len(), 9 * MB);
    let content = content_of(&bytes, 0o644);
    assert_eq!(content.needed, recipe.needed());
    assert_eq!((content.glibc_need, content.strippable), (Some((2, 18)), 3 * MB as u64));
    assert_eq!((content.exports_napi, content.openssl), (true, Some(OpenSsl::V3_0)));
    let found = judge("libquery_engine-rhel-openssl-3.0.x.so.node", &bytes, 0o644, &expectation());
    assert!(found.iter().all(|problem| problem.severity() == Severity::Info), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn tables_in_unusual_places_are_found_too() {
    let recipe = Recipe { patched: true, ..Recipe::new("debian-openssl-1.1.x", EngineKind::Library, 3 * MB) };
    let content = content_of(&recipe.build(), 0o644);
    assert_eq!((content.needed, content.unreadable), (recipe.needed().into_iter().map(String::from).collect(), None));
    assert_eq!((content.exports_napi, content.glibc_need), (true, Some((2, 17))));
}

#[test]
fn files_that_are_no_engine_have_one_problem() {
    let good = engine("rhel-openssl-1.0.x", EngineKind::Library, 2 * MB);
    let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 41348872\n";
    let wrong = EngineProblem::WrongFormat { os: Os::Linux, found: Format::Unknown };
    for (bytes, expected) in [
        (&b""[..], EngineProblem::Empty),
        (lfs.as_bytes(), EngineProblem::Text(TextKind::LfsPointer)),
        (b"\n<!DOCTYPE html><title>403</title>", EngineProblem::Text(TextKind::Html)),
        (b"not found", EngineProblem::Text(TextKind::Other)),
        (b"\x1f\x8b\x08\0\0\0\0\0", EngineProblem::Gzip),
        (&good[..MB], EngineProblem::Truncated { bytes: MB as u64 }),
    ] {
        let found = judge("libquery_engine-rhel-openssl-1.0.x.so.node", bytes, 0o644, &expectation());
        assert_eq!(found, [expected]);
        assert!(!found[0].message().is_empty() && !found[0].help().is_empty());
    }
    assert!(judge("query-engine-rhel-openssl-1.0.x", b"\x00\x01\x02\x03", 0o755, &expectation()).contains(&wrong));
}

#[test]
fn single_faults_have_single_names() {
    let library = "libquery_engine-rhel-openssl-1.0.x.so.node";
    let good = Recipe::new("rhel-openssl-1.0.x", EngineKind::Library, 2 * MB);
    let other = "78a5df6def6943431f4c022e1428dbc3e833cf8e";
    let found = judge(library, &Recipe { commit: other.to_owned(), ..good.clone() }.build(), 0o644, &expectation());
    assert_eq!(found, [EngineProblem::OtherCommit { expected: COMMIT.to_owned(), found: Some(other.to_owned()) }]);
    assert_eq!(found[0].severity(), Severity::Warning);

    let found = judge(library, &Recipe { glibc: "GLIBC_2.28", ..good.clone() }.build(), 0o644, &expectation());
    assert_eq!(found, [EngineProblem::GlibcTooNew { need: (2, 28), host: HostOs::AmazonLinux1 }]);
    assert_eq!(found[0].severity(), Severity::Warning);

    let executable = engine("rhel-openssl-1.0.x", EngineKind::Binary, 2 * MB);
    assert_eq!(judge(library, &executable, 0o755, &expectation()), [EngineProblem::NotALibrary]);
    let found = judge("query-engine-rhel-openssl-1.0.x", &executable, 0o644, &expectation());
    assert_eq!(found, [EngineProblem::NoExecuteBit { mode: 0o644 }]);
    let found = judge("query-engine-rhel-openssl-1.0.x", &good.build(), 0o755, &expectation());
    assert_eq!(found, [EngineProblem::NotAnExecutable]);

    let small = engine("rhel-openssl-1.0.x", EngineKind::Library, 4096);
    assert_eq!(judge(library, &small, 0o644, &expectation()), [EngineProblem::TooSmall { bytes: small.len() as u64 }]);

    let vendored =
        Recipe { vendored: true, ..Recipe::new("debian-openssl-3.0.x", EngineKind::Library, 2 * MB) }.build();
    let found = judge("libquery_engine-debian-openssl-3.0.x.so.node", &vendored, 0o644, &expectation());
    assert_eq!(found, [EngineProblem::OpenSslLinkedIn]);
}

/// What a file with one fault is told to have, by the procedure alone.
fn expected(fault: Fault, target: &Target, kind: EngineKind, bytes: &[u8]) -> EngineProblem {
    let os = match target.os {
        Os::Linux => Format::MachO,
        _ => Format::Elf,
    };
    let arch = |arch: Arch| EngineProblem::WrongArch { expected: target.arch.unwrap_or(Arch::Arm), found: vec![arch] };
    match fault {
        Fault::Empty => EngineProblem::Empty,
        Fault::Truncated => EngineProblem::Truncated { bytes: bytes.len() as u64 },
        Fault::LfsPointer => EngineProblem::Text(TextKind::LfsPointer),
        Fault::Html => EngineProblem::Text(TextKind::Html),
        Fault::Text => EngineProblem::Text(TextKind::Other),
        Fault::Gzip => EngineProblem::Gzip,
        Fault::OtherOs => EngineProblem::WrongFormat { os: target.os, found: os },
        Fault::OtherArch if target.arch == Some(Arch::X86_64) => arch(Arch::Aarch64),
        Fault::OtherArch => arch(Arch::X86_64),
        Fault::OtherLibc if target.libc == Some(Libc::Musl) => {
            EngineProblem::WrongLibc { expected: Libc::Musl, found: Libc::Glibc }
        }
        Fault::OtherLibc => EngineProblem::WrongLibc { expected: target.libc.unwrap(), found: Libc::Musl },
        Fault::OtherOpenSsl => {
            let expected = target.openssl.unwrap();
            let (found, soname) = match expected {
                OpenSsl::V3_0 => (OpenSsl::V1_1, "libssl.so.1.1"),
                OpenSsl::V1_0 | OpenSsl::V1_1 => (OpenSsl::V3_0, "libssl.so.3"),
            };
            EngineProblem::WrongOpenSsl { expected, found, soname: soname.to_owned() }
        }
        Fault::NoNapi => EngineProblem::NotALibrary,
        Fault::OtherKind if kind == EngineKind::Library => EngineProblem::NotALibrary,
        Fault::OtherKind | Fault::PlainLibrary => EngineProblem::NotAnExecutable,
        Fault::NoExecuteBit => EngineProblem::NoExecuteBit { mode: 0o644 },
        Fault::SomeExecuteBits => EngineProblem::NoExecuteBit { mode: 0o744 },
        Fault::OtherCommit => {
            let found = Some(Fault::OTHER_COMMIT.to_owned());
            EngineProblem::OtherCommit { expected: COMMIT.to_owned(), found }
        }
        Fault::TooSmall => EngineProblem::TooSmall { bytes: bytes.len() as u64 },
        Fault::NewerGlibc => EngineProblem::GlibcTooNew { need: (2, 28), host: HostOs::AmazonLinux1 },
    }
}

#[test]
fn each_fault_of_each_target_is_told_and_nothing_else() {
    let mut faults = Vec::new();
    let mut count = 0;
    for target in TARGETS {
        for kind in kinds(target) {
            let name = file_name(kind, target.name).unwrap();
            for fault in Fault::ALL {
                let Some((bytes, mode)) = fault.file(target, kind) else { continue };
                count += 1;
                let found = judge(&name, &bytes, mode, &expectation());
                let wanted = expected(fault, target, kind, &bytes);
                if found != [wanted.clone()] {
                    faults.push(format!("{name} {fault:?}: {found:?}, not {wanted:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 900, "{count}");
}

/// Broken headers of every kind are described, never a panic.
#[test]
fn damaged_headers_never_panic() {
    for target in ["rhel-openssl-1.0.x", "linux-arm-openssl-3.0.x", "darwin-arm64", "windows"] {
        let good = engine(target, EngineKind::Library, 8192);
        let mut state = 7u32;
        for round in 0..4000u32 {
            let mut bytes = good.clone();
            for _ in 0..1 + round % 4 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let reach = if round % 2 == 0 { 512 } else { bytes.len() };
                let at = state as usize % reach;
                bytes[at] = (state >> 24) as u8;
            }
            if round % 7 == 0 {
                bytes.truncate(state as usize % bytes.len());
            }
            let file = file_name(EngineKind::Library, target).unwrap();
            for problem in judge(&file, &bytes, 0o644, &expectation()) {
                assert!(!problem.message().is_empty());
            }
        }
    }
}

/// A universal file: one slice for each processor.
#[test]
fn a_universal_file_serves_both_processors() {
    let mut file = universal(EngineKind::Library, MB);
    assert_eq!(content_of(&file, 0o644).archs, [Arch::X86_64, Arch::Aarch64]);
    for name in ["libquery_engine-darwin.dylib.node", "libquery_engine-darwin-arm64.dylib.node"] {
        assert_eq!(judge(name, &file, 0o644, &expectation()), [], "{name}");
    }
    let linux = judge("libquery_engine-linux-musl.so.node", &file, 0o644, &expectation());
    assert_eq!(linux, [EngineProblem::WrongFormat { os: Os::Linux, found: Format::MachO }]);
    file.truncate(MB);
    let cut = judge("libquery_engine-darwin.dylib.node", &file, 0o644, &expectation());
    assert_eq!(cut, [EngineProblem::Truncated { bytes: MB as u64 }]);
}
