//! URLs as Node's `url.parse` and `url.format` read and write them: the platform passes every destination through both.

use super::query::{Query, encode, unescape};

/// A URL in parts. A part that is absent and one that is empty are written alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Url {
    /// With its colon.
    pub(super) protocol: String,
    pub(super) slashes: bool,
    pub(super) auth: String,
    pub(super) hostname: String,
    pub(super) port: String,
    pub(super) pathname: String,
    pub(super) query: Query,
    /// With its `#`.
    pub(super) hash: String,
}

/// A host that no URL can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidHost;

/// Schemes whose `//` is written whether it was there or not, and whose empty path is `/`.
const SLASHED: [&str; 7] = ["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"];

fn is_space(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{c}' | ' ' | '\u{a0}' | '\u{feff}')
}

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, InvalidHost> {
        let text = slashed(text.trim_matches(is_space));
        let path = text.split('?').next().unwrap_or_default();
        if !text.contains('#')
            && !path.contains('@')
            && let Some(url) = Self::plain_path(&text)
        {
            return Ok(url);
        }
        let mut url = Self::default();
        let mut rest = &*text;
        if let Some(end) = scheme(rest) {
            url.protocol = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
            rest = rest.get(end..).unwrap_or_default();
        }
        let script = url.protocol == "javascript:";
        let may_have_slashes = !url.protocol.is_empty() || names_user(rest);
        if may_have_slashes
            && !script
            && let Some(behind) = rest.strip_prefix("//")
        {
            url.slashes = true;
            rest = behind;
        }
        let mut rest = rest.to_owned();
        let named = !url.protocol.is_empty() && !SLASHED.contains(&&*url.protocol);
        if !script && (url.slashes || named) {
            rest = url.take_host(&rest)?;
        }
        url.set_rest(&if script { rest } else { escaped(&rest) });
        if SLASHED.contains(&&*url.protocol) && !url.hostname.is_empty() && url.pathname.is_empty() {
            url.pathname = "/".to_owned();
        }
        Ok(url)
    }

    /// What starts with `/` and holds no white space is taken as it stands.
    fn plain_path(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        if !path.starts_with('/') || path.starts_with("///") || text.chars().any(char::is_whitespace) {
            return None;
        }
        Some(Self { pathname: path.to_owned(), query: Query::parse(query), ..Self::default() })
    }

    fn set_rest(&mut self, rest: &str) {
        let (rest, hash) = rest.find('#').map_or((rest, ""), |at| rest.split_at(at));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        self.hash = hash.to_owned();
        self.query = Query::parse(query);
        self.pathname = path.to_owned();
    }

    /// Reads user, host and port off the front; what follows is returned.
    fn take_host(&mut self, rest: &str) -> Result<String, InvalidHost> {
        let (host, path) = rest.split_at(rest.find(['#', '/', '?']).unwrap_or(rest.len()));
        let rest = format!("{}{path}", host.replace(['\t', '\n', '\r'], ""));
        let mut at_sign = None;
        let mut end = None;
        for (at, letter) in rest.char_indices() {
            match letter {
                '#' | '/' | '?' => {
                    end = end.or(Some(at));
                    break;
                }
                '@' => {
                    at_sign = Some(at);
                    end = None;
                }
                ' ' | '"' | '%' | '\'' | ';' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                    end = end.or(Some(at));
                }
                _ => {}
            }
        }
        let start = at_sign.map_or(0, |at| at + 1);
        self.auth = unescape(at_sign.and_then(|at| rest.get(..at)).unwrap_or_default());
        let end = end.unwrap_or(rest.len()).max(start);
        let mut host = rest.get(start..end).unwrap_or_default();
        let mut rest = rest.get(end..).unwrap_or_default().to_owned();
        if let Some((name, port)) = host.rsplit_once(':')
            && port.bytes().all(|digit| digit.is_ascii_digit())
        {
            self.port = port.to_owned();
            host = name;
        }
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if let Some(inside) = bracketed {
            if inside.contains(['\0', '\t', '\n', '\r', ' ', '#', '%', '/', '<', '>', '?', '@', '\\', '^', '|']) {
                return Err(InvalidHost);
            }
            self.hostname = inside.to_lowercase();
        } else {
            if let Some(at) = host.find(['/', '\\', '#', '?', ':']) {
                rest = format!("/{}{rest}", host.get(at..).unwrap_or_default());
                host = host.get(..at).unwrap_or_default();
            }
            self.hostname = host_name(host)?;
        }
        Ok(rest)
    }

    pub(super) fn write(&self) -> String {
        let mut out = self.protocol.clone();
        let mut host = String::new();
        if !self.hostname.is_empty() {
            if !self.auth.is_empty() {
                host.push_str(&encode(&self.auth, "!'()*-._~:"));
                host.push('@');
            }
            if self.hostname.contains(':') {
                host.extend(["[", &self.hostname, "]"]);
            } else {
                host.push_str(&self.hostname);
            }
            if !self.port.is_empty() {
                host.extend([":", &self.port]);
            }
        }
        let mut pathname = self.pathname.replace('#', "%23").replace('?', "%3F");
        if self.slashes || (SLASHED.contains(&&*self.protocol) && !host.is_empty()) {
            if !pathname.is_empty() && !pathname.starts_with('/') {
                pathname.insert(0, '/');
            }
            out.push_str("//");
        }
        out.push_str(&host);
        out.push_str(&pathname);
        let query = self.query.write();
        if !query.is_empty() {
            out.extend(["?", &query.replace('#', "%23")]);
        }
        if !self.hash.is_empty() && !self.hash.starts_with('#') {
            out.push('#');
        }
        out.push_str(&self.hash);
        out
    }
}

