//! `pnpm-lock.yaml`, formats 5 to 9. The file is written by a program in one way, so its lines and their indentation are read, not YAML at large.

use super::{Locked, Place, Read, known, plain};

const GROUPS: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

/// Where a line stands.
#[derive(Default)]
struct At<'t> {
    /// Below `importers`, which a workspace has, and format 9 always.
    in_importers: bool,
    importer: &'t str,
    in_group: bool,
    package: Option<&'static str>,
}

pub(super) fn parse(text: &str) -> Option<Read> {
    let mut format = None;
    let mut entries = Vec::new();
    let mut at = At::default();
    for line in text.lines() {
        if line.starts_with("<<<<<<<") {
            return None;
        }
        // Most lines are of packages.
        if line.starts_with(' ') && !at.in_importers && !at.in_group {
            continue;
        }
        let trimmed = line.trim_start_matches(' ');
        let indent = line.len() - trimmed.len();
        let Some((key, value)) = member(trimmed) else { continue };
        let depth = indent.checked_sub(if at.in_importers { 4 } else { 0 });
        match (indent, depth) {
            (0, _) => {
                if key == "lockfileVersion" {
                    format = Some(value.trim_matches(['"', '\'']).to_owned());
                }
                at = At { in_importers: key == "importers", in_group: GROUPS.contains(&key), ..At::default() };
            }
            (2, None) => at.importer = key,
            (_, Some(0)) => at.in_group = GROUPS.contains(&key),
            (_, Some(2)) if at.in_group => {
                at.package = known(key);
                entries.extend(locked(&at, value));
            }
            (_, Some(4)) if at.in_group && key == "version" => entries.extend(locked(&at, value)),
            _ => {}
        }
    }
    format.is_some().then_some((format, entries))
}

/// `key: value` of a line, the quotes of the key taken off.
fn member(line: &str) -> Option<(&str, &str)> {
    let (key, value) = match line.strip_prefix('\'').or_else(|| line.strip_prefix('"')) {
        Some(quoted) => quoted.split_once(['\'', '"'])?,
        None => line.split_at_checked(line.find(':')?)?,
    };
    Some((key, value.strip_prefix(':')?.trim()))
}

fn locked(at: &At<'_>, version: &str) -> Option<Locked> {
    let importer = at.importer.trim_start_matches("./");
    let folder = if importer == "." { String::new() } else { importer.to_owned() };
    let (version, copy) = (plain(version)?, version.to_owned());
    Some(Locked { package: at.package?, place: Place::Folder(folder), version, copy })
}
