//! Edits that write JSON or TOML in the style of what stands around them: inline stays inline, indentation, colon spacing and newlines are copied.

use serde_json::Value as Json;

use super::tree::Node;
use super::{Document, Edit, Format, Look, Part, Path, Segment, toml};
use crate::base::{Span, style};

/// How a container is written.
struct Style<'d> {
    /// Line break and indentation of its items, where it has them on lines of their own.
    line: Option<(&'static str, String)>,
    unit: &'d str,
    colon: &'d str,
    comma: &'d str,
}

fn edit(document: &Document, span: Span, text: String) -> Edit {
    Edit { file: document.file().to_owned(), span, text }
}

/// Sets `path` to `value`: replaces the value where the key exists, else adds the key, with the objects above it that are missing.
/// `None` where something else than an object stands in the way.
pub fn set(document: &Document, path: &Path, value: &Json) -> Option<Edit> {
    if document.format() == Format::Toml {
        return toml::insert::set(document, path, value);
    }
    if let Some(node) = document.get(path) {
        let indent = style::indent_at(document.text(), node.span().start).to_owned();
        let text = Writer::of(document, node_is_inline(document, node)).write(value, &indent);
        return Some(edit(document, node.span(), text));
    }
    let (last, parents) = path.segments().split_last()?;
    let Segment::Key(key) = last else { return None };
    let parent = Path::from_segments(parents.to_vec());
    match document.get(&parent) {
        Some(node) if node.is_object() => add_members(document, node, &[(key, value)]),
        Some(_) => None,
        None => set(document, &parent, &serde_json::json!({ &**key: value })),
    }
}

/// Adds members at the end of the object at `path`, in one edit. `None` where no object stands there.
pub fn add_to_object(document: &Document, path: &Path, members: &[(&str, &Json)]) -> Option<Edit> {
    let object = document.get(path).filter(|node| node.is_object())?;
    if document.format() == Format::Toml {
        return toml::insert::add_members(document, object, members);
    }
    add_members(document, object, members)
}

/// Adds a member at the start of the object at `path`. `None` where no object stands there.
pub fn add_first(document: &Document, path: &Path, key: &str, value: &Json) -> Option<Edit> {
    let object = document.get(path).filter(|node| node.is_object())?;
    let Some((first, _)) = object.members().next() else {
        return add_members(document, object, &[(key, value)]);
    };
    let style = container_style(document, object);
    let indent = style.line.as_ref().map_or("", |(_, indent)| indent.as_str());
    let text = format!("{}{}{}", Json::from(key), style.colon, style.writer().write(value, indent));
    Some(edit(document, Span::at(first.key_span.start), format!("{text}{}", style.separator())))
}

/// Adds an item at the end of the array at `path`. `None` where no array stands there.
pub fn add_to_array(document: &Document, path: &Path, item: &Json) -> Option<Edit> {
    let array = document.get(path).filter(|node| node.is_array())?;
    if document.format() == Format::Toml {
        return toml::insert::add_item(document, array, item);
    }
    let style = container_style(document, array);
    let text = style.writer().write(item, style.line.as_ref().map_or("", |(_, indent)| indent));
    let last = array.items().next_back().map(Node::span);
    Some(add_text(document, array, last, &style, text))
}

/// Removes the member or item at `path` with its comma. `None` where nothing stands there.
pub fn remove(document: &Document, path: &Path) -> Option<Edit> {
    if document.format() == Format::Toml {
        return toml::remove::remove(document, path);
    }
    if document.format() == Format::Prisma && path.segments().last().is_some_and(|last| matches!(last, Segment::Key(_)))
    {
        return remove_line(document, path);
    }
    let (last, parents) = path.segments().split_last()?;
    let parent = document.get(&Path::from_segments(parents.to_vec()))?;
    let at = match last {
        Segment::Index(index) => parent.is_array().then_some(*index)?,
        // Of a key that stands twice, the one that counts.
        Segment::Key(key) => {
            let counts = parent.member(key)?.key_span;
            parent.members().position(|(member, _)| member.key_span == counts)?
        }
    };
    remove_at(document, parent, at)
}

