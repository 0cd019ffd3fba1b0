//! Small shapes of the syntax tree.

use oxc_ast::ast::{Argument, AssignmentTarget, BindingPattern, Expression, FormalParameters, Statement};

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

/// Whether an assignment to this target exports something: `module.exports`, `exports.x`, `module.exports.x`.
pub(super) fn is_export(target: &AssignmentTarget<'_>) -> bool {
    let AssignmentTarget::StaticMemberExpression(member) = target else { return false };
    match &member.object {
        Expression::Identifier(name) if name.name == "exports" => true,
        Expression::Identifier(name) => name.name == "module" && member.property.name == "exports",
        Expression::StaticMemberExpression(inner) => {
            inner.object.is_specific_id("module") && inner.property.name == "exports"
        }
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
