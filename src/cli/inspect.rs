//! `size`, `trace`, `engines`.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::args::{Engines, FormatName, Size, Target, Trace, TraceRules};
use super::output::{complain, emit, finish};
use super::{Stop, Verdict, current_folder};
use crate::analysis::Analysis;
use crate::base::glob::Glob;
use crate::base::secrets::mask_secrets;
use crate::base::{Fs, NotingFs, paths, similar};
use crate::bundle::graph::Graph;
use crate::bundle::packages::Names;
use crate::bundle::why::{Explainer, Why, did_you_mean, meant};
use crate::bundle::{self, Source, TraceOptions, TraceWarning};
use crate::lint::{self, Asked, Options};
use crate::platform::config_files;
use crate::platform::node_versions;
use crate::platform::trace_profile::{NFT_1_11_5, TraceProfile};
use crate::project::{PackageJson, discover};
use crate::report::{self, EnginesReport, ReasonReport, SizeReport, TraceReport};

/// The analyses of the projects at and below a path.
fn analyses<'f>(target: &Target, from: bundle::From, disk: &'f NotingFs<'_>) -> Result<Vec<Analysis<'f>>, Stop> {
    let path = current_folder()?.join(&target.path);
    let options = Options { platform: target.platform.map(Into::into), from, ..Options::default() };
    let found = lint::discover(disk, &[path])?;
    if found.is_empty() {
        return Err(Stop::Usage(format!(
            "no project at {}: neither now.json nor vercel.json nor vercel.toml nor package.json",
            target.path
        )));
    }
    let analysis = |found| Ok(Analysis::new(lint::project(disk, found, &options)?).reading(from));
    found.iter().map(analysis).collect()
}

pub(super) fn size(arguments: &Size, disk: &dyn Fs) -> Result<Verdict, Stop> {
    let (disk, from) = (NotingFs::new(disk), arguments.from.into());
    let analyses = analyses(&arguments.target, from, &disk)?;
    tell(&analyses, from)?;
    let output = &arguments.output;
    let is_json = output.format == FormatName::Json;
    let asked = arguments.why.as_ref().map(|package| Asked { package, all: arguments.all });
    let (mut functions, mut held) = (Vec::new(), Vec::new());
    for analysis in &analyses {
        match asked {
            Some(asked) if !is_json => held.extend(lint::why_package(analysis, asked)),
            _ => {
                let (reports, found) = lint::functions_asked(analysis, arguments.list, asked);
                functions.extend(reports);
                held.extend(found);
            }
        }
    }
    let why = match asked {
        Some(asked) if held.is_empty() => return Err(not_held(&analyses, asked.package)),
        asked => asked.map(|_| held),
    };
    if !is_json {
        functions.iter_mut().for_each(|function| function.notes.append(&mut function.reasons));
    }
    let others = analyses.iter().flat_map(lint::unmeasured).collect();
    let report = SizeReport { functions, others, why, all: arguments.all };
    emit(output, |style, out| report::render_size(output.format.into(), &report, style, out))?;
    finish(Verdict::Clean, Vec::new(), &disk)
}

