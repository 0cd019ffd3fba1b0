//! The generator and datasource blocks of a Prisma schema, as a tree:
//! `generator.client.binaryTargets`. A call such as `env("X")` is an object with the function as its only key: `{ "env": ["X"] }`.
//!
//! Model bodies are skipped by their braces. What is not understood inside a block is skipped to the end of its line: newer syntax
//! must not make an old reader complain, so the only problem is a block that is never closed.

use super::json::{Problem, ProblemKind};
use super::tree::{Member, NodeId, Tree, Value};
use crate::base::Span;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    tree: Tree,
    root: NodeId,
    problems: Vec<Problem>,
}

/// Reads `text`; see the module's documentation.
pub(super) fn parse(text: &str) -> (Tree, Vec<Problem>) {
    let mut tree = Tree::default();
    let root = tree.add(Value::Object(Vec::new()), Span::new(0, text.len()));
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at, tree, root, problems: Vec::new() };
    while reader.at < text.len() {
        reader.block();
    }
    (reader.tree, reader.problems)
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn skip_blank(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Skips white space and comments, line ends included.
    fn skip_space(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.rest().starts_with("//") {
                self.skip_line();
            } else if self.rest().starts_with("/*") {
                self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
    }

    fn word(&mut self) -> (&'t str, Span) {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
        let span = Span::new(self.at, self.at + end);
        self.at += end;
        (&rest[..end], span)
    }

    fn block(&mut self) {
        self.skip_space();
        let (keyword, keyword_span) = self.word();
        self.skip_blank();
        let (name, name_span) = self.word();
        self.skip_blank();
        let open = self.at;
        if self.peek() != Some('{') {
            self.skip_line();
            return;
        }
        self.bump();
        if !matches!(keyword, "generator" | "datasource") || name.is_empty() {
            self.skip_body(open);
            return;
        }
        let group = self.group(keyword, keyword_span);
        let body = self.tree.add(Value::Object(Vec::new()), Span::new(open, open + 1));
        self.tree.push_member(group, Member { key: name.into(), key_span: name_span, value: body });
        self.fields(body, open);
        self.tree.close(body, self.at);
    }

    /// The object that holds all blocks of one keyword.
    fn group(&mut self, keyword: &str, span: Span) -> NodeId {
        let known = self.tree.root().and_then(|root| root.member(keyword)).map(|member| member.value);
        known.unwrap_or_else(|| {
            let group = self.tree.add(Value::Object(Vec::new()), span);
            self.tree.push_member(self.root, Member { key: keyword.into(), key_span: span, value: group });
            group
        })
    }

    fn unclosed(&mut self, open: usize) {
        let open = Span::new(open, open + 1);
        self.problems
            .push(Problem { kind: ProblemKind::Unclosed { bracket: '{', open }, span: Span::at(self.text.len()) });
    }

    fn skip_body(&mut self, open: usize) {
        let mut depth = 1usize;
        while depth > 0 {
            self.skip_space();
            match self.peek() {
                None => return self.unclosed(open),
                Some('"') => {
                    self.string();
                    continue;
                }
                Some('{') => depth += 1,
                Some('}') => depth -= 1,
                Some(_) => {}
            }
            self.bump();
        }
    }

    fn fields(&mut self, body: NodeId, open: usize) {
        loop {
            self.skip_space();
            match self.peek() {
                None => return self.unclosed(open),
                Some('}') => return self.bump(),
                Some(_) => self.field(body),
            }
        }
    }

    fn field(&mut self, body: NodeId) {
        let (key, key_span) = self.word();
        self.skip_blank();
        if key.is_empty() || self.peek() != Some('=') {
            let before = self.at;
            self.skip_line();
            if self.at == before {
                self.bump();
            }
            return;
        }
        self.bump();
        self.skip_blank();
        if let Some(value) = self.value() {
            self.tree.push_member(body, Member { key: key.into(), key_span, value });
        }
        self.skip_blank();
        if !matches!(self.peek(), Some('}')) {
            self.skip_line();
        }
    }

    /// A scalar, a call, or a list of those; lists are not nested in these blocks.
    fn value(&mut self) -> Option<NodeId> {
        if self.peek() != Some('[') {
            return self.item();
        }
        let open = self.at;
        let list = self.tree.add(Value::Array(Vec::new()), Span::new(open, open + 1));
        self.bump();
        self.items(list, ']');
        Some(list)
    }

    fn items(&mut self, list: NodeId, close: char) {
        loop {
            self.skip_space();
            match self.peek() {
                None | Some('}' | '{') => break,
                Some(c) if c == close => {
                    self.bump();
                    break;
                }
                Some(',') => self.bump(),
                Some(_) => match self.item() {
                    Some(item) => self.tree.push_item(list, item),
                    None => self.bump(),
                },
            }
        }
        self.tree.close(list, self.at);
    }

    fn item(&mut self) -> Option<NodeId> {
        if self.peek() == Some('"') {
            let (value, span) = self.string();
            return Some(self.tree.add(Value::String(value.into()), span));
        }
        let (word, span) = self.word();
        match word {
            "" => None,
            "true" | "false" => Some(self.tree.add(Value::Bool(word == "true"), span)),
            _ if self.peek() == Some('(') => Some(self.call(word, span)),
            _ => match word.parse::<f64>() {
                Ok(number) => Some(self.tree.add(Value::Number(number), span)),
                Err(_) => Some(self.tree.add(Value::String(word.into()), span)),
            },
        }
    }

    /// A call; its arguments are read flat: `env("X")`.
    fn call(&mut self, name: &str, key_span: Span) -> NodeId {
        let call = self.tree.add(Value::Object(Vec::new()), key_span);
        let arguments = self.tree.add(Value::Array(Vec::new()), Span::new(self.at, self.at + 1));
        self.tree.push_member(call, Member { key: name.into(), key_span, value: arguments });
        self.bump();
        loop {
            self.skip_blank();
            match self.peek() {
                Some('"') => {
                    let (value, span) = self.string();
                    let argument = self.tree.add(Value::String(value.into()), span);
                    self.tree.push_item(arguments, argument);
                }
                Some(')') => {
                    self.bump();
                    break;
                }
                None | Some('\n' | '\r' | ']' | '}') => break,
                Some(_) => self.bump(),
            }
        }
        self.tree.close(arguments, self.at);
        self.tree.close(call, self.at);
        call
    }

    /// A string in double quotes; it ends at its line's end at the latest.
    fn string(&mut self) -> (String, Span) {
        let start = self.at;
        self.bump();
        let mut value = String::new();
        loop {
            match self.peek() {
                None | Some('\n' | '\r') => break,
                Some('"') => {
                    self.bump();
                    break;
                }
                Some('\\') => {
                    self.bump();
                    match self.peek() {
                        Some('n') => value.push('\n'),
                        Some('t') => value.push('\t'),
                        Some('r') => value.push('\r'),
                        other => value.extend(other),
                    }
                    self.bump();
                }
                Some(c) => {
                    value.push(c);
                    self.bump();
                }
            }
        }
        (value, Span::new(start, self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Part, Path};
    use super::*;

    const SCHEMA: &str = r#"// a comment { with braces }
datasource db {
  provider = "postgresql" // why
  url      = env("DATABASE_URL")
}

generator client {
  provider      = "prisma-client-js"
  binaryTargets = ["native",
    "rhel-openssl-1.0.x"]
  previewFeatures = [] }

model User {
  id   Int    @id @default(autoincrement())
  note String @default("} generator x {")
}

generator photon {
  provider = "photonjs"
  platforms = env("TARGETS")
}
"#;

    #[test]
    fn blocks_are_read_with_spans() {
        let document = Document::prisma("schema.prisma", SCHEMA);
        assert_eq!(document.problems(), []);
        let targets = Path::keys(["generator", "client", "binaryTargets"]);
        assert_eq!(document.get(&targets).unwrap().strings(), ["native", "rhel-openssl-1.0.x"]);
        assert_eq!(document.span(&targets.index(1), Part::Value).slice(SCHEMA), "\"rhel-openssl-1.0.x\"");
        assert_eq!(document.span(&targets, Part::Key).slice(SCHEMA), "binaryTargets");
        let call = document.get(&Path::keys(["generator", "photon", "platforms"])).unwrap();
        assert_eq!(call.get("env").unwrap().strings(), ["TARGETS"]);
        assert_eq!(call.span().slice(SCHEMA), "env(\"TARGETS\")");
        assert_eq!(document.root().unwrap().get("generator").unwrap().members().count(), 2);
    }

    #[test]
    fn broken_schemas_are_read_as_far_as_they_go() {
        for text in [
            "",
            "generator",
            "generator client {",
            "generator client { provider = ",
            "model X {",
            "}}}",
            "generator c {\n binaryTargets = [\"native\"\n}",
            "\u{feff}generator é { a = \"x",
        ] {
            let (tree, _) = parse(text);
            assert!(tree.root().is_some(), "{text}");
        }
        assert_eq!(parse("generator client {").1.len(), 1);
    }
}
