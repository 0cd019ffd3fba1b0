//! The query of a destination, as Node's `querystring` reads and writes it.

/// Names and values in the order in which JavaScript keeps them: whole numbers first, then as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    entries: Vec<(String, Vec<String>)>,
}

/// Node reads so many pairs and no more.
const MAX_PAIRS: usize = 1000;

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(MAX_PAIRS);
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            query.add(decode(name), decode(value));
        }
        query
    }

    fn add(&mut self, name: String, value: String) {
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.entries.push((name, vec![value])),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| known == name)
    }

    pub(super) fn add_missing(&mut self, name: &str, value: &str) {
        if !self.has(name) {
            self.add(name.to_owned(), value.to_owned());
        }
    }

    /// The first value of each name.
    pub(super) fn first_values(&self) -> impl Iterator<Item = &String> {
        self.ordered().into_iter().filter_map(|(_, values)| values.first())
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.entries.iter_mut().flat_map(|(_, values)| values)
    }

    fn ordered(&self) -> Vec<&(String, Vec<String>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(name, _)| array_index(name).map_or((1, 0), |index| (0, index)));
        entries
    }

    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        for (name, values) in self.ordered() {
            for value in values {
                if !out.is_empty() {
                    out.push('&');
                }
                out.push_str(&encode(name, "!'()*-._~"));
                out.push('=');
                out.push_str(&encode(value, "!'()*-._~"));
            }
        }
        out
    }
}

/// A name that JavaScript sorts as a number.
pub(super) fn array_index(name: &str) -> Option<u32> {
    let index: u32 = name.parse().ok()?;
    (index < u32::MAX && index.to_string() == name).then_some(index)
}

/// Percent signs resolved where they make sense; `+` is a space.
fn decode(text: &str) -> String {
    let text = text.replace('+', "%20");
    unescape(&text)
}

/// Percent signs resolved where they make sense; bytes that are not UTF-8 become U+FFFD.
pub(super) fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) if byte == b'%' => {
                out.push(value);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes all but letters, digits and `safe`.
pub(super) fn encode(text: &str, safe: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || safe.contains(letter) {
            out.push(letter);
        } else {
            let mut buffer = [0; 4];
            for byte in letter.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_written_as_node_writes_them() {
        for (text, expected) in [
            ("a=1&a=2&b", "a=1&a=2&b="),
            ("10=a&2=b&x=c", "2=b&10=a&x=c"),
            ("a=b c+d%20e", "a=b%20c%20d%20e"),
            ("%zz=%E9", "%25zz=%EF%BF%BD"),
            ("a=1;b=2&&=", "a=1%3Bb%3D2&="),
            ("01=x&1=y", "1=y&01=x"),
            ("a[]=é", "a%5B%5D=%C3%A9"),
        ] {
            assert_eq!(Query::parse(text).write(), expected, "{text}");
        }
    }
}
