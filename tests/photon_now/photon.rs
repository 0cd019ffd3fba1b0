//! The project: names of one era, the engine of real size.

use nowcheck::engine::EngineKind;

use super::support::site::Site;

/// What Photon looked for on nodejs8.10.
pub(crate) const TARGET: &str = "linux-glibc-libssl1.0.1";

pub(crate) const NOW_JSON: &str = r#"{
  "version": 2,
  "builds": [
    {
      "src": "index.js",
      "use": "@now/node@canary",
      "config": {
        "maxLambdaSize": "25mb"
      }
    }
  ],
  "routes": [
    {
      "src": "/(.*)",
      "dest": "index.js"
    }
  ]
}
"#;

const PACKAGE_JSON: &str = r#"{
  "name": "hello-photon",
  "private": true,
  "scripts": {
    "postinstall": "prisma2 generate"
  },
  "devDependencies": {
    "prisma2": "^2.0.0-alpha.36"
  }
}
"#;

const SCHEMA: &str = r#"datasource db {
  provider = "mysql"
  url      = env("MYSQL_URL")
}

generator photon {
  provider = "photonjs"
}

model Article {
  id    Int    @id
  title String
}
"#;

const INDEX: &str = r#"const { Photon } = require('@generated/photon')

const photon = new Photon()

module.exports = async (request, response) => {
  const articles = await photon.articles()
  response.end(JSON.stringify(articles))
}
"#;

/// The client's entry: it loads its runtime and, as of 2019-07-31, names the engine for file tracers.
fn client_index(annotation: &str) -> String {
    format!(
        r#"'use strict'
Object.defineProperty(exports, '__esModule', {{ value: true }})
const path = require('path')
const {{ makeClient }} = require('./runtime')

{annotation}
exports.Photon = makeClient({{ folder: __dirname, models: ['Article'] }})
"#
    )
}

/// Starts the engine by a name that is made while it runs: nothing that a tracer could read.
const CLIENT_RUNTIME: &str = r#"'use strict'
const childProcess = require('child_process')
const { engineName } = require('./platform')

exports.makeClient = settings =>
  class Photon {
    connect() {
      return childProcess.spawn([settings.folder, 'runtime', engineName()].join('/'), [])
    }
  }
"#;

const CLIENT_PLATFORM: &str = r#"'use strict'
exports.engineName = () => ['query', 'engine', process.env.PHOTON_PLATFORM].join('-')
"#;

/// The client without its engine; with the line for tracers where `annotated` names a target.
pub(crate) fn client(site: &Site, folder: &str, annotated: Option<&str>) {
    let annotation =
        annotated.map_or(String::new(), |target| format!("path.join(__dirname, 'runtime/query-engine-{target}')\n"));
    site.write(&format!("{folder}/index.js"), client_index(&annotation))
        .write(&format!("{folder}/index.d.ts"), "export declare class Photon {}\n")
        .write(&format!("{folder}/runtime/index.js"), CLIENT_RUNTIME)
        .write(&format!("{folder}/runtime/platform.js"), CLIENT_PLATFORM);
}

pub(crate) const MODULE: &str = "node_modules/@generated/photon";

/// The project as its author left it, installed and generated on Linux.
pub(crate) fn project() -> Site {
    let site = uninstalled();
    client(&site, MODULE, Some(TARGET));
    site.write(&format!("{MODULE}/package.json"), "{ \"name\": \"@generated/photon\", \"main\": \"index.js\" }\n");
    site.engine(&format!("{MODULE}/runtime/query-engine-{TARGET}"), TARGET, EngineKind::Binary);
    site
}

/// As it is cloned: no node_modules.
pub(crate) fn uninstalled() -> Site {
    let site = Site::new("now.json");
    site.write("now.json", NOW_JSON)
        .write("package.json", PACKAGE_JSON)
        .write("prisma/schema.prisma", SCHEMA)
        .write("index.js", INDEX)
        .write(".gitignore", "node_modules\n");
    site
}

/// The client committed in `generated/photon`, with the engine under `engine`'s name; the generator still writes to node_modules.
pub(crate) fn committed(target: &'static str) -> Site {
    let site = uninstalled();
    client(&site, "generated/photon", Some(target));
    site.change("index.js", "@generated/photon", "./generated/photon");
    site
}

/// Where the committed client has its engine.
pub(crate) fn engine_path(target: &str) -> String {
    format!("generated/photon/runtime/query-engine-{target}")
}
