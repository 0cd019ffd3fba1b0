//! The builder pinned to a version, the client with and without the line for tracers: as measured on the published builders.

use std::collections::BTreeMap;

use nowcheck::engine::EngineKind;

use super::photon::{MODULE, TARGET, client, committed, engine_path, project};
use super::support::site::Site;

fn pinned(version: &str, annotated: bool) -> Site {
    let site = project();
    site.change("now.json", "@now/node@canary", &format!("@now/node@{version}"));
    client(&site, MODULE, annotated.then_some(TARGET));
    site
}

#[test]
fn pinned_builders() {
    const NOT_TRACED: &str = "error builder/engine-not-traced now.json:6:14";
    let mut words = BTreeMap::new();
    for (version, annotated, told) in [
        ("0.4.27", true, true),
        ("0.4.28", true, false),
        ("0.7.4", true, false),
        ("0.7.4", false, true),
        ("0.11.1", true, false),
        ("0.11.1", false, true),
        ("0.7.4-canary.29", false, true),
        ("0.7.4-canary.34", true, true),
        ("0.7.4-canary.48", false, true),
        ("0.7.4-canary.50", false, false),
        ("0.12.0", true, true),
        ("0.12.1", true, true),
        ("0.12.1", false, true),
        ("0.12.3", true, false),
        ("0.12.3", false, false),
        ("1.0.1", false, false),
        ("canary", false, false),
    ] {
        let site = pinned(version, annotated);
        let expected = told.then(|| format!("{NOT_TRACED} \"@now/node@{version}\""));
        assert_eq!(site.found(), Vec::from_iter(expected), "{version}, annotated {annotated}");
        if told {
            site.cure();
            words.insert(version, site.words("builder/engine-not-traced"));
        }
    }
    let shared = |one: &str, other: &str| {
        assert_eq!(words[one].replace(one, ""), words[other].replace(other, ""), "{one} and {other}");
    };
    shared("0.7.4", "0.11.1");
    shared("0.12.0", "0.7.4-canary.34");
    insta::assert_snapshot!(words["0.4.27"], @r#"
    @now/node@0.4.27 packs the query engine without its executable bit: it cannot start, and the function's file system is read-only
    help: use @now/node@canary, or @now/node@0.12.3 and later
    "#);
    insta::assert_snapshot!(words["0.7.4"], @r#"
    @now/node@0.7.4 ships only files that the code names, and this client does not name its query engine: the function lacks it, and every query fails
    help: use @now/node@canary, or @now/node@0.12.3 and later
    "#);
    insta::assert_snapshot!(words["0.12.1"], @r#"
    @now/node@0.12.1 looks for `runtime/prisma` in @generated/photon, which Photon no longer writes: the build fails (includeFiles does not help)
    help: use @now/node@canary, or @now/node@0.12.3 and later
    "#);
    let site = pinned("0.12.1", true);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/now.json
    +++ b/now.json
    @@ -3,7 +3,7 @@
       "builds": [
         {
           "src": "index.js",
    -      "use": "@now/node@0.12.1",
    +      "use": "@now/node@0.12.3",
           "config": {
             "maxLambdaSize": "25mb"
           }
    "#);
}

#[test]
fn the_name_of_before_the_annotation() {
    // Until 2019-07-31 the engine was `runtime/prisma`: 0.12.1 asks for exactly that, and gets it.
    let site = pinned("0.12.1", false);
    site.rename(&format!("{MODULE}/runtime/query-engine-{TARGET}"), &format!("{MODULE}/runtime/prisma"));
    assert_eq!(site.found(), [""; 0]);
}

#[test]
fn the_limit_of_a_pinned_builder() {
    // 0.12.3 has no limit of its own; 0.7.4 has 5 MB.
    for (version, found) in [("0.12.3", None), ("0.7.4", Some("error size/max-lambda-size-missing now.json:7:17 {}"))] {
        let site = pinned(version, true);
        site.change("now.json", "\n        \"maxLambdaSize\": \"25mb\"\n      ", "");
        assert_eq!(site.found(), Vec::from_iter(found), "{version}");
    }
}

#[test]
fn a_client_of_another_name_needs_the_annotation() {
    for version in ["canary", "0.12.3", "0.7.4"] {
        for annotated in [true, false] {
            let site = committed(TARGET);
            site.engine(&engine_path(TARGET), TARGET, EngineKind::Binary).change(
                "now.json",
                "@now/node@canary",
                &format!("@now/node@{version}"),
            );
            client(&site, "generated/photon", annotated.then_some(TARGET));
            let expected =
                (!annotated).then(|| format!("error builder/engine-not-traced now.json:6:14 \"@now/node@{version}\""));
            assert_eq!(site.found(), Vec::from_iter(expected), "{version}, annotated {annotated}");
        }
    }
}

#[test]
fn exclude_files_takes_the_engine_out() {
    let site = project();
    site.change("now.json", "\"25mb\"", "\"25mb\",\n        \"excludeFiles\": \"**/query-engine-*\"");
    assert_eq!(site.found(), ["error builder/engine-not-traced now.json:6:14 \"@now/node@canary\""]);
    insta::assert_snapshot!(site.words("builder/engine-not-traced"), @r#"
    @now/node@canary leaves the query engine out of the function, because `excludeFiles` names it: every query fails
    help: take the engine out of `excludeFiles`
    "#);
}
