//! `size/max-lambda-size-invalid`: the text of `maxLambdaSize` does not mean what it seems to.

use serde_json::json;

use crate::analysis::{Analysis, FunctionView};
use crate::base::bytes::{MB, Parsed, grouped, human};
use crate::detect::max_lambda_size;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, Value, insert};
use crate::platform::Platform;
use crate::platform::limits::NOW_MAXIMUM;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "size/max-lambda-size-invalid",
    summary: "the text of maxLambdaSize does not mean what it seems to",
    severity: Severity::Error,
    platforms: &[Platform::Now],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("max_lambda_size_invalid.md"),
    check,
};

/// Nothing that starts is smaller: an Express application alone zips to 300 KB.
const SMALLEST: i64 = 64 * 1024;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    for build in config.builds() {
        let Some(node) = build.option("maxLambdaSize") else { continue };
        let Some((message, right)) = judge(node) else { continue };
        let path = build.option_path("maxLambdaSize");
        let label = Label::at(config.document(), &path, Part::Value, "");
        let help = match &right {
            Some(right) => format!("write \"{right}\""),
            None => "write a size with one of the units kb, mb, gb, at most \"50mb\"".to_owned(),
        };
        let fix = right.and_then(|right| write(config.document(), &path, &right));
        findings.push(Finding::new(RULE.id, Severity::Error, label, message).help(help).fix(fix));
    }
}

/// Whether the function's `maxLambdaSize` has a finding of this rule: then its value says nothing about the size.
pub(super) fn is_invalid(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> bool {
    let place = view.function().place.as_ref().map(|place| place.key("config").key("maxLambdaSize"));
    let node = place.and_then(|path| analysis.project().config()?.document().get(&path));
    analysis.project().platform() == Platform::Now && node.is_some_and(|node| judge(node).is_some())
}

/// What is wrong, and what was meant where that is plain.
fn judge(node: Node<'_>) -> Option<(String, Option<String>)> {
    let text = match node.value() {
        Value::String(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return Some((format!("maxLambdaSize is {}, where a size such as \"25mb\" belongs", node.kind()), None)),
    };
    let meant = meant(&text);
    match max_lambda_size(node) {
        Parsed::NotANumber => {
            Some((format!("\"{text}\" is no size: the builder compares with nothing, and the platform decides"), meant))
        }
        Parsed::LeadingInteger(bytes) => Some((
            format!(
                "\"{text}\" means {} bytes, because the builder knows the units kb, mb and gb alone{}",
                grouped_signed(bytes),
                consequence(bytes)
            ),
            meant,
        )),
        Parsed::Exact(bytes) if bytes < SMALLEST => {
            Some((format!("{text:?} means {} bytes{}", grouped_signed(bytes), consequence(bytes)), meant))
        }
        Parsed::Exact(bytes) if bytes.unsigned_abs() > NOW_MAXIMUM => Some((
            format!(
                "\"{text}\" is {}, over the {} that the platform allows",
                human(bytes.unsigned_abs()),
                human(NOW_MAXIMUM)
            ),
            Some("50mb".to_owned()),
        )),
        Parsed::Exact(_) => None,
    }
}

fn grouped_signed(bytes: i64) -> String {
    format!("{}{}", if bytes < 0 { "-" } else { "" }, grouped(bytes.unsigned_abs()))
}

fn consequence(bytes: i64) -> &'static str {
    if bytes < SMALLEST { ": no function is that small" } else { "" }
}

/// `25m`, `25MiB`, `25 megabytes`, `25`: a number that is a sensible count of megabytes is taken for one.
fn meant(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches(['-', '+']);
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let number: f64 = digits.parse().ok()?;
    let unit = text[digits.len()..].trim().to_ascii_lowercase();
    let megabytes = match unit.as_str() {
        "" if number > 50.0 && number <= NOW_MAXIMUM as f64 => number / MB as f64,
        "" | "m" | "mb" | "mib" | "mo" | "meg" | "megs" | "megabyte" | "megabytes" => number,
        "k" | "kb" | "kib" => number / 1024.0,
        "g" | "gb" | "gib" => number * 1024.0,
        _ => return None,
    };
    (megabytes >= 1.0).then(|| format!("{}mb", (megabytes.ceil() as u64).min(50)))
}

fn write(document: &Document, path: &Path, right: &str) -> Option<Fix> {
    let edit = insert::set(document, path, &json!(right))?;
    Some(Fix {
        title: format!("Set maxLambdaSize to \"{right}\""),
        applicability: Applicability::Safe,
        edits: vec![edit],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: &str) -> Option<Option<String>> {
        let document = Document::json("now.json", value);
        judge(document.root().unwrap()).map(|(_, meant)| meant)
    }

    #[test]
    fn texts_that_mislead_are_told_with_what_was_meant() {
        for (value, expected) in [
            ("\"25mb\"", None),
            ("\"50 MB\"", None),
            ("26214400", None),
            ("\"25m\"", Some(Some("25mb"))),
            ("\"25MiB\"", Some(Some("25mb"))),
            ("\"25\"", Some(Some("25mb"))),
            ("25", Some(Some("25mb"))),
            ("\"60mb\"", Some(Some("50mb"))),
            ("\"-5mb\"", Some(Some("5mb"))),
            ("\"NaN\"", Some(None)),
            ("\"\"", Some(None)),
            ("\"mb\"", Some(None)),
            ("true", Some(None)),
            ("0", Some(None)),
        ] {
            assert_eq!(judged(value), expected.map(|meant| meant.map(str::to_owned)), "{value}");
        }
    }
}
