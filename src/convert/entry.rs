//! What one route could become by itself: an entry with a `source` of the same paths, that leads to the same place.

use serde_json::{Map, Value, json};

use super::shape::{Node, Shape};
use super::source::{self, Source};
use super::target;
use super::verify::compiled;
use crate::routing::{self, Compiled};

/// What a route could become.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// `handle: filesystem`
    Files,
    Redirect(Value),
    /// `ends`: no route behind it is tried.
    Headers {
        entry: Value,
        ends: bool,
    },
    Rewrite {
        headers: Option<Value>,
        entry: Value,
        dest: String,
    },
    /// Neither destination nor header nor status.
    Pass,
    Kept(String),
}

/// What a route could become by itself, or why it stays.
pub(super) fn kind(route: &Value, shape: &Shape<'_>, dest: Option<&str>) -> Result<Kind, String> {
    const KNOWN: [&str; 8] = ["src", "source", "dest", "destination", "status", "statusCode", "headers", "continue"];
    let fields = route.as_object().ok_or("it is no object")?;
    if fields.get("caseSensitive") == Some(&Value::Bool(true)) {
        return Err("it tells capitals from small letters, which an entry with `source` cannot".to_owned());
    }
    let known = |key: &str| KNOWN.contains(&key) || key == "caseSensitive";
    if let Some(key) = fields.keys().find(|key| !known(key)) {
        return Err(format!("`{key}` has no exact counterpart"));
    }
    if dest.is_none() && (fields.contains_key("dest") || fields.contains_key("destination")) {
        return Err("its destination is no text".to_owned());
    }
    let status = fields.get("status").or_else(|| fields.get("statusCode"));
    let headers = headers(fields)?;
    let goes_on = fields.get("continue") == Some(&Value::Bool(true));
    match (dest, status) {
        (None, None) if headers.is_empty() => Ok(Kind::Pass),
        (None, None) => Ok(Kind::Headers { entry: header_entry(shape, &headers)?, ends: !goes_on }),
        (None, Some(status)) if !goes_on => redirect(shape, status, &headers),
        (Some(dest), None) if !goes_on && is_identity(shape, dest) => Ok(if headers.is_empty() {
            Kind::Pass
        } else {
            Kind::Headers { entry: header_entry(shape, &headers)?, ends: true }
        }),
        (Some(dest), None) if !goes_on => {
            let entry = rewrite(shape, dest)?;
            let headers = (!headers.is_empty()).then(|| header_entry(shape, &headers)).transpose()?;
            Ok(Kind::Rewrite { headers, entry, dest: rooted(dest) })
        }
        (Some(_), Some(_)) => {
            Err("a destination with a status has no exact counterpart before or behind the files".to_owned())
        }
        _ => Err("`continue` with a destination or a status has no counterpart".to_owned()),
    }
}

/// Whether the destination is the path itself. Letters before the capture would be written as the route has them, whatever the visitor wrote.
fn is_identity(shape: &Shape<'_>, dest: &str) -> bool {
    let Some((last, before)) = shape.items.split_last() else { return false };
    let has_case = |text: &str| text.chars().any(char::is_alphabetic);
    let dest = rooted(dest);
    let (Node::Group { number: Some(1), .. }, Some(start)) = (&last.node, dest.strip_suffix("$1")) else {
        return false;
    };
    let before = Shape { items: before.to_vec() };
    last.repeat.is_once() && !has_case(start) && before.exact().as_deref() == Some(start)
}

type Headers<'r> = Vec<(&'r str, &'r str)>;

fn headers(fields: &Map<String, Value>) -> Result<Headers<'_>, String> {
    let Some(headers) = fields.get("headers") else { return Ok(Vec::new()) };
    let pair = |(key, value): (&'_ String, &'_ Value)| value.as_str().is_some() && !key.is_empty();
    let headers = headers.as_object().filter(|headers| headers.iter().all(pair)).ok_or("its headers are no texts")?;
    Ok(headers.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect())
}

