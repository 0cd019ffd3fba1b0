//! `package-lock.json` and `npm-shrinkwrap.json`, formats 1 to 3.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Locked, PACKAGES, Place, Read, known, plain};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    lockfile_version: Option<serde_json::Number>,
    /// By folder, since format 2.
    #[serde(default)]
    packages: Kept<Installed>,
    /// By name; what format 1 has, and 2 repeats.
    #[serde(default)]
    dependencies: Kept<Dependency>,
}

/// The members of an object that may matter; the others are read past.
struct Kept<T>(Vec<(String, T)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// What of an object is kept.
trait Matters {
    fn matters(key: &str) -> bool;
}

#[derive(Deserialize)]
struct Installed {
    version: Option<String>,
}

/// What lies at the top is a package, or a link to one of the workspace, with what lies below that one.
#[derive(Deserialize)]
struct Dependency {
    version: Option<String>,
    #[serde(default)]
    dependencies: Kept<Nested>,
}

#[derive(Deserialize)]
struct Nested {
    version: Option<String>,
}

impl Matters for Installed {
    fn matters(key: &str) -> bool {
        folder_and_package(key).is_some()
    }
}

impl Matters for Dependency {
    fn matters(_: &str) -> bool {
        true
    }
}

impl Matters for Nested {
    fn matters(key: &str) -> bool {
        known(key).is_some()
    }
}

impl<'de, T: Deserialize<'de> + Matters> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keeping<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Matters> Visitor<'de> for Keeping<T> {
            type Value = Kept<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut kept = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if T::matters(&key) {
                        kept.push((key, map.next_value()?));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Kept(kept))
            }
        }
        deserializer.deserialize_map(Keeping(PhantomData))
    }
}

pub(super) fn parse(text: &str) -> Option<Read> {
    let file: File = serde_json::from_str(text).ok()?;
    let by_folder = file.packages.0.iter().filter_map(|(key, installed)| {
        let (folder, package) = folder_and_package(key)?;
        let version = plain(installed.version.as_deref()?)?;
        Some(Locked { package, place: Place::Folder(folder.to_owned()), version, copy: key.clone() })
    });
    let mut entries: Vec<Locked> = by_folder.collect();
    if entries.is_empty() {
        entries = file.dependencies.0.iter().flat_map(|(name, dependency)| by_name(name, dependency)).collect();
    }
    Some((file.lockfile_version.map(|version| version.to_string()), entries))
}

/// The package that a key of `packages` is, and whose folder holds its `node_modules`. None for what lies below another package.
fn folder_and_package(key: &str) -> Option<(&str, &'static str)> {
    let package = PACKAGES.into_iter().find(|package| key.ends_with(package))?;
    let folder = key.strip_suffix(package)?.strip_suffix("node_modules/")?;
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    (!folder.split('/').any(|part| part == "node_modules")).then_some((folder, package))
}

fn by_name(name: &str, dependency: &Dependency) -> Vec<Locked> {
    let version = dependency.version.as_deref().unwrap_or_default();
    if version.starts_with("file:") {
        let nested = dependency.dependencies.0.iter().filter_map(|(package, nested)| {
            let (package, version) = (known(package)?, plain(nested.version.as_deref()?)?);
            Some(Locked { package, place: Place::Name(name.to_owned()), version, copy: name.to_owned() })
        });
        return nested.collect();
    }
    let locked = known(name).zip(plain(version));
    let at_the_top = |(package, version)| {
        let place = Place::Folder(String::new());
        Locked { package, place, version, copy: String::new() }
    };
    locked.map(at_the_top).into_iter().collect()
}
