//! Official builders: what each one is, from when to when, and what it takes.

use super::builder_table::BUILDERS;
use super::{Day, Platform};

/// What a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageKind {
    /// Makes functions.
    Functions,
    /// Makes static files only.
    Static,
    /// Is used by builders and cannot stand in `use`.
    Library,
}

/// The files a builder accepts as `src`. Both lists empty: any file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepts {
    /// Ends of file names, with the dot.
    pub suffixes: &'static [&'static str],
    /// Whole file names, without folder.
    pub names: &'static [&'static str],
    /// Whether the builder itself stops with an error on another file.
    pub enforced: bool,
}

impl Accepts {
    /// Whether the builder takes a file of this name; `path` may hold folders.
    pub fn accepts(&self, path: &str) -> bool {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        (self.suffixes.is_empty() && self.names.is_empty())
            || self.names.contains(&name)
            || self.suffixes.iter().any(|suffix| name.len() > suffix.len() && name.ends_with(suffix))
    }
}

/// An official package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builder {
    /// With scope: `@now/node`.
    pub name: &'static str,
    /// The platform of its time.
    pub platform: Platform,
    /// What it is.
    pub kind: PackageKind,
    /// First day, where known.
    pub introduced: Option<Day>,
    /// The day its source left the official builders, where it did.
    pub removed: Option<Day>,
    /// What it takes as `src`.
    pub accepts: Accepts,
    /// The default zipped function size in bytes that it exported, with the day from which on; empty when it exported none.
    pub size_defaults: &'static [(Day, u64)],
    /// The official package or community runtime that took its place.
    pub replacement: Option<&'static str>,
    /// What to do instead, in a few words.
    pub advice: &'static str,
    /// The keys of `config` that it reads.
    pub options: &'static [&'static str],
    /// Where the facts come from.
    pub source: &'static str,
}

impl Builder {
    /// The default `maxLambdaSize` in bytes of its last release before the option was withdrawn (2019-07-12): its own, or the platform's 5 MB.
    /// Nothing for packages that make no functions, and for those of today.
    pub fn size_default(&self) -> Option<u64> {
        if self.platform != Platform::Now || self.kind != PackageKind::Functions {
            return None;
        }
        Some(self.size_defaults.last().map_or(super::limits::NOW_DEFAULT, |&(_, bytes)| bytes))
    }

    /// Whether it was withdrawn and has no successor of the same make.
    pub fn is_retired(&self) -> bool {
        self.removed.is_some()
    }

    /// Whether each file that `src` names becomes one function or static file, at the path of that file. The others make what they like.
    pub fn makes_what_src_names(&self) -> bool {
        const SUCH: [&str; 9] = ["node", "node-server", "static", "go", "python", "ruby", "php", "rust", "bash"];
        SUCH.contains(&self.base())
    }

    /// The name without scope.
    pub fn base(&self) -> &'static str {
        self.name.rsplit_once('/').map_or(self.name, |(_, base)| base)
    }
}

/// The official package of this exact name.
pub fn lookup(name: &str) -> Option<&'static Builder> {
    BUILDERS.iter().find(|builder| builder.name == name)
}

/// Names that people write for a builder and that are too far for an edit distance.
const ALIASES: [(&str, &str); 9] = [
    ("nodejs", "node"),
    ("node-js", "node"),
    ("js", "node"),
    ("ts", "node"),
    ("typescript", "node"),
    ("nextjs", "next"),
    ("golang", "go"),
    ("py", "python"),
    ("static-builds", "static-build"),
];

/// The official builder whose misspelling `name` (without version) probably is. Nothing for official names and for what may well be somebody's
/// own builder: only the scopes `@now` and `@vercel`, what is one slip away from them, and bare official names are judged.
pub fn nearest(name: &str) -> Option<&'static str> {
    if lookup(name).is_some() {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_start_matches('@');
    let Some((scope, base)) = bare.split_once(['/', '\\']) else {
        let Some((scope, base)) = bare.split_once('-').filter(|_| lower.starts_with('@')) else {
            return official("now", bare);
        };
        return official(scope, base);
    };
    match scope {
        "now" | "vercel" => official(scope, base).or_else(|| similar(scope, base)),
        "zeit" => official("now", base),
        _ => {
            let close = ["now", "vercel"].into_iter().find(|known| distance(scope, known) == 1)?;
            official(close, base)
        }
    }
}

/// Runtimes of the community that the platform's documentation names (vercel.com/docs/functions/runtimes, 2026-08), for `functions[].runtime`.
const COMMUNITY: [&str; 4] = ["vercel-php", "vercel-bash", "vercel-deno", "vercel-rust"];

/// The community runtime of which `name` (without version) is one slip away.
pub fn nearest_runtime(name: &str) -> Option<&'static str> {
    COMMUNITY.into_iter().find(|known| distance(name, known) == 1)
}

