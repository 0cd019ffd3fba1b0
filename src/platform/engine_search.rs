//! In which folders a client looks for its query engine, in which order, and whether it needs its copy of the schema.
//!
//! Source: the runtimes in `@prisma/client` 2.0.0, 2.30.3, 3.15.2, 4.16.2, 5.0.0 to 5.7.0, 5.22.0 and 6.19.3, and the code that generate writes (5.22.0,
//! 6.16.2), read 2026-11. All lists from 2.30.3 on hold the same folders, in two orders; where between 3.15.2 and 4.16.2 these changed was not read.

use nodejs_semver::Version;

/// A folder in which a client looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The generated folder where the copy of the schema lies in it (`config.dirname`); else the same folder below the working directory.
    Generated,
    /// The folder above that of the runtime: of `@prisma/client`, or the generated one where the runtime is a copy in it.
    AboveRuntime,
    /// `.prisma/client`, three folders above the runtime's file: beside `@prisma`.
    BesidePackage,
    /// The generated folder by its absolute path on the machine that generated, which a function does not have.
    Baked,
    /// The folder of the schema, found from the generated folder as it was when the client was generated (`config.cwd`).
    Schema,
    /// `runtime/` in the generated folder: in Photon's days.
    Runtime,
    /// `/tmp/prisma-engines`: empty when a function starts.
    Temporary,
}

/// From 4 on.
pub const TODAY: &[Place] =
    &[Place::Generated, Place::AboveRuntime, Place::Baked, Place::BesidePackage, Place::Temporary, Place::Schema];
/// 2.17 to 3.
const OLDER: &[Place] =
    &[Place::BesidePackage, Place::Baked, Place::AboveRuntime, Place::Generated, Place::Schema, Place::Temporary];
/// Before: the generated folder alone, and in it `runtime/` in Photon's days.
const OLDEST: &[Place] = &[Place::Runtime, Place::Generated];

/// The folders in the order in which a client of that version looks. The first that holds a file of the exact name is taken.
///
/// `PRISMA_QUERY_ENGINE_LIBRARY` and `PRISMA_QUERY_ENGINE_BINARY` take the place of the search.
pub fn order(version: &Version) -> &'static [Place] {
    match (version.major(), version.minor()) {
        (0 | 1, _) | (2, ..=16) => OLDEST,
        (2 | 3, _) => OLDER,
        _ => TODAY,
    }
}

/// Whether a client of that version needs its copy of `schema.prisma` beside it when it starts.
///
/// For a library it reads the file (2.30.3 to 5.5.2) and stops with `ENOENT` where there is none; from 5.6.0 on the schema is part of the code. To an
/// executable it hands the path (2.0.0 to 5.22.0).
pub fn reads_schema(version: &Version, is_library: bool) -> bool {
    let is_final = !version.to_string().contains("preview");
    let until = if is_library { (5, 5) } else { (5, 22) };
    is_final && version.major() >= 2 && (version.major(), version.minor()) <= until
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn each_era_has_its_order() {
        assert_eq!(order(&version("2.0.0")), [Place::Runtime, Place::Generated]);
        assert_eq!(order(&version("2.30.3")).first(), Some(&Place::BesidePackage));
        assert_eq!(order(&version("3.15.2")), order(&version("2.30.3")));
        assert_eq!(order(&version("4.16.2")).first(), Some(&Place::Generated));
        assert_eq!(order(&version("6.19.3")), order(&version("4.16.2")));
        // The same folders, in another order.
        assert!(order(&version("3.15.2")).iter().all(|place| order(&version("5.22.0")).contains(place)));
    }

    #[test]
    fn old_clients_read_the_schema() {
        for (text, library, executable) in [
            ("2.0.0-preview-12", false, false),
            ("2.0.0-beta.9", true, true),
            ("2.30.3", true, true),
            ("4.16.2", true, true),
            ("5.5.2", true, true),
            ("5.6.0", false, true),
            ("5.22.0", false, true),
            ("6.19.3", false, false),
        ] {
            assert_eq!(reads_schema(&version(text), true), library, "{text}");
            assert_eq!(reads_schema(&version(text), false), executable, "{text}");
        }
    }
}
