//! Why something is in a function: chains of files, each with the line that brings the next one.

use std::io::{self, Write};

use super::layout::{count, one_line, wrap};
use super::style::{Style, Tone};
use crate::base::bytes::human;
use crate::bundle::graph::Freed;
use crate::bundle::packages::package_folder;
use crate::bundle::why::{Place, Step, Why, package_of_folder};
use crate::lint::Held;

/// Steps from which on a chain is indented no further.
const DEEPEST: usize = 16;

/// `14.2 MB (312 files)`.
pub(super) fn freed(freed: Freed) -> String {
    format!("{} ({})", human(freed.bytes), count(freed.files, "file", "files"))
}

/// What a reference does, in words.
pub(super) fn deed(place: &Place) -> String {
    let text = one_line(&place.text);
    match place.how {
        "import" => format!("imports {text}"),
        "require" => format!("requires {text}"),
        "dynamic-import" => format!("imports {text} when it runs"),
        "open-import" => format!("imports what is named by {text}"),
        "path" => format!("names the path {text}"),
        "folder" => format!("names a folder by {text}"),
        "boundary" => "is ruled by this package.json".to_owned(),
        "shared-lib" => "may load this shared library of its package".to_owned(),
        _ => match package_folder(&place.file).map(package_of_folder) {
            Some(package) => format!("belongs to {}, which the tracer knows to need this", one_line(package)),
            None => "calls what the tracer knows to need this".to_owned(),
        },
    }
}

fn chain(steps: &[Step], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let branch = if style.unicode { "└─ " } else { "`- " };
    let deepest = (style.columns() / 3 / 3).min(DEEPEST);
    for (depth, step) in steps.iter().enumerate() {
        let indent = "   ".repeat(depth.saturating_sub(1).min(deepest));
        let lead = if depth == 0 { "" } else { branch };
        writeln!(out, "{indent}{}{}", style.paint(Tone::Dim, lead), one_line(&step.file))?;
        let Some(by) = &step.by else { continue };
        let frees = step.frees.map(|bytes| format!("; without it {} less", freed(bytes))).unwrap_or_default();
        let text = format!("{} {}{frees}", one_line(&by.to_string()), deed(by));
        writeln!(out, "{}", style.paint(Tone::Dim, wrap(&format!("{indent}   "), &text, style.columns())))?;
    }
    Ok(())
}

/// The shortest chain, the others where they were asked for, and what hangs on it.
pub(super) fn human_why(why: &Why, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    chain(&why.chain, style, out)?;
    for other in &why.others {
        writeln!(out)?;
        chain(other, style, out)?;
    }
    for (index, line) in closing(why).iter().enumerate() {
        if index == 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", wrap("", line, style.columns()))?;
    }
    Ok(())
}

/// Functions that are told of where not all are asked for.
const FUNCTIONS: usize = 8;
/// References to a package that are listed for each function.
const REFERENCES: usize = 8;

/// Why functions hold a package: a block for each.
pub(super) fn human_packages(functions: &[Held], all: bool, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let shown = functions.get(..if all { usize::MAX } else { FUNCTIONS }).unwrap_or(functions);
    for (index, Held { function, why, note }) in shown.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let text = format!("{}: {}", one_line(function), held(why));
        writeln!(out, "{}", wrap("", &style.paint(Tone::Strong, text), style.columns()))?;
        chain(&why.chain, style, out)?;
        if let Some(note) = note {
            writeln!(out, "{}", style.paint(Tone::Dim, wrap("   ", note, style.columns())))?;
        }
        for other in &why.others {
            writeln!(out)?;
            chain(other, style, out)?;
        }
        if why.references > 1 && why.others.is_empty() {
            writeln!(out, "{}", style.paint(Tone::Dim, "required by"))?;
            for by in why.required_by.iter().take(REFERENCES) {
                writeln!(
                    out,
                    "{}",
                    wrap("  ", &format!("{} {}", one_line(&by.to_string()), deed(by)), style.columns())
                )?;
            }
            let more = why.references.saturating_sub(REFERENCES);
            if more > 0 {
                writeln!(out, "  and {}", count(more, "more reference", "more references"))?;
            }
        }
    }
    match functions.len() - shown.len() {
        0 => Ok(()),
        more => writeln!(out, "\nand {} with --all", count(more, "more function", "more functions")),
    }
}

fn held(why: &Why) -> String {
    let without = match why.frees == why.holds {
        true => String::new(),
        false => format!("; without it {} less", freed(why.frees)),
    };
    format!("{} holds {}{without}", one_line(&why.file), freed(why.holds))
}

fn closing(why: &Why) -> Vec<String> {
    let mut lines = Vec::new();
    if why.holds.files > 1 || why.frees.files > 1 {
        lines.push(held(why));
    }
    let shown = usize::from(why.chain.len() > 1) + why.others.len();
    match why.references {
        0 | 1 => {}
        many if many > shown && why.others.is_empty() => {
            lines.push(format!("{} lead to it; --all shows a chain for each", count(many, "reference", "references")));
        }
        many if many > shown => lines.push(format!("and {}", count(many - shown, "more reference", "more references"))),
        _ => {}
    }
    lines
}
