//! Applying fixes: fix, lint again, repeat until nothing more is repaired.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::write::Change;
use super::{Options, Report, Unreadable, check_found};
use crate::base::Fs;
use crate::base::RememberingFs;
use crate::base::fs::OverlayFs;
use crate::document::edit::{self, EditError};
use crate::document::{Applicability, Document, Edit, Fix};
use crate::project::discover::Found;
use crate::rules::Finding;

/// Rounds after which fixing stops: a rule that always finds more to do must not hang a run. A round repairs up to twenty faults of the syntax.
const MAX_ROUNDS: usize = 50;

/// Which fixes may be applied.
type Wanted<'w> = &'w dyn Fn(&Finding, &Fix) -> bool;

/// What fixing came to.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files to write, in path order.
    pub changes: Vec<Change>,
    /// What was done, in order: the titles of the fixes with their file.
    pub applied: Vec<(Utf8PathBuf, String)>,
    /// What each of `applied` repaired, in the same order.
    pub repaired: Vec<Finding>,
    /// What was found before.
    pub before: Report,
    /// What is left after it.
    pub report: Report,
}

impl Fixed {
    /// Adds what fixing another project came to. The changes are those of all together.
    fn add(&mut self, other: Self) {
        self.applied.extend(other.applied);
        self.repaired.extend(other.repaired);
        self.before.add(other.before);
        self.report.add(other.report);
    }
}

/// Why fixing was given up. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// An edit does not fit its file: a fault of the rule, refused rather than written.
    #[error("the fix for {file} was refused: {source}")]
    Refused {
        /// The file.
        file: Utf8PathBuf,
        /// Why.
        source: EditError,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Repairs one project in memory; `up_to` is the boldest kind of fix that may be applied.
///
/// # Errors
/// See [`FixError`].
pub fn fix(fs: &dyn Fs, found: &Found, options: &Options, up_to: Applicability) -> Result<Fixed, FixError> {
    fix_chosen(fs, found, options, &up_to_boldness(up_to))
}

/// Repairs one project in memory with those fixes alone that `wanted` takes.
///
/// # Errors
/// See [`FixError`].
pub fn fix_chosen(fs: &dyn Fs, found: &Found, options: &Options, wanted: Wanted<'_>) -> Result<Fixed, FixError> {
    let seen = RememberingFs::new(fs);
    let mut overlay = OverlayFs::new(&seen);
    let mut fixed = repair(&mut overlay, found, options, wanted)?;
    fixed.changes = changes(&seen, &overlay)?;
    Ok(fixed)
}

fn up_to_boldness(up_to: Applicability) -> impl Fn(&Finding, &Fix) -> bool {
    move |_, fix| fix.applicability <= up_to
}

/// Repairs projects one after the other in memory. Of a file that several of them share, each sees what those before it wrote. A project that
/// cannot be read is told beside the outcome, and nothing of it is changed.
///
/// # Errors
/// A fix that was refused, and a changed file that cannot be read.
pub fn fix_all(
    fs: &dyn Fs,
    found: &[Found],
    options: &Options,
    up_to: Applicability,
) -> Result<(Fixed, Vec<Unreadable>), FixError> {
    let seen = RememberingFs::new(fs);
    let mut overlay = OverlayFs::new(&seen);
    let (mut all, mut failures) = (Fixed::default(), Vec::new());
    for found in found {
        let mut tried = overlay.clone();
        match repair(&mut tried, found, options, &up_to_boldness(up_to)) {
            Ok(fixed) => {
                overlay = tried;
                all.add(fixed);
            }
            Err(FixError::Unreadable(failure)) => failures.push(failure),
            Err(error) => return Err(error),
        }
    }
    all.changes = changes(&seen, &overlay)?;
    all.before.drop_repetitions();
    all.report.drop_repetitions();
    Ok((all, failures))
}

/// What fixing one project comes to, but for the changes, which are in the overlay.
fn repair(
    overlay: &mut OverlayFs<'_>,
    found: &Found,
    options: &Options,
    wanted: Wanted<'_>,
) -> Result<Fixed, FixError> {
    let mut fixed = Fixed::default();
    let mut states = BTreeSet::new();
    for round in 0..MAX_ROUNDS {
        fixed.report = check_found(overlay, found, options)?;
        if round == 0 {
            fixed.before = fixed.report.clone();
        }
        let chosen = choose(&fixed.report, wanted);
        // Two rules that undo each other's work come back to what was there before.
        if chosen.is_empty() || !states.insert(state(overlay)) {
            break;
        }
        let (chosen, texts) = apply(overlay, chosen)?;
        for (file, text) in texts {
            overlay.set(&file, text.into_bytes());
        }
        for Chosen { finding, fix } in chosen {
            let Some(first) = fix.edits.first() else { continue };
            fixed.applied.push((first.file.clone(), fix.title));
            fixed.repaired.push(finding);
        }
    }
    Ok(fixed)
}

/// A number for what the overlay holds.
fn state(overlay: &OverlayFs<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    overlay.replaced().for_each(|replaced| replaced.hash(&mut hasher));
    hasher.finish()
}

/// A fix with what it repairs.
#[derive(Clone)]
struct Chosen {
    finding: Finding,
    fix: Fix,
}

/// The fixes of one round: for each finding its first that is wanted, where it touches nothing that another one of the round touches.
fn choose(report: &Report, wanted: Wanted<'_>) -> Vec<Chosen> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for finding in &report.findings {
        let Some(fix) = finding.fixes.iter().find(|fix| !fix.edits.is_empty() && wanted(finding, fix)) else {
            continue;
        };
        let clashes = |edit: &Edit| chosen.iter().flat_map(|other| &other.fix.edits).any(|other| overlap(edit, other));
        if !fix.edits.iter().any(clashes) {
            chosen.push(Chosen { finding: finding.clone(), fix: fix.clone() });
        }
    }
    chosen
}

