//! The walk over one syntax tree: specifiers, paths of files that are read, and facts for rules.

use oxc_ast::AstKind;
use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentOperator, AssignmentTarget, BindingPattern,
    BlockStatement, CallExpression, CatchClause, ExportAllDeclaration, ExportFromDeclaration, Expression,
    ForInStatement, ForOfStatement, ForStatement, Function as FunctionNode, ImportDeclaration,
    ImportDeclarationSpecifier, ImportExpression, LogicalOperator, NewExpression, Program, Statement,
    StaticMemberExpression, TSImportEqualsDeclaration, TSModuleReference, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span as NodeSpan};
use oxc_syntax::scope::ScopeFlags;

use super::evaluate::{Evaluator, Surroundings};
use super::module::{Import, ImportKind, Module, OpenImport};
use super::scopes::Scopes;
use super::shapes::{exported_name, exports_handler, is_handler, is_require_wrapper, only_parameter};
use super::typescript::Elision;
use super::values::{Function, Known, KnownModule, Value, WILD};
use super::wrappers::Wrappers;
use crate::base::Span;
use crate::platform::trace_profile::TraceProfile;

/// How a tree is to be read.
pub(super) struct Options<'a> {
    pub esm: bool,
    pub typescript: bool,
    pub surroundings: Surroundings<'a>,
    pub profile: &'a TraceProfile,
}

/// Reads a parsed file.
pub(super) fn read(program: &Program<'_>, options: Options<'_>) -> Module {
    let mut wrappers = if options.profile.analysis { Wrappers::of(program) } else { Wrappers::default() };
    let mut walker = Walker {
        eval: Evaluator::new(options.surroundings, std::mem::take(&mut wrappers.externals)),
        wrappers,
        scopes: Scopes::of(program),
        stack: Vec::new(),
        skip: None,
        own_view_engine: false,
        module: Module::default(),
        elision: options.typescript.then(|| Elision::of(program)),
        options,
    };
    walker.module.facts.esm = walker.options.esm;
    for (specifier, at) in std::mem::take(&mut walker.wrappers.required) {
        walker.import(&specifier, at, ImportKind::Require);
    }
    walker.visit_program(program);
    super::servers::note(program, &mut walker.module.facts);
    walker.module.facts.runtime = super::declared::runtime(program);
    walker.module
}

pub(super) struct Walker<'a, 's> {
    pub(super) eval: Evaluator<'s>,
    scopes: Scopes<'a>,
    /// The nodes around the current one, outermost first.
    pub(super) stack: Vec<AstKind<'a>>,
    /// Nothing is looked at until the node at this depth is left: its value has been taken as a whole.
    pub(super) skip: Option<usize>,
    /// `app.engine()` was called: the view engine is no package's name.
    pub(super) own_view_engine: bool,
    pub(super) module: Module,
    wrappers: Wrappers<'a>,
    elision: Option<Elision<'a>>,
    pub(super) options: Options<'s>,
}

pub(super) fn span(of: NodeSpan) -> Span {
    Span::new(of.start as usize, of.end as usize)
}