/// Removes a key of a block of Prisma with its line. `None` where more than that stands on the line.
fn remove_line(document: &Document, path: &Path) -> Option<Edit> {
    let (text, value) = (document.text(), document.get(path)?.span());
    let key = document.span(path, Part::Key).start;
    let start = text.get(..key)?.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    let rest = text.get(value.end..)?;
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let is_alone = text.get(start..key)?.trim().is_empty() && line.trim().is_empty();
    let behind = rest.get(line.len()..)?;
    let newline = ["\r\n", "\n", "\r"].into_iter().find(|newline| behind.starts_with(newline)).map_or(0, str::len);
    is_alone.then(|| edit(document, Span::new(start, value.end + line.len() + newline), String::new()))
}

/// Removes a member that another one of the same key takes the place of: the one with its key at `key_span`.
pub fn remove_lost(document: &Document, object: Node<'_>, key_span: Span) -> Option<Edit> {
    let at = object.members().position(|(member, _)| member.key_span == key_span)?;
    remove_at(document, object, at)
}

/// Removes the item or member at this position with one comma; comments around it stay. `None` in a text that is broken: nobody can tell there
/// where a member ends.
fn remove_at(document: &Document, parent: Node<'_>, at: usize) -> Option<Edit> {
    if document.problems().iter().any(|problem| !problem.kind.is_repairable()) {
        return None;
    }
    let spans: Vec<Span> = if parent.is_object() {
        parent.members().map(|(member, node)| Span::new(member.key_span.start, node.span().end)).collect()
    } else {
        parent.items().map(Node::span).collect()
    };
    let (text, gone) = (document.text(), *spans.get(at)?);
    let before = at.checked_sub(1).and_then(|before| spans.get(before)).map(|before| before.end);
    let after = spans.get(at + 1).map(|after| after.start);
    let gap_before = before.map_or("", |end| text.get(end..gone.start).unwrap_or_default());
    let gap_after = after.map_or("", |start| text.get(gone.end..start).unwrap_or_default());
    let has_comment = [gap_before, gap_after].iter().any(|gap| gap.contains('/'));
    let (span, kept) = match (before, after) {
        (_, Some(_)) if has_comment => {
            let comma = comma_in(gap_after).map_or(0, |comma| comma + 1);
            (Span::new(gone.start, gone.end + comma), String::new())
        }
        (Some(before), None) if has_comment => {
            let comma = comma_in(gap_before).unwrap_or(gap_before.len());
            let (head, tail) = gap_before.split_at(comma);
            let kept = format!("{head}{}", tail.strip_prefix(',').unwrap_or(tail));
            let rest = text.get(gone.end..).unwrap_or_default().trim_start_matches([' ', '\t']);
            // What goes on in this line must not end up inside a comment.
            let line_goes_on = !["\r", "\n", "//"].iter().any(|end| rest.starts_with(end));
            let kept = if line_goes_on { kept } else { kept.trim_end().to_owned() };
            (Span::new(before, gone.end), kept)
        }
        (Some(before), _) => (Span::new(before, gone.end), String::new()),
        (None, Some(after)) => (Span::new(gone.start, after), String::new()),
        (None, None) => (Span::new(parent.span().start + 1, parent.span().end - 1), String::new()),
    };
    Some(edit(document, span, kept))
}

