//! What a deploy uploads: everything but the platform's own list and what `.nowignore` / `.vercelignore` name.

use camino::{Utf8Path, Utf8PathBuf};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::base::Fs;
use crate::platform::{Platform, uploads};

/// The ignore rules of one project. `.gitignore` is not among them: the platforms' CLIs do not read it.
pub struct Upload {
    root: Utf8PathBuf,
    rules: Gitignore,
    files: Vec<Utf8PathBuf>,
}

impl Upload {
    /// Reads the ignore file at the project's root; nested ones are not read by the platforms either.
    pub fn read(fs: &dyn Fs, root: &Utf8Path, platform: Platform) -> Self {
        let mut builder = GitignoreBuilder::new(root);
        let mut add = |line: &str| {
            let line = line.strip_prefix("./").unwrap_or(line);
            // A line that is no valid pattern matches nothing, there as here.
            let _ = builder.add_line(None, line);
        };
        for pattern in uploads::default_ignores(platform) {
            add(pattern);
        }
        let names = uploads::ignore_files(platform);
        let read = |name: &&str| Some((fs.read_to_string(&root.join(name)).ok()?, root.join(name)));
        // An empty file is as good as none.
        let found: Vec<_> = names.iter().filter_map(read).filter(|(text, _)| !text.is_empty()).collect();
        if let Some((text, _)) = found.first() {
            text.lines().for_each(&mut add);
        }
        let rules = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Self { root: root.to_owned(), rules, files: found.into_iter().map(|(_, file)| file).collect() }
    }

    /// Whether `path`, relative to the project, stays behind by itself (its folders are not asked).
    pub fn ignores(&self, path: &str, is_dir: bool) -> bool {
        self.rules.matched(self.root.join(path), is_dir).is_ignore()
    }

    /// Whether the file at `path`, relative to the project, is uploaded. What lies outside the project is not.
    pub fn includes(&self, path: &str) -> bool {
        !path.starts_with("../") && !self.rules.matched_path_or_any_parents(self.root.join(path), false).is_ignore()
    }

    /// The ignore file that is read, where there is one.
    pub fn file(&self) -> Option<&Utf8Path> {
        self.files.first().map(Utf8PathBuf::as_path)
    }

    /// All ignore files of the platform that are not empty, the one that is read first.
    pub fn files(&self) -> &[Utf8PathBuf] {
        &self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

    #[test]
    fn the_first_ignore_file_with_a_text_is_read() {
        for (vercel, now, read) in [("a", "b", "a"), ("", "b", "b"), ("a", "", "a")] {
            let fs = MemoryFs::new().with("/p/.vercelignore", vercel).with("/p/.nowignore", now);
            let upload = Upload::read(&fs, Utf8Path::new("/p"), Platform::Vercel);
            assert!(!upload.includes(read), "{vercel} {now}");
            assert_eq!(upload.files().len(), 2 - usize::from(vercel.is_empty() || now.is_empty()));
        }
    }

    #[test]
    fn node_modules_and_named_files_stay_behind() {
        let fs = MemoryFs::new().with("/p/.nowignore", "secret\n!.npmignore\n").with("/p/index.js", "");
        let upload = Upload::read(&fs, Utf8Path::new("/p"), Platform::Now);
        for (path, included) in [
            ("index.js", true),
            ("node_modules/a/index.js", false),
            ("api/node_modules/b.js", false),
            ("secret/key", false),
            (".npmignore", true),
            ("../outside.js", false),
        ] {
            assert_eq!(upload.includes(path), included, "{path}");
        }
    }
}
