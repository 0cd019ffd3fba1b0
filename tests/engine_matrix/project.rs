//! The project of one combination, as a file tree.

use nowcheck::project::discover::Found;
use serde_json::{Map, Value, json};

use super::cases::Case;
use super::client::{Client, engines};
use super::dimensions::{Era, Form, Layout, Origin, State};
use super::support::tree::Tree;

const REPOSITORY: &str = "/repo";
const APP: &str = "/repo/apps/web";

/// The project, and where a run finds it.
pub(crate) fn build(case: &Case) -> (Tree, Found) {
    let mut tree = Tree::default();
    let project = Files { case };
    project.write(&mut tree);
    let root = project.root();
    let config = format!("{root}/{}", if case.runtime.is_now() { "now.json" } else { "vercel.json" });
    (tree, Found { root: root.into(), config: Some(config.into()) })
}

struct Files<'c> {
    case: &'c Case,
}

impl Files<'_> {
    /// The folder of the function's code.
    fn app(&self) -> &'static str {
        if self.case.layout.is_workspace() { APP } else { REPOSITORY }
    }

    /// The folder that is deployed. Now had no root directory: the whole workspace was.
    fn root(&self) -> &'static str {
        if self.case.runtime.is_now() { REPOSITORY } else { self.app() }
    }

    fn entry(&self) -> String {
        let file = if self.case.form == Form::Api { "api/index.js" } else { "index.js" };
        format!("{}/{file}", self.app())
    }

    fn schema(&self) -> String {
        let folder = if matches!(self.case.layout, Layout::Workspace | Layout::Shared) {
            "/repo/packages/db"
        } else {
            self.app()
        };
        format!("{folder}/prisma/schema.prisma")
    }

    /// Whether the packages of the developer lie here; after a clone they do not.
    fn is_installed(&self) -> bool {
        self.case.state != State::Missing || matches!(self.case.origin, Origin::Committed | Origin::Prebuilt)
    }

    fn write(&self, tree: &mut Tree) {
        let case = self.case;
        tree.text("/repo/.git/HEAD", "ref: refs/heads/main\n");
        self.packages(tree);
        self.config(tree);
        tree.text(&self.schema(), &self.schema_text(case.state != State::Stale));
        tree.text(&self.entry(), &self.code());
        if case.era == Era::V7 {
            let text = "import { defineConfig, env } from 'prisma/config'\n\n\
                        export default defineConfig({ datasource: { url: env('DATABASE_URL') } })\n";
            tree.text(&format!("{}/prisma.config.ts", self.schema().trim_end_matches("/prisma/schema.prisma")), text);
        }
        let is_kept_from_git = case.layout.is_custom()
            && match case.origin {
                Origin::Committed => false,
                Origin::Script => case.form == Form::Api,
                _ => true,
            };
        tree.text("/repo/.gitignore", if is_kept_from_git { "node_modules\ngenerated\n" } else { "node_modules\n" });
        if case.state == State::NotUploaded {
            let name = if case.runtime.is_now() { ".nowignore" } else { ".vercelignore" };
            tree.text(&format!("{}/{name}", self.root()), "README.md\n*query?engine-*\n");
        }
        if self.is_installed() {
            self.client(tree);
        }
        if case.origin == Origin::Prebuilt {
            tree.wait();
            self.output(tree);
        }
    }

    fn packages(&self, tree: &mut Tree) {
        let case = self.case;
        let (era, engines) = (case.era, json!({ "node": self.node_range() }));
        let mut scripts = Map::new();
        if matches!(case.origin, Origin::Script | Origin::Prebuilt) {
            let schema = match (case.layout, case.era.is_photon()) {
                (Layout::Workspace | Layout::Shared, false) => " --schema packages/db/prisma/schema.prisma",
                (Layout::WorkspaceCustom, false) => " --schema apps/web/prisma/schema.prisma",
                _ => "",
            };
            scripts.insert("postinstall".into(), format!("{}{schema}", era.generate()).into());
        }
        if case.origin == Origin::Prebuilt {
            scripts.insert("deploy".into(), "vercel build --prod && vercel deploy --prebuilt --prod".into());
        }
        let (mut own, mut development) = (Map::new(), Map::new());
        if !era.has_photon_names() {
            own.insert(era.package().into(), era.version().into());
        }
        if era.engine().is_none() {
            own.insert("@prisma/adapter-pg".into(), era.version().into());
        }
        // Without the command line the client's package generates nothing when it is installed.
        let has_cli = !era.generates_on_install() || !matches!(case.origin, Origin::Never | Origin::Committed);
        if has_cli {
            development.insert(era.cli().into(), self.cli_version().into());
        }
        let package = |name: &str| json!({ "name": name, "private": true, "engines": engines });
        let mut top = package("shop");
        if case.layout.is_workspace() {
            top["workspaces"] = json!(["apps/*", "packages/*"]);
            let mut app = package("web");
            let mut shared = json!({ "name": "@shop/db", "private": true, "main": "index.js" });
            if case.layout == Layout::Shared {
                app["dependencies"] = json!({ "@shop/db": "*" });
                shared["dependencies"] = own.clone().into();
                tree.text("/repo/packages/db/index.js", &self.client_code(era.package(), "exports.client = "));
                if self.is_installed() {
                    tree.link("/repo/node_modules/@shop/db", "../../packages/db");
                }
            } else {
                app["dependencies"] = own.clone().into();
            }
            tree.text("/repo/apps/web/package.json", &app.to_string());
            tree.text("/repo/packages/db/package.json", &shared.to_string());
        } else {
            top["dependencies"] = own.clone().into();
        }
        top["scripts"] = scripts.into();
        top["devDependencies"] = development.into();
        if case.layout == Layout::Pnpm {
            top["packageManager"] = "pnpm@9.15.0".into();
            tree.text("/repo/pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
        }
        tree.text("/repo/package.json", &top.to_string());
        if self.is_installed() {
            if has_cli {
                let text = json!({ "name": era.cli(), "version": self.cli_version() }).to_string();
                tree.text(&format!("/repo/node_modules/{}/package.json", era.cli()), &text);
            }
            if era.engine().is_none() {
                let package = json!({ "name": "@prisma/adapter-pg", "version": era.version(), "main": "index.js" });
                tree.text("/repo/node_modules/@prisma/adapter-pg/package.json", &package.to_string());
                tree.text("/repo/node_modules/@prisma/adapter-pg/index.js", "exports.PrismaPg = class PrismaPg {}\n");
            }
        }
    }

    fn cli_version(&self) -> &'static str {
        let is_other = self.case.state == State::OtherVersion && self.case.origin == Origin::Script;
        match self.case.era {
            era if !is_other => era.version(),
            Era::Preview017 => "2.0.0-preview019",
            Era::Beta => "2.0.0-beta.5",
            Era::V2_16 => "2.14.0",
            Era::V2_30 => "2.24.0",
            Era::V3_12 | Era::V3_15 => "3.14.0",
            Era::V4 => "4.8.0",
            Era::V5 => "5.10.0",
            Era::V6 | Era::V6Client => "6.17.0",
            Era::V7 => "7.2.0",
            era => era.version(),
        }
    }

    fn node_range(&self) -> String {
        match self.case.runtime.node() {
            8 => "8.10.x".to_owned(),
            major => format!("{major}.x"),
        }
    }

    fn config(&self, tree: &mut Tree) {
        let case = self.case;
        let below = |path: &str| path.trim_start_matches(self.root()).trim_start_matches('/').to_owned();
        let src = below(&self.entry());
        let mut options = Map::new();
        if case.state == State::Excluded {
            options.insert("excludeFiles".into(), "**/*query?engine-*".into());
        }
        let (name, text) = if case.runtime.is_now() {
            let build = json!({ "src": src, "use": "@now/node@1.2.1", "config": options });
            ("now.json", json!({ "version": 2, "builds": [build], "env": { "DATABASE_URL": "@database-url" } }))
        } else if case.form == Form::Builds {
            ("vercel.json", json!({ "builds": [{ "src": src, "use": "@vercel/node", "config": options }] }))
        } else {
            options.insert("maxDuration".into(), 10.into());
            if case.runtime.arch() != nowcheck::platform::targets::Arch::X86_64 {
                options.insert("architecture".into(), "arm64".into());
            }
            let functions: Map<String, Value> = Map::from_iter([(src, options.into())]);
            ("vercel.json", json!({ "functions": functions }))
        };
        tree.text(&format!("{}/{name}", self.root()), &format!("{text:#}\n"));
    }

    /// The targets in the generator; none where it has no list.
    fn listed(&self) -> Option<Vec<&'static str>> {
        let case = self.case;
        let is_made_there = !matches!(case.origin, Origin::Committed | Origin::Prebuilt);
        case.era.engine()?;
        match case.state {
            State::RightAlone => Some(vec![case.best()]),
            State::RightAmongOthers => Some(vec!["native", case.best()]),
            State::Mac | State::Windows if case.origin == Origin::Prebuilt => None,
            _ => match case.wrong_target() {
                Some(target) => Some(vec![target]),
                None if !is_made_there => Some(vec!["native", case.best()]),
                None => (case.form == Form::Builds).then(|| vec!["native"]),
            },
        }
    }

    /// What `native` is where the client that lies here was generated.
    fn native(&self) -> &'static str {
        if self.case.state == State::Windows { "windows" } else { "darwin" }
    }

    /// The targets of the client that lies here.
    fn targets(&self) -> Vec<&'static str> {
        if self.case.era.engine().is_none() {
            return Vec::new();
        }
        if self.case.origin == Origin::Committed && self.case.state == State::Right {
            return vec![self.case.best()];
        }
        let listed = self.listed().unwrap_or_else(|| vec!["native"]);
        let mut targets: Vec<_> =
            listed.into_iter().map(|name| if name == "native" { self.native() } else { name }).collect();
        targets.dedup();
        targets
    }

    fn schema_text(&self, is_new: bool) -> String {
        let case = self.case;
        let provider = if case.era.is_photon() { "photonjs" } else { "prisma-client-js" };
        let mut lines = vec![format!("provider = \"{provider}\"")];
        if case.layout.is_custom() {
            lines.push("output = \"../generated/client\"".to_owned());
        }
        if case.era == Era::V6Client {
            lines.push("engineType = \"client\"".to_owned());
        }
        if let Some(listed) = self.listed() {
            let key = if case.era == Era::Preview12 { "platforms" } else { "binaryTargets" };
            let listed = listed.iter().map(|target| format!("\"{target}\"")).collect::<Vec<_>>().join(", ");
            lines.push(format!("{key} = [{listed}]"));
        }
        let url = if case.era == Era::V7 { "" } else { "  url = env(\"DATABASE_URL\")\n" };
        let note = if is_new { "" } else { "  note String?\n" };
        format!(
            "datasource db {{\n  provider = \"postgresql\"\n{url}}}\n\ngenerator client {{\n  {}\n}}\n\n\
             model Order {{\n  id Int @id\n  total Int\n{note}}}\n",
            lines.join("\n  ")
        )
    }

    /// Makes a client behind `keep`.
    fn client_code(&self, from: &str, keep: &str) -> String {
        let class = if self.case.era.is_photon() { "Photon" } else { "PrismaClient" };
        let (import, arguments) = match self.case.era.engine() {
            Some(_) => ("", ""),
            None => (
                "const { PrismaPg } = require('@prisma/adapter-pg')\n",
                "{ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) }",
            ),
        };
        format!("const {{ {class} }} = require('{from}')\n{import}\n{keep}new {class}({arguments})\n")
    }

    fn code(&self) -> String {
        let case = self.case;
        let up = if case.form == Form::Api { "../" } else { "./" };
        let client = match case.layout {
            Layout::Shared => "const { client } = require('@shop/db')\n".to_owned(),
            layout if layout.is_custom() => self.client_code(&format!("{up}generated/client"), "const client = "),
            _ => self.client_code(case.era.package(), "const client = "),
        };
        let (query, answer) = if case.era.is_photon() {
            ("orders()", "end(JSON.stringify(orders))")
        } else {
            ("order.findMany()", "json(orders)")
        };
        format!(
            "{client}\nmodule.exports = async (request, response) => {{\n  const orders = await client.{query}\n  \
             response.{answer}\n}}\n"
        )
    }

    fn made(
        &self,
        runtime: &'static str,
        engines: Vec<(&'static str, Option<super::support::faults::Fault>)>,
    ) -> Client<'_> {
        let output = if self.case.layout.is_custom() { "generated/client" } else { "node_modules/.prisma/client" };
        // What a generator that ran before the last change of the schema copied.
        let schema = self.schema_text(true);
        Client { case: self.case, engines, named: self.targets(), schema, runtime, output }
    }

    /// The client where its generator puts it, and the package that leads to it.
    fn client(&self, tree: &mut Tree) {
        let (case, engines) = (self.case, engines(self.case, &self.targets()));
        let package =
            json!({ "name": case.era.package(), "version": case.era.version(), "main": "index.js" }).to_string();
        let modules = match case.layout {
            Layout::Pnpm => {
                let store = format!(".pnpm/@prisma+client@{0}_prisma@{0}/node_modules", case.era.version());
                tree.link("/repo/node_modules/@prisma/client", &format!("../{store}/@prisma/client"));
                format!("/repo/node_modules/{store}")
            }
            _ => "/repo/node_modules".to_owned(),
        };
        if case.layout.is_custom() {
            self.made("./runtime", engines).write(tree, &format!("{}/generated/client", self.app()));
        } else if case.era.is_photon() {
            let folder = format!("{modules}/{}", case.era.package());
            self.made("./runtime", engines).write(tree, &folder);
            tree.text(&format!("{folder}/package.json"), &package);
        } else if case.origin != Origin::Never {
            self.made("@prisma/client/runtime", engines).write(tree, &format!("{modules}/.prisma/client"));
        }
        if !case.era.is_photon() {
            let folder = format!("{modules}/@prisma/client");
            tree.text(&format!("{folder}/package.json"), &package);
            tree.text(&format!("{folder}/index.js"), "module.exports = { ...require('.prisma/client/index') }\n");
            for file in ["index", "library", "client"] {
                let text = "exports.getPrismaClient = config => class PrismaClient {}\n";
                tree.text(&format!("{folder}/runtime/{file}.js"), text);
            }
        }
    }

    /// `.vercel/output`, as `vercel build` left it: the function's folder holds its files at their places.
    fn output(&self, tree: &mut Tree) {
        let case = self.case;
        let output = format!("{}/.vercel/output", self.root());
        let function = format!("{output}/functions/api/index.func");
        let below = if case.layout.is_workspace() { "apps/web/" } else { "" };
        let handler = format!("{below}api/index.js");
        let arch = if case.runtime.arch() == nowcheck::platform::targets::Arch::X86_64 { "x86_64" } else { "arm64" };
        let config = json!({
            "handler": handler,
            "runtime": format!("nodejs{}.x", case.runtime.node()),
            "architecture": arch,
            "environment": {},
        });
        tree.text(&format!("{function}/.vc-config.json"), &config.to_string());
        tree.text(&format!("{function}/{handler}"), &self.code());
        let engines = engines(case, &self.targets());
        let (runtime, folder) = match case.layout {
            Layout::Custom | Layout::WorkspaceCustom => ("./runtime", format!("{below}generated/client")),
            _ if case.era.is_photon() => ("./runtime", format!("node_modules/{}", case.era.package())),
            _ => ("@prisma/client/runtime", "node_modules/.prisma/client".to_owned()),
        };
        self.made(runtime, engines).write(tree, &format!("{function}/{folder}"));
        tree.text(&format!("{output}/builds.json"), &json!({ "builds": [] }).to_string());
        tree.text(&format!("{output}/config.json"), r#"{ "version": 3 }"#);
    }
}
