//! What the config of a Next.js application says of files that are added to functions, as far as it is written out.

use camino::Utf8Path;

use super::{PackageJson, Project};
use crate::base::Fs;

/// The names under which the config is looked for.
const FILES: [&str; 5] = ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.mts", "next.config.cjs"];

/// The text of the config in `folder`.
pub fn config(fs: &dyn Fs, folder: &Utf8Path) -> Option<String> {
    FILES.iter().find_map(|name| fs.read_to_string(&folder.join(name)).ok())
}

/// The plugin that copies engines beside webpack's chunks.
const PLUGIN: &str = "@prisma/nextjs-monorepo-workaround-plugin";

/// Whether a package that is installed with the project depends on the plugin that copies engines: configs may come from a package of their own.
pub fn has_plugin(project: &Project<'_>) -> bool {
    let folders = [project.root(), project.repository()];
    let folders = folders.into_iter().chain(project.workspace().iter().map(|folder| folder.as_path()));
    let mut packages = folders.filter_map(|folder| PackageJson::read(project.fs(), &folder.join("package.json")));
    packages.any(|package| package.dependency(PLUGIN).is_some())
}

/// Whether the config does something about the engine, so that nothing can be said without running it: it names Prisma or an engine, such as with
/// `@prisma/nextjs-monorepo-workaround-plugin`, or packages that are not to be bundled.
pub fn cares_for_engine(config: &str) -> bool {
    let text = config.to_lowercase();
    ["prisma", "engine", "serverexternalpackages", "servercomponentsexternalpackages"]
        .iter()
        .any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_that_names_prisma_is_left_alone() {
        assert!(!cares_for_engine("const nextConfig = {};\nexport default nextConfig;"));
        for text in [
            "const { PrismaPlugin } = require('@prisma/nextjs-monorepo-workaround-plugin')",
            "export default { outputFileTracingIncludes: { '/': ['./generated/*engine*'] } }",
            "module.exports = { experimental: { serverComponentsExternalPackages: ['@repo/db'] } }",
        ] {
            assert!(cares_for_engine(text), "{text}");
        }
    }
}
