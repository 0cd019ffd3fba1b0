//! The names that a config of Now or Vercel may have.

/// Configs that are text, the one that is judged first where several lie in a folder.
pub const TEXTS: [&str; 3] = ["vercel.json", "vercel.toml", NOW];

/// Configs that are programs. Source: vercel/vercel packages/cli/src/util/compile-vercel-config.ts (64.0.2).
pub const PROGRAMS: [&str; 5] = ["vercel.ts", "vercel.mts", "vercel.js", "vercel.mjs", "vercel.cjs"];

/// The config of Now.
pub const NOW: &str = "now.json";

/// The configs of Vercel, the one that is judged first where several lie in a folder.
pub fn of_vercel() -> impl Iterator<Item = &'static str> {
    TEXTS.into_iter().filter(|name| *name != NOW).chain(PROGRAMS)
}

/// Whether a file of this name is a config of Now or Vercel.
pub fn is_config(name: &str) -> bool {
    TEXTS.contains(&name) || PROGRAMS.contains(&name)
}
