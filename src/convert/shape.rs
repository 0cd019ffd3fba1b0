//! The structure of a route's regex, as far as it can be converted.

/// The regex of a whole path, without its anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape<'s> {
    pub(super) items: Vec<Item<'s>>,
}

/// One thing with its quantifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item<'s> {
    pub(super) node: Node<'s>,
    /// The text of the thing, without quantifier.
    pub(super) text: &'s str,
    pub(super) repeat: Repeat,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node<'s> {
    Char(char),
    /// `.`
    Any,
    /// `[a-z]`, `\d`
    Class,
    /// A group; its number where it captures, counted from 1.
    Group {
        number: Option<usize>,
        name: Option<&'s str>,
        inner: &'s str,
        branches: Vec<Vec<Item<'s>>>,
    },
    /// `(?=...)` or `(?!...)`
    Look {
        inner: &'s str,
        branches: Vec<Vec<Item<'s>>>,
    },
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeat {
    pub(super) least: u32,
    /// None: without end.
    pub(super) most: Option<u32>,
    pub(super) lazy: bool,
}

impl Item<'_> {
    fn branches(&self) -> &[Vec<Self>] {
        match &self.node {
            Node::Group { branches, .. } | Node::Look { branches, .. } => branches,
            _ => &[],
        }
    }

    /// Whether it may match nothing, were it there once.
    fn is_idle_once(&self) -> bool {
        matches!(self.node, Node::Look { .. }) || self.branches().iter().any(|branch| branch.iter().all(Self::is_idle))
    }

    fn is_idle(&self) -> bool {
        self.repeat.least == 0 || self.is_idle_once()
    }

    /// `((a?)?)+`: what may match nothing in two ways, again and again. The regress crate (0.12.0) comes to no end there, and takes all memory.
    fn is_endless(&self) -> bool {
        let has_idle_repeat = || {
            let mut open: Vec<&Self> = self.branches().iter().flatten().collect();
            while let Some(item) = open.pop() {
                if !item.repeat.is_once() && item.is_idle_once() {
                    return true;
                }
                open.extend(item.branches().iter().flatten());
            }
            false
        };
        self.repeat.most != Some(1) && self.is_idle_once() && has_idle_repeat()
    }
}

impl Repeat {
    pub(super) const ONCE: Self = Self { least: 1, most: Some(1), lazy: false };

    pub(super) fn is_once(self) -> bool {
        self == Self::ONCE
    }

    /// The quantifier as text, where it is one of a single letter.
    pub(super) fn letter(self) -> Option<char> {
        match (self.least, self.most) {
            (0, Some(1)) => Some('?'),
            (0, None) => Some('*'),
            (1, None) => Some('+'),
            _ => None,
        }
    }
}

/// Nesting that is followed.
const MAX_DEPTH: usize = 24;

impl<'s> Shape<'s> {
    /// Reads an anchored regex (`^...$`). Nothing for one with alternatives at the top, lookbehinds, backreferences, inner anchors and the like.
    pub(super) fn parse(src: &'s str) -> Option<Self> {
        let inside = src.strip_prefix('^')?.strip_suffix('$')?;
        // `\$` at the end is no anchor.
        let escapes = inside.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if escapes % 2 == 1 {
            return None;
        }
        let mut parser = Parser { text: inside, at: 0, groups: 0, depth: 0 };
        let mut branches = parser.branches()?;
        if parser.at < inside.len() || branches.len() != 1 {
            return None;
        }
        Some(Self { items: branches.pop()? })
    }

    /// The text that every match starts with, in lower case.
    pub(super) fn prefix(&self) -> String {
        let plain = |item: &Item<'_>| match item.node {
            Node::Char(letter) if item.repeat.is_once() => Some(letter),
            _ => None,
        };
        self.items.iter().map_while(plain).flat_map(char::to_lowercase).collect()
    }

    /// The only text that it matches, where there is one, with its capitals.
    pub(super) fn exact(&self) -> Option<String> {
        let letter = |item: &Item<'_>| match item.node {
            Node::Char(letter) if item.repeat.is_once() => Some(letter),
            _ => None,
        };
        self.items.iter().map(letter).collect()
    }

    /// About how many steps a match of a text of `length` letters may take at worst.
    pub(super) fn cost(&self, length: u64) -> u64 {
        cost(&self.items, length)
    }
}

