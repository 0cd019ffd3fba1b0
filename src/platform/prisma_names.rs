//! What Photon and early Prisma called things, what they are called since, and when the old names stopped to count.
//!
//! Source: the code of `prisma2` 2.0.0-preview-12, -preview015, -preview017.2 and -preview022, of `@prisma/cli` 2.0.0 and 2.14.0, and of `prisma` 2.30.3,
//! 3.15.2, 4.16.2, 5.22.0, 6.19.0 and 7.0.0, read 2026-11; 6.19.0 was run on each of the names.

use super::targets::{self, Target};

/// How old a version of Prisma is. Previews of 2019 come before the betas of 2020, which no order of letters or of npm has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age([u32; 3], Stage);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// `preview-12`, `preview016.2`.
    Preview(u32, u32),
    /// `beta.4`, and every other label.
    Beta(u32),
    Release,
}

impl Age {
    /// The age of a version; none of what is no version, nor of the `alpha` builds, which were made all the time.
    pub fn of(version: &str) -> Option<Self> {
        let version = version.split('+').next()?;
        let (core, label) = version.split_once('-').map_or((version, None), |(core, label)| (core, Some(label)));
        let mut parts = core.split('.').map(|part| part.parse().ok());
        let core = [parts.next()??, parts.next()??, parts.next()??];
        let numbers = |text: &str| {
            let mut numbers = text.trim_start_matches(['-', '.']).split('.').map(|part| part.parse().unwrap_or(0));
            (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
        };
        let stage = match label {
            None => Stage::Release,
            Some(label) if label.starts_with("alpha") => return None,
            Some(label) => match label.strip_prefix("preview") {
                Some(number) => Stage::Preview(numbers(number).0, numbers(number).1),
                None => Stage::Beta(label.strip_prefix("beta").map_or(0, |number| numbers(number).0)),
            },
        };
        Some(Self(core, stage))
    }

    /// Whether `version`, one of nowcheck's own tables, is not younger.
    pub fn is_at_least(self, version: &str) -> bool {
        Self::of(version).is_some_and(|other| self >= other)
    }
}

/// What an old name does where its time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Generate stops.
    Stops,
    /// Nothing reads it.
    Unread,
}

/// A key of the generator block whose time is over.
#[derive(Debug, Clone, Copy)]
pub struct OldKey {
    /// The old name.
    pub old: &'static str,
    /// The name today; none where something else than a key took its place.
    pub today: Option<&'static str>,
    /// What to do.
    pub instead: &'static str,
    /// From which version on it counts for nothing, with what comes of it; the last that has come decides.
    pub over: &'static [(&'static str, Over)],
}

/// The keys.
pub const KEYS: &[OldKey] = &[
    OldKey {
        old: "platforms",
        today: Some("binaryTargets"),
        instead: "write `binaryTargets`",
        over: &[("2.0.0-preview015", Over::Stops), ("7.0.0", Over::Unread)],
    },
    OldKey {
        old: "pinnedPlatform",
        today: None,
        instead: "delete it; the variable PRISMA_QUERY_ENGINE_BINARY names an engine file at run time",
        over: &[("2.0.0-preview015", Over::Stops), ("2.1.0", Over::Unread)],
    },
    OldKey {
        old: "experimentalFeatures",
        today: None,
        instead: "delete it, and name in `previewFeatures` what your version still calls a preview: another name stops generate",
        // The version that stopped to read it was not found; it does not stand in the code of 2.14.0.
        over: &[("2.14.0", Over::Unread)],
    },
];

/// The provider of Photon's generator, and its name since.
pub const PROVIDER: (&str, &str) = ("photonjs", "prisma-client-js");

/// From this version on generate stops at the old provider.
pub const PROVIDER_OVER: &str = "2.0.0-preview022";

/// Packages by their old names. The client of a generator became a package of its own.
pub const PACKAGES: [(&str, &str); 4] = [
    ("prisma2", "prisma"),
    ("@prisma/cli", "prisma"),
    ("@prisma/photon", "@prisma/client"),
    ("@generated/photon", "@prisma/client"),
];

/// The range of the last versions whose client has an engine and takes its connection from the schema, as Photon did. (npm, 2026-11.)
pub const NEXT: &str = "^6.19.3";

/// The class that the client exports, before and since.
pub const CLASS: (&str, &str) = ("Photon", "PrismaClient");

/// Where Photon's generator wrote by default, inside `node_modules`: an `output` that says so means no place of the project's own.
pub const OLD_OUTPUTS: [&str; 2] = ["node_modules/@generated/photon", "node_modules/@prisma/photon"];

