//! What Now 2.0 made of a project without `builds`, from August 2019 on.
//!
//! Learnt from `@now/build-utils` 0.9.14 of August 2019 by running it on made-up trees; `tests/detect_corpus.rs` holds this against its answers.

use super::order::collation;
use super::parts::{Made, Part, PartKind, Problem};
use crate::document::Node;
use crate::platform::Platform;
use crate::platform::function_settings::api_builder;

/// What is made of these files (paths from the project's root) with this package.json.
pub fn detect(files: &[String], package: Option<Node<'_>>) -> Made {
    let mut outcome = Made::default();
    for file in files {
        if let Some(builder) = api_builder(Platform::Now, file) {
            outcome.parts.push(Part::new(builder, file, PartKind::Function));
        }
    }
    outcome.parts.sort_by_cached_key(|part| collation(&part.src));
    let script = package.and_then(|package| package.get("scripts")?.get("build"));
    if script.is_some_and(Node::is_truthy) {
        let builder = if super::depends_on_next(package) { "@now/next" } else { "@now/static-build" };
        outcome.parts.push(Part::new(builder, "package.json", PartKind::Frontend));
    } else if package.is_some() && outcome.parts.is_empty() {
        outcome.problems.push(Problem::MissingBuildScript);
    } else if files.iter().any(|file| file.starts_with("public/")) {
        outcome.parts.push(Part::new("@now/static", "public/**/*", PartKind::Static));
    } else if !outcome.parts.is_empty() {
        let others = files.iter().filter(|file| !file.starts_with("api/") && *file != "package.json");
        let mut others: Vec<Part> = others.map(|file| Part::new("@now/static", file, PartKind::Static)).collect();
        others.sort_by_cached_key(|part| collation(&part.src));
        outcome.parts.extend(others);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn each_way_of_august_2019() {
        for (files, package, expected) in [
            (
                &["api/b.go", "api/a.ts", "api/_c.js", "x.md"][..],
                None,
                "@now/node api/a.ts, @now/go api/b.go, @now/static x.md",
            ),
            (&["api/a.js", "public/x.css", "y.md"], None, "@now/node api/a.js, @now/static public/**/*"),
            (&["public/x.css"], None, "@now/static public/**/*"),
            (&["index.html"], None, ""),
            (&["api/a.js"], Some("{}"), "@now/node api/a.js"),
            (&["public/a.js"], Some("{}"), "missing_build_script"),
            (&[], Some(r#"{"scripts":{"build":"x"}}"#), "@now/static-build package.json"),
            (
                &["api/a.js", "public/x"],
                Some(r#"{"scripts":{"build":"x"},"devDependencies":{"next":"9"}}"#),
                "@now/node api/a.js, @now/next package.json",
            ),
        ] {
            let package = package.map(|text| Document::json("package.json", text));
            let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            let outcome = detect(&files, package.as_ref().and_then(|package| package.root()));
            let parts = outcome.parts.iter().map(|part| format!("{} {}", part.builder, part.src));
            let problems = outcome.problems.iter().map(|problem| problem.code().to_owned());
            assert_eq!(problems.chain(parts).collect::<Vec<_>>().join(", "), expected);
        }
    }
}
