//! What an engine file is: what its name says, what its bytes say, and whether the two fit the function.

pub mod content;
mod desktop;
mod elf;
pub mod name;
mod scan;
pub mod verdict;
mod window;

pub use content::{EngineContent, Format, TextKind, inspect};
pub use name::{EngineKind, EngineName};
pub use verdict::{EngineProblem, Expectation, Severity, problems};
