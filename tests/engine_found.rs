//! Which engine a function looks for, and whether it finds it: where the rules speak and where they are silent.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use nowcheck::base::fs::MemoryFs;
use nowcheck::engine::EngineKind;
use nowcheck::lint::{self, Options};
use nowcheck::platform::Platform;
use nowcheck::project::discover::Found;
use support::engines::engine;

const USE: &str = "const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient()\nmodule.exports = async (q, r) => r.json(await prisma.user.findMany())\n";
const ENGINE: &str = "libquery_engine-rhel-openssl-3.0.x.so.node";

fn package(more: &str) -> String {
    format!("{{ \"scripts\": {{ \"postinstall\": \"prisma generate\", \"build\": \"next build\" }}, {more} }}")
}

fn prisma(version: &str) -> String {
    package(&format!(
        "\"dependencies\": {{ \"@prisma/client\": \"{version}\" }}, \"devDependencies\": {{ \"prisma\": \"{version}\" }}"
    ))
}

const SCHEMA: &str = "generator client {\n  provider = \"prisma-client-js\"\n}\n";

/// The findings of the rules on engines and sizes, without `build/*` and others, in the folder `app` of a repository.
fn said(app: &str, files: &[(&str, &str)], engines: &[&str]) -> Vec<String> {
    said_with(MemoryFs::new(), app, files, engines)
}

fn said_with(fs: MemoryFs, app: &str, files: &[(&str, &str)], engines: &[&str]) -> Vec<String> {
    let mut fs = fs.with("/r/.git/HEAD", "");
    for (path, text) in files {
        fs.add(&format!("/r/{path}"), text.as_bytes(), 0o644);
    }
    for path in engines {
        let target =
            path.rsplit('/').next().unwrap().strip_prefix("libquery_engine-").unwrap().strip_suffix(".so.node");
        fs.add(&format!("/r/{path}"), engine(target.unwrap(), EngineKind::Library, 4 << 20), 0o755);
    }
    let root = format!("/r/{app}");
    let root = root.trim_end_matches('/');
    let config = format!("{root}/vercel.json");
    let config = files.iter().any(|(path, _)| config == format!("/r/{path}")).then(|| config.into());
    let options = Options { platform: Some(Platform::Vercel), ..Options::default() };
    let report = lint::check_found(&fs, &Found { root: root.into(), config }, &options).unwrap();
    let is_meant = |rule: &str| rule.starts_with("engine/") || rule.starts_with("size/");
    let engines = report.findings.iter().filter(|finding| is_meant(finding.rule));
    engines.map(|finding| format!("{} {}", finding.severity.as_str(), finding.rule)).collect()
}

fn functions(settings: &str) -> String {
    format!("{{ \"functions\": {{ \"api/*.js\": {settings} }} }}")
}

