//! How long it takes to judge one config in memory, and what its parts take.

use nowcheck::base::fs::MemoryFs;
use nowcheck::document::{Document, schema};
use nowcheck::lint::{self, Options};
use nowcheck::project::discover::Found;

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
