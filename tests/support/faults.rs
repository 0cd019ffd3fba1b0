//! Each way in which an engine file can be wrong, applied to the right file of a target.

use nowcheck::engine::EngineKind;
use nowcheck::platform::targets::{Arch, Libc, OpenSsl, Os, Target};

use super::engines::Recipe;

/// Just above the size below which no file is an engine.
pub(crate) const BYTES: usize = (1 << 20) + 4096;

/// One thing wrong with an engine file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    Empty,
    Truncated,
    LfsPointer,
    Gzip,
    Html,
    Text,
    OtherOs,
    OtherArch,
    OtherLibc,
    OtherOpenSsl,
    /// A library without the function that Node calls.
    NoNapi,
    /// An executable under a library's name, or the reverse.
    OtherKind,
    /// A shared library that is none for Node, under an executable's name.
    PlainLibrary,
    NoExecuteBit,
    SomeExecuteBits,
    OtherCommit,
    TooSmall,
    NewerGlibc,
}

impl Fault {
    pub(crate) const ALL: [Self; 18] = [
        Self::Empty,
        Self::Truncated,
        Self::LfsPointer,
        Self::Gzip,
        Self::Html,
        Self::Text,
        Self::OtherOs,
        Self::OtherArch,
        Self::OtherLibc,
        Self::OtherOpenSsl,
        Self::NoNapi,
        Self::OtherKind,
        Self::PlainLibrary,
        Self::NoExecuteBit,
        Self::SomeExecuteBits,
        Self::OtherCommit,
        Self::TooSmall,
        Self::NewerGlibc,
    ];

    /// The commit of 3.5.0.
    pub(crate) const OTHER_COMMIT: &str = "78a5df6def6943431f4c022e1428dbc3e833cf8e";

    /// The content and mode of an engine file of that target and kind with this fault; none where it cannot have it.
    pub(crate) fn file(self, target: &Target, kind: EngineKind) -> Option<(Vec<u8>, u32)> {
        let is_library = kind == EngineKind::Library;
        let is_linux = target.os == Os::Linux;
        let mode = if is_library { 0o644 } else { 0o755 };
        let mut recipe = Recipe::new(target.name, kind, BYTES);
        let right = |mode: u32| Some((Recipe::new(target.name, kind, BYTES).build(), mode));
        let text = |text: &[u8]| Some((text.to_vec(), mode));
        match self {
            Self::Empty => return text(b""),
            Self::Truncated => {
                let mut bytes = recipe.build();
                bytes.truncate(BYTES / 2);
                return Some((bytes, mode));
            }
            Self::LfsPointer => {
                return text(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab29\nsize 41348872\n");
            }
            Self::Gzip => return text(b"\x1f\x8b\x08\0\0\0\0\0\0\x03packed"),
            Self::Html => return text(b"<!DOCTYPE html>\n<html><title>403 Forbidden</title></html>\n"),
            Self::Text => return text(b"not found\n"),
            Self::NoExecuteBit if !is_library && target.os != Os::Windows => return right(0o644),
            Self::SomeExecuteBits if !is_library && target.os != Os::Windows => return right(0o744),
            Self::NoExecuteBit | Self::SomeExecuteBits => return None,
            Self::OtherOs if is_linux => recipe.target.os = Os::Darwin,
            Self::OtherOs if matches!(target.os, Os::Darwin | Os::Windows) => recipe.target.os = Os::Linux,
            Self::OtherArch if target.arch == Some(Arch::X86_64) => recipe.target.arch = Some(Arch::Aarch64),
            Self::OtherArch if target.arch.is_some() || target.name.contains("arm") => {
                recipe.target.arch = Some(Arch::X86_64);
            }
            Self::OtherLibc if target.libc == Some(Libc::Musl) => recipe.target.libc = Some(Libc::Glibc),
            Self::OtherLibc if target.libc == Some(Libc::Glibc) => recipe.target.libc = Some(Libc::Musl),
            Self::OtherOpenSsl if is_linux => {
                recipe.vendored = false;
                recipe.target.openssl = Some(match target.openssl? {
                    OpenSsl::V3_0 => OpenSsl::V1_1,
                    OpenSsl::V1_0 | OpenSsl::V1_1 => OpenSsl::V3_0,
                });
            }
            Self::NoNapi if is_library && target.os != Os::Darwin => recipe.no_napi = true,
            Self::OtherKind if target.libc != Some(Libc::Static) => {
                recipe.kind = if is_library { EngineKind::Binary } else { EngineKind::Library };
            }
            Self::PlainLibrary if !is_library && target.libc != Some(Libc::Static) => {
                recipe.kind = EngineKind::Library;
                recipe.no_napi = true;
            }
            Self::OtherCommit => Self::OTHER_COMMIT.clone_into(&mut recipe.commit),
            Self::TooSmall => recipe.size = 64 << 10,
            Self::NewerGlibc if target.libc == Some(Libc::Glibc) => recipe.glibc = "GLIBC_2.28",
            _ => return None,
        }
        Some((recipe.build(), mode))
    }
}
