//! A database URL without what is secret in it.

/// What may be told of a database URL. User, password and database are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    /// `postgresql`, `mysql`, `file`, `prisma`, ...
    pub scheme: String,
    /// The host; empty for a file.
    pub host: String,
    /// The port, where the URL names one.
    pub port: Option<u16>,
    /// Names and values of the parameters. Their values may be secrets: only those of known names are told.
    parameters: Vec<(String, String)>,
    /// For `file:`, the path behind it.
    pub path: Option<String>,
}

impl DatabaseUrl {
    /// Reads a URL; none where it is none, or where its host is not told, as in `postgres://$USER@$HOST/x`.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once(':')?;
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if !is_scheme {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parameters: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let Some(rest) = rest.strip_prefix("//") else {
            let path = (scheme == "file" || scheme == "sqlite").then(|| rest.to_owned())?;
            return Some(Self { scheme, host: String::new(), port: None, parameters, path: Some(path) });
        };
        if scheme == "file" || scheme == "sqlite" {
            return Some(Self { scheme, host: String::new(), port: None, parameters, path: Some(rest.to_owned()) });
        }
        // A password may hold a raw `/` or `@`.
        let behind = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let authority = behind.split(['/', ';']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (authority, None),
        };
        let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c));
        is_host.then(|| Self { scheme, host: host.to_ascii_lowercase(), port, parameters, path: None })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is `true`.
    pub fn is_set(&self, name: &str) -> bool {
        self.parameter(name) == Some("true")
    }

    /// Whether it leads to Prisma's own proxy (Data Proxy, later Accelerate), which holds the connections.
    pub fn is_proxied(&self) -> bool {
        matches!(self.scheme.as_str(), "prisma" | "prisma+postgres")
    }

    /// Whether the host is one that only the developer's machine or network knows, or a stopgap.
    pub fn is_local(&self) -> bool {
        let host = self.host.as_str();
        !host.contains('.')
            || host.starts_with("127.")
            || host.starts_with("0.")
            || host.starts_with("10.")
            || host.starts_with("192.168.")
            || ["example", "your", "mydb."].iter().any(|word| host.contains(word))
            || [".local", ".localhost", ".internal", ".test"].iter().any(|end| host.ends_with(end))
    }

    /// Host and port, for messages.
    pub fn address(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_port_and_parameters_are_read() {
        for (text, address, scheme) in [
            ("postgresql://u:p@db.x.com:6543/a?pgbouncer=true", "db.x.com:6543", "postgresql"),
            ("postgres://u:p/@ss@DB.x.com/a", "db.x.com", "postgres"),
            ("mysql://h.x.com", "h.x.com", "mysql"),
            ("sqlserver://h.x.com:1433;database=a;user=b", "h.x.com:1433", "sqlserver"),
            ("prisma://accelerate.prisma-data.net/?api_key=secret", "accelerate.prisma-data.net", "prisma"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.address().as_str(), url.scheme.as_str()), (address, scheme), "{text}");
        }
        let url = DatabaseUrl::parse("postgres://u:p@h.x/a?connection_limit=5&pgbouncer=true&x").unwrap();
        assert_eq!(
            (url.parameter("connection_limit"), url.is_set("pgbouncer"), url.is_set("x")),
            (Some("5"), true, false)
        );
        assert_eq!(DatabaseUrl::parse("file:./dev.db?a=b").unwrap().path.as_deref(), Some("./dev.db"));
        for text in
            ["", "x", "postgres://${U}:${P}@${HOST}:${PORT}/a", "postgres://u:p@h:port/a", "://", "postgres://", "1:2"]
        {
            assert_eq!(DatabaseUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn hosts_of_a_developer_are_told_from_servers() {
        for (host, is_local) in [
            ("localhost", true),
            ("db", true),
            ("127.0.0.1", true),
            ("192.168.0.2", true),
            ("host.docker.internal", true),
            ("db.example.com", true),
            ("your-host.com", true),
            ("db.abc.supabase.co", false),
            ("34.12.1.2", false),
        ] {
            assert_eq!(DatabaseUrl::parse(&format!("mysql://u:p@{host}/a")).unwrap().is_local(), is_local, "{host}");
        }
    }
}
