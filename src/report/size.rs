//! `nowcheck size` for people: per function what it holds, what it may hold, and what takes the room.

use std::io::{self, Write};

use super::SizeReport;
use super::detail;
use super::functions::{engine_names, measured, measures, notes, tone};
use super::layout::{bar, count, left, one_line, percent, right, round, width, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::{grouped, human};
use crate::lint::{BundleSource, FileReport, FunctionReport, LimitReport, PackageReport};

/// Packages that are listed; the others are summed up.
const PACKAGES: usize = 10;
/// Of what needs a package, as many are named.
const HOLDERS: usize = 2;
const BAR: usize = 12;

/// A block per function.
pub(super) fn human_size(report: &SizeReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let SizeReport { functions, others, all, .. } = report;
    if functions.is_empty() && others.is_empty() {
        let text = "no function found here: nothing in this folder is built into one";
        return writeln!(out, "{}", wrap("", text, style.columns()));
    }
    let several = functions.iter().any(|function| function.project != functions[0].project);
    for (index, function) in functions.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let mut name = style.paint(Tone::Strong, one_line(&function.name));
        if several {
            name = format!(
                "{name}{}",
                style.paint(Tone::Dim, format!(" in {}", one_line(&style.path(&function.project))))
            );
        }
        writeln!(out, "{}", wrap("", &name, style.columns()))?;
        block(function, *all, style, out)?;
    }
    if !functions.is_empty() && !others.is_empty() {
        writeln!(out)?;
    }
    for part in others {
        let name = style.paint(Tone::Strong, one_line(&part.src));
        let text = match part.kind {
            "frontend" => format!(
                "{name}: not built yet; what Next.js packs is known once it has built: run `next build` or `vercel build`, then this again"
            ),
            _ => format!("{name}: not measured; what {} packs cannot be told from here", one_line(&part.builder)),
        };
        writeln!(out, "{}", wrap("", &text, style.columns()))?;
    }
    Ok(())
}

fn block(function: &FunctionReport, all: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = vec![("builder", builder(function)), ("files", files(function))];
    let also: Vec<_> =
        function.built.iter().flat_map(|built| built.names.iter().skip(1)).map(|name| one_line(name)).collect();
    if !also.is_empty() {
        rows.push(("also", also.join(", ")));
    }
    if let Some(limit) = function.limit {
        rows.push(("limit", against(function, limit, style)));
    }
    if !function.engines.is_empty() {
        rows.push(("engines", engine_names(function).join(", ")));
    }
    rows.extend(function.detail.iter().flat_map(|found| detail::rows(found, all)));
    for (word, text) in rows {
        let lead = format!("  {}", style.paint(Tone::Dim, left(word, "engines  ".len())));
        writeln!(out, "{}", wrap(&lead, &text, style.columns()))?;
    }
    packages(function, all, style, out)?;
    if let Some(found) = &function.detail {
        detail::advice(function, found, all, style, out)?;
    }
    list(function, style, out)?;
    notes(std::slice::from_ref(function), style, out)
}

fn builder(function: &FunctionReport) -> String {
    let runtime = function.runtime.as_deref().map(|runtime| format!(", {runtime}")).unwrap_or_default();
    one_line(&format!("{}{runtime}", function.builder))
}

fn files(function: &FunctionReport) -> String {
    let source = match function.source {
        BundleSource::Output => "from .vercel/output",
        BundleSource::Nft => "from .nft.json",
        BundleSource::Trace => "traced",
    };
    let bytes = format!("{} ({} bytes)", human(function.bytes), grouped(function.bytes));
    let zip = match function.zip_bytes {
        Some(zip) => format!(", zipped {} ({} bytes)", human(zip), grouped(zip)),
        None => String::new(),
    };
    format!("{} {source}, {bytes}{zip}", count(function.files, "file", "files"))
}

