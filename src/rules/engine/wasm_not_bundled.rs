//! `engine/wasm-not-bundled`: the query compiler, which takes the place of the engine, is not among the files of the function.

use serde_json::json;

use crate::analysis::{Analysis, FunctionView};
use crate::base::paths;
use crate::bundle::{Bundle, Packing};
use crate::document::{Applicability, Fix, Path, insert};
use crate::platform::Platform;
use crate::project::{GeneratedClient, Origin};
use crate::rules::{Finding, FixKind, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/wasm-not-bundled",
    summary: "the client's query compiler, a WASM file, is not among the files of the function",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("wasm_not_bundled.md"),
    check,
};

/// The file. (6.19.3 reads it at the first query, by a path that no tracer can follow: its folder is decided at run time.)
const FILE: &str = "query_compiler_bg.wasm";

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for view in analysis.functions() {
        let Some((prisma, bundle)) = view.prisma().zip(view.bundle()) else { continue };
        let client = prisma.client.and_then(|index| analysis.project().clients().get(index));
        let Some(client) = client.filter(|client| is_shipped_without(bundle, client)) else { continue };
        let folder = analysis.project().relative(&client.folder);
        let (severity, doubt) = match &prisma.origin {
            Origin::Local(_) => (Severity::Error, ""),
            Origin::Remote(_) | Origin::Unknown(_) => {
                (Severity::Warning, ", if the client that is generated on the platform is like the one here")
            }
        };
        let message = format!(
            "{folder} reads {FILE} at run time, and the function ships without it, as no code names its path: the first query fails with `ENOENT`{doubt}"
        );
        let glob = format!("{folder}/*.wasm");
        let help = format!(
            "add \"{glob}\" to `includeFiles`; or take the generator \"prisma-client\", which has it in its code"
        );
        let label = places::of_function(analysis, view, &["config", "includeFiles"], "");
        let mut finding = Finding::new(RULE.id, severity, label, message).help(help).fix(fix(analysis, view, &glob));
        if let Some(site) = prisma.imports.first() {
            finding = finding.related(places::of_import(analysis, site, "the client is imported here"));
        }
        findings.push(finding);
    }
}

/// Whether the client's code is in the function as a file, it reads the compiler from a file, and that is not there.
fn is_shipped_without(bundle: &Bundle, client: &GeneratedClient) -> bool {
    let name = |file: &str| paths::relative(&client.folder.join(file), &bundle.base);
    let has = |name: String| bundle.files.iter().any(|file| file.name == name);
    bundle.packing == Packing::Files && client.index.text().contains(FILE) && has(name("index.js")) && !has(name(FILE))
}

/// Adds the file where the function has no `includeFiles` yet.
fn fix(analysis: &Analysis<'_>, view: FunctionView<'_, '_>, glob: &str) -> Option<Fix> {
    let config = analysis.project().config()?;
    let function = view.function();
    if !function.options.include_files.is_empty() {
        return None;
    }
    let path = match &function.place {
        Some(place) if config.builds().is_empty() => place.key("includeFiles"),
        Some(place) => place.key("config").key("includeFiles"),
        None if config.builds().is_empty() => Path::keys(["functions", &function.entrypoint, "includeFiles"]),
        None => return None,
    };
    let edit = insert::set(config.document(), &path, &json!(glob))?;
    Some(Fix { title: format!("Include {glob}"), applicability: Applicability::Unsafe, edits: vec![edit] })
}
