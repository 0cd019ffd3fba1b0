//! `init`: whole configs, written with a report of what was done.

use super::args::{Init, RewriteFormatName, RewriteOutput};
use super::output::emit_to;
use super::{Stop, Verdict, current_folder};
use crate::base::{Fs, RealFs, paths};
use crate::lint::{self, Unreadable};
use crate::report;
use crate::rewrite::{self, Rewrite};

pub(super) fn init(arguments: &Init) -> Result<Verdict, Stop> {
    let folder = paths::normalize(&current_folder()?.join(&arguments.path));
    let metadata = RealFs.metadata(&folder).map_err(|source| Unreadable { path: folder.clone(), source })?;
    if !metadata.is_dir() {
        return Err(Stop::Usage(format!("{} is no folder: init takes the folder of a project", arguments.path)));
    }
    let rewrite = rewrite::init(&RealFs, &folder, arguments.platform.map(Into::into))?;
    carry_out(&rewrite, arguments.diff, &arguments.output)
}

/// Writes the files, or with `diff` shows them, and reports.
fn carry_out(rewrite: &Rewrite, diff: bool, output: &RewriteOutput) -> Result<Verdict, Stop> {
    let is_written = !diff && !rewrite.is_refused() && !rewrite.changes.is_empty();
    if is_written {
        lint::write_all(&rewrite.changes)?;
    }
    let shows_diff = diff && output.format == RewriteFormatName::Human && !rewrite.changes.is_empty();
    emit_to(output.color, output.output.as_deref(), |style, out| match shows_diff {
        true => rewrite.changes.iter().try_for_each(|change| report::render_diff(change, style, out)),
        false => report::render_rewrite(output.format.into(), rewrite, is_written, style, out),
    })?;
    Ok(if rewrite.is_refused() { Verdict::Findings } else { Verdict::Clean })
}
