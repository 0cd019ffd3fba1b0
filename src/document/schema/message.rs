//! Errors of the validator in words.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::branch::Leaf;
use super::place::{Place, What, path, short, subject, value_at};
use super::{Problem, expect};
use crate::base::similar::closest;
use crate::document::Segment;

/// Unexpected properties of one object that are told one by one.
const MOST_NAMES: usize = 100;

/// The problems that one leaf stands for: one, except for several unexpected properties.
pub(super) fn problems(leaf: &Leaf<'_>, schema: &Value, root: &Value) -> Vec<Problem> {
    let context = Context { leaf, schema, root, path: path(leaf.error, root) };
    match leaf.error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected.iter().take(MOST_NAMES).map(|name| context.unexpected(name)).collect()
        }
        _ => vec![context.problem()],
    }
}

/// A leaf and all that is needed to speak about it.
struct Context<'c> {
    leaf: &'c Leaf<'c>,
    schema: &'c Value,
    root: &'c Value,
    path: Vec<Segment>,
}

impl Context<'_> {
    fn problem(&self) -> Problem {
        let value = self.leaf.error.instance().as_ref();
        let subject = subject(&self.path);
        match self.leaf.error.kind() {
            Kind::Required { property } => self.missing(property.as_str().unwrap_or_default()),
            Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } if !self.leaf.one_of.is_empty() => self.one_of_missing(),
            Kind::OneOfMultipleValid { .. } => self.too_many_of(),
            Kind::PropertyNames { error } => self.bad_name(error),
            Kind::Not { schema } => self.forbidden(schema),
            Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. } => self.other_value(),
            Kind::Minimum { limit } => self.at_value(format!("{subject} must be at least {limit}, but is {value}")),
            Kind::Maximum { limit } => self.at_value(format!("{subject} must be at most {limit}, but is {value}")),
            Kind::ExclusiveMinimum { limit } => {
                self.at_value(format!("{subject} must be more than {limit}, but is {value}"))
            }
            Kind::ExclusiveMaximum { limit } => {
                self.at_value(format!("{subject} must be less than {limit}, but is {value}"))
            }
            Kind::MultipleOf { multiple_of } => {
                self.at_value(format!("{subject} must be a multiple of {multiple_of}, but is {value}"))
            }
            Kind::MinLength { limit } => self.too_few(*limit, length(value), "character"),
            Kind::MaxLength { limit } => self.too_many(*limit, length(value), "character"),
            Kind::MinItems { limit } => self.too_few(*limit, value.as_array().map_or(0, Vec::len), "entry"),
            Kind::MaxItems { limit } => self.too_many(*limit, value.as_array().map_or(0, Vec::len), "entry"),
            Kind::MinProperties { limit } => self.too_few(*limit, value.as_object().map_or(0, |all| all.len()), "key"),
            Kind::MaxProperties { limit } => self.too_many(*limit, value.as_object().map_or(0, |all| all.len()), "key"),
            Kind::Pattern { pattern } => self.at_value(format!("{subject} {}", must_match(pattern, value))),
            _ => self.at_value(format!("{subject} is not as it has to be")),
        }
    }

    fn place(&self, what: What) -> Place {
        Place { path: self.path.clone(), what }
    }

    fn make(&self, places: Vec<Place>, message: String, suggestion: Option<String>, described: &[Segment]) -> Problem {
        Problem {
            places,
            message,
            suggestion,
            description: expect::description(self.schema, described).map(str::to_owned),
            keyword: self.leaf.error.kind().keyword().to_owned(),
            of_other_form: false,
            types: Vec::new(),
        }
    }

    fn at_value(&self, message: String) -> Problem {
        self.make(vec![self.place(What::Value)], message, None, &self.path)
    }

    fn inside(&self, name: &str) -> Vec<Segment> {
        self.path.iter().cloned().chain([Segment::Key(name.into())]).collect()
    }

    fn unexpected(&self, name: &str) -> Problem {
        let location = self.leaf.error.schema_path().as_str();
        let owner = expect::owner(self.schema, location);
        let object = value_at(self.root, &self.path);
        let absent = |known: &&str| object.is_none_or(|object| object.get(*known).is_none());
        let known: Vec<&str> = owner.into_iter().flat_map(expect::properties).collect();
        let shown = short(name);
        let owner_name = subject(&self.path);
        let elsewhere = expect::alternative_knows(self.schema, location, name);
        let suggestion = if elsewhere { None } else { closest(name, known.iter().copied().filter(absent)) };
        let message = if known.is_empty() {
            format!("`{shown}` cannot be a key of {owner_name}: 1 to 256 characters on one line are allowed")
        } else if elsewhere {
            format!("`{shown}` is not allowed together with the other keys of {owner_name}")
        } else if let Some(meant) = suggestion {
            format!("`{shown}` is not a known key of {owner_name}; did you mean `{meant}`?")
        } else {
            format!("`{shown}` is not a known key of {owner_name}{}", possible(&known))
        };
        let described = suggestion.map_or_else(|| self.path.clone(), |meant| self.inside(meant));
        let place = self.place(What::UnexpectedProperty(name.to_owned()));
        let problem = self.make(vec![place], message, suggestion.map(str::to_owned), &described);
        Problem { of_other_form: elsewhere, ..problem }
    }

    fn missing(&self, name: &str) -> Problem {
        let places = vec![self.place(What::MissingProperty(name.to_owned())), self.place(What::Value)];
        let message = format!("{} has no `{name}`, which is required", subject(&self.path));
        self.make(places, message, None, &self.inside(name))
    }

    fn one_of_missing(&self) -> Problem {
        let names = &self.leaf.one_of;
        let places = names.iter().map(|name| self.place(What::MissingProperty(name.clone()))).collect();
        let message = format!("{} needs {}", subject(&self.path), list(names.iter().map(|name| code(name)), "or"));
        let first = names.first().map(String::as_str).unwrap_or_default();
        self.make(places, message, None, &self.inside(first))
    }

    /// More than one alternative fits: those of `oneOf` whose required properties are all there.
    fn too_many_of(&self) -> Problem {
        let location = self.leaf.error.schema_path().as_str();
        let branches = self.schema.pointer(location).and_then(Value::as_array).into_iter().flatten();
        let names = branches.filter_map(|branch| branch.pointer("/required/0").and_then(Value::as_str));
        let there: Vec<&str> = names.filter(|name| self.leaf.error.instance().get(*name).is_some()).collect();
        let owner = subject(&self.path);
        if there.len() < 2 {
            return self.at_value(format!("{owner} fits several forms at the same time"));
        }
        let mut places = vec![self.place(What::Value)];
        places.extend(there.iter().map(|name| self.place(What::UnexpectedProperty((*name).to_owned()))));
        let message = format!("{owner} may have only one of {}", list(there.iter().map(|name| code(name)), "and"));
        self.make(places, message, None, &self.path)
    }

    fn bad_name(&self, error: &ValidationError<'static>) -> Problem {
        let instance = error.instance();
        let name = instance.as_str().unwrap_or_default();
        let reason = match error.kind() {
            Kind::MaxLength { limit } => format!("has more than {limit} characters"),
            Kind::Pattern { pattern } => format!("does not match `{pattern}`"),
            _ => "is not allowed".to_owned(),
        };
        let message = format!("the name `{}` in {} {reason}", short(name), subject(&self.path));
        let places = vec![self.place(What::UnexpectedProperty(name.to_owned())), self.place(What::Value)];
        self.make(places, message, None, &self.path)
    }

    fn forbidden(&self, schema: &Value) -> Problem {
        let Some(name) = schema.pointer("/required/0").and_then(Value::as_str) else {
            return self.at_value(format!("{} is not allowed like this", subject(&self.path)));
        };
        let places = vec![self.place(What::UnexpectedProperty(name.to_owned())), self.place(What::Value)];
        let message = format!("`{name}` is not allowed together with the other keys of {}", subject(&self.path));
        self.make(places, message, None, &self.inside(name))
    }

    /// Wrong type or none of the possible values; what the alternatives not taken want is part of what was expected.
    fn other_value(&self) -> Problem {
        let mut expected: Vec<String> = Vec::new();
        let mut values: Vec<&str> = Vec::new();
        let own = [self.leaf.error];
        let branches = std::iter::once(own.as_slice()).chain(self.leaf.others.iter().map(Vec::as_slice));
        for branch in branches {
            for wanted in wanted(branch, &mut values) {
                if !expected.contains(&wanted) {
                    expected.push(wanted);
                }
            }
        }
        let value = self.leaf.error.instance().as_ref();
        let suggestion = value.as_str().and_then(|text| closest(text, values.iter().copied()));
        let is = match value {
            Value::String(text) if text.is_empty() => "an empty string".to_owned(),
            Value::String(text) if !values.is_empty() => code(&short(text)),
            Value::Number(number) if expected.iter().any(|wanted| wanted.starts_with('`')) => number.to_string(),
            Value::Number(number) if number.is_f64() && expected.iter().any(|wanted| wanted == WHOLE) => {
                "a number with a fraction".to_owned()
            }
            _ => type_of(value).to_owned(),
        };
        let hint = suggestion.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        let message =
            format!("{} must be {}, but is {is}{hint}", subject(&self.path), list(expected.into_iter(), "or"));
        let branches = std::iter::once(own.as_slice()).chain(self.leaf.others.iter().map(Vec::as_slice));
        let types = branches.flatten().flat_map(|error| accepted_types(error)).collect();
        let problem = self.make(vec![self.place(What::Value)], message, suggestion.map(str::to_owned), &self.path);
        Problem { types, ..problem }
    }

    fn too_few(&self, limit: u64, count: usize, unit: &str) -> Problem {
        let subject = subject(&self.path);
        self.at_value(if count == 0 {
            format!("{subject} must not be empty")
        } else {
            format!("{subject} must have at least {}, but has {count}", counted(limit, unit))
        })
    }

    fn too_many(&self, limit: u64, count: usize, unit: &str) -> Problem {
        self.at_value(format!("{} must have at most {}, but has {count}", subject(&self.path), counted(limit, unit)))
    }
}

