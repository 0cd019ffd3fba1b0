//! The files of functions as the builders of 2018 to 2020 made them. `scripts/compare-builders` holds many more against the builders themselves.

#![allow(clippy::unwrap_used)]

use camino::Utf8PathBuf;
use nowcheck::analysis::Analysis;
use nowcheck::base::fs::MemoryFs;
use nowcheck::document::Document;
use nowcheck::lint;
use nowcheck::platform::Platform;
use nowcheck::project::{Config, Project};

/// The files of the one function that this item of `builds` makes, those of which the bytes are an estimate with a `~`, and its notes.
fn files(build: &str, files: &[(&str, &str)]) -> (String, String) {
    let config = format!(r#"{{ "version": 2, "builds": [{build}] }}"#);
    let mut fs = MemoryFs::new().with("/p/now.json", &config);
    for (file, text) in files {
        fs = fs.with(&format!("/p/{file}"), *text);
    }
    let root = Utf8PathBuf::from("/p");
    let config = Config::new(Document::json("/p/now.json", config.as_str()));
    let analysis = Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Now));
    let function = lint::functions_with_files(&analysis).remove(0);
    let name = |file: &lint::FileReport| format!("{}{}", file.name, if file.estimated { "~" } else { "" });
    (function.list.iter().map(name).collect::<Vec<_>>().join(" "), function.notes.join("; "))
}

const PROJECT: &[(&str, &str)] = &[
    ("api/hello.js", "require('../lib/a'); require('fs').readFileSync(__dirname + '/engine')"),
    ("api/engine", "binary"),
    ("api/one.txt", "one"),
    ("api/two/2.txt", "two"),
    ("lib/a.js", "exports.a = 1"),
    ("lib/unused.js", ""),
];

#[test]
fn bundling_releases_have_names_of_their_own() {
    let of = |version: &str| {
        let build = format!(
            r#"{{ "src": "api/hello.js", "use": "@now/node@{version}", "config": {{ "includeFiles": ["one.txt", "two/**"] }} }}"#
        );
        files(&build, PROJECT).0
    };
    assert_eq!(of("0.4.27"), "bridge.js launcher.js~ user/api/engine user/api/hello.js~");
    assert_eq!(
        of("0.5.3"),
        "bridge.js launcher.js~ user/api/engine user/api/hello.js~ user/api/one.txt user/api/two/2.txt"
    );
    assert_eq!(
        of("0.11.1"),
        "___now_bridge.js ___now_helpers.js ___now_launcher.js~ api/api/one.txt api/engine api/hello.js~ api/hello.js.map~ \
         api/sourcemap-register.js api/two/2.txt"
    );
}

#[test]
fn tracing_releases_compile_and_keep_the_name_of_the_entry() {
    let project = &[
        ("index.ts", "import { a } from './a'\nimport { b } from './b'\nexport default () => a + b"),
        ("a.ts", "export const a: number = 1"),
        ("b.js", "export const b = 2"),
        ("package.json", "{}"),
    ];
    let build = |version: &str| format!(r#"{{ "src": "index.ts", "use": "@now/node@{version}" }}"#);
    let (names, notes) = files(&build("1.0.1"), project);
    assert_eq!(
        names,
        "___now_bridge.js ___now_helpers.js ___now_launcher.js __sourcemap_support.js a.js~ a.js.map~ b.js~ b.js.map~ \
         index.js.map~ index.ts~"
    );
    assert!(notes.contains("3 of the files"), "{notes}");
    assert!(files(&build("1.8.5"), project).0.ends_with("index.ts~ package.json"));
}

#[test]
fn a_server_without_bundling_holds_everything() {
    let build = r#"{ "src": "api/hello.js", "use": "@now/node-server", "config": { "bundle": false } }"#;
    let mut project = PROJECT.to_vec();
    project.push(("node_modules/x/unused.js", ""));
    assert_eq!(
        files(build, &project).0,
        "api/engine api/hello.js api/one.txt api/two/2.txt bridge.js launcher.js lib/a.js lib/unused.js \
         node_modules/x/unused.js now.json"
    );
}

#[test]
fn other_languages_are_copied_and_what_is_made_there_is_missing() {
    let project = &[("api/a.py", ""), ("b.rb", ""), ("c.go", ""), ("data/x.txt", ""), ("vendor/x.txt", "")];
    for (src, builder, list, missing) in [
        ("api/a.py", "python", "api/a.py b.rb c.go now.json now__handler__python.py~", "pip"),
        ("b.rb", "ruby", "api/a.py b.rb c.go now.json now__handler__ruby.rb~ vendor/x.txt", "gems"),
        ("c.go", "go", "data/x.txt handler~", "compiled program"),
    ] {
        let options = match builder {
            "go" => r#"{ "includeFiles": ["data/**"] }"#,
            _ => r#"{ "excludeFiles": "{data,vendor}/**" }"#,
        };
        let build = format!(r#"{{ "src": "{src}", "use": "@now/{builder}", "config": {options} }}"#);
        let (names, notes) = files(&build, project);
        assert_eq!(names, list, "{builder}");
        assert!(notes.contains(missing) && notes.contains("the least"), "{notes}");
    }
}

#[test]
fn a_packed_file_counts_once_and_has_one_header() {
    let config = r#"{"version":2,"builds":[{"src":"api/hello.js","use":"@now/node@0.11.1"}]}"#;
    let of = |lib: &str| {
        let fs = MemoryFs::new()
            .with("/p/now.json", config)
            .with("/p/api/hello.js", "require('../lib/a'); require('../lib/a-long-name-in-a-folder/b')")
            .with("/p/lib/a.js", lib)
            .with("/p/lib/a-long-name-in-a-folder/b.js", "exports.b = 1");
        let root = Utf8PathBuf::from("/p");
        let config = Config::new(Document::json("/p/now.json", config));
        let analysis = Analysis::new(Project::new(&fs, root.clone(), root, Some(config), Platform::Now));
        lint::functions_with_files(&analysis).remove(0)
    };
    let function = of("exports.a = 1");
    assert_eq!(function.files, function.list.len());
    assert_eq!(function.bytes, function.list.iter().map(|file| file.bytes).sum::<u64>());
    let listed: u64 = function.list.iter().map(|file| file.zip_bytes.unwrap()).sum();
    assert_eq!(function.zip_bytes, Some(listed + 22), "the end record");
    let packed = function.list.iter().find(|file| file.name == "api/hello.js").unwrap();
    let parts: u64 = function.largest.iter().map(|package| package.zip_bytes.unwrap()).sum();
    assert_eq!(parts, listed);
    // One header of 92 bytes and a name, twice: three texts of some 20 to 70 bytes deflate to no more than that.
    assert!(packed.zip_bytes.unwrap() < 92 + 2 * 12 + 3 * 72, "{packed:?}");
}
