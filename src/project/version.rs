//! Versions of Prisma and what each of them does.

use camino::{Utf8Path, Utf8PathBuf};
use nodejs_semver::{Range, Version};

pub use super::lock::PACKAGES;
use super::lock::{Importer, Unread};
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

/// A version of a package, and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The version.
    pub version: PrismaVersion,
    /// Where it was read.
    pub source: Source,
}

/// Where a version was read, from the surest to the least sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In this lock file, by which the build machine installs.
    Locked(Utf8PathBuf),
    /// In the package.json of what is installed here.
    Installed(Utf8PathBuf),
    /// In this package.json, which asks for a range: the lowest that it names.
    Ranged(Utf8PathBuf, String),
}

impl Source {
    /// The file, absolute.
    pub fn file(&self) -> &Utf8Path {
        match self {
            Self::Locked(file) | Self::Installed(file) | Self::Ranged(file, _) => file,
        }
    }
}

impl Told {
    /// Where the version was read, in words: `package-lock.json`, `the range ^4.16.0 in package.json`.
    pub fn reason(&self, project: &Project<'_>) -> String {
        match &self.source {
            Source::Locked(file) | Source::Installed(file) => project.relative(file),
            Source::Ranged(file, range) => {
                let unread = project.lock().and_then(|lock| Some((lock.file.file_name()?, lock.unread()?)));
                let unread = match unread {
                    Some((name, Unread::Binary)) => format!(", as {name} is in Bun's own binary format"),
                    Some((name, Unread::Broken)) => format!(", as {name} cannot be read"),
                    Some((name, Unread::TooLarge)) => format!(", as {name} is too large"),
                    None => String::new(),
                };
                format!("the range {range} in {}{unread}", project.relative(file))
            }
        }
    }
}

/// The version of Prisma that a project uses: that of its client, else that of its command line.
pub(super) fn of(project: &Project<'_>) -> Option<Told> {
    let folders = importers(project);
    PACKAGES.iter().find_map(|package| folders.iter().find_map(|folder| told(project, folder, package)))
}

/// The folders whose package.json a deploy may install: the project's, those of its workspace, the repository's.
fn importers(project: &Project<'_>) -> Vec<Utf8PathBuf> {
    let mut folders = vec![project.root().to_owned()];
    for folder in project.workspace().iter().map(Utf8PathBuf::as_path).chain([project.repository()]) {
        if folder != project.root() {
            folders.push(folder.to_owned());
        }
    }
    folders
}

/// The version of `package` that the package.json of `folder` gets, if it asks for it.
pub(super) fn told(project: &Project<'_>, folder: &Utf8Path, package: &str) -> Option<Told> {
    let json = project.package_in(folder)?;
    let range = json.dependency(package)?;
    let importer = Importer { folder: folder.as_str(), name: json.text(&["name"]), range: Some(range) };
    let locked = || {
        let lock = project.lock()?;
        let version = Version::parse(lock.version(package, importer)?).ok()?;
        Some((version, Source::Locked(lock.file.clone())))
    };
    let installed = || {
        let above = folder.ancestors().take_while(|folder| folder.starts_with(project.repository()));
        let mut files = above.map(|folder| folder.join("node_modules").join(package).join("package.json"));
        files.find_map(|file| {
            let installed = PackageJson::read(project.fs(), &file)?;
            Some((Version::parse(installed.text(&["version"])?).ok()?, Source::Installed(file)))
        })
    };
    let ranged = || Some((lowest(range)?, Source::Ranged(json.document().file().to_owned(), range.to_owned())));
    let (version, source) = locked().or_else(installed).or_else(ranged)?;
    Some(Told { version: PrismaVersion(version), source })
}

/// A client package and the command line that generates it, which a package of the project gets in two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The package.json that asks for the client, absolute.
    pub file: Utf8PathBuf,
    /// The package of the command line: `prisma` or `@prisma/cli`.
    pub cli_package: &'static str,
    /// The package.json that asks for the command line.
    pub cli_file: Utf8PathBuf,
    /// Its version.
    pub cli: Told,
    /// The version of `@prisma/client`.
    pub client: Told,
    /// Whether an install on the build machine gets these: by a lock file, or as no version is in both ranges.
    pub is_certain: bool,
}

