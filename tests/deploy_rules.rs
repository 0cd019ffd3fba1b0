//! Rules that need more than the text of the config, where they speak and where they are silent.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use nowcheck::base::fs::MemoryFs;
use nowcheck::lint::{self, Options};
use nowcheck::project::discover::Found;
use nowcheck::rules::{Finding, Severity};
use support::site::{Site, run};

const HANDLER: &str = "export default (request, response) => response.end()\n";

/// What a rule says of the project in `/r/app`, in the repository `/r`.
fn said(rule: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    let fs = MemoryFs::new().with("/r/.git/HEAD", "");
    let fs = files.iter().fold(fs, |fs, (path, text)| fs.with(&format!("/r/app/{path}"), text));
    let config = ["now.json", "vercel.json"].iter().find(|name| files.iter().any(|(path, _)| path == *name));
    let config = config.map(|name| format!("/r/app/{name}").into());
    let found = Found { root: "/r/app".into(), config };
    let report = lint::check_found(&fs, &found, &Options::default()).unwrap();
    report.findings.into_iter().filter(|finding| finding.rule == rule).collect()
}

/// The same in a project that is the repository itself.
fn said_alone(rule: &str, files: &[(&str, &str)]) -> Vec<Finding> {
    said(rule, &[files, &[(".git/HEAD", "")]].concat())
}

fn texts(findings: &[Finding]) -> Vec<String> {
    let text = |finding: &Finding| format!("{} {}", finding.severity.as_str(), finding.message);
    findings.iter().map(text).collect()
}

fn api(count: usize) -> Vec<(String, &'static str)> {
    (0..count).map(|at| (format!("api/f{at}.js"), HANDLER)).collect()
}

