//! `init` in projects of every kind: what it writes, what it says, and that a second run has nothing to do.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

mod support;

use std::collections::BTreeMap;

use camino::Utf8Path;
use nowcheck::base::RealFs;
use nowcheck::engine::EngineKind;
use nowcheck::platform::Platform;
use nowcheck::rewrite::{self, Outcome, Rewrite};
use serde_json::{Value, json};
use support::engines::COMMIT;
use support::site::{Site, run};

const EXPRESS: &str =
    "const app = require('express')()\napp.get('/', (request, response) => response.send('hi'))\napp.listen(3000)\n";
const HANDLER: &str = "module.exports = (request, response) => response.end('hi')\n";
const PLAIN: &str =
    "const http = require('http')\nhttp.createServer((request, response) => response.end('hi')).listen(3000)\n";

fn package(more: &Value) -> String {
    let mut package = json!({ "name": "hello", "private": true });
    for (key, value) in more.as_object().unwrap() {
        package[key] = value.clone();
    }
    format!("{package:#}\n")
}

fn express() -> Site {
    let site = Site::new("now.json");
    let scripts = json!({ "scripts": { "start": "node index.js" }, "dependencies": { "express": "^4.17.1" } });
    site.write("package.json", package(&scripts)).write("index.js", EXPRESS);
    site
}

/// Everything in the project but installed packages.
fn files(root: &Utf8Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(root).into_iter().filter_entry(|entry| entry.file_name() != "node_modules");
    let files = walk.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), std::fs::read(entry.path()).unwrap())).collect()
}

fn planned(site: &Site, platform: Option<Platform>) -> Rewrite {
    rewrite::init(&RealFs, &site.root, platform).unwrap()
}

/// Runs `init`, holds it to its promises, and gives the config that lies there then.
fn init(site: &Site, platform: &str) -> Value {
    let (status, output, complaints) = run(&site.root, &["init", "--platform", platform]);
    assert_eq!((status, complaints.as_str()), (0, ""), "{output}");
    let once = files(&site.root);
    let (status, output, _) = run(&site.root, &["init", "--platform", platform]);
    assert_eq!(status, 0);
    assert!(output.ends_with("nothing to write\n"), "{output}");
    assert_eq!(files(&site.root), once, "a second run wrote something");
    let (status, output, _) = run(&site.root, &["check", "--platform", platform, "--format", "compact"]);
    assert_eq!(status, 0, "{output}");
    let name = if platform == "now" { "now.json" } else { "vercel.json" };
    let text = std::fs::read_to_string(site.root.join(name)).unwrap_or_else(|_| "null".into());
    serde_json::from_str(&text).unwrap()
}

/// The steps that are left to a person, or that stand in the way.
fn told(site: &Site, platform: Platform, outcome: Outcome) -> Vec<String> {
    let steps = planned(site, Some(platform)).steps.into_iter().filter(|step| step.outcome == outcome);
    let file = |path: &Utf8Path| nowcheck::base::paths::relative(path, &site.root);
    steps.map(|step| format!("{} {}: {}", file(&step.file), step.place, step.text)).collect()
}

fn refused(site: &Site, platform: &str) -> String {
    let before = files(&site.root);
    let (status, output, _) = run(&site.root, &["init", "--platform", platform, "--format", "markdown"]);
    assert_eq!(status, 1, "{output}");
    assert_eq!(files(&site.root), before);
    output
}

#[test]
fn an_express_server() {
    let site = express();
    assert_eq!(
        init(&site, "now"),
        json!({
            "version": 2,
            "builds": [{ "src": "index.js", "use": "@now/node" }],
            "routes": [{ "src": "/(.*)", "dest": "/index.js" }]
        })
    );
    let site = express();
    assert_eq!(
        init(&site, "vercel"),
        json!({ "$schema": "https://openapi.vercel.sh/vercel.json", "framework": "express" })
    );
    // Linked to a project with that preset, nothing is needed; with another one it is.
    for (framework, written) in [("express", false), ("vite", true)] {
        let site = express();
        site.write(".vercel/project.json", json!({ "settings": { "framework": framework } }).to_string());
        assert_eq!(!init(&site, "vercel").is_null(), written, "{framework}");
    }
}

