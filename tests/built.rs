//! Functions as a build left them: `.vercel/output` and `.nft.json`, right, broken, hostile and out of date.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};
use nowcheck::analysis::Analysis;
use nowcheck::base::RealFs;
use nowcheck::bundle::{From, Source};
use nowcheck::lint::{self, Asked, BundleSource, FunctionReport, Options};
use nowcheck::project::discover::Found;

struct Tree {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
}

/// When the build of every test ended: later than anything that the test writes, for no test can say when a file came to its place.
fn built() -> SystemTime {
    SystemTime::now() + Duration::from_secs(1_000)
}

impl Tree {
    /// All files are older than the build, which made `config.json` last.
    fn new(files: &[(&str, &str)]) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().unwrap()).unwrap();
        let tree = Self { _keep: keep, root };
        tree.write(".git/HEAD", "");
        files.iter().for_each(|(name, text)| tree.write(name, text));
        tree.set(".vercel/output/config.json", r#"{"version":3}"#, built());
        tree
    }

    fn write(&self, name: &str, text: &str) {
        self.set(name, text, SystemTime::now());
    }

    fn set(&self, name: &str, text: &str, at: SystemTime) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
    }

    fn touch(&self, name: &str) {
        let after = built() + Duration::from_secs(500);
        File::options().write(true).open(self.root.join(name)).unwrap().set_modified(after).unwrap();
    }

    /// The build ends now; what comes behind this is later.
    fn end(&self) {
        std::thread::sleep(Duration::from_millis(30));
        self.set(".vercel/output/config.json", r#"{"version":3}"#, SystemTime::now());
        std::thread::sleep(Duration::from_millis(30));
    }

    /// Why the output is not used.
    fn reason(&self) -> Option<String> {
        let found = self.auto();
        assert!(!found.is_empty());
        let is_used = found.iter().all(|function| function.source == BundleSource::Output);
        let reason = found[0].notes.iter().find_map(|note| note.strip_prefix(".vercel/output is not used: "));
        assert_eq!(is_used, reason.is_none(), "{found:?}");
        reason.map(str::to_owned)
    }

    #[cfg(unix)]
    fn link(&self, name: &str, target: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    fn read(&self, folder: &str, from: From) -> Vec<FunctionReport> {
        let root = self.root.join(folder);
        let root = root.as_str().trim_end_matches('/');
        let config = Some(Utf8Path::new(root).join("vercel.json")).filter(|file| file.exists());
        let found = Found { root: root.into(), config };
        let project = lint::project(&RealFs, &found, &Options::default()).unwrap();
        lint::functions_with_files(&Analysis::new(project).reading(from))
    }

    fn output(&self) -> Vec<FunctionReport> {
        self.read("", From::Only(Source::Output))
    }

    fn auto(&self) -> Vec<FunctionReport> {
        self.read("", From::Auto)
    }
}

fn list(function: &FunctionReport) -> Vec<(&str, u64)> {
    function.list.iter().map(|file| (file.name.as_str(), file.bytes)).collect()
}

const NODE: &str = r#"{"handler":"api/a.js","runtime":"nodejs22.x","architecture":"arm64","environment":{"TOKEN":"hush"},
    "supportsResponseStreaming":true,"filePathMap":{"data/x.txt":"data/x.txt"}}"#;
const PLAIN: [(&str, &str); 6] = [
    ("vercel.json", "{}"),
    ("package.json", "{}"),
    ("api/a.js", "module.exports = () => {}"),
    ("data/x.txt", "12345"),
    (".vercel/output/functions/api/a.func/.vc-config.json", NODE),
    (".vercel/output/functions/api/a.func/api/a.js", "module.exports = () => {}"),
];

