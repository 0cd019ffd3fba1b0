use proptest::prelude::*;

use super::shape::{Fill, Shape};
use super::*;

fn answer(outer: &str, inner: &str) -> Option<bool> {
    let mut languages = Languages::default();
    let outer = languages.read(outer, Case::Kept)?;
    let inner = languages.read(inner, Case::Kept)?;
    languages.contains(&outer, &inner)
}

#[test]
fn one_holds_the_other_or_not() {
    for (outer, inner, expected) in [
        ("^/(.*)$", "^/api/(.*)$", Some(true)),
        ("^/api/(.*)$", "^/(.*)$", Some(false)),
        ("^/api(?:/([^/]+?))$", "^/api/users$", Some(true)),
        ("^/api(?:/([^/]+?))$", "^/api/users/1$", Some(false)),
        ("^/a(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))?$", "^/a/b/(\\d+)$", Some(true)),
        ("^/((?!api/).*)$", "^/about$", Some(true)),
        ("^/((?!api/).*)$", "^/api/x$", Some(false)),
        ("^/((?!api/).*)$", "^/ap(.*)$", Some(false)),
        ("^/(?!api)[^/]*$", "^/(?!api)[a-z]{2,5}$", Some(true)),
        ("^/a(?=b)bc$", "^/abc$", Some(true)),
        ("^/a|b$", "^/ax$", Some(true)),
        ("^/a|b$", "^xb$", Some(true)),
        ("^/a|b$", "^xbx$", Some(false)),
        ("^/\\d+$", "^/[0-9]{3}$", Some(true)),
        ("^/\\w+$", "^/[0-9a-fA-F_]{1,9}$", Some(true)),
        ("^/[^]*$", "^/.*$", Some(true)),
        ("^/.*$", "^/[^]*$", Some(true)),
        ("^(?<x>/a)+$", "^(/a){3}$", Some(true)),
        ("^/(?<=x)a$", "^/a$", None),
        ("^/(a)\\1$", "^/aa$", None),
        ("^/\\ba$", "^/a$", None),
        ("^(?:a?^b)$", "^b$", None),
    ] {
        assert_eq!(answer(outer, inner), expected, "{outer} {inner}");
    }
}

#[test]
fn case_counts_or_not() {
    let mut languages = Languages::default();
    let mut read = |regex: &str, case| languages.read(regex, case).unwrap();
    let (kept, ignored, upper) =
        (read("^/api$", Case::Kept), read("^/api$", Case::Ignored), read("^/API$", Case::Kept));
    assert_eq!(languages.contains(&kept, &upper), Some(false));
    assert_eq!(languages.contains(&ignored, &upper), Some(true));
    assert!(languages.read("^/é$", Case::Ignored).is_none());
    assert!(languages.read("^/[^a-z]\\S$", Case::Ignored).is_some());
}

#[test]
fn examples_show_it() {
    let mut languages = Languages::default();
    let mut read = |regex: &str| languages.read(regex, Case::Kept).unwrap();
    let (all, but_api, api) = (read("^/(.*)$"), read("^/((?!api/).*)$"), read("^/api/:?.*$"));
    assert_eq!(languages.example(&[&all], &[&but_api]).as_deref(), Some("/api/"));
    assert_eq!(languages.example(&[&but_api, &api], &[]), None);
    assert_eq!(languages.intersects(&but_api, &api), Some(false));
    assert_eq!(languages.intersects(&all, &api), Some(true));
    assert_eq!(languages.is_universal(&all), Some(true));
    assert_eq!(languages.is_universal(&but_api), Some(false));
}

