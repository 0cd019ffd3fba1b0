//! What kinds of files take the room in a function.

use serde::Serialize;

use super::{BundleFile, Sizes};
use crate::bundle::is_engine;

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// JavaScript, or what becomes it.
    Code,
    /// JSON.
    Json,
    /// A query engine of Prisma.
    Engine,
    /// WebAssembly.
    Wasm,
    /// Native addons and shared libraries.
    Native,
    /// Source maps.
    Maps,
    /// Type declarations.
    Types,
    /// Texts for people: readme, licence, change log, other Markdown.
    Docs,
    /// Tests of installed packages.
    Tests,
    /// Everything else.
    Other,
}

/// What the files of one kind take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KindSize {
    /// The kind.
    pub kind: Kind,
    /// Unzipped.
    pub bytes: u64,
    /// Their part of the archive, where that was measured.
    pub zip_bytes: Option<u64>,
    /// How many files.
    pub files: usize,
}

const TEXTS: [&str; 10] =
    ["readme", "changelog", "changes", "history", "license", "licence", "copying", "notice", "authors", "contributing"];

/// Whether a file's name alone says that it is for people and not for programs: `README.md`, `LICENSE-MIT`, `HISTORY`.
pub fn is_text_for_people(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let Some(rest) = TEXTS.iter().find_map(|text| last.strip_prefix(text)) else { return false };
    let (stem, extension) = rest.split_once('.').unwrap_or((rest, ""));
    (stem.is_empty() || stem.starts_with(['-', '_'])) && matches!(extension, "" | "md" | "markdown" | "txt")
}

impl Kind {
    /// The kind of a file of a bundle.
    pub fn of(name: &str) -> Self {
        let last = name.rsplit('/').next().unwrap_or(name);
        let ends = |endings: &[&str]| endings.iter().any(|ending| last.ends_with(ending));
        if is_engine(name) {
            Self::Engine
        } else if ends(&[".map"]) {
            Self::Maps
        } else if ends(&[".d.ts", ".d.mts", ".d.cts"]) {
            Self::Types
        } else if ends(&[".wasm"]) {
            Self::Wasm
        } else if ends(&[".node", ".so", ".dylib", ".dll"]) || last.contains(".so.") {
            Self::Native
        } else if is_text_for_people(name) || ends(&[".md", ".markdown"]) {
            Self::Docs
        } else if is_test(name) {
            Self::Tests
        } else if ends(&[".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".jsx"]) {
            Self::Code
        } else if ends(&[".json"]) {
            Self::Json
        } else {
            Self::Other
        }
    }

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Json => "JSON",
            Self::Engine => "query engines",
            Self::Wasm => "WebAssembly",
            Self::Native => "native addons and libraries",
            Self::Maps => "source maps",
            Self::Types => "type declarations",
            Self::Docs => "texts for people",
            Self::Tests => "tests of packages",
            Self::Other => "other files",
        }
    }
}

fn is_test(name: &str) -> bool {
    let Some((_, inside)) = name.rsplit_once("node_modules/") else { return false };
    let mut segments = inside.split('/').skip(1);
    let last = inside.rsplit('/').next().unwrap_or(inside);
    [".test.js", ".spec.js", ".test.mjs", ".spec.mjs"].iter().any(|ending| last.ends_with(ending))
        || segments.any(|segment| matches!(segment, "test" | "tests" | "__tests__"))
}

/// The kinds in a function, the largest first.
pub fn kinds(files: &[BundleFile], sizes: &Sizes) -> Vec<KindSize> {
    let mut found: Vec<KindSize> = Vec::new();
    for (file, size) in files.iter().zip(&sizes.files) {
        let kind = Kind::of(&file.name);
        match found.iter_mut().find(|one| one.kind == kind) {
            Some(one) => {
                one.bytes += size.bytes;
                one.zip_bytes = one.zip_bytes.zip(size.zip_bytes).map(|(sum, part)| sum + part);
                one.files += 1;
            }
            None => found.push(KindSize { kind, bytes: size.bytes, zip_bytes: size.zip_bytes, files: 1 }),
        }
    }
    found.sort_by(|one, other| other.bytes.cmp(&one.bytes).then(one.kind.cmp(&other.kind)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_kind() {
        for (name, kind) in [
            ("api/index.js", Kind::Code),
            ("node_modules/.prisma/client/libquery_engine-rhel-openssl-3.0.x.so.node", Kind::Engine),
            ("node_modules/a/a.js.map", Kind::Maps),
            ("node_modules/a/a.d.mts", Kind::Types),
            ("node_modules/sharp/lib/libvips-cpp.so.42", Kind::Native),
            ("node_modules/a/LICENSE", Kind::Docs),
            ("node_modules/a/licenses.json", Kind::Json),
            ("node_modules/a/License-MIT.txt", Kind::Docs),
            ("node_modules/a/readme.js", Kind::Code),
            ("node_modules/a/test/x.js", Kind::Tests),
            ("node_modules/test/x.js", Kind::Code),
            ("test/x.js", Kind::Code),
            ("node_modules/a/package.json", Kind::Json),
            ("node_modules/a/x.dat", Kind::Other),
        ] {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }
}
