//! Findings for people: a snippet with carets, what to do, and one closing line.

use std::fmt;
use std::io::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use rustc_hash::FxHashMap;
use textwrap::WordSeparator;

use super::functions;
use super::layout::{clean, count, one_line, trimmed, wrap};
use super::parts;
use super::snippet::Snippet;
use super::style::{Style, Tone};
use crate::document::{Applicability, Fix};
use crate::lint::Report;
use crate::rules::{Finding, Label, RULES, Severity};

/// So many findings of one rule in one file are shown with snippet and help; the others get a line each.
const IN_FULL: usize = 5;
/// Related labels drawn into the snippet; others get a line.
const DRAWN: usize = 4;

/// Findings, functions, closing line.
pub(super) fn check(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    findings(&report.findings, style, out)?;
    functions::table(&report.functions, style, out)?;
    parts::parts(&report.detected, &report.functions, style, out)?;
    closing(report, style, out)
}

/// The findings, each with all that belongs to it; of many of one rule in one file, most in short.
pub(super) fn findings(all: &[Finding], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for in_file in all.chunk_by(|one, next| one.primary.file == next.primary.file) {
        let mut shown: FxHashMap<&str, usize> = FxHashMap::default();
        let mut short: Vec<(&str, Vec<&Finding>)> = Vec::new();
        for finding in in_file {
            let number = shown.entry(finding.rule).or_default();
            *number += 1;
            if *number <= IN_FULL {
                full(finding, style, out)?;
                continue;
            }
            match short.iter_mut().find(|(rule, _)| *rule == finding.rule) {
                Some((_, more)) => more.push(finding),
                None => short.push((finding.rule, vec![finding])),
            }
        }
        for (rule, more) in short {
            brief(rule, &more, style, out)?;
        }
    }
    Ok(())
}

/// The findings of one rule in one file that come after the first few.
fn brief(rule: &str, more: &[&Finding], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = more.first() else { return Ok(()) };
    let file = one_line(&style.path(&first.primary.file));
    let head = format!("{} more {rule} in {file}:", crate::base::bytes::grouped(more.len() as u64));
    writeln!(out, "{}", style.paint(Tone::Strong, head))?;
    let place = |finding: &Finding| format!("{}:{}", finding.primary.start.line, finding.primary.start.column);
    let widest = more.iter().map(|finding| place(finding).len()).max().unwrap_or_default();
    for finding in more {
        let lead = format!("  {:<widest$}  ", place(finding));
        let text = format!("{}{}", one_line(&finding.message), hint(finding));
        writeln!(out, "{}", wrap(&lead, &text, style.columns()))?;
    }
    writeln!(out)
}

/// What the line of a finding keeps of its fix or help.
fn hint(finding: &Finding) -> String {
    let fix = finding.fixes.iter().find(|fix| fix.applicability != Applicability::Display);
    let help = || finding.help.as_deref().filter(|help| help.starts_with("did you mean"));
    match (fix, help()) {
        (Some(fix), _) => {
            let how = if fix.applicability == Applicability::Safe { "fix" } else { "fix --unsafe" };
            format!(" [{how}: {}]", one_line(&fix.title))
        }
        (None, Some(help)) => format!(" [{}]", one_line(help)),
        (None, None) => String::new(),
    }
}

/// One finding with all that belongs to it, and an empty line.
fn full(finding: &Finding, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shown = Shown::new(finding, style);
    let mut text = String::new();
    shown.handler(style).render_report(&mut text, &shown).map_err(io::Error::other)?;
    writeln!(out, "{}", trimmed(text.trim_end_matches('\n')))?;
    if finding.primary.source.is_none() {
        let corner = if style.unicode { "╰─" } else { "`-" };
        writeln!(out, "   {corner}[{}]", style.paint(Tone::Info, one_line(&style.path(&finding.primary.file))))?;
    }
    for label in shown.elsewhere {
        writeln!(out, "{}", related(label, style))?;
    }
    if let Some(help) = &finding.help {
        let lead = format!("  {} ", style.paint(Tone::Info, "help:"));
        writeln!(out, "{}", wrap(&lead, &clean(help), style.columns()))?;
    }
    for fix in &finding.fixes {
        writeln!(out, "{}", repair(fix, style))?;
    }
    writeln!(out)
}

fn related(label: &Label, style: &Style) -> String {
    let mut text = one_line(&style.path(&label.file));
    if label.source.is_some() {
        text = format!("{text}:{}:{}", label.start.line, label.start.column);
    }
    if !label.text.is_empty() {
        text = format!("{text} {}", one_line(&label.text));
    }
    wrap(&format!("  {} ", style.paint(Tone::Info, "see:")), &text, style.columns())
}

fn repair(fix: &Fix, style: &Style) -> String {
    let title = one_line(&fix.title);
    let (tone, word, how) = match fix.applicability {
        Applicability::Safe => (Tone::Good, "fix available:", " (run `nowcheck fix`)"),
        Applicability::Unsafe => {
            (Tone::Good, "fix available:", " (changes what is deployed; run `nowcheck fix --unsafe`)")
        }
        Applicability::Display => (Tone::Info, "hint:", ""),
    };
    wrap(&format!("  {} ", style.paint(tone, word)), &format!("{title}{how}"), style.columns())
}

/// A finding as miette draws it: message and snippet.
struct Shown<'f> {
    severity: Severity,
    message: String,
    snippet: Option<Snippet>,
    /// Related places that are not in the snippet.
    elsewhere: Vec<&'f Label>,
}

