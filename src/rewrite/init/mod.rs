//! `init`: writes the config that a project needs, and no more.
//!
//! The plan says which keys are missing. They are laid over the files in memory, the rules judge the outcome, and those of their fixes that add what is
//! missing (limit, engine target, generate step) are applied, as `fix` would. What the rules still find is left to a person.

mod entries;
mod include;
mod languages;
mod plan;
mod settle;
mod survey;

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use crate::analysis::{Analysis, EngineNeed};
use crate::base::fs::OverlayFs;
use crate::base::{Fs, style};
use crate::document::edit::apply_checked;
use crate::document::json::ProblemKind;
use crate::document::{Document, Edit, Format, Path, insert};
use crate::lint::{self, FixError, Options, Unreadable};
use crate::platform::Platform;
use crate::platform::config_files::PROGRAMS;
use crate::project::discover::Found;
use crate::project::{Config, Project};
use crate::rewrite::{Outcome, Rewrite};
use crate::rules::Finding;
use plan::Plan;
use settle::Settled;
use survey::{NODE, NODE_FOR_PRISMA, Survey};

/// What the project in `root` needs to be deployed on `platform`; where none is given, on that of the config that is there, else on `vercel`.
///
/// # Errors
/// A file that is there cannot be read, or a fix does not fit its file.
pub fn init(fs: &dyn Fs, root: &Utf8Path, platform: Option<Platform>) -> Result<Rewrite, FixError> {
    fs.read_dir(root).map_err(|source| Unreadable { path: root.to_owned(), source })?;
    let mut rewrite = Rewrite::default();
    let Some((platform, config)) = choose(fs, root, platform, &mut rewrite) else { return Ok(rewrite) };
    let target = config.clone().unwrap_or_else(|| root.join(file_name(platform)));
    let options = Options { platform: Some(platform), ..Options::default() };
    let found = Found { root: root.to_owned(), config };
    let project = lint::project(fs, &found, &options)?;
    let syntax = found.config.is_some().then(|| syntax(fs, &found, &options)).transpose()?.flatten();
    if has_broken_files(&project, syntax.as_ref(), &mut rewrite) {
        return Ok(rewrite);
    }
    let survey = Survey::of(&project);
    let mut plan = plan::plan(&project, &survey, NODE_FOR_PRISMA);
    let found = Found { root: root.to_owned(), config: Some(target.clone()) };
    let mut overlay = lay(fs, &project, &target, &plan)?;
    if !plan.members.is_empty() && platform == Platform::Now && !uses_prisma(&overlay, &found, &options)? {
        plan = plan::plan(&project, &survey, NODE);
        overlay = lay(fs, &project, &target, &plan)?;
    }
    if let Some(why) = &plan.refused {
        rewrite.note(Outcome::Refused, &target, "", why);
        return Ok(rewrite);
    }
    for (place, why) in &plan.reasons {
        rewrite.note(Outcome::Done, &target, place, why);
    }
    let has_config = overlay.is_file(&target);
    if let Some(why) = &plan.kept {
        rewrite.note(Outcome::Kept, &target, "", if has_config { why.clone() } else { format!("not needed: {why}") });
    }
    let found = Found { config: found.config.filter(|_| has_config), ..found };
    let settled = settle::settle(overlay, &found, &options, &plan, &survey, (&target, &seed(&project)))?;
    finish(fs, settled, &target, &plan, &mut rewrite)?;
    Ok(rewrite)
}

fn file_name(platform: Platform) -> &'static str {
    if platform == Platform::Now { "now.json" } else { "vercel.json" }
}

