//! What becomes of an expression: read from what stands around it, outwards.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, AssignmentOperator, AssignmentTarget, BindingPattern, CallExpression, Expression, VariableDeclarator,
};
use oxc_span::GetSpan;

use super::Caller;
use crate::bundle::trace::source::shapes::exported_name;

/// Expressions nested deeper than this around a value are not followed.
const MOST_STEPS: usize = 64;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow<'a> {
    /// It is used on the spot.
    Used,
    /// It is kept where the next request may find it, or made only where none is kept.
    Kept,
    /// The function around it returns it.
    Returned,
    /// It gets a name: a new one, or one that is known already.
    Named { name: &'a str, is_new: bool },
}

/// What a function, or the name of one, is to its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role<'a> {
    /// Requests come to it.
    Answers(Caller),
    /// It gets a name.
    Named(&'a str),
    /// It runs later, apart from what is around it.
    Apart,
}

/// Methods that put a value where it is found again.
const KEEPERS: [&str; 8] = ["set", "push", "add", "assign", "defineProperty", "decorate", "provide", "register"];

/// Methods that call a function later, or for no request.
const LATER: [&str; 8] =
    ["on", "once", "addListener", "addEventListener", "addHook", "setTimeout", "setInterval", "schedule"];

/// Methods that register what answers a path.
const ROUTES: [&str; 9] = ["get", "post", "put", "patch", "delete", "options", "head", "all", "use"];

/// The name that a call calls: `f` of `f()` and of `x.f()`.
pub(super) fn called<'e>(callee: &'e Expression<'_>) -> Option<&'e str> {
    match callee.get_inner_expression() {
        Expression::Identifier(name) => Some(name.name.as_str()),
        Expression::StaticMemberExpression(it) => Some(it.property.name.as_str()),
        _ => None,
    }
}

fn is_method(callee: &Expression<'_>) -> bool {
    matches!(callee.get_inner_expression(), Expression::StaticMemberExpression(_))
}

/// Whether the value of what is inside is the node's own.
fn is_transparent(node: &AstKind<'_>) -> bool {
    matches!(
        node,
        AstKind::ParenthesizedExpression(_)
            | AstKind::TSAsExpression(_)
            | AstKind::TSSatisfiesExpression(_)
            | AstKind::TSNonNullExpression(_)
            | AstKind::TSTypeAssertion(_)
            | AstKind::AwaitExpression(_)
    )
}

/// What becomes of the value of the last node of `stack`. `guards` tells whether a condition around it counts as a look for one that is kept.
pub(super) fn flow<'a>(stack: &[AstKind<'a>], guards: bool) -> Flow<'a> {
    let Some((node, around)) = stack.split_last() else { return Flow::Used };
    let mut child = node.span();
    for parent in around.iter().rev().take(MOST_STEPS) {
        match parent {
            _ if is_transparent(parent) => {}
            AstKind::ChainExpression(_)
            | AstKind::ObjectExpression(_)
            | AstKind::ArrayExpression(_)
            | AstKind::SpreadElement(_)
            | AstKind::ObjectProperty(_)
            | AstKind::NewExpression(_) => {}
            AstKind::StaticMemberExpression(it) if it.property.name == "$extends" => {}
            AstKind::CallExpression(it) if it.callee.span() == child => {}
            AstKind::CallExpression(it) => {
                if is_method(&it.callee) && called(&it.callee).is_some_and(|name| KEEPERS.contains(&name)) {
                    return Flow::Kept;
                }
            }
            AstKind::ConditionalExpression(it) if it.test.span() == child => return Flow::Used,
            AstKind::LogicalExpression(_) | AstKind::ConditionalExpression(_) => {
                if guards {
                    return Flow::Kept;
                }
            }
            AstKind::AssignmentExpression(it) if it.right.span() != child => return Flow::Used,
            AstKind::AssignmentExpression(it) => {
                return match &it.left {
                    AssignmentTarget::AssignmentTargetIdentifier(name) if it.operator == AssignmentOperator::Assign => {
                        Flow::Named { name: name.name.as_str(), is_new: false }
                    }
                    _ => Flow::Kept,
                };
            }
            AstKind::VariableDeclarator(it) => {
                return match &it.id {
                    BindingPattern::BindingIdentifier(name) => Flow::Named { name: name.name.as_str(), is_new: true },
                    _ => Flow::Used,
                };
            }
            AstKind::ReturnStatement(_) | AstKind::ArrowFunctionExpression(_) => return Flow::Returned,
            AstKind::YieldExpression(_) | AstKind::PropertyDefinition(_) | AstKind::ThrowStatement(_) => {
                return Flow::Kept;
            }
            _ => return Flow::Used,
        }
        child = parent.span();
    }
    Flow::Kept
}

