//! `connections/pooler-not-announced`: the URL leads to a pooler that keeps no prepared statements, and does not say so.

use super::{doubt_of, place_of};
use crate::analysis::{Analysis, Deployed};
use crate::base::Span;
use crate::connections::{Known, Place};
use crate::document::{Applicability, Edit, Fix, Part};
use crate::platform::Platform;
use crate::platform::databases::{self, Pooling};
use crate::project::Datasource;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "connections/pooler-not-announced",
    summary: "the database URL leads to a pooler without prepared statements, and lacks `pgbouncer=true`",
    severity: Severity::Warning,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("pooler_not_announced.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(deployed) = analysis.deployed_client().filter(|_| analysis.connects_by_engine() == Some(true)) else {
        return;
    };
    for datasource in project.datasources() {
        let is_postgres = matches!(datasource.provider(), Some("postgresql" | "postgres"));
        let Some(known) = Known::of(&datasource, project).filter(|_| is_postgres) else { continue };
        let url = &known.url;
        let is_told = url.is_set("pgbouncer") || url.parameter("statement_cache_size") == Some("0");
        let Some(host) = databases::host(&url.host, url.port).filter(|_| !is_told) else { continue };
        let (severity, mode) = match host.pooling {
            Pooling::Transaction => (Severity::Warning, "gives each transaction another connection"),
            Pooling::Chosen => (Severity::Info, "may give each transaction another connection, as its mode is set"),
            Pooling::Direct | Pooling::Keeping => continue,
        };
        let is_certain = known.is_certain() && deployed == Deployed::Surely;
        let severity = if is_certain { severity } else { severity.lower() };
        let message = format!(
            "{} is {}'s pooler, which {mode}: Prisma's prepared statements get lost, and queries fail now and then with `prepared statement \"s0\" already exists`{}",
            url.address(),
            host.name,
            doubt_of(&known)
        );
        let help = "add `pgbouncer=true` to the parameters of the URL; migrations need the direct URL, as `directUrl`";
        let label = place_of(analysis, &datasource, &known, "");
        findings.push(Finding::new(RULE.id, severity, label, message).help(help).fix(fix(&datasource, &known)));
    }
}

/// Adds the parameter to a URL that stands in the schema. The edit holds nothing of the URL.
fn fix(datasource: &Datasource<'_>, known: &Known) -> Option<Fix> {
    let document = datasource.document;
    let span = document.span(&datasource.url_path(), Part::Value);
    let written = span.slice(document.text());
    if known.place != Place::Schema || !written.ends_with('"') || written.contains('#') {
        return None;
    }
    let text = match written.trim_end_matches('"').rsplit_once('?') {
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "pgbouncer=true",
        Some(_) => "&pgbouncer=true",
        None => "?pgbouncer=true",
    };
    let edit = Edit { file: document.file().to_owned(), span: Span::at(span.end - 1), text: text.into() };
    Some(Fix { title: "Add pgbouncer=true to the URL".into(), applicability: Applicability::Unsafe, edits: vec![edit] })
}
