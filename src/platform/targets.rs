//! The target names of Prisma engines: what each one stands for, and in which versions it existed.
//!
//! Source: the `@prisma/get-platform` package, 60 versions from 0.0.0 (2019-07) to 7.10.1 (the list is unchanged since 5.9.0), the list of
//! files that the engine pipeline publishes, and the Photon documentation of 2019.

use std::fmt;

/// The operating system that an engine is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Os {
    /// Linux, whichever C library.
    Linux,
    /// macOS.
    Darwin,
    /// Windows.
    Windows,
    /// FreeBSD.
    FreeBsd,
    /// OpenBSD.
    OpenBsd,
    /// NetBSD.
    NetBsd,
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linux => "Linux",
            Self::Darwin => "macOS",
            Self::Windows => "Windows",
            Self::FreeBsd => "FreeBSD",
            Self::OpenBsd => "OpenBSD",
            Self::NetBsd => "NetBSD",
        })
    }
}

/// A processor family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arch {
    /// 64-bit Intel and AMD.
    X86_64,
    /// 64-bit ARM.
    Aarch64,
    /// 32-bit ARM.
    Arm,
    /// 32-bit Intel.
    X86,
}

impl Arch {
    /// The name in reports: `x86_64`, `aarch64`, `arm`, `x86`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Aarch64 => "aarch64",
            Self::Arm => "arm",
            Self::X86 => "x86",
        }
    }

    /// The word as configs write it: `x86_64`, `amd64`, `x64`, `arm64`, `aarch64`, `arm`, `ia32`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "x86_64" | "amd64" | "x64" => Some(Self::X86_64),
            "aarch64" | "arm64" => Some(Self::Aarch64),
            "arm" | "armv7l" => Some(Self::Arm),
            "ia32" | "x86" | "i386" | "i686" => Some(Self::X86),
            _ => None,
        }
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The C library that a Linux engine needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Libc {
    /// GNU libc: Debian, Ubuntu, Red Hat, Amazon Linux.
    Glibc,
    /// musl: Alpine.
    Musl,
    /// None: everything is linked in.
    Static,
}

impl Libc {
    /// The name in reports: `glibc`, `musl`, `static`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Glibc => "glibc",
            Self::Musl => "musl",
            Self::Static => "static",
        }
    }
}

impl fmt::Display for Libc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A line of OpenSSL releases whose libraries have one binary interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OpenSsl {
    /// 1.0.x: `libssl.so.10` on Red Hat, `libssl.so.1.0.0` or `1.0.2` on Debian.
    V1_0,
    /// 1.1.x: `libssl.so.1.1`.
    V1_1,
    /// 3.x: `libssl.so.3`.
    V3_0,
}

impl OpenSsl {
    /// The name as targets write it: `1.0.x`, `1.1.x`, `3.0.x`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0.x",
            Self::V1_1 => "1.1.x",
            Self::V3_0 => "3.0.x",
        }
    }

    /// The line that a shared library's name stands for: `libssl.so.1.1`, `libcrypto.so.10`.
    pub fn of_soname(soname: &str) -> Option<Self> {
        let version = soname.strip_prefix("libssl.so.").or_else(|| soname.strip_prefix("libcrypto.so."))?;
        match version {
            "3" => Some(Self::V3_0),
            "1.1" => Some(Self::V1_1),
            "10" => Some(Self::V1_0),
            _ if version.starts_with("1.0") => Some(Self::V1_0),
            _ if version.starts_with("1.1") => Some(Self::V1_1),
            _ if version.starts_with("3.") => Some(Self::V3_0),
            _ => None,
        }
    }
}

impl fmt::Display for OpenSsl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One target name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// As it stands in `binaryTargets` and in file names.
    pub name: &'static str,
    /// The operating system.
    pub os: Os,
    /// The processor; `None` where the name leaves it open.
    pub arch: Option<Arch>,
    /// The C library; `None` outside Linux.
    pub libc: Option<Libc>,
    /// The OpenSSL line; `None` where the system has no say in it.
    pub openssl: Option<OpenSsl>,
    /// First package version whose code knew the name.
    pub since: &'static str,
    /// Last package version that knew it; `None` while current, and for names that only documentation ever had.
    pub until: Option<&'static str>,
    /// Whether files were published for download.
    pub prebuilt: bool,
    /// Whether a Node-API library exists, not only an executable.
    pub library: bool,
    /// Whether the code of any version accepted it. False for names that only the documentation of 2019 listed.
    pub in_code: bool,
}