fn builders_of(scope: &str) -> impl Iterator<Item = &'static Builder> {
    BUILDERS.iter().filter(move |builder| {
        builder.kind != PackageKind::Library && builder.name[1..].split('/').next() == Some(scope)
    })
}

fn official(scope: &str, base: &str) -> Option<&'static str> {
    let base = ALIASES.iter().find(|(alias, _)| *alias == base).map_or(base, |(_, base)| base);
    builders_of(scope).find(|builder| builder.base() == base).map(|builder| builder.name)
}

fn similar(scope: &str, base: &str) -> Option<&'static str> {
    let allowed = match base.len() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    builders_of(scope)
        .map(|builder| (distance(base, builder.base()), builder.name))
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one name to the other. Long names are far from everything.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=other.len()).collect::<Vec<_>>()];
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let mut best = (rows[row][column] + usize::from(letter != wanted))
                .min(rows[row][column + 1] + 1)
                .min(next[column] + 1);
            if row > 0 && column > 0 && one[row - 1] == *wanted && *letter == other[column - 1] {
                best = best.min(rows[row - 1][column - 1] + 1);
            }
            next.push(best);
        }
        rows.push(next);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        for (name, meant) in [
            ("@now/nod", "@now/node"),
            ("@now/nodejs", "@now/node"),
            ("now/node", "@now/node"),
            ("@vercel/nodee", "@vercel/node"),
            ("@zeit/node", "@now/node"),
            ("@nwo/node", "@now/node"),
            ("@vercle/node", "@vercel/node"),
            ("@now-node", "@now/node"),
            ("@Now/Node", "@now/node"),
            ("@now/statc", "@now/static"),
            ("@now/static-biuld", "@now/static-build"),
            ("@now/golang", "@now/go"),
            ("node", "@now/node"),
            ("@vercel/nextjs", "@vercel/next"),
        ] {
            assert_eq!(nearest(name), Some(meant), "{name}");
        }
    }

    #[test]
    fn runtimes_of_the_community_are_recognised() {
        for (name, meant) in [
            ("vercel-pph", Some("vercel-php")),
            ("vercelphp", Some("vercel-php")),
            ("vercel-php", None),
            ("vercel-node", None),
            ("vercel-ruby", None),
            ("now-php", None),
        ] {
            assert_eq!(nearest_runtime(name), meant, "{name}");
        }
    }

    #[test]
    fn builders_of_others_are_left_alone() {
        for name in [
            "vercel-php",
            "@org/builder",
            "@org/node",
            "now-rust",
            "@now/node",
            "@vercel/node",
            "@frontity/now",
            "@nuxtjs/vercel-builder",
            "vercel-deno",
            "@juicyfx/php",
            "@now/build-utils",
            "",
            "@",
            "@/",
            "@now/",
            "@now/x",
            "@dicebear/vercel",
        ] {
            assert_eq!(nearest(name), None, "{name}");
        }
    }

    #[test]
    fn the_table_is_consistent() {
        for (at, builder) in BUILDERS.iter().enumerate() {
            assert!(BUILDERS[..at].iter().all(|other| other.name != builder.name), "{} twice", builder.name);
            assert!(!builder.source.is_empty() && !builder.advice.is_empty(), "{}", builder.name);
            assert!(
                builder.removed.is_none_or(|removed| builder.introduced.is_none_or(|introduced| introduced < removed))
            );
            if let Some(replacement) = builder.replacement.filter(|name| name.starts_with('@')) {
                let successor = lookup(replacement).unwrap();
                assert!(!successor.is_retired() && successor.platform == Platform::Vercel, "{}", builder.name);
            }
        }
    }

    #[test]
    fn defaults_and_files_as_documented() {
        let mb = |name: &str| lookup(name).and_then(Builder::size_default).map(|bytes| bytes / crate::base::bytes::MB);
        assert_eq!(mb("@now/node"), Some(5));
        assert_eq!(mb("@now/node-server"), Some(15));
        assert_eq!(mb("@now/rust"), Some(25));
        assert_eq!(mb("@now/bash"), Some(30));
        assert_eq!(mb("@now/lambda"), Some(5));
        assert_eq!(mb("@now/static"), None);
        assert_eq!(mb("@vercel/node"), None);
        let takes = |name: &str, path: &str| lookup(name).is_some_and(|builder| builder.accepts.accepts(path));
        assert!(takes("@now/node", "api/index.js") && takes("@now/node", "a.ts") && !takes("@now/node", "a.go"));
        assert!(takes("@now/next", "web/package.json") && !takes("@now/next", "index.js"));
        assert!(takes("@now/static", "anything") && takes("@now/static-build", "build.sh"));
        assert!(!takes("@now/wordpress", "index.php"));
    }
}
