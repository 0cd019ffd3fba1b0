//! All that a renderer may see of a run.

use std::collections::HashSet;

use camino::Utf8PathBuf;
use serde::Serialize;

use crate::analysis::Step;
use crate::bundle::why::{Place, Why};
use crate::bundle::{Copies, KindSize, Versions};
use crate::document::Applicability;
use crate::platform::Platform;
use crate::rules::{Finding, Severity};

/// The outcome of one run, in a fixed order that parallelism does not change: findings by file, place and rule.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The findings.
    pub findings: Vec<Finding>,
    /// A line per function.
    pub functions: Vec<FunctionReport>,
    /// What the platform makes of the projects.
    pub detected: Vec<PartReport>,
    /// The platform that only few rules look at, where one was judged for.
    pub barely: Option<Platform>,
    /// What was looked at: config files and projects, for the closing line.
    pub checked: Checked,
}

/// One part of a deployment. Serialized as the `detected` entry of the JSON contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartReport {
    /// Folder of the project, absolute; written relative to the current folder.
    #[serde(skip)]
    pub project: Utf8PathBuf,
    /// The builder.
    pub builder: String,
    /// The file or pattern that it works on, relative to the project.
    pub src: String,
    /// `function`, `middleware`, `frontend` or `static`.
    pub kind: &'static str,
}

/// What a run looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checked {
    /// Projects (folders with a config or a package.json that was asked for).
    pub projects: usize,
    /// Config files that were read.
    pub configs: usize,
}

/// Counts of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that `fix` would repair without `--unsafe`.
    pub fixable: usize,
    /// Findings that only `fix --unsafe` would repair.
    pub fixable_unsafe: usize,
}

impl Report {
    /// Adds the outcome of another project.
    pub fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.functions.extend(other.functions);
        self.detected.extend(other.detected);
        self.barely = self.barely.or(other.barely);
        self.checked.projects += other.checked.projects;
        self.checked.configs += other.checked.configs;
    }

    /// Drops what was found before: projects share files, such as the settings of a repository.
    pub(super) fn drop_repetitions(&mut self) {
        let mut seen = HashSet::new();
        self.findings.retain(|finding| {
            let place = &finding.primary;
            seen.insert((finding.rule, place.file.clone(), place.span, finding.message.clone()))
        });
    }

    /// Counts the findings.
    pub fn summary(&self) -> Summary {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let has = |finding: &Finding, kind| finding.fixes.iter().any(|fix| fix.applicability == kind);
        let is_safe = |finding: &&Finding| has(finding, Applicability::Safe);
        let is_bold = |finding: &&Finding| !is_safe(finding) && has(finding, Applicability::Unsafe);
        Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            fixable: self.findings.iter().filter(is_safe).count(),
            fixable_unsafe: self.findings.iter().filter(is_bold).count(),
        }
    }

    /// Whether a finding is at or above `level`.
    pub fn fails(&self, level: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= level)
    }
}

/// One function as `check` and `size` show it. Serialized as the `functions` entry of the JSON contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionReport {
    /// Name on the platform: the entrypoint for `builds`, the path without extension for zero config.
    pub name: String,
    /// Entry file, relative to the project.
    pub entrypoint: String,
    /// The builder as the config names it.
    pub builder: String,
    /// `nodejs10.x`, `nodejs22.x`, ...; none where it could not be told.
    pub runtime: Option<String>,
    /// Where the file list comes from.
    pub source: BundleSource,
    /// What a build says of it, where the list comes from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built: Option<BuiltReport>,
    /// Number of files.
    pub files: usize,
    /// Bytes of all files, uncompressed.
    pub bytes: u64,
    /// Bytes of the zip; none where it was not needed.
    pub zip_bytes: Option<u64>,
    /// The limit that applies.
    pub limit: Option<LimitReport>,
    /// Largest packages first.
    pub largest: Vec<PackageReport>,
    /// What takes the room, and what would make it smaller; only where `size` asks for it.
    #[serde(flatten)]
    pub detail: Option<DetailReport>,
    /// Engine files in the bundle.
    pub engines: Vec<EngineReport>,
    /// Every file, sorted by name; empty unless asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<FileReport>,
    /// Folder of the project, absolute; not part of the JSON, where entrypoints are relative to the project.
    #[serde(skip)]
    pub project: Utf8PathBuf,
    /// Why the figures are not final (generate runs on the build machine, dependencies not installed), in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why the verdicts are what they are: where the Prisma client comes from, which engine is looked for. Shown with `--verbose`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// What a build says of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuiltReport {
    /// All its names: one function may answer several paths.
    pub names: Vec<String>,
    /// The file that is started, relative to the function.
    pub handler: String,
    /// `x86_64` or `arm64`, where the build says so.
    pub architecture: Option<String>,
    /// The framework that made it.
    pub framework: Option<String>,
    /// Whether its answers are streamed.
    pub streams: bool,
    /// Names of its environment variables.
    pub environment: Vec<String>,
}