#[test]
fn folders_that_the_server_serves_itself_are_shipped() {
    let code = EXPRESS.replace("app.get", "app.use(require('express').static('./public'))\napp.get");
    let site = express();
    site.write("index.js", &code).write("public/style.css", "p {}");
    let build = json!({ "src": "index.js", "use": "@now/node", "config": { "includeFiles": ["public/**"] } });
    assert_eq!(init(&site, "now")["builds"], json!([build]));
    // A method of that name is not the framework's.
    let site = express();
    site.write("index.js", code.replace("require('express').static", "schema.static"))
        .write("public/style.css", "p {}");
    assert!(init(&site, "now")["builds"][0].get("config").is_none());
    // One that lies nowhere, or that the tracer sees, needs nothing.
    let site = express();
    site.write("index.js", &code);
    assert!(init(&site, "now")["builds"][0].get("config").is_none());
    // The presets of today serve public/, and no other folder.
    for (folder, left) in [("public", 0), ("assets", 1)] {
        let site = express();
        site.write("index.js", code.replace("./public", folder)).write(&format!("{folder}/style.css"), "p {}");
        assert_eq!(told(&site, Platform::Vercel, Outcome::Todo).len(), left, "{folder}");
        assert_eq!(init(&site, "vercel")["framework"], "express");
    }
    let site = committed(false);
    let served = "const { PrismaClient } = require('./db')\nrequire('express').static('public')\n";
    site.write("server.js", format!("{served}{PLAIN}")).write("public/style.css", "p {}");
    let engine = "db/libquery_engine-rhel-openssl-3.0.x.so.node";
    assert_eq!(init(&site, "vercel")["builds"][0]["config"], json!({ "includeFiles": ["public/**", engine] }));
}

#[test]
fn a_new_config_looks_like_package_json() {
    let site = express();
    let text = site.read("package.json").replace("  ", "\t").replace('\n', "\r\n");
    site.write("package.json", text);
    init(&site, "now");
    assert!(
        site.read("now.json").starts_with("{\r\n\t\"version\": 2,\r\n\t\"builds\": [\r\n\t\t{ \"src\": \"index.js\"")
    );
    assert!(site.read("now.json").ends_with("\r\n}\r\n"));
}

const PHOTON: &str = "const { Photon } = require('@generated/photon')\nconst photon = new Photon()\n";
const TARGET: &str = "linux-glibc-libssl1.0.1";

fn photon() -> Site {
    let site = express();
    let dependencies = json!({
        "dependencies": { "express": "^4.17.1" },
        "devDependencies": { "prisma2": "2.0.0-preview-9.1" }
    });
    site.write("package.json", package(&dependencies)).write("index.js", format!("{PHOTON}{EXPRESS}")).write(
        "prisma/schema.prisma",
        "generator photon {\n  provider  = \"photonjs\"\n  platforms = [\"darwin\"]\n}\n",
    );
    site
}

#[test]
fn photon_that_is_not_generated_yet() {
    let site = photon();
    let config = init(&site, "now");
    assert_eq!(
        config["builds"],
        json!([{ "src": "index.js", "use": "@now/node@canary", "config": { "maxLambdaSize": "25mb" } }])
    );
    assert_eq!(config["routes"], json!([{ "src": "/(.*)", "dest": "/index.js" }]));
    assert!(site.read("package.json").contains("\"postinstall\": \"prisma2 generate\""));
    assert!(
        site.read("prisma/schema.prisma").contains(&format!("platforms = [\"darwin\", \"{TARGET}\"]")),
        "{}",
        site.read("prisma/schema.prisma")
    );
    let site = photon();
    let steps = told(&site, Platform::Now, Outcome::Done);
    let limit = steps.iter().find(|step| step.contains("maxLambdaSize")).unwrap();
    assert!(
        limit.contains("does not lie here to be measured") && limit.contains("figure of Prisma's deployment page"),
        "{limit}"
    );
}

