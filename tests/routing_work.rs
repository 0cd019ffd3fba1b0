//! What is found out about routes takes little work: an editor asks at each keystroke, and a hostile config must not make it wait.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

use nowcheck::routing::table::Table;
use nowcheck::routing::{compile, reach, redirects};
use serde_json::{Value, json};

/// The steps taken to find hidden routes and loops, and how many there are.
fn judged(config: &Value) -> (usize, usize) {
    let compiled = compile(config).unwrap().unwrap();
    let mut table = Table::new(compiled);
    let before = table.languages().steps_left();
    let found = reach::hidden(&mut table).len() + redirects::loops(&mut table).len();
    (before - table.languages().steps_left(), found)
}

fn redirects(count: usize, entry: impl Fn(usize) -> (String, String)) -> Value {
    let list = (0..count).map(|at| {
        let (source, destination) = entry(at);
        json!({"source": source, "destination": destination})
    });
    json!({ "redirects": list.collect::<Vec<_>>() })
}

#[test]
fn many_routes_take_little_work() {
    type Shape = fn(usize) -> (String, String);
    let shapes: [(&str, Shape); 8] = [
        ("plain", |at| (format!("/docs/page-{at}/old"), format!("/docs/page-{at}/new"))),
        ("named", |at| (format!("/docs-{at}/:slug*"), format!("/guides-{at}/:slug*"))),
        ("one prefix", |at| (format!("/:lang/page-{at}"), format!("/:lang/other-{at}"))),
        ("equal", |_| ("/a/:b*".to_owned(), "/c".to_owned())),
        ("chain", |at| (format!("/a{at}"), format!("/a{}", at + 1))),
        ("into the next", |at| (format!("/:p*/{}", "a/".repeat(at % 7)), "/:p*/a/".to_owned())),
        ("stars", |at| (format!("/(.*)a(.*)b(.*)c{at}"), "/$1".to_owned())),
        ("lookahead", |at| (format!("/((?!api{at}/|_next).*)"), "/x".to_owned())),
    ];
    for (name, shape) in shapes {
        let (few, _) = judged(&redirects(100, shape));
        let (many, found) = judged(&redirects(2_048, shape));
        println!("{name}: 100 routes {few} steps, 2,048 routes {many} steps, {found} found");
        assert!(many <= 21 * few && many <= 10_000, "{name}: {few}, then {many}");
    }
}
