//! Where the code of a site's framework answers requests: by the place of a file, the exports that a request calls.

/// Packages of the frameworks that are known here.
const NEXT: &str = "next";
const SVELTEKIT: &str = "@sveltejs/kit";
const NUXT: [&str; 2] = ["nuxt", "nuxt3"];
const REMIX: [&str; 5] =
    ["@remix-run/node", "@remix-run/vercel", "@remix-run/serve", "@react-router/node", "@vercel/remix"];

/// All of them.
pub const PACKAGES: [&str; 9] = [NEXT, SVELTEKIT, NUXT[0], NUXT[1], REMIX[0], REMIX[1], REMIX[2], REMIX[3], REMIX[4]];

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The exports of `path`, relative to the project, that a framework calls for each request. Pages that may be made at build time are not among
/// them. (Documentation of Next.js 9 to 16, SvelteKit 1 and 2, Nuxt 3, Remix 1 and 2, React Router 7; 2026-11.)
pub fn request_exports(package: &str, path: &str) -> &'static [&'static str] {
    let inner = path.strip_prefix("src/").unwrap_or(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    if package == NEXT {
        return match inner.split('/').collect::<Vec<_>>().as_slice() {
            ["pages", "api", ..] => &["default"],
            ["pages", ..] => &["getServerSideProps"],
            ["app", ..] if stem == "route" => METHODS,
            _ => &[],
        };
    }
    if package == SVELTEKIT && path.starts_with("src/routes/") {
        return match name.rsplit_once('.').map_or(name, |(stem, _)| stem) {
            "+server" => METHODS,
            "+page.server" | "+layout.server" => &["load"],
            _ => &[],
        };
    }
    if NUXT.contains(&package) && (path.starts_with("server/api/") || path.starts_with("server/routes/")) {
        return &["default"];
    }
    if REMIX.contains(&package) && path.starts_with("app/routes/") {
        return &["loader", "action"];
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_known_by_their_place() {
        for (package, path, first) in [
            ("next", "pages/api/a/[id].ts", Some("default")),
            ("next", "src/pages/api/a.js", Some("default")),
            ("next", "src/app/api/a/route.ts", Some("GET")),
            ("next", "pages/index.tsx", Some("getServerSideProps")),
            ("next", "app/page.tsx", None),
            ("next", "lib/prisma.ts", None),
            ("@sveltejs/kit", "src/routes/a/+server.ts", Some("GET")),
            ("@sveltejs/kit", "src/routes/a/+page.server.ts", Some("load")),
            ("@sveltejs/kit", "src/routes/a/+page.ts", None),
            ("nuxt", "server/api/a.get.ts", Some("default")),
            ("@remix-run/node", "app/routes/a.tsx", Some("loader")),
            ("express", "pages/api/a.ts", None),
        ] {
            assert_eq!(request_exports(package, path).first().copied(), first, "{package} {path}");
        }
    }
}
