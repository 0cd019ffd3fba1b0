//! Whether an engine file can do what its name promises.
//!
//! The procedure: magic, processor, kind, C library, OpenSSL, glibc, commit, size. A difference that rests on general knowledge alone
//! (what a host's glibc is, which soname a distribution uses) is a warning at most.

use super::content::{EngineContent, Format, TextKind};
use super::name::{EngineKind, EngineName};
use crate::base::bytes;
use crate::platform::runtimes::HostOs;
use crate::platform::targets::{Arch, Libc, OpenSsl, Os, Target};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It may fail.
    Warning,
    /// The engine cannot start.
    Error,
}

/// What the function expects of its engine, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The commit that the generated client names as its `engineVersion`.
    pub commit: Option<String>,
    /// The system that the function runs on.
    pub host: Option<HostOs>,
    /// Whether the permission bits that were read are those that the function will have (not so where the file system has none).
    pub modes_count: bool,
}

/// One thing that is wrong with an engine file, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineProblem {
    /// No byte in it.
    Empty,
    /// A Git LFS pointer, a page, or other text in place of the engine.
    Text(TextKind),
    /// A download that was never unpacked.
    Gzip,
    /// The file ends before its headers say so.
    Truncated {
        /// Its length.
        bytes: u64,
    },
    /// The headers make no sense.
    Unreadable {
        /// In the words of the parser.
        reason: String,
    },
    /// Another system's file format.
    WrongFormat {
        /// The system that the name promises.
        os: Os,
        /// What the file is.
        found: Format,
    },
    /// No WebAssembly where it should be.
    NotWasm {
        /// What the file is.
        found: Format,
    },
    /// Another processor.
    WrongArch {
        /// What the name promises.
        expected: Arch,
        /// What the file is for.
        found: Vec<Arch>,
    },
    /// The name says Node-API library, the file is none.
    NotALibrary,
    /// The name says executable, the file is a library.
    NotAnExecutable,
    /// An executable without the permission to run, or without it for some.
    NoExecuteBit {
        /// Its permission bits.
        mode: u32,
    },
    /// Another C library.
    WrongLibc {
        /// What the name promises.
        expected: Libc,
        /// What the file needs.
        found: Libc,
    },
    /// Another line of OpenSSL.
    WrongOpenSsl {
        /// What the name promises.
        expected: OpenSsl,
        /// What the file needs.
        found: OpenSsl,
        /// The library it names.
        soname: String,
    },
    /// The right line of OpenSSL under another distribution's library name.
    OtherSoname {
        /// The library it names.
        soname: String,
        /// The distribution that calls it so.
        distribution: &'static str,
    },
    /// A 3.0.x engine that does not ask the system for OpenSSL.
    OpenSslLinkedIn,
    /// It needs a newer glibc than the host is known to have.
    GlibcTooNew {
        /// What it needs.
        need: (u32, u32),
        /// Where it is to run.
        host: HostOs,
    },
    /// Built from another commit than the client expects.
    OtherCommit {
        /// What the client names.
        expected: String,
        /// What the file carries, where it is clear.
        found: Option<String>,
    },
    /// Far smaller than any query engine.
    TooSmall {
        /// Its length.
        bytes: u64,
    },
    /// It carries bytes that are never loaded.
    Strippable {
        /// How many.
        bytes: u64,
    },
}

/// Everything that is wrong with an engine of that name and content, worst cause first. Whether the name is the one that the runtime looks for
/// is the caller's question. A file that is no engine at all has that one problem only.
pub fn problems(name: &EngineName, content: &EngineContent, expectation: &Expectation) -> Vec<EngineProblem> {
    if let Some(problem) = broken(name, content) {
        return vec![problem];
    }
    let mut found = Vec::new();
    if let Some(target) = name.target {
        let fits = format_and_arch(target, content, &mut found);
        if fits {
            kind(name.kind, content, &mut found);
            libraries(target, content, &mut found);
        }
    } else {
        kind(name.kind, content, &mut found);
    }
    if name.kind.is_executable()
        && expectation.modes_count
        && content.mode & 0o111 != 0o111
        && content.format != Format::Pe
    {
        found.push(EngineProblem::NoExecuteBit { mode: content.mode });
    }
    host(content, expectation, &mut found);
    if matches!(name.kind, EngineKind::Binary | EngineKind::Library) {
        if content.bytes < bytes::MB {
            found.push(EngineProblem::TooSmall { bytes: content.bytes });
        }
        if content.debug_sections() {
            found.push(EngineProblem::Strippable { bytes: content.strippable });
        }
    }
    found
}

