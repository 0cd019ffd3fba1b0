//! Source text to [`Module`]: as a script where it parses as one, else as a module.

use camino::Utf8Path;
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::evaluate::Surroundings;
use super::module::Module;
use super::visit;
use crate::platform::trace_profile::TraceProfile;

/// Deeper nesting of brackets is refused rather than parsed: the parser and every visitor recurse.
const MAX_NESTING: usize = 10_000;
/// Longer runs of operators without a separator are refused, for the same reason.
const MAX_CHAIN: usize = 60_000;

/// Stack of a thread that parses, in bytes: enough for source just inside the limits above.
pub(in crate::bundle::trace) const STACK: usize = 256 << 20;

/// What parsing depends on beside the text.
pub(in crate::bundle::trace) struct ParseContext<'a> {
    /// What `process.cwd()` gives.
    pub cwd: &'a Utf8Path,
    /// The folder that the tracer runs in.
    pub process: &'a Utf8Path,
    /// Resolves a `require.resolve` of a script, or of a module.
    pub resolve: &'a dyn Fn(&str, bool) -> Option<String>,
    pub profile: &'a TraceProfile,
}

/// Reads a source file; text that does not parse gives a module that says so.
pub(in crate::bundle::trace) fn parse(file: &Utf8Path, text: &str, context: &ParseContext<'_>) -> Module {
    let typescript =
        context.profile.compile_typescript && matches!(file.extension(), Some("ts" | "tsx" | "mts" | "cts"));
    let is_own = || !file.as_str().contains("/node_modules/");
    let attempts: &[SourceType] = if typescript {
        let kind = if file.extension() == Some("tsx") { SourceType::tsx() } else { SourceType::ts() };
        &[kind.with_unambiguous(true)]
    } else if context.profile.reads_markup && is_own() {
        &[SourceType::unambiguous(), SourceType::cjs(), SourceType::jsx().with_unambiguous(true)]
    } else {
        &[SourceType::unambiguous(), SourceType::cjs()]
    };
    let read = |program: &Program<'_>| read(file, program, program.source_type.is_module(), typescript, context);
    with_program(text, attempts, read).unwrap_or_else(Module::unread)
}

/// What `read` makes of the syntax tree of `text`, parsed as the first of `kinds` that it parses as; none where it is none of them, or too deeply nested.
pub(super) fn with_program<T>(text: &str, kinds: &[SourceType], read: impl FnOnce(&Program<'_>) -> T) -> Option<T> {
    if too_deep(text) {
        return None;
    }
    for kind in kinds {
        let allocator = Allocator::default();
        let options = ParseOptions {
            allow_return_outside_function: true,
            preserve_parens: false,
            parse_regular_expression: false,
            ..ParseOptions::default()
        };
        let parsed = Parser::new(&allocator, text, *kind).with_options(options).parse();
        if !parsed.panicked && parsed.diagnostics.is_empty() {
            return Some(read(&parsed.program));
        }
    }
    None
}

fn read(file: &Utf8Path, program: &Program<'_>, esm: bool, typescript: bool, context: &ParseContext<'_>) -> Module {
    let resolve = |specifier: &str| (context.resolve)(specifier, esm);
    let surroundings = Surroundings {
        file,
        folder: file.parent().unwrap_or(file),
        cwd: context.cwd,
        process: context.process,
        meta_paths: context.profile.import_meta_paths,
        resolve: &resolve,
    };
    visit::read(program, visit::Options { esm, typescript, surroundings, profile: context.profile })
}

/// The program of a text, whatever its dialect, for those who look for something else than references; none where it does not parse.
/// Needs the stack of a thread that parses.
pub(in crate::bundle::trace) fn program<T>(text: &str, tell: impl FnOnce(&Program<'_>) -> T) -> Option<T> {
    if too_deep(text) {
        return None;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::ts().with_unambiguous(true)).parse();
    (!parsed.panicked && parsed.diagnostics.is_empty()).then(|| tell(&parsed.program))
}

/// A look at the bytes alone: brackets, and operators and prefix keywords since the last separator at each depth.
/// Regular expressions and templates make it over-estimate, which real sources survive.
fn too_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !may_nest(bytes) {
        return false;
    }
    let mut chains = vec![0usize];
    let mut total = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if BORING[usize::from(byte)] {
            at += 1;
            continue;
        }
        match byte {
            b'\'' | b'"' => at = end_of_text(bytes, at),
            b'(' | b'[' | b'{' => chains.push(0),
            b')' | b']' | b'}' if chains.len() > 1 => {
                total -= chains.pop().unwrap_or_default();
                // `if (a) if (a) ...` nests without any operator.
                if let (b')', Some(chain)) = (byte, chains.last_mut()) {
                    *chain += 1;
                    total += 1;
                }
            }
            b';' | b',' => total -= chains.last_mut().map(std::mem::take).unwrap_or_default(),
            _ if nests(bytes, at) => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    total += 1;
                }
            }
            _ => {}
        }
        if chains.len() > MAX_NESTING || total > MAX_CHAIN {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether there are as many brackets, or operators and words, as the limits allow: a count alone, which spares most files the closer look.
fn may_nest(bytes: &[u8]) -> bool {
    const BRACKET: u64 = 1 << 32;
    const WEIGHTS: [u64; 256] = {
        let mut weights = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            weights[byte] = match byte as u8 {
                b'(' | b'[' | b'{' => BRACKET,
                b'\'' | b'"' | b';' | b',' => 0,
                _ => !BORING[byte] as u64,
            };
            byte += 1;
        }
        weights
    };
    let sum: u64 = bytes.iter().map(|&byte| WEIGHTS[usize::from(byte)]).sum();
    sum / BRACKET >= MAX_NESTING as u64 || sum % BRACKET > MAX_CHAIN as u64
}

/// Bytes that can neither nest nor separate.
const BORING: [bool; 256] = {
    let mut boring = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let value = byte as u8;
        boring[byte] = value.is_ascii_alphanumeric() || value >= 0x80 || value == b'_' || value == b'$';
        byte += 1;
    }
    boring
};

/// Where a quoted text ends: at its quote, or at the end of the line if it has none.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            _ if Some(&byte) == bytes.get(start) => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether a byte may begin another level: an operator, or the space behind `typeof`, `new`, `else` and the like.
fn nests(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(
            b'!' | b'~' | b'+' | b'-' | b'?' | b':' | b'=' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'<' | b'>',
        ) => true,
        Some(b'.') => true,
        Some(byte) if byte.is_ascii_whitespace() => {
            let word = at.checked_sub(2).and_then(|start| bytes.get(start..at)).unwrap_or_default();
            matches!(word, b"of" | b"ew" | b"te" | b"id" | b"it" | b"ld" | b"se" | b"do" | b"in")
        }
        _ => false,
    }
}
