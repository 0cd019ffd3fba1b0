//! A project without `builds`, as the platform would find it.

use super::parts::{Made, Part, PartKind};
use super::today::{self, Input, Preset, Settings};
use super::{Detected, Function, Refusal, keys, options, then};
use crate::document::{Node, Path};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::project::Project;

/// What files in `api/` were built with when they became functions without any config, in August 2019. Since July no release had a size
/// limit of its own: the platform's 50 MB held.
const NODE_OF_AUGUST_2019: &str = "@now/node@~0.12.3";

/// What the platform makes of it.
pub(super) fn detect(project: &Project<'_>) -> Detected {
    let config = project.config().and_then(|config| config.document().root());
    let package = project.package().and_then(|package| package.document().root()).filter(|node| node.is_truthy());
    let (outcome, is_sure) = match project.platform() {
        Platform::Now => {
            let outcome = then::detect(project.files(), package);
            // Before August 2019 the same project was served as it is.
            let is_sure = vec![false; outcome.problems.len()];
            (outcome, is_sure)
        }
        Platform::Vercel if is_zero_config(config) => today(project, package, config),
        Platform::Vercel | Platform::Netlify | Platform::Lambda => return Detected::default(),
    };
    let Made { parts, problems, pages_api } = outcome;
    let problems = problems.into_iter().zip(is_sure).map(|(problem, is_sure)| Refusal { problem, is_sure }).collect();
    let functions = parts.iter().filter(|part| part.kind == PartKind::Function);
    // With zero config Now 2.0 took settings of single functions too, from November 2019 on.
    let keys = if project.platform() == Platform::Now { keys::of_config(config) } else { Vec::new() };
    let key_of = |part: &Part| match project.platform() {
        Platform::Now => keys.iter().find(|key| key.names(&part.src)).map(|key| key.text.to_owned()),
        _ => part.key.clone(),
    };
    let mut functions: Vec<_> = functions.map(|part| function(config, part, key_of(part))).collect();
    functions.sort_by(|one, other| one.entrypoint.cmp(&other.entrypoint));
    Detected { functions, unmatched: Vec::new(), parts, problems, pages_api }
}

/// The outcome with the settings that the config names, and which of its problems are there with every framework that the files suggest.
fn today(project: &Project<'_>, package: Option<Node<'_>>, config: Option<Node<'_>>) -> (Made, Vec<bool>) {
    let with = |settings| {
        let is_python_entry = |file: &str| is_python_entry(project, file);
        today::detect(&Input { files: project.files(), package, config, settings, is_python_entry: &is_python_entry })
    };
    let settings = Settings::of_config(config);
    let outcome = with(settings);
    let possible = match settings.framework {
        _ if outcome.problems.is_empty() => Vec::new(),
        // The settings name one or none; a build never leaves it open.
        Preset::Unset => suggested(project).into_iter().map(Preset::Named).chain([Preset::Other]).collect(),
        Preset::Named(slug) if MAY_BE_JOINED.contains(&slug) => vec![Preset::Named("express")],
        Preset::Named(_) | Preset::Other => Vec::new(),
    };
    let others: Vec<Made> = possible.into_iter().map(|framework| with(Settings { framework, ..settings })).collect();
    let is_sure = |problem| others.iter().all(|other| other.problems.contains(problem));
    let is_sure = outcome.problems.iter().map(is_sure).collect();
    (outcome, is_sure)
}

/// Servers whose builders the platform may join with the one for Node, by a switch of its own: then it leaves `functions` to them, as to Express.
const MAY_BE_JOINED: [&str; 5] = ["h3", "koa", "nestjs", "elysia", "fastify"];

/// Whether the platform looks for functions by itself: where the config has no `builds` and names no services.
pub fn is_zero_config(config: Option<Node<'_>>) -> bool {
    let Some(config) = config else { return true };
    let has_one = |key: &str| config.get(key).is_some_and(|node| node.members().next().is_some());
    let is_preset = config.get("framework").and_then(Node::as_str) == Some("services");
    let has_services = ["services", "experimentalServicesV2", "experimentalServices"].into_iter().any(has_one);
    !is_preset && !has_services && config.get("builds").is_none_or(|builds| builds.items().len() == 0)
}

fn function(config: Option<Node<'_>>, part: &Part, key: Option<String>) -> Function {
    let settings = key.as_deref().and_then(|key| config?.get("functions")?.get(key));
    let builder = if part.builder == "@now/node" { NODE_OF_AUGUST_2019 } else { &part.builder };
    Function {
        name: part.src.rsplit_once('.').map_or(part.src.as_str(), |(stem, _)| stem).to_owned(),
        entrypoint: part.src.clone(),
        place: key.map(|key| Path::keys(["functions", &key])),
        builder: BuilderUse::parse(builder),
        options: options(settings),
    }
}

/// Whether a Python file may hold an entry point: `app`, `application` or a class `handler`. The platform parses it; here a text without any of
/// these words has none.
fn is_python_entry(project: &Project<'_>, file: &str) -> bool {
    let Ok(text) = project.fs().read_to_string(&project.root().join(file)) else { return false };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c| !is_word(c)).any(|word| matches!(word, "app" | "application" | "handler" | "Handler"))
}