/// What makes every further question pointless.
fn broken(name: &EngineName, content: &EngineContent) -> Option<EngineProblem> {
    match content.format {
        Format::Empty => return Some(EngineProblem::Empty),
        // Prisma 7 ships its compilers as base64 text in JavaScript.
        Format::Text(TextKind::Other) if name.kind == EngineKind::Wasm => return None,
        Format::Text(kind) => return Some(EngineProblem::Text(kind)),
        Format::Gzip => return Some(EngineProblem::Gzip),
        _ => {}
    }
    if content.truncated {
        return Some(EngineProblem::Truncated { bytes: content.bytes });
    }
    if let Some(reason) = &content.unreadable {
        return Some(EngineProblem::Unreadable { reason: reason.clone() });
    }
    (name.kind == EngineKind::Wasm && content.format != Format::Wasm)
        .then_some(EngineProblem::NotWasm { found: content.format })
}

fn format_and_arch(target: &Target, content: &EngineContent, found: &mut Vec<EngineProblem>) -> bool {
    let expected = match target.os {
        Os::Darwin => Format::MachO,
        Os::Windows => Format::Pe,
        _ => Format::Elf,
    };
    if content.format != expected {
        found.push(EngineProblem::WrongFormat { os: target.os, found: content.format });
        return false;
    }
    // The names `linux-arm-*` leave open whether 32 or 64 bits.
    let (archs, first): (&[Arch], _) = match target.arch {
        Some(arch) => (&[arch], arch),
        None if target.name.starts_with("linux-arm-") => (&[Arch::Arm, Arch::Aarch64], Arch::Arm),
        None => return true,
    };
    let fits = content.archs.iter().any(|arch| archs.contains(arch));
    if !fits {
        found.push(EngineProblem::WrongArch { expected: first, found: content.archs.clone() });
    }
    fits
}

/// An executable of Linux may be a shared object too; then it asks for a loader, unless everything is linked in.
fn kind(kind: EngineKind, content: &EngineContent, found: &mut Vec<EngineProblem>) {
    let (library, executable) = match content.format {
        Format::Elf => {
            let has_loader = content.interpreter.is_some() || content.libc == Some(Libc::Static);
            (content.is_shared && content.exports_napi, !content.is_shared || has_loader)
        }
        // The names of exports stand whole in a DLL; a dylib may keep them in pieces.
        Format::Pe => (content.is_shared && content.exports_napi, !content.is_shared),
        Format::MachO => (content.is_shared, !content.is_shared),
        _ => return,
    };
    if kind == EngineKind::Library && !library {
        found.push(EngineProblem::NotALibrary);
    }
    if kind.is_executable() && !executable {
        found.push(EngineProblem::NotAnExecutable);
    }
}

fn libraries(target: &Target, content: &EngineContent, found: &mut Vec<EngineProblem>) {
    if let (Some(expected), Some(actual)) = (target.libc, content.libc)
        && expected != actual
        && actual != Libc::Static
    {
        found.push(EngineProblem::WrongLibc { expected, found: actual });
        return;
    }
    let soname = content.needed.iter().find(|soname| OpenSsl::of_soname(soname).is_some());
    match (target.openssl, content.openssl, soname) {
        (Some(expected), Some(actual), Some(soname)) if expected != actual => {
            found.push(EngineProblem::WrongOpenSsl { expected, found: actual, soname: soname.clone() });
        }
        (Some(OpenSsl::V1_0), _, Some(soname)) => other_soname(target, soname, found),
        (Some(OpenSsl::V3_0), None, _) => found.push(EngineProblem::OpenSslLinkedIn),
        _ => {}
    }
}

/// Red Hat calls OpenSSL 1.0's library `libssl.so.10`, Debian `libssl.so.1.0.0` or `1.0.2`.
fn other_soname(target: &Target, soname: &str, found: &mut Vec<EngineProblem>) {
    let red_hat = soname.ends_with(".so.10");
    let distribution = if red_hat { "Red Hat and Amazon Linux" } else { "Debian and Ubuntu" };
    if (target.name.starts_with("debian-") && red_hat) || (target.name.starts_with("rhel-") && !red_hat) {
        found.push(EngineProblem::OtherSoname { soname: soname.to_owned(), distribution });
    }
}

fn host(content: &EngineContent, expectation: &Expectation, found: &mut Vec<EngineProblem>) {
    if let (Some(need), Some(host)) = (content.glibc_need, expectation.host)
        && need > host.glibc()
    {
        found.push(EngineProblem::GlibcTooNew { need, host });
    }
    if let Some(expected) = &expectation.commit
        && matches!(content.format, Format::Elf | Format::MachO | Format::Pe)
        && !content.carries_commit(expected)
    {
        found.push(EngineProblem::OtherCommit { expected: expected.clone(), found: content.commit.clone() });
    }
}

