//! Which packages make a function large.

use std::collections::BTreeMap;
use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};
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
    /// As [`Names::of`] has it; [`PROJECT`] for the rest.
    pub name: String,
    /// Unzipped.
    pub bytes: u64,
    /// Its part of the archive, where that was measured.
    pub zip_bytes: Option<u64>,
    /// How many files.
    pub files: usize,
}

/// What the packages of a function are called.
pub struct Names<'b> {
    fs: &'b dyn Fs,
    base: &'b Utf8Path,
    manifests: FxHashMap<&'b str, &'b BundleFile>,
    /// Where the other packages lie.
    folders: FxHashMap<&'b str, Utf8PathBuf>,
}

impl<'b> Names<'b> {
    /// Of a function with these files; a package that is none of theirs lies below `base`.
    pub fn new(fs: &'b dyn Fs, base: &'b Utf8Path, files: &'b [BundleFile]) -> Self {
        let manifest = |file: &'b BundleFile| file.name.strip_suffix("/package.json").map(|folder| (folder, file));
        let manifests: FxHashMap<&str, &BundleFile> = files.iter().filter_map(manifest).collect();
        let mut folders = FxHashMap::default();
        for file in files {
            if let (Some(folder), FileSource::Disk(path)) = (package_folder(&file.name), &file.source)
                && !manifests.contains_key(folder)
                && let Some(below) = file.name.get(folder.len()..)
                && let Some(place) = path.as_str().strip_suffix(below)
            {
                folders.entry(folder).or_insert_with(|| Utf8PathBuf::from(place));
            }
        }
        Self { fs, base, manifests, folders }
    }

    /// The version of the package in a folder: of its package.json in the function, else beside its files, else where it is installed.
    pub fn version(&self, folder: &str) -> Option<String> {
        if let Some(manifest) = self.manifests.get(folder) {
            let FileSource::Disk(path) = &manifest.source else { return None };
            return version(self.fs, path, manifest.metadata);
        }
        let at = |place: &Utf8Path| version(self.fs, &place.join("package.json"), None);
        self.folders.get(folder).and_then(|place| at(place)).or_else(|| at(&self.base.join(folder)))
    }

    /// `name@version`; the name alone where the version is not known.
    pub fn of(&self, folder: &str) -> String {
        let name = package_of_folder(folder);
        self.version(folder).map_or_else(|| name.to_owned(), |version| format!("{name}@{version}"))
    }
}

/// The name of the package in a folder below `node_modules`.
pub fn package_of_folder(folder: &str) -> &str {
    folder.rsplit_once("node_modules/").map_or(folder, |(_, name)| name)
}

/// Whether a folder holds the package `name` or `name@version`; `version` tells that of a folder.
pub fn meaning<'t>(text: &'t str, version: impl Fn(&str) -> Option<String> + 't) -> impl Fn(&str) -> bool + 't {
    let at = text.rfind('@').filter(|at| *at > 0);
    let (name, wanted) = at.map_or((text, None), |at| (&text[..at], Some(&text[at + 1..])));
    move |folder| {
        package_of_folder(folder) == name && wanted.is_none_or(|wanted| version(folder).as_deref() == Some(wanted))
    }
}

/// The packages of a function, largest first. Copies of one version in several places count as one.
pub fn packages(names: &Names<'_>, files: &[BundleFile], sizes: &Sizes) -> Vec<PackageSize> {
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
        let name = if folder.is_empty() { PROJECT.to_owned() } else { names.of(folder) };
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

#[derive(serde::Deserialize)]
struct Manifest {
    version: String,
}

/// The version that the package.json at `path` has; `known` is its metadata, where that was looked up.
fn version(fs: &dyn Fs, path: &Utf8Path, known: Option<Metadata>) -> Option<String> {
    let Some(memo) = fs.memo() else { return version_in(&manifest(fs, path)?) };
    let key = |content: Key| Key::new("version", &[&content.to_bytes()]);
    let known = known.filter(Metadata::is_file);
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
        let names = Names::new(&fs, "/".into(), &files);
        let found = packages(&names, &files, &measure(&fs, &files, false));
        let rows: Vec<_> = found.iter().map(|row| (row.name.as_str(), row.bytes, row.files, row.zip_bytes)).collect();
        let expected = [("a@1.2.3", 38, 2, None), ("c", 8, 1, None), (PROJECT, 7, 2, None), ("b", 1, 1, None)];
        assert_eq!(rows, expected);
        let sizes = measure(&fs, &files, true);
        let zipped: u64 = packages(&names, &files, &sizes).iter().filter_map(|row| row.zip_bytes).sum();
        assert_eq!(Some(zipped + 22), sizes.zip_bytes);
    }

    #[test]
    fn a_package_has_its_version_also_where_its_manifest_is_not_shipped() {
        let fs = MemoryFs::new()
            .with("/built/node_modules/a/package.json", r#"{"version":"1.0.0"}"#)
            .with("/p/node_modules/a/package.json", r#"{"version":"2.0.0"}"#)
            .with("/p/node_modules/b/package.json", r#"{"version":"3.0.0"}"#);
        let source = FileSource::Disk("/built/node_modules/a/lib/i.js".into());
        let files = [BundleFile { name: "node_modules/a/lib/i.js".to_owned(), source, mode: 0o644, metadata: None }];
        let names = Names::new(&fs, "/p".into(), &files);
        assert_eq!(["a", "b", "c"].map(|name| names.of(&format!("node_modules/{name}"))), ["a@1.0.0", "b@3.0.0", "c"]);
    }
}
