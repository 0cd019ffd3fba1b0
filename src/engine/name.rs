//! Engine file names, read and written.
//!
//! Source: `@prisma/get-platform` and `@prisma/fetch-engine`, several versions from Photon to 7.10.1. The runtime looks for the exact name.

use crate::platform::targets::{TARGETS, Target};

/// What a file with an engine's name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EngineKind {
    /// The query engine as an executable that the client starts.
    Binary,
    /// The query engine as a Node-API library that the client loads.
    Library,
    /// A query engine or query compiler as WebAssembly.
    Wasm,
    /// `migration-engine-*`, up to 4.x: used by the CLI, never by a function.
    Migration,
    /// `schema-engine-*`, from 5.0: used by the CLI, never by a function.
    Schema,
    /// `introspection-engine-*`, up to 4.8: used by the CLI.
    Introspection,
    /// `prisma-fmt-*`, up to 4.2: used by the CLI and editors.
    Fmt,
}

impl EngineKind {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Library => "library",
            Self::Wasm => "wasm",
            Self::Migration => "migration",
            Self::Schema => "schema",
            Self::Introspection => "introspection",
            Self::Fmt => "fmt",
        }
    }

    /// Whether a running function uses it.
    pub fn serves_queries(self) -> bool {
        matches!(self, Self::Binary | Self::Library | Self::Wasm)
    }

    /// Whether it is an executable file on its target.
    pub fn is_executable(self) -> bool {
        !matches!(self, Self::Library | Self::Wasm)
    }
}

const EXECUTABLES: &[(&str, EngineKind)] = &[
    ("query-engine-", EngineKind::Binary),
    ("migration-engine-", EngineKind::Migration),
    ("schema-engine-", EngineKind::Schema),
    ("introspection-engine-", EngineKind::Introspection),
    ("prisma-fmt-", EngineKind::Fmt),
];

/// An engine file name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EngineName {
    /// What it is for.
    pub kind: EngineKind,
    /// The target's name as it stands in the file name; empty for WebAssembly, which has none.
    pub target_name: String,
    /// What is known of that target; `None` for a name that no version published.
    pub target: Option<&'static Target>,
}

impl EngineName {
    /// Takes a file name (without folders) apart. `None` when no engine is ever called so.
    ///
    /// A target that is not in the table is accepted when the rest of the name is an engine's beyond doubt.
    pub fn parse(file: &str) -> Option<Self> {
        parse_library(file).or_else(|| parse_wasm(file)).or_else(|| parse_executable(file))
    }

    /// The file name that the runtime looks for. `None` for WebAssembly, where it depends on the version.
    pub fn file_name(&self) -> Option<String> {
        file_name(self.kind, &self.target_name)
    }
}

/// The file name of an engine of that kind for the target of that name. `None` for WebAssembly, where it depends on the version.
///
/// The suffix follows the name alone, as the clients do it: one with `windows` in it is a DLL, with `darwin` a dylib, else a shared object.
pub fn file_name(kind: EngineKind, target: &str) -> Option<String> {
    let windows = target.contains("windows");
    if kind == EngineKind::Library {
        return Some(if windows {
            format!("query_engine-{target}.dll.node")
        } else if target.contains("darwin") {
            format!("libquery_engine-{target}.dylib.node")
        } else {
            format!("libquery_engine-{target}.so.node")
        });
    }
    let (prefix, _) = EXECUTABLES.iter().find(|(_, known)| *known == kind)?;
    Some(format!("{prefix}{target}{}", if windows { ".exe" } else { "" }))
}

fn named(kind: EngineKind, target_name: &str) -> Option<EngineName> {
    let safe = !target_name.is_empty()
        && target_name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte));
    safe.then(|| EngineName {
        kind,
        target_name: target_name.to_owned(),
        target: TARGETS.iter().find(|target| target.name == target_name),
    })
}

fn parse_library(file: &str) -> Option<EngineName> {
    let name = match file.strip_prefix("libquery_engine-") {
        Some(rest) => rest.strip_suffix(".so.node").or_else(|| rest.strip_suffix(".dylib.node"))?,
        None => file.strip_prefix("query_engine-")?.strip_suffix(".dll.node")?,
    };
    named(EngineKind::Library, name).filter(|name| name.file_name().as_deref() == Some(file))
}

