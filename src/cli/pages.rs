//! `rules`, `schema`.

use super::args::{Rules, Schema, SchemaName};
use super::output::{emit, print};
use super::{Stop, Verdict};
use crate::document::schema;
use crate::report;
use crate::rules::RULES;

pub(super) fn rules(arguments: &Rules) -> Result<Verdict, Stop> {
    let output = &arguments.output;
    emit(output, |style, out| report::render_rules(output.format.into(), RULES, style, out))?;
    Ok(Verdict::Clean)
}

pub(super) fn schema(arguments: &Schema) -> Result<Verdict, Stop> {
    let text = match arguments.name {
        SchemaName::Now => schema::NOW_TEXT,
        SchemaName::Vercel => schema::VERCEL_TEXT,
        SchemaName::Report => report::SCHEMA,
        SchemaName::Nowcheck => schema::NOWCHECK_TEXT,
    };
    print(text.as_bytes())?;
    Ok(Verdict::Clean)
}
