//! Generated Prisma and Photon clients, read without running them.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Project, Revealed};
use crate::base::{Fs, paths};
use crate::document::Document;

/// A client folder that `prisma generate` wrote.
#[derive(Debug)]
pub struct GeneratedClient {
    /// The folder, absolute, as it was found.
    pub folder: Utf8PathBuf,
    /// The package it is imported as (`@generated/photon`), or none where it lies at an output of the project's own.
    pub package: Option<&'static str>,
    /// Its `index.js`; `client.ts` of the generator `prisma-client`.
    pub index: Document,
    /// What its code says of it.
    pub revealed: Revealed,
    /// Candidates for engine files in the folder and its `runtime/`, absolute, sorted.
    pub engine_files: Vec<Utf8PathBuf>,
    /// Whether it has the engine under its name of before 2019-07-31: `runtime/prisma`.
    pub has_runtime_prisma: bool,
}

/// Endings of the files of the generator `prisma-client`, as written or as compiled since.
const ENDINGS: [&str; 5] = ["ts", "mts", "cts", "js", "mjs"];

/// Packages that hold a generated client, newest layout first.
const PACKAGES: [(&str, &str); 4] = [
    (".prisma/client", "@prisma/client"),
    ("@prisma/photon", "@prisma/photon"),
    ("@generated/photon", "@generated/photon"),
    ("@prisma/client", "@prisma/client"),
];

impl GeneratedClient {
    fn read(project: &Project<'_>, folder: &Utf8Path, package: Option<&'static str>) -> Option<Self> {
        let read = |name: &str| {
            let path = folder.join(name);
            Some(Document::source(&path, project.fs().read_to_string(&path).ok()?))
        };
        // The generator `prisma-client` has its configuration in a file of its own since 6.7.
        let inner = || ENDINGS.iter().find_map(|ending| read(&format!("internal/class.{ending}")));
        let outer = || ENDINGS.iter().find_map(|ending| read(&format!("client.{ending}")));
        let (index, inner) = match read("index.js") {
            Some(index) => (index, None),
            None => (outer()?, inner()),
        };
        let revealed = Revealed::of(inner.as_ref().unwrap_or(&index).text());
        let engine_files = [folder.to_owned(), folder.join("runtime")]
            .iter()
            .flat_map(|folder| {
                let names = project.fs().read_dir(folder).unwrap_or_default();
                names.into_iter().filter(|entry| is_engine_like(&entry.name)).map(|entry| folder.join(entry.name))
            })
            .collect();
        let has_runtime_prisma = project.fs().is_file(&folder.join("runtime/prisma"));
        Some(Self { folder: folder.to_owned(), package, index, revealed, engine_files, has_runtime_prisma })
    }

    /// The client that `file` imports as `package`: the nearest one above it, else the first.
    pub fn nearest(project: &Project<'_>, file: &Utf8Path, package: &str) -> Option<usize> {
        let clients = project.clients();
        let real = |folder: &Utf8Path| project.fs().canonicalize(folder).ok();
        let at = |folder: &Utf8Path| {
            let modules = folder.join("node_modules");
            let installed = real(&modules.join(package))?;
            let beside = real(&paths::normalize(&installed.join("../../.prisma/client")));
            let of_package = clients.iter().enumerate().filter(|(_, client)| client.package == Some(package));
            let mut places = of_package.filter_map(|(index, client)| Some((index, real(&client.folder)?)));
            places.find(|(_, place)| Some(place) == beside.as_ref() || *place == installed).map(|(index, _)| index)
        };
        let mut folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(project.repository()));
        folders.find_map(at).or_else(|| clients.iter().position(|client| client.package == Some(package)))
    }

    /// The text of the schema that it was generated from: the copy beside it, or the one in its code.
    pub fn schema(&self, fs: &dyn Fs) -> Option<String> {
        fs.read_to_string(&self.folder.join("schema.prisma")).ok().or_else(|| self.revealed.schema.clone())
    }

    /// Whether it is the stub that `@prisma/client` carries until generate has run.
    pub fn is_stub(&self) -> bool {
        self.index.text().contains("did not initialize yet")
    }

    /// Engine file names that the client joins to its own folder, as a sign to file tracers: `runtime/query-engine-rhel-openssl-1.0.x`.
    pub fn annotations(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, _) in self.index.text().match_indices("path.join(__dirname") {
            let call = &self.index.text()[at..];
            let call = &call[..call.find(')').unwrap_or(call.len())];
            let argument = call.split(['\'', '"', '`']).nth(1).filter(|argument| is_engine_like(argument));
            found.extend(argument.filter(|argument| !argument.contains("${")));
        }
        found
    }

    /// The commit of the engine that the client was generated with (40 hex digits).
    pub fn engine_version(&self) -> Option<&str> {
        let said = self.revealed.engine_version.as_deref();
        said.or_else(|| self.value("engineVersion").filter(|value| value.len() == 40))
    }

    /// The version of Prisma that generated it.
    pub fn client_version(&self) -> Option<&str> {
        let said = self.revealed.client_version.as_deref();
        said.or_else(|| self.value("clientVersion")).or_else(|| self.value("client:"))
    }

    /// The folder of the schema as the client notes it, relative to its own folder.
    pub fn schema_folder(&self) -> Option<&str> {
        self.value("relativePath")
    }

    /// Whether it was generated without an engine (`--no-engine`).
    pub fn has_no_engine(&self) -> bool {
        let text = self.index.text();
        let said = self.revealed.copy_engine.map(|copies| !copies);
        said.unwrap_or_else(|| text.contains("\"copyEngine\": false") || text.contains("\"copyEngine\":false"))
    }

    /// Whether it reaches databases through Prisma's proxy alone: it has neither an engine nor a query compiler.
    pub fn is_proxy_only(&self) -> bool {
        self.has_no_engine() && !self.index.text().contains("query_compiler")
    }

    /// Whether its engine is WASM inside the package: nothing to match with a platform.
    pub fn is_engineless(&self) -> bool {
        let text = self.index.text();
        text.contains("query_compiler")
            || self.revealed.engine_type.as_deref() == Some("client")
            || (self.has_no_engine() && self.engine_files.is_empty())
    }

    /// The string behind `key` in the generated configuration.
    fn value(&self, key: &str) -> Option<&str> {
        let text = self.index.text();
        let behind = &text[text.find(key)? + key.len()..];
        let behind = behind.trim_start_matches(['"', '\'', ':', ' ']);
        let value = behind.split(['"', '\'', '\n', ',', '}']).next()?;
        (!value.is_empty() && value.len() <= 64).then_some(value)
    }
}

