//! The values of `framework` in vercel.json.
//!
//! Source: vercel/vercel packages/config/src/types.ts and packages/frameworks/src/frameworks.ts, 2026-08-03; the list of the command line 64.0.2.

use crate::base::similar;

/// A framework preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framework {
    /// The value in the config.
    pub slug: &'static str,
    /// The builder that makes its functions; the others are static builds.
    pub builder: &'static str,
    /// What the builder starts from, where it is not `package.json`; `<detect>` where it looks for it by itself.
    pub src: Option<&'static str>,
    /// Builders that do not make functions of files in `api/` beside it.
    pub ignored_builders: &'static [&'static str],
    /// A `middleware.js` or `.ts` at the root of the project is nothing special beside it.
    pub ignores_middleware: bool,
    /// The language that its build is written in, where that is not JavaScript.
    pub language: Option<&'static str>,
    /// Named in the published schema. The others are only known to the command line.
    pub is_published: bool,
}

impl Framework {
    /// Whether it has a builder of its own. The others are built as static sites.
    pub fn has_runtime(&self) -> bool {
        self.builder != STATIC_BUILD
    }
}

/// The builder of frameworks that have none of their own, and of a build script without a framework.
pub const STATIC_BUILD: &str = "@vercel/static-build";
/// What stands for a `src` that the builder itself finds.
const FOUND: &str = "<detect>";
const NODE: &[&str] = &["@vercel/node"];

const fn preset(slug: &'static str, builder: &'static str) -> Framework {
    Framework {
        slug,
        builder,
        src: None,
        ignored_builders: &[],
        ignores_middleware: false,
        language: None,
        is_published: true,
    }
}

const fn backend(slug: &'static str, builder: &'static str, src: &'static str) -> Framework {
    Framework { src: Some(src), ..preset(slug, builder) }
}

/// A framework that answers `api/` itself.
const fn alone(preset: Framework, ignored_builders: &'static [&'static str]) -> Framework {
    Framework { ignored_builders, ..preset }
}

const fn written_in(language: &'static str, preset: Framework) -> Framework {
    Framework { language: Some(language), ..preset }
}

const fn python(slug: &'static str) -> Framework {
    written_in("python", alone(backend(slug, "@vercel/python", FOUND), &["@vercel/python"]))
}

const fn rust(slug: &'static str) -> Framework {
    written_in("rust", alone(backend(slug, "@vercel/rust", "src/main.rs"), &["@vercel/rust"]))
}

const fn unpublished(preset: Framework) -> Framework {
    Framework { is_published: false, ..preset }
}

/// All presets.
pub static FRAMEWORKS: &[Framework] = &[
    preset("blitzjs", "@vercel/next"),
    preset("nextjs", "@vercel/next"),
    preset("gatsby", STATIC_BUILD),
    alone(preset("remix", "@vercel/remix-builder"), NODE),
    alone(preset("react-router", "@vercel/remix-builder"), NODE),
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
    alone(preset("redwoodjs", "@vercel/redwood"), NODE),
    written_in("go", preset("hugo", STATIC_BUILD)),
    written_in("ruby", preset("jekyll", STATIC_BUILD)),
    preset("brunch", STATIC_BUILD),
    written_in("ruby", preset("middleman", STATIC_BUILD)),
    written_in("rust", preset("zola", STATIC_BUILD)),
    preset("hydrogen", "@vercel/hydrogen"),
    preset("vite", STATIC_BUILD),
    preset("tanstack-start", STATIC_BUILD),
    preset("vitepress", STATIC_BUILD),
    preset("vuepress", STATIC_BUILD),
    preset("parcel", STATIC_BUILD),
    python("fastapi"),
    python("flask"),
    written_in("python", backend("fasthtml", "@vercel/python", "main.py")),
    python("django"),
    preset("sanity-v2", STATIC_BUILD),
    preset("sanity", STATIC_BUILD),
    Framework {
        ignores_middleware: true,
        ..alone(preset("storybook", STATIC_BUILD), &["@vercel/next", "@vercel/node"])
    },
    preset("nitro", STATIC_BUILD),
    backend("hono", "@vercel/hono", "index.js"),
    backend("express", "@vercel/express", "index.js"),
    backend("h3", "@vercel/h3", "index.js"),
    backend("koa", "@vercel/koa", "index.js"),
    backend("nestjs", "@vercel/nestjs", "index.js"),
    backend("elysia", "@vercel/elysia", "index.js"),
    backend("fastify", "@vercel/fastify", "index.js"),
    preset("xmcp", STATIC_BUILD),
    python("python"),
    written_in("ruby", alone(backend("ruby", "@vercel/ruby", "config.ru"), &["@vercel/ruby"])),
    rust("rust"),
    alone(preset("node", "@vercel/backends"), NODE),
    written_in("go", alone(backend("go", "@vercel/go", "index.go"), &["@vercel/go"])),
    preset("services", STATIC_BUILD),
    unpublished(backend("container", "@vercel/container", FOUND)),
    unpublished(preset("tanstack-start-lovable", STATIC_BUILD)),
    unpublished(preset("ash", STATIC_BUILD)),
    unpublished(preset("eve", STATIC_BUILD)),
    unpublished(preset("factory-eve", STATIC_BUILD)),
    unpublished(rust("axum")),
    unpublished(rust("actix-web")),
    unpublished(alone(preset("bun", "@vercel/backends"), NODE)),
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

/// Names that people write for a preset and that are too far from its slug for an edit distance, or near the wrong one.
const ALIASES: [(&str, &str); 12] = [
    ("next", "nextjs"),
    ("next.js", "nextjs"),
    ("nuxt", "nuxtjs"),
    ("nuxt.js", "nuxtjs"),
    ("react", "create-react-app"),
    ("cra", "create-react-app"),
    ("vuejs", "vue"),
    ("expressjs", "express"),
    ("gatsbyjs", "gatsby"),
    ("nest", "nestjs"),
    ("11ty", "eleventy"),
    ("sveltekit-2", "sveltekit"),
];

/// The slug that was probably meant.
pub fn nearest(slug: &str) -> Option<&'static str> {
    let lower = slug.to_ascii_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, slug)| *slug);
    alias.or_else(|| similar::closest(slug, FRAMEWORKS.iter().map(|framework| framework.slug)))
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

    #[test]
    fn slips_are_recognised() {
        assert!(ALIASES.iter().all(|(alias, slug)| framework(alias).is_none() && framework(slug).is_some()));
        for (slug, meant) in [
            ("NextJS", Some("nextjs")),
            ("nxtjs", Some("nextjs")),
            ("react", Some("create-react-app")),
            ("asrto", Some("astro")),
            ("cobol", None),
        ] {
            assert_eq!(nearest(slug), meant, "{slug}");
        }
    }
}
