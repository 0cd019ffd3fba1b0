//! The projects of the corpus, with what it does not keep of them made anew.

use std::fs;
use std::path::{Path, PathBuf};

use nowcheck::engine::{EngineKind, EngineName};

use super::corpus;
use super::engines::engine;

/// The folders of the projects, sorted; none where the corpus is not there.
pub(crate) fn all() -> Vec<PathBuf> {
    let Some(folder) = corpus::path("projects") else { return Vec::new() };
    let mut projects: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    projects.retain(|path| path.is_dir());
    projects.sort();
    projects
}

/// An engine of that name; its end is padded to the size.
fn engine_file(name: &str) -> Option<Vec<u8>> {
    let name = EngineName::parse(name).filter(|name| name.target.is_some())?;
    let kind = if name.kind == EngineKind::Library { EngineKind::Library } else { EngineKind::Binary };
    Some(engine(&name.target_name, kind, 2 << 20))
}

/// The files of an original that the corpus does not keep, made empty, so that what the config names is there.
pub(crate) fn rebuilt(project: &Path, folder: &Path) {
    let mut open = vec![project.to_owned()];
    while let Some(from) = open.pop() {
        for entry in fs::read_dir(&from).unwrap() {
            let path = entry.unwrap().path();
            let to = folder.join(path.strip_prefix(project).unwrap());
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().unwrap() != "TREE.txt" {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(&to, fs::read(&path).unwrap()).unwrap();
            }
        }
    }
    for line in fs::read_to_string(project.join("TREE.txt")).unwrap().lines() {
        let (size, name) = line.split_once('\t').unwrap();
        let to = folder.join(name);
        if to.exists() {
            continue;
        }
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let is_source = name.rsplit('.').next().is_some_and(|ending| {
            matches!(ending, "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "json" | "prisma")
        });
        if let Some(bytes) = engine_file(name.rsplit('/').next().unwrap()) {
            fs::write(&to, bytes).unwrap();
            executable(&to);
        }
        let file = fs::File::options().create(true).append(true).open(&to).unwrap();
        if !is_source {
            file.set_len(size.trim().parse().unwrap()).unwrap();
        }
    }
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn executable(_: &Path) {}