/// Where a file list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BundleSource {
    /// `.vercel/output`.
    Output,
    /// `.nft.json` files of a framework.
    Nft,
    /// Traced here.
    Trace,
}

/// A limit of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LimitReport {
    /// The limit in bytes.
    pub bytes: u64,
    /// What it is compared with: `zip` or `unzipped`.
    pub measures: &'static str,
    /// `default`, `config` or `platform`.
    pub from: &'static str,
}

/// One package in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackageReport {
    /// `name@version`, or `(project)` for the project's own files.
    pub name: String,
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// Bytes it takes in the zip.
    pub zip_bytes: Option<u64>,
    /// Number of files.
    pub files: usize,
    /// The packages that need it, and the first lines of the project's own files that do; only where `size` asks for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_by: Vec<String>,
}

/// What takes the room in a function, and what would make it smaller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DetailReport {
    /// The kinds of files, the largest first.
    pub kinds: Vec<KindSize>,
    /// Packages in several versions.
    pub versions: Vec<Versions>,
    /// Files with the same content.
    pub copies: Vec<Copies>,
    /// What would make it smaller: what is certain, then the questions, each what gains most first.
    pub advice: Vec<AdviceReport>,
}

/// That a function holds a package, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The function's name.
    pub function: String,
    /// Why; without a chain where none is known.
    pub why: Why,
    /// Where no import leads to it: what does, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdviceReport {
    /// Whether nothing in the function needs it at run time; else it is a question.
    pub certain: bool,
    /// What takes the room.
    pub what: String,
    /// What is gained beyond what the certain advice before it gains, uncompressed.
    pub bytes: u64,
    /// What is gained in the zip.
    pub zip_bytes: Option<u64>,
    /// How many files go.
    pub files: usize,
    /// What to do, in words.
    pub todo: String,
    /// The place in the config, such as `functions["api/a.js"].excludeFiles`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The whole value to write there: what stands there today, the globs of all certain advice before this one, and its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
    /// The config that does it, as a fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    /// The import that brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<Place>,
}

/// One file of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its name in the function.
    pub name: String,
    /// Its type and permission bits as the archive holds them, octal: `100644`, `100755`, `120777` for a link.
    pub mode: String,
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// Bytes it takes in the zip.
    pub zip_bytes: Option<u64>,
    /// Whether the builder makes its content, so that the bytes are an estimate.
    pub estimated: bool,
}

/// Which engine a function looks for, as `engines` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeedReport {
    /// The function's name.
    pub function: String,
    /// Lambda's identifier of the runtime, where it can be told.
    pub runtime: Option<String>,
    /// Whether it needs an engine file: `needed`, `not-needed` or `unknown`.
    pub engine: &'static str,
    /// Targets by name. When certain, the first is the one; otherwise any may be.
    pub targets: Vec<String>,
    /// Whether it is certain.
    pub certain: bool,
    /// The folders in which the client looks for it, in its order, as the running function has them. Empty where they cannot be told.
    pub searched: Vec<String>,
    /// Where the client is made: `remote`, `local` or `unknown`.
    pub client: &'static str,
    /// Why that is so.
    pub client_reason: String,
    /// How the targets follow. Files are relative to the current folder.
    pub steps: Vec<Step>,
}

/// One engine file, as `engines` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineReport {
    /// The file, relative to the current folder (in `functions`: its name in the bundle).
    pub file: String,
    /// `binary`, `library` or `wasm`.
    pub kind: &'static str,
    /// Target by its name.
    pub target: Option<String>,
    /// Version of Prisma it belongs to, where the client beside it says so.
    pub prisma: Option<String>,
    /// `elf`, `macho`, `pe`, `wasm`, `text`, `empty`, `gzip` or `unknown`.
    pub format: &'static str,
    /// `x86_64`, `aarch64`, ...
    pub arch: Option<String>,
    /// `glibc`, `musl` or `static`.
    pub libc: Option<&'static str>,
    /// `1.0.x`, `1.1.x` or `3.0.x`.
    pub openssl: Option<String>,
    /// Size of the file.
    pub bytes: u64,
    /// Names of the functions and runtimes that look for it.
    pub needed_by: Vec<String>,
    /// What is wrong with it, in words.
    pub problems: Vec<String>,
}
