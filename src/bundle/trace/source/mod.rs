//! One source file: its syntax, what its expressions come to, and what it names. Nothing outside this folder knows the parser, but for the reader of
//! `next.config`, which is handed a program.

mod apply;
mod calls;
pub(super) mod clients;
mod declared;
mod emit;
mod evaluate;
mod members;
pub(super) mod module;
mod nodepath;
mod operators;
pub(super) mod parse;
mod scopes;
mod servers;
pub(super) mod shapes;
mod transports;
mod typescript;
pub(super) mod values;
mod visit;
mod wrappers;
