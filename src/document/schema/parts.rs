//! A schema of many keys, compiled key by key: a config uses a few, and compiling all of them would take longer than everything else that
//! is done with it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// The validators of an object's properties, each compiled when a document first has the property.
#[derive(Debug)]
pub(super) struct Parts {
    object: OnceLock<Option<Validator>>,
    properties: Vec<(String, OnceLock<Option<Validator>>)>,
}

impl Parts {
    /// For a schema whose root says `type: object` and `properties`, and lets other properties be.
    pub(super) fn of(schema: &Value) -> Self {
        let keys = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
        Self { object: OnceLock::new(), properties: keys.map(|key| (key.clone(), OnceLock::new())).collect() }
    }

    /// The validators that `instance` has to pass.
    pub(super) fn of_instance<'p>(
        &'p self,
        schema: &'p Value,
        instance: &'p Value,
    ) -> impl Iterator<Item = &'p Validator> {
        let object = self.object.get_or_init(|| compile(&json!({ "type": schema.get("type") })));
        let used = self.properties.iter().filter(|(key, _)| instance.get(key).is_some());
        let parts = used.filter_map(|(key, part)| part.get_or_init(|| compile(&property(schema, key))).as_ref());
        object.iter().chain(parts)
    }
}

/// A schema that fails to compile judges nothing; that none of ours does is tested.
fn compile(schema: &Value) -> Option<Validator> {
    jsonschema::validator_for(schema).ok()
}

/// The schema with one property, and the definitions that it comes to need.
fn property(schema: &Value, key: &str) -> Value {
    let part = schema.get("properties").and_then(|properties| properties.get(key));
    let definitions = schema.get("definitions").and_then(Value::as_object);
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut open: Vec<&Value> = part.into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                let name =
                    members.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/definitions/"));
                if let Some(name) = name.filter(|name| used.insert(name)) {
                    open.extend(definitions.and_then(|definitions| definitions.get(name)));
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let definitions: Map<String, Value> = definitions
        .into_iter()
        .flatten()
        .filter(|(name, _)| used.contains(name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    json!({ "$schema": schema.get("$schema"), "properties": { key: part }, "definitions": definitions })
}

#[cfg(test)]
mod tests {
    use super::super::{now, vercel};
    use super::*;

    #[test]
    fn every_part_of_our_schemas_compiles() {
        for schema in [now().unwrap(), vercel().unwrap()] {
            let all: Map<String, Value> =
                schema.parts.properties.iter().map(|(key, _)| (key.clone(), Value::Null)).collect();
            let (all, number) = (Value::Object(all), schema.parts.properties.len() + 1);
            assert_eq!(schema.parts.of_instance(&schema.json, &all).count(), number);
            assert!(number > 10);
        }
    }
}
