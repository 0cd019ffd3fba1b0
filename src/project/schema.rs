//! Prisma schemas: what their generators and datasources say. Where they lie is in `schemas`.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::base::paths;
use crate::document::{Document, Node, Path};

/// A `schema.prisma` (or the `project.prisma` of 2019), or the file of a schema of several files that holds its generator.
#[derive(Debug)]
pub struct Schema {
    document: Arc<Document>,
    /// The other files of the same schema.
    beside: Vec<Arc<Document>>,
}

/// A generator block that makes a JavaScript client.
#[derive(Debug, Clone)]
pub struct Generator<'s> {
    /// `generator.client`.
    pub path: Path,
    /// The value of `provider`.
    pub provider: &'s str,
    node: Node<'s>,
}

/// What a generator's target list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// No list: `["native"]`.
    Default,
    /// A list in the file.
    Listed(Vec<String>),
    /// `env("X")`: known on the machine that generates.
    Environment(String),
}

impl<'s> Generator<'s> {
    /// The key that holds the targets: `binaryTargets`, or `platforms` in Photon's days.
    pub fn targets_key(&self) -> Option<&'static str> {
        ["binaryTargets", "platforms"].into_iter().find(|key| self.node.get(key).is_some())
    }

    /// The targets.
    pub fn targets(&self) -> Targets {
        let Some(node) = self.targets_key().and_then(|key| self.node.get(key)) else { return Targets::Default };
        match environment(node) {
            Some(name) => Targets::Environment(name.to_owned()),
            None => Targets::Listed(node.strings().into_iter().map(str::to_owned).collect()),
        }
    }

    /// The path of the target list, or of the generator where there is none.
    pub fn targets_path(&self) -> Path {
        self.targets_key().map_or_else(|| self.path.clone(), |key| self.path.key(key))
    }

    /// A string of the block.
    pub fn text(&self, key: &str) -> Option<&'s str> {
        self.node.get(key)?.as_str()
    }

    /// The strings of a list of the block, or its one string.
    pub fn texts(&self, key: &str) -> Vec<&'s str> {
        self.node.get(key).map(Node::strings).unwrap_or_default()
    }

    /// Whether the client runs without a query engine file, as far as the block says so.
    pub fn is_engineless(&self) -> bool {
        self.text("engineType") == Some("client") || self.texts("previewFeatures").contains(&"queryCompiler")
    }
}

/// The name in `env("NAME")`.
pub fn environment(node: Node<'_>) -> Option<&str> {
    node.get("env")?.item(0)?.as_str()
}

/// Where the database is, as a datasource block says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Url<'s> {
    /// The URL itself, escapes resolved. It may hold a password.
    Literal(&'s str),
    /// `env("NAME")`.
    Environment(&'s str),
}

/// A datasource block.
#[derive(Debug, Clone)]
pub struct Datasource<'s> {
    /// The schema that it is part of.
    pub schema: &'s Schema,
    /// The file of the schema that it stands in.
    pub document: &'s Document,
    /// `datasource.db`.
    pub path: Path,
    node: Node<'s>,
}

impl<'s> Datasource<'s> {
    /// `postgresql`, `mysql`, ...; Photon's `postgres` is another word for the first. None for `env(...)`, and for lists of before 2.22.
    pub fn provider(&self) -> Option<&'s str> {
        self.node.get("provider")?.as_str()
    }

    /// `url`: what the client connects to. None where it is absent, as with Prisma 7, or neither a string nor a variable.
    pub fn url(&self) -> Option<Url<'s>> {
        let node = self.node.get("url")?;
        environment(node).map(Url::Environment).or_else(|| node.as_str().map(Url::Literal))
    }

    /// The path of `url`, or of the block where it has none.
    pub fn url_path(&self) -> Path {
        if self.node.get("url").is_some() { self.path.key("url") } else { self.path.clone() }
    }
}

impl Schema {
    /// A schema from its text.
    pub fn new(document: Document) -> Self {
        Self { document: Arc::new(document), beside: Vec::new() }
    }

    /// A schema of several files: the one with the generator, and the others.
    pub(super) fn of_files(document: Arc<Document>, beside: Vec<Arc<Document>>) -> Self {
        Self { document, beside }
    }

    /// The document; of a schema of several files, the one with the generator.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// All files of the schema, the one with the generator first.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        std::iter::once(&self.document).chain(&self.beside).map(|document| &**document)
    }

    /// Its folder: of the file with the generator, which `output` is relative to.
    pub fn folder(&self) -> &Utf8Path {
        self.document.file().parent().unwrap_or(Utf8Path::new("/"))
    }

    /// The generators of JavaScript clients: `photonjs`, `prisma-client-js`, `prisma-client`.
    pub fn generators(&self) -> Vec<Generator<'_>> {
        let Some(blocks) = self.document.root().and_then(|root| root.get("generator")) else { return Vec::new() };
        blocks
            .members()
            .filter_map(|(member, node)| {
                let provider = node.get("provider")?.as_str()?;
                let path = Path::keys(["generator", &member.key]);
                is_client_provider(provider).then_some(Generator { path, provider, node })
            })
            .collect()
    }

    /// The datasource blocks. Prisma takes one; a file that is being written may have more.
    pub fn datasources(&self) -> Vec<Datasource<'_>> {
        let root = self.documents().filter_map(|document| Some((document, document.root()?.get("datasource")?)));
        root.flat_map(|(document, blocks)| {
            let path = |key: &str| Path::keys(["datasource", key]);
            blocks.members().map(move |(member, node)| Datasource {
                schema: self,
                document,
                path: path(&member.key),
                node,
            })
        })
        .collect()
    }

    /// Where `generator` writes its client, absolute, if the block says so: relative to the schema's folder.
    pub fn output(&self, generator: &Generator<'_>) -> Option<Utf8PathBuf> {
        generator.text("output").map(|output| paths::normalize(&self.folder().join(output)))
    }
}

/// Whether a generator's provider makes a JavaScript client.
pub fn is_client_provider(provider: &str) -> bool {
    matches!(provider, "photonjs" | "prisma-client-js" | "prisma-client")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasources_tell_where_the_database_is() {
        for (provider, url, expected) in [
            ("\"postgresql\"", "env(\"DB\")", (Some("postgresql"), Some(Url::Environment("DB")))),
            ("[\"postgresql\", \"sqlite\"]", "\"file:\\\"a\"", (None, Some(Url::Literal("file:\"a")))),
            ("env(\"P\")", "[]", (None, None)),
        ] {
            let text = format!("datasource db {{\n  provider = {provider}\n  url = {url}\n}}\n");
            let schema = Schema::new(Document::prisma("schema.prisma", text));
            let [datasource] = schema.datasources().try_into().unwrap();
            assert_eq!(datasource.url_path().to_string(), "datasource.db.url");
            assert_eq!((datasource.provider(), datasource.url()), expected);
        }
        let schema = Schema::new(Document::prisma("schema.prisma", "datasource db {\n}\n"));
        let [datasource] = schema.datasources().try_into().unwrap();
        assert_eq!((datasource.url_path().to_string().as_str(), datasource.url()), ("datasource.db", None));
    }
}
