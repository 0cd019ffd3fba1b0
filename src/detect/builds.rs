//! The files that `builds[].src` names, and the files that are functions without any `builds`.

use camino::Utf8Path;

use crate::base::glob::{Glob, GlobError};
use crate::base::paths;
use crate::platform::Platform;

/// The `src` of a build as the platform compares it: without leading `/`, `**` when absent or empty, and today in normal form (`./a` is `a`).
/// Nothing when it stands for the project itself (`.`), which today's command line refuses.
pub fn normal_source(platform: Platform, src: Option<&str>) -> Option<String> {
    let src = src.filter(|src| !src.is_empty()).unwrap_or("**");
    if platform == Platform::Now {
        return Some(src.strip_prefix('/').unwrap_or(src).to_owned());
    }
    let mut normal = paths::normalize(Utf8Path::new(src)).into_string();
    if normal.is_empty() {
        return None;
    }
    if src.ends_with('/') && !normal.ends_with('/') {
        normal.push('/');
    }
    Some(normal.strip_prefix('/').map(str::to_owned).unwrap_or(normal))
}

/// The files, out of `files` (paths from the project root), that a `builds[].src` names, in their order: its [`normal_source`] as a path, or as a
/// glob with dot files. On platform `now` square brackets are ordinary characters.
///
/// # Errors
/// When the pattern is too large to try.
pub fn sources<'f>(platform: Platform, src: Option<&str>, files: &'f [String]) -> Result<Vec<&'f str>, GlobError> {
    let Some(src) = normal_source(platform, src) else { return Ok(Vec::new()) };
    let glob = match platform {
        Platform::Now => Glob::minimatch(&src.replace('[', "\\[").replace(']', "\\]"), true)?,
        _ => Glob::minimatch(&src, true)?,
    };
    Ok(files.iter().map(String::as_str).filter(|file| *file == src || glob.is_match(file)).collect())
}

/// The official builder that makes a function of this file (a path from the project root) when the config has no `builds`; nothing for other files.
/// Of Python files today's platform also wants to see an entry point in the text, which is not looked at here.
///
/// `now` follows the detection of August 2019, all other platforms have no such thing or follow today's.
pub fn api_function(platform: Platform, path: &str) -> Option<&'static str> {
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
            "js" | "mjs" | "ts" | "tsx" => Some("@vercel/node"),
            "go" if !stem.ends_with("_test") => Some("@vercel/go"),
            "py" => Some("@vercel/python"),
            "rb" => Some("@vercel/ruby"),
            "rs" => Some("@vercel/rust"),
            _ => None,
        },
        Platform::Netlify | Platform::Lambda => None,
    }
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
    fn sources_are_paths_or_globs() {
        let files: Vec<String> =
            ["api/[id].js", "api/a.js", "api/deep/b.js", ".env", "index.js", "api/i.js"].map(String::from).to_vec();
        for (platform, src, expected) in [
            (Platform::Vercel, Some("index.js"), vec!["index.js"]),
            (Platform::Vercel, Some("/index.js"), vec!["index.js"]),
            (Platform::Vercel, Some("*"), vec![".env", "index.js"]),
            (Platform::Vercel, Some("api/[id].js"), vec!["api/[id].js", "api/i.js"]),
            (Platform::Now, Some("api/[id].js"), vec!["api/[id].js"]),
            (Platform::Vercel, Some("api/**/*.js"), vec!["api/[id].js", "api/a.js", "api/deep/b.js", "api/i.js"]),
            (Platform::Vercel, Some("server.js"), vec![]),
            (Platform::Vercel, Some("./index.js"), vec!["index.js"]),
            (Platform::Now, Some("./index.js"), vec![]),
            (Platform::Vercel, Some("."), vec![]),
        ] {
            assert_eq!(sources(platform, src, &files).unwrap(), expected, "{src:?}");
        }
        assert_eq!(sources(Platform::Vercel, None, &files).unwrap().len(), files.len());
        assert_eq!(sources(Platform::Now, Some(""), &files).unwrap().len(), files.len());
        assert_eq!(normal_source(Platform::Vercel, Some("./")), None);
        assert_eq!(normal_source(Platform::Vercel, Some("a/../b//c")).as_deref(), Some("b/c"));
    }

    #[test]
    fn functions_without_builds() {
        for (path, today, then) in [
            ("api/a.js", Some("@vercel/node"), Some("@now/node")),
            ("api/deep/a.ts", Some("@vercel/node"), Some("@now/node")),
            ("api/a.mjs", Some("@vercel/node"), None),
            ("api/a.cjs", None, None),
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
            assert_eq!(api_function(Platform::Vercel, path), today, "{path}");
            assert_eq!(api_function(Platform::Now, path), then, "{path}");
        }
    }
}
