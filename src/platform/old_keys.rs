//! Keys of the config whose time is over: those that vercel.json still takes but has replaced, and those of Now 1.0.
//!
//! Sources: vercel.com/docs/project-configuration/vercel-json and vercel/vercel packages/cli (2026-08-03) for the first, vercel/schemas
//! deployment/config.js and the upgrade guide of the ZEIT documentation (2019-06-15) for the second.

/// What comes of deleting a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Nothing that is deployed changes.
    Harmless,
    /// What is deployed may change.
    Bold,
    /// What the key says has to be said elsewhere first.
    AfterWork,
}

/// A key that vercel.json still takes.
#[derive(Debug, Clone, Copy)]
pub struct DeprecatedKey {
    /// Where it stands, from the top.
    pub path: &'static [&'static str],
    /// What it does today.
    pub today: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// What comes of deleting it.
    pub removal: Removal,
    /// Whether it says who or where a deploy is for, which the link of the folder says too: the two may differ.
    pub names_the_project: bool,
}

/// The deprecated keys of vercel.json.
pub static DEPRECATED: &[DeprecatedKey] = &[
    DeprecatedKey {
        path: &["name"],
        today: "it names the project only until the folder is linked, and the command line warns of it",
        instead: "link the folder with `vercel link`, then delete it",
        removal: Removal::Bold,
        names_the_project: true,
    },
    DeprecatedKey {
        path: &["scope"],
        today: "it chooses the team for everybody who deploys this folder",
        instead: "link the folder with `vercel link`, then delete it",
        removal: Removal::Bold,
        names_the_project: true,
    },
    DeprecatedKey {
        path: &["alias"],
        today: "it counts for nothing where the project has domains of its own",
        instead: "add the domains to the project (`vercel domains add`), then delete it",
        removal: Removal::Bold,
        names_the_project: true,
    },
    DeprecatedKey {
        path: &["env"],
        today: "its variables stand in the open, and are the same in every environment",
        instead: "move them to the project with `vercel env add NAME`",
        removal: Removal::AfterWork,
        names_the_project: false,
    },
    DeprecatedKey {
        path: &["build", "env"],
        today: "its variables stand in the open, and are the same in every environment",
        instead: "move them to the project with `vercel env add NAME`",
        removal: Removal::AfterWork,
        names_the_project: false,
    },
    DeprecatedKey {
        path: &["builds"],
        today: "it turns off what the platform finds itself, and the build settings of the project do not apply",
        instead: "put functions into `api/`, name a `framework`, and set the rest in `functions`, `buildCommand` and `outputDirectory`",
        removal: Removal::AfterWork,
        names_the_project: false,
    },
    DeprecatedKey {
        path: &["github", "silent"],
        today: "comments are a setting of the project",
        instead: "turn comments off in the Git settings of the project, then delete it",
        removal: Removal::Bold,
        names_the_project: false,
    },
];

/// A key of Now 1.0 that Now 2.0 and Vercel never took.
#[derive(Debug, Clone, Copy)]
pub struct V1Key {
    /// The key.
    pub key: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// What comes of deleting it.
    pub removal: Removal,
}

const fn v1(key: &'static str, instead: &'static str, removal: Removal) -> V1Key {
    V1Key { key, instead, removal }
}

/// The keys of Now 1.0.
pub static V1_KEYS: &[V1Key] = &[
    v1(
        "type",
        "delete it: `builds` says what is made of which files, without it the platform finds out itself",
        Removal::Harmless,
    ),
    v1("files", "name what is to be left out in an ignore file (.nowignore, today .vercelignore)", Removal::AfterWork),
    v1(
        "dotenv",
        "write the variables into `env` and `build.env`, today into the settings of the project",
        Removal::AfterWork,
    ),
    v1("engines", "set `engines.node` in package.json", Removal::AfterWork),
    v1("registryAuthToken", "give the build an `NPM_TOKEN`, and never commit it", Removal::AfterWork),
    v1(
        "static",
        "its options are keys of their own now: `cleanUrls`, `trailingSlash`, `rewrites`, `redirects`, `headers`",
        Removal::AfterWork,
    ),
    v1("scale", "delete it: functions scale by themselves, and `regions` says where they run", Removal::Harmless),
    v1("sessionAffinity", "delete it: functions keep no sessions", Removal::Harmless),
    v1("slot", "delete it: `memory` and `maxDuration` of `functions` took its place", Removal::Harmless),
    v1("limits", "delete it: `memory` and `maxDuration` of `functions` took its place", Removal::Harmless),
    v1("features", "delete it", Removal::Harmless),
    v1("forwardNpm", "give the build an `NPM_TOKEN`", Removal::AfterWork),
    v1("service", "delete it", Removal::Harmless),
    v1("project", "delete it: `vercel link` ties the folder to its project", Removal::Harmless),
    v1("api", "delete it", Removal::Harmless),
];

/// The key of Now 1.0 with this name.
pub fn v1_key(key: &str) -> Option<&'static V1Key> {
    V1_KEYS.iter().find(|known| known.key == key)
}
