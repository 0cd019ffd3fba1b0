//! The same on Vercel, with a client as Prisma 4.7.1 generates it.

use nowcheck::engine::EngineKind;
use nowcheck::platform::Platform;

use super::support::engines::COMMIT;
use super::support::site::Site;

const NOTHING: [&str; 0] = [];
const RHEL3: &str = "rhel-openssl-3.0.x";
const RHEL1: &str = "rhel-openssl-1.0.x";

fn library(target: &str) -> String {
    let ending = if target.contains("darwin") { "dylib" } else { "so" };
    format!("libquery_engine-{target}.{ending}.node")
}

/// A client folder with an engine for each target; `index.js` names them for tracers.
fn client(site: &Site, folder: &str, targets: &[&'static str]) {
    let mut index = format!(
        "const path = require('path')\nconst {{ getPrismaClient }} = require('./runtime/library')\n\
         const config = {{\n  \"clientVersion\": \"4.7.1\",\n  \"engineVersion\": \"{COMMIT}\",\n  \"activeProvider\": \"postgresql\"\n}}\n\
         config.dirname = __dirname\nexports.PrismaClient = getPrismaClient(config)\n"
    );
    for target in targets {
        let name = library(target);
        index.push_str(&format!("path.join(__dirname, \"{name}\");\npath.join(process.cwd(), \"{folder}/{name}\")\n"));
        site.engine(&format!("{folder}/{name}"), target, EngineKind::Library);
    }
    index.push_str("path.join(__dirname, \"schema.prisma\");\n");
    site.write(&format!("{folder}/index.js"), index)
        .write(&format!("{folder}/runtime/library.js"), "exports.getPrismaClient = config => class PrismaClient {}\n")
        .write(&format!("{folder}/schema.prisma"), SCHEMA);
}

const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n\
                      generator client {\n  provider = \"prisma-client-js\"\n}\n\nmodel Article {\n  id Int @id\n}\n";

const PACKAGE_JSON: &str = r#"{
  "name": "articles",
  "private": true,
  "scripts": {
    "postinstall": "prisma generate"
  },
  "engines": {
    "node": "22.x"
  },
  "dependencies": {
    "@prisma/client": "4.7.1"
  },
  "devDependencies": {
    "prisma": "4.7.1"
  }
}
"#;

fn uninstalled() -> Site {
    let site = Site::new("vercel.json").on(Platform::Vercel);
    site.write(
        "vercel.json",
        "{\n  \"builds\": [{ \"src\": \"index.js\", \"use\": \"@vercel/node\" }],\n  \"routes\": [{ \"src\": \"/(.*)\", \"dest\": \"/index.js\" }]\n}\n",
    )
    .write("package.json", PACKAGE_JSON)
    .write("prisma/schema.prisma", SCHEMA)
    .write(".gitignore", "node_modules\n")
    .write(
        "index.js",
        "const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient()\n\
         module.exports = async (request, response) => response.json(await prisma.article.findMany())\n",
    );
    site
}

fn project(targets: &[&'static str]) -> Site {
    let site = uninstalled();
    client(&site, "node_modules/.prisma/client", targets);
    site.write(
        "node_modules/@prisma/client/package.json",
        "{ \"name\": \"@prisma/client\", \"version\": \"4.7.1\", \"main\": \"index.js\" }",
    )
    .write("node_modules/@prisma/client/index.js", "module.exports = { ...require('.prisma/client/index') }\n");
    site
}

fn committed(targets: &[&'static str]) -> Site {
    let site = uninstalled();
    client(&site, "src/generated/client", targets);
    site.change("index.js", "@prisma/client", "./src/generated/client");
    site
}

#[test]
fn the_right_project_is_silent() {
    for node in ["22.x", "24.x", ">=20"] {
        for targets in [&[RHEL3][..], &["debian-openssl-3.0.x"], &["darwin-arm64"], &[]] {
            let site = project(targets);
            site.change("package.json", "22.x", node);
            assert_eq!(site.found(), NOTHING, "{node} {targets:?}");
        }
    }
    assert_eq!(uninstalled().found(), NOTHING);
    assert_eq!(committed(&[RHEL3]).found(), NOTHING);
}

#[test]
fn the_schema_lists_other_targets() {
    for (list, node, found) in [
        ("[\"native\", \"rhel-openssl-3.0.x\"]", "22.x", false),
        ("[\"native\", \"rhel-openssl-3.0.x\"]", "24.x", false),
        ("[\"native\", \"rhel-openssl-1.0.x\"]", "22.x", false),
        ("[\"darwin-arm64\"]", "22.x", true),
        ("[\"darwin-arm64\", \"rhel-openssl-1.0.x\"]", "22.x", true),
    ] {
        let site = project(&["darwin-arm64"]);
        site.change("package.json", "22.x", node).change(
            "prisma/schema.prisma",
            "\"prisma-client-js\"\n",
            &format!("\"prisma-client-js\"\n  binaryTargets = {list}\n"),
        );
        let expected = found.then(|| format!("error engine/wrong-target prisma/schema.prisma:8:19 {list}"));
        assert_eq!(site.found(), Vec::from_iter(expected), "{list} {node}");
        if found {
            assert!(site.cure().contains("\"rhel-openssl-3.0.x\"]"));
        }
    }
}

#[test]
fn a_build_that_stops_makes_no_function_to_judge() {
    for site in [project(&["darwin-arm64"]), committed(&["darwin-arm64"]), committed(&[RHEL1]), committed(&[RHEL3])] {
        site.change("package.json", "22.x", "18.x");
        assert_eq!(site.found(), ["error build/node-range package.json:8:13 \"18.x\""]);
    }
    // With a Node.js that is there, the engine is judged too.
    let site = committed(&[RHEL1]);
    site.change("package.json", "22.x", ">=18");
    assert_eq!(site.found().len(), 1, "{:?}", site.found());
    assert!(site.found()[0].starts_with("error engine/wrong-target"), "{:?}", site.found());
}

#[test]
fn a_committed_client_from_a_mac() {
    let site = committed(&["darwin-arm64"]);
    assert_eq!(
        site.found(),
        ["error engine/wrong-target src/generated/client/libquery_engine-darwin-arm64.dylib.node"]
    );
    insta::assert_snapshot!(site.words("engine/wrong-target"), @r#"
    the client is shipped with the query engine for darwin-arm64, but the function looks for "rhel-openssl-3.0.x": the first query fails (nodejs22.x runs on Amazon Linux 2023, which has OpenSSL 3.0.x)
    help: add "rhel-openssl-3.0.x" to the targets of the generator, generate again, and commit the engine
    "#);
    // With a generator that writes there and a script that runs it, the platform makes it again.
    site.change(
        "prisma/schema.prisma",
        "\"prisma-client-js\"\n",
        "\"prisma-client-js\"\n  output = \"../src/generated/client\"\n",
    );
    assert_eq!(site.found(), NOTHING);
}

#[test]
fn generate_is_not_run() {
    // The CLI is not installed by the project: the client's own install script has nothing to run.
    let site = project(&[RHEL3]);
    site.change("package.json", "\n    \"postinstall\": \"prisma generate\"\n  ", "");
    // 4.7.1 generates when it is installed, and does not yet refuse to run on platforms that keep node_modules.
    assert_eq!(site.found(), NOTHING);
    site.change("package.json", ",\n  \"devDependencies\": {\n    \"prisma\": \"4.7.1\"\n  }", "");
    assert_eq!(site.found(), ["error build/generate-not-run package.json:4:3 \"scripts\""]);
    insta::assert_snapshot!(site.words("build/generate-not-run"), @r#"
    node_modules is not uploaded, and no script that the platform runs generates the client: the function starts with a client that was never generated, and fails
    help: add the script "postinstall": "prisma generate" to package.json, and prisma to its dependencies
    "#);

    let site = project(&[RHEL3]);
    let package = site.read("package.json").replace("4.7.1", "5.22.0").replace("prisma generate", "echo");
    site.write("package.json", package).change(
        "node_modules/.prisma/client/index.js",
        "\"clientVersion\": \"4.7.1\"",
        "\"clientVersion\": \"5.22.0\"",
    );
    assert_eq!(site.found(), ["error build/generate-not-run package.json:4:3 \"scripts\""]);
    insta::assert_snapshot!(site.cure(), @r#"
    --- a/package.json
    +++ b/package.json
    @@ -2,7 +2,7 @@
       "name": "articles",
       "private": true,
       "scripts": {
    -    "postinstall": "echo"
    +    "postinstall": "prisma generate && echo"
       },
       "engines": {
         "node": "22.x"
    "#);
    insta::assert_snapshot!(site.words("build/generate-not-run"), @r#"
    only the install of @prisma/client generates the client. The platform keeps node_modules between builds, so Prisma refuses to start with a client that was generated in this way
    help: add the script "postinstall": "prisma generate" to package.json
    "#);
}

#[test]
fn over_the_platforms_limit() {
    let site = project(&[RHEL3]);
    site.change(
        "index.js",
        "const prisma",
        "require('fs').readFileSync(require('path').join(__dirname, 'model.bin'))\nconst prisma",
    );
    let file = std::fs::File::create(site.root.join("model.bin")).unwrap();
    // The engine and the code are 20 MB.
    file.set_len(220 * 1024 * 1024).unwrap();
    assert_eq!(site.found(), NOTHING);
    file.set_len(240 * 1024 * 1024).unwrap();
    assert_eq!(
        site.found(),
        ["error size/over-limit vercel.json:2:14 { \"src\": \"index.js\", \"use\": \"@vercel/node\" }"]
    );
    insta::assert_snapshot!(site.words("size/over-limit"), @r#"
    index.js is 259.1 MB unzipped (query engine 19.1 MB, everything else 240.0 MB), over the platform's limit of 250.0 MB (262,144,000 bytes)
    help: leave something out; the largest parts are model.bin (240.0 MB), .prisma (19.1 MB)
    "#);
}

#[test]
fn other_forms_of_the_right_project() {
    let handler = "import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\n\
                   export default async (request: any, response: any) => response.json(await prisma.article.findMany())\n";
    // No builds: files in api/ are functions.
    let site = project(&["darwin-arm64"]);
    site.remove("index.js").remove("vercel.json").write("api/articles.ts", handler).write("tsconfig.json", "{}");
    assert_eq!(site.found(), NOTHING, "zero config");
    assert_eq!(site.report().functions.len(), 1);

    // generate by the build's own script.
    for script in [
        "\"vercel-build\": \"prisma generate\"",
        "\"build\": \"prisma generate && tsc\"",
        "\"prepare\": \"npx prisma generate\"",
    ] {
        let package = PACKAGE_JSON.replace("\"postinstall\": \"prisma generate\"", script).replace("4.7.1", "6.19.3");
        site.write("package.json", package);
        assert_eq!(site.found(), NOTHING, "{script}");
    }

    // A client in TypeScript at an output that git ignores, as the generator `prisma-client` makes it.
    let site = uninstalled();
    site.remove("index.js")
        .remove("vercel.json")
        .write("package.json", PACKAGE_JSON.replace("4.7.1", "6.19.3"))
        .write(
            "prisma/schema.prisma",
            SCHEMA.replace("\"prisma-client-js\"", "\"prisma-client\"\n  output   = \"../generated/prisma\""),
        )
        .write(".gitignore", "node_modules\n/generated\n")
        .write("api/articles.ts", handler.replace("@prisma/client", "../generated/prisma/client"))
        .write("generated/prisma/client.ts", "export class PrismaClient { article: any }\n")
        .engine("generated/prisma/libquery_engine-darwin-arm64.dylib.node", "darwin-arm64", EngineKind::Library);
    assert_eq!(site.found(), NOTHING, "prisma-client");
    site.remove("generated");
    assert_eq!(site.found(), NOTHING, "prisma-client, as cloned");

    // Prisma 7 has no engine to miss.
    let site = uninstalled();
    site.write("package.json", PACKAGE_JSON.replace("4.7.1", "7.10.1"))
        .write("prisma/schema.prisma", SCHEMA.replace("  url      = env(\"DATABASE_URL\")\n", ""))
        .change("index.js", "new PrismaClient()", "new PrismaClient({ adapter })");
    assert_eq!(site.found(), NOTHING, "Prisma 7");

    // An installed client that was never generated on this machine.
    let site = project(&[]);
    site.write("node_modules/.prisma/client/index.js", "module.exports = { PrismaClient: class { constructor() { throw new Error('@prisma/client did not initialize yet.') } } }\n");
    assert_eq!(site.found(), NOTHING, "stub");
}

#[test]
fn a_workspace() {
    // The schema and the script are those of another package of the repository.
    let site = project(&[RHEL3]);
    site.write(".git/HEAD", "ref: refs/heads/main\n")
        .rename("prisma/schema.prisma", "packages/db/prisma/schema.prisma")
        .write(
            "packages/db/package.json",
            "{ \"name\": \"db\", \"scripts\": { \"postinstall\": \"prisma generate\" } }\n",
        )
        .change("package.json", "\"postinstall\": \"prisma generate\"", "\"test\": \"echo\"");
    assert_eq!(site.found(), NOTHING);
}
