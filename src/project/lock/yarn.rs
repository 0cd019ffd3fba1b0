//! `yarn.lock`, of Yarn 1 and of those behind it: a line with all ranges that come to one version, and indented below it what that is.

use super::{Locked, Place, Read, known, plain};

pub(super) fn parse(text: &str) -> Option<Read> {
    let mut entries = Vec::new();
    let mut format = None;
    let mut asked: Vec<(&'static str, &str)> = Vec::new();
    let mut in_metadata = false;
    for line in text.lines() {
        if line.starts_with("<<<<<<<") {
            return None;
        }
        // Most lines are of other packages.
        if line.starts_with(' ') && asked.is_empty() && !in_metadata {
            continue;
        }
        if !line.starts_with([' ', '#']) && !line.is_empty() {
            in_metadata = line.starts_with("__metadata:");
            asked = descriptors(line.trim_start_matches("? ")).collect();
            continue;
        }
        let Some(version) = line.strip_prefix("  version").filter(|rest| rest.starts_with([' ', ':'])) else {
            continue;
        };
        let version = version.trim_start_matches([':', ' ']).trim().trim_matches('"');
        if in_metadata {
            format = Some(version.to_owned());
        }
        let Some(version) = plain(version) else { continue };
        entries.extend(asked.drain(..).map(|(package, range)| Locked {
            package,
            place: Place::Range(range.to_owned()),
            version: version.clone(),
            copy: version.clone(),
        }));
    }
    let is_one = format.is_none() && text.contains("# yarn lockfile v1");
    Some((if is_one { Some("1".to_owned()) } else { format }, entries))
}

/// The known packages that a line asks for, each with its range: `"@prisma/client@npm:^4.0.0, @prisma/client@npm:4.1.0":`.
fn descriptors(line: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let all = line.trim_end().trim_end_matches(':').split(", ");
    all.filter_map(|descriptor| {
        let descriptor = descriptor.trim_matches('"');
        let at = descriptor.get(1..)?.find('@')? + 1;
        let (name, range) = descriptor.split_at_checked(at)?;
        let range = range.strip_prefix('@')?;
        Some((known(name)?, range.strip_prefix("npm:").unwrap_or(range)))
    })
}
