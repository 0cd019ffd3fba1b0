//! The regions in which functions run.

use super::{Day, Platform};
use crate::base::similar;

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The value in the config: the code of an airport, and a number.
    pub id: &'static str,
    /// Where it is.
    pub city: &'static str,
    /// What AWS calls it.
    pub aws: &'static str,
}

const fn region(id: &'static str, city: &'static str, aws: &'static str) -> Region {
    Region { id, city, aws }
}

/// The day the list was read. It grows about once a year.
pub const AS_OF: Day = "2026-08-11";

/// The regions of today. Source: vercel.com/docs/regions.
pub static REGIONS: &[Region] = &[
    region("arn1", "Stockholm", "eu-north-1"),
    region("bom1", "Mumbai", "ap-south-1"),
    region("cdg1", "Paris", "eu-west-3"),
    region("cle1", "Cleveland", "us-east-2"),
    region("cpt1", "Cape Town", "af-south-1"),
    region("dub1", "Dublin", "eu-west-1"),
    region("dxb1", "Dubai", "me-central-1"),
    region("fra1", "Frankfurt", "eu-central-1"),
    region("gru1", "São Paulo", "sa-east-1"),
    region("hkg1", "Hong Kong", "ap-east-1"),
    region("hnd1", "Tokyo", "ap-northeast-1"),
    region("iad1", "Washington, D.C.", "us-east-1"),
    region("icn1", "Seoul", "ap-northeast-2"),
    region("kix1", "Osaka", "ap-northeast-3"),
    region("lhr1", "London", "eu-west-2"),
    region("pdx1", "Portland", "us-west-2"),
    region("sfo1", "San Francisco", "us-west-1"),
    region("sin1", "Singapore", "ap-southeast-1"),
    region("syd1", "Sydney", "ap-southeast-2"),
    region("yul1", "Montréal", "ca-central-1"),
];

/// Whether the platform may take this value of `regions`. For `now` no whole list is left, so that all of the form of an id pass:
/// `sfo1`, and the bare code of a city, `sfo`.
pub fn may_be_region(platform: Platform, id: &str) -> bool {
    let known = REGIONS.iter().any(|region| region.id == id);
    known || id == "all" || (platform == Platform::Now && has_form(id))
}

fn has_form(id: &str) -> bool {
    let code = id.trim_end_matches(|c: char| c.is_ascii_digit());
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase()) && id.len() - code.len() <= 1
}

/// The region that was probably meant: the same in other letters, a bare city code, the name of the city or of the AWS region, or nearly the id.
pub fn nearest(id: &str) -> Option<&'static Region> {
    let lower = id.trim().to_lowercase();
    let same = |region: &&Region| {
        region.id == lower
            || region.id.trim_end_matches('1') == lower
            || region.aws == lower
            || region.city.to_lowercase() == lower
    };
    REGIONS.iter().find(same).or_else(|| {
        // Two ids of four letters are soon near each other: only one place may differ.
        let near = similar::closest(&lower, REGIONS.iter().map(|region| region.id)).filter(|_| lower.len() >= 3)?;
        REGIONS.iter().find(|region| region.id == near)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        for (id, meant) in [
            ("IAD1", Some("iad1")),
            ("sfo", Some("sfo1")),
            ("us-east-1", Some("iad1")),
            ("Tokyo", Some("hnd1")),
            ("fra2", Some("fra1")),
            ("fr1", Some("fra1")),
            ("moon", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(nearest(id).map(|region| region.id), meant, "{id}");
        }
    }

    #[test]
    fn the_platforms_of_two_times() {
        for (platform, id, may_be) in [
            (Platform::Vercel, "iad1", true),
            (Platform::Vercel, "all", true),
            (Platform::Vercel, "bru1", false),
            (Platform::Vercel, "sfo", false),
            (Platform::Now, "bru1", true),
            (Platform::Now, "sfo", true),
            (Platform::Now, "sfo12", false),
            (Platform::Now, "us-east-1", false),
        ] {
            assert_eq!(may_be_region(platform, id), may_be, "{platform} {id}");
        }
    }
}
