//! The builder's part of 2018 to 2020: what `@now/node` and its like put around a trace.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;

use super::bundling::{self, Places};
use super::function::{Bundle, Packing, disk, exclusion, globs};
use super::size::{BundleFile, FileSource};
use super::trace::{Trace, TraceError, TraceOptions, trace};
use crate::base::glob::expand;
use crate::base::paths;
use crate::detect::Function;
use crate::platform::now_node::{self, Additions, AwsHandler, Bundling, IncludeFiles, NowNodeLine, Sized};
use crate::platform::trace_profile::{self, TraceProfile};
use crate::project::Project;

/// What one release does with a function.
struct Recipe {
    profile: TraceProfile,
    packing: Packing,
    /// None where the release cannot be told.
    line: Option<&'static NowNodeLine>,
}

/// The files that a Node builder of Now 2.0 ships. `None` for other builders.
pub(super) fn assemble(project: &Project<'_>, function: &Function) -> Option<Result<Bundle, TraceError>> {
    let recipe = recipe(function)?;
    let unbundled = function.builder.name.as_deref() == Some("@now/node-server") && function.options.unbundled;
    Some(if unbundled { copy(project, function, &recipe) } else { pack(project, function, &recipe) })
}

/// Whether the builder of `function` leaves out what `excludeFiles` names.
pub(super) fn takes_exclude_files(function: &Function) -> bool {
    recipe(function).is_some_and(|recipe| reads_exclude_files(&recipe))
}

fn reads_exclude_files(recipe: &Recipe) -> bool {
    recipe.line.is_none_or(|line| line.exclude_files)
}

fn recipe(function: &Function) -> Option<Recipe> {
    Some(match function.builder.name.as_deref()? {
        "@now/node" => now_node::resolve(&function.builder.version).map_or(
            Recipe { profile: trace_profile::of_release("0.5.1"), packing: Packing::Files, line: None },
            |version| of_line(now_node::line(&version)),
        ),
        "@now/node-server" => of_line(now_node::node_server()),
        _ => return None,
    })
}

fn of_line(line: &'static NowNodeLine) -> Recipe {
    let (profile, packing) = match line.bundling {
        Bundling::Ncc { .. } => (trace_profile::NFT_0_1_5, Packing::OneFile),
        Bundling::Nft { version } => (trace_profile::of_release(version), Packing::Files),
    };
    Recipe { profile, packing, line: Some(line) }
}

fn pack(project: &Project<'_>, function: &Function, recipe: &Recipe) -> Result<Bundle, TraceError> {
    let base = project.root().to_owned();
    let ignore = exclusion(if reads_exclude_files(recipe) { &function.options.exclude_files } else { &[] });
    let options = TraceOptions { ignore: &ignore, node_major: 10, ..TraceOptions::new(&base, recipe.profile) };
    let included = added(project, function, recipe);
    let mut entries = vec![base.join(&function.entrypoint)];
    if recipe.line.is_some_and(|line| line.include_files == IncludeFiles::ProjectRoot) {
        entries.extend(included.iter().cloned());
    }
    let trace = trace(project.fs(), &entries, &options)?;
    let mut files: Vec<BundleFile> = trace.files.keys().map(|name| disk(project, &base, name)).collect();
    let included: BTreeSet<String> = included.iter().map(|path| paths::relative(path, &base)).collect();
    let untraced = included.iter().filter(|name| !trace.files.contains_key(*name));
    files.extend(untraced.map(|name| disk(project, &base, name)));
    let mut bundle = Bundle::of(trace, base, files);
    bundle.included = included;
    bundle.packing = recipe.packing;
    if let Some((line, Bundling::Ncc { user_folder, keeps_mode, .. })) = recipe.line.map(|line| (line, line.bundling)) {
        bundling::pack(project, function, line, &mut bundle, Places { user_folder, keeps_mode });
    } else {
        (bundle.estimated, bundle.compiled) = compile(project, &bundle.trace, &mut bundle.files, function);
    }
    add(recipe, function, &mut bundle);
    Ok(bundle)
}

/// Everything in the project and its `node_modules`, as `@now/node-server` ships it with `bundle: false`.
fn copy(project: &Project<'_>, function: &Function, recipe: &Recipe) -> Result<Bundle, TraceError> {
    let base = project.root().to_owned();
    let options = TraceOptions { node_major: 10, ..TraceOptions::new(&base, recipe.profile) };
    let trace = trace(project.fs(), &[base.join(&function.entrypoint)], &options)?;
    let installed = expand(project.fs(), &base, &globs(&["node_modules/**".to_owned()]));
    let names: BTreeSet<&String> = project.files().iter().chain(&installed).chain(trace.files.keys()).collect();
    let files = names.into_iter().map(|name| disk(project, &base, name)).collect();
    let mut bundle = Bundle::of(trace, base, files);
    add(recipe, function, &mut bundle);
    Ok(bundle)
}

