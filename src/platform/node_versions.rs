//! Which versions of Node.js a deploy can ask for with `engines.node`.
//!
//! Source: `@vercel/build-utils` 14.21.0 (`node-version.js`), run on 2026-11-24 with every range of the test below.

use nodejs_semver::Range;

use super::Day;

/// A major version that the platform builds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// The major version.
    pub major: u32,
    /// The day from which on a deploy with it is refused, where one is set.
    pub ends: Option<Day>,
}

/// The versions, the preferred one first.
pub const OFFERED: [Offered; 3] = [
    Offered { major: 24, ends: None },
    Offered { major: 22, ends: None },
    Offered { major: 20, ends: Some("2026-10-01") },
];

/// The major version that a builder itself is taken to run on, whatever `engines.node` asks for.
///
/// Builders run inside the program that builds, in the platform's build image or on a developer's machine. `engines.node` is known to choose the
/// Node.js of the function and of the scripts that the build runs; that it also chooses the one that runs the builder was not measured.
pub const OF_BUILDER: u32 = 22;

/// The versions that no end is set for in words, the oldest first: `22 and 24`.
pub fn listed(word: &str) -> String {
    let staying = OFFERED.iter().rev().filter(|offered| offered.ends.is_none());
    let majors: Vec<String> = staying.map(|offered| offered.major.to_string()).collect();
    match majors.split_last() {
        Some((newest, older)) if !older.is_empty() => format!("{} {word} {newest}", older.join(", ")),
        _ => majors.concat(),
    }
}

/// Build tools that pin a webpack 4 from before 4.47, with the first version that does not. Its MD4 hashes are refused by the OpenSSL 3 of
/// Node 17 and later. Source: the package.json files of these packages on npm; webpack 4.47.0's release notes.
pub const BUILT_WITH_OLD_OPENSSL: [(&str, &str); 2] = [("next", "10.2.0"), ("react-scripts", "5.0.0")];

/// What the platform makes of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The first offered version that meets it.
    Offered(Offered),
    /// No offered version meets it: `BUILD_UTILS_NODE_VERSION_INVALID`, or `..._DISCONTINUED`.
    None,
    /// It is no range at all, such as `lts/*`: refused in the same way.
    NoRange,
    /// It may be a range or not: npm's reading of it was not tried.
    Unknown,
}

/// The major version that a project with this `engines.node` gets; that of builders where none is asked for or none can be told.
pub fn major(range: Option<&str>) -> u32 {
    match range.map(choose) {
        Some(Choice::Offered(offered)) => offered.major,
        _ => OF_BUILDER,
    }
}

/// What the platform makes of `engines.node`.
pub fn choose(range: &str) -> Choice {
    let alternatives: Vec<String> = range.split("||").map(joined).collect();
    if alternatives.iter().any(String::is_empty) {
        return Choice::Offered(OFFERED[0]);
    }
    // npm reads numbers, dots, operators, `x`, `v` and labels behind a hyphen; a word alone is none of these.
    let is_word = |part: &String| part.starts_with(|c: char| c.is_alphabetic() && !matches!(c, 'v' | 'x' | 'X'));
    if alternatives.iter().any(is_word) {
        return Choice::NoRange;
    }
    let wanted: Option<Vec<Vec<Range>>> = alternatives.iter().map(|text| comparators(text)).collect();
    let Some(wanted) = wanted else { return Choice::Unknown };
    let meets = |offered: &&Offered| {
        let major = Range::parse(format!("{}.x", offered.major));
        major.is_ok_and(|major| wanted.iter().any(|all| all.iter().all(|one| major.allows_any(one))))
    };
    OFFERED.iter().find(meets).map_or(Choice::None, |offered| Choice::Offered(*offered))
}

/// Without blanks around, and between an operator and its version.
fn joined(alternative: &str) -> String {
    let mut text = alternative.split_whitespace().collect::<Vec<_>>().join(" ");
    for operator in ['<', '>', '=', '^', '~'] {
        text = text.replace(&format!("{operator} "), &operator.to_string());
    }
    text
}

