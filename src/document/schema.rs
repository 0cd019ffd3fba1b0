//! The published JSON Schemas, and what they say of a document: where each mistake is and what to do about it.
//!
//! ```
//! let schema = nowcheck::document::schema::vercel().unwrap();
//! let value = serde_json::json!({ "rewrites": [{ "src": "/a", "destination": "/b" }] });
//! let problem = &schema.problems(&value)[0];
//! assert_eq!(problem.places[0].to_string(), ".rewrites[0] +src");
//! assert_eq!(problem.suggestion.as_deref(), Some("source"));
//! ```

mod branch;
mod expect;
mod message;
mod parts;
mod place;

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::Segment;
pub use jsonschema::JsonType;
use parts::Parts;
pub use place::{Place, What};

/// `now.json` of Now 2.0 (2018 to 2020), as it is published: JSON Schema, draft 7.
pub const NOW_TEXT: &str = include_str!("../../schemas/now.schema.json");
/// `vercel.json` as the validator of the vercel CLI 64.0.2 reads it, as it is published: JSON Schema, draft 7.
pub const VERCEL_TEXT: &str = include_str!("../../schemas/vercel.schema.json");

/// nowcheck's own settings.
pub const NOWCHECK_TEXT: &str = include_str!("../../schemas/nowcheck.schema.json");

/// Errors that are put into words: a file with 100,000 wrong routes is as wrong as one with 500.
const MOST_ERRORS: usize = 500;

/// A text that is not a usable JSON Schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The text is not JSON.
    #[error("the schema is not JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is. The first place is the one to point at; the others name the same mistake as the official validator places it.
    pub places: Vec<Place>,
    /// What is wrong and what was expected, as a sentence without full stop.
    pub message: String,
    /// The property name or value that was probably meant.
    pub suggestion: Option<String>,
    /// What the schema says of the key that is wrong or missing, if it knows it.
    pub description: Option<String>,
    /// The keyword of JSON Schema that failed, such as `required`.
    pub keyword: String,
    /// The key that must not be there belongs to another form of the same object.
    pub of_other_form: bool,
    /// The types that are accepted there, where the value has another one.
    pub types: Vec<JsonType>,
}

/// A schema of a config: an object with known keys, and others that it lets be.
#[derive(Debug)]
pub struct Schema {
    json: Value,
    parts: Parts,
}

impl Schema {
    /// Reads a schema. Its keys are compiled when a document first has them.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let json: Value = serde_json::from_str(text)?;
        let parts = Parts::of(&json);
        Ok(Self { json, parts })
    }

    /// The schema itself.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Whether `instance` is as the schema wants it.
    pub fn accepts(&self, instance: &Value) -> bool {
        self.parts.of_instance(&self.json, instance).all(|validator| validator.is_valid(instance))
    }

    /// The raw errors, for callers that count or compare them; each may be passed to [`Schema::explain`].
    pub fn errors<'i>(&'i self, instance: &'i Value) -> impl Iterator<Item = jsonschema::ValidationError<'i>> {
        self.parts.of_instance(&self.json, instance).flat_map(|validator| validator.iter_errors(instance))
    }

    /// The mistakes in `instance`, one for each place, in the order of the schema: all of them, unless there are many hundreds.
    pub fn problems(&self, instance: &Value) -> Vec<Problem> {
        let found = self.errors(instance).take(MOST_ERRORS).flat_map(|error| self.explain(&error, instance)).collect();
        without_repetitions(found)
    }

    /// The mistakes behind one error: `anyOf` and `oneOf` are followed into the alternative that fits best,
    /// and several unexpected properties are several mistakes.
    pub fn explain(&self, error: &jsonschema::ValidationError<'_>, instance: &Value) -> Vec<Problem> {
        branch::leaves(error).iter().flat_map(|leaf| message::problems(leaf, &self.json, instance)).collect()
    }

    /// What the schema says of the value at `path`: the text to show when a person points at it.
    pub fn description(&self, path: &[Segment]) -> Option<&str> {
        expect::description(&self.json, path)
    }
}

/// The schema of `now.json`.
pub fn now() -> Result<&'static Schema, &'static SchemaError> {
    static SCHEMA: LazyLock<Result<Schema, SchemaError>> = LazyLock::new(|| Schema::parse(NOW_TEXT));
    SCHEMA.as_ref()
}

/// The schema of `vercel.json`.
pub fn vercel() -> Result<&'static Schema, &'static SchemaError> {
    static SCHEMA: LazyLock<Result<Schema, SchemaError>> = LazyLock::new(|| Schema::parse(VERCEL_TEXT));
    SCHEMA.as_ref()
}

/// The schema of nowcheck's own settings.
pub fn nowcheck() -> Result<&'static Schema, &'static SchemaError> {
    static SCHEMA: LazyLock<Result<Schema, SchemaError>> = LazyLock::new(|| Schema::parse(NOWCHECK_TEXT));
    SCHEMA.as_ref()
}

/// One cause, one problem: the first of each place stays, and a property is not called missing where another name for it stands.
fn without_repetitions(problems: Vec<Problem>) -> Vec<Problem> {
    let renamed: HashSet<(Vec<Segment>, String)> = problems
        .iter()
        .filter_map(|problem| match problem.places.first()? {
            Place { path, what: What::UnexpectedProperty(_) } => Some((path.clone(), problem.suggestion.clone()?)),
            _ => None,
        })
        .collect();
    let mut seen = HashSet::new();
    problems
        .into_iter()
        .filter(|problem| {
            let Some(place) = problem.places.first() else { return false };
            let covered = problem.places.iter().any(|place| match &place.what {
                What::MissingProperty(name) => renamed.contains(&(place.path.clone(), name.clone())),
                _ => false,
            });
            !covered && seen.insert(place.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests;
