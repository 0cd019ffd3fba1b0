//! Texts with captures in them, for a pattern whose captures have other numbers or names.

use super::source::Source;

/// `text` of a route (`dest`, `Location`, a header) as the entry with `source` has to say it; nothing where it names a capture that is gone, or
/// where it is not certain which one it names.
pub(super) fn target(text: &str, source: &Source) -> Option<String> {
    refer(
        text,
        source,
        |capture| if capture.is_named { capture.name.as_deref().map(|name| format!(":{name}")) } else { None },
    )
}

/// The same with numbers only: what a compiled entry leads to.
pub(super) fn numbered(text: &str, source: &Source) -> Option<String> {
    refer(text, source, |_| None)
}

fn refer(text: &str, source: &Source, named: impl Fn(&super::source::Capture) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(rest.get(..at)?);
        let behind = rest.get(at + 1..)?;
        let length = behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let name = behind.get(..length)?;
        rest = behind.get(length..)?;
        // `$1a` and `$10` are read in more than one way.
        let number = (name.len() == 1).then(|| name.parse::<usize>().ok()).flatten();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        let capture = source.captures.iter().find(|capture| match number {
            Some(number) => capture.old == number,
            None => is_name && capture.name.as_deref() == Some(name),
        })?;
        if capture.new > 9 {
            return None;
        }
        if capture.lost_slash {
            out.push('/');
        }
        out.push_str(&named(capture).unwrap_or_else(|| format!("${}", capture.new)));
    }
    out.push_str(rest);
    Some(out)
}

/// Whether every named capture is used in `text` by its name.
pub(super) fn uses_all_names(text: &str, source: &Source) -> bool {
    let named: Vec<_> = source.captures.iter().filter_map(|capture| capture.name.as_deref()).collect();
    let is_end = |rest: &str| !rest.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
    let uses = |name: &str| {
        text.match_indices('$')
            .any(|(at, _)| text.get(at + 1..).and_then(|rest| rest.strip_prefix(name)).is_some_and(is_end))
    };
    !named.is_empty() && named.into_iter().all(uses)
}

#[cfg(test)]
mod tests {
    use super::super::shape::Shape;
    use super::super::source::source;
    use super::*;

    #[test]
    fn references_follow_their_groups() {
        for (src, names, text, expected) in [
            ("^/(?:a|b)/(c)$", false, "/x/$1", Some("/x/$2")),
            ("^/(?<id>[^/]+)$", true, "/x?id=$id", Some("/x?id=:id")),
            ("^/(?<id>[^/]+)$", true, "/x/$1", Some("/x/:id")),
            ("^/(?<id>[^/]+)$", false, "/x?id=$id", Some("/x?id=$1")),
            ("^(.*)$", false, "/www$1", Some("/www/$1")),
            ("^/((a)b)$", false, "/$2", None),
            ("^/(a)$", false, "/$10", None),
            ("^/(a)$", false, "/$1b", None),
            ("^/(a)$", false, "/$x", None),
            ("^/(a)$", false, "/5$", None),
            ("^/(a)$", false, "/b", Some("/b")),
        ] {
            let source = source(&Shape::parse(src).unwrap(), names).unwrap();
            assert_eq!(target(text, &source).as_deref(), expected, "{src} {text}");
        }
    }
}
