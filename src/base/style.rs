//! How a text is written: newline kind and indentation, so that an edit can copy it.

/// The newline that a text uses: the first one found, `\n` where there is none.
pub fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        Some(_) => "\n",
        None if text.contains('\r') => "\r",
        None => "\n",
    }
}

/// One step of indentation: the white space before the first indented line, two spaces where there is none.
pub fn indent_unit(text: &str) -> &str {
    text.lines()
        .find_map(|line| {
            let rest = line.trim_start_matches([' ', '\t']);
            let lead = &line[..line.len() - rest.len()];
            (!lead.is_empty() && !rest.is_empty()).then_some(lead)
        })
        .unwrap_or("  ")
}

/// The white space at the start of the line that holds `offset`.
pub fn indent_at(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = text[start..].trim_start_matches('\u{feff}');
    let rest = line.trim_start_matches([' ', '\t']);
    &line[..line.len() - rest.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_is_read_from_the_text() {
        assert_eq!(newline("{\r\n}\n"), "\r\n");
        assert_eq!(newline("{}"), "\n");
        assert_eq!(indent_unit("{\n\t\"a\": 1\n}"), "\t");
        assert_eq!(indent_unit("{}"), "  ");
        assert_eq!(indent_at("{\n    \"a\": 1\n}", 8), "    ");
    }
}
