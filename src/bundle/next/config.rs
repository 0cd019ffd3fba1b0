//! What a `next.config` says of the files that pages are packed with, as far as it is written out.
//!
//! Source: `outputFileTracingIncludes` and `outputFileTracingExcludes` as Next.js 15.1.3 reads them (collect-build-traces), read 2026-11: what is
//! included comes on top of what was traced, and what is excluded goes from both. A key holds for each page whose path it matches anywhere.

use camino::Utf8Path;
use oxc_ast::ast::{ArrayExpressionElement, Expression, ObjectExpression, ObjectProperty, ObjectPropertyKind};
use oxc_ast_visit::{Visit, walk};

use crate::base::LineIndex;
use crate::base::glob::Glob;
use crate::base::paths;
use crate::bundle::trace::program;
use crate::project::Project;

const NAMES: [&str; 4] = ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.mts"];
/// No config is nearly so large, in bytes.
const MOST: u64 = 1 << 20;
/// Paths of pages beyond this length are not compared with keys, in bytes.
const LONGEST: usize = 400;

/// One glob of `outputFileTracingIncludes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// The key: which pages it is for.
    pub pages: String,
    /// The glob, relative to the project.
    pub glob: String,
    /// Its line in the config, from 1.
    pub line: usize,
}

impl Included {
    /// With its glob, which matches files by their paths relative to the project; none where it cannot be understood.
    pub(super) fn matcher(&self) -> Option<(&Self, Glob)> {
        Some((self, Glob::new(paths::normalize(Utf8Path::new(&self.glob)).as_str()).ok()?))
    }
}

/// What a `next.config` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NextConfig {
    /// Its name, in the project's folder.
    pub file: &'static str,
    /// What is added.
    pub includes: Vec<Included>,
    /// What is left out, by key; none where it is not written out, so that what stands there is not known.
    pub excludes: Option<Vec<(String, Vec<String>)>>,
    /// It does something about engines, so that nothing can be said of them without running it: it names Prisma or an engine, such as with
    /// `@prisma/nextjs-monorepo-workaround-plugin`, or packages that are not to be bundled.
    pub cares_for_engine: bool,
}

impl NextConfig {
    /// The config of a project; none where it has none.
    pub fn read(project: &Project<'_>) -> Option<Self> {
        let (file, path) = NAMES.iter().find_map(|name| {
            let path = project.root().join(name);
            project.fs().is_file(&path).then_some((*name, path))
        })?;
        let is_small = project.fs().metadata(&path).is_ok_and(|metadata| metadata.len <= MOST);
        let text = if is_small { project.fs().read_to_string(&path).ok()? } else { return None };
        let cares_for_engine = cares_for_engine(&text);
        let empty = Self { file, excludes: Some(Vec::new()), cares_for_engine, ..Self::default() };
        let read = program(&text, |program| {
            let mut reader = Reader { config: empty, text: &text, lines: LineIndex::new(&text) };
            reader.visit_program(program);
            reader.config
        });
        Some(read.unwrap_or(Self { file, cares_for_engine, ..Self::default() }))
    }
}

fn cares_for_engine(text: &str) -> bool {
    let text = text.to_lowercase();
    ["prisma", "engine", "serverexternalpackages", "servercomponentsexternalpackages"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a key is for a page: it matches any part of its path.
pub fn covers(key: &str, page: &str) -> bool {
    let Ok(glob) = Glob::new(key) else { return false };
    if page.len() > LONGEST || (glob.is_literal() && !key.contains('\\')) {
        return page.contains(key);
    }
    let ends = |from: usize| (from..=page.len()).rev().filter(|end| page.is_char_boundary(*end));
    let starts = (0..page.len()).filter(|start| page.is_char_boundary(*start));
    starts.into_iter().any(|start| ends(start).any(|end| glob.is_match(&page[start..end])))
}

struct Reader<'t> {
    config: NextConfig,
    text: &'t str,
    lines: LineIndex,
}

impl<'a> Visit<'a> for Reader<'_> {
    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        match (it.key.static_name().as_deref(), &it.value) {
            (Some("outputFileTracingIncludes"), Expression::ObjectExpression(object)) => {
                for (pages, globs) in texts(object).into_iter().flatten() {
                    for (glob, at) in globs {
                        let line = self.lines.position(self.text, at).line;
                        self.config.includes.push(Included { pages: pages.clone(), glob, line });
                    }
                }
            }
            (Some("outputFileTracingExcludes"), value) => {
                let object = if let Expression::ObjectExpression(object) = value { Some(object) } else { None };
                let known: Option<Vec<_>> = object.and_then(|object| texts(object).into_iter().collect());
                let plain = |(key, globs): Texts| (key, globs.into_iter().map(|(glob, _)| glob).collect());
                self.config.excludes = known.map(|known| known.into_iter().map(plain).collect());
            }
            _ => walk::walk_object_property(self, it),
        }
    }
}

/// Texts by the key that they stand at, each with its place.
type Texts = (String, Vec<(String, usize)>);

/// The lists of texts of an object, by key, each text with its place; none for what is not written out.
fn texts(object: &ObjectExpression<'_>) -> Vec<Option<Texts>> {
    let list = |property: &ObjectPropertyKind<'_>| {
        let ObjectPropertyKind::ObjectProperty(property) = property else { return None };
        let Expression::ArrayExpression(array) = &property.value else { return None };
        let items = array.elements.iter().map(|item| match item {
            ArrayExpressionElement::StringLiteral(text) => Some((text.value.to_string(), text.span.start as usize)),
            _ => None,
        });
        Some((property.key.static_name()?.into_owned(), items.collect::<Option<Vec<_>>>()?))
    };
    object.properties.iter().map(list).collect()
}

/// A path as a glob that names it and nothing else.
pub fn literal(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for letter in path.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '{' | '}' | '(' | ')' | '|' | '\\')
            || (letter == '!' && text.is_empty())
        {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_matches_any_part_of_a_path() {
        assert!(covers("/api/**", "/app/api/report") && covers("/api/report", "/app/api/report/more"));
        assert!(covers("/", "/app/blog") && covers("/api/*", "/pages/api/x"));
        assert!(!covers("/api/**", "/app/blog") && !covers("/api/re?", "/app/api/x"));
    }

    #[test]
    fn a_config_that_names_prisma_is_left_alone() {
        assert!(!cares_for_engine("const nextConfig = {};\nexport default nextConfig;"));
        for text in [
            "const { PrismaPlugin } = require('@prisma/nextjs-monorepo-workaround-plugin')",
            "export default { outputFileTracingIncludes: { '/': ['./generated/*engine*'] } }",
            "module.exports = { experimental: { serverComponentsExternalPackages: ['@repo/db'] } }",
        ] {
            assert!(cares_for_engine(text), "{text}");
        }
    }

    #[test]
    fn a_path_is_taken_literally() {
        assert_eq!(literal("/blog/[slug]"), r"/blog/\[slug\]");
        assert_eq!(literal("node_modules/@a/b+c/(x)"), r"node_modules/@a/b+c/\(x\)");
        let names = |glob: &str, file: &str| {
            let included = Included { pages: "/".to_owned(), glob: glob.to_owned(), line: 1 };
            included.matcher().is_some_and(|(_, glob)| glob.is_match(file))
        };
        assert!(names("./a/**", "a/b/.c") && names("../x/*.js", "../x/y.js") && !names("./a/*", "a/b/c"));
    }
}
