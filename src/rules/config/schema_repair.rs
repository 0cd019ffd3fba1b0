//! What can be repaired of the complaints of the schema: where a value has one reading only.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use crate::convert::one_glob;
use crate::document::schema::{JsonType, Problem, What};
use crate::document::{Applicability, Document, Edit, Fix, Format, Member, Node, Path, Segment, Value, insert};
use crate::rules::cron::schedule::meant;

/// The repair of a complaint, where there is one.
pub(super) fn repair(document: &Document, problem: &Problem, incomplete: &HashSet<&[Segment]>) -> Option<Fix> {
    if let Some((build, name)) = misplaced(problem) {
        return moved(document, &build, name);
    }
    let place = problem.places.first()?;
    let path = Path::from_segments(place.path.clone());
    match &place.what {
        What::UnexpectedProperty(name) if problem.keyword == "additionalProperties" => {
            unexpected(document, &path, name, problem, incomplete.contains(place.path.as_slice()))
        }
        What::Value => of_value(document, &path, problem),
        _ => None,
    }
}

/// Keys that belong into the `config` of a build and are often written beside it.
const OPTIONS: [&str; 6] = ["maxLambdaSize", "includeFiles", "excludeFiles", "helpers", "distDir", "awsLambdaHandler"];

/// The key that a problem finds beside a build's `config`, where it belongs inside.
pub(super) fn misplaced(problem: &Problem) -> Option<(Path, &str)> {
    let place = problem.places.first()?;
    let What::UnexpectedProperty(name) = &place.what else { return None };
    let [Segment::Key(builds), Segment::Index(_)] = place.path.as_slice() else { return None };
    (&**builds == "builds" && OPTIONS.contains(&name.as_str()))
        .then(|| (Path::from_segments(place.path.clone()), name.as_str()))
}

/// Moves the key into a `config` of its own. Where there is one already, a person has to join them.
fn moved(document: &Document, build: &Path, name: &str) -> Option<Fix> {
    let edits = vec![insert::move_into(document, &build.key(name), "config")?];
    Some(Fix { title: format!("Move \"{name}\" into \"config\""), applicability: Applicability::Safe, edits })
}

/// Other names of a key that the platform's own validator puts right, or that differ in the letter case alone.
fn is_other_name(name: &str, meant: &str) -> bool {
    let known = [
        ("src", "source"),
        ("dest", "destination"),
        ("status", "statusCode"),
        ("header", "headers"),
        ("method", "methods"),
    ];
    known.contains(&(name, meant)) || name.eq_ignore_ascii_case(meant)
}

/// Keys that say nothing to the platform: notes, and an option that has had no effect since 2019-07-12.
fn says_nothing(name: &str) -> bool {
    name.starts_with("//") || ["comment", "_comment", "$comment", "maxLambdaSize"].contains(&name)
}

/// `lacks`: the object has no key that it must have, which may be this one under another name.
fn unexpected(document: &Document, owner: &Path, name: &str, problem: &Problem, lacks: bool) -> Option<Fix> {
    let path = owner.key(name);
    if let Some(meant) = &problem.suggestion {
        if document.get(&owner.key(meant)).is_some() {
            return None;
        }
        let sure = is_other_name(name, meant);
        let mut fix =
            fix(format!("Rename \"{name}\" to \"{meant}\""), sure, insert::rename_key(document, &path, meant))?;
        // One text where the key that was meant has a list of them.
        if let Some(text) = document.get(&path).and_then(Node::as_str).filter(|_| LISTS_OF_TEXTS.contains(&&**meant)) {
            fix.edits.push(insert::set(document, &path, &json!([text]))?);
            fix.title = format!("{}, with its value as a list", fix.title);
        }
        return Some(fix);
    }
    // A key of another form of the same object: which of the two forms was meant is not certain.
    if problem.of_other_form || lacks {
        return None;
    }
    fix(format!("Delete \"{name}\""), says_nothing(name), insert::remove(document, &path))
}

