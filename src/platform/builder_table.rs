//! The table of official packages.

use super::Platform;
use super::builders::{Accepts, Builder, PackageKind};
use crate::base::bytes::MB;

const NOW_BUILDERS: &str = "zeit/now-builders at 2018-12-12, 2019-02-27, 2019-05-17 and 2019-07-11, and its log; the official builders' pages of 2019-06-15";
const MONOREPO: &str = "vercel/vercel, packages/, 2026-08-03";

const ANY: Accepts = Accepts { suffixes: &[], names: &[], enforced: false };
const LIBRARY: &str = "it is a library: name a builder in use";

const fn files(suffixes: &'static [&'static str], names: &'static [&'static str]) -> Accepts {
    Accepts { suffixes, names, enforced: false }
}

const fn only(suffixes: &'static [&'static str], names: &'static [&'static str]) -> Accepts {
    Accepts { suffixes, names, enforced: true }
}

/// What most packages of Now 2.0 have in common.
const THEN: Builder = Builder {
    name: "",
    platform: Platform::Now,
    kind: PackageKind::Functions,
    introduced: Some("2018-11-10"),
    removed: None,
    accepts: ANY,
    size_defaults: &[],
    replacement: None,
    advice: "",
    options: &[],
    source: NOW_BUILDERS,
};

/// What most packages of today have in common.
const TODAY: Builder = Builder {
    name: "",
    platform: Platform::Vercel,
    kind: PackageKind::Functions,
    introduced: None,
    removed: None,
    accepts: ANY,
    size_defaults: &[],
    replacement: None,
    advice: "nothing: it is current",
    options: &[],
    source: MONOREPO,
};

