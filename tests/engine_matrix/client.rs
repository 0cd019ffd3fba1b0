//! Generated clients: what a tool that does not run them can see of each version's, written anew.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use nowcheck::engine::EngineKind;
use nowcheck::engine::name::file_name;
use nowcheck::platform::targets::find;

use super::cases::Case;
use super::dimensions::{Era, Origin, State};
use super::support::engines::{COMMIT, Recipe};
use super::support::faults::{BYTES, Fault};
use super::support::tree::Tree;

/// Content and mode of an engine file.
type Made = Option<(Arc<[u8]>, u32)>;
/// What an engine file is made from.
type Key = (&'static str, EngineKind, Option<Fault>);

/// The engine of a target, made once; none where it cannot have the fault.
pub(crate) fn engine(target: &'static str, kind: EngineKind, fault: Option<Fault>) -> Made {
    static KNOWN: LazyLock<Mutex<HashMap<Key, Made>>> = LazyLock::new(Mutex::default);
    let make = || {
        let found = find(target).unwrap_or_else(|| panic!("no target {target}"));
        let (bytes, mode) = match fault {
            Some(fault) => fault.file(found, kind)?,
            None => (Recipe::new(target, kind, BYTES).build(), 0o755),
        };
        Some((bytes.into(), mode))
    };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry((target, kind, fault)).or_insert_with(make).clone()
}

/// A client with the engines that lie in its folder, each with what is wrong with it.
pub(crate) struct Client<'c> {
    pub(crate) case: &'c Case,
    pub(crate) engines: Vec<(&'static str, Option<Fault>)>,
    /// Targets that its code names.
    pub(crate) named: Vec<&'static str>,
    /// The copy of the schema.
    pub(crate) schema: String,
    /// How code finds its runtime: beside it, or in the package.
    pub(crate) runtime: &'static str,
    /// Its folder from the project's.
    pub(crate) output: &'c str,
}

impl Client<'_> {
    /// Writes it to `folder`, absolute.
    pub(crate) fn write(&self, tree: &mut Tree, folder: &str) {
        let era = self.case.era;
        tree.text(&format!("{folder}/index.js"), &self.index());
        tree.text(&format!("{folder}/index.d.ts"), "export declare class PrismaClient {}\n");
        if self.runtime == "./runtime" {
            tree.text(&format!("{folder}/{}", self.runtime_file()), RUNTIME);
        }
        if era.engine().is_none() {
            tree.file(&format!("{folder}/query_compiler_bg.wasm"), Arc::from(&b"\0asm\x01\0\0\0"[..]), 0o644);
            tree.text(&format!("{folder}/query_compiler_bg.js"), "exports.QueryCompiler = class {}\n");
        }
        if !era.is_photon() {
            tree.text(&format!("{folder}/schema.prisma"), &self.schema);
        }
        for (target, fault) in &self.engines {
            let kind = era.engine().unwrap();
            let (bytes, mode) = engine(target, kind, *fault).unwrap();
            tree.file(&format!("{folder}/{}", self.engine_file(target)), bytes, mode);
        }
    }

    /// The path of an engine in the client's folder.
    fn engine_file(&self, target: &str) -> String {
        let folder = if self.case.era.is_photon() { "runtime/" } else { "" };
        let kind = self.case.era.engine().unwrap_or(EngineKind::Library);
        format!("{folder}{}", file_name(kind, target).unwrap())
    }

    fn runtime_file(&self) -> &'static str {
        match self.case.era {
            Era::V7 => "runtime/client.js",
            Era::V5 | Era::V6 | Era::V6Client => "runtime/library.js",
            _ => "runtime/index.js",
        }
    }

    fn index(&self) -> String {
        let era = self.case.era;
        let mut text = String::from("\nObject.defineProperty(exports, \"__esModule\", { value: true });\n\n");
        if era.is_photon() {
            text.push_str("const { Engine, makeModels } = require('./runtime')\nconst path = require('path')\n\n");
            for target in &self.named {
                let _ = writeln!(text, "path.join(__dirname, '{}');", self.engine_file(target));
            }
            text.push_str(PHOTON);
            return text;
        }
        let runtime = format!("{}/{}", self.runtime.trim_end_matches("/runtime"), self.runtime_file());
        let _ = writeln!(text, "const {{ getPrismaClient }} = require('{runtime}')\nconst path = require('path')\n");
        let _ = writeln!(text, "const config = {}", self.config());
        text.push_str("config.dirname = __dirname\n");
        if era.engine().is_none() {
            text.push_str(COMPILER);
        }
        text.push_str("const PrismaClient = getPrismaClient(config)\nexports.PrismaClient = PrismaClient\n\n");
        for target in &self.named {
            self.name_file(&mut text, &self.engine_file(target));
        }
        self.name_file(&mut text, "schema.prisma");
        text
    }

    /// The lines for tools that trace files.
    fn name_file(&self, text: &mut String, file: &str) {
        let _ = writeln!(text, "path.join(__dirname, \"{file}\");");
        if self.case.era >= Era::V2_30 {
            let _ = writeln!(text, "path.join(process.cwd(), \"{}/{file}\")", self.output);
        }
    }

    fn config(&self) -> String {
        let era = self.case.era;
        if era < Era::V2_30 {
            return "{ document: {}, datasources: [{ name: 'db', url: { fromEnvVar: 'DATABASE_URL' } }] }".to_owned();
        }
        let targets = |target: &&str| format!(r#"{{ "fromEnvVar": null, "value": "{target}" }}"#);
        let targets = self.named.iter().map(targets).collect::<Vec<_>>().join(", ");
        let kind = match era.engine() {
            None => "client",
            Some(EngineKind::Library) => "library",
            Some(_) => "binary",
        };
        let commit = if era.names_engine_commit() { COMMIT } else { "0c8ef2ce45c83248ab3df073180d5eda9e8be7a3" };
        format!(
            r#"{{
  "generator": {{
    "name": "client",
    "provider": {{ "fromEnvVar": null, "value": "prisma-client-js" }},
    "config": {{ "engineType": "{kind}" }},
    "binaryTargets": [{targets}],
    "previewFeatures": []
  }},
  "relativePath": "../../prisma",
  "clientVersion": "{}",
  "engineVersion": "{commit}",
  "datasourceNames": ["db"],
  "activeProvider": "postgresql",
  "copyEngine": true
}}"#,
            era.version()
        )
    }
}

