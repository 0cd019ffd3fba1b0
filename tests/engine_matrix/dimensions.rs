//! What is combined: versions of Prisma, runtimes, layouts, where the client is generated, and what is wrong with it.

use nowcheck::engine::EngineKind;
use nowcheck::platform::targets::Arch;

use super::support::faults::Fault;

/// Versions of Prisma that differ in what they look for, where, or in how a client is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Era {
    Preview12,
    Preview016,
    Preview017,
    Beta,
    V2_16,
    V2_30,
    V3_12,
    V3_15,
    V4,
    V5,
    V6,
    /// `engineType = "client"`.
    V6Client,
    V7,
}

impl Era {
    pub(crate) const ALL: [Self; 13] = [
        Self::Preview12,
        Self::Preview016,
        Self::Preview017,
        Self::Beta,
        Self::V2_16,
        Self::V2_30,
        Self::V3_12,
        Self::V3_15,
        Self::V4,
        Self::V5,
        Self::V6,
        Self::V6Client,
        Self::V7,
    ];

    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Preview12 => "2.0.0-preview-12",
            Self::Preview016 => "2.0.0-preview016.2",
            Self::Preview017 => "2.0.0-preview017.2",
            Self::Beta => "2.0.0-beta.9",
            Self::V2_16 => "2.16.1",
            Self::V2_30 => "2.30.3",
            Self::V3_12 => "3.12.0",
            Self::V3_15 => "3.15.2",
            Self::V4 => "4.16.2",
            Self::V5 => "5.22.0",
            Self::V6 | Self::V6Client => "6.19.3",
            Self::V7 => "7.10.1",
        }
    }

    pub(crate) fn is_photon(self) -> bool {
        self <= Self::Preview017
    }

    /// Names of targets as before preview017.
    pub(crate) fn has_photon_names(self) -> bool {
        self <= Self::Preview016
    }

    /// The kind of its engine file; none where it has none.
    pub(crate) fn engine(self) -> Option<EngineKind> {
        match self {
            Self::V6Client | Self::V7 => None,
            _ if self >= Self::V3_12 => Some(EngineKind::Library),
            _ => Some(EngineKind::Binary),
        }
    }

    /// Engines for OpenSSL 3 were published from 3.13.0 on.
    pub(crate) fn knows_openssl3(self) -> bool {
        self >= Self::V3_15
    }

    /// The package that code imports where the generator has no output of its own.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Preview12 | Self::Preview016 => "@generated/photon",
            Self::Preview017 => "@prisma/photon",
            _ => "@prisma/client",
        }
    }

    /// The package with the command line.
    pub(crate) fn cli(self) -> &'static str {
        match self {
            Self::Preview12 | Self::Preview016 | Self::Preview017 => "prisma2",
            Self::Beta | Self::V2_16 => "@prisma/cli",
            _ => "prisma",
        }
    }

    /// The command that generates.
    pub(crate) fn generate(self) -> &'static str {
        if self.is_photon() { "prisma2 generate" } else { "prisma generate" }
    }

    /// Whether installing the client's package runs generate.
    pub(crate) fn generates_on_install(self) -> bool {
        (Self::Beta..=Self::V6Client).contains(&self)
    }

    /// Whether the generated client names the commit of its engine.
    pub(crate) fn names_engine_commit(self) -> bool {
        (Self::V2_30..=Self::V6).contains(&self)
    }
}

/// A platform with a version of Node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Runtime {
    Now8,
    Now10,
    Now12,
    Vercel16,
    Vercel18,
    Vercel20,
    Vercel22,
    Vercel24,
    Vercel20Arm,
    Vercel22Arm,
    Vercel24Arm,
}

/// The system below a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Host {
    AmazonLinux1,
    AmazonLinux2,
    AmazonLinux2023,
}

impl Runtime {
    pub(crate) const ALL: [Self; 11] = [
        Self::Now8,
        Self::Now10,
        Self::Now12,
        Self::Vercel16,
        Self::Vercel18,
        Self::Vercel20,
        Self::Vercel22,
        Self::Vercel24,
        Self::Vercel20Arm,
        Self::Vercel22Arm,
        Self::Vercel24Arm,
    ];

    pub(crate) fn is_now(self) -> bool {
        self <= Self::Now12
    }

    pub(crate) fn arch(self) -> Arch {
        if self >= Self::Vercel20Arm { Arch::Aarch64 } else { Arch::X86_64 }
    }

