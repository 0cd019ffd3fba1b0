//! Text to a tree with a span on every key and value, and byte edits back to text.
//!
//! Rules name places by [`Path`]; [`Document::span`] is the one place where a path becomes a byte range.

pub mod edit;
pub mod insert;
pub mod json;
mod lexer;
pub mod path;
pub mod prisma;
pub mod schema;
pub mod toml;
pub mod tree;

use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::base::{LineIndex, Position, Span, secrets, style};
pub use edit::{Applicability, Edit, Fix};
pub use json::Problem;
pub use path::{Path, Segment};
pub use tree::{Member, Node, Tree, Value};

/// How a document's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON as `JSON.parse` reads it.
    Json,
    /// TOML as the platform's command line reads it.
    Toml,
    /// A Prisma schema: its generator and datasource blocks.
    Prisma,
    /// Source code, or any other text: it has places, and no tree.
    Source,
}

/// Which part of a member a span is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key, quotes included; for an array item or the root, the value.
    Key,
    /// The value.
    Value,
}

/// One parsed text.
#[derive(Debug)]
pub struct Document {
    file: Utf8PathBuf,
    text: Arc<str>,
    format: Format,
    tree: Tree,
    problems: Vec<Problem>,
    layout: toml::Layout,
    lines: OnceLock<LineIndex>,
    shown: OnceLock<Arc<str>>,
    look: OnceLock<Look>,
}

/// How a text is written as a whole.
#[derive(Debug)]
struct Look {
    newline: &'static str,
    unit: Box<str>,
    minified: bool,
}

impl Document {
    fn new(file: Utf8PathBuf, text: Arc<str>, format: Format, (tree, problems): (Tree, Vec<Problem>)) -> Self {
        let (lines, shown, look) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { file, text, format, tree, problems, layout: toml::Layout::default(), lines, shown, look }
    }

    /// Reads `text` as JSON. It never fails: what `JSON.parse` would refuse is in [`Document::problems`], and the tree holds what could be read.
    pub fn json(file: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let read = json::parse(&text);
        Self::new(file.into(), text, Format::Json, read)
    }

    /// Reads `text` as TOML. It never fails: what the platform's reader would refuse is in [`Document::problems`].
    pub fn toml(file: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let (tree, mut problems, layout) = toml::parse(&text);
        problems.splice(0..0, json::byte_order_mark(&text));
        Self { layout, ..Self::new(file.into(), text, Format::Toml, (tree, problems)) }
    }

    /// A vercel.toml as the command line hands it to the validator: lists in the form of routes joined. Other texts stay as they are.
    /// Also the indexes of the routes at which it gives up: those with `source` whose `headers` are no list.
    #[must_use]
    pub fn joined(mut self) -> (Self, Vec<usize>) {
        let refused = if self.format == Format::Toml { toml::join::join(&mut self.tree) } else { Vec::new() };
        (self, refused)
    }

