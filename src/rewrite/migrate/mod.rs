//! `migrate`: a now.json becomes a vercel.json, as far as that is exact; the rest is said.

mod beside;
mod builds;
mod draft;
mod keys;
mod photon;
mod result;
mod routes;
mod scripts;

use std::collections::HashSet;

use camino::{Utf8Path, Utf8PathBuf};

use self::draft::Draft;
use super::{Outcome, Rewrite};
use crate::base::Fs;
use crate::document::Document;
use crate::document::json::ProblemKind;
use crate::lint::{self, Change, Options, Unreadable};
use crate::platform::{Platform, config_files};
use crate::project::discover::Found;

/// A config that is longer than this is none.
const MAX_CONFIG: usize = 1024 * 1024;

/// What migrating the now.json at `file` comes to; nothing is written. `isolated`: no other file of the project is read.
///
/// # Errors
/// The file cannot be read.
pub fn migrate(fs: &dyn Fs, file: &Utf8Path, isolated: bool) -> Result<Rewrite, Unreadable> {
    let root = file.parent().unwrap_or(Utf8Path::new("/")).to_owned();
    let found = Found { root: root.clone(), config: Some(file.to_owned()) };
    let options = Options { platform: Some(Platform::Now), isolated, ..Options::default() };
    let project = lint::project(fs, &found, &options)?;
    let bytes = fs.read(file).map_err(|source| Unreadable { path: file.to_owned(), source })?;
    let mut rewrite = Rewrite::default();
    let Some(config) = project.config() else { return Ok(rewrite) };
    if let Some(reason) = refusal(config.document(), &project, isolated) {
        rewrite.note(Outcome::Refused, file, "", reason);
        return Ok(rewrite);
    }
    let target = root.join("vercel.json");
    let mut draft = Draft::new(config.document(), file, &target, rewrite);
    keys::carry_over(&mut draft);
    builds::carry_over(&mut draft, &project);
    keys::add_schema(&mut draft);
    let (text, mut rewrite) = draft.finish();
    rewrite.changes.push(Change { file: target.clone(), old: None, new: Some(text.into_bytes()) });
    rewrite.changes.push(Change { file: file.to_owned(), old: Some(bytes), new: None });
    rewrite.note(Outcome::Done, file, "", "is vercel.json now: today's command line refuses a folder with a now.json");
    if !isolated {
        beside::carry_over(&project, &mut rewrite);
    }
    result::judge(fs, &found, &target, isolated, &mut rewrite)?;
    if rewrite.is_refused() {
        // What would have been done is not of interest then.
        rewrite.changes.clear();
        rewrite.steps.retain(|step| step.outcome == Outcome::Refused);
    }
    Ok(rewrite)
}

/// The now.json that `path` names: the file itself, or the one in the folder.
pub fn config_of(fs: &dyn Fs, path: &Utf8Path) -> Utf8PathBuf {
    if fs.is_dir(path) { path.join("now.json") } else { path.to_owned() }
}

/// Why nothing can be migrated.
fn refusal(document: &Document, project: &crate::project::Project<'_>, isolated: bool) -> Option<String> {
    if document.text().len() > MAX_CONFIG {
        return Some("is longer than 1 MiB, so it is no config".to_owned());
    }
    if let Some(problem) = document.problems().first() {
        let line = document.position(problem.span.start).line;
        let mut kinds = document.problems().iter().map(|problem| &problem.kind);
        let help = match kinds.clone().all(ProblemKind::is_repairable) && !document.is_lossy() {
            false => "`nowcheck check` says what is wrong",
            true if kinds.any(|kind| *kind == ProblemKind::Comment) => {
                "`nowcheck fix --unsafe` can repair that, without the comments"
            }
            true => "`nowcheck fix` can repair that",
        };
        return Some(format!("is no valid JSON (line {line}): {help}; migrate it then"));
    }
    if !document.root().is_some_and(|root| root.is_object()) {
        return Some("holds no object, so there is nothing to carry over".to_owned());
    }
    if !isolated && let Some(other) = config_files::of_vercel().find(|name| project.has_file(name)) {
        return Some(format!(
            "{other} lies beside it, and a project has one config: move what is still needed from now.json into {other}, then delete now.json"
        ));
    }
    if let Some(key) = twice(document) {
        return Some(format!(
            "has the key \"{key}\" twice in one object: keep one of them (`nowcheck fix` can where both say the same), then migrate it"
        ));
    }
    keys::of_version_one(document)
}

/// A key that stands twice in one object.
fn twice(document: &Document) -> Option<&str> {
    document.tree().nodes().filter(|node| node.is_object()).find_map(|node| {
        let mut seen = HashSet::new();
        node.members().map(|(member, _)| &*member.key).find(|key| !seen.insert(*key))
    })
}
