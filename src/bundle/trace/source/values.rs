//! Values that static evaluation can know, and the members of modules that it knows.

use std::rc::Rc;

/// Stands in a string for a part that is not known.
pub(in crate::bundle::trace) const WILD: char = '\u{1a}';

/// A value known without running the program.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bundle::trace) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    List(Rc<Vec<Value>>),
    /// Members in source order; all of them are known.
    Object(Rc<Vec<(String, Value)>>),
    Module(KnownModule),
    Function(Function),
    /// A URL object, by its text.
    Url(Rc<str>),
    /// An object of which only the truth value is known, such as a regular expression.
    Opaque,
}

/// A value, or the two values of a conditional.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bundle::trace) enum Known {
    One(Value),
    Either(Value, Value),
}

/// Modules whose members the tracer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bundle::trace) enum KnownModule {
    Path,
    /// `path.posix`.
    PosixPath,
    Fs,
    FsExtra,
    Os,
    Url,
    Module,
    Process,
    Bindings,
    Express,
    /// What `express()` gives.
    ExpressApp,
    NodeBind,
    NodePreGyp,
    NodeGypBuild,
    ResolveFrom,
    StrongGlobalize,
    PkgInfo,
    Pino,
    Fastify,
    /// `import.meta`.
    ImportMeta,
    /// `globalThis`.
    Global,
    /// `Object`.
    ObjectConstructor,
    /// The module's own `require`.
    Require,
    /// `module`.
    OwnModule,
}

/// Functions that the tracer can call or watches for.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::bundle::trace) enum Function {
    Path(PathFunction),
    /// A function of `path.posix`: the tracer can call it, but does not watch for it.
    PosixPath(PathFunction),
    Cwd,
    /// A function of `fs` whose first argument names a file.
    ReadFile,
    ReadDir,
    RequireResolve,
    MetaResolve,
    Url,
    FileUrlToPath,
    PathToFileUrl,
    Platform(&'static str),
    ObjectAssign,
    /// An interop helper that gives its argument back.
    Identity,
    /// An interop helper that wraps its argument in `{ default }`.
    WrapDefault,
    CreateRequire,
    /// What `createRequire` gave; it resolves from this folder.
    CreatedRequire(Rc<str>),
    /// The `require` of a webpack bundle.
    BundleRequire,
    /// `n` of a webpack bundle's `require`: a function that gives its module back.
    BundleGetter,
    PinoTransport,
    /// `concat` of a known text.
    Concat(Rc<str>),
    /// `join` of a known list.
    JoinList(Rc<Vec<Value>>),
    ModuleRegister,
    /// An arrow function without parameters whose result is known.
    Constant(Rc<Known>),
    /// `function f(x) { const y = require(x); return y }`.
    RequireWrapper,
    PreGypFind,
    SetRootDir,
    ExpressSet,
    ExpressEngine,
    NodeBindInit,
}

/// Functions of `path`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bundle::trace) enum PathFunction {
    Join,
    Resolve,
    Dirname,
    Basename,
    Extname,
    Normalize,
    Relative,
    IsAbsolute,
    ToNamespaced,
}

impl Value {
    pub(in crate::bundle::trace) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    pub(in crate::bundle::trace) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::bundle::trace) fn truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// How many parts of the value are not known.
    pub(in crate::bundle::trace) fn wilds(&self) -> usize {
        self.as_text().map_or(0, |text| text.matches(WILD).count())
    }

    /// As `String(value)` gives it; `None` for objects.
    pub(in crate::bundle::trace) fn to_text(&self) -> Option<String> {
        match self {
            Self::Undefined => Some("undefined".to_owned()),
            Self::Null => Some("null".to_owned()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(value) if value.fract() == 0.0 && value.abs() < 1e15 => Some(format!("{value:.0}")),
            Self::Number(value) => Some(value.to_string()),
            Self::Text(text) | Self::Url(text) => Some(text.to_string()),
            Self::List(items) => {
                let mut parts = Vec::with_capacity(items.len());
                for item in items.iter() {
                    parts.push(match item {
                        Self::Undefined | Self::Null => String::new(),
                        other => other.to_text()?,
                    });
                }
                Some(parts.join(","))
            }
            Self::Object(_) | Self::Module(_) | Self::Function(_) | Self::Opaque => None,
        }
    }
}

impl KnownModule {
    /// The module behind a specifier, where its members are known.
    pub(in crate::bundle::trace) fn named(specifier: &str) -> Option<Self> {
        Some(match specifier.strip_prefix("node:").unwrap_or(specifier) {
            "path" => Self::Path,
            "fs" | "graceful-fs" => Self::Fs,
            "fs-extra" => Self::FsExtra,
            "os" => Self::Os,
            "url" => Self::Url,
            "module" => Self::Module,
            "process" => Self::Process,
            "bindings" => Self::Bindings,
            "express" => Self::Express,
            "nbind" => Self::NodeBind,
            "node-pre-gyp"
            | "@mapbox/node-pre-gyp"
            | "node-pre-gyp/lib/pre-binding"
            | "node-pre-gyp/lib/pre-binding.js" => Self::NodePreGyp,
            "node-gyp-build" | "@aminya/node-gyp-build" => Self::NodeGypBuild,
            "resolve-from" => Self::ResolveFrom,
            "strong-globalize" => Self::StrongGlobalize,
            "pkginfo" => Self::PkgInfo,
            "pino" => Self::Pino,
            "fastify" => Self::Fastify,
            _ => return None,
        })
    }

