//! Which files go into a function, by the rules of the platform's own tracer and builder, and how large they are.

mod bundling;
mod copied;
mod function;
pub mod size;
mod then;
pub mod trace;

pub use function::{Bundle, Packing, assemble, is_engine};
pub use size::packages::{self, PackageSize, packages};
pub use size::{BundleFile, FileSize, FileSource, Sizes, measure, zip};
pub use then::included;
pub use trace::{
    Import, ImportKind, ModuleFacts, Reason, ReasonKind, Trace, TraceError, TraceOptions, TraceWarning, TracedModule,
    trace, why,
};
