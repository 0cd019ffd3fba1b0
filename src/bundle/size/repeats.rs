//! What a function holds twice: packages in several versions, and files with the same content.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{BundleFile, FileSource, PackageSize, Sizes, zip};
use crate::base::Fs;
use crate::base::fs::Metadata;
use crate::base::memo::Key;

/// A package that is there in several versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// The package.
    pub package: String,
    /// Its versions, the one that takes most first.
    pub versions: Vec<String>,
    /// Bytes of all but the largest, uncompressed.
    pub bytes: u64,
}

/// Files of the same content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copies {
    /// Their names in the bundle.
    pub files: Vec<String>,
    /// Bytes of all but one, uncompressed.
    pub bytes: u64,
}

/// Copies of smaller files are not looked for: they gain nothing.
const LEAST: u64 = 1024;

/// The packages in several versions; what takes most in vain first.
pub fn versions(packages: &[PackageSize]) -> Vec<Versions> {
    let mut named: BTreeMap<&str, Vec<(&str, u64)>> = BTreeMap::new();
    for package in packages {
        if let Some((name, version)) = package.name.rsplit_once('@').filter(|(name, _)| !name.is_empty()) {
            named.entry(name).or_default().push((version, package.bytes));
        }
    }
    let several = named.into_iter().filter(|(_, versions)| versions.len() > 1);
    let mut found: Vec<Versions> = several
        .map(|(name, mut versions)| {
            versions.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
            Versions {
                package: name.to_owned(),
                bytes: versions.iter().skip(1).map(|(_, bytes)| bytes).sum(),
                versions: versions.into_iter().map(|(version, _)| version.to_owned()).collect(),
            }
        })
        .collect();
    found.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.package.cmp(&other.package)));
    found
}

/// The files that are there more than once; what takes most in vain first. Only files of the same length, deflated too, are read and compared.
pub fn copies(fs: &dyn Fs, files: &[BundleFile], sizes: &Sizes) -> Vec<Copies> {
    let mut alike: FxHashMap<(u64, u64), Vec<&BundleFile>> = FxHashMap::default();
    for (file, size) in files.iter().zip(&sizes.files) {
        let is_content = matches!(file.source, FileSource::Disk(_)) && !file.is_link();
        let Some(zip_bytes) = size.zip_bytes.filter(|_| is_content && size.bytes >= LEAST) else { continue };
        alike.entry((size.bytes, zip_bytes.saturating_sub(zip::file_overhead(&file.name)))).or_default().push(file);
    }
    let groups: Vec<(u64, Vec<&BundleFile>)> =
        alike.into_iter().filter(|(_, files)| files.len() > 1).map(|((bytes, _), files)| (bytes, files)).collect();
    let mut found: Vec<Copies> = groups.par_iter().flat_map_iter(|(bytes, files)| same(fs, *bytes, files)).collect();
    found.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.files.cmp(&other.files)));
    found
}

fn same(fs: &dyn Fs, bytes: u64, files: &[&BundleFile]) -> Vec<Copies> {
    let mut known: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for file in files {
        if let Some(content) = content(fs, file) {
            known.entry(content).or_default().push(file.name.clone());
        }
    }
    let several = known.into_values().filter(|names| names.len() > 1);
    several.map(|files| Copies { bytes: bytes * (files.len() as u64 - 1), files }).collect()
}

/// The hash of a file's content, from an earlier run where it was not touched since; none for what is no file.
fn content(fs: &dyn Fs, file: &BundleFile) -> Option<Key> {
    let FileSource::Disk(path) = &file.source else { return None };
    let metadata = file.metadata.or_else(|| fs.symlink_metadata(path).ok()).filter(Metadata::is_file)?;
    if let Some(content) = fs.memo().and_then(|memo| memo.content(path, &metadata)) {
        return Some(content);
    }
    let content = Key::of_reader(fs.open(path).ok()?).ok()?;
    if let Some(memo) = fs.memo() {
        memo.learn(path, &metadata, content);
    }
    Some(content)
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::bundle::measure;

    #[test]
    fn copies_are_files_of_the_same_content() {
        let contents = [
            ("a/long-name.js", 'x', 5000),
            ("b.js", 'x', 5000),
            ("c.js", 'y', 5000),
            ("d.js", 'x', 5001),
            ("e.js", 'x', 5000),
            ("small.js", 'x', 10),
            ("small2.js", 'x', 10),
        ];
        let fs = contents.iter().fold(MemoryFs::new(), |fs, (name, byte, length)| {
            fs.with(&format!("/{name}"), byte.to_string().repeat(*length))
        });
        let files = contents.map(|(name, ..)| BundleFile::disk(&fs, name, Utf8Path::new("/").join(name)));
        let found = copies(&fs, &files, &measure(&fs, &files, true));
        let expected = ["a/long-name.js", "b.js", "e.js"].map(str::to_owned).to_vec();
        assert_eq!(found, [Copies { files: expected, bytes: 10_000 }]);
    }

    #[test]
    fn versions_of_one_package_are_told() {
        let package = |name: &str, bytes| PackageSize { name: name.to_owned(), bytes, zip_bytes: None, files: 1 };
        let found = versions(&[
            package("@s/a@1.0.0", 10),
            package("@s/a@2.0.0", 30),
            package("b@1.0.0", 5),
            package("@s/c", 5),
            package("(project)", 9),
        ]);
        let expected = Versions { package: "@s/a".into(), versions: vec!["2.0.0".into(), "1.0.0".into()], bytes: 10 };
        assert_eq!(found, [expected]);
    }
}