/// The platform, and the config that is there. Nothing, with the reason in the report, where the files contradict the wish.
fn choose(
    fs: &dyn Fs,
    root: &Utf8Path,
    wanted: Option<Platform>,
    rewrite: &mut Rewrite,
) -> Option<(Platform, Option<Utf8PathBuf>)> {
    let lies_here = |name: &str| fs.symlink_metadata(&root.join(name)).is_ok();
    let there = [Platform::Now, Platform::Vercel].map(|platform| (platform, lies_here(file_name(platform))));
    let refuse = |rewrite: &mut Rewrite, name: &str, why: &str| {
        rewrite.note(Outcome::Refused, root.join(name), "", why);
        None
    };
    let platform = match (wanted, there) {
        (None, [(_, true), (_, true)]) => {
            return refuse(
                rewrite,
                "now.json",
                "vercel.json lies here too, and the platform takes one of them: keep one, or choose with --platform",
            );
        }
        (None, [(_, true), _]) => Platform::Now,
        (None, _) => Platform::Vercel,
        (Some(wanted), _) => wanted,
    };
    let [(_, has_now), (_, has_json)] = there;
    let has_toml = lies_here("vercel.toml");
    if platform == Platform::Now {
        let todays = [(has_json, "vercel.json"), (has_toml, "vercel.toml")].into_iter().find(|(is_there, _)| *is_there);
        return match todays {
            Some((_, name)) if !has_now => refuse(
                rewrite,
                name,
                "this config is for the platform of today, and a now.json beside it is refused: remove it first",
            ),
            _ => Some((platform, has_now.then(|| root.join("now.json")))),
        };
    }
    if let Some(program) = PROGRAMS.iter().find(|name| lies_here(name)) {
        let why = "this program is the config, and what it says is its author's to change: a second config beside it is refused by the platform";
        return refuse(rewrite, program, why);
    }
    match (has_json, has_toml) {
        (true, true) => {
            refuse(rewrite, "vercel.toml", "vercel.json lies here too, and the platform refuses two configs: keep one")
        }
        (false, false) if has_now => refuse(
            rewrite,
            "now.json",
            "this config of Now 2.0 is refused by the platform of today: `nowcheck migrate` turns it into a vercel.json",
        ),
        (_, true) => Some((platform, Some(root.join("vercel.toml")))),
        (is_there, false) => Some((platform, is_there.then(|| root.join("vercel.json")))),
    }
}

/// What is wrong with a config that is not understood, in the words of `check`, and what comes first.
fn unread(document: &Document, syntax: Option<&Finding>) -> String {
    let problems = document.problems();
    let is_repairable = problems.iter().all(|problem| problem.kind.is_repairable()) && !document.is_lossy();
    let has_comment = problems.iter().any(|problem| problem.kind == ProblemKind::Comment);
    let help = syntax.and_then(|finding| finding.help.as_deref()).unwrap_or("`nowcheck check` shows what is wrong");
    let how = match (is_repairable, has_comment) {
        (true, true) => "run `nowcheck fix --unsafe` first, which takes the comments away",
        (true, false) => "run `nowcheck fix` first",
        (false, _) => help,
    };
    let format = if document.format() == Format::Toml { "TOML" } else { "JSON" };
    let what = syntax.map_or_else(|| format!("this is no valid {format}"), |finding| finding.message.clone());
    format!("{what}; {how}")
}

/// The first thing that is wrong with the text of the config.
fn syntax(fs: &dyn Fs, found: &Found, options: &Options) -> Result<Option<Finding>, Unreadable> {
    let text = Options { isolated: true, ..*options };
    let report = lint::check_found(fs, found, &text)?;
    Ok(report.findings.into_iter().find(|finding| finding.rule == "config/syntax"))
}

/// Whether the config or package.json is no JSON, so that nothing can be added to it. The reasons go into the report.
fn has_broken_files(project: &Project<'_>, syntax: Option<&Finding>, rewrite: &mut Rewrite) -> bool {
    let before = rewrite.steps.len();
    if let Some(document) = project.config().map(Config::document) {
        let is_object = document.root().is_some_and(|root| root.is_object());
        match document.problems().first() {
            Some(problem) => {
                let place = place(document, problem.span.start);
                rewrite.note(Outcome::Refused, document.file(), place, unread(document, syntax));
            }
            None if !is_object => {
                rewrite.note(Outcome::Refused, document.file(), "", "this is no config: its top level is no object")
            }
            None => {
                for key in ["builds", "routes"] {
                    let value = document.get(&Path::keys([key]));
                    if value.is_some_and(|value| !value.is_array()) {
                        rewrite.note(
                            Outcome::Refused,
                            document.file(),
                            key,
                            "this is no list: `nowcheck check` shows what is wrong",
                        );
                    }
                }
            }
        }
    }
    if let Some(package) = project.package() {
        let document = package.document();
        // npm takes a byte order mark.
        let problem = document.problems().iter().find(|problem| problem.kind != ProblemKind::ByteOrderMark);
        if let Some(problem) = problem {
            rewrite.note(
                Outcome::Refused,
                document.file(),
                place(document, problem.span.start),
                "this is no valid JSON, so nothing can be installed: repair it first",
            );
        } else if !document.root().is_some_and(|root| root.is_object()) {
            rewrite.note(
                Outcome::Refused,
                document.file(),
                "",
                "its top level is no object, so nothing can be installed: repair it first",
            );
        }
    }
    rewrite.steps.len() > before
}

