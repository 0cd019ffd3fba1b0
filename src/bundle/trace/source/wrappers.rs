//! Files that are one statement: bundles and module wrappers, seen through to the modules they hold.

use oxc_ast::ast::{
    Argument, ArrayExpression, ArrayExpressionElement, AssignmentTarget, CallExpression, Expression, FormalParameters,
    FunctionBody, ObjectProperty, ObjectPropertyKind, Program, Statement, UnaryOperator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use rustc_hash::{FxHashMap, FxHashSet};

type Key = (u32, u32);

/// What a wrapped file holds.
#[derive(Default)]
pub(super) struct Wrappers<'a> {
    /// Functions whose parameter `require` is the real one.
    real_require: FxHashSet<Key>,
    /// Modules of a webpack bundle that are exactly `module.exports = require("x")`: id and `x`.
    pub externals: FxHashMap<String, String>,
    /// The functions of a webpack bundle's modules, with the name of the bundle's own require.
    modules: FxHashMap<Key, &'a str>,
    /// Externals of a Browserify bundle.
    pub required: Vec<(String, Span)>,
}

fn key(span: Span) -> Key {
    (span.start, span.end)
}

impl<'a> Wrappers<'a> {
    /// Looks for a wrapper; files of more than one statement have none.
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut wrappers = Self::default();
        let [Statement::ExpressionStatement(statement)] = program.body.as_slice() else { return wrappers };
        if let Expression::CallExpression(call) = &statement.expression {
            wrappers.find_module_wrapper(call, program.source_text);
        }
        wrappers.visit_program(program);
        if wrappers.externals.is_empty() {
            wrappers.modules.clear();
        }
        wrappers
    }

    pub(super) fn has_real_require(&self, function: Span) -> bool {
        self.real_require.contains(&key(function))
    }

    pub(super) fn bundle_require(&self, function: Span) -> Option<&'a str> {
        self.modules.get(&key(function)).copied()
    }

    /// The AMD wrapper of when.js and the UMD wrapper of TypeScript hand the real `require` to an inner function.
    fn find_module_wrapper(&mut self, call: &CallExpression<'a>, source: &str) {
        let Expression::FunctionExpression(outer) = &call.callee else { return };
        let (Some(outer_body), Some(name)) = (&outer.body, parameter(&outer.params, 0)) else { return };
        if name == "define" {
            for statement in &outer_body.statements {
                let Statement::ExpressionStatement(statement) = statement else { continue };
                let Expression::CallExpression(define) = &statement.expression else { continue };
                if let (true, Some(Argument::FunctionExpression(inner))) =
                    (define.callee.is_specific_id("define"), define.arguments.first())
                {
                    self.add_real_require(&inner.params, inner.span);
                }
            }
        } else if let Some(Argument::FunctionExpression(inner)) = call.arguments.first() {
            let text = source.get(outer_body.span.start as usize..outer_body.span.end as usize).unwrap_or_default();
            if text.contains(&format!("{name}(require")) {
                self.add_real_require(&inner.params, inner.span);
            }
        }
    }

    fn add_real_require(&mut self, parameters: &FormalParameters<'a>, function: Span) {
        if parameter(parameters, 0) == Some("require") {
            self.real_require.insert(key(function));
        }
    }

    fn add_module(&mut self, id: String, value: &Expression<'a>) {
        let (parameters, body, span) = match value {
            Expression::FunctionExpression(function) => match &function.body {
                Some(body) => (&function.params, &**body, function.span),
                None => return,
            },
            Expression::ArrowFunctionExpression(arrow) => match &arrow.body {
                oxc_ast::ast::ArrowFunctionBody::FunctionBody(body) => (&arrow.params, &**body, arrow.span),
                _ => return,
            },
            _ => return,
        };
        if let Some(external) = external(body) {
            self.externals.insert(id, external.to_owned());
        } else if let Some(name) = parameter(parameters, 2) {
            self.modules.insert(key(span), name);
        }
    }

    /// `[function, { "x": undefined }]`: the module asks for `x` from outside of the bundle.
    fn add_browserify_externals(&mut self, entry: &ArrayExpression<'a>) {
        let [ArrayExpressionElement::FunctionExpression(_), ArrayExpressionElement::ObjectExpression(names)] =
            entry.elements.as_slice()
        else {
            return;
        };
        for property in &names.properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else { continue };
            let missing = match &property.value {
                Expression::Identifier(name) => name.name == "undefined",
                Expression::UnaryExpression(unary) => unary.operator == UnaryOperator::Void,
                _ => false,
            };
            if let (true, Some(name)) = (missing, property.key.static_name()) {
                self.required.push((name.into_owned(), property.span));
            }
        }
    }
}

fn parameter<'a>(parameters: &FormalParameters<'a>, at: usize) -> Option<&'a str> {
    parameters.items.get(at)?.pattern.get_identifier_name().map(|name| name.as_str())
}

/// `x` of a body that is exactly `module.exports = require("x")`.
fn external<'a>(body: &FunctionBody<'a>) -> Option<&'a str> {
    let mut statements = body.statements.iter().filter(|statement| !matches!(statement, Statement::EmptyStatement(_)));
    let (Some(Statement::ExpressionStatement(statement)), None) = (statements.next(), statements.next()) else {
        return None;
    };
    let Expression::AssignmentExpression(assignment) = &statement.expression else { return None };
    let AssignmentTarget::StaticMemberExpression(target) = &assignment.left else { return None };
    let Expression::CallExpression(call) = &assignment.right else { return None };
    let [Argument::StringLiteral(name)] = call.arguments.as_slice() else { return None };
    (target.property.name == "exports" && call.callee.is_specific_id("require")).then(|| name.value.as_str())
}

impl<'a> Visit<'a> for Wrappers<'a> {
    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if let Expression::ArrayExpression(entry) = &it.value {
            self.add_browserify_externals(entry);
        }
        if let Some(id) = it.key.static_name() {
            self.add_module(id.into_owned(), &it.value);
        }
        walk::walk_object_property(self, it);
    }

    fn visit_array_expression(&mut self, it: &ArrayExpression<'a>) {
        for (index, element) in it.elements.iter().enumerate() {
            if let Some(value) = element.as_expression().filter(|value| value.span() != it.span) {
                self.add_module(index.to_string(), value);
            }
        }
        walk::walk_array_expression(self, it);
    }
}
