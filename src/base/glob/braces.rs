//! Brace expansion: `{a,b}`, nesting, `{1..3}`, `{01..10..2}`, `{a..e}`; as npm `brace-expansion`.

use super::GlobError;

/// The most texts that one pattern may stand for.
pub(super) const MAX_ALTERNATIVES: usize = 1000;
/// The most bytes that all texts of one pattern may have together.
const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of braces.
const MAX_DEPTH: usize = 24;

/// All texts that `pattern` stands for, in order; the pattern itself when it holds no braces that expand.
pub(super) fn expand(pattern: &str) -> Result<Vec<String>, GlobError> {
    if pattern.is_empty() {
        return Ok(Vec::new());
    }
    match pattern.strip_prefix("{}") {
        Some(rest) => join(&["\\{\\}".to_owned()], &expand_within(rest, MAX_DEPTH)?),
        None => expand_within(pattern, MAX_DEPTH),
    }
}

/// The first pair of braces that belong together: the texts before, inside and after.
fn first_pair(text: &str) -> Option<(&str, &str, &str)> {
    let mut open: Vec<usize> = Vec::new();
    let mut innermost: Option<(usize, usize)> = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'{' => open.push(at),
            b'}' => {
                if let Some(start) = open.pop() {
                    // With an unclosed `{` further out, the leftmost complete pair counts.
                    if innermost.is_none_or(|(known, _)| start < known) {
                        innermost = Some((start, at));
                    }
                    if open.is_empty() {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    let (start, end) = innermost?;
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

fn expand_within(text: &str, depth: usize) -> Result<Vec<String>, GlobError> {
    let mut done = vec![String::new()];
    let mut rest = text.to_owned();
    while let Some((before, body, after)) = first_pair(&rest) {
        let choices = if before.ends_with('$') {
            vec![format!("{{{body}}}")]
        } else if !body.contains(',') && sequence(body)?.is_none() && comma_then_brace(after) {
            // `{a},b}` is a choice whose first text ends in a brace.
            rest = format!("{before}{{{body}\\}}{after}");
            continue;
        } else {
            choices(body, depth)?
        };
        let piece: Vec<String> = choices.into_iter().map(|choice| format!("{before}{choice}")).collect();
        done = join(&done, &piece)?;
        rest = after.to_owned();
    }
    join(&done, &[rest])
}

fn comma_then_brace(text: &str) -> bool {
    text.find(',').is_some_and(|comma| text[comma..].contains('}'))
}

/// What one pair of braces stands for.
fn choices(body: &str, depth: usize) -> Result<Vec<String>, GlobError> {
    let deeper = depth.checked_sub(1).ok_or(GlobError::TooDeep)?;
    if let Some(items) = sequence(body)? {
        return Ok(items);
    }
    let parts = comma_parts(body);
    if parts.len() == 1 {
        // Not a choice: the braces stay, what they hold may still expand, but only when a comma says so.
        let inner = if body.contains(',') { expand_within(body, deeper)? } else { vec![body.to_owned()] };
        return Ok(inner.into_iter().map(|inner| format!("{{{inner}}}")).collect());
    }
    let mut all = Vec::new();
    for part in parts {
        all.append(&mut expand_within(part, deeper)?);
        within_bounds(all.len(), 0)?;
    }
    Ok(all)
}

/// `body` cut at the commas that lie in no inner braces.
fn comma_parts(body: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    let mut bytes = body.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&body[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&body[start..]);
    parts
}

/// The items of `1..3`, `1..9..2`, `01..10` or `a..e`; nothing when `body` is no sequence.
fn sequence(body: &str) -> Result<Option<Vec<String>>, GlobError> {
    let parts: Vec<&str> = body.split("..").collect();
    let (from, to, step) = match parts[..] {
        [from, to] => (from, to, "1"),
        [from, to, step] => (from, to, step),
        _ => return Ok(None),
    };
    let Some(step) = integer(step) else { return Ok(None) };
    let letter = |text: &str| match text.as_bytes() {
        &[letter] if letter.is_ascii_alphabetic() => Some(i64::from(letter)),
        _ => None,
    };
    let (first, last, letters) = match (integer(from), integer(to), letter(from), letter(to)) {
        (Some(first), Some(last), ..) => (first, last, false),
        (_, _, Some(first), Some(last)) => (first, last, true),
        _ => return Ok(None),
    };
    let step = step.unsigned_abs().max(1);
    let count = usize::try_from(first.abs_diff(last) / step).unwrap_or(usize::MAX).saturating_add(1);
    within_bounds(count, 0)?;
    let padded = |text: &str| text.trim_start_matches('-').len() > 1 && text.trim_start_matches('-').starts_with('0');
    let width = if padded(from) || padded(to) { from.len().max(to.len()) } else { 0 };
    let items = (0..count as u64).map(|at| {
        let distance = i64::try_from(at.saturating_mul(step)).unwrap_or(i64::MAX);
        let value = if first <= last { first.saturating_add(distance) } else { first.saturating_sub(distance) };
        match u8::try_from(value) {
            Ok(b'\\') if letters => String::new(),
            Ok(byte) if letters => char::from(byte).to_string(),
            _ => format!("{value:0width$}"),
        }
    });
    Ok(Some(items.collect()))
}

fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn within_bounds(count: usize, bytes: usize) -> Result<(), GlobError> {
    if count > MAX_ALTERNATIVES || bytes > MAX_BYTES { Err(GlobError::TooManyAlternatives) } else { Ok(()) }
}

/// Every start with every end.
fn join(starts: &[String], ends: &[String]) -> Result<Vec<String>, GlobError> {
    let length = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    within_bounds(starts.len() * ends.len(), length(starts) * ends.len() + length(ends) * starts.len())?;
    Ok(starts.iter().flat_map(|start| ends.iter().map(move |end| format!("{start}{end}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_as_npm_brace_expansion() {
        for (pattern, expected) in [
            ("a{b,c}d", vec!["abd", "acd"]),
            ("{a,b{c,d}}e", vec!["ae", "bce", "bde"]),
            ("{1..3}", vec!["1", "2", "3"]),
            ("{3..1}", vec!["3", "2", "1"]),
            ("{08..10}", vec!["08", "09", "10"]),
            ("{-1..1}", vec!["-1", "0", "1"]),
            ("{1..5..2}", vec!["1", "3", "5"]),
            ("{a..e..2}", vec!["a", "c", "e"]),
            ("{a}", vec!["{a}"]),
            ("{{a,b}}", vec!["{a}", "{b}"]),
            ("{a,b", vec!["{a,b"]),
            ("{a,{b,c}", vec!["{a,b", "{a,c"]),
            ("${a,b}", vec!["${a,b}"]),
            ("\\{a,b}", vec!["\\{a,b}"]),
            ("{}a", vec!["\\{\\}a"]),
            ("{,x}y", vec!["y", "xy"]),
        ] {
            assert_eq!(expand(pattern).unwrap(), expected, "{pattern}");
        }
    }
}
