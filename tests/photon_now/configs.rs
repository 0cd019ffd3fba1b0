//! The config with one thing broken.

use nowcheck::document::Applicability;
use nowcheck::engine::EngineKind;

use super::photon::{MODULE, NOW_JSON, TARGET, project};
use super::support::site::run;

const NOTHING: [&str; 0] = [];

#[test]
fn the_right_project_is_silent() {
    let site = project();
    assert_eq!(site.found(), NOTHING);
    assert!(site.fixed().changes.is_empty());
    let report = site.report();
    let engine = &report.functions[0].engines[0];
    assert_eq!((engine.bytes, engine.format, engine.libc), (20_000_000, "elf", Some("glibc")));
    assert_eq!(engine.problems, NOTHING);
    let (status, output, complaints) = run(&site.root, &["check", "--fail-on", "warning"]);
    assert_eq!((status, complaints.as_str()), (0, ""), "{output}");
}

#[test]
fn max_lambda_size_removed() {
    const MISSING: [&str; 1] = ["error size/max-lambda-size-missing now.json:4:5 {"];
    let site = project();
    site.change("now.json", ",\n      \"config\": {\n        \"maxLambdaSize\": \"25mb\"\n      }", "");
    assert_eq!(site.found(), MISSING);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/now.json
    +++ b/now.json
    @@ -3,7 +3,8 @@
       "builds": [
         {
           "src": "index.js",
    -      "use": "@now/node@canary"
    +      "use": "@now/node@canary",
    +      "config": { "maxLambdaSize": "10mb" }
         }
       ],
       "routes": [
    "#);
    insta::assert_snapshot!(site.words("size/max-lambda-size-missing"), @r#"
    index.js is 9.0 MB zipped (query engine 9.0 MB, everything else 10.0 KB), over the default limit of 5.0 MB (5,242,880 bytes)
    help: set maxLambdaSize to "10mb" in `config`
    "#);

    let site = project();
    site.change("now.json", "\n        \"maxLambdaSize\": \"25mb\"\n      ", "");
    assert_eq!(site.found(), ["error size/max-lambda-size-missing now.json:7:17 {}"]);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/now.json
    +++ b/now.json
    @@ -4,7 +4,9 @@
         {
           "src": "index.js",
           "use": "@now/node@canary",
    -      "config": {}
    +      "config": {
    +        "maxLambdaSize": "10mb"
    +      }
         }
       ],
       "routes": [
    "#);
}

#[test]
fn max_lambda_size_too_small() {
    let site = project();
    site.change("now.json", "25mb", "5mb");
    assert_eq!(site.found(), ["error size/over-limit now.json:8:26 \"5mb\""]);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/now.json
    +++ b/now.json
    @@ -5,7 +5,7 @@
           "src": "index.js",
           "use": "@now/node@canary",
           "config": {
    -        "maxLambdaSize": "5mb"
    +        "maxLambdaSize": "10mb"
           }
         }
       ],
    "#);
    insta::assert_snapshot!(site.words("size/over-limit"), @r#"
    index.js is 9.0 MB zipped (query engine 9.0 MB, everything else 10.0 KB), over its maxLambdaSize of 5.0 MB (5,242,880 bytes)
    help: set maxLambdaSize to "10mb"
    "#);

    for (size, found) in [
        ("8mb", Some("error size/over-limit now.json:8:26 \"8mb\"")),
        ("9mb", Some("warning size/near-limit now.json:8:26 \"9mb\"")),
        ("10mb", None),
        ("15 MB", None),
        ("12582912", None),
    ] {
        let site = project();
        site.change("now.json", "25mb", size);
        assert_eq!(site.found(), Vec::from_iter(found), "{size}");
        if found.is_some() {
            site.cure();
        }
    }
}

#[test]
fn max_lambda_size_misspelt() {
    for (written, curable) in [
        ("\"25m\"", true),
        ("\"25MiB\"", true),
        ("\"25\"", true),
        ("\"60mb\"", true),
        ("\"NaN\"", false),
        ("\"-25mb\"", true),
        ("\"\"", false),
        ("0", false),
    ] {
        let site = project();
        site.change("now.json", "\"25mb\"", written);
        assert_eq!(site.found(), [format!("error size/max-lambda-size-invalid now.json:8:26 {written}")], "{written}");
        if curable {
            site.cure();
        } else {
            assert!(site.fixed().changes.is_empty(), "{written}");
        }
    }
    let site = project();
    site.change("now.json", "\"maxLambdaSize\"", "\"maxLamdaSize\"");
    assert_eq!(site.found(), ["error size/max-lambda-size-missing now.json:8:9 \"maxLamdaSize\""]);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/now.json
    +++ b/now.json
    @@ -5,7 +5,7 @@
           "src": "index.js",
           "use": "@now/node@canary",
           "config": {
    -        "maxLamdaSize": "25mb"
    +        "maxLambdaSize": "25mb"
           }
         }
       ],
    "#);
    insta::assert_snapshot!(site.words("size/max-lambda-size-missing"), @r#"
    index.js is 9.0 MB zipped (query engine 9.0 MB, everything else 10.0 KB), over the default limit of 5.0 MB (5,242,880 bytes): "maxLamdaSize" does not raise it
    help: did you mean "maxLambdaSize"?
    "#);
    // Another option of that name's kind is not taken for it.
    let site = project();
    site.change("now.json", "\"maxLambdaSize\": \"25mb\"", "\"maxDuration\": 10");
    assert_eq!(site.found(), ["error size/max-lambda-size-missing now.json:7:17 {"]);
}

