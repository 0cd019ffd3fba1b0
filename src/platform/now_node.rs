//! `@now/node` by version: how it bundles, whether the Photon engine gets into the function, what it adds, which runtime it picks.

use nodejs_semver::{Identifier, Range, Version};

use super::Day;
use super::builder_use::VersionSpec;
use super::now_node_lines::{CANARY_0_7_4, NODE_SERVER, STABLE};
use super::trace_profile::PhotonCase;

/// How a release makes a function of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundling {
    /// `@zeit/ncc`: one file with everything, and the assets it finds, flat.
    Ncc {
        /// Version of ncc.
        version: &'static str,
        /// User code lies under `user/` in the function.
        user_folder: bool,
        /// Assets keep their permission bits; otherwise all become 644.
        keeps_mode: bool,
    },
    /// `@zeit/node-file-trace`: all files stay where they are.
    Nft {
        /// Version of node-file-trace.
        version: &'static str,
    },
}

/// What a release makes of `config.includeFiles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncludeFiles {
    /// Nothing.
    Ignored,
    /// Globs from the folder of the entry, copied as they are.
    EntryFolder {
        /// One text instead of a list is read as one glob; otherwise its characters are taken one by one.
        text_allowed: bool,
        /// A match without folder lands in a folder named like the entry's: `api/one.txt` at `api/api/one.txt`.
        repeats_folder: bool,
    },
    /// Globs from the project root, traced like entries.
    ProjectRoot,
}

/// What a release makes of `config.awsLambdaHandler`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsHandler {
    /// Nothing.
    Ignored,
    /// The function has that handler and none of the added files.
    NoLauncher,
    /// A short launcher calls it; bridge and helpers stay.
    ShortLauncher,
}

/// A file of which only the sizes are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sized {
    /// Length of the content.
    pub bytes: u64,
    /// Length of the deflated content, as the builder's own zip holds it.
    pub zip_bytes: u64,
}

impl Sized {
    /// The same file with a little more or less of the same kind of text.
    fn grown(self, by: i64) -> Self {
        let bytes = self.bytes.saturating_add_signed(by);
        Self { bytes, zip_bytes: self.zip_bytes * bytes / self.bytes.max(1) }
    }
}

/// Bytes of the added files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The launcher with helpers and without source maps, for an entry path of no length.
    pub launcher: Sized,
    /// More bytes of the launcher for each byte of `./` and the entry's path.
    pub per_entry_byte: u64,
    /// Change of the launcher when helpers are off.
    pub without_helpers: i64,
    /// Change of the launcher when source map support is added.
    pub with_sourcemaps: i64,
    /// The launcher of an `awsLambdaHandler`, for names of no length.
    pub short_launcher: Sized,
    /// The bridge.
    pub bridge: Sized,
    /// The helpers.
    pub helpers: Sized,
    /// The source map support.
    pub sourcemap_support: Sized,
}

impl Sizes {
    /// The launcher for an entry, a path from the project root.
    pub fn launcher(&self, entry: &str, helpers: bool, sourcemaps: bool) -> Sized {
        let entry = (self.per_entry_byte * (entry.len() as u64 + 2)) as i64;
        let helpers = if helpers { 0 } else { self.without_helpers };
        let sourcemaps = if sourcemaps { self.with_sourcemaps } else { 0 };
        self.launcher.grown(entry + helpers + sourcemaps)
    }

    /// The launcher that calls an `awsLambdaHandler` (`index.handler`), whose last name it holds twice.
    pub fn short_launcher(&self, entry: &str, handler: &str) -> Sized {
        let function = handler.rsplit('.').next().unwrap_or(handler);
        self.short_launcher.grown(2 * function.len() as i64 + entry.len() as i64 + 2)
    }
}

