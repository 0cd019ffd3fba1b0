//! What TOML 1.1 allows and the platform's reader, which is of 1.0, does not.

use super::Refused;
use super::complaints::Complaints;
use crate::base::Span;

/// The escapes `\e` and `\x41` of the string at `span`.
pub(super) fn escapes(text: &str, span: Span, complaints: &mut Complaints) {
    let bytes = span.slice(text).as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let start = at + found;
        let (len, meant) = match bytes.get(start + 1) {
            Some(b'e') => (2, "\\u001b".to_owned()),
            Some(b'x') => match bytes.get(start + 2..start + 4).and_then(|digits| std::str::from_utf8(digits).ok()) {
                Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => (4, format!("\\u00{digits}")),
                _ => (0, String::new()),
            },
            _ => (0, String::new()),
        };
        if len > 0 {
            let place = Span::new(span.start + start, span.start + start + len);
            complaints.push(Refused::NewEscape(meant.into()), place);
        }
        at = start + 2;
    }
}
