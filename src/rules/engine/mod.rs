//! Whether the function finds a query engine that it can load.

pub(super) mod adapter_missing;
pub(super) mod broken_file;
pub(super) mod missing;
pub(super) mod no_engine_url;
pub(super) mod wasm_not_bundled;
pub(super) mod wrong_target;