/// Words in the paths that generators are told to write to.
const CLIENT_FOLDERS: [&str; 4] = ["photon", "prisma", "generated", "client"];

/// Whether a file name looks like a query engine's. What it really is, `engine` decides.
pub fn is_engine_like(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let is_code = [".js", ".ts", ".mjs", ".map", ".json", ".md"].iter().any(|ending| name.ends_with(ending));
    !is_code && (name.starts_with("query-engine-") || name.contains("query_engine-") || name == "query_engine_bg.wasm")
}

/// The clients of a project: in its `node_modules` (and those above, up to the repository), at the generators' outputs, and among the uploaded files.
pub(super) fn find(project: &Project<'_>) -> Vec<GeneratedClient> {
    if project.is_isolated() {
        return Vec::new();
    }
    let mut found: Vec<GeneratedClient> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |folder: Utf8PathBuf, package| {
        let real = project.fs().canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        if seen.insert(real) {
            found.extend(GeneratedClient::read(project, &folder, package).filter(is_generated));
        }
    };
    for modules in project.root().ancestors().take_while(|folder| folder.starts_with(project.repository())) {
        let modules = modules.join("node_modules");
        for (folder, package) in PACKAGES {
            add(modules.join(folder), Some(package));
        }
        // pnpm: the client lies beside the real @prisma/client.
        if let Ok(real) = project.fs().canonicalize(&modules.join("@prisma/client")) {
            add(paths::normalize(&real.join("../../.prisma/client")), Some("@prisma/client"));
        }
    }
    // The packages of a workspace, each with what was installed beside it, and what Yarn's Plug'n'Play unpacks.
    for folder in project.workspace().iter().filter(|folder| uses_prisma(project, folder)) {
        let modules = folder.join("node_modules");
        add(modules.join(".prisma/client"), Some("@prisma/client"));
        if let Ok(real) = project.fs().canonicalize(&modules.join("@prisma/client")) {
            add(paths::normalize(&real.join("../../.prisma/client")), Some("@prisma/client"));
        }
    }
    let unplugged = project.repository().join(".yarn/unplugged");
    let names = project.fs().read_dir(&unplugged).unwrap_or_default().into_iter().map(|entry| entry.name);
    for name in names.filter(|name| name.starts_with("@prisma-client-")) {
        add(unplugged.join(name).join("node_modules/.prisma/client"), Some("@prisma/client"));
    }
    for schema in project.schemas() {
        for generator in schema.generators() {
            if let Some(output) = schema.output(&generator) {
                add(output, None);
            }
        }
    }
    for folder in uploaded_folders(project) {
        add(project.root().join(folder), None);
    }
    found
}

fn uses_prisma(project: &Project<'_>, folder: &Utf8Path) -> bool {
    project.package_in(folder).is_some_and(|package| package.dependency("@prisma/client").is_some())
}

