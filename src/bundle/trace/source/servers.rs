//! The apps that a module makes with a server framework, and the paths that it registers on them. Where a router is hung in is not known, so its paths
//! say nothing.

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression,
    Expression, ImportDeclaration, ImportDeclarationSpecifier, ObjectExpression, ObjectPropertyKind, Program,
    PropertyKey, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use rustc_hash::FxHashMap;

use super::module::{MAX_SERVER_PATHS, ModuleFacts, SERVER_FRAMEWORKS};

/// What a name or an expression stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The framework's module: called, it makes an app.
    Framework,
    /// A function or class of the framework that makes an app.
    AppMaker,
    App,
}

/// Names that take a path and what answers it.
const REGISTER: [&str; 11] = ["get", "post", "put", "patch", "delete", "del", "options", "opts", "head", "all", "use"];

/// Notes apps and paths. Reads in source order: what a name stands for is known after its declaration.
pub(super) fn note(program: &Program<'_>, facts: &mut ModuleFacts) {
    if facts.imports.iter().any(|import| of_package(&import.specifier).is_some()) {
        Servers { names: FxHashMap::default(), facts }.visit_program(program);
    }
}

struct Servers<'f> {
    /// By name, `this.app` for a member of the object itself.
    names: FxHashMap<String, Kind>,
    facts: &'f mut ModuleFacts,
}

fn of_package(specifier: &str) -> Option<Kind> {
    SERVER_FRAMEWORKS.contains(&specifier).then_some(Kind::Framework)
}

fn member(kind: Kind, name: &str) -> Option<Kind> {
    match (kind, name) {
        (_, "default") => Some(kind),
        (Kind::Framework, "NestFactory") => Some(Kind::Framework),
        (Kind::Framework, "create" | "createServer" | "server" | "Server" | "fastify") => Some(Kind::AppMaker),
        _ => None,
    }
}

fn made_by(maker: Kind) -> Option<Kind> {
    match maker {
        Kind::Framework | Kind::AppMaker => Some(Kind::App),
        Kind::App => None,
    }
}

impl Servers<'_> {
    fn kind(&self, expression: &Expression<'_>) -> Option<Kind> {
        match expression.get_inner_expression() {
            Expression::Identifier(name) => self.names.get(name.name.as_str()).copied(),
            Expression::StaticMemberExpression(it) if matches!(it.object, Expression::ThisExpression(_)) => {
                self.names.get(&format!("this.{}", it.property.name)).copied()
            }
            Expression::StaticMemberExpression(it) => member(self.kind(&it.object)?, &it.property.name),
            Expression::SequenceExpression(it) => self.kind(it.expressions.last()?),
            Expression::AwaitExpression(it) => self.kind(&it.argument),
            Expression::AssignmentExpression(it) => self.kind(&it.right),
            Expression::NewExpression(it) => made_by(self.kind(&it.callee)?),
            Expression::CallExpression(call) => self.result(call),
            _ => None,
        }
    }

    fn result(&self, call: &CallExpression<'_>) -> Option<Kind> {
        let callee = call.callee.get_inner_expression();
        if let (true, Some(Argument::StringLiteral(text))) = (callee.is_specific_id("require"), call.arguments.first())
        {
            return of_package(text.value.as_str());
        }
        if let Expression::StaticMemberExpression(it) = callee
            && self.kind(&it.object) == Some(Kind::App)
        {
            // Most methods give the app itself back, and `route()` what paths are registered on as well.
            return Some(Kind::App);
        }
        if let Some(made) = self.kind(callee).and_then(made_by) {
            return Some(made);
        }
        // A helper of a compiler around `require()`.
        match (callee, call.arguments.as_slice()) {
            (Expression::Identifier(name), [argument]) if name.name.starts_with('_') => {
                self.kind(argument.as_expression()?).filter(|kind| made_by(*kind).is_some())
            }
            _ => None,
        }
    }

    fn bind(&mut self, pattern: &BindingPattern<'_>, kind: Kind) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                self.names.insert(name.name.to_string(), kind);
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let kind = property.key.static_name().and_then(|key| member(kind, &key));
                    if let (Some(kind), Some(local)) = (kind, property.value.get_identifier_name()) {
                        self.names.insert(local.to_string(), kind);
                    }
                }
            }
            _ => {}
        }
    }

    fn register(&mut self, call: &CallExpression<'_>) {
        let Expression::StaticMemberExpression(callee) = call.callee.get_inner_expression() else { return };
        let (method, first) = (callee.property.name.as_str(), call.arguments.first());
        match (method, first.and_then(Argument::as_expression)) {
            ("applyMiddleware", Some(Expression::ObjectExpression(options))) => self.apply_middleware(options),
            (_, Some(first))
                if (method == "route" || (REGISTER.contains(&method) && call.arguments.len() > 1))
                    && self.kind(&callee.object) == Some(Kind::App) =>
            {
                self.paths(first);
            }
            _ => {}
        }
    }

    /// `express.static("folder")`.
    fn serve(&mut self, call: &CallExpression<'_>) {
        let Expression::StaticMemberExpression(callee) = call.callee.get_inner_expression() else { return };
        if let ("static", Some(Argument::StringLiteral(folder))) =
            (callee.property.name.as_str(), call.arguments.first())
            && self.kind(&callee.object) == Some(Kind::Framework)
        {
            self.facts.served_folders.push(folder.value.to_string());
        }
    }

    fn paths(&mut self, given: &Expression<'_>) {
        match given.get_inner_expression() {
            Expression::StringLiteral(text) => self.path(&text.value),
            Expression::ArrayExpression(list) => {
                for item in &list.elements {
                    if let ArrayExpressionElement::StringLiteral(text) = item {
                        self.path(&text.value);
                    }
                }
            }
            Expression::ObjectExpression(route) => {
                let given = text_of(route, "url").or_else(|| text_of(route, "path"));
                if let Some(path) = given {
                    self.path(path);
                }
            }
            _ => {}
        }
    }

    /// A GraphQL server that is hung into an app: at `/graphql`, unless it says where. (apollo-server-express 1 to 3.)
    fn apply_middleware(&mut self, options: &ObjectExpression<'_>) {
        let app = value_of(options, "app").and_then(|app| self.kind(app));
        if app != Some(Kind::App) {
            return;
        }
        match (value_of(options, "path"), text_of(options, "path")) {
            (None, _) => self.path("/graphql"),
            (_, Some(path)) => self.path(path),
            _ => {}
        }
    }

    fn path(&mut self, path: &str) {
        let paths = &mut self.facts.server_paths;
        if is_own(path) && paths.len() < MAX_SERVER_PATHS && !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
}

