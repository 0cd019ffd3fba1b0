//! Versions of Prisma and what each of them does.

use nodejs_semver::Version;

use super::{PackageJson, Project};
use crate::platform::runtimes::ClientEra;

/// A version of Prisma, or of the `prisma2` / Photon packages before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrismaVersion(Version);

impl From<Version> for PrismaVersion {
    fn from(version: Version) -> Self {
        Self(version)
    }
}

impl std::fmt::Display for PrismaVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The lowest version that a range of package.json names first: `^4.16.1` is 4.16.1. None for tags, links and `workspace:`.
pub fn lowest(range: &str) -> Option<Version> {
    let range = range.strip_prefix("workspace:").unwrap_or(range);
    let first = range.split("||").next()?.trim().trim_start_matches(['^', '~', '=', '>', '<', 'v', ' ']);
    let first = first.split_whitespace().next()?;
    if !first.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (core, rest) = first.split_at(first.find(['-', '+']).unwrap_or(first.len()));
    let mut parts: Vec<&str> =
        core.split('.').map(|part| if matches!(part, "x" | "X" | "*") { "0" } else { part }).collect();
    parts.resize(3, "0");
    Version::parse(format!("{}{rest}", parts.join("."))).ok()
}

impl PrismaVersion {
    /// The version that a project uses: what is installed, else the lowest of the range in package.json.
    pub fn of(project: &Project<'_>) -> Option<Self> {
        const PACKAGES: [&str; 5] = ["@prisma/client", "prisma", "@prisma/photon", "@prisma/cli", "prisma2"];
        let installed = PACKAGES.iter().find_map(|name| {
            let path = project.root().join("node_modules").join(name).join("package.json");
            let package = PackageJson::read(project.fs(), &path)?;
            Version::parse(package.text(&["version"])?).ok()
        });
        let ranged = || PACKAGES.iter().find_map(|name| lowest(project.package()?.dependency(name)?));
        installed.or_else(ranged).map(Self)
    }

    /// The version itself.
    pub fn semantic(&self) -> &Version {
        &self.0
    }

    /// How clients of this version name targets.
    pub fn era(&self) -> Option<ClientEra> {
        ClientEra::of_version(&self.0.to_string())
    }

    /// Whether the engine is a library by default (3.0 to 6.x) rather than an executable.
    pub fn has_library_engine(&self) -> bool {
        (3..=6).contains(&self.0.major())
    }

    /// Whether installing `@prisma/client` of this version runs generate: 2.0.0-beta to 6.
    pub fn generates_on_install(&self) -> bool {
        let text = self.0.to_string();
        (2..=6).contains(&self.0.major()) && !text.contains("preview") && !text.contains("alpha")
    }

    /// Whether a client that only its own install script generated refuses to run on platforms that cache dependencies: from 4.16 to 6,
    /// as far as released packages were read (absent in 4.10.0, present in 4.16.2).
    pub fn refuses_cached_install(&self) -> bool {
        (self.0.major() == 4 && self.0.minor() >= 16) || (5..=6).contains(&self.0.major())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_tell_the_version() {
        for (range, expected) in [
            ("^2.0.0-alpha.36", Some(ClientEra::Photon)),
            ("2.0.0-preview-9.1", Some(ClientEra::Photon)),
            ("2.0.0-preview016.2", Some(ClientEra::Photon)),
            ("2.0.0-preview017", Some(ClientEra::Named)),
            ("~2.30", Some(ClientEra::Named)),
            ("4.x", Some(ClientEra::OpenSsl3)),
            (">=5.1.0 <7", Some(ClientEra::OpenSsl3)),
            ("^7.4.0", Some(ClientEra::NoEngine)),
            ("latest", None),
            ("workspace:*", None),
            ("", None),
        ] {
            let era = lowest(range).and_then(|version| PrismaVersion::from(version).era());
            assert_eq!(era, expected, "{range}");
        }
    }
}