fn is_generated(client: &GeneratedClient) -> bool {
    let text = client.index.text();
    client.revealed.client_version.is_some()
        || client.package == Some("@generated/photon")
        || client.has_runtime_prisma
        || !client.engine_files.is_empty()
        || text.contains("query-engine")
        || text.contains("query_engine")
        || text.contains("engineVersion")
}

/// Uploaded folders with an `index.js` that may be a client: something that only a client has lies beside it, or the folder is called so.
fn uploaded_folders<'p>(project: &'p Project<'_>) -> BTreeSet<&'p str> {
    let mut folders = BTreeSet::new();
    for file in project.files() {
        let (parent, name) = file.rsplit_once('/').unwrap_or(("", file));
        let is_main =
            name == "index.js" || name.strip_prefix("client.").is_some_and(|ending| ENDINGS.contains(&ending));
        let is_called_so = is_main && CLIENT_FOLDERS.iter().any(|word| parent.contains(word));
        if is_called_so
            || name == "schema.prisma"
            || is_engine_like(name)
            || parent.ends_with("/runtime")
            || parent == "runtime"
        {
            folders.insert(parent.strip_suffix("/runtime").unwrap_or(parent));
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    fn code(version: &str) -> String {
        format!(
            "const config = {{\n  \"clientVersion\": \"{version}\",\n  \"engineVersion\": \"c2990dca591cba766e3b7ef5d9e8a84796e47ab7\",\n  \"copyEngine\": true\n}}\n"
        )
    }

    /// The folders of the clients found, with their versions, and the one that a file of `packages/db` imports.
    fn clients(files: &[(&str, &str)]) -> (Vec<(String, String)>, Option<String>) {
        let package = r#"{"name": "db", "dependencies": {"@prisma/client": "6.0.0"}}"#;
        let fs = MemoryFs::new()
            .with("/r/package.json", r#"{"workspaces": ["packages/*"]}"#)
            .with("/r/packages/db/package.json", package);
        let fs = files.iter().fold(fs, |fs, (path, text)| fs.with(&format!("/r/{path}"), *text));
        let project = Project::new(&fs, "/r".into(), "/r".into(), None, Platform::Vercel);
        let told = |client: &GeneratedClient| {
            (project.relative(&client.folder), client.client_version().unwrap_or_default().to_owned())
        };
        let nearest = GeneratedClient::nearest(&project, Utf8Path::new("/r/packages/db/src/a.ts"), "@prisma/client");
        (project.clients().iter().map(told).collect(), nearest.map(|index| told(&project.clients()[index]).1))
    }

    #[test]
    fn clients_are_found_in_every_layout() {
        let generated = |folder: &str| format!("{folder}/index.js");
        let (one, other) = (code("6.0.0"), code("6.1.0"));
        let installed = ("node_modules/@prisma/client/package.json", "{}");
        let nested = ("packages/db/node_modules/@prisma/client/package.json", "{}");
        let unplugged = ".yarn/unplugged/@prisma-client-virtual-abc/node_modules/.prisma/client";
        for (files, expected, nearest) in [
            (vec![("node_modules/.prisma/client", &one)], vec!["node_modules/.prisma/client"], Some("6.0.0")),
            (
                vec![("node_modules/.prisma/client", &one), ("packages/db/node_modules/.prisma/client", &other)],
                vec!["node_modules/.prisma/client", "packages/db/node_modules/.prisma/client"],
                Some("6.1.0"),
            ),
            (vec![(unplugged, &one)], vec![unplugged], Some("6.0.0")),
        ] {
            let files: Vec<(String, &String)> = files.iter().map(|(folder, text)| (generated(folder), *text)).collect();
            let mut files: Vec<(&str, &str)> =
                files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
            files.extend([installed, nested]);
            let (found, of_package) = clients(&files);
            assert_eq!(found.iter().map(|(folder, _)| folder.as_str()).collect::<Vec<_>>(), expected);
            assert_eq!(of_package.as_deref(), nearest, "{expected:?}");
        }
    }

    #[test]
    fn a_client_in_typescript_is_read_where_its_configuration_stands() {
        let schema = "generator client {\n  provider = \"prisma-client\"\n  output = \"../src/generated/prisma\"\n}\n";
        let class = code("7.0.0").replace("const config = ", "const config: runtime.GetPrismaClientConfig = ");
        let (found, _) = clients(&[
            ("prisma/schema.prisma", schema),
            ("src/generated/prisma/client.ts", "import * as $Class from './internal/class.ts'\n"),
            ("src/generated/prisma/internal/class.ts", &class),
            // A file of the project's own that is called so.
            ("src/prisma/client.ts", "export const prisma = new PrismaClient()\n"),
        ]);
        assert_eq!(found, [("src/generated/prisma".to_owned(), "7.0.0".to_owned())]);
    }
}
