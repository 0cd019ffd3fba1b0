//! Static evaluation of expressions: what can be known of a value without running the program.

use std::cell::RefCell;
use std::rc::Rc;

use camino::Utf8Path;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    ArrayExpressionElement, ArrowFunctionBody, BinaryOperator, Expression, LogicalOperator, ObjectExpression,
    ObjectPropertyKind, TemplateLiteral, UnaryOperator,
};
use rustc_hash::FxHashMap;

use super::operators::{MAX_TEXT, binary_value, bounded, unary_value};
use super::values::{Function, Known, KnownModule, Value, WILD};

/// A name with a known value; `hidden` counts the inner scopes that declare it anew.
#[derive(Debug)]
struct Binding {
    value: Known,
    hidden: u32,
}

/// Where a module stands.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'r> {
    pub file: &'r Utf8Path,
    pub folder: &'r Utf8Path,
    /// What `process.cwd()` gives.
    pub cwd: &'r Utf8Path,
    /// The folder that the tracer itself runs in.
    pub process: &'r Utf8Path,
    /// Whether `import.meta.dirname` and the like are known.
    pub meta_paths: bool,
    /// What `require.resolve` gives.
    pub resolve: &'r dyn Fn(&str) -> Option<String>,
}

/// What is known at one point of a module.
pub(super) struct Evaluator<'r> {
    pub(super) surroundings: Surroundings<'r>,
    /// Modules of a bundle that only hand on another module, by id.
    pub(super) externals: FxHashMap<String, String>,
    bindings: FxHashMap<String, Binding>,
    memo: RefCell<FxHashMap<(usize, bool), Option<Known>>>,
}

impl<'r> Evaluator<'r> {
    pub(super) fn new(surroundings: Surroundings<'r>, externals: FxHashMap<String, String>) -> Self {
        let mut evaluator = Self { surroundings, externals, bindings: FxHashMap::default(), memo: RefCell::default() };
        evaluator.add_roots();
        evaluator
    }

    fn add_roots(&mut self) {
        let roots = [
            ("__dirname", Value::text(self.surroundings.folder)),
            ("__filename", Value::text(self.surroundings.file)),
            ("process", Value::Module(KnownModule::Process)),
            ("require", Value::Module(KnownModule::Require)),
            ("module", Value::Module(KnownModule::OwnModule)),
            ("global", Value::Module(KnownModule::Global)),
            ("globalThis", Value::Module(KnownModule::Global)),
            ("Object", Value::Module(KnownModule::ObjectConstructor)),
            ("URL", Value::Function(Function::Url)),
            ("MONGOOSE_DRIVER_PATH", Value::Undefined),
        ];
        for (name, value) in roots {
            self.bindings.insert(name.to_owned(), Binding { value: Known::One(value), hidden: 0 });
        }
        for name in ["__importDefault", "_interopRequireDefault"] {
            self.bindings.insert(
                name.to_owned(),
                Binding { value: Known::One(Value::Function(Function::WrapDefault)), hidden: 0 },
            );
        }
        for name in ["__importStar", "_interopRequireWildcard"] {
            self.bindings
                .insert(name.to_owned(), Binding { value: Known::One(Value::Function(Function::Identity)), hidden: 0 });
        }
    }

    /// The value of a name, where it is known here.
    pub(super) fn binding(&self, name: &str) -> Option<&Known> {
        self.bindings.get(name).filter(|binding| binding.hidden == 0).map(|binding| &binding.value)
    }

    /// Gives a name a value. `require` keeps its own unless it is made anew.
    pub(super) fn bind(&mut self, name: &str, value: Known) {
        let created = matches!(value, Known::One(Value::Function(Function::CreatedRequire(_))));
        if name != "require" || created {
            self.bindings.insert(name.to_owned(), Binding { value, hidden: 0 });
            self.memo.borrow_mut().clear();
        }
    }

    /// A scope that declares `name` begins.
    pub(super) fn hide(&mut self, name: &str) {
        if let Some(binding) = self.bindings.get_mut(name) {
            binding.hidden += 1;
            self.memo.borrow_mut().clear();
        }
    }

    /// A scope that declares `name` ends: an outer value shows again, a value given inside is forgotten.
    pub(super) fn unhide(&mut self, name: &str) {
        let Some(binding) = self.bindings.get_mut(name) else { return };
        if binding.hidden > 0 {
            binding.hidden -= 1;
        } else {
            self.bindings.remove(name);
        }
        self.memo.borrow_mut().clear();
    }

