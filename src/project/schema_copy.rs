//! Whether the copy of a schema that a client carries is of the schema as it stands, formatting and comments aside.

use std::collections::{BTreeMap, BTreeSet};

use super::{GeneratedClient, Project, Schema};

/// The blocks of a schema by their heads, such as `model User`, each with its lines, which count in no order.
type Blocks = BTreeMap<String, BTreeSet<String>>;

/// Keys of a datasource that only the command line reads.
const OF_THE_CLI: [&str; 2] = ["directUrl=", "shadowDatabaseUrl="];

/// The schema that a client was generated from, which is the one whose generator writes there, and how it differs from the client's copy. None where either
/// is not known, or where other files may be part of the schema.
pub fn of_client<'p>(project: &'p Project<'_>, client: &GeneratedClient) -> Option<(&'p Schema, Vec<String>)> {
    let is_its = |schema: &&Schema| {
        schema.generators().iter().any(|generator| schema.output(generator).as_deref() == Some(client.folder.as_path()))
    };
    let schema = project.schemas().iter().find(is_its)?;
    let in_several =
        schema.generators().iter().any(|generator| generator.texts("previewFeatures").contains(&"prismaSchemaFolder"));
    let beside = project.fs().read_dir(schema.folder()).unwrap_or_default();
    if in_several || beside.iter().filter(|entry| entry.name.ends_with(".prisma")).count() != 1 {
        return None;
    }
    Some((schema, differences(&client.schema(project.fs())?, schema.document().text())))
}

/// The heads of blocks that are not the same in both, or only in one: first those of `schema`. Generators do not count: they say how a client is made, not
/// what it knows.
pub fn differences(copy: &str, schema: &str) -> Vec<String> {
    let (copy, schema) = (blocks(copy), blocks(schema));
    let changed = schema.iter().filter(|(head, lines)| copy.get(*head) != Some(lines)).map(|(head, _)| head);
    let gone = copy.keys().filter(|head| !schema.contains_key(*head));
    changed.chain(gone).cloned().collect()
}

fn blocks(text: &str) -> Blocks {
    let mut blocks = Blocks::new();
    let mut open: Option<(String, BTreeSet<String>)> = None;
    for line in statements(text) {
        match &mut open {
            None => {
                let Some(head) = line.strip_suffix('{').map(str::trim) else { continue };
                open = Some((head.to_owned(), BTreeSet::new()));
            }
            Some((head, lines)) if line == "}" => {
                if !head.starts_with("generator") {
                    blocks.insert(std::mem::take(head), std::mem::take(lines));
                }
                open = None;
            }
            Some((_, lines)) => {
                if !OF_THE_CLI.iter().any(|key| line.starts_with(key)) {
                    lines.insert(line);
                }
            }
        }
    }
    blocks
}

/// The lines without comments, each with one blank between two words and none elsewhere; what stands in brackets is one line.
fn statements(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut line = String::new();
    let (mut depth, mut blank) = (0usize, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => string(rest),
            _ => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        match c {
            '/' if token.len() > 1 => blank = true,
            '\n' if depth == 0 => {
                finish(&mut line, &mut found);
                blank = false;
            }
            c if c.is_whitespace() => blank = true,
            _ => {
                let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '?' | '"');
                if blank && line.ends_with(is_word) && is_word(c) {
                    line.push(' ');
                }
                blank = false;
                match c {
                    '(' | '[' => depth += 1,
                    ')' | ']' => {
                        depth = depth.saturating_sub(1);
                        line.truncate(line.trim_end_matches(',').len());
                    }
                    _ => {}
                }
                line.push_str(token);
                if depth == 0 && matches!(c, '{' | '}') {
                    finish(&mut line, &mut found);
                }
            }
        }
    }
    finish(&mut line, &mut found);
    found
}

fn finish(line: &mut String, found: &mut Vec<String>) {
    if let Some(before) = line.strip_suffix('}').filter(|before| !before.is_empty()) {
        found.extend([before.to_owned(), "}".to_owned()]);
        line.clear();
    } else if !line.is_empty() {
        found.push(std::mem::take(line));
    }
}

/// The length of the string at the start of `text`, its quotes counted; it ends with its line at the latest.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n  \
                          directUrl = env(\"DIRECT\")\n}\n\n/// a person\nmodel User {\n  id Int @id // key\n  name String? @db.VarChar(255)\n  tags String[] @default([ \"a // b\", ])\n\n  \
                          @@index([id,\n    name])\n}\nenum Role { ADMIN\n USER }\n";

    #[test]
    fn formatting_comments_and_order_do_not_count() {
        let formatted = "datasource db {\n  provider  = \"postgresql\"\n  url       = env(\"DATABASE_URL\")\n}\r\n\r\nmodel User {\r\n  id   Int     @id\r\n  tags String[] \
                         @default([\"a // b\"])\r\n  name String? @db.VarChar(255)\r\n\r\n  @@index([id, name])\r\n}\r\n\nenum Role {\n  ADMIN\n  USER\n}\n";
        assert_eq!(differences(formatted, SCHEMA), [""; 0]);
        assert_eq!(differences(SCHEMA, formatted), [""; 0]);
    }

    #[test]
    fn what_the_client_does_not_know_counts() {
        for (old, new, expected) in [
            ("name String?", "name String", &["model User"][..]),
            (" USER }", " USER\n EDITOR }", &["enum Role"]),
            ("env(\"DATABASE_URL\")", "env(\"POSTGRES_URL\")", &["datasource db"]),
            ("env(\"DIRECT\")", "env(\"OTHER\")", &[]),
            ("\"prisma-client-js\"", "\"prisma-client\"", &[]),
            ("\"a // b\"", "\"a // c\"", &["model User"]),
            ("model User", "model Person", &["model Person", "model User"]),
        ] {
            let schema = SCHEMA.replace(old, new);
            assert_eq!(differences(SCHEMA, &schema), expected, "{old} -> {new}");
        }
    }

    #[test]
    fn broken_schemas_are_compared_without_a_panic() {
        for text in ["model A {", "}", "model A { \"", "/*", "{{{{", "model é { a \"\\", "]])))"] {
            let _ = differences(text, SCHEMA);
            let _ = differences(SCHEMA, text);
        }
    }
}