#[test]
fn a_client_that_will_name_its_engine_leaves_nothing_to_do() {
    let site = photon();
    let dependencies = json!({
        "scripts": { "postinstall": "prisma2 generate" },
        "dependencies": { "express": "^4.17.1", "@prisma/client": "2.0.0-preview021" },
        "devDependencies": { "prisma2": "2.0.0-preview021" }
    });
    site.write("package.json", package(&dependencies))
        .write("index.js", format!("const {{ PrismaClient }} = require('@prisma/client')\n{EXPRESS}"))
        .write("prisma/schema.prisma", "generator client {\n  provider = \"prisma-client-js\"\n}\n");
    assert!(told(&site, Platform::Now, Outcome::Todo).is_empty(), "{:?}", told(&site, Platform::Now, Outcome::Todo));
    assert_eq!(init(&site, "now")["builds"][0]["use"], "@now/node@canary");
}

#[test]
fn photon_with_its_engine() {
    let site = photon();
    let client = "node_modules/@generated/photon";
    site.write(
        &format!("{client}/index.js"),
        format!("const path = require('path')\npath.join(__dirname, 'runtime/query-engine-{TARGET}')\nexports.Photon = class {{}}\n"),
    )
    .write(&format!("{client}/package.json"), "{\"name\": \"@generated/photon\", \"main\": \"index.js\"}")
    .write("node_modules/express/index.js", "module.exports = () => ({ get() {}, listen() {} })")
    .write("node_modules/express/package.json", "{\"name\": \"express\", \"version\": \"4.17.1\"}")
    .engine(&format!("{client}/runtime/query-engine-{TARGET}"), TARGET, EngineKind::Binary);
    let steps = told(&site, Platform::Now, Outcome::Done);
    let config = init(&site, "now");
    // 9.0 MB zipped, a tenth to spare, the next multiple of 5 MB.
    assert_eq!(config["builds"][0]["config"], json!({ "maxLambdaSize": "10mb" }));
    let limit = steps.iter().find(|step| step.contains("maxLambdaSize")).unwrap();
    assert!(
        limit.starts_with("now.json builds[0].config.maxLambdaSize: \"10mb\": index.js is 9.0 MB zipped"),
        "{limit}"
    );
}

/// A client of Prisma 4.7.1 that is committed; with `named`, its code names its engine for tracers.
fn committed(named: bool) -> Site {
    let site = Site::new("vercel.json");
    let engine = "libquery_engine-rhel-openssl-3.0.x.so.node";
    let annotation = if named { format!("path.join(__dirname, \"{engine}\")\n") } else { String::new() };
    let dependencies = json!({ "engines": { "node": "22.x" }, "dependencies": { "@prisma/client": "4.7.1" } });
    site.write("package.json", package(&dependencies))
        .write("db/index.js", format!("const path = require('path')\nconst config = {{ \"clientVersion\": \"4.7.1\", \"engineVersion\": \"{COMMIT}\" }}\n{annotation}exports.PrismaClient = class {{}}\n"))
        .write("db/schema.prisma", "generator client {\n  provider = \"prisma-client-js\"\n}\n")
        .engine(&format!("db/{engine}"), "rhel-openssl-3.0.x", EngineKind::Library);
    site
}

#[test]
fn an_engine_that_nothing_names_is_included() {
    let code = |client: &str| format!("const {{ PrismaClient }} = require('{client}')\n{HANDLER}");
    let engine = "db/libquery_engine-rhel-openssl-3.0.x.so.node";
    let site = committed(false);
    site.write("api/a.js", code("../db"));
    assert_eq!(init(&site, "vercel")["functions"], json!({ "api/a.js": { "includeFiles": engine } }));
    let site = committed(false);
    site.write("server.js", format!("{}{PLAIN}", code("./db")));
    assert_eq!(
        init(&site, "vercel")["builds"],
        json!([{ "src": "server.js", "use": "@vercel/node", "config": { "includeFiles": [engine] } }])
    );
    let site = committed(true);
    site.write("api/a.js", code("../db"));
    assert!(init(&site, "vercel").is_null());
}

