//! Repairs of brackets behind which a text of JSON could not be read on: what makes the whole text readable, if one thing alone does.

use crate::base::Span;
use crate::document::edit::apply_checked;
use crate::document::json::ProblemKind;
use crate::document::{Applicability, Document, Edit, Fix, Problem};

/// Larger texts are not tried again and again.
const LARGEST: usize = 256 * 1024;

/// The one change of a bracket or quote at the problem that lets the reader come to the end.
pub(super) fn repair(document: &Document, problem: &Problem) -> Option<Fix> {
    let text = document.text();
    // Beside other problems it waits until they are repaired: what each does to the rest could not be told apart.
    if text.len() > LARGEST || document.problems().len() > 1 {
        return None;
    }
    let before = text.get(..problem.span.start)?.trim_end().len();
    let last = text.get(..before)?.chars().next_back();
    // Behind anything but a value that is whole, more is missing than a bracket.
    let is_behind_value = last.is_some_and(|last| matches!(last, '}' | ']' | '"') || last.is_ascii_alphanumeric());
    let inserted = |bracket: char| is_behind_value.then(|| ("Insert", Span::at(before), bracket.to_string()));
    let candidates = match &problem.kind {
        ProblemKind::Unexpected { found, .. } if matches!(&**found, "}" | "]") => {
            let (this, other) = if **found == *"}" { ("}", ']') } else { ("]", '}') };
            let replaced = ("Write", problem.span, other.to_string());
            vec![Some(replaced), Some(("Delete the", problem.span, String::new())), inserted(other)]
                .into_iter()
                .flatten()
                .map(|(verb, span, text)| {
                    (if text.is_empty() { format!("{verb} {this}") } else { format!("{verb} {text}") }, span, text)
                })
                .collect()
        }
        ProblemKind::Unclosed { bracket, .. } => {
            let close = if *bracket == '{' { '}' } else { ']' };
            let (verb, span, text) = inserted(close)?;
            vec![(format!("{verb} {text}"), span, text)]
        }
        _ => return None,
    };
    let edit = |span, text| vec![Edit { file: document.file().to_owned(), span, text }];
    let mut whole = candidates
        .into_iter()
        .map(|(title, span, text)| (title, edit(span, text)))
        .filter(|(_, edits)| is_whole(document, edits));
    let (title, edits) = whole.next().filter(|_| whole.next().is_none())?;
    // Of `{"a":{"b":1,"c":2}` nobody can tell whether `c` belongs to `a` or stands beside it.
    let may_stand_elsewhere = |edit: &Edit| edit.text.chars().next().is_some_and(|bracket| last == Some(bracket));
    let certain = !edits.iter().any(|edit| edit.span.is_empty() && may_stand_elsewhere(edit));
    let applicability = if certain { Applicability::Unsafe } else { Applicability::Display };
    Some(Fix { title, applicability, edits })
}

/// Whether the text is read to its end with this change, and every value that was read before stays where it hangs.
fn is_whole(document: &Document, edits: &[Edit]) -> bool {
    apply_checked(document, edits)
        .is_ok_and(|changed| changed.problems().iter().all(|problem| problem.kind.is_repairable()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> Option<(String, Applicability)> {
        let document = Document::json("vercel.json", text);
        let fix = document.problems().iter().find_map(|problem| repair(&document, problem))?;
        Some((apply_checked(&document, &fix.edits).unwrap().text().to_owned(), fix.applicability))
    }

    #[test]
    fn what_alone_makes_a_text_whole_is_written() {
        for (text, expected) in [
            (r#"{"a":{"b":1],"c":[2]}"#, r#"{"a":{"b":1},"c":[2]}"#),
            (r#"{"a":[{"b":1}}"#, r#"{"a":[{"b":1}]}"#),
            (r#"{"a":[1],]}"#, r#"{"a":[1],}"#),
            (r#"{"a":[{"b":1,"c":{"d":1}]}"#, r#"{"a":[{"b":1,"c":{"d":1}}]}"#),
            (r#"{"a":{"b":1},"c":[1]"#, r#"{"a":{"b":1},"c":[1]}"#),
            ("{]", "{}"),
        ] {
            assert_eq!(repaired(text).map(|(text, _)| text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_bracket_that_may_be_missing_elsewhere_is_for_a_person() {
        for text in [
            r#"{"git":{"deploymentEnabled":false,"crons":[],"regions":["iad1"]}"#,
            r#"{"a":[{"b":{"c":1,"d":2}]}"#,
            "[[1,2]",
        ] {
            assert_eq!(repaired(text).map(|(_, applicability)| applicability), Some(Applicability::Display), "{text}");
        }
        let (_, applicability) = repaired(r#"{"a":{"b":1},"c":[1]"#).unwrap();
        assert_eq!(applicability, Applicability::Unsafe);
    }

    #[test]
    fn what_misses_more_is_left() {
        for text in [r#"{"a":"#, r#"{"a":[{"b":1"#, r#"{"a":"b"#, r#"{"a":1}}]"#, "{\"a\":\"true,\n\"b\":1}"] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