/// Every official package of Now 2.0 and of today. Community builders are not listed.
pub static BUILDERS: &[Builder] = &[
    Builder {
        name: "@now/node",
        accepts: files(&[".js", ".ts"], &[]),
        size_defaults: &[("2018-11-10", 5 * MB)],
        replacement: Some("@vercel/node"),
        advice: "use @vercel/node, or no builds at all with the file in api/",
        options: &[
            "maxLambdaSize",
            "includeFiles",
            "excludeFiles",
            "helpers",
            "awsLambdaHandler",
            "debug",
            "nodeVersion",
        ],
        ..THEN
    },
    Builder {
        name: "@now/node-server",
        removed: Some("2019-07-08"),
        accepts: files(&[".js"], &[]),
        size_defaults: &[("2018-11-10", 15 * MB)],
        replacement: Some("@vercel/node"),
        advice: "use @now/node (today @vercel/node): it runs servers that call listen() too",
        options: &["maxLambdaSize", "includeFiles", "bundle"],
        ..THEN
    },
    Builder {
        name: "@now/static",
        kind: PackageKind::Static,
        introduced: None,
        replacement: Some("@vercel/static"),
        advice: "put the files into public/, or name their folder in outputDirectory",
        options: &["zeroConfig", "outputDirectory"],
        ..THEN
    },
    Builder {
        name: "@now/static-build",
        kind: PackageKind::Static,
        accepts: files(&[".sh"], &["package.json"]),
        replacement: Some("@vercel/static-build"),
        advice: "use a framework preset, or buildCommand and outputDirectory",
        options: &["distDir", "zeroConfig"],
        ..THEN
    },
    Builder {
        name: "@now/next",
        accepts: only(&[], &["package.json", "next.config.js"]),
        size_defaults: &[("2018-11-10", 5 * MB)],
        replacement: Some("@vercel/next"),
        advice: "drop the build: Next.js is recognised, or set framework to nextjs",
        options: &["maxLambdaSize"],
        ..THEN
    },
    Builder {
        name: "@now/go",
        accepts: files(&[".go"], &[]),
        size_defaults: &[("2018-11-10", 10 * MB)],
        replacement: Some("@vercel/go"),
        advice: "move the file to api/",
        options: &["maxLambdaSize", "includeFiles", "ldsflags"],
        ..THEN
    },
    Builder {
        name: "@now/python",
        accepts: files(&[".py"], &[]),
        size_defaults: &[("2018-11-10", 5 * MB)],
        replacement: Some("@vercel/python"),
        advice: "move the file to api/",
        options: &["maxLambdaSize", "runtime"],
        ..THEN
    },
    Builder {
        name: "@now/ruby",
        introduced: Some("2019-06-17"),
        accepts: files(&[".rb", ".ru"], &[]),
        size_defaults: &[("2019-06-17", 5 * MB)],
        replacement: Some("@vercel/ruby"),
        advice: "move the file to api/",
        options: &["maxLambdaSize", "includeFiles", "excludeFiles"],
        ..THEN
    },
    Builder {
        name: "@now/php",
        removed: Some("2019-08-02"),
        accepts: files(&[".php"], &[]),
        size_defaults: &[("2018-11-10", 10 * MB)],
        replacement: Some("vercel-php"),
        advice: "use the community runtime vercel-php",
        options: &["maxLambdaSize", "includeFiles"],
        ..THEN
    },
    Builder {
        name: "@now/rust",
        introduced: Some("2019-01-31"),
        removed: Some("2019-08-02"),
        accepts: files(&[".rs"], &["Cargo.toml"]),
        size_defaults: &[("2019-01-31", 25 * MB)],
        replacement: Some("@vercel/rust"),
        advice: "move the file to api/: Rust is official again",
        options: &["maxLambdaSize", "rust", "includeFiles"],
        ..THEN
    },
    Builder {
        name: "@now/bash",
        introduced: Some("2018-12-04"),
        removed: Some("2019-08-06"),
        accepts: files(&[".sh"], &[]),
        size_defaults: &[("2018-12-04", 10 * MB), ("2019-07-01", 30 * MB)],
        replacement: Some("vercel-bash"),
        advice: "use the community runtime vercel-bash",
        options: &["maxLambdaSize", "import"],
        ..THEN
    },
    Builder {
        name: "@now/cgi",
        introduced: Some("2018-11-15"),
        advice: "there is no equivalent: write a custom runtime",
        options: &["maxLambdaSize"],
        ..THEN
    },
    Builder {
        name: "@now/lambda",
        removed: Some("2019-07-10"),
        accepts: files(&[".zip"], &[]),
        advice: "there is no equivalent: write the Build Output API",
        options: &["maxLambdaSize", "handler", "runtime"],
        ..THEN
    },
    Builder {
        name: "@now/wordpress",
        introduced: Some("2018-12-18"),
        removed: Some("2019-07-09"),
        accepts: only(&[], &["wp-config.php"]),
        size_defaults: &[("2018-12-18", 20 * MB)],
        advice: "there is no equivalent",
        options: &["maxLambdaSize", "patchForPersistentConnections"],
        ..THEN
    },
    Builder {
        name: "@now/html-minifier",
        kind: PackageKind::Static,
        removed: Some("2019-07-09"),
        accepts: files(&[".html"], &[]),
        replacement: Some("@vercel/static-build"),
        advice: "run the minifier in a build script",
        ..THEN
    },
    Builder {
        name: "@now/md",
        kind: PackageKind::Static,
        removed: Some("2019-07-09"),
        accepts: files(&[".md"], &[]),
        replacement: Some("@vercel/static-build"),
        advice: "build the pages with a static site generator",
        ..THEN
    },
    Builder {
        name: "@now/mdx-deck",
        kind: PackageKind::Static,
        removed: Some("2019-07-09"),
        accepts: files(&[".mdx"], &[]),
        replacement: Some("@vercel/static-build"),
        advice: "build the deck with a build script",
        ..THEN
    },
    Builder {
        name: "@now/optipng",
        kind: PackageKind::Static,
        removed: Some("2019-07-09"),
        accepts: files(&[".png"], &[]),
        replacement: Some("@vercel/static-build"),
        advice: "run optipng in a build script",
        ..THEN
    },
    Builder {
        name: "@now/python-wsgi",
        introduced: Some("2019-04-02"),
        removed: Some("2019-04-04"),
        accepts: files(&[".py"], &[]),
        replacement: Some("@vercel/python"),
        advice: "use @now/python (today @vercel/python): it runs WSGI applications too",
        options: &["maxLambdaSize"],
        ..THEN
    },
    Builder {
        name: "@now/layer-node",
        kind: PackageKind::Library,
        introduced: Some("2019-06-03"),
        removed: Some("2019-06-15"),
        advice: LIBRARY,
        ..THEN
    },
    Builder {
        name: "@now/layer-npm",
        kind: PackageKind::Library,
        introduced: Some("2019-06-03"),
        removed: Some("2019-06-15"),
        advice: LIBRARY,
        ..THEN
    },
    Builder {
        name: "@now/layer-yarn",
        kind: PackageKind::Library,
        introduced: Some("2019-06-03"),
        removed: Some("2019-06-15"),
        advice: LIBRARY,
        ..THEN
    },
    Builder { name: "@now/build-utils", kind: PackageKind::Library, advice: LIBRARY, ..THEN },
    Builder { name: "@now/node-bridge", kind: PackageKind::Library, advice: LIBRARY, ..THEN },
    Builder { name: "@now/routing-utils", kind: PackageKind::Library, advice: LIBRARY, ..THEN },
    Builder {
        name: "@now/php-bridge",
        kind: PackageKind::Library,
        introduced: Some("2018-12-18"),
        removed: Some("2019-08-02"),
        advice: LIBRARY,
        ..THEN
    },
    Builder {
        name: "@vercel/node",
        introduced: Some("2020-05-05"),
        accepts: files(&[".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"], &[]),
        options: &["includeFiles", "excludeFiles", "helpers", "awsLambdaHandler", "nodeVersion"],
        ..TODAY
    },
    Builder {
        name: "@vercel/next",
        introduced: Some("2020-05-05"),
        accepts: files(&[], &["package.json", "next.config.js", "next.config.mjs", "next.config.ts"]),
        options: &["outputDirectory"],
        ..TODAY
    },
    Builder {
        name: "@vercel/static",
        kind: PackageKind::Static,
        introduced: Some("2020-05-05"),
        options: &["outputDirectory"],
        ..TODAY
    },
    Builder {
        name: "@vercel/static-build",
        kind: PackageKind::Static,
        introduced: Some("2020-05-05"),
        options: &["distDir", "outputDirectory"],
        ..TODAY
    },
    Builder {
        name: "@vercel/go",
        introduced: Some("2020-05-05"),
        accepts: files(&[".go"], &[]),
        options: &["includeFiles"],
        ..TODAY
    },
    Builder {
        name: "@vercel/python",
        introduced: Some("2020-05-05"),
        accepts: files(&[".py"], &["pyproject.toml", "requirements.txt"]),
        options: &["includeFiles", "excludeFiles"],
        ..TODAY
    },
    Builder {
        name: "@vercel/ruby",
        introduced: Some("2020-05-05"),
        accepts: files(&[".rb", ".ru"], &[]),
        options: &["includeFiles", "excludeFiles"],
        ..TODAY
    },
    Builder { name: "@vercel/rust", accepts: files(&[".rs"], &["Cargo.toml"]), options: &["includeFiles"], ..TODAY },
    Builder { name: "@vercel/container", ..TODAY },
    Builder { name: "@vercel/backends", options: &["includeFiles", "excludeFiles"], ..TODAY },
    Builder { name: "@vercel/express", ..TODAY },
    Builder { name: "@vercel/hono", ..TODAY },
    Builder { name: "@vercel/h3", ..TODAY },
    Builder { name: "@vercel/koa", ..TODAY },
    Builder { name: "@vercel/nestjs", ..TODAY },
    Builder { name: "@vercel/elysia", ..TODAY },
    Builder { name: "@vercel/fastify", ..TODAY },
    Builder { name: "@vercel/hydrogen", ..TODAY },
    Builder { name: "@vercel/redwood", ..TODAY },
    Builder { name: "@vercel/remix-builder", ..TODAY },
    Builder { name: "@vercel/gatsby-plugin-vercel-builder", ..TODAY },
    Builder { name: "@vercel/build-utils", kind: PackageKind::Library, advice: LIBRARY, ..TODAY },
    Builder { name: "@vercel/node-bridge", kind: PackageKind::Library, advice: LIBRARY, ..TODAY },
    Builder { name: "@vercel/routing-utils", kind: PackageKind::Library, advice: LIBRARY, ..TODAY },
    Builder { name: "@vercel/frameworks", kind: PackageKind::Library, advice: LIBRARY, ..TODAY },
    Builder { name: "@vercel/fs-detectors", kind: PackageKind::Library, advice: LIBRARY, ..TODAY },
];
