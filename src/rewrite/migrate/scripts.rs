//! Calls of the command `prisma2` in the scripts of package.json.

/// What became of a script.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// It does not call `prisma2`.
    Unchanged,
    /// It calls `prisma`.
    Written(String),
    /// A person has to say what takes the place of this command of `prisma2`.
    ByHand(String),
}

/// Commands that are called alike today and do the same.
const SAME: [&str; 4] = ["generate", "format", "--version", "-v"];

/// A script with `prisma` for `prisma2`, byte for byte the same otherwise.
pub(super) fn of_prisma2(script: &str) -> Moved {
    let mut written = String::with_capacity(script.len());
    let mut rest = script;
    let is_edge = |c: char| c.is_whitespace() || "&|;()'\"`".contains(c);
    while let Some(at) = rest.find("prisma2") {
        let (before, behind) =
            (rest.get(..at).unwrap_or_default(), rest.get(at + "prisma2".len()..).unwrap_or_default());
        written.push_str(before);
        // A tag or version of npx: the one that is installed counts.
        let tag = if behind.starts_with('@') { behind.find(is_edge).unwrap_or(behind.len()) } else { 0 };
        let next = behind.get(tag..).unwrap_or_default();
        let is_start = written.chars().next_back().is_none_or(|c| is_edge(c) || c == '/');
        let is_word = is_start && next.chars().next().is_none_or(is_edge);
        if !is_word {
            written.push_str("prisma2");
            rest = behind;
            continue;
        }
        let line = next.split(['&', '|', ';', ')']).next().unwrap_or_default();
        let command = line.split_whitespace().next().unwrap_or_default().trim_matches(['"', '\'', '`']);
        if !SAME.contains(&command) {
            return Moved::ByHand(command.to_owned());
        }
        written.push_str("prisma");
        rest = next;
    }
    written.push_str(rest);
    if written == script { Moved::Unchanged } else { Moved::Written(written) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_prisma2_are_renamed() {
        for (script, expected) in [
            ("prisma2 generate", "prisma generate"),
            ("npx prisma2@2.0.0-preview-12 generate && next  build", "npx prisma generate && next  build"),
            (
                "(node_modules/.bin/prisma2 generate; prisma2 generate)",
                "(node_modules/.bin/prisma generate; prisma generate)",
            ),
            ("cd x/my-prisma2 && prisma2 -v", "cd x/my-prisma2 && prisma -v"),
        ] {
            assert_eq!(of_prisma2(script), Moved::Written(expected.to_owned()), "{script}");
        }
        for script in ["prisma generate", "next build", "cat prisma2.md", "echo my-prisma2"] {
            assert_eq!(of_prisma2(script), Moved::Unchanged, "{script}");
        }
        assert_eq!(of_prisma2("prisma2 generate && prisma2 lift up"), Moved::ByHand("lift".to_owned()));
        assert_eq!(of_prisma2("prisma2"), Moved::ByHand(String::new()));
    }
}
