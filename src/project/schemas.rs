//! Where the Prisma schemas of a project lie.
//!
//! Source: the lookup in the command lines of Prisma 2.14 to 7.0 (`schema.prisma`, then `prisma/schema.prisma`, then the folder `prisma/schema`),
//! of `prisma2` (`project.prisma`).

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8Path;

use super::schema::is_client_provider;
use super::{PackageJson, PrismaConfig, Project, Schema};
use crate::base::fs::FileKind;
use crate::base::{Fs, paths};
use crate::document::{Document, Node};

/// Where the command line looks when it is told nothing.
const USUAL: [&str; 5] =
    ["schema.prisma", "prisma/schema.prisma", "prisma/schema", "prisma/project.prisma", "project.prisma"];

/// Files and folders of one schema before the rest is left out.
const MAX_FILES: usize = 2_000;

/// The schemas of a project: what package.json, prisma.config or a script names and where the CLI looks, in the project and then in the packages
/// installed with it, then any other uploaded `.prisma` file with a client generator.
pub(super) fn find(project: &Project<'_>) -> Vec<Schema> {
    if project.is_isolated() {
        return Vec::new();
    }
    let fs = project.fs();
    let own = in_folder(fs, project.root(), project.package(), project.prisma_config());
    if !own.is_empty() {
        return own;
    }
    let in_packages = project.workspace().iter().map(|folder| {
        in_folder(fs, folder, project.package_in(folder).as_deref(), PrismaConfig::find(fs, folder).as_ref())
    });
    if let Some(found) = in_packages.into_iter().find(|found| !found.is_empty()) {
        return found;
    }
    let others = project.files().iter().filter(|file| file.ends_with(".prisma") && !file.contains("migrations/"));
    let paths = others.map(|file| project.root().join(file)).filter(|path| !is_copy(fs, path));
    let documents: Vec<_> = paths.filter_map(|path| read(fs, &path)).collect();
    by_folder(documents)
}

/// The schemas that the command line finds in a folder, the one that it takes by itself first.
fn in_folder(
    fs: &dyn Fs,
    folder: &Utf8Path,
    package: Option<&PackageJson>,
    config: Option<&PrismaConfig>,
) -> Vec<Schema> {
    let at = |path: &str| paths::normalize(&folder.join(path));
    let named = config.and_then(PrismaConfig::schema).map(Utf8Path::to_owned);
    let named = named.or_else(|| package?.text(&["prisma", "schema"]).map(at));
    let usual = USUAL.into_iter().map(at);
    let first = named.into_iter().chain(usual).map(|path| at_path(fs, &path)).find(|found| !found.is_empty());
    let mut found = first.unwrap_or_default();
    // Of a project with several databases, each script names its schema.
    for path in package.map(named_in_scripts).unwrap_or_default() {
        let path = at(&path);
        let is_known = |schema: &Schema| schema.documents().any(|document| document.file().starts_with(&path));
        if !found.iter().any(is_known) {
            found.extend(at_path(fs, &path));
        }
    }
    found
}

/// What the scripts of a package give to `--schema`.
fn named_in_scripts(package: &PackageJson) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, script) in package.scripts().filter(|(_, script)| script.contains("prisma")) {
        let mut words =
            script.split(|c: char| c.is_whitespace() || "&|;()".contains(c)).filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            let value = if word == "--schema" { words.next() } else { word.strip_prefix("--schema=") };
            found.extend(
                value.map(|value| value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.contains('$')),
            );
        }
    }
    found
}

/// The schema at a path: a file, or all files of a folder.
fn at_path(fs: &dyn Fs, path: &Utf8Path) -> Vec<Schema> {
    if !fs.is_dir(path) {
        return read(fs, path)
            .filter(|document| makes_client(document))
            .map(|one| Schema::of_files(one, Vec::new()))
            .into_iter()
            .collect();
    }
    let (mut files, mut folders) = (Vec::new(), vec![path.to_owned()]);
    while let Some(folder) = folders.pop().filter(|_| files.len() < MAX_FILES) {
        for entry in fs.read_dir(&folder).unwrap_or_default() {
            let path = folder.join(&entry.name);
            match entry.kind {
                FileKind::Dir
                    if folders.len() < MAX_FILES && entry.name != "node_modules" && entry.name != "migrations" =>
                {
                    folders.push(path)
                }
                FileKind::Dir => {}
                _ if entry.name.ends_with(".prisma") && !is_copy(fs, &path) => files.push(path),
                _ => {}
            }
        }
    }
    files.sort_unstable();
    of_documents(&files.iter().filter_map(|path| read(fs, path)).collect::<Vec<_>>())
}

/// The files of each folder together: one of them may hold the datasource, and another the generator.
fn by_folder(documents: Vec<Arc<Document>>) -> Vec<Schema> {
    let (whole, parts): (Vec<_>, Vec<_>) =
        documents.into_iter().partition(|document| has_block(document, "datasource"));
    let mut found: Vec<Schema> = Vec::new();
    for document in whole.iter().chain(&parts).filter(|document| makes_client(document)) {
        let folder = document.file().parent();
        let is_part = |other: &&Arc<Document>| other.file().parent() == folder && !makes_client(other);
        let beside = if has_block(document, "datasource") {
            Vec::new()
        } else {
            whole.iter().filter(is_part).cloned().collect()
        };
        found.push(Schema::of_files(Arc::clone(document), beside));
    }
    found.sort_by(|one, other| one.document().file().cmp(other.document().file()));
    found
}

