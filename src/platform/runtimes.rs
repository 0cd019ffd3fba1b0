//! Function runtimes, the operating systems below them, and the engine target that a client looks for there.
//!
//! Source: the documentation of Photon (2019) and of Prisma's Lambda, Vercel and Netlify guides, the detection code in `@prisma/get-platform`,
//! the build code in vercel/vercel, and AWS's list of Lambda runtimes. Collected 2026-11. glibc versions of hosts are general knowledge.

use std::fmt;

use super::builder_use::BuilderUse;
use super::node_versions::{self, Choice};
use super::targets::{Arch, Libc, OpenSsl, Target, find};
use super::{Platform, now_node};

/// An operating system image that functions run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HostOs {
    /// Amazon Linux 2018.03.
    AmazonLinux1,
    /// Amazon Linux 2.
    AmazonLinux2,
    /// Amazon Linux 2023.
    AmazonLinux2023,
}

impl HostOs {
    /// The OpenSSL line that the image has.
    pub fn openssl(self) -> OpenSsl {
        match self {
            Self::AmazonLinux1 | Self::AmazonLinux2 => OpenSsl::V1_0,
            Self::AmazonLinux2023 => OpenSsl::V3_0,
        }
    }

    /// The C library. All images of Amazon Linux have glibc.
    pub fn libc(self) -> Libc {
        Libc::Glibc
    }

    /// The version of glibc; general knowledge, so a difference alone proves nothing.
    pub fn glibc(self) -> (u32, u32) {
        match self {
            Self::AmazonLinux1 => (2, 17),
            Self::AmazonLinux2 => (2, 26),
            Self::AmazonLinux2023 => (2, 34),
        }
    }
}

impl fmt::Display for HostOs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AmazonLinux1 => "Amazon Linux 1",
            Self::AmazonLinux2 => "Amazon Linux 2",
            Self::AmazonLinux2023 => "Amazon Linux 2023",
        })
    }
}

/// One runtime by its Lambda identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Runtime {
    /// Lambda's identifier: `nodejs20.x`.
    pub id: &'static str,
    /// The image.
    pub os: HostOs,
    /// The major version of Node; `None` for a bring-your-own runtime.
    pub node: Option<u32>,
    /// Whether it can run on 64-bit ARM.
    pub arm64: bool,
}

const fn node(id: &'static str, node: u32, os: HostOs) -> Runtime {
    Runtime { id, os, node: Some(node), arm64: node >= 12 }
}

/// Every runtime that a Node function of Now, Vercel, Lambda or Netlify has used.
pub const RUNTIMES: &[Runtime] = &[
    node("nodejs6.10", 6, HostOs::AmazonLinux1),
    node("nodejs8.10", 8, HostOs::AmazonLinux1),
    node("nodejs10.x", 10, HostOs::AmazonLinux2),
    node("nodejs12.x", 12, HostOs::AmazonLinux2),
    node("nodejs14.x", 14, HostOs::AmazonLinux2),
    node("nodejs16.x", 16, HostOs::AmazonLinux2),
    node("nodejs18.x", 18, HostOs::AmazonLinux2),
    node("nodejs20.x", 20, HostOs::AmazonLinux2023),
    node("nodejs22.x", 22, HostOs::AmazonLinux2023),
    node("nodejs24.x", 24, HostOs::AmazonLinux2023),
    Runtime { id: "provided", os: HostOs::AmazonLinux1, node: None, arm64: false },
    Runtime { id: "provided.al2", os: HostOs::AmazonLinux2, node: None, arm64: true },
    Runtime { id: "provided.al2023", os: HostOs::AmazonLinux2023, node: None, arm64: true },
];

/// The runtime of that identifier.
pub fn runtime(id: &str) -> Option<&'static Runtime> {
    RUNTIMES.iter().find(|runtime| runtime.id == id)
}

/// The runtime of that major version of Node.
pub fn runtime_of_node(major: u32) -> Option<&'static Runtime> {
    RUNTIMES.iter().find(|runtime| runtime.node == Some(major))
}

