//! Which URL paths functions and files answer, as far as it can be told before a build.

use super::Analysis;
use crate::detect::builds;
use crate::document::Node;
use crate::platform::builder_use::BuilderUse;
use crate::platform::function_settings::is_middleware;
use crate::platform::{Platform, frameworks};
use crate::project::Project;

/// Of which paths it is known that nothing answers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Of all: `builds` says what is made.
    All,
    /// Of those below `api/`: nothing else makes functions there.
    Api,
    /// Of none: a framework, an unknown builder or a build decides.
    Nothing,
}

/// What the deployment answers by itself, before any route leads elsewhere. Paths have no slash at their beginning.
#[derive(Debug)]
pub struct Answers {
    /// Paths of functions and static files, in order.
    outputs: Vec<String>,
    known: Known,
    clean_urls: bool,
    has_builds: bool,
}

impl Answers {
    pub(super) fn of(analysis: &Analysis<'_>) -> Self {
        let project = analysis.project();
        let config = project.config();
        let has_builds = config.is_some_and(|config| !config.builds().is_empty());
        let clean_urls = config.and_then(|config| config.get("cleanUrls")).and_then(Node::as_bool) == Some(true);
        let mut outputs = Vec::new();
        let known = if project.is_isolated() {
            Known::Nothing
        } else if has_builds {
            made_by_builds(analysis, &mut outputs)
        } else {
            found_without_builds(analysis, &mut outputs)
        };
        outputs.sort_unstable();
        outputs.dedup();
        Self { outputs, known, clean_urls, has_builds }
    }

    /// Whether `builds` decides what is made.
    pub fn has_builds(&self) -> bool {
        self.has_builds
    }

    /// What certainly answers `path` before any rewrite is asked.
    pub fn exact(&self, path: &str) -> Option<&str> {
        let path = path.trim_start_matches('/');
        let is_it = |output: &&String| {
            let html =
                |path: &str| path.strip_suffix(".html") == Some(output.strip_suffix(".html").unwrap_or_default());
            let root = path.is_empty() && (*output == "index.html" || (self.has_builds && *output == "index.js"));
            let clean = self.clean_urls && !path.is_empty() && html(&format!("{path}.html"));
            !output.contains('[') && (output.as_str() == path || root || (clean && output.ends_with(".html")))
        };
        self.outputs.iter().find(is_it).map(String::as_str)
    }

    /// Whether it is certain that no function and no file answers `path`.
    pub fn lacks(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let is_known = match self.known {
            Known::All => true,
            Known::Api => path.starts_with("api/") && self.outputs.iter().any(|output| output.starts_with("api/")),
            Known::Nothing => false,
        };
        is_known && !path.starts_with(['_', '.']) && !self.outputs.iter().any(|output| may_answer(output, path))
    }

    /// Whether something answers paths below `path`.
    pub fn has_below(&self, path: &str) -> bool {
        let below =
            |output: &String| output.strip_prefix(path.trim_matches('/')).is_some_and(|rest| rest.starts_with('/'));
        self.outputs.iter().any(below)
    }

    /// The output that was probably meant by `path`.
    pub fn nearest(&self, path: &str) -> Option<&str> {
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let same = |output: &&String| stem(output) == stem(path) || name(output) == name(path);
        let mut near = self.outputs.iter().filter(same);
        match (near.next(), near.next()) {
            (Some(one), None) => Some(one),
            (Some(_), Some(_)) => None,
            (None, _) => crate::base::similar::closest(path, self.outputs.iter().map(String::as_str)),
        }
    }
}

/// `a/b` of `a/b.js`.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    match path.get(name..).and_then(|name| name.rfind('.')) {
        Some(dot) if dot > 0 => path.get(..name + dot).unwrap_or(path),
        _ => path,
    }
}

