//! Where the crate that reads regexes takes more than the JavaScript that the platform runs (V8 of Node 20 and 22).

use super::regex::RegexError;

/// What of `source` the platform's JavaScript refuses although newer or laxer readers take it.
pub(super) fn refused(source: &str) -> Option<RegexError> {
    let mut scan = Scan::default();
    // Whether `\k` in a class is refused depends on the names of the whole text, so that they are collected first.
    scan.run(source).or_else(|| {
        let has_names = !scan.names.is_empty();
        has_names.then(|| Scan { has_names, ..Scan::default() }.run(source)).flatten()
    })
}

#[derive(Default)]
struct Scan<'s> {
    names: Vec<&'s str>,
    has_names: bool,
    class: bool,
}

impl<'s> Scan<'s> {
    fn run(&mut self, source: &'s str) -> Option<RegexError> {
        let mut at = 0;
        while let Some(letter) = source.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = source.get(at..).unwrap_or_default();
            let length = if letter == '\\' { escape_length(rest) } else { letter.len_utf8() };
            if let Some(message) = self.step(rest, length) {
                return Some(RegexError { message, at: Some((at, at + length)) });
            }
            at += length;
        }
        None
    }

    /// Looks at what `rest` starts with; `length` bytes of it belong together.
    fn step(&mut self, rest: &'s str, length: usize) -> Option<String> {
        let behind = rest.get(length..).unwrap_or_default();
        if self.class {
            if rest.starts_with(']') {
                self.class = false;
            }
            let named = self.has_names && rest.starts_with("\\k");
            return named.then(|| "`\\k` has no meaning in `[]`".to_owned());
        }
        if rest.starts_with('[') {
            self.class = true;
        } else if let Some(name) = rest.strip_prefix("(?<").and_then(|rest| rest.split('>').next()) {
            if !name.starts_with(['=', '!']) {
                if self.names.contains(&name) {
                    return Some(format!("two groups are named `{name}`"));
                }
                self.names.push(name);
            }
        } else if let Some(flags) = rest.strip_prefix("(?") {
            let end = flags.find(|c: char| !matches!(c, 'i' | 'm' | 's' | '-')).unwrap_or(flags.len());
            if end > 0 && flags.get(end..).is_some_and(|rest| rest.starts_with(':')) {
                return Some("JavaScript has no flags inside a regular expression".to_owned());
            }
        } else if matches!(rest.get(..length), Some("\\b" | "\\B")) && quantifier(behind).is_some() {
            return Some("a quantifier follows nothing that can be repeated".to_owned());
        } else if rest.starts_with("\\u{")
            && let Some(count) = quantifier(behind)
            && quantifier(behind.get(count..).unwrap_or_default()).is_some()
        {
            return Some("`\\u{...}` repeats the letter u, and a quantifier cannot be repeated".to_owned());
        }
        None
    }
}

fn escape_length(rest: &str) -> usize {
    rest.chars().take(2).map(char::len_utf8).sum()
}

/// The length of the quantifier that `text` starts with, its `?` included.
fn quantifier(text: &str) -> Option<usize> {
    let length = match text.chars().next()? {
        '*' | '+' | '?' => 1,
        '{' => {
            let end = text.find('}')?;
            let (least, most) = text.get(1..end)?.split_once(',').unwrap_or((text.get(1..end)?, ""));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            if least.is_empty() || !digits(least) || !digits(most) {
                return None;
            }
            end + 1
        }
        _ => return None,
    };
    let lazy = text.get(length..).is_some_and(|rest| rest.starts_with('?'));
    Some(length + usize::from(lazy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_and_laxer_readings_are_refused() {
        for (source, at) in [
            ("(?<n>x)|(?<n>y)", Some(8)),
            ("a\\b*", Some(1)),
            ("\\B{2}", Some(0)),
            ("\\u{61}*", Some(0)),
            ("\\u{61}??", Some(0)),
            ("(?i:a)", Some(0)),
            ("(?-i:a)", Some(0)),
            ("(?<n>x)[\\k<n>]", Some(8)),
            ("(?<n>x)[(?<n>]", None),
            ("(?<=x)(?<=x)(?<!x)(?<!x)", None),
            ("\\u{61}?", None),
            ("\\\\b*[\\b]*", None),
            ("[\\k<n>](?<=x)[(?<n>]", None),
            ("(?:a)(?=b)", None),
            ("\\b{,2}\\b{a}", None),
        ] {
            assert_eq!(refused(source).and_then(|error| error.at).map(|at| at.0), at, "{source}");
        }
    }
}
