//! From an absolute path in the source, perhaps with unknown parts, to the files it stands for.

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Files, is_below};
use super::source::module::AssetRef;
use super::source::values::WILD;
use crate::base::fs::FileKind;
use crate::base::paths;

/// The file whose source names the path, and the folder that counts as current.
pub(super) struct AssetContext<'a> {
    pub file: &'a Utf8Path,
    pub cwd: &'a Utf8Path,
    /// Whether a package may not even name a single file outside of packages.
    pub files_stay_in_packages: bool,
}

/// The files that a path of the source stands for; none where it names too much or nothing.
pub(super) fn asset_files(files: &Files<'_>, asset: &AssetRef, context: &AssetContext<'_>) -> Vec<Utf8PathBuf> {
    let folder = context.file.parent().unwrap_or(context.file);
    let AssetRef::Path(path) = asset else {
        return glob(files, folder, &Pattern::everything(), Hidden::Include).into_iter().filter(is_wanted).collect();
    };
    let Some(wild) = path.find(WILD) else {
        let named = &paths::normalize(Utf8Path::new(path));
        return match files.kind(named) {
            Some(FileKind::File) if context.files_stay_in_packages && leaves_packages(named, context) => Vec::new(),
            Some(FileKind::File) => vec![named.clone()],
            Some(FileKind::Dir) if named.starts_with(files.base()) && may_emit(path, folder, context) => {
                let found = glob(files, named, &Pattern::everything(), Hidden::Include);
                found.into_iter().filter(is_wanted).collect()
            }
            _ => Vec::new(),
        };
    };
    let Some(slash) = path[..wild].rfind('/') else { return Vec::new() };
    let base = &paths::normalize(Utf8Path::new(&path[..slash]));
    if !may_emit(path, folder, context) || !base.starts_with(files.base()) || !files.is_dir(base) {
        return Vec::new();
    }
    let found = glob(files, base, &Pattern::parse(&path[slash + 1..]), Hidden::Include);
    found.into_iter().filter(is_wanted).collect()
}

/// The files that a relative specifier with unknown parts may name.
pub(super) fn open_import_files(files: &Files<'_>, specifier: &str, file: &Utf8Path) -> Vec<Utf8PathBuf> {
    let Some(wild) = specifier.find(WILD) else { return Vec::new() };
    let (Some(slash), Some(folder)) = (specifier[..wild].rfind('/'), file.parent()) else { return Vec::new() };
    let base = paths::normalize(&folder.join(&specifier[..slash]));
    if !files.is_dir(&base) {
        return Vec::new();
    }
    let mut pattern = Pattern::parse(&specifier[slash + 1..]);
    pattern.guess_extension = !specifier.ends_with(WILD);
    glob(files, &base, &pattern, Hidden::Exclude).into_iter().filter(is_wanted).collect()
}

/// Whether a folder, or a path with unknown parts, is narrow enough to be carried.
fn may_emit(path: &str, folder: &Utf8Path, context: &AssetContext<'_>) -> bool {
    let path = paths::normalize(Utf8Path::new(path)).into_string();
    let path = path.as_str();
    let plain = path.strip_suffix(WILD).map_or(path, |rest| rest.strip_suffix('/').unwrap_or(rest));
    let plain = if path.ends_with(WILD) { plain } else { path.strip_suffix('/').unwrap_or(path) };
    let plain = Utf8Path::new(plain);
    if plain == folder || plain == context.cwd || plain.as_str().ends_with("/node_modules") || is_below(folder, plain) {
        return false;
    }
    !leaves_packages(Utf8Path::new(path), context)
}

/// Whether the file belongs to a package and the path leads out of the folder that holds all packages around it.
fn leaves_packages(path: &Utf8Path, context: &AssetContext<'_>) -> bool {
    let file = context.file.as_str();
    let Some(top) = file.find("/node_modules/") else { return false };
    !path.as_str().starts_with(&file[..top + "/node_modules/".len()])
}

