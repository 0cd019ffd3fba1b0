//! Rules about clients and databases: where they speak, how loud, and where they are silent.

#![allow(clippy::unwrap_used, reason = "a test may")]

use nowcheck::base::fs::MemoryFs;
use nowcheck::lint::{self, Options};
use nowcheck::project::discover::Found;
use nowcheck::rules::Finding;

const CONFIG: &str = r#"{ "builds": [{ "src": "api/a.js", "use": "@vercel/node" }] }"#;
const CODE: &str = "const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient()\n\
    module.exports = async (q, s) => s.json(await prisma.a.findMany())\n";

fn package(version: &str) -> String {
    format!(
        r#"{{ "engines": {{ "node": "22.x" }}, "scripts": {{ "postinstall": "prisma generate" }}, "dependencies": {{ "@prisma/client": "{version}", "prisma": "{version}" }} }}"#
    )
}

fn schema(provider: &str, url: &str) -> String {
    format!(
        "datasource db {{\n  provider = \"{provider}\"\n  url = {url}\n}}\ngenerator client {{\n  provider = \"prisma-client-js\"\n  binaryTargets = [\"native\", \"rhel-openssl-3.0.x\"]\n}}\n"
    )
}

/// All that is said of a project on Vercel (or Now, where it has a now.json): a function with a client of Prisma 5, unless `files` say otherwise.
fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let package = package("5.22.0");
    let usual = [("package.json", package.as_str()), ("api/a.js", CODE), (".git/HEAD", "")];
    let fs = usual.iter().chain(files).fold(MemoryFs::new(), |fs, (path, text)| fs.with(&format!("/r/{path}"), *text));
    let is_now = files.iter().any(|(path, _)| *path == "now.json");
    let has_config = is_now || files.iter().any(|(path, _)| *path == "vercel.json");
    let (fs, config) = match (is_now, has_config) {
        (true, _) => (fs, "/r/now.json"),
        (_, true) => (fs, "/r/vercel.json"),
        _ => (fs.with("/r/vercel.json", CONFIG), "/r/vercel.json"),
    };
    let found = Found { root: "/r".into(), config: Some(config.into()) };
    lint::check_found(&fs, &found, &Options::default()).unwrap().findings
}

/// The severities of what `rule` says.
fn said(rule: &str, files: &[(&str, &str)]) -> Vec<&'static str> {
    findings(files).iter().filter(|finding| finding.rule == rule).map(|finding| finding.severity.as_str()).collect()
}

#[test]
fn clients_of_each_request_are_told_by_what_they_cost() {
    let rule = "connections/client-per-request";
    let handler = |made: &str| {
        format!(
            "const {{ PrismaClient }} = require('@prisma/client')\nmodule.exports = async (q, s) => {{ const p = {made}; s.json(await p.a.b()) }}\n"
        )
    };
    for (made, expected) in [
        ("new PrismaClient()", &["warning"][..]),
        ("new PrismaClient({ log: [] })", &["warning"]),
        ("new PrismaClient({ datasourceUrl: q.url })", &["info"]),
        ("new PrismaClient({ adapter: new PrismaPg({ connectionString }) })", &["warning"]),
        ("new PrismaClient({ adapter: new PrismaPg(pool) })", &[]),
        ("new PrismaClient({ adapter: new PrismaD1({ db }) })", &[]),
        ("new PrismaClient({ adapter })", &[]),
        ("new PrismaClient(options)", &[]),
        ("new PrismaClient({ accelerateUrl })", &[]),
    ] {
        assert_eq!(said(rule, &[("api/a.js", &handler(made))]), expected, "{made}");
    }
    let code = handler("new PrismaClient()");
    let accelerated = format!("const {{ withAccelerate }} = require('@prisma/extension-accelerate')\n{code}");
    let edge = code.replace("module.exports =", "export const config = { runtime: 'edge' }\nexport default");
    for code in [&accelerated, &edge] {
        assert_eq!(said(rule, &[("api/a.js", code)]), [""; 0], "{code}");
    }
    for (provider, url, expected) in [
        ("postgresql", "env(\"DB\")", &["warning"][..]),
        ("sqlite", "env(\"DB\")", &[]),
        ("postgresql", "\"prisma://x.prisma-data.net/?api_key=1\"", &[]),
    ] {
        let schema = schema(provider, url);
        assert_eq!(said(rule, &[("api/a.js", &code), ("prisma/schema.prisma", &schema)]), expected, "{provider} {url}");
    }
}

