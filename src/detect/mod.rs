//! Which functions a config, or its absence, makes of a tree.

pub mod builds;
mod conflicts;
mod keys;
mod order;
mod parts;
pub mod then;
pub mod today;
mod zero_config;

pub use conflicts::{Conflict, ConflictKind};
pub use keys::{Invalid, invalid_functions};
pub use parts::{Made, Part, PartKind, Problem};
pub use zero_config::is_zero_config;

use crate::base::bytes::{Parsed, parse_npm};
use crate::base::glob::Glob;
use crate::document::{Node, Path, Value};
use crate::platform::builder_use::BuilderUse;
use crate::platform::builders::PackageKind;
use crate::project::{Build, Project};

/// One function of a deployment.
#[derive(Debug, Clone)]
pub struct Function {
    /// Name on the platform: the entrypoint with `builds`, the path without extension with zero config.
    pub name: String,
    /// Entry file, relative to the project.
    pub entrypoint: String,
    /// The item of `builds` or the key of `functions` that it comes from; none where only its place in the tree makes it a function.
    pub place: Option<Path>,
    /// The builder.
    pub builder: BuilderUse,
    /// Its options.
    pub options: FunctionOptions,
}

/// What the config says of one function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionOptions {
    /// Globs of files to add.
    pub include_files: Vec<String>,
    /// Globs of files to leave out.
    pub exclude_files: Vec<String>,
    /// `maxLambdaSize` as the builders of its time read it.
    pub max_lambda_size: Option<Parsed>,
    /// `helpers: false`.
    pub no_helpers: bool,
    /// `awsLambdaHandler`, such as `index.handler`.
    pub aws_handler: Option<String>,
    /// `bundle: false` of `@now/node-server`.
    pub unbundled: bool,
    /// The runtime of `functions[glob].runtime`, where it names one.
    pub architecture: Option<String>,
}

/// What a config, or its absence, makes of a project.
#[derive(Debug, Default)]
pub struct Detected {
    /// The functions, in the order of the config, or in the platform's own.
    pub functions: Vec<Function>,
    /// Items of `builds` whose `src` no uploaded file matches.
    pub unmatched: Vec<Path>,
    /// All parts, functions included. Without `builds` none stands for all files as they are.
    pub parts: Vec<Part>,
    /// What the platform refuses in a project without `builds`, in the order in which it looks.
    pub problems: Vec<Refusal>,
    /// A file in `pages/api` beside Node functions in `api/`.
    pub pages_api: Option<String>,
}

impl Detected {
    /// The parts that the platform makes: none where it refuses the project.
    pub fn made(&self) -> &[Part] {
        if self.problems.iter().any(|found| found.is_sure) { &[] } else { &self.parts }
    }
}

/// A problem of a project without `builds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What.
    pub problem: Problem,
    /// Whether it stays one whatever framework the project's settings on the platform name, as far as the files here suggest one.
    pub is_sure: bool,
}

/// Finds the functions of a project.
pub fn detect(project: &Project<'_>) -> Detected {
    if project.is_isolated() {
        return Detected::default();
    }
    let config = project.config();
    let has_builds = config.and_then(|config| config.get("builds")).is_some_and(|builds| builds.items().len() > 0);
    match config {
        Some(config) if has_builds => from_builds(project, &config.builds()),
        _ => zero_config::detect(project),
    }
}

/// `maxLambdaSize` as text or number.
pub fn max_lambda_size(node: Node<'_>) -> Parsed {
    match node.value() {
        Value::String(text) => parse_npm(text),
        Value::Number(number) if number.is_finite() => Parsed::Exact(*number as i64),
        _ => Parsed::NotANumber,
    }
}

