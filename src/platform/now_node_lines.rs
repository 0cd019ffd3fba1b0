//! What each release of `@now/node` does, as measured by running the published builders (clock set to the release day).

use super::Day;
use super::now_node::{Additions, AwsHandler, Bundling, IncludeFiles, NowNodeLine, Sized, Sizes};
use super::trace_profile::PhotonCase;
use crate::base::bytes::MB;

const OLD_NAMES: Additions = Additions {
    launcher: "launcher.js",
    bridge: "bridge.js",
    helpers: None,
    entry_map: false,
    sourcemap_register: false,
    sourcemap_support: None,
    sizes: None,
};
const WITH_MAP: Additions = Additions { entry_map: true, sourcemap_register: true, ..OLD_NAMES };
const WITH_HELPERS: Additions = Additions { helpers: Some("helpers.js"), ..WITH_MAP };
const NOW_NAMES_NCC: Additions = Additions {
    launcher: "___now_launcher.js",
    bridge: "___now_bridge.js",
    helpers: Some("___now_helpers.js"),
    ..WITH_MAP
};

const fn file(bytes: u64, zip_bytes: u64) -> Sized {
    Sized { bytes, zip_bytes }
}

const HELPERS_2019: Sized = file(20963, 5889);
const HELPERS_2020: Sized = file(21206, 5886);
const SUPPORT_2019: Sized = file(124_314, 31_049);
const AT_FIRST: Additions = traced(file(5796, 1741), HELPERS_2019, file(124_318, 31_052));

/// The additions of a tracing release before 1.7.0.
const fn traced(bridge: Sized, helpers: Sized, sourcemap_support: Sized) -> Additions {
    sized(Sizes {
        launcher: file(1817, 669),
        per_entry_byte: 3,
        without_helpers: -69,
        with_sourcemaps: 34,
        short_launcher: file(810, 380),
        bridge,
        helpers,
        sourcemap_support,
    })
}

const fn sized(sizes: Sizes) -> Additions {
    Additions {
        entry_map: false,
        sourcemap_register: false,
        sourcemap_support: Some("__sourcemap_support.js"),
        sizes: Some(sizes),
        ..NOW_NAMES_NCC
    }
}

/// The additions of a bundling release: sizes for an entry with a path of usual length.
const fn packed(names: Additions, launcher: Sized, bridge: Sized, helpers: Sized) -> Additions {
    let sizes = Sizes {
        launcher,
        per_entry_byte: 0,
        without_helpers: 0,
        with_sourcemaps: 0,
        short_launcher: launcher,
        bridge,
        helpers,
        sourcemap_support: file(123_986, 30_936),
    };
    Additions { sizes: Some(sizes), ..names }
}

const NO_HELPERS: Sized = file(0, 0);

/// The additions since 1.7.0.
const fn quoted(helpers: Sized, sourcemap_support: Sized) -> Additions {
    sized(Sizes {
        launcher: file(2994, 873),
        per_entry_byte: 1,
        without_helpers: 1,
        with_sourcemaps: 33,
        short_launcher: file(1004, 443),
        bridge: file(6657, 2017),
        helpers,
        sourcemap_support,
    })
}

/// What the bundling releases have in common.
const NCC: NowNodeLine = NowNodeLine {
    from: "0.0.0",
    day: "2018-12-06",
    bundling: Bundling::Ncc { version: "0.18.5", user_folder: false, keeps_mode: true },
    photon: PhotonCase::None,
    size_default: Some(5 * MB),
    additions: WITH_MAP,
    include_files: IncludeFiles::EntryFolder { text_allowed: true, repeats_folder: true },
    exclude_files: false,
    aws_handler: AwsHandler::Ignored,
    source: "measured on the published builders",
};

const fn ncc(from: &'static str, day: Day, additions: Additions) -> NowNodeLine {
    NowNodeLine { from, day, additions, ..NCC }
}

/// `@now/node-server` 0.8.2.
pub(super) static NODE_SERVER: NowNodeLine = NowNodeLine {
    size_default: Some(15 * MB),
    additions: packed(WITH_MAP, file(760, 380), file(5832, 1769), NO_HELPERS),
    include_files: IncludeFiles::EntryFolder { text_allowed: true, repeats_folder: false },
    ..NCC
};

/// What the tracing releases have in common.
const NFT: NowNodeLine = NowNodeLine {
    bundling: Bundling::Nft { version: "0.2.6" },
    photon: PhotonCase::RuntimeFolder,
    size_default: None,
    additions: AT_FIRST,
    include_files: IncludeFiles::ProjectRoot,
    exclude_files: true,
    aws_handler: AwsHandler::NoLauncher,
    ..NCC
};

const fn nft(from: &'static str, day: Day, version: &'static str, additions: Additions) -> NowNodeLine {
    NowNodeLine { from, day, bundling: Bundling::Nft { version }, additions, ..NFT }
}

