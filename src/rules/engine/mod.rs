//! Whether the function finds a query engine that it can load.

pub(super) mod broken_file;
pub(super) mod edge_runtime;
pub(super) mod missing;
pub(super) mod not_bundled;
pub(super) mod schema_not_bundled;
pub(super) mod target_too_new;
pub(super) mod wrong_target;