/// Targets by their old names, and what engines for the same system are called since. `linux-glibc-libssl1.0.*` was what Now and Lambda took, which
/// are of Red Hat's family. (Generate itself proposes `debian-openssl-1.0.x`, which no such function looks for.)
const TARGETS: [(&str, &str); 9] = [
    ("linux-glibc-libssl1.0.1", "rhel-openssl-1.0.x"),
    ("linux-glibc-libssl1.0.2", "rhel-openssl-1.0.x"),
    ("linux-glibc-libssl1.0.2-ubuntu1604", "debian-openssl-1.0.x"),
    ("linux-glibc-libssl1.1.0", "debian-openssl-1.1.x"),
    ("linux-glibc-libssl1.1.1", "debian-openssl-1.1.x"),
    ("linux-musl-libssl1.1.0", "linux-musl"),
    ("linux-musl-libssl1.1.1", "linux-musl"),
    ("musl-openssl-1.0.x", "linux-musl"),
    ("musl-openssl-1.1.x", "linux-musl"),
];

/// What a target is called since its old name went.
pub fn target_today(old: &str) -> Option<&'static str> {
    TARGETS.iter().find(|(name, _)| *name == old).map(|(_, today)| *today)
}

/// What a version makes of a name in the list of targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It takes it, or the version is not known.
    Known(&'static Target),
    /// The target has another name in this version.
    Renamed(&'static str),
    /// The name went, and no other came.
    Gone,
    /// The name came later.
    TooNew(&'static Target),
    /// No version ever had it.
    Unknown,
}

/// The first version with names such as `rhel-openssl-1.0.x`.
pub const NEW_TARGETS: &str = "2.0.0-preview017";

/// What a version makes of the name of a target (not of `native`).
pub fn standing(name: &str, age: Option<Age>) -> Standing {
    let Some(target) = targets::find(name) else { return Standing::Unknown };
    let Some(age) = age else { return Standing::Known(target) };
    let is_over = target.until.and_then(Age::of).is_some_and(|until| age > until);
    // Names that only documentation had were taken, at the most, as long as those of their kind.
    if is_over || !target.in_code && age.is_at_least(NEW_TARGETS) {
        return target_today(name).map_or(Standing::Gone, Standing::Renamed);
    }
    if age.is_at_least(target.since) { Standing::Known(target) } else { Standing::TooNew(target) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_the_order_of_their_days() {
        let days = [
            "0.1.2",
            "2.0.0-preview-5",
            "2.0.0-preview-9.1",
            "2.0.0-preview-12",
            "2.0.0-preview015",
            "2.0.0-preview016.2",
            "2.0.0-preview017",
            "2.0.0-beta.4",
            "2.0.0-beta.5",
            "2.0.0",
            "2.4.1",
            "2.14.0",
            "3.13.0-dev.4",
            "3.13.0",
            "7.0.0",
        ];
        let ages: Vec<Age> = days.iter().map(|day| Age::of(day).unwrap()).collect();
        assert!(ages.is_sorted() && ages.windows(2).all(|pair| pair[0] != pair[1]), "{ages:?}");
        for none in ["latest", "2.0", "2.0.0-alpha.3", "", "x.y.z"] {
            assert_eq!(Age::of(none), None, "{none}");
        }
    }

    #[test]
    fn a_name_stands_as_its_version_has_it() {
        let of = |name, version| match standing(name, Age::of(version)) {
            Standing::Known(_) => "known",
            Standing::Renamed(today) => today,
            Standing::Gone => "gone",
            Standing::TooNew(target) => target.since,
            Standing::Unknown => "unknown",
        };
        assert_eq!(of("linux-glibc-libssl1.0.2", "2.0.0-preview016.2"), "known");
        assert_eq!(of("linux-glibc-libssl1.0.2", "2.0.0-preview017.2"), "rhel-openssl-1.0.x");
        assert_eq!(of("linux-glibc-libssl1.0.2", "latest"), "known");
        assert_eq!(of("linux-musl-libssl1.1.1", "6.0.0"), "linux-musl");
        assert_eq!(of("linux-musl-libssl1.0.1", "6.0.0"), "gone");
        assert_eq!(of("freebsd", "2.5.0"), "gone");
        assert_eq!(of("rhel-openssl-3.0.x", "3.12.0"), "3.13.0");
        assert_eq!(of("rhel-openssl-1.0.x", "2.0.0-preview-12"), "2.0.0-preview017");
        assert_eq!(of("lambda", "6.0.0"), "unknown");
    }

    #[test]
    fn old_targets_and_their_successors_are_targets() {
        for (old, today) in TARGETS {
            let (old, today) = (targets::find(old).unwrap(), targets::find(today).unwrap());
            assert_eq!((old.os, old.libc), (today.os, today.libc), "{}", old.name);
            assert!(today.until.is_none() && today.prebuilt, "{}", today.name);
            if today.name != "linux-musl" {
                assert_eq!(old.openssl, today.openssl, "{}", old.name);
            }
        }
        for target in targets::TARGETS {
            assert!(
                Age::of(target.since).is_some() && target.until.is_none_or(|until| Age::of(until).is_some()),
                "{}",
                target.name
            );
        }
    }
}
