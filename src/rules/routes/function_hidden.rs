//! `routes/function-hidden`: a route before the file system takes the URLs of a function and leads them to no function.

use std::collections::BTreeMap;

use super::{label, local_path};
use crate::analysis::{Analysis, FunctionView};
use crate::base::Span;
use crate::document::{Applicability, Document, Edit, Fix, Format, Node, Path, Segment};
use crate::platform::Platform;
use crate::routing::Compiled;
use crate::routing::table::{Phase, Table};
use crate::rules::{Finding, FixKind, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "routes/function-hidden",
    summary: "a route takes the URLs of a function before functions are looked for",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("function_hidden.md"),
    check,
};

/// Functions of one project that are asked about.
const MOST_FUNCTIONS: usize = 200;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let routes = analysis.routes();
    let is_taker = |route: &Compiled| takes(route).is_some();
    if !routes.compiled.iter().any(is_taker) {
        return;
    }
    let dests: Vec<&str> = routes.compiled.iter().filter_map(Compiled::dest).collect();
    // What a capture leads to may be any function.
    if dests.iter().any(|dest| dest.contains('$')) {
        return;
    }
    // A server of a framework answers many paths, and which ones is not known here.
    if !analysis.functions().all(|view| is_of_one_file(&view)) {
        return;
    }
    let names: Vec<String> = analysis.functions().map(|view| view.function().entrypoint.clone()).collect();
    let is_function = |path: &str| names.iter().any(|name| urls(name).any(|url| url.trim_matches('/') == path));
    let mut table = Table::new(routes.compiled.clone());
    let mut hidden: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for name in names.iter().filter(|name| !name.contains('[')).take(MOST_FUNCTIONS) {
        let leads_to_it = |dest: &&str| {
            let path = dest.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
            urls(name).any(|url| url.trim_matches('/') == path || url.trim_matches('/') == stem(path))
        };
        if dests.iter().any(leads_to_it) {
            continue;
        }
        let mut takers = urls(name).map(|url| taker(&mut table, &url));
        let Some(Some(first)) = takers.next() else { continue };
        let is_whole = takers.all(|taker| taker == Some(first));
        let dest = routes.compiled.get(first).and_then(takes);
        // One server may answer all, and its modules lie beside it; of a destination that nothing answers another rule tells.
        if is_whole && dest.is_some_and(|dest| !is_function(dest.trim_matches('/')) && !analysis.answers().lacks(dest))
        {
            hidden.entry(first).or_default().push(name);
        }
    }
    for (by, names) in hidden {
        findings.extend(routes.compiled.get(by).and_then(|route| finding(config.document(), route, &names)));
    }
}

/// Whether its builder makes one function of one file, and brings no routes along.
fn is_of_one_file(view: &FunctionView<'_, '_>) -> bool {
    let known = view.function().builder.builder();
    known.is_some_and(|known| ["node", "node-server", "python", "go", "ruby"].contains(&known.base()))
}

/// The plain path that the route leads every request to that it matches, before the file system is asked.
fn takes(route: &Compiled) -> Option<&str> {
    let known = ["src", "dest", "headers", "caseSensitive"];
    let is_plain = route.fields.keys().all(|key| known.contains(&&**key)) && !route.continues();
    let is_of_routes = matches!(route.origin.segments().first(), Some(Segment::Key(list)) if &**list == "routes");
    route.dest().filter(|_| is_plain && is_of_routes).and_then(local_path)
}

/// A path without the ending of its file: what is compiled may answer under another one.
fn stem(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') => stem,
        _ => path,
    }
}

/// The URLs that a function answers: with and without its ending, and its folder's for an index.
fn urls(name: &str) -> impl Iterator<Item = String> {
    let stem = stem(name);
    let folder = stem.strip_suffix("/index").or((stem == "index").then_some(""));
    [Some(name), Some(stem), folder].into_iter().flatten().map(|path| format!("/{path}"))
}

/// The first row that certainly takes the URL before the file system; none where one before it might do otherwise.
fn taker(table: &mut Table, url: &str) -> Option<usize> {
    for row in table.unread_or_candidates(url)? {
        let is_match = table.is_match(row, url);
        let found = table.rows().get(row).filter(|found| found.phase == Phase::Initial)?;
        match is_match {
            Some(false) => {}
            Some(true) if takes(&found.route).is_some() => return Some(row),
            // What only adds headers goes on with the same URL.
            _ if found.route.continues() && found.route.dest().is_none() => {}
            _ => return None,
        }
    }
    None
}

fn finding(document: &Document, route: &Compiled, names: &[&str]) -> Option<Finding> {
    let (first, others) = names.split_first()?;
    let dest = takes(route)?;
    let more = match others.len() {
        0 => String::new(),
        1 => " and of one more function".to_owned(),
        count => format!(" and of {count} more functions"),
    };
    let message = format!(
        "this route takes the URLs of {first}{more} and leads them to {dest}: it is tried before functions and files are \
         looked for, so that no request gets there"
    );
    let place = label(document, &route.origin, &["src", "source"], "takes them first");
    Some(
        Finding::new(RULE.id, Severity::Warning, place, message)
            .help("write { \"handle\": \"filesystem\" } as an item before it")
            .fix(fix(document, &route.origin)),
    )
}

/// Where the lines of comment begin that end right at the end of `text`.
fn above_comments(text: &str) -> usize {
    let comments = text.split_inclusive('\n').rev().take_while(|line| line.trim_start().starts_with('#'));
    text.len() - comments.map(str::len).sum::<usize>()
}

/// Inserts the phase before the route, in a list that has none yet. In TOML too, where an item is a table with a header or in braces.
fn fix(document: &Document, route: &Path) -> Option<Fix> {
    let has_phase = |list: Node<'_>| list.items().any(|item| item.get("handle").is_some());
    let list = document.get(&route.parent()?)?;
    if has_phase(list) {
        return None;
    }
    let start = document.get(route)?.span().start;
    let (before, behind) = document.text().split_at_checked(start)?;
    // What is said of the route stays with it.
    let start = if behind.starts_with("[[") { above_comments(before) } else { start };
    let before = document.text().get(..start)?;
    let blank = before.get(before.trim_end_matches([' ', '\t']).len()..)?;
    let newline = if before.ends_with(&format!("\r\n{blank}")) { "\r\n" } else { "\n" };
    let between = if before.ends_with(&format!("\n{blank}")) { format!("{newline}{blank}") } else { " ".to_owned() };
    let text = match document.format() {
        Format::Json => format!("{{ \"handle\": \"filesystem\" }},{between}"),
        Format::Toml if behind.starts_with("[[routes]]") => {
            format!("[[routes]]{newline}{blank}handle = \"filesystem\"{newline}{newline}{blank}")
        }
        Format::Toml if behind.starts_with('{') => format!("{{ handle = \"filesystem\" }},{between}"),
        _ => return None,
    };
    let edits = vec![Edit { file: document.file().to_owned(), span: Span::at(start), text }];
    Some(Fix { title: "Look for files and functions first".to_owned(), applicability: Applicability::Unsafe, edits })
}
