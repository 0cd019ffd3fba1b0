//! `engine/schema-syntax`: generate cannot read the generator or datasource block.

use super::generating::Reading;
use super::schema_blocks;
use crate::analysis::Analysis;
use crate::base::{Span, style};
use crate::document::json::ProblemKind;
use crate::document::prisma::Slip;
use crate::document::{Applicability, Document, Edit, Fix, Node, Problem};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/schema-syntax",
    summary: "`prisma generate` refuses a generator or datasource block, so there is no client",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("schema_syntax.md"),
    check,
};

/// The oldest parser that was tried.
pub(super) const TRIED: &str = "3.5.0";

/// From this version on comments in `/* */` are read.
const BLOCK_COMMENTS: &str = "6.6.0";

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    for reading in Reading::all(analysis) {
        for document in reading.documents() {
            let mut line = None;
            for problem in document.problems().iter().filter(|problem| counts(&reading, &problem.kind)) {
                // What follows a mistake on its line is mostly the same mistake.
                let here = document.position(problem.span.start).line;
                if line.replace(here) != Some(here) {
                    findings.push(finding(&reading, document, problem));
                }
            }
        }
        schema_blocks::check(&reading, findings);
    }
}

fn counts(reading: &Reading<'_>, kind: &ProblemKind) -> bool {
    match kind {
        // Prisma reads U+FFFD there, which is wrong only where a name or a bracket should stand: then that is told.
        ProblemKind::NotUtf8 => false,
        ProblemKind::Prisma(Slip::BlockComment) => reading.age.is_some() && !reading.is_at_least(BLOCK_COMMENTS),
        _ => true,
    }
}

/// What is certain of parsers that were tried is one step less so of older ones.
pub(super) fn severity(reading: &Reading<'_>) -> Severity {
    if reading.is_at_least(TRIED) { reading.stops } else { Severity::Warning }
}

/// The end of a message.
pub(super) fn outcome(reading: &Reading<'_>) -> String {
    match &reading.version {
        None => format!("{} (as every Prisma since 3.5 has it; the version is not known here)", reading.outcome()),
        Some(_) if reading.is_at_least(TRIED) => reading.outcome(),
        Some(_) => {
            format!("{} (as every Prisma since 3.5 has it; {} was not tried)", reading.outcome(), reading.prisma())
        }
    }
}

fn finding(reading: &Reading<'_>, document: &Document, problem: &Problem) -> Finding {
    let (what, help, label) = words(&problem.kind);
    let message = format!("{what}: {}", outcome(reading));
    let finding = Finding::new(RULE.id, severity(reading), Label::span(document, problem.span, label), message);
    let finding = match &problem.kind {
        ProblemKind::Unclosed { open, .. } => finding.related(Label::span(document, *open, "opened here")),
        _ => finding,
    };
    finding.help(help).fix(repair(document, problem))
}

/// What is wrong, what to do, and the word beside the caret.
fn words(kind: &ProblemKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        ProblemKind::ByteOrderMark => (
            "the schema starts with a byte order mark, which Prisma takes for a part of its first line",
            "save it as UTF-8 without BOM",
            "an invisible character",
        ),
        ProblemKind::Utf16 => {
            ("the schema is UTF-16, of which Prisma reads nothing", "save it as UTF-8 without BOM", "UTF-16")
        }
        ProblemKind::Unclosed { .. } => {
            ("a block is never closed", "write `}` on a line of its own behind the block", "no `}` up to here")
        }
        ProblemKind::Prisma(slip) => words_of_slip(*slip),
        _ => ("not a Prisma schema", "write it as Prisma does", ""),
    }
}

