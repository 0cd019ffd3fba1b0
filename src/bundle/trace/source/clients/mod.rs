//! What a source file does with Prisma's client: where it makes one, with which options, and whether a request comes there each time.

mod climb;
mod collect;
mod reach;
mod shapes;

use std::collections::BTreeSet;

use camino::Utf8Path;
use oxc_span::SourceType;

use super::parse;
use crate::base::Span;

/// How requests come to a place in the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Through the function that the file exports under this name; `default` is also `module.exports`.
    Export(String),
    /// Through an exported function whose parameters are called as a request and a response are.
    Answer,
    /// Through a function that is registered for a path, or given to `createServer`.
    Route,
    /// Through a function that a GraphQL server, or the like, calls for the context of each request.
    Context,
}

/// What is given to a client's constructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Options {
    /// Nothing.
    None,
    /// An object with these keys.
    Keys(Vec<String>),
    /// Something whose keys are not seen.
    Unknown,
}

impl Options {
    /// Whether the key is certainly not given.
    pub fn lacks(&self, key: &str) -> bool {
        match self {
            Self::None => true,
            Self::Keys(keys) => !keys.iter().any(|known| known == key),
            Self::Unknown => false,
        }
    }
}

/// A driver adapter that a client is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// Its class, such as `PrismaPg`.
    pub class: String,
    /// It is made of settings, so that each client opens connections of its own. One that is made of a pool shares it.
    pub is_of_settings: bool,
}

/// What the class of a client is imported from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassImport {
    /// Such as `@prisma/client`.
    pub specifier: String,
    /// The specifier's literal.
    pub span: Span,
}

/// A place where a client is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// The `new` expression, or the `super()` of a class that extends the client.
    pub span: Span,
    /// `PrismaClient` or `Photon`.
    pub class: &'static str,
    /// Where the class comes from; none where the file does not show it.
    pub import: Option<ClassImport>,
    /// What is given.
    pub options: Options,
    /// The adapter, where the file shows it.
    pub adapter: Option<Adapter>,
    /// It runs when the file is loaded.
    pub at_load: bool,
    /// How requests come to it, each of them anew. A client that is kept for the next request has none.
    pub callers: BTreeSet<Caller>,
}

/// A place where a client is disconnected that is not the function's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnect {
    /// The call.
    pub span: Span,
    /// How requests come to it.
    pub callers: BTreeSet<Caller>,
}

/// What a source file does with the client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientCode {
    /// Clients that are made, in source order.
    pub creations: Vec<Creation>,
    /// Clients that are disconnected, in source order.
    pub disconnects: Vec<Disconnect>,
    /// The file says that it runs on the edge runtime.
    pub is_edge: bool,
    /// Accelerate's extension is imported, or used under its name.
    pub accelerates: bool,
    /// Variables that the code sets itself: `process.env.X = ...`.
    pub sets_env: BTreeSet<String>,
}

/// Whether a text may have to do with a client or its engine at all: a look at the bytes.
pub(in crate::bundle::trace) fn mentions_client(text: &str) -> bool {
    ["PrismaClient", "Photon", "$disconnect", "PRISMA_QUERY_ENGINE_"].iter().any(|word| text.contains(word))
}

/// Reads a source file; none where it does not parse.
pub(in crate::bundle::trace) fn read(file: &Utf8Path, text: &str) -> Option<ClientCode> {
    let kind = match file.extension()? {
        "ts" | "mts" | "cts" => SourceType::ts().with_unambiguous(true),
        "tsx" => SourceType::tsx().with_unambiguous(true),
        _ => SourceType::unambiguous().with_jsx(true),
    };
    parse::with_program(text, &[kind, SourceType::cjs()], collect::of)
}

fn span(of: oxc_span::Span) -> Span {
    Span::new(of.start as usize, of.end as usize)
}

#[cfg(test)]
mod tests;