impl EngineProblem {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::OtherSoname { .. } | Self::OpenSslLinkedIn | Self::OtherCommit { .. } => Severity::Warning,
            // Every Rust engine up to 4.7 needs one symbol of 2.18 that hosts with 2.17 do without.
            Self::GlibcTooNew { need: (2, 18), host } if host.glibc() == (2, 17) => Severity::Info,
            Self::GlibcTooNew { .. } => Severity::Warning,
            Self::WrongLibc { expected: Libc::Static, .. } => Severity::Warning,
            Self::Strippable { .. } => Severity::Info,
            // A deploy from git has all bits or none.
            Self::NoExecuteBit { mode } if mode & 0o111 != 0 => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// What is wrong, and why it matters.
    pub fn message(&self) -> String {
        match self {
            Self::Empty => "the file is empty: the download was interrupted".to_owned(),
            Self::Text(TextKind::LfsPointer) => {
                "this is a Git LFS pointer, not the engine: the real file was never fetched".to_owned()
            }
            Self::Text(TextKind::Html) => {
                "this is a web page saved under the engine's name: a mirror or proxy answered the download with an \
                 error page"
                    .to_owned()
            }
            Self::Text(TextKind::Other) => "this is a text file, not an engine".to_owned(),
            Self::Gzip => "this is the compressed download, never unpacked: it cannot be loaded".to_owned(),
            Self::Truncated { bytes } => {
                format!("the file is cut off after {} bytes: its headers speak of more", bytes::grouped(*bytes))
            }
            Self::Unreadable { reason } => format!("the file is damaged: {reason}"),
            Self::WrongFormat { os, found } => {
                format!("the name promises {os}, but the file is {}: it cannot be loaded there", format_name(*found))
            }
            Self::NotWasm { found } => {
                format!("the name promises WebAssembly, but the file is {}", format_name(*found))
            }
            Self::WrongArch { expected, found } => {
                let found: Vec<&str> = found.iter().map(|arch| arch.as_str()).collect();
                let found = if found.is_empty() { "another processor".to_owned() } else { found.join(" and ") };
                format!("the name promises {expected}, but the file is for {found}: it cannot be loaded there")
            }
            Self::NotALibrary => {
                "the name promises a Node-API library, but Node finds no module in this file: loading it fails".to_owned()
            }
            Self::NotAnExecutable => {
                "the name promises an executable, but the file is a library: starting it fails".to_owned()
            }
            Self::NoExecuteBit { mode } if mode & 0o111 != 0 => format!(
                "not everybody may execute the file (mode {mode:o}): the client tries to change that at start, which a \
                 function's read-only file system refuses. A deploy from git has all bits"
            ),
            Self::NoExecuteBit { mode } => format!(
                "the file may not be executed (mode {mode:o}): the client tries to change that at start, which a \
                 function's read-only file system refuses"
            ),
            Self::WrongLibc { expected, found } => {
                format!("the name promises {expected}, but the file needs {found}: its loader is missing there")
            }
            Self::WrongOpenSsl { expected, found, soname } => format!(
                "the name promises OpenSSL {expected}, but the file needs OpenSSL {found} ({soname}), which a system \
                 with {expected} does not have"
            ),
            Self::OtherSoname { soname, distribution } => format!(
                "the file needs {soname}, the name that {distribution} use for it: other systems may not have it"
            ),
            Self::OpenSslLinkedIn => {
                "the file does not ask for libssl.so.3, which engines for OpenSSL 3.0.x normally do: it may be built for \
                 another target"
                    .to_owned()
            }
            Self::GlibcTooNew { need, host } => format!(
                "the file needs glibc {}.{}, and {host} is known to have {}.{}",
                need.0,
                need.1,
                host.glibc().0,
                host.glibc().1
            ),
            Self::OtherCommit { expected, found: Some(found) } => {
                format!("the engine was built from {found}, but the client was generated for {expected}")
            }
            Self::OtherCommit { expected, found: None } => {
                format!("the client was generated for the engine {expected}, and that id is not in this file")
            }
            Self::TooSmall { bytes } => format!(
                "{} bytes are too few for a query engine, which has 10 MB and more: the file is not complete",
                bytes::grouped(*bytes)
            ),
            Self::Strippable { bytes } => {
                format!("{} of the file are debug information that is never loaded", bytes::human(*bytes))
            }
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Text(TextKind::LfsPointer) => {
                "run `git lfs pull`, or do not commit the engine and let the build generate it"
            }
            Self::Text(TextKind::Html) => {
                "check PRISMA_ENGINES_MIRROR and the proxy, delete the file and run `prisma generate` again"
            }
            Self::Gzip => {
                "delete the file and run `prisma generate` again; a mirror must serve the .gz as a plain file"
            }
            Self::NoExecuteBit { .. } => "run `chmod a+x` on it and commit the mode (`git update-index --chmod=+x`)",
            Self::OtherCommit { .. } => {
                "install the same version of `prisma` and `@prisma/client` and run `prisma generate` again"
            }
            Self::Strippable { .. } => {
                "run `strip` on the engine after generate, or move to Prisma 4.8 or later, which ships it stripped"
            }
            Self::GlibcTooNew { .. } => "use an engine for the function's own target, as generated by Prisma",
            _ => {
                "delete the file, list the function's target in the generator (`binaryTargets`; `platforms` in Photon), and generate again"
            }
        }
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Elf => "an ELF file (Linux)",
        Format::MachO => "a Mach-O file (macOS)",
        Format::Pe => "a PE file (Windows)",
        Format::Wasm => "WebAssembly",
        _ => "of no known format",
    }
}