#[test]
fn an_engine_to_come_is_lost_where_exclude_files_names_it() {
    let judge = |settings: &str, more: &[(&str, &str)]| {
        let (config, package) = (functions(settings), prisma("5.22.0"));
        let files = [
            ("vercel.json", config.as_str()),
            ("package.json", &package),
            ("api/a.js", USE),
            ("prisma/schema.prisma", SCHEMA),
        ];
        said("", &[&files, more].concat(), &[])
    };
    let lost = ["error engine/not-bundled"];
    assert_eq!(judge(r#"{ "excludeFiles": "node_modules/.prisma/client/*.node" }"#, &[]), lost);
    assert_eq!(judge(r#"{ "excludeFiles": "node_modules/.prisma/**" }"#, &[]), lost);
    assert_eq!(judge(r#"{ "excludeFiles": "node_modules/.prisma/client/*darwin*" }"#, &[]), [""; 0]);
    assert_eq!(judge(r#"{ "excludeFiles": "node_modules/.prisma/client/*.wasm" }"#, &[]), [""; 0]);
    // One setting takes away the engine and the schema: one finding.
    let (config, package) = (functions(r#"{ "excludeFiles": "node_modules/.prisma/**" }"#), prisma("4.16.2"));
    let files = [("vercel.json", config.as_str()), ("package.json", &package), ("api/a.js", USE)];
    assert_eq!(said("", &[&files[..], &[("prisma/schema.prisma", SCHEMA)]].concat(), &[]), lost);
    // With Accelerate the client may need no engine.
    let accelerate =
        prisma("5.22.0").replace("\"dependencies\": {", "\"dependencies\": { \"@prisma/extension-accelerate\": \"1\",");
    let config = functions(r#"{ "excludeFiles": "node_modules/.prisma/**" }"#);
    let files = [("vercel.json", config.as_str()), ("package.json", &accelerate), ("api/a.js", USE)];
    assert_eq!(said("", &[&files[..], &[("prisma/schema.prisma", SCHEMA)]].concat(), &[]), [""; 0]);
    // What is included stays.
    let both = r#"{ "excludeFiles": "node_modules/.prisma/**", "includeFiles": "node_modules/.prisma/client/*.node" }"#;
    assert_eq!(judge(both, &[]), [""; 0]);
    // Where pnpm puts the client is not known.
    assert_eq!(judge(r#"{ "excludeFiles": "node_modules/.prisma/**" }"#, &[("pnpm-lock.yaml", "")]), [""; 0]);
    // The config names the engine's file.
    let named = r#"{ "env": { "PRISMA_QUERY_ENGINE_LIBRARY": "/var/task/e.so.node" }, "functions": { "api/*.js": { "excludeFiles": "node_modules/.prisma/**" } } }"#;
    assert_eq!(judge("{}", &[("vercel.json", named)]), [""; 0]);
}

#[test]
fn a_committed_engine_is_found_where_the_client_of_its_version_looks() {
    let index = |version: &str, path: &str| {
        format!(
            "const path = require('path')\nconst config = {{ \"relativePath\": \"../prisma\", \"clientVersion\": \"{version}\" }}\n{path}\nexports.PrismaClient = class {{}}\n"
        )
    };
    let code = USE.replace("@prisma/client", "../client");
    let judge = |settings: &str, version: &str, annotation: &str, engines: &[&str]| {
        let config = if settings.contains("buildCommand") { settings.to_owned() } else { functions(settings) };
        let index = index(version, annotation);
        let files = [
            ("vercel.json", config.as_str()),
            ("package.json", "{}"),
            ("api/a.js", code.as_str()),
            ("client/index.js", index.as_str()),
        ];
        said("", &files, engines)
    };
    let own = format!("client/{ENGINE}");
    let traced = format!("path.join(__dirname, '{ENGINE}')");
    let lost = ["error engine/not-bundled"];
    assert_eq!(judge("{}", "5.22.0", &traced, &[&own]), [""; 0]);
    // Nothing in the code leads to it.
    assert_eq!(judge("{}", "5.22.0", "", &[&own]), lost);
    assert_eq!(judge(r#"{ "includeFiles": "client/**" }"#, "5.22.0", "", &[&own]), [""; 0]);
    // The schema's folder is searched, another one is not.
    let exclude = |include: &str| format!("{{ \"excludeFiles\": \"client/*.node\", \"includeFiles\": \"{include}\" }}");
    let beside = format!("prisma/{ENGINE}");
    assert_eq!(judge(&exclude("prisma/*.node"), "5.22.0", &traced, &[&own, &beside]), [""; 0]);
    let apart = format!("bin/{ENGINE}");
    assert_eq!(judge(&exclude("bin/*.node"), "5.22.0", &traced, &[&own, &apart]), lost);
    // There it may lie alone, or beside the engine of another machine.
    let shipped = r#"{ "includeFiles": "prisma/**" }"#;
    let foreign = "client/libquery_engine-darwin-arm64.so.node";
    assert_eq!(judge(shipped, "5.22.0", &traced, &[&beside]), [""; 0]);
    assert_eq!(judge(shipped, "5.22.0", &traced, &[&beside, foreign]), [""; 0]);
    assert_eq!(judge("{}", "5.22.0", &traced, &[&beside]), ["error engine/missing"]);
    // A command of the deploy may bring it.
    let copies = r#"{ "buildCommand": "cp bin/*.node client" }"#;
    assert_eq!(judge(copies, "5.22.0", &traced, &[]), [""; 0]);
    // A client without an engine, or with another one, is another finding.
    assert_eq!(judge("{}", "5.22.0", &traced, &[]), ["error engine/missing"]);
    let other = "client/libquery_engine-debian-openssl-1.1.x.so.node";
    assert_eq!(judge("{}", "5.22.0", &traced, &[other]), ["error engine/wrong-target"]);
}

#[test]
fn the_copy_of_the_schema_matters_to_old_clients() {
    let judge = |version: &str, schema: &str| {
        let (config, package) = (functions(r#"{ "excludeFiles": "**/schema.prisma" }"#), prisma(version));
        let files = [
            ("vercel.json", config.as_str()),
            ("package.json", &package),
            ("api/a.js", USE),
            ("prisma/schema.prisma", schema),
        ];
        said("", &files, &[])
    };
    let lost = ["error engine/schema-not-bundled"];
    assert_eq!(judge("4.16.2", SCHEMA), lost);
    assert_eq!(judge("5.5.2", SCHEMA), lost);
    assert_eq!(judge("5.6.0", SCHEMA), [""; 0]);
    let binary = "generator client {\n  provider = \"prisma-client-js\"\n  engineType = \"binary\"\n}\n";
    assert_eq!(judge("5.22.0", binary), lost);
    assert_eq!(judge("6.19.3", binary), [""; 0]);
}

#[test]
fn a_client_may_be_too_old_for_its_system() {
    let judge = |version: &str, settings: &str, more: &[(&str, &str)]| {
        let (config, package) = (functions(settings), prisma(version));
        let files = [
            ("vercel.json", config.as_str()),
            ("package.json", &package),
            ("api/a.js", USE),
            ("prisma/schema.prisma", SCHEMA),
        ];
        said("", &[&files, more].concat(), &[])
    };
    let old = ["error engine/target-too-new"];
    assert_eq!(judge("3.9.2", "{}", &[]), old);
    assert_eq!(judge("~3.9.2", "{}", &[]), old);
    assert_eq!(judge("3.13.0", "{}", &[]), [""; 0]);
    // The newest 3 is what gets installed, unless something here is older.
    assert_eq!(judge("^3.9.2", "{}", &[]), [""; 0]);
    let installed = ("node_modules/@prisma/client/package.json", r#"{ "version": "3.9.2" }"#);
    assert_eq!(judge("^3.9.2", "{}", &[installed]), ["warning engine/target-too-new"]);
    // The build goes by the lock file, whatever lies here.
    let lock = |version: &str| {
        format!(
            r#"{{ "lockfileVersion": 3, "packages": {{ "node_modules/@prisma/client": {{ "version": "{version}" }} }} }}"#
        )
    };
    let (locked_old, locked_new) = (lock("3.9.2"), lock("3.15.2"));
    assert_eq!(judge("^3.9.2", "{}", &[("package-lock.json", &locked_old)]), old);
    assert_eq!(judge("^3.9.2", "{}", &[installed, ("package-lock.json", &locked_new)]), [""; 0]);
    assert_eq!(judge("3.9.2", r#"{ "architecture": "arm64" }"#, &[]), old);
    // The list cannot help, so it is no second finding.
    let listed = SCHEMA.replace("js\"", "js\"\n  binaryTargets = [\"native\", \"rhel-openssl-1.0.x\"]");
    assert_eq!(judge("3.9.2", "{}", &[("prisma/schema.prisma", &listed)]), old);
}

const ROUTE: &str = "app/api/users/route.ts";

fn next(version: &str, more: &str) -> String {
    package(&format!(
        "\"name\": \"web\", \"dependencies\": {{ \"next\": \"15.5.4\", \"@prisma/client\": \"{version}\"{more} }}, \"devDependencies\": {{ \"prisma\": \"{version}\" }}"
    ))
}

fn schema(provider: &str, more: &str) -> String {
    format!("generator client {{\n  provider = \"{provider}\"\n  output   = \"../generated/prisma\"\n{more}}}\n")
}

#[test]
fn next_packs_the_client_of_a_package() {
    let code = "import { prisma } from '@/lib/db'\nexport async function GET() { return Response.json(await prisma.user.findMany()) }\n";
    let page = "import { prisma } from '@/lib/db'\nexport default async () => <p>{await prisma.user.count()}</p>\n";
    let web = next("6.16.2", ", \"@repo/db\": \"*\"").replace("\"postinstall\": \"prisma generate\", ", "");
    let db = r#"{ "name": "@repo/db", "scripts": { "db:generate": "prisma generate" }, "dependencies": { "@prisma/client": "6.16.2" } }"#;
    let in_package = schema("prisma-client-js", "");
    let judge = |more: &[(&str, &str)]| {
        let files = [
            ("package.json", r#"{ "workspaces": ["apps/*", "packages/*"] }"#),
            ("apps/web/package.json", web.as_str()),
            ("apps/web/.vercel/project.json", "{}"),
            ("apps/web/tsconfig.json", "{ // comments\n \"compilerOptions\": { \"paths\": { \"@/*\": [\"./*\"] } } }"),
            ("apps/web/lib/db.ts", "export { prisma } from '@repo/db'\n"),
            ("apps/web/app/page.tsx", page),
            ("packages/db/package.json", db),
            ("packages/db/prisma/schema.prisma", &in_package),
        ];
        said("apps/web", &[&files, more].concat(), &[])
    };
    let route = ("apps/web/app/api/users/route.ts", code);
    assert_eq!(judge(&[route]), ["warning engine/not-bundled"]);
    // Pages may all be built before the deploy, where the folder is there.
    assert_eq!(judge(&[]), ["info engine/not-bundled"]);
    let dynamic = format!("export const dynamic = 'force-dynamic'\n{page}");
    assert_eq!(judge(&[("apps/web/app/page.tsx", &dynamic)]), ["warning engine/not-bundled"]);
    for more in [
        ("apps/web/next.config.js", "const { PrismaPlugin } = require('@prisma/nextjs-monorepo-workaround-plugin')"),
        // The config of Next.js may come from a package of the workspace.
        ("packages/config/package.json", r#"{ "dependencies": { "@prisma/nextjs-monorepo-workaround-plugin": "6" } }"#),
        ("apps/web/next.config.mjs", "export default { serverExternalPackages: ['@repo/db'] }"),
        ("packages/db/prisma/schema.prisma", SCHEMA),
        ("packages/db/package.json", r#"{ "name": "@repo/db", "dependencies": { "@prisma/client": "7.0.0" } }"#),
        ("packages/db/package.json", r#"{ "name": "@repo/other", "dependencies": { "@prisma/client": "6.16.2" } }"#),
        (
            "apps/web/package.json",
            &web.replace("next build", "prisma generate --schema ../../packages/db/prisma/schema.prisma && next build"),
        ),
        ("apps/web/vercel.json", r#"{ "env": { "PRISMA_QUERY_ENGINE_LIBRARY": "/var/task/e.node" } }"#),
    ] {
        assert_eq!(judge(&[route, more]), [""; 0], "{more:?}");
    }
}

#[test]
fn next_packs_the_typescript_client_wherever_it_lies() {
    let judge = |version: &str, schema: &str| {
        let package = next(version, "");
        let code = "import { PrismaClient } from '../../../generated/prisma/client'\nexport const GET = () => new PrismaClient()\n";
        said("", &[("package.json", &package), (ROUTE, code), ("prisma/schema.prisma", schema)], &[])
    };
    assert_eq!(judge("6.16.2", &schema("prisma-client", "")), ["warning engine/not-bundled"]);
    let no_adapter = ["warning engine/adapter-missing"];
    assert_eq!(judge("6.16.2", &schema("prisma-client", "  engineType = \"client\"\n")), no_adapter);
    assert_eq!(judge("6.16.2", &schema("prisma-client", "  runtime = \"vercel-edge\"\n")), [""; 0]);
    assert_eq!(judge("6.16.2", &schema("prisma-client-js", "")), [""; 0]);
    assert_eq!(judge("7.1.0", &schema("prisma-client", "")), no_adapter);
}

#[test]
fn the_edge_runtime_has_no_engine() {
    let judge = |version: &str, files: &[(&str, &str)]| {
        let package = next(version, "");
        said("", &[&[("package.json", package.as_str()), ("prisma/schema.prisma", SCHEMA)], files].concat(), &[])
    };
    let client = "import { PrismaClient } from '@prisma/client'\nexport const prisma = new PrismaClient()\n";
    let edge = "export const runtime = 'edge'\n";
    let own = format!("{edge}{client}export const GET = () => prisma.user.count()\n");
    let error = ["error engine/edge-runtime"];
    assert_eq!(judge("5.22.0", &[(ROUTE, &own)]), error);
    let old = own.replace(edge, "export const config = { runtime: 'experimental-edge' }\n");
    assert_eq!(judge("4.16.2", &[("pages/api/a.ts", &old)]), error);
    let imports =
        format!("{edge}import {{ prisma }} from '../../../lib/db'\nexport const GET = () => prisma.user.count()\n");
    assert_eq!(judge("5.22.0", &[(ROUTE, &imports), ("lib/db.ts", client)]), error);
    let far = [(ROUTE, imports.as_str()), ("lib/db.ts", "export * from './real'\n"), ("lib/real.ts", client)];
    assert_eq!(judge("5.22.0", &far), ["info engine/edge-runtime"]);
    let middleware = format!("{client}export const middleware = () => prisma.user.count()\n");
    assert_eq!(judge("5.22.0", &[("src/middleware.ts", &middleware)]), ["warning engine/edge-runtime"]);
    // The platform's own runs on Node in projects that are new.
    let platforms = |text: &str| {
        let package = prisma("5.22.0").replace("next build", "tsc");
        said("", &[("package.json", &package), ("prisma/schema.prisma", SCHEMA), ("middleware.ts", text)], &[])
    };
    assert_eq!(platforms(&middleware), ["info engine/edge-runtime"]);
    let says_edge = format!("export const config = {{ runtime: 'edge' }}\n{middleware}");
    assert_eq!(platforms(&says_edge), ["warning engine/edge-runtime"]);
    for (path, text) in [
        (ROUTE, own.replace("'edge'", "'nodejs'")),
        (ROUTE, own.replace("'@prisma/client'", "'@prisma/client/edge'")),
        (ROUTE, own.replace("new PrismaClient()", "new PrismaClient({ adapter })")),
        (ROUTE, own.replace("new PrismaClient()", "new PrismaClient().$extends(withAccelerate())")),
        (ROUTE, own.replace("new PrismaClient()", "new PrismaClient(options)")),
        (
            ROUTE,
            format!(
                "{edge}import {{ Role }} from '@prisma/client'\n/* once\n  new PrismaClient()\n*/\nexport const GET = () => Role"
            ),
        ),
        ("api/a.ts", own.clone()),
        (ROUTE, own.replace("new PrismaClient()", "Role // new")),
        (
            ROUTE,
            format!("{edge}import type {{ User }} from '@prisma/client'\nexport const GET = (user: User) => null\n"),
        ),
        ("src/middleware.ts", format!("export const config = {{ runtime: 'nodejs' }}\n{middleware}")),
        ("src/other.ts", middleware.clone()),
    ] {
        assert_eq!(judge("5.22.0", &[(path, &text)]), [""; 0], "{path}: {text}");
    }
    assert_eq!(judge("7.0.0", &[(ROUTE, &own)]), ["warning engine/adapter-missing"]);
    let config = own.replace(edge, "export const config = { runtime: 'edge' }\n");
    assert_eq!(judge("5.22.0", &[("api/a.ts", &config)]), error);
}

#[test]
fn what_a_variable_names_is_not_looked_for() {
    let code = USE.replace("@prisma/client", "../generated/client");
    let set = format!("process.env.PRISMA_QUERY_ENGINE_LIBRARY = '/var/task/e.node'\n{code}");
    let index = "class PrismaClient {}\nexports.PrismaClient = PrismaClient\n\
        const config = { \"clientVersion\": \"5.22.0\" }\npath.join(__dirname, \"libquery_engine-debian-openssl-3.0.x.so.node\")\n";
    let named = r#"{ "env": { "PRISMA_QUERY_ENGINE_LIBRARY": "/var/task/e.node" } }"#;
    let judge = |code: &str, config: &str, engines: &[&str]| {
        let files = [
            ("package.json", r#"{ "dependencies": { "@prisma/client": "5.22.0" } }"#),
            ("generated/client/index.js", index),
            ("generated/client/schema.prisma", SCHEMA),
            ("api/a.js", code),
            ("vercel.json", config),
        ];
        said("", &files, engines)
    };
    let other = format!("generated/client/{}", ENGINE.replace("rhel", "debian"));
    for (engines, expected) in [
        (&[][..], "error engine/missing"),
        (&[other.as_str()], "error engine/wrong-target"),
        (&[&format!("generated/client/{ENGINE}")], "error engine/not-bundled"),
    ] {
        assert_eq!(judge(&code, "{}", engines), [expected]);
        assert_eq!(judge(&code, named, engines), [""; 0]);
        assert_eq!(judge(&set, "{}", engines), [""; 0]);
    }
}

#[test]
fn the_engine_of_the_machine_that_generated_counts_by_half() {
    let judge = |targets: &str, megabytes: usize| {
        let fs = MemoryFs::new().with("/r/data/a.bin", vec![0; megabytes << 20]);
        let schema = SCHEMA.replace('}', &format!("  binaryTargets = {targets}\n}}"));
        let folder = "node_modules/.prisma/client";
        let (own, made) = (format!("{folder}/{ENGINE}"), format!("{folder}/{}", ENGINE.replace("rhel", "debian")));
        let config = functions(r#"{ "includeFiles": "{data,node_modules/.prisma/client}/**" }"#);
        let files = [
            ("vercel.json", config.as_str()),
            ("package.json", &prisma("5.22.0")),
            ("api/a.js", USE),
            ("prisma/schema.prisma", &schema),
            ("node_modules/.prisma/client/index.js", "exports.PrismaClient = class {}\n"),
            ("node_modules/@prisma/client/index.js", "module.exports = require('.prisma/client')\n"),
            ("node_modules/@prisma/client/package.json", r#"{ "version": "5.22.0" }"#),
        ];
        said_with(fs, "", &files, &[&own, &made])
    };
    let native = r#"["native", "rhel-openssl-3.0.x"]"#;
    // Both engines are of 4 MB, and 250 are the limit.
    assert_eq!(judge(native, 244), ["warning size/over-limit"]);
    assert_eq!(judge(native, 248), ["error size/over-limit"]);
    let named = r#"["debian-openssl-3.0.x", "rhel-openssl-3.0.x"]"#;
    assert_eq!(judge(named, 244), ["info engine/surplus", "error size/over-limit"]);
}

#[test]
fn the_generator_of_the_client_decides() {
    let generator = |name: &str, more: &str| {
        format!(
            "generator {name} {{\n  provider = \"prisma-client-js\"\n  output = \"../generated/{name}\"\n{more}}}\n"
        )
    };
    let mac = "  binaryTargets = [\"darwin-arm64\"]\n";
    let judge = |schema: &str| {
        let (package, code) = (prisma("5.22.0"), USE.replace("@prisma/client", "../generated/b"));
        said("", &[("package.json", &package), ("api/a.js", &code), ("prisma/schema.prisma", schema)], &[])
    };
    assert_eq!(judge(&format!("{}{}", generator("a", mac), generator("b", ""))), [""; 0]);
    assert_eq!(judge(&format!("{}{}", generator("a", ""), generator("b", mac))), ["error engine/wrong-target"]);
}
