//! Destinations of rewrites and redirects: which names they use, and what they are compiled to.

use super::captures::{Names, UNNAMED, is_word};
use super::target::{Unfillable, fill_pattern, names_used};
use super::url::Url;

/// Stands for the colon of a known name while the URL is read: `:80` is a port, `:id` is not.
const COLON: &str = "__ESC_COLON_";

/// The names in a destination that neither `source` nor `has` gives, in the order in which the platform looks.
/// The hash is not looked at, nor the second value of a query parameter, nor anything behind the first part that is no pattern.
pub(super) fn unknown_names(destination: &str, names: &Names) -> Vec<String> {
    let Ok(url) = Url::parse(destination) else { return Vec::new() };
    let parts = [&url.hostname, &url.pathname].into_iter().chain(url.query.first_values());
    let mut unknown: Vec<String> = Vec::new();
    for used in parts.map_while(|part| names_used(part)).flatten() {
        if !names.knows(&used) && !unknown.contains(&used) {
            unknown.push(used);
        }
    }
    unknown
}

/// What a redirect leads to. Without a name to replace it stands as it is.
pub(super) fn redirect(destination: &str, names: &Names) -> Result<String, Unfillable> {
    if names.has_captures() || (destination.contains(':') && names.has_named_source()) {
        compile(destination, names, false)
    } else {
        Ok(destination.to_owned())
    }
}

/// What a rewrite leads to: the named parameters are added to the query where the path uses none.
pub(super) fn rewrite(destination: &str, names: &Names) -> Result<String, Unfillable> {
    compile(destination, names, true)
}

fn compile(destination: &str, names: &Names, adds_query: bool) -> Result<String, Unfillable> {
    if names.broken_key().is_some() {
        return Err(Unfillable);
    }
    let mut url = Url::parse(&hidden(destination, names)).map_err(|_| Unfillable)?;
    for part in [&mut url.hostname, &mut url.pathname, &mut url.hash] {
        *part = shown(part);
    }
    let used = used_in_path(&url, names);
    for part in [&mut url.pathname, &mut url.hash, &mut url.hostname] {
        *part = fill_pattern(part, names)?;
    }
    for value in url.query.values_mut() {
        *value = fill_pattern(&shown(value), names)?;
    }
    if adds_query && !used {
        for name in names.named() {
            if let Some(value) = names.value(name) {
                url.query.add_missing(name, value);
            }
        }
    }
    Ok(url.write().replace("%24", "$"))
}

/// The platform gives up looking at the first part that is no pattern.
fn used_in_path(url: &Url, names: &Names) -> bool {
    let parts = [&url.pathname, &url.hash, &url.hostname];
    let mut used = parts.into_iter().map_while(|part| names_used(part)).flatten();
    used.any(|name| name != UNNAMED && names.value(&name).is_some())
}

fn hidden(destination: &str, names: &Names) -> String {
    let mut text = hide_words(destination, names);
    // The platform takes such a key for a regex. As a text it is hidden alike, and no key can be made to backtrack for ever.
    for key in names.odd_keys() {
        text = text.replace(&format!(":{key}"), &format!("{COLON}{key}"));
    }
    text
}

/// Hides each colon that a known name follows, be it only the start of a longer one.
fn hide_words(text: &str, names: &Names) -> String {
    let words: Vec<&str> = names.values().keys().map(String::as_str).filter(|name| is_word(name)).collect();
    let mut pieces = text.split(':');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let known = words.iter().any(|word| piece.starts_with(word));
        out.push_str(if known { COLON } else { ":" });
        out.push_str(piece);
    }
    out
}

fn shown(text: &str) -> String {
    text.replace(COLON, ":").replace(&COLON.to_lowercase(), ":")
}
