//! Finding the projects below a path.

use std::collections::BTreeMap;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use walkdir::WalkDir;

use super::client::is_engine_like;
use super::{Config, Upload, workspace};
use crate::base::{Fs, paths};
use crate::platform::{Platform, config_files};

/// Folders that hold no project of the user's own.
const SKIPPED: [&str; 5] = ["node_modules", ".git", ".vercel", ".now", ".next"];

/// The folder that a file's project is, and the config file in it where there is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Folder of the project, absolute.
    pub root: Utf8PathBuf,
    /// The config file, absolute.
    pub config: Option<Utf8PathBuf>,
}

/// The projects at and below `path`: a config file names its folder; a folder is searched for configs, without `node_modules` and what git
/// ignores. A folder with several configs is one project. A folder without any config is a project itself if it has a package.json.
///
/// # Errors
/// The path does not exist or cannot be read.
pub fn discover(fs: &dyn Fs, path: &Utf8Path) -> io::Result<Vec<Found>> {
    let path = &paths::normalize(path);
    let metadata = fs.metadata(path)?;
    // A folder under the name of a config is told as what it is when it is read.
    if !metadata.is_dir() || Config::is_config_file(path) {
        let root = path.parent().unwrap_or(path).to_owned();
        return Ok(vec![Found { root, config: Some(path.clone()) }]);
    }
    fs.read_dir(path)?;
    let walk = WalkBuilder::new(path)
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| !entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name)))
        .build();
    let mut configs: BTreeMap<Utf8PathBuf, Utf8PathBuf> = BTreeMap::new();
    let walk = walk.filter_map(|entry| entry.inspect_err(|error| look_again(fs, path, error)).ok());
    let files = walk.filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok());
    for file in files {
        let Some(folder) = file.parent().filter(|folder| is_config(fs, path, folder, &file)) else { continue };
        configs
            .entry(folder.to_owned())
            .and_modify(|chosen| {
                if rank(&file) < rank(chosen) {
                    chosen.clone_from(&file);
                }
            })
            .or_insert_with(|| file.clone());
    }
    if configs.is_empty() && fs.is_file(&path.join("package.json")) {
        return Ok(vec![Found { root: path.clone(), config: None }]);
    }
    Ok(configs.into_iter().map(|(root, config)| Found { root, config: Some(config) }).collect())
}

/// Asks `fs` for a folder that the walk could not read, so that it knows. What is not uploaded may be as it likes.
fn look_again(fs: &dyn Fs, top: &Utf8Path, error: &ignore::Error) {
    let ignore::Error::WithPath { path, .. } = innermost(error) else { return };
    let Some(folder) = Utf8Path::from_path(path) else { return };
    let relative = paths::relative(folder, top);
    let stays_behind = |platform| Upload::read(fs, top, platform).ignores(&relative, true);
    if ![Platform::Now, Platform::Vercel].into_iter().any(stays_behind) {
        let _ = fs.read_dir(folder);
    }
}

/// The part of an error that names the path.
fn innermost(error: &ignore::Error) -> &ignore::Error {
    let mut error = error;
    while let ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } = error {
        error = err;
    }
    error
}

/// A `vercel.ts` may be any source file: it is a config in the folder that was `named`, and where a project lies.
fn is_config(fs: &dyn Fs, named: &Utf8Path, folder: &Utf8Path, file: &Utf8Path) -> bool {
    let is_project =
        || folder == named || fs.is_file(&folder.join("package.json")) || fs.is_dir(&folder.join(".vercel"));
    Config::is_config_file(file) || Config::is_program(file) && is_project()
}

/// Which of several configs is judged: the first.
fn rank(file: &Utf8Path) -> usize {
    config_files::of_vercel().position(|name| file.file_name() == Some(name)).unwrap_or(usize::MAX)
}

