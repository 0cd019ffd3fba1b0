//! Small shapes of code that has to do with the client.

use oxc_ast::ast::{Argument, Expression, FormalParameters, NewExpression, ObjectExpression, ObjectPropertyKind};

use super::climb::called;
use super::{Adapter, Options};

pub(super) fn class_named(name: &str, specifier: &str) -> Option<&'static str> {
    match name {
        "PrismaClient" => Some("PrismaClient"),
        // Other packages have a Photon too.
        "Photon" | "default" if specifier.contains("photon") => Some("Photon"),
        _ => None,
    }
}

/// What `require("x")` asks for.
pub(super) fn required<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    let Expression::CallExpression(call) = expression.get_inner_expression() else { return None };
    match (call.callee.is_specific_id("require"), call.arguments.first()) {
        (true, Some(Argument::StringLiteral(text))) => Some(text.value.as_str()),
        _ => None,
    }
}

pub(super) fn keys(object: &ObjectExpression<'_>) -> Options {
    let keys = object.properties.iter().map(|property| match property {
        ObjectPropertyKind::ObjectProperty(it) => it.key.static_name().map(std::borrow::Cow::into_owned),
        ObjectPropertyKind::SpreadProperty(_) => None,
    });
    keys.collect::<Option<Vec<String>>>().map_or(Options::Unknown, Options::Keys)
}

pub(super) fn adapter_of(it: &NewExpression<'_>) -> Option<Adapter> {
    let class = called(&it.callee).filter(|name| name.starts_with("Prisma") && *name != "PrismaClient")?.to_owned();
    Some(Adapter { class, is_of_settings: matches!(it.arguments.first(), Some(Argument::ObjectExpression(_))) })
}

pub(super) fn is_edge(value: &Expression<'_>) -> bool {
    matches!(value.get_inner_expression(), Expression::StringLiteral(text) if matches!(text.value.as_str(), "edge" | "experimental-edge"))
}

pub(super) fn takes_request(parameters: &FormalParameters<'_>) -> bool {
    let names: Vec<_> = parameters.items.iter().take(2).filter_map(|it| it.pattern.get_identifier_name()).collect();
    let [request, response] = names.as_slice() else { return false };
    let is = |name: &str, words: [&str; 2]| words.contains(&name.trim_start_matches('_'));
    is(request.as_str(), ["req", "request"]) && is(response.as_str(), ["res", "response"])
}
