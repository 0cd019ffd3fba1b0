//! The presets of today's platform that start a Node server, and how each of them finds the file to start.
//!
//! Source: the builders `@vercel/express`, `hono`, `fastify`, `koa`, `nestjs`, `h3` and `elysia` of the command line 64.0.2, read on 2026-11-24. That
//! command line was run too: with `"framework": "express"` it starts the usual file, or else `main`; without any preset it publishes the source of the
//! server as a static file.

/// A preset that starts a Node server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerPreset {
    /// The value of `framework`.
    pub slug: &'static str,
    /// The package whose import in a file makes it the server.
    pub package: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// Files that are tried, in this order, without ending.
    pub files: &'static [&'static str],
}

/// Endings that are tried for each file, in this order.
pub const ENDINGS: [&str; 6] = ["js", "cjs", "mjs", "ts", "cts", "mts"];

const USUAL: &[&str] = &["app", "index", "server", "src/app", "src/index", "src/server"];
const NEST: &[&str] = &["src/main", "src/app", "src/index", "src/server", "main", "app", "index", "server"];

const fn preset(slug: &'static str, name: &'static str) -> ServerPreset {
    ServerPreset { slug, package: slug, name, files: USUAL }
}

/// All of them. NestJS comes first: its projects depend on express or fastify too.
pub static SERVER_PRESETS: &[ServerPreset] = &[
    ServerPreset { slug: "nestjs", package: "@nestjs/core", name: "NestJS", files: NEST },
    preset("express", "Express"),
    preset("fastify", "Fastify"),
    preset("koa", "Koa"),
    preset("hono", "Hono"),
    preset("h3", "H3"),
    preset("elysia", "Elysia"),
];

impl ServerPreset {
    /// The files that are tried, with their endings, in order.
    pub fn candidates(&self) -> impl Iterator<Item = String> {
        self.files.iter().flat_map(|file| ENDINGS.iter().map(move |ending| format!("{file}.{ending}")))
    }

    /// Whether the text of a file imports the package, as the builder looks for it: by a pattern, comments included.
    pub fn is_imported_in(&self, text: &str) -> bool {
        text.match_indices(self.package).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + self.package.len()..]);
            let quoted = before.ends_with(['"', '\'']) && after.starts_with(['"', '\'']);
            let before = before.get(..at.saturating_sub(1)).unwrap_or_default().trim_end();
            let before = before.strip_suffix('(').unwrap_or(before).trim_end();
            quoted && ["from", "require", "import"].iter().any(|word| before.ends_with(word))
        })
    }
}

/// Packages whose presence makes a site of a project, with their names for people. Tools that build on another one come before it.
/// Source: the detectors of the same command line.
pub static SITE_PACKAGES: &[(&str, &str)] = &[
    ("next", "Next.js"),
    ("gatsby", "Gatsby"),
    ("nuxt", "Nuxt"),
    ("@remix-run/dev", "Remix"),
    ("@react-router/dev", "React Router"),
    ("astro", "Astro"),
    ("@sveltejs/kit", "SvelteKit"),
    ("sapper", "Sapper"),
    ("@angular/cli", "Angular"),
    ("@vue/cli-service", "Vue"),
    ("react-scripts", "Create React App"),
    ("@redwoodjs/core", "RedwoodJS"),
    ("blitz", "Blitz"),
    ("@docusaurus/core", "Docusaurus"),
    ("@11ty/eleventy", "Eleventy"),
    ("hexo", "Hexo"),
    ("vite", "Vite"),
    ("parcel", "Parcel"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::frameworks::framework;

    #[test]
    fn every_preset_is_a_framework() {
        for preset in SERVER_PRESETS {
            let known = framework(preset.slug).unwrap();
            assert_eq!(known.builder, format!("@vercel/{}", preset.slug));
        }
        assert_eq!(SERVER_PRESETS[1].candidates().next().as_deref(), Some("app.js"));
    }

    #[test]
    fn imports_are_found_as_the_builder_finds_them() {
        let express = &SERVER_PRESETS[1];
        for text in [
            "require('express')()",
            "import e from \"express\"",
            "import('express')",
            "const e = require ( 'express' )",
        ] {
            assert!(express.is_imported_in(text), "{text}");
        }
        for text in ["'express'", "require('express-session')", "require(\"my-express\")", "express", "é'express'"] {
            assert!(!express.is_imported_in(text), "{text}");
        }
    }
}
