//! How long it takes to judge one config in memory, and what its parts take.

use std::io::{Read, sink};

use divan::counter::ItemsCount;
use flate2::read::GzDecoder;
use nowcheck::base::fs::MemoryFs;
use nowcheck::document::{Document, schema};
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use nowcheck::report::{self, Format, Style};

const NOW: &str = r#"{
  "version": 2,
  "builds": [{ "src": "index.js", "use": "@now/node@canary", "config": { "maxLambdaSize": "25mb" } }],
  "routes": [{ "src": "/(.*)", "dest": "/index.js" }]
}
"#;

const VERCEL: &str = r#"{
  "functions": { "api/*.js": { "memory": 512, "maxDuration": 10, "includeFiles": "generated/**" } },
  "rewrites": [{ "source": "/(.*)", "destination": "/api/index.js" }],
  "headers": [{ "source": "/api/(.*)", "headers": [{ "key": "Cache-Control", "value": "no-store" }] }]
}
"#;

fn main() {
    divan::main();
}

#[divan::bench(args = ["now.json", "vercel.json"])]
fn whole_config(bencher: divan::Bencher, name: &str) {
    let text = if name == "now.json" { NOW } else { VERCEL };
    let path = format!("/project/{name}");
    let fs = MemoryFs::new().with(&path, text).with("/project/index.js", "").with("/project/api/index.js", "");
    let found = Found { root: "/project".into(), config: Some(path.into()) };
    bencher.bench(|| lint::check_found(&fs, &found, &Options::default()));
}

#[divan::bench]
fn parse_a_document() -> Document {
    Document::json("vercel.json", divan::black_box(VERCEL))
}

/// Paid once for each run: the schemas are compiled when they are first asked for.
#[divan::bench(args = ["now", "vercel"])]
fn compile_a_schema(name: &str) -> Result<schema::Schema, schema::SchemaError> {
    schema::Schema::parse(if name == "now" { schema::NOW_TEXT } else { schema::VERCEL_TEXT })
}

/// The texts of `fixtures/mutants.ndjson.gz`, each judged alone and rendered as JSON. `scripts/bench` times the same from outside.
#[divan::bench(sample_count = 5)]
fn synthetic_texts(bencher: divan::Bencher) {
    let mut lines = String::new();
    let read = GzDecoder::new(&include_bytes!("../fixtures/mutants.ndjson.gz")[..]).read_to_string(&mut lines);
    let rows = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let path = "/project/vercel.json";
    let texts: Vec<MemoryFs> = rows.filter_map(|row| Some(MemoryFs::new().with(path, row["text"].as_str()?))).collect();
    assert!(read.is_ok() && texts.len() == 5_500, "the texts cannot be read");
    let found = Found { root: "/project".into(), config: Some(path.into()) };
    let options = Options { platform: Some(Platform::Vercel), isolated: true, ..Options::default() };
    let style = Style { color: false, unicode: true, width: 80, base: "/project".into() };
    bencher.counter(ItemsCount::new(texts.len())).bench(|| {
        texts.iter().filter_map(|fs| lint::check_found(fs, &found, &options).ok()).for_each(|report| {
            let _ = report::render(Format::Json, &report, &style, &mut sink());
        });
    });
}