#[test]
fn a_function_is_its_folder_and_what_its_map_names() {
    let tree = Tree::new(&PLAIN);
    let found = tree.output();
    let [function] = found.as_slice() else { unreachable!("{found:?}") };
    assert_eq!(list(function), [("api/a.js", 25), ("data/x.txt", 5)]);
    assert_eq!((function.files, function.bytes, function.source), (2, 30, BundleSource::Output));
    assert_eq!((function.name.as_str(), function.entrypoint.as_str()), ("api/a", "api/a.js"));
    assert_eq!(function.runtime.as_deref(), Some("nodejs22.x"));
    let built = function.built.as_ref().unwrap();
    assert_eq!(
        (built.handler.as_str(), built.architecture.as_deref(), built.streams),
        ("api/a.js", Some("arm64"), true)
    );
    assert_eq!(built.environment, ["TOKEN"]);
    assert!(function.notes.is_empty() && !format!("{found:?}").contains("hush"), "{found:?}");
    assert_eq!(tree.auto(), found);
}

#[cfg(unix)]
#[test]
fn links_are_names_of_one_function_and_stay_links_within_it() {
    let tree = Tree::new(&PLAIN);
    tree.link(".vercel/output/functions/api/a.rsc.func", "a.func");
    tree.link(".vercel/output/functions/b.func", "api/a.func");
    tree.link(".vercel/output/functions/api/a.func/latest.js", "api/a.js");
    tree.write(".vercel/output/functions/api/a.func/nested.func/deep.js", "1");
    tree.write(".vercel/output/functions/a.prerender-config.json", "{}");
    let found = tree.output();
    let [function] = found.as_slice() else { unreachable!("{found:?}") };
    assert_eq!(function.built.as_ref().unwrap().names, ["api/a", "b", "api/a.rsc"]);
    assert_eq!(list(function), [("api/a.js", 25), ("data/x.txt", 5), ("latest.js", 8), ("nested.func/deep.js", 1)]);
}

#[cfg(unix)]
#[test]
fn what_is_broken_is_told_and_the_rest_is_right() {
    let tree = Tree::new(&PLAIN);
    let functions = ".vercel/output/functions";
    tree.write(&format!("{functions}/broken.func/.vc-config.json"), "{");
    tree.write(&format!("{functions}/list.func/.vc-config.json"), "[]");
    tree.write(&format!("{functions}/empty.func/x.js"), "");
    tree.link(&format!("{functions}/one.func"), "two.func");
    tree.link(&format!("{functions}/two.func"), "one.func");
    tree.link(&format!("{functions}/out.func"), "/etc");
    let map = r#"{"handler":"none.js","runtime":"nodejs22.x","filePathMap":{"gone.js":"gone.js","up.js":"../up.js","../n.js":"api/a.js",
        "number.js":1,"ok.js":"api/a.js","folder":"data"}}"#;
    tree.write(&format!("{functions}/odd.func/.vc-config.json"), map);
    let found = tree.output();
    let names: Vec<_> = found.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names, ["api/a", "odd"]);
    assert_eq!(list(&found[0]), [("api/a.js", 25), ("data/x.txt", 5)]);
    assert_eq!(list(&found[1]), [("ok.js", 25)]);
    let notes = found[1].notes.join("\n");
    for part in [
        "broken.func/.vc-config.json cannot be read (broken JSON",
        "list.func/.vc-config.json is no object",
        "empty.func/.vc-config.json cannot be read",
        "one.func leads nowhere",
        "two.func leads nowhere",
        "out.func leads nowhere, in a circle, or out of the output",
        "gone.js: listed, but not there",
        "nothing below the repository at \"up.js\" and 2 more",
        "its handler none.js is not among its files",
        "gone.js is listed and no longer there",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    // A build that lost a file is not of the present sources.
    assert_eq!(tree.auto()[0].source, BundleSource::Trace);
}

