//! `connections/sqlite-file`: the database is a file, and functions cannot write files that last.

use crate::analysis::{Analysis, Deployed, FunctionView};
use crate::base::paths;
use crate::bundle::Source;
use crate::connections::DatabaseUrl;
use crate::document::Part;
use crate::platform::Platform;
use crate::platform::databases::FILE_ADAPTERS;
use crate::project::Datasource;
use crate::project::schema::Url;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "connections/sqlite-file",
    summary: "the database is a SQLite file, which a function cannot write",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("sqlite_file.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(deployed) = analysis.deployed_client().filter(|_| opens_file(analysis)) else { return };
    for datasource in analysis.project().datasources() {
        if datasource.provider() != Some("sqlite") {
            continue;
        }
        let path = literal_path(&datasource);
        if path.as_deref().is_some_and(|path| path.starts_with("/tmp/") || path.contains(":memory:")) {
            continue;
        }
        let lost = path.filter(|path| deployed == Deployed::Surely && is_in_no_function(analysis, &datasource, path));
        let (severity, message) = match (&lost, deployed) {
            (Some(path), _) => (
                Severity::Error,
                format!(
                    "the database is the file {path}, which is not among the files of the function, and the function's file system is read-only: the first query fails with `unable to open database file`"
                ),
            ),
            (None, Deployed::Surely) => (
                Severity::Warning,
                "the database is a file, and the function's file system is read-only: reads see the file as it was deployed, and the first write fails with `attempt to write a readonly database`".to_owned(),
            ),
            (None, Deployed::Perhaps) => (
                Severity::Info,
                "the database is a file, and the file system of functions is read-only: what is read while the site is built works, and each write at run time fails with `attempt to write a readonly database`".to_owned(),
            ),
        };
        let label = Label::at(datasource.document, &datasource.path.key("provider"), Part::Value, "a file");
        let help = "take a database that is reached over the network: PostgreSQL, MySQL, or SQLite at a host, through a driver adapter";
        findings.push(Finding::new(RULE.id, severity, label, message).help(help));
    }
}

/// Whether clients open the file themselves: those with an adapter may reach SQLite at a host.
fn opens_file(analysis: &Analysis<'_>) -> bool {
    let mut made = analysis.clients().files.values().flat_map(|code| &code.creations);
    made.all(|creation| match &creation.adapter {
        Some(adapter) => FILE_ADAPTERS.contains(&adapter.class.as_str()),
        None => creation.options.lacks("adapter"),
    })
}

/// The path of a URL that stands in the schema, and that no client is made without.
fn literal_path(datasource: &Datasource<'_>) -> Option<String> {
    let Url::Literal(text) = datasource.url()? else { return None };
    let path = DatabaseUrl::parse(text)?.path?;
    Some(path.trim_start_matches("//").to_owned())
}

/// Whether the file at `path`, relative to the schema, is certainly in none of the functions that use the client, as they are traced here.
fn is_in_no_function(analysis: &Analysis<'_>, datasource: &Datasource<'_>, path: &str) -> bool {
    let project = analysis.project();
    if project.platform() != Platform::Vercel || !analysis.clients().use_schema_url() {
        return false;
    }
    let file = paths::normalize(&datasource.schema.folder().join(path));
    let using: Vec<_> = analysis.functions().filter(|view| view.prisma().is_some()).collect();
    let lacks = |view: &FunctionView<'_, '_>| {
        let options = &view.function().options;
        let Some(bundle) = view.bundle().filter(|bundle| bundle.source == Source::Trace) else { return false };
        let name = paths::relative(&file, &bundle.base);
        // What is included may be made by the build.
        options.include_files.is_empty() && !bundle.files.iter().any(|shipped| shipped.name == name)
    };
    !using.is_empty() && using.iter().all(lacks)
}
