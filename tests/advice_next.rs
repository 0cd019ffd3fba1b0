//! What `size` says of the pages of Next.js: who asks for their files, and which config leaves out how much.

#![allow(clippy::unwrap_used, reason = "a test may")]

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::analysis::Analysis;
use nowcheck::base::fs::MemoryFs;
use nowcheck::bundle::{From, Source};
use nowcheck::document::Document;
use nowcheck::lint::{AdviceReport, Asked, FunctionReport, functions, unmeasured, why_package};
use nowcheck::platform::Platform;
use nowcheck::project::{Config, Project};
use serde_json::{Value, json};

const CONFIG: &str = "export default {\n  outputFileTracingIncludes: {\n    '/api/**': ['./node_modules/tool/**', './assets/**'],\n  },\n};\n";
const CLIENT: &str = "node_modules/.prisma/client";
const ENGINES: [&str; 2] = ["rhel-openssl-3.0.x", "debian-openssl-3.0.x"];

fn engine(target: &str) -> String {
    format!("{CLIENT}/libquery_engine-{target}.so.node")
}

/// Sources, packages and a build; the lists of pages are those that Next makes, with what the config adds.
fn tree() -> Vec<(String, String)> {
    let list = |files: &[&str]| json!({ "version": 1, "files": files }).to_string();
    let (rhel, debian) = (engine(ENGINES[0]), engine(ENGINES[1]));
    let hints: String =
        ENGINES.map(|target| format!("path.join(__dirname, 'libquery_engine-{target}.so.node');")).concat();
    let up = |depth: usize, files: &[&str]| -> Vec<String> {
        files.iter().map(|file| format!("{}{file}", "../".repeat(depth))).collect()
    };
    let report = up(
        5,
        &[
            "node_modules/@prisma/client/index.js",
            &format!("{CLIENT}/index.js"),
            &rhel,
            &debian,
            "assets/a.ttf",
            "assets/b.mp4",
            "node_modules/tool/index.js",
        ],
    );
    let plain = up(4, &["assets/a.ttf"]);
    let as_list = |files: Vec<String>| list(&files.iter().map(String::as_str).collect::<Vec<_>>());
    [
        ("package.json", r#"{"scripts":{"build":"next build"},"dependencies":{"next":"15.1.3","@prisma/client":"6.1.0"}}"#.to_owned()),
        ("next.config.mjs", CONFIG.to_owned()),
        ("tsconfig.json", "{ // for editors\n \"compilerOptions\": { \"paths\": { \"@/*\": [\"./*\"] } } }".to_owned()),
        ("prisma/schema.prisma", format!("generator client {{\n provider = \"prisma-client-js\"\n binaryTargets = {ENGINES:?}\n}}\ndatasource db {{\n provider = \"postgresql\"\n url = env(\"U\")\n}}\n")),
        ("app/layout.jsx", "export default ({ children }) => <html><body>{children}</body></html>".to_owned()),
        ("app/(shop)/page.jsx", "import Image from 'next/image';\nexport default () => <p />".to_owned()),
        ("app/api/report/route.ts", "import path from 'path'\nimport { prisma } from '@/lib/db'\nimport packed from 'packed'\nexport const GET = () => prisma(packed, path.join(process.cwd(), 'assets', 'a.ttf'))".to_owned()),
        ("lib/db.ts", "import { PrismaClient } from '@prisma/client'\nexport const prisma = PrismaClient as any".to_owned()),
        ("assets/a.ttf", "a".repeat(40_000)),
        ("assets/b.mp4", "b".repeat(50_000)),
        ("node_modules/packed/index.js", "module.exports = 1".to_owned()),
        ("node_modules/tool/index.js", "t".repeat(30_000)),
        ("node_modules/@prisma/client/package.json", r#"{"version":"6.1.0"}"#.to_owned()),
        ("node_modules/@prisma/client/index.js", "module.exports = require('.prisma/client')".to_owned()),
        ("node_modules/.prisma/client/package.json", r#"{"main":"index.js"}"#.to_owned()),
        ("node_modules/.prisma/client/index.js", format!("const path = require('path');{hints}")),
        (rhel.as_str(), "r".repeat(60_000)),
        (debian.as_str(), "d".repeat(70_000)),
        (".next/required-server-files.json", r#"{"files":[]}"#.to_owned()),
        (".next/next-server.js.nft.json", list(&[])),
        (".next/server/app/(shop)/page.js", "1".to_owned()),
        (".next/server/app/(shop)/page.js.nft.json", as_list(plain)),
        (".next/server/app/api/report/route.js", "1".to_owned()),
        (".next/server/app/api/report/route.js.nft.json", as_list(report)),
        (".next/app-path-routes-manifest.json", r#"{"/(shop)/page":"/","/api/report/route":"/api/report"}"#.to_owned()),
    ]
    .map(|(path, text)| (format!("/p/{path}"), text))
    .to_vec()
}

fn disk(files: &[(String, String)]) -> MemoryFs {
    files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text))
}

fn analysis(fs: &MemoryFs, from: From) -> Analysis<'_> {
    let root = Utf8PathBuf::from("/p");
    let config = Config::new(Document::json(root.join("vercel.json"), "{}"));
    Analysis::new(Project::new(fs, root.clone(), root, Some(config), Platform::Vercel)).reading(from)
}

fn report(fs: &MemoryFs) -> FunctionReport {
    let found = functions(&analysis(fs, From::Only(Source::Nft)), true);
    found.into_iter().find(|function| function.name == "api/report").unwrap()
}

/// The globs of the only key, which is that of the page.
fn globs(value: &Value) -> Vec<&str> {
    value["/api/report"].as_array().unwrap().iter().map(|glob| glob.as_str().unwrap()).collect()
}

/// Whether Next would leave a file out.
fn is_excluded(file: &str, globs: &[&str]) -> bool {
    globs.iter().any(|glob| {
        let glob = glob.trim_start_matches("./");
        glob == file || glob.strip_suffix("**").is_some_and(|folder| file.starts_with(folder))
    })
}

#[test]
fn each_piece_of_advice_gains_what_it_claims() {
    let files = tree();
    let before = report(&disk(&files));
    let advice: Vec<AdviceReport> =
        before.detail.unwrap().advice.into_iter().filter(|advice| advice.config.is_some()).collect();
    let told: Vec<_> = advice
        .iter()
        .map(|advice| (advice.certain, advice.bytes, globs(advice.value.as_ref().unwrap()).len()))
        .collect();
    assert_eq!(told, [(true, 70_000, 1), (false, 50_000, 2), (false, 30_000, 3)]);
    let mut gained = 0;
    for advice in &advice {
        assert_eq!(advice.place.as_deref(), Some("outputFileTracingExcludes"));
        gained += advice.bytes;
        let globs = globs(advice.value.as_ref().unwrap());
        let list = "/p/.next/server/app/api/report/route.js.nft.json";
        let mut after = files.clone();
        let (_, text) = after.iter_mut().find(|(path, _)| path == list).unwrap();
        let mut value: Value = serde_json::from_str(text).unwrap();
        let kept: Vec<Value> = value["files"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|file| !is_excluded(file.as_str().unwrap().trim_start_matches("../"), &globs))
            .cloned()
            .collect();
        value["files"] = kept.into();
        *text = value.to_string();
        assert_eq!(report(&disk(&after)).bytes, before.bytes - gained, "{advice:?}");
    }
    assert!(advice[0].todo.contains("take debian-openssl-3.0.x out of the targets"), "{}", advice[0].todo);
    assert!(advice[1].todo.ends_with("narrow next.config.mjs:3"), "{}", advice[1].todo);
}

#[test]
fn what_stands_in_the_config_is_kept_and_older_versions_have_it_elsewhere() {
    let mut files = tree();
    let (_, config) = files.iter_mut().find(|(path, _)| path == "/p/next.config.mjs").unwrap();
    *config = config.replace(
        "outputFileTracingIncludes",
        "outputFileTracingExcludes: { '/x': ['./y'] },\n  outputFileTracingIncludes",
    );
    files.push(("/p/node_modules/next/package.json".to_owned(), r#"{"version":"14.2.0"}"#.to_owned()));
    let advice = report(&disk(&files)).detail.unwrap().advice.remove(0);
    assert_eq!(advice.place.as_deref(), Some("experimental.outputFileTracingExcludes"));
    assert_eq!(advice.value.as_ref().unwrap()["/x"], json!(["./y"]));
    let config = advice.config.unwrap();
    assert!(
        config.starts_with("experimental: { outputFileTracingExcludes: { \"/api/report\": [\"./node_modules"),
        "{config}"
    );
}

#[test]
fn chains_start_at_the_sources() {
    let fs = disk(&tree());
    let why = |package| {
        let analysis = analysis(&fs, From::Only(Source::Nft));
        why_package(&analysis, Asked { package, all: false }).into_iter().find(|held| held.function == "api/report")
    };
    let chain = |held: &nowcheck::lint::Held| -> Vec<String> {
        held.why
            .chain
            .iter()
            .map(|step| format!("{} {:?}", step.file, step.by.as_ref().and_then(|by| by.line)))
            .collect()
    };
    let held = why("@prisma/client").unwrap();
    let expected =
        ["app/api/report/route.ts None", "lib/db.ts Some(2)", "node_modules/@prisma/client/index.js Some(1)"];
    assert_eq!((chain(&held), held.note), (expected.map(str::to_owned).to_vec(), None));
    let packed = why("packed").unwrap();
    assert_eq!(
        (packed.why.holds.bytes, packed.note.as_deref()),
        (0, Some("Next.js packs it into the code of the page"))
    );
    let tool = why("tool").unwrap();
    assert_eq!(tool.note.as_deref(), Some("next.config.mjs:3 names it: ./node_modules/tool/** for /api/**"));
    assert!(why("nothing").is_none());
}

#[test]
fn a_build_that_is_not_there_is_told() {
    let sources = tree().into_iter().filter(|(path, _)| !path.contains("/.next/")).collect::<Vec<_>>();
    let fs = disk(&sources);
    let analysis = analysis(&fs, From::Auto);
    let parts = unmeasured(&analysis);
    assert_eq!(
        parts.iter().map(|part| (part.kind, part.src.as_str())).collect::<Vec<_>>(),
        [("frontend", "package.json")]
    );
    assert_eq!(parts[0].project, Utf8Path::new("/p"));
}

#[test]
fn a_config_that_is_a_program_or_broken_says_nothing() {
    for config in [
        "export default { outputFileTracingIncludes: make() }",
        "export default {{{",
        "module.exports = require('./x')",
    ] {
        let mut files = tree();
        files.iter_mut().find(|(path, _)| path == "/p/next.config.mjs").unwrap().1 = config.to_owned();
        let found = report(&disk(&files)).detail.unwrap().advice;
        let certain: Vec<_> =
            found.iter().filter(|advice| advice.config.is_some()).map(|advice| advice.certain).collect();
        assert_eq!(certain, [true], "{config}");
    }
}
