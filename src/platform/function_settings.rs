//! What today's platform takes as settings of a function, and which files it makes functions of without any.
//!
//! Source: the command line 64.0.2, packages/fs-detectors and packages/build-utils, 2026-09.

use std::ops::RangeInclusive;

use super::Platform;

/// UTF-16 units of a key of `functions`.
pub const KEY_LENGTH: usize = 256;
/// Seconds of `maxDuration`.
pub const SECONDS: RangeInclusive<f64> = 1.0..=3600.0;
/// Megabytes of `memory`.
pub const MEMORY: RangeInclusive<f64> = 128.0..=10240.0;

/// Files that are never served when a project without a folder of static files has functions.
pub const NOT_STATIC: [&str; 11] = [
    "api/**",
    "node_modules/**",
    "middleware.[jt]s",
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    ".gitignore",
    "README.md",
];

/// Configs of static site generators: one of them is what a project without package.json is built from.
pub const SITE_CONFIGS: [&str; 7] =
    ["package.json", "config.yaml", "config.toml", "config.json", "_config.yml", "config.yml", "config.rb"];

/// The official builder that makes a function of this file (a path from the project root) when the config has no `builds`; nothing for other files.
/// Of Python files today's platform also wants to see an entry point in the text, which is not looked at here.
///
/// `now` follows the detection of August 2019; the platforms without such a thing have none.
pub fn api_builder(platform: Platform, path: &str) -> Option<&'static str> {
    let skipped = path.contains("/.") || path.contains("/_") || path.ends_with(".d.ts");
    let (stem, extension) = path.strip_prefix("api/")?.rsplit_once('.')?;
    if skipped {
        return None;
    }
    match platform {
        Platform::Now => match extension {
            "js" | "ts" => Some("@now/node"),
            "go" => Some("@now/go"),
            "py" => Some("@now/python"),
            "rb" => Some("@now/ruby"),
            _ => None,
        },
        Platform::Vercel if path.contains("/node_modules/") => None,
        Platform::Vercel => match extension {
            "go" if !stem.ends_with("_test") => Some("@vercel/go"),
            "py" => Some("@vercel/python"),
            "rb" => Some("@vercel/ruby"),
            "rs" => Some("@vercel/rust"),
            extension if is_node(extension) => Some("@vercel/node"),
            _ => None,
        },
        Platform::Netlify | Platform::Lambda => None,
    }
}

/// The platform's pattern is `+(js|mjs|ts|tsx)`: one of them, or several in a row.
fn is_node(extension: &str) -> bool {
    let mut rest = extension;
    while let Some(behind) = ["mjs", "js", "tsx", "ts"].iter().find_map(|part| rest.strip_prefix(part)) {
        rest = behind;
    }
    rest.is_empty() && !extension.is_empty()
}

/// Whether this file (a path from the project root) is the middleware of a project without `builds` on platform `vercel`.
/// Next.js projects and projects with `proxy` have none.
pub fn is_middleware(path: &str) -> bool {
    matches!(path, "middleware.js" | "middleware.ts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_without_builds() {
        for (path, today, then) in [
            ("api/a.js", Some("@vercel/node"), Some("@now/node")),
            ("api/deep/a.ts", Some("@vercel/node"), Some("@now/node")),
            ("api/a.mjs", Some("@vercel/node"), None),
            ("api/a.tsjs", Some("@vercel/node"), None),
            ("api/a.cjs", None, None),
            ("api/a.jsx", None, None),
            ("api/a.", None, None),
            ("api/a.d.ts", None, None),
            ("api/_lib/a.js", None, None),
            ("api/_a.js", None, None),
            ("api/.hidden/a.js", None, None),
            ("api/node_modules/x/index.js", None, Some("@now/node")),
            ("api/a.go", Some("@vercel/go"), Some("@now/go")),
            ("api/a_test.go", None, Some("@now/go")),
            ("api/a.rs", Some("@vercel/rust"), None),
            ("api/a.php", None, None),
            ("index.js", None, None),
            ("src/api/a.js", None, None),
        ] {
            assert_eq!(api_builder(Platform::Vercel, path), today, "{path}");
            assert_eq!(api_builder(Platform::Now, path), then, "{path}");
        }
    }
}
