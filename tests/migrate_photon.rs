//! `migrate` of a project of Photon's days: schema and package.json as they are written, the code as it is listed.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;

use camino::Utf8Path;
use nowcheck::base::fs::MemoryFs;
use nowcheck::rewrite::{Outcome, Rewrite, migrate::migrate};

const CONFIG: &str = r#"{ "version": 2, "builds": [{ "src": "api/*.js", "use": "@now/node@canary", "config": { "maxLambdaSize": "25mb" } }] }"#;

const CODE: &str = "// Photon\nconst { Photon } = require('@generated/photon')\nconst photon = new Photon()\nmodule.exports = async (req, res) => res.json(await photon.users.findMany())\n";

fn migrated(files: &[(&str, &str)]) -> (Rewrite, BTreeMap<String, String>) {
    let fs = files.iter().fold(MemoryFs::new(), |fs, (file, text)| fs.with(&format!("/p/{file}"), *text));
    let rewrite = migrate(&fs, Utf8Path::new("/p/now.json"), false).unwrap();
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
    let written = rewrite.changes.iter().filter_map(|change| {
        assert_eq!(
            change.old.clone(),
            files.iter().find(|file| change.file == format!("/p/{}", file.0)).map(|file| file.1.as_bytes().to_vec())
        );
        Some((change.file.strip_prefix("/p").unwrap().to_string(), text(change.new.as_ref()?)))
    });
    let written = written.collect();
    (rewrite, written)
}

fn places(rewrite: &Rewrite, outcome: Outcome) -> Vec<String> {
    let steps = rewrite.steps.iter().filter(|step| step.outcome == outcome);
    steps.map(|step| format!("{} {}", step.file.strip_prefix("/p").unwrap(), step.place)).collect()
}

#[test]
fn schema_and_package_move_and_the_code_is_listed() {
    let package = r#"{
  "name": "x",
  "scripts": {
    "now-build": "prisma2 generate",
    "dev": "prisma2 lift up && node .",
    "postinstall": "npx prisma2@2.0.0-preview-12 generate"
  },
  "engines": { "node": "22.x" },
  "devDependencies": { "prisma2": "2.0.0-preview-12" }
}
"#;
    let schema = "// mine\r\ndatasource db {\r\n  provider = [\"postgresql\"] // one\r\n  url      = env(\"DB\")\r\n}\r\n\r\ngenerator photon {\r\n  provider  = \"photonjs\"\r\n  output    = \"../node_modules/@generated/photon\"\r\n  platforms = [\"linux-glibc-libssl1.0.1\", \"linux-glibc-libssl1.0.2\", \"darwin\"] // all\r\n  pinnedPlatform = env(\"PIN\")\r\n}\r\n\r\nmodel User {\r\n  id Int @id\r\n}\r\n";
    let files =
        [("now.json", CONFIG), ("api/index.js", CODE), ("package.json", package), ("prisma/schema.prisma", schema)];
    let (rewrite, written) = migrated(&files);
    assert!(!rewrite.is_refused(), "{:#?}", rewrite.steps);
    assert_eq!(
        written["prisma/schema.prisma"],
        "// mine\r\ndatasource db {\r\n  provider = \"postgresql\" // one\r\n  url      = env(\"DB\")\r\n}\r\n\r\ngenerator photon {\r\n  provider  = \"prisma-client-js\"\r\n  binaryTargets = [\"native\", \"rhel-openssl-3.0.x\", \"darwin\"] // all\r\n}\r\n\r\nmodel User {\r\n  id Int @id\r\n}\r\n"
    );
    assert_eq!(
        written["package.json"],
        r#"{
  "name": "x",
  "scripts": {
    "vercel-build": "prisma generate",
    "dev": "prisma2 lift up && node .",
    "postinstall": "npx prisma generate"
  },
  "engines": { "node": "22.x" },
  "devDependencies": { "prisma": "^6.19.3" },
  "dependencies": { "@prisma/client": "^6.19.3" }
}
"#
    );
    assert!(!written.contains_key("api/index.js"));
    let todo = places(&rewrite, Outcome::Todo);
    for place in ["package.json scripts.dev", "api/index.js line 2", "api/index.js line 3", "prisma/schema.prisma "] {
        assert!(todo.iter().any(|at| at == place), "{place}: {todo:#?}");
    }
}