/// The stable releases: each line holds from its version up to the next line.
pub(super) static STABLE: &[NowNodeLine] = &[
    NowNodeLine {
        bundling: Bundling::Ncc { version: "0.4.1", user_folder: true, keeps_mode: false },
        additions: packed(OLD_NAMES, file(485, 254), file(2126, 781), NO_HELPERS),
        include_files: IncludeFiles::Ignored,
        ..NCC
    },
    NowNodeLine {
        from: "0.4.28",
        day: "2019-01-20",
        bundling: Bundling::Ncc { version: "0.11.0", user_folder: true, keeps_mode: true },
        additions: packed(OLD_NAMES, file(523, 267), file(2681, 943), NO_HELPERS),
        include_files: IncludeFiles::Ignored,
        ..NCC
    },
    NowNodeLine {
        from: "0.5.0",
        day: "2019-04-03",
        bundling: Bundling::Ncc { version: "0.17.3", user_folder: true, keeps_mode: true },
        additions: packed(OLD_NAMES, file(807, 426), file(4642, 1331), NO_HELPERS),
        include_files: IncludeFiles::EntryFolder { text_allowed: false, repeats_folder: false },
        ..NCC
    },
    NowNodeLine {
        from: "0.6.0",
        day: "2019-04-25",
        bundling: Bundling::Ncc { version: "0.18.1", user_folder: false, keeps_mode: true },
        additions: packed(WITH_MAP, file(811, 406), file(5105, 1544), NO_HELPERS),
        include_files: IncludeFiles::EntryFolder { text_allowed: false, repeats_folder: true },
        ..NCC
    },
    ncc("0.7.0", "2019-05-11", packed(WITH_MAP, file(819, 410), file(5173, 1584), NO_HELPERS)),
    ncc("0.8.0", "2019-06-08", packed(WITH_HELPERS, file(872, 430), file(5173, 1584), file(376_989, 182_321))),
    ncc("0.9.0", "2019-06-17", packed(WITH_HELPERS, file(938, 461), file(5660, 1728), file(16_074, 4660))),
    ncc("0.10.0", "2019-06-28", packed(WITH_HELPERS, file(938, 461), file(5832, 1769), file(16_491, 4729))),
    ncc("0.11.0", "2019-07-07", packed(NOW_NAMES_NCC, file(1859, 680), file(5832, 1769), file(20_787, 5867))),
    NowNodeLine { photon: PhotonCase::RuntimePrisma, ..nft("0.12.0", "2019-07-18", "0.2.1", AT_FIRST) },
    NowNodeLine { photon: PhotonCase::RuntimePrisma, ..nft("0.12.1", "2019-07-30", "0.2.3", AT_FIRST) },
    nft("0.12.2", "2019-07-31", "0.2.5", AT_FIRST),
    nft("0.12.3", "2019-08-01", "0.2.6", AT_FIRST),
    nft("0.12.5", "2019-08-08", "0.2.7", AT_FIRST),
    nft("0.12.6", "2019-08-13", "0.2.9", AT_FIRST),
    nft("0.12.7", "2019-08-22", "0.2.13", AT_FIRST),
    nft("0.12.8", "2019-09-02", "0.2.13", traced(file(5796, 1741), HELPERS_2019, SUPPORT_2019)),
    nft("1.0.0", "2019-09-05", "0.2.14", traced(file(5794, 1739), HELPERS_2019, SUPPORT_2019)),
    launched("1.0.1", "2019-09-30", "0.3.1", traced(file(5794, 1739), HELPERS_2019, SUPPORT_2019)),
    launched("1.1.0", "2019-11-12", "0.4.0", traced(file(6028, 1849), file(21429, 5969), SUPPORT_2019)),
    launched("1.3.1", "2020-01-03", "0.4.1", traced(file(6028, 1849), file(21429, 5969), SUPPORT_2019)),
    launched("1.4.0", "2020-01-30", "0.5.1", traced(file(6028, 1849), file(21429, 5969), SUPPORT_2019)),
    launched("1.5.0", "2020-03-23", "0.5.1", traced(file(6028, 1849), HELPERS_2020, SUPPORT_2019)),
    launched("1.6.0", "2020-05-05", "0.5.1", SINCE_1_6),
    launched("1.7.0", "2020-06-15", "0.8.1", quoted(file(21474, 5921), file(126_627, 31_818))),
    launched("1.8.0", "2020-08-15", "0.8.2", quoted(file(22047, 6092), file(126_627, 31_818))),
    launched("1.8.3", "2020-10-01", "0.9.2", quoted(file(22290, 6145), file(126_596, 31_820))),
];

const SINCE_1_6: Additions = sized(Sizes {
    launcher: file(1867, 692),
    per_entry_byte: 3,
    without_helpers: -69,
    with_sourcemaps: 34,
    short_launcher: file(810, 380),
    bridge: file(6086, 1873),
    helpers: HELPERS_2020,
    sourcemap_support: SUPPORT_2019,
});

const fn launched(from: &'static str, day: Day, version: &'static str, additions: Additions) -> NowNodeLine {
    NowNodeLine { aws_handler: AwsHandler::ShortLauncher, ..nft(from, day, version, additions) }
}

const FROM_GIT: &str = "read from the builders' repository: these canaries are not on npm";

/// The canaries of 0.7.4, which went on through July 2019 beside 0.8 - 0.12: each line holds from its canary number up to the next.
pub(super) static CANARY_0_7_4: &[(u64, NowNodeLine)] = &[
    (0, NowNodeLine { from: "0.7.4-canary.0", day: "2019-06-06", additions: NOW_NAMES_NCC, source: FROM_GIT, ..NCC }),
    (30, canary("0.7.4-canary.30", "2019-07-08", "0.1.4", PhotonCase::None, Some(5 * MB))),
    (34, canary("0.7.4-canary.34", "2019-07-12", "0.1.6", PhotonCase::RuntimePrisma, Some(5 * MB))),
    (35, canary("0.7.4-canary.35", "2019-07-12", "0.1.6", PhotonCase::RuntimePrisma, None)),
    (49, canary("0.7.4-canary.49", "2019-07-30", "0.2.5", PhotonCase::RuntimeFolder, None)),
    (50, NowNodeLine { from: "0.7.4-canary.50", day: "2019-07-31", ..NFT }),
];

const fn canary(
    from: &'static str,
    day: Day,
    version: &'static str,
    photon: PhotonCase,
    size_default: Option<u64>,
) -> NowNodeLine {
    let additions = Additions { sizes: None, ..AT_FIRST };
    NowNodeLine { photon, size_default, source: FROM_GIT, ..nft(from, day, version, additions) }
}
