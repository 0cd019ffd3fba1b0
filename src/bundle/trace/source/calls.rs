//! Calls with a meaning for the tracer.

use oxc_ast::AstKind;
use oxc_ast::ast::{Argument, CallExpression, Expression};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span as NodeSpan};

use super::evaluate::is_require;
use super::module::{AssetRef, ImportKind, SpecialCall};
use super::nodepath::url_folder;
use super::transports;
use super::values::{Function, Known, KnownModule, Value, WILD};
use super::visit::Walker;

impl<'a> Walker<'a, '_> {
    /// Looks at a call; true if nothing inside it is to be looked at.
    pub(super) fn on_call(&mut self, call: &CallExpression<'a>) -> bool {
        self.note_facts(call);
        let callee = match &call.callee {
            Expression::Identifier(_) | Expression::StaticMemberExpression(_) | Expression::CallExpression(_) => {
                self.eval.expression(&call.callee, false)
            }
            Expression::SequenceExpression(_) => self.eval.expression(&call.callee, false),
            _ => None,
        };
        let Some(Known::One(callee)) = callee else { return false };
        let first = call.arguments.first().and_then(Argument::as_expression);
        match callee {
            Value::Module(KnownModule::Require) if is_require(&call.callee) => {
                if let (Some(first), true) = (first, self.follows_require()) {
                    self.required(first, ImportKind::Require);
                }
                false
            }
            Value::Function(Function::RequireResolve) if is_require_resolve(&call.callee) => {
                if let (Some(first), true) = (first, self.follows_require()) {
                    self.required(first, ImportKind::Require);
                }
                false
            }
            Value::Function(Function::RequireResolve) => self.trigger_call(call),
            Value::Module(module) if self.options.profile.analysis => self.on_module_call(module, call, first),
            Value::Function(function) if self.options.profile.analysis => self.on_known_call(&function, call, first),
            _ => false,
        }
    }

    fn on_known_call(
        &mut self,
        function: &Function,
        call: &CallExpression<'a>,
        first: Option<&Expression<'a>>,
    ) -> bool {
        match (function, first) {
            (Function::Path(_), _) => self.trigger_call(call),
            (Function::CreatedRequire(folder), Some(first)) => {
                // Under its usual name it is followed as the usual one, with unknown parts and choices.
                let is_plain = call.callee.is_specific_id("require") && self.follows_require();
                let is_text = matches!(self.eval.expression(first, false), Some(Known::One(Value::Text(_))));
                if is_plain && !is_text {
                    self.required(first, ImportKind::Require);
                } else {
                    self.required_from(folder, first);
                }
                false
            }
            (Function::ModuleRegister, Some(first)) => {
                let parent = call.arguments.get(1).and_then(Argument::as_expression);
                self.registered(first, parent);
                false
            }
            (Function::PinoTransport, Some(options)) => {
                self.transports(transports::of_transport(options));
                false
            }
            (Function::ReadDir, Some(Expression::Identifier(name))) if name.name == "__dirname" => {
                self.asset(AssetRef::OwnFolder, call.span);
                true
            }
            (Function::ReadFile | Function::ReadDir, Some(first)) => match self.eval.expression(first, true) {
                Some(value) => {
                    self.emit(&value, first.span());
                    true
                }
                None => false,
            },
            (Function::RequireWrapper, Some(Expression::StringLiteral(text))) if call.arguments.len() == 1 => {
                self.import(text.value.as_str(), text.span, ImportKind::Require);
                false
            }
            (Function::ExpressEngine, _) => {
                self.own_view_engine = true;
                false
            }
            (Function::ExpressSet, Some(Expression::StringLiteral(setting))) if setting.value == "view engine" => {
                if let (Some(engine), false) =
                    (call.arguments.get(1).and_then(Argument::as_expression), self.own_view_engine)
                {
                    self.required(engine, ImportKind::Require);
                }
                false
            }
            (Function::PreGypFind, Some(first)) => {
                self.special(first, SpecialCall::PreGypFind);
                false
            }
            (Function::SetRootDir, Some(first)) => {
                self.special(first, SpecialCall::SetRootDir);
                false
            }
            (Function::MetaResolve, Some(first)) => {
                self.required(first, ImportKind::Dynamic);
                false
            }
            _ => false,
        }
    }

    /// A call whose value, where it is known, is of interest; true if nothing inside it is to be looked at.
    fn trigger_call(&mut self, call: &CallExpression<'a>) -> bool {
        if !self.options.profile.analysis {
            return false;
        }
        let known = self.eval.kind(AstKind::CallExpression(self.alloc(call)));
        known.is_some_and(|value| self.trigger(value, call.span))
    }

    /// A call of what `createRequire` gave: relative specifiers start at another folder.
    fn required_from(&mut self, folder: &str, argument: &Expression<'a>) {
        let Some(Known::One(Value::Text(text))) = self.eval.expression(argument, false) else { return };
        if text.contains(WILD) {
            return;
        }
        self.import(&from_folder(folder, &text), argument.span(), ImportKind::Require);
    }

    /// `module.register(specifier, parent)`.
    fn registered(&mut self, argument: &Expression<'a>, parent: Option<&Expression<'a>>) {
        let Some(Known::One(Value::Text(text))) = self.eval.expression(argument, false) else { return };
        if text.contains(WILD) {
            return;
        }
        let parent = match parent.map(|parent| self.eval.expression(parent, false)) {
            None => None,
            Some(Some(Known::One(value))) => Some(value),
            Some(_) => return,
        };
        let url = match &parent {
            Some(Value::Text(url) | Value::Url(url)) => Some(url.to_string()),
            Some(Value::Object(members)) => {
                members.iter().find(|(key, _)| key == "parentURL").and_then(|(_, value)| value.to_text())
            }
            _ => None,
        };
        let specifier = match url.as_deref().and_then(url_folder) {
            Some(folder) => from_folder(folder.as_str(), &text),
            None => text.to_string(),
        };
        self.import(&specifier, argument.span(), ImportKind::Dynamic);
    }

    fn transports(&mut self, found: Vec<(String, NodeSpan)>) {
        for (specifier, span) in found {
            self.import(&specifier, span, ImportKind::Require);
        }
    }

    /// Calls of a module itself, such as `bindings('x')`.
    fn on_module_call(
        &mut self,
        module: KnownModule,
        call: &CallExpression<'a>,
        first: Option<&Expression<'a>>,
    ) -> bool {
        match (module, first) {
            (KnownModule::Bindings, Some(first)) => match self.eval.expression(first, false) {
                Some(Known::One(Value::Text(name))) => self.module.calls.push(SpecialCall::Bindings(name.to_string())),
                Some(Known::One(Value::Object(members))) => {
                    let name = members.iter().find(|(key, _)| key == "bindings").and_then(|(_, value)| value.as_text());
                    self.module.calls.extend(name.map(|name| SpecialCall::Bindings(name.to_owned())));
                }
                _ => {}
            },
            (KnownModule::Pino, Some(options)) => self.transports(transports::of_logger(options)),
            (KnownModule::Fastify, Some(options)) => self.transports(transports::of_fastify(options)),
            (KnownModule::NodeGypBuild, Some(first)) => self.special(first, SpecialCall::NodeGypBuild),
            (KnownModule::PkgInfo, Some(first)) if first.is_specific_id("module") => {
                self.module.calls.push(SpecialCall::PkgInfo);
            }
            (KnownModule::ResolveFrom, Some(Expression::Identifier(name))) if name.name == "__dirname" => {
                if let Some(specifier) = call.arguments.get(1).and_then(Argument::as_expression) {
                    self.required(specifier, ImportKind::Require);
                }
            }
            _ => {}
        }
        false
    }

    fn special(&mut self, argument: &Expression<'a>, make: impl FnOnce(String) -> SpecialCall) {
        if let Some(Known::One(Value::Text(text))) = self.eval.expression(argument, false) {
            self.module.calls.push(make(text.to_string()));
        }
    }

    fn note_facts(&mut self, call: &CallExpression<'a>) {
        if let (true, Some(Argument::StringLiteral(text))) =
            (call.callee.is_specific_id("resolvePath"), call.arguments.first())
        {
            self.module.calls.push(SpecialCall::SocketClient(text.value.to_string()));
        }
        let name = match &call.callee {
            Expression::StaticMemberExpression(member) => member.property.name.as_str(),
            Expression::Identifier(name) => name.name.as_str(),
            _ => return,
        };
        let member = matches!(call.callee, Expression::StaticMemberExpression(_));
        if name == "createServer" || (name == "listen" && member) {
            self.module.facts.listens = true;
        }
    }
}

fn from_folder(folder: &str, specifier: &str) -> String {
    if specifier.starts_with("./") || specifier.starts_with("../") {
        crate::base::paths::normalize(&camino::Utf8Path::new(folder).join(specifier)).into_string()
    } else {
        specifier.to_owned()
    }
}

/// Whether an expression is literally `require.resolve`.
fn is_require_resolve(callee: &Expression<'_>) -> bool {
    let Expression::StaticMemberExpression(member) = callee else { return false };
    member.property.name == "resolve" && member.object.is_specific_id("require")
}