#[test]
fn an_output_of_other_shape_is_told() {
    for (config, part) in [("{", "broken JSON"), (r#"{"version":2}"#, "not of version 3"), ("[]", "not of version 3")] {
        let tree = Tree::new(&PLAIN);
        tree.set(".vercel/output/config.json", config, built());
        let notes = tree.output()[0].notes.join("\n");
        assert!(notes.contains(part), "{config}: {notes}");
    }
    let tree = Tree::new(&PLAIN);
    fs::remove_dir_all(tree.root.join(".vercel/output/functions")).unwrap();
    assert!(tree.output().is_empty());
}

#[test]
fn a_build_that_was_not_finished_is_not_used() {
    for (config, part) in [("{", "broken JSON"), (r#"{"version":2}"#, "not of version 3"), ("[]", "not of version 3")] {
        let tree = Tree::new(&PLAIN);
        tree.set(".vercel/output/config.json", config, built());
        assert!(tree.reason().unwrap().contains(part), "{config}: {:?}", tree.reason());
    }
    let tree = Tree::new(&PLAIN);
    fs::remove_file(tree.root.join(".vercel/output/config.json")).unwrap();
    assert_eq!(tree.reason().as_deref(), Some("it has no config.json, which a build writes last"));
    let tree = Tree::new(&PLAIN);
    tree.write(".vercel/output/builds.json", r#"{"builds":[{"src":"api/a.js","use":"@vercel/node"}]}"#);
    assert_eq!(tree.reason(), None);
    for failed in [r#"{"error":{"name":"Error"}}"#, r#"{"builds":[{"src":"api/a.js","error":{}}]}"#] {
        tree.write(".vercel/output/builds.json", failed);
        assert_eq!(tree.reason().as_deref(), Some("its build failed, as builds.json says"));
    }
}

#[test]
fn a_function_whose_source_is_gone_makes_the_build_old() {
    let tree = Tree::new(&PLAIN);
    let vc = NODE.replace("api/a.js", "api/old.js");
    tree.write(".vercel/output/functions/api/old.func/.vc-config.json", &vc);
    tree.write(".vercel/output/functions/api/old.func/api/old.js", "1");
    tree.write("api/old.ts", "export default () => 1");
    assert_eq!(tree.reason(), None);
    fs::remove_file(tree.root.join("api/old.ts")).unwrap();
    assert_eq!(tree.reason().as_deref(), Some("api/old.js was built and is no longer there"));

    let tree = Tree::new(&PLAIN);
    let builds = r#"{"builds":[{"src":"lib/b.py","use":"@vercel/python"},{"src":"public/**","use":"@vercel/static"}]}"#;
    tree.write(".vercel/output/builds.json", builds);
    tree.write("lib/b.py", "");
    assert_eq!(tree.reason(), None);
    fs::remove_file(tree.root.join("lib/b.py")).unwrap();
    assert_eq!(tree.reason().as_deref(), Some("lib/b.py was built and is no longer there"));
}

#[test]
fn what_compilers_read_counts_too() {
    for name in ["tsconfig.json", "prisma/schema.prisma", "prisma/models/user.prisma", "api/tsconfig.json"] {
        let tree = Tree::new(&PLAIN);
        tree.write(name, "");
        assert_eq!(tree.reason(), None);
        tree.touch(name);
        assert_eq!(tree.reason(), Some(format!("{name} was changed after the build")));
    }
}

#[test]
fn a_framework_is_built_from_all_that_is_uploaded() {
    let framework = NODE.replace(r#""handler""#, r#""framework":{"slug":"astro"},"handler""#);
    for name in ["src/a.astro", "src/a.json", "src/a.css", "src/a.vue", "src/a.svelte", "src/a.mdx", "src/a.md"] {
        let tree = Tree::new(&PLAIN);
        tree.write(".vercel/output/functions/api/a.func/.vc-config.json", &framework);
        for name in ["README.md", "report.json", "public/a.png"] {
            tree.write(name, "");
            tree.touch(name);
        }
        tree.write(name, "");
        assert_eq!(tree.reason(), None);
        tree.touch(name);
        assert_eq!(tree.reason(), Some(format!("{name} was changed after the build")));
    }
}

#[cfg(unix)]
#[test]
fn an_older_file_that_came_later_is_a_change() {
    let old = |tree: &Tree, name: &str| tree.set(name, "2", SystemTime::now() - Duration::from_secs(5_000));
    let tree = Tree::new(&PLAIN);
    old(&tree, "older.js");
    tree.write("node_modules/b/i.js", "1");
    tree.write(".vercel/output/functions/api/a.func/node_modules/b/i.js", "1");
    tree.end();
    assert_eq!(tree.reason(), None);
    // A package manager that links files changes the times of all projects that share them.
    fs::hard_link(tree.root.join("node_modules/b/i.js"), tree.root.join("shared.js")).unwrap();
    assert_eq!(tree.reason(), None);
    fs::rename(tree.root.join("older.js"), tree.root.join("api/a.js")).unwrap();
    assert_eq!(tree.reason().as_deref(), Some("api/a.js was changed after the build"));
}

#[cfg(unix)]
#[test]
fn a_link_is_as_old_as_what_it_leads_to() {
    let tree = Tree::new(&PLAIN);
    tree.write(".vercel/output/functions/api/a.func/lib/b.js", "");
    tree.write("elsewhere/b.js", "");
    tree.link("lib/b.js", "../elsewhere/b.js");
    assert_eq!(tree.reason(), None);
    tree.touch("elsewhere/b.js");
    assert_eq!(tree.reason().as_deref(), Some("lib/b.js was changed after the build"));
}

#[test]
fn an_older_build_is_not_used_unless_it_is_asked_for() {
    let changed = [
        ("api/a.js", "api/a.js was changed"),
        ("vercel.json", "vercel.json was changed"),
        ("package.json", "package.json was changed"),
        ("data/x.txt", "data/x.txt was changed"),
    ];
    for (file, part) in changed {
        let tree = Tree::new(&PLAIN);
        tree.touch(file);
        let found = tree.auto();
        assert_eq!(found[0].source, BundleSource::Trace, "{file}");
        assert!(
            found[0].notes.iter().any(|note| note.contains(".vercel/output is not used") && note.contains(part)),
            "{found:?}"
        );
        let asked = tree.output();
        assert_eq!(asked[0].source, BundleSource::Output, "{file}");
        assert!(
            asked[0].notes.iter().any(|note| note.contains("may be out of date") && note.contains(part)),
            "{asked:?}"
        );
    }
    let tree = Tree::new(&PLAIN);
    tree.write("api/new.js", "module.exports = () => {}");
    let found = tree.auto();
    assert!(found.iter().all(|function| function.source == BundleSource::Trace));
    assert!(found[0].notes.iter().any(|note| note.contains("it has no function for api/new.js")), "{found:?}");
    let tree = Tree::new(&PLAIN);
    tree.touch(".vercel/output/functions/api/a.func/api/a.js");
    tree.write("README.md", "");
    tree.touch("README.md");
    assert_eq!(tree.auto()[0].source, BundleSource::Output);
}

#[test]
fn what_a_compiled_file_was_made_of_counts_as_its_source() {
    let tree = Tree::new(&PLAIN);
    tree.write(".vercel/output/functions/api/a.func/lib/b.js", "");
    tree.write("lib/b.ts", "");
    assert_eq!(tree.auto()[0].source, BundleSource::Output);
    tree.touch("lib/b.ts");
    assert_eq!(tree.auto()[0].source, BundleSource::Trace);
}

#[test]
fn the_output_of_a_folder_lies_at_the_top_of_its_repository() {
    let web = |name: &str| format!("apps/web/{name}");
    let tree = Tree::new(&[
        (&web("vercel.json"), "{}"),
        (&web("api/a.js"), ""),
        ("data/x.txt", "12345"),
        (".vercel/output/functions/api/a.func/.vc-config.json", NODE),
        (".vercel/output/functions/api/a.func/api/a.js", "1"),
    ]);
    assert!(tree.read("apps/web", From::Only(Source::Output)).is_empty());
    tree.write(".vercel/project.json", r#"{"settings":{"rootDirectory":"apps/web"}}"#);
    let found = tree.read("apps/web", From::Only(Source::Output));
    assert_eq!(list(&found[0]), [("api/a.js", 1), ("data/x.txt", 5)]);
    tree.write(".vercel/project.json", r#"{"settings":{"rootDirectory":"apps/docs"}}"#);
    assert!(tree.read("apps/web", From::Only(Source::Output)).is_empty());
}

#[test]
fn an_edge_function_has_the_limit_of_its_plan() {
    let edge = r#"{"runtime":"edge","entrypoint":"api/a.js"}"#;
    let tree = Tree::new(&[
        ("vercel.json", "{}"),
        ("api/a.js", ""),
        (".vercel/output/functions/api/a.func/.vc-config.json", edge),
        (".vercel/output/functions/api/a.func/api/a.js", "1"),
    ]);
    let limit = |tree: &Tree| tree.output()[0].limit.map(|limit| (limit.bytes, limit.measures));
    assert_eq!(limit(&tree), Some((4 << 20, "zip")));
    tree.write("nowcheck.json", r#"{"plan":"hobby"}"#);
    assert_eq!(limit(&tree), Some((1 << 20, "zip")));
}

const NEXT: [(&str, &str); 12] = [
    ("package.json", r#"{"dependencies":{"next":"15.0.0"}}"#),
    ("app/(group)/dash/page.js", "export default () => null"),
    ("node_modules/next/server.js", "123"),
    ("node_modules/ms/index.js", "12"),
    (".next/required-server-files.json", r#"{"files":[".next/BUILD_ID"]}"#),
    (".next/BUILD_ID", "1"),
    (".next/app-path-routes-manifest.json", r#"{"/(group)/dash/page":"/dash","/page":"/"}"#),
    (".next/next-server.js.nft.json", r#"{"files":["../node_modules/next/server.js"]}"#),
    (".next/server/app/(group)/dash/page.js", "12345"),
    (
        ".next/server/app/(group)/dash/page.js.nft.json",
        r#"{"files":["../../../../../node_modules/ms/index.js","../../../../../../up.js"]}"#,
    ),
    (".next/server/pages/api/x.js", "1234"),
    (".next/server/pages/api/x.js.nft.json", r#"{"files":["../../../../gone.js"]}"#),
];

#[test]
fn a_page_of_next_has_its_list_its_file_and_the_shared_base() {
    let tree = Tree::new(&NEXT);
    let found = tree.read("", From::Only(Source::Nft));
    let names: Vec<_> = found.iter().map(|function| function.name.as_str()).collect();
    assert_eq!(names, ["api/x", "dash"]);
    let shared = [(".next/BUILD_ID", 1)];
    let dash = [
        (".next/server/app/(group)/dash/page.js", 5),
        ("node_modules/ms/index.js", 2),
        ("node_modules/next/server.js", 3),
    ];
    assert_eq!(list(&found[1]), [&shared[..], &dash[..]].concat());
    assert_eq!(found[1].limit.map(|limit| limit.bytes), Some(250 << 20));
    assert!(found[1].notes.iter().any(|note| note.contains("the least its function can be")));
    assert!(found[0].notes.iter().any(|note| note.contains("gone.js: listed, but not there")), "{found:?}");
}

#[test]
fn a_change_anywhere_in_the_code_makes_a_frameworks_build_old() {
    let tree = Tree::new(&NEXT[..10]);
    fs::remove_dir_all(tree.root.join(".vercel")).unwrap();
    assert_eq!(tree.auto().iter().map(|one| one.source).collect::<Vec<_>>(), [BundleSource::Nft]);
    tree.touch("app/(group)/dash/page.js");
    assert!(tree.auto().is_empty());
    assert_eq!(tree.read("", From::Only(Source::Nft)).len(), 1);
}

#[test]
fn a_page_of_next_whose_source_is_gone_makes_the_build_old() {
    for name in ["app/(group)/dash/page.js", "src/pages/p3.page.tsx", "pages/p4/index.mdx"] {
        let tree = Tree::new(&NEXT[..10]);
        fs::remove_dir_all(tree.root.join(".vercel")).unwrap();
        for page in ["pages/p3", "pages/p4", "pages/404", "app/_not-found/page", "app/sitemap.xml/route"] {
            tree.write(&format!(".next/server/{page}.js.nft.json"), r#"{"files":[]}"#);
            tree.write(&format!(".next/server/{page}.js"), "");
        }
        tree.write("src/pages/p3.page.tsx", "");
        tree.write("pages/p4/index.mdx", "");
        tree.set(".next/required-server-files.json", NEXT[4].1, built());
        let used = tree.auto();
        assert!(!used.is_empty() && used.iter().all(|one| one.source == BundleSource::Nft), "{used:?}");
        fs::remove_file(tree.root.join(name)).unwrap();
        assert!(tree.auto().is_empty(), "{name}");
    }
}

#[test]
fn why_a_built_function_holds_a_package_is_told_from_the_trace_where_that_knows() {
    let tree = Tree::new(&PLAIN);
    let function = ".vercel/output/functions/api/a.func";
    tree.write("api/a.js", "require('known'); module.exports = () => {}");
    for name in ["known", "extra", "unbuilt"] {
        tree.write(&format!("node_modules/{name}/package.json"), r#"{"version":"1.2.3"}"#);
        tree.write(&format!("node_modules/{name}/index.js"), "1");
    }
    for name in ["known", "extra"] {
        tree.write(&format!("{function}/node_modules/{name}/index.js"), "12345");
    }
    let page = ".vercel/output/functions/page.func";
    tree.write(&format!("{page}/.vc-config.json"), r#"{"handler":"index.js","runtime":"nodejs22.x"}"#);
    tree.write(&format!("{page}/index.js"), "");
    tree.write(&format!("{page}/node_modules/extra/index.js"), "1234567");
    let found = Found { root: tree.root.clone(), config: Some(tree.root.join("vercel.json")) };
    let project = lint::project(&RealFs, &found, &Options::default()).unwrap();
    let analysis = Analysis::new(project).reading(From::Only(Source::Output));
    let why = |package: &str| lint::why_package(&analysis, Asked { package, all: false });
    let (reports, asked) = lint::functions_asked(&analysis, false, Some(Asked { package: "extra", all: false }));
    assert_eq!(asked, why("extra"));
    let table = |function: &str, package: &str| {
        let report = reports.iter().find(|report| report.name == function).unwrap();
        report.largest.iter().find(|one| one.name == package).unwrap_or_else(|| panic!("{report:?}")).clone()
    };
    for version in ["known", "known@1.2.3"] {
        let found = why(version);
        let [known] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((known.function.as_str(), known.note.as_deref(), known.why.chain.len()), ("api/a", None, 2));
        assert_eq!(known.why.holds.bytes, 5);
    }
    assert_eq!(table("api/a", "known@1.2.3").required_by, ["api/a.js:1"]);
    let found = why("extra");
    assert_eq!(found.iter().map(|held| held.function.as_str()).collect::<Vec<_>>(), ["api/a", "page"]);
    for held in found {
        assert_eq!(held.note.as_deref(), Some(".vercel/output lists it; no code that was traced leads here"));
        assert_eq!(held.why.holds.bytes, table(&held.function, "extra@1.2.3").bytes);
    }
    assert!(why("unbuilt").is_empty(), "the build does not hold it");
}
