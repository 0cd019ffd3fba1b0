//! What the config of a Next.js application says of files that are added to functions, as far as it is written out.

use camino::Utf8Path;

use crate::base::Fs;

/// The names under which the config is looked for.
const FILES: [&str; 5] = ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.mts", "next.config.cjs"];

/// The text of the config in `folder`.
pub fn config(fs: &dyn Fs, folder: &Utf8Path) -> Option<String> {
    FILES.iter().find_map(|name| fs.read_to_string(&folder.join(name)).ok())
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