/// The name of a config that lies in a folder of the repository at `named`.
pub(super) fn config_at(fs: &dyn Fs, folder: &Utf8Path, named: &Utf8Path) -> Option<&'static str> {
    configs_in(fs, folder).into_iter().find(|name| is_config(fs, named, folder, &folder.join(name)))
}

/// The names of the configs that lie in a folder.
pub(super) fn configs_in(fs: &dyn Fs, folder: &Utf8Path) -> Vec<&'static str> {
    let names = config_files::TEXTS.into_iter().chain(config_files::PROGRAMS);
    names.filter(|name| fs.is_file(&folder.join(name))).collect()
}

/// Every file below `root` that is called like a query engine, installed packages included, in path order. Links to folders are not followed:
/// what they lead to inside is found where it lies.
pub fn engine_files(root: &Utf8Path) -> Vec<Utf8PathBuf> {
    let is_git = |entry: &walkdir::DirEntry| entry.file_name() == ".git" && entry.file_type().is_dir();
    let walk = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| !is_git(entry));
    walk.filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && entry.file_name().to_str().is_some_and(is_engine_like))
        .filter_map(|entry| Utf8PathBuf::from_path_buf(entry.into_path()).ok())
        .collect()
}

/// The repository of a folder: the nearest one at or above it with a `.git`, else the workspace that it lies in, else the folder itself.
pub fn repository(fs: &dyn Fs, folder: &Utf8Path) -> Utf8PathBuf {
    let top = folder.ancestors().find(|folder| fs.symlink_metadata(&folder.join(".git")).is_ok());
    top.map(Utf8Path::to_owned).or_else(|| workspace::root(fs, folder)).unwrap_or_else(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RealFs;

    fn tree(files: &[&str]) -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
        for file in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        (folder, root)
    }

    #[test]
    fn engines_of_installed_packages_are_found() {
        let engine = "node_modules/@prisma/engines/libquery_engine-darwin.dylib.node";
        let (_folder, root) =
            tree(&[engine, "generated/query-engine-windows.exe", "query-engine.js", ".git/query-engine-x"]);
        let found: Vec<_> = engine_files(&root).iter().map(|path| paths::relative(path, &root)).collect();
        assert_eq!(found, ["generated/query-engine-windows.exe", engine]);
    }

    #[test]
    fn several_configs_of_a_folder_are_one_project() {
        let (_folder, root) = tree(&[
            "a/now.json",
            "a/vercel.toml",
            "b/vercel.mts",
            "b/package.json",
            "c/vercel.ts",
            "d/vercel.json",
            "d/vercel.js",
            "e/now.json",
        ]);
        let found = discover(&RealFs, &root).unwrap();
        let found: Vec<_> = found.iter().map(|found| paths::relative(found.config.as_ref().unwrap(), &root)).collect();
        assert_eq!(found, ["a/vercel.toml", "b/vercel.mts", "d/vercel.json", "e/now.json"]);
        let named = discover(&RealFs, &root.join("c/vercel.ts")).unwrap();
        assert_eq!(named[0].config.as_deref(), Some(&*root.join("c/vercel.ts")));
    }

    #[test]
    fn configs_below_a_folder_are_projects_but_those_of_packages_are_not() {
        let (_folder, root) =
            tree(&["a/now.json", "b/c/vercel.json", "node_modules/x/vercel.json", "out/now.json", ".gitignore"]);
        std::fs::write(root.join(".gitignore"), "out\n").unwrap();
        let found = discover(&RealFs, &root).unwrap();
        let found: Vec<_> = found.iter().map(|project| paths::relative(&project.root, &root)).collect();
        assert_eq!(found, ["a", "b/c"]);
        assert!(discover(&RealFs, &root.join("missing")).is_err());
    }

    #[test]
    fn a_program_is_a_config_in_the_folder_that_was_named() {
        let (_folder, root) = tree(&["vercel.ts", "src/vercel.js"]);
        let found = discover(&RealFs, &root).unwrap();
        assert_eq!(found, [Found { root: root.clone(), config: Some(root.join("vercel.ts")) }]);
    }
}
