//! Members of known values: `object.key` and `object[key]`.

use std::rc::Rc;

use oxc_ast::ast::Expression;

use super::evaluate::{Evaluator, one};
use super::values::{Function, Known, KnownModule, Value};

/// What lists can do that takes them apart, or goes through them.
const LIST_FUNCTIONS: [&str; 22] = [
    "at",
    "concat",
    "every",
    "filter",
    "find",
    "findIndex",
    "flat",
    "flatMap",
    "forEach",
    "includes",
    "indexOf",
    "map",
    "pop",
    "push",
    "reduce",
    "reverse",
    "shift",
    "slice",
    "some",
    "sort",
    "splice",
    "unshift",
];

impl Evaluator<'_> {
    pub(super) fn computed(&self, object: &Expression<'_>, key: &Expression<'_>) -> Option<Known> {
        let object = self.single(object)?;
        if let (Value::Text(_), Expression::Identifier(_)) = (&object, key) {
            return one(Value::Undefined);
        }
        let key = self.single(key)?;
        match (object, &key) {
            (Value::List(items), Value::Number(index)) => one(items.get(*index as usize)?.clone()),
            (object, key) => one(self.member_of(&object, &key.to_text()?)?),
        }
    }

    pub(super) fn member(&self, object: &Expression<'_>, name: &str) -> Option<Known> {
        one(self.member_of(&self.single(object)?, name)?)
    }

    /// A member of a known value.
    pub(super) fn member_of(&self, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Module(KnownModule::ImportMeta) => match name {
                "url" => Some(Value::text(format!("file://{}", self.surroundings.file))),
                "dirname" if self.surroundings.meta_paths => Some(Value::text(self.surroundings.folder)),
                "filename" if self.surroundings.meta_paths => Some(Value::text(self.surroundings.file)),
                "resolve" if self.surroundings.meta_paths => Some(Value::Function(Function::MetaResolve)),
                _ => None,
            },
            Value::Module(module) => module.member(name),
            Value::Function(created @ Function::CreatedRequire(_)) if name == "resolve" => {
                Some(Value::Function(created.clone()))
            }
            Value::Function(Function::BundleRequire) if name == "n" => Some(Value::Function(Function::BundleGetter)),
            Value::Function(Function::Constant(known)) if name == "a" => match known.as_ref() {
                Known::One(value) => Some(value.clone()),
                Known::Either(..) => None,
            },
            Value::Object(members) => {
                let found = members.iter().rev().find(|(key, _)| key == name);
                found.map(|(_, value)| value.clone())
            }
            Value::Url(text) => match name {
                "href" => Some(Value::Text(Rc::clone(text))),
                "pathname" => text.strip_prefix("file://").map(Value::text),
                _ => None,
            },
            Value::Text(text) if name == "concat" => Some(Value::Function(Function::Concat(Rc::clone(text)))),
            Value::List(items) if name == "join" => Some(Value::Function(Function::JoinList(Rc::clone(items)))),
            // The tracer's evaluation knows no other members of what is no object: to it they are not there.
            Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Null | Value::Undefined => {
                Some(Value::Undefined)
            }
            Value::List(items) if name == "length" => Some(Value::Number(items.len() as f64)),
            // A function, but none that can be called on what is known here.
            Value::List(_) if LIST_FUNCTIONS.contains(&name) => Some(Value::Opaque),
            _ => None,
        }
    }
}
