//! From the regex of a route to a `source` pattern that matches the same paths.

use super::shape::{Item, Node, Shape, without_captures};

/// A `source`, and where the captures of the regex have gone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Source {
    pub(super) text: String,
    /// One entry per capture that is left.
    pub(super) captures: Vec<Capture>,
    /// How many groups the source has.
    groups: usize,
}

/// One capture of the regex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Capture {
    /// Its number in the regex.
    pub(super) old: usize,
    /// Its number in the source.
    pub(super) new: usize,
    pub(super) name: Option<String>,
    /// Whether the source gives it that name.
    pub(super) is_named: bool,
    /// Whether it began with the slash that the source now has before it.
    pub(super) lost_slash: bool,
}

/// Why a regex stays one.
pub(super) type Reason = &'static str;

const SLASH: Reason = "its pattern does not start with `/`";
const DOT: Reason = "`.` in its pattern stands for any character, and a `source` has nothing for that but a group";
const COUNT: Reason = "a `source` has no `{n,m}`";
const LOOK: Reason = "a `source` takes `(?!...)` only at the start of a group";
const GROUP: Reason = "its groups have no counterpart in a `source`";

/// Writes `shape` as a `source`; with `names`, groups keep theirs.
pub(super) fn source(shape: &Shape<'_>, names: bool) -> Result<Source, Reason> {
    let mut writer = Source::default();
    let mut items = shape.items.as_slice();
    if let Some((first, rest)) = items.split_first()
        && writer.start(first, rest)?
    {
        items = rest;
    }
    while let Some((item, rest)) = items.split_first() {
        items = rest;
        match &item.node {
            Node::Look { .. } => {
                let (group, rest) = rest.split_first().ok_or(LOOK)?;
                writer.behind_look(item, group)?;
                items = rest;
            }
            _ => writer.item(item, names, rest.first())?,
        }
    }
    if writer.text.is_empty() { Err(SLASH) } else { Ok(writer) }
}

fn is_any_text(item: &Item<'_>) -> bool {
    matches!(item.node, Node::Any) && item.repeat.letter() == Some('*') && !item.repeat.lazy
}

