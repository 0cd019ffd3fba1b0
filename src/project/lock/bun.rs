//! `bun.lock`: JSON with trailing commas, in which each package has a line of its own:
//! `"web/prisma": ["prisma@6.18.0", "", { … }, "sha512-…"],` is what the package `web` of the workspace gets.

use super::{Locked, PACKAGES, Place, Read, plain};

pub(super) fn parse(text: &str) -> Option<Read> {
    let mut format = None;
    let mut entries = Vec::new();
    let mut in_packages = false;
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("<<<<<<<") {
            return None;
        }
        if let Some(version) = line.strip_prefix("\"lockfileVersion\":") {
            format = Some(version.trim().trim_end_matches(',').to_owned());
        }
        in_packages |= line.starts_with("\"packages\":");
        entries.extend(Some(line).filter(|_| in_packages).and_then(locked));
    }
    format.is_some().then_some((format, entries))
}

fn locked(line: &str) -> Option<Locked> {
    let (key, rest) = line.strip_prefix('"')?.split_once('"')?;
    let package = PACKAGES.into_iter().find(|package| key.ends_with(package))?;
    let place = match key.strip_suffix(package)? {
        "" => Place::Folder(String::new()),
        parent => Place::Name(parent.strip_suffix('/')?.to_owned()),
    };
    let resolved = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?.trim_start();
    let (resolved, _) = resolved.strip_prefix('"')?.split_once('"')?;
    Some(Locked { package, place, version: plain(resolved.rsplit_once('@')?.1)?, copy: key.to_owned() })
}
