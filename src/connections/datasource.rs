//! The datasource of a Prisma schema, and what its URL is on the platform as far as the repository tells.

use super::dotenv;
use super::url::DatabaseUrl;
use crate::document::{Node, Path};
use crate::project::schema::environment;
use crate::project::{Project, Schema};

/// A `datasource` block.
#[derive(Debug, Clone)]
pub struct Datasource<'s> {
    /// The schema it stands in.
    pub schema: &'s Schema,
    /// `datasource.db`.
    pub path: Path,
    node: Node<'s>,
}

/// What `url` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Url<'s> {
    /// The URL itself.
    Literal(&'s str),
    /// `env("X")`.
    Environment(&'s str),
}

/// Where a URL is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The schema.
    Schema,
    /// `env` of the config, at this path.
    Config(Path),
    /// This `.env` file, relative to the project: the platform may have another one.
    DotEnv(String),
}

/// A URL that the repository tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The URL.
    pub url: DatabaseUrl,
    /// Where it is from.
    pub place: Place,
}

impl Known {
    /// Whether the deployed function surely uses it.
    pub fn is_certain(&self) -> bool {
        !matches!(self.place, Place::DotEnv(_))
    }
}

impl<'s> Datasource<'s> {
    /// The datasources of the project's schemas.
    pub fn all(project: &'s Project<'_>) -> Vec<Self> {
        project.schemas().iter().flat_map(Self::of).collect()
    }

    fn of(schema: &'s Schema) -> Vec<Self> {
        let blocks = schema.document().root().and_then(|root| root.get("datasource"));
        let members = blocks.into_iter().flat_map(Node::members);
        members.map(|(member, node)| Self { schema, path: Path::keys(["datasource", &member.key]), node }).collect()
    }

    /// `postgresql`, `mysql`, ...; Photon's `postgres` is another word for the first. None for `env(...)`, and for lists of before 2.0.
    pub fn provider(&self) -> Option<&'s str> {
        let provider = self.node.get("provider")?;
        environment(provider).is_none().then(|| provider.as_str()).flatten()
    }

    /// Its `url`; none where it has none, as with Prisma 7.
    pub fn url(&self) -> Option<Url<'s>> {
        let url = self.node.get("url")?;
        environment(url).map(Url::Environment).or_else(|| url.as_str().map(Url::Literal))
    }

    /// The path of `url`, or of the block where it has none.
    pub fn url_path(&self) -> Path {
        if self.node.get("url").is_some() { self.path.key("url") } else { self.path.clone() }
    }

    /// The URL of the deployed function, as far as the repository tells.
    pub fn known(&self, project: &Project<'_>) -> Option<Known> {
        let known = |text: &str, place| Some(Known { url: DatabaseUrl::parse(text)?, place });
        let name = match self.url()? {
            Url::Literal(text) => return known(text, Place::Schema),
            Url::Environment(name) => name,
        };
        let path = Path::keys(["env", name]);
        let configured = project.config().and_then(|config| config.document().get(&path));
        if let Some(node) = configured {
            return known(node.as_str()?, Place::Config(path));
        }
        let (value, file) = dotenv::find(project, self.schema.folder(), name)?;
        known(&value, Place::DotEnv(file))
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::platform::Platform;
    use crate::project::Config;

    fn known(config: &str, url: &str, dotenv: &str) -> Option<(String, bool)> {
        let schema = format!(
            "generator a {{\n provider = \"prisma-client-js\"\n}}\ndatasource db {{\n provider = \"postgresql\"\n url = {url}\n}}\n"
        );
        let fs = MemoryFs::new().with("/p/prisma/schema.prisma", schema.as_str()).with("/p/.env", dotenv);
        let root = Utf8PathBuf::from("/p");
        let config = Config::new(Document::json("/p/now.json", config));
        let project = Project::new(&fs, root.clone(), root, Some(config), Platform::Now);
        let sources = Datasource::all(&project);
        assert_eq!(sources[0].provider(), Some("postgresql"));
        sources[0].known(&project).map(|known| (known.url.address(), known.is_certain()))
    }

    #[test]
    fn the_url_is_taken_from_where_it_stands() {
        let certain = |host: &str| Some((host.to_owned(), true));
        assert_eq!(known("{}", "\"postgres://u:p@h.x:1/a\"", ""), certain("h.x:1"));
        let env = "env(\"DB\")";
        assert_eq!(known(r#"{"env": {"DB": "postgres://u:p@c.x/a"}}"#, env, "DB=postgres://u:p@e.x/a"), certain("c.x"));
        assert_eq!(known(r#"{"env": {"DB": "@db"}}"#, env, "DB=postgres://u:p@e.x/a"), None);
        assert_eq!(known("{}", env, "DB=postgres://u:p@e.x/a"), Some(("e.x".to_owned(), false)));
        assert_eq!(known("{}", env, "OTHER=postgres://u:p@e.x/a"), None);
    }
}