impl Source {
    /// What a pattern may start with beside a slash: `.*` and `(.*)`, which cover the slash. Tells whether it was written.
    fn start(&mut self, first: &Item<'_>, rest: &[Item<'_>]) -> Result<bool, Reason> {
        if matches!(first.node, Node::Char('/')) && first.repeat.is_once() {
            return Ok(false);
        }
        // Were the rest to match from the slash on, `.*` would be empty.
        let covers = match rest.first() {
            None => true,
            Some(next) => matches!(next.node, Node::Char(letter) if letter != '/') && next.repeat.letter().is_none(),
        };
        let number = match &first.node {
            _ if !covers => return Err(SLASH),
            Node::Any if is_any_text(first) => None,
            Node::Group { number, branches, .. } if first.repeat.is_once() => match branches.as_slice() {
                [branch] if matches!(branch.as_slice(), [only] if is_any_text(only)) => *number,
                _ => return Err(SLASH),
            },
            _ => return Err(SLASH),
        };
        self.text.push('/');
        self.group("(.*)", number, None);
        self.captures.iter_mut().for_each(|capture| capture.lost_slash = true);
        Ok(true)
    }

    fn item(&mut self, item: &Item<'_>, names: bool, next: Option<&Item<'_>>) -> Result<(), Reason> {
        match &item.node {
            Node::Char(letter) => self.letter(*letter, item),
            Node::Any if item.repeat.is_once() => Err(DOT),
            Node::Any | Node::Class => {
                let lazy = if item.repeat.lazy { "?" } else { "" };
                let quantifier = match item.repeat.letter() {
                    Some(letter) => format!("{letter}{lazy}"),
                    None if item.repeat.is_once() => String::new(),
                    None => return Err(COUNT),
                };
                self.group(&format!("({}{quantifier})", item.text), None, None);
                Ok(())
            }
            Node::Group { number: None, inner, branches, .. } => {
                let plain = branches.len() == 1 && branches.iter().flatten().all(is_letter);
                if plain && item.repeat.letter() == Some('?') && !item.repeat.lazy {
                    let letters = branches.iter().flatten().filter_map(|item| match item.node {
                        Node::Char(letter) => Some(escaped(letter)),
                        _ => None,
                    });
                    self.text.extend(["{", &letters.collect::<String>(), "}?"]);
                    return Ok(());
                }
                self.repeated(inner, item, None, None)
            }
            Node::Group { number, name, inner, .. } => {
                let named = name.filter(|_| names && item.repeat.is_once());
                if let Some(name) = named {
                    let ends = next.is_none_or(|next| matches!(next.node, Node::Char('/')) && next.repeat.is_once());
                    let segment = *inner == "[^/]+" && ends;
                    let text = if segment { format!(":{name}") } else { format!(":{name}({})", inside(inner)?) };
                    self.group(&text, *number, Some(name));
                    return Ok(());
                }
                let before = self.captures.len();
                self.repeated(inner, item, *number, None)?;
                if let Some(capture) = self.captures.get_mut(before) {
                    capture.name = name.map(str::to_owned);
                }
                Ok(())
            }
            Node::Look { .. } => Err(LOOK),
        }
    }

    fn letter(&mut self, letter: char, item: &Item<'_>) -> Result<(), Reason> {
        let text = escaped(letter);
        match item.repeat.letter() {
            None if item.repeat.is_once() => self.text.push_str(&text),
            Some(quantifier) if !item.repeat.lazy => self.text.push_str(&format!("{{{text}}}{quantifier}")),
            _ => return Err(COUNT),
        }
        Ok(())
    }

    /// A group with its quantifier. A slash or dot before it would be repeated with it, so that braces keep it out.
    fn repeated(
        &mut self,
        inner: &str,
        item: &Item<'_>,
        number: Option<usize>,
        name: Option<&str>,
    ) -> Result<(), Reason> {
        let group = format!("({})", inside(inner)?);
        let text = match item.repeat.letter() {
            None if item.repeat.is_once() => group,
            Some(quantifier) if !item.repeat.lazy => format!("{{{group}}}{quantifier}"),
            _ => return Err(COUNT),
        };
        self.group(&text, number, name);
        Ok(())
    }

    /// A lookahead matches nothing itself, so that it can stand inside the group behind it.
    fn behind_look(&mut self, look: &Item<'_>, next: &Item<'_>) -> Result<(), Reason> {
        let Node::Look { inner: ahead, .. } = &look.node else { return Err(LOOK) };
        let sign = look.text.get(..3).ok_or(LOOK)?;
        let (text, number, name) = match &next.node {
            Node::Any | Node::Class if next.repeat.letter().is_some() => {
                let lazy = if next.repeat.lazy { "?" } else { "" };
                let quantifier = next.repeat.letter().map(String::from).unwrap_or_default();
                (format!("{}{quantifier}{lazy}", next.text), None, None)
            }
            Node::Group { number, name, inner, branches } if next.repeat.is_once() => {
                let inner = without_captures(inner);
                (if branches.len() > 1 { format!("(?:{inner})") } else { inner }, *number, *name)
            }
            _ => return Err(LOOK),
        };
        let before = self.captures.len();
        self.group(&format!("({sign}{}){text})", without_captures(ahead)), number, None);
        if let Some(capture) = self.captures.get_mut(before) {
            capture.name = name.map(str::to_owned);
        }
        Ok(())
    }

    /// Appends a group of the source, which holds the capture `number` of the regex where it holds one.
    fn group(&mut self, text: &str, number: Option<usize>, name: Option<&str>) {
        self.text.push_str(text);
        self.groups += 1;
        if let Some(old) = number {
            let name = name.map(str::to_owned);
            let is_named = name.is_some();
            self.captures.push(Capture { old, new: self.groups, name, is_named, lost_slash: false });
        }
    }
}

/// The inside of a group of a `source`.
fn inside(inner: &str) -> Result<String, Reason> {
    let text = without_captures(inner);
    if text.is_empty() || text.starts_with('?') { Err(GROUP) } else { Ok(text) }
}

