//! Whether the functions of a Next.js application find the engine of a client that is packed into their chunks.
//!
//! Measured 2026-11 with `next build` of 15.5.4 (webpack) and 16.0.0 (Turbopack), clients that Prisma 6.16.2 generated, and their `.nft.json` lists. In every
//! case but one the engine is listed, at the place where generate wrote it. What differs is where the client looks:
//!
//! | client | looks in | found |
//! |---|---|---|
//! | `prisma-client-js` in node_modules | its own folder: it is not packed | yes (16.0.0 with npm does not list the engine) |
//! | `prisma-client-js`, output in the application | the application's folder, then the output's path as seen by generate | yes |
//! | `prisma-client-js`, output outside of it | the same: a folder that does not exist in the application | no |
//! | `prisma-client` | the chunk's folder, and the output's path on the build machine | no |
//!
//! With webpack and `PrismaPlugin` of `@prisma/nextjs-monorepo-workaround-plugin` 6.16.2, both that fail get a copy of the engine beside the chunk, which
//! is where they look.
//!
//! The two that fail look as in the threads prisma/orm#22142 and #28230 (outside) and #28216 (`prisma-client`).

/// Why a packed client does not find its engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFound {
    /// The output lies outside of the application.
    OutsideApp,
    /// `prisma-client` makes TypeScript that knows only places of the build machine.
    TypeScript,
}

/// Why the engine is not found, of a generator with that provider and an output, in the application's folder or outside of it.
pub fn not_found(provider: &str, is_outside: bool) -> Option<NotFound> {
    match provider {
        "prisma-client" => Some(NotFound::TypeScript),
        "prisma-client-js" if is_outside => Some(NotFound::OutsideApp),
        _ => None,
    }
}

/// The majors of Prisma for which that is said. From 7 on no engine is looked for.
pub fn is_known(major: u64) -> bool {
    (5..=6).contains(&major)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured() {
        assert_eq!(not_found("prisma-client-js", false), None);
        assert_eq!(not_found("prisma-client-js", true), Some(NotFound::OutsideApp));
        assert_eq!(not_found("prisma-client", false), Some(NotFound::TypeScript));
        assert!(is_known(6) && !is_known(7) && !is_known(4));
    }
}
