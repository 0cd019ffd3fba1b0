//! Dated limits: how large a function may be and what is measured, and how many of each thing a deployment may hold.

use super::builder_use::{BuilderUse, VersionSpec};
use super::builders::PackageKind;
use super::plan::Plan;
use super::{Day, Platform, now_node};
use crate::base::bytes::{MB, Parsed};

/// The limit of Now 2.0 for a function whose builder names none: 5 MB zipped.
pub const NOW_DEFAULT: u64 = 5 * MB;
/// The most that `maxLambdaSize` could ask for, and the fixed limit since 2019-07-12: 50 MB zipped.
pub const NOW_MAXIMUM: u64 = 50 * MB;
/// AWS Lambda's limit for the unpacked code of a function, which Vercel and Netlify pass on.
pub const UNZIPPED_MAXIMUM: u64 = 250 * MB;
/// The documented limit for Python functions on Vercel, unpacked.
pub const PYTHON_MAXIMUM: u64 = 500 * MB;
/// Vercel's command line warns about a function that comes this close to the unzipped limit.
pub const UNZIPPED_MARGIN: u64 = 5 * MB;

/// The methods that requests usually have. Source: vercel/docs `pages/docs/v2/deployments/routes.mdx` (2019-06-15), SchemaStore `now.json`.
pub const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// What of a function is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measures {
    /// The bytes of the finished zip file.
    Zip,
    /// The sum of the files.
    Unzipped,
}

/// Who set a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitFrom {
    /// The builder's own default, or the platform's for builders that have none.
    Default,
    /// `maxLambdaSize` in the config.
    Config,
    /// The platform; no config changes it.
    Platform,
}

/// How large a function may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Bytes.
    pub bytes: u64,
    /// What they count.
    pub measures: Measures,
    /// Who says so.
    pub from: LimitFrom,
    /// A size equal to `bytes` is refused too.
    pub refuses_equal: bool,
    /// Where the fact comes from.
    pub source: &'static str,
    /// The day the fact was read, or the one it is about.
    pub as_of: Day,
}

impl Limit {
    /// Whether a function of this size is refused.
    pub fn is_exceeded_by(&self, bytes: u64) -> bool {
        bytes > self.bytes || (self.refuses_equal && bytes == self.bytes)
    }

    /// Whether a function of this size is accepted, but by little: within 5 MB of an unzipped limit, as Vercel's command line warns, or with less
    /// than a tenth of itself to spare below a zipped one.
    pub fn is_near(&self, bytes: u64) -> bool {
        let near = match self.measures {
            Measures::Unzipped => bytes >= self.bytes.saturating_sub(UNZIPPED_MARGIN),
            Measures::Zip => with_headroom(bytes) > self.bytes,
        };
        near && !self.is_exceeded_by(bytes)
    }

    const fn now(bytes: u64, from: LimitFrom) -> Self {
        Self {
            bytes,
            measures: Measures::Zip,
            from,
            refuses_equal: false,
            source: "zeit/now-builders and the Lambdas page of the ZEIT documentation",
            as_of: "2019-07-11",
        }
    }

    const fn unzipped(bytes: u64, source: &'static str, as_of: Day) -> Self {
        Self { bytes, measures: Measures::Unzipped, from: LimitFrom::Platform, refuses_equal: true, source, as_of }
    }
}

/// The size that leaves a function of `zip` bytes a tenth of itself to spare.
fn with_headroom(zip: u64) -> u64 {
    zip.saturating_add(zip / 10)
}

/// The `maxLambdaSize` for a function of `zip` bytes: the next multiple of 5 MB that leaves a tenth to spare. None where that is more than the
/// platform allows.
pub fn suggested(zip: u64) -> Option<u64> {
    let wanted = with_headroom(zip).div_ceil(5 * MB).max(1) * 5 * MB;
    (wanted <= NOW_MAXIMUM).then_some(wanted)
}