/// The runtime that a builder picks for `engines.node`. None where it stops with an error, or cannot be told.
///
/// On platform `now`, `@now/node` decides by its version (measured); elsewhere the newest major that is offered and meets the range counts. Other ones
/// end the build, so nothing is said of their functions.
pub fn chosen(platform: Platform, builder: &BuilderUse, engines: Option<&str>) -> Option<&'static Runtime> {
    if platform == Platform::Now {
        let id = match builder.name.as_deref() {
            Some("@now/node") => now_node::runtime(&now_node::resolve(&builder.version)?, engines).ok()?,
            Some("@now/python" | "@now/ruby" | "@now/go") => return None,
            _ => "nodejs8.10",
        };
        return runtime(id);
    }
    if builder.scope() == Some("now") {
        // Builders of 2018 to 2020 name runtimes that today's platform does not have.
        return None;
    }
    match node_versions::choose(engines.unwrap_or_default()) {
        Choice::Offered(offered) => runtime_of_node(offered.major),
        Choice::None | Choice::NoRange | Choice::Unknown => None,
    }
}

/// Versions of the client that name targets alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientEra {
    /// Up to 2.0.0-preview016.2: `linux-glibc-libssl*`.
    Photon,
    /// 2.0.0-preview017 to 3.1.0: `debian-*` and `rhel-*`; 64-bit ARM is called `linux-arm-*`.
    Named,
    /// 3.1.1 to 3.12: `linux-arm64-*`, no OpenSSL 3.
    Arm64,
    /// 3.13 to 6.x: OpenSSL 3.
    OpenSsl3,
    /// 7 and later: no engine file at all.
    NoEngine,
}

impl ClientEra {
    /// The era of a version such as `2.0.0-preview016.2`, `2.0.0-preview-12`, `4.7.1`. `None` when it is no version.
    pub fn of_version(version: &str) -> Option<Self> {
        let (numbers, label) =
            version.split_once('-').map_or((version, None), |(numbers, label)| (numbers, Some(label)));
        let mut numbers = numbers.split('.').map(str::parse::<u32>);
        let major = numbers.next()?.ok()?;
        let mut next = || numbers.next().and_then(Result::ok).unwrap_or(0);
        let (minor, patch) = (next(), next());
        let preview = label.and_then(|label| label.strip_prefix("preview")).map(|text| {
            let digits: String = text.trim_start_matches('-').chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().unwrap_or(0)
        });
        let is_alpha = label.is_some_and(|label| label.starts_with("alpha"));
        Some(match ((major, minor, patch), preview) {
            ((0 | 1, ..), _) | ((2, 0, 0), Some(..=16)) => Self::Photon,
            ((2, 0, 0), None) if is_alpha => Self::Photon,
            ((2, ..) | (3, 0, _) | (3, 1, 0), _) => Self::Named,
            ((3, ..=12, _), _) => Self::Arm64,
            ((..=6, ..), _) => Self::OpenSsl3,
            _ => Self::NoEngine,
        })
    }
}

/// Which target's engine a function needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededTarget {
    /// Target names. When certain, the first is the one; otherwise any may be, so the bundle should have all. Empty: no engine is needed.
    pub names: Vec<&'static str>,
    /// Whether the first name is the one that the runtime will look for.
    pub certain: bool,
    /// The reason in plain words, with what is uncertain.
    pub why: String,
    /// The lowest version of Prisma that has an engine for it, where no client of this era has one.
    pub since: Option<&'static str>,
}

impl NeededTarget {
    /// What is known of the first target.
    pub fn target(&self) -> Option<&'static Target> {
        self.names.first().and_then(|name| find(name))
    }

    /// Whether an engine of that target serves the function (or may, where it is uncertain).
    pub fn accepts(&self, name: &str) -> bool {
        self.names.contains(&name)
    }
}

/// The first version with engines for OpenSSL 3.
const OPENSSL_3_SINCE: &str = "3.13.0";
/// The first version with engines for 64-bit ARM.
const ARM64_SINCE: &str = "3.1.1";

/// The target that a client of `era` looks for in a function of `platform`, which differs from [`needed_target`] where a platform built on other images
/// than it ran on.
///
/// Vercel's Node.js 18 ran on Amazon Linux 2; its build image moved on in March 2024, so clients were generated for OpenSSL 3 and looked for 1.0 (threads
/// prisma/ecosystem-tests#4697 and typehero#1494). Which one a function needs is not certain: both are named.
pub fn needed_on(platform: Platform, runtime: &Runtime, arch: Arch, era: ClientEra) -> NeededTarget {
    let needed = needed_target(runtime, arch, era);
    let moved = platform == Platform::Vercel && runtime.node == Some(18) && arch == Arch::X86_64;
    if !moved || era != ClientEra::OpenSsl3 {
        return needed;
    }
    NeededTarget {
        names: vec!["rhel-openssl-1.0.x", "rhel-openssl-3.0.x"],
        certain: false,
        why: "on Vercel Node.js 18 was built on OpenSSL 3 and run on 1.0 from March 2024 on: list both".to_owned(),
        since: None,
    }
}

