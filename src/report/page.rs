//! A rule's page, written in Markdown, for the terminal: headings, paragraphs, lists, fenced code, inline code.

use std::io::{self, Write};

use super::layout::{clean, wrap};
use super::style::{Style, Tone};

/// A run of lines that belong together.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Heading(String),
    Paragraph(String),
    /// Mark (`- ` or `1. `), depth in blanks, text.
    Item(String, usize, String),
    /// The file that it is, where the fence names one, and its lines.
    Code(Option<String>, Vec<String>),
}

/// Writes a page of Markdown for people. Without colour, headings and code are still told apart by their place.
///
/// # Errors
/// Those of `out`.
pub fn page(markdown: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    // Lines of prose over a hundred columns are hard to read, however wide the terminal.
    let columns = style.columns().min(100);
    let mut item_before = false;
    for (index, block) in blocks(markdown).iter().enumerate() {
        let is_item = matches!(block, Block::Item(..));
        if index > 0 && !(is_item && item_before) {
            writeln!(out)?;
        }
        item_before = is_item;
        match block {
            Block::Heading(text) => {
                writeln!(out, "{}", wrap("", &style.paint(Tone::Strong, inline(text, None)), columns))?
            }
            Block::Paragraph(text) => writeln!(out, "{}", wrap("  ", &inline(text, Some(style)), columns))?,
            Block::Item(mark, depth, text) => {
                let lead = format!("  {}{mark}", " ".repeat(*depth));
                writeln!(out, "{}", wrap(&lead, &inline(text, Some(style)), columns))?;
            }
            Block::Code(file, lines) => {
                if let Some(file) = file {
                    writeln!(out, "    {}", style.paint(Tone::Dim, file))?;
                }
                for line in lines {
                    writeln!(out, "{}", style.paint(Tone::Info, format!("      {line}").trim_end()))?;
                }
            }
        }
    }
    Ok(())
}

fn fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence))
}

/// The file that a fence names behind its language: `now.json` of a fence with `json now.json`.
fn file_of(fence: &str) -> Option<String> {
    let (_, name) = fence.trim().split_once(' ')?;
    name.contains('.').then(|| clean(name.trim()))
}

/// The mark of a list item (`- `, `1. `) and the text behind it.
fn item(line: &str) -> Option<(String, &str)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("- ".to_owned(), text));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let text = line.get(digits..)?.strip_prefix(". ")?;
    (digits > 0).then(|| (format!("{}. ", &line[..digits]), text))
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = markdown.lines().peekable();
    // Whether the next line of prose goes on with the last block.
    let mut open = false;
    while let Some(line) = lines.next() {
        let text = line.trim();
        if let Some(fence) = fence(line) {
            let indent = line.len() - line.trim_start().len();
            let mut code = Vec::new();
            for line in lines.by_ref() {
                if line.trim() == fence {
                    break;
                }
                let blank = line.len() - line.trim_start_matches(' ').len();
                code.push(clean(&line[blank.min(indent)..].replace('\t', "    ")));
            }
            blocks.push(Block::Code(file_of(line), code));
            open = false;
        } else if text.is_empty() {
            open = false;
        } else if let Some(title) = text.strip_prefix('#') {
            blocks.push(Block::Heading(title.trim_start_matches('#').trim().to_owned()));
            open = false;
        } else if let Some((mark, text)) = item(text) {
            let depth = line.len() - line.trim_start().len();
            blocks.push(Block::Item(mark, depth, text.to_owned()));
            open = true;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(before) | Block::Item(_, _, before)) if open => {
                    before.push(' ');
                    before.push_str(text);
                }
                _ => blocks.push(Block::Paragraph(text.to_owned())),
            }
            open = true;
        }
    }
    blocks
}

/// Inline code in colour (with its backticks where there is none), emphasis marks dropped, links as `text (address)`.
pub(super) fn inline(text: &str, style: Option<&Style>) -> String {
    let mut shown = String::new();
    for (index, part) in clean(text).split('`').enumerate() {
        if index % 2 == 0 {
            shown.push_str(&links(&part.replace("**", "")));
        } else {
            match style {
                Some(style) if style.color => shown.push_str(&style.paint(Tone::Info, part)),
                _ => shown.push_str(&format!("`{part}`")),
            }
        }
    }
    shown
}

/// `[text](address)` as `text (address)`.
fn links(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, (words, address, after))) = next_link(rest) {
        shown.push_str(before);
        shown.push_str(words);
        if words != address {
            shown.push_str(&format!(" ({address})"));
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

fn next_link(text: &str) -> Option<(&str, (&str, &str, &str))> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    Some((&text[..start], (&text[start + 1..middle], &text[middle + 2..end], &text[end + 1..])))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    const PAGE: &str = "# size/over-limit\n\n## What it checks\n\nThe zipped size of a function against the limit that its builder applies, `maxLambdaSize` or the **default**\n(see [the documentation](https://example.com/size)).\n\n- one `item` that goes on and on until it has to be wrapped, or the terminal would cut it\n  over two lines\n- two\n  1. nested\n\n## Example\n\n```json now.json\n{\n\t\"a\": 1\n\n}\n```\n";

    fn shown(width: usize, color: bool) -> String {
        let style = Style { color, unicode: true, width, base: "/".into() };
        let mut out = Vec::new();
        page(PAGE, &style, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_reads_well_without_colour() {
        assert_snapshot!(shown(60, false), @r#"
        size/over-limit

        What it checks

          The zipped size of a function against the limit that its
          builder applies, `maxLambdaSize` or the default (see the
          documentation (https://example.com/size)).

          - one `item` that goes on and on until it has to be
            wrapped, or the terminal would cut it over two lines
          - two
            1. nested

        Example

            now.json
              {
                  "a": 1

              }
        "#);
    }

    #[test]
    fn colour_takes_the_place_of_backticks() {
        let text = shown(80, true);
        assert!(text.contains("\u{1b}[36mmaxLambdaSize\u{1b}[0m") && !text.contains('`'), "{text:?}");
    }

    #[test]
    fn half_a_page_is_no_reason_to_fail() {
        let style = Style { color: false, unicode: true, width: 80, base: "/".into() };
        for text in ["```", "#", "- ", "[a](", "](", "`", "1.", "1. ", "    ```\n  é\n\tx"] {
            page(text, &style, &mut Vec::new()).unwrap();
        }
    }
}
