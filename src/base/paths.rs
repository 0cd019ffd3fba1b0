//! Paths as text: normal form, relative form. Nothing here touches the disk.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// `path` without `.` and with `..` taken back lexically; a leading `..` of a relative path stays.
pub fn normalize(path: &Utf8Path) -> Utf8PathBuf {
    let mut normal = Utf8PathBuf::with_capacity(path.as_str().len());
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => match normal.components().next_back() {
                Some(Utf8Component::Normal(_)) => {
                    normal.pop();
                }
                Some(Utf8Component::RootDir | Utf8Component::Prefix(_)) => {}
                _ => normal.push(".."),
            },
            other => normal.push(other.as_str()),
        }
    }
    normal
}

/// `path` as seen from `base`, with `/` between segments and `..` where it lies outside. Both must be absolute.
pub fn relative(path: &Utf8Path, base: &Utf8Path) -> String {
    let path: Vec<_> = path.components().collect();
    let base: Vec<_> = base.components().collect();
    let shared = path.iter().zip(&base).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", base.len() - shared);
    let down = path[shared..].iter().map(|component| component.as_str());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_taken_back() {
        assert_eq!(normalize(Utf8Path::new("/a/./b/../c")), "/a/c");
        assert_eq!(normalize(Utf8Path::new("/../a")), "/a");
        assert_eq!(normalize(Utf8Path::new("../../a/..")), "../..");
    }

    #[test]
    fn relative_paths_climb_and_descend() {
        assert_eq!(relative(Utf8Path::new("/a/b/c.js"), Utf8Path::new("/a")), "b/c.js");
        assert_eq!(relative(Utf8Path::new("/a/x"), Utf8Path::new("/a/b/c")), "../../x");
        assert_eq!(relative(Utf8Path::new("/a"), Utf8Path::new("/a")), "");
    }
}