fn of_value(document: &Document, path: &Path, problem: &Problem) -> Option<Fix> {
    let node = document.get(path)?;
    let key = problem.places.first()?.path.last()?;
    if let (Some(meant), Some(text)) = (&problem.suggestion, node.as_str()) {
        let sure = text.trim().eq_ignore_ascii_case(meant);
        return fix(format!("Write \"{meant}\""), sure, insert::set(document, path, &meant.as_str().into()));
    }
    match problem.keyword.as_str() {
        // An empty object, and `null` where it is not taken for absent, say what a missing key says.
        "minProperties" => removed(document, path, key),
        _ if *node.value() == Value::Null && !problem.types.is_empty() => removed(document, path, key),
        "minLength" if *key == Segment::Key("schedule".into()) => {
            let written = meant(node.as_str()?)?;
            fix(format!("Write \"{written}\""), false, insert::set(document, path, &written.as_str().into()))
        }
        "pattern" if *key == Segment::Key("path".into()) => {
            let is_path = |text: &&str| text.starts_with(|c: char| c.is_alphanumeric()) && !text.contains("://");
            let text = node.as_str().filter(is_path)?;
            set(document, path, json!(format!("/{text}")))
        }
        _ => match in_a_list(document, path, node, &problem.types) {
            None => set(document, path, other_type(node, key, &problem.types)?),
            listed => listed,
        },
    }
}

/// What each entry of a list has, by the name of the list.
pub(super) const ENTRIES: [(&str, &str); 6] = [
    ("rewrites", "source"),
    ("redirects", "source"),
    ("headers", "source"),
    ("routes", "src"),
    ("crons", "path"),
    ("builds", "use"),
];

/// One entry where a list of them belongs: the same text between brackets.
fn in_a_list(document: &Document, path: &Path, node: Node<'_>, types: &[JsonType]) -> Option<Fix> {
    let [Segment::Key(list)] = path.segments() else { return None };
    let (_, has) = ENTRIES.iter().find(|(name, _)| **name == **list)?;
    if !types.contains(&JsonType::Array) || node.get(has).is_none() {
        return None;
    }
    let text = node.span().slice(document.text());
    // In TOML, what is repeated is a header in two brackets; braces and dotted keys are left.
    if document.format() == Format::Toml && !text.starts_with('[') {
        return None;
    }
    let text = format!("[{text}]");
    let edit = Edit { file: document.file().to_owned(), span: node.span(), text };
    fix(format!("Put the entry of \"{list}\" into a list"), true, Some(edit))
}

fn removed(document: &Document, path: &Path, key: &Segment) -> Option<Fix> {
    let Segment::Key(key) = key else { return None };
    fix(format!("Delete \"{key}\", which says nothing"), true, insert::remove(document, path))
}

fn set(document: &Document, path: &Path, value: Json) -> Option<Fix> {
    let title = match &value {
        Json::Object(_) => "Write it as an object".to_owned(),
        _ => format!("Write {value}"),
    };
    fix(title, true, insert::set(document, path, &value))
}

fn fix(title: String, sure: bool, edit: Option<Edit>) -> Option<Fix> {
    let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
    Some(Fix { title, applicability, edits: vec![edit?] })
}

/// The same value as one of the types that are accepted, where there is one reading only.
fn other_type(node: Node<'_>, key: &Segment, types: &[JsonType]) -> Option<Json> {
    let name = if let Segment::Key(key) = key { &**key } else { "" };
    let takes = |wanted: JsonType| types.contains(&wanted);
    match node.value() {
        Value::String(text) => {
            let text = text.trim();
            if takes(JsonType::Boolean) && ["true", "false"].contains(&text.to_ascii_lowercase().as_str()) {
                return Some(json!(text.eq_ignore_ascii_case("true")));
            }
            // Only seconds are counted here, so that the unit says nothing.
            let text = text.strip_suffix('s').filter(|_| name == "maxDuration").unwrap_or(text).trim_end();
            let is_number = !text.is_empty() && text.len() < 16 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && (takes(JsonType::Integer) || takes(JsonType::Number)) {
                return text.parse::<u64>().ok().map(|number| json!(number));
            }
            (takes(JsonType::Array) && LISTS_OF_TEXTS.contains(&name)).then(|| json!([text]))
        }
        // What a header says is a text in any case.
        Value::Number(number) if takes(JsonType::String) && name == "value" && number.fract() == 0.0 => {
            Some(json!(number.to_string()))
        }
        Value::Bool(value) if takes(JsonType::String) && name == "value" => Some(json!(value.to_string())),
        Value::Object(_) if takes(JsonType::Array) && name == "headers" => named_values(node),
        Value::Array(_) if takes(JsonType::Object) && name == "headers" => by_name(node),
        Value::Array(_) if takes(JsonType::String) && ["includeFiles", "excludeFiles"].contains(&name) => joined(node),
        _ => None,
    }
}

