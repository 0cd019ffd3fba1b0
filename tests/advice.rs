//! What `size` advises gains exactly what it claims: each piece is written into the config, and the function is measured again.

#![allow(clippy::unwrap_used, reason = "a test may")]

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::analysis::Analysis;
use nowcheck::base::fs::MemoryFs;
use nowcheck::base::{Fs, RealFs};
use nowcheck::document::Document;
use nowcheck::lint::{AdviceReport, Asked, FunctionReport, Held, functions, why_package};
use nowcheck::platform::Platform;
use nowcheck::project::{Config, Project};
use serde_json::{Value, json};

/// A comment of about so many bytes that does not deflate to nothing.
fn filled(path: &str, bytes: usize) -> (String, String) {
    let mut state = bytes as u64;
    let mut text = String::from("// ");
    while text.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:x}", state >> 16));
    }
    (format!("/p/{path}"), text)
}

fn source(path: &str, text: &str) -> (String, String) {
    (format!("/p/{path}"), text.to_owned())
}

/// Packages that carry a folder, so that all that lies in it is listed.
fn tree() -> Vec<(String, String)> {
    let carries = "const path = require('path'); module.exports = path.join(__dirname, 'lib');";
    vec![
        source("package.json", r#"{"name":"p"}"#),
        source("api/a.js", "require('big'); require('named'); require('../src/tool');\nmodule.exports = () => {}"),
        source("src/tool.js", "require('loader');\nrequire('heavy')"),
        source("node_modules/big/package.json", r#"{"version":"1.0.0"}"#),
        source("node_modules/big/index.js", carries),
        filled("node_modules/big/lib/a.js.map", 90_000),
        filled("node_modules/big/lib/a.d.ts", 80_000),
        filled("node_modules/big/lib/deep/.hidden/b.d.mts", 30_000),
        filled("node_modules/big/lib/LICENSE", 70_000),
        filled("node_modules/big/lib/prebuilds/darwin-x64/node.napi.txt", 60_000),
        filled("node_modules/big/lib/prebuilds/linux-x64/node.napi.txt", 60_000),
        source("node_modules/named/package.json", r#"{"version":"2.0.0"}"#),
        source(
            "node_modules/named/index.js",
            "require('fs').readFileSync(require('path').join(__dirname, 'COPYING.txt')); require('heavy/x')",
        ),
        filled("node_modules/named/COPYING.txt", 50_000),
        source("node_modules/loader/package.json", r#"{"version":"3.0.0"}"#),
        source("node_modules/loader/index.js", "try { require('eslint') } catch {}"),
        source("node_modules/eslint/package.json", r#"{"version":"8.0.0"}"#),
        source("node_modules/eslint/index.js", "require('only-for-eslint')"),
        filled("node_modules/only-for-eslint/index.js", 120_000),
        source("node_modules/heavy/package.json", r#"{"version":"4.0.0"}"#),
        filled("node_modules/heavy/index.js", 200_000),
        filled("node_modules/heavy/x.js", 200_000),
    ]
}

fn measured(fs: &MemoryFs, name: &str, config: &Value) -> FunctionReport {
    measured_in(fs, "/p".into(), name, config)
}

fn measured_in(fs: &dyn Fs, root: &Utf8Path, name: &str, config: &Value) -> FunctionReport {
    let platform = if name == "now.json" { Platform::Now } else { Platform::Vercel };
    let document = Document::json(root.join(name), config.to_string());
    let project = Project::new(fs, root.to_owned(), root.to_owned(), Some(Config::new(document)), platform);
    functions(&Analysis::new(project), true).remove(0)
}

/// Writes a value at a place such as `functions["api/a.js"].excludeFiles` or `builds[0].config.excludeFiles`.
fn put(config: &mut Value, place: &str, value: &Value) {
    let mut pointer = place.replace("[\"", "\u{1}").replace("\"]", "").replace('[', ".").replace(']', "");
    let mut keys = Vec::new();
    while let Some((before, key)) = pointer.split_once('\u{1}') {
        let (key, rest) = key.split_once(".excludeFiles").unwrap();
        keys.extend([before.to_owned(), key.to_owned()]);
        pointer = format!("excludeFiles{rest}");
    }
    keys.extend(pointer.split('.').map(str::to_owned));
    let mut at = config;
    for key in keys {
        at = match key.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[key],
        };
    }
    *at = value.clone();
}

fn advice(function: &FunctionReport) -> &[AdviceReport] {
    &function.detail.as_ref().unwrap().advice
}

/// Writes what is certain into the config, one after the other, then each question into that: every one gains what it claims beyond what was there.
fn gains_what_it_claims(fs: &dyn Fs, root: &Utf8Path, name: &str, config: &Value) -> FunctionReport {
    let before = measured_in(fs, root, name, config);
    let (mut config, mut last) = (config.clone(), before.clone());
    let globs = advice(&before).iter().filter(|advice| advice.value.is_some());
    for advice in globs {
        let mut changed = config.clone();
        put(&mut changed, advice.place.as_ref().unwrap(), advice.value.as_ref().unwrap());
        let after = measured_in(fs, root, name, &changed);
        assert_eq!(last.bytes - after.bytes, advice.bytes, "{name}: {advice:?}");
        assert_eq!(last.files - after.files, advice.files, "{name}: {advice:?}");
        assert_eq!(last.zip_bytes.unwrap() - after.zip_bytes.unwrap(), advice.zip_bytes.unwrap());
        if advice.certain {
            (config, last) = (changed, after);
        }
    }
    let certain = advice(&before).iter().filter(|advice| advice.certain);
    assert_eq!(before.bytes - last.bytes, certain.map(|advice| advice.bytes).sum::<u64>(), "all at once");
    before
}

#[test]
fn every_glob_gains_exactly_what_it_claims() {
    let builds = json!([{"src": "api/a.js", "use": "@now/node@1.8.5"}]);
    let of_today = json!([{"src": "api/a.js", "use": "@vercel/node", "config": {"excludeFiles": "api/none.js"}}]);
    let function = json!({"api/*.js": {"excludeFiles": "node_modules/big/lib/{x,y}"}});
    for (name, config) in [
        ("vercel.json", json!({})),
        ("vercel.json", json!({ "functions": function })),
        ("vercel.json", json!({ "builds": of_today })),
        ("now.json", json!({"version": 2, "builds": builds})),
    ] {
        let fs = tree().iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
        let before = gains_what_it_claims(&fs, "/p".into(), name, &config);
        let globs: Vec<&AdviceReport> = advice(&before).iter().filter(|advice| advice.value.is_some()).collect();
        let whats: Vec<&str> = globs.iter().map(|advice| advice.what.as_str()).collect();
        for expected in ["source maps", "type declarations", "readme, licence", "native addons", "eslint"] {
            assert!(whats.iter().any(|what| what.starts_with(expected)), "{name} {config}: {expected} in {whats:?}");
        }
        let order: Vec<bool> = advice(&before).iter().map(|advice| !advice.certain).collect();
        assert!(order.is_sorted(), "what is certain comes first: {whats:?}");
    }
}

/// The same tree as pnpm lays it: real files below `.pnpm`, links elsewhere.
#[cfg(unix)]
fn linked(root: &Utf8Path) {
    use std::os::unix::fs::symlink;
    let moved = |path: &str| match path.strip_prefix("/p/node_modules/").and_then(|rest| rest.split_once('/')) {
        Some((name, rest)) => format!("node_modules/.pnpm/{name}@1/node_modules/{name}/{rest}"),
        None => path.trim_start_matches("/p/").to_owned(),
    };
    for (path, text) in tree() {
        let path = root.join(moved(&path));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    for name in ["big", "named", "loader", "heavy"] {
        symlink(format!(".pnpm/{name}@1/node_modules/{name}"), root.join("node_modules").join(name)).unwrap();
    }
    for (holder, name) in [("named", "heavy"), ("loader", "eslint"), ("eslint", "only-for-eslint")] {
        let link = root.join(format!("node_modules/.pnpm/{holder}@1/node_modules/{name}"));
        symlink(format!("../../{name}@1/node_modules/{name}"), link).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn globs_gain_what_they_claim_also_behind_links() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    linked(&root);
    let before = gains_what_it_claims(&RealFs, &root, "vercel.json", &json!({}));
    let globs = advice(&before).iter().filter(|advice| advice.value.is_some());
    assert!(globs.count() >= 5, "{:#?}", advice(&before));
}

#[test]
fn what_another_function_of_the_same_place_names_is_not_certain() {
    let mut files = tree();
    files.push(source(
        "api/b.js",
        "require('fs').readFileSync(require('path').join(__dirname, '../node_modules/big/lib/a.js.map'))",
    ));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let of = |name: &str, config: &Value| {
        let function = measured(&fs, name, config);
        assert_eq!(function.entrypoint, "api/a.js");
        let found = advice(&function).iter().find(|advice| advice.what.starts_with("source maps")).unwrap().clone();
        let types = advice(&function).iter().find(|advice| advice.what == "type declarations").unwrap();
        assert!(types.certain, "only what is named");
        assert!(!types.value.as_ref().unwrap().to_string().contains(".map") || found.certain);
        (found.certain, found.what)
    };
    let with = |key: &str| json!({"functions": {key: {"maxDuration": 10}}});
    let builds = |src: &str| json!({"version": 2, "builds": [{"src": src, "use": "@now/node@1.8.5"}]});
    let doubt = (false, "source maps, if api/b needs none of them".to_owned());
    let of_2019 = (false, "source maps, if api/b.js needs none of them".to_owned());
    let sure = (true, "source maps".to_owned());
    assert_eq!(of("vercel.json", &with("api/*.js")), doubt);
    assert_eq!(of("now.json", &builds("api/*.js")), of_2019);
    assert_eq!(of("vercel.json", &with("api/a.js")), sure);
    assert_eq!(of("vercel.json", &json!({})), sure);
}

#[test]
fn a_function_of_another_language_at_the_same_place_leaves_nothing_certain() {
    let mut files = tree();
    files.push(source("api/c.py", "class handler: pass"));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let function = measured(&fs, "vercel.json", &json!({"functions": {"api/**": {"maxDuration": 10}}}));
    assert_eq!(function.entrypoint, "api/a.js");
    let globs: Vec<&AdviceReport> = advice(&function).iter().filter(|advice| advice.value.is_some()).collect();
    assert!(globs.len() >= 5 && globs.iter().all(|advice| !advice.certain), "{globs:#?}");
}

#[test]
fn an_import_gains_what_goes_with_it() {
    let files = tree();
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let before = measured(&fs, "vercel.json", &json!({}));
    let imports: Vec<&AdviceReport> = advice(&before).iter().filter(|advice| advice.import.is_some()).collect();
    assert!(imports.len() >= 4, "{imports:?}");
    for advice in imports {
        assert!(!advice.certain);
        let place = advice.import.as_ref().unwrap();
        let path = format!("/p/{}", place.file);
        let text = fs.read_to_string(path.as_str().into()).unwrap();
        // Another text of the same length asks for nothing.
        let gone = text.replace(&format!("require({})", place.text), &" ".repeat("require()".len() + place.text.len()));
        assert_eq!(text.lines().position(|line| line.contains(&place.text)), place.line.map(|line| line - 1));
        let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text)).with(&path, &gone);
        let after = measured(&fs, "vercel.json", &json!({}));
        assert_eq!(before.bytes - after.bytes, advice.bytes, "{advice:?}");
        assert_eq!(before.files - after.files, advice.files, "{advice:?}");
    }
}

#[test]
fn include_files_gain_what_they_alone_add() {
    let mut files = tree();
    files.push(filled("assets/a.bin", 300_000));
    files.push(source("assets/loads.js", "require('./loaded')"));
    files.push(filled("assets/loaded.js", 40_000));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let today = |include: &str| json!({"functions": {"api/a.js": {"includeFiles": include}}});
    let of_2019 = |include: &str| {
        let config = json!({"includeFiles": [include]});
        json!({"version": 2, "builds": [{"src": "api/a.js", "use": "@now/node@1.8.5", "config": config}]})
    };
    for (name, with, without) in [
        ("vercel.json", today("{api,src}/**"), today("api/nothing")),
        ("vercel.json", today("{api,assets}/{a,l}*"), today("api/nothing")),
        ("now.json", of_2019("{api,assets}/{a,l}*"), of_2019("api/nothing")),
    ] {
        let before = measured(&fs, name, &with);
        let after = measured(&fs, name, &without);
        let of_include = |advice: &&AdviceReport| advice.what.contains("includeFiles");
        let claimed = advice(&before).iter().find(of_include).map_or(0, |advice| advice.bytes);
        assert_eq!(before.bytes - after.bytes, claimed, "{name} {with}");
    }
}

#[test]
fn what_code_names_or_reads_is_not_called_unneeded() {
    let mut files = tree();
    files.push(source("node_modules/typescript/package.json", r#"{"version":"5.0.0"}"#));
    files.push(source("node_modules/typescript/lib/typescript.js", ""));
    files.push(source("src/tool.js", "require('typescript/lib/typescript.js')"));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let function = measured(&fs, "vercel.json", &json!({}));
    let types = advice(&function).iter().find(|advice| advice.what == "type declarations").unwrap();
    assert!(!types.certain, "a compiler may read them");
    for advice in advice(&function).iter().filter(|advice| advice.certain) {
        assert!(!advice.value.as_ref().unwrap().to_string().contains("COPYING"), "{advice:?}");
    }
}

#[test]
fn a_builder_without_exclude_files_gets_no_such_advice() {
    let fs = tree().iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let config = json!({"version": 2, "builds": [{"src": "api/a.js", "use": "@now/node@0.6.0"}]});
    let function = measured(&fs, "now.json", &config);
    assert!(advice(&function).iter().all(|advice| advice.value.is_none()), "{:?}", advice(&function));
}

#[test]
fn why_of_a_package_names_who_requires_it() {
    let fs = tree().iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let root = Utf8PathBuf::from("/p");
    let config = Config::new(Document::json("/p/vercel.json", "{}"));
    let analysis = Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel));
    let found = why_package(&analysis, Asked { package: "heavy@4.0.0", all: true });
    let [Held { function, why, note: None }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(function, "api/a");
    let places: Vec<_> = why.required_by.iter().map(|place| (place.file.as_str(), place.line)).collect();
    assert_eq!(places, [("node_modules/named/index.js", Some(1)), ("src/tool.js", Some(2))]);
    assert_eq!((why.references, why.others.len()), (2, 1));
    assert!(why_package(&analysis, Asked { package: "heavy@5.0.0", all: false }).is_empty());
    let function = functions(&analysis, true).remove(0);
    let heavy = function.largest.iter().find(|package| package.name == "heavy@4.0.0").unwrap();
    assert_eq!(heavy.required_by, ["src/tool.js:2", "named@2.0.0"]);
}

#[test]
fn why_names_include_files_only_where_these_name_it() {
    let mut files = tree();
    files.push(source("node_modules/apart/package.json", r#"{"version":"1.0.0"}"#));
    files.push(source("node_modules/apart/index.js", "1"));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let root = Utf8PathBuf::from("/p");
    let text = r#"{"functions":{"api/a.js":{"includeFiles":"node_modules/{apart,heavy}/**"}}}"#;
    let config = Config::new(Document::json("/p/vercel.json", text));
    let analysis = Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel));
    let why = |package| why_package(&analysis, Asked { package, all: false }).remove(0);
    let apart = why("apart");
    assert_eq!(apart.note.as_deref(), Some("nothing leads here: includeFiles names it"));
    assert_eq!((apart.why.chain.len(), apart.why.holds.files), (0, 2));
    assert_eq!(why("heavy").note, None);
}

#[test]
fn a_broken_package_json_is_among_the_notes() {
    let mut files = tree();
    files.push(source("node_modules/big/package.json", "{"));
    files.push(source("node_modules/loader/package.json", "{"));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let function = measured(&fs, "vercel.json", &json!({}));
    let note = "node_modules/big/package.json and 1 more: no JSON object; what it says is not followed";
    assert!(function.notes.iter().any(|one| one == note), "{:?}", function.notes);
}

/// Engines that no function looks for, where `excludeFiles` has no say: the builder does not read it, or `includeFiles` names them.
#[test]
fn engines_that_cannot_be_excluded_should_not_be_made() {
    let folder = "node_modules/.prisma/client";
    let targets = ["rhel-openssl-3.0.x", "debian-openssl-3.0.x"];
    let hints = targets.map(|target| format!("require('path').join(__dirname, 'libquery_engine-{target}.so.node');"));
    let mut files = vec![
        source(
            "package.json",
            r#"{"scripts":{"postinstall":"prisma generate"},"dependencies":{"@prisma/client":"6.1.0"}}"#,
        ),
        source("api/a.js", "require('@prisma/client')"),
        source(
            "prisma/schema.prisma",
            &format!(
                "generator client {{\n provider = \"prisma-client-js\"\n binaryTargets = {targets:?}\n}}\ndatasource db {{\n provider = \"postgresql\"\n url = env(\"U\")\n}}\n"
            ),
        ),
        source("node_modules/@prisma/client/package.json", r#"{"version":"6.1.0"}"#),
        source("node_modules/@prisma/client/index.js", "module.exports = require('.prisma/client')"),
        source(&format!("{folder}/package.json"), r#"{"main":"index.js"}"#),
        source(&format!("{folder}/index.js"), &hints.concat()),
    ];
    files.extend(targets.map(|target| filled(&format!("{folder}/libquery_engine-{target}.so.node"), 90_000)));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let plain = measured(&fs, "vercel.json", &json!({}));
    let first = &advice(&plain)[0];
    assert!(first.certain && first.place.is_some() && first.bytes >= 90_000, "{first:?}");
    let included = json!({ "functions": { "api/a.js": { "includeFiles": "node_modules/.prisma/**" } } });
    let included = measured(&fs, "vercel.json", &included);
    let first = &advice(&included)[0];
    assert!(first.certain && first.place.is_none() && first.bytes >= 90_000, "{first:?}");
    assert_eq!(first.todo, "take debian-openssl-3.0.x out of binaryTargets in schema.prisma, and generate again");
}

#[test]
fn an_engine_of_a_client_at_an_output_of_its_own_is_excluded_by_its_folder() {
    let (folder, targets) = ("generated/[x]", ["rhel-openssl-3.0.x", "debian-openssl-3.0.x"]);
    let hints = targets.map(|target| format!("require('path').join(__dirname, 'libquery_engine-{target}.so.node');"));
    let schema = format!(
        "generator client {{\n provider = \"prisma-client-js\"\n output = \"../{folder}\"\n binaryTargets = {targets:?}\n}}\ndatasource db {{\n provider = \"postgresql\"\n url = env(\"U\")\n}}\n"
    );
    let mut files = vec![
        source("package.json", r#"{"dependencies":{"@prisma/client":"6.1.0"}}"#),
        source("api/a.js", &format!("require('../{folder}')")),
        source("prisma/schema.prisma", &schema),
        source(&format!("{folder}/schema.prisma"), &schema),
        source(&format!("{folder}/index.js"), &hints.concat()),
    ];
    files.extend(targets.map(|target| filled(&format!("{folder}/libquery_engine-{target}.so.node"), 90_000)));
    let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(path, text));
    let plain = gains_what_it_claims(&fs, "/p".into(), "vercel.json", &json!({ "functions": { "api/a.js": {} } }));
    let first = &advice(&plain)[0];
    assert_eq!(first.value, Some(json!(r"generated/\[x\]/libquery_engine-debian-openssl-3.0.x.so.node")), "{first:?}");
}

/// The limit of today is unzipped, so that files of that length need not be filled.
#[test]
fn a_function_over_its_limit_is_brought_below_it_by_what_no_code_needs() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let write = |path: &str, text: &str| {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::fs::write(root.join(path), text).unwrap();
    };
    write("vercel.json", "{\n  \"functions\": { \"api/a.js\": { \"memory\": 512 } }\n}\n");
    write("package.json", "{}\n");
    write("api/a.js", "require('big')\nmodule.exports = () => {}\n");
    write("node_modules/big/package.json", "{ \"version\": \"1.0.0\" }\n");
    write("node_modules/big/index.js", "module.exports = require('path').join(__dirname, 'lib')\n");
    let large = |path: &str, megabytes: u64| {
        write(path, "");
        std::fs::File::options().write(true).open(root.join(path)).unwrap().set_len(megabytes << 20).unwrap();
    };
    large("node_modules/big/lib/needed.bin", 150);
    large("node_modules/big/lib/a.js.map", 80);
    large("node_modules/big/lib/a.d.ts", 60);
    let nowcheck = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nowcheck"));
        let output = command.current_dir(root).args(arguments).arg("--no-cache").output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, shown) = nowcheck(&["check"]);
    assert_eq!(status, Some(1), "{shown}");
    // The maps alone are enough: the declarations stay.
    assert!(shown.contains("leave out source maps: 210.0 MB are left, which fits"), "{shown}");
    let (status, shown) = nowcheck(&["fix", "--unsafe"]);
    assert_eq!(status, Some(0), "{shown}");
    let config: Value = serde_json::from_str(&std::fs::read_to_string(root.join("vercel.json")).unwrap()).unwrap();
    assert_eq!(config["functions"]["api/a.js"]["memory"], 512);
    let excluded = config["functions"]["api/a.js"]["excludeFiles"].as_str().unwrap();
    assert!(excluded.contains("*.map") && !excluded.contains(".d."), "{excluded}");
    // What is needed is still too much: that is said, and nothing is lost.
    large("node_modules/big/lib/needed.bin", 260);
    let (status, shown) = nowcheck(&["check"]);
    assert_eq!(status, Some(1), "{shown}");
    assert!(shown.contains("still too much"), "{shown}");
}

/// An engine that is made on the build machine counts with what others of its version weigh, and never for an error.
#[test]
fn an_engine_to_come_may_be_what_is_too_much() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let code = "const { PrismaClient } = require('@prisma/client')\nconst data = require('path').join(__dirname, 'data.bin')\n\
                module.exports = () => new PrismaClient()\n";
    let judged = |version: &str, megabytes: u64| {
        for (path, text) in [
            ("vercel.json", "{}".to_owned()),
            (
                "package.json",
                format!(
                    "{{ \"scripts\": {{ \"postinstall\": \"prisma generate\" }}, \"dependencies\": {{ \"@prisma/client\": \"{version}\", \"prisma\": \"{version}\" }} }}"
                ),
            ),
            ("api/a.js", code.to_owned()),
            ("api/data.bin", String::new()),
            ("prisma/schema.prisma", "generator client {\n  provider = \"prisma-client-js\"\n}\n".to_owned()),
        ] {
            std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            std::fs::write(root.join(path), text).unwrap();
        }
        std::fs::File::options().write(true).open(root.join("api/data.bin")).unwrap().set_len(megabytes << 20).unwrap();
        let found =
            nowcheck::project::discover::Found { root: root.to_owned(), config: Some(root.join("vercel.json")) };
        let report = nowcheck::lint::check_found(&RealFs, &found, &nowcheck::lint::Options::default()).unwrap();
        let of_size = report.findings.into_iter().filter(|finding| finding.rule.starts_with("size/"));
        of_size.map(|finding| (finding.rule, finding.severity.as_str(), finding.message)).collect::<Vec<_>>()
    };
    let told = judged("5.22.0", 240);
    assert!(
        matches!(told.as_slice(), [("size/over-limit", "warning", message)] if message.contains("about 14.0 MB")),
        "{told:?}"
    );
    assert!(judged("5.22.0", 230).is_empty());
    assert!(!judged("3.15.2", 215).is_empty());
    // Prisma 7 brings none.
    assert!(judged("7.1.0", 240).is_empty());
    assert!(matches!(judged("5.22.0", 251).as_slice(), [("size/over-limit", "error", _)]));
}