fn add(recipe: &Recipe, function: &Function, bundle: &mut Bundle) {
    if let Some(line) = recipe.line {
        bundle.files.extend(additions(&line.additions, line.aws_handler, function, bundle.compiled > 0));
        if bundle.packing == Packing::OneFile {
            bundle.estimated.insert(line.additions.launcher.to_owned());
        }
    }
    bundle.files.sort_by(|one, other| one.name.cmp(&other.name));
}

/// The files of the project that a function's `includeFiles` names, seen from the root: what the tracing releases add. Links are named too.
pub fn included(project: &Project<'_>, function: &Function) -> Vec<String> {
    expand(project.fs(), project.root(), &globs(&function.options.include_files))
}

fn added(project: &Project<'_>, function: &Function, recipe: &Recipe) -> Vec<Utf8PathBuf> {
    let root = project.root();
    match recipe.line.map(|line| line.include_files) {
        Some(IncludeFiles::Ignored) => Vec::new(),
        Some(IncludeFiles::EntryFolder { .. }) => {
            let entry = root.join(&function.entrypoint);
            let folder = entry.parent().unwrap_or(root);
            let names = expand(project.fs(), folder, &globs(&function.options.include_files));
            names.into_iter().map(|name| folder.join(name)).collect()
        }
        Some(IncludeFiles::ProjectRoot) | None => {
            included(project, function).into_iter().map(|name| root.join(name)).collect()
        }
    }
}

/// Gives what is compiled its name and its source map. TypeScript becomes `.js`, except for the entry, which keeps its name; modules outside of
/// packages become scripts under their own name. Tells the names of made content, and how many files were compiled.
fn compile(
    project: &Project<'_>,
    trace: &Trace,
    files: &mut Vec<BundleFile>,
    function: &Function,
) -> (BTreeSet<String>, usize) {
    let mut estimated = BTreeSet::new();
    let mut maps = Vec::new();
    for file in files.iter_mut().filter(|file| !file.name.contains("node_modules/") && !file.name.ends_with(".d.ts")) {
        let typescript =
            [".ts", ".tsx"].iter().find_map(|end| file.name.strip_suffix(end)).map(|stem| format!("{stem}.js"));
        let is_module = || trace.modules.get(&file.name).is_some_and(|module| module.facts.esm);
        let script = match &typescript {
            Some(script) => script.clone(),
            None if is_module() => file.name.clone(),
            None => continue,
        };
        maps.push(source_map(project, file, &script, typescript.is_some()));
        if file.name != function.entrypoint {
            file.name = script;
        }
        file.mode = 0o644;
        estimated.insert(file.name.clone());
    }
    let compiled = maps.len();
    estimated.extend(maps.iter().map(|map| map.name.clone()));
    files.extend(maps);
    (estimated, compiled)
}

/// The source map of a compiled file. That of TypeScript holds the source too; both sizes are rough.
fn source_map(project: &Project<'_>, file: &BundleFile, script: &str, holds_source: bool) -> BundleFile {
    let length = file.length(project.fs());
    let bytes = if holds_source { 150 + length + length / 2 } else { 100 + length * 3 / 4 };
    let source = FileSource::Sized { bytes, zip_bytes: bytes.min(90 + bytes * 2 / 5) };
    BundleFile { name: format!("{script}.map"), source, mode: 0o644, metadata: None }
}

/// Launcher, bridge, helpers and source map support, where their sizes are known.
fn additions(additions: &Additions, handler: AwsHandler, function: &Function, compiled: bool) -> Vec<BundleFile> {
    let Some(sizes) = additions.sizes else { return Vec::new() };
    let helpers = additions.helpers.filter(|_| !function.options.no_helpers);
    let support = additions.sourcemap_support.filter(|_| compiled);
    let launcher = match (handler, &function.options.aws_handler) {
        (AwsHandler::NoLauncher, Some(_)) => return Vec::new(),
        (AwsHandler::ShortLauncher, Some(name)) => sizes.short_launcher(&function.entrypoint, name),
        _ => sizes.launcher(&function.entrypoint, helpers.is_some(), compiled),
    };
    let added = [
        (Some(additions.launcher), launcher),
        (Some(additions.bridge), sizes.bridge),
        (helpers, sizes.helpers),
        (support, sizes.sourcemap_support),
    ];
    let file = |(name, Sized { bytes, zip_bytes }): (Option<&str>, Sized)| {
        let source = FileSource::Sized { bytes, zip_bytes };
        Some(BundleFile { name: name?.to_owned(), source, mode: 0o644, metadata: None })
    };
    added.into_iter().filter_map(file).collect()
}
