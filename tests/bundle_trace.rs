//! The tracer on small trees made for the purpose.

#![allow(clippy::expect_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::base::RealFs;
use nowcheck::base::fs::MemoryFs;
use nowcheck::bundle::{ReasonKind, Trace, TraceError, TraceOptions, TraceWarning, graph::Graph, trace};
use nowcheck::platform::trace_profile::{NFT_0_2_3, NFT_0_5, NFT_1_10_0, NFT_1_11_5, TraceProfile};

fn tree(files: &[(&str, &str)]) -> MemoryFs {
    files.iter().fold(MemoryFs::new(), |fs, (path, content)| fs.with(&format!("/p/{path}"), content))
}

fn try_trace(files: &[(&str, &str)], profile: TraceProfile) -> Result<Trace, TraceError> {
    trace(&tree(files), &[Utf8PathBuf::from("/p/i.js")], &TraceOptions::new(Utf8Path::new("/p"), profile))
}

fn traced(files: &[(&str, &str)]) -> Trace {
    try_trace(files, NFT_1_11_5).expect("the tree can be traced")
}

fn names(trace: &Trace) -> Vec<&str> {
    trace.files.keys().map(String::as_str).collect()
}

#[test]
fn imports_are_followed_and_package_files_listed() {
    let found = traced(&[
        ("package.json", r#"{"name":"app"}"#),
        ("i.js", "const a = require('a'); import('./lazy'); require('fs'); require('node:test')"),
        ("lazy.js", "export * from './deep.js'"),
        ("deep.js", "export {}"),
        ("unused.js", ""),
        ("node_modules/a/package.json", r#"{"name":"a","main":"lib/m"}"#),
        ("node_modules/a/lib/m.js", "require('./d.json')"),
        ("node_modules/a/lib/d.json", "{}"),
    ]);
    assert_eq!(
        names(&found),
        [
            "deep.js",
            "i.js",
            "lazy.js",
            "node_modules/a/lib/d.json",
            "node_modules/a/lib/m.js",
            "node_modules/a/package.json",
            "package.json"
        ]
    );
    assert!(found.warnings.is_empty());
    let graph = Graph::new(&found);
    let chain = graph.shortest().chain(graph.file("deep.js").expect("listed"));
    let names: Vec<&str> = chain.iter().map(|link| graph.name(link.file)).collect();
    assert_eq!(names, ["i.js", "lazy.js", "deep.js"]);
    assert!(graph.file("unused.js").is_none());
    assert!(found.files["i.js"].kinds.contains(&ReasonKind::Initial));
}

#[test]
fn exports_and_the_old_rules_both_count() {
    let files = [
        ("i.js", "require('a'); require('a/sub/x')"),
        (
            "node_modules/a/package.json",
            r#"{"exports":{".":{"import":"./m.mjs","require":"./r.js"},"./sub/*":"./s/*.js"}}"#,
        ),
        ("node_modules/a/index.js", ""),
        ("node_modules/a/m.mjs", ""),
        ("node_modules/a/r.js", ""),
        ("node_modules/a/s/x.js", ""),
    ];
    let expected = [
        "i.js",
        "node_modules/a/index.js",
        "node_modules/a/package.json",
        "node_modules/a/r.js",
        "node_modules/a/s/x.js",
    ];
    assert_eq!(names(&traced(&files)), expected);
    let strict = try_trace(&files, TraceProfile { exports_only: true, ..NFT_1_11_5 }).expect("traced");
    assert!(!strict.files.contains_key("node_modules/a/index.js"));
    let old = try_trace(&files, NFT_0_5).expect("traced");
    assert_eq!(names(&old), ["i.js", "node_modules/a/index.js"]);
}

#[test]
fn files_named_by_path_are_carried() {
    let found = traced(&[
        (
            "i.js",
            "const fs = require('fs'), path = require('path');
             fs.readFileSync(path.join(__dirname, 'one.txt'));
             fs.readFileSync(path.join(__dirname, 'data', name + '.json'));
             const dir = path.resolve('views');
             x(`${__dirname}/tpl/${y ? 'a' : 'b'}.html`);
             fs.readFileSync('./relative.txt');",
        ),
        ("one.txt", ""),
        ("data/a.json", ""),
        ("data/b.txt", ""),
        ("data/deep/c.json", ""),
        ("data/node_modules/x.json", ""),
        ("views/index.ejs", ""),
        ("views/README.md", ""),
        ("tpl/a.html", ""),
        ("tpl/b.html", ""),
        ("tpl/c.html", ""),
        ("relative.txt", ""),
    ]);
    assert_eq!(
        names(&found),
        ["data/a.json", "data/deep/c.json", "i.js", "one.txt", "tpl/a.html", "tpl/b.html", "views/index.ejs"]
    );
}

#[test]
fn a_package_carries_no_file_of_the_project_unless_the_tracer_is_old() {
    let files = [
        ("i.js", "require('a')"),
        ("settings.json", "{}"),
        ("node_modules/b/b.json", "{}"),
        ("node_modules/a/package.json", "{}"),
        (
            "node_modules/a/index.js",
            "const path = require('path'); path.join(process.cwd(), 'settings.json'); path.join(__dirname, '../b/b.json')",
        ),
    ];
    let today = try_trace(&files, NFT_1_10_0).expect("the tree can be traced");
    assert_eq!(
        names(&today),
        ["i.js", "node_modules/a/index.js", "node_modules/a/package.json", "node_modules/b/b.json"]
    );
    let then = try_trace(&files, NFT_0_5).expect("the tree can be traced");
    assert!(then.files.contains_key("settings.json"));
}

#[test]
fn a_specifier_with_unknown_parts_brings_no_notes_for_people() {
    let found = traced(&[
        ("i.js", "require(`./lib/${process.argv[2]}`)"),
        ("lib/a.js", "require('./c.h')"),
        ("lib/README.md", ""),
        ("lib/notes.md", ""),
        ("lib/b.h", ""),
        ("lib/c.h", ""),
        ("lib/deep/CHANGELOG.md", ""),
    ]);
    assert_eq!(names(&found), ["i.js", "lib/a.js", "lib/c.h", "lib/notes.md"]);
}

#[test]
fn a_require_that_was_made_follows_unknown_parts_under_its_usual_name() {
    for (name, is_followed) in [("require", true), ("load", false)] {
        let source = format!(
            "import {{ createRequire }} from 'module'; const {name} = createRequire(import.meta.url); {name}(`./lib/${{process.argv[2]}}`)"
        );
        let found = traced(&[("i.js", &source), ("lib/a.js", ""), ("lib/b.json", "{}")]);
        assert_eq!(found.files.contains_key("lib/b.json"), is_followed, "{name}");
    }
}

#[test]
fn the_helpers_of_two_compilers_are_known_and_no_others() {
    for (helper, is_known) in
        [("_interopRequireDefault", true), ("__importDefault", true), ("_interop_require_default", false)]
    {
        let source = format!("const path = {helper}(require('path')); path.default.join(__dirname, 'data')");
        let found = traced(&[("i.js", &source), ("data/a.txt", "")]);
        assert_eq!(found.files.contains_key("data/a.txt"), is_known, "{helper}");
    }
}

/// What the tracer's own evaluation makes of an expression decides what is carried. Each as @vercel/nft 1.11.5 does, run 2026-11.
#[test]
fn what_counts_is_the_outermost_value_that_is_known() {
    let (script, package) = ("node_modules/x/dist/index.js", "node_modules/x/package.json");
    for (source, expected) in [
        // Texts have no members but one, so that what is made of a path is not followed.
        ("var a = p.resolve('data.txt').replace('a', 'b')", vec![]),
        ("var a = (__dirname + '/data.txt').split('/')", vec![]),
        ("var a = (__dirname + '/').concat('data.txt')", vec!["data.txt"]),
        // Of `path.posix` the functions are known, but only a path in their arguments is watched for.
        ("p.posix.resolve('data.txt')", vec![]),
        ("p.posix.join(process.cwd(), 'data.txt')", vec![]),
        ("p.posix.join(__dirname, 'data.txt')", vec!["data.txt"]),
        // What stands in a call is looked at too, unless the call is a statement of its own, or part of what is known.
        ("p.join(require.resolve('x'), '../../package.json')", vec![package]),
        ("var a = p.join(require.resolve('x'), '../../package.json')", vec![script, package]),
        // A path that is computed on the way lists the package that it was found by.
        ("p.join(require.resolve('x').split(p.sep), 'y')", vec![package]),
        ("var a = require.resolve('x') + '/../../data'", vec![script, package]),
    ] {
        let source = format!("var p = require('path'); {source}");
        let files = [
            ("i.js", source.as_str()),
            ("data.txt", ""),
            (script, ""),
            ("node_modules/x/dist/data", ""),
            (package, r#"{"main":"dist/index.js"}"#),
        ];
        let found = traced(&files);
        let found: Vec<&str> = names(&found).into_iter().filter(|name| *name != "i.js").collect();
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn what_cannot_be_followed_is_a_warning_with_its_place() {
    let source = "try { require('gone') } catch {}\nrequire('./broken')";
    let found = traced(&[("i.js", source), ("broken.js", "let let = ;")]);
    assert_eq!(names(&found), ["broken.js", "i.js"]);
    let unresolved: Vec<_> = found
        .warnings
        .iter()
        .filter_map(|warning| match warning {
            TraceWarning::Unresolved { specifier, span, .. } => Some((specifier.as_str(), span.slice(source))),
            TraceWarning::BrokenManifest { .. } | TraceWarning::Unparsed { .. } => None,
        })
        .collect();
    assert_eq!(unresolved, [("gone", "'gone'")]);
    assert!(found.warnings.contains(&TraceWarning::Unparsed { file: "broken.js".to_owned() }));
}

#[test]
fn a_missing_entry_is_an_error() {
    let error = try_trace(&[("other.js", "")], NFT_1_11_5).expect_err("there is no entry");
    assert!(matches!(error, TraceError::Unreadable { path, .. } if path == "/p/i.js"));
}

#[test]
fn the_photon_client_by_release() {
    let files = [
        ("i.js", "require('@generated/photon')"),
        ("node_modules/@generated/photon/index.js", "require('./runtime')"),
        ("node_modules/@generated/photon/runtime/index.js", ""),
        ("node_modules/@generated/photon/runtime/query-engine-rhel-openssl-1.0.x", "\u{7f}ELF"),
    ];
    let engine = "node_modules/@generated/photon/runtime/query-engine-rhel-openssl-1.0.x";
    for profile in [NFT_1_11_5, NFT_1_10_0, NFT_0_5] {
        assert!(try_trace(&files, profile).expect("traced").files.contains_key(engine), "{}", profile.name);
    }
    let error = try_trace(&files, NFT_0_2_3).expect_err("runtime/prisma is not there");
    assert!(matches!(error, TraceError::Unreadable { path, .. } if path.ends_with("runtime/prisma")));
}

#[test]
fn a_require_that_is_declared_anew_is_not_followed() {
    let hidden = [
        "(require) => require('./no1')",
        "function () { require('./no2'); if (0) { var require } }",
        "function require() { require('./no3') }",
        "{ method(require = 1) { return [() => require('./no4')] } }",
        "class { method() { for (const require of []) require('./no5') } }",
        "() => { try {} catch (require) { require('./no6') } }",
        "async () => { function require() {} await require('./no7') }",
        "() => { { class require {} ; (() => require('./no8'))() } }",
    ];
    let source = format!("module.exports = [{}, () => {{ {{ let require }} require('./yes') }}]", hidden.join(", "));
    let trace = traced(&[("i.js", &source), ("yes.js", "")]);
    assert_eq!((names(&trace), trace.warnings.len()), (vec!["i.js", "yes.js"], 0));
}

#[test]
fn a_typescript_require_is_followed_where_its_value_is_used() {
    let source = "import a = require('./a'); import b = require('./b'); import type c = require('./c');\n\
                  export import d = require('./d'); import N = Space.e; let x: b.T; a();";
    let files = [("i.ts", source), ("a.ts", ""), ("b.ts", ""), ("c.ts", ""), ("d.ts", "")];
    let options = TraceOptions::new(Utf8Path::new("/p"), NFT_1_10_0);
    let found = trace(&tree(&files), &["/p/i.ts".into()], &options).expect("the tree can be traced");
    assert_eq!(names(&found), ["a.ts", "d.ts", "i.ts"]);
}

#[test]
fn typescript_is_compiled_where_the_builder_does_so() {
    let fs = tree(&[
        ("i.ts", "import { T } from './types'; import v, { type U } from './value'; const x: T = v as U; export { x }"),
        ("types.ts", "export type T = string"),
        ("value.ts", "export type U = string; export default 'a'"),
    ]);
    let entries = [Utf8PathBuf::from("/p/i.ts")];
    let compiled = trace(&fs, &entries, &TraceOptions::new(Utf8Path::new("/p"), NFT_1_10_0)).expect("traced");
    assert_eq!(names(&compiled), ["i.ts", "value.ts"]);
    let raw = trace(&fs, &entries, &TraceOptions::new(Utf8Path::new("/p"), NFT_1_11_5)).expect("traced");
    assert_eq!(names(&raw), ["i.ts"]);
    assert_eq!(raw.warnings.len(), 1);
}

#[test]
fn ignored_files_are_neither_listed_nor_read() {
    let fs = tree(&[("i.js", "require('./a')"), ("a.js", "require('./b')"), ("b.js", "")]);
    let ignore = |path: &str| path == "a.js" || path == "i.js";
    let options = TraceOptions { ignore: &ignore, ..TraceOptions::new(Utf8Path::new("/p"), NFT_1_11_5) };
    let found = trace(&fs, &[Utf8PathBuf::from("/p/i.js")], &options).expect("traced");
    assert_eq!(names(&found), ["i.js"]);
}

#[test]
fn depth_limits_the_walk() {
    let fs = tree(&[("i.js", "require('./a')"), ("a.js", "require('./b')"), ("b.js", "require('./c')"), ("c.js", "")]);
    let options = TraceOptions { depth: Some(1), ..TraceOptions::new(Utf8Path::new("/p"), NFT_1_11_5) };
    let found = trace(&fs, &[Utf8PathBuf::from("/p/i.js")], &options).expect("traced");
    assert_eq!(names(&found), ["a.js", "i.js"]);
}

#[test]
fn paths_that_a_server_registers() {
    for (source, is_app, expected) in [
        (
            "const e = require('express'); const app = e(); app.get('/', f); app.get('*', f); app.use('/*', f)",
            true,
            &[][..],
        ),
        (
            "const e = require('express'); const app = e(); app.get('/users', f); app.use('/users', g)",
            true,
            &["/users"],
        ),
        ("const { Router } = require('express'); const r = Router(); r.get('/a', f)", false, &[]),
        ("import express, { Router } from 'express'; const r = new Router(); r.use(g).get('/a', f)", false, &[]),
        ("import express from 'express'; const app = express(); app.route('/:id').get(f).put(g)", true, &["/:id"]),
        ("import express from 'express'; const app = express(); app.get('/:rest*', f)", true, &[]),
        ("import express from 'express'; express(); app.get('/a', f); cache.get('/b', f)", true, &[]),
        ("import express from 'express'; const app = express(); app.get('view engine'); app.get('/x')", true, &[]),
        ("const app = require('express')(); app.get(['/', '/b'], f)", true, &["/b"]),
        ("const e = __importDefault(require('express')); const app = e.default(); app.get('/c', f)", true, &["/c"]),
        ("const e = _interop(require('express')); const app = (0, e.default)(); app.get('/c', f)", true, &["/c"]),
        ("class A { constructor() { this.app = require('express')(); this.app.get('/d', f) } }", true, &["/d"]),
        ("const Koa = require('koa'); const app = new Koa(); app.use(ctx => {})", true, &[]),
        ("const Router = require('@koa/router'); const r = new Router(); r.get('/e', f)", false, &[]),
        ("const f = require('fastify')({}); f.route({ method: 'GET', url: '/f', handler })", true, &["/f"]),
        ("const H = require('@hapi/hapi'); const s = H.server({}); s.route({ path: '/g', handler })", true, &["/g"]),
        ("const app = require('express')(); server.applyMiddleware({ app })", true, &["/graphql"]),
        ("const app = require('express')(); server.applyMiddleware({ app, path: '/' })", true, &[]),
        ("const { NestFactory } = require('@nestjs/core'); async () => { await NestFactory.create(M) }", true, &[]),
        ("const e = require('express'); module.exports = e.static('/srv')", false, &[]),
    ] {
        let facts = &traced(&[("i.js", source)]).modules["i.js"].facts;
        assert_eq!(
            (facts.server_app, &*facts.server_paths),
            (is_app, &*expected.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()),
            "{source}"
        );
    }
}

#[test]
fn facts_for_rules() {
    let found = traced(&[
        ("i.js", "const app = require('express')(); app.listen(3000)"),
        ("node_modules/express/index.js", "module.exports = () => ({})"),
    ]);
    let facts = &found.modules["i.js"].facts;
    assert!(facts.listens && !facts.exports && !facts.esm);
    assert!(facts.server_app);
    assert!(found.modules["node_modules/express/index.js"].facts.exports);
    assert_eq!(found.modules["i.js"].targets, [vec!["node_modules/express/index.js".to_owned()]]);
}

#[test]
fn hostile_sources_end() {
    let nested = format!("x = {}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let unary = format!("x = {}1", "!".repeat(300_000));
    let sum = format!("x = __dirname{}", "+'a'".repeat(5_000));
    let alternatives = format!("x = {}1", "a?b:".repeat(100_000));
    let texts = format!("x = 1{}", "+'a'".repeat(300_000));
    let ifs = "if(a)".repeat(100_000) + "b()";
    for source in [nested.as_str(), &unary, &alternatives, &texts, &ifs] {
        let found = traced(&[("i.js", source)]);
        assert!(found.warnings.contains(&TraceWarning::Unparsed { file: "i.js".to_owned() }));
    }
    assert!(traced(&[("i.js", &sum)]).warnings.is_empty());
    let just_inside = [
        format!("x = {}1", "!".repeat(59_000)),
        format!("x = {}1{}", "[".repeat(9_900), "]".repeat(9_900)),
        format!("x = __dirname{}", "+'a'".repeat(59_000)),
        format!("x = {}1", "a?b:".repeat(29_000)),
        "if(a)".repeat(59_000) + "b()",
        "(function(){".repeat(4_900) + &"})()".repeat(4_900),
        format!("x = {}1{}", "{a:".repeat(9_900), "}".repeat(9_900)),
        format!("x = a{}", ".b()".repeat(29_000)),
        format!("x = {}1", "a=>".repeat(29_000)),
    ];
    for source in &just_inside {
        assert_eq!(names(&traced(&[("i.js", source)])), ["i.js"]);
    }
    let exports = format!("{}\"./x\"{}", "{\"node\":".repeat(100), "}".repeat(100));
    let found = traced(&[
        ("i.js", "require('a')"),
        ("node_modules/a/package.json", &format!("{{\"exports\":{exports}}}")),
        ("node_modules/a/index.js", ""),
    ]);
    assert!(found.files.contains_key("node_modules/a/index.js"));
}

#[cfg(unix)]
#[test]
fn links_are_listed_and_loops_are_errors() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let base = Utf8Path::from_path(folder.path()).expect("UTF-8").canonicalize_utf8()?;
    std::fs::create_dir_all(base.join("store/a"))?;
    std::fs::create_dir_all(base.join("node_modules"))?;
    std::fs::write(base.join("store/a/index.js"), "")?;
    std::fs::write(base.join("i.js"), "require('a')")?;
    std::os::unix::fs::symlink("../store/a", base.join("node_modules/a"))?;
    std::os::unix::fs::symlink("loop.js", base.join("loop.js"))?;
    let options = TraceOptions::new(&base, NFT_1_11_5);
    let found = trace(&RealFs, &[base.join("i.js")], &options).expect("traced");
    assert_eq!(names(&found), ["i.js", "node_modules/a", "store/a/index.js"]);
    let error = trace(&RealFs, &[base.join("loop.js")], &options).expect_err("a loop");
    assert!(matches!(error, TraceError::LinkLoop { .. }));
    Ok(())
}

#[test]
fn the_result_does_not_depend_on_order() {
    let mut files: Vec<(String, String)> = Vec::new();
    for index in 0..60 {
        let source =
            format!("require('./f{}'); require('./f{}'); require('gone{index}')", (index * 7) % 60, (index + 1) % 60);
        files.push((format!("f{index}.js"), source));
    }
    files.push(("i.js".to_owned(), "require('./f0')".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let first = traced(&files);
    assert_eq!(first.files.len(), 61);
    let unresolved: BTreeSet<_> = first.warnings.iter().collect();
    assert_eq!(unresolved.len(), 60);
    for _ in 0..10 {
        assert_eq!(traced(&files), first);
    }
}

#[test]
fn a_broken_package_json_is_told_and_listed_as_before() {
    let of = |own: &str, package: &str| {
        traced(&[
            ("package.json", own),
            ("i.js", "require('a'); require('b')"),
            ("node_modules/a/package.json", package),
            ("node_modules/a/index.js", "1"),
            ("node_modules/b/package.json", r#"{"main":"b.js"}"#),
            ("node_modules/b/b.js", "1"),
        ])
    };
    let whole = of("{}", "{}");
    assert!(whole.warnings.is_empty(), "{:?}", whole.warnings);
    let broken = |file: &str| TraceWarning::BrokenManifest { file: file.to_owned() };
    for text in ["{", "", "[]"] {
        let found = of("{}", text);
        assert_eq!(names(&found), names(&whole), "{text:?}");
        assert_eq!(found.warnings, BTreeSet::from([broken("node_modules/a/package.json")]), "{text:?}");
    }
    let both = of("{", "{");
    assert_eq!(both.warnings, BTreeSet::from([broken("node_modules/a/package.json"), broken("package.json")]));
    let alone = traced(&[("package.json", "{"), ("i.js", "1")]);
    assert_eq!(alone.warnings, BTreeSet::from([broken("package.json")]));
}

#[test]
fn a_file_too_large_for_a_source_is_listed_unread() -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize()?).unwrap();
    std::fs::write(root.join("index.js"), "require('./huge'); require('./other')")?;
    std::fs::write(root.join("other.js"), "")?;
    // Sparse: no room is taken.
    std::fs::File::create(root.join("huge.js"))?.set_len(8 << 30)?;
    let options = TraceOptions::new(&root, NFT_1_11_5);
    let found = trace(&RealFs, &[root.join("index.js")], &options).unwrap();
    assert_eq!(names(&found), ["huge.js", "index.js", "other.js"]);
    assert_eq!(found.warnings.into_iter().collect::<Vec<_>>(), [TraceWarning::Unparsed { file: "huge.js".into() }]);
    Ok(())
}
