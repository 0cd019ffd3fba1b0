//! Which names each inner scope declares. The outermost scope is left out: it hides nothing.

use oxc_ast::ast::{
    ArrowFunctionExpression, BindingIdentifier, BlockStatement, CatchClause, Class, ForInStatement, ForOfStatement,
    ForStatement, Function, Program, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::Span;
use oxc_syntax::scope::ScopeFlags;
use rustc_hash::FxHashMap;

/// Declared names by the span of the scope.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    names: FxHashMap<(u32, u32), Vec<&'a str>>,
}

impl<'a> Scopes<'a> {
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut collector = Collector { scopes: Self::default(), open: Vec::new(), into: Into::Nearest };
        collector.visit_program(program);
        collector.scopes
    }

    pub(super) fn names(&self, scope: Span) -> &[&'a str] {
        self.names.get(&(scope.start, scope.end)).map(Vec::as_slice).unwrap_or_default()
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

struct Collector<'a> {
    scopes: Scopes<'a>,
    open: Vec<Open<'a>>,
    into: Into,
}

impl<'a> Collector<'a> {
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

impl<'a> Visit<'a> for Collector<'a> {
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.declare(it.name.as_str(), self.into);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let into = if it.kind == VariableDeclarationKind::Var { Into::Function } else { Into::Nearest };
        let before = std::mem::replace(&mut self.into, into);
        walk::walk_variable_declaration(self, it);
        self.into = before;
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if let (true, Some(name)) = (it.is_declaration(), &it.id) {
            self.declare(name.name.as_str(), Into::Function);
        }
        self.within(it.span, false, |this| {
            if let (true, Some(name)) = (it.is_expression(), &it.id) {
                this.declare(name.name.as_str(), Into::Nearest);
            }
            this.visit_formal_parameters(&it.params);
            if let Some(body) = &it.body {
                this.visit_function_body(body);
            }
        });
        let _ = flags;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.within(it.span, false, |this| walk::walk_arrow_function_expression(this, it));
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if let (true, Some(name)) = (it.is_declaration(), &it.id) {
            self.declare(name.name.as_str(), Into::Function);
        }
        if let Some(heritage) = &it.heritage {
            self.visit_class_heritage(heritage);
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