#[test]
fn prisma_behind_a_preset_gets_its_target_and_generate_step() {
    let site = express();
    let dependencies = json!({
        "engines": { "node": "22.x" },
        "dependencies": { "express": "^4.17.1", "@prisma/client": "5.21.1" },
        "devDependencies": { "prisma": "5.21.1" }
    });
    site.write("package.json", package(&dependencies))
        .write("index.js", format!("const {{ PrismaClient }} = require('@prisma/client')\n{EXPRESS}"))
        .write(
            "prisma/schema.prisma",
            "generator client {\n  provider      = \"prisma-client-js\"\n  binaryTargets = [\"darwin-arm64\"]\n}\n",
        );
    assert_eq!(init(&site, "vercel")["framework"], "express");
    assert!(site.read("package.json").contains("\"postinstall\": \"prisma generate\""));
    let schema = site.read("prisma/schema.prisma");
    assert!(schema.contains("[\"darwin-arm64\", \"rhel-openssl-3.0.x\"]"), "{schema}");
}

#[test]
fn a_plain_server_and_a_plain_handler() {
    let site = Site::new("now.json");
    site.write("server.js", PLAIN);
    assert_eq!(init(&site, "now")["builds"], json!([{ "src": "server.js", "use": "@now/node" }]));
    let site = Site::new("vercel.json");
    site.write("server.js", PLAIN);
    assert_eq!(
        init(&site, "vercel"),
        json!({
            "$schema": "https://openapi.vercel.sh/vercel.json",
            "builds": [{ "src": "server.js", "use": "@vercel/node" }],
            "routes": [{ "src": "/(.*)", "dest": "/server.js" }]
        })
    );
    let site = Site::new("now.json");
    site.write("index.js", HANDLER);
    assert_eq!(init(&site, "now")["routes"], json!([{ "src": "/(.*)", "dest": "/index.js" }]));
}

#[test]
fn functions_in_api() {
    let site = Site::new("now.json");
    site.write("api/a.js", HANDLER).write("api/b.js", HANDLER).write("api/_shared.js", "exports.x = 1\n");
    // A pattern would build the shared file too.
    assert_eq!(
        init(&site, "now")["builds"],
        json!([{ "src": "api/a.js", "use": "@now/node" }, { "src": "api/b.js", "use": "@now/node" }])
    );
    let site = Site::new("now.json");
    site.write("api/a.js", HANDLER).write("api/deep/b.js", HANDLER).write("public/index.html", "<p>");
    let config = init(&site, "now");
    assert_eq!(
        config["builds"],
        json!([{ "src": "api/**/*.js", "use": "@now/node" }, { "src": "public/**", "use": "@now/static" }])
    );
    assert_eq!(config["routes"], json!([{ "handle": "filesystem" }, { "src": "/(.*)", "dest": "/public/$1" }]));
    let site = Site::new("vercel.json");
    site.write("api/a.js", HANDLER).write("api/b.js", HANDLER);
    assert!(init(&site, "vercel").is_null());
    // A server that is alone in api/ gets every URL.
    let site = Site::new("vercel.json");
    site.write("api/index.js", format!("require('./routes/users')\n{EXPRESS}")).write("api/routes/users.js", HANDLER);
    assert_eq!(init(&site, "vercel")["rewrites"], json!([{ "source": "/(.*)", "destination": "/api" }]));
    site.remove("vercel.json");
    assert_eq!(init(&site, "now")["builds"], json!([{ "src": "api/index.js", "use": "@now/node" }]));
}

#[test]
fn a_handler_is_told_by_its_code_and_not_by_words() {
    let site = Site::new("now.json");
    // The first place where the words stand says nothing.
    site.write("api/a.js", "// module.exports = {}\nmodule.exports = (request, response) => response.end()\n");
    site.write("api/b.js", "const how = 'export default x'\nexports.how = how\n");
    assert_eq!(init(&site, "now")["builds"], json!([{ "src": "api/a.js", "use": "@now/node" }]));
}

#[test]
fn only_so_many_files_are_read_for_a_server() {
    let site = Site::new("now.json");
    for number in 0..60 {
        site.write(&format!("a{number:02}.js"), "exports.x = 1\n");
    }
    site.write("a59.js", PLAIN).write("z.js", PLAIN);
    assert_eq!(init(&site, "now")["builds"][0]["src"], "a59.js");
}

