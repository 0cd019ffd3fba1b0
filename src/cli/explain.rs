//! `explain`: the page of a rule, or what a message means and where the project brings it about.

use std::io::Read;

use super::args::Explain;
use super::check::MAX_STDIN;
use super::output::{emit_to, finish};
use super::{Stop, Verdict, current_folder};
use crate::base::{Fs, NotingFs, similar};
use crate::lint::{self, Options, Report, Unreadable};
use crate::report;
use crate::rules::messages::{self, Recognised};
use crate::rules::{self, RULES};

pub(super) fn explain(arguments: &Explain, disk: &dyn Fs) -> Result<Verdict, Stop> {
    let text = text(arguments)?;
    let text = text.trim();
    if let Some(rule) = rules::find(text) {
        emit_to(arguments.color, None, |style, out| report::render_page(rule.page, style, out))?;
        return Ok(Verdict::Clean);
    }
    let recognised = messages::recognise(text);
    if recognised.is_empty() {
        return Err(Stop::Usage(unknown(text)));
    }
    let disk = NotingFs::new(disk);
    let (report, failures) = causes(&recognised, arguments, &disk)?;
    emit_to(arguments.color, None, |style, out| report::render_causes(&recognised, &report, style, out))?;
    finish(Verdict::Clean, failures, &disk)
}

fn text(arguments: &Explain) -> Result<String, Stop> {
    if arguments.text != ["-"] {
        return Ok(arguments.text.join(" "));
    }
    let mut bytes = Vec::new();
    let unreadable = |source| Unreadable { path: "standard input".into(), source };
    std::io::stdin().take(MAX_STDIN).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What the project's rules say of the messages' causes.
fn causes(
    recognised: &[Recognised],
    arguments: &Explain,
    disk: &NotingFs<'_>,
) -> Result<(Report, Vec<Unreadable>), Stop> {
    let found = lint::discover(disk, &[current_folder()?.join(&arguments.path)])?;
    let options = Options { platform: arguments.platform.map(Into::into), ..Options::default() };
    let (mut report, failures) = lint::check(disk, &found, &options);
    let rank = |rule: &str| recognised.iter().flat_map(|one| one.message.rules).position(|named| *named == rule);
    report.findings.retain(|finding| rank(finding.rule).is_some());
    report.findings.sort_by_key(|finding| rank(finding.rule));
    report.functions.clear();
    report.detected.clear();
    Ok((report, failures))
}

/// What to say where `text` is neither: most likely a misspelt rule if it is one word.
fn unknown(text: &str) -> String {
    if text.split_whitespace().count() > 1 || text.is_empty() {
        return "this message is not one that nowcheck knows; `nowcheck check` tells what is wrong with the project"
            .to_owned();
    }
    let named = RULES.iter().map(|rule| rule.id).find(|known| known.rsplit('/').next() == Some(text));
    let meant = named.or_else(|| similar::closest(text, RULES.iter().map(|rule| rule.id)));
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
    format!("there is no rule {text:?}{meant} (`nowcheck rules` lists them)")
}