#[test]
fn functions_are_counted_on_the_plan_that_limits_them() {
    const RULE: &str = "functions/count";
    let count = |handlers: usize, more: &[(&str, &str)]| {
        let made = api(handlers);
        let files: Vec<(&str, &str)> = made.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        said(RULE, &[&files, more].concat())
    };
    let hobby = ("nowcheck.json", r#"{ "plan": "hobby" }"#);
    assert_eq!(texts(&count(12, &[hobby])), [""; 0]);
    assert_eq!(count(13, &[hobby]).len(), 1);
    assert_eq!(texts(&count(13, &[])), [""; 0]);
    assert_eq!(texts(&count(13, &[("nowcheck.json", r#"{ "plan": "pro" }"#)])), [""; 0]);
    assert_eq!(texts(&count(13, &[hobby, ("package.json", r#"{ "dependencies": { "next": "15" } }"#)])), [""; 0]);
    assert_eq!(
        texts(&count(12, &[hobby, ("api/_lib/x.js", ""), ("api/types.d.ts", ""), ("api/data.json", "{}")])),
        [""; 0]
    );
    let next = ("vercel.json", r#"{ "builds": [{ "src": "package.json", "use": "@vercel/next" }] }"#);
    assert_eq!(texts(&count(20, &[hobby, next])), [""; 0]);
    let builds = ("vercel.json", r#"{ "builds": [{ "src": "api/*.js", "use": "@vercel/node" }] }"#);
    let found = count(20, &[hobby, builds]);
    assert_eq!(found[0].primary.start.column, 3);
    assert_eq!(found[0].data["functions"], 20);
}

#[test]
fn helpers_among_functions_are_named() {
    let files = [
        ("nowcheck.json", r#"{ "plan": "hobby" }"#),
        ("api/default.js", "export default function () {}"),
        ("api/method.ts", "export async function GET(request: Request) {}"),
        ("api/constant.js", "export const POST = handler"),
        ("api/listed.js", "const fetch = 1\nexport { fetch }"),
        ("api/renamed.js", "function a() {}\nexport { a as default }"),
        ("api/again.js", "export { default } from '../other.js'"),
        ("api/all.js", "export * from '../other.js'"),
        ("api/assigned.js", "module.exports = (a, b) => {}"),
        ("api/property.js", "exports.default = handler"),
        ("api/object.js", "module.exports = { GET() {} }"),
        ("api/spread.js", "module.exports = { ...handlers }"),
        ("api/server.js", "require('http').createServer(x).listen(3000)"),
        ("api/equals.ts", "export = (a: unknown) => a"),
        ("api/broken.js", "export default {"),
        ("api/dates.js", "export function format() {}\nexport const zone = 1"),
        ("api/names.js", "exports.first = 1\nmodule.exports.last = 2"),
        ("api/tables.js", "module.exports = { rows, columns }"),
        ("api/types.ts", "export interface A {}\nexport type B = string"),
        ("api/nothing.js", "console.log(1)"),
    ];
    let found = said("functions/count", &files);
    let helpers = ["dates.js", "names.js", "nothing.js", "tables.js", "types.ts"].map(|name| format!("api/{name}"));
    assert_eq!(found[0].data["helpers"], serde_json::json!(helpers), "{:?}", found[0].help);
}

#[test]
fn included_files_that_are_there_or_may_come_are_fine() {
    const RULE: &str = "functions/include-matches-nothing";
    let judge = |pattern: &str, more: &[(&str, &str)]| {
        let config = serde_json::json!({ "functions": { "api/*.js": { "includeFiles": pattern } } }).to_string();
        let files = [
            ("vercel.json", config.as_str()),
            ("api/a.js", HANDLER),
            ("data/a.txt", ""),
            ("data/deep/.hidden", ""),
            ("views/[id].html", ""),
            (".gitignore", "made\n"),
            (".vercelignore", "secret.txt\n"),
            ("secret.txt", ""),
        ];
        let found = said_alone(RULE, &[&files, more].concat());
        assert!(found.len() < 2, "{found:?}");
        found.into_iter().next().map(|finding| (finding.severity, finding.fixes.first().map(|fix| fix.title.clone())))
    };
    let warns = |to: Option<&str>| Some((Severity::Warning, to.map(str::to_owned)));
    let script = |name: &str, command: &str| serde_json::json!({ "scripts": { name: command } }).to_string();
    for pattern in [
        "data/**",
        "./data/**",
        "data/*.txt",
        "data/deep/**",
        "{data,nowhere}/**",
        "**",
        "views/*.html",
        "node_modules/x/**",
        "{node_modules/.prisma,generated}/**",
        "made/**",
        "made/one.json",
        "dist/**",
        ".next/cache/**",
        "../other/**",
        "",
    ] {
        assert_eq!(judge(pattern, &[]), None, "{pattern}");
    }
    for (pattern, expected) in [
        ("data", warns(Some("Write \"data/**\" instead of \"data\""))),
        ("data/", warns(Some("Write \"data/**\" instead of \"data/\""))),
        ("/data/**", warns(Some("Write \"data/**\" instead of \"/data/**\""))),
        ("dta/*.txt", warns(Some("Write \"data/*.txt\" instead of \"dta/*.txt\""))),
        ("data/a.md", warns(Some("Write \"data/a.txt\" instead of \"data/a.md\""))),
        ("data/*.jpg", warns(None)),
        ("pictures/**", warns(None)),
        ("secret.txt", warns(None)),
    ] {
        assert_eq!(judge(pattern, &[]), expected, "{pattern}");
    }
    for (name, command, expected) in [
        ("build", "node make.js", None),
        ("postinstall", "prisma generate && node copy.js", None),
        ("postinstall", "prisma generate", warns(None)),
        ("test", "node test.js", warns(None)),
    ] {
        assert_eq!(judge("pictures/**", &[("package.json", &script(name, command))]), expected, "{command}");
    }
    let near = judge("dta/*.txt", &[("package.json", &script("build", "vite build"))]).unwrap();
    assert_eq!(near.0, Severity::Info);
    // A package of a monorepo may get files from the others.
    let config = r#"{ "functions": { "api/*.js": { "includeFiles": "pictures/**" } } }"#;
    assert_eq!(texts(&said(RULE, &[("vercel.json", config), ("api/a.js", HANDLER)])), [""; 0]);
}

#[test]
fn what_a_build_leaves_out_need_not_be_there() {
    let judge = |file: &str, uses: &str, options: &str| {
        let config = format!(r#"{{ "builds": [{{ "src": "sub/a.js", "use": "{uses}", "config": {options} }}] }}"#);
        let files = [(file, config.as_str()), ("sub/a.js", HANDLER), ("sub/near.txt", ""), ("far.txt", "")];
        texts(&said_alone("functions/include-matches-nothing", &files)).len()
    };
    for (file, uses, options, count) in [
        ("vercel.json", "@vercel/node", r#"{ "excludeFiles": ["nowhere/**"] }"#, 0),
        ("vercel.json", "@vercel/node", r#"{ "excludeFiles": ["/nowhere/**"] }"#, 1),
        ("vercel.json", "@vercel/node", r#"{ "includeFiles": ["far.txt", "no.png", "near.png"] }"#, 2),
        ("vercel.json", "@vercel/node", r#"{ "includeFiles": [] }"#, 0),
        ("vercel.json", "@vercel/node", r#"{ "includeFiles": [1, null] }"#, 0),
        ("vercel.json", "@vercel/python", r#"{ "includeFiles": ["no.png"] }"#, 0),
        ("vercel.json", "somebody@1.0.0", r#"{ "includeFiles": ["no.png"] }"#, 0),
        ("now.json", "@now/node", r#"{ "includeFiles": ["near.txt"] }"#, 0),
        ("now.json", "@now/node", r#"{ "includeFiles": ["far.txt"] }"#, 0),
        ("now.json", "@now/node", r#"{ "includeFiles": ["/far.txt"] }"#, 0),
        ("now.json", "@now/node", r#"{ "includeFiles": ["no.png"] }"#, 1),
    ] {
        assert_eq!(judge(file, uses, options), count, "{file} {uses} {options}");
    }
}

#[test]
fn the_nearest_package_says_which_node() {
    const RULE: &str = "build/node-range";
    let engines = |range: &str| format!("{{ \"engines\": {{ \"node\": {range} }} }}");
    let (old, new) = (engines("\"16.x\""), engines("\">=18\""));
    let api = ("api/a.js", HANDLER);
    for (files, expected) in [
        (vec![api, ("package.json", &*old)], vec!["error"]),
        (vec![api, ("package.json", &*old), ("api/package.json", &*new)], vec![]),
        (vec![api, ("package.json", &*new), ("api/package.json", &*old)], vec!["error"]),
        (vec![api, ("api/b.js", HANDLER), ("package.json", &*old)], vec!["error"]),
        (vec![api, ("../package.json", &*old)], vec!["warning"]),
        (vec![("api/a.py", ""), ("package.json", &*old)], vec![]),
        (vec![("index.html", ""), ("package.json", &*old)], vec![]),
        (vec![api, ("package.json", &*engines("\"20.x\""))], vec!["warning"]),
        (vec![api, ("package.json", &*engines("18"))], vec!["error"]),
        (vec![api, ("package.json", &*engines("null"))], vec![]),
        (vec![api, ("package.json", &*engines("\"\""))], vec![]),
        (vec![api, ("package.json", "{")], vec![]),
        (vec![api], vec![]),
    ] {
        let linked = (".vercel/project.json", "{}");
        let found = said(RULE, &[files.as_slice(), &[linked]].concat());
        let severities: Vec<_> = found.iter().map(|finding| finding.severity.as_str()).collect();
        assert_eq!(severities, expected, "{files:?}");
        // Nothing shows that the folder is deployed.
        let lower: Vec<_> = found.iter().map(|finding| finding.severity.lower()).collect();
        assert_eq!(said(RULE, &files).iter().map(|finding| finding.severity).collect::<Vec<_>>(), lower, "{files:?}");
    }
    let build = r#"{ "scripts": { "build": "vite build" }, "engines": { "node": "16.x" } }"#;
    let empty = ("vercel.json", "{}");
    assert_eq!(said(RULE, &[("package.json", build), empty])[0].severity, Severity::Warning);
    assert_eq!(said(RULE, &[("package.json", build), ("api/a.py", ""), empty])[0].severity, Severity::Warning);
    let bun = r#"{ "engines": { "node": "16.x", "bun": "1.x" } }"#;
    assert_eq!(said(RULE, &[api, ("package.json", bun), ("vercel.json", r#"{ "bunVersion": "1.x" }"#)]).len(), 0);
    assert_eq!(said(RULE, &[api, ("package.json", bun), ("vercel.json", "{}")]).len(), 1);
    for (name, uses, expected) in [
        ("vercel.json", "@vercel/node", vec!["error"]),
        ("vercel.json", "@vercel/node@latest", vec!["error"]),
        ("vercel.json", "@vercel/node@2.15.0", vec![]),
        ("vercel.json", "@now/node", vec![]),
        ("vercel.json", "now-php@1.0.0", vec![]),
        ("now.json", "@now/node", vec![]),
        ("now.json", "@now/node@canary", vec![]),
        ("now.json", "@now/node@0.12.3", vec!["error"]),
        ("now.json", "@now/node@^0.12.0", vec!["warning"]),
        ("now.json", "@now/node@0.9.0", vec![]),
        ("now.json", "@now/static", vec![]),
    ] {
        let config = format!(r#"{{ "builds": [{{ "src": "a.js", "use": "{uses}" }}] }}"#);
        let found = said(RULE, &[(name, &config), ("a.js", HANDLER), ("package.json", &old)]);
        let severities: Vec<_> = found.iter().map(|finding| finding.severity.as_str()).collect();
        assert_eq!(severities, expected, "{name} {uses}");
    }
}

#[test]
fn settings_that_are_not_understood_are_told() {
    let judge =
        |name: &str, text: &str| texts(&said("config/nowcheck-settings", &[("vercel.json", "{}"), (name, text)]));
    for (name, text) in [
        ("nowcheck.json", "{}"),
        ("nowcheck.json", "\u{feff}{ /* fine */ \"plan\": \"pro\", }"),
        ("nowcheck.jsonc", "{ \"$schema\": \"x\", \"plan\": \"enterprise\" }"),
        ("package.json", "{ \"nowcheck\": { \"plan\": \"pro\" } }"),
        ("package.json", "{ \"nowcheck\": { \"plan\": \"pro\", }, }"),
    ] {
        assert_eq!(judge(name, text), [""; 0], "{name} {text}");
    }
    for (name, text, part) in [
        ("nowcheck.json", "", "the file is empty"),
        ("nowcheck.json", "{ \"plan\": ", "`{` is never closed"),
        ("nowcheck.json", "{ plan: \"pro\" }", "no quotes"),
        ("nowcheck.json", "[]", "must be an object"),
        ("nowcheck.json", "{ \"plan\": 1 }", "`plan` must be"),
        ("nowcheck.json", "{ \"plan\": \"team\" }", "`plan` must be"),
        ("nowcheck.json", "{ \"Plan\": \"pro\" }", "did you mean \"plan\"?"),
        ("nowcheck.json", "{ \"pool\": 1 }", "no setting \"pool\": it is ignored"),
        ("package.json", "{ \"nowcheck\": \"pro\" }", "must be an object"),
        ("package.json", "{ \"nowcheck\": { \"plan\": \"porr\" } }", "`plan` must be"),
    ] {
        let found = judge(name, text);
        assert!(
            found.len() == 1 && found[0].starts_with("warning") && found[0].contains(part),
            "{name} {text}: {found:?}"
        );
    }
}

#[test]
fn settings_of_a_repository_are_told_once() {
    let site = Site::new("vercel.json");
    site.write(".git/HEAD", "").write("nowcheck.json", "{ \"paln\": \"pro\" }\n");
    site.write("a/vercel.json", "{}\n").write("b/vercel.json", "{}\n");
    let (status, output, _) = run(&site.root, &["check", "--format", "compact"]);
    assert_eq!((status, output.matches("config/nowcheck-settings").count()), (0, 1), "{output}");
    let (status, _, _) = run(&site.root, &["fix"]);
    assert_eq!((status, site.read("nowcheck.json").as_str()), (0, "{ \"plan\": \"pro\" }\n"));
    let (_, schema, _) = run(&site.root, &["schema", "nowcheck"]);
    assert!(serde_json::from_str::<serde_json::Value>(&schema).unwrap()["properties"]["plan"]["enum"].is_array());
}

#[test]
fn what_a_framework_builds_is_no_mistake_of_the_project() {
    let server = "const { PrismaClient } = require('@prisma/client')\nconst app = require('express')()\n\
                  app.get('/a', async (q, r) => r.json(await new PrismaClient().a.findMany()))\napp.listen(3000)\n";
    let package = |scripts: &str| {
        format!(
            "{{\"scripts\":{{{scripts}\"postinstall\":\"prisma generate\"}},\"dependencies\":{{\"next\":\"9\",\"@prisma/client\":\"2\",\"express\":\"4\"}}}}"
        )
    };
    let schema = "generator client {\n  provider = \"prisma-client-js\"\n}\n";
    let said_of = |package: &str| {
        let files = [("now.json", "{\"version\":2}"), ("package.json", package), ("server.js", server)];
        said("builder/missing", &[&files[..], &[("prisma/schema.prisma", schema)]].concat()).len()
    };
    assert_eq!(said_of(&package("")), 1);
    assert_eq!(said_of(&package("\"build\":\"next build\",")), 0);

    let routed = |builder: &str| {
        let config = format!("{{\"builds\":[{{\"src\":\"index.js\",\"use\":\"{builder}\"}}]}}");
        said("routes/missing", &[("vercel.json", &config), ("index.js", server)]).len()
    };
    assert_eq!((routed("@vercel/node"), routed("@vercel/express")), (1, 0));

    let pages = |function: &str| {
        let files = [("vercel.json", "{\"framework\":\"nextjs\"}"), ("pages/api/b.js", HANDLER), (function, HANDLER)];
        said("functions/pages-api", &files).len()
    };
    assert_eq!((pages("api/a.js"), pages("middleware.js")), (1, 0));
}

#[test]
fn a_function_is_hidden_only_by_what_leads_elsewhere() {
    let count = |config: &str| {
        let files = [
            ("vercel.json", config),
            ("api/users.js", HANDLER),
            ("api/index.js", HANDLER),
            ("index.html", "<p>hello</p>"),
        ];
        said_alone("routes/function-hidden", &files).len()
    };
    assert_eq!(count(r#"{"routes": [{"src": "/(.*)", "dest": "/index.html"}]}"#), 1);
    assert_eq!(count(r#"{"routes": [{"src": "/api/.*", "dest": "/index.html"}]}"#), 1);
    for silent in [
        r#"{"routes": [{"handle": "filesystem"}, {"src": "/(.*)", "dest": "/index.html"}]}"#,
        // A whole server, with its modules beside it.
        r#"{"routes": [{"src": "/(.*)", "dest": "/api/index.js"}]}"#,
        r#"{"routes": [{"src": "/api/.*", "dest": "/api"}, {"src": "/(.*)", "dest": "/index.html"}]}"#,
        r#"{"routes": [{"src": "/api/(.*)", "dest": "/api/$1"}, {"src": "/(.*)", "dest": "/index.html"}]}"#,
        r#"{"routes": [{"src": "/(.*)", "dest": "/index.html", "has": [{"type": "host", "value": "a.b"}]}]}"#,
        r#"{"routes": [{"src": "/((?!api/).*)", "dest": "/index.html"}]}"#,
        r#"{"rewrites": [{"source": "/(.*)", "destination": "/index.html"}]}"#,
    ] {
        assert_eq!(count(silent), 0, "{silent}");
    }
}

#[test]
fn cron_jobs_call_what_is_there() {
    let severities = |config: &str, more: &[(&str, &str)]| {
        let files = [&[("vercel.json", config), ("api/clean.js", HANDLER)], more].concat();
        let found = said_alone("routes/dead-destination", &files);
        found.into_iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    let job = |path: &str| format!(r#"{{"crons": [{{"path": "{path}", "schedule": "0 5 * * *"}}]}}"#);
    assert_eq!(severities(&job("/api/claen"), &[]), [Severity::Warning]);
    assert_eq!(severities(&job("/api/mails/send"), &[]), [Severity::Info]);
    for fine in ["/api/clean", "/api/clean.js?all=1", "/jobs/clean"] {
        assert_eq!(severities(&job(fine), &[]), [], "{fine}");
    }
    let next = r#"{"dependencies": {"next": "14.0.0"}}"#;
    assert_eq!(severities(&job("/api/claen"), &[("package.json", next)]), []);
    let led = r#"{"crons": [{"path": "/api/claen", "schedule": "0 5 * * *"}],
        "rewrites": [{"source": "/api/claen", "destination": "/api/clean"}]}"#;
    assert_eq!(severities(led, &[]), []);
}

#[test]
fn a_config_below_another_one_may_not_be_the_one_that_counts() {
    let node = ("package.json", r#"{ "engines": { "node": "16.x" } }"#);
    let files =
        [("vercel.json", r#"{ "builds": [{ "src": "a.js", "use": "@vercel/node" }] }"#), ("a.js", HANDLER), node];
    let judge = |more: &[(&str, &str)]| {
        let found = said("build/node-range", &[&files, more].concat());
        found.into_iter().map(|finding| (finding.severity, finding.message)).collect::<Vec<_>>()
    };
    assert_eq!(judge(&[])[0].0, Severity::Error);
    let below = judge(&[("../vercel.json", "{}")]);
    assert_eq!(below[0].0, Severity::Warning);
    assert!(
        below[0].1.ends_with(" (if this folder is deployed by itself, and not with ../vercel.json)"),
        "{}",
        below[0].1
    );
    assert_eq!(judge(&[("../vercel.json", "{}"), (".vercel/project.json", "{}")])[0].0, Severity::Error);
    assert_eq!(judge(&[("../../vercel.json", "{}")])[0].0, Severity::Error);
    // What is refused whatever lies around it stays refused.
    let text = said("config/schema", &[("vercel.json", r#"{ "cleanUrls": 1 }"#), ("../now.json", "{}")]);
    assert_eq!(text[0].severity, Severity::Error);
}
