//! The outside world as dated data: platforms, builders and their eras, limits, runtimes, engine targets, what is uploaded. No I/O.

mod builder_table;
pub mod builder_use;
pub mod builders;
pub mod config_files;
pub mod databases;
pub mod dev_packages;
pub mod engine_search;
pub mod engine_sizes;
pub mod frameworks;
pub mod function_settings;
pub mod limits;
pub mod netlify_engine;
pub mod next_engines;
pub mod node_versions;
pub mod now_node;
pub mod now_node_engine;
mod now_node_lines;
pub mod old_keys;
pub mod package_managers;
pub mod plan;
mod platform_kind;
pub mod presets;
pub mod prisma_names;
pub mod prisma_pairs;
pub mod regions;
pub mod runtimes;
pub mod site_handlers;
pub mod targets;
pub mod time_zones;
pub mod trace_profile;
pub mod uploads;

pub use builder_table::BUILDERS;
pub use platform_kind::{Platform, UnknownPlatform};

/// A day, as `2019-07-12`: texts of this form compare as the days do.
pub type Day = &'static str;
