//! `config/syntax`: the text is not JSON as `JSON.parse` reads it, or not TOML as the platform does.

use crate::analysis::{Analysis, MAX_DEPTH};
use crate::base::Span;
use crate::document::json::ProblemKind;
use crate::document::toml::Refused;
use crate::document::{Applicability, Document, Edit, Fix, Format, Problem};
use crate::platform::Platform;
use crate::rules::config::{brackets, toml_syntax};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/syntax",
    summary: "the config is not valid JSON or TOML, so the platform cannot read it",
    severity: Severity::Error,
    platforms: &Platform::ALL,
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("syntax.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let problems = document.problems();
    let mark = if problems.is_empty() { None } else { merge_mark(document.text()) };
    if let Some(mark) = mark.filter(|mark| problems.iter().any(|problem| touches(problem, *mark))) {
        findings.push(unmerged(document, mark));
    } else {
        let is_curly = |problem: &Problem| problem.kind == ProblemKind::CurlyQuotes;
        let first = problems.iter().position(is_curly);
        let told = problems.iter().enumerate().filter(|(at, problem)| !is_curly(problem) || Some(*at) == first);
        findings.extend(told.take(MOST).map(|(_, problem)| judge(document, problem)));
    }
    if document.tree().depth() > MAX_DEPTH {
        let message = format!(
            "values are nested {} deep; what lies deeper than {MAX_DEPTH} is not judged",
            document.tree().depth()
        );
        findings.push(Finding::new(RULE.id, Severity::Warning, Label::span(document, Span::at(0), ""), message));
    }
}

/// The line that begins a conflict which a merge or rebase has left.
fn merge_mark(text: &str) -> Option<Span> {
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark)).then_some(span)
    })
}

fn touches(problem: &Problem, place: Span) -> bool {
    problem.span.start <= place.end && problem.span.end >= place.start
}

fn unmerged(document: &Document, mark: Span) -> Finding {
    let name = document.file().file_name().unwrap_or("the config");
    let message = format!("a merge was not finished, its marks stand in the text: the platform cannot read {name}");
    Finding::new(RULE.id, Severity::Error, Label::span(document, mark, "two versions from here on"), message)
        .help("keep one of the two versions, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`")
}

fn judge(document: &Document, problem: &Problem) -> Finding {
    let (message, help, label) = match &problem.kind {
        ProblemKind::Toml(refused) => toml_syntax::words(refused, document, problem.span),
        kind => words(kind),
    };
    let name = document.file().file_name().unwrap_or("the config");
    let reader = if document.format() == Format::Toml { "as TOML 1.0" } else { "with JSON.parse" };
    // Node reads such bytes as U+FFFD, which JSON.parse takes: the deploy goes through, with other text than was written.
    let (severity, outcome) = match problem.kind {
        ProblemKind::NotUtf8 => (Severity::Warning, format!("the platform reads U+FFFD in {name} where they stand")),
        ProblemKind::Toml(Refused::Skipped) => {
            (Severity::Warning, format!("the platform reads {name} without what stands here, up to the next comma"))
        }
        ProblemKind::Toml(Refused::StrayComma) => {
            (Severity::Warning, "the platform's reader lets it pass today, by mistake".to_owned())
        }
        ProblemKind::Toml(Refused::TooDeep) => (Severity::Warning, "what lies inside is not judged".to_owned()),
        _ => (Severity::Error, format!("the platform reads {name} {reader}, which refuses it")),
    };
    let label = Label::span(document, problem.span, label);
    let finding = Finding::new(RULE.id, severity, label, format!("{message}: {outcome}"));
    let finding = match &problem.kind {
        ProblemKind::Unclosed { open, .. } => finding.related(Label::span(document, *open, "opened here")),
        ProblemKind::Toml(Refused::Twice { first, .. }) => {
            finding.related(Label::span(document, *first, "the first time"))
        }
        _ => finding,
    };
    finding.help(help).fix(repair(document, problem))
}