fn against(function: &FunctionReport, limit: LimitReport, style: &Style) -> String {
    let from = match limit.from {
        "default" => "the default",
        "config" => "set in the config",
        "platform" => "of the platform",
        other => other,
    };
    let limit_text = format!("{} {}, {from}", round(limit.bytes), measures(limit));
    match measured(function, limit) {
        Some(bytes) => {
            let share = percent(bytes, limit.bytes);
            let over = match bytes.checked_sub(limit.bytes) {
                Some(over) if over > 0 => format!(", {} over", human(over)),
                _ => String::new(),
            };
            format!("{limit_text}: {}", style.paint(tone(share), format!("{}% used{over}", grouped(share))))
        }
        None => limit_text,
    }
}

/// Every file: mode, bytes, bytes in the zip, name.
fn list(function: &FunctionReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if function.list.is_empty() {
        return Ok(());
    }
    let zip = |file: &FileReport| file.zip_bytes.map(grouped).unwrap_or_default();
    let rows: Vec<(String, String)> = function.list.iter().map(|file| (grouped(file.bytes), zip(file))).collect();
    let widest =
        |text: fn(&(String, String)) -> &str| rows.iter().map(|row| width(text(row))).max().unwrap_or_default();
    let (bytes_width, zip_width) = (widest(|row| &row.0), widest(|row| &row.1));
    writeln!(out, "  {}", style.paint(Tone::Dim, "files: mode, bytes, zipped bytes"))?;
    for (file, (bytes, zip)) in function.list.iter().zip(&rows) {
        let about = if file.estimated { "  (estimated)" } else { "" };
        let (bytes, zip) = (right(bytes, bytes_width), right(zip, zip_width));
        writeln!(out, "    {}  {bytes}  {zip}  {}{about}", file.mode, one_line(&file.name))?;
    }
    Ok(())
}

/// A package with who needs it.
fn named(package: &PackageReport, all: bool, style: &Style) -> String {
    let name = one_line(&package.name);
    if package.required_by.is_empty() {
        return name;
    }
    let holders = package.required_by.iter().map(|holder| one_line(holder)).collect();
    let holders = detail::some(holders, if all { usize::MAX } else { HOLDERS });
    format!("{name}  {}", style.paint(Tone::Dim, format!("by {holders}")))
}

fn packages(function: &FunctionReport, all: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let by_zip = function.limit.is_none_or(|limit| limit.measures == "zip");
    let zipped =
        by_zip && function.zip_bytes.is_some() && function.largest.iter().all(|package| package.zip_bytes.is_some());
    let bytes = |package: &PackageReport| if zipped { package.zip_bytes.unwrap_or_default() } else { package.bytes };
    let whole = if zipped { function.zip_bytes.unwrap_or_default() } else { function.bytes };
    let most = if all { usize::MAX } else { PACKAGES };
    let mut largest: Vec<&PackageReport> = function.largest.iter().collect();
    largest.sort_by_key(|package| std::cmp::Reverse(bytes(package)));
    let mut rows: Vec<(String, u64)> =
        largest.iter().take(most).map(|package| (named(package, all, style), bytes(package))).collect();
    let others = largest.iter().copied().skip(most);
    if others.len() > 0 {
        rows.push((count(others.len(), "more package", "more packages"), others.map(bytes).sum()));
    }
    let Some(widest) = rows.iter().map(|(_, bytes)| width(&human(*bytes))).max() else { return Ok(()) };
    let what = if zipped { "largest packages, zipped" } else { "largest packages" };
    writeln!(out, "  {}", style.paint(Tone::Dim, what))?;
    for (name, bytes) in rows {
        let columns = if style.columns() < 60 { BAR / 2 } else { BAR };
        let bar = style.paint(Tone::Info, bar(bytes, whole, columns, style));
        let share = match u128::from(bytes) * 100 / u128::from(whole.max(1)) {
            0 if bytes > 0 => "<1%".to_owned(),
            share => format!("{share}%"),
        };
        let lead = format!("    {}  {}  {bar}  ", right(&human(bytes), widest), right(&share, 4));
        writeln!(out, "{}", wrap(&lead, &name, style.columns()))?;
    }
    Ok(())
}
