//! Passwords in text, made unreadable without moving a byte: spans into the text stay right.

/// `text` with the password of every `scheme://user:password@host` replaced by as many `*` as it has bytes.
pub fn mask_urls(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    for (at, _) in text.match_indices("://") {
        let authority = &text[at + 3..];
        let end = authority.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | '?' | '#'));
        let authority = &authority[..end.unwrap_or(authority.len())];
        let Some(user_end) = authority.rfind('@').and_then(|host| authority[..host].find(':')) else { continue };
        let Some(host) = authority.rfind('@') else { continue };
        masked[at + 3 + user_end + 1..at + 3 + host].fill(b'*');
    }
    String::from_utf8(masked).unwrap_or_default()
}

/// `text` with the bytes of `span` replaced by `*`, but for line breaks.
pub fn mask(text: &mut String, span: super::Span) {
    let Some(old) = text.get(span.start..span.end) else { return };
    let masked: String =
        old.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' }).collect();
    text.replace_range(span.start..span.end, &masked);
}

/// `text` with everything from `from` on replaced by `*` but white space and JSON's punctuation.
pub fn mask_words(text: &mut String, from: usize) {
    let Some(tail) = text.get(from..) else { return };
    let masked: String = tail
        .chars()
        .map(|c| if c.is_whitespace() || "{}[]:,\"'".contains(c) { c.to_string() } else { "*".repeat(c.len_utf8()) })
        .collect();
    text.truncate(from);
    text.push_str(&masked);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passwords_are_masked() {
        for (text, masked) in [
            ("postgres://me:secret@db.example.com:5432/x", "postgres://me:******@db.example.com:5432/x"),
            ("url = \"mysql://u:p@ss@h/x\" // https://a.b", "url = \"mysql://u:****@h/x\" // https://a.b"),
            ("https://example.com/a:b@c", "https://example.com/a:b@c"),
            ("redis://:pä@h", "redis://:***@h"),
            ("prisma://token@h and plain", "prisma://token@h and plain"),
            ("://", "://"),
        ] {
            assert_eq!(mask_urls(text), masked);
        }
    }
}
