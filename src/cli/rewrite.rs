//! `migrate`.

use camino::Utf8Path;

use super::args::{Migrate, RewriteFormatName, RewriteOutput};
use super::output::emit_to;
use super::{Stop, Verdict, current_folder};
use crate::base::{Fs, RealFs, paths};
use crate::lint;
use crate::report;
use crate::rewrite::{Outcome, Rewrite, migrate};

pub(super) fn migrate(arguments: &Migrate) -> Result<Verdict, Stop> {
    let path = paths::normalize(&current_folder()?.join(&arguments.path));
    let file = migrate::config_of(&RealFs, &path);
    let rewrite = if RealFs.is_file(&file) {
        if file.file_name() != Some("now.json") {
            return Err(Stop::Usage(format!("{} is no now.json", arguments.path)));
        }
        migrate::migrate(&RealFs, &file, false)?
    } else {
        nothing(&file, &arguments.path)?
    };
    finish(rewrite, arguments.diff, &arguments.output)
}

/// A project that has moved already needs nothing.
fn nothing(file: &Utf8Path, named: &Utf8Path) -> Result<Rewrite, Stop> {
    let moved = file.with_file_name("vercel.json");
    if !RealFs.is_file(&moved) {
        return Err(Stop::Usage(format!("there is no now.json in {named}")));
    }
    let mut rewrite = Rewrite::default();
    rewrite.note(Outcome::Done, moved, "", "is there, and no now.json");
    Ok(rewrite)
}

/// Writes what there is to write, and tells of it.
fn finish(rewrite: Rewrite, diff: bool, output: &RewriteOutput) -> Result<Verdict, Stop> {
    let refused = rewrite.is_refused();
    if !diff && !refused {
        lint::write_all(&rewrite.changes)?;
    }
    emit_to(output.color, output.output.as_deref(), |style, out| {
        if diff && !refused && output.format == RewriteFormatName::Human {
            return rewrite.changes.iter().try_for_each(|change| report::render_diff(change, style, out));
        }
        report::render_rewrite(output.format.into(), &rewrite, !diff && !refused, style, out)
    })?;
    Ok(if refused { Verdict::Findings } else { Verdict::Clean })
}