fn place(document: &Document, offset: usize) -> String {
    let position = document.position(offset);
    format!("line {}, column {}", position.line, position.column)
}

/// The files with the planned keys in the config; a new config has the style of package.json.
fn lay<'f>(fs: &'f dyn Fs, project: &Project<'_>, target: &Utf8Path, plan: &Plan) -> Result<OverlayFs<'f>, FixError> {
    let mut overlay = OverlayFs::new(fs);
    if plan.members.is_empty() {
        return Ok(overlay);
    }
    let text = match project.config() {
        Some(config) => merged(config.document(), &plan.members)?,
        None => merged(&Document::json(target, seed(project)), &plan.members)?,
    };
    overlay.set(target, text.into_bytes());
    Ok(overlay)
}

/// A config that says nothing yet.
fn seed(project: &Project<'_>) -> String {
    let package = project.package().map(|package| package.document().text()).unwrap_or_default();
    let (newline, unit) = (style::newline(package), style::indent_unit(package));
    let member = match project.platform() {
        Platform::Now => json!({ "version": 2 }),
        _ => json!({ "$schema": "https://openapi.vercel.sh/vercel.json" }),
    };
    let line = member.to_string();
    let line = line.trim_matches(['{', '}']).replacen("\":", "\": ", 1);
    format!("{{{newline}{unit}{line}{newline}}}{newline}")
}

/// `document` with the members that it lacks. An empty list counts as lacking.
fn merged(document: &Document, members: &[(&'static str, Value)]) -> Result<String, FixError> {
    let (present, absent): (Vec<_>, Vec<_>) = members
        .iter()
        .map(|(key, value)| (*key, value))
        .partition(|(key, _)| document.get(&Path::keys([*key])).is_some());
    let mut text = edited(document, insert::add_to_object(document, &Path::root(), &absent))?;
    for (key, value) in present {
        for item in value.as_array().into_iter().flatten() {
            let document = Document::of_file(document.file(), text.as_str());
            text = edited(&document, insert::add_to_array(&document, &Path::keys([key]), item))?;
        }
    }
    Ok(text)
}

fn edited(document: &Document, edit: Option<Edit>) -> Result<String, FixError> {
    let edited = apply_checked(document, &edit);
    let edited = edited.map_err(|source| FixError::Refused { file: document.file().to_owned(), source })?;
    Ok(edited.text().to_owned())
}

fn uses_prisma(fs: &dyn Fs, found: &Found, options: &Options) -> Result<bool, Unreadable> {
    let analysis = Analysis::new(lint::project(fs, found, options)?);
    let needs = |need: &EngineNeed| !matches!(need, EngineNeed::NotNeeded(_));
    Ok(analysis.functions().filter_map(|view| view.prisma()).any(|prisma| needs(&prisma.need)))
}

/// Puts what was settled into the report, and its files into the changes.
fn finish(
    fs: &dyn Fs,
    settled: Settled,
    target: &Utf8Path,
    plan: &Plan,
    rewrite: &mut Rewrite,
) -> Result<(), FixError> {
    rewrite.steps.extend(settled.done);
    for todo in &plan.todo {
        rewrite.note(Outcome::Todo, target, "", todo);
    }
    rewrite.steps.extend(settled.left);
    for (file, new) in settled.texts {
        let old = match fs.read(&file) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(Unreadable { path: file, source }.into()),
        };
        if old.as_deref() != Some(new.as_slice()) {
            rewrite.changes.push(lint::Change { file, old, new: Some(new) });
        }
    }
    Ok(())
}