#[test]
fn the_fix_is_written_to_disk_and_holds() {
    let site = project();
    site.change("now.json", "25mb", "25m");
    let (status, output, _) = run(&site.root, &["check"]);
    assert_eq!(status, 1, "{output}");
    let (status, output, _) = run(&site.root, &["fix"]);
    assert_eq!(status, 0, "{output}");
    assert_eq!(site.read("now.json"), NOW_JSON);
    assert_eq!(run(&site.root, &["check", "--fail-on", "warning"]).0, 0);
}

#[test]
fn builds_and_routes_removed() {
    let site = project();
    site.write("now.json", "{\n  \"version\": 2\n}\n");
    assert_eq!(site.found(), ["error builder/missing now.json:1:1 {"]);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/now.json
    +++ b/now.json
    @@ -1,3 +1,13 @@
     {
    -  "version": 2
    +  "version": 2,
    +  "builds": [
    +    {
    +      "src": "index.js",
    +      "use": "@now/node@canary",
    +      "config": { "maxLambdaSize": "10mb" }
    +    }
    +  ],
    +  "routes": [
    +    { "src": "/(.*)", "dest": "/index.js" }
    +  ]
     }
    "#);
    insta::assert_snapshot!(site.words("builder/missing"), @r#"
    index.js uses the query engine, but nothing builds it: the platform would serve it as a file, and no function starts
    help: add `builds` with @now/node@canary for index.js, a route that leads to it, and a `maxLambdaSize` that fits the engine
    "#);

    // The entry is where package.json says.
    site.rename("index.js", "src/server.js").change(
        "package.json",
        "\"private\"",
        "\"main\": \"src/server.js\",\n  \"private\"",
    );
    assert_eq!(site.found(), ["error builder/missing now.json:1:1 {"]);
    assert!(site.cure().contains("+      \"src\": \"src/server.js\","));
}

#[test]
fn main_elsewhere_changes_nothing() {
    let site = project();
    site.change("package.json", "\"private\"", "\"main\": \"dist/lib.js\",\n  \"private\"");
    assert_eq!(site.found(), NOTHING);
}

#[test]
fn the_entry_is_not_uploaded() {
    for ignored in ["index.js\n", "/*.js\r\n", "# comment\n./index.js\n"] {
        let site = project();
        site.write(".nowignore", ignored);
        assert_eq!(site.found(), ["error build/src-matches-nothing now.json:5:14 \"index.js\""], "{ignored:?}");
        assert!(site.words("build/src-matches-nothing").contains(".nowignore"));
    }
}

#[test]
fn the_route_removed() {
    const ROUTES: &str =
        ",\n  \"routes\": [\n    {\n      \"src\": \"/(.*)\",\n      \"dest\": \"index.js\"\n    }\n  ]";
    let express = "const express = require('express')\nconst { Photon } = require('@generated/photon')\nconst app = express()\nconst photon = new Photon()\n\
                   app.get('/articles', async (q, r) => r.json(await photon.articles()))\nmodule.exports = app\n";
    let listens = "const http = require('http')\nconst { Photon } = require('@generated/photon')\n\
                   const photon = new Photon()\nhttp.createServer((q, r) => r.end(String(photon))).listen(3000)\n";
    // Only the first shows a path of its own; the other may have none, and is told of as an info.
    let told = &["warning routes/missing now.json:5:14 \"index.js\""][..];
    for (code, name, expected) in [(express, "express", told), (listens, "http", &NOTHING)] {
        let site = project();
        site.write("index.js", code)
            .write("node_modules/express/package.json", "{ \"name\": \"express\", \"version\": \"4.17.1\" }")
            .write("node_modules/express/index.js", "module.exports = () => ({ get() {} })\n");
        assert_eq!(site.found(), NOTHING, "{name}");
        site.change("now.json", ROUTES, "");
        assert_eq!(site.found(), expected, "{name}");
        site.cure_up_to(Applicability::Unsafe);
        if name == "express" {
            insta::assert_snapshot!(site.cure_up_to(Applicability::Unsafe), @r#"
            --- a/now.json
            +++ b/now.json
            @@ -8,5 +8,8 @@
                     "maxLambdaSize": "25mb"
                   }
                 }
            +  ],
            +  "routes": [
            +    { "src": "/(.*)", "dest": "/index.js" }
               ]
             }
            "#);
            insta::assert_snapshot!(site.words("routes/missing"), @r#"
            index.js is a server, and no route leads any URL to it but its own, /index.js (and its folder's, of an index file): "/articles" answers 404
            help: add a route that leads every URL to it: { "src": "/(.*)", "dest": "/index.js" }
            "#);
        }
    }
    // A plain handler answers its own path by design.
    let site = project();
    site.change("now.json", ROUTES, "");
    assert_eq!(site.found(), NOTHING);
}

