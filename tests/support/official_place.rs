//! Places as the corpus writes them.

use nowcheck::document::Segment;
use nowcheck::document::schema::{Place, What};

/// Reads `.functions['a'].memory`, `.routes[0] +zz` and `.builds[2] -use`.
pub(crate) fn official_place(text: &str) -> Place {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix("['") {
            let end = after.match_indices("']").map(|(end, _)| end);
            let end = end
                .filter(|end| matches!(after[end + 2..].chars().next(), None | Some('.' | '[' | ' ')))
                .min()
                .unwrap();
            path.push(Segment::Key(after[..end].into()));
            rest = &after[end + 2..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let end = after.find(']').unwrap();
            path.push(Segment::Index(after[..end].parse().unwrap()));
            rest = &after[end + 1..];
        } else if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[', ' ']).unwrap_or(after.len());
            path.push(Segment::Key(after[..end].into()));
            rest = &after[end..];
        } else {
            break;
        }
    }
    let what = match (rest.get(..2), rest.get(2..)) {
        (Some(" +"), Some(name)) => What::UnexpectedProperty(name.to_owned()),
        (Some(" -"), Some(name)) => What::MissingProperty(name.to_owned()),
        _ => {
            assert!(rest.is_empty(), "{text}");
            What::Value
        }
    };
    Place { path, what }
}
