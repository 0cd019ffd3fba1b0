//! What a platform makes of a project: parts, and what it refuses.

use super::conflicts::Conflict;
use super::keys::Invalid;

/// What a part of a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// A function.
    Function,
    /// Code that runs before every request.
    Middleware,
    /// What a framework or a build script makes.
    Frontend,
    /// Files that are served as they are.
    Static,
}

impl PartKind {
    /// `function`, `middleware`, `frontend` or `static`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Middleware => "middleware",
            Self::Frontend => "frontend",
            Self::Static => "static",
        }
    }
}

/// One part of a deployment: a builder and what it works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The builder, as `builds[].use` would name it.
    pub builder: String,
    /// A file, or a pattern of files.
    pub src: String,
    /// What it is.
    pub kind: PartKind,
    /// The key of `functions` that holds its settings.
    pub key: Option<String>,
}

impl Part {
    pub(super) fn new(builder: impl Into<String>, src: impl Into<String>, kind: PartKind) -> Self {
        Self { builder: builder.into(), src: src.into(), kind, key: None }
    }

    /// Whether the builder is the official one of this name, of any version.
    pub fn is_official(&self, name: &str) -> bool {
        let base = self.builder.strip_prefix("@vercel/").or_else(|| self.builder.strip_prefix("@now/"));
        base.and_then(|base| base.strip_prefix(name)).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
    }
}

/// Why a platform refuses a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file that `proxy` names is not there.
    ProxyNotFound,
    /// `proxy` beside a framework that has its own.
    ProxyFramework(&'static str),
    /// `proxy` is JavaScript and the framework is written in another language.
    ProxyLanguage(&'static str),
    /// A key of `functions`, or its settings.
    InvalidFunction {
        /// The key.
        key: String,
        /// What is wrong.
        what: Invalid,
    },
    /// A parameter occurs twice in a path.
    RepeatedName {
        /// The function's file.
        file: String,
        /// The parameter.
        name: String,
    },
    /// Files whose URLs cannot be told apart.
    Conflict(Conflict),
    /// A key of `functions` that no function takes its settings from.
    Unused {
        /// The key.
        key: String,
    },
    /// package.json has no build script, and nothing else says what to deploy.
    MissingBuildScript,
}

impl Problem {
    /// The platform's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ProxyNotFound => "proxy_entrypoint_not_found",
            Self::ProxyFramework(_) => "proxy_framework_conflict",
            Self::ProxyLanguage(_) => "proxy_runtime_mismatch",
            Self::InvalidFunction { what, .. } => what.code(),
            Self::RepeatedName { .. } => "conflicting_path_segment",
            Self::Conflict(_) => "conflicting_file_path",
            Self::Unused { .. } => "unused_function",
            Self::MissingBuildScript => "missing_build_script",
        }
    }
}

/// What the platform makes of a project without `builds`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The parts, in the platform's order. Empty: every file is served as it is.
    pub parts: Vec<Part>,
    /// What it refuses, in the order in which it looks. It stops at the first.
    pub problems: Vec<Problem>,
    /// A file in `pages/api` beside Node functions in `api/`: the platform warns (`conflicting_files`).
    pub pages_api: Option<String>,
}
