//! What every floor stands on: spans and lines, byte sizes, text style, globs, paths and the file system.

pub mod bytes;
mod caching;
pub mod fs;
pub mod glob;
pub mod lines;
pub mod memo;
mod noting;
pub mod paths;
mod remembering;
pub mod secrets;
pub mod similar;
pub mod span;
pub mod style;

pub use caching::CachingFs;
pub use fs::{Fs, RealFs};
pub use lines::{LineIndex, Position};
pub use memo::Memo;
pub use noting::NotingFs;
pub use remembering::RememberingFs;
pub use span::Span;