/// Where the command line and the client that is installed beside it are of different versions.
pub fn disagreements(project: &Project<'_>) -> Vec<Disagreement> {
    importers(project).iter().filter_map(|folder| disagreement(project, folder)).collect()
}

fn disagreement(project: &Project<'_>, folder: &Utf8Path) -> Option<Disagreement> {
    const CLIENT: &str = "@prisma/client";
    let client_json = project.package_in(folder).filter(|json| json.installs(CLIENT).is_some())?;
    let above = folder.ancestors().take_while(|folder| folder.starts_with(project.repository()));
    let (cli_package, cli_json, cli_folder) = above.into_iter().find_map(|folder| {
        let json = project.package_in(folder)?;
        let package = ["prisma", "@prisma/cli"].into_iter().find(|package| json.installs(package).is_some())?;
        Some((package, json, folder))
    })?;
    let (client, cli) = (told(project, folder, CLIENT)?, told(project, cli_folder, cli_package)?);
    let range = |json: &PackageJson, package| Range::parse(json.installs(package)?).ok();
    let ranges = range(&client_json, CLIENT).zip(range(&cli_json, cli_package));
    let are_apart = ranges.is_some_and(|(one, other)| one.intersect(&other).is_none());
    let (differ, is_certain) = match (&client.source, &cli.source) {
        (Source::Locked(_), Source::Locked(_)) => (client.version != cli.version, true),
        // What lies here may be older than package.json.
        (Source::Installed(_), Source::Installed(_)) => (client.version != cli.version, are_apart),
        // Both get the newest that their range allows.
        (Source::Ranged(..), Source::Ranged(..)) => (are_apart, false),
        _ => (false, false),
    };
    differ.then(|| Disagreement {
        is_certain,
        file: client_json.document().file().to_owned(),
        cli_package,
        cli_file: cli_json.document().file().to_owned(),
        cli,
        client,
    })
}

/// The copies of `@prisma/client` that two packages of a project get, where the lock file tells them apart.
pub fn are_two_copies(project: &Project<'_>, one: &Utf8Path, other: &Utf8Path) -> bool {
    let copy = |folder: &Utf8Path| {
        let json = project.package_in(folder)?;
        let range = json.dependency("@prisma/client");
        let importer = Importer { folder: folder.as_str(), name: json.text(&["name"]), range };
        project.lock()?.copy("@prisma/client", importer).map(str::to_owned)
    };
    copy(one).zip(copy(other)).is_some_and(|(one, other)| one != other)
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
    /// The version that a project uses, as far as it can be told.
    pub fn of(project: &Project<'_>) -> Option<Self> {
        project.prisma_version().map(|told| told.version.clone())
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
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    #[test]
    fn a_version_is_told_with_where_it_was_read() {
        let package = ("package.json", r#"{"dependencies": {"@prisma/client": "^6.1.0"}}"#);
        let installed = ("node_modules/@prisma/client/package.json", r#"{"version": "6.2.0"}"#);
        let lock =
            ("pnpm-lock.yaml", "lockfileVersion: '6.0'\ndependencies:\n  '@prisma/client':\n    version: 6.3.0\n");
        for (files, expected) in [
            (vec![package], Some("6.1.0 the range ^6.1.0 in package.json")),
            (
                vec![package, ("bun.lockb", "")],
                Some("6.1.0 the range ^6.1.0 in package.json, as bun.lockb is in Bun's own binary format"),
            ),
            (vec![package, installed], Some("6.2.0 node_modules/@prisma/client/package.json")),
            (vec![package, installed, lock], Some("6.3.0 pnpm-lock.yaml")),
            (vec![installed], None),
            (vec![("package.json", r#"{"dependencies": {"@prisma/client": "latest"}}"#)], None),
        ] {
            let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(&format!("/r/{path}"), *text));
            let project = Project::new(&fs, "/r".into(), "/r".into(), None, Platform::Vercel);
            let told = project.prisma_version().map(|told| format!("{} {}", told.version, told.reason(&project)));
            assert_eq!(told.as_deref(), expected, "{files:?}");
        }
    }

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
