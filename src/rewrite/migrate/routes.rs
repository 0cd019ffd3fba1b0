//! `routes`: what left it is written, and said.

use serde_json::Value;

use super::draft::Draft;
use crate::convert::{Converted, Fate};
use crate::document::{Path, insert};
use crate::rewrite::Outcome;

pub(super) fn write(draft: &mut Draft, old: &[Value], moved: &[Value], converted: &Converted) {
    let path = Path::keys(["routes"]);
    if draft.document().get(&path).is_none() {
        return;
    }
    if old.is_empty() {
        draft.remove(&path);
        return draft.note(Outcome::Done, &path, "left out: it is empty");
    }
    let mut lists: Vec<(&str, Value)> =
        [("redirects", &converted.redirects), ("headers", &converted.headers), ("rewrites", &converted.rewrites)]
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(key, list)| (key, Value::Array(list.clone())))
            .collect();
    let is_kept = |fate: &Fate| matches!(fate, Fate::Kept(_));
    if converted.fates.iter().any(is_kept) {
        for (at, fate) in converted.fates.iter().enumerate().rev() {
            let item = path.index(at);
            if !is_kept(fate) {
                draft.remove_item(&item);
            } else if old.get(at) != moved.get(at) {
                for key in ["dest", "destination"] {
                    if let Some(dest) = moved.get(at).and_then(|route| route.get(key)) {
                        draft.set(&item.key(key), dest);
                    }
                }
            }
        }
    } else if let Some((key, list)) = (!lists.is_empty()).then(|| lists.remove(0)) {
        // The first list takes the place of `routes`.
        draft.set(&path, &list);
        draft.rename(&path, key);
    } else {
        draft.remove(&path);
    }
    let members: Vec<(&str, &Value)> = lists.iter().map(|(key, list)| (*key, list)).collect();
    if !members.is_empty() {
        let edit = insert::add_to_object(draft.document(), &Path::root(), &members);
        draft.add(edit);
    }
    explain(draft, &converted.fates);
    if converted.compared > 0 {
        let text = format!("{} requests made from the patterns are answered as before", converted.compared);
        draft.note(Outcome::Done, &path, text);
    }
}

/// A file that is added later may make a difference.
const FILES_FIRST: &str = ": a file at the same path comes first there, and none of today's makes a difference";

/// One line for neighbours with one fate.
fn explain(draft: &mut Draft, fates: &[Fate]) {
    let mut at = 0;
    for group in fates.chunk_by(|one, other| one == other) {
        let path = Path::keys(["routes"]);
        let last = at + group.len() - 1;
        let place =
            if at == last { path.index(at).to_string() } else { format!("{} to {}", path.index(at), path.index(last)) };
        let many = group.len() > 1;
        let (is, entry) = if many { ("are", "entries") } else { ("is", "an entry") };
        let text = match group.first() {
            Some(Fate::Kept(why)) => format!("{} in `routes`: {why}", if many { "stay" } else { "stays" }),
            Some(Fate::Redirect) => format!("{is} {entry} of `redirects` now"),
            Some(Fate::Headers) => format!("{is} {entry} of `headers` now"),
            Some(Fate::Rewrite) => format!("{is} {entry} of `rewrites` now{FILES_FIRST}"),
            Some(Fate::HeadersAndRewrite) => format!("{is} {entry} of `headers` and of `rewrites` now{FILES_FIRST}"),
            Some(Fate::Dropped) | None => "left out: nothing changes without it".to_owned(),
        };
        let outcome = if matches!(group.first(), Some(Fate::Kept(_))) { Outcome::Kept } else { Outcome::Done };
        draft.note(outcome, place, text);
        at += group.len();
    }
}
