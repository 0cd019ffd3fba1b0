//! The word that was probably meant: for did-you-mean hints.

/// The candidate that `word` most likely stands for, if one is near enough.
///
/// Near enough means: equal but for case; or at most a third of the letters (at least one) inserted, left out, replaced or swapped;
/// or an abbreviation, either way (`src` and `source`, `dest` and `destination`). Equal distances go to the earlier candidate.
/// Words of more than 64 characters have no near relatives.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    if letters.is_empty() || letters.len() > 64 {
        return None;
    }
    let allowed = (letters.len() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        if candidate == word || other.len() > 64 {
            continue;
        }
        let distance = distance(&letters, &other);
        // One letter that is replaced by another leaves nothing in common.
        let near = distance <= allowed && distance < letters.len();
        let rank = if near {
            distance
        } else if abbreviates(&letters, &other) || abbreviates(&other, &letters) {
            64 + other.len()
        } else {
            continue;
        };
        if best.is_none_or(|(known, _)| rank < known) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether `short` (three letters or more) begins like `long` and its letters occur there in the same order.
fn abbreviates(short: &[char], long: &[char]) -> bool {
    if short.len() < 3 || short.len() >= long.len() || short.first() != long.first() {
        return false;
    }
    let mut rest = long.iter();
    short.iter().all(|letter| rest.any(|other| other == letter))
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `one` into `other`.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, candidate) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != candidate);
            let mut cost = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *candidate {
                cost = cost.min(before_last[column - 1] + 1);
            }
            current.push(cost);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found() {
        let keys = ["source", "destination", "statusCode", "headers", "methods", "has"];
        for (word, meant) in [
            ("sourc", Some("source")),
            ("SOURCE", Some("source")),
            ("header", Some("headers")),
            ("method", Some("methods")),
            ("src", Some("source")),
            ("dest", Some("destination")),
            ("status", Some("statusCode")),
            ("soucre", Some("source")),
            ("use", None),
            ("zz", None),
            ("", None),
            ("source", None),
        ] {
            assert_eq!(closest(word, keys), meant, "{word}");
        }
    }

    #[test]
    fn the_nearest_wins_and_ties_go_to_the_first() {
        assert_eq!(closest("hits", ["miss", "hit"]), Some("hit"));
        assert_eq!(closest("hat", ["hit", "hot"]), Some("hit"));
        assert_eq!(closest("x", ["y"]), None);
    }

    #[test]
    fn abbreviations_go_both_ways() {
        assert_eq!(closest("source", ["use", "src", "config"]), Some("src"));
        assert_eq!(closest("destination", ["src", "dest"]), Some("dest"));
    }

    #[test]
    fn long_words_cost_nothing() {
        assert_eq!(closest(&"z".repeat(1_000_000), ["zzz"]), None);
    }

    #[test]
    fn swaps_count_once() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("hti"), &letters("hit")), 1);
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
    }
}
