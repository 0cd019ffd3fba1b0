//! The values of `framework` in vercel.json.
//!
//! Source: vercel/vercel packages/config/src/types.ts and packages/frameworks/src/frameworks.ts, 2026-08-03.

/// A framework preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framework {
    /// The value in the config.
    pub slug: &'static str,
    /// The builder that makes its functions; the others are static builds.
    pub builder: &'static str,
    /// The file that the builder starts from, where it is not `package.json`.
    pub src: Option<&'static str>,
    /// Named in the published schema. The others are only known to the command line.
    pub is_published: bool,
}

const STATIC_BUILD: &str = "@vercel/static-build";

const fn preset(slug: &'static str, builder: &'static str) -> Framework {
    Framework { slug, builder, src: None, is_published: true }
}

const fn backend(slug: &'static str, builder: &'static str, src: &'static str) -> Framework {
    Framework { src: Some(src), ..preset(slug, builder) }
}

const fn unpublished(preset: Framework) -> Framework {
    Framework { is_published: false, ..preset }
}

/// All presets.
pub static FRAMEWORKS: &[Framework] = &[
    preset("blitzjs", "@vercel/next"),
    preset("nextjs", "@vercel/next"),
    preset("gatsby", STATIC_BUILD),
    preset("remix", "@vercel/remix-builder"),
    preset("react-router", "@vercel/remix-builder"),
    preset("astro", STATIC_BUILD),
    preset("hexo", STATIC_BUILD),
    preset("eleventy", STATIC_BUILD),
    preset("docusaurus-2", STATIC_BUILD),
    preset("docusaurus", STATIC_BUILD),
    preset("preact", STATIC_BUILD),
    preset("solidstart-1", STATIC_BUILD),
    preset("solidstart", STATIC_BUILD),
    preset("dojo", STATIC_BUILD),
    preset("ember", STATIC_BUILD),
    preset("vue", STATIC_BUILD),
    preset("scully", STATIC_BUILD),
    preset("ionic-angular", STATIC_BUILD),
    preset("angular", STATIC_BUILD),
    preset("polymer", STATIC_BUILD),
    preset("svelte", STATIC_BUILD),
    preset("sveltekit", STATIC_BUILD),
    preset("sveltekit-1", STATIC_BUILD),
    preset("ionic-react", STATIC_BUILD),
    preset("create-react-app", STATIC_BUILD),
    preset("gridsome", STATIC_BUILD),
    preset("umijs", STATIC_BUILD),
    preset("sapper", STATIC_BUILD),
    preset("saber", STATIC_BUILD),
    preset("stencil", STATIC_BUILD),
    preset("nuxtjs", STATIC_BUILD),
    preset("redwoodjs", "@vercel/redwood"),
    preset("hugo", STATIC_BUILD),
    preset("jekyll", STATIC_BUILD),
    preset("brunch", STATIC_BUILD),
    preset("middleman", STATIC_BUILD),
    preset("zola", STATIC_BUILD),
    preset("hydrogen", "@vercel/hydrogen"),
    preset("vite", STATIC_BUILD),
    preset("tanstack-start", STATIC_BUILD),
    preset("vitepress", STATIC_BUILD),
    preset("vuepress", STATIC_BUILD),
    preset("parcel", STATIC_BUILD),
    preset("fastapi", "@vercel/python"),
    preset("flask", "@vercel/python"),
    preset("fasthtml", "@vercel/python"),
    preset("django", "@vercel/python"),
    preset("sanity-v2", STATIC_BUILD),
    preset("sanity", STATIC_BUILD),
    preset("storybook", STATIC_BUILD),
    preset("nitro", STATIC_BUILD),
    backend("hono", "@vercel/hono", "index.js"),
    backend("express", "@vercel/express", "index.js"),
    backend("h3", "@vercel/h3", "index.js"),
    backend("koa", "@vercel/koa", "index.js"),
    backend("nestjs", "@vercel/nestjs", "index.js"),
    backend("elysia", "@vercel/elysia", "index.js"),
    backend("fastify", "@vercel/fastify", "index.js"),
    preset("xmcp", STATIC_BUILD),
    preset("python", "@vercel/python"),
    backend("ruby", "@vercel/ruby", "config.ru"),
    backend("rust", "@vercel/rust", "src/main.rs"),
    preset("node", "@vercel/backends"),
    preset("go", "@vercel/go"),
    preset("services", STATIC_BUILD),
    unpublished(preset("container", "@vercel/container")),
    unpublished(preset("tanstack-start-lovable", STATIC_BUILD)),
    unpublished(preset("ash", STATIC_BUILD)),
    unpublished(preset("eve", STATIC_BUILD)),
    unpublished(backend("axum", "@vercel/rust", "src/main.rs")),
    unpublished(backend("actix-web", "@vercel/rust", "src/main.rs")),
    unpublished(preset("bun", "@vercel/backends")),
    unpublished(preset("mastra", STATIC_BUILD)),
];

