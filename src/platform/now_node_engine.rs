//! Whether the Photon engine gets into a function that `@now/node`, `@now/node-server` or `@now/next` makes.
//! All of it was measured on the published builders, except where it says otherwise.

use nodejs_semver::Version;

use super::now_node::{Bundling, line};
use super::trace_profile::PhotonCase;

/// What in the client leads a bundler to its engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnginePath {
    /// A line with `path.join(__dirname, 'runtime/query-engine-...')`, written for bundlers.
    Annotated,
    /// A template text in `runtime/` joined to `__dirname`: `query-engine-${target}`.
    Template,
    /// Only the folder: `path.resolve(__dirname, '')`.
    Folder,
    /// Nothing that can be known without running it.
    Hidden,
}

/// A generated client, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotonClient<'c> {
    /// The package it is loaded as: `@generated/photon`, `@prisma/photon`, or another name.
    pub package: &'c str,
    /// How its code names the engine.
    pub engine_path: EnginePath,
    /// Its engine is the file `runtime/prisma` (before 2019-07-31).
    pub has_runtime_prisma: bool,
}

impl PhotonClient<'_> {
    fn is_generated_photon(&self) -> bool {
        self.package == "@generated/photon"
    }
}

/// Where in the function the engine lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnginePlace {
    /// Beside the bundled entry, without its folders.
    BesideEntry,
    /// In `runtime/` beside the bundled entry.
    RuntimeBesideEntry,
    /// With the whole client in `photon/` beside the bundled entry.
    PhotonBesideEntry,
    /// Where it was.
    InPlace,
    /// Where it was, with everything else in the client's `runtime/`, other engines too.
    InPlaceWithFolder,
}

/// Why the engine is not carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCarried {
    /// The bundler sees no path to the engine, because the client has no annotation.
    NoAnnotation,
    /// The tracer knows only the name `@generated/photon`, and the client has another one and no annotation.
    OtherPackage,
    /// webpack packed the client and its annotation is lost.
    PackedByWebpack,
}

/// Why the build fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildFailure {
    /// The tracer asks for `runtime/prisma`, which the client no longer has. `includeFiles` does not help.
    RuntimePrismaMissing,
    /// ncc 0.4.1 crashes on a path to the client's own folder.
    NccCrash,
}

/// Whether the engine gets into the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineCarried {
    /// It does.
    Yes {
        /// Where.
        place: EnginePlace,
        /// It lies below `user/`.
        user_folder: bool,
        /// It keeps its executable bit. Without it the query engine cannot start: the function's file system is read-only.
        executable: bool,
    },
    /// It does not.
    No(NotCarried),
    /// There is no function.
    BuildFails(BuildFailure),
    /// Neither measured nor derivable.
    Unknown,
}

/// The first stable release that carries every `@generated/photon`.
pub const CARRIES_GENERATED_PHOTON_SINCE: &str = "0.12.3";

/// Whether a function that this version of `@now/node` makes holds the engine.
pub fn engine_carried(version: &Version, client: &PhotonClient<'_>) -> EngineCarried {
    let line = line(version);
    match line.bundling {
        Bundling::Ncc { user_folder, keeps_mode, .. } => {
            ncc_carries(client.engine_path, user_folder, keeps_mode, line.from)
        }
        Bundling::Nft { .. } => nft_carries(line.photon, client),
    }
}

fn ncc_carries(path: EnginePath, user_folder: bool, executable: bool, from: &str) -> EngineCarried {
    let place = match path {
        EnginePath::Annotated => EnginePlace::BesideEntry,
        EnginePath::Hidden => return EngineCarried::No(NotCarried::NoAnnotation),
        EnginePath::Template if !executable => return EngineCarried::No(NotCarried::NoAnnotation),
        EnginePath::Folder if !executable => return EngineCarried::BuildFails(BuildFailure::NccCrash),
        EnginePath::Template | EnginePath::Folder if from == "0.4.28" => return EngineCarried::Unknown,
        EnginePath::Template => EnginePlace::RuntimeBesideEntry,
        EnginePath::Folder => EnginePlace::PhotonBesideEntry,
    };
    EngineCarried::Yes { place, user_folder, executable }
}

fn nft_carries(case: PhotonCase, client: &PhotonClient<'_>) -> EngineCarried {
    let carried = |place| EngineCarried::Yes { place, user_folder: false, executable: true };
    if client.is_generated_photon() {
        match case {
            PhotonCase::RuntimeFolder => return carried(EnginePlace::InPlaceWithFolder),
            PhotonCase::RuntimePrisma if client.has_runtime_prisma => return carried(EnginePlace::InPlace),
            PhotonCase::RuntimePrisma => return EngineCarried::BuildFails(BuildFailure::RuntimePrismaMissing),
            PhotonCase::None => {}
        }
    }
    match client.engine_path {
        EnginePath::Annotated => carried(EnginePlace::InPlace),
        EnginePath::Hidden if client.is_generated_photon() => EngineCarried::No(NotCarried::NoAnnotation),
        EnginePath::Hidden => EngineCarried::No(NotCarried::OtherPackage),
        EnginePath::Template | EnginePath::Folder => EngineCarried::Unknown,
    }
}

/// Whether a function of `@now/node-server` holds the engine (0.8.2 measured). With `bundle: false` it holds the whole project.
pub fn server_engine_carried(bundle: bool, client: &PhotonClient<'_>) -> EngineCarried {
    if bundle {
        ncc_carries(client.engine_path, false, true, "")
    } else {
        EngineCarried::Yes { place: EnginePlace::InPlaceWithFolder, user_folder: false, executable: true }
    }
}