/// Ways to match, all of which are tried where the last one fails.
fn cost(items: &[Item<'_>], length: u64) -> u64 {
    let mut all = 1_u64;
    for item in items {
        let inner = match &item.node {
            Node::Group { branches, .. } | Node::Look { branches, .. } => {
                branches.iter().map(|branch| cost(branch, length)).fold(0, u64::saturating_add)
            }
            _ => 1,
        };
        let own = match item.repeat.most {
            _ if item.is_endless() => (1 << 40) * length,
            // A repeat inside a repeat tries every way to cut the text.
            None if inner > 1 => (1 << 40) * length,
            None => length,
            Some(most) => {
                let counts = u64::from(most.saturating_sub(item.repeat.least)) + 1;
                // What matches nothing is matched again all the same.
                let idle = if u64::from(most) > length { u64::from(most) } else { 1 };
                inner.saturating_pow(most).saturating_mul(counts.max(idle))
            }
        };
        all = all.saturating_mul(own);
    }
    all
}

struct Parser<'s> {
    text: &'s str,
    at: usize,
    groups: usize,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        self.at += if found { what.len() } else { 0 };
        found
    }

    fn branches(&mut self) -> Option<Vec<Vec<Item<'s>>>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut branches = vec![Vec::new()];
        while !self.rest().is_empty() && !self.rest().starts_with(')') {
            if self.take("|") {
                branches.push(Vec::new());
                continue;
            }
            let item = self.item()?;
            branches.last_mut()?.push(item);
        }
        self.depth -= 1;
        Some(branches)
    }

    fn item(&mut self) -> Option<Item<'s>> {
        let start = self.at;
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        let node = match letter {
            '(' => self.group()?,
            '[' => self.class()?,
            '\\' => self.escape()?,
            '.' => Node::Any,
            '^' | '$' | '*' | '+' | '?' => return None,
            other => Node::Char(other),
        };
        let text = self.text.get(start..self.at)?;
        let repeat = self.repeat()?;
        if matches!(node, Node::Look { .. }) && !repeat.is_once() {
            return None;
        }
        Some(Item { node, text, repeat })
    }

    fn group(&mut self) -> Option<Node<'s>> {
        let looks = self.take("?=") || self.take("?!");
        let mut name = None;
        let captures = if looks || self.take("?:") {
            false
        } else if self.take("?<") {
            let (found, _) = self.rest().split_once('>')?;
            if found.starts_with(['=', '!']) || !found.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            {
                return None;
            }
            self.at += found.len() + 1;
            name = Some(found);
            true
        } else {
            !self.rest().starts_with('?')
        };
        if !captures && !looks && self.rest().starts_with('?') {
            return None;
        }
        let number = captures.then(|| {
            self.groups += 1;
            self.groups
        });
        let start = self.at;
        let branches = self.branches()?;
        let inner = self.text.get(start..self.at)?;
        if !self.take(")") {
            return None;
        }
        Some(if looks { Node::Look { inner, branches } } else { Node::Group { number, name, inner, branches } })
    }

    fn class(&mut self) -> Option<Node<'s>> {
        let mut escaped = false;
        for (at, letter) in self.rest().char_indices() {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                ']' => {
                    self.at += at + 1;
                    return Some(Node::Class);
                }
                _ => {}
            }
        }
        None
    }

    fn escape(&mut self) -> Option<Node<'s>> {
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        match letter {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => Some(Node::Class),
            letter if letter.is_ascii_alphanumeric() => None,
            letter => Some(Node::Char(letter)),
        }
    }

    fn repeat(&mut self) -> Option<Repeat> {
        let (least, most) = match self.rest().chars().next() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.counted(),
            _ => return Some(Repeat::ONCE),
        };
        self.at += 1;
        let lazy = self.take("?");
        Some(Repeat { least, most, lazy })
    }

    /// `{2}`, `{2,}` or `{2,3}`; another brace is a letter.
    fn counted(&mut self) -> Option<Repeat> {
        let Some((inside, _)) = self.rest().get(1..)?.split_once('}') else { return Some(Repeat::ONCE) };
        let is_count = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
        if !is_count || inside.starts_with(',') {
            return Some(Repeat::ONCE);
        }
        let (least, most) = match inside.split_once(',') {
            None => (inside, Some(inside)),
            Some((least, "")) => (least, None),
            Some((least, most)) => (least, Some(most)),
        };
        let (least, most) = (least.parse().ok()?, most.map(str::parse).transpose().ok()?);
        self.at += inside.len() + 2;
        let lazy = self.take("?");
        Some(Repeat { least, most, lazy })
    }
}

