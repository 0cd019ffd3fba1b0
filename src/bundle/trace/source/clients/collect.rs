//! The walk over one syntax tree that finds clients, functions and calls.

use std::collections::BTreeSet;

use oxc_ast::AstKind;
use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression, Expression, FormalParameters,
    ImportDeclaration, ImportDeclarationSpecifier, NewExpression, ObjectExpression, ObjectPropertyKind, Program,
    VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use rustc_hash::{FxHashMap, FxHashSet};

use super::climb::{Flow, Role, flow, role};
use super::reach::{Event, Function, What, callers};
use super::shapes::{adapter_of, class_named, import_of, keys, required, takes_request};
use super::{Adapter, Caller, ClassImport, ClientCode, Creation, Disconnect, Options, span};
use crate::bundle::trace::source::declared;
use crate::bundle::trace::source::module::Declared;

/// Functions nested deeper than this are not looked into.
const MOST_FRAMES: usize = 32;
/// A constructor deeper than this below its class is not looked into.
const MOST_NODES: usize = 256;
/// A file with more places of interest is nothing that anyone wrote.
const MOST_EVENTS: usize = 4_096;

/// The clients of a file.
pub(super) fn of(program: &Program<'_>) -> ClientCode {
    let known = Class { name: "PrismaClient", import: None };
    let mut collector = Collector { classes: FxHashMap::from_iter([(known.name, known)]), ..Collector::default() };
    collector.visit_program(program);
    collector.code.is_edge = declared::runtime(program).as_ref().is_some_and(Declared::is_edge);
    collector.finish()
}

/// The class of a client.
#[derive(Clone)]
struct Class {
    name: &'static str,
    import: Option<ClassImport>,
}

/// A name that stands for what an event made.
struct Held {
    frame: Option<usize>,
    event: usize,
}