    /// Reads the bytes of a config or schema, TOML, Prisma's or else JSON by the file's name, as Node decodes them: what is not UTF-8 becomes U+FFFD,
    /// and is a problem of the text.
    pub fn of_bytes(file: impl Into<Utf8PathBuf>, bytes: Vec<u8>) -> Self {
        let file = file.into();
        let format = match file.extension() {
            Some("toml") => Format::Toml,
            Some("prisma") => Format::Prisma,
            _ => Format::Json,
        };
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let text: Arc<str> = String::from_utf8_lossy(&bytes).into();
            let problem =
                Problem { kind: json::ProblemKind::Utf16, span: Span::new(0, char::REPLACEMENT_CHARACTER.len_utf8()) };
            return Self::new(file, text, format, (Tree::default(), vec![problem]));
        }
        let read = |text: String| match format {
            Format::Toml => Self::toml(file, text),
            Format::Prisma => Self::prisma(file, text),
            _ => Self::json(file, text),
        };
        match String::from_utf8(bytes) {
            Ok(text) => read(text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let mut document = read(String::from_utf8_lossy(error.as_bytes()).into_owned());
                let span = Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8());
                document.problems.insert(0, Problem { kind: json::ProblemKind::NotUtf8, span });
                document
            }
        }
    }

    /// Reads the generator and datasource blocks of a Prisma schema, of Photon's days or today's.
    pub fn prisma(file: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let (tree, mut problems) = prisma::parse(&text);
        problems.splice(0..0, json::byte_order_mark(&text));
        Self::new(file.into(), text, Format::Prisma, (tree, problems))
    }

    /// Holds a text that is not read as a tree, for its places.
    pub fn source(file: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self::new(file.into(), text.into(), Format::Source, (Tree::default(), Vec::new()))
    }

    /// Reads `text` as what the file's name says: JSON, TOML, a Prisma schema, or else source code.
    pub fn of_file(file: impl Into<Utf8PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let file = file.into();
        match file.extension() {
            Some("json" | "jsonc") => Self::json(file, text),
            Some("toml") => Self::toml(file, text),
            Some("prisma") => Self::prisma(file, text),
            _ => Self::source(file, text),
        }
    }

    /// The file it came from, absolute, or the name given for standard input.
    pub fn file(&self) -> &Utf8Path {
        &self.file
    }

    /// The text as it was read, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as it may be shown: byte for byte as long, with passwords in URLs, what stands below `env`, what looks like a secret,
    /// and the npm token of Now 1.0 masked.
    pub fn shown_text(&self) -> Arc<str> {
        Arc::clone(self.shown.get_or_init(|| self.masked().into()))
    }

    fn masked(&self) -> String {
        let mut text = secrets::mask_urls(&self.text);
        let mut open: Vec<(Node<'_>, &str, bool)> = self.root().map(|root| (root, "", false)).into_iter().collect();
        while let Some((node, name, is_env)) = open.pop() {
            if node.is_container() {
                open.extend(node.items().map(|item| (item, name, is_env)));
                let members = node.members();
                open.extend(
                    members.map(|(member, value)| (value, &*member.key, is_env || secrets::names_env(&member.key))),
                );
            } else if self.is_secret(node, name, is_env) {
                secrets::mask(&mut text, self.inside_quotes(node.span()));
            }
        }
        if let Some(from) = self.unread_env() {
            secrets::mask_words(&mut text, from);
        }
        text
    }

    /// Whether the scalar of that name must not be shown, beyond the password of a URL that stands there without escapes.
    fn is_secret(&self, node: Node<'_>, name: &str, is_env: bool) -> bool {
        let Some(value) = node.as_str() else { return is_env };
        // `@name` names a secret and is none; `env("NAME")` of a schema neither.
        let is_env = is_env && self.format != Format::Prisma;
        let is_variable = is_env && !value.starts_with('@');
        let is_known = !value.contains("://") && secrets::looks_secret(name, value);
        let is_escaped = || secrets::mask_urls(value) != value && !node.span().slice(&self.text).contains(value);
        is_variable || name == "registryAuthToken" || is_known || is_escaped()
    }

    /// The bytes of a string without its quotes. (A date of TOML is a string without any.)
    fn inside_quotes(&self, span: Span) -> Span {
        let text = span.slice(&self.text);
        let quotes = ["\"\"\"", "'''", "\"", "'"].iter().find(|quotes| text.starts_with(**quotes));
        let len = quotes.map_or(0, |quotes| quotes.len());
        // The closing quote may be missing.
        let is_closed = text.len() >= 2 * len && quotes.is_some_and(|quotes| text.ends_with(*quotes));
        Span::new(span.start + len, span.end - if is_closed { len } else { 0 })
    }

    /// Where `env` may go on behind the place at which reading stopped.
    fn unread_env(&self) -> Option<usize> {
        let stop = self.problems.iter().find(|problem| !problem.kind.is_repairable())?.span.start;
        if self.format == Format::Toml {
            return self
                .layout
                .is_within(secrets::names_env, &self.text, stop)
                .then_some(stop)
                .or_else(|| self.env_behind(stop));
        }
        let is_open = |node: Node<'_>| node.is_object() && !node.span().slice(&self.text).ends_with('}');
        let mut members = self.tree.nodes().flat_map(Node::members);
        if members.any(|(member, node)| secrets::names_env(&member.key) && is_open(node)) {
            return Some(stop);
        }
        self.env_behind(stop)
    }

    fn env_behind(&self, stop: usize) -> Option<usize> {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let rest = self.text.get(stop..)?;
        let mut words = rest.split(|c| !is_part(c)).filter(|word| secrets::names_env(word));
        words.next().map(|word| stop + word.as_ptr().addr() - rest.as_ptr().addr() + word.len())
    }

    /// How the text was read.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What a strict parser refuses, in order of place. Empty: the text is valid.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the text is not the file's own, because its bytes are not UTF-8.
    pub fn is_lossy(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind == json::ProblemKind::NotUtf8)
    }

    /// Whether the bytes are UTF-16, so that nothing of it is read.
    pub fn is_utf16(&self) -> bool {
        self.problems.iter().any(|problem| problem.kind == json::ProblemKind::Utf16)
    }

    /// The tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The root value; none where the text holds no value at all.
    pub fn root(&self) -> Option<Node<'_>> {
        self.tree.root()
    }

    /// The value at `path`.
    pub fn get(&self, path: &Path) -> Option<Node<'_>> {
        path.segments().iter().try_fold(self.root()?, |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.item(*index),
        })
    }

    /// The byte range of the key or value at `path`. Where the path does not exist, that of the nearest part of it that does:
    /// so "missing key" points at the key that owns the object.
    pub fn span(&self, path: &Path, part: Part) -> Span {
        let mut segments = path.segments();
        let mut part = part;
        loop {
            if let Some(span) = self.exact_span(segments, part) {
                return span;
            }
            match segments.split_last() {
                Some((_, rest)) => segments = rest,
                None => return self.first_place(),
            }
            part = Part::Key;
        }
    }

    fn exact_span(&self, segments: &[Segment], part: Part) -> Option<Span> {
        let Some((last, parents)) = segments.split_last() else {
            let root = self.root()?;
            if self.format == Format::Toml {
                return Some(self.first_place());
            }
            // The whole file as one underline helps nobody: a container is shown by its opening bracket.
            return Some(if root.is_container() {
                Span::new(root.span().start, root.span().start + 1)
            } else {
                root.span()
            });
        };
        let parent = self.get(&Path::from_segments(parents.to_vec()))?;
        match (last, part) {
            (Segment::Key(key), Part::Key) => parent.member(key).map(|member| member.key_span),
            (Segment::Key(key), Part::Value) => parent.get(key).map(|node| node.span()),
            (Segment::Index(index), _) => parent.item(*index).map(|node| node.span()),
        }
    }

    fn first_place(&self) -> Span {
        let start = if self.text.starts_with('\u{feff}') { 3 } else { 0 };
        Span::new(start, self.text[start..].chars().next().map_or(start, |first| start + first.len_utf8()))
    }

    /// How a value of a TOML text is written; none in other texts.
    pub fn form(&self, node: Node<'_>) -> Option<toml::Form> {
        self.layout.form(node.id())
    }

    /// Where the parts of a TOML text stand.
    fn layout(&self) -> &toml::Layout {
        &self.layout
    }

    fn look(&self) -> &Look {
        self.look.get_or_init(|| Look {
            newline: style::newline(&self.text),
            unit: style::indent_unit(&self.text).into(),
            minified: !self.text.trim().contains(['\n', '\r']) && !self.text.contains("\": "),
        })
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).position(&self.text, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_env_are_not_shown() {
        let text = r#"{"env":{"A":"secret","B":"@name","C":{"D":1,"V":["x"]},"N":84848484},"builds":[{"evn":{"E":"é"}}],"routes":[{"env":["DB=x"]}],"b":{"JWT_SECRET":"9f86d081884c7d659a2feaa0c55ad015"},"u":"https:\/\/me:pw@h"}"#;
        let shown = Document::json("now.json", text).shown_text();
        assert_eq!(
            &*shown,
            r#"{"env":{"A":"******","B":"@name","C":{"D":*,"V":["*"]},"N":********},"builds":[{"evn":{"E":"**"}}],"routes":[{"env":["****"]}],"b":{"JWT_SECRET":"********************************"},"u":"*****************"}"#
        );
    }

    #[test]
    fn the_npm_token_of_now_1_is_not_shown() {
        let text = r#"{"registryAuthToken":"abc","b":"abc"}"#;
        assert_eq!(&*Document::json("now.json", text).shown_text(), r#"{"registryAuthToken":"***","b":"abc"}"#);
    }

    #[test]
    fn an_environment_variable_of_a_schema_is_no_secret() {
        let text = "datasource db {\n  url = env(\"DATABASE_URL\")\n}\ngenerator g {\n  provider = \"x\"\n}\n";
        assert_eq!(&*Document::of_file("schema.prisma", text).shown_text(), text);
    }

    #[test]
    fn values_of_env_are_not_shown_in_toml() {
        let text = "env.A = \"secret\" # a\nenv.B = '@name'\n[build.env]\nC = '''\nsé\ncret'''\nD = 2024-01-01\n[[x]]\nenv = { E = 'f' }\nenvs.D.E = 7\n[build.env.X]\nv = 'g'\n";
        let expected = "env.A = \"******\" # a\nenv.B = '@name'\n[build.env]\nC = '''\n***\n****'''\nD = **********\n[[x]]\nenv = { E = '*' }\nenvs.D.E = *\n[build.env.X]\nv = '*'\n";
        assert_eq!(&*Document::of_file("vercel.toml", text).shown_text(), expected);
        for (text, expected) in [
            ("[env]\nA = secret\n", "[env]\nA = ******\n"),
            ("[env]\nA = 'b'\n[env]\nC = 'd'\n", "[env]\nA = '*'\n[env]\n* * '*'\n"),
            ("a = b\n[env]\nC = 'd'\n", "a = b\n[env]\n* * '*'\n"),
            ("[env]\nA = \"secret\nB = 'x'\n", "[env]\nA = \"******\n* * '*'\n"),
        ] {
            assert_eq!(&*Document::of_file("vercel.toml", text).shown_text(), expected, "{text}");
        }
    }

    #[test]
    fn what_was_not_read_is_not_shown_either() {
        for (text, expected) in [
            ("{\"env\":{\"A\":\"secret", "{\"env\":{\"A\":\"******"),
            ("{\"a\":]\n\"env\": {\"A\": \"sécret\"}}", "{\"a\":]\n\"env\": {\"*\": \"*******\"}}"),
            ("{\"a\":]\n\"b\": \"shown\"}", "{\"a\":]\n\"b\": \"shown\"}"),
        ] {
            assert_eq!(&*Document::json("now.json", text).shown_text(), expected);
        }
    }
}
