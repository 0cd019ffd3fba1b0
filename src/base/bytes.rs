//! Byte sizes: the text of `maxLambdaSize` as the builders read it (npm `bytes`), and sizes as people read them.

use bytesize::ByteSize;

/// What npm `bytes` makes of a text, and how it came to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    /// A number with a unit that `bytes` knows (`kb mb gb tb pb`, or none and only digits): a value in bytes, possibly negative.
    Exact(i64),
    /// The unit was not understood and dropped: only the leading integer counts, in bytes (`25m` is 25 bytes).
    LeadingInteger(i64),
    /// Not a number. The comparison with the limit is then always false: no limit is applied by the builder itself.
    NotANumber,
}

impl Parsed {
    /// The value in bytes, where there is one.
    pub fn value(self) -> Option<i64> {
        match self {
            Self::Exact(value) | Self::LeadingInteger(value) => Some(value),
            Self::NotANumber => None,
        }
    }
}

/// Reads `text` as npm `bytes` 3 does: optional sign, decimal number, spaces, one of `kb mb gb tb pb` in any case, 1024-based, rounded down;
/// anything else falls to its leading integer, in bytes.
///
/// Measured against npm `bytes` 3.1.0; the builders of 2018 and 2019 carried 3.0.0, which lacks `pb`.
pub fn parse_npm(text: &str) -> Parsed {
    if let Some(value) = parse_with_unit(text) {
        return Parsed::Exact(value);
    }
    match leading_integer(text) {
        Some((value, whole)) if whole => Parsed::Exact(value),
        Some((value, _)) => Parsed::LeadingInteger(value),
        None => Parsed::NotANumber,
    }
}

fn parse_with_unit(text: &str) -> Option<i64> {
    let unit_at = text.len().checked_sub(2).filter(|&at| text.is_char_boundary(at))?;
    let (number, unit) = text.split_at(unit_at);
    let factor = 1u64
        << (10 * (1 + ["kb", "mb", "gb", "tb", "pb"].iter().position(|known| unit.eq_ignore_ascii_case(known))?));
    let number = number.trim_end_matches(' ');
    let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return None;
    }
    let value = number.parse::<f64>().ok()? * factor as f64;
    Some(value.floor() as i64)
}

/// `parseInt(text, 10)` and whether it used the whole text.
fn leading_integer(text: &str) -> Option<(i64, bool)> {
    let trimmed = text.trim_start();
    let (sign, digits) = match trimmed.as_bytes().first() {
        Some(b'-') => (-1, &trimmed[1..]),
        Some(b'+') => (1, &trimmed[1..]),
        _ => (1, trimmed),
    };
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    if end == 0 {
        return None;
    }
    let value = digits[..end].parse::<i64>().unwrap_or(i64::MAX);
    Some((sign * value, end == digits.len() && text.len() == trimmed.len()))
}

/// A size for people: two decimals at most, binary units as the platforms name them (`24.5 MB` is 25,690,112 bytes), `B` below 1 KB.
pub fn human(size: u64) -> String {
    let shown = ByteSize::b(size).display().iec().to_string();
    // bytesize writes "24.5 MiB"; the platforms and their messages say MB for the same 1024-based unit.
    shown.replace("iB", "B")
}

/// The exact count with thousands separators: `26,214,400`.
pub fn grouped(size: u64) -> String {
    let digits = size.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A config text for `size` bytes, in whole megabytes rounded up: `25mb`.
pub fn config_text(size: u64) -> String {
    format!("{}mb", size.div_ceil(MB))
}

/// 1024 * 1024 bytes.
pub const MB: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_bytes_table() {
        // Each row was read off npm bytes 3.1.0 (facts: the unit is binary, unknown units drop to parseInt).
        for (text, expected) in [
            ("25mb", Parsed::Exact(26_214_400)),
            ("50 MB", Parsed::Exact(52_428_800)),
            ("1.5gb", Parsed::Exact(1_610_612_736)),
            ("-1mb", Parsed::Exact(-1_048_576)),
            ("25", Parsed::Exact(25)),
            ("5MiB", Parsed::LeadingInteger(5)),
            ("25m", Parsed::LeadingInteger(25)),
            ("25M", Parsed::LeadingInteger(25)),
            ("25MB ", Parsed::LeadingInteger(25)),
            ("5.mb", Parsed::LeadingInteger(5)),
            ("1,5mb", Parsed::LeadingInteger(1)),
            ("100b", Parsed::LeadingInteger(100)),
            ("25 megabytes", Parsed::LeadingInteger(25)),
            (".5mb", Parsed::NotANumber),
            ("mb", Parsed::NotANumber),
            ("", Parsed::NotANumber),
            ("é", Parsed::NotANumber),
        ] {
            assert_eq!(parse_npm(text), expected, "{text:?}");
        }
    }

    #[test]
    fn sizes_are_shown_for_people() {
        assert_eq!(human(26_214_400), "25.0 MB");
        assert_eq!(human(900), "900 B");
        assert_eq!(grouped(262_144_000), "262,144,000");
        assert_eq!(grouped(12), "12");
        assert_eq!(config_text(26_214_401), "26mb");
    }
}
