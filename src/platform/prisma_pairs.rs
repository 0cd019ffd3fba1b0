//! What a release of the Prisma CLI does with an installed `@prisma/client` of another release.
//!
//! Source: `prisma generate` of published releases, run 2026-11-24 with the generators `prisma-client-js` and `prisma-client`, for PostgreSQL, MySQL, SQLite,
//! SQL Server and MongoDB: CLI 5.22.0, 6.0.0, 6.6.0, 6.7.0, 6.16.0, 6.19.3, 7.0.0 and 7.10.1 with clients from 5.10.0 to 7.10.0.

/// What comes of a CLI and a client of different releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// It generates, and at most warns.
    Generates,
    /// `prisma generate` stops: it copies a file out of the client's package that this release does not have.
    GenerateFails,
    /// It generates a client that throws when it is constructed.
    ClientThrows,
    /// Nobody tried.
    Unknown,
}

/// The first release (major, minor) whose generator takes files of each database from the package of the client, as far as was tried: 6.7.0 does not.
const TAKES_FILES_SINCE: (u64, u64) = (6, 16);

/// What comes of it for the generator `prisma-client-js` and a database with SQL, by (major, minor).
pub fn pairing(cli: (u64, u64), client: (u64, u64)) -> Pairing {
    match (cli, client) {
        _ if cli.0 == client.0 => Pairing::Generates,
        ((5, _), (6, _)) => Pairing::Generates,
        ((6, 0..=6), (5, _)) => Pairing::Generates,
        ((6, _), (5 | 7, _)) if cli >= TAKES_FILES_SINCE => Pairing::GenerateFails,
        ((7, _), (5, _)) | ((7, 10..), (6, _)) => Pairing::GenerateFails,
        ((7, 0), (6, 19)) => Pairing::ClientThrows,
        _ => Pairing::Unknown,
    }
}

/// The databases for which `prisma generate` takes files from the client's package, by their names in a schema.
pub const WITH_FILES: [&str; 5] = ["postgresql", "postgres", "mysql", "sqlite", "sqlserver"];
