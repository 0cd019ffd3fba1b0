//! The builders of 2018 to 2020 for other languages: they ship what was uploaded, and what they install or compile, which does not lie here.
//!
//! Read from `@now/python` 1.2.3, `@now/ruby` 1.2.4 and `@now/go` 1.1.6 as published; not run.

use std::collections::BTreeSet;

use super::function::{Bundle, disk, globs};
use super::size::{BundleFile, FileSource};
use super::trace::Trace;
use crate::base::glob::{Glob, expand};
use crate::detect::Function;
use crate::project::Project;

/// The file that a builder writes itself: its name, bytes, and bytes in the zip as far as they are known, and its mode.
struct Made(&'static str, u64, u64, u32);

/// What lies here of the function that one of these builders makes: the least that it holds. `None` for other builders.
pub(super) fn assemble(project: &Project<'_>, function: &Function) -> Option<Bundle> {
    let (names, made, missing) = match function.builder.name.as_deref()? {
        "@now/python" => (
            python(project, function),
            Made("now__handler__python.py", 10_983, 2900, 0o644),
            "what pip installs (werkzeug, and what requirements.txt or Pipfile.lock name) is not counted",
        ),
        "@now/ruby" => (
            ruby(project, function),
            Made("now__handler__ruby.rb", 2423, 900, 0o644),
            "the gems that bundler installs are not counted",
        ),
        "@now/go" => (
            expand(project.fs(), project.root(), &globs(&function.options.include_files)),
            Made("handler", 0, 0, 0o755),
            "the compiled program is not counted",
        ),
        _ => return None,
    };
    let base = project.root().to_owned();
    let mut files: Vec<BundleFile> = names.iter().map(|name| disk(project, &base, name)).collect();
    let Made(name, bytes, zip_bytes, mode) = made;
    let source = FileSource::Sized { bytes, zip_bytes };
    files.push(BundleFile { name: name.to_owned(), source, mode, metadata: None });
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Some(Bundle {
        estimated: BTreeSet::from([name.to_owned()]),
        missing: Some(missing),
        ..Bundle::of(Trace::default(), base, files)
    })
}

fn matches(globs: &[Glob], name: &str) -> bool {
    globs.iter().any(|glob| glob.is_match(name))
}

/// What `excludeFiles` names is left out.
fn python(project: &Project<'_>, function: &Function) -> Vec<String> {
    let excluded = globs(&function.options.exclude_files);
    project.files().iter().filter(|name| !matches(&excluded, name)).cloned().collect()
}

/// What `excludeFiles` names is left out, unless `includeFiles` names it too or it lies in `vendor/`.
fn ruby(project: &Project<'_>, function: &Function) -> Vec<String> {
    let excluded = globs(&function.options.exclude_files);
    let included = globs(&function.options.include_files);
    let stays = |name: &&String| name.starts_with("vendor/") || !matches(&excluded, name) || matches(&included, name);
    project.files().iter().filter(stays).cloned().collect()
}