fn rooted(dest: &str) -> String {
    if dest.starts_with('/') || dest.contains("://") { dest.to_owned() } else { format!("/{dest}") }
}

const REFERENCE: &str = "it is not certain which capture of its pattern the text means";

/// The `source` of a shape with a text rewritten for it: with the names of its groups where the text uses them all and the platform then
/// makes of it what `is_same` asks for, else with numbers.
fn placed(shape: &Shape<'_>, text: &str, is_same: impl Fn(&Source, &str) -> bool) -> Result<(Source, String), String> {
    for names in [true, false] {
        let source = source::source(shape, names)?;
        if names && (!target::uses_all_names(text, &source) || text.replace("://", "").contains(':')) {
            continue;
        }
        let target = target::target(text, &source).ok_or(REFERENCE)?;
        if is_same(&source, &target) {
            return Ok((source, target));
        }
    }
    Err("the platform would write its destination otherwise".to_owned())
}

/// The one entry of a list, compiled.
fn one(list: &str, entry: &Value) -> Option<Compiled> {
    let config = json!({ list: [entry] });
    routing::problems(&config).is_empty().then_some(())?;
    compiled(&config)?.pop()
}

fn redirect(shape: &Shape<'_>, status: &Value, headers: &Headers<'_>) -> Result<Kind, String> {
    let code = status.as_u64().filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308));
    let location = match headers.as_slice() {
        [(name, value)] if name.eq_ignore_ascii_case("location") => value,
        _ => {
            return Err(
                "a status without a destination has no counterpart, other than a redirect with `Location` alone"
                    .to_owned(),
            );
        }
    };
    let Some(code) = code else { return Err(format!("a redirect with the status {status} has no counterpart")) };
    let entry = |source: &str, destination: &str| match code {
        307 | 308 => json!({ "source": source, "destination": destination, "permanent": code == 308 }),
        _ => json!({ "source": source, "destination": destination, "statusCode": code }),
    };
    let is_same = |source: &Source, destination: &str| {
        let compiled = one("redirects", &entry(&source.text, destination));
        compiled.is_some_and(|route| {
            route.header("Location").map(str::to_owned) == target::numbered(location, source)
                && route.status() == Some(code)
        })
    };
    let (source, destination) = placed(shape, location, is_same)?;
    Ok(Kind::Redirect(entry(&source.text, &destination)))
}

fn rewrite(shape: &Shape<'_>, dest: &str) -> Result<Value, String> {
    let dest = if dest.starts_with('$') { dest.to_owned() } else { rooted(dest) };
    let entry = |source: &str, destination: &str| json!({ "source": source, "destination": destination });
    let is_same = |source: &Source, destination: &str| {
        let wanted = target::numbered(&dest, source).map(|dest| rooted(&dest));
        let compiled = one("rewrites", &entry(&source.text, &rooted(destination)));
        compiled.as_ref().and_then(Compiled::dest).is_some_and(|found| {
            wanted.is_some_and(|wanted| {
                found == wanted || (wanted.contains("://") && found.strip_suffix('/') == Some(&wanted))
            })
        })
    };
    let (source, destination) = placed(shape, &dest, is_same)?;
    Ok(entry(&source.text, &rooted(&destination)))
}

fn header_entry(shape: &Shape<'_>, headers: &Headers<'_>) -> Result<Value, String> {
    let source = source::source(shape, false)?;
    let mut list = Vec::new();
    for (key, value) in headers {
        let value = target::target(value, &source).ok_or(REFERENCE)?;
        list.push(json!({ "key": key, "value": value }));
    }
    let entry = json!({ "source": source.text, "headers": list });
    let compiled = one("headers", &entry).ok_or("the platform cannot compile it as an entry of `headers`")?;
    let is_same =
        headers.iter().all(|(key, value)| compiled.header(key).map(str::to_owned) == target::numbered(value, &source));
    if is_same { Ok(entry) } else { Err("the platform would write its headers otherwise".to_owned()) }
}
