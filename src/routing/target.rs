//! Text with `:name` in it, and what the platform puts there.

use super::captures::Names;
use super::pattern::Pattern;

/// The platform's own code throws here: the config is not deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfillable;

/// Reads `text` as a pattern first, so that `{}`, `()` and modifiers mean what they do in a `source`; where that fails, as plain text.
pub(super) fn fill_pattern(text: &str, names: &Names) -> Result<String, Unfillable> {
    if text.is_empty() {
        return Ok(String::new());
    }
    match Pattern::parse(text).ok().and_then(|pattern| pattern.fill(names.values())) {
        Some(filled) => Ok(filled),
        None => fill_text(text, names),
    }
}

/// Puts values in the place of the names that are known, with a modifier behind them; everything else stands for itself.
pub(super) fn fill_text(text: &str, names: &Names) -> Result<String, Unfillable> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let mut pattern = String::from("/");
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let behind = rest.get(letter.len_utf8()..).unwrap_or_default();
        if letter == ':' {
            let length = behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            let name = behind.get(..length).unwrap_or_default();
            let after = behind.get(length..).unwrap_or_default();
            let odd = |key: &str| behind.strip_prefix(key).is_some_and(|rest| !rest.starts_with(is_word_letter));
            if length > 0 && names.value(name).is_some() {
                pattern.extend([":", name]);
                rest = after;
                if let Some(modifier) = after.chars().next().filter(|c| matches!(c, '*' | '+' | '?')) {
                    pattern.push(modifier);
                    rest = after.get(1..).unwrap_or_default();
                }
                continue;
            }
            if names.odd_keys().filter(|key| !key.starts_with('$')).any(odd) {
                return Err(Unfillable);
            }
        }
        if matches!(letter, ':' | '*' | '?' | '+' | '(' | ')' | '{' | '}') {
            pattern.push('\\');
        }
        pattern.push(letter);
        rest = behind;
    }
    let pattern = Pattern::parse(&pattern).map_err(|_| Unfillable)?;
    let filled = pattern.fill(names.values()).ok_or(Unfillable)?;
    Ok(filled.chars().skip(1).collect())
}

fn is_word_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The names that a text uses, read as a pattern; none where it is no pattern.
pub(super) fn names_used(text: &str) -> Option<Vec<String>> {
    let pattern = Pattern::parse(text).ok()?;
    pattern.regex().ok()?;
    Some(
        pattern
            .keys()
            .map(|key| if key.unnamed { super::captures::UNNAMED.to_owned() } else { key.name.clone() })
            .collect(),
    )
}