#[test]
fn functions_beyond_those_that_are_looked_into() {
    let site = Site::new("now.json");
    site.write("api/a00.js", "exports.x = 1\n");
    for number in 1..70 {
        site.write(&format!("api/a{number:02}.js"), HANDLER);
    }
    let config = init(&site, "now");
    let sources: Vec<_> = config["builds"].as_array().unwrap().iter().map(|build| &build["src"]).collect();
    assert_eq!(
        (sources.len(), sources.first(), sources.last()),
        (69, Some(&&json!("api/a01.js")), Some(&&json!("api/a69.js")))
    );
}

#[test]
fn a_server_made_of_files_in_api() {
    let site = express();
    site.write("index.js", format!("require('./api/users')\n{EXPRESS}")).write("api/users.js", HANDLER);
    // With the preset every file in api/ would be a function, and /api would never reach the server.
    assert_eq!(init(&site, "vercel")["builds"], json!([{ "src": "index.js", "use": "@vercel/node" }]));
    let site = express();
    site.write("api/users.js", HANDLER);
    assert_eq!(init(&site, "vercel")["framework"], "express");
    assert_eq!(told(&site, Platform::Vercel, Outcome::Todo).len(), 0, "the second run keeps what the first wrote");
}

#[test]
fn sites() {
    let site = Site::new("vercel.json");
    site.write("index.html", "<p>").write("style.css", "p {}");
    assert!(init(&site, "vercel").is_null());
    assert!(init(&site, "now").is_null());
    let site = Site::new("vercel.json");
    site.write("www/index.html", "<p>");
    assert_eq!(init(&site, "vercel")["outputDirectory"], "www");
    let next = json!({ "scripts": { "build": "next build" }, "dependencies": { "next": "9.0.3" } });
    let site = Site::new("vercel.json");
    site.write("package.json", package(&next)).write("pages/index.js", "export default () => 'hi'\n");
    assert!(init(&site, "vercel").is_null());
    assert_eq!(init(&site, "now"), json!({ "version": 2, "builds": [{ "src": "package.json", "use": "@now/next" }] }));
}

#[test]
fn typescript_is_the_source_of_what_the_start_script_runs() {
    let site = Site::new("now.json");
    let scripts = json!({
        "main": "dist/server.js",
        "scripts": { "build": "tsc", "start": "NODE_ENV=production node -r dotenv/config ./dist/server" },
        "dependencies": { "express": "4" }
    });
    site.write("package.json", package(&scripts))
        .write(
            "src/server.ts",
            "import express from 'express'\nconst app: express.Express = express()\napp.listen(3000)\n",
        )
        .write("src/index.ts", "export const name: string = 'hello'\n")
        .write("dist/server.js", EXPRESS)
        .write(".gitignore", "dist\n");
    assert_eq!(init(&site, "now")["builds"][0]["src"], "src/server.ts");
    site.remove("now.json");
    assert_eq!(init(&site, "vercel")["framework"], "express");
}

