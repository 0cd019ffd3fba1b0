//! The house keeps its order: imports go one way, files stay readable, nothing panics or prints where it must not.
//!
//! Sources are read as tokens, so that comments, strings and lifetimes cannot mislead. The checks themselves are tested on made-up sources below.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::{Path, PathBuf};

/// A folder may import from those above it. Folders on one line do not import each other. So no cycle is possible either.
const ORDER: [&[&str]; 17] = [
    &["base"],
    &["document"],
    &["platform"],
    &["routing"],
    &["project"],
    &["detect"],
    &["engine"],
    &["bundle"],
    &["connections"],
    &["analysis"],
    &["convert"],
    &["rules"],
    &["lint"],
    &["rewrite"],
    &["report"],
    &["lsp", "hook"],
    &["cli"],
];

/// Lines that a file may have, its tests not counted.
const LONGEST: usize = 420;

/// Folders that may print.
const PRINTS: [&str; 2] = ["cli", "report"];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Word(String),
    /// `::`
    Path,
    Mark(char),
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    line: usize,
    /// Inside an item that only tests compile.
    test: bool,
}

impl Token {
    fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    fn word(&self) -> Option<&str> {
        if let Kind::Word(word) = &self.kind { Some(word) } else { None }
    }
}

/// Splits Rust source; comments, literals and lifetimes are left out.
fn tokens(source: &str) -> Vec<Token> {
    let text: Vec<char> = source.chars().collect();
    let at = |index: usize| text.get(index).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut index, mut line) = (Vec::new(), 0, 1);
    while index < text.len() {
        let start = index;
        let mut kind = None;
        match (at(index), at(index + 1)) {
            ('/', '/') => index = skip(&text, index, |index| at(index) == '\n'),
            ('/', '*') => index = behind_block_comment(&text, index),
            ('"', _) => index = behind_string(&text, index),
            ('\'', _) if at(index + 1) != '\\' && at(index + 2) != '\'' => index += 1,
            ('\'', _) => index = skip(&text, index + 2, |index| at(index) == '\'') + 1,
            (':', ':') => (kind, index) = (Some(Kind::Path), index + 2),
            (c, _) if is_word(c) => {
                index = skip(&text, index, |index| !is_word(at(index)));
                let word: String = text[start..index].iter().collect();
                let is_prefix = matches!(word.as_str(), "r" | "b" | "br" | "c" | "cr");
                match at(index) {
                    '"' if is_prefix && !word.contains('r') => index = behind_string(&text, index),
                    '"' | '#' if is_prefix && word.contains('r') => index = behind_raw_string(&text, index),
                    '\'' if word == "b" => index = skip(&text, index + 2, |index| at(index) == '\'') + 1,
                    _ => kind = Some(Kind::Word(word)),
                }
            }
            (c, _) => {
                index += 1;
                kind = (!c.is_whitespace()).then_some(Kind::Mark(c));
            }
        }
        found.extend(kind.map(|kind| Token { kind, line, test: false }));
        let end = index.min(text.len());
        line += text[start..end].iter().filter(|c| **c == '\n').count();
    }
    mark_tests(&mut found);
    found
}

fn skip(text: &[char], from: usize, until: impl Fn(usize) -> bool) -> usize {
    (from..text.len()).find(|index| until(*index)).unwrap_or(text.len())
}

fn behind_block_comment(text: &[char], from: usize) -> usize {
    let (mut depth, mut index) = (1, from + 2);
    while depth > 0 && index < text.len() {
        match (text[index], text.get(index + 1)) {
            ('/', Some('*')) => (depth, index) = (depth + 1, index + 2),
            ('*', Some('/')) => (depth, index) = (depth - 1, index + 2),
            _ => index += 1,
        }
    }
    index
}