impl<'f> Shown<'f> {
    fn new(finding: &'f Finding, style: &Style) -> Self {
        let head = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let message = format!("{}: {}", style.paint(finding.severity.into(), head), clean(&finding.message));
        let primary = &finding.primary;
        let mut elsewhere: Vec<&Label> = Vec::new();
        let mut drawn = vec![primary];
        for label in &finding.related {
            let here = label.file == primary.file && label.source.is_some() && primary.source.is_some();
            if here && drawn.len() <= DRAWN { drawn.push(label) } else { elsewhere.push(label) }
        }
        let snippet = primary.source.as_deref().map(|source| {
            Snippet::new(one_line(&style.path(&primary.file)), source, &drawn, style.columns(), style.unicode)
        });
        let placed =
            |index: usize| snippet.as_ref().is_some_and(|snippet| snippet.marks.iter().any(|mark| mark.label == index));
        let left_out = drawn.iter().enumerate().skip(1).filter(|(index, _)| !placed(*index)).map(|(_, label)| *label);
        let elsewhere = left_out.chain(elsewhere.iter().copied()).collect();
        Self { severity: finding.severity, message, snippet, elsewhere }
    }

    fn handler(&self, style: &Style) -> GraphicalReportHandler {
        let mut theme = match (style.unicode, style.color) {
            (true, true) => GraphicalTheme::unicode(),
            (true, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        theme.characters.advice = "i".into();
        theme.styles.link = theme.styles.help;
        // miette hands out its highlights in the order of the labels in the text: the primary one gets the colour of the severity.
        let primary = match self.severity {
            Severity::Error => theme.styles.error,
            Severity::Warning => theme.styles.warning,
            Severity::Info => theme.styles.advice,
        };
        let marks = self.snippet.iter().flat_map(|snippet| &snippet.marks);
        let mut order: Vec<(usize, bool)> = marks.map(|mark| (mark.bytes.start, mark.label == 0)).collect();
        order.sort_unstable();
        if !order.is_empty() {
            let other = theme.styles.linum;
            theme.styles.highlights = order.iter().map(|&(_, first)| if first { primary } else { other }).collect();
        }
        GraphicalReportHandler::new_themed(theme)
            .with_urls(false)
            .with_width(style.columns() + 2)
            .with_context_lines(1)
            .with_break_words(false)
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
            .without_syntax_highlighting()
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        let label = |(index, mark): (usize, &super::snippet::Mark)| {
            let span = (mark.bytes.start, mark.bytes.len());
            if index == 0 {
                LabeledSpan::new_primary_with_span(mark.words.clone(), span)
            } else {
                LabeledSpan::new_with_span(mark.words.clone(), span)
            }
        };
        Some(Box::new(snippet.marks.iter().enumerate().map(label)))
    }
}

/// What the run comes to.
fn closing(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let summary = report.summary();
    let checked = report.checked;
    if report.findings.is_empty() && checked.projects == 0 && checked.configs == 0 {
        let text = "nothing to check: no now.json, vercel.json or package.json was found here. Run nowcheck in the folder of a project, \
                    or name that folder: nowcheck check PATH";
        return writeln!(out, "{}", wrap("", text, style.columns()));
    }
    let mut parts = Vec::new();
    for (number, tone, one, many) in [
        (summary.errors, Tone::Error, "error", "errors"),
        (summary.warnings, Tone::Warning, "warning", "warnings"),
        (summary.infos, Tone::Info, "info", "infos"),
    ] {
        if number > 0 {
            parts.push(style.paint(tone, count(number, one, many)));
        }
    }
    let line = if parts.is_empty() {
        let tick = if style.unicode { "✓ " } else { "" };
        style.paint(Tone::Good, format!("{tick}nothing wrong in {}", looked_at(report)))
    } else {
        let number = |count: usize| crate::base::bytes::grouped(count as u64);
        let fixable = match (summary.fixable, summary.fixable_unsafe) {
            (0, 0) => String::new(),
            (safe, 0) => format!(" ({} fixable with `nowcheck fix`)", number(safe)),
            (0, bold) => format!(" ({} fixable with `nowcheck fix --unsafe`)", number(bold)),
            (safe, bold) => {
                format!(" ({} fixable with `nowcheck fix`, {} more with `--unsafe`)", number(safe), number(bold))
            }
        };
        format!("{}{fixable}{}", parts.join(", "), place(report))
    };
    writeln!(out, "{}", wrap("", &line, style.columns()))?;
    let Some(platform) = report.barely else { return Ok(()) };
    let looking = RULES.iter().filter(|rule| rule.platforms.contains(&platform)).count();
    let text = format!(
        "of {} rules {looking} look at {platform}: whether a deploy works there is not judged",
        crate::base::bytes::grouped(RULES.len() as u64)
    );
    let lead = format!("{} ", style.paint(Tone::Info, "note:"));
    writeln!(out, "{}", wrap(&lead, &text, style.columns()))
}

/// Projects, config files and functions, in words.
fn looked_at(report: &Report) -> String {
    let numbers = [
        (report.checked.projects, "project", "projects"),
        (report.checked.configs, "config file", "config files"),
        (report.functions.len(), "function", "functions"),
    ];
    let parts: Vec<String> = numbers
        .iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(*number, one, many))
        .collect();
    match parts.split_last() {
        None => "the given files".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Where findings were found: in the projects, or the files where there is no project around them.
fn place(report: &Report) -> String {
    match (report.checked.projects, report.checked.configs) {
        (0, 0) => String::new(),
        (0, configs) => format!(" in {}", count(configs, "config file", "config files")),
        (projects, _) => format!(" in {}", count(projects, "project", "projects")),
    }
}
