//! What the URL of a datasource is on the platform, as far as the repository tells.

use super::dotenv;
use super::url::DatabaseUrl;
use crate::document::Path;
use crate::project::schema::Url;
use crate::project::{Datasource, Project};

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
    /// The URL of the deployed function, as far as the repository tells.
    pub fn of(datasource: &Datasource<'_>, project: &Project<'_>) -> Option<Self> {
        let known = |text: &str, place| Some(Self { url: DatabaseUrl::parse(text)?, place });
        let name = match datasource.url()? {
            Url::Literal(text) => return known(text, Place::Schema),
            Url::Environment(name) => name,
        };
        let path = Path::keys(["env", name]);
        let configured = project.config().and_then(|config| config.document().get(&path));
        if let Some(node) = configured {
            return known(node.as_str()?, Place::Config(path));
        }
        let (value, file) = dotenv::find(project, datasource.schema.folder(), name)?;
        known(&value, Place::DotEnv(file))
    }

    /// Whether the deployed function surely uses it.
    pub fn is_certain(&self) -> bool {
        !matches!(self.place, Place::DotEnv(_))
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
        let datasource = &project.datasources()[0];
        Known::of(datasource, &project).map(|known| (known.url.address(), known.is_certain()))
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
