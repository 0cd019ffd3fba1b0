//! The run: discover, judge each project, collect, fix.

mod detail;
mod fix;
mod functions;
mod outcome;
mod write;

use std::collections::BTreeSet;
use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};

pub use detail::{Asked, why_package};
pub use fix::{FixError, Fixed, fix, fix_all, fix_chosen};
pub use functions::{engines, functions, functions_asked, functions_with_files, needs, unmeasured};
pub use outcome::{
    AdviceReport, BuiltReport, BundleSource, Checked, DetailReport, EngineReport, FileReport, FunctionReport, Held,
    LimitReport, NeedReport, PackageReport, PartReport, Report, Summary,
};
pub use write::{Change, WriteError, write_all};

use crate::analysis::Analysis;
use crate::base::Fs;
use crate::base::fs::Metadata;
use crate::bundle::From;
use crate::detect::Part;
use crate::document::{Document, Fix, Format};
use crate::platform::Platform;
use crate::project::config::COMPILED;
use crate::project::discover::{self, Found};
use crate::project::{Config, Freshness, Program, Project, Schema};
use crate::rules::{Finding, MOST, Needs, RULES, Severity};

/// A config that is longer than this is none: reading it would take gigabytes.
const MAX_CONFIG: u64 = 16 * 1024 * 1024;

/// How a run judges.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The platform; that of each config's file name where none is given.
    pub platform: Option<Platform>,
    /// Judge the text of the configs alone.
    pub isolated: bool,
    /// Which parts of the analysis rules may ask for.
    pub needs: Needs,
    /// Where the files of functions are taken from.
    pub from: From,
}

impl Default for Options {
    fn default() -> Self {
        Self { platform: None, isolated: false, needs: Needs::ALL, from: From::Auto }
    }
}

/// A path that could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {source}")]
pub struct Unreadable {
    /// The path.
    pub path: Utf8PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// The projects at and below `paths`, each once, in path order.
///
/// # Errors
/// The first path that cannot be read.
pub fn discover(fs: &dyn Fs, paths: &[Utf8PathBuf]) -> Result<Vec<Found>, Unreadable> {
    let mut found = Vec::new();
    for path in paths {
        found.extend(discover::discover(fs, path).map_err(|source| Unreadable { path: path.clone(), source })?);
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Judges projects in parallel. The order of the outcome does not depend on it. What cannot be read is told beside the report of the rest.
pub fn check(fs: &dyn Fs, found: &[Found], options: &Options) -> (Report, Vec<Unreadable>) {
    let outcomes = in_parallel(found, |found| check_found(fs, found, options));
    let (mut report, mut failures) = (Report::default(), Vec::new());
    let folders = found.iter().map(|found| &found.root).collect::<BTreeSet<_>>().len();
    for outcome in outcomes {
        match outcome {
            Ok(one) => report.add(one),
            Err(failure) => failures.push(failure),
        }
    }
    report.checked.projects = report.checked.projects.min(folders);
    report.drop_repetitions();
    (report, failures)
}

/// Calls `judge` for each of `items`, on as many threads as the machine runs at once; the outcomes stand in the order of `items`.
///
/// These are no threads of rayon: judging waits for rayon's pools, and a rayon thread that waits starts the next project on top of the one
/// it is in, until its stack is full.
fn in_parallel<I: Sync, T: Send>(items: &[I], judge: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, judge(item)))
        });
        mine.collect::<Vec<_>>()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    let mut outcomes = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut outcomes = work();
        for other in others {
            outcomes.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        outcomes
    });
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Judges one project.
///
/// # Errors
/// Its config cannot be read. (A config that can be read and not understood is a finding.)
pub fn check_found(fs: &dyn Fs, found: &Found, options: &Options) -> Result<Report, Unreadable> {
    Ok(judge(&Analysis::new(project(fs, found, options)?).reading(options.from), options))
}