#[test]
fn hostile_regexes_cost_no_time() {
    let started = std::time::Instant::now();
    for regex in [
        format!("^/{}$", "a?".repeat(290)),
        format!("^/(?:{}.*){{9}}$", ".*a".repeat(20)),
        "^/(.*a.{200})$".to_owned(),
        format!("^/{}x{}$", "(?:".repeat(55), ")*".repeat(55)),
        format!("^/(?:{}|.)*$", ["abc"; 90].join("|")),
        "^/(a*)*b$".to_owned(),
        format!("^{}$", "(?!a".repeat(50) + &")".repeat(50)),
    ] {
        let mut languages = Languages::default();
        let Some(language) = languages.read(&regex, Case::Ignored) else { continue };
        let all = languages.read("^/.*x.*y.*z$", Case::Kept).unwrap();
        let _ = (languages.contains(&language, &all), languages.contains(&all, &language));
        let _ = languages.example(&[&language], &[&all]);
        let _ = Shape::read(&regex).map(|shape| shape.captures(&format!("/{}", "a".repeat(100))));
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn shapes_are_read_off() {
    for (regex, least, once, prefix, suffix, literal) in [
        ("^/a(?:/([^/]+?))*$", "/a", "/a/x", "/a", "", None),
        ("^(?:/([^/]+?))/b$", "/x/b", "/x/b", "/", "/b", None),
        ("^/API/(.*)$", "/API/", "/API/x", "/API/", "", None),
        ("^/a|b$", "/a", "/a", "", "", None),
        ("^/a\\.b$", "/a.b", "/a.b", "/a.b", "/a.b", Some("/a.b")),
        ("^/a(?:bc)+$", "/abc", "/abc", "/abc", "bc", None),
        ("^/a{2}$", "/aa", "/aa", "/a", "a", None),
    ] {
        let shape = Shape::read(regex).unwrap();
        assert_eq!(shape.sample(Fill::Least).as_deref(), Some(least), "{regex}");
        assert_eq!(shape.sample(Fill::Once).as_deref(), Some(once), "{regex}");
        assert_eq!((shape.prefix().as_str(), shape.suffix().as_str()), (prefix, suffix), "{regex}");
        assert_eq!(shape.literal().as_deref(), literal, "{regex}");
    }
}

/// Regexes of a few letters, so that random paths have a chance; with lookaheads where they may stand.
/// `(one)many`, but for what the peer (regress 0.12.0) reads wrong: it comes to no end with `((a?)?)+`, which may be nothing in two ways again and
/// again, and takes all memory; and `((a){1,2}){1,2}` matches five letters there, which it does not in Node.
fn repeated(one: &str, many: &str) -> String {
    let has_repeated_group = [")*", ")+", ")?", "){"].iter().any(|mark| one.contains(mark));
    let is_endless = has_repeated_group && peer(&format!("^(?:{one})$"), Case::Kept).find("").is_some();
    let is_counted_twice = many.starts_with('{') && one.contains('{');
    if is_endless || is_counted_twice { format!("({one})") } else { format!("({one}){many}") }
}

fn regexes() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        4 => "[ab/]",
        1 => Just(".".to_owned()),
        1 => Just("[^/]".to_owned()),
        1 => Just("[a-b]".to_owned()),
        1 => Just("[^\\Wa]".to_owned()),
        1 => Just("\\w".to_owned()),
        1 => Just("B".to_owned()),
    ];
    let inner = atom.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            1 => (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("(?:{one}|{other})")),
            1 => (inner.clone(), "[*+?]|\\{1,2\\}|\\{2\\}|\\*\\?|\\?\\?").prop_map(|(one, many)| repeated(&one, &many)),
            1 => inner.prop_map(|one| format!("({one})")),
        ]
    });
    let piece = prop_oneof![
        4 => inner.clone(),
        1 => inner.clone().prop_map(|one| format!("(?!{one})")),
        1 => inner.clone().prop_map(|one| format!("(?={one})")),
        1 => inner.prop_map(|one| format!("(?!{one}$)")),
    ];
    let line = prop::collection::vec(piece, 1..4).prop_map(|parts| parts.concat());
    (line.clone(), prop::option::weighted(0.2, line), any::<bool>()).prop_map(|(one, other, rooted)| {
        let root = if rooted { "^/" } else { "^" };
        match other {
            Some(other) => format!("{root}{one}|{other}$"),
            None => format!("{root}{one}$"),
        }
    })
}

fn peer(regex: &str, case: Case) -> regress::Regex {
    regress::Regex::with_flags(regex, if case == Case::Ignored { "i" } else { "" }).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn a_match_is_what_javascript_calls_one(
        regex in regexes(), fold in any::<bool>(), paths in prop::collection::vec("/?[abAB/é]{0,6}", 12)
    ) {
        let case = if fold { Case::Ignored } else { Case::Kept };
        let mut languages = Languages::default();
        if let Some(language) = languages.read(&regex, case) {
            let peer = peer(&regex, case);
            let shape = Shape::read(&regex).unwrap();
            for path in paths {
                if case == Case::Kept && peer.find(&path).is_some() {
                    prop_assert!(path.starts_with(&shape.prefix()) && path.ends_with(&shape.suffix()), "{} {}", regex, path);
                }
                prop_assert_eq!(languages.is_match(&language, &path), Some(peer.find(&path).is_some()), "{} {}", regex, path);
            }
        }
    }

    #[test]
    fn an_answer_is_a_proof(
        outer in regexes(), inner in regexes(), paths in prop::collection::vec("/?[ab/]{0,6}", 24)
    ) {
        let mut languages = Languages::default();
        let (Some(one), Some(other)) = (languages.read(&outer, Case::Kept), languages.read(&inner, Case::Kept)) else {
            return Ok(());
        };
        let (large, small) = (peer(&outer, Case::Kept), peer(&inner, Case::Kept));
        let is_match = |regex: &regress::Regex, path: &str| regex.find(path).is_some();
        let contains = languages.contains(&one, &other);
        let missed = languages.example(&[&other], &[&one]);
        if let Some(path) = &missed {
            prop_assert_eq!(contains, Some(false));
            prop_assert!(is_match(&small, path) && !is_match(&large, path), "{} {} {}", outer, inner, path);
        }
        let common = languages.example(&[&one, &other], &[]);
        if let Some(path) = &common {
            prop_assert_ne!(languages.intersects(&one, &other), Some(false));
            prop_assert!(is_match(&small, path) && is_match(&large, path), "{} {} {}", outer, inner, path);
        }
        for path in paths {
            let (by_outer, by_inner) = (is_match(&large, &path), is_match(&small, &path));
            prop_assert!(!by_inner || by_outer || contains != Some(true), "{} {} {}", outer, inner, path);
            if by_inner && by_outer {
                prop_assert_ne!(languages.intersects(&one, &other), Some(false));
            }
        }
    }

    #[test]
    fn groups_capture_what_they_do_in_javascript(regex in regexes(), paths in prop::collection::vec("/?[ab/]{0,6}", 12)) {
        let Some(shape) = Shape::read(&regex).filter(|_| !regex.contains("(?=") && !regex.contains("(?!")) else {
            return Ok(());
        };
        let peer = peer(&regex, Case::Kept);
        // JavaScript empties the groups of a part that it repeats, and few other engines do.
        let repeats = regex.contains(['*', '+', '{']);
        for path in paths {
            let found = peer.find(&path);
            let ours = shape.captures(&path);
            prop_assert_eq!(ours.is_some(), found.is_some(), "{} {}", regex, path);
            if let (Some(ours), Some(found), false) = (ours, found, repeats) {
                for (number, range) in found.groups().enumerate().skip(1) {
                    let theirs = range.and_then(|range| path.get(range)).unwrap_or_default();
                    prop_assert_eq!(ours.get(&number.to_string()), Some(theirs), "{} {}", regex, path);
                }
            }
        }
    }
}