/// The placeholder for "the machine that generate runs on". It is never part of a file name.
pub const NATIVE: &str = "native";

const fn linux(name: &'static str, arch: Arch, libc: Libc, openssl: Option<OpenSsl>, since: &'static str) -> Target {
    Target {
        name,
        os: Os::Linux,
        arch: Some(arch),
        libc: Some(libc),
        openssl,
        since,
        until: None,
        prebuilt: true,
        library: true,
        in_code: true,
    }
}

/// A Photon name: executables only, replaced in 2.0.0-preview017.
const fn photon(name: &'static str, libc: Libc, openssl: OpenSsl, in_code: bool) -> Target {
    let target = linux(name, Arch::X86_64, libc, Some(openssl), "0.0.0");
    let until = if in_code { Some("2.0.0-preview016.2") } else { None };
    Target { until, library: false, in_code, ..target }
}

/// A name that the code knows and for which nothing was ever published.
const fn unpublished(
    name: &'static str,
    os: Os,
    arch: Option<Arch>,
    libc: Option<Libc>,
    since: &'static str,
) -> Target {
    Target { name, os, arch, libc, openssl: None, since, until: None, prebuilt: false, library: true, in_code: true }
}

const fn desktop(name: &'static str, os: Os, arch: Arch, since: &'static str) -> Target {
    Target { prebuilt: true, ..unpublished(name, os, Some(arch), None, since) }
}

const fn until(target: Target, last: &'static str) -> Target {
    Target { until: Some(last), ..target }
}

const fn without_files(target: Target) -> Target {
    Target { prebuilt: false, ..target }
}

const fn executable_only(target: Target) -> Target {
    Target { library: false, ..target }
}

const PREVIEW_017: &str = "2.0.0-preview017";
const BETA_4: &str = "2.0.0-beta.4";
const BETA_5: &str = "2.0.0-beta.5";