/// The target that a client of `era` looks for on that runtime.
///
/// It looks for one exact name, made from the system it finds at run time.
pub fn needed_target(runtime: &Runtime, arch: Arch, era: ClientEra) -> NeededTarget {
    let why = |rest: &str| format!("{} runs on {}, {rest}", runtime.id, runtime.os);
    if era == ClientEra::NoEngine {
        return NeededTarget {
            names: Vec::new(),
            certain: true,
            why: "Prisma 7 and later have no query engine file".to_owned(),
            since: None,
        };
    }
    if arch != Arch::X86_64 {
        return needed_on_arm(runtime, era);
    }
    if era == ClientEra::Photon {
        return needed_by_photon(runtime);
    }
    let wanted = match runtime.os.openssl() {
        OpenSsl::V3_0 => "rhel-openssl-3.0.x",
        _ => "rhel-openssl-1.0.x",
    };
    if era < ClientEra::OpenSsl3 && runtime.os.openssl() == OpenSsl::V3_0 {
        return NeededTarget {
            names: vec![wanted],
            certain: true,
            why: why(&format!("which has OpenSSL 3: engines for it exist from Prisma {OPENSSL_3_SINCE} on")),
            since: Some(OPENSSL_3_SINCE),
        };
    }
    NeededTarget {
        names: vec![wanted],
        certain: true,
        why: why(&format!("which has OpenSSL {}", runtime.os.openssl())),
        since: None,
    }
}

fn needed_by_photon(runtime: &Runtime) -> NeededTarget {
    let (name, certain) = match runtime.os {
        HostOs::AmazonLinux1 => ("linux-glibc-libssl1.0.1", true),
        HostOs::AmazonLinux2 => ("linux-glibc-libssl1.0.2", true),
        // Photon never ran there; its detection falls to this name when it does not know the OpenSSL it finds.
        HostOs::AmazonLinux2023 => ("linux-glibc-libssl1.1.0", false),
    };
    NeededTarget {
        names: vec![name],
        certain,
        why: format!("{} runs on {}; Photon's documentation names this target for it", runtime.id, runtime.os),
        since: (!certain).then_some(OPENSSL_3_SINCE),
    }
}

