//! How many connections one instance of a function opens.

use super::url::DatabaseUrl;

/// The pool of one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// The most connections that it opens.
    pub size: u32,
    /// Whether the URL says so; else it follows from the number of processors.
    pub is_set: bool,
}

/// Processors that an instance of a function sees. (Facts: engine 5.2, measured on AWS Lambda from 128 to 3008 MB, 2019 and 2020.)
const PROCESSORS: u32 = 2;

impl Pool {
    /// The pool that Prisma's own engine opens for a URL: `connection_limit`, or twice the processors and one more. None where the limit is
    /// no number, which the engine refuses.
    pub fn of(url: &DatabaseUrl) -> Option<Self> {
        match url.parameter("connection_limit") {
            Some(limit) => Some(Self { size: limit.parse().ok()?, is_set: true }),
            None => Some(Self { size: PROCESSORS * 2 + 1, is_set: false }),
        }
    }

    /// How many instances use up `connections`.
    pub fn instances(self, connections: u32) -> u32 {
        connections.checked_div(self.size).unwrap_or(connections)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_as_large_as_the_url_says() {
        let pool = |query: &str| Pool::of(&DatabaseUrl::parse(&format!("postgres://u:p@h.x/a{query}")).unwrap());
        assert_eq!(pool(""), Some(Pool { size: 5, is_set: false }));
        assert_eq!(pool("?connection_limit=3"), Some(Pool { size: 3, is_set: true }));
        assert_eq!(pool("?connection_limit=x"), None);
        assert_eq!(pool("?connection_limit=0").unwrap().instances(100), 100);
        assert_eq!(pool("").unwrap().instances(100), 20);
    }
}