/// The project of a folder, with its config read.
///
/// # Errors
/// Its config cannot be read.
pub fn project<'f>(fs: &'f dyn Fs, found: &Found, options: &Options) -> Result<Project<'f>, Unreadable> {
    let read = |file: &Utf8PathBuf| {
        let unreadable = |source| Unreadable { path: file.clone(), source };
        if fs.metadata(file).map_err(unreadable)?.len > MAX_CONFIG {
            return Err(unreadable(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB, so not a config")));
        }
        let bytes = fs.read(file).map_err(unreadable)?;
        Ok(Config::new(Document::of_bytes(file, bytes)))
    };
    let program = program(fs, found, options.isolated);
    let text = match &program {
        Some(Program { compiled: None, .. }) => None,
        Some(_) => Some(found.root.join(COMPILED)),
        None => found.config.clone(),
    };
    let config = text.as_ref().map(read).transpose()?;
    let platform = options.platform.or(config.as_ref().map(Config::platform)).unwrap_or(Platform::Vercel);
    let repository = if options.isolated { found.root.clone() } else { discover::repository(fs, &found.root) };
    let project = Project::new(fs, found.root.clone(), repository, config, platform);
    let project = if options.isolated { project.isolated() } else { project };
    Ok(match program {
        Some(program) => project.of_program(program),
        None => project,
    })
}

/// The program that a project is configured by. Where no config lies at all, the command line reads what it once made of one.
fn program(fs: &dyn Fs, found: &Found, isolated: bool) -> Option<Program> {
    let file = found.config.clone();
    if file.as_ref().is_some_and(|file| !Config::is_program(file)) {
        return None;
    }
    let compiled = fs.metadata(&found.root.join(COMPILED)).ok().filter(|made| made.is_file() && !isolated);
    let source = file.as_ref().and_then(|file| fs.metadata(file).ok()).and_then(|metadata| metadata.modified);
    let freshness = |made: Metadata| match (made.modified, source) {
        (Some(made), Some(source)) if made < source => Freshness::Older,
        (Some(_), Some(_)) => Freshness::Newer,
        _ => Freshness::Unknown,
    };
    let program = Program { file, compiled: compiled.map(freshness) };
    (program.file.is_some() || program.compiled.is_some()).then_some(program)
}

fn judge(analysis: &Analysis<'_>, options: &Options) -> Report {
    let offered = if options.isolated { Needs::TEXT } else { options.needs };
    let platform = analysis.project().platform();
    let mut findings: Vec<Finding> = Vec::new();
    let reason = analysis.project().doubt();
    // One rule after the other: they share what the analysis computes, and a thread that waits inside such a computation must not start
    // another rule that waits for the same. Projects run in parallel, and the heavy parts do inside.
    for rule in RULES.iter().filter(|rule| rule.platforms.contains(&platform) && rule.needs.within(offered)) {
        let before = findings.len();
        (rule.check)(analysis, &mut findings);
        if let Some(reason) = reason.as_ref().filter(|_| !rule.needs.within(Needs::TEXT)) {
            findings.iter_mut().skip(before).for_each(|finding| doubt(finding, reason));
        }
        if findings.len() - before == MOST {
            findings.extend(findings.last().map(there_may_be_more));
        }
    }
    // Places in the text are not places in the bytes: an edit would hit the wrong ones. What is made of a program is made again. And where a
    // line of TOML is not understood, an edit above it may change what the lines below it are read as.
    let is_unfit = |document: &Document| {
        let is_unread = document.problems().iter().any(|problem| !problem.kind.is_repairable());
        document.is_lossy() || document.format() == Format::Toml && is_unread
    };
    let config = analysis.project().config();
    if config.is_some_and(|config| is_unfit(config.document())) || analysis.project().program().is_some() {
        findings.iter_mut().for_each(|finding| finding.fixes.clear());
    }
    let is_of_lossy_schema = |fix: &Fix| {
        let mut schemas = fix.edits.iter().map(|edit| &edit.file).filter(|file| file.extension() == Some("prisma"));
        let documents = || analysis.project().schemas().iter().flat_map(Schema::documents);
        schemas.any(|file| documents().any(|document| document.file() == file && document.is_lossy()))
    };
    findings.iter_mut().for_each(|finding| finding.fixes.retain(|fix| !is_of_lossy_schema(fix)));
    let compiled = analysis.project().program().and_then(|program| program.compiled);
    if compiled == Some(Freshness::Older) {
        // The command line makes it anew before it judges: what is wrong in the old one may be right there.
        findings.iter_mut().for_each(|finding| finding.severity = finding.severity.min(Severity::Warning));
    }
    findings.sort_by(|one, other| key(one).cmp(&key(other)));
    let functions = if Needs::BUNDLE.within(offered) { functions(analysis, false) } else { Vec::new() };
    let configs = usize::from(analysis.project().config().is_some());
    let detected = if Needs::PROJECT.within(offered) { parts(analysis) } else { Vec::new() };
    let barely = matches!(platform, Platform::Netlify | Platform::Lambda).then_some(platform);
    Report { findings, functions, detected, barely, checked: Checked { projects: 1, configs } }
}

/// What a rule says of a project that may be a part of another one. Text that the platform refuses stays refused.
fn doubt(finding: &mut Finding, reason: &str) {
    if finding.severity == Severity::Info {
        return;
    }
    finding.severity = finding.severity.lower();
    finding.message.push_str(&format!(" ({reason})"));
}

fn parts(analysis: &Analysis<'_>) -> Vec<PartReport> {
    let part = |part: &Part| PartReport {
        project: analysis.project().root().to_owned(),
        builder: part.builder.clone(),
        src: part.src.clone(),
        kind: part.kind.as_str(),
    };
    analysis.detected().made().iter().map(part).collect()
}

/// Said behind the last finding of a rule that has said all that one rule may.
fn there_may_be_more(last: &Finding) -> Finding {
    let message = format!("{MOST} places are listed, and there may be more of them");
    Finding::new(last.rule, last.severity, last.primary.clone(), message)
}

fn key(finding: &Finding) -> (&Utf8Path, usize, usize, &str, &str) {
    let place = &finding.primary;
    (&place.file, place.span.start, place.span.end, finding.rule, &finding.message)
}