/// Whether `output` may answer `path`: by its name, without its ending, as the index of a folder, or as a name with `[parameters]`.
fn may_answer(output: &str, path: &str) -> bool {
    let answers = |name: &str| {
        if !name.contains('[') {
            return name == path;
        }
        let (mut parts, mut asked) = (name.split('/'), path.split('/'));
        loop {
            match (parts.next(), asked.next()) {
                (None, None) => return true,
                (Some(part), _) if part.starts_with("[...") || part.starts_with("[[") => return true,
                (Some(part), Some(word)) if part == word || part.contains('[') => {}
                _ => return false,
            }
        }
    };
    let bare = stem(output);
    let folder = bare.strip_suffix("/index").or((bare == "index").then_some(""));
    // What is written in TypeScript is often led to as what it becomes; whether that was ever answered is not certain.
    let compiled = output.ends_with(".ts") && path.strip_suffix(".js") == Some(bare);
    answers(output) || answers(bare) || compiled || folder.is_some_and(answers)
}

fn made_by_builds(analysis: &Analysis<'_>, outputs: &mut Vec<String>) -> Known {
    let project = analysis.project();
    let mut known = Known::All;
    for build in project.config().map(|config| config.builds()).unwrap_or_default() {
        let builder = build.uses.map(BuilderUse::parse);
        if !builder.as_ref().and_then(BuilderUse::builder).is_some_and(|builder| builder.makes_what_src_names()) {
            known = Known::Nothing;
            continue;
        }
        let found = builds::sources(project.platform(), build.src, project.files()).unwrap_or_default();
        if found.is_empty() {
            // Of a build without files another rule tells; its files may be made before the deploy.
            known = Known::Nothing;
        }
        outputs.extend(found.into_iter().map(str::to_owned));
    }
    known
}

fn found_without_builds(analysis: &Analysis<'_>, outputs: &mut Vec<String>) -> Known {
    let project = analysis.project();
    if project.platform() != Platform::Vercel || !is_plain(project) {
        return Known::Nothing;
    }
    for view in analysis.functions() {
        outputs.push(view.function().name.clone());
        outputs.push(view.function().entrypoint.clone());
    }
    let has_public = project.files().iter().any(|file| file.starts_with("public/"));
    let served = project.files().iter().filter_map(|file| match file.strip_prefix("public/") {
        Some(inner) => Some(inner.to_owned()),
        None if has_public || file.starts_with("api/") || file.ends_with(".json") || file.starts_with('.') => None,
        None => Some(file.clone()),
    });
    outputs.extend(served);
    // A runtime of its own may make functions of any file.
    let own = project
        .config()
        .and_then(|config| config.get("functions"))
        .is_some_and(|functions| functions.members().any(|(_, settings)| settings.get("runtime").is_some()));
    if own { Known::Nothing } else { Known::Api }
}

/// Whether neither a framework nor a build nor a program of its own decides what the URLs are.
fn is_plain(project: &Project<'_>) -> bool {
    let config = project.config();
    let keys = [
        "framework",
        "buildCommand",
        "outputDirectory",
        "services",
        "experimentalServices",
        "experimentalServicesV2",
        "proxy",
    ];
    if config.is_some_and(|config| keys.iter().any(|key| config.get(key).is_some_and(Node::is_truthy))) {
        return false;
    }
    let package = project.package();
    let builds = package.is_some_and(|package| {
        ["build", "vercel-build", "now-build"].iter().any(|script| package.script(script).is_some())
            || frameworks::ROUTING_PACKAGES.iter().any(|name| package.dependency(name).is_some())
    });
    !builds && !project.files().iter().any(|file| frameworks::is_program(file) || is_middleware(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_answer_by_name_stem_index_and_parameter() {
        for (output, path, expected) in [
            ("api/a.js", "api/a.js", true),
            ("api/a.js", "api/a", true),
            ("api/a.js", "api/b", false),
            ("api/a.js", "api", false),
            ("index.js", "", true),
            ("docs/index.html", "docs", true),
            ("index.ts", "index.js", true),
            ("index.js", "index.ts", false),
            ("api/[id].js", "api/7", true),
            ("api/[id].js", "api/7/8", false),
            ("api/[...rest].js", "api/7/8", true),
            ("api/[[...rest]].js", "api", true),
            ("api/[id]/x.js", "api/7/y", false),
            (".env", "", false),
        ] {
            assert_eq!(may_answer(output, path), expected, "{output} {path}");
        }
    }
}