    pub(crate) fn node(self) -> u32 {
        match self {
            Self::Now8 => 8,
            Self::Now10 => 10,
            Self::Now12 => 12,
            Self::Vercel16 => 16,
            Self::Vercel18 => 18,
            Self::Vercel20 | Self::Vercel20Arm => 20,
            Self::Vercel22 | Self::Vercel22Arm => 22,
            Self::Vercel24 | Self::Vercel24Arm => 24,
        }
    }

    pub(crate) fn host(self) -> Host {
        match self.node() {
            8 => Host::AmazonLinux1,
            10..=18 => Host::AmazonLinux2,
            _ => Host::AmazonLinux2023,
        }
    }

    /// Whether the era ran on that Node at all: Prisma 2.0 asks for Node 10, 3.0 for 12, 4.0 for 14; and Photon ended when Node 12 came.
    pub(crate) fn fits(self, era: Era) -> bool {
        match self {
            Self::Now8 => era <= Era::Preview017,
            Self::Now10 => era <= Era::V2_30,
            Self::Now12 => (Era::Preview016..=Era::V3_15).contains(&era),
            _ => true,
        }
    }
}

/// Where the client lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layout {
    /// node_modules, flat: `.prisma/client`, `@generated/photon`, `@prisma/photon`.
    Npm,
    /// pnpm's store, with links.
    Pnpm,
    /// A workspace: the function in `apps/web`, the schema in `packages/db`, one node_modules at the top.
    Workspace,
    /// The same, and the function asks a package of the workspace, which alone depends on the client.
    Shared,
    /// The generator's `output` in the project.
    Custom,
    /// The same in the app of a workspace.
    WorkspaceCustom,
}

impl Layout {
    pub(crate) const ALL: [Self; 6] =
        [Self::Npm, Self::Pnpm, Self::Workspace, Self::Shared, Self::Custom, Self::WorkspaceCustom];

    pub(crate) fn is_custom(self) -> bool {
        matches!(self, Self::Custom | Self::WorkspaceCustom)
    }

    pub(crate) fn is_workspace(self) -> bool {
        matches!(self, Self::Workspace | Self::Shared | Self::WorkspaceCustom)
    }
}

/// Where the client of the function is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// By a script that the platform runs.
    Script,
    /// Only when `@prisma/client` is installed there.
    OwnInstall,
    /// Nowhere: nothing runs generate, and what lies here is not deployed.
    Never,
    /// On somebody's machine: the client is committed.
    Committed,
    /// On somebody's machine: `vercel build`, then `vercel deploy --prebuilt`.
    Prebuilt,
}

impl Origin {
    pub(crate) const ALL: [Self; 5] = [Self::Script, Self::OwnInstall, Self::Never, Self::Committed, Self::Prebuilt];
}

/// How the config makes the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A file in `api/`, and the project's settings on the platform hold.
    Api,
    /// `builds`.
    Builds,
}

/// What is right or wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// The engine of the right target; in the schema as `native` alone (written or not) where the platform generates.
    Right,
    /// The right target by name beside `native`, and an engine for each.
    RightAmongOthers,
    /// Only the right target by name.
    RightAlone,
    /// No engine, and where the platform generates no client either.
    Missing,
    OtherOpenSsl,
    /// Debian's engine of the right OpenSSL.
    OtherDistribution,
    Mac,
    Windows,
    OtherArch,
    Musl,
    /// Generated before the schema was changed.
    Stale,
    /// The command line and the client are of two versions; the engine of a committed client is of another commit.
    OtherVersion,
    /// The right engine, which an ignore file keeps from being uploaded.
    NotUploaded,
    /// The right engine, which `excludeFiles` keeps out of the function.
    Excluded,
    /// The right name, and something wrong with the file.
    Broken(Fault),
}

impl State {
    pub(crate) fn all() -> Vec<Self> {
        let plain = [
            Self::Right,
            Self::RightAmongOthers,
            Self::RightAlone,
            Self::Missing,
            Self::OtherOpenSsl,
            Self::OtherDistribution,
            Self::Mac,
            Self::Windows,
            Self::OtherArch,
            Self::Musl,
            Self::Stale,
            Self::OtherVersion,
            Self::NotUploaded,
            Self::Excluded,
        ];
        plain.into_iter().chain(Fault::ALL.map(Self::Broken)).collect()
    }

    /// Whether the function has the engine that it looks for, and can load it.
    pub(crate) fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::RightAmongOthers | Self::RightAlone)
    }

    /// The name without the fault, for tables.
    pub(crate) fn group(self) -> String {
        let text = format!("{self:?}");
        text.split('(').next().unwrap_or_default().to_owned()
    }
}