fn is_letter(item: &Item<'_>) -> bool {
    matches!(item.node, Node::Char(_)) && item.repeat.is_once()
}

/// A letter that stands for itself in a `source`, which is also tried as a regex.
fn escaped(letter: char) -> String {
    if ":{}()*+?\\[]|^$".contains(letter) { format!("\\{letter}") } else { letter.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Pattern;

    fn of(src: &str, names: bool) -> Result<String, Reason> {
        source(&Shape::parse(src).unwrap(), names).map(|source| source.text)
    }

    #[test]
    fn the_table() {
        for (src, expected) in [
            ("^/$", "/"),
            ("^/about$", "/about"),
            ("^/atom\\.xml$", "/atom.xml"),
            ("^/(.*)$", "/(.*)"),
            ("^/.*$", "/(.*)"),
            ("^.*$", "/(.*)"),
            ("^(.*)$", "/(.*)"),
            ("^.*\\.php$", "/(.*).php"),
            ("^/posts/(.+)$", "/posts/(.+)"),
            ("^/a/[0-9]+/\\d$", "/a/([0-9]+)/(\\d)"),
            ("^/docs/?$", "/docs{/}?"),
            ("^/docs(?:/)?$", "/docs{/}?"),
            ("^/docs/(v1/)?guides$", "/docs/{(v1/)}?guides"),
            ("^/(?:search)?$", "/{search}?"),
            ("^/(?:a|b)/(c)$", "/(a|b)/(c)"),
            ("^/_next(/static/(?:[^/]+/pages|chunks)/.+)$", "/_next(/static/(?:[^/]+/pages|chunks)/.+)"),
            ("^/((a)|b)$", "/((?:a)|b)"),
            ("^/(?!api)(.*)$", "/((?!api).*)"),
            ("^/(?!api).*$", "/((?!api).*)"),
            ("^/(?!a)(b|c)$", "/((?!a)(?:b|c))"),
            ("^/a\\:b\\(c\\)$", "/a\\:b\\(c\\)"),
            ("^/a+$", "/{a}+"),
            ("^/(?<id>[^/]+)$", "/([^/]+)"),
            ("^/a{b}$", "/a\\{b\\}"),
        ] {
            assert_eq!(of(src, false).as_deref(), Ok(expected), "{src}");
            let deployed = Pattern::parse(expected).unwrap().regex();
            assert!(deployed.is_ok(), "{expected}");
        }
    }

    #[test]
    fn names_are_kept_on_request() {
        for (src, expected) in [
            ("^/product/(?<id>[^/]+)$", "/product/:id"),
            ("^/(?<a>[^/]+)/(?<b>\\d+)$", "/:a/:b(\\d+)"),
            ("^/(?<a>[^/]+)x$", "/:a([^/]+)x"),
            ("^/(?<a>[^/]*)$", "/:a([^/]*)"),
            ("^/(?<a>x)?$", "/{(x)}?"),
        ] {
            assert_eq!(of(src, true).as_deref(), Ok(expected), "{src}");
        }
    }

    #[test]
    fn what_has_no_counterpart_says_why() {
        for (src, reason) in [
            ("^about$", SLASH),
            ("^(/.*)/$", SLASH),
            ("^.*/foo$", SLASH),
            ("^$", SLASH),
            ("^/favicon.ico$", DOT),
            ("^/a{2,3}$", COUNT),
            ("^/(?!maintenance)$", LOOK),
            ("^/(?!a)b$", LOOK),
            ("^/()$", GROUP),
            ("^/(a)*?$", COUNT),
        ] {
            assert_eq!(of(src, false), Err(reason), "{src}");
        }
    }

    #[test]
    fn captures_keep_track() {
        let found = source(&Shape::parse("^/(?:a|b)/(c)/x*/(?<n>d)$").unwrap(), false).unwrap();
        let numbers: Vec<_> = found.captures.iter().map(|capture| (capture.old, capture.new)).collect();
        assert_eq!(numbers, [(1, 2), (2, 3)]);
        assert!(source(&Shape::parse("^(.*)$").unwrap(), false).unwrap().captures[0].lost_slash);
    }
}