/// The files that lie in a function beside the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Additions {
    /// Starts the entry.
    pub launcher: &'static str,
    /// Translates events to HTTP.
    pub bridge: &'static str,
    /// `req.query` and the like; left out with `helpers: false`. Releases before 0.8.0 have none.
    pub helpers: Option<&'static str>,
    /// A source map of the bundled entry lies beside it.
    pub entry_map: bool,
    /// `sourcemap-register.js` lies beside the bundled entry.
    pub sourcemap_register: bool,
    /// Added only when an ES module or TypeScript file was compiled.
    pub sourcemap_support: Option<&'static str>,
    /// Sizes, where they are constants.
    pub sizes: Option<Sizes>,
}

/// What one release, and those after it up to the next line, do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NowNodeLine {
    /// First version.
    pub from: &'static str,
    /// Its day.
    pub day: Day,
    /// How it bundles.
    pub bundling: Bundling,
    /// Its tracer's special case.
    pub photon: PhotonCase,
    /// The default `maxLambdaSize` it exports, in bytes. Without one, 50 MB hold and the option has no effect.
    pub size_default: Option<u64>,
    /// What it adds.
    pub additions: Additions,
    /// What it makes of `includeFiles`.
    pub include_files: IncludeFiles,
    /// Whether it reads `excludeFiles`.
    pub exclude_files: bool,
    /// What it makes of `awsLambdaHandler`.
    pub aws_handler: AwsHandler,
    /// Where this comes from.
    pub source: &'static str,
}

/// Versions of which the behaviour was looked at, oldest first: what a range is resolved among.
const RELEASES: [&str; 37] = [
    "0.4.27",
    "0.4.28",
    "0.5.3",
    "0.6.0",
    "0.7.2",
    "0.7.4",
    "0.8.0",
    "0.9.0",
    "0.10.1",
    "0.11.1",
    "0.11.2",
    "0.12.0",
    "0.12.1",
    "0.12.3",
    "0.12.5",
    "0.12.6",
    "0.12.7",
    "0.12.8",
    "1.0.0",
    "1.0.1",
    "1.0.2",
    "1.1.2",
    "1.2.0",
    "1.2.1",
    "1.3.0",
    "1.3.5",
    "1.4.0",
    "1.4.1",
    "1.5.0",
    "1.5.1",
    "1.6.0",
    "1.6.1",
    "1.7.4",
    "1.8.0",
    "1.8.3",
    "1.8.5",
    "0.7.4-canary.50",
];

/// What `latest` stood for when the documentation that platform `now` follows was written (mid July 2019).
const DOCUMENTED_LATEST: &str = "0.11.2";
/// What `canary` stood for when Photon's page asked for it.
const DOCUMENTED_CANARY: &str = "0.7.4-canary.50";

/// The version to judge a specification by: itself when exact, the newest known one in a range, and for none or a tag what the documentation of the
/// time described. Nothing for a location, an unknown tag and a range that no known release is in.
pub fn resolve(spec: &VersionSpec) -> Option<Version> {
    let text = match spec {
        VersionSpec::Exact(version) => return Some(version.clone()),
        VersionSpec::None => DOCUMENTED_LATEST,
        VersionSpec::Tag(tag) if tag == "latest" => DOCUMENTED_LATEST,
        VersionSpec::Tag(tag) if tag == "canary" => DOCUMENTED_CANARY,
        VersionSpec::Tag(_) | VersionSpec::Location => return None,
        VersionSpec::Range(range) => {
            let known = RELEASES.iter().filter_map(|text| Version::parse(text).ok());
            return known.filter(|version| range.satisfies(version)).max();
        }
    };
    Version::parse(text).ok()
}

/// The number of a canary of 0.7.4.
fn late_canary(version: &Version) -> Option<u64> {
    if (version.major(), version.minor(), version.patch()) != (0, 7, 4) {
        return None;
    }
    match version.pre_release() {
        [Identifier::AlphaNumeric(name), Identifier::Numeric(number)] if name == "canary" => Some(*number),
        _ => None,
    }
}

