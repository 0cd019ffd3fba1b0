//! Monorepos: which folders a package manager installs together.

use camino::{Utf8Path, Utf8PathBuf};

use super::PackageJson;
use super::yaml::Settings;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;

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
