//! `build/typescript-included`: `includeFiles` names TypeScript, at which the tracing releases of `@now/node` stop.

use crate::analysis::{Analysis, FunctionView};
use crate::bundle;
use crate::platform::Platform;
use crate::platform::builder_use::VersionSpec;
use crate::platform::now_node::{self, Bundling};
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "build/typescript-included",
    summary: "`includeFiles` names a TypeScript file, at which the builder stops",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("typescript_included.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    findings.extend(analysis.functions().filter_map(|view| judge(analysis, view)));
}

fn judge(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> Option<Finding> {
    let (project, function) = (analysis.project(), view.function());
    if function.options.include_files.is_empty() || function.builder.name.as_deref() != Some("@now/node") {
        return None;
    }
    let version = now_node::resolve(&function.builder.version)?;
    if !matches!(now_node::line(&version).bundling, Bundling::Nft { .. }) {
        return None;
    }
    let is_typescript = |name: &String| name.ends_with(".ts") || name.ends_with(".tsx");
    let named: Vec<String> = bundle::included(project, function).into_iter().filter(is_typescript).collect();
    let uploaded = named.iter().find(|name| project.upload().includes(name));
    let installed = || named.iter().find(|name| name.split('/').any(|folder| folder == "node_modules"));
    let is_pinned = matches!(function.builder.version, VersionSpec::Exact(_));
    let (severity, file, how) = match uploaded {
        Some(file) if is_pinned => (Severity::Error, file, ""),
        Some(file) => (Severity::Warning, file, ""),
        None => (Severity::Warning, installed()?, ", if it is installed there as it is here"),
    };
    let label = places::of_function(analysis, view, &["config", "includeFiles"], "");
    let message = format!(
        "these globs name {file}, and @now/node {version} stops at an included TypeScript file{how} (\"tsCompile is not defined\")"
    );
    let help = "name only what is no TypeScript, as in \"folder/**/*.js\"; a TypeScript file that the code imports is \
                compiled and comes along by itself";
    Some(Finding::new(RULE.id, severity, label, message).help(help))
}
