//! `engine/no-engine-url`: a client without an engine reaches databases through Prisma's proxy alone, and the URL leads elsewhere.

use crate::analysis::{Analysis, Deployed};
use crate::bundle::ClassImport;
use crate::connections::proxied::{Without, without_engine};
use crate::connections::{Known, Place};
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::project::{GeneratedClient, Origin, generate};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/no-engine-url",
    summary: "a client without a query engine has the URL of a database, where only one of Prisma's proxy works",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("no_engine_url.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(deployed) = analysis.deployed_client() else { return };
    let is_of_time = analysis.prisma_version().is_some_and(|version| version.has_library_engine());
    if !is_of_time || !analysis.clients().use_schema_url() {
        return;
    }
    let Some((cause, why)) = cause(analysis) else { return };
    for datasource in project.datasources() {
        let Some(known) = Known::of(&datasource, project).filter(|known| !known.url.is_proxied()) else { continue };
        let (severity, doubt) = match &known.place {
            // The URL of a developer's database is another one on the platform.
            Place::DotEnv(_) if known.url.is_local() || known.url.path.is_some() => continue,
            Place::DotEnv(file) => (Severity::Info, format!(", if the platform has the URL of {file}")),
            Place::Schema | Place::Config(_) if deployed == Deployed::Surely => (Severity::Error, String::new()),
            Place::Schema | Place::Config(_) => (Severity::Warning, String::new()),
        };
        let message = format!(
            "{why}, so the client has no engine and takes only a URL that begins with `prisma://`; this one begins with `{}:`, and the first query fails with `the URL must start with the protocol prisma://`{doubt}",
            known.url.scheme
        );
        let help = "generate with the engine and import @prisma/client; or give the URL of Prisma Accelerate, and the database's own as `directUrl`";
        let url = Label::at(datasource.document, &datasource.url_path(), Part::Value, "the URL of a database");
        findings.push(Finding::new(RULE.id, severity, cause.clone(), message).help(help).related(url));
    }
}

/// What leaves out the engine, with its place.
fn cause(analysis: &Analysis<'_>) -> Option<(Label, String)> {
    let project = analysis.project();
    let clients = analysis.clients();
    let files = clients.files.iter().filter(|(file, _)| clients.is_traced(file));
    let mut made = files.flat_map(|(file, code)| code.creations.iter().map(move |creation| (file, creation)));
    let edge = |import: &&ClassImport| import.specifier == "@prisma/client/edge";
    if let Some((file, import)) = made.find_map(|(file, one)| Some((file, one.import.as_ref().filter(edge)?))) {
        let label = places::in_source(analysis, file, import.span, "the client for edge runtimes");
        return Some((label, "@prisma/client/edge is imported".to_owned()));
    }
    let in_config =
        |path: &Path| Some(Label::at(project.config()?.document(), path, Part::Value, "leaves out the engine"));
    match without_engine(project) {
        Some(Without::Flag(place, flag)) => {
            let label = match &place {
                generate::Place::Script(package, name) => {
                    let path = Path::keys(["scripts", name]);
                    Label::at(package.document(), &path, Part::Value, "leaves out the engine")
                }
                generate::Place::Config(key) => in_config(&Path::keys([*key]))?,
            };
            return Some((label, format!("{place} generates with `{flag}`")));
        }
        Some(Without::Variable(path)) => {
            return Some((in_config(&path)?, format!("`{path}` makes `prisma generate` leave it out")));
        }
        None => {}
    }
    let is_local = |client: &&GeneratedClient| client.is_proxy_only();
    let view = analysis.functions().find_map(|view| {
        let prisma = view.prisma().filter(|prisma| matches!(prisma.origin, Origin::Local(_)))?;
        project.clients().get(prisma.client?).filter(is_local)
    })?;
    let label = Label::file(&view.folder.join("index.js"));
    Some((label, format!("the client in {} was generated with `--no-engine`", project.relative(&view.folder))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::project::Project;

    #[test]
    fn the_client_for_edge_runtimes_counts_where_it_is_made() {
        const SCHEMA: &str = "generator a {\n provider = \"prisma-client-js\"\n}\ndatasource db {\n provider = \"postgresql\"\n url = \"postgres://h.x/a\"\n}\n";
        for (code, found) in [
            ("const { PrismaClient } = require('@prisma/client/edge'); new PrismaClient()", true),
            ("const { Prisma } = require('@prisma/client/edge'); require('./_b')", false),
            (
                "const { Prisma } = require('@prisma/client/edge'); const { PrismaClient } = require('@prisma/client'); new PrismaClient()",
                false,
            ),
        ] {
            let fs = MemoryFs::new()
                .with("/p/package.json", r#"{"dependencies": {"@prisma/client": "5.22.0"}}"#)
                .with("/p/api/a.js", code)
                .with("/p/api/_b.js", "const { PrismaClient } = require('@prisma/client'); new PrismaClient()")
                .with("/p/prisma/schema.prisma", SCHEMA);
            let mut findings = Vec::new();
            check(&Analysis::new(Project::new(&fs, "/p".into(), "/p".into(), None, Platform::Vercel)), &mut findings);
            assert_eq!(!findings.is_empty(), found, "{code}");
        }
    }
}
