//! What never leaves the machine, what is never served, and which environment names are taken.

use super::{Platform, config_files};

/// The lines that today's command line ignores before it reads `.vercelignore`, in the syntax of gitignore.
const IGNORED_TODAY: &[&str] = &[
    ".hg",
    ".git",
    ".gitmodules",
    ".svn",
    ".cache",
    ".next",
    ".now",
    ".vercel",
    ".npmignore",
    ".dockerignore",
    ".gitignore",
    ".*.swp",
    ".DS_Store",
    ".wafpicke-*",
    ".lock-wscript",
    ".env.local",
    ".env.*.local",
    ".venv",
    ".yarn/cache",
    ".pnp*",
    "npm-debug.log",
    "config.gypi",
    "node_modules",
    "__pycache__",
    "venv",
    "CVS",
];

/// The same in October 2019: `.env` and `.env.build` too, not yet `.vercel`, `.yarn/cache` and `.pnp*`.
const IGNORED_2019: &[&str] = &[
    ".hg",
    ".git",
    ".gitmodules",
    ".svn",
    ".cache",
    ".next",
    ".now",
    ".npmignore",
    ".dockerignore",
    ".gitignore",
    ".*.swp",
    ".DS_Store",
    ".wafpicke-*",
    ".lock-wscript",
    ".env",
    ".env.build",
    ".venv",
    "npm-debug.log",
    "config.gypi",
    "node_modules",
    "__pycache__/",
    "venv/",
    "CVS",
];

/// The lines that are ignored before the project's own ignore file is read, in the syntax of gitignore; later lines of that file win.
/// Nothing on platforms that pack what they find. Source: vercel/vercel packages/client/src/utils/index.ts (2026-08-03) and
/// packages/now-cli/src/util/ignored.ts (2019-10-01).
pub fn default_ignores(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Vercel => IGNORED_TODAY,
        Platform::Now => IGNORED_2019,
        Platform::Netlify | Platform::Lambda => &[],
    }
}

/// Also ignored on Vercel when a `Cargo.toml` lies at the root.
pub const IGNORED_WITH_CARGO: &str = "/target";

/// The project's own ignore files, the preferred one first. Only those at the root of the upload are read; `.gitignore` is not.
pub fn ignore_files(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Now => &[".nowignore", ".vercelignore"],
        Platform::Vercel => &[".vercelignore", ".nowignore"],
        Platform::Netlify | Platform::Lambda => &[],
    }
}

/// Configuration files that no ignore rule keeps back.
pub const NEVER_IGNORED: &[&str] = &config_files::TEXTS;

const NEVER_SERVED: &[&str] = &[
    ".vercelignore",
    ".nowignore",
    ".gitignore",
    "package.json",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "README.md",
];

/// Whether the static builder of today drops this path (from the root of the project) although it was uploaded.
pub fn is_never_served(path: &str) -> bool {
    config_files::is_config(path)
        || NEVER_SERVED.contains(&path)
        || path.starts_with(".env")
        || path.starts_with(".git/")
        || path.starts_with("node_modules/")
}

const RESERVED_ENV: &[&str] = &[
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_SESSION_TOKEN",
    "NOW_REGION",
    "TZ",
    "_HANDLER",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// Whether the documentation reserves this environment variable for the platform, so that a deployment that sets it is refused. The prefixes
/// `VERCEL_` and `NOW_`, listed from 2020 on, are not meant: the platform's own examples set such variables.
/// Source: the limits page of the ZEIT documentation.
pub fn is_reserved_env(platform: Platform, name: &str) -> bool {
    matches!(platform, Platform::Now | Platform::Vercel) && RESERVED_ENV.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_differ() {
        for platform in [Platform::Now, Platform::Vercel] {
            assert!(default_ignores(platform).contains(&"node_modules"));
        }
        assert!(
            default_ignores(Platform::Now).contains(&".env") && !default_ignores(Platform::Vercel).contains(&".env")
        );
        assert!(is_reserved_env(Platform::Vercel, "AWS_REGION") && !is_reserved_env(Platform::Vercel, "VERCEL_DEBUG"));
        assert!(is_reserved_env(Platform::Now, "TZ") && !is_reserved_env(Platform::Vercel, "DATABASE_URL"));
    }

    #[test]
    fn secrets_and_metadata_are_not_served() {
        for path in [".env", ".env.production", "package.json", ".git/config", "node_modules/x/index.js"] {
            assert!(is_never_served(path), "{path}");
        }
        assert!(!is_never_served("index.html") && !is_never_served("sub/package.json"));
    }
}
