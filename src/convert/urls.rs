//! Paths that tell two lists of routes apart: made from the structure of their regexes.

use std::collections::BTreeSet;

use super::shape::{Item, Node, Shape};

/// Longest path that is made. Matching grows with a power of the length.
pub(super) const LONGEST: usize = 80;

/// Variants of one regex that are made before the near misses of each.
const VARIANTS: usize = 24;

/// Letters that a class is tried on.
const LETTERS: [char; 14] = ['a', 'Z', '0', '7', '-', '_', '.', '~', '/', '%', '+', ':', ' ', 'é'];

/// What stands for any text.
const TEXTS: [&str; 8] = ["abc", "", "A-b_1", "a/b", "x.html", "a%20b", "é", "//"];

/// Paths that `shape` matches, paths that it just misses, and variants of both in case, slashes, dots and encoding.
pub(super) fn of_shape(shape: &Shape<'_>, into: &mut BTreeSet<String>) {
    for text in sequences(&shape.items) {
        let path = if text.starts_with('/') { text } else { format!("/{text}") };
        near(&path, into);
    }
}

/// `path` itself and what lies next to it.
pub(super) fn near(path: &str, into: &mut BTreeSet<String>) {
    let mut add = |path: String| {
        if path.len() <= LONGEST && path.starts_with('/') {
            into.insert(path);
        }
    };
    add(path.to_owned());
    add(path.to_uppercase());
    add(path.to_lowercase());
    add(format!("{path}/"));
    add(format!("{path}x"));
    add(format!("{path}/x"));
    add(format!("{path}.html"));
    add(format!("{path}%20"));
    add(format!("/x{path}"));
    add(format!("/{path}"));
    add(path.replace('.', "-"));
    add(path.replacen('/', "//", 2));
    add(path.trim_end_matches('/').to_owned());
    if let Some((start, _)) = path.char_indices().next_back() {
        add(path.get(..start).unwrap_or_default().to_owned());
    }
    if let Some((folder, name)) = path.rsplit_once('/') {
        add(folder.to_owned());
        add(format!("{}/{name}", folder.to_uppercase()));
    }
}

/// Texts that a sequence matches: the plainest one first, then one for each other choice at each place. None that is too long.
fn sequences(items: &[Item<'_>]) -> Vec<String> {
    let choices: Vec<Vec<String>> = items.iter().map(choices).collect();
    let join = |changed: Option<(usize, &str)>| {
        let piece = |(at, texts): (usize, &Vec<String>)| match changed {
            Some((place, text)) if place == at => text.to_owned(),
            _ => texts.first().cloned().unwrap_or_default(),
        };
        let mut text = String::new();
        for piece in choices.iter().enumerate().map(piece) {
            text.push_str(&piece);
            if text.len() > LONGEST {
                return None;
            }
        }
        Some(text)
    };
    let mut out: Vec<String> = join(None).into_iter().collect();
    for (at, texts) in choices.iter().enumerate() {
        for text in texts.iter().skip(1) {
            if out.len() >= VARIANTS {
                return out;
            }
            out.extend(join(Some((at, text))));
        }
    }
    out
}

fn choices(item: &Item<'_>) -> Vec<String> {
    let once = match &item.node {
        Node::Char(letter) => vec![letter.to_string()],
        Node::Any if item.repeat.is_once() => ["a", ".", "-"].map(String::from).to_vec(),
        Node::Any => return TEXTS.map(String::from).to_vec(),
        Node::Class => letters(item.text),
        Node::Group { branches, .. } => branches.iter().flat_map(|branch| sequences(branch)).collect(),
        Node::Look { inner, .. } => {
            // What is looked for, and what is not.
            let literal =
                inner.chars().take_while(|letter| letter.is_alphanumeric() || matches!(letter, '/' | '-' | '_'));
            return vec![String::new(), literal.collect()];
        }
    };
    let repeat = item.repeat;
    if repeat.is_once() {
        return once;
    }
    let first = once.first().cloned().unwrap_or_default();
    let mut out = Vec::new();
    if repeat.least > 0 && repeat.least <= 8 {
        let text = first.repeat(repeat.least as usize);
        out.extend(Some(text).filter(|text| text.len() <= LONGEST));
    } else {
        out.push(first.clone());
        out.push(String::new());
    }
    if repeat.most.is_none_or(|most| most > repeat.least.max(1)) {
        out.push(once.iter().take(3).map(String::as_str).collect());
    }
    out.extend(once.into_iter().skip(1));
    out
}

/// The letters of a class, those of words first.
fn letters(class: &str) -> Vec<String> {
    let Ok(regex) = regress::Regex::new(class) else { return Vec::new() };
    let found = LETTERS.iter().map(char::to_string).filter(|letter| regex.find(letter).is_some());
    // A class of letters that are not among the usual ones has some of its own.
    let own = class.chars().filter(|letter| !matches!(letter, '[' | ']' | '^' | '\\' | '-')).map(String::from);
    let mut out: Vec<String> = found.collect();
    out.extend(own.filter(|letter| regex.find(letter).is_some()).take(3));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(src: &str) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        of_shape(&Shape::parse(src).unwrap(), &mut paths);
        paths
    }

    #[test]
    fn paths_match_and_just_miss() {
        for src in ["^/a/(.*)$", "^/(?<id>[^/]+)/x\\.y$", "^/(?:a|b)?/[q-s]{2,3}$", "^/(?!api).*$", "^/docs/(v1/)?g/?$"]
        {
            let regex = regress::Regex::with_flags(src, "i").unwrap();
            let (hits, misses): (Vec<_>, Vec<_>) = made(src).into_iter().partition(|path| regex.find(path).is_some());
            assert!(hits.len() >= 3 && misses.len() >= 3, "{src}: {hits:?} {misses:?}");
        }
        assert!(made("^/a/(.*)$").contains("/A/ABC"));
        assert!(made("^/(?!api).*$").iter().any(|path| path.starts_with("/api")));
    }

    #[test]
    fn nesting_does_not_multiply() {
        let nested = (0..12).fold("a{8}".to_owned(), |text, _| format!("({text}){{8}}"));
        assert!(made(&format!("^/{nested}$")).len() < 16);
        assert!(made(&format!("^/(b|{nested})$")).contains("/b"));
        assert!(made("^/(a{8}){8}$").contains(&format!("/{}", "a".repeat(64))));
    }

    #[test]
    fn there_are_never_too_many() {
        let long = format!("^/{}$", "(a|b|c|d|e|f|g)".repeat(60));
        assert!(made(&long).len() < VARIANTS * 16);
        assert!(made("^/(.*)(.*)(.*)(.*)$").iter().all(|path| path.len() <= LONGEST));
    }
}
