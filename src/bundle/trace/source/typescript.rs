//! Which imports the TypeScript compiler drops: those of which no value is used.

use oxc_ast::ast::{
    IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier, Program, TSImportEqualsDeclaration,
    TSInterfaceDeclaration, TSType, TSTypeAliasDeclaration, TSTypeAnnotation, TSTypeParameterInstantiation,
};
use oxc_ast_visit::{Visit, walk};
use rustc_hash::FxHashSet;

/// Names that a file uses as values.
#[derive(Default)]
pub(super) struct Elision<'a> {
    used: FxHashSet<&'a str>,
}

impl<'a> Elision<'a> {
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut elision = Self::default();
        elision.visit_program(program);
        elision
    }

    /// Whether the import leaves no trace in the compiled file.
    pub(super) fn drops(&self, import: &ImportDeclaration<'a>) -> bool {
        if import.import_kind.is_type() {
            return true;
        }
        let Some(specifiers) = &import.specifiers else { return false };
        specifiers.iter().all(|specifier| match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(it) => {
                it.import_kind.is_type() || !self.used.contains(it.local.name.as_str())
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => !self.used.contains(it.local.name.as_str()),
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => !self.used.contains(it.local.name.as_str()),
        })
    }
}

impl<'a> Elision<'a> {
    /// Whether `import x = require()` leaves no trace in the compiled file. One that is exported as well is used.
    pub(super) fn drops_equals(&self, import: &TSImportEqualsDeclaration<'a>, exported: bool) -> bool {
        import.import_kind.is_type() || !exported && !self.used.contains(import.id.name.as_str())
    }
}

impl<'a> Visit<'a> for Elision<'a> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.used.insert(it.name.as_str());
    }

    fn visit_import_declaration(&mut self, _: &ImportDeclaration<'a>) {}
    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
    fn visit_ts_type_annotation(&mut self, _: &TSTypeAnnotation<'a>) {}
    fn visit_ts_type_parameter_instantiation(&mut self, _: &TSTypeParameterInstantiation<'a>) {}
    fn visit_ts_interface_declaration(&mut self, _: &TSInterfaceDeclaration<'a>) {}
    fn visit_ts_type_alias_declaration(&mut self, _: &TSTypeAliasDeclaration<'a>) {}

    fn visit_program(&mut self, it: &Program<'a>) {
        walk::walk_program(self, it);
    }
}