/// Where the comma is between two entries, which may stand between comments.
fn comma_in(gap: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(rest) = gap.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if rest.starts_with(',') => return Some(at),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

/// Renames the key at `path`; quotes stay as they are.
pub fn rename_key(document: &Document, path: &Path, name: &str) -> Option<Edit> {
    if document.format() == Format::Toml {
        return toml::remove::rename_key(document, path, name);
    }
    let (last, parents) = path.segments().split_last()?;
    let Segment::Key(key) = last else { return None };
    let member = document.get(&Path::from_segments(parents.to_vec()))?.member(key)?;
    let name = if document.format() == Format::Prisma { name.to_owned() } else { Json::from(name).to_string() };
    Some(edit(document, member.key_span, name))
}

/// Moves the member at `path` into an object `inner` of its own beside it. `None` where there is such a key already: a person has to join them.
pub fn move_into(document: &Document, path: &Path, inner: &str) -> Option<Edit> {
    let (key, value) = (document.span(path, Part::Key), document.get(path)?.span());
    if document.get(&path.parent()?.key(inner)).is_some() {
        return None;
    }
    if document.format() == Format::Toml {
        return toml::remove::move_into(document, path, inner);
    }
    let whole = Span::new(key.start, value.end);
    Some(edit(document, whole, format!("{}: {{ {} }}", Json::from(inner), whole.slice(document.text()))))
}

fn add_members(document: &Document, object: Node<'_>, members: &[(&str, &Json)]) -> Option<Edit> {
    let style = container_style(document, object);
    let indent = style.line.as_ref().map_or("", |(_, indent)| indent.as_str());
    let writer = style.writer();
    let texts: Vec<String> = members
        .iter()
        .map(|(key, value)| format!("{}{}{}", Json::from(*key), style.colon, writer.write(value, indent)))
        .collect();
    let last = object.members().next_back().map(|(_, node)| node.span());
    (!texts.is_empty()).then(|| add_text(document, object, last, &style, texts.join(&style.separator())))
}

/// Puts `text` behind the last item of a container, or into the empty one.
fn add_text(document: &Document, container: Node<'_>, last: Option<Span>, style: &Style<'_>, text: String) -> Edit {
    if let Some(last) = last {
        let behind = Span::new(last.end, last.end + comment_behind(document.text(), last.end));
        return match (&style.line, behind.slice(document.text())) {
            // A comment stays with the entry that it stands behind.
            (Some((newline, indent)), comment) if !comment.is_empty() => {
                edit(document, behind, format!(",{comment}{newline}{indent}{text}"))
            }
            _ => edit(document, Span::at(last.end), format!("{}{text}", style.separator())),
        };
    }
    let inside = Span::new(container.span().start + 1, container.span().end.saturating_sub(1));
    let text = match &style.line {
        Some((newline, indent)) => {
            let outer = indent.strip_suffix(style.unit).unwrap_or_default();
            format!("{newline}{indent}{text}{newline}{outer}")
        }
        None if style.comma == "," => text,
        None => format!(" {text} "),
    };
    edit(document, inside, text)
}

/// Length of the blanks and the `//` comment behind a value, up to the end of its line; 0 where something else stands there.
fn comment_behind(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    if line.trim_start_matches([' ', '\t']).starts_with("//") { line.len() } else { 0 }
}

impl Style<'_> {
    fn separator(&self) -> String {
        match &self.line {
            Some((newline, indent)) => format!(",{newline}{indent}"),
            None => self.comma.to_owned(),
        }
    }

    fn writer(&self) -> Writer<'_> {
        let newline = self.line.as_ref().map(|(newline, _)| *newline);
        Writer { newline, unit: self.unit, colon: self.colon, comma: self.comma }
    }
}

fn container_style<'d>(document: &'d Document, container: Node<'_>) -> Style<'d> {
    let text = document.text();
    let Look { newline, unit, minified } = document.look();
    let open = container.span().start;
    let first = container
        .members()
        .next()
        .map(|(member, _)| member.key_span.start)
        .or_else(|| container.items().next().map(|item| item.span().start));
    let line = match first {
        Some(first) if text[open..first].contains(['\n', '\r']) => Some(style::indent_at(text, first).to_owned()),
        Some(_) => None,
        // An empty container is opened up where its own siblings stand on lines of their own.
        None if *minified => None,
        None => Some(format!("{}{unit}", style::indent_at(text, open))),
    };
    Style {
        line: line.map(|indent| (*newline, indent)),
        unit,
        colon: colon(document, container).unwrap_or(if *minified { ":" } else { ": " }),
        comma: if *minified { "," } else { ", " },
    }
}

