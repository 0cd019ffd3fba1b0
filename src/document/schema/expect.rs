//! Reading a schema: which properties an object may have, and what the schema says of a place.

use serde_json::Value;

use crate::document::Segment;

/// References are followed this often; the schemas here nest fewer.
const MAX_REFERENCES: usize = 16;

/// The schema that `schema` refers to, or itself.
fn resolved<'s>(root: &'s Value, mut schema: &'s Value) -> &'s Value {
    for _ in 0..MAX_REFERENCES {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        match target.and_then(|pointer| root.pointer(pointer)) {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// The schema that owns the keyword at `location` (a JSON pointer that ends with the keyword).
pub(super) fn owner<'s>(root: &'s Value, location: &str) -> Option<&'s Value> {
    root.pointer(location.rsplit_once('/')?.0)
}

/// The property names that `schema` itself knows.
pub(super) fn properties(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str())
}

/// Whether an alternative beside the one at `location` knows the property `name`.
pub(super) fn alternative_knows(root: &Value, location: &str, name: &str) -> bool {
    location.match_indices("/anyOf/").chain(location.match_indices("/oneOf/")).any(|(start, keyword)| {
        let end = start + keyword.len() - 1;
        let branches = location.get(..end).and_then(|pointer| root.pointer(pointer)).and_then(Value::as_array);
        branches.into_iter().flatten().any(|branch| properties(resolved(root, branch)).any(|known| known == name))
    })
}

/// The description of the value at `path`: the one beside a reference before the one behind it.
pub(super) fn description<'s>(root: &'s Value, path: &[Segment]) -> Option<&'s str> {
    let mut candidates = vec![root];
    for segment in path {
        let inside: Vec<&Value> = candidates.iter().flat_map(|schema| step(root, schema, segment)).collect();
        candidates = inside;
    }
    let told = |schema: &&'s Value| {
        let own = schema.get("description").and_then(Value::as_str);
        own.or_else(|| resolved(root, schema).get("description").and_then(Value::as_str))
    };
    candidates.iter().find_map(told)
}

/// The schemas of what lies one step inside a value that `schema` describes.
fn step<'s>(root: &'s Value, schema: &'s Value, segment: &Segment) -> Vec<&'s Value> {
    let mut found = Vec::new();
    let mut open = vec![resolved(root, schema)];
    let mut budget = 64_usize;
    while let Some(schema) = open.pop() {
        budget = match budget.checked_sub(1) {
            Some(rest) => rest,
            None => break,
        };
        match segment {
            Segment::Index(_) => found.extend(schema.get("items")),
            Segment::Key(key) => {
                let named = schema.get("properties").and_then(|all| all.get(&**key));
                let any =
                    || schema.get("patternProperties").and_then(Value::as_object).and_then(|all| all.values().next());
                let rest = || schema.get("additionalProperties").filter(|schema| schema.is_object());
                found.extend(named.or_else(any).or_else(rest));
            }
        }
        for keyword in ["oneOf", "anyOf"] {
            let branches = schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
            open.extend(branches.rev().map(|branch| resolved(root, branch)));
        }
    }
    found
}
