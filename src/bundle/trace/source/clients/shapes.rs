//! Small shapes of code that has to do with the client.

use oxc_ast::ast::{
    Argument, Expression, FormalParameters, NewExpression, ObjectExpression, ObjectPropertyKind, StringLiteral,
};

use super::climb::called;
use super::{Adapter, ClassImport, Options, span};

pub(super) fn class_named(name: &str, specifier: &str) -> Option<&'static str> {
    match name {
        "PrismaClient" => Some("PrismaClient"),
        // Other packages have a Photon too.
        "Photon" | "default" if specifier.contains("photon") => Some("Photon"),
        _ => None,
    }
}

pub(super) fn import_of(literal: &StringLiteral<'_>) -> ClassImport {
    ClassImport { specifier: literal.value.to_string(), span: span(literal.span) }
}

/// What `require("x")`, or `await import("x")`, asks for.
pub(super) fn required(expression: &Expression<'_>) -> Option<ClassImport> {
    match expression.get_inner_expression() {
        Expression::CallExpression(call) => match (call.callee.is_specific_id("require"), call.arguments.first()) {
            (true, Some(Argument::StringLiteral(text))) => Some(import_of(text)),
            _ => None,
        },
        Expression::AwaitExpression(it) => match it.argument.get_inner_expression() {
            Expression::ImportExpression(it) => match &it.source {
                Expression::StringLiteral(text) => Some(import_of(text)),
                _ => None,
            },
            _ => None,
        },
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

pub(super) fn takes_request(parameters: &FormalParameters<'_>) -> bool {
    let names: Vec<_> = parameters.items.iter().take(2).filter_map(|it| it.pattern.get_identifier_name()).collect();
    let [request, response] = names.as_slice() else { return false };
    let is = |name: &str, words: [&str; 2]| words.contains(&name.trim_start_matches('_'));
    is(request.as_str(), ["req", "request"]) && is(response.as_str(), ["res", "response"])
}