/// The ranges that all have to be met: the parser takes `20 22` for a choice. None for what was not tried.
fn comparators(alternative: &str) -> Option<Vec<Range>> {
    let is_plain = |c: char| c.is_ascii_digit() || ".xX* <>=^~-v".contains(c);
    if !alternative.chars().all(is_plain) || alternative.contains("==") {
        return None;
    }
    let parts = if alternative.contains(" - ") { vec![alternative] } else { alternative.split(' ').collect() };
    parts.into_iter().map(|part| Range::parse(part).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_met_as_the_platform_meets_them() {
        // What the published code picks where 24, 22 and 20 are installed; `-` is an error.
        let mut open = Vec::new();
        for (range, expected) in [
            ("", "24"),
            ("*", "24"),
            ("x", "24"),
            ("latest", "-"),
            ("lts", "-"),
            ("lts/*", "-"),
            ("node", "-"),
            ("current", "-"),
            ("18", "-"),
            ("18.x", "-"),
            ("18.x.x", "-"),
            ("18.*", "-"),
            (">=18", "24"),
            (">= 18", "24"),
            (">=18.0.0 <21", "20"),
            ("^18", "-"),
            ("~18.12", "-"),
            ("18 || 20", "20"),
            ("20", "20"),
            ("20.x", "20"),
            ("20.11.1", "20"),
            ("v20", "20"),
            ("v20.x", "20"),
            ("=22", "22"),
            ("^20.9.0", "20"),
            (">=20 <21", "20"),
            (">20", "24"),
            ("<20", "-"),
            ("<=20", "20"),
            ("<24", "22"),
            ("<25", "24"),
            (">=24", "24"),
            ("24.x", "24"),
            ("24", "24"),
            ("25.x", "-"),
            ("26", "-"),
            (">=26", "-"),
            ("22.x || 24.x", "24"),
            ("20.x||18.x", "20"),
            ("14.x", "-"),
            ("16.x", "-"),
            (">=14 <=16", "-"),
            ("8.10.x", "-"),
            ("8.x", "-"),
            ("8", "-"),
            ("6", "-"),
            ("10.x", "-"),
            ("12.x", "-"),
            (">=12", "24"),
            ("^12 || ^14", "-"),
            (">= 10.x", "24"),
            ("node 16", "-"),
            ("16.x.", "-"),
            ("twenty", "-"),
            ("18 - 22", "22"),
            ("18 - 19", "-"),
            ("1.2.3.4", "-"),
            ("^", "-"),
            ("~", "-"),
            ("||", "24"),
            ("|| 20", "24"),
            ("20 ||", "24"),
            ("20,22", "-"),
            ("20 22", "-"),
            (">=20, <22", "-"),
            ("~> 20", "20"),
            ("^18.0.0-beta", "-"),
            ("24.0.0-nightly", "-"),
            ("  20.x  ", "20"),
            ("20.X", "20"),
            ("v22.1.0", "22"),
            ("^22.0.0-0", "22"),
            ("<=18", "-"),
            ("!18", "-"),
            ("not a range", "-"),
            ("0", "-"),
            (">0", "24"),
            ("0.x", "-"),
            ("100", "-"),
            ("^100", "-"),
            ("2O.x", "-"),
            (">=18 <18", "-"),
            ("20.x 22.x", "-"),
            ("  ", "24"),
            ("22.x\n", "22"),
            (">=4", "24"),
            ("18.17.0", "-"),
            ("18.17", "-"),
            (">=18.17.0 <=20.x", "20"),
            (">=v18", "24"),
            ("^v20", "20"),
            ("20.x.y", "-"),
            ("4.x", "-"),
            ("=20.x", "20"),
            ("== 20", "-"),
            ("=>20", "-"),
            (">=20.0.0 || <3", "24"),
            ("25 || 22", "22"),
            ("999999999999999999999", "-"),
            ("1.99999999999999999999.0", "-"),
            ("x.20", "24"),
            ("*.20", "24"),
            ("^20 <22", "20"),
            (">=21 <22", "-"),
            ("19", "-"),
            ("21.x", "-"),
            ("23", "-"),
            (">=22.12.0", "24"),
            ("^20.19.0 || >=22.12.0", "24"),
            ("lts/iron", "-"),
            ("iron", "-"),
            ("system", "-"),
            ("auto", "-"),
        ] {
            let found = match choose(range) {
                Choice::Offered(offered) => offered.major.to_string(),
                Choice::None | Choice::NoRange => "-".to_owned(),
                Choice::Unknown => {
                    open.push(range);
                    continue;
                }
            };
            assert_eq!(found, expected, "{range}");
        }
        // All of them are refused; but a label such as `-beta` can be right too.
        let unknown = ["16.x.", "1.2.3.4", "^", "~", "20,22", ">=20, <22", "^18.0.0-beta", "24.0.0-nightly", "!18"];
        let more = ["2O.x", "20.x.y", "== 20", "=>20", "999999999999999999999", "1.99999999999999999999.0"];
        assert_eq!(open, [&unknown[..], &more].concat());
    }
}