#[test]
fn code_that_no_request_runs_is_left_alone() {
    let rule = "connections/client-per-request";
    let exported =
        "import { PrismaClient } from '@prisma/client'\nexport default async (a) => { const p = new PrismaClient() }\n";
    let app = "const app = require('express')()\napp.get('/a', async (q, s) => { const p = new PrismaClient() })\nmodule.exports = app\n";
    let next = r#"{ "dependencies": { "next": "15.0.0", "@prisma/client": "5.22.0", "prisma": "5.22.0" } }"#;
    for (files, expected) in [
        (&[("lib/a.js", exported)][..], &[][..]),
        (
            &[("api/a.js", "require('../lib/app')\nmodule.exports = (q, s) => s.end()"), ("lib/app.js", app)],
            &["warning"],
        ),
        (&[("api/a.js", "require('../lib/x')\nmodule.exports = (q, s) => s.end()"), ("lib/x.js", exported)], &[]),
        (&[("lib/app.js", app)], &[]),
        (&[("package.json", next), ("vercel.json", "{}"), ("pages/api/b.ts", exported)], &["warning"]),
        (&[("package.json", next), ("vercel.json", "{}"), ("src/app/b/route.ts", exported)], &[]),
        (&[("package.json", next), ("vercel.json", "{}"), ("lib/b.ts", exported)], &[]),
        (&[("package.json", next), ("vercel.json", "{}"), ("pages/api/b.test.ts", exported)], &[]),
        (&[("package.json", next), ("vercel.json", "{}"), ("scripts/b.ts", exported)], &[]),
    ] {
        assert_eq!(said(rule, files), expected, "{files:?}");
    }
}

#[test]
fn an_adapter_is_asked_for_where_there_is_no_engine() {
    let rule = "engine/adapter-missing";
    let engineless =
        schema("postgresql", "env(\"DB\")").replace("binaryTargets", "engineType = \"client\"\n  binaryTargets");
    let lazy = CODE.replace(
        "const prisma = new PrismaClient()",
        "class A extends PrismaClient { constructor() { super() } }\nconst prisma = new A()",
    );
    let adapter = CODE.replace("PrismaClient()", "PrismaClient({ adapter })");
    let next = r#"{ "dependencies": { "next": "15.0.0", "@prisma/client": "7.1.0" } }"#;
    let made = "import { PrismaClient } from '../generated/client'\nexport const p = new PrismaClient()\n";
    let other = r#"{ "dependencies": { "@prisma/client": "5.0.0" } }"#;
    let two = format!("{engineless}generator b {{\n  provider = \"prisma-client-js\"\n  output = \"../b\"\n}}\n");
    let wrapped = CODE.replace("@prisma/client", "../lib/own");
    let own = "const { PrismaClient: Base } = require('@prisma/client')\n\
        exports.PrismaClient = class extends Base { constructor() { super({ adapter }) } }\n";
    let seven = package("^7.0.0");
    for (files, expected) in [
        (&[("package.json", seven.as_str())][..], &["error"][..]),
        (&[("package.json", &seven), ("api/a.js", &lazy)], &["warning"]),
        (&[("package.json", &seven), ("api/a.js", &adapter)], &[]),
        (&[("package.json", &seven), ("api/a.js", &wrapped), ("lib/own.js", own)], &[]),
        (&[], &[]),
        (&[("prisma/schema.prisma", &engineless)], &["error"]),
        (&[("prisma/schema.prisma", &two)], &[]),
        (&[("package.json", next), ("vercel.json", "{}"), ("lib/p.ts", made)], &["error", "warning"]),
        (&[("package.json", next), ("vercel.json", "{}"), ("old/package.json", other), ("old/p.ts", made)], &["error"]),
    ] {
        assert_eq!(said(rule, files), expected, "{files:?}");
    }
}

