//! What a source file says, from an earlier run where its content was read in one.

use std::cell::{Cell, RefCell};
use std::io;

use camino::Utf8Path;

use super::files::text_of;
use super::source::module::Module;
use super::source::parse::{ParseContext, parse};
use super::walk::Walk;
use crate::base::memo::{Key, Memo};

/// A longer file is no source that anyone wrote or bundled, and reading it would take as much memory, in bytes.
const LARGEST: u64 = 128 << 20;

impl Walk<'_, '_> {
    /// The module that a file is.
    pub(super) fn module(&self, path: &Utf8Path) -> io::Result<Module> {
        if self.files().metadata(path).is_some_and(|metadata| metadata.len > LARGEST) {
            return Ok(Module::unread());
        }
        let Some((memo, metadata)) = self.files().memo().zip(self.files().metadata(path)) else {
            return Ok(self.parse(path, self.files().bytes(path)?).0);
        };
        let known = memo.content(path, &metadata);
        if let Some(module) = known.and_then(|content| self.recalled(memo, path, content)) {
            return Ok(module);
        }
        let bytes = self.files().bytes(path)?;
        let content = Key::of_content(&bytes);
        memo.learn(path, &metadata, content);
        let met_elsewhere = if known == Some(content) { None } else { self.recalled(memo, path, content) };
        if let Some(module) = met_elsewhere {
            return Ok(module);
        }
        let (module, alone) = self.parse(path, bytes);
        if let (true, Ok(bytes)) = (alone, postcard::to_allocvec(&module)) {
            memo.put(self.key(path, content), &bytes);
        }
        Ok(module)
    }

    fn key(&self, path: &Utf8Path, content: Key) -> Key {
        Key::new("module", &[&content.to_bytes(), path.as_str().as_bytes(), &self.context().to_bytes()])
    }

    fn recalled(&self, memo: &Memo, path: &Utf8Path, content: Key) -> Option<Module> {
        memo.get(self.key(path, content), |bytes| postcard::from_bytes(bytes).ok())
    }

    /// Reads a source; tells also whether the result depends on nothing but it.
    fn parse(&self, path: &Utf8Path, bytes: Vec<u8>) -> (Module, bool) {
        if is_program(&bytes) {
            return (Module::unread(), true);
        }
        let (asked, met) = (Cell::new(false), RefCell::new(Vec::new()));
        let resolve = |specifier: &str, import: bool| {
            asked.set(true);
            let found = self.resolver().resolve(specifier, path, import);
            met.borrow_mut().extend(found.packages);
            found.files?.first().map(|file| file.to_string())
        };
        let context =
            ParseContext { cwd: self.cwd(), process: self.files().base(), resolve: &resolve, profile: self.profile() };
        let mut module = parse(path, &text_of(bytes), &context);
        module.met = met.into_inner();
        (module, !asked.get())
    }
}

/// Whether these bytes begin a program of Linux or macOS, which no text of JavaScript can: a query engine without ending is asked for like a module.
fn is_program(bytes: &[u8]) -> bool {
    matches!(bytes, [0x7f, b'E', b'L', b'F', ..] | [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::trace_profile::NFT_1_11_5;

    #[test]
    fn a_program_is_what_the_parser_makes_of_it() {
        let path = Utf8Path::new("/query-engine-darwin");
        let context = ParseContext { cwd: path, process: path, resolve: &|_, _| None, profile: &NFT_1_11_5 };
        for head in [b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe"] {
            for rest in ["", "\n", "= 1;", "/* */", "\0\0require('./a')"] {
                let bytes = [head.as_slice(), rest.as_bytes()].concat();
                assert!(is_program(&bytes) && parse(path, &text_of(bytes), &context).facts.failed);
            }
        }
        assert!(!is_program(b"MZ = 1") && !parse(path, "MZ = 1", &context).facts.failed);
    }
}
