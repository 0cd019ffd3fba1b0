//! `connections/pool-too-large`: a few instances of a function use up the connections of the database.

use serde_json::json;

use super::{doubt_of, place_of};
use crate::analysis::{Analysis, Deployed};
use crate::connections::{Known, Pool};
use crate::platform::Platform;
use crate::platform::databases;
use crate::platform::runtimes::ClientEra;
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "connections/pool-too-large",
    summary: "a few instances of a function use up the connections of the database",
    severity: Severity::Info,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("pool_too_large.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    // An instance of Photon's time opens one connection.
    let has_pool = analysis.prisma_era() != Some(ClientEra::Photon) && analysis.connects_by_engine() == Some(true);
    if analysis.deployed_client() != Some(Deployed::Surely) || !has_pool {
        return;
    }
    for datasource in project.datasources() {
        let Some(known) = Known::of(&datasource, project) else { continue };
        let url = &known.url;
        let host = databases::host(&url.host, url.port);
        if url.is_local()
            || url.is_proxied()
            || url.is_set("pgbouncer")
            || host.is_some_and(|host| host.pooling.is_pooled())
        {
            continue;
        }
        let of_host = host.and_then(|host| Some((host.name, host.least_connections?)));
        let of_provider = || datasource.provider().and_then(databases::default_connections);
        let Some(connections) = of_host.map(|(_, least)| least).or_else(of_provider) else { continue };
        let Some(pool) = Pool::of(url).filter(|pool| pool.size > 1) else { continue };
        let instances = pool.instances(connections);
        let size = pool.size;
        let opens = if pool.is_set {
            format!("{size} connections, as `connection_limit` says")
        } else {
            format!("{size} connections, as the URL has no `connection_limit`")
        };
        let takes = match of_host {
            Some((name, least)) => format!("{name}'s smallest offer ({least})"),
            None => format!("such a server as it comes ({connections})"),
        };
        let message = format!(
            "each instance of a function may open {opens}, and {} has no pooler: {instances} instances at once ({instances} x {size} = {}) are as many as {takes} allows, and more are refused{}",
            url.address(),
            u64::from(instances) * u64::from(size),
            doubt_of(&known)
        );
        let help = "take the URL of a pooler, or add `connection_limit=1` to this one, and more only for queries that run side by side";
        let label = place_of(analysis, &datasource, &known, "");
        let data = json!({ "pool": size, "connections": connections, "instances": instances });
        findings.push(Finding::new(RULE.id, Severity::Info, label, message).help(help).data(data));
    }
}
