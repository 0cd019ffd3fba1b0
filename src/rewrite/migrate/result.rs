//! The result, judged before it is written.

use camino::{Utf8Path, Utf8PathBuf};

use crate::base::Fs;
use crate::base::fs::OverlayFs;
use crate::lint::{self, Options, Report, Unreadable};
use crate::platform::Platform;
use crate::project::discover::Found;
use crate::rewrite::{Outcome, Rewrite};
use crate::rules::{Finding, Severity};

/// The rule about a range that was wrong for today's platform before: what lies beside the config is told of it already.
const NODE_RANGE: &str = "build/node-range";

/// Refuses a result that the platform would refuse: by its text, or by the project where the now.json did not fail for the same reason.
pub(super) fn judge(
    fs: &dyn Fs,
    found: &Found,
    target: &Utf8Path,
    isolated: bool,
    rewrite: &mut Rewrite,
) -> Result<(), Unreadable> {
    if rewrite.is_refused() {
        return Ok(());
    }
    let mut overlay = OverlayFs::new(fs);
    for change in &rewrite.changes {
        match &change.new {
            Some(bytes) => overlay.set(&change.file, bytes.clone()),
            None => overlay.remove(&change.file),
        }
    }
    let moved = Found { root: found.root.clone(), config: Some(target.to_owned()) };
    let text = Options { platform: Some(Platform::Vercel), isolated: true, ..Options::default() };
    let of_text = lint::check_found(&overlay, &moved, &text)?;
    let before = lint::check_found(fs, found, &text)?;
    let refused: Vec<&Finding> = errors(&of_text).collect();
    for finding in &refused {
        let known = errors(&before).any(|other| is_same(finding, other));
        let origin = if known { "now.json has this fault already" } else { "vercel.json would have this fault" };
        rewrite.note(
            Outcome::Refused,
            found_file(found),
            "",
            format!("{origin} ({}): {}{}", finding.rule, finding.message, help(finding)),
        );
    }
    if isolated || !refused.is_empty() {
        return Ok(());
    }
    let whole = Options { platform: Some(Platform::Vercel), ..Options::default() };
    let after = lint::check_found(&overlay, &moved, &whole)?;
    let before = lint::check_found(fs, found, &whole)?;
    for finding in errors(&after) {
        if finding.rule == NODE_RANGE {
            continue;
        }
        let is_older = errors(&before).any(|other| is_same(finding, other));
        let outcome = if is_older { Outcome::Todo } else { Outcome::Refused };
        let file = if finding.primary.file == *target { found_file(found) } else { finding.primary.file.clone() };
        rewrite.note(
            outcome,
            file,
            "",
            format!("would not deploy or run on Vercel ({}): {}{}", finding.rule, finding.message, help(finding)),
        );
    }
    Ok(())
}

fn found_file(found: &Found) -> Utf8PathBuf {
    found.config.clone().unwrap_or_else(|| found.root.join("now.json"))
}

fn errors(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.severity == Severity::Error)
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    one.rule == other.rule && one.message == other.message
}

fn help(finding: &Finding) -> String {
    finding.help.as_ref().map_or_else(String::new, |help| format!("; {help}"))
}