/// `size --why` for a package that no function holds.
fn not_held(analyses: &[Analysis<'_>], package: &str) -> Stop {
    let views = analyses.iter().flat_map(Analysis::deployed);
    let names: BTreeSet<String> = views.flat_map(|view| view.packages(false)).map(|package| package.name).collect();
    let bare = names.iter().filter_map(|name| name.rfind('@').filter(|at| *at > 0).and_then(|at| name.get(..at)));
    let meant = similar::closest(package, names.iter().map(String::as_str).chain(bare));
    let meant = meant.map(|name| format!("; did you mean {name}?")).unwrap_or_default();
    Stop::Usage(format!("no function holds the package {package}{meant}"))
}

/// Says on stderr what is wrong with builds that no function is listed of.
///
/// # Errors
/// There is none where one is asked for.
fn tell(analyses: &[Analysis<'_>], from: bundle::From) -> Result<(), Stop> {
    let builds: Vec<_> = analyses.iter().map(Analysis::built).collect();
    let wanted = match from {
        bundle::From::Only(Source::Output) => Some("no .vercel/output here: `vercel build` makes it"),
        bundle::From::Only(Source::Nft) => Some("no .next with .nft.json files here: `next build` makes them"),
        bundle::From::Only(Source::Trace) | bundle::From::Auto => None,
    };
    if let Some(text) = wanted.filter(|_| builds.iter().all(|choice| choice.built.is_none())) {
        return Err(Stop::Usage(text.to_owned()));
    }
    // Where functions are listed, these are among their notes.
    for analysis in analyses.iter().filter(|analysis| analysis.deployed().next().is_none()) {
        analysis.built().remarks.iter().for_each(|text| complain(text));
    }
    Ok(())
}

pub(super) fn engines(arguments: &Engines, disk: &dyn Fs) -> Result<Verdict, Stop> {
    let disk = NotingFs::new(disk);
    let analyses = analyses(&arguments.target, bundle::From::Auto, &disk)?;
    let base = current_folder()?;
    let mut engines: Vec<_> = analyses.iter().flat_map(lint::engines).collect();
    for engine in &mut engines {
        engine.file = paths::relative(Utf8Path::new(&engine.file), &base);
    }
    engines.sort_by(|one, other| one.file.cmp(&other.file));
    engines.dedup_by(|one, other| one.file == other.file);
    let mut needs: Vec<_> = analyses.iter().flat_map(lint::needs).collect();
    for file in needs.iter_mut().flat_map(|need| &mut need.steps).filter_map(|step| step.file.as_mut()) {
        *file = paths::relative(Utf8Path::new(file), &base);
    }
    let report = EnginesReport { engines, needs, why: arguments.why };
    let output = &arguments.output;
    emit(output, |style, out| report::render_engines(output.format.into(), &report, style, out))?;
    finish(Verdict::Clean, Vec::new(), &disk)
}

/// The folder whose package.json or config is nearest above a file.
fn project_of<'p>(disk: &dyn Fs, file: &'p Utf8Path) -> Option<&'p Utf8Path> {
    let names = || config_files::TEXTS.into_iter().chain(["package.json"]);
    file.ancestors().skip(1).find(|folder| names().any(|name| disk.is_file(&folder.join(name))))
}

/// The version of Node that the project asks for.
fn node_of(disk: &dyn Fs, project: &Utf8Path) -> u32 {
    let package = PackageJson::read(disk, &project.join("package.json"));
    node_versions::major(package.as_ref().and_then(PackageJson::node_range))
}

pub(super) fn trace(arguments: &Trace, disk: &dyn Fs) -> Result<Verdict, Stop> {
    let (disk, current) = (NotingFs::new(disk), current_folder()?);
    let entries: Vec<Utf8PathBuf> =
        arguments.entries.iter().map(|entry| paths::normalize(&current.join(entry))).collect();
    let first = entries.first().map_or(current.as_path(), |entry| entry.as_path());
    let project = project_of(&disk, first).unwrap_or(&current);
    let given = |folder: &Option<Utf8PathBuf>| folder.as_ref().map(|folder| paths::normalize(&current.join(folder)));
    let base = given(&arguments.base).unwrap_or_else(|| discover::repository(&disk, project));
    let cwd = given(&arguments.cwd).unwrap_or_else(|| project.to_owned());
    let rules = &arguments.rules;
    let ignored = globs(&rules.ignore)?;
    let ignore = |path: &str| ignored.iter().any(|glob| glob.is_match(path));
    let options = TraceOptions {
        cwd,
        ignore: &ignore,
        node_major: rules.node.unwrap_or_else(|| node_of(&disk, project)),
        conditions: rules.conditions.clone(),
        depth: rules.depth,
        aliases: rules.paths.iter().cloned().collect(),
        ..TraceOptions::new(&base, profile(rules))
    };
    let trace = bundle::trace(&disk, &entries, &options)?;
    let why =
        arguments.why.as_ref().map(|asked| why(&disk, &trace, (&base, &current), asked, arguments.all)).transpose()?;
    let report = describe(&current, &base, &trace, rules.typescript);
    let output = &arguments.output;
    emit(output, |style, out| report::render_trace(output.format.into(), &report, why.as_ref(), style, out))?;
    finish(Verdict::Clean, Vec::new(), &disk)
}