/// What this version does.
pub fn line(version: &Version) -> &'static NowNodeLine {
    if let Some(number) = late_canary(version) {
        let later = CANARY_0_7_4.partition_point(|(from, _)| *from <= number);
        return &CANARY_0_7_4[later.saturating_sub(1)].1;
    }
    let later = STABLE.partition_point(|line| Version::parse(line.from).is_ok_and(|from| from <= *version));
    &STABLE[later.saturating_sub(1)]
}

/// What `@now/node-server` does unless `bundle` is `false` (0.8.2 measured).
pub fn node_server() -> &'static NowNodeLine {
    &NODE_SERVER
}

/// Why no runtime is found for `engines.node`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// The range meets none of the Node.js versions that the builder has.
    #[error("`engines.node` is `{0}`, which meets no Node.js version of this builder")]
    Unsupported(String),
    /// The range only meets a Node.js version that ended before the builder was released.
    #[error("`engines.node` is `{0}`, which only meets a Node.js version that had been discontinued")]
    Discontinued(String),
}

/// The Lambda runtime (`nodejs10.x`) of a function that this version makes with this `engines.node`, on the day of the release.
///
/// # Errors
/// When the builder stops with an error.
pub fn runtime(version: &Version, engines: Option<&str>) -> Result<&'static str, RuntimeError> {
    const KNOWN: [(&str, &str); 3] = [("12.x", "nodejs12.x"), ("10.x", "nodejs10.x"), ("8.10.x", "nodejs8.10")];
    let since = |text: &str| Version::parse(text).is_ok_and(|from| *version >= from);
    let reads_engines = since("0.10.0") || late_canary(version).is_some_and(|number| number >= 30);
    if !reads_engines {
        return Ok("nodejs8.10");
    }
    let after_node_8 = since("1.3.1");
    let Some(engines) = engines.filter(|text| !text.is_empty()) else {
        return Ok(if after_node_8 { "nodejs12.x" } else { "nodejs8.10" });
    };
    let known = if since("1.2.0") { &KNOWN[..] } else { &KNOWN[1..] };
    let wanted = Range::parse(engines).map_err(|_| RuntimeError::Unsupported(engines.to_owned()))?;
    let meets = |text: &str| Range::parse(text).is_ok_and(|range| range.allows_any(&wanted));
    match known.iter().find(|(range, _)| meets(range)) {
        Some((_, "nodejs8.10")) if after_node_8 => Err(RuntimeError::Discontinued(engines.to_owned())),
        Some((_, runtime)) => Ok(runtime),
        None => Err(RuntimeError::Unsupported(engines.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::builder_use::BuilderUse;

    fn at(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn lines_hold_until_the_next_one() {
        for (version, from, limit) in [
            ("0.0.1", "0.0.0", Some(5)),
            ("0.4.27", "0.0.0", Some(5)),
            ("0.5.3", "0.5.0", Some(5)),
            ("0.7.4", "0.7.0", Some(5)),
            ("0.9.5", "0.9.0", Some(5)),
            ("0.10.1", "0.10.0", Some(5)),
            ("0.11.2", "0.11.0", Some(5)),
            ("0.12.0", "0.12.0", None),
            ("0.12.3", "0.12.3", None),
            ("1.8.5", "1.8.3", None),
            ("9.9.9", "1.8.3", None),
            ("0.7.4-canary.3", "0.7.4-canary.0", Some(5)),
            ("0.7.4-canary.33", "0.7.4-canary.30", Some(5)),
            ("0.7.4-canary.34", "0.7.4-canary.34", Some(5)),
            ("0.7.4-canary.36", "0.7.4-canary.35", None),
            ("0.7.4-canary.61", "0.7.4-canary.50", None),
            ("1.0.0-canary.8", "0.12.8", None),
        ] {
            let line = line(&at(version));
            assert_eq!((line.from, line.size_default.map(|bytes| bytes >> 20)), (from, limit), "{version}");
        }
        assert!(STABLE.windows(2).all(|pair| at(pair[0].from) < at(pair[1].from) && pair[0].day <= pair[1].day));
        assert!(CANARY_0_7_4.iter().all(|(number, line)| line.from.ends_with(&format!(".{number}"))));
    }

    #[test]
    fn tags_and_ranges_stand_for_versions() {
        for (text, version) in [
            ("@now/node", Some("0.11.2")),
            ("@now/node@latest", Some("0.11.2")),
            ("@now/node@canary", Some("0.7.4-canary.50")),
            ("@now/node@0.12.1", Some("0.12.1")),
            ("@now/node@^0.12.0", Some("0.12.8")),
            ("@now/node@1.x", Some("1.8.5")),
            ("@now/node@~0.7.2", Some("0.7.4")),
            ("@now/node@^7.0.0", None),
            ("@now/node@beta", None),
            ("https://example.com/a.tgz", None),
        ] {
            assert_eq!(resolve(&BuilderUse::parse(text).version), version.map(at), "{text}");
        }
    }

    #[test]
    fn runtimes_as_measured() {
        // Columns: engines.node absent, 8.10.x, 10.x, >=8, 12.x; "-" is a build error.
        const COLUMNS: [Option<&str>; 5] = [None, Some("8.10.x"), Some("10.x"), Some(">=8"), Some("12.x")];
        for (version, expected) in [
            ("0.9.0", ["8.10", "8.10", "8.10", "8.10", "8.10"]),
            ("0.10.1", ["8.10", "8.10", "10.x", "10.x", "-"]),
            ("0.11.1", ["8.10", "8.10", "10.x", "10.x", "-"]),
            ("0.7.4-canary.50", ["8.10", "8.10", "10.x", "10.x", "-"]),
            ("1.1.2", ["8.10", "8.10", "10.x", "10.x", "-"]),
            ("1.2.0", ["8.10", "8.10", "10.x", "12.x", "12.x"]),
            ("1.3.5", ["12.x", "-", "10.x", "12.x", "12.x"]),
            ("1.8.5", ["12.x", "-", "10.x", "12.x", "12.x"]),
        ] {
            for (engines, expected) in COLUMNS.into_iter().zip(expected) {
                let found = runtime(&at(version), engines);
                let found = found.as_ref().map_or("-", |runtime| runtime.trim_start_matches("nodejs"));
                assert_eq!(found, expected, "{version} {engines:?}");
            }
        }
        assert_eq!(runtime(&at("1.8.5"), Some("8.10.x")), Err(RuntimeError::Discontinued("8.10.x".into())));
        assert!(runtime(&at("1.8.5"), Some("node please")).is_err());
    }

    #[test]
    fn launcher_sizes_follow_the_entry() {
        // `makeLauncher` of the published 0.12.3, 1.6.1 and 1.8.5, called with these arguments.
        for (version, entry, helpers, sourcemaps, bytes) in LAUNCHERS {
            let sizes = line(&at(version)).additions.sizes.unwrap();
            assert_eq!(sizes.launcher(entry, helpers, sourcemaps).bytes, bytes, "{version} {entry}");
        }
    }

    #[test]
    fn short_launchers_follow_the_entry_and_the_handler() {
        for (version, bytes) in [("1.0.1", 834), ("1.8.5", 1028)] {
            let sizes = line(&at(version)).additions.sizes.unwrap();
            assert_eq!(sizes.short_launcher("index.js", "index.handler").bytes, bytes, "{version}");
        }
    }

    const LAUNCHERS: [(&str, &str, bool, bool, u64); 6] = [
        ("0.12.3", "index.js", true, false, 1847),
        ("0.12.3", "api/users/index.ts", false, true, 1842),
        ("1.6.1", "api/a.js", true, true, 1931),
        ("1.6.1", "index.js", false, false, 1828),
        ("1.8.5", "index.js", true, false, 3004),
        ("1.8.5", "api/long-name.ts", false, true, 3046),
    ];
}
