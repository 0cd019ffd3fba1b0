//! What one builder's tracer does, as named switches. Every builder that traces uses some release of `@vercel/nft`;
//! its rules moved with its releases, and a bundle can be predicted only with the rules of the release that will run.

/// Which `package.json` files a tracer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageJson {
    /// The nearest one above every traced `.js` or `.ts` file, and every one that resolution read a target from.
    Boundary,
    /// The same, but not above `.ts` files.
    BoundaryOfJs,
    /// Only those whose `main` was needed to resolve something.
    MainOnly,
}

/// How `*` and folder keys of `exports` and `imports` are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patterns {
    /// `exports` is not read at all.
    None,
    /// No patterns, and for a key that ends in `/` the path below the package is that of the request, whatever the target. `imports` is not read.
    Folders,
    /// Keys by length, and only a `*` at the end of the key.
    TrailingStar,
    /// One `*` anywhere, in node's key order.
    Node,
}

/// The packages whose files a tracer knows by name, by the release that brought the last of them: each knows those of the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageCases {
    /// Up to 0.2.6: google-gax, oracledb, typescript, uglify-es, uglify-js.
    First,
    /// 0.2.7: bull.
    Bull,
    /// 0.2.9: all of `lib/` of uglify-js, not a list of its files.
    UglifyFolder,
    /// 0.2.13: argon2, phantomjs-prebuilt.
    Argon2,
    /// 0.4.1: semver.
    Semver,
    /// 0.8.1: socket.io, for which the releases before had code that always failed.
    SocketIo,
    /// Everything that is known today.
    Today,
}

impl PackageCases {
    /// What this release knows. Read from the releases that are part of `@now/node` 0.12.1 to 1.8.5.
    fn of_release(version: &str) -> Self {
        let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        match (next(), next(), next()) {
            (0, ..=1, _) | (0, 2, ..=6) => Self::First,
            (0, 2, ..=8) => Self::Bull,
            (0, 2, ..=12) => Self::UglifyFolder,
            (0, ..=3, _) | (0, 4, 0) => Self::Argon2,
            (0, ..=7, _) => Self::Semver,
            (0, ..=9, _) => Self::SocketIo,
            _ => Self::Today,
        }
    }
}

/// What is done for the generated Photon client (`@generated/photon/index.js`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotonCase {
    /// The whole `runtime/` folder is carried.
    RuntimeFolder,
    /// The file `runtime/prisma` is carried; where there is none the build fails.
    RuntimePrisma,
    /// Nothing is done.
    None,
}

/// The rules of one release of the tracer, with the options that its builder passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceProfile {
    /// Name for reports, such as `nft-1.11.5`.
    pub name: &'static str,
    /// Both `import` and `require` are followed in every file; otherwise only what belongs to the kind of the file.
    pub mixed_modules: bool,
    /// The `exports` target alone is listed, not also the file that the old rules would find.
    pub exports_only: bool,
    /// `module-sync` targets are added on every Node version, not only from 22 on.
    pub module_sync_catchall: bool,
    /// Expressions are evaluated to find files that are read or required by computed path.
    pub analysis: bool,
    /// TypeScript is compiled before it is parsed, as the builders do.
    pub compile_typescript: bool,
    /// Markup in scripts of the project itself is compiled before they are parsed, as Next.js does.
    pub reads_markup: bool,
    /// `import.meta.dirname`, `.filename` and `.resolve()` are known.
    pub import_meta_paths: bool,
    /// `#/x` is a valid import.
    pub hash_slash_imports: bool,
    /// How patterns in `exports` are matched.
    pub patterns: Patterns,
    /// A package's own `exports` count where it names itself; otherwise for every package that its files ask for, as if that were itself.
    pub checks_own_name: bool,
    /// Whether also a single file that a package names by its path is left out where it lies outside of `node_modules`; folders always are.
    pub files_stay_in_packages: bool,
    /// Which `package.json` files are listed.
    pub package_json: PackageJson,
    /// The case for the Photon client.
    pub photon: PhotonCase,
    /// The packages it knows by name.
    pub cases: PackageCases,
}

