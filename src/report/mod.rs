//! One file per output format. A report goes in, bytes come out; nothing is read or decided here.

mod causes;
mod compact;
mod detail;
mod diff;
mod engines;
mod functions;
mod human;
mod json;
mod layout;
mod lists;
mod page;
mod parts;
mod rewrite;
mod size;
mod snippet;
mod style;
mod trace;
mod why;
mod window;

use std::io::{self, Write};

use crate::bundle::why::Why;
use crate::lint::{EngineReport, FunctionReport, Held, NeedReport, PartReport, Report};

pub use causes::causes as render_causes;
pub use diff::diff as render_diff;
pub use lists::{applied as render_applied, rules as render_rules};
pub use page::page as render_page;
pub use rewrite::{RewriteFormat, rewrite as render_rewrite};
pub use style::{Format, Style};
pub use trace::{ReasonReport, TraceReport};

/// The JSON Schema of the `json` format: one definition per command, version 1.
pub const SCHEMA: &str = include_str!("../../schemas/report.v1.schema.json");

/// Writes the outcome of `check`.
///
/// # Errors
/// Those of `out`.
pub fn render(format: Format, report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::check(report, style, out),
        Format::Compact => compact::check(report, style, out),
        Format::Json => json::check(report, style, out),
    }
}

/// What `size` shows.
#[derive(Debug, Clone, Default)]
pub struct SizeReport {
    /// The functions.
    pub functions: Vec<FunctionReport>,
    /// For people: functions that could not be measured.
    pub others: Vec<PartReport>,
    /// Why functions hold a package, where that was asked.
    pub why: Option<Vec<Held>>,
    /// For people: every package, kind and piece of advice, not the first few.
    pub all: bool,
}

/// Writes the outcome of `size`; with `why`, for people only that.
///
/// # Errors
/// Those of `out`.
pub fn render_size(format: Format, report: &SizeReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match (format, &report.why) {
        (Format::Json, _) => json::size(report, style, out),
        (_, Some(why)) => why::human_packages(why, report.all, style, out),
        (Format::Human, None) => size::human_size(report, style, out),
        (Format::Compact, None) => compact::size(&report.functions, out),
    }
}

/// What `engines` shows.
#[derive(Debug, Clone, Default)]
pub struct EnginesReport {
    /// The engine files.
    pub engines: Vec<EngineReport>,
    /// Which engine each function looks for.
    pub needs: Vec<NeedReport>,
    /// For people: tell that too, with the reasons.
    pub why: bool,
}

/// Writes the outcome of `engines`.
///
/// # Errors
/// Those of `out`.
pub fn render_engines(format: Format, report: &EnginesReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => engines::human_engines(report, style, out),
        Format::Compact => compact::engines(&report.engines, out),
        Format::Json => json::engines(report, out),
    }
}

/// Writes a trace; with `why`, for people only the chains that lead to what was asked for.
///
/// # Errors
/// Those of `out`.
pub fn render_trace(
    format: Format,
    report: &TraceReport,
    why: Option<&Why>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match (format, why) {
        (Format::Json, why) => json::trace(report, why, out),
        (_, Some(why)) => why::human_why(why, style, out),
        (Format::Compact, None) => trace::list(report, out),
        (Format::Human, None) => trace::human(report, style, out),
    }
}
