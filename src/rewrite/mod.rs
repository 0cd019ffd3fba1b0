//! Whole configs written for a project: what changes, and what of it a person has to know.

mod init;
pub mod migrate;

use camino::Utf8PathBuf;
use serde::Serialize;

use crate::base::secrets::mask_urls;
use crate::lint::Change;
pub use init::init;

/// What a rewrite comes to; nothing is on disk yet.
#[derive(Debug, Default)]
pub struct Rewrite {
    /// The files to write, to add or to remove; none where the rewrite is refused or not needed.
    pub changes: Vec<Change>,
    /// What was done and what was not, in the order in which a person reads it.
    pub steps: Vec<Step>,
}

/// What became of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Written, with the same meaning as before.
    Done,
    /// Written, and it means something else than before.
    Changed,
    /// Left as it was, and right so.
    Kept,
    /// Left for a person.
    Todo,
    /// In the way: nothing is written as long as it stands.
    Refused,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What became of it.
    pub outcome: Outcome,
    /// The file that it is about, absolute.
    pub file: Utf8PathBuf,
    /// The place in that file: `routes[2]`, `builds[0].config.maxLambdaSize`; empty for the file as a whole.
    pub place: String,
    /// What was done and why, or what a person has to do, in plain words.
    pub text: String,
}

impl Rewrite {
    /// Whether something stands in the way, so that nothing is written.
    pub fn is_refused(&self) -> bool {
        self.steps.iter().any(|step| step.outcome == Outcome::Refused)
    }

    /// Adds a line to the report; passwords of URLs are masked.
    pub fn note(
        &mut self,
        outcome: Outcome,
        file: impl Into<Utf8PathBuf>,
        place: impl ToString,
        text: impl Into<String>,
    ) {
        let (place, text) = (mask_urls(&place.to_string()), mask_urls(&text.into()));
        self.steps.push(Step { outcome, file: file.into(), place, text });
    }
}