/// One schema for each file with a client generator, the others beside it.
fn of_documents(documents: &[Arc<Document>]) -> Vec<Schema> {
    let makers = documents.iter().filter(|document| makes_client(document));
    makers
        .map(|maker| {
            let others = documents.iter().filter(|other| !Arc::ptr_eq(maker, other));
            Schema::of_files(Arc::clone(maker), others.cloned().collect())
        })
        .collect()
}

fn read(fs: &dyn Fs, path: &Utf8Path) -> Option<Arc<Document>> {
    Some(Arc::new(Document::of_bytes(path, fs.read(path).ok()?)))
}

fn has_block(document: &Document, keyword: &str) -> bool {
    document.root().is_some_and(|root| root.get(keyword).is_some())
}

/// Whether a generator of a JavaScript client stands in it, or one whose provider cannot be read; or whether nothing of it can be read.
fn makes_client(document: &Document) -> bool {
    if document.is_utf16() {
        return true;
    }
    let generators = document.root().and_then(|root| root.get("generator")).into_iter().flat_map(Node::members);
    let mut providers = generators.map(|(_, generator)| generator.get("provider").and_then(Node::as_str));
    providers.any(|provider| provider.is_none_or(is_client_provider))
}

/// A generated client has a copy of its schema beside it.
fn is_copy(fs: &dyn Fs, path: &Utf8Path) -> bool {
    fs.is_file(&path.with_file_name("index.js"))
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    const GENERATOR: &str = "generator client {\n  provider = \"prisma-client-js\"\n}\n";
    const DATASOURCE: &str = "datasource db {\n  provider = \"sqlite\"\n  url = \"file:a\"\n}\n";

    fn found(files: &[(&str, &str)]) -> Vec<(String, usize, usize)> {
        let fs = files.iter().fold(MemoryFs::new(), |fs, (path, text)| fs.with(&format!("/p/{path}"), *text));
        let root = Utf8PathBuf::from("/p");
        let project = Project::new(&fs, root.clone(), root, None, Platform::Vercel);
        let schemas = project.schemas().iter();
        schemas
            .map(|schema| {
                (project.relative(schema.document().file()), schema.documents().count(), schema.datasources().len())
            })
            .collect()
    }

    #[test]
    fn schemas_are_found_where_they_are_named_or_usual() {
        let both = format!("{DATASOURCE}{GENERATOR}");
        let one = |path: &str, files, datasources| vec![(path.to_owned(), files, datasources)];
        assert_eq!(found(&[("prisma/project.prisma", &both)]), one("prisma/project.prisma", 1, 1));
        assert_eq!(found(&[("schema.prisma", &both), ("prisma/schema.prisma", &both)]), one("schema.prisma", 1, 1));
        assert_eq!(
            found(&[
                ("prisma/schema/a/g.prisma", GENERATOR),
                ("prisma/schema/d.prisma", DATASOURCE),
                ("prisma/schema/migrations/x.prisma", &both)
            ]),
            one("prisma/schema/a/g.prisma", 2, 1)
        );
        assert_eq!(
            found(&[
                ("package.json", r#"{"prisma": {"schema": "./db"}}"#),
                ("db/g.prisma", GENERATOR),
                ("db/models/d.prisma", DATASOURCE),
                ("schema.prisma", &both)
            ]),
            one("db/g.prisma", 2, 1)
        );
        assert_eq!(
            found(&[
                ("prisma.config.ts", "export default defineConfig({ schema: 'db/a.prisma' })"),
                ("db/a.prisma", &both),
                ("schema.prisma", &both)
            ]),
            one("db/a.prisma", 1, 1)
        );
        assert_eq!(found(&[("x/g.prisma", GENERATOR), ("x/d.prisma", DATASOURCE)]), one("x/g.prisma", 2, 1));
        assert_eq!(found(&[("schema.prisma", "generator client {\n  provider = \n}\n")]), one("schema.prisma", 1, 0));
        assert_eq!(found(&[("schema.prisma", "generator go {\n  provider = \"go run x\"\n}\n")]), []);
    }

    #[test]
    fn each_of_several_databases_has_its_schema() {
        let both = format!("{DATASOURCE}{GENERATOR}");
        let scripts = r#"{"scripts": {"a": "prisma generate && prisma generate --schema=db/b.prisma", "b": "npx prisma migrate dev --schema 'db/c.prisma'", "c": "prisma generate --schema prisma/schema.prisma"}}"#;
        let names: Vec<_> = found(&[
            ("package.json", scripts),
            ("prisma/schema.prisma", &both),
            ("db/b.prisma", &both),
            ("db/c.prisma", &both),
        ])
        .into_iter()
        .map(|found| found.0)
        .collect();
        assert_eq!(names, ["prisma/schema.prisma", "db/b.prisma", "db/c.prisma"]);
    }
}