/// The frameworks that the platform may have found when the project was set up, where they change what becomes of `api/` or of `functions`.
/// (Facts: detectors of packages/frameworks, 2026-08-03.)
fn suggested(project: &Project<'_>) -> Vec<&'static str> {
    const PACKAGES: [(&str, &str); 12] = [
        ("next", "nextjs"),
        ("express", "express"),
        ("hono", "hono"),
        ("h3", "express"),
        ("koa", "express"),
        ("@nestjs/core", "express"),
        ("elysia", "express"),
        ("fastify", "express"),
        ("@remix-run/dev", "remix"),
        ("@react-router/dev", "react-router"),
        ("@redwoodjs/core", "redwoodjs"),
        ("storybook", "storybook"),
    ];
    const FILES: [(&str, &str); 7] = [
        ("requirements.txt", "python"),
        ("pyproject.toml", "python"),
        ("Pipfile", "python"),
        ("manage.py", "python"),
        ("remix.config.js", "remix"),
        ("react-router.config.ts", "react-router"),
        ("blitz.config.js", "blitzjs"),
    ];
    let depends = |name: &str| project.package().is_some_and(|package| package.dependency(name).is_some());
    let is_server = |file: &String| {
        let name = file.strip_prefix("src/").unwrap_or(file).strip_prefix("server.");
        name.is_some_and(|ending| matches!(ending, "js" | "cjs" | "mjs" | "ts" | "cts" | "mts"))
    };
    let by_package = PACKAGES.iter().filter(|(name, _)| depends(name));
    let by_file = FILES.iter().filter(|(file, _)| project.has_file(file));
    let mut found: Vec<&str> = by_package.chain(by_file).map(|(_, slug)| *slug).collect();
    found.extend(project.files().iter().any(is_server).then_some("node"));
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::project::Config;

    fn detected(config: &str, files: &[(&str, &str)]) -> Detected {
        let mut fs = MemoryFs::new().with("/p/vercel.json", config);
        for (file, text) in files {
            fs = fs.with(&format!("/p/{file}"), *text);
        }
        let root = Utf8PathBuf::from("/p");
        let config = Config::new(Document::json("/p/vercel.json", config));
        detect(&Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel))
    }

    #[test]
    fn a_framework_that_the_files_suggest_makes_problems_unsure() {
        let unused = r#""functions": {"src/index.ts": {"memory": 512}}"#;
        let package = |name: &str| format!(r#"{{"dependencies": {{"{name}": "1"}}}}"#);
        for (config, package, expected) in [
            (format!("{{{unused}}}"), package("lodash"), Some(true)),
            (format!("{{{unused}}}"), package("express"), Some(false)),
            (format!("{{{unused}}}"), package("fastify"), Some(false)),
            (format!(r#"{{{unused}, "framework": "fastify"}}"#), package("fastify"), Some(false)),
            (format!(r#"{{{unused}, "framework": null}}"#), package("express"), Some(true)),
            (format!(r#"{{{unused}, "framework": "express"}}"#), package("express"), None),
        ] {
            let detected = detected(&config, &[("package.json", &package), ("src/index.ts", "")]);
            assert_eq!(detected.problems.first().map(|found| found.is_sure), expected, "{config} {package}");
            assert!(expected != Some(true) || detected.made().is_empty());
        }
        let twins = [("api/a.js", ""), ("api/a.ts", ""), ("server.js", "")];
        assert_eq!(detected("{}", &twins).problems.iter().map(|found| found.is_sure).collect::<Vec<_>>(), [false]);
        assert_eq!(detected("{}", &twins[..2]).problems.iter().map(|found| found.is_sure).collect::<Vec<_>>(), [true]);
    }

    #[test]
    fn functions_have_their_settings_and_names() {
        let config =
            r#"{"functions": {"api/*.js": {"includeFiles": "a/**"}, "api/b.php": {"runtime": "vercel-php@0.7.3"}}}"#;
        let files = [("api/a.js", ""), ("api/b.php", ""), ("api/c.py", "print(1)"), ("api/d.py", "app = 1")];
        let found = detected(config, &files).functions;
        let shown: Vec<String> = found
            .iter()
            .map(|function| {
                let place = function.place.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("{} {} {place} {:?}", function.name, function.builder.text, function.options.include_files)
            })
            .collect();
        assert_eq!(
            shown,
            [
                r#"api/a @vercel/node functions["api/*.js"] ["a/**"]"#,
                r#"api/b vercel-php@0.7.3 functions["api/b.php"] []"#,
                "api/d @vercel/python  []",
            ]
        );
    }

    #[test]
    fn services_are_built_instead() {
        for (config, expected) in [
            (r#"{"services": {"a": {"root": "."}}}"#, 0),
            (r#"{"framework": "services"}"#, 0),
            (r#"{"services": {}}"#, 1),
            ("{}", 1),
        ] {
            assert_eq!(detected(config, &[("api/a.js", "")]).functions.len(), expected, "{config}");
        }
    }
}