const LISTS_OF_TEXTS: [&str; 7] =
    ["topics", "methods", "domains", "formats", "regions", "functionFailoverRegions", "env"];

/// The entries of `headers` that a map of names to texts stands for.
fn named_values(map: Node<'_>) -> Option<Json> {
    let entry = |(member, node): (&Member, Node<'_>)| Some(json!({ "key": &*member.key, "value": node.as_str()? }));
    let entries: Vec<Json> = map.members().map(entry).collect::<Option<_>>()?;
    (!entries.is_empty()).then(|| Json::from(entries))
}

/// The map of names to texts that a list of `key` and `value` stands for.
fn by_name(list: Node<'_>) -> Option<Json> {
    let mut map = serde_json::Map::new();
    for entry in list.items() {
        let (key, value) = (entry.get("key")?.as_str()?, entry.get("value")?.as_str()?);
        if entry.members().count() > 2 || map.insert(key.to_owned(), json!(value)).is_some() {
            return None;
        }
    }
    (!map.is_empty()).then_some(Json::Object(map))
}

/// One glob that matches what any of these matches.
fn joined(list: Node<'_>) -> Option<Json> {
    let globs: Vec<&str> = list.items().map(Node::as_str).collect::<Option<_>>()?;
    one_glob(&globs).map(Json::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::edit::apply_checked;
    use crate::document::schema::vercel;

    fn repaired(text: &str) -> Option<(String, Applicability)> {
        let document = Document::json("vercel.json", text);
        let value: Json = serde_json::from_str(text).unwrap();
        let problems = vercel().unwrap().problems(&value);
        let places = problems.iter().filter_map(|problem| problem.places.first());
        let lacking = places.filter(|place| matches!(place.what, What::MissingProperty(_)));
        let incomplete = lacking.map(|place| place.path.as_slice()).collect();
        let fix = problems.iter().find_map(|problem| repair(&document, problem, &incomplete))?;
        Some((apply_checked(&document, &fix.edits).unwrap().text().to_owned(), fix.applicability))
    }

    #[test]
    fn what_has_one_reading_is_written() {
        let (safe, bold) = (Applicability::Safe, Applicability::Unsafe);
        for (text, after, applicability) in [
            (r#"{"cleanUrls":"true"}"#, r#"{"cleanUrls":true}"#, safe),
            (r#"{"cleanUrls":null,"a":1}"#, r#"{"a":1}"#, safe),
            (
                r#"{"rewrites":{ "source":"/a","destination":"/b" }}"#,
                r#"{"rewrites":[{ "source":"/a","destination":"/b" }]}"#,
                safe,
            ),
            (
                r#"{"headers":[{"source":"/a","headers":{"X-A":"b"}}]}"#,
                r#"{"headers":[{"source":"/a","headers":[{"key":"X-A","value":"b"}]}]}"#,
                safe,
            ),
            (
                r#"{"routes":[{"src":"/a","headers":[{"key":"X-A","value":"b"}]}]}"#,
                r#"{"routes":[{"src":"/a","headers":{"X-A":"b"}}]}"#,
                safe,
            ),
            (r#"{"routes":[{"src":"/a","method":"GET"}]}"#, r#"{"routes":[{"src":"/a","methods":["GET"]}]}"#, safe),
            (
                r#"{"experimentalServices":{"a":{"type":"worker","entrypoint":"a.py","topic":"b"}}}"#,
                r#"{"experimentalServices":{"a":{"type":"worker","entrypoint":"a.py","topics":["b"]}}}"#,
                bold,
            ),
            (r#"{"functions":{"a.js":{"maxDuration":"30s"}}}"#, r#"{"functions":{"a.js":{"maxDuration":30}}}"#, safe),
            (r#"{"functions":{}}"#, "{}", safe),
            (r#"{"functions":{"a.js":{"maxDuration":"30"}}}"#, r#"{"functions":{"a.js":{"maxDuration":30}}}"#, safe),
            (
                r#"{"functions":{"a.js":{"includeFiles":["a/**","b/*"]}}}"#,
                r#"{"functions":{"a.js":{"includeFiles":"{a/**,b/*}"}}}"#,
                safe,
            ),
            (
                r#"{"functions":{"a.js":{"maxLambdaSize":"5mb","memory":128}}}"#,
                r#"{"functions":{"a.js":{"memory":128}}}"#,
                safe,
            ),
            (
                r#"{"redirects":[{"src":"/a","destination":"/b"}]}"#,
                r#"{"redirects":[{"source":"/a","destination":"/b"}]}"#,
                safe,
            ),
            (
                r#"{"redirects":[{"source":"/a","destination":"/b","statusCode":"301"}]}"#,
                r#"{"redirects":[{"source":"/a","destination":"/b","statusCode":301}]}"#,
                safe,
            ),
            (
                r#"{"crons":[{"path":"api/a","schedule":"0 0 * * *"}]}"#,
                r#"{"crons":[{"path":"/api/a","schedule":"0 0 * * *"}]}"#,
                safe,
            ),
            (
                r#"{"headers":[{"source":"/a","headers":[{"key":"a","value":60}]}]}"#,
                r#"{"headers":[{"source":"/a","headers":[{"key":"a","value":"60"}]}]}"#,
                safe,
            ),
            (r#"{"routes":[{"src":"/a","methods":"GET"}]}"#, r#"{"routes":[{"src":"/a","methods":["GET"]}]}"#, safe),
            (
                r#"{"functions":{"a.js":{"architecture":"arm46"}}}"#,
                r#"{"functions":{"a.js":{"architecture":"arm64"}}}"#,
                bold,
            ),
            (
                r#"{"crons":[{"path":"/a","schedule":"@daily"}]}"#,
                r#"{"crons":[{"path":"/a","schedule":"0 0 * * *"}]}"#,
                bold,
            ),
            (r#"{"routes":[{"src":"/a","allow":"x"}]}"#, r#"{"routes":[{"src":"/a"}]}"#, bold),
        ] {
            assert_eq!(repaired(text), Some((after.to_owned(), applicability)), "{text}");
        }
    }

    #[test]
    fn what_has_several_is_left() {
        for text in [
            r#"{"functions":{"a.js":{"includeFiles":["a,b","c"]}}}"#,
            r#"{"functions":{"a.js":{"includeFiles":[]}}}"#,
            r#"{"functions":{"a.js":{"maxDuration":9000}}}"#,
            r#"{"functions":{"a.js":{"maxDuration":"long"}}}"#,
            r#"{"cleanUrls":"yes"}"#,
            r#"{"functions":{"a.js":{"maxDuration":"5m"}}}"#,
            r#"{"rewrites":{"/a":"/b"}}"#,
            r#"{"headers":[{"source":"/a","headers":{"X-A":5}}]}"#,
            r#"{"crons":[{"path":"https://a.b/c","schedule":"0 0 * * *"}]}"#,
            r#"{"rewrites":[{"source":"/a","destination":5}]}"#,
            r#"{"rewrites":[{"from":"/a","to":"/b"}]}"#,
            r#"{"headers":[{"key":"X-A","value":"b"}]}"#,
            r#"{"routes":[{"src":"/a","headers":[{"key":"A","value":"b"},{"key":"A","value":"c"}]}]}"#,
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }
}
