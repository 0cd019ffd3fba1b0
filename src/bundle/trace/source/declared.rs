//! The runtime that a file of a function declares for itself.

use oxc_ast::ast::{Declaration, Expression, ObjectPropertyKind, Program, Statement, VariableDeclaration};

use super::module::Declared;
use crate::base::Span;

/// What `export const config = { runtime: "edge" }` says, else `export const runtime = "edge"`: the forms that are read without running the file.
pub(super) fn runtime(program: &Program<'_>) -> Option<Declared> {
    let exported = program.body.iter().filter_map(|statement| {
        let Statement::ExportDeclaration(export) = statement else { return None };
        let Declaration::VariableDeclaration(declaration) = &export.declaration else { return None };
        declared(declaration)
    });
    exported.max_by_key(|declared| declared.in_config)
}

fn declared(declaration: &VariableDeclaration<'_>) -> Option<Declared> {
    declaration.declarations.iter().find_map(|declarator| {
        let value = declarator.init.as_ref()?;
        match declarator.id.get_identifier_name()?.as_str() {
            "runtime" => text(value, false),
            "config" => {
                let Expression::ObjectExpression(object) = value.get_inner_expression() else { return None };
                object.properties.iter().find_map(|property| match property {
                    ObjectPropertyKind::ObjectProperty(it) if it.key.static_name().as_deref() == Some("runtime") => {
                        text(&it.value, true)
                    }
                    _ => None,
                })
            }
            _ => None,
        }
    })
}

fn text(value: &Expression<'_>, in_config: bool) -> Option<Declared> {
    let Expression::StringLiteral(literal) = value.get_inner_expression() else { return None };
    let span = Span::new(literal.span.start as usize, literal.span.end as usize);
    Some(Declared { text: literal.value.to_string(), span, in_config })
}
