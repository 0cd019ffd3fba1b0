//! `explain`, `rules`, `schema`.

use super::args::{Explain, Rules, Schema, SchemaName};
use super::output::{emit, print, style};
use super::{Stop, Verdict};
use crate::base::similar;
use crate::document::schema;
use crate::report;
use crate::rules::{self, RULES};

pub(super) fn explain(arguments: &Explain) -> Result<Verdict, Stop> {
    let id = arguments.rule.trim();
    let Some(rule) = rules::find(id) else {
        let named = RULES.iter().map(|rule| rule.id).find(|known| known.rsplit('/').next() == Some(id));
        let meant = named.or_else(|| similar::closest(id, RULES.iter().map(|rule| rule.id)));
        let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
        return Err(Stop::Usage(format!("there is no rule {id:?}{meant} (`nowcheck rules` lists them)")));
    };
    let mut bytes = Vec::new();
    report::render_page(rule.page, &style(arguments.color, false)?, &mut bytes)?;
    print(&bytes)?;
    Ok(Verdict::Clean)
}

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
