//! What `fix --diff` shows: a unified diff that `git apply` and `patch -p1` take.

use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::layout::{one_line, visible};
use super::style::{Style, Tone};
use crate::document::Document;
use crate::lint::Change;

/// Writes the unified diff of a change; a file that comes or goes has `/dev/null` on its other side.
///
/// # Errors
/// Those of `out`.
pub fn diff(change: &Change, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if change.old == change.new {
        return Ok(());
    }
    let text = |bytes: &Option<Vec<u8>>| {
        let bytes = bytes.as_deref().unwrap_or_default();
        Document::of_file(&change.file, String::from_utf8_lossy(bytes)).shown_text()
    };
    let path = one_line(&style.path(&change.file));
    let name = |side: char, bytes: &Option<Vec<u8>>| match bytes {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (old, new) = (text(&change.old), text(&change.new));
    writeln!(out, "{}", style.paint(Tone::Strong, format!("--- {}", name('a', &change.old))))?;
    writeln!(out, "{}", style.paint(Tone::Strong, format!("+++ {}", name('b', &change.new))))?;
    let lines = TextDiff::from_lines(&*old, &*new);
    for hunk in lines.unified_diff().context_radius(3).iter_hunks() {
        writeln!(out, "{}", style.paint(Tone::Info, hunk.header()))?;
        for change in hunk.iter_changes() {
            let (sign, tone) = match change.tag() {
                ChangeTag::Delete => ('-', Some(Tone::Error)),
                ChangeTag::Insert => ('+', Some(Tone::Good)),
                ChangeTag::Equal => (' ', None),
            };
            write_line(sign, change.value(), tone, style, out)?;
            if change.missing_newline() {
                writeln!(out, "\n\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

/// One line with its own end. Without colour it is written byte by byte, so that the diff can be applied; with colour a person
/// looks at it in a terminal, which must obey nothing that stands in a file.
fn write_line(sign: char, line: &str, tone: Option<Tone>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if !style.color {
        return write!(out, "{sign}{line}");
    }
    let text = line.trim_end_matches(['\n', '\r']);
    let end = &line[text.len()..];
    let shown: String = text.chars().map(|c| if c == '\t' { c } else { visible(c) }).collect();
    match tone {
        Some(tone) => write!(out, "{}{end}", style.paint(tone, format!("{sign}{shown}"))),
        None => write!(out, "{sign}{shown}{end}"),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn of(old: Option<&str>, new: Option<&str>, color: bool) -> String {
        let style = Style { color, unicode: true, width: 80, base: "/srv".into() };
        let change = Change { file: "/srv/api/now.json".into(), old: old.map(Into::into), new: new.map(Into::into) };
        let mut out = Vec::new();
        diff(&change, &style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn shown(old: &str, new: &str, color: bool) -> String {
        of(Some(old), Some(new), color)
    }

    #[test]
    fn a_file_that_comes_or_goes_has_nothing_on_its_other_side() {
        assert_eq!(of(None, Some("a\n"), false), "--- /dev/null\n+++ b/api/now.json\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(of(Some("a\n"), None, false), "--- a/api/now.json\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn a_diff_names_the_file_and_the_missing_newline() {
        assert_snapshot!(shown("{\n  \"a\": 1\n}", "{\n  \"a\": 2\n}", false), @r#"
        --- a/api/now.json
        +++ b/api/now.json
        @@ -1,3 +1,3 @@
         {
        -  "a": 1
        +  "a": 2
         }
        \ No newline at end of file
        "#);
        assert_eq!(
            shown("a", "b\n", false),
            "--- a/api/now.json\n+++ b/api/now.json\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
        );
        assert_eq!(shown("same", "same", false), "");
    }

    #[test]
    fn line_ends_are_kept() {
        assert!(shown("a\r\nb\r\n", "a\r\nc\r\n", false).ends_with(" a\r\n-b\r\n+c\r\n"));
    }

    #[test]
    fn a_terminal_obeys_nothing_in_a_file() {
        let text = shown("\u{1b}[2Ja\n", "b\n", true);
        assert!(text.contains("\u{1b}[1m\u{1b}[31m-\u{fffd}[2Ja\u{1b}[0m\n"), "{text:?}");
    }
}