#[derive(Default)]
struct Collector<'a> {
    code: ClientCode,
    /// The nodes around the current one, itself included, outermost first.
    stack: Vec<AstKind<'a>>,
    /// The functions around it.
    frames: Vec<usize>,
    functions: Vec<Function>,
    /// Functions with a name at the top of the file; none for a name that two have.
    names: FxHashMap<&'a str, Option<usize>>,
    /// What names are given as, for functions that are declared elsewhere in the file.
    given: Vec<(&'a str, Caller)>,
    events: Vec<Event<'a>>,
    held: FxHashMap<&'a str, Vec<Held>>,
    /// Names that functions declare.
    locals: FxHashSet<(usize, &'a str)>,
    /// By the names that the client's class has here.
    classes: FxHashMap<&'a str, Class>,
    /// Names of whole modules.
    modules: FxHashMap<&'a str, ClassImport>,
    /// Names of adapters.
    adapters: FxHashMap<&'a str, Adapter>,
    /// Names of clients that are made when the file is loaded.
    loaded: FxHashSet<&'a str>,
}

impl<'a> Collector<'a> {
    fn finish(mut self) -> ClientCode {
        let names: FxHashMap<&str, usize> =
            self.names.iter().filter_map(|(name, function)| Some((*name, (*function)?))).collect();
        for (name, caller) in std::mem::take(&mut self.given) {
            if let Some(function) = names.get(name).and_then(|index| self.functions.get_mut(*index)) {
                function.callers.insert(caller);
            }
        }
        let found = callers(&self.functions, &names, &self.events);
        for (event, callers) in self.events.iter().zip(found) {
            match event.what {
                What::Make(index) => {
                    if let Some(creation) = self.code.creations.get_mut(index) {
                        creation.callers = callers;
                    }
                }
                What::Disconnect(index) => {
                    if let Some(disconnect) = self.code.disconnects.get_mut(index) {
                        disconnect.callers = callers;
                    }
                }
                What::Call(_) => {}
            }
        }
        self.code
    }

    /// The class that an expression names: `PrismaClient`, `prisma.PrismaClient`.
    fn class(&self, expression: &Expression<'a>) -> Option<Class> {
        match expression.get_inner_expression() {
            Expression::Identifier(name) => self.classes.get(name.name.as_str()).cloned(),
            Expression::StaticMemberExpression(it) if it.property.name == "PrismaClient" => {
                let import = match &it.object {
                    Expression::Identifier(name) => self.modules.get(name.name.as_str()).cloned(),
                    object => required(object),
                };
                Some(Class { name: "PrismaClient", import })
            }
            _ => None,
        }
    }

    fn event(&mut self, what: What<'a>, flow: Flow<'a>) {
        if self.frames.len() > MOST_FRAMES || self.events.len() >= MOST_EVENTS {
            return;
        }
        let event = self.events.len();
        let (is_kept, is_returned) = (flow == Flow::Kept, flow == Flow::Returned);
        self.events.push(Event { what, frames: self.frames.clone(), is_kept, is_returned });
        self.name(event, flow);
    }

    /// Notes the name that an event's value gets; one from outside the functions around it keeps the value.
    fn name(&mut self, event: usize, flow: Flow<'a>) {
        let Flow::Named { name, is_new } = flow else { return };
        if is_new || self.is_local(name) {
            self.held.entry(name).or_default().push(Held { frame: self.frames.last().copied(), event });
        } else if let Some(event) = self.events.get_mut(event) {
            event.is_kept = true;
        }
    }

    /// Whether one of the functions around declares the name.
    fn is_local(&self, name: &'a str) -> bool {
        self.frames.iter().any(|frame| self.locals.contains(&(*frame, name)))
    }

    /// A name is used: what it stands for may be kept or returned.
    fn used(&mut self, name: &'a str) {
        let inner = self.frames.last().copied();
        let Some(held) = self.held.get(name).and_then(|held| held.last()) else { return };
        if held.frame.is_some_and(|frame| !self.frames.contains(&frame)) {
            return;
        }
        let (index, is_own) = (held.event, held.frame == inner);
        let flow = flow(&self.stack, false);
        if let Some(event) = self.events.get_mut(index) {
            event.is_kept |= flow == Flow::Kept;
            event.is_returned |= flow == Flow::Returned && is_own;
        }
        if !matches!(flow, Flow::Named { name: same, .. } if same == name) {
            self.name(index, flow);
        }
    }

    fn make(&mut self, at: oxc_span::Span, class: Class, arguments: &[Argument<'a>]) {
        let (options, adapter) = match arguments.first() {
            None => (Options::None, None),
            Some(Argument::ObjectExpression(object)) => (keys(object), self.adapter(object)),
            Some(_) => (Options::Unknown, None),
        };
        let (at_load, callers) = (self.frames.is_empty(), BTreeSet::new());
        let Class { name: class, import } = class;
        self.code.creations.push(Creation { span: span(at), class, import, options, adapter, at_load, callers });
        let flow = flow(&self.stack, true);
        if let (true, Flow::Named { name, .. }) = (at_load, flow) {
            self.loaded.insert(name);
        }
        self.event(What::Make(self.code.creations.len() - 1), flow);
    }

    fn adapter(&self, object: &ObjectExpression<'a>) -> Option<Adapter> {
        let value = object.properties.iter().find_map(|property| match property {
            ObjectPropertyKind::ObjectProperty(it) if it.key.static_name().is_some_and(|key| key == "adapter") => {
                Some(&it.value)
            }
            _ => None,
        })?;
        match value.get_inner_expression() {
            Expression::Identifier(name) => self.adapters.get(name.name.as_str()).cloned(),
            Expression::NewExpression(it) => adapter_of(it),
            _ => None,
        }
    }

    fn enter_function(&mut self, name: Option<&'a str>, parameters: &FormalParameters<'a>) {
        let index = self.functions.len();
        let mut function = Function { takes_request: takes_request(parameters), ..Function::default() };
        // A declaration in a function is not seen from the rest of the file.
        let mut named = name.filter(|_| self.frames.is_empty());
        match self.role_of_function(name) {
            Some(Role::Answers(caller)) => {
                if let (Caller::Export(exported), true) = (&caller, self.frames.is_empty()) {
                    named = named.or_else(|| self.declared_name().filter(|name| name == exported));
                }
                function.callers.insert(caller);
            }
            Some(Role::Named(name)) if self.frames.is_empty() => named = named.or(Some(name)),
            Some(Role::Apart) => function.is_apart = true,
            Some(Role::Named(_)) | None => {}
        }
        self.functions.push(function);
        if let Some(name) = name.filter(|_| !self.frames.is_empty()) {
            self.names.insert(name, None);
        }
        if let Some(name) = named {
            self.names.entry(name).and_modify(|known| *known = None).or_insert(Some(index));
        }
        self.frames.push(index);
        let bound = parameters.items.iter().flat_map(|it| it.pattern.get_binding_identifiers());
        self.locals.extend(bound.map(|id| (index, id.name.as_str())));
    }

    /// The role of the function on top of the stack; a declaration has the one that its export gives it.
    fn role_of_function(&self, name: Option<&str>) -> Option<Role<'a>> {
        let parent = self.stack.len().checked_sub(2).and_then(|at| self.stack.get(at));
        match (parent, name) {
            (Some(AstKind::ExportDeclaration(_)), Some(name)) => Some(Role::Answers(Caller::Export(name.to_owned()))),
            _ => role(&self.stack),
        }
    }

    /// The name of the nearest `const name = ...` around.
    fn declared_name(&self) -> Option<&'a str> {
        self.stack.iter().rev().find_map(|kind| match kind {
            AstKind::VariableDeclarator(it) => match &it.id {
                BindingPattern::BindingIdentifier(name) => Some(name.name.as_str()),
                _ => None,
            },
            _ => None,
        })
    }

    fn import(&mut self, it: &ImportDeclaration<'a>) {
        let specifier = it.source.value.as_str();
        self.code.accelerates |= specifier == "@prisma/extension-accelerate";
        if it.import_kind.is_type() {
            return;
        }
        for one in it.specifiers.iter().flatten() {
            let (local, name) = match one {
                ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type() => continue,
                ImportDeclarationSpecifier::ImportSpecifier(it) => (&it.local, Some(it.imported.name().to_string())),
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => (&it.local, Some("default".to_owned())),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => (&it.local, None),
            };
            let (local, import) = (local.name.as_str(), import_of(&it.source));
            if let Some(name) = name.as_deref().and_then(|name| class_named(name, specifier)) {
                self.classes.insert(local, Class { name, import: Some(import) });
            } else if name.is_none_or(|name| name == "default") {
                self.modules.insert(local, import);
            }
        }
    }

    fn declare(&mut self, it: &VariableDeclarator<'a>) {
        match &it.id {
            BindingPattern::BindingIdentifier(id) => {
                let name = id.name.as_str();
                if let Some(frame) = self.frames.last() {
                    self.locals.insert((*frame, name));
                }
                if let Some(Expression::NewExpression(made)) = it.init.as_ref().map(Expression::get_inner_expression)
                    && let Some(adapter) = adapter_of(made)
                {
                    self.adapters.insert(name, adapter);
                }
                if let Some(module) = it.init.as_ref().and_then(required) {
                    self.modules.insert(name, module);
                }
            }
            BindingPattern::ObjectPattern(object) => {
                let import = it.init.as_ref().and_then(|init| match init.get_inner_expression() {
                    Expression::Identifier(module) => self.modules.get(module.name.as_str()).cloned(),
                    init => required(init),
                });
                let specifier = import.as_ref().map(|import| import.specifier.as_str()).unwrap_or_default();
                for property in &object.properties {
                    let (Some(key), Some(local)) =
                        (property.key.static_name(), property.value.get_binding_identifier())
                    else {
                        continue;
                    };
                    if let Some(name) = class_named(&key, specifier).filter(|class| *class == &*key) {
                        self.classes.insert(local.name.as_str(), Class { name, import: import.clone() });
                    }
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, it: &CallExpression<'a>) {
        if self.frames.len() > MOST_FRAMES {
            return;
        }
        if it.callee.is_specific_id("require")
            && let Some(Argument::StringLiteral(text)) = it.arguments.first()
        {
            self.code.accelerates |= text.value == "@prisma/extension-accelerate";
            return;
        }
        match it.callee.get_inner_expression() {
            Expression::Super(_) => {
                let class = self.stack.iter().rev().take(MOST_NODES).find_map(|kind| match kind {
                    AstKind::Class(class) => Some(class.heritage.as_ref().and_then(|it| self.class(&it.expression))),
                    _ => None,
                });
                if let Some(class) = class.flatten() {
                    self.make(it.span, class, &it.arguments);
                }
            }
            Expression::Identifier(name) => {
                let flow = flow(&self.stack, true);
                self.event(What::Call(name.name.as_str()), flow);
            }
            Expression::StaticMemberExpression(member) => {
                let Expression::Identifier(object) = &member.object else { return };
                let (object, name) = (object.name.as_str(), member.property.name.as_str());
                // One that a function gets or makes may be its own.
                let is_shared = !self.is_local(object);
                if is_shared && (name == "$disconnect" || (name == "disconnect" && self.is_client(object))) {
                    let (at, callers) = (span(it.span), BTreeSet::new());
                    self.code.disconnects.push(Disconnect { span: at, callers });
                    self.event(What::Disconnect(self.code.disconnects.len() - 1), Flow::Used);
                }
            }
            _ => {}
        }
    }

    /// Whether a name is that of a client made in this file.
    fn is_client(&self, name: &str) -> bool {
        let makes = |held: &Held| matches!(self.events.get(held.event), Some(Event { what: What::Make(_), .. }));
        self.loaded.contains(name) || self.held.get(name).is_some_and(|held| held.iter().any(makes))
    }

    fn assign(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::StaticMemberExpression(target) = &it.left
            && let Expression::StaticMemberExpression(env) = &target.object
            && env.property.name == "env"
            && env.object.is_specific_id("process")
        {
            self.code.sets_env.insert(target.property.name.to_string());
        }
    }

    fn identifier(&mut self, name: &'a str) {
        if self.frames.len() > MOST_FRAMES {
            return;
        }
        self.code.accelerates |= name == "withAccelerate";
        self.used(name);
        if let Some(Role::Answers(caller)) = role(&self.stack) {
            self.given.push((name, caller));
        }
    }

    fn new_expression(&mut self, it: &NewExpression<'a>) {
        if let Some(class) = self.class(&it.callee) {
            self.make(it.span, class, &it.arguments);
        }
    }
}

impl<'a> Visit<'a> for Collector<'a> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.stack.push(kind);
        match kind {
            AstKind::Function(it) => self.enter_function(it.id.as_ref().map(|id| id.name.as_str()), &it.params),
            AstKind::ArrowFunctionExpression(it) => self.enter_function(None, &it.params),
            AstKind::ImportDeclaration(it) => self.import(it),
            AstKind::VariableDeclarator(it) => self.declare(it),
            AstKind::CallExpression(it) => self.call(it),
            AstKind::NewExpression(it) => self.new_expression(it),
            AstKind::AssignmentExpression(it) => self.assign(it),
            AstKind::IdentifierReference(it) => self.identifier(it.name.as_str()),
            AstKind::Class(it) => {
                if let Some(id) = &it.id {
                    self.classes.remove(id.name.as_str());
                }
            }
            AstKind::ExportNamedDeclaration(it) => {
                let exported = it.specifiers.iter().map(|one| (one.local.name(), one.exported.name()));
                self.given.extend(exported.map(|(local, name)| (local.as_str(), Caller::Export(name.to_string()))));
            }
            _ => {}
        }
    }

    fn leave_node(&mut self, kind: AstKind<'a>) {
        self.stack.pop();
        if matches!(kind, AstKind::Function(_) | AstKind::ArrowFunctionExpression(_)) {
            self.frames.pop();
        }
    }

    fn visit_program(&mut self, it: &Program<'a>) {
        walk::walk_program(self, it);
    }
}