#[test]
fn poolers_and_pools_are_told_by_where_the_url_is_from() {
    let supabase = "postgresql://u:p@x.pooler.supabase.com:6543/a";
    for (url, pooler, pool) in [
        (supabase, &["warning"][..], &[][..]),
        ("postgresql://u:p@x.pooler.supabase.com:6543/a?pgbouncer=true", &[], &[]),
        ("postgresql://u:p@x.pooler.supabase.com:6543/a?statement_cache_size=0", &[], &[]),
        ("postgresql://u:p@x-pooler.eu.aws.neon.tech/a", &[], &[]),
        ("postgresql://u:p@x.db.ondigitalocean.com:25061/a", &["info"], &[]),
        ("postgresql://u:p@x.db.ondigitalocean.com:25060/a", &[], &["info"]),
        ("postgresql://u:p@x.org/a?connection_limit=1", &[], &[]),
        ("postgresql://u:p@x.org/a?connection_limit=9", &[], &["info"]),
        ("postgresql://u:p@localhost/a", &[], &[]),
        ("prisma://x.prisma-data.net/?api_key=1", &[], &[]),
    ] {
        let schema = schema("postgresql", &format!("\"{url}\""));
        let files = [("prisma/schema.prisma", schema.as_str())];
        assert_eq!(said("connections/pooler-not-announced", &files), pooler, "{url}");
        assert_eq!(said("connections/pool-too-large", &files), pool, "{url}");
        // Prisma 7 has a pool of the driver's.
        let seven = package("7.1.0");
        let adapter = CODE.replace("PrismaClient()", "PrismaClient({ adapter })");
        let files = [files[0], ("package.json", seven.as_str()), ("api/a.js", &adapter)];
        assert_eq!(said("connections/pooler-not-announced", &files), [""; 0], "{url}");
    }
    let schema = schema("postgresql", "env(\"DB\")");
    let with =
        |dotenv: &str| said("connections/pooler-not-announced", &[("prisma/schema.prisma", &schema), (".env", dotenv)]);
    assert_eq!(with(&format!("DB=\"{supabase}\"")), ["info"]);
    assert_eq!(with(&format!("OTHER={supabase}")), [""; 0]);
}

#[test]
fn files_of_sqlite_are_told_by_whether_they_are_shipped() {
    let rule = "connections/sqlite-file";
    let include = r#"{ "builds": [{ "src": "api/a.js", "use": "@vercel/node", "config": { "includeFiles": "prisma/dev.db" } }] }"#;
    let libsql = CODE.replace("PrismaClient()", "PrismaClient({ adapter: new PrismaLibSQL(libsql) })");
    let file =
        CODE.replace("PrismaClient()", "PrismaClient({ adapter: new PrismaBetterSqlite3({ url: 'file:./dev.db' }) })");
    let elsewhere = CODE.replace("PrismaClient()", "PrismaClient({ datasourceUrl: 'file:/tmp/x' })");
    for (url, files, expected) in [
        ("\"file:./dev.db\"", &[][..], &["error"][..]),
        ("\"file:./dev.db\"", &[("vercel.json", include), ("prisma/dev.db", "x")], &["warning"]),
        ("\"file:./dev.db\"", &[("api/a.js", &elsewhere)], &["warning"]),
        ("\"file:/tmp/dev.db\"", &[], &[]),
        ("env(\"DB\")", &[], &["warning"]),
        ("env(\"DB\")", &[("api/a.js", &libsql)], &[]),
        ("env(\"DB\")", &[("api/a.js", &file)], &["warning"]),
        ("env(\"DB\")", &[("api/a.js", "module.exports = (q, s) => s.end()")], &[]),
    ] {
        let schema = schema("sqlite", url);
        assert_eq!(said(rule, &[files, &[("prisma/schema.prisma", &schema)]].concat()), expected, "{url} {files:?}");
    }
    let other = schema("postgresql", "\"file:./dev.db\"");
    assert_eq!(said(rule, &[("prisma/schema.prisma", &other)]), [""; 0]);
}