    /// The value of a node of the syntax tree; with `open`, unknown parts of texts and two-way conditionals are allowed.
    pub(super) fn kind(&self, kind: AstKind<'_>) -> Option<Known> {
        match kind {
            AstKind::CallExpression(call) => self.call(call, true),
            AstKind::BinaryExpression(binary) => self.binary(&binary.left, binary.operator, &binary.right, true),
            AstKind::LogicalExpression(logical) => self.logical(&logical.left, logical.operator, &logical.right, true),
            AstKind::ConditionalExpression(test) => {
                self.conditional(&test.test, &test.consequent, &test.alternate, true)
            }
            AstKind::TemplateLiteral(template) => self.template(template, true),
            AstKind::StaticMemberExpression(member) => self.member(&member.object, member.property.name.as_str()),
            AstKind::ComputedMemberExpression(member) => self.computed(&member.object, &member.expression),
            AstKind::NewExpression(new) => self.new_url(&new.callee, &new.arguments, true),
            AstKind::ArrayExpression(array) => self.array(&array.elements),
            AstKind::ObjectExpression(object) => self.object(object),
            AstKind::UnaryExpression(unary) => self.unary(unary.operator, &unary.argument),
            AstKind::ArrowFunctionExpression(arrow) => self.arrow(&arrow.body, arrow.params.items.is_empty()),
            AstKind::SequenceExpression(sequence) => self.sequence(&sequence.expressions),
            _ => None,
        }
    }

    /// The value of an expression.
    pub(super) fn expression(&self, expression: &Expression<'_>, open: bool) -> Option<Known> {
        match expression {
            Expression::StringLiteral(text) => one(Value::text(text.value.as_str())),
            Expression::NumericLiteral(number) => one(Value::Number(number.value)),
            Expression::BooleanLiteral(value) => one(Value::Bool(value.value)),
            Expression::NullLiteral(_) => one(Value::Null),
            Expression::RegExpLiteral(_) => one(Value::Opaque),
            Expression::Identifier(name) => self.binding(name.name.as_str()).cloned(),
            Expression::ImportMeta(_) => one(Value::Module(KnownModule::ImportMeta)),
            Expression::CallExpression(call) => {
                let key = (std::ptr::from_ref(&**call) as usize, open);
                if let Some(known) = self.memo.borrow().get(&key) {
                    return known.clone();
                }
                let known = self.call(call, open);
                self.memo.borrow_mut().insert(key, known.clone());
                known
            }
            Expression::BinaryExpression(binary) => {
                let key = (std::ptr::from_ref(&**binary) as usize, open);
                if let Some(known) = self.memo.borrow().get(&key) {
                    return known.clone();
                }
                let known = self.binary(&binary.left, binary.operator, &binary.right, open);
                self.memo.borrow_mut().insert(key, known.clone());
                known
            }
            Expression::LogicalExpression(logical) => {
                self.logical(&logical.left, logical.operator, &logical.right, open)
            }
            Expression::ConditionalExpression(test) => {
                self.conditional(&test.test, &test.consequent, &test.alternate, open)
            }
            Expression::TemplateLiteral(template) => self.template(template, open),
            Expression::StaticMemberExpression(member) => self.member(&member.object, member.property.name.as_str()),
            Expression::ComputedMemberExpression(member) => self.computed(&member.object, &member.expression),
            Expression::NewExpression(new) => self.new_url(&new.callee, &new.arguments, open),
            Expression::ArrayExpression(array) => self.array(&array.elements),
            Expression::ObjectExpression(object) => self.object(object),
            Expression::UnaryExpression(unary) => self.unary(unary.operator, &unary.argument),
            Expression::ArrowFunctionExpression(arrow) => self.arrow(&arrow.body, arrow.params.items.is_empty()),
            Expression::SequenceExpression(sequence) => self.sequence(&sequence.expressions),
            Expression::TSAsExpression(inner) => self.expression(&inner.expression, open),
            Expression::TSSatisfiesExpression(inner) => self.expression(&inner.expression, open),
            Expression::TSNonNullExpression(inner) => self.expression(&inner.expression, open),
            Expression::ParenthesizedExpression(inner) => self.expression(&inner.expression, open),
            _ => None,
        }
    }

    pub(super) fn single(&self, expression: &Expression<'_>) -> Option<Value> {
        match self.expression(expression, false)? {
            Known::One(value) => Some(value),
            Known::Either(..) => None,
        }
    }

