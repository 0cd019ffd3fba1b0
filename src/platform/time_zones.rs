//! The names of time zones that `schedules[].timezone` of vercel.json takes.
//!
//! Source: the IANA time zone database 2025c with its links, and the older short names that ICU 78.2 adds, each tried on the vercel command
//! line 64.0.2 (which asks the `Intl` of Node.js 20), 2026-11-23.

use std::sync::LazyLock;

/// Sorted without regard to case.
static ZONES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("time_zones.txt").split_whitespace().collect());

/// All names as they are usually written.
pub fn time_zones() -> impl Iterator<Item = &'static str> {
    ZONES.iter().copied()
}

/// Whether the platform takes this name. Letter case does not matter; offsets such as `+01:00` are no names.
pub fn is_time_zone(name: &str) -> bool {
    let lower = |text: &str| text.bytes().map(|byte| byte.to_ascii_lowercase()).collect::<Vec<u8>>();
    let wanted = lower(name);
    ZONES.binary_search_by(|zone| lower(zone).cmp(&wanted)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_case() {
        for zone in time_zones() {
            assert!(is_time_zone(zone) && is_time_zone(&zone.to_uppercase()), "{zone}");
        }
        for other in
            ["", "+01:00", "-05:30", "Z", "local", "Factory", " UTC", "GMT+1", "Europe", "Europe/Bärlin", "Etc/Unknown"]
        {
            assert!(!is_time_zone(other), "{other}");
        }
    }
}