    /// A member, where it is known. `undefined` members of a known module are unknown too.
    pub(in crate::bundle::trace) fn member(self, name: &str) -> Option<Value> {
        if name == "default"
            && !matches!(
                self,
                Self::ImportMeta | Self::Global | Self::Require | Self::OwnModule | Self::ObjectConstructor
            )
        {
            return Some(Value::Module(self));
        }
        match self {
            Self::Path => path_member(name),
            Self::PosixPath => path_member(name).map(|value| match value {
                Value::Function(Function::Path(function)) => Value::Function(Function::PosixPath(function)),
                other => other,
            }),
            Self::Fs => fs_member(name, false).map(Value::Function),
            Self::FsExtra => fs_member(name, true).map(Value::Function),
            Self::Os => os_member(name),
            Self::Url => url_member(name).map(Value::Function),
            Self::Module => module_member(name),
            Self::Process => process_member(name),
            Self::NodePreGyp => (name == "find").then_some(Value::Function(Function::PreGypFind)),
            Self::StrongGlobalize => (name == "SetRootDir").then_some(Value::Function(Function::SetRootDir)),
            Self::ExpressApp => match name {
                "set" => Some(Value::Function(Function::ExpressSet)),
                "engine" => Some(Value::Function(Function::ExpressEngine)),
                _ => None,
            },
            Self::NodeBind => (name == "init").then_some(Value::Function(Function::NodeBindInit)),
            Self::Global if name == "process" => Some(Value::Module(Self::Process)),
            Self::Global if name == "MONGOOSE_DRIVER_PATH" => Some(Value::Undefined),
            Self::Pino => (name == "transport").then_some(Value::Function(Function::PinoTransport)),
            Self::OwnModule => (name == "require").then_some(Value::Module(Self::Require)),
            Self::Global if name == "Object" => Some(Value::Module(Self::ObjectConstructor)),
            Self::ObjectConstructor => (name == "assign").then_some(Value::Function(Function::ObjectAssign)),
            Self::Require => (name == "resolve").then_some(Value::Function(Function::RequireResolve)),
            Self::Bindings
            | Self::Express
            | Self::NodeGypBuild
            | Self::ResolveFrom
            | Self::PkgInfo
            | Self::Fastify
            | Self::ImportMeta
            | Self::Global => None,
        }
    }
}

fn path_member(name: &str) -> Option<Value> {
    let function = match name {
        "join" => PathFunction::Join,
        "resolve" => PathFunction::Resolve,
        "dirname" => PathFunction::Dirname,
        "basename" => PathFunction::Basename,
        "extname" => PathFunction::Extname,
        "normalize" => PathFunction::Normalize,
        "relative" => PathFunction::Relative,
        "isAbsolute" => PathFunction::IsAbsolute,
        "toNamespacedPath" => PathFunction::ToNamespaced,
        "sep" => return Some(Value::text("/")),
        "delimiter" => return Some(Value::text(":")),
        "posix" => return Some(Value::Module(KnownModule::PosixPath)),
        _ => return None,
    };
    Some(Value::Function(Function::Path(function)))
}

fn fs_member(name: &str, extra: bool) -> Option<Function> {
    let plain = name.strip_suffix("Sync").unwrap_or(name);
    match plain {
        "access" | "exists" | "fstat" | "lstat" | "open" | "readFile" | "stat" => Some(Function::ReadFile),
        "createReadStream" if name == plain => Some(Function::ReadFile),
        "readdir" => Some(Function::ReadDir),
        "pathExists" | "readJson" | "readJSON" if extra => Some(Function::ReadFile),
        _ => None,
    }
}

fn os_member(name: &str) -> Option<Value> {
    let text = match name {
        "EOL" => return Some(Value::text("\n")),
        "platform" => platform(),
        "arch" => arch(),
        "type" => {
            if cfg!(target_os = "macos") {
                "Darwin"
            } else if cfg!(windows) {
                "Windows_NT"
            } else {
                "Linux"
            }
        }
        "endianness" => "LE",
        "tmpdir" => "/tmp",
        _ => return None,
    };
    Some(Value::Function(Function::Platform(text)))
}

/// `process.platform` of this machine.
pub(in crate::bundle::trace) fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

/// `process.arch` of this machine.
pub(in crate::bundle::trace) fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        other => other,
    }
}

fn url_member(name: &str) -> Option<Function> {
    match name {
        "URL" => Some(Function::Url),
        "fileURLToPath" => Some(Function::FileUrlToPath),
        "pathToFileURL" => Some(Function::PathToFileUrl),
        _ => None,
    }
}

fn module_member(name: &str) -> Option<Value> {
    match name {
        "createRequire" | "createRequireFromPath" => Some(Value::Function(Function::CreateRequire)),
        "register" => Some(Value::Function(Function::ModuleRegister)),
        _ => None,
    }
}

fn process_member(name: &str) -> Option<Value> {
    (name == "cwd").then_some(Value::Function(Function::Cwd))
}
