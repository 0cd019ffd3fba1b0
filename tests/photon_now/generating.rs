//! Where generate runs, and for which targets.

use nowcheck::engine::EngineKind;

use super::photon::{MODULE, TARGET, client, engine_path, project, uninstalled};

const NOTHING: [&str; 0] = [];

#[test]
fn generate_never_run() {
    let site = project();
    site.change("package.json", "\n    \"postinstall\": \"prisma2 generate\"\n  ", "");
    assert_eq!(site.found(), ["error build/generate-not-run package.json:4:3 \"scripts\""]);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/package.json
    +++ b/package.json
    @@ -1,7 +1,9 @@
     {
       "name": "hello-photon",
       "private": true,
    -  "scripts": {},
    +  "scripts": {
    +    "postinstall": "prisma2 generate"
    +  },
       "devDependencies": {
         "prisma2": "^2.0.0-alpha.36"
       }
    "#);
    insta::assert_snapshot!(site.words("build/generate-not-run"), @r#"
    node_modules is not uploaded, and no script that the platform runs generates the client: the function starts with a client that was never generated, and fails
    help: add the script "postinstall": "prisma2 generate" to package.json
    "#);

    let site = project();
    site.change("package.json", "  \"scripts\": {\n    \"postinstall\": \"prisma2 generate\"\n  },\n", "");
    assert_eq!(site.found(), ["error build/generate-not-run package.json:1:1 {"]);
    site.cure();

    // Another script is no help, unless an install or the platform runs it.
    for (script, silent) in [("generate", false), ("build", false), ("prepare", true), ("now-build", true)] {
        let site = project();
        site.change("package.json", "postinstall", script);
        let expected = if silent { vec![] } else { vec!["error build/generate-not-run package.json:4:3 \"scripts\""] };
        assert_eq!(site.found(), expected, "{script}");
    }
}

#[test]
fn the_target_removed_from_the_schema() {
    for (list, found) in [
        ("[\"native\", \"linux-glibc-libssl1.0.1\"]", None),
        ("[\"darwin\", \"linux-glibc-libssl1.0.1\"]", None),
        ("[\"native\"]", None),
        ("[\"native\", \"darwin\"]", None),
        ("[\"darwin\"]", Some("error engine/wrong-target prisma/schema.prisma:8:15 [\"darwin\"]")),
        (
            "[\"linux-glibc-libssl1.1.0\"]",
            Some("error engine/wrong-target prisma/schema.prisma:8:15 [\"linux-glibc-libssl1.1.0\"]"),
        ),
    ] {
        let site = project();
        site.change("prisma/schema.prisma", "\"photonjs\"\n", &format!("\"photonjs\"\n  platforms = {list}\n"));
        assert_eq!(site.found(), Vec::from_iter(found), "{list}");
        if found.is_some() {
            site.cure();
        }
        if list == "[\"darwin\"]" {
            insta::assert_snapshot!(site.cure(), @r#"
            --- a/prisma/schema.prisma
            +++ b/prisma/schema.prisma
            @@ -5,7 +5,7 @@
             
             generator photon {
               provider = "photonjs"
            -  platforms = ["darwin"]
            +  platforms = ["darwin", "linux-glibc-libssl1.0.1"]
             }
             
             model Article {
            "#);
            insta::assert_snapshot!(site.words("engine/wrong-target"), @r#"
            the client is generated for "darwin", but the function looks for "linux-glibc-libssl1.0.1": the first query fails (nodejs8.10 runs on Amazon Linux 1; Photon's documentation names this target for it)
            help: add "linux-glibc-libssl1.0.1" to the list
            "#);
        }
    }
}

#[test]
fn developed_on_a_mac() {
    let site = uninstalled();
    client(&site, MODULE, Some("darwin"));
    site.write(&format!("{MODULE}/package.json"), "{ \"name\": \"@generated/photon\", \"main\": \"index.js\" }\n")
        .engine(&format!("{MODULE}/runtime/query-engine-darwin"), "darwin", EngineKind::Binary);
    assert_eq!(site.found(), NOTHING);

    // The same in a folder of the project's own that generate writes to.
    let site = uninstalled();
    client(&site, "generated/photon", Some("darwin"));
    site.change("prisma/schema.prisma", "\"photonjs\"\n", "\"photonjs\"\n  output   = \"../generated/photon\"\n")
        .change("index.js", "@generated/photon", "./generated/photon")
        .engine(&engine_path("darwin"), "darwin", EngineKind::Binary);
    assert_eq!(site.found(), NOTHING);
    // Without the script it is shipped as it lies here.
    site.change("package.json", "\"prisma2 generate\"", "\"echo installed\"");
    assert_eq!(site.found(), ["error engine/wrong-target generated/photon/runtime/query-engine-darwin"]);
}

#[test]
fn not_installed_yet() {
    // As in a pipeline: nothing is known of the engine, and the limit is the documented one.
    assert_eq!(uninstalled().found(), NOTHING);
}

#[test]
fn the_target_is_that_of_the_runtime() {
    let site = project();
    site.change("package.json", "\"private\"", "\"engines\": { \"node\": \"10.x\" },\n  \"private\"");
    assert_eq!(site.found(), NOTHING);
    site.change("prisma/schema.prisma", "\"photonjs\"\n", &format!("\"photonjs\"\n  platforms = [\"{TARGET}\"]\n"));
    assert_eq!(site.found(), ["error engine/wrong-target prisma/schema.prisma:8:15 [\"linux-glibc-libssl1.0.1\"]"]);
    assert!(site.cure().contains("+  platforms = [\"linux-glibc-libssl1.0.1\", \"linux-glibc-libssl1.0.2\"]"));
}

#[test]
fn scripts_that_generate_in_their_own_way() {
    const TOLD: &str = "error build/generate-not-run package.json:4:3 \"scripts\"";
    for (scripts, silent) in [
        (r#""postinstall": "npx prisma2 generate""#, true),
        (r#""postinstall": "npx prisma2@canary generate --verbose""#, true),
        (r#""postinstall": "npm run generate", "generate": "prisma2 generate""#, true),
        (r#""postinstall": "yarn -s generate", "generate": "cross-env CI=1 prisma2 generate""#, true),
        (r#""postinstall": "./node_modules/.bin/prisma2 generate && echo done""#, true),
        (r#""postinstall": "run-s a b", "a": "echo", "b": "prisma2 generate""#, true),
        (r#""install": "(cd prisma && prisma2 generate)""#, true),
        (r#""postinstall": "node scripts/after-install.js""#, true),
        (r#""postinstall": "sh ./generate.sh""#, true),
        (r#""postinstall": "./generate.sh""#, true),
        (r#""postinstall": "npx ts-node generate""#, true),
        (r#""postinstall": "make client""#, true),
        (r#""postinstall": "patch-package""#, false),
        (r#""postinstall": "prisma2 --version""#, false),
        (r#""start": "prisma2 generate && node index.js""#, false),
        (r#""postinstall": "npm run postinstall""#, false),
    ] {
        let site = project();
        site.change("package.json", "\"postinstall\": \"prisma2 generate\"", scripts);
        let expected = if silent { vec![] } else { vec![TOLD] };
        assert_eq!(site.found(), expected, "{scripts}");
    }
}