/// Message, help and the word beside the caret, for a problem of JSON.
pub(super) fn words(kind: &ProblemKind) -> (String, String, &'static str) {
    let (message, help, label): (String, String, &'static str) = match kind {
        ProblemKind::ByteOrderMark => (
            "the file starts with a byte order mark".into(),
            "save it as UTF-8 without BOM".into(),
            "an invisible character",
        ),
        ProblemKind::NotUtf8 => ("bytes that are not UTF-8".into(), "save it as UTF-8".into(), "not UTF-8"),
        ProblemKind::Utf16 => ("the file is UTF-16".into(), "save it as UTF-8 without BOM".into(), "UTF-16"),
        ProblemKind::Empty => {
            ("the file is empty".into(), "write at least `{}`, or delete the file".into(), "nothing here")
        }
        ProblemKind::Comment => ("JSON has no comments".into(), "delete the comment".into(), "a comment"),
        ProblemKind::TrailingComma => {
            ("a comma before the closing bracket".into(), "delete the comma".into(), "this comma")
        }
        ProblemKind::MissingComma => {
            ("a comma is missing between two entries".into(), "write `,` here".into(), "a comma belongs here")
        }
        ProblemKind::MissingColon => {
            ("a key without a colon".into(), "write `:` between the key and its value".into(), "a colon belongs here")
        }
        ProblemKind::SingleQuotes => ("a string in single quotes".into(), "use double quotes".into(), "single quotes"),
        ProblemKind::CurlyQuotes => (
            "strings in curly quotes, as word processors write them".into(),
            "use straight double quotes: \"".into(),
            "curly quotes",
        ),
        ProblemKind::OtherWord(meant) => (
            format!("JSON has its own word for this, `{meant}`"),
            format!("write `{meant}`, in small letters"),
            "not JSON",
        ),
        ProblemKind::UnquotedKey(key) => {
            (format!("the key {key} has no quotes"), format!("write \"{key}\""), "no quotes")
        }
        ProblemKind::RawControl(c) => (
            format!("a raw {} inside a string", control(*c)),
            format!("write `{}`", json_escape(*c)),
            "not allowed in a string",
        ),
        ProblemKind::BadEscape => {
            ("an escape that JSON does not know".into(), "write `\\\\` for a backslash".into(), "unknown escape")
        }
        ProblemKind::BadNumber => (
            "not a JSON number".into(),
            "write a decimal number without `+`, leading zeros or a bare point".into(),
            "not a number",
        ),
        ProblemKind::ForeignSpace(c) => {
            (format!("the white space U+{:04X}", u32::from(*c)), "use an ordinary space".into(), "an unusual space")
        }
        ProblemKind::UnterminatedString => {
            ("a string without its closing quote".into(), "close the string with `\"`".into(), "opened here")
        }
        ProblemKind::Unclosed { bracket, .. } => {
            let close = if *bracket == '{' { '}' } else { ']' };
            (format!("the `{bracket}` is never closed"), format!("add `{close}`"), "the text ends here")
        }
        ProblemKind::Unexpected { found, expected } => {
            (format!("found `{found}` where {expected} should be"), format!("write {expected}"), "unexpected")
        }
        ProblemKind::TrailingContent => {
            ("text behind the end of the value".into(), "keep one value only".into(), "the value ended before")
        }
        ProblemKind::Toml(_) => ("not TOML".into(), String::new(), ""),
        ProblemKind::Prisma(_) => ("not a Prisma schema".into(), String::new(), ""),
    };
    (message, help, label)
}

/// A control character as JSON writes it.
fn json_escape(c: char) -> String {
    let quoted = serde_json::Value::from(c.to_string()).to_string();
    quoted.trim_matches('"').to_owned()
}

fn control(c: char) -> &'static str {
    match c {
        '\t' => "tab",
        '\n' | '\r' => "line break",
        _ => "control character",
    }
}

/// Nothing, or a space where the comment alone keeps two words apart.
fn instead_of_comment(document: &Document, span: Span) -> String {
    let is_word = |c: char| !c.is_whitespace() && !"{}[],:".contains(c);
    let before = document.text().get(..span.start).and_then(|before| before.chars().next_back());
    let after = document.text().get(span.end..).and_then(|after| after.chars().next());
    let joins = before.is_some_and(is_word) && after.is_some_and(is_word);
    if joins { " ".to_owned() } else { String::new() }
}