/// `--why`: a path from the base or from the current folder, or a package.
fn why(
    disk: &dyn Fs,
    trace: &bundle::Trace,
    (base, current): (&Utf8Path, &Utf8Path),
    asked: &str,
    all: bool,
) -> Result<Why, Stop> {
    let graph = Graph::new(trace);
    let from_here = paths::relative(&paths::normalize(&current.join(asked)), base);
    let names = Names::new(disk, base, &[]);
    let version = |folder: &str| names.version(folder);
    let found = [asked, &from_here].iter().map(|text| meant(&graph, text, version)).find(|files| !files.is_empty());
    let Some(files) = found else {
        let meant = did_you_mean(&graph, asked).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
        return Err(Stop::Usage(format!("{asked} is not in the trace (paths are relative to {base}){meant}")));
    };
    // The bytes that a file or link takes in a function.
    let bytes = |name: &str| Some(disk.symlink_metadata(&base.join(name)).map_or(0, |metadata| metadata.len));
    let why = Explainer::new(disk, base, &graph, bytes).why(asked, &files, all);
    why.ok_or_else(|| Stop::Usage(format!("nothing leads to {asked}")))
}

/// The rules of the released tracer, changed by the options.
fn profile(rules: &TraceRules) -> TraceProfile {
    TraceProfile {
        mixed_modules: !rules.no_mixed_modules,
        exports_only: rules.exports_only,
        module_sync_catchall: rules.module_sync_catchall,
        analysis: !rules.no_analysis,
        compile_typescript: rules.typescript,
        ..NFT_1_11_5
    }
}

/// `--ignore`: matched as picomatch does without `dot`.
fn globs(patterns: &[String]) -> Result<Vec<Glob>, Stop> {
    let glob = |pattern: &String| {
        Glob::minimatch(pattern, false).map_err(|error| Stop::Usage(format!("--ignore {pattern}: {error}")))
    };
    patterns.iter().map(glob).collect()
}

/// The files that refer to one, each once.
fn parents(reason: &bundle::Reason) -> Vec<String> {
    let mut parents: Vec<String> = reason.parents.iter().map(|parent| parent.file.clone()).collect();
    parents.dedup();
    parents
}

fn describe(current: &Utf8Path, base: &Utf8Path, trace: &bundle::Trace, typescript: bool) -> TraceReport {
    let kind = |kind: &bundle::ReasonKind| kind.as_str().to_owned();
    let warning = |warning: &TraceWarning| match warning {
        TraceWarning::Unresolved { specifier, file, .. } => {
            format!("{file}: cannot resolve {:?}", mask_secrets(specifier))
        }
        TraceWarning::BrokenManifest { file } => format!("{file}: no JSON object; what it says is not followed"),
        TraceWarning::Unparsed { file }
            if !typescript && [".ts", ".tsx", ".mts"].iter().any(|end| file.ends_with(end)) =>
        {
            format!("{file}: TypeScript is not followed without --typescript")
        }
        TraceWarning::Unparsed { file } => {
            format!("{file}: not JavaScript that can be parsed; what it needs is not followed")
        }
    };
    let relative = paths::relative(base, current);
    TraceReport {
        base: if relative.is_empty() { ".".to_owned() } else { relative },
        files: trace.files.keys().cloned().collect(),
        reasons: trace
            .files
            .iter()
            .map(|(file, reason)| {
                let reason = ReasonReport { kinds: reason.kinds.iter().map(kind).collect(), parents: parents(reason) };
                (file.clone(), reason)
            })
            .collect(),
        warnings: trace.warnings.iter().map(warning).collect(),
    }
}
