//! The text of the config: syntax, schema, keys.

use std::collections::HashSet;

use crate::analysis::Analysis;
use crate::document::schema::What;
use crate::document::{Member, Node, Path};
use crate::project::Config;
use crate::rules::{Label, places};

pub(super) mod affinity;
mod brackets;
pub(super) mod conflict;
pub(super) mod conflicting_files;
pub(super) mod conflicting_ignore_files;
pub(super) mod daemon;
pub(super) mod deprecated_key;
pub(super) mod duplicate_key;
pub(super) mod env;
pub(super) mod framework;
pub(super) mod limits;
pub(super) mod mixed_routing;
pub(super) mod not_judged;
pub(super) mod now_in_package;
pub(super) mod now_json_refused;
pub(super) mod nowcheck_settings;
pub(super) mod project_name;
pub(super) mod proxy;
pub(super) mod regions;
pub(super) mod schema;
mod schema_repair;
pub(super) mod services;
pub(super) mod syntax;
pub(super) mod timezone;
mod toml_syntax;
pub(super) mod unknown_key;
pub(super) mod v1_key;

/// The config as a whole: the top of its text, or the program that it is.
fn config_label(analysis: &Analysis<'_>, text: &str) -> Option<Label> {
    let project = analysis.project();
    match project.config() {
        Some(config) => Some(places::top(config.document(), text)),
        None => project.program()?.file.as_ref().map(|file| Label::file(file)),
    }
}

/// Values that `config/schema` speaks of: another rule stays silent about them.
pub(in crate::rules) fn refused_places(analysis: &Analysis<'_>) -> HashSet<Path> {
    let places = analysis.schema_complaints().iter().filter_map(|problem| problem.places.first());
    places.filter(|place| place.what == What::Value).map(|place| Path::from_segments(place.path.clone())).collect()
}

/// The members of an object without those that a later one of the same key takes the place of.
fn members_that_count<'t>(object: Node<'t>) -> impl Iterator<Item = (&'t Member, Node<'t>)> {
    let counts = move |member: &Member| object.member(&member.key).is_some_and(|last| last.key_span == member.key_span);
    object.members().filter(move |(member, _)| counts(member))
}

/// Each `functions` of a config with its place: that of the top, and those of the services.
pub(super) fn function_maps(config: &Config) -> Vec<(Path, Node<'_>)> {
    let top = config.get("functions").map(|functions| (Path::keys(["functions"]), functions));
    let services = ["services", "experimentalServicesV2"].into_iter().filter_map(|key| Some((key, config.get(key)?)));
    let of_services = services.flat_map(|(key, services)| {
        let named = members_that_count(services).filter_map(|(service, node)| Some((service, node.get("functions")?)));
        named.map(move |(service, functions)| (Path::keys([key, &service.key, "functions"]), functions))
    });
    top.into_iter().chain(of_services).collect()
}
