//! `prisma.config.ts` and its like: where the schema is, as far as it stands there as text. The file is a program and is not run.
//!
//! Source: the configuration loader in `prisma@6.19.0` and `prisma@7.0.0` (names and places of the file), Prisma's documentation (its keys).

use camino::{Utf8Path, Utf8PathBuf};

use crate::base::{Fs, paths};

const ENDINGS: [&str; 6] = ["ts", "js", "mts", "mjs", "cts", "cjs"];

/// What was read of the file.
#[derive(Debug)]
pub struct PrismaConfig {
    schema: Option<Utf8PathBuf>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

impl Token {
    fn is(&self, mark: char) -> bool {
        *self == Self::Mark(mark)
    }

    fn word(&self) -> Option<&str> {
        if let Self::Word(word) = self { Some(word) } else { None }
    }

    fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl PrismaConfig {
    /// The config of a folder: `prisma.config.*`, or `.config/prisma.*`.
    pub(super) fn find(fs: &dyn Fs, folder: &Utf8Path) -> Option<Self> {
        let places = ["prisma.config", ".config/prisma"].into_iter();
        let mut names = places.flat_map(|stem| ENDINGS.map(|ending| folder.join(format!("{stem}.{ending}"))));
        names.find_map(|path| Some(Self::read(folder, &fs.read_to_string(&path).ok()?)))
    }

    /// Reads the text of a config, for which names are relative to `folder`.
    fn read(folder: &Utf8Path, text: &str) -> Self {
        let tokens = tokens(text);
        let named = exported(&tokens).and_then(|object| path(member(object, "schema")?));
        Self { schema: named.map(|path| paths::normalize(&folder.join(path))) }
    }

    /// The schema that it names, a file or a folder, absolute; none where it names none, or computes the name.
    pub fn schema(&self) -> Option<&Utf8Path> {
        self.schema.as_deref()
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let len = match c {
            _ if rest.starts_with("//") => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' | '\'' | '`' => {
                let (value, len) = string(rest, c);
                found.push(value.map_or(Token::Mark('?'), Token::Text));
                len
            }
            _ if is_word(c) => {
                let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                found.push(Token::Word(rest.get(..len).unwrap_or_default().to_owned()));
                len
            }
            _ => {
                if !c.is_whitespace() {
                    found.push(Token::Mark(c));
                }
                c.len_utf8()
            }
        };
        at += len.max(1);
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// A string at the start of `rest`, and its length; without value where it has escapes or inserts something.
fn string(rest: &str, quote: char) -> (Option<String>, usize) {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' | '\r' if quote != '`' => return (None, at),
            _ if c == quote => {
                let inner = rest.get(1..at).unwrap_or_default();
                let is_plain = !(inner.contains('\\') || quote == '`' && inner.contains("${"));
                return (is_plain.then(|| inner.to_owned()), at + 1);
            }
            _ => {}
        }
    }
    (None, rest.len())
}

/// The tokens behind the `{` of the object that is exported, by itself or through `defineConfig`.
fn exported(tokens: &[Token]) -> Option<&[Token]> {
    let opens = |at: usize| {
        let before = |steps: usize| at.checked_sub(steps).and_then(|at| tokens.get(at));
        let is = |steps: usize, name: &str| before(steps).and_then(Token::word) == Some(name);
        is(1, "default")
            || before(1).is_some_and(|token| token.is('(')) && is(2, "defineConfig")
            || before(1).is_some_and(|token| token.is('=')) && is(2, "exports")
    };
    let at = (0..tokens.len()).find(|at| tokens.get(*at).is_some_and(|token| token.is('{')) && opens(*at))?;
    tokens.get(at + 1..)
}

/// The tokens of the value of `key`, in an object whose inside begins here.
fn member<'t>(inside: &'t [Token], key: &str) -> Option<&'t [Token]> {
    let (mut depth, mut start) = (0usize, 0);
    let mut found = None;
    for (at, token) in inside.iter().enumerate() {
        match *token {
            Token::Mark('{' | '[' | '(') => depth += 1,
            Token::Mark('}' | ']' | ')') if depth > 0 => depth -= 1,
            Token::Mark(c @ ('}' | ',')) if depth == 0 => {
                let item = inside.get(start..at).unwrap_or_default();
                if let [name, colon, value @ ..] = item
                    && colon.is(':')
                    && name.word().or_else(|| name.text()) == Some(key)
                {
                    found = Some(value);
                }
                if c == '}' {
                    return found;
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// `"a/b"`, or `path.join("a", "b")`, `__dirname` before it or not.
fn path(value: &[Token]) -> Option<Utf8PathBuf> {
    if let [one] = value {
        return one.text().map(Utf8PathBuf::from);
    }
    let open = value.iter().position(|token| token.is('('))?;
    let name = value.get(open.checked_sub(1)?)?.word()?;
    let inside = value.get(open + 1..)?;
    let (close, arguments) = inside.split_last()?;
    if !["join", "resolve"].contains(&name) || !close.is(')') {
        return None;
    }
    let mut joined = Utf8PathBuf::new();
    for argument in arguments.split(|token| token.is(',')) {
        match argument {
            [] => {}
            [one] if one.word() == Some("__dirname") => {}
            [.., one] if one.word() == Some("dirname") => {}
            [one] => joined.push(one.text()?),
            _ => return None,
        }
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PrismaConfig {
        PrismaConfig::read(Utf8Path::new("/p"), text)
    }

    #[test]
    fn the_schema_is_read_where_it_stands_as_text() {
        for (text, expected) in [
            ("export default defineConfig({ schema: 'db/schema.prisma' })", Some("/p/db/schema.prisma")),
            ("export default {\n  // schema: 'a'\n  \"schema\": `x`,\n} satisfies PrismaConfig", Some("/p/x")),
            (
                "module.exports = { migrations: { schema: 'no' }, schema: path.join('prisma', \"schema\") }",
                Some("/p/prisma/schema"),
            ),
            ("export default defineConfig({ schema: path.resolve(__dirname, './a', 'b') })", Some("/p/a/b")),
            ("export default defineConfig({ schema: join(import.meta.dirname, 'a') })", Some("/p/a")),
            ("export default defineConfig({ schema: name, x: `${schema}` })", None),
            ("export default defineConfig({ schema: dev ? 'a' : 'b' })", None),
            ("export default defineConfig({ schema: join(root, 'a') })", None),
            ("const a = { schema: 'a' }; export default a", None),
            ("export default { schema: 'a", None),
            ("", None),
        ] {
            assert_eq!(read(text).schema().map(Utf8Path::as_str), expected, "{text}");
        }
    }
}