/// Backslashes before the query or hash count as slashes.
fn slashed(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    format!("{}{rest}", path.replace('\\', "/"))
}

fn scheme(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-')))?;
    (end > 0 && text.get(end..)?.starts_with(':')).then_some(end + 1)
}

/// Whether a text without a scheme starts like `//user@host`.
fn names_user(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("//") else { return false };
    let Some(at) = rest.find(['@', '/']) else { return false };
    let behind = rest.get(at + 1..).unwrap_or_default();
    at > 0
        && rest.get(at..).is_some_and(|rest| rest.starts_with('@'))
        && !behind.is_empty()
        && !behind.starts_with(['@', '/'])
}

fn host_name(host: &str) -> Result<String, InvalidHost> {
    if host.chars().map(char::len_utf16).sum::<usize>() > 255 {
        return Ok(String::new());
    }
    let host = host.to_lowercase();
    let forbidden = |c: char| {
        matches!(
            c,
            '\0' | '\t'
                | '\n'
                | '\r'
                | ' '
                | '#'
                | '%'
                | '/'
                | ':'
                | '<'
                | '>'
                | '?'
                | '@'
                | '['
                | '\\'
                | ']'
                | '^'
                | '|'
        )
    };
    if host.contains(forbidden) {
        return Err(InvalidHost);
    }
    if host.is_ascii() {
        return Ok(host);
    }
    let labels: Vec<String> = host.split('.').map(label).collect();
    Ok(labels.join("."))
}

/// A label of a host name in ASCII (RFC 3492). Letters are not mapped to compatible ones: that needs tables that nothing here is worth.
fn label(label: &str) -> String {
    if label.is_ascii() {
        return label.to_owned();
    }
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    let mut handled = basic;
    if basic > 0 {
        out.push('-');
    }
    let (mut current, mut delta, mut bias) = (128u32, 0u32, 72u32);
    while (handled as usize) < letters.len() {
        let Some(next) = letters.iter().copied().filter(|&letter| letter >= current).min() else { break };
        delta = delta.saturating_add((next - current).saturating_mul(handled + 1));
        current = next;
        for &letter in &letters {
            if letter < current {
                delta = delta.saturating_add(1);
            }
            if letter == current {
                digits(&mut out, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.saturating_add(1);
        current += 1;
    }
    format!("xn--{out}")
}

fn digits(out: &mut String, mut value: u32, bias: u32) {
    let digit = |value: u32| char::from(if value < 26 { b'a' + value as u8 } else { b'0' + (value - 26) as u8 });
    let mut step = 36;
    loop {
        let threshold = step.max(bias + 1).saturating_sub(bias).min(26);
        if value < threshold {
            break out.push(digit(value));
        }
        out.push(digit(threshold + (value - threshold) % (36 - threshold)));
        value = (value - threshold) / (36 - threshold);
        step += 36;
    }
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut step = 0;
    while delta > 455 {
        delta /= 35;
        step += 36;
    }
    step + 36 * delta / (delta + 38)
}

/// What may not stand in a path bare.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\t' | '\n' | '\r' | ' ' | '"' | '\'' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                out.push_str(&format!("%{:02X}", u32::from(letter)));
            }
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_written_as_node_writes_them() {
        for (text, expected) in [
            ("/a\"b", "/a\"b"),
            ("/a b\"", "/a%20b%22"),
            ("/a\\b", "/a/b"),
            ("https://E.com", "https://e.com/"),
            ("https://e.com?x=1#y z", "https://e.com/?x=1#y%20z"),
            ("https://é.com/é", "https://xn--9ca.com/é"),
            ("https://u:p@e.com:80/", "https://u:p@e.com:80/"),
            ("https://e.com:x/", "https://e.com/:x/"),
            ("https://e.com:", "https://e.com/"),
            ("https://a b.com/", "https://a/%20b.com/"),
            ("https://[::1]:80/x", "https://[::1]:80/x"),
            ("https:///x", "https:///x"),
            ("https:e.com", "https:e.com"),
            ("foo:bar?x=1", "foo:bar?x=1"),
            ("mailto:x@y", "mailto:x@y"),
            ("JAVASCRIPT:x y", "javascript:x y"),
            ("//e.com/x", "//e.com/x"),
            ("//a@b/x", "//a@b/x"),
            (" /b ", "/b"),
            ("foo:`", "foo:%60"),
            ("https://a\tb\n/\t", "https://ab/"),
            ("https://a\tb/\t.", "https://ab/%09."),
            ("/\"?a@b", "/\"?a%40b="),
            ("https://münchen-ost.de", "https://xn--mnchen-ost-9db.de/"),
        ] {
            assert_eq!(Url::parse(text).map(|url| url.write()), Ok(expected.to_owned()), "{text}");
        }
        assert_eq!(Url::parse("https://a[b].com"), Err(InvalidHost));
    }
}
