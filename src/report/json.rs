//! The JSON contract, version 1, described by `schemas/report.v1.schema.json`. Additive only.

use std::io::{self, Write};

use serde::Serialize;

use super::style::Style;
use super::trace::TraceReport;
use super::{EnginesReport, SizeReport};
use crate::base::Position;
use crate::base::secrets::mask_urls;
use crate::bundle::why::Why;
use crate::document::{Applicability, Edit, Fix};
use crate::lint::{EngineReport, FunctionReport, Held, NeedReport, PartReport, Report, Summary};
use crate::rules::{Finding, Label, Severity};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct CheckJson<'r> {
    version: u32,
    findings: Vec<FindingJson<'r>>,
    functions: Vec<FunctionJson<'r>>,
    detected: Vec<PartJson<'r>>,
    summary: Summary,
    checked: CheckedJson,
}

#[derive(Serialize)]
struct CheckedJson {
    projects: usize,
    configs: usize,
}

#[derive(Serialize)]
struct FindingJson<'r> {
    rule: &'static str,
    severity: Severity,
    message: &'r str,
    file: String,
    range: RangeJson,
    label: &'r str,
    help: Option<&'r str>,
    fixes: Vec<FixJson<'r>>,
    hints: Vec<HintJson<'r>>,
    related: Vec<RelatedJson<'r>>,
    data: &'r serde_json::Value,
}

#[derive(Serialize)]
struct RangeJson {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct FixJson<'r> {
    title: &'r str,
    applicability: Applicability,
    edits: Vec<EditJson<'r>>,
}

/// A fix that only a person can apply: outside `fixes`, where tools may rely on `safe` and `unsafe`.
#[derive(Serialize)]
struct HintJson<'r> {
    title: &'r str,
    edits: Vec<EditJson<'r>>,
}

#[derive(Serialize)]
struct EditJson<'r> {
    file: String,
    start: usize,
    end: usize,
    text: &'r str,
}

#[derive(Serialize)]
struct RelatedJson<'r> {
    file: String,
    range: RangeJson,
    message: &'r str,
}

#[derive(Serialize)]
struct FunctionJson<'r> {
    #[serde(flatten)]
    function: &'r FunctionReport,
    project: String,
}

#[derive(Serialize)]
struct PartJson<'r> {
    project: String,
    #[serde(flatten)]
    part: &'r PartReport,
}

#[derive(Serialize)]
struct SizeJson<'r> {
    version: u32,
    functions: Vec<FunctionJson<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'r [Held]>,
}

#[derive(Serialize)]
struct TraceJson<'r> {
    version: u32,
    #[serde(flatten)]
    trace: &'r TraceReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'r Why>,
}

#[derive(Serialize)]
struct EnginesJson<'r> {
    version: u32,
    engines: &'r [EngineReport],
    needs: &'r [NeedReport],
}

fn range(label: &Label) -> RangeJson {
    RangeJson { start: label.start, end: label.end }
}

fn edits<'r>(edits: &'r [Edit], style: &Style) -> Vec<EditJson<'r>> {
    let edit = |edit: &'r Edit| EditJson {
        file: style.path(&edit.file),
        start: edit.span.start,
        end: edit.span.end,
        text: &edit.text,
    };
    edits.iter().map(edit).collect()
}

/// Whether no edit writes the password of a URL, which a report must not hold and an edit cannot do without. `nowcheck fix` applies the others.
fn is_open(fix: &Fix) -> bool {
    fix.edits.iter().all(|edit| mask_urls(&edit.text) == edit.text)
}

fn finding<'r>(finding: &'r Finding, style: &Style) -> FindingJson<'r> {
    let (hints, fixes): (Vec<&Fix>, Vec<&Fix>) =
        finding.fixes.iter().filter(|fix| is_open(fix)).partition(|fix| fix.applicability == Applicability::Display);
    let fix =
        |fix: &'r Fix| FixJson { title: &fix.title, applicability: fix.applicability, edits: edits(&fix.edits, style) };
    let related =
        |label: &'r Label| RelatedJson { file: style.path(&label.file), range: range(label), message: &label.text };
    FindingJson {
        rule: finding.rule,
        severity: finding.severity,
        message: &finding.message,
        file: style.path(&finding.primary.file),
        range: range(&finding.primary),
        label: &finding.primary.text,
        help: finding.help.as_deref(),
        fixes: fixes.into_iter().map(fix).collect(),
        hints: hints
            .into_iter()
            .map(|hint| HintJson { title: &hint.title, edits: edits(&hint.edits, style) })
            .collect(),
        related: finding.related.iter().map(related).collect(),
        data: &finding.data,
    }
}

fn functions<'r>(functions: &'r [FunctionReport], style: &Style) -> Vec<FunctionJson<'r>> {
    let function = |function: &'r FunctionReport| FunctionJson { project: style.path(&function.project), function };
    functions.iter().map(function).collect()
}

fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

/// The `check` shape.
pub(super) fn check(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let value = CheckJson {
        version: VERSION,
        findings: report.findings.iter().map(|one| finding(one, style)).collect(),
        functions: functions(&report.functions, style),
        detected: report.detected.iter().map(|part| PartJson { project: style.path(&part.project), part }).collect(),
        summary: report.summary(),
        checked: CheckedJson { projects: report.checked.projects, configs: report.checked.configs },
    };
    write(&value, out)
}

/// The `size` shape.
pub(super) fn size(report: &SizeReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let why = report.why.as_deref();
    write(&SizeJson { version: VERSION, functions: functions(&report.functions, style), why }, out)
}

/// The `trace` shape; with `why`, also the chains to what was asked for.
pub(super) fn trace(trace: &TraceReport, why: Option<&Why>, out: &mut dyn Write) -> io::Result<()> {
    write(&TraceJson { version: VERSION, trace, why }, out)
}

/// The `engines` shape.
pub(super) fn engines(report: &EnginesReport, out: &mut dyn Write) -> io::Result<()> {
    write(&EnginesJson { version: VERSION, engines: &report.engines, needs: &report.needs }, out)
}