/// Packages by which the platform knows a framework, or with which a program of its own answers URLs: what the URLs are is then not told by
/// the files alone. Wider than the platform's own list, so that nothing is taken for certain that is not.
pub static ROUTING_PACKAGES: &[&str] = &[
    "@11ty/eleventy",
    "@angular/cli",
    "@docusaurus/core",
    "@ionic/angular",
    "@ionic/react",
    "@nestjs/core",
    "@react-router/dev",
    "@redwoodjs/core",
    "@remix-run/dev",
    "@shopify/hydrogen",
    "@solidjs/start",
    "@stencil/core",
    "@sveltejs/kit",
    "@tanstack/react-start",
    "@vue/cli-service",
    "astro",
    "blitz",
    "elysia",
    "ember-cli",
    "express",
    "fastify",
    "gatsby",
    "gridsome",
    "h3",
    "hexo",
    "hono",
    "koa",
    "mastra",
    "next",
    "nitro",
    "nitropack",
    "nuxt",
    "nuxt-edge",
    "nuxt3",
    "parcel",
    "polymer-cli",
    "preact-cli",
    "react-scripts",
    "saber",
    "sanity",
    "sapper",
    "scully",
    "sirv-cli",
    "solid-start",
    "storybook",
    "umi",
    "vite",
    "vitepress",
    "vuepress",
    "xmcp",
];

/// Whether this file (a path from the project root) is one by which the platform may take the whole project for a program: the entry of a server,
/// or the package file of a language with servers of its own.
pub fn is_program(path: &str) -> bool {
    const PACKAGES: [&str; 10] = [
        "Cargo.toml",
        "Gemfile",
        "Pipfile",
        "composer.json",
        "config.rb",
        "config.toml",
        "config.yaml",
        "go.mod",
        "pyproject.toml",
        "requirements.txt",
    ];
    const ENDINGS: [&str; 7] = ["js", "ts", "mjs", "mts", "cjs", "cts", "py"];
    let inner = path.strip_prefix("src/").unwrap_or(path);
    let is_entry = inner
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| ["index", "server", "app", "main"].contains(&stem) && ENDINGS.contains(&ending));
    is_entry || PACKAGES.contains(&path) || path.starts_with("_config.")
}

/// The preset with this slug.
pub fn framework(slug: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|framework| framework.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::builders::lookup;

    #[test]
    fn every_preset_has_a_known_builder() {
        for (at, preset) in FRAMEWORKS.iter().enumerate() {
            assert!(lookup(preset.builder).is_some(), "{}", preset.slug);
            assert!(FRAMEWORKS[..at].iter().all(|other| other.slug != preset.slug), "{} twice", preset.slug);
        }
        assert_eq!(framework("nextjs").map(|preset| preset.builder), Some("@vercel/next"));
        assert_eq!(framework("express").and_then(|preset| preset.src), Some("index.js"));
        assert_eq!(framework("next"), None);
    }
}