/// `inner` with its capturing groups made `(?:...)`, so that it can stand inside a group of a `source`.
pub(super) fn without_captures(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let (mut class, mut at) = (false, 0);
    while let Some(letter) = inner.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = inner.get(at..).unwrap_or_default();
        let length = if letter == '\\' { rest.chars().take(2).map(char::len_utf8).sum() } else { letter.len_utf8() };
        let mut text = rest.get(..length).unwrap_or_default();
        let mut taken = length;
        match letter {
            '[' => class = true,
            ']' => class = false,
            '(' if !class && rest.starts_with("(?<") => {
                text = "(?:";
                taken = rest.find('>').map_or(length, |end| end + 1);
            }
            '(' if !class && !rest.starts_with("(?") => text = "(?:",
            _ => {}
        }
        out.push_str(text);
        at += taken;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_read() {
        for (src, prefix) in [
            ("^/a/(.*)$", "/a/"),
            ("^/Docs(?:/(v1/)?x)?$", "/docs"),
            ("^/(?<id>[^/]+)/\\.x{2,3}$", "/"),
            ("^/a(?!b).*$", "/a"),
            ("^/a{b}$", "/a{b}"),
            ("^/ab?$", "/a"),
        ] {
            assert_eq!(Shape::parse(src).map(|shape| shape.prefix()).as_deref(), Some(prefix), "{src}");
        }
    }

    #[test]
    fn what_cannot_be_converted_is_not_read() {
        for src in
            ["^a|b$", "^(?<=x)y$", "^(a)\\1$", "^a^b$", "^\\ba$", "^/a\\$", "^(?!a)*$", "^(?<a-b>x)$", "^(a$", "/a"]
        {
            assert_eq!(Shape::parse(src), None, "{src}");
        }
        assert_eq!(Shape::parse(&format!("^{}{}$", "(".repeat(200), ")".repeat(200))), None);
    }

    #[test]
    fn endless_matching_is_dear() {
        let cost = |src: &str| Shape::parse(src).unwrap().cost(40);
        assert_eq!((cost("^/abc$"), cost("^/(.*)$"), cost("^/(.*)/(.*)$")), (1, 40, 1600));
        assert_eq!((cost("^/[a-z]{2}/(v1)?$"), cost("^/a{0,8}$"), cost("^/(a{0,8}){2}$")), (2, 9, 81));
        assert!(cost("^/(?:(a?)?){1}(a(b)?)?$") < 100);
        for src in [
            "^/(a+)+$",
            "^/(a|b)*$",
            "^/((a?)??){2}$",
            "^/(((a?)?)b?)*$",
            "^/(?!(a+)+x)$",
            "^/((((a{0,8}){0,8}){0,8}){0,8})b$",
            "^/(){9000000}(){9000000}$",
        ] {
            assert!(cost(src) > 1 << 40, "{src}");
        }
    }

    #[test]
    fn inner_captures_go() {
        for (inner, expected) in
            [("a(b)c", "a(?:b)c"), ("(?<n>b)", "(?:b)"), ("\\((?:x)[(]", "\\((?:x)[(]"), ("(?!x)", "(?!x)")]
        {
            assert_eq!(without_captures(inner), expected);
        }
    }
}