fn behind_string(text: &[char], from: usize) -> usize {
    let mut index = from + 1;
    while index < text.len() && text[index] != '"' {
        index += if text[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

/// From the first `#` or the quote of `r##"..."##`; a raw identifier (`r#type`) ends at its `#`.
fn behind_raw_string(text: &[char], from: usize) -> usize {
    let quote = skip(text, from, |index| text[index] != '#');
    let hashes = quote - from;
    if text.get(quote) != Some(&'"') {
        return quote;
    }
    let closes = |index: usize| {
        text[index] == '"' && text[index + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    (skip(text, quote + 1, closes) + 1 + hashes).min(text.len())
}

/// Marks what stands behind `#[cfg(test)]`: up to the end of its braces, or to the semicolon.
fn mark_tests(tokens: &mut [Token]) {
    let mut index = 0;
    while index < tokens.len() {
        let end = attribute_end(tokens, index);
        let attribute: Vec<&str> = tokens[index..end].iter().filter_map(Token::word).collect();
        let is_test = attribute.first() == Some(&"cfg") && attribute.contains(&"test") && !attribute.contains(&"not");
        if !is_test {
            index = end.max(index + 1);
            continue;
        }
        let mut last = end;
        while attribute_end(tokens, last) > last {
            last = attribute_end(tokens, last);
        }
        let mut depth = 0;
        while last < tokens.len() {
            match tokens[last].kind {
                Kind::Mark('{') => depth += 1,
                Kind::Mark('}') => depth -= 1,
                _ => {}
            }
            last += 1;
            let closing = &tokens[last - 1];
            if depth == 0 && (closing.is('}') || closing.is(';')) {
                break;
            }
        }
        tokens[index..last].iter_mut().for_each(|token| token.test = true);
        index = last;
    }
}

/// The index behind an attribute that starts at `index`; `index` itself where none does.
fn attribute_end(tokens: &[Token], index: usize) -> usize {
    if !(tokens.get(index).is_some_and(|token| token.is('#'))
        && tokens.get(index + 1).is_some_and(|token| token.is('[')))
    {
        return index;
    }
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(index + 1) {
        depth += i32::from(token.is('[')) - i32::from(token.is(']'));
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// A file of `src/`: its path there, with `/`.
struct Source<'s> {
    path: &'s str,
    tokens: Vec<Token>,
    lines: usize,
}

impl<'s> Source<'s> {
    fn new(path: &'s str, text: &str) -> Self {
        Self { path, tokens: tokens(text), lines: text.lines().count() }
    }

    /// The folder of the house; none for `lib.rs` and `main.rs`.
    fn folder(&self) -> Option<&'s str> {
        self.path.split_once('/').map(|(folder, _)| folder)
    }

    fn is_test_file(&self) -> bool {
        self.path.ends_with("/tests.rs")
    }

    /// How many `super` lead from the file's own module to the crate.
    fn depth(&self) -> usize {
        let segments = self.path.split('/').count();
        if ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| self.path.ends_with(name)) {
            segments - 1
        } else {
            segments
        }
    }

    /// The folders that it names by `crate::` or by enough `super::`, with the line.
    fn imports(&self) -> Vec<(String, usize)> {
        let (mut found, mut braces, mut modules) = (Vec::new(), 0_usize, Vec::new());
        let tokens = &self.tokens;
        let mut index = 0;
        while index < tokens.len() {
            let token = &tokens[index];
            match &token.kind {
                Kind::Mark('{') => {
                    let is_module = index >= 2 && tokens[index - 2].word() == Some("mod");
                    modules.extend(is_module.then_some(braces));
                    braces += 1;
                }
                Kind::Mark('}') => {
                    braces = braces.saturating_sub(1);
                    modules.pop_if(|opened| *opened == braces);
                }
                Kind::Word(word) if word == "crate" => {
                    found.extend(self.heads(index + 1, token.line));
                }
                Kind::Word(word) if word == "super" => {
                    let mut supers = 1;
                    while tokens.get(index + 1).is_some_and(|next| next.kind == Kind::Path)
                        && tokens.get(index + 2).and_then(Token::word) == Some("super")
                    {
                        (supers, index) = (supers + 1, index + 2);
                    }
                    if supers >= self.depth() + modules.len() {
                        found.extend(self.heads(index + 1, token.line));
                    }
                }
                _ => {}
            }
            index += 1;
        }
        found
    }

    /// The first names behind the `::` at `index`: one, or those of a `{...}` group. `pub(crate)` has none.
    fn heads(&self, index: usize, line: usize) -> Vec<(String, usize)> {
        let tokens = &self.tokens;
        if tokens.get(index).is_none_or(|token| token.kind != Kind::Path) {
            let renames = tokens.get(index).and_then(Token::word) == Some("as");
            return if renames { vec![("as".to_owned(), line)] } else { Vec::new() };
        }
        let Some(next) = tokens.get(index + 1) else { return Vec::new() };
        if let Some(word) = next.word() {
            return vec![(word.to_owned(), line)];
        }
        if !next.is('{') {
            return vec![("*".to_owned(), line)];
        }
        let (mut found, mut depth, mut is_head) = (Vec::new(), 0, true);
        for token in &tokens[index + 1..] {
            match &token.kind {
                Kind::Mark('{') => depth += 1,
                Kind::Mark('}') => depth -= 1,
                Kind::Mark(',') if depth == 1 => is_head = true,
                Kind::Word(word) if depth == 1 && is_head => {
                    found.push((word.clone(), token.line));
                    is_head = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        found
    }
}

fn rank(folder: &str) -> Option<usize> {
    ORDER.iter().position(|line| line.contains(&folder))
}

/// What is wrong with one file, each with its line.
fn complaints(source: &Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut complain = |line: usize, what: String| found.push(format!("src/{}:{line}: {what}", source.path));
    if let Some(folder) = source.folder() {
        let Some(own) = rank(folder) else {
            complain(1, format!("{folder}/ has no place in the order of folders"));
            return found;
        };
        for (target, line) in source.imports().into_iter().filter(|(target, _)| target != folder) {
            match rank(&target) {
                None => complain(line, format!("`crate::{target}` is no folder of the house")),
                Some(other) if other > own => {
                    complain(line, format!("{folder}/ imports {target}/, which stands below it"))
                }
                Some(other) if other == own => {
                    complain(line, format!("{folder}/ imports {target}/, which stands on its line"))
                }
                Some(_) => {}
            }
        }
    }
    let is_code = |token: &&Token| !token.test;
    let test_lines = source.tokens.iter().rev().find(is_code).map_or(0, |last| source.lines.saturating_sub(last.line));
    if source.lines - test_lines > LONGEST && !source.is_test_file() {
        complain(LONGEST + 1, format!("{} lines: more than {LONGEST}", source.lines - test_lines));
    }
    let may_print = source.folder().is_some_and(|folder| PRINTS.contains(&folder));
    for (index, token) in source.tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let before = index.checked_sub(1).and_then(|before| source.tokens.get(before));
        let next = source.tokens.get(index + 1);
        let is_macro = next.is_some_and(|next| next.is('!'));
        let is_method = before.is_some_and(|before| before.is('.') || before.kind == Kind::Path);
        match word {
            "nowcheck" if next.is_some_and(|next| next.kind == Kind::Path) && source.path != "main.rs" => {
                complain(token.line, "the crate names itself: write `crate::`".to_owned());
            }
            _ if token.test || source.is_test_file() => {}
            "println" | "eprintln" | "print" | "eprint" if is_macro && !may_print => {
                complain(token.line, format!("`{word}!` outside cli/ and report/"));
            }
            "fs" if is_method && source.folder() == Some("rules") => {
                complain(token.line, "a rule reads no files: ask the analysis".to_owned());
            }
            "unwrap" | "expect" | "unwrap_err" | "expect_err" if is_method => {
                complain(token.line, format!("`{word}` outside tests"));
            }
            "panic" | "unreachable" | "todo" | "unimplemented" | "dbg" if is_macro => {
                complain(token.line, format!("`{word}!` outside tests"));
            }
            _ => {}
        }
    }
    found
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn the_house_is_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    assert!(paths.len() > 100, "only {} files found", paths.len());
    let mut found = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        found.extend(complaints(&Source::new(&name, &std::fs::read_to_string(path).unwrap())));
    }
    found.sort();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// The complaints about a made-up file, without its name.
fn told(path: &str, text: &str) -> Vec<String> {
    let prefix = format!("src/{path}:");
    complaints(&Source::new(path, text)).iter().map(|line| line.trim_start_matches(&prefix).to_owned()).collect()
}

#[test]
fn imports_go_one_way() {
    for (path, text, expected) in [
        ("base/a.rs", "use crate::document::Path;", "1: base/ imports document/, which stands below it"),
        (
            "rules/a.rs",
            "\nuse crate::{base::Fs, lint::{Report, fix}};",
            "2: rules/ imports lint/, which stands below it",
        ),
        ("lsp/a.rs", "fn f() { crate::hook::run() }", "1: lsp/ imports hook/, which stands on its line"),
        ("hook/a.rs", "use crate::lsp;", "1: hook/ imports lsp/, which stands on its line"),
        ("bundle/mod.rs", "use super::cli::run;", "1: bundle/ imports cli/, which stands below it"),
        ("bundle/a.rs", "use super::super::cli::run;", "1: bundle/ imports cli/, which stands below it"),
        (
            "bundle/a/b.rs",
            "mod c { use super::super::super::super::cli; }",
            "1: bundle/ imports cli/, which stands below it",
        ),
        (
            "base/a.rs",
            "#[cfg(test)] mod tests { use crate::cli::run; }",
            "1: base/ imports cli/, which stands below it",
        ),
        ("utils/a.rs", "", "1: utils/ has no place in the order of folders"),
        ("cli/a.rs", "use crate::helpers::x;", "1: `crate::helpers` is no folder of the house"),
        ("cli/a.rs", "use crate::*;", "1: `crate::*` is no folder of the house"),
        ("cli/a.rs", "use crate as all;", "1: `crate::as` is no folder of the house"),
        ("cli/a.rs", "use nowcheck::base;", "1: the crate names itself: write `crate::`"),
    ] {
        assert_eq!(told(path, text), [expected], "{path}: {text}");
    }
    for (path, text) in [
        ("document/a.rs", "use crate::base::Span; pub(crate) fn f() {}"),
        ("cli/a.rs", "use crate::{base, lint::{self, rules}, report};"),
        ("base/a/b.rs", "use super::super::cli; mod t { use super::super::x; }"),
        ("base/a.rs", "//! [`crate::cli`]\n/* /* crate::cli */ crate::cli */ const A: &str = \"crate::cli\";"),
        (
            "base/a.rs",
            "const A: &str = r#\"use crate::cli; \" \"#; const B: char = '\"'; const C: u8 = b'\\''; fn f<'a>() {}",
        ),
        ("main.rs", "fn main() { nowcheck::cli::run() }"),
    ] {
        assert!(told(path, text).is_empty(), "{path}: {text}: {:?}", told(path, text));
    }
}

#[test]
fn nothing_panics_or_prints_outside_its_place() {
    for (text, expected) in [
        ("fn f() { x.unwrap() }", "`unwrap` outside tests"),
        ("fn f() { x\n.expect(\"y\") }", "`expect` outside tests"),
        ("fn f() { x.map(Option::unwrap) }", "`unwrap` outside tests"),
        ("fn f() { panic!(\"x\") }", "`panic!` outside tests"),
        ("#[cfg(not(test))] fn f() { todo!() }", "`todo!` outside tests"),
        ("#[cfg(test)] fn f() {} fn g() { eprintln!() }", "`eprintln!` outside cli/ and report/"),
        ("#[cfg(test)] use x::{a, b}; fn g() { println!() }", "`println!` outside cli/ and report/"),
    ] {
        let found = told("base/a.rs", text);
        assert!(matches!(found.as_slice(), [one] if one.ends_with(expected)), "{text}: {found:?}");
    }
    assert_eq!(told("rules/size/a.rs", "fn f() { project.fs().read(x); }").len(), 1);
    for (path, text) in [
        ("lint/a.rs", "fn f() { project.fs().read(x); }"),
        ("base/a.rs", "fn f() { x.unwrap_or(1); unwrap(x); /* x.unwrap() */ \"x.unwrap()\"; }"),
        ("base/a.rs", "#[cfg(test)]\n#[allow(x)]\nmod tests { fn f() { x.unwrap(); println!(); } }"),
        ("base/a/tests.rs", "fn f() { x.unwrap() }"),
        ("report/a.rs", "fn f() { println!() }"),
        ("cli/a.rs", "fn f() { eprintln!() }"),
    ] {
        assert!(told(path, text).is_empty(), "{path}: {text}");
    }
}

#[test]
fn long_files_are_refused_and_their_tests_do_not_count() {
    let line = "const A: u8 = 1;\n";
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", line.repeat(LONGEST));
    assert!(told("base/a.rs", &format!("{}{tests}", line.repeat(LONGEST))).is_empty());
    let found = told("base/a.rs", &format!("{}{tests}", line.repeat(LONGEST + 1)));
    assert_eq!(found, [format!("{}: {} lines: more than {LONGEST}", LONGEST + 1, LONGEST + 1)]);
}
