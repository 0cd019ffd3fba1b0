//! What a build works on: its sources, its generate step.

pub(super) mod cli_pruned;
pub(super) mod generate_not_run;
pub(super) mod node_range;
pub(super) mod script_missing;
pub(super) mod src_matches_nothing;
pub(super) mod typescript_included;
