//! Monorepos: which folders a package manager installs together.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use super::yaml::Settings;
use super::{PackageJson, Project};
use crate::base::Fs;
use crate::base::glob::{Glob, expand};
use crate::document::{Node, Path};

/// Packages that one workspace may have before the rest is left out.
const MAX_PACKAGES: usize = 500;

/// The globs of a workspace's packages, from `workspaces` in package.json or from pnpm-workspace.yaml; empty where `folder` is no workspace.
fn patterns(fs: &dyn Fs, folder: &Utf8Path) -> Vec<String> {
    let package = PackageJson::read(fs, &folder.join("package.json"));
    let workspaces = package.as_ref().and_then(|package| package.document().get(&Path::keys(["workspaces"])));
    let listed = workspaces.map(|node| node.get("packages").unwrap_or(node)).map(Node::strings).unwrap_or_default();
    let mut patterns: Vec<String> = listed.into_iter().map(str::to_owned).collect();
    if let Ok(text) = fs.read_to_string(&folder.join("pnpm-workspace.yaml")) {
        patterns.extend(Settings(&text).list("packages").unwrap_or_default().into_iter().map(str::to_owned));
    }
    patterns
}

/// The nearest folder at or above `folder` that is a workspace.
pub(super) fn root(fs: &dyn Fs, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    folder.ancestors().find(|folder| !patterns(fs, folder).is_empty()).map(Utf8Path::to_owned)
}

/// The folders of the packages of the workspace at `root`, sorted.
pub(super) fn packages(fs: &dyn Fs, root: &Utf8Path) -> Vec<Utf8PathBuf> {
    let wanted = patterns(fs, root).into_iter().filter(|pattern| !pattern.starts_with('!'));
    let globs: Vec<Glob> = wanted
        .filter_map(|pattern| {
            Glob::new(&format!("{}/package.json", pattern.trim_matches('/').trim_start_matches("./"))).ok()
        })
        .collect();
    let files = expand(fs, root, &globs).into_iter().filter(|file| !file.contains("node_modules/"));
    files.take(MAX_PACKAGES).filter_map(|file| Some(root.join(file).parent()?.to_owned())).collect()
}

/// `folders` with those first whose packages the project depends on, by itself or through others: what a neighbour uses is another matter.
pub(super) fn needed_first(project: &Project<'_>, folders: Vec<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
    let packages: Vec<Option<Arc<PackageJson>>> = folders.iter().map(|folder| project.package_in(folder)).collect();
    let named = packages.iter().enumerate().filter_map(|(at, package)| Some((package.as_ref()?.text(&["name"])?, at)));
    let by_name: FxHashMap<&str, usize> = named.collect();
    let mut is_needed = vec![false; folders.len()];
    let mut open: Vec<&PackageJson> = project.package().into_iter().collect();
    while let Some(package) = open.pop() {
        for at in package.dependencies().filter_map(|name| by_name.get(name).copied()) {
            if let Some(seen) = is_needed.get_mut(at).filter(|seen| !**seen) {
                *seen = true;
                open.extend(packages.get(at).and_then(Option::as_deref));
            }
        }
    }
    let (needed, others): (Vec<_>, Vec<_>) = folders.into_iter().zip(is_needed).partition(|(_, is_needed)| *is_needed);
    needed.into_iter().chain(others).map(|(folder, _)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    #[test]
    fn what_the_project_depends_on_comes_first() {
        let fs = MemoryFs::new()
            .with("/r/package.json", r#"{"workspaces": ["apps/*", "packages/*"]}"#)
            .with("/r/apps/admin/package.json", r#"{"name": "admin", "dependencies": {"old": "1"}}"#)
            .with("/r/apps/web/package.json", r#"{"name": "web", "devDependencies": {"ui": "*", "react": "18"}}"#)
            .with("/r/packages/db/package.json", r#"{"name": "db", "dependencies": {"ui": "*"}}"#)
            .with("/r/packages/old/package.json", r#"{"name": "old"}"#)
            .with("/r/packages/ui/package.json", r#"{"name": "ui", "peerDependencies": {"db": "*"}}"#);
        let project = Project::new(&fs, "/r/apps/web".into(), "/r".into(), None, Platform::Vercel);
        assert_eq!(
            project.workspace(),
            ["/r/packages/db", "/r/packages/ui", "/r/apps/admin", "/r/apps/web", "/r/packages/old"]
        );
    }

    #[test]
    fn workspaces_of_every_package_manager() {
        for (name, text) in [
            ("package.json", r#"{"workspaces": ["apps/*", "packages/db"]}"#),
            ("package.json", r#"{"workspaces": {"packages": ["./apps/*", "packages/**"]}}"#),
            ("pnpm-workspace.yaml", "packages:\n  - 'apps/*' # all\n  - packages/db\nonlyBuiltDependencies:\n  - x\n"),
        ] {
            let fs = MemoryFs::new()
                .with(&format!("/r/{name}"), text)
                .with("/r/apps/a/package.json", "{}")
                .with("/r/apps/a/node_modules/x/package.json", "{}")
                .with("/r/packages/db/package.json", "{}");
            assert_eq!(root(&fs, Utf8Path::new("/r/apps/a")).as_deref(), Some(Utf8Path::new("/r")), "{text}");
            assert_eq!(packages(&fs, Utf8Path::new("/r")), ["/r/apps/a", "/r/packages/db"], "{text}");
        }
        assert_eq!(root(&MemoryFs::new().with("/r/package.json", "{}"), Utf8Path::new("/r")), None);
    }
}