#[test]
fn a_folder_of_a_monorepo() {
    let site = Site::new("now.json");
    site.write("package.json", r#"{ "private": true, "workspaces": ["packages/*"] }"#)
        .write("packages/api/package.json", package(&json!({ "name": "api", "main": "server.js" })))
        .write("packages/api/server.js", format!("require('../shared')\n{PLAIN}"))
        .write("packages/shared/index.js", "exports.x = 1\n")
        .write("packages/shared/package.json", package(&json!({ "name": "shared" })));
    assert!(refused(&site, "now").contains("packages/api, packages/shared"));
    let (status, output, _) = run(&site.root, &["init", "packages/api", "--platform", "now"]);
    assert_eq!(status, 0, "{output}");
    assert!(output.ends_with("packages/api/now.json added\n"), "{output}");
    assert!(site.read("packages/api/now.json").contains("{ \"src\": \"server.js\", \"use\": \"@now/node\" }"));
}

#[test]
fn a_config_that_is_there_is_added_to() {
    let site = photon();
    let before =
        "{\n    \"version\": 2, \"name\":\"articles\",\n    \"env\": { \"DB\": \"@db\" },\n    \"builds\": []\n}";
    site.write("now.json", before);
    init(&site, "now");
    insta::assert_snapshot!(site.read("now.json"), @r#"
    {
        "version": 2, "name":"articles",
        "env": { "DB": "@db" },
        "builds": [
            { "src": "index.js", "use": "@now/node@canary", "config": { "maxLambdaSize": "25mb" } }
        ],
        "routes": [
            { "src": "/(.*)", "dest": "/index.js" }
        ]
    }
    "#);
    // What its author wrote stays, and what it lacks is added.
    let site = photon();
    site.write(
        "now.json",
        r#"{"builds":[{"src":"index.js","use":"@now/node@canary"}],"routes":[{"src":"/","dest":"/index.js"}]}"#,
    );
    init(&site, "now");
    assert_eq!(
        site.read("now.json"),
        r#"{"builds":[{"src":"index.js","use":"@now/node@canary","config":{"maxLambdaSize":"25mb"}}],"routes":[{"src":"/","dest":"/index.js"}]}"#
    );
    let site = express();
    let complete = "{ \"builds\": [{ \"src\": \"index.js\", \"use\": \"@vercel/node\" }],\n\"rewrites\": [{ \"source\": \"/(.*)\", \"destination\": \"/index.js\" }] }";
    site.write("vercel.json", complete);
    init(&site, "vercel");
    assert_eq!(site.read("vercel.json"), complete);
}

#[test]
fn the_platform_is_that_of_the_config() {
    let site = express();
    site.write("now.json", "{}");
    assert_eq!(planned(&site, None).changes[0].file, site.root.join("now.json"));
    assert!(refused(&site, "vercel").contains("`nowcheck migrate` turns it into a vercel.json"));
    site.write("vercel.json", "{}");
    assert!(planned(&site, None).is_refused());
    site.remove("now.json");
    assert_eq!(planned(&site, None).changes[0].file, site.root.join("vercel.json"));
    assert!(refused(&site, "now").contains("a now.json beside it is refused"));
    site.write("vercel.toml", "");
    assert!(refused(&site, "vercel").contains("the platform refuses two configs: keep one"));
    site.remove("vercel.json");
    assert_eq!(planned(&site, None).changes[0].file, site.root.join("vercel.toml"));
    assert!(refused(&site, "now").contains("a now.json beside it is refused"));
    site.write("vercel.ts", "export const config = {}\n");
    assert!(refused(&site, "vercel").contains("this program is the config"));
}

/// Runs `init` beside a vercel.toml; its text then.
fn init_toml(site: &Site, before: &str) -> String {
    site.write("vercel.toml", before);
    assert_eq!(init(site, "vercel"), Value::Null, "no vercel.json is written beside it");
    site.read("vercel.toml")
}

#[test]
fn a_vercel_toml_is_added_to() {
    assert_eq!(init_toml(&express(), ""), "framework = \"express\"\n");
    let site = express();
    let text = init_toml(&site, "# ours\ncleanUrls = true\n\n[[headers]]\nsource = \"/a\"\nheaders = []\n");
    assert_eq!(
        text,
        "# ours\ncleanUrls = true\nframework = \"express\"\n\n[[headers]]\nsource = \"/a\"\nheaders = []\n"
    );
    let builds = "[[builds]]\nsrc = \"server.js\"\nuse = \"@vercel/node\"\n\n[[routes]]\nsrc = \"/(.*)\"\ndest = \"/server.js\"\n";
    let site = Site::new("vercel.toml");
    site.write("server.js", PLAIN);
    let before = "trailingSlash = false\n";
    assert_eq!(init_toml(&site, before), format!("{before}\n{builds}"));
    let site = Site::new("vercel.toml");
    site.write("server.js", PLAIN);
    assert_eq!(
        init_toml(&site, "builds = []\nroutes = []\n"),
        "builds = [{ src = \"server.js\", use = \"@vercel/node\" }]\nroutes = [{ src = \"/(.*)\", dest = \"/server.js\" }]\n"
    );
    let site = committed(false);
    site.write("api/a.js", format!("require('../db').PrismaClient\n{HANDLER}"));
    assert_eq!(
        init_toml(&site, "cleanUrls = true\r\n"),
        "cleanUrls = true\r\n\r\n[functions]\r\n\"api/a.js\" = { includeFiles = \"db/libquery_engine-rhel-openssl-3.0.x.so.node\" }\r\n"
    );
    let site = express();
    site.write("vercel.toml", "a = 1\na = 2\n");
    assert!(refused(&site, "vercel").contains("`a` is given twice"), "{}", refused(&site, "vercel"));
}

#[test]
fn broken_files_are_left_alone() {
    let site = express();
    site.write("package.json", "{ \"name\": \"x\",\n}");
    let output = refused(&site, "now");
    assert!(output.contains("package.json line 1, column 14`: this is no valid JSON"), "{output}");
    for (config, told) in [
        ("{ \"version\": 2, }", "run `nowcheck fix` first"),
        ("{ \"version\": 2, // two\n}", "run `nowcheck fix --unsafe` first, which takes the comments away"),
        (
            "{ \"version\": ",
            "the `{` is never closed: the platform reads now.json with JSON.parse, which refuses it; add `}`",
        ),
        ("[]", "its top level is no object"),
        ("{ \"builds\": {} }", "this is no list"),
        ("", "the file is empty: the platform reads now.json with JSON.parse, which refuses it"),
    ] {
        let site = express();
        site.write("now.json", config);
        let output = refused(&site, "now");
        assert!(output.contains(told), "{config}: {output}");
    }
    let site = express();
    site.write("now.json", b"{ \"name\": \"caf\xe9\" }");
    let told = "bytes that are not UTF-8: the platform reads U+FFFD in now.json where they stand";
    assert!(refused(&site, "now").contains(told), "{}", refused(&site, "now"));
    assert!(run(&site.root, &["check", "--format", "compact"]).1.contains(told));
}

#[test]
fn other_languages_are_called_by_their_name() {
    for (files, now, vercel) in [
        (&["requirements.txt", "app.py"][..], "a project in Python (requirements.txt)", "api/index.py is a function"),
        (&["main.go", "go.mod"], "a project in Go (go.mod)", "api/index.go is a function"),
        (&["index.php"], "`@now/php` builds such functions", "a project in PHP (index.php)"),
        (&["pom.xml"], "a project in Java", "no official runtime"),
        (&["Dockerfile"], "Dockerfile makes a container", "JavaScript and TypeScript alone"),
    ] {
        let site = Site::new("now.json");
        for file in files {
            site.write(file, "");
        }
        for (platform, told) in [("now", now), ("vercel", vercel)] {
            let output = refused(&site, platform);
            assert!(output.contains(told) && !output.contains("nothing here could be deployed"), "{output}");
        }
    }
}

#[test]
fn nothing_is_guessed() {
    let site = Site::new("now.json");
    site.write("server.js", PLAIN).write("app.js", PLAIN);
    assert!(refused(&site, "now").contains("several files could be the server: app.js, server.js"));
    // One that loads the other holds it.
    site.write("server.js", format!("require('./app')\n{PLAIN}"));
    assert_eq!(init(&site, "now")["builds"][0]["src"], "server.js");
    let site = Site::new("now.json");
    site.write("server.js", PLAIN).write("app.js", PLAIN).write("package.json", package(&json!({ "main": "app.js" })));
    assert_eq!(init(&site, "now")["builds"][0]["src"], "app.js");
    let both = json!({ "scripts": { "build": "react-scripts build" }, "dependencies": { "react-scripts": "3" } });
    site.write("package.json", package(&both)).remove("app.js").remove("now.json");
    assert!(refused(&site, "vercel").contains("a server, server.js, and a site that Create React App builds"));
    let site = Site::new("now.json");
    site.write("library.js", "exports.add = (a, b) => a + b\n")
        .write("package.json", package(&json!({ "main": "library.js" })));
    assert!(refused(&site, "now").contains("nothing here could be deployed"));
    assert!(refused(&Site::new("now.json"), "vercel").contains("nothing here could be deployed"));
}

#[test]
fn what_the_config_decides_is_no_question() {
    for key in ["\"framework\": \"vite\"", "\"outputDirectory\": \"dist\""] {
        let site = Site::new("vercel.json");
        let config = format!("{{ {key} }}");
        site.write("server.js", PLAIN).write("app.js", PLAIN).write("vercel.json", &config);
        init(&site, "vercel");
        assert_eq!(site.read("vercel.json"), config);
    }
    // A test runner brings Vite along; only a build with it makes a site.
    let site = express();
    let runner = json!({ "dependencies": { "express": "4" }, "devDependencies": { "vite": "5", "vitest": "2" } });
    site.write("package.json", package(&runner));
    assert_eq!(init(&site, "vercel")["framework"], "express");
    let site = Site::new("now.json");
    site.write("package.json", package(&json!({ "main": "server.mjs" }))).write("server.mjs", PLAIN);
    assert!(refused(&site, "now").contains("server.mjs is the server, and @now/node takes .js and .ts alone"));
}

#[test]
fn a_site_in_a_folder_of_its_own_is_named() {
    let site = Site::new("now.json");
    site.write("api/index.js", EXPRESS).write("web/package.json", package(&json!({ "dependencies": { "next": "9" } })));
    let todo = told(&site, Platform::Now, Outcome::Todo);
    assert!(todo.iter().any(|step| step.contains("the Next.js site in web/ is not deployed")), "{todo:?}");
    // URLs may be meant for that site, so none is taken from it, not by a second run either.
    assert!(init(&site, "now").get("routes").is_none());
}

#[test]
fn what_is_left_is_told_with_its_rule() {
    let site = photon();
    site.write("package.json", package(&json!({ "dependencies": { "express": "^4.17.1" } })));
    let todo = told(&site, Platform::Now, Outcome::Todo);
    assert_eq!(todo.len(), 1, "{todo:?}");
    assert!(todo[0].starts_with("package.json : build/generate-not-run: "), "{todo:?}");
}

#[test]
fn diff_writes_nothing() {
    let site = photon();
    let before = files(&site.root);
    let (status, output, _) = run(&site.root, &["init", "--platform", "now", "--diff"]);
    assert_eq!(status, 0);
    assert!(
        output.starts_with("--- /dev/null\n+++ b/now.json\n") && output.contains("+++ b/prisma/schema.prisma"),
        "{output}"
    );
    assert_eq!(files(&site.root), before);
    let (_, output, _) = run(&site.root, &["init", "--platform", "now", "--diff", "--format", "json"]);
    let report: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&report["written"], &report["refused"], &report["files"][0]["existed"]),
        (&json!(false), &json!(false), &json!(false))
    );
    assert_eq!(files(&site.root), before);
}

