//! Which files go into a function, by the rules of the platform's own tracer and builder, and how large they are.

pub mod built;
mod function;
pub mod size;
mod today;
pub mod trace;

pub use built::{Built, BuiltFunction, Choice, From, Source, choose};
pub use function::{Bundle, Packing, assemble, is_engine};
pub use size::packages::{self, PackageSize, packages};
pub use size::{BundleFile, FileSize, FileSource, Sizes, measure, zip};
pub use trace::{
    Import, ImportKind, ModuleFacts, Reason, ReasonKind, Trace, TraceError, TraceOptions, TraceWarning, TracedModule,
    trace, why,
};