/// What stands between the first key of the container (or of the root) and its value: `: `, `:`, ` : `.
fn colon<'d>(document: &'d Document, container: Node<'_>) -> Option<&'d str> {
    let between = |node: Node<'_>| {
        let (member, value) = node.members().next()?;
        let gap = document.text().get(member.key_span.end..value.span().start)?;
        (gap.trim() == ":" && !gap.contains(['\n', '\r'])).then_some(gap)
    };
    between(container).or_else(|| between(document.root()?))
}

fn node_is_inline(document: &Document, node: Node<'_>) -> bool {
    document.look().minified || (node.is_container() && !node.span().slice(document.text()).contains(['\n', '\r']))
}

/// Writes a value, on lines of their own or inline.
struct Writer<'s> {
    newline: Option<&'s str>,
    unit: &'s str,
    colon: &'s str,
    comma: &'s str,
}

impl<'s> Writer<'s> {
    fn of(document: &'s Document, inline: bool) -> Self {
        let Look { newline, unit, minified } = document.look();
        Self {
            newline: (!inline).then_some(*newline),
            unit,
            colon: document.root().and_then(|root| colon(document, root)).unwrap_or(if *minified { ":" } else { ": " }),
            comma: if *minified { "," } else { ", " },
        }
    }

    /// `value` as text; lines behind the first start with `indent`. The depth is that of our own literals.
    fn write(&self, value: &Json, indent: &str) -> String {
        let deeper = format!("{indent}{}", self.unit);
        let (open, close, parts): (_, _, Vec<String>) = match value {
            Json::Array(items) => ('[', ']', items.iter().map(|item| self.write(item, &deeper)).collect()),
            Json::Object(members) => {
                let member = |(key, value): (&String, &Json)| {
                    format!("{}{}{}", Json::from(key.as_str()), self.colon, self.write(value, &deeper))
                };
                ('{', '}', members.iter().map(member).collect())
            }
            scalar => return scalar.to_string(),
        };
        let flat: usize = parts.iter().map(String::len).sum();
        match self.newline {
            _ if parts.is_empty() => format!("{open}{close}"),
            // Short leaves stay on one line, as people write `{ "src": "/(.*)", "dest": "/index.js" }`.
            Some(newline) if flat > 60 || parts.iter().any(|part| part.contains(['\n', '\r', '{'])) => {
                format!("{open}{newline}{deeper}{}{newline}{indent}{close}", parts.join(&format!(",{newline}{deeper}")))
            }
            _ if open == '{' && self.comma == ", " => format!("{{ {} }}", parts.join(self.comma)),
            _ => format!("{open}{}{close}", parts.join(self.comma)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply_checked;
    use super::*;
    use serde_json::json;

    fn after(text: &str, change: impl Fn(&Document) -> Option<Edit>) -> String {
        let document = Document::json("now.json", text);
        let edit = change(&document).unwrap();
        apply_checked(&document, &[edit]).unwrap().text().to_owned()
    }

    fn limit() -> Path {
        Path::keys(["builds"]).index(0).key("config").key("maxLambdaSize")
    }

    #[test]
    fn an_inline_object_stays_inline() {
        let text = "{\n  \"builds\": [\n    { \"src\": \"api/*.js\", \"use\": \"@now/node\" }\n  ]\n}\n";
        let expected = "{\n  \"builds\": [\n    { \"src\": \"api/*.js\", \"use\": \"@now/node\", \"config\": { \"maxLambdaSize\": \"25mb\" } }\n  ]\n}\n";
        assert_eq!(after(text, |document| set(document, &limit(), &json!("25mb"))), expected);
    }

    #[test]
    fn lines_tabs_and_crlf_are_copied() {
        let text = "{\r\n\t\"builds\": [\r\n\t\t{\r\n\t\t\t\"src\" : \"a.js\"\r\n\t\t}\r\n\t]\r\n}";
        let expected = "{\r\n\t\"builds\": [\r\n\t\t{\r\n\t\t\t\"src\" : \"a.js\",\r\n\t\t\t\"config\" : { \"maxLambdaSize\" : \"25mb\" }\r\n\t\t}\r\n\t]\r\n}";
        assert_eq!(after(text, |document| set(document, &limit(), &json!("25mb"))), expected);
    }

    #[test]
    fn a_minified_file_stays_minified() {
        let text = r#"{"builds":[{"src":"a.js"}]}"#;
        let expected = r#"{"builds":[{"src":"a.js","config":{"maxLambdaSize":"25mb"}}]}"#;
        assert_eq!(after(text, |document| set(document, &limit(), &json!("25mb"))), expected);
    }

    #[test]
    fn empty_containers_are_opened() {
        assert_eq!(after("{}", |document| set(document, &Path::keys(["a"]), &json!(1))), "{\"a\":1}");
        assert_eq!(
            after("{\n  \"b\": {}\n}", |document| set(document, &Path::keys(["b", "a"]), &json!(1))),
            "{\n  \"b\": {\n    \"a\": 1\n  }\n}"
        );
    }

    #[test]
    fn a_value_is_replaced_alone() {
        let text = "{ \"a\": 1, // note\n \"b\": [2] }";
        assert_eq!(
            after(text, |document| set(document, &Path::keys(["a"]), &json!("x"))),
            "{ \"a\": \"x\", // note\n \"b\": [2] }"
        );
        assert_eq!(
            after("{\"a\":[1]}", |document| add_to_array(document, &Path::keys(["a"]), &json!(2))),
            "{\"a\":[1,2]}"
        );
    }

    #[test]
    fn a_member_comes_first() {
        for (text, expected) in [
            ("{\n  \"b\": 1\n}", "{\n  \"a\": 0,\n  \"b\": 1\n}"),
            ("{ \"b\": 1 }", "{ \"a\": 0, \"b\": 1 }"),
            ("{\"b\":1}", "{\"a\":0,\"b\":1}"),
            ("{}", "{\"a\":0}"),
        ] {
            assert_eq!(after(text, |document| add_first(document, &Path::root(), "a", &json!(0))), expected);
        }
    }

    #[test]
    fn a_comment_stays_with_its_entry() {
        let text = "{\n  \"a\": [\n    1, // one\n    2 // two\n  ]\n}";
        let expected = "{\n  \"a\": [\n    1, // one\n    2, // two\n    3\n  ]\n}";
        assert_eq!(after(text, |document| add_to_array(document, &Path::keys(["a"]), &json!(3))), expected);
    }

    #[test]
    fn members_are_removed_with_one_comma() {
        for (key, expected) in
            [("a", "{ \"b\": 2, \"c\": 3 }"), ("b", "{ \"a\": 1, \"c\": 3 }"), ("c", "{ \"a\": 1, \"b\": 2 }")]
        {
            let text = "{ \"a\": 1, \"b\": 2, \"c\": 3 }";
            assert_eq!(after(text, |document| remove(document, &Path::keys([key]))), expected);
        }
        assert_eq!(after("{ \"a\": 1 }", |document| remove(document, &Path::keys(["a"]))), "{}");
        let text = "{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}";
        assert_eq!(after(text, |document| remove(document, &Path::keys(["b"]))), "{\n  \"a\": 1 // one // two\n}");
    }

    #[test]
    fn long_values_take_lines() {
        let text = "{\n  \"version\": 2\n}\n";
        let builds = json!([{ "src": "index.js", "use": "@now/node", "config": { "maxLambdaSize": "15mb" } }]);
        let routes = json!([{ "src": "/(.*)", "dest": "/index.js" }]);
        let change =
            |document: &Document| add_to_object(document, &Path::root(), &[("builds", &builds), ("routes", &routes)]);
        insta::assert_snapshot!(after(text, change), @r#"
        {
          "version": 2,
          "builds": [
            {
              "src": "index.js",
              "use": "@now/node",
              "config": { "maxLambdaSize": "15mb" }
            }
          ],
          "routes": [
            { "src": "/(.*)", "dest": "/index.js" }
          ]
        }
        "#);
    }
}