fn options(node: Option<Node<'_>>) -> FunctionOptions {
    let Some(node) = node else { return FunctionOptions::default() };
    let strings = |key| node.get(key).map(Node::strings).unwrap_or_default().into_iter().map(str::to_owned).collect();
    FunctionOptions {
        include_files: strings("includeFiles"),
        exclude_files: strings("excludeFiles"),
        max_lambda_size: node.get("maxLambdaSize").map(max_lambda_size),
        no_helpers: node.get("helpers").and_then(Node::as_bool) == Some(false),
        aws_handler: node
            .get("awsLambdaHandler")
            .and_then(Node::as_str)
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        unbundled: node.get("bundle").and_then(Node::as_bool) == Some(false),
        architecture: node.get("architecture").and_then(Node::as_str).map(str::to_owned),
    }
}

/// Whether a package.json names Next.js; the development dependencies count for more.
fn depends_on_next(package: Option<Node<'_>>) -> bool {
    let member = |group| package?.get(group)?.get("next");
    member("devDependencies").or_else(|| member("dependencies")).is_some_and(Node::is_truthy)
}

/// The uploaded files that `builds[].src` names. A plain path is only looked up: the project's files are listed for globs alone.
fn sources(project: &Project<'_>, src: Option<&str>) -> Vec<String> {
    let Some(normal) = builds::normal_source(project.platform(), src) else { return Vec::new() };
    if project.upload().includes(&normal) && project.fs().is_file(&project.root().join(&normal)) {
        return vec![normal];
    }
    if Glob::minimatch(&normal, true).is_ok_and(|glob| glob.is_literal()) {
        return Vec::new();
    }
    let found = builds::sources(project.platform(), src, project.files()).unwrap_or_default();
    found.into_iter().map(str::to_owned).collect()
}

fn from_builds(project: &Project<'_>, builds: &[Build<'_>]) -> Detected {
    let mut detected = Detected::default();
    for build in builds {
        let sources = sources(project, build.src);
        if sources.is_empty() {
            detected.unmatched.push(build.path.clone());
        }
        let Some(builder) = build.uses.map(BuilderUse::parse) else { continue };
        let kind = kind(&builder);
        match kind {
            PartKind::Function => detected.parts.extend(sources.iter().map(|src| Part::new(&builder.text, src, kind))),
            _ if sources.is_empty() => {}
            _ => detected.parts.push(Part::new(&builder.text, build.src.unwrap_or("**"), kind)),
        }
        if !makes_functions(&builder) {
            continue;
        }
        detected.functions.extend(sources.into_iter().map(|entrypoint| Function {
            name: entrypoint.clone(),
            entrypoint,
            place: Some(build.path.clone()),
            builder: builder.clone(),
            options: options(build.config),
        }));
    }
    detected
}

/// Builders that make the pages of a whole site.
const FRONTENDS: [&str; 6] =
    ["next", "static-build", "remix-builder", "redwood", "hydrogen", "gatsby-plugin-vercel-builder"];

fn kind(builder: &BuilderUse) -> PartKind {
    match builder.builder() {
        Some(known) if FRONTENDS.contains(&known.base()) => PartKind::Frontend,
        Some(known) if known.kind == PackageKind::Static => PartKind::Static,
        _ => PartKind::Function,
    }
}

fn makes_functions(builder: &BuilderUse) -> bool {
    builder.builder().is_none_or(|known| known.kind == PackageKind::Functions)
}

/// The file that would be a function if the config had a builder for it: the package's `main`, or a usual entry file.
pub fn candidate(project: &Project<'_>) -> Option<Function> {
    const USUAL: [&str; 8] =
        ["index.js", "server.js", "app.js", "index.ts", "server.ts", "src/index.js", "src/index.ts", "src/server.js"];
    let main = project.package().and_then(|package| package.main()).map(|main| main.trim_start_matches("./"));
    let is_source = |file: &&str| {
        [".js", ".ts"].iter().any(|ending| file.ends_with(ending))
            && project.upload().includes(file)
            && project.fs().is_file(&project.root().join(file))
    };
    let entrypoint = main.into_iter().chain(USUAL).find(is_source)?;
    Some(Function {
        name: entrypoint.to_owned(),
        entrypoint: entrypoint.to_owned(),
        place: None,
        builder: BuilderUse::parse("@now/node@canary"),
        options: FunctionOptions::default(),
    })
}