#[test]
fn variables_are_missed_only_where_others_are_set() {
    let rule = "connections/env-missing";
    let schema = schema("postgresql", "env(\"DB\")");
    let with = |config: &str, files: &[(&str, &str)]| {
        let config = CONFIG.replacen('{', &format!("{{ {config}"), 1);
        said(rule, &[files, &[("vercel.json", &config), ("prisma/schema.prisma", &schema)]].concat())
    };
    let others = r#""env": { "A": "b" },"#;
    assert_eq!(with(others, &[]), ["info"]);
    assert_eq!(with("", &[]), [""; 0]);
    assert_eq!(with(r#""env": {},"#, &[]), [""; 0]);
    assert_eq!(with(r#""env": { "DB": "@db" },"#, &[]), [""; 0]);
    assert_eq!(with(others, &[(".env", "DB=postgres://u:p@h/a")]), [""; 0]);
    assert_eq!(with(others, &[("api/a.js", &format!("process.env.DB = x\n{CODE}"))]), [""; 0]);
    assert_eq!(
        with(others, &[("api/a.js", &CODE.replace("PrismaClient()", "PrismaClient({ datasources })"))]),
        [""; 0]
    );
    let now =
        CONFIG.replacen('{', "{ \"version\": 2, \"env\": { \"A\": \"@a\" },", 1).replace("@vercel/node", "@now/node");
    let files = [("now.json", now.as_str()), ("prisma/schema.prisma", &schema)];
    assert_eq!(said(rule, &files), ["warning"]);
    let deploys = package("5.22.0").replace("\"postinstall\"", "\"deploy\": \"now -e DB=@db\", \"postinstall\"");
    assert_eq!(said(rule, &[files[0], files[1], ("package.json", &deploys)]), [""; 0]);
}

#[test]
fn a_client_without_engine_is_told_where_its_url_is_known() {
    let rule = "engine/no-engine-url";
    let direct = schema("postgresql", "\"postgresql://u:p@x.org/a\"");
    let proxied = schema("postgresql", "\"prisma://x.prisma-data.net/?api_key=1\"");
    let unknown = schema("postgresql", "env(\"DB\")");
    let edge = CODE.replace("@prisma/client", "@prisma/client/edge");
    let adapter = edge.replace("PrismaClient()", "PrismaClient({ adapter })");
    let types = format!("const {{ Prisma }} = require('@prisma/client/edge')\n{CODE}");
    let flag = package("5.22.0").replace("prisma generate", "prisma generate --no-engine");
    let both = flag.replace("\"postinstall\"", "\"vercel-build\": \"prisma generate\", \"postinstall\"");
    let variable = CONFIG.replacen('{', "{ \"build\": { \"env\": { \"PRISMA_GENERATE_NO_ENGINE\": \"1\" } },", 1);
    for (schema, files, expected) in [
        (&direct, &[("api/a.js", edge.as_str())][..], &["error"][..]),
        (&proxied, &[("api/a.js", &edge)], &[]),
        (&unknown, &[("api/a.js", &edge)], &[]),
        (&unknown, &[("api/a.js", &edge), (".env", "DB=postgresql://u:p@x.org/a")], &["info"]),
        (&unknown, &[("api/a.js", &edge), (".env", "DB=postgresql://u:p@localhost/a")], &[]),
        (&direct, &[("api/a.js", &adapter)], &[]),
        (&direct, &[("api/a.js", &types)], &[]),
        (&direct, &[("package.json", &flag)], &["error"]),
        (&direct, &[("package.json", &both)], &[]),
        (&direct, &[("vercel.json", &variable)], &["error"]),
        (&direct, &[], &[]),
    ] {
        assert_eq!(said(rule, &[files, &[("prisma/schema.prisma", schema)]].concat()), expected, "{files:?}");
    }
}

#[test]
fn no_password_of_a_url_is_told() {
    let supabase = "postgresql://u:hunter22@x.pooler.supabase.com:6543/a?sslpassword=hunter22";
    let literal = schema("postgresql", "\"postgresql://u:hunter22@x.org/a\"");
    let unknown = schema("postgresql", "env(\"DB\")");
    let config = CONFIG.replacen('{', &format!("{{ \"env\": {{ \"DB\": \"{supabase}\" }},"), 1);
    let dotenv = format!("DB={supabase}");
    let edge = CODE.replace("@prisma/client", "@prisma/client/edge");
    for files in [
        &[("prisma/schema.prisma", literal.as_str()), ("api/a.js", &edge)][..],
        &[("prisma/schema.prisma", &unknown), (".env", &dotenv), ("api/a.js", &edge)],
        &[("prisma/schema.prisma", &unknown), ("vercel.json", &config), ("api/a.js", &edge)],
    ] {
        let found = findings(files);
        assert!(found.iter().any(|finding| finding.rule == "engine/no-engine-url"), "{files:?}");
        for finding in found {
            assert!(!format!("{finding:?}").contains("hunter22"), "{finding:?}");
        }
    }
}