fn words_of_slip(slip: Slip) -> (&'static str, &'static str, &'static str) {
    match slip {
        Slip::NoName => ("the block has no name", "write a name before the `{`: `generator client {`", "no name"),
        Slip::NoBrace => {
            ("the `{` of a block must stand on the line of its name", "write `generator client {` on one line", "")
        }
        Slip::BehindBrace => (
            "a block on one line: what stands behind its `{` is not read, the `}` neither",
            "give each key a line of its own, and the `}` too",
            "on a line of its own",
        ),
        Slip::BraceBehindValue => {
            ("the `}` of a block must stand on a line of its own", "write it on the next line", "on a line of its own")
        }
        Slip::StrayBrace => {
            ("a `}` that closes nothing", "delete it, or write the line that opens its block", "nothing is open")
        }
        Slip::NoEquals => ("a line that is no `key = value`", "write `key = value`, or delete the line", "no `=`"),
        Slip::NoValue => ("a key without a value", "write the value behind the `=`, or delete the line", "no value"),
        Slip::BareWord => {
            ("a value without quotes", "write a string in double quotes, or a variable as env(\"NAME\")", "no quotes")
        }
        Slip::OpenString => ("a string without its closing quote", "close the string with `\"`", "opened here"),
        Slip::OtherQuotes => ("quotes that Prisma does not know", "use straight double quotes: \"", "other quotes"),
        Slip::BadEscape => {
            ("a backslash that is no escape", "write `\\\\` for a backslash, or `/` in a path", "no escape")
        }
        Slip::SeveralLines => {
            ("a list must stand on one line", "write the list on one line", "goes on in the next line")
        }
        Slip::ExtraComma => ("a comma without an item behind it", "delete the comma", "this comma"),
        Slip::MissingComma => ("a comma is missing between two items", "write `,` here", "a comma belongs here"),
        Slip::BehindValue => {
            ("something stands behind the value", "end the line behind the value", "one value too many")
        }
        Slip::BlockComment => {
            ("a comment in `/* */`, which Prisma reads from 6.6 on", "begin each line of it with `//`", "a comment")
        }
        Slip::Unexpected => (
            "the value cannot be read",
            "write a string in double quotes, a list of those, or env(\"NAME\")",
            "unexpected",
        ),
    }
}

/// The edit that makes the line what it was meant to be, where that is certain.
fn repair(document: &Document, problem: &Problem) -> Option<Fix> {
    let shown = problem.span.slice(document.text());
    let insert = |text: String| (Span::at(problem.span.start), text);
    let (title, (span, text)) = match problem.kind {
        ProblemKind::ByteOrderMark => ("Delete the byte order mark", (problem.span, String::new())),
        ProblemKind::Prisma(slip) => match slip {
            Slip::ExtraComma => ("Delete the comma", (problem.span, String::new())),
            Slip::MissingComma => ("Insert the comma", insert(",".to_owned())),
            Slip::BehindValue if matches!(shown, "," | ";") => {
                ("Delete what stands behind the value", (problem.span, String::new()))
            }
            Slip::NoEquals => ("Write `=`", colon(shown, problem.span)?),
            Slip::BareWord => ("Write it as Prisma does", (problem.span, quoted(shown)?)),
            Slip::BadEscape => ("Escape the backslash", insert("\\".to_owned())),
            Slip::OtherQuotes => ("Use double quotes", (problem.span, straightened(shown)?)),
            Slip::BraceBehindValue => {
                ("Put `}` on a line of its own", insert(style::newline(document.text()).to_owned()))
            }
            Slip::SeveralLines => ("Write the list on one line", joined(document, problem.span.start)?),
            _ => return None,
        },
        _ => return None,
    };
    let edits = vec![Edit { file: document.file().to_owned(), span, text }];
    Some(Fix { title: title.to_owned(), applicability: Applicability::Safe, edits })
}

/// `key: "value"` with `=`, where only that is wrong.
fn colon(shown: &str, span: Span) -> Option<(Span, String)> {
    let (key, value) = shown.split_once(':')?;
    let is_word = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    let at = span.start + key.len();
    (is_word && value.trim_start().starts_with(['"', '['])).then(|| (Span::new(at, at + 1), " =".to_owned()))
}

fn quoted(word: &str) -> Option<String> {
    if let Some(name) = word.strip_prefix("process.env.") {
        return Some(format!("env(\"{name}\")"));
    }
    let is_name = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    is_name.then(|| format!("\"{word}\""))
}

fn straightened(shown: &str) -> Option<String> {
    let mut inner = shown.chars();
    let (open, close) = (inner.next()?, inner.next_back()?);
    let is_pair = matches!((open, close), ('\'', '\'') | ('“', '”') | ('‘', '’'));
    let inner = inner.as_str();
    let is_plain = !inner.contains(['"', '\\', '\'', '“', '”', '‘', '’', ',']);
    (is_pair && is_plain).then(|| format!("\"{inner}\""))
}

/// The list that begins here, on one line; none where it was not closed, or has comments or more than strings.
fn joined(document: &Document, start: usize) -> Option<(Span, String)> {
    let list = document.tree().nodes().find(|node| node.is_array() && node.span().start == start)?;
    let text = list.span().slice(document.text());
    let is_plain = text.ends_with(']') && !text.contains("//") && !text.contains("/*");
    let items: Option<Vec<&str>> =
        list.items().map(|item| item.as_str().map(|_| Node::span(item).slice(document.text()))).collect();
    let items = items.filter(|items| items.iter().all(|item| item.len() > 1 && item.ends_with('"')))?;
    is_plain.then(|| (list.span(), format!("[{}]", items.join(", "))))
}
