//! `build/node-range`: package.json asks for a version of Node.js that the platform does not have.

use std::collections::BTreeSet;

use crate::analysis::{Analysis, FunctionView};
use crate::detect::Function;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::builder_use::{BuilderUse, VersionSpec};
use crate::platform::node_versions::{self, Choice, OFFERED};
use crate::platform::{Platform, now_node};
use crate::project::PackageJson;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "build/node-range",
    summary: "`engines.node` of package.json asks for a Node.js that the platform does not have",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("node_range.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    let mut judged = BTreeSet::new();
    for function in analysis.functions().map(FunctionView::function) {
        let folder = function.entrypoint.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !seen.insert((folder, &function.builder.text)) {
            continue;
        }
        let Some(package) = analysis.project().package_of(folder) else { continue };
        let found = match analysis.project().platform() {
            Platform::Now => on_now(&package, function),
            _ => on_vercel(analysis, &package, function),
        };
        if let Some(found) = found.filter(|_| judged.insert(package.document().file().to_owned())) {
            findings.push(found);
        }
    }
    let package = analysis.project().package().filter(|package| !judged.contains(package.document().file()));
    if let Some(package) =
        package.filter(|_| analysis.project().platform() == Platform::Vercel && builds_a_package(analysis))
    {
        findings.extend(today(analysis, package, Severity::Warning));
    }
}

/// The value that decides, where one does: what JavaScript holds for false is none.
fn engines(package: &PackageJson) -> Option<Node<'_>> {
    package.document().get(&path()).filter(|node| node.is_truthy())
}

fn path() -> Path {
    Path::keys(["engines", "node"])
}

/// The builders that come with the command line, and read `engines` of the nearest package.json.
fn on_vercel(analysis: &Analysis<'_>, package: &PackageJson, function: &Function) -> Option<Finding> {
    const NODE: [&str; 9] = ["node", "backends", "express", "hono", "h3", "koa", "nestjs", "elysia", "fastify"];
    let builder = &function.builder;
    let is_of_today = builder.scope() == Some("vercel") && builder.tag() == Some("latest");
    let reads = is_of_today && builder.builder().is_some_and(|known| NODE.contains(&known.base()));
    // Whether a package.json above the project is there on the build machine depends on what is uploaded.
    let is_inside = package.document().file().starts_with(analysis.project().root());
    reads.then(|| today(analysis, package, if is_inside { Severity::Error } else { Severity::Warning }))?
}

/// Whether a package is built as a whole: by a builder for that, or without config by its `build` script.
fn builds_a_package(analysis: &Analysis<'_>) -> bool {
    let project = analysis.project();
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    if builds.is_empty() {
        return project.package().is_some_and(|package| package.script("build").is_some());
    }
    builds.iter().filter(|build| build.src == Some("package.json")).filter_map(|build| build.uses).any(|uses| {
        let builder = BuilderUse::parse(uses);
        builder.scope() == Some("vercel") && builder.tag() == Some("latest") && builder.builder().is_some()
    })
}

fn today(analysis: &Analysis<'_>, package: &PackageJson, severity: Severity) -> Option<Finding> {
    let node = engines(package)?;
    let uses_bun =
        analysis.project().config().is_some_and(|config| config.get("bunVersion").is_some_and(Node::is_truthy));
    if uses_bun && package.text(&["engines", "bun"]).is_some() {
        return None;
    }
    let choice = node.as_str().map_or(Choice::NoRange, node_versions::choose);
    let newest = OFFERED[0];
    let offered = node_versions::listed("and");
    let (severity, message) = match (choice, node.as_str()) {
        (Choice::Offered(chosen), _) => {
            let ends = chosen.ends?;
            let message = format!(
                "this range means Node.js {} on the platform, which ended there on {ends}: deploys from that day on are refused",
                chosen.major
            );
            (Severity::Warning, message)
        }
        (Choice::None, Some(text)) => (
            severity,
            format!("no Node.js that the platform has meets \"{text}\" (it has: {offered}): the build stops"),
        ),
        (Choice::NoRange, Some(text)) => {
            (severity, format!("\"{text}\" is no range of versions as npm reads them: the build stops"))
        }
        (Choice::NoRange, None) => {
            (severity, format!("`engines.node` must be a string, but is {}: the build stops", node.kind()))
        }
        (Choice::Unknown, _) | (Choice::None, None) => return None,
    };
    let range = format!("{}.x", newest.major);
    let label = Label::at(package.document(), &path(), Part::Value, "");
    let fix = insert::set(package.document(), &path(), &range.as_str().into()).map(|edit| Fix {
        title: format!("Ask for Node.js {}", newest.major),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    });
    let help = format!("write \"{range}\", or a range with an open end such as \">={}\"", newest.major);
    Some(Finding::new(RULE.id, severity, label, message).help(help).fix(fix))
}

/// What the release of `@now/node` that is asked for made of the range. Only a pinned one is known for sure.
fn on_now(package: &PackageJson, function: &Function) -> Option<Finding> {
    let builder = &function.builder;
    let severity = match builder.version {
        VersionSpec::Exact(_) => Severity::Error,
        VersionSpec::Range(_) => Severity::Warning,
        _ => return None,
    };
    let version = now_node::resolve(&builder.version).filter(|_| builder.name.as_deref() == Some("@now/node"))?;
    let error = now_node::runtime(&version, Some(engines(package)?.as_str()?)).err()?;
    let label = Label::at(package.document(), &path(), Part::Value, "");
    let message = format!("{error}: the build of {} with @now/node {version} stops", function.entrypoint);
    Some(
        Finding::new(RULE.id, severity, label, message)
            .help("write a range that it has, such as \"10.x\", or take `engines.node` out"),
    )
}
