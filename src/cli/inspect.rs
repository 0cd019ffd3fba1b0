//! `size`, `trace`, `engines`.

use camino::{Utf8Path, Utf8PathBuf};

use super::args::{Engines, FormatName, Size, Target, Trace, TraceRules};
use super::output::{complain, emit};
use super::{Stop, Verdict, current_folder};
use crate::analysis::Analysis;
use crate::base::glob::Glob;
use crate::base::{Fs, RealFs, paths};
use crate::bundle::{self, Source, TraceOptions, TraceWarning};
use crate::lint::{self, Options};
use crate::platform::trace_profile::{NFT_1_11_5, TraceProfile};
use crate::project::discover;
use crate::report::{self, ReasonReport, TraceReport};

/// The analyses of the projects at and below a path.
fn analyses(target: &Target, from: bundle::From) -> Result<Vec<Analysis<'static>>, Stop> {
    let path = current_folder()?.join(&target.path);
    let options = Options { platform: target.platform.map(Into::into), from, ..Options::default() };
    let found = lint::discover(&RealFs, &[path])?;
    if found.is_empty() {
        return Err(Stop::Usage(format!(
            "no project at {}: neither now.json nor vercel.json nor vercel.toml nor package.json",
            target.path
        )));
    }
    let analysis = |found| Ok(Analysis::new(lint::project(&RealFs, found, &options)?).reading(from));
    found.iter().map(analysis).collect()
}

pub(super) fn size(arguments: &Size) -> Result<Verdict, Stop> {
    let from = arguments.from.into();
    let analyses = analyses(&arguments.target, from)?;
    tell(&analyses, from)?;
    let of_project = |analysis| match arguments.list {
        true => lint::functions_with_files(analysis),
        false => lint::functions(analysis, true),
    };
    let mut functions: Vec<_> = analyses.iter().flat_map(of_project).collect();
    let output = &arguments.output;
    if output.format != FormatName::Json {
        functions.iter_mut().for_each(|function| function.notes.append(&mut function.reasons));
    }
    emit(output, |style, out| report::render_size(output.format.into(), &functions, style, out))?;
    Ok(Verdict::Clean)
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

pub(super) fn engines(arguments: &Engines) -> Result<Verdict, Stop> {
    let analyses = analyses(&arguments.target, bundle::From::Auto)?;
    let base = current_folder()?;
    let mut engines: Vec<_> = analyses.iter().flat_map(lint::engines).collect();
    for engine in &mut engines {
        engine.file = paths::relative(Utf8Path::new(&engine.file), &base);
    }
    engines.sort_by(|one, other| one.file.cmp(&other.file));
    engines.dedup_by(|one, other| one.file == other.file);
    let output = &arguments.output;
    emit(output, |style, out| report::render_engines(output.format.into(), &engines, style, out))?;
    Ok(Verdict::Clean)
}

/// The folder whose package.json or config is nearest above a file.
fn project_of(file: &Utf8Path) -> Option<&Utf8Path> {
    let names = ["now.json", "vercel.json", "vercel.toml", "package.json"];
    file.ancestors().skip(1).find(|folder| names.iter().any(|name| RealFs.is_file(&folder.join(name))))
}

pub(super) fn trace(arguments: &Trace) -> Result<Verdict, Stop> {
    let current = current_folder()?;
    let entries: Vec<Utf8PathBuf> =
        arguments.entries.iter().map(|entry| paths::normalize(&current.join(entry))).collect();
    let first = entries.first().map_or(current.as_path(), |entry| entry.as_path());
    let project = project_of(first).unwrap_or(&current);
    let given = |folder: &Option<Utf8PathBuf>| folder.as_ref().map(|folder| paths::normalize(&current.join(folder)));
    let base = given(&arguments.base).unwrap_or_else(|| discover::repository(&RealFs, project));
    let cwd = given(&arguments.cwd).unwrap_or_else(|| project.to_owned());
    let rules = &arguments.rules;
    let ignored = globs(&rules.ignore)?;
    let ignore = |path: &str| ignored.iter().any(|glob| glob.is_match(path));
    let options = TraceOptions {
        cwd,
        ignore: &ignore,
        node_major: rules.node,
        conditions: rules.conditions.clone(),
        depth: rules.depth,
        aliases: rules.paths.iter().cloned().collect(),
        ..TraceOptions::new(&base, profile(rules))
    };
    let trace = bundle::trace(&RealFs, &entries, &options)?;
    if let Some(file) = arguments.why.as_ref().filter(|file| !trace.files.contains_key(file.as_str())) {
        return Err(Stop::Usage(format!("{file} is not in the trace (paths are relative to {base})")));
    }
    let report = describe(&current, &base, &trace, rules.typescript);
    let output = &arguments.output;
    emit(output, |style, out| {
        report::render_trace(output.format.into(), &report, arguments.why.as_deref(), style, out)
    })?;
    Ok(Verdict::Clean)
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

fn describe(current: &Utf8Path, base: &Utf8Path, trace: &bundle::Trace, typescript: bool) -> TraceReport {
    let kind = |kind: &bundle::ReasonKind| kind.as_str().to_owned();
    let warning = |warning: &TraceWarning| match warning {
        TraceWarning::Unresolved { specifier, file, .. } => format!("{file}: cannot resolve {specifier:?}"),
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
                let reason = ReasonReport {
                    kinds: reason.kinds.iter().map(kind).collect(),
                    parents: reason.parents.iter().cloned().collect(),
                };
                (file.clone(), reason)
            })
            .collect(),
        warnings: trace.warnings.iter().map(warning).collect(),
    }
}
