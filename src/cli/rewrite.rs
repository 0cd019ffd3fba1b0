//! `init` and `migrate`: whole configs, written with a report of what was done.

use camino::Utf8Path;

use super::args::{Init, Migrate, RewriteFormatName, RewriteOutput};
use super::output::{emit_to, finish};
use super::{Stop, Verdict, current_folder};
use crate::base::{Fs, NotingFs, RealFs, paths};
use crate::document::{Node, Path};
use crate::lint::{self, Unreadable};
use crate::project::PackageJson;
use crate::report;
use crate::rewrite::{self, Outcome, Rewrite, migrate};

pub(super) fn init(arguments: &Init) -> Result<Verdict, Stop> {
    let folder = paths::normalize(&current_folder()?.join(&arguments.path));
    let metadata = RealFs.metadata(&folder).map_err(|source| Unreadable { path: folder.clone(), source })?;
    if !metadata.is_dir() {
        return Err(Stop::Usage(format!("{} is no folder: init takes the folder of a project", arguments.path)));
    }
    let disk = NotingFs::new(&RealFs);
    let rewrite = rewrite::init(&disk, &folder, arguments.platform.map(Into::into));
    // What is not seen cannot be written for.
    finish(Verdict::Clean, Vec::new(), &disk)?;
    let rewrite = rewrite?;
    carry_out(&rewrite, arguments.diff, &arguments.output)
}

pub(super) fn migrate(arguments: &Migrate) -> Result<Verdict, Stop> {
    let path = paths::normalize(&current_folder()?.join(&arguments.path));
    let file = migrate::config_of(&RealFs, &path);
    let rewrite = if RealFs.is_file(&file) {
        if file.file_name() != Some("now.json") {
            return Err(Stop::Usage(format!("{} is no now.json", arguments.path)));
        }
        let disk = NotingFs::new(&RealFs);
        let rewrite = migrate::migrate(&disk, &file, false);
        finish(Verdict::Clean, Vec::new(), &disk)?;
        rewrite?
    } else {
        nothing(&file, &arguments.path)?
    };
    carry_out(&rewrite, arguments.diff, &arguments.output)
}

/// A project that has moved already needs nothing.
fn nothing(file: &Utf8Path, named: &Utf8Path) -> Result<Rewrite, Stop> {
    let moved = file.with_file_name("vercel.json");
    if !RealFs.is_file(&moved) {
        let package = PackageJson::read(&RealFs, &file.with_file_name("package.json"));
        let has_key =
            package.is_some_and(|package| package.document().get(&Path::keys(["now"])).is_some_and(Node::is_object));
        let key = if has_key {
            "; the config stands in package.json, as `now`, which Now 1.0 read: move it into a now.json, then migrate that"
        } else {
            ""
        };
        return Err(Stop::Usage(format!("there is no now.json in {named}{key}")));
    }
    let mut rewrite = Rewrite::default();
    rewrite.note(Outcome::Kept, moved, "", "is there, and no now.json");
    Ok(rewrite)
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