/// What one alternative wants at its place: values if it names any, else types.
fn wanted<'e>(branch: &[&'e ValidationError<'e>], values: &mut Vec<&'e str>) -> Vec<String> {
    let mut wanted = Vec::new();
    for error in branch {
        let options: &[Value] = match error.kind() {
            Kind::Enum { options } => options.as_array().map_or(&[], Vec::as_slice),
            Kind::Constant { expected_value } => std::slice::from_ref(expected_value.as_ref()),
            _ => &[],
        };
        for option in options {
            match option {
                Value::String(text) => {
                    values.push(text);
                    wanted.push(code(text));
                }
                other => wanted.push(code(&other.to_string())),
            }
        }
    }
    if wanted.is_empty() {
        wanted = branch.iter().filter_map(|error| types(error)).collect();
    }
    wanted
}

fn types(error: &ValidationError<'_>) -> Option<String> {
    let Kind::Type { kind } = error.kind() else { return None };
    Some(match kind {
        TypeKind::Single(one) => type_name(*one).to_owned(),
        TypeKind::Multiple(several) => list(several.iter().map(|one| type_name(one).to_owned()), "or"),
    })
}

fn accepted_types(error: &ValidationError<'_>) -> Vec<JsonType> {
    match error.kind() {
        Kind::Type { kind: TypeKind::Single(one) } => vec![*one],
        Kind::Type { kind: TypeKind::Multiple(several) } => several.iter().collect(),
        _ => Vec::new(),
    }
}

/// How messages call integers.
const WHOLE: &str = "a whole number";

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "an array",
        JsonType::Boolean => "true or false",
        JsonType::Integer => WHOLE,
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    }
}

/// The type of a value, never the value: it may be a secret.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn must_match(pattern: &str, value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    if pattern.starts_with("^/") && !text.starts_with('/') {
        "must begin with `/`".to_owned()
    } else {
        format!("must match the pattern `{pattern}`")
    }
}

/// The known keys, where they are few enough to be read.
fn possible(known: &[&str]) -> String {
    match known {
        [only] => format!("; only `{only}` is known"),
        _ if known.len() <= 10 => format!("; known are {}", list(known.iter().map(|key| code(key)), "and")),
        _ => String::new(),
    }
}

fn length(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

fn counted(count: u64, unit: &str) -> String {
    match (count, unit) {
        (1, _) => format!("1 {unit}"),
        (_, "entry") => format!("{count} entries"),
        _ => format!("{count} {unit}s"),
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// `a`, `a and b`, `a, b and c`.
fn list(items: impl Iterator<Item = String>, last: &str) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}
