//! What every report has to stand.

use camino::Utf8Path;
use nowcheck::lint::Report;
use nowcheck::report::{Format, Style, render};
use serde_json::Value;

fn style(base: &Utf8Path) -> Style {
    Style { color: false, unicode: true, width: 80, base: base.to_owned() }
}

/// Renders in every format; JSON must be JSON.
pub(crate) fn every_format(report: &Report, base: &Utf8Path) {
    for format in [Format::Human, Format::Compact, Format::Json] {
        let mut out = Vec::new();
        render(format, report, &style(base), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        if format == Format::Json {
            let json: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(json["findings"].as_array().unwrap().len(), report.findings.len());
        }
    }
}