/// What the last node of `stack`, a function or the name of one, is to its surroundings.
pub(super) fn role<'a>(stack: &[AstKind<'a>]) -> Option<Role<'a>> {
    let (node, around) = stack.split_last()?;
    let mut child = node.span();
    // Key of the object that holds it, if one does.
    let mut key: Option<String> = None;
    let mut is_wrapped = false;
    for (depth, parent) in around.iter().enumerate().rev().take(MOST_STEPS) {
        match parent {
            _ if is_transparent(parent) => {}
            AstKind::ObjectExpression(_) => {}
            AstKind::ObjectProperty(it) if key.is_none() && it.value.span() == child => {
                key = Some(it.key.static_name()?.into_owned());
            }
            AstKind::CallExpression(it) if it.callee.span() == child => {
                if !is_wrapped {
                    return None;
                }
            }
            AstKind::CallExpression(it) => {
                if let Some(found) = as_argument(it, key.as_deref()) {
                    return Some(found);
                }
                if key.is_some() {
                    return None;
                }
                is_wrapped = true;
            }
            AstKind::NewExpression(it) => return of_server(called(&it.callee)?, key.as_deref()),
            AstKind::StaticMemberExpression(_) if is_wrapped => {}
            AstKind::AssignmentExpression(it) if it.right.span() == child => {
                return exported_name(&it.left).and_then(|name| exported(name, key));
            }
            AstKind::VariableDeclarator(it) if key.is_none() => return declared(it, around, depth),
            AstKind::ExportDefaultDeclaration(_) | AstKind::TSExportAssignment(_) => return exported("default", key),
            _ => return None,
        }
        child = parent.span();
    }
    None
}

/// A member of an exported object is exported under its key.
fn exported<'a>(name: &str, key: Option<String>) -> Option<Role<'a>> {
    match key {
        None => Some(Role::Answers(Caller::Export(name.to_owned()))),
        Some(key) => (name == "default").then_some(Role::Answers(Caller::Export(key))),
    }
}

/// `const name = ...`, exported or not.
fn declared<'a>(it: &'a VariableDeclarator<'a>, around: &[AstKind<'a>], depth: usize) -> Option<Role<'a>> {
    let BindingPattern::BindingIdentifier(name) = &it.id else { return None };
    let name = name.name.as_str();
    let is_exported = depth
        .checked_sub(2)
        .and_then(|at| around.get(at))
        .is_some_and(|kind| matches!(kind, AstKind::ExportDeclaration(_)));
    Some(if is_exported { Role::Answers(Caller::Export(name.to_owned())) } else { Role::Named(name) })
}

fn as_argument<'a>(call: &CallExpression<'_>, key: Option<&str>) -> Option<Role<'a>> {
    let name = called(&call.callee)?;
    if key.is_some() {
        let is_handler = key == Some("handler") && name == "route" && is_method(&call.callee);
        return if is_handler { Some(Role::Answers(Caller::Route)) } else { of_server(name, key) };
    }
    if LATER.contains(&name) {
        return Some(Role::Apart);
    }
    let takes_path = ROUTES.contains(&name) && is_method(&call.callee) && call.arguments.first().is_some_and(is_path);
    (takes_path || name == "createServer").then_some(Role::Answers(Caller::Route))
}

fn is_path(argument: &Argument<'_>) -> bool {
    match argument {
        Argument::StringLiteral(text) => text.value.starts_with('/') || text.value == "*",
        Argument::RegExpLiteral(_) => true,
        _ => false,
    }
}

/// Functions, beside classes that are called `...Server`, that make what answers requests out of an object with `context`.
const SERVERS: [&str; 6] = [
    "createYoga",
    "startServerAndCreateNextHandler",
    "startServerAndCreateLambdaHandler",
    "graphqlHTTP",
    "createHandler",
    "fetchRequestHandler",
];

fn of_server<'a>(callee: &str, key: Option<&str>) -> Option<Role<'a>> {
    let is_context = matches!(key, Some("context" | "createContext"));
    (is_context && (callee.ends_with("Server") || SERVERS.contains(&callee))).then_some(Role::Answers(Caller::Context))
}
