//! `connections/client-per-request`: a client is made, or disconnected, for each request.

use camino::Utf8Path;

use crate::analysis::Analysis;
use crate::bundle::{Caller, ClientCode, Creation, Disconnect};
use crate::connections::Known;
use crate::platform::Platform;
use crate::platform::databases::CONNECTING_ADAPTERS;
use crate::project::Datasource;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "connections/client-per-request",
    summary: "a function makes a database client for each request, or disconnects it after each",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("client_per_request.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let clients = analysis.clients();
    if clients.files.is_empty() || holds_no_connections(analysis) {
        return;
    }
    let mut disconnects = Vec::new();
    for (file, code) in clients.files.iter().filter(|(_, code)| !code.is_edge && !code.accelerates) {
        let made = code.creations.iter().filter(|creation| connects(creation));
        let made = made.filter_map(|one| Some((one, clients.request(file, &one.callers)?)));
        let made: Vec<_> = made.filter(|(one, caller)| !may_have_to(one, caller)).collect();
        let Some(((first, caller), others)) = made.split_first() else {
            disconnects.extend(disconnect(analysis, file, code));
            continue;
        };
        let finding = made_anew(analysis, file, first, caller);
        findings.push(others.iter().fold(finding, |finding, (creation, _)| {
            finding.related(places::in_source(analysis, file, creation.span, "another one"))
        }));
    }
    findings.extend(disconnected(disconnects));
}

/// Whether the database is a file, or Prisma's proxy holds the connections.
fn holds_no_connections(analysis: &Analysis<'_>) -> bool {
    let sources = analysis.project().datasources();
    let is_free = |source: &Datasource<'_>| {
        source.provider() == Some("sqlite")
            || Known::of(source, analysis.project()).is_some_and(|known| known.url.is_proxied())
    };
    !sources.is_empty() && sources.iter().all(is_free)
}

/// Whether each client of this place opens connections of its own, as far as is seen.
fn connects(creation: &Creation) -> bool {
    match &creation.adapter {
        Some(adapter) => adapter.is_of_settings && CONNECTING_ADAPTERS.contains(&adapter.class.as_str()),
        None => creation.options.lacks("adapter") && creation.options.lacks("accelerateUrl"),
    }
}

/// Whether the code may run where a connection ends with its request: Neon's adapter is the one for edge runtimes, which only the function's own file
/// tells.
fn may_have_to(creation: &Creation, caller: &Caller) -> bool {
    let is_of_neon = creation.adapter.as_ref().is_some_and(|adapter| adapter.class == "PrismaNeon");
    is_of_neon && !matches!(caller, Caller::Export(_))
}

fn through(caller: &Caller) -> String {
    match caller {
        Caller::Export(name) if name == "default" => "the exported function".to_owned(),
        Caller::Export(name) => format!("`{name}`"),
        Caller::Answer => "a request handler".to_owned(),
        Caller::Route => "the handler of a route".to_owned(),
        Caller::Context => "the function that makes the context of each request".to_owned(),
    }
}

fn made_anew(analysis: &Analysis<'_>, file: &Utf8Path, creation: &Creation, caller: &Caller) -> Finding {
    let (through, class) = (through(caller), creation.class);
    let costs = if class == "Photon" {
        "each starts a query engine and opens connections of its own"
    } else {
        "each opens connections of its own"
    };
    let message = format!(
        "{through} makes a new {class} for each request: {costs}, which makes requests slow, and under load the database refuses more"
    );
    let is_for_any = creation.options.lacks("datasources") && creation.options.lacks("datasourceUrl");
    let (severity, help) = if is_for_any {
        let help = format!(
            "make it once, at the top of the file or of a module that it imports: `const client = new {class}()`"
        );
        (Severity::Warning, help)
    } else {
        (Severity::Info, "make one for each database, and keep it for the next request".to_owned())
    };
    let label = places::in_source(analysis, file, creation.span, "runs for each request");
    Finding::new(RULE.id, severity, label, message).help(help)
}

/// The first place of a file where a client is disconnected after each request, and the function's name.
fn disconnect(analysis: &Analysis<'_>, file: &Utf8Path, code: &ClientCode) -> Option<(Label, String)> {
    let request = |one: &'_ Disconnect| Some((one.span, through(analysis.clients().request(file, &one.callers)?)));
    let (span, name) = code.disconnects.iter().find_map(request)?;
    Some((places::in_source(analysis, file, span, "runs for each request"), name))
}

/// One finding for all of them: whoever does it does it everywhere.
fn disconnected(places: Vec<(Label, String)>) -> Option<Finding> {
    let mut places = places.into_iter();
    let (first, name) = places.next()?;
    let message = format!(
        "{name} disconnects the client after each request: the next request that the same instance answers has to connect again"
    );
    let help = "leave the connection open: the platform ends it with the instance";
    let finding = Finding::new(RULE.id, Severity::Info, first, message).help(help);
    Some(
        places
            .take(MOST)
            .fold(finding, |finding, (label, _)| finding.related(Label { text: "here too".into(), ..label })),
    )
}