impl<'a> Walker<'a, '_> {
    pub(super) fn import(&mut self, specifier: &str, at: NodeSpan, kind: ImportKind) {
        self.module.facts.imports.push(Import { specifier: specifier.to_owned(), span: span(at), kind });
    }

    pub(super) fn follows_require(&self) -> bool {
        !self.options.esm || self.options.profile.mixed_modules
    }

    fn follows_import(&self) -> bool {
        self.options.esm || self.options.profile.mixed_modules
    }

    /// The argument of a `require`: both sides of conditionals and of `||` and `&&` count.
    pub(super) fn required(&mut self, expression: &Expression<'a>, kind: ImportKind) {
        match expression {
            Expression::StringLiteral(text) => self.import(text.value.as_str(), text.span, kind),
            _ if !self.options.profile.analysis => {}
            Expression::ConditionalExpression(test) => {
                self.required(&test.consequent, kind);
                self.required(&test.alternate, kind);
            }
            Expression::LogicalExpression(logical) if logical.operator != LogicalOperator::Coalesce => {
                self.required(&logical.left, kind);
                self.required(&logical.right, kind);
            }
            other => match self.eval.expression(other, true) {
                Some(Known::One(value)) => self.required_value(&value, other.span(), kind),
                Some(Known::Either(yes, no)) => {
                    self.required_value(&yes, other.span(), kind);
                    self.required_value(&no, other.span(), kind);
                }
                None => {}
            },
        }
    }

    fn required_value(&mut self, value: &Value, at: NodeSpan, kind: ImportKind) {
        match value {
            Value::Text(text) if !text.contains(WILD) => self.import(text, at, kind),
            Value::Text(text) if text.starts_with("./") || text.starts_with("../") => {
                self.module.open_imports.push(OpenImport { specifier: text.to_string(), span: span(at) });
            }
            Value::Url(text) => {
                if let Some(path) = text.strip_prefix("file://") {
                    self.import(path, at, kind);
                }
            }
            _ => {}
        }
    }

    fn bind_pattern(&mut self, pattern: &BindingPattern<'a>, value: &Known) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => self.eval.bind(name.name.as_str(), value.clone()),
            BindingPattern::ObjectPattern(object) => {
                let Known::One(value) = value else { return };
                for property in &object.properties {
                    let BindingPattern::BindingIdentifier(local) = &property.value else { continue };
                    let Some(key) = property.key.static_name() else { continue };
                    if let Some(member) = self.eval.member_of(value, &key) {
                        self.eval.bind(local.name.as_str(), Known::One(member));
                    }
                }
            }
            _ => {}
        }
    }

    fn bind_import(&mut self, import: &ImportDeclaration<'a>) {
        let Some(module) = KnownModule::named(import.source.value.as_str()) else { return };
        for specifier in import.specifiers.iter().flatten() {
            let (local, value) = match specifier {
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => (&it.local, Some(Value::Module(module))),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => (&it.local, Some(Value::Module(module))),
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    (&it.local, module.member(it.imported.name().as_str()))
                }
            };
            if let Some(value) = value {
                self.eval.bind(local.name.as_str(), Known::One(value));
            }
        }
    }

    fn within(&mut self, scope: NodeSpan, walk: impl FnOnce(&mut Self)) {
        let names = self.scopes.take(scope);
        let real_require = self.wrappers.has_real_require(scope);
        let hidden = |name: &&&str| !(real_require && **name == "require");
        for name in names.iter().filter(hidden) {
            self.eval.hide(name);
        }
        if let Some(name) = self.wrappers.bundle_require(scope) {
            self.eval.bind(name, Known::One(Value::Function(Function::BundleRequire)));
        }
        walk(self);
        for name in names.iter().filter(hidden) {
            self.eval.unhide(name);
        }
    }
}