#[test]
fn what_cannot_be_written_or_read() {
    let site = express();
    assert_eq!(run(&site.root, &["init", "nowhere"]).0, 2);
    assert_eq!(run(&site.root, &["init", "index.js"]).0, 2);
    site.mode(".", 0o555);
    // Root writes everywhere.
    let is_root = std::fs::write(site.root.join("probe"), "").is_ok();
    if is_root {
        println!("skipped: this user may write into a read-only folder");
    } else {
        let (status, _, complaints) = run(&site.root, &["init"]);
        assert_eq!(status, 2);
        assert!(complaints.contains("cannot write") && complaints.contains("vercel.json"), "{complaints}");
    }
    site.mode(".", 0o755);
}

#[test]
fn each_build_has_its_own_limit() {
    let site = photon();
    let code = format!("{PHOTON}{HANDLER}");
    site.remove("index.js").write("api/a.js", &code).write("api/b.js", &code).write("api/_c.js", "exports.x = 1\n");
    let limits: Vec<_> = told(&site, Platform::Now, Outcome::Done);
    let limits: Vec<_> = limits.iter().filter(|step| step.contains("maxLambdaSize")).map(|step| &step[..64]).collect();
    assert_eq!(
        limits,
        [
            "now.json builds[0].config.maxLambdaSize: \"25mb\": api/a.js uses a",
            "now.json builds[1].config.maxLambdaSize: \"25mb\": api/b.js uses a"
        ]
    );
}
