//! Every era of Prisma on every runtime, in every layout, right and with one thing wrong: exactly what the facts say is told.
//!
//! `dimensions` says what is combined, `project` and `client` make the files, `oracle` says what must be told.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may, and it prints its counts")]

mod cases;
mod client;
mod dimensions;
mod facts;
mod oracle;
mod project;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use cases::Case;
use nowcheck::lint::{self, Options};
use nowcheck::rules::Severity;
use oracle::{GROUPS, PENDING, expected, is_pending};

/// What a run told of one combination.
struct Told {
    /// Rules of the compared groups, sorted.
    compared: Vec<(&'static str, Severity)>,
    /// Errors and warnings of all others, in words.
    others: Vec<String>,
    words: Vec<String>,
}

fn run(case: &Case) -> Told {
    let (tree, found) = project::build(case);
    let report = lint::check_found(&tree, &found, &Options::default()).unwrap();
    let is_compared = |rule: &str| GROUPS.iter().any(|group| rule.starts_with(group));
    let mut told = Told { compared: Vec::new(), others: Vec::new(), words: Vec::new() };
    for finding in &report.findings {
        let words = format!("{} {}: {}", finding.severity.as_str(), finding.rule, finding.message);
        if is_compared(finding.rule) {
            told.compared.push((finding.rule, finding.severity));
            told.words.push(words);
        } else if finding.severity > Severity::Info {
            told.others.push(words);
        }
    }
    told.compared.sort_unstable();
    told
}

/// Why the run was wrong about a combination.
fn judge(case: &Case) -> Option<String> {
    let told = run(case);
    let compare = |all: &[(&'static str, Severity)]| {
        all.iter().copied().filter(|(rule, _)| is_pending(case, rule).is_none()).collect::<Vec<_>>()
    };
    let (wanted, found) = (compare(&expected(case)), compare(&told.compared));
    if wanted != found {
        return Some(format!("{case}\n    expected {wanted:?}\n    found    {:#?}", told.words));
    }
    // What is right in all is right to every rule.
    let is_clean = case.state.is_right() && wanted.is_empty();
    (is_clean && !told.others.is_empty()).then(|| format!("{case}\n    also {:#?}", told.others))
}

fn in_parallel<T: Send>(cases: &[Case], work: impl Fn(&Case) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mine = std::iter::from_fn(|| {
            let index = next.fetch_add(1, Ordering::Relaxed);
            cases.get(index).map(|case| (index, work(case)))
        });
        mine.collect::<Vec<_>>()
    };
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..std::thread::available_parallelism().map_or(2, usize::from)).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}

/// One line for each value of each dimension: combinations, and how many of them are silent, warned of, refused.
fn digest(cases: &[Case]) -> String {
    let mut rows: BTreeMap<(usize, String), [usize; 4]> = BTreeMap::new();
    for case in cases {
        let values = [
            format!("{:?}", case.era),
            format!("{:?}", case.runtime),
            format!("{:?}", case.layout),
            format!("{:?}", case.origin),
            format!("{:?}", case.form),
            case.state.group(),
        ];
        let worst = expected(case).into_iter().map(|(_, severity)| severity).max();
        let column = match worst {
            None | Some(Severity::Info) => 1,
            Some(Severity::Warning) => 2,
            Some(Severity::Error) => 3,
        };
        for (dimension, value) in values.into_iter().enumerate() {
            let row = rows.entry((dimension, value)).or_default();
            row[0] += 1;
            row[column] += 1;
        }
    }
    let mut text = format!("{:<18} {:>6} {:>7} {:>8} {:>6}\n", "", "all", "silent", "warning", "error");
    let mut last = 0;
    for ((dimension, value), [all, silent, warning, error]) in rows {
        if dimension != last {
            text.push('\n');
            last = dimension;
        }
        text.push_str(&format!("{value:<18} {all:>6} {silent:>7} {warning:>8} {error:>6}\n"));
    }
    text
}

#[test]
fn every_combination_is_told_what_the_facts_say() {
    let cases = Case::all();
    let faults: Vec<String> = in_parallel(&cases, judge).into_iter().flatten().collect();
    println!("{} combinations\n\n{}", cases.len(), digest(&cases));
    for (index, entry) in PENDING.iter().enumerate() {
        let is_here = |case: &&Case| entry.rules.iter().any(|rule| is_pending(case, rule) == Some(index));
        println!("pending in {} combinations: {}", cases.iter().filter(is_here).count(), entry.why);
    }
    let limit = std::env::var("MATRIX_SHOWN").map_or(60, |text| text.parse().unwrap());
    let shown = faults.iter().take(limit).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} of {} differ:\n{shown}", faults.len(), cases.len());
    assert!(cases.len() >= 1_000, "{}", cases.len());
}
