//! Globs against a tree of files, as node-glob walks it: a folder behind a link is entered by name, but `**` does not go down in it.

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Glob, globstar_takes};
use crate::base::fs::{DirEntry, FileKind, Fs};
use crate::base::paths;

/// Where a pattern stands in the tree.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    /// The folder as matched so far, without `/` at the end.
    folder: String,
    alternative: usize,
    segment: usize,
    /// The folder was reached as part of `**`.
    in_globstar: bool,
    /// The folder is a symbolic link.
    is_link: bool,
}

/// All files below `root` that at least one of `globs` matches, as paths relative to it, sorted, each once.
/// Folders are left out, links to files count as files, `node_modules` is a folder like any other. Folders that cannot be read count as empty.
/// Negated globs find nothing.
pub fn expand<'g>(fs: &dyn Fs, root: &Utf8Path, globs: impl IntoIterator<Item = &'g Glob>) -> Vec<String> {
    let mut walk = Walk { fs, root, lists: FxHashMap::default(), found: Vec::new() };
    for glob in globs {
        if !glob.negated {
            walk.glob(glob);
        }
    }
    walk.found.sort_unstable();
    walk.found.dedup();
    walk.found
}

struct Walk<'f> {
    fs: &'f dyn Fs,
    root: &'f Utf8Path,
    lists: FxHashMap<String, Vec<DirEntry>>,
    found: Vec<String>,
}

impl Walk<'_> {
    fn path(&self, relative: &str) -> Utf8PathBuf {
        paths::normalize(&self.root.join(relative))
    }

    fn list(&mut self, folder: &str) -> Vec<DirEntry> {
        if let Some(known) = self.lists.get(folder) {
            return known.clone();
        }
        let entries = self.fs.read_dir(&self.path(folder)).unwrap_or_default();
        self.lists.insert(folder.to_owned(), entries.clone());
        entries
    }

    fn glob(&mut self, glob: &Glob) {
        let mut seen = FxHashSet::default();
        let mut open: Vec<Place> = (0..glob.alternatives.len())
            .map(|alternative| Place {
                folder: String::new(),
                alternative,
                segment: 0,
                in_globstar: false,
                is_link: false,
            })
            .collect();
        while let Some(place) = open.pop() {
            if seen.insert(place.clone()) {
                self.step(glob, &place, &mut open);
            }
        }
    }

    fn step(&mut self, glob: &Glob, place: &Place, open: &mut Vec<Place>) {
        let Some(segments) = glob.alternatives.get(place.alternative) else { return };
        let Some(segment) = segments.get(place.segment) else { return };
        let is_last = place.segment + 1 == segments.len();
        if let Some(name) = segment.literal() {
            if !name.is_empty() {
                let kind = self.fs.symlink_metadata(&self.path(&join(&place.folder, name))).map(|found| found.kind);
                if let Ok(kind) = kind {
                    self.take(place, name, kind, is_last, open);
                }
            }
            return;
        }
        if segment.is_globstar() {
            if !is_last {
                open.push(Place { segment: place.segment + 1, in_globstar: false, ..place.clone() });
            }
            if place.is_link && place.in_globstar {
                return;
            }
        }
        for DirEntry { name, kind } in self.list(&place.folder) {
            let units: Vec<u16> = name.encode_utf16().collect();
            if !segment.is_globstar() {
                if segment.matches(&units) {
                    self.take(place, &name, kind, is_last, open);
                }
            } else if globstar_takes(&units, glob.options.dot) {
                self.globstar(place, &name, kind, is_last, open);
            }
        }
    }

    /// A name that `**` passes over.
    fn globstar(&mut self, place: &Place, name: &str, kind: FileKind, is_last: bool, open: &mut Vec<Place>) {
        let below = join(&place.folder, name);
        if self.is_folder(&below, kind) {
            let is_link = kind == FileKind::Symlink;
            open.push(Place { folder: below, in_globstar: true, is_link, ..place.clone() });
        } else if is_last && self.is_file(&below, kind) {
            self.found.push(below);
        }
    }

    /// A name that a segment other than `**` matched.
    fn take(&mut self, place: &Place, name: &str, kind: FileKind, is_last: bool, open: &mut Vec<Place>) {
        let below = join(&place.folder, name);
        if is_last {
            if self.is_file(&below, kind) {
                self.found.push(below);
            }
        } else if self.is_folder(&below, kind) {
            let is_link = kind == FileKind::Symlink;
            open.push(Place {
                folder: below,
                segment: place.segment + 1,
                in_globstar: false,
                is_link,
                ..place.clone()
            });
        }
    }

    fn is_folder(&self, relative: &str, kind: FileKind) -> bool {
        kind == FileKind::Dir || (kind == FileKind::Symlink && self.fs.is_dir(&self.path(relative)))
    }

    fn is_file(&self, relative: &str, kind: FileKind) -> bool {
        kind == FileKind::File || (kind == FileKind::Symlink && self.fs.is_file(&self.path(relative)))
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::{MemoryFs, RealFs};

    fn found(fs: &dyn Fs, root: &str, pattern: &str) -> Vec<String> {
        expand(fs, Utf8Path::new(root), [&Glob::new(pattern).unwrap()])
    }

    #[test]
    fn files_below_the_root_in_order() {
        let fs = MemoryFs::new()
            .with("/p/api/b.js", "")
            .with("/p/api/a.js", "")
            .with("/p/api/deep/c.js", "")
            .with("/p/.env", "")
            .with("/p/node_modules/x/index.js", "")
            .with("/other/y.js", "");
        assert_eq!(found(&fs, "/p", "api/*.js"), ["api/a.js", "api/b.js"]);
        assert_eq!(found(&fs, "/p", "api/**"), ["api/a.js", "api/b.js", "api/deep/c.js"]);
        assert_eq!(found(&fs, "/p", "**/*.js").len(), 4);
        assert_eq!(found(&fs, "/p", "*"), [".env"]);
        assert_eq!(found(&fs, "/p", "api"), [""; 0]);
        assert_eq!(found(&fs, "/p", "../other/*.js"), ["../other/y.js"]);
        assert_eq!(found(&fs, "/p", "{api,node_modules/x}/*.js"), ["api/a.js", "api/b.js", "node_modules/x/index.js"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_cycles_end() -> std::io::Result<()> {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir()?;
        let root = Utf8Path::from_path(dir.path()).ok_or(std::io::ErrorKind::InvalidData)?;
        std::fs::create_dir_all(root.join("real/sub"))?;
        std::fs::write(root.join("real/one.txt"), "")?;
        std::fs::write(root.join("real/sub/two.txt"), "")?;
        symlink("real", root.join("link"))?;
        symlink("..", root.join("real/up"))?;
        symlink("real/one.txt", root.join("one.txt"))?;
        let in_link: Vec<_> = found(&RealFs, root.as_str(), "link/*.txt");
        assert_eq!(in_link, ["link/one.txt"]);
        // Read off glob 8.1.0 on the same tree.
        let all = found(&RealFs, root.as_str(), "**/*.txt");
        assert_eq!(all, ["link/one.txt", "one.txt", "real/one.txt", "real/sub/two.txt", "real/up/one.txt"]);
        assert_eq!(found(&RealFs, root.as_str(), "**"), ["one.txt", "real/one.txt", "real/sub/two.txt"]);
        assert_eq!(found(&RealFs, root.as_str(), "link/**"), ["link/one.txt", "link/sub/two.txt"]);
        Ok(())
    }
}
