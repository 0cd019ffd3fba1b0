//! One file and one page per rule, the registry, findings.
//!
//! A rule reads the [`Analysis`](crate::analysis::Analysis) of one project and adds findings; it does no I/O of its own. Its metadata, check and
//! fix stand in one file, its page in the Markdown file beside it, and the examples of the page are run as tests.

mod build;
mod builder;
mod config;
mod connections;
mod cron;
mod engine;
mod finding;
mod functions;
pub mod messages;
mod places;
mod routes;
mod rule;
mod size;

pub use finding::{Finding, Label, Severity};
pub use rule::{FixKind, Needs, Rule};

/// The most that one rule says of one project: a file that is something else altogether would only repeat itself. The run says where a rule has
/// come to that.
pub const MOST: usize = 1_000;

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
    config::v1_key::RULE,
    config::deprecated_key::RULE,
    config::duplicate_key::RULE,
    config::env::RULE,
    config::regions::RULE,
    config::framework::RULE,
    config::limits::RULE,
    config::project_name::RULE,
    config::now_json_refused::RULE,
    config::now_in_package::RULE,
    config::nowcheck_settings::RULE,
    config::conflicting_files::RULE,
    config::conflicting_ignore_files::RULE,
    config::not_judged::RULE,
    builder::missing::RULE,
    builder::retired::RULE,
    builder::typo::RULE,
    builder::src_not_accepted::RULE,
    builder::unpinned::RULE,
    builder::canary::RULE,
    builder::engine_not_traced::RULE,
    build::src_matches_nothing::RULE,
    build::generate_not_run::RULE,
    build::cli_pruned::RULE,
    build::node_range::RULE,
    build::script_missing::RULE,
    build::typescript_included::RULE,
    functions::count::RULE,
    functions::include_matches_nothing::RULE,
    functions::invalid::RULE,
    functions::unused::RULE,
    functions::conflicting_paths::RULE,
    functions::proxy::RULE,
    functions::pages_api::RULE,
    routes::invalid::RULE,
    routes::invalid_on_now::RULE,
    routes::headers_in_toml::RULE,
    routes::missing::RULE,
    routes::unreachable::RULE,
    routes::redirect_loop::RULE,
    routes::relative_source::RULE,
    routes::phase::RULE,
    routes::hidden_by_file::RULE,
    routes::dead_destination::RULE,
    routes::function_hidden::RULE,
    routes::method::RULE,
    cron::schedule::RULE,
    cron::hobby_daily::RULE,
    size::over_limit::RULE,
    size::near_limit::RULE,
    size::max_lambda_size_missing::RULE,
    size::max_lambda_size_invalid::RULE,
    size::max_lambda_size_ignored::RULE,
    engine::schema_syntax::RULE,
    engine::old_names::RULE,
    engine::unknown_target::RULE,
    engine::missing::RULE,
    engine::not_bundled::RULE,
    engine::schema_not_bundled::RULE,
    engine::edge_runtime::RULE,
    engine::target_too_new::RULE,
    engine::wrong_target::RULE,
    engine::broken_file::RULE,
    engine::surplus::RULE,
    engine::cli_shipped::RULE,
    engine::version_disagrees::RULE,
    engine::stale_client::RULE,
    engine::two_clients::RULE,
    engine::wrong_import::RULE,
    engine::wasm_not_bundled::RULE,
    engine::adapter_missing::RULE,
    engine::no_engine_url::RULE,
    connections::client_per_request::RULE,
    connections::pool_too_large::RULE,
    connections::pooler_not_announced::RULE,
    connections::sqlite_file::RULE,
    connections::env_missing::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}