/// Whether a function of `@now/next` holds the engine: never (0.5.10, 0.7.0, 2.3.9 and 2.7.8 measured, target serverless).
pub fn next_engine_carried() -> EngineCarried {
    EngineCarried::No(NotCarried::PackedByWebpack)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSING: EngineCarried = EngineCarried::No(NotCarried::NoAnnotation);
    const BROKEN: EngineCarried = EngineCarried::BuildFails(BuildFailure::RuntimePrismaMissing);

    fn carried(version: &str, package: &str, engine_path: EnginePath, has_runtime_prisma: bool) -> EngineCarried {
        engine_carried(&Version::parse(version).unwrap(), &PhotonClient { package, engine_path, has_runtime_prisma })
    }

    fn generated(version: &str, engine_path: EnginePath) -> EngineCarried {
        carried(version, "@generated/photon", engine_path, false)
    }

    fn is_executable(engine: EngineCarried) -> Option<bool> {
        match engine {
            EngineCarried::Yes { executable, .. } => Some(executable),
            _ => None,
        }
    }

    #[test]
    fn an_annotated_client_is_carried_by_all_releases_but_two() {
        for version in [
            "0.4.28",
            "0.5.3",
            "0.6.0",
            "0.7.2",
            "0.7.4",
            "0.8.0",
            "0.9.0",
            "0.10.1",
            "0.11.1",
            "0.7.4-canary.50",
            "0.12.3",
            "0.12.8",
            "1.0.0",
            "1.2.0",
            "1.8.5",
            "0.7.4-canary.29",
            "0.7.4-canary.31",
        ] {
            assert_eq!(is_executable(generated(version, EnginePath::Annotated)), Some(true), "{version}");
        }
    }

    #[test]
    fn the_build_fails_where_the_tracer_asks_for_runtime_prisma() {
        for version in ["0.12.0", "0.12.1", "0.7.4-canary.34", "0.7.4-canary.48"] {
            for path in [EnginePath::Annotated, EnginePath::Template, EnginePath::Folder, EnginePath::Hidden] {
                assert_eq!(generated(version, path), BROKEN, "{version}");
            }
            assert_eq!(is_executable(carried(version, "@generated/photon", EnginePath::Hidden, true)), Some(true));
            assert_eq!(is_executable(carried(version, "@prisma/photon", EnginePath::Annotated, false)), Some(true));
            assert_eq!(
                carried(version, "@prisma/photon", EnginePath::Hidden, false),
                EngineCarried::No(NotCarried::OtherPackage)
            );
        }
        assert!(is_executable(generated(CARRIES_GENERATED_PHOTON_SINCE, EnginePath::Hidden)).is_some());
    }

    #[test]
    fn bundling_releases_need_the_annotation() {
        for version in ["0.4.27", "0.4.28", "0.5.3", "0.7.4", "0.11.2", "0.7.4-canary.29"] {
            assert_eq!(generated(version, EnginePath::Hidden), MISSING, "{version}");
        }
        let place = |version, path| match generated(version, path) {
            EngineCarried::Yes { place, user_folder, .. } => Some((place, user_folder)),
            _ => None,
        };
        assert_eq!(place("0.5.3", EnginePath::Annotated), Some((EnginePlace::BesideEntry, true)));
        assert_eq!(place("0.6.0", EnginePath::Annotated), Some((EnginePlace::BesideEntry, false)));
        assert_eq!(place("0.11.1", EnginePath::Template), Some((EnginePlace::RuntimeBesideEntry, false)));
        assert_eq!(place("0.11.1", EnginePath::Folder), Some((EnginePlace::PhotonBesideEntry, false)));
    }

    #[test]
    fn the_oldest_release_drops_the_executable_bit() {
        assert_eq!(is_executable(generated("0.4.27", EnginePath::Annotated)), Some(false));
        assert_eq!(generated("0.4.27", EnginePath::Template), MISSING);
        assert_eq!(generated("0.4.27", EnginePath::Folder), EngineCarried::BuildFails(BuildFailure::NccCrash));
    }

    #[test]
    fn tracing_releases_know_one_package_name() {
        for version in ["0.7.4-canary.50", "0.12.3", "1.0.1", "1.8.5"] {
            for path in [EnginePath::Annotated, EnginePath::Hidden] {
                let whole =
                    EngineCarried::Yes { place: EnginePlace::InPlaceWithFolder, user_folder: false, executable: true };
                assert_eq!(generated(version, path), whole, "{version}");
            }
            assert_eq!(
                carried(version, "@prisma/photon", EnginePath::Hidden, false),
                EngineCarried::No(NotCarried::OtherPackage)
            );
            assert_eq!(is_executable(carried(version, "@prisma/photon", EnginePath::Annotated, false)), Some(true));
        }
        assert_eq!(generated("0.7.4-canary.31", EnginePath::Hidden), MISSING);
    }

    #[test]
    fn servers_and_pages() {
        let client = PhotonClient {
            package: "@generated/photon",
            engine_path: EnginePath::Annotated,
            has_runtime_prisma: false,
        };
        assert_eq!(is_executable(server_engine_carried(true, &client)), Some(true));
        assert_eq!(is_executable(server_engine_carried(false, &client)), Some(true));
        assert_eq!(next_engine_carried(), EngineCarried::No(NotCarried::PackedByWebpack));
    }
}