/// How large a function of this builder may be; nothing when the builder makes no functions.
///
/// On platform `now` a builder that is pinned to a release without size default (see [`now_node`]) has a fixed limit; otherwise the config counts up to
/// 50 MB, and a text that is no number leaves the platform's maximum. `max_lambda_size` is the parsed option, a JSON number being
/// [`Parsed::Exact`]. On the other platforms the option has no effect. No builder means the platform's own function.
pub fn function_limit(
    platform: Platform,
    builder: Option<&BuilderUse>,
    max_lambda_size: Option<Parsed>,
) -> Option<Limit> {
    let known = builder.and_then(BuilderUse::builder);
    if known.is_some_and(|known| known.kind != PackageKind::Functions) {
        return None;
    }
    match platform {
        Platform::Now => Some(now_limit(builder, max_lambda_size)),
        Platform::Vercel if known.is_some_and(|known| known.base() == "python") => Some(Limit::unzipped(
            PYTHON_MAXIMUM,
            "vercel.com/kb/guide/troubleshooting-function-250mb-limit",
            "2026-03-01",
        )),
        Platform::Vercel => Some(Limit::unzipped(
            UNZIPPED_MAXIMUM,
            "vercel/vercel packages/build-utils/src/validate-lambda-size.ts",
            "2026-08-03",
        )),
        Platform::Netlify | Platform::Lambda => {
            Some(Limit::unzipped(UNZIPPED_MAXIMUM, "AWS Lambda quotas: deployment package, unzipped", "2026-08-03"))
        }
    }
}

/// How large an edge function may be on a plan, compressed: 1, 2 or 4 MB. Where no plan is known, the most that any allows.
pub fn edge_limit(plan: Option<Plan>) -> Limit {
    let bytes = match plan {
        Some(Plan::Hobby) => MB,
        Some(Plan::Pro) => 2 * MB,
        Some(Plan::Enterprise) | None => 4 * MB,
    };
    Limit {
        bytes,
        measures: Measures::Zip,
        from: LimitFrom::Platform,
        refuses_equal: false,
        source: "vercel.com/docs/functions/runtimes/edge, code size limit (after gzip)",
        as_of: "2026-03-01",
    }
}

fn now_limit(builder: Option<&BuilderUse>, max_lambda_size: Option<Parsed>) -> Limit {
    let fixed = Limit { as_of: "2019-07-12", ..Limit::now(NOW_MAXIMUM, LimitFrom::Platform) };
    if builder.is_some_and(has_fixed_limit) {
        return fixed;
    }
    let default = builder.and_then(BuilderUse::builder).and_then(|known| known.size_default()).unwrap_or(NOW_DEFAULT);
    match max_lambda_size.map(Parsed::value) {
        None => Limit::now(default, LimitFrom::Default),
        Some(None) => fixed,
        Some(Some(bytes)) => Limit::now(u64::try_from(bytes).unwrap_or(0).min(NOW_MAXIMUM), LimitFrom::Config),
    }
}

/// Whether this use is pinned to a release of `@now/node` that exports no size default, so that `maxLambdaSize` has no effect.
pub fn has_fixed_limit(builder: &BuilderUse) -> bool {
    builder.name.as_deref() == Some("@now/node")
        && matches!(builder.version, VersionSpec::Exact(_) | VersionSpec::Range(_))
        && now_node::resolve(&builder.version).is_some_and(|version| now_node::line(&version).size_default.is_none())
}

/// A thing that is counted, where the schemas do not count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Items of `routes`, `rewrites`, `redirects` and `headers` together.
    Routes,
    /// Functions of a deployment without framework on the smallest plan.
    HobbyFunctions,
    /// Items of `crons`.
    Crons,
    /// Names in one `env`.
    EnvVariables,
    /// Bytes of the names and values of one `env`.
    EnvBytes,
}

/// The most there may be of a thing, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountLimit {
    /// What.
    pub counted: Counted,
    /// Where.
    pub platform: Platform,
    /// From which day.
    pub since: Day,
    /// How many.
    pub most: u64,
    /// Where the fact comes from.
    pub source: &'static str,
}

const fn count(platform: Platform, counted: Counted, since: Day, most: u64, source: &'static str) -> CountLimit {
    CountLimit { counted, platform, since, most, source }
}

const DOCS_2019: &str = "the routes page of the ZEIT documentation, 2019-06-15";
const DOCS_2020: &str = "the limits page of the ZEIT documentation, 2020-08";
const DOCS: &str = "vercel.com/docs/limits, 2026-03";

/// Every count limit that no schema holds. The last row of a thing whose day has come holds.
pub static COUNTS: &[CountLimit] = &[
    count(Platform::Now, Counted::Routes, "2019-06-15", 256, DOCS_2019),
    count(
        Platform::Now,
        Counted::Routes,
        "2019-11-07",
        1024,
        "vercel/vercel packages/now-routing-utils/src/schemas.ts",
    ),
    count(Platform::Now, Counted::EnvBytes, "2020-08-01", 4 * 1024, DOCS_2020),
    count(Platform::Vercel, Counted::Routes, "2025-01-30", 2048, DOCS),
    count(Platform::Vercel, Counted::HobbyFunctions, "2020-08-01", 12, DOCS_2020),
    count(Platform::Vercel, Counted::Crons, "2026-01-01", 100, DOCS),
    count(Platform::Vercel, Counted::EnvVariables, "2020-05-05", 100, "vercel.com/docs/rest-api/errors"),
    count(Platform::Vercel, Counted::EnvBytes, "2026-03-01", 64 * 1024, DOCS),
];

