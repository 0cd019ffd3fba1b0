//! Database hosts, and the poolers that stand in front of some.

/// Who answers at a host and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// The service, as people call it.
    pub name: &'static str,
    /// What pools connections there.
    pub pooling: Pooling,
    /// The connections that the smallest offer takes, where it is published.
    pub least_connections: Option<u32>,
}

/// What stands between clients and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// Nothing: each connection is one of the database.
    Direct,
    /// A pooler that gives each transaction another connection, and so cannot keep prepared statements.
    Transaction,
    /// A pooler whose mode, and what it can keep, is a setting.
    Chosen,
    /// A pooler that keeps prepared statements, or gives each client a connection of its own.
    Keeping,
}

impl Pooling {
    /// Whether a pooler stands there.
    pub fn is_pooled(self) -> bool {
        self != Self::Direct
    }
}

/// The service of a host, where it is known by its name.
///
/// Sources, read on 2026-11-24: supabase.com/docs (transaction mode on port 6543 takes no prepared statements; session mode on 5432), neon.com/docs
/// (its PgBouncer takes them; 104 connections at the least), docs.digitalocean.com (25061 is the port of pools, their mode is chosen).
pub fn host(host: &str, port: Option<u16>) -> Option<Host> {
    let known = |name, pooling, least_connections| Some(Host { name, pooling, least_connections });
    let ends = |end: &str| host.ends_with(end);
    if ends(".pooler.supabase.com") || ends(".supabase.co") || ends(".supabase.com") {
        let pooling = match port {
            Some(6543) => Pooling::Transaction,
            _ if ends(".pooler.supabase.com") => Pooling::Keeping,
            _ => Pooling::Direct,
        };
        return known("Supabase", pooling, Some(60));
    }
    if ends(".neon.tech") {
        let is_pooled = host.split('.').next().is_some_and(|first| first.ends_with("-pooler"));
        return known("Neon", if is_pooled { Pooling::Keeping } else { Pooling::Direct }, Some(104));
    }
    if ends(".db.ondigitalocean.com") {
        let pooling = if port == Some(25061) { Pooling::Chosen } else { Pooling::Direct };
        return known("DigitalOcean", pooling, None);
    }
    if ends(".psdb.cloud") || ends(".pscale.com") {
        return known("PlanetScale", Pooling::Keeping, None);
    }
    if ends(".prisma.io") || ends(".prisma-data.net") {
        return known("Prisma Postgres", Pooling::Keeping, None);
    }
    // RDS Proxy.
    if host.contains(".proxy-") && ends(".rds.amazonaws.com") {
        return known("RDS Proxy", Pooling::Keeping, None);
    }
    None
}

/// Connections that a server takes as it comes, by the provider of a datasource: PostgreSQL 100, MySQL and MariaDB 151. (Facts: engine 5.3.)
pub fn default_connections(provider: &str) -> Option<u32> {
    match provider {
        "postgresql" | "postgres" => Some(100),
        "mysql" => Some(151),
        _ => None,
    }
}

/// Driver adapters that open connections of their own, which stay open between requests. Those that ask over HTTP, or that read a file, are not
/// among them. (Facts: engine 5.2; their packages, 2026-11.)
pub const CONNECTING_ADAPTERS: [&str; 4] = ["PrismaPg", "PrismaMariaDb", "PrismaMssql", "PrismaNeon"];

/// Driver adapters that read a SQLite file.
pub const FILE_ADAPTERS: [&str; 2] = ["PrismaBetterSqlite3", "PrismaBetterSQLite3"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poolers_are_known_by_host_and_port() {
        for (name, port, expected) in [
            ("aws-0-eu-central-1.pooler.supabase.com", Some(6543), Some(Pooling::Transaction)),
            ("aws-0-eu-central-1.pooler.supabase.com", Some(5432), Some(Pooling::Keeping)),
            ("db.abc.supabase.co", Some(6543), Some(Pooling::Transaction)),
            ("db.abc.supabase.co", None, Some(Pooling::Direct)),
            ("ep-a-b-pooler.us-east-2.aws.neon.tech", None, Some(Pooling::Keeping)),
            ("ep-a-b.us-east-2.aws.neon.tech", None, Some(Pooling::Direct)),
            ("x.db.ondigitalocean.com", Some(25061), Some(Pooling::Chosen)),
            ("x.db.ondigitalocean.com", Some(25060), Some(Pooling::Direct)),
            ("my.proxy-abc.eu-west-1.rds.amazonaws.com", None, Some(Pooling::Keeping)),
            ("supabase.co.evil.org", Some(6543), None),
            ("x.org", Some(6543), None),
        ] {
            assert_eq!(host(name, port).map(|host| host.pooling), expected, "{name}");
        }
    }
}
