//! Whether the function finds a query engine that it can load.

pub(super) mod adapter_missing;
pub(super) mod broken_file;
pub(super) mod cli_shipped;
pub(super) mod edge_runtime;
mod generating;
pub(super) mod missing;
pub(super) mod no_engine_url;
pub(super) mod not_bundled;
pub(super) mod old_names;
mod schema_blocks;
pub(super) mod schema_not_bundled;
pub(super) mod schema_syntax;
pub(super) mod stale_client;
pub(super) mod surplus;
pub(super) mod target_too_new;
pub(super) mod two_clients;
pub(super) mod unknown_target;
pub(super) mod version_disagrees;
pub(super) mod wasm_not_bundled;
pub(super) mod wrong_import;
pub(super) mod wrong_target;
