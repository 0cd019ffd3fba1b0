//! Builders of 2019, what does their work today, and what is deployed by them.

use super::Outputs;
use crate::detect::builds;
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::platform::builders::{Builder, PackageKind};
use crate::project::{Build, Project};

/// What takes the place of a builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Successor {
    /// An official builder of today.
    Official(&'static str),
    /// A runtime of the community.
    Community(&'static str),
    /// Nothing: what a person can do.
    Gone(&'static str),
    /// It is one of today's, or somebody else's.
    Itself,
    /// There never was such a builder.
    Unknown,
}

/// Keys of `builds[].config` that nothing reads today.
pub const WITHOUT_EFFECT: [&str; 4] = ["maxLambdaSize", "bundle", "debug", "ldsflags"];

/// What takes the place of a builder today.
pub fn successor(uses: &BuilderUse) -> Successor {
    let Some(known) = uses.builder() else {
        return if uses.scope() == Some("now") { Successor::Unknown } else { Successor::Itself };
    };
    if known.platform != Platform::Now {
        return Successor::Itself;
    }
    match known.replacement {
        // Their files are no input of a build script.
        _ if known.kind == PackageKind::Library || (known.kind == PackageKind::Static && known.is_retired()) => {
            Successor::Gone(known.advice)
        }
        Some(name) if name.starts_with("@vercel/") => Successor::Official(name),
        Some(name) => Successor::Community(name),
        None => Successor::Gone(known.advice),
    }
}

/// Whether each of its sources becomes one function at its own path.
fn makes_one_function_each(known: &Builder) -> bool {
    known.kind == PackageKind::Functions
        && matches!(known.base(), "node" | "node-server" | "go" | "python" | "python-wsgi" | "ruby" | "php" | "bash")
}

/// What `builds` deploy. Sites that a build makes, and builders that are not known, may deploy anything.
pub fn outputs(project: &Project<'_>) -> Outputs {
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    if project.is_isolated() || builds.is_empty() {
        return Outputs::unknown();
    }
    let mut outputs = Outputs::none();
    for build in &builds {
        let known = build.uses.map(BuilderUse::parse).and_then(|uses| uses.builder());
        let files = known.is_some_and(|known| known.base() == "static");
        match sources(project, build) {
            // What is built before it is deployed does not lie here yet.
            Some(sources) if sources.is_empty() => outputs.open(),
            Some(sources) if files || known.is_some_and(makes_one_function_each) => {
                sources.iter().for_each(|source| outputs.add(source, source));
            }
            _ => outputs.open(),
        }
    }
    outputs
}

/// The files that a build names, where both platforms name the same ones.
pub(super) fn sources(project: &Project<'_>, build: &Build<'_>) -> Option<Vec<String>> {
    let then = builds::sources(Platform::Now, build.src, project.files()).ok()?;
    let now = builds::sources(Platform::Vercel, build.src, project.files()).ok()?;
    (then == now).then(|| then.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builder_has_its_fate() {
        for (uses, expected) in [
            ("@now/node@canary", Successor::Official("@vercel/node")),
            ("@now/node-server", Successor::Official("@vercel/node")),
            ("@now/static-build@0.4.18", Successor::Official("@vercel/static-build")),
            ("@now/php", Successor::Community("vercel-php")),
            ("@vercel/node@2.0.0", Successor::Itself),
            ("now-sapper", Successor::Itself),
            ("@now/gatsby", Successor::Unknown),
        ] {
            assert_eq!(successor(&BuilderUse::parse(uses)), expected, "{uses}");
        }
        for uses in ["@now/md", "@now/lambda", "@now/build-utils", "@now/optipng", "@now/wordpress"] {
            assert!(matches!(successor(&BuilderUse::parse(uses)), Successor::Gone(_)), "{uses}");
        }
    }
}