    fn array(&self, elements: &[ArrayExpressionElement<'_>]) -> Option<Known> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            items.push(match element {
                ArrayExpressionElement::Elision(_) => Value::Null,
                other => match self.expression(other.as_expression()?, true)? {
                    Known::One(value) => value,
                    Known::Either(..) => return None,
                },
            });
        }
        one(Value::List(Rc::new(items)))
    }

    fn object(&self, object: &ObjectExpression<'_>) -> Option<Known> {
        let mut members = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            let ObjectPropertyKind::ObjectProperty(property) = property else { return None };
            if property.method || property.kind != oxc_ast::ast::PropertyKind::Init {
                return None;
            }
            let key = property.key.static_name()?;
            match self.expression(&property.value, true)? {
                Known::One(value) => members.push((key.into_owned(), value)),
                Known::Either(..) => return None,
            }
        }
        one(Value::Object(Rc::new(members)))
    }

    fn arrow(&self, body: &ArrowFunctionBody<'_>, no_parameters: bool) -> Option<Known> {
        let expression = body.as_expression().filter(|_| no_parameters)?;
        one(Value::Function(Function::Constant(Rc::new(self.expression(expression, true)?))))
    }

    fn sequence(&self, expressions: &[Expression<'_>]) -> Option<Known> {
        match expressions {
            [Expression::NumericLiteral(_), last @ Expression::StaticMemberExpression(_)] => {
                self.expression(last, true)
            }
            _ => None,
        }
    }

    fn unary(&self, operator: UnaryOperator, argument: &Expression<'_>) -> Option<Known> {
        let apply = |value: &Value| unary_value(operator, value);
        match self.expression(argument, true)? {
            Known::One(value) if value.wilds() == 0 => one(apply(&value)?),
            Known::One(_) => None,
            Known::Either(yes, no) => either(apply(&yes)?, apply(&no)?),
        }
    }

    fn conditional(
        &self,
        test: &Expression<'_>,
        yes: &Expression<'_>,
        no: &Expression<'_>,
        open: bool,
    ) -> Option<Known> {
        if let Some(Known::One(value)) = self.expression(test, open)
            && value.wilds() == 0
        {
            return self.expression(if value.truthy() { yes } else { no }, open);
        }
        if !open {
            return None;
        }
        match (self.expression(yes, false)?, self.expression(no, false)?) {
            (Known::One(yes), Known::One(no)) => either(yes, no),
            _ => None,
        }
    }

    fn logical(
        &self,
        left: &Expression<'_>,
        operator: LogicalOperator,
        right: &Expression<'_>,
        open: bool,
    ) -> Option<Known> {
        let first = self.expression(left, open);
        let second = self.expression(right, open);
        match (first, second) {
            (Some(Known::One(first)), second) => {
                let decided = match operator {
                    LogicalOperator::Or => first.truthy(),
                    LogicalOperator::And => !first.truthy(),
                    LogicalOperator::Coalesce => return None,
                };
                if decided && (operator == LogicalOperator::Or || second.is_some()) {
                    one(first)
                } else if decided {
                    None
                } else {
                    second
                }
            }
            _ => None,
        }
    }

    fn binary(
        &self,
        left: &Expression<'_>,
        operator: BinaryOperator,
        right: &Expression<'_>,
        open: bool,
    ) -> Option<Known> {
        let first = self.expression(left, open);
        let second = self.expression(right, open);
        match (first, second) {
            (Some(Known::One(first)), Some(Known::One(second))) => one(binary_value(&first, operator, &second)?),
            (Some(Known::Either(yes, no)), Some(Known::One(second))) => {
                either(binary_value(&yes, operator, &second)?, binary_value(&no, operator, &second)?)
            }
            (Some(Known::One(first)), Some(Known::Either(yes, no))) => {
                either(binary_value(&first, operator, &yes)?, binary_value(&first, operator, &no)?)
            }
            (Some(Known::One(Value::Text(text))), None) if open && operator == BinaryOperator::Addition => {
                bounded(format!("{text}{WILD}"))
            }
            (None, Some(Known::One(Value::Text(text)))) if open && operator == BinaryOperator::Addition => {
                bounded(format!("{WILD}{text}"))
            }
            _ => None,
        }
    }

    fn template(&self, template: &TemplateLiteral<'_>, open: bool) -> Option<Known> {
        let mut text = String::new();
        let mut other: Option<String> = None;
        for (index, quasi) in template.quasis.iter().enumerate() {
            let piece = quasi.value.cooked.as_ref()?.as_str();
            text.push_str(piece);
            if let Some(other) = &mut other {
                other.push_str(piece);
            }
            let Some(expression) = template.expressions.get(index) else { continue };
            match self.expression(expression, open) {
                Some(Known::One(value)) => {
                    let piece = value.to_text()?;
                    text.push_str(&piece);
                    if let Some(other) = &mut other {
                        other.push_str(&piece);
                    }
                }
                Some(Known::Either(yes, no)) if open && other.is_none() => {
                    let mut second = text.clone();
                    second.push_str(&no.to_text()?);
                    text.push_str(&yes.to_text()?);
                    other = Some(second);
                }
                None if open => {
                    text.push(WILD);
                    if let Some(other) = &mut other {
                        other.push(WILD);
                    }
                }
                _ => return None,
            }
            if text.len() > MAX_TEXT {
                return None;
            }
        }
        match other {
            Some(other) => either(Value::text(text), Value::text(other)),
            None => one(Value::text(text)),
        }
    }
}

/// Whether an expression is literally `require` or `module.require`.
pub(super) fn is_require(callee: &Expression<'_>) -> bool {
    match callee {
        Expression::Identifier(name) => name.name == "require",
        Expression::StaticMemberExpression(member) => {
            member.property.name == "require" && member.object.is_specific_id("module")
        }
        _ => false,
    }
}

pub(super) fn one(value: Value) -> Option<Known> {
    Some(Known::One(value))
}

pub(super) fn either(yes: Value, no: Value) -> Option<Known> {
    Some(Known::Either(yes, no))
}