fn parse_wasm(file: &str) -> Option<EngineName> {
    let wasm = file.starts_with("query_engine_bg.") || file.starts_with("query_compiler_");
    let data = file.ends_with(".wasm") || file.ends_with(".wasm-base64.js") || file.ends_with(".wasm-base64.mjs");
    (wasm && data).then(|| EngineName { kind: EngineKind::Wasm, target_name: String::new(), target: None })
}

/// Scripts and notes begin like executables (`query-engine-notes.md`), so an unknown target must look like one.
fn parse_executable(file: &str) -> Option<EngineName> {
    let (prefix, kind) = EXECUTABLES.iter().find(|(prefix, _)| file.starts_with(prefix))?;
    let rest = file.strip_prefix(prefix)?;
    let name = named(*kind, rest.strip_suffix(".exe").unwrap_or(rest))?;
    let looks_like_target = name.target.is_some()
        || ["linux-", "debian-openssl-", "rhel-openssl-", "darwin-", "freebsd"]
            .iter()
            .any(|start| name.target_name.starts_with(start) && !ends_like_a_document(&name.target_name));
    (looks_like_target && name.file_name().as_deref() == Some(file)).then_some(name)
}

fn ends_like_a_document(name: &str) -> bool {
    [".gz", ".sha256", ".md", ".js", ".ts", ".json", ".txt", ".map", ".tmp"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_and_kind_round_trips() {
        let kinds = [
            EngineKind::Binary,
            EngineKind::Library,
            EngineKind::Migration,
            EngineKind::Schema,
            EngineKind::Introspection,
            EngineKind::Fmt,
        ];
        for target in TARGETS {
            for kind in kinds {
                let file = file_name(kind, target.name).unwrap();
                let name = EngineName::parse(&file).unwrap_or_else(|| panic!("{file}"));
                assert_eq!((name.kind, name.target), (kind, Some(target)), "{file}");
            }
        }
    }

    #[test]
    fn the_names_are_exactly_those_of_the_clients() {
        for (file, kind, target) in [
            ("query-engine-rhel-openssl-1.0.x", EngineKind::Binary, "rhel-openssl-1.0.x"),
            ("query-engine-windows.exe", EngineKind::Binary, "windows"),
            (
                "query-engine-linux-glibc-libssl1.0.2-ubuntu1604",
                EngineKind::Binary,
                "linux-glibc-libssl1.0.2-ubuntu1604",
            ),
            ("libquery_engine-debian-openssl-3.0.x.so.node", EngineKind::Library, "debian-openssl-3.0.x"),
            ("libquery_engine-darwin-arm64.dylib.node", EngineKind::Library, "darwin-arm64"),
            ("query_engine-windows.dll.node", EngineKind::Library, "windows"),
            ("schema-engine-linux-static-x64", EngineKind::Schema, "linux-static-x64"),
            ("query_engine_bg.wasm", EngineKind::Wasm, ""),
            ("query_compiler_fast_bg.postgresql.wasm-base64.mjs", EngineKind::Wasm, ""),
        ] {
            let name = EngineName::parse(file).unwrap_or_else(|| panic!("{file}"));
            assert_eq!((name.kind, name.target_name.as_str()), (kind, target), "{file}");
        }
        assert_eq!(EngineName::parse("libquery_engine-rhel-openssl-4.0.x.so.node").map(|name| name.target), Some(None));
    }

    #[test]
    fn other_files_are_not_engines() {
        for file in [
            "query-engine-windows",
            "query-engine-rhel-openssl-1.0.x.gz",
            "query-engine-notes.md",
            "query-engine-",
            "libquery_engine-windows.dll.node",
            "libquery_engine-darwin.so.node",
            "libquery_engine-.so.node",
            "libquery_engine-debian-openssl-1.1.x.so.node.tmp12",
            "query_engine_bg.js",
            "index.js",
            "",
            "query-engine-linux-über",
        ] {
            assert_eq!(EngineName::parse(file), None, "{file}");
        }
    }
}