/// The edit that makes the text what it was meant to be, where that is certain.
fn repair(document: &Document, problem: &Problem) -> Option<Fix> {
    if let ProblemKind::Toml(refused) = &problem.kind {
        return toml_syntax::repair(refused, document, problem.span);
    }
    // Behind a quote that is missing, strings and what lies between them have changed places: what seems missing there is not.
    let is_shifted = document.problems().iter().any(|problem| problem.kind == ProblemKind::UnterminatedString);
    if is_shifted && problem.kind != ProblemKind::ByteOrderMark {
        return None;
    }
    if problem.kind == ProblemKind::CurlyQuotes {
        return straightened(document);
    }
    let text = problem.span.slice(document.text());
    let inserted = |what: &str| Some((Span::at(problem.span.start), what.to_owned()));
    let (title, applicability, (span, text)) = match &problem.kind {
        ProblemKind::ByteOrderMark => {
            ("Delete the byte order mark", Applicability::Safe, (problem.span, String::new()))
        }
        ProblemKind::TrailingComma => ("Delete the comma", Applicability::Safe, (problem.span, String::new())),
        ProblemKind::MissingComma => ("Insert the comma", Applicability::Safe, inserted(",")?),
        ProblemKind::MissingColon => ("Insert the colon", Applicability::Safe, inserted(":")?),
        ProblemKind::OtherWord(meant) => {
            ("Write JSON's word", Applicability::Safe, (problem.span, (*meant).to_owned()))
        }
        ProblemKind::UnquotedKey(key) => ("Quote the key", Applicability::Safe, (problem.span, format!("\"{key}\""))),
        ProblemKind::RawControl(c) => ("Escape the character", Applicability::Safe, (problem.span, json_escape(*c))),
        ProblemKind::ForeignSpace(_) => ("Use a space", Applicability::Safe, (problem.span, " ".to_owned())),
        ProblemKind::SingleQuotes => {
            let inner = text.get(1..text.len().checked_sub(1)?).filter(|inner| !inner.contains(['"', '\\']))?;
            ("Use double quotes", Applicability::Safe, (problem.span, format!("\"{inner}\"")))
        }
        // A comment may hold what its author needs: not taken away unasked.
        ProblemKind::Comment => {
            let span = with_blanks(document.text(), problem.span);
            ("Delete the comment", Applicability::Unsafe, (span, instead_of_comment(document, span)))
        }
        _ => return brackets::repair(document, problem),
    };
    let edits = vec![Edit { file: document.file().to_owned(), span, text }];
    Some(Fix { title: title.to_owned(), applicability, edits })
}

/// All strings in curly quotes, in straight ones.
fn straightened(document: &Document) -> Option<Fix> {
    let curly = document.problems().iter().filter(|problem| problem.kind == ProblemKind::CurlyQuotes);
    let straight = |problem: &Problem| {
        let mut inner = problem.span.slice(document.text()).chars();
        inner.next().and(inner.next_back())?;
        let inner = Some(inner.as_str()).filter(|inner| !inner.contains(['"', '\\']))?;
        Some(Edit { file: document.file().to_owned(), span: problem.span, text: format!("\"{inner}\"") })
    };
    let edits = curly.map(straight).collect::<Option<Vec<_>>>()?;
    Some(Fix { title: "Use straight double quotes".to_owned(), applicability: Applicability::Safe, edits })
}

/// The bytes of a comment and the blanks before it; with its line end, where nothing else stands on the line.
fn with_blanks(text: &str, comment: Span) -> Span {
    let before = text.get(..comment.start).unwrap_or_default().trim_end_matches([' ', '\t']);
    let rest = text.get(comment.end..).unwrap_or_default();
    let newline = ["\r\n", "\n"].into_iter().find(|newline| rest.starts_with(newline));
    match newline {
        Some(newline) if before.is_empty() || before.ends_with('\n') => {
            Span::new(before.len(), comment.end + newline.len())
        }
        Some(_) => Span::new(before.len(), comment.end),
        None if rest.starts_with([' ', '\t']) => Span::new(before.len(), comment.end),
        None => comment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_takes_its_blanks_and_its_own_line_along() {
        for (text, expected) in [
            ("{\r\n  // a\r\n  \"b\": 1\r\n}", "{\r\n  \"b\": 1\r\n}"),
            ("// a\n{}", "{}"),
            ("{ /* a */ \"b\": 1 }", "{ \"b\": 1 }"),
            ("{ \"b\": 1, // é\n\"c\": 2 }", "{ \"b\": 1,\n\"c\": 2 }"),
            ("{ \"b\":/* a */1 }", "{ \"b\":1 }"),
            ("{} // a", "{} "),
        ] {
            let start = text.find('/').unwrap();
            let end = if text[start..].starts_with("//") {
                text[start..].find(['\r', '\n']).map_or(text.len(), |at| start + at)
            } else {
                text.find("*/").unwrap() + 2
            };
            let mut edited = text.to_owned();
            let span = with_blanks(text, Span::new(start, end));
            edited.replace_range(span.start..span.end, "");
            assert_eq!(edited, expected, "{text}");
        }
    }
}
