//! Small shapes of the syntax tree.

use oxc_ast::ast::{
    Argument, AssignmentTarget, BindingPattern, Declaration, ExportSpecifier, Expression, FormalParameters,
    ObjectPropertyKind, Statement,
};

/// `function f(x) { ... var y = require(x) ... return y }`.
pub(super) fn is_require_wrapper(parameter: Option<&str>, statements: &[Statement<'_>]) -> bool {
    let Some(parameter) = parameter else { return false };
    let mut result = None;
    for statement in statements {
        match statement {
            Statement::VariableDeclaration(declaration) => {
                for declarator in &declaration.declarations {
                    let Some(Expression::CallExpression(call)) = &declarator.init else { continue };
                    let [Argument::Identifier(argument)] = call.arguments.as_slice() else { continue };
                    if call.callee.is_specific_id("require") && argument.name == parameter {
                        result = declarator.id.get_identifier_name();
                    }
                }
            }
            Statement::ReturnStatement(it) => {
                let Some(Expression::Identifier(name)) = &it.argument else { return false };
                return result.is_some_and(|result| result == name.name);
            }
            _ => {}
        }
    }
    false
}

/// The name that an assignment to this target exports: `x` of `exports.x` and `module.exports.x`, `default` of `module.exports`.
pub(super) fn exported_name<'t>(target: &'t AssignmentTarget<'_>) -> Option<&'t str> {
    let AssignmentTarget::StaticMemberExpression(member) = target else { return None };
    let name = member.property.name.as_str();
    match &member.object {
        Expression::Identifier(object) if object.name == "exports" => Some(name),
        Expression::Identifier(object) => (object.name == "module" && name == "exports").then_some("default"),
        Expression::StaticMemberExpression(inner) => {
            (inner.object.is_specific_id("module") && inner.property.name == "exports").then_some(name)
        }
        _ => None,
    }
}

/// Names under which the platforms look for what answers requests.
pub const HANDLERS: [&str; 10] =
    ["default", "handler", "fetch", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Whether exporting `value` under `name` offers something that may answer requests. An object with other keys does not.
pub(super) fn is_handler(name: &str, value: &Expression<'_>) -> bool {
    let Expression::ObjectExpression(object) = value else { return HANDLERS.contains(&name) };
    HANDLERS.contains(&name)
        && object.properties.iter().any(|property| match property {
            ObjectPropertyKind::ObjectProperty(it) => it.key.static_name().is_none_or(|key| HANDLERS.contains(&&*key)),
            ObjectPropertyKind::SpreadProperty(_) => true,
        })
}

/// Whether a statement exports something that may answer requests.
pub(super) fn exports_handler(statement: &Statement<'_>) -> bool {
    let is_named = |specifiers: &[ExportSpecifier<'_>]| {
        specifiers.iter().any(|specifier| HANDLERS.contains(&specifier.exported.name().as_str()))
    };
    match statement {
        Statement::ExportDefaultDeclaration(_) | Statement::TSExportAssignment(_) => true,
        // What the other file exports is not seen from here.
        Statement::ExportAllDeclaration(it) => it.exported.is_none(),
        Statement::ExportFromDeclaration(it) => is_named(&it.specifiers),
        Statement::ExportNamedDeclaration(it) => is_named(&it.specifiers),
        Statement::ExportDeclaration(it) => match &it.declaration {
            Declaration::FunctionDeclaration(it) => {
                it.id.as_ref().is_some_and(|id| HANDLERS.contains(&id.name.as_str()))
            }
            Declaration::VariableDeclaration(it) => {
                let bound = it.declarations.iter().flat_map(|it| it.id.get_binding_identifiers());
                bound.into_iter().any(|id| HANDLERS.contains(&id.name.as_str()))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The name of the parameter of a function that has exactly one.
pub(super) fn only_parameter<'p>(parameters: &'p FormalParameters<'_>) -> Option<&'p str> {
    match parameters.items.as_slice() {
        [parameter] => match &parameter.pattern {
            BindingPattern::BindingIdentifier(name) => Some(name.name.as_str()),
            _ => None,
        },
        _ => None,
    }
}
