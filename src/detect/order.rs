//! The order in which the platform looks at files.

use std::cmp::Reverse;

use super::conflicts::segment_name;

/// Printable ASCII as `localeCompare` orders it, an upper-case letter directly behind its lower-case one.
const ALPHABET: &[u8] =
    b" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";

/// The place of each ASCII character in the alphabet; 0 for those that count for nothing. Letters of both cases have the same.
const PLACES: [u32; 128] = {
    let mut places = [0; 128];
    let mut at = 0;
    while at < ALPHABET.len() {
        let letter = ALPHABET[at];
        if letter.is_ascii_uppercase() {
            places[letter as usize] = at as u32;
        } else {
            places[letter as usize] = at as u32 + 1;
        }
        at += 1;
    }
    places
};

/// What texts are ordered by: the letters, then their cases.
pub(super) type Collation = (Vec<u32>, Vec<bool>);

/// Orders texts as `localeCompare` of JavaScript does in an English locale. Exact for ASCII; other characters come behind it, by code point.
pub(super) fn collation(text: &str) -> Collation {
    let weight = |c: char| match PLACES.get(c as usize) {
        Some(0) => None,
        Some(place) => Some(*place),
        None => Some(ALPHABET.len() as u32 + u32::from(c)),
    };
    (text.chars().filter_map(weight).collect(), text.chars().map(|c| c.is_ascii_uppercase()).collect())
}

/// Orders paths as the platform goes through them: deeper files first; of equally deep ones those with fewer parameters at the end; then by
/// [`collation`].
pub(super) fn platform_order(path: &str) -> (Reverse<usize>, usize, Collation) {
    let is_parameter = |segment: &&str| segment_name(segment).is_some_and(|name| !name.is_empty());
    let parameters = path.rsplit('/').take_while(is_parameter).count();
    (Reverse(path.matches('/').count()), parameters, collation(path))
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
        names.sort_by_key(|name| collation(name));
        assert_eq!(names, expected);
    }

    #[test]
    fn deep_files_come_first_and_parameters_last() {
        let mut files = vec!["middleware.js", "api/[id].js", "api/b.js", "api/[a]/[b].js", "api/[a]/b.js", "api/B.js"];
        files.sort_by_key(|file| platform_order(file));
        assert_eq!(files, ["api/[a]/b.js", "api/[a]/[b].js", "api/b.js", "api/B.js", "api/[id].js", "middleware.js"]);
    }
}
