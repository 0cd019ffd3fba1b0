//! The packages that pino loads by name: `target`, `targets` and `pipeline` of a transport.

use oxc_ast::ast::{Expression, ObjectExpression, ObjectPropertyKind};
use oxc_span::Span;

fn property<'e, 'a>(object: &'e ObjectExpression<'a>, name: &str) -> Option<&'e Expression<'a>> {
    object.properties.iter().find_map(|property| match property {
        ObjectPropertyKind::ObjectProperty(property) if property.key.is_specific_static_name(name) => {
            Some(&property.value)
        }
        _ => None,
    })
}

fn object<'e, 'a>(expression: &'e Expression<'a>) -> Option<&'e ObjectExpression<'a>> {
    match expression {
        Expression::ObjectExpression(object) => Some(object),
        _ => None,
    }
}

/// Targets in the options of `pino.transport()`.
pub(super) fn of_transport(options: &Expression<'_>) -> Vec<(String, Span)> {
    let Some(options) = object(options) else { return Vec::new() };
    let lists = ["targets", "pipeline"].into_iter().filter_map(|name| match property(options, name)? {
        Expression::ArrayExpression(list) => Some(list),
        _ => None,
    });
    let nested = lists.flat_map(|list| list.elements.iter().filter_map(|item| object(item.as_expression()?)));
    std::iter::once(options)
        .chain(nested)
        .filter_map(|options| match property(options, "target")? {
            Expression::StringLiteral(text) => Some((text.value.as_str().to_owned(), text.span)),
            _ => None,
        })
        .collect()
}

/// Targets in the options of `pino()`.
pub(super) fn of_logger(options: &Expression<'_>) -> Vec<(String, Span)> {
    let transport = object(options).and_then(|options| property(options, "transport"));
    transport.map(of_transport).unwrap_or_default()
}

/// Targets in the options of `fastify()`.
pub(super) fn of_fastify(options: &Expression<'_>) -> Vec<(String, Span)> {
    let logger = object(options).and_then(|options| property(options, "logger"));
    logger.map(of_logger).unwrap_or_default()
}