#[test]
fn packages_of_folders_move_too() {
    let package = r#"{"devDependencies":{"prisma2":"2.0.0-preview-12"},"scripts":{"build":"prisma2 generate"}}"#;
    let schema = "generator photon {\n  provider = \"photonjs\"\n}\n";
    let other = r#"{"dependencies":{"react":"^16.0.0"}}"#;
    let files = [
        ("now.json", r#"{ "version": 2 }"#),
        ("api/package.json", package),
        ("www/package.json", other),
        ("api/prisma/schema.prisma", schema),
    ];
    let (_, written) = migrated(&files);
    assert_eq!(
        written["api/package.json"],
        r#"{"devDependencies":{"prisma":"^6.19.3"},"scripts":{"build":"prisma generate"},"dependencies":{"@prisma/client":"^6.19.3"}}"#
    );
    assert!(!written.contains_key("www/package.json"));
}

#[test]
fn a_project_of_today_keeps_its_schema_and_package() {
    let package = r#"{ "engines": { "node": "22.x" }, "scripts": { "postinstall": "prisma generate" }, "dependencies": { "@prisma/client": "^5.1.0", "prisma": "^5.1.0" } }"#;
    let schema = "generator client {\n  provider = \"prisma-client-js\"\n}\ndatasource db {\n  provider = \"sqlite\"\n  url = \"file:a\"\n}\n";
    let code = CODE.replace("@generated/photon", "@prisma/client").replace("Photon", "PrismaClient");
    let files =
        [("now.json", CONFIG), ("api/index.js", &*code), ("package.json", package), ("prisma/schema.prisma", schema)];
    let (rewrite, written) = migrated(&files);
    assert_eq!(written.keys().collect::<Vec<_>>(), ["vercel.json"], "{:#?}", rewrite.steps);
}

#[test]
fn what_cannot_be_told_is_left_and_said() {
    let package = r#"{ "engines": { "node": "22.x" }, "scripts": { "postinstall": "prisma2 generate" }, "dependencies": { "prisma2": "2.0.0-preview-12", "prisma": "1.34.0", "@prisma/photon": "2.0.0-preview019" } }"#;
    let schema = "generator photon {\n  provider = \"photonjs\"\n  platforms = env(\"TARGETS\")\n  output = \"./generated/photon\"\n}\n";
    let files = [("now.json", CONFIG), ("package.json", package), ("project.prisma", schema)];
    let (rewrite, written) = migrated(&files);
    assert!(!rewrite.is_refused(), "{:#?}", rewrite.steps);
    assert_eq!(
        written["schema.prisma"],
        "generator photon {\n  provider = \"prisma-client-js\"\n  binaryTargets = env(\"TARGETS\")\n  output = \"./generated/photon\"\n}\n"
    );
    assert!(rewrite.changes.iter().any(|change| change.file == "/p/project.prisma" && change.new.is_none()));
    let dependencies = r#""dependencies": { "prisma": "^6.19.3", "@prisma/client": "^6.19.3" }"#;
    assert!(written["package.json"].contains(dependencies), "{}", written["package.json"]);
    assert!(places(&rewrite, Outcome::Todo).iter().any(|at| at == "project.prisma generator.photon.binaryTargets"));
}

#[test]
fn a_schema_that_cannot_be_read_is_not_touched() {
    let schema = "generator photon {\n  provider = \"photonjs\"\n\nmodel A {\n";
    let (rewrite, written) = migrated(&[("now.json", CONFIG), ("project.prisma", schema)]);
    assert!(!written.contains_key("project.prisma"));
    assert!(places(&rewrite, Outcome::Todo).iter().any(|at| at == "project.prisma "), "{:#?}", rewrite.steps);
}
