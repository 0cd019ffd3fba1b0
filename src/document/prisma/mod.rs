//! The generator and datasource blocks of a Prisma schema, as a tree:
//! `generator.client.binaryTargets`. A call such as `env("X")` is an object with the function as its only key: `{ "env": ["X"] }`.
//!
//! Model bodies are skipped by their braces. What is not understood inside a block is skipped to the end of its line, and is a problem
//! of the text where every parser of Prisma that was tried refuses it.

mod strict;

use super::json::{Problem, ProblemKind};
use super::tree::{Member, NodeId, Tree, Value};
use crate::base::Span;
pub use strict::Slip;
use strict::is_blank;

/// Words that open a block.
const KEYWORDS: [&str; 6] = ["generator", "datasource", "model", "enum", "type", "view"];

struct Reader<'t> {
    text: &'t str,
    at: usize,
    tree: Tree,
    root: NodeId,
    problems: Vec<Problem>,
    /// Whether the reader is inside a generator or datasource block, or between blocks: a comment in `/* */` is noted there.
    is_noting: bool,
}

/// Reads `text`; see the module's documentation.
pub(super) fn parse(text: &str) -> (Tree, Vec<Problem>) {
    let mut tree = Tree::default();
    let root = tree.add(Value::Object(Vec::new()), Span::new(0, text.len()));
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at, tree, root, problems: Vec::new(), is_noting: true };
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
        self.at += self.rest().len() - self.rest().trim_start_matches(is_blank).len();
    }

    fn note(&mut self, slip: Slip, span: Span) {
        self.problems.push(Problem { kind: ProblemKind::Prisma(slip), span });
    }

    /// Skips white space and comments, line ends included.
    fn skip_space(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.rest().starts_with("//") {
                self.skip_line();
            } else if self.rest().starts_with("/*") {
                let start = self.at;
                self.skip_comment();
                if self.is_noting {
                    self.note(Slip::BlockComment, Span::new(start, self.at));
                }
            } else {
                return;
            }
        }
    }

    /// Skips the comment in `/* */` that begins here.
    fn skip_comment(&mut self) {
        self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
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
        if self.peek() == Some('}') {
            self.note(Slip::StrayBrace, Span::new(self.at, self.at + 1));
            return self.bump();
        }
        let (keyword, keyword_span) = self.word();
        self.skip_blank();
        let (name, name_span) = self.word();
        self.skip_blank();
        let is_ours = matches!(keyword, "generator" | "datasource");
        if self.peek() != Some('{') && !(is_ours && self.opens_below()) {
            if is_ours {
                self.note(Slip::NoBrace, keyword_span);
            }
            let before = self.at;
            self.skip_line();
            if self.at == before && keyword.is_empty() {
                self.bump();
            }
            return;
        }
        let open = self.at;
        self.bump();
        if is_ours && name.is_empty() {
            self.note(Slip::NoName, keyword_span);
        }
        self.skip_behind_brace(is_ours);
        if !is_ours || name.is_empty() {
            self.is_noting = false;
            self.skip_body(open);
            self.is_noting = true;
            return;
        }
        let group = self.group(keyword, keyword_span);
        let body = self.tree.add(Value::Object(Vec::new()), Span::new(open, open + 1));
        self.tree.push_member(group, Member { key: name.into(), key_span: name_span, value: body });
        self.fields(body, open);
        self.tree.close(body, self.at);
    }

    /// Whether the `{` of a block stands in a line below its name; then reading goes on there.
    fn opens_below(&mut self) -> bool {
        let before = self.at;
        let rest = self.rest();
        let opens = rest.starts_with(['\n', '\r']) && rest.trim_start().starts_with('{');
        if opens {
            self.at += rest.len() - rest.trim_start().len();
            self.note(Slip::NoBrace, Span::new(self.at, self.at + 1));
        } else {
            self.at = before;
        }
        opens
    }

    /// What stands behind the `{` of a block is not read; with the `}` there, the block is never closed.
    fn skip_behind_brace(&mut self, is_ours: bool) {
        let line = self.rest().split(['\n', '\r']).next().unwrap_or_default();
        let shown = line.trim();
        if shown.starts_with("//") || !shown.contains('}') {
            self.at += line.len();
        } else if is_ours {
            let start = self.at + line.len() - line.trim_start().len();
            self.note(Slip::BehindBrace, Span::new(start, start + shown.len()));
        }
    }

    /// Whether a line here opens another block, so that the one that is read was never closed.
    fn at_block(&self) -> bool {
        let line = self.rest().split(['\n', '\r']).next().unwrap_or_default();
        let mut words = line.split(is_blank).filter(|word| !word.is_empty());
        words.next().is_some_and(|word| KEYWORDS.contains(&word))
            && match (words.next(), words.next()) {
                (Some(name), None) => name.len() > 1 && name.ends_with('{'),
                (Some(name), Some(brace)) => brace == "{" && !name.starts_with(['=', '/']),
                _ => false,
            }
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
        self.problems.push(Problem { kind: ProblemKind::Unclosed { bracket: '{', open }, span: Span::at(self.at) });
    }

    fn skip_body(&mut self, open: usize) {
        let mut depth = 1usize;
        while depth > 0 {
            let before = self.at;
            self.skip_space();
            let is_new_line = self.text.get(before..self.at).is_some_and(|gap| gap.contains(['\n', '\r']));
            match self.peek() {
                None => return self.unclosed(open),
                Some(_) if is_new_line && self.at_block() => return self.unclosed(open),
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
                Some(_) if self.at_block() => return self.unclosed(open),
                Some(_) => self.field(body),
            }
        }
    }

    fn field(&mut self, body: NodeId) {
        let (key, key_span) = self.word();
        let fault = strict::fault(self.text, key, self.at);
        self.skip_blank();
        if key.is_empty() || self.peek() != Some('=') {
            let end = self.at + self.rest().find(['\n', '\r', '}']).unwrap_or(self.rest().len());
            let line = Span::new(key_span.start, self.text.get(..end).map_or(end, |text| text.trim_end().len()));
            self.note(Slip::NoEquals, line);
            self.at = end.max(self.at);
            return;
        }
        self.problems.extend(fault);
        self.bump();
        self.skip_blank();
        self.is_noting = false;
        if let Some(value) = self.value() {
            self.tree.push_member(body, Member { key: key.into(), key_span, value });
        }
        self.is_noting = true;
        self.skip_blank();
        if self.rest().starts_with("/*") {
            self.skip_comment();
            self.skip_blank();
            self.note_behind_comment();
        }
        if !matches!(self.peek(), Some('}')) {
            self.skip_line();
        }
    }

    /// Behind the comment that follows a value the line must end.
    fn note_behind_comment(&mut self) {
        let line = self.rest().split(['\n', '\r']).next().unwrap_or_default().trim_end();
        if line.starts_with('}') {
            self.note(Slip::BraceBehindValue, Span::new(self.at, self.at + 1));
        } else if !line.is_empty() && !line.starts_with("//") {
            self.note(Slip::BehindValue, Span::new(self.at, self.at + line.len()));
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
            let before = self.at;
            self.skip_space();
            let is_new_line = self.text.get(before..self.at).is_some_and(|gap| gap.contains(['\n', '\r']));
            match self.peek() {
                None | Some('}' | '{' | '=') => break,
                Some(c) if c == close => {
                    self.bump();
                    break;
                }
                Some(',') => self.bump(),
                // A list that was not closed: the next key stands here.
                Some(c) if is_new_line && c != '"' => {
                    self.at = before;
                    break;
                }
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
        assert_eq!(slips(SCHEMA), [(Slip::SeveralLines, "[\"native\","), (Slip::BraceBehindValue, "}")]);
        let targets = Path::keys(["generator", "client", "binaryTargets"]);
        assert_eq!(document.get(&targets).unwrap().strings(), ["native", "rhel-openssl-1.0.x"]);
        assert_eq!(document.span(&targets.index(1), Part::Value).slice(SCHEMA), "\"rhel-openssl-1.0.x\"");
        assert_eq!(document.span(&targets, Part::Key).slice(SCHEMA), "binaryTargets");
        let call = document.get(&Path::keys(["generator", "photon", "platforms"])).unwrap();
        assert_eq!(call.get("env").unwrap().strings(), ["TARGETS"]);
        assert_eq!(call.span().slice(SCHEMA), "env(\"TARGETS\")");
        assert_eq!(document.root().unwrap().get("generator").unwrap().members().count(), 2);
    }

    const HEAD: &str = "generator client {\n  provider = \"prisma-client-js\"\n";

    fn slips(text: &str) -> Vec<(Slip, &str)> {
        let slip = |problem: &Problem| match problem.kind {
            ProblemKind::Prisma(slip) => Some((slip, problem.span.slice(text))),
            _ => None,
        };
        parse(text).1.iter().filter_map(slip).collect()
    }

    #[test]
    fn what_prisma_refuses_in_a_line_is_a_problem() {
        for (line, expected) in [
            ("output = \"a\" // b", None),
            ("output=\"..\\\\a\\\"b\"", None),
            ("binaryTargets = [ \"native\" , \"darwin\" ]", None),
            ("binaryTargets = []", None),
            ("binaryTargets = [env(\"X\")]", None),
            ("binaryTargets = env(\"X\")", None),
            ("custom = [bar, 1.5, x(a: \"b\")]", None),
            ("custom = true", None),
            ("my-key\t=\t-1", None),
            ("\u{a0}custom = [[\"a\"]]", None),
            ("output = ", Some((Slip::NoValue, ""))),
            ("output", Some((Slip::NoEquals, "output"))),
            ("output \"a\"", Some((Slip::NoEquals, "output \"a\""))),
            ("output: \"a\"", Some((Slip::NoEquals, "output: \"a\""))),
            ("output = \"a", Some((Slip::OpenString, "\"a"))),
            ("output = 'a'", Some((Slip::OtherQuotes, "'a'"))),
            ("output = “a”", Some((Slip::OtherQuotes, "“a”"))),
            ("output = a", Some((Slip::BareWord, "a"))),
            ("output = process.env.A", Some((Slip::BareWord, "process.env.A"))),
            ("url = env(X)", Some((Slip::BareWord, "X"))),
            ("url = env(\"X\"", Some((Slip::Unexpected, ""))),
            ("output = \"..\\a\"", Some((Slip::BadEscape, "\\a"))),
            ("output = \"a\",", Some((Slip::BehindValue, ","))),
            ("output = \"a\" b = \"c\"", Some((Slip::BehindValue, "b = \"c\""))),
            ("output = \"\"\"a\"\"\"", Some((Slip::BehindValue, "\"a\"\"\""))),
            ("output = \"a\" /* b */", Some((Slip::BlockComment, "/* b */"))),
            ("output = \"a\" /* b\n  c = } */", Some((Slip::BlockComment, "/* b"))),
            ("/* b */", Some((Slip::BlockComment, "/* b */"))),
            ("binaryTargets = [\"a\",]", Some((Slip::ExtraComma, ","))),
            ("binaryTargets = [\"a\",, \"b\"]", Some((Slip::ExtraComma, ","))),
            ("binaryTargets = [\"a\" \"b\"]", Some((Slip::MissingComma, "\""))),
            ("binaryTargets = [native]", Some((Slip::BareWord, "native"))),
            ("binaryTargets = [\n    \"a\",\n  ]", Some((Slip::SeveralLines, "["))),
            ("binaryTargets = [\"a\"", Some((Slip::SeveralLines, "[\"a\""))),
            ("\"output\" = \"a\"", Some((Slip::NoEquals, "\"output\" = \"a\""))),
        ] {
            let text = format!("{HEAD}  {line}\n}}\nmodel A {{\n  id Int /* x */ @id\n}}\n");
            assert_eq!(slips(&text), expected.into_iter().collect::<Vec<_>>(), "{line}");
        }
    }

    #[test]
    fn nothing_may_stand_behind_the_comment_that_follows_a_value() {
        for (line, expected) in [
            ("output = \"a\" /* b\n  c */ engineType = \"x\"", (Slip::BehindValue, "engineType = \"x\"")),
            ("output = \"a\" /* b */ c", (Slip::BehindValue, "c")),
            ("output = \"a\" /* b\n  c */ }\nx", (Slip::BraceBehindValue, "}")),
        ] {
            let text = format!("{HEAD}  {line}\n}}\n");
            assert_eq!(slips(&text).get(1), Some(&expected), "{line}");
        }
    }

    #[test]
    fn what_prisma_refuses_around_a_block_is_a_problem() {
        for (text, expected) in [
            ("generator a {\n}\n", None),
            ("  generator\ta{ // b\r\n  }\r\n", None),
            ("generator {\n}\n", Some((Slip::NoName, "generator"))),
            ("generator a\n{\n}\n", Some((Slip::NoBrace, "{"))),
            ("generator a\n", Some((Slip::NoBrace, "generator"))),
            ("generator \"a\" {\n", Some((Slip::NoBrace, "generator"))),
            ("generator a {}\n", Some((Slip::BehindBrace, "}"))),
            ("model A {\n}\n}\n", Some((Slip::StrayBrace, "}"))),
            ("generator a {\n  b = \"c\" }\n", Some((Slip::BraceBehindValue, "}"))),
            ("/* a */\nmodel A {\n}\n", Some((Slip::BlockComment, "/* a */"))),
        ] {
            assert_eq!(slips(text), expected.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn what_stands_behind_a_mistake_is_read() {
        for broken in
            ["  binaryTargets = [\"a\",\n    \"b\"\n", "  output = \"x\n", "  half\n", "  output =\n", "  x = [\"\n"]
        {
            let text = format!("{HEAD}{broken}  engineType = \"binary\"\n}}\ndatasource db {{\n  url = \"u\"\n}}\n");
            let document = Document::prisma("schema.prisma", text.as_str());
            let value =
                |path: [&str; 3]| document.get(&Path::keys(path)).and_then(|node| node.as_str().map(str::to_owned));
            assert_eq!(value(["generator", "client", "engineType"]).as_deref(), Some("binary"), "{broken}");
            assert_eq!(value(["datasource", "db", "url"]).as_deref(), Some("u"), "{broken}");
        }
        for open in
            [HEAD, "model A {\n  id Int\n", "generator client {\n  provider = \"x\"\n  binaryTargets = [\"a\"\n"]
        {
            let text = format!("{open}\ndatasource db {{\n  provider = \"sqlite\"\n}}\n");
            let document = Document::prisma("schema.prisma", text.as_str());
            let provider = document.get(&Path::keys(["datasource", "db", "provider"])).unwrap();
            assert_eq!(provider.as_str(), Some("sqlite"), "{open}");
            let [problem] =
                document.problems().iter().filter(|problem| !problem.kind.is_repairable()).collect::<Vec<_>>()[..]
            else {
                panic!("{open}")
            };
            assert_eq!(&text[problem.span.start..][..10], "datasource");
        }
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