/// Whether a registered path leaves out `/`: not one that takes every URL, and none that is computed.
fn is_own(path: &str) -> bool {
    let Some(first) = path.strip_prefix('/').and_then(|rest| rest.split('/').next()) else { return false };
    match first.strip_prefix(':') {
        Some(name) => !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'),
        None => first.starts_with(|c: char| c.is_alphanumeric() || "_-.~".contains(c)),
    }
}

fn value_of<'o, 'a>(object: &'o ObjectExpression<'a>, key: &str) -> Option<&'o Expression<'a>> {
    object.properties.iter().find_map(|property| match property {
        ObjectPropertyKind::ObjectProperty(it) if key_is(&it.key, key) => Some(&it.value),
        _ => None,
    })
}

fn key_is(key: &PropertyKey<'_>, name: &str) -> bool {
    key.static_name().is_some_and(|key| key == name)
}

fn text_of<'o>(object: &'o ObjectExpression<'_>, key: &str) -> Option<&'o str> {
    match value_of(object, key)? {
        Expression::StringLiteral(text) => Some(text.value.as_str()),
        _ => None,
    }
}

impl<'a> Visit<'a> for Servers<'_> {
    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let Some(package) = of_package(it.source.value.as_str()) else { return };
        for specifier in it.specifiers.iter().flatten() {
            let (local, kind) = match specifier {
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => (&it.local, Some(package)),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => (&it.local, Some(package)),
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    (&it.local, member(package, it.imported.name().as_str()))
                }
            };
            if let Some(kind) = kind {
                self.names.insert(local.name.to_string(), kind);
            }
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        walk::walk_variable_declarator(self, it);
        if let Some(kind) = it.init.as_ref().and_then(|init| self.kind(init)) {
            self.bind(&it.id, kind);
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        walk::walk_assignment_expression(self, it);
        let Some(kind) = self.kind(&it.right) else { return };
        let name = match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => name.name.to_string(),
            AssignmentTarget::StaticMemberExpression(it) if matches!(it.object, Expression::ThisExpression(_)) => {
                format!("this.{}", it.property.name)
            }
            _ => return,
        };
        self.names.insert(name, kind);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.register(it);
        self.serve(it);
        self.facts.server_app |= self.kind(&it.callee).and_then(made_by) == Some(Kind::App);
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &oxc_ast::ast::NewExpression<'a>) {
        self.facts.server_app |= self.kind(&it.callee).and_then(made_by) == Some(Kind::App);
        walk::walk_new_expression(self, it);
    }
}
