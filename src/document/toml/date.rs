//! Dates and times as smol-toml hands them on: as text.

/// Why a text is no date that can be handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadDate {
    NoSeconds,
    NoDate,
}

/// Two digits at `at`.
fn pair(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 2)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn is_date(text: &str) -> bool {
    let shape = text.len() == 10 && text.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    let marks = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    // JavaScript takes the 30th of February for the 2nd of March.
    let fits = pair(text, 5).is_some_and(|month| (1..=12).contains(&month))
        && pair(text, 8).is_some_and(|day| (1..=31).contains(&day));
    shape && marks && fits
}

/// Minutes of an offset: `+02:30`; `None` where it is none.
fn is_offset(text: &str) -> bool {
    let fits = || Some(pair(text, 1)? < 24 && text.get(3..4)? == ":" && pair(text, 4)? < 60);
    text.eq_ignore_ascii_case("z") || text.len() == 6 && text.starts_with(['+', '-']) && fits() == Some(true)
}

/// A time with its milliseconds: `07:32:00.5` is `07:32:00.500`.
fn time(text: &str) -> Result<String, BadDate> {
    let hour_minute = pair(text, 0).is_some_and(|hour| hour < 24)
        && text.get(2..3) == Some(":")
        && pair(text, 3).is_some_and(|minute| minute < 60);
    if !hour_minute {
        return Err(BadDate::NoDate);
    }
    let Some(rest) = text.get(5..).filter(|rest| !rest.is_empty()) else { return Err(BadDate::NoSeconds) };
    let seconds = rest.starts_with(':') && pair(rest, 1).is_some_and(|second| second < 60);
    let fraction = rest.get(3..).filter(|_| seconds).ok_or(BadDate::NoDate)?;
    let digits = match fraction.strip_prefix('.') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        None if fraction.is_empty() => "",
        _ => return Err(BadDate::NoDate),
    };
    Ok(format!("{}.{digits:0<3.3}", text.get(..8).unwrap_or_default()))
}

/// The text that `JSON.stringify` makes of a date, a time or both.
pub(super) fn as_json(text: &str) -> Result<String, BadDate> {
    if is_date(text) {
        return Ok(text.to_owned());
    }
    let Some((date, rest)) = text.split_at_checked(10).filter(|(date, _)| is_date(date)) else { return time(text) };
    let rest = rest.strip_prefix(['T', 't', ' ']).ok_or(BadDate::NoDate)?;
    let offset = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at(offset);
    if !offset.is_empty() && !is_offset(offset) {
        return Err(BadDate::NoDate);
    }
    Ok(format!("{date}T{}{offset}", time(clock)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Node 20 prints for these with smol-toml 1.5.2.
    #[test]
    fn dates_are_those_of_the_command_line() {
        for (text, expected) in [
            ("2023-02-28", Ok("2023-02-28")),
            ("2023-02-32", Err(BadDate::NoDate)),
            ("2023-13-01", Err(BadDate::NoDate)),
            ("2023-01-01 24:00:00", Err(BadDate::NoDate)),
            ("2023-01-01T23:59:60Z", Err(BadDate::NoDate)),
            ("2023-01-01T23:59:59.5", Ok("2023-01-01T23:59:59.500")),
            ("2023-01-01 23:59:59.123456+02:30", Ok("2023-01-01T23:59:59.123+02:30")),
            ("2023-01-01T00:00:00-24:00", Err(BadDate::NoDate)),
            ("2023-01-01T00:00:00+12:60", Err(BadDate::NoDate)),
            ("1979-05-27 07:32:00Z", Ok("1979-05-27T07:32:00.000Z")),
            ("07:32:00", Ok("07:32:00.000")),
            ("07:32:61", Err(BadDate::NoDate)),
            ("07:32", Err(BadDate::NoSeconds)),
            ("2023-01-01T07:32", Err(BadDate::NoSeconds)),
            ("2023-01-01T07:32Z", Err(BadDate::NoSeconds)),
            ("2023-01-01T", Err(BadDate::NoDate)),
            ("2023-1-1", Err(BadDate::NoDate)),
            ("2023-01-01  07:32:00", Err(BadDate::NoDate)),
            ("é", Err(BadDate::NoDate)),
        ] {
            assert_eq!(as_json(text), expected.map(str::to_owned), "{text}");
        }
    }
}