/// Sources and notes of native packages that a running program has no use for.
pub(super) fn is_wanted(path: &Utf8PathBuf) -> bool {
    let name = path.file_name().unwrap_or_default();
    !matches!(path.extension(), Some("h" | "c" | "cpp" | "cmake"))
        && !matches!(name, "README.md" | "readme.md" | "CHANGELOG.md" | "changelog.md")
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Hidden {
    Include,
    Exclude,
}

#[derive(Debug, PartialEq)]
enum Segment {
    /// Any number of folders.
    Folders,
    /// One name; the text between the parts that are open.
    Name(Vec<String>),
}

/// The shapes of globs that unknown parts of paths make.
#[derive(Debug, PartialEq)]
pub(super) struct Pattern {
    segments: Vec<Segment>,
    guess_extension: bool,
}

const GUESSED: &[&str] = &[".ts", ".tsx", ".js", ".json", ".node"];

impl Pattern {
    pub(super) fn everything() -> Self {
        Self::parse(&WILD.to_string())
    }

    /// An unknown part at the start of a segment stands for any depth, elsewhere for a part of a name.
    fn parse(text: &str) -> Self {
        let mut segments = Vec::new();
        let mut open_before = false;
        for segment in text.split('/').filter(|segment| !segment.is_empty()) {
            let bare = segment.chars().all(|letter| letter == WILD);
            if bare && open_before {
                continue;
            }
            if segment.starts_with(WILD) {
                segments.push(Segment::Folders);
            }
            segments.push(Segment::Name(segment.split(WILD).map(str::to_owned).collect()));
            open_before = bare;
        }
        Self { segments, guess_extension: false }
    }

    fn matches(&self, path: &[&str]) -> bool {
        // `reached[i]`: the first `i` pattern segments match the names read so far.
        let mut reached = vec![false; self.segments.len() + 1];
        reached[0] = true;
        self.pass_folders(&mut reached);
        for (at, name) in path.iter().enumerate() {
            let last = at + 1 == path.len();
            let mut next = vec![false; self.segments.len() + 1];
            for (index, segment) in self.segments.iter().enumerate().filter(|(index, _)| reached[*index]) {
                match segment {
                    Segment::Folders => next[index] = true,
                    Segment::Name(parts) => {
                        let guess = self.guess_extension && last && index + 1 == self.segments.len();
                        next[index + 1] |= name_matches(parts, name)
                            || (guess
                                && GUESSED.iter().any(|extension| {
                                    name.strip_suffix(extension).is_some_and(|stem| name_matches(parts, stem))
                                }));
                    }
                }
            }
            self.pass_folders(&mut next);
            reached = next;
        }
        reached.last().copied().unwrap_or(false)
    }

    fn pass_folders(&self, reached: &mut [bool]) {
        for (index, segment) in self.segments.iter().enumerate() {
            if reached[index] && *segment == Segment::Folders {
                reached[index + 1] = true;
            }
        }
    }
}

fn name_matches(parts: &[String], name: &str) -> bool {
    let [first, middle @ .., last] = parts else { return parts.first().is_some_and(|part| part == name) };
    let Some(mut rest) = name.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Files below `base` that match; `node_modules` folders and linked folders are not entered.
pub(super) fn glob(files: &Files<'_>, base: &Utf8Path, pattern: &Pattern, hidden: Hidden) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![(base.to_owned(), Vec::<String>::new())];
    while let Some((folder, names)) = open.pop() {
        for entry in files.read_dir(&folder) {
            if hidden == Hidden::Exclude && entry.name.starts_with('.') {
                continue;
            }
            let path = folder.join(&entry.name);
            let mut names = names.clone();
            names.push(entry.name.clone());
            match entry.kind {
                FileKind::Dir if entry.name != "node_modules" => open.push((path, names)),
                FileKind::Dir | FileKind::Other => {}
                FileKind::Symlink if !files.is_file(&path) => {}
                FileKind::File | FileKind::Symlink => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    if pattern.matches(&names) {
                        found.push(path);
                    }
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let pattern = Pattern::parse(&pattern.replace('?', &WILD.to_string()));
        pattern.matches(&path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn an_unknown_part_after_a_slash_is_any_depth() {
        assert!(matches("?", "a/b/c.txt"));
        assert!(matches("?/?", "c.txt"));
        assert!(matches("?.js", "a/b.js") && !matches("?.js", "a/b.ts"));
        assert!(matches("?/a.txt", "x/a.txt") && !matches("?/a.txt", "a.txt"));
        assert!(matches("d?/m?", "dir/m.js") && !matches("d?/m?", "dir/sub/m.js"));
        assert!(matches("a?b?c", "axbyc") && !matches("a?b?c", "axc"));
    }
}