fn overlap(one: &Edit, other: &Edit) -> bool {
    one.file == other.file && one.span.start <= other.span.end && other.span.start <= one.span.end
}

fn read(fs: &dyn Fs, file: &Utf8Path) -> Result<Document, FixError> {
    let text = fs.read_to_string(file).map_err(|source| Unreadable { path: file.to_owned(), source })?;
    Ok(Document::of_file(file, text))
}

type Texts = BTreeMap<Utf8PathBuf, String>;

/// Applies the fixes, or as many of them as go together: what two rules write may collide, and the next round judges what is left.
fn apply(fs: &dyn Fs, fixes: Vec<Chosen>) -> Result<(Vec<Chosen>, Texts), FixError> {
    let refused = match apply_all(fs, &fixes) {
        Ok(texts) => return Ok((fixes, texts)),
        Err(error @ FixError::Refused { .. }) => error,
        Err(error) => return Err(error),
    };
    let mut kept: Vec<Chosen> = Vec::new();
    for fix in fixes {
        kept.push(fix);
        if apply_all(fs, &kept).is_err() {
            kept.pop();
        }
    }
    if kept.is_empty() {
        return Err(refused);
    }
    let texts = apply_all(fs, &kept)?;
    Ok((kept, texts))
}

fn apply_all(fs: &dyn Fs, fixes: &[Chosen]) -> Result<Texts, FixError> {
    let edits = || fixes.iter().flat_map(|chosen| &chosen.fix.edits);
    let files: BTreeSet<&Utf8PathBuf> = edits().map(|edit| &edit.file).collect();
    let mut texts = BTreeMap::new();
    for file in files {
        let document = read(fs, file)?;
        let edits = edits().filter(|edit| edit.file == *file);
        let edited =
            edit::apply_checked(&document, edits).map_err(|source| FixError::Refused { file: file.clone(), source })?;
        texts.insert(file.clone(), edited.text().to_owned());
    }
    Ok(texts)
}

fn changes(fs: &dyn Fs, overlay: &OverlayFs<'_>) -> Result<Vec<Change>, FixError> {
    let change = |(file, new): (&Utf8Path, Option<&[u8]>)| {
        let old = match fs.read(file) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(Unreadable { path: file.to_owned(), source }.into()),
        };
        Ok::<_, FixError>(Change { file: file.to_owned(), old, new: new.map(<[u8]>::to_vec) })
    };
    let mut all = overlay.replaced().map(change).collect::<Result<Vec<_>, _>>()?;
    all.retain(|change| change.old != change.new);
    Ok(all)
}