/// `@vercel/nft` 1.11.5 with the options of its own command line: what `nowcheck trace` follows.
pub const NFT_1_11_5: TraceProfile = TraceProfile {
    name: "nft-1.11.5",
    mixed_modules: true,
    exports_only: false,
    module_sync_catchall: false,
    analysis: true,
    compile_typescript: false,
    reads_markup: false,
    import_meta_paths: true,
    hash_slash_imports: true,
    patterns: Patterns::Node,
    checks_own_name: true,
    files_stay_in_packages: true,
    package_json: PackageJson::Boundary,
    photon: PhotonCase::RuntimeFolder,
    cases: PackageCases::Today,
};

/// `@vercel/nft` 1.10.0 as today's `@vercel/node` (CLI 64.0.2) runs it.
pub const NFT_1_10_0: TraceProfile = TraceProfile {
    name: "nft-1.10.0",
    module_sync_catchall: true,
    compile_typescript: true,
    import_meta_paths: false,
    hash_slash_imports: false,
    patterns: Patterns::TrailingStar,
    ..NFT_1_11_5
};

/// The sources of a page, followed as Next.js follows them before it bundles: what its own `.nft.json` lists is known; this tells who asks for it.
pub const NEXT: TraceProfile =
    TraceProfile { name: "next", module_sync_catchall: false, reads_markup: true, ..NFT_1_10_0 };

/// nft 0.8.1 to 0.9.2: `@now/node` 1.7.4 to 1.8.5, the first that list every `package.json` and read `exports`.
pub const NFT_0_9: TraceProfile = TraceProfile {
    name: "nft-0.9",
    module_sync_catchall: false,
    patterns: Patterns::Folders,
    checks_own_name: false,
    files_stay_in_packages: false,
    package_json: PackageJson::BoundaryOfJs,
    ..NFT_1_10_0
};

/// nft 0.2.5 to 0.5.1: `@now/node` 0.7.4-canary.50, 0.12.2 to 1.6.1. A `package.json` is listed only where its `main` was needed.
/// No package of that time could show whether `exports` was read; that it was not is assumed.
pub const NFT_0_5: TraceProfile = TraceProfile {
    name: "nft-0.5",
    mixed_modules: false,
    patterns: Patterns::None,
    package_json: PackageJson::MainOnly,
    ..NFT_0_9
};

/// nft 0.1.6 to 0.2.3: `@now/node` 0.12.0, 0.12.1 and 0.7.4-canary.34 to .48, which fail for a Photon client without `runtime/prisma`.
pub const NFT_0_2_3: TraceProfile = TraceProfile { name: "nft-0.2.3", photon: PhotonCase::RuntimePrisma, ..NFT_0_5 };

/// nft 0.1.4 and 0.1.5: `@now/node` 0.7.4-canary.30 to .33, before any case for Photon (read from the repository's history, not run).
pub const NFT_0_1_5: TraceProfile = TraceProfile { name: "nft-0.1.5", photon: PhotonCase::None, ..NFT_0_5 };

/// The rules of a release of the tracer, of those that `@now/node` used.
pub fn of_release(version: &str) -> TraceProfile {
    let profile = match version {
        "0.1.4" | "0.1.5" => NFT_0_1_5,
        older if older.starts_with("0.1.") || matches!(older, "0.2.1" | "0.2.3") => NFT_0_2_3,
        newer if newer.starts_with("0.8.") || newer.starts_with("0.9.") => NFT_0_9,
        _ => NFT_0_5,
    };
    TraceProfile { cases: PackageCases::of_release(version), ..profile }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_of_now_node_knows_its_packages() {
        for (version, cases) in [
            ("0.1.4", PackageCases::First),
            ("0.2.6", PackageCases::First),
            ("0.2.7", PackageCases::Bull),
            ("0.2.9", PackageCases::UglifyFolder),
            ("0.2.13", PackageCases::Argon2),
            ("0.4.0", PackageCases::Argon2),
            ("0.4.1", PackageCases::Semver),
            ("0.5.1", PackageCases::Semver),
            ("0.9.2", PackageCases::SocketIo),
            ("1.10.0", PackageCases::Today),
        ] {
            assert_eq!(of_release(version).cases, cases, "{version}");
        }
    }
}
