//! Lists of globs, which `builds` takes, as the one glob that `functions` takes.

/// The longest glob of a function, in characters. (`packages/build-utils/src/schemas.ts` of vercel/vercel.)
const LONGEST: usize = 256;

/// One glob that matches what any of these matches; none where they cannot be joined without changing their meaning, or are too long.
pub fn one_glob(globs: &[&str]) -> Option<String> {
    let glob = match globs {
        [] => return None,
        [one] => (*one).to_owned(),
        // A comma or brace of their own would mean something else between braces, and `!` only counts in front.
        several if several.iter().any(|glob| glob.contains(['{', '}', ',']) || glob.starts_with('!')) => return None,
        several => format!("{{{}}}", several.join(",")),
    };
    (!glob.is_empty() && glob.chars().count() <= LONGEST).then_some(glob)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_joined_is_left() {
        let long = "é".repeat(200);
        for (globs, joined) in [
            (&["a/**"][..], Some("a/**")),
            (&["a/**", "b/*"], Some("{a/**,b/*}")),
            (&["a/**", "!b/**"], None),
            (&["a,b", "c"], None),
            (&[&long], Some(long.as_str())),
            (&[&long, &long], None),
            (&[], None),
        ] {
            assert_eq!(one_glob(globs).as_deref(), joined, "{globs:?}");
        }
    }
}