#[test]
fn engines_of_other_systems_are_shipped_too() {
    // nft carries the whole runtime folder: the second engine doubles the zip, and 15mb no longer do.
    let site = project();
    site.engine(&format!("{MODULE}/runtime/query-engine-darwin"), "darwin", EngineKind::Binary);
    assert_eq!(site.found(), NOTHING);
    site.change("now.json", "25mb", "15mb");
    // The build machine makes it only where the schema names it.
    assert_eq!(site.found(), ["warning size/over-limit now.json:8:26 \"15mb\""]);
    site.change("prisma/schema.prisma", "\"photonjs\"\n", "\"photonjs\"\n  platforms = [\"native\", \"darwin\"]\n");
    assert_eq!(site.found(), ["error size/over-limit now.json:8:26 \"15mb\""]);
    site.cure();
    assert!(!TARGET.is_empty());
}

#[test]
fn other_forms_of_the_right_project() {
    let code = "import { Photon } from '@generated/photon'\nconst photon = new Photon()\n\
                export default async (request, response) => response.end(await photon.articles())\n";
    // TypeScript.
    let site = project();
    site.remove("index.js").write("index.ts", code).write("tsconfig.json", "{}").change(
        "now.json",
        "\"src\": \"index.js\"",
        "\"src\": \"index.ts\"",
    );
    assert_eq!(site.found(), NOTHING, "TypeScript");

    // Several functions by a pattern, each with its own path.
    let site = project();
    site.rename("index.js", "api/articles.js").write("api/authors.js", site.read("api/articles.js")).write(
        "now.json",
        NOW_JSON
            .replace("\"src\": \"index.js\"", "\"src\": \"api/*.js\"")
            .replace("\"dest\": \"index.js\"", "\"dest\": \"/api$1\""),
    );
    assert_eq!(site.found(), NOTHING, "pattern");
    assert_eq!(site.report().functions.len(), 2);

    // Static files beside it, and a builder of another's.
    let site = project();
    site.write("www/index.html", "<p>").change(
        "now.json",
        "\"builds\": [",
        "\"builds\": [\n    { \"src\": \"www/**\", \"use\": \"@now/static\" },\n    { \"src\": \"package.json\", \"use\": \"now-storybook\" },",
    );
    assert_eq!(site.found(), NOTHING, "static");

    // No builds at all: files in api/ are functions since August 2019, when the limit was the platform's already.
    let site = project();
    site.rename("index.js", "api/articles.js").write("now.json", "{ \"version\": 2 }\n");
    assert_eq!(site.found(), NOTHING, "zero config");

    // The engine beside one for the developer's system, as Photon's pages recommend.
    let site = project();
    site.change(
        "prisma/schema.prisma",
        "\"photonjs\"\n",
        "\"photonjs\"\n  platforms = [\"native\", env(\"PHOTON_TARGET\")]\n",
    );
    assert_eq!(site.found(), NOTHING, "targets");
}
