//! One line per finding, function, file or engine: for editors, grep and logs.

use std::io::{self, Write};

use super::layout::one_line;
use super::style::Style;
use crate::base::bytes;
use crate::lint::{EngineReport, FunctionReport, Report};

/// `path:line:column: severity[rule] message`.
pub(super) fn check(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let place = &finding.primary;
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            one_line(&style.path(&place.file)),
            place.start.line,
            place.start.column,
            finding.severity.as_str(),
            finding.rule,
            one_line(&finding.message)
        )?;
    }
    Ok(())
}

/// `name: 12 files, 61.2 MB, 18.2 MB zipped, limit 25.0 MB zipped (config)`.
pub(super) fn size(functions: &[FunctionReport], out: &mut dyn Write) -> io::Result<()> {
    for function in functions {
        let files = super::layout::count(function.files, "file", "files");
        write!(out, "{}: {files}, {}", one_line(&function.name), bytes::human(function.bytes))?;
        if let Some(zip) = function.zip_bytes {
            write!(out, ", {} zipped", bytes::human(zip))?;
        }
        if let Some(limit) = function.limit {
            let measures = if limit.measures == "zip" { "zipped" } else { limit.measures };
            write!(out, ", limit {} {measures} ({})", super::layout::round(limit.bytes), limit.from)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// `file: library debian-openssl-1.1.x elf x86_64 glibc 41.2 MB`, and what is wrong with it.
pub(super) fn engines(engines: &[EngineReport], out: &mut dyn Write) -> io::Result<()> {
    for engine in engines {
        write!(out, "{}: {}", one_line(&engine.file), engine.kind)?;
        let named = [engine.target.as_deref(), Some(engine.format), engine.arch.as_deref(), engine.libc];
        for word in named.into_iter().flatten() {
            write!(out, " {}", one_line(word))?;
        }
        write!(out, " {}", bytes::human(engine.bytes))?;
        for problem in &engine.problems {
            write!(out, "; {}", one_line(problem))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