/// The engines beside a client as it was generated for `targets`, and what else the state says.
pub(crate) fn engines(case: &Case, targets: &[&'static str]) -> Vec<(&'static str, Option<Fault>)> {
    let is_shipped = matches!(case.origin, Origin::Committed | Origin::Prebuilt);
    let fault = |target: &str| match case.state {
        State::Broken(fault) if target == case.best() => Some(fault),
        State::OtherVersion if is_shipped && target == case.best() => Some(Fault::OtherCommit),
        _ => None,
    };
    if case.state == State::Missing || case.era.engine().is_none() {
        return Vec::new();
    }
    targets.iter().map(|target| (*target, fault(target))).collect()
}

const RUNTIME: &str = "exports.getPrismaClient = config => class PrismaClient {}\nexports.Engine = class Engine {}\n";

const PHOTON: &str = "
class Photon {
  constructor(options) {
    this.engine = new Engine({ cwd: __dirname, options })
    makeModels(this)
  }
}
exports.Photon = Photon
";

const COMPILER: &str = "config.compilerWasm = {
  getRuntime: () => require('./query_compiler_bg.js'),
  getQueryCompilerWasmModule: async () => {
    const bytes = require('fs').readFileSync(path.join(__dirname, 'query_compiler_bg.wasm'))
    return new WebAssembly.Module(bytes)
  },
}
";
