//! What rules about a schema ask: which Prisma reads it, and whether the platform runs generate on it.

use crate::analysis::Analysis;
use crate::document::Document;
use crate::platform::prisma_names::Age;
use crate::project::version::PrismaVersion;
use crate::project::{Origin, Schema};
use crate::rules::Severity;

/// The schemas with what is known of who reads them.
pub(super) struct Reading<'a> {
    /// The schema.
    pub(super) schema: &'a Schema,
    /// The version of Prisma.
    pub(super) version: Option<PrismaVersion>,
    /// Its age.
    pub(super) age: Option<Age>,
    /// Whether a prisma.config lies there, which may say where the database is.
    pub(super) has_config: bool,
    /// How bad it is where generate stops: an error where the platform runs it on this schema for a function.
    pub(super) stops: Severity,
}

impl<'a> Reading<'a> {
    /// One for each schema.
    pub(super) fn all(analysis: &'a Analysis<'_>) -> Vec<Self> {
        let project = analysis.project();
        let schemas = project.schemas();
        if schemas.is_empty() {
            return Vec::new();
        }
        let version = PrismaVersion::of(project);
        let age = version.as_ref().and_then(|version| Age::of(&version.to_string()));
        let is_remote = || {
            let mut used = analysis.functions().filter_map(|view| view.prisma());
            used.any(|prisma| matches!(prisma.origin, Origin::Remote(_)))
        };
        // Of several schemas, nobody can tell from here which of them the platform generates.
        let stops = if schemas.len() == 1 && is_remote() { Severity::Error } else { Severity::Warning };
        let has_config = project.prisma_config().is_some();
        let reading = |schema| Self { schema, version: version.clone(), age, has_config, stops };
        schemas.iter().map(reading).collect()
    }

    /// Whether the version is known and not older than `version`.
    pub(super) fn is_at_least(&self, version: &str) -> bool {
        self.age.is_some_and(|age| age.is_at_least(version))
    }

    /// `Prisma 4.7.1`.
    pub(super) fn prisma(&self) -> String {
        self.version.as_ref().map_or_else(|| "Prisma".to_owned(), |version| format!("Prisma {version}"))
    }

    /// The command of the era, in words: `prisma2 generate`.
    pub(super) fn generate(&self) -> &'static str {
        let is_old = self.age.is_some() && !self.is_at_least("2.0.0-preview025");
        if is_old { "prisma2 generate" } else { "prisma generate" }
    }

    /// What comes of it that generate stops.
    pub(super) fn outcome(&self) -> String {
        let end = if self.stops == Severity::Error { ", and the function gets no client" } else { "" };
        format!("`{}` stops there{end}", self.generate())
    }

    /// The files of the schema.
    pub(super) fn documents(&self) -> impl Iterator<Item = &'a Document> {
        self.schema.documents()
    }
}
