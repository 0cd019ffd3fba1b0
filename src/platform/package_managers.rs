//! Package managers: whose lock file the platform goes by, which version it installs with, and whose install scripts run.
//!
//! Source of the choice: `@vercel/build-utils` 14.21.0, `fs/run-user-scripts.js`, read 2026-11-24. Source of what runs: published releases, run
//! 2026-11-24 on a project with `@prisma/client` 6.19.3 (npm 11.19.1; pnpm 9.15.9, 10.34.9, 11, 12; Yarn 1.22.22, 3.8, 4.5 to 4.18; Bun 1.4.5).

/// A program that installs packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageManager {
    /// npm.
    Npm,
    /// Yarn, of any age.
    Yarn,
    /// pnpm.
    Pnpm,
    /// Bun.
    Bun,
}

impl PackageManager {
    /// The one that `packageManager` in package.json calls so.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Npm, Self::Yarn, Self::Pnpm, Self::Bun].into_iter().find(|manager| manager.name() == name)
    }

    /// What its program is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Yarn => "yarn",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
        }
    }
}

/// A lock file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockFile {
    /// `yarn.lock`.
    Yarn,
    /// `pnpm-lock.yaml`.
    Pnpm,
    /// `package-lock.json`.
    Npm,
    /// `npm-shrinkwrap.json`, which npm prefers to the former. The platform does not look for it, but takes npm where it finds no lock file.
    NpmShrinkwrap,
    /// `bun.lock`.
    Bun,
    /// `bun.lockb`, of Bun before 1.2.
    BunBinary,
}

impl LockFile {
    /// Its file name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yarn => "yarn.lock",
            Self::Pnpm => "pnpm-lock.yaml",
            Self::Npm => "package-lock.json",
            Self::NpmShrinkwrap => "npm-shrinkwrap.json",
            Self::Bun => "bun.lock",
            Self::BunBinary => "bun.lockb",
        }
    }

    /// Who writes it.
    pub fn manager(self) -> PackageManager {
        match self {
            Self::Yarn => PackageManager::Yarn,
            Self::Pnpm => PackageManager::Pnpm,
            Self::Npm | Self::NpmShrinkwrap => PackageManager::Npm,
            Self::Bun | Self::BunBinary => PackageManager::Bun,
        }
    }

    /// The lock file of a folder that the platform goes by. Beside one of Bun, a `yarn.lock` is a copy that Bun wrote.
    pub fn chosen(lies_here: impl Fn(&str) -> bool) -> Option<Self> {
        const BUN: [LockFile; 2] = [LockFile::Bun, LockFile::BunBinary];
        const OTHERS: [LockFile; 4] = [LockFile::Yarn, LockFile::Pnpm, LockFile::NpmShrinkwrap, LockFile::Npm];
        let first = |files: &[Self]| files.iter().copied().find(|file| lies_here(file.name()));
        match (first(&OTHERS), first(&BUN)) {
            (Some(Self::Yarn) | None, Some(bun)) => Some(bun),
            (other, _) => other,
        }
    }
}

/// Majors of pnpm with which the platform may install, by the format of the lock file: `9.0` comes to 9 in projects made on the platform before
/// 2025-02-27, to 10 in later ones, and to 11 in those of 2027-03 and later.
pub fn pnpm_majors(format: &str) -> &'static [u64] {
    match format {
        "5.3" => &[6],
        "5.4" => &[7],
        "6.0" | "6.1" => &[8],
        "7.0" => &[9],
        "9.0" => &[9, 10, 11],
        _ => &[],
    }
}

/// The first major of pnpm that runs no install script of a dependency unless the project names it.
pub const PNPM_ASKS_SINCE: u64 = 10;

/// The first major of pnpm that goes by `allowBuilds` in pnpm-workspace.yaml alone. It reads no setting but those of registries in `.npmrc`, and its
/// install ends with an error where a script was neither allowed nor refused.
pub const PNPM_MAPS_SINCE: u64 = 11;

/// The first Yarn (major, minor) in which `enableScripts` is off unless the project turns it on: 4.13.0 has it on, 4.14.0 off.
pub const YARN_ASKS_SINCE: (u64, u64) = (4, 14);

/// Yarn writes this into the first line of its lock file's metadata: 4 and 5 are Yarn 2, 6 and 7 Yarn 3, 8 and later Yarn 4.
pub fn yarn_major(format: &str) -> Option<u64> {
    match format.parse().ok()? {
        1u64 => Some(1),
        4 | 5 => Some(2),
        6 | 7 => Some(3),
        8.. => Some(4),
        _ => None,
    }
}
