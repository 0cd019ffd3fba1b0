//! One file and one page per rule, the registry, findings.
//!
//! A rule reads the [`Analysis`](crate::analysis::Analysis) of one project and adds findings; it does no I/O of its own. Its metadata, check and
//! fix stand in one file, its page in the Markdown file beside it, and the examples of the page are run as tests.

mod build;
mod builder;
mod config;
mod engine;
mod finding;
mod places;
mod routes;
mod rule;
mod size;

pub use finding::{Finding, Label, Severity};
pub use rule::{FixKind, Needs, Rule};

/// Every rule, in the order of `nowcheck rules`.
pub const RULES: &[Rule] = &[
    config::syntax::RULE,
    config::schema::RULE,
    config::conflict::RULE,
    config::proxy::RULE,
    config::services::RULE,
    config::daemon::RULE,
    config::affinity::RULE,
    config::timezone::RULE,
    config::mixed_routing::RULE,
    config::unknown_key::RULE,
    config::duplicate_key::RULE,
    config::now_json_refused::RULE,
    config::conflicting_files::RULE,
    config::conflicting_ignore_files::RULE,
    config::not_judged::RULE,
    builder::missing::RULE,
    builder::retired::RULE,
    builder::typo::RULE,
    builder::engine_not_traced::RULE,
    build::src_matches_nothing::RULE,
    build::generate_not_run::RULE,
    routes::invalid::RULE,
    routes::headers_in_toml::RULE,
    routes::missing::RULE,
    size::over_limit::RULE,
    size::near_limit::RULE,
    size::max_lambda_size_missing::RULE,
    size::max_lambda_size_invalid::RULE,
    size::max_lambda_size_ignored::RULE,
    engine::missing::RULE,
    engine::wrong_target::RULE,
    engine::broken_file::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
