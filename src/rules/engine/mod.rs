//! Whether the function finds a query engine that it can load.

pub(super) mod broken_file;
pub(super) mod cli_shipped;
pub(super) mod missing;
pub(super) mod surplus;
pub(super) mod wrong_target;