fn needed_on_arm(runtime: &Runtime, era: ClientEra) -> NeededTarget {
    let openssl3 = runtime.os.openssl() == OpenSsl::V3_0;
    let since = match (era, openssl3) {
        (ClientEra::Photon | ClientEra::Named | ClientEra::Arm64, true) => Some(OPENSSL_3_SINCE),
        (ClientEra::Photon | ClientEra::Named, false) => Some(ARM64_SINCE),
        _ => None,
    };
    let name = match (era, openssl3) {
        (ClientEra::Photon | ClientEra::Named, _) => "linux-arm-openssl-1.0.x",
        (_, true) => "linux-arm64-openssl-3.0.x",
        (_, false) => "linux-arm64-openssl-1.0.x",
    };
    let note = since.map(|since| format!("; engines for it exist from Prisma {since} on")).unwrap_or_default();
    NeededTarget {
        names: vec![name],
        certain: era >= ClientEra::Arm64,
        why: format!("{} runs on {}, here on 64-bit ARM{note}", runtime.id, runtime.os),
        since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(id: &str, arch: Arch, version: &str) -> (Vec<&'static str>, bool) {
        let needed = needed_target(runtime(id).unwrap(), arch, ClientEra::of_version(version).unwrap());
        (needed.names, needed.certain)
    }

    #[test]
    fn platform_runtime_and_client_give_the_target() {
        use Arch::{Aarch64, X86_64};
        for (id, arch, version, names, certain) in [
            ("nodejs8.10", X86_64, "2.0.0-preview-12", &["linux-glibc-libssl1.0.1"][..], true),
            ("nodejs8.10", X86_64, "2.0.0-preview016.2", &["linux-glibc-libssl1.0.1"], true),
            ("nodejs10.x", X86_64, "2.0.0-preview015", &["linux-glibc-libssl1.0.2"], true),
            ("nodejs8.10", X86_64, "2.0.0-preview017", &["rhel-openssl-1.0.x"], true),
            ("nodejs12.x", X86_64, "2.0.0-beta.4", &["rhel-openssl-1.0.x"], true),
            ("nodejs16.x", X86_64, "4.7.1", &["rhel-openssl-1.0.x"], true),
            ("nodejs18.x", X86_64, "5.22.0", &["rhel-openssl-1.0.x"], true),
            ("nodejs18.x", Aarch64, "5.22.0", &["linux-arm64-openssl-1.0.x"], true),
            ("nodejs22.x", Aarch64, "6.19.3", &["linux-arm64-openssl-3.0.x"], true),
            ("nodejs20.x", X86_64, "6.19.3", &["rhel-openssl-3.0.x"], true),
            ("nodejs24.x", X86_64, "6.19.3", &["rhel-openssl-3.0.x"], true),
            ("nodejs24.x", X86_64, "7.0.0", &[], true),
        ] {
            assert_eq!(needed(id, arch, version), (names.to_vec(), certain), "{id} {version}");
        }
    }

    #[test]
    fn every_needed_name_is_in_the_table() {
        for runtime in RUNTIMES {
            for arch in [Arch::X86_64, Arch::Aarch64] {
                for era in [ClientEra::Photon, ClientEra::Named, ClientEra::Arm64, ClientEra::OpenSsl3] {
                    let needed = needed_target(runtime, arch, era);
                    assert!(needed.target().is_some(), "{} {era:?}", runtime.id);
                }
            }
        }
    }

    #[test]
    fn a_target_that_the_client_cannot_have_names_the_first_version_that_can() {
        let cases = [
            ("nodejs20.x", Arch::X86_64, "3.9.0", Some("3.13.0"), "rhel-openssl-3.0.x"),
            ("nodejs20.x", Arch::X86_64, "3.13.0", None, "rhel-openssl-3.0.x"),
            ("nodejs18.x", Arch::X86_64, "2.0.0", None, "rhel-openssl-1.0.x"),
            ("nodejs18.x", Arch::Aarch64, "2.30.3", Some("3.1.1"), "linux-arm64-openssl-1.0.x"),
            ("nodejs18.x", Arch::Aarch64, "3.1.1", None, "linux-arm64-openssl-1.0.x"),
            ("nodejs22.x", Arch::Aarch64, "3.9.0", Some("3.13.0"), "linux-arm64-openssl-3.0.x"),
            ("nodejs20.x", Arch::X86_64, "2.0.0-preview-12", Some("3.13.0"), "rhel-openssl-3.0.x"),
        ];
        for (id, arch, version, since, target) in cases {
            let era = ClientEra::of_version(version).unwrap();
            assert_eq!(needed_target(runtime(id).unwrap(), arch, era).since, since, "{id} {version}");
            // The table of targets says the same.
            let known_since = ClientEra::of_version(find(target).unwrap().since).unwrap();
            assert_eq!(since.is_some(), era < known_since, "{id} {version}");
        }
    }

    #[test]
    fn node_18_is_ambiguous_on_vercel_alone() {
        let needed = |platform, version| {
            let era = ClientEra::of_version(version).unwrap();
            let needed = needed_on(platform, runtime("nodejs18.x").unwrap(), Arch::X86_64, era);
            (needed.names, needed.certain)
        };
        assert_eq!(needed(Platform::Vercel, "5.0.0"), (vec!["rhel-openssl-1.0.x", "rhel-openssl-3.0.x"], false));
        assert_eq!(needed(Platform::Vercel, "3.0.1"), (vec!["rhel-openssl-1.0.x"], true));
        assert_eq!(needed(Platform::Lambda, "5.0.0"), (vec!["rhel-openssl-1.0.x"], true));
    }

    #[test]
    fn versions_fall_into_their_eras() {
        for (version, era) in [
            ("2.0.0-preview-9.1", Some(ClientEra::Photon)),
            ("0.2.0-alpha.5", Some(ClientEra::Photon)),
            ("2.0.0-preview025", Some(ClientEra::Named)),
            ("2.0.0", Some(ClientEra::Named)),
            ("3.1.0", Some(ClientEra::Named)),
            ("3.1.1", Some(ClientEra::Arm64)),
            ("3.13.0", Some(ClientEra::OpenSsl3)),
            ("6.19.3", Some(ClientEra::OpenSsl3)),
            ("8.0.0-rc.1", Some(ClientEra::NoEngine)),
            ("latest", None),
        ] {
            assert_eq!(ClientEra::of_version(version), era, "{version}");
        }
    }
}
