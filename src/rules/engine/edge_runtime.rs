//! `engine/edge-runtime`: code on the edge runtime makes a client that needs Node.js.

use crate::analysis::{Analysis, EdgeCode, EdgeKind};
use crate::document::{Applicability, Edit, Fix};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "engine/edge-runtime",
    summary: "code on the edge runtime makes a Prisma client that needs Node.js",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::Sometimes,
    page: include_str!("edge_runtime.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    findings.extend(analysis.edge_clients().iter().map(|code| finding(analysis, code)));
}

fn finding(analysis: &Analysis<'_>, code: &EdgeCode) -> Finding {
    let entry = analysis.project().relative(&code.entry);
    let maker = analysis.project().relative(&code.site.file);
    let made = if maker == entry { String::new() } else { format!(" (made in {maker})") };
    let is_certain = code.is_near && code.kind == EdgeKind::Function;
    let fails = if is_certain { "the first query fails" } else { "a query from there fails" };
    let by_age = code.kind == EdgeKind::PlatformMiddleware && code.declared.is_none();
    let runs = if by_age {
        "runs on the edge runtime, if the project was created before September 2026,"
    } else {
        "runs on the edge runtime,"
    };
    let message =
        format!("{entry} {runs} where the client of @prisma/client{made} cannot load its query engine: {fails}");
    let severity = match (is_certain, code.is_near) {
        (true, _) => Severity::Error,
        (false, true) if by_age => Severity::Info,
        (false, true) => Severity::Warning,
        // Imported on the way to something else, it may never be asked.
        (false, false) => Severity::Info,
    };
    let adapter = "or give the client a driver adapter (Prisma 5.11 and later)";
    let help = match code.kind {
        EdgeKind::Function => format!("let it run on Node.js: write \"nodejs\"; {adapter}"),
        EdgeKind::PlatformMiddleware => format!(
            "query elsewhere, or let it run on Node.js: `export const config = {{ runtime: \"nodejs\" }}`; {adapter}"
        ),
        EdgeKind::Middleware => {
            format!(
                "query elsewhere, or let it run on Node.js: `export const config = {{ runtime: \"nodejs\" }}` (Next.js 15.5 and later); {adapter}"
            )
        }
    };
    let label = match code.declared {
        Some(span) => places::in_source(analysis, &code.entry, span, ""),
        None if maker == entry => places::of_import(analysis, &code.site, ""),
        None => Label::file(&code.entry),
    };
    let found = Finding::new(RULE.id, severity, label, message).help(help).fix(code.declared.map(|span| Fix {
        title: "Run it on Node.js".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { file: code.entry.clone(), span, text: quoted(analysis, code) }],
    }));
    if maker == entry { found } else { found.related(places::of_import(analysis, &code.site, "this client")) }
}

/// `nodejs` in the quotes that stand there.
fn quoted(analysis: &Analysis<'_>, code: &EdgeCode) -> String {
    let source = analysis.project().source(&code.entry);
    let quote = code.declared.zip(source).and_then(|(span, source)| source.text().get(span.start..)?.chars().next());
    let quote = quote.filter(|quote| matches!(quote, '\'' | '"')).unwrap_or('"');
    format!("{quote}nodejs{quote}")
}
