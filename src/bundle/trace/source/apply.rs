//! Static evaluation of calls.

use std::rc::Rc;

use oxc_ast::ast::{Argument, CallExpression, Expression};

use super::evaluate::{Evaluator, either, is_require, one};
use super::nodepath::{file_url, path_function, percent_decode, resolve_url, url_folder};
use super::operators::bounded;
use super::values::{Function, Known, KnownModule, Value, WILD};

impl Evaluator<'_> {
    fn arguments(&self, arguments: &[Argument<'_>], open: bool) -> Option<Vec<Known>> {
        arguments
            .iter()
            .map(|argument| match argument.as_expression().and_then(|argument| self.expression(argument, open)) {
                None if open => one(Value::text(WILD.to_string())),
                known => known,
            })
            .collect()
    }

    pub(super) fn new_url(&self, callee: &Expression<'_>, arguments: &[Argument<'_>], open: bool) -> Option<Known> {
        if self.single(callee)? != Value::Function(Function::Url) {
            return None;
        }
        self.apply(&Function::Url, &self.arguments(arguments, open)?)
    }

    pub(super) fn call(&self, call: &CallExpression<'_>, open: bool) -> Option<Known> {
        if let Some(module) = self.required_module(call) {
            return one(Value::Module(module));
        }
        let callee = self.single(&call.callee)?;
        if callee == Value::Function(Function::BundleRequire) {
            let [id] = call.arguments.as_slice() else { return None };
            let id = self.single(id.as_expression()?)?.to_text()?;
            return one(Value::Module(KnownModule::named(self.externals.get(&id)?)?));
        }
        if callee == Value::Module(KnownModule::Express) && call.arguments.is_empty() {
            return one(Value::Module(KnownModule::ExpressApp));
        }
        let Value::Function(function) = callee else { return None };
        if !is_pure(&function) {
            return None;
        }
        self.apply(&function, &self.arguments(&call.arguments, open)?)
    }

    /// `require('fs')` and the like, inline.
    pub(super) fn required_module(&self, call: &CallExpression<'_>) -> Option<KnownModule> {
        let [Argument::StringLiteral(specifier)] = call.arguments.as_slice() else { return None };
        let module = KnownModule::named(specifier.value.as_str())?;
        let callee = self.single(&call.callee)?;
        let real = callee == Value::Module(KnownModule::Require) && is_require(&call.callee);
        (real || matches!(callee, Value::Function(Function::CreatedRequire(_)))).then_some(module)
    }

    /// Applies a function to arguments; at most one of them may be a conditional, and none of its parts may get lost.
    fn apply(&self, function: &Function, arguments: &[Known]) -> Option<Known> {
        let conditional = arguments.iter().position(|argument| matches!(argument, Known::Either(..)));
        let first: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument {
                Known::One(value) | Known::Either(value, _) => value.clone(),
            })
            .collect();
        let wilds: usize = first.iter().map(Value::wilds).sum();
        let Some(at) = conditional else {
            let all_wild = !matches!(function, Function::Concat(_))
                && !first.is_empty()
                && first
                    .iter()
                    .all(|value| value.as_text().is_some_and(|text| text.chars().all(|letter| letter == WILD)));
            if all_wild {
                return None;
            }
            let value = self.apply_values(function, &first)?;
            return match &value {
                Known::One(result) if wilds > 0 && result.to_text()?.matches(WILD).count() != wilds => None,
                _ => Some(value),
            };
        };
        if wilds > 0 || arguments.iter().filter(|argument| matches!(argument, Known::Either(..))).count() > 1 {
            return None;
        }
        let mut second = first.clone();
        if let (Some(Known::Either(_, no)), Some(slot)) = (arguments.get(at), second.get_mut(at)) {
            slot.clone_from(no);
        }
        match (self.apply_values(function, &first)?, self.apply_values(function, &second)?) {
            (Known::One(yes), Known::One(no)) => either(yes, no),
            _ => None,
        }
    }

    fn apply_values(&self, function: &Function, arguments: &[Value]) -> Option<Known> {
        let value = match (function, arguments) {
            (Function::Constant(value), _) => return Some(value.as_ref().clone()),
            (Function::Concat(text), values) => {
                let mut text = text.to_string();
                for value in values {
                    text.push_str(&value.to_text()?);
                }
                return bounded(text);
            }
            (Function::JoinList(items), [Value::Text(separator)]) => {
                let texts: Option<Vec<String>> = items.iter().map(Value::to_text).collect();
                return bounded(texts?.join(separator));
            }
            (Function::Cwd, _) => Value::text(self.surroundings.cwd),
            (Function::Platform(text), _) => Value::text(text),
            (Function::Path(function) | Function::PosixPath(function), _) => {
                path_function(*function, arguments, self.surroundings.cwd)?
            }
            (Function::Identity, [value, ..]) => value.clone(),
            (Function::WrapDefault, [value @ Value::Module(_), ..]) => {
                Value::Object(Rc::new(vec![("default".to_owned(), value.clone())]))
            }
            (Function::ObjectAssign, values) => {
                let mut members = Vec::new();
                for value in values {
                    let Value::Object(object) = value else { return None };
                    members.extend(object.iter().cloned());
                }
                Value::Object(Rc::new(members))
            }
            (Function::Url, [Value::Text(text)]) => Value::Url(resolve_url(text, None)?.into()),
            (Function::Url, [Value::Text(text), Value::Text(base) | Value::Url(base)]) => {
                Value::Url(resolve_url(text, Some(base))?.into())
            }
            (Function::CreateRequire, [Value::Text(from) | Value::Url(from), ..]) => {
                let url =
                    if from.starts_with("file:") { from.to_string() } else { file_url(from, self.surroundings.cwd) };
                let folder = url_folder(&url)?;
                Value::Function(Function::CreatedRequire(folder.as_str().into()))
            }
            (Function::RequireResolve, [Value::Text(specifier)]) if !specifier.contains(WILD) => {
                Value::text((self.surroundings.resolve)(specifier)?)
            }
            (Function::BundleGetter, [value]) => {
                Value::Function(Function::Constant(Rc::new(Known::One(value.clone()))))
            }
            (Function::FileUrlToPath, [Value::Text(url) | Value::Url(url)]) => {
                Value::text(percent_decode(url.strip_prefix("file://")?))
            }
            (Function::PathToFileUrl, [Value::Text(path)]) => {
                Value::Url(file_url(path, self.surroundings.process).into())
            }
            _ => return None,
        };
        one(value)
    }
}

fn is_pure(function: &Function) -> bool {
    matches!(
        function,
        Function::Path(_)
            | Function::PosixPath(_)
            | Function::Cwd
            | Function::Url
            | Function::FileUrlToPath
            | Function::PathToFileUrl
            | Function::Platform(_)
            | Function::ObjectAssign
            | Function::Identity
            | Function::WrapDefault
            | Function::Constant(_)
            | Function::CreateRequire
            | Function::RequireResolve
            | Function::BundleGetter
            | Function::Concat(_)
            | Function::JoinList(_)
    )
}
