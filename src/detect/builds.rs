//! The files that `builds[].src` names.

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
}
