//! Lock files: which version of a package an install puts where.
//!
//! Each reader takes no more than the versions of the packages that are asked for, in one pass over the text: such files have tens of megabytes.

mod bun;
mod npm;
mod pnpm;
mod yarn;

use camino::{Utf8Path, Utf8PathBuf};

use crate::base::Fs;
use crate::platform::package_managers::{LockFile, PackageManager};

/// Packages whose version is Prisma's.
pub const PACKAGES: [&str; 5] = ["@prisma/client", "prisma", "@prisma/photon", "@prisma/cli", "prisma2"];

/// Bytes of a lock file that is still read. Those of the largest monorepos have about 30 MB.
const MAX_BYTES: u64 = 128 << 20;

/// A lock file.
#[derive(Debug)]
pub struct Lock {
    /// The file, absolute.
    pub file: Utf8PathBuf,
    /// Who wrote it.
    pub manager: PackageManager,
    /// What the file says of its own format, as it stands there: `9.0`, `3`, `8`.
    pub format: Option<String>,
    /// What it holds, or why that is not known.
    content: Result<Vec<Locked>, Unread>,
}

/// Why a lock file tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// `bun.lockb`, whose format is not published.
    Binary,
    /// It cannot be read, or is not in the format that its name stands for.
    Broken,
    /// It is larger than any real one.
    TooLarge,
}

/// A version of one of [`PACKAGES`].
#[derive(Debug, PartialEq, Eq)]
struct Locked {
    package: &'static str,
    place: Place,
    version: String,
    /// What tells one installed copy from another: the folder it lies in, or what it was resolved to.
    copy: String,
}

/// For whom a version holds.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// What lies in this folder, relative to the lock file, and below it, unless something nearer holds.
    Folder(String),
    /// The package of the workspace that has this name.
    Name(String),
    /// Whoever asks for this range.
    Range(String),
}

/// What a reader makes of a text: the format that it names, and its versions.
type Read = (Option<String>, Vec<Locked>);

/// Who asks for the version of a package.
#[derive(Debug, Clone, Copy, Default)]
pub struct Importer<'a> {
    /// Its folder, absolute.
    pub folder: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// The range that it asks for.
    pub range: Option<&'a str>,
}

impl Lock {
    /// The lock file that an install in `folder` goes by: of the nearest folder with any, up to `top`.
    pub(super) fn find(fs: &dyn Fs, folder: &Utf8Path, top: &Utf8Path) -> Option<Self> {
        let folders = folder.ancestors().take_while(|folder| folder.starts_with(top));
        folders.into_iter().find_map(|folder| Self::of_folder(fs, folder))
    }

    fn of_folder(fs: &dyn Fs, folder: &Utf8Path) -> Option<Self> {
        let chosen = LockFile::chosen(|name| fs.is_file(&folder.join(name)))?;
        Some(Self::read(fs, folder.join(chosen.name()), chosen))
    }

    fn read(fs: &dyn Fs, file: Utf8PathBuf, kind: LockFile) -> Self {
        let read = match kind {
            LockFile::BunBinary => Err(Unread::Binary),
            _ if fs.metadata(&file).is_ok_and(|metadata| metadata.len > MAX_BYTES) => Err(Unread::TooLarge),
            _ => fs.read_to_string(&file).ok().and_then(|text| parse(kind, &text)).ok_or(Unread::Broken),
        };
        let (format, content) = match read {
            Ok((format, entries)) => (format, Ok(entries)),
            Err(why) => (None, Err(why)),
        };
        Self { file, manager: kind.manager(), format, content }
    }

    /// Its folder.
    pub fn folder(&self) -> &Utf8Path {
        self.file.parent().unwrap_or(Utf8Path::new("/"))
    }

    /// Why it tells nothing, where it does not.
    pub fn unread(&self) -> Option<Unread> {
        self.content.as_ref().err().copied()
    }

    /// The version of `package` that `importer` gets; none where the file does not say.
    pub fn version(&self, package: &str, importer: Importer<'_>) -> Option<&str> {
        Some(&self.locked(package, importer)?.version)
    }

    /// What tells the copy of `package` that `importer` gets from others; it means nothing by itself.
    pub fn copy(&self, package: &str, importer: Importer<'_>) -> Option<&str> {
        Some(&self.locked(package, importer)?.copy)
    }

    fn locked(&self, package: &str, importer: Importer<'_>) -> Option<&Locked> {
        let of_package = || self.content.iter().flatten().filter(|locked| locked.package == package);
        let at = |place: &Place| of_package().find(|locked| locked.place == *place);
        let named = || importer.name.and_then(|name| at(&Place::Name(name.to_owned())));
        let within = Utf8Path::new(importer.folder).strip_prefix(self.folder()).unwrap_or(Utf8Path::new(""));
        let above = || within.ancestors().find_map(|folder| at(&Place::Folder(folder.as_str().to_owned())));
        let ranged = || importer.range.and_then(|range| at(&Place::Range(range.to_owned())));
        named().or_else(above).or_else(ranged)
    }
}

fn parse(kind: LockFile, text: &str) -> Option<Read> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match kind {
        LockFile::Npm | LockFile::NpmShrinkwrap => npm::parse(text),
        LockFile::Yarn => yarn::parse(text),
        LockFile::Pnpm => pnpm::parse(text),
        LockFile::Bun => bun::parse(text),
        LockFile::BunBinary => None,
    }
}

/// The entry of [`PACKAGES`] that is called `name`.
fn known(name: &str) -> Option<&'static str> {
    PACKAGES.into_iter().find(|package| *package == name)
}

/// `version` without what a lock file adds, where it is one: `4.16.2(prisma@4.16.2)`, `4.16.2_prisma@4.16.2`. None for links and the like.
fn plain(version: &str) -> Option<String> {
    let version = version.trim().trim_matches(['"', '\'']);
    let version = version.split(['(', '_', ' ']).next().unwrap_or_default();
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}

#[cfg(test)]
mod tests;
