//! Which packages make a function large.

use std::collections::BTreeMap;
use std::io::Read;

use camino::Utf8Path;
use rustc_hash::FxHashMap;

use super::{BundleFile, FileSource, Sizes};
use crate::base::Fs;
use crate::base::fs::Metadata;
use crate::base::memo::Key;

/// The files of no package.
pub const PROJECT: &str = "(project)";
/// No package.json is nearly so large.
const MOST_MANIFEST: u64 = 1024 * 1024;

/// What one package adds to a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSize {
    /// `name@version`; the name alone where its package.json is not in the function or cannot be read; [`PROJECT`] for the rest.
    pub name: String,
    /// Unzipped.
    pub bytes: u64,
    /// Its part of the archive, where that was measured.
    pub zip_bytes: Option<u64>,
    /// How many files.
    pub files: usize,
}

/// The packages of a function, largest first. Copies of one version in several places count as one.
pub fn packages(fs: &dyn Fs, files: &[BundleFile], sizes: &Sizes) -> Vec<PackageSize> {
    let manifests: FxHashMap<&str, &BundleFile> =
        files.iter().filter_map(|file| file.name.strip_suffix("/package.json").map(|folder| (folder, file))).collect();
    let mut folders: FxHashMap<&str, PackageSize> = FxHashMap::default();
    for (file, size) in files.iter().zip(&sizes.files) {
        let folder = package_folder(&file.name).unwrap_or_default();
        let package = folders.entry(folder).or_insert_with(|| PackageSize {
            name: String::new(),
            bytes: 0,
            zip_bytes: size.zip_bytes.map(|_| 0),
            files: 0,
        });
        package.bytes += size.bytes;
        package.zip_bytes = package.zip_bytes.zip(size.zip_bytes).map(|(sum, part)| sum + part);
        package.files += 1;
    }
    let mut named: BTreeMap<String, PackageSize> = BTreeMap::new();
    for (folder, part) in folders {
        let name = package_name(fs, folder, manifests.get(folder).copied());
        let package = named.entry(name.clone()).or_insert_with(|| PackageSize {
            name,
            bytes: 0,
            zip_bytes: part.zip_bytes.map(|_| 0),
            files: 0,
        });
        package.bytes += part.bytes;
        package.zip_bytes = package.zip_bytes.zip(part.zip_bytes).map(|(sum, part)| sum + part);
        package.files += part.files;
    }
    let mut packages: Vec<PackageSize> = named.into_values().collect();
    packages.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.name.cmp(&other.name)));
    packages
}

/// The folder of the innermost package that a path lies in: up to the name behind the last `node_modules/`.
pub fn package_folder(path: &str) -> Option<&str> {
    const MODULES: &str = "node_modules/";
    let at = match path.rfind("/node_modules/") {
        Some(slash) => slash + 1 + MODULES.len(),
        None if path.starts_with(MODULES) => MODULES.len(),
        None => return None,
    };
    let rest = path.get(at..)?;
    let name = rest.find('/')?;
    let end = if rest.starts_with('@') { name + 1 + rest.get(name + 1..)?.find('/')? } else { name };
    path.get(..at + end)
}

fn package_name(fs: &dyn Fs, folder: &str, manifest: Option<&BundleFile>) -> String {
    if folder.is_empty() {
        return PROJECT.to_owned();
    }
    let name = folder.rsplit_once("node_modules/").map_or(folder, |(_, name)| name);
    match manifest.and_then(|manifest| version(fs, manifest)) {
        Some(version) => format!("{name}@{version}"),
        None => name.to_owned(),
    }
}

#[derive(serde::Deserialize)]
struct Manifest {
    version: String,
}

/// The version of the package in a folder, as its package.json has it.
pub fn version_of(fs: &dyn Fs, folder: &Utf8Path) -> Option<String> {
    let source = FileSource::Disk(folder.join("package.json"));
    version(fs, &BundleFile { name: String::new(), source, mode: 0, metadata: None })
}

fn version(fs: &dyn Fs, file: &BundleFile) -> Option<String> {
    let FileSource::Disk(path) = &file.source else { return None };
    let Some(memo) = fs.memo() else { return version_in(&manifest(fs, path)?) };
    let key = |content: Key| Key::new("version", &[&content.to_bytes()]);
    let known = file.metadata.filter(Metadata::is_file);
    let metadata = known.or_else(|| fs.metadata(path).ok())?;
    let content = memo.content(path, &metadata);
    let kept = content.and_then(|content| memo.get(key(content), |text| String::from_utf8(text.to_vec()).ok()));
    kept.or_else(|| {
        let text = manifest(fs, path)?;
        let version = version_in(&text)?;
        if metadata.len < MOST_MANIFEST {
            let content = Key::of_content(&text);
            memo.learn(path, &metadata, content);
            memo.put(key(content), version.as_bytes());
        }
        Some(version)
    })
}

/// The text of a package.json, as far as one goes.
fn manifest(fs: &dyn Fs, path: &Utf8Path) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    fs.open(path).ok()?.take(MOST_MANIFEST).read_to_end(&mut text).ok()?;
    Some(text)
}

fn version_in(text: &[u8]) -> Option<String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    serde_json::from_slice::<Manifest>(text).ok().map(|manifest| manifest.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::bundle::measure;

    #[test]
    fn files_belong_to_the_innermost_package() {
        for (path, folder) in [
            ("api/index.js", None),
            ("node_modules/.package-lock.json", None),
            ("node_modules/@scope/readme", None),
            ("node_modules/a/index.js", Some("node_modules/a")),
            ("packages/x/node_modules/@s/b/lib/c.js", Some("packages/x/node_modules/@s/b")),
            ("node_modules/a/node_modules/b/i.js", Some("node_modules/a/node_modules/b")),
            ("node_modules/.pnpm/a@1.0.0/node_modules/a/i.js", Some("node_modules/.pnpm/a@1.0.0/node_modules/a")),
            ("my_node_modules/a/i.js", None),
        ] {
            assert_eq!(package_folder(path), folder, "{path}");
        }
    }

    #[test]
    fn packages_are_summed_and_sorted() {
        let fs = MemoryFs::new()
            .with("/api/index.js", "12345")
            .with("/package.json", "{}")
            .with("/node_modules/a/package.json", r#"{"version":"1.2.3"}"#)
            .with("/node_modules/b/node_modules/a/package.json", r#"{"version":"1.2.3"}"#)
            .with("/node_modules/b/index.js", "1")
            .with("/node_modules/c/package.json", "not json");
        let files = [
            "api/index.js",
            "package.json",
            "node_modules/a/package.json",
            "node_modules/b/node_modules/a/package.json",
            "node_modules/b/index.js",
            "node_modules/c/package.json",
        ]
        .map(|name| BundleFile::disk(&fs, name, Utf8Path::new("/").join(name)));
        let found = packages(&fs, &files, &measure(&fs, &files, false));
        let rows: Vec<_> = found.iter().map(|row| (row.name.as_str(), row.bytes, row.files, row.zip_bytes)).collect();
        let expected = [("a@1.2.3", 38, 2, None), ("c", 8, 1, None), (PROJECT, 7, 2, None), ("b", 1, 1, None)];
        assert_eq!(rows, expected);
        let sizes = measure(&fs, &files, true);
        let zipped: u64 = packages(&fs, &files, &sizes).iter().filter_map(|row| row.zip_bytes).sum();
        assert_eq!(Some(zipped + 22), sizes.zip_bytes);
    }
}
