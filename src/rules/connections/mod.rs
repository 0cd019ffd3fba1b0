//! Whether the database takes the connections that the functions open.

pub(super) mod client_per_request;
pub(super) mod env_missing;
pub(super) mod pool_too_large;
pub(super) mod pooler_not_announced;
pub(super) mod sqlite_file;

use crate::analysis::Analysis;
use crate::connections::{Known, Place};
use crate::document::Part;
use crate::project::Datasource;
use crate::rules::Label;

/// Where a URL stands that is told of. A `.env` file is not shown, as it holds secrets: then the schema's `url`, which asks for it.
fn place_of(analysis: &Analysis<'_>, datasource: &Datasource<'_>, known: &Known, text: &str) -> Label {
    match (&known.place, analysis.project().config()) {
        (Place::Config(path), Some(config)) => Label::at(config.document(), path, Part::Value, text),
        _ => Label::at(datasource.document, &datasource.url_path(), Part::Value, text),
    }
}

/// What to say of a URL that may be another one on the platform: ` (as .env has it ...)`.
fn doubt_of(known: &Known) -> String {
    match &known.place {
        Place::DotEnv(file) => format!(", if the platform has the URL of {file}"),
        Place::Schema | Place::Config(_) => String::new(),
    }
}
