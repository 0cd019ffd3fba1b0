//! Whether the function finds a query engine that it can load.

pub(super) mod broken_file;
mod generating;
pub(super) mod missing;
pub(super) mod old_names;
mod schema_blocks;
pub(super) mod schema_syntax;
pub(super) mod unknown_target;
pub(super) mod wrong_target;