/// The limit of a thing that holds at last; nothing when there is none, or none is known.
pub fn count_limit(platform: Platform, counted: Counted) -> Option<&'static CountLimit> {
    COUNTS.iter().rfind(|limit| limit.platform == platform && limit.counted == counted)
}

/// The limit of a thing that held first.
pub fn first_count_limit(platform: Platform, counted: Counted) -> Option<&'static CountLimit> {
    COUNTS.iter().find(|limit| limit.platform == platform && limit.counted == counted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::bytes::parse_npm;

    fn limit(platform: Platform, builder: &str, config: Option<&str>) -> Option<(u64, Measures, LimitFrom)> {
        let limit = function_limit(platform, Some(&BuilderUse::parse(builder)), config.map(parse_npm))?;
        Some((limit.bytes, limit.measures, limit.from))
    }

    #[test]
    fn limits_of_now() {
        let zip = |bytes, from| Some((bytes, Measures::Zip, from));
        for (builder, config, expected) in [
            ("@now/node", None, zip(5 * MB, LimitFrom::Default)),
            ("@now/node@canary", None, zip(5 * MB, LimitFrom::Default)),
            ("@now/node@canary", Some("25mb"), zip(25 * MB, LimitFrom::Config)),
            ("@now/node", Some("80mb"), zip(50 * MB, LimitFrom::Config)),
            ("@now/node", Some("25m"), zip(25, LimitFrom::Config)),
            ("@now/node", Some("-1mb"), zip(0, LimitFrom::Config)),
            ("@now/node", Some("much"), zip(50 * MB, LimitFrom::Platform)),
            ("@now/node@0.7.4", Some("10mb"), zip(10 * MB, LimitFrom::Config)),
            ("@now/node@0.12.3", Some("10mb"), zip(50 * MB, LimitFrom::Platform)),
            ("@now/node@^1.0.0", None, zip(50 * MB, LimitFrom::Platform)),
            ("@now/node-server", None, zip(15 * MB, LimitFrom::Default)),
            ("some-builder", None, zip(5 * MB, LimitFrom::Default)),
            ("@now/static", None, None),
        ] {
            assert_eq!(limit(Platform::Now, builder, config), expected, "{builder} {config:?}");
        }
    }

    #[test]
    fn the_comparison_differs() {
        let now = function_limit(Platform::Now, None, None).unwrap();
        assert!(!now.is_exceeded_by(5 * MB) && now.is_exceeded_by(5 * MB + 1));
        assert!(now.is_near(5 * MB) && !now.is_near(4 * MB) && !now.is_near(6 * MB));
        // What is suggested is never near again: else the fix of a function that is too large would end in a warning.
        for zip in (0..55 * 1024).map(|kilobytes| kilobytes * 1024) {
            match suggested(zip) {
                Some(limit) => {
                    assert!(limit % (5 * MB) == 0 && !Limit::now(limit, LimitFrom::Config).is_near(zip), "{zip}")
                }
                None => assert!(zip > 45 * MB),
            }
        }
        let vercel = function_limit(Platform::Vercel, None, Some(parse_npm("10mb"))).unwrap();
        assert_eq!((vercel.bytes, vercel.from), (262_144_000, LimitFrom::Platform));
        assert!(vercel.is_exceeded_by(262_144_000) && !vercel.is_exceeded_by(262_143_999));
        assert!(vercel.is_near(245 * MB) && !vercel.is_near(245 * MB - 1));
        assert_eq!(limit(Platform::Vercel, "@vercel/python", None).unwrap().0, 500 * MB);
    }

    #[test]
    fn counts_have_their_days() {
        let most = |limit: Option<&CountLimit>| limit.map(|limit| limit.most);
        assert_eq!(most(first_count_limit(Platform::Now, Counted::Routes)), Some(256));
        assert_eq!(most(count_limit(Platform::Now, Counted::Routes)), Some(1024));
        assert_eq!(most(count_limit(Platform::Vercel, Counted::Routes)), Some(2048));
        assert_eq!(most(count_limit(Platform::Now, Counted::Crons)), None);
        let sorted = |pair: &[CountLimit]| {
            (pair[0].platform, pair[0].counted) != (pair[1].platform, pair[1].counted) || pair[0].since < pair[1].since
        };
        assert!(COUNTS.windows(2).all(sorted));
    }
}