/// Every target name ever accepted or documented, oldest first.
pub const TARGETS: &[Target] = {
    use Arch::{Aarch64, Arm, X86_64};
    use Libc::{Glibc, Musl, Static};
    use OpenSsl::{V1_0, V1_1, V3_0};
    &[
        desktop("darwin", Os::Darwin, X86_64, "0.0.0"),
        desktop("windows", Os::Windows, X86_64, "0.1.2"),
        photon("linux-glibc-libssl1.0.1", Glibc, V1_0, true),
        photon("linux-glibc-libssl1.0.2", Glibc, V1_0, true),
        photon("linux-glibc-libssl1.0.2-ubuntu1604", Glibc, V1_0, true),
        photon("linux-glibc-libssl1.1.0", Glibc, V1_1, true),
        photon("linux-glibc-libssl1.1.1", Glibc, V1_1, false),
        photon("linux-musl-libssl1.0.1", Musl, V1_0, false),
        photon("linux-musl-libssl1.0.2", Musl, V1_0, false),
        photon("linux-musl-libssl1.1.0", Musl, V1_1, false),
        photon("linux-musl-libssl1.1.1", Musl, V1_1, false),
        linux("debian-openssl-1.0.x", X86_64, Glibc, Some(V1_0), PREVIEW_017),
        linux("debian-openssl-1.1.x", X86_64, Glibc, Some(V1_1), PREVIEW_017),
        linux("rhel-openssl-1.0.x", X86_64, Glibc, Some(V1_0), PREVIEW_017),
        linux("rhel-openssl-1.1.x", X86_64, Glibc, Some(V1_1), PREVIEW_017),
        until(executable_only(linux("musl-openssl-1.0.x", X86_64, Musl, Some(V1_0), BETA_4)), BETA_4),
        until(executable_only(linux("musl-openssl-1.1.x", X86_64, Musl, Some(V1_1), BETA_4)), BETA_4),
        linux("linux-musl", X86_64, Musl, Some(V1_1), BETA_5),
        unpublished("linux-nixos", Os::Linux, None, Some(Glibc), BETA_5),
        until(unpublished("freebsd", Os::FreeBsd, None, None, BETA_5), "2.4.1"),
        unpublished("openbsd", Os::OpenBsd, None, None, BETA_5),
        unpublished("netbsd", Os::NetBsd, None, None, BETA_5),
        unpublished("arm", Os::Linux, Some(Arm), Some(Glibc), BETA_5),
        unpublished("freebsd11", Os::FreeBsd, None, None, "2.5.0"),
        unpublished("freebsd12", Os::FreeBsd, None, None, "2.5.0"),
        // Until 3.1 the detection gave these two names to 64-bit ARM machines; the processor is left open for that reason.
        Target { arch: None, ..without_files(linux("linux-arm-openssl-1.0.x", Arm, Glibc, Some(V1_0), "2.14.0")) },
        Target { arch: None, ..without_files(linux("linux-arm-openssl-1.1.x", Arm, Glibc, Some(V1_1), "2.14.0")) },
        desktop("darwin-arm64", Os::Darwin, Aarch64, "2.29.0"),
        linux("linux-arm64-openssl-1.0.x", Aarch64, Glibc, Some(V1_0), "3.1.1"),
        linux("linux-arm64-openssl-1.1.x", Aarch64, Glibc, Some(V1_1), "3.1.1"),
        linux("debian-openssl-3.0.x", X86_64, Glibc, Some(V3_0), "3.13.0"),
        linux("rhel-openssl-3.0.x", X86_64, Glibc, Some(V3_0), "3.13.0"),
        linux("linux-arm64-openssl-3.0.x", Aarch64, Glibc, Some(V3_0), "3.13.0"),
        without_files(linux("linux-arm-openssl-3.0.x", Arm, Glibc, Some(V3_0), "3.13.0")),
        unpublished("freebsd13", Os::FreeBsd, None, None, "3.14.0"),
        linux("linux-musl-openssl-3.0.x", X86_64, Musl, Some(V3_0), "4.8.0"),
        linux("linux-musl-arm64-openssl-1.1.x", Aarch64, Musl, Some(V1_1), "4.10.0"),
        linux("linux-musl-arm64-openssl-3.0.x", Aarch64, Musl, Some(V3_0), "4.10.0"),
        executable_only(linux("linux-static-x64", X86_64, Static, None, "4.16.0")),
        executable_only(linux("linux-static-arm64", Aarch64, Static, None, "4.16.0")),
        unpublished("freebsd14", Os::FreeBsd, None, None, "5.9.0"),
        unpublished("freebsd15", Os::FreeBsd, None, None, "5.9.0"),
    ]
};

/// The target of that exact name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_agree_with_their_fields() {
        for (at, target) in TARGETS.iter().enumerate() {
            assert_eq!(TARGETS.iter().position(|other| other.name == target.name), Some(at), "{}", target.name);
            assert_eq!(target.name.contains("musl"), target.libc == Some(Libc::Musl), "{}", target.name);
            assert_eq!(target.name.contains("arm64"), target.arch == Some(Arch::Aarch64), "{}", target.name);
            for line in [OpenSsl::V1_0, OpenSsl::V1_1, OpenSsl::V3_0] {
                if target.name.ends_with(line.as_str()) {
                    assert_eq!(target.openssl, Some(line), "{}", target.name);
                }
            }
        }
        assert_eq!(TARGETS.iter().filter(|target| !target.in_code).count(), 5);
        assert!(find(NATIVE).is_none() && find("lambda").is_none());
    }

    #[test]
    fn sonames_tell_the_openssl_line() {
        assert_eq!(OpenSsl::of_soname("libssl.so.10"), Some(OpenSsl::V1_0));
        assert_eq!(OpenSsl::of_soname("libssl.so.1.0.0"), Some(OpenSsl::V1_0));
        assert_eq!(OpenSsl::of_soname("libssl.so.1.1"), Some(OpenSsl::V1_1));
        assert_eq!(OpenSsl::of_soname("libcrypto.so.3"), Some(OpenSsl::V3_0));
        assert_eq!(OpenSsl::of_soname("libssl3.so"), None);
        assert_eq!(OpenSsl::of_soname("libz.so.1"), None);
    }
}