impl<'a> Visit<'a> for Walker<'a, '_> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.stack.push(kind);
    }

    fn leave_node(&mut self, _: AstKind<'a>) {
        self.stack.pop();
        if self.skip == Some(self.stack.len()) {
            self.skip = None;
        }
    }

    fn visit_program(&mut self, it: &Program<'a>) {
        if self.options.profile.analysis {
            for statement in &it.body {
                if let Statement::ImportDeclaration(import) = statement {
                    self.bind_import(import);
                }
            }
        }
        walk::walk_program(self, it);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let elided = self.elision.as_ref().is_some_and(|elision| elision.drops(it));
        if self.follows_import() && !elided {
            self.import(it.source.value.as_str(), it.source.span, ImportKind::Static);
        }
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        let exported = matches!(self.stack.last(), Some(AstKind::ExportDeclaration(_)));
        if let TSModuleReference::ExternalModuleReference(module) = &it.module_reference
            && self.elision.as_ref().is_some_and(|elision| !elision.drops_equals(it, exported))
        {
            self.import(module.expression.value.as_str(), module.expression.span, ImportKind::Require);
        }
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        self.module.facts.exports = true;
        if self.follows_import() && it.export_kind.is_value() {
            self.import(it.source.value.as_str(), it.source.span, ImportKind::Static);
        }
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        self.module.facts.exports = true;
        if self.follows_import() && it.export_kind.is_value() {
            self.import(it.source.value.as_str(), it.source.span, ImportKind::Static);
        }
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        if matches!(
            it,
            Statement::ExportDefaultDeclaration(_)
                | Statement::ExportDeclaration(_)
                | Statement::ExportNamedDeclaration(_)
        ) {
            self.module.facts.exports = true;
        }
        self.module.facts.handler |= exports_handler(it);
        walk::walk_statement(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.required(&it.source, ImportKind::Dynamic);
        walk::walk_import_expression(self, it);
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        if self.skip.is_some() {
            return;
        }
        if let (Expression::Identifier(name), true) = (it, self.options.profile.analysis) {
            if let Some(known @ Known::One(Value::Text(text))) = self.eval.binding(name.name.as_str())
                && (text.starts_with('/') || text.starts_with("file:"))
            {
                let known = known.clone();
                self.trigger(known, name.span);
            }
            return;
        }
        walk::walk_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if self.skip.is_some() {
            return;
        }
        if matches!(it.object, Expression::ImportMeta(_)) && self.options.profile.analysis {
            let meta = Value::Module(KnownModule::ImportMeta);
            if let Some(value @ Value::Text(_)) = self.eval.member_of(&meta, it.property.name.as_str()) {
                self.trigger(Known::One(value), it.span);
                return;
            }
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if self.skip.is_none() && !self.on_call(it) {
            walk::walk_call_expression(self, it);
        }
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if self.skip.is_none() {
            walk::walk_new_expression(self, it);
        }
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let head = matches!(
            self.stack.last(),
            Some(AstKind::ForStatement(_) | AstKind::ForInStatement(_) | AstKind::ForOfStatement(_))
        );
        if !head && self.options.profile.analysis {
            for declarator in &it.declarations {
                let Some(init) = &declarator.init else { continue };
                if let Some(value) = self.eval.expression(init, true) {
                    self.bind_pattern(&declarator.id, &value);
                } else if let Some(name) = declarator.id.get_identifier_name() {
                    let wrapper = match init {
                        Expression::FunctionExpression(function) => function
                            .body
                            .as_deref()
                            .is_some_and(|body| is_require_wrapper(only_parameter(&function.params), &body.statements)),
                        Expression::ArrowFunctionExpression(arrow) => match &arrow.body {
                            oxc_ast::ast::ArrowFunctionBody::FunctionBody(body) => {
                                is_require_wrapper(only_parameter(&arrow.params), &body.statements)
                            }
                            _ => false,
                        },
                        _ => false,
                    };
                    if wrapper {
                        self.eval.bind(name.as_str(), Known::One(Value::Function(Function::RequireWrapper)));
                    }
                }
            }
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let Some(name) = exported_name(&it.left) {
            self.module.facts.exports = true;
            self.module.facts.handler |= is_handler(name, &it.right);
        }
        if let (AssignmentTarget::AssignmentTargetIdentifier(name), AssignmentOperator::Assign) =
            (&it.left, it.operator)
            && self.options.profile.analysis
            && self.eval.binding(name.name.as_str()).is_none()
            && let Some(value) = self.eval.expression(&it.right, true)
        {
            self.eval.bind(name.name.as_str(), value);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_function(&mut self, it: &FunctionNode<'a>, flags: ScopeFlags) {
        if let (Some(name), Some(body), true) = (&it.id, &it.body, it.is_declaration())
            && is_require_wrapper(only_parameter(&it.params), &body.statements)
        {
            self.eval.bind(name.name.as_str(), Known::One(Value::Function(Function::RequireWrapper)));
        }
        self.scopes.enter_function(it);
        self.within(it.span, |this| walk::walk_function(this, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.scopes.enter_arrow_function(it);
        self.within(it.span, |this| walk::walk_arrow_function_expression(this, it));
    }

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        self.within(it.span, |this| walk::walk_block_statement(this, it));
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.within(it.span, |this| walk::walk_for_statement(this, it));
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.within(it.span, |this| walk::walk_for_in_statement(this, it));
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.within(it.span, |this| walk::walk_for_of_statement(this, it));
    }

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        self.within(it.span, |this| walk::walk_catch_clause(this, it));
    }
}
