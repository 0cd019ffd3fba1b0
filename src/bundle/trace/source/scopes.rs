//! Which names each inner scope declares. The outermost scope is left out: it hides nothing.
//!
//! Only statements declare names in the scopes around them, so that expressions, which most of a source consists of, are passed over; the functions in
//! them are looked at when they are entered.

use oxc_ast::ast::{
    ArrowFunctionExpression, BindingIdentifier, BlockStatement, CatchClause, Class, Expression, ForInStatement,
    ForOfStatement, ForStatement, Function, Program, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::Span;
use oxc_syntax::scope::ScopeFlags;
use rustc_hash::FxHashMap;

/// Declared names by the span of the scope: of the functions that were entered, and of the blocks in them, until these are entered too.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    names: FxHashMap<(u32, u32), Vec<&'a str>>,
}

impl<'a> Scopes<'a> {
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut scopes = Self::default();
        scopes.collect().visit_program(program);
        scopes
    }

    pub(super) fn enter_function(&mut self, function: &Function<'a>) {
        self.collect().within(function.span, false, |this| {
            if let (true, Some(name)) = (function.is_expression(), &function.id) {
                this.declare(name.name.as_str(), Into::Nearest);
            }
            this.visit_formal_parameters(&function.params);
            if let Some(body) = &function.body {
                this.visit_function_body(body);
            }
        });
    }

    pub(super) fn enter_arrow_function(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        self.collect().within(arrow.span, false, |this| walk::walk_arrow_function_expression(this, arrow));
    }

    /// The names that a scope declares, which is entered now.
    pub(super) fn take(&mut self, scope: Span) -> Vec<&'a str> {
        self.names.remove(&(scope.start, scope.end)).unwrap_or_default()
    }

    fn collect(&mut self) -> Collector<'a, '_> {
        Collector { scopes: self, open: Vec::new(), into: Into::Nearest }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Into {
    /// The innermost scope.
    Nearest,
    /// The innermost function.
    Function,
}

struct Open<'a> {
    key: (u32, u32),
    block: bool,
    names: Vec<&'a str>,
}

struct Collector<'a, 's> {
    scopes: &'s mut Scopes<'a>,
    open: Vec<Open<'a>>,
    into: Into,
}

impl<'a> Collector<'a, '_> {
    fn declare(&mut self, name: &'a str, into: Into) {
        let scope = self.open.iter_mut().rev().find(|scope| into == Into::Nearest || !scope.block);
        if let Some(scope) = scope {
            scope.names.push(name);
        }
    }

    fn within(&mut self, span: Span, block: bool, walk: impl FnOnce(&mut Self)) {
        self.open.push(Open { key: (span.start, span.end), block, names: Vec::new() });
        let into = std::mem::replace(&mut self.into, Into::Nearest);
        walk(self);
        self.into = into;
        if let Some(mut scope) = self.open.pop() {
            scope.names.sort_unstable();
            scope.names.dedup();
            if !scope.names.is_empty() {
                self.scopes.names.insert(scope.key, scope.names);
            }
        }
    }
}

impl<'a> Visit<'a> for Collector<'a, '_> {
    fn visit_expression(&mut self, _: &Expression<'a>) {}

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.declare(it.name.as_str(), self.into);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let into = if it.kind == VariableDeclarationKind::Var { Into::Function } else { Into::Nearest };
        let before = std::mem::replace(&mut self.into, into);
        walk::walk_variable_declaration(self, it);
        self.into = before;
    }

    fn visit_function(&mut self, it: &Function<'a>, _: ScopeFlags) {
        if let (true, Some(name)) = (it.is_declaration(), &it.id) {
            self.declare(name.name.as_str(), Into::Function);
        }
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if let (true, Some(name)) = (it.is_declaration(), &it.id) {
            self.declare(name.name.as_str(), Into::Function);
        }
        self.visit_class_body(&it.body);
    }

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        self.within(it.span, true, |this| walk::walk_block_statement(this, it));
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.within(it.span, true, |this| walk::walk_for_statement(this, it));
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.within(it.span, true, |this| walk::walk_for_in_statement(this, it));
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.within(it.span, true, |this| walk::walk_for_of_statement(this, it));
    }

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        self.within(it.span, true, |this| walk::walk_catch_clause(this, it));
    }
}
