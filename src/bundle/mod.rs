//! Which files go into a function, by the rules of the platform's own tracer and builder, and how large they are.

pub mod built;
mod bundling;
mod copied;
mod function;
pub mod graph;
pub mod next;
pub mod size;
mod then;
mod today;
pub mod trace;
pub mod why;

pub use built::{Built, BuiltFunction, Choice, From, Source, choose};
pub use function::{Bundle, Packing, assemble, exclusion, is_engine, takes_exclude_files};
pub use size::kinds::{self, Kind, KindSize};
pub use size::packages::{self, PackageSize, packages};
pub use size::repeats::{self, Copies, Versions};
pub use size::{BundleFile, FileSize, FileSource, Scale, Sizes, measure, zip};
pub use then::included;
pub use trace::{
    Adapter, Caller, Cause, ClassImport, ClientCode, Creation, Declared, Disconnect, Import, ImportKind, ModuleFacts,
    Options, Parent, Reason, ReasonKind, Trace, TraceError, TraceOptions, TraceWarning, TracedModule, client_code,
    trace,
};
