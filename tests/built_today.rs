//! What today's builder makes of the traced files. `scripts/compare-build` holds the same against the builder itself.

#![allow(clippy::unwrap_used, reason = "a test may")]

use nowcheck::analysis::Analysis;
use nowcheck::base::fs::MemoryFs;
use nowcheck::lint::{self, FunctionReport, Options};
use nowcheck::project::discover::Found;

/// The functions of the project in `folder` of a repository.
fn functions(folder: &str, files: &[(&str, &str)]) -> Vec<FunctionReport> {
    let fs = files
        .iter()
        .fold(MemoryFs::new().with("/r/.git/HEAD", ""), |fs, (path, text)| fs.with(&format!("/r/{path}"), *text));
    let root = format!("/r/{folder}");
    let root = root.trim_end_matches('/');
    let found = Found { root: root.into(), config: Some(format!("{root}/vercel.json").into()) };
    let project = lint::project(&fs, &found, &Options::default()).unwrap();
    lint::functions_with_files(&Analysis::new(project))
}

/// Names, with `~` where the bytes are an estimate.
fn names(function: &FunctionReport) -> Vec<String> {
    let name = |file: &lint::FileReport| format!("{}{}", if file.estimated { "~" } else { "" }, file.name);
    function.list.iter().map(name).collect()
}

#[test]
fn typescript_is_renamed_and_has_a_map() {
    let found = functions(
        "",
        &[
            ("vercel.json", r#"{"functions":{"api/a.ts":{"includeFiles":"src/**"}}}"#),
            ("api/a.ts", "import { x } from '../src/x'; import y from '../src/y.mjs'; export default () => x + y"),
            ("src/x.ts", "export const x = 1"),
            ("src/y.mts", "export default 1"),
            ("src/types.d.ts", ""),
        ],
    );
    let expected = ["~api/a.js", "~api/a.js.map", "src/types.d.ts", "~src/x.js", "~src/x.js.map", "src/x.ts"];
    let listed = names(&found[0]);
    assert!(expected.iter().all(|name| listed.iter().any(|listed| listed == name)), "{listed:?}");
    assert!(!listed.iter().any(|name| name == "api/a.ts"), "{listed:?}");
    assert!(found[0].notes.iter().any(|note| note.contains("the builder compiles")), "{:?}", found[0].notes);
}

#[test]
fn modules_become_scripts_unless_their_package_says_module() {
    let files = [
        ("vercel.json", "{}"),
        ("package.json", "{}"),
        (
            "api/a.js",
            "import b from '../b.js'; import c from '../m/c.js'; import d from 'd'; export default () => b + c + d",
        ),
        ("b.js", "export { default } from './e.mjs'"),
        ("e.mjs", "export default 1"),
        ("m/package.json", r#"{"type":"module"}"#),
        ("m/c.js", "export default 1"),
        ("node_modules/d/index.js", "export default 1"),
    ];
    let found = functions("", &files);
    let expected = [
        "~api/a.js",
        "~api/a.js.map",
        "~b.js",
        "~b.js.map",
        "e.mjs",
        "m/c.js",
        "m/package.json",
        "node_modules/d/index.js",
        "package.json",
    ];
    assert_eq!(names(&found[0]), expected);
    let mut files = files;
    files[1].1 = r#"{"type":"module"}"#;
    assert!(names(&functions("", &files)[0]).iter().all(|name| !name.starts_with('~')));
}

#[test]
fn a_sibling_package_is_judged_by_the_projects_own_package_file() {
    let files = [
        ("apps/web/vercel.json", "{}"),
        ("apps/web/package.json", "{}"),
        ("apps/web/api/a.js", "import b from '../../../packages/b/i.js'; export default () => b"),
        ("packages/b/package.json", r#"{"type":"module"}"#),
        ("packages/b/i.js", "export default 1"),
    ];
    let compiled = |files: &[(&str, &str)]| {
        let found = functions("apps/web", files);
        names(&found[0]).into_iter().filter(|name| name.ends_with(".map")).collect::<Vec<_>>()
    };
    assert_eq!(compiled(&files), ["~apps/web/api/a.js.map", "~packages/b/i.js.map"]);
    let mut files = files;
    files[1].1 = r#"{"type":"module"}"#;
    assert!(compiled(&files).is_empty());
}
