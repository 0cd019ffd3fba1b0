//! `init`: writes the config that a project needs, and no more.
//!
//! The plan says which keys are missing. They are laid over the files in memory, the rules judge the outcome, and those of their fixes that add what is
//! missing (limit, engine target, generate step) are applied, as `fix` would. What the rules still find is left to a person.

mod entries;
mod include;
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
use crate::document::{Document, Edit, Path, insert};
use crate::lint::{self, FixError, Options, Unreadable};
use crate::platform::{Platform, config_files};
use crate::project::discover::Found;
use crate::project::{Config, Project};
use crate::rewrite::{Outcome, Rewrite};
use plan::Plan;
use settle::Settled;
use survey::{NODE, NODE_FOR_PRISMA, Survey};

/// What the project in `root` needs to be deployed on `platform`; where none is given, on that of the config that is there, else on `vercel`.
///
/// # Errors
/// A file that is there cannot be read, or a fix does not fit its file.
pub fn init(fs: &dyn Fs, root: &Utf8Path, platform: Option<Platform>) -> Result<Rewrite, FixError> {
    let mut rewrite = Rewrite::default();
    let Some((platform, config)) = choose(fs, root, platform, &mut rewrite) else { return Ok(rewrite) };
    let target = config.clone().unwrap_or_else(|| root.join(file_name(platform)));
    let options = Options { platform: Some(platform), ..Options::default() };
    let project = lint::project(fs, &Found { root: root.to_owned(), config }, &options)?;
    if has_broken_files(&project, &mut rewrite) {
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
        rewrite.note(Outcome::Done, &target, "", if has_config { why.clone() } else { format!("not needed: {why}") });
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
    if platform == Platform::Vercel
        && let Some(name) = config_files::of_vercel().filter(|name| *name != "vercel.json").find(|name| lies_here(name))
    {
        return refuse(
            rewrite,
            name,
            "this is the config, and init adds to vercel.json alone: two configs are refused by the platform",
        );
    }
    match (platform, there) {
        (Platform::Vercel, [(_, true), (_, false)]) => refuse(
            rewrite,
            "now.json",
            "this config of Now 2.0 is refused by the platform of today: turn it into a vercel.json first",
        ),
        (Platform::Now, [(_, false), (_, true)]) => refuse(
            rewrite,
            "vercel.json",
            "this config is for the platform of today, and a now.json beside it is refused: remove it first",
        ),
        _ => {
            let (_, is_there) = there[usize::from(platform != Platform::Now)];
            Some((platform, is_there.then(|| root.join(file_name(platform)))))
        }
    }
}

/// Whether the config or package.json is no JSON, so that nothing can be added to it. The reasons go into the report.
fn has_broken_files(project: &Project<'_>, rewrite: &mut Rewrite) -> bool {
    let before = rewrite.steps.len();
    if let Some(document) = project.config().map(Config::document) {
        let is_object = document.root().is_some_and(|root| root.is_object());
        let is_repairable =
            document.problems().iter().all(|problem| problem.kind.is_repairable()) && !document.is_lossy();
        match document.problems().first() {
            Some(problem) => {
                let how =
                    if is_repairable { "run `nowcheck fix` first" } else { "`nowcheck check` shows what is wrong" };
                rewrite.note(
                    Outcome::Refused,
                    document.file(),
                    place(document, problem.span.start),
                    format!("this is no valid JSON: {how}"),
                );
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
            let document = Document::json(document.file(), text.as_str());
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
