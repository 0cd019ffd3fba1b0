//! `cron/schedule`: a cron expression that the platform does not read.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::config::refused_places;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cron/schedule",
    summary: "a cron expression that the platform does not read",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("schedule.md"),
    check,
};

/// The five fields with their least and greatest number. (vercel.com/docs/cron-jobs, 2026-08.)
const FIELDS: [(&str, u32, u32); 5] =
    [("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 6)];

const NAMES: [&str; 19] = [
    "sun", "mon", "tue", "wed", "thu", "fri", "sat", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec",
];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let document = config.document();
    let refused = refused_places(analysis);
    let schedules = ["crons", "schedules"].into_iter().flat_map(|key| {
        let items = config.get(key).into_iter().flat_map(Node::items).enumerate();
        items.filter_map(move |(at, item)| {
            Some((Path::keys([key]).index(at).key("schedule"), item.get("schedule")?.as_str()?))
        })
    });
    let wrong = schedules.filter_map(|(path, text)| Some((judge(text)?, path, text)));
    let spoken = |path: &Path| {
        let mut around = std::iter::successors(Some(path.clone()), Path::parent);
        around.any(|path| refused.contains(&path))
    };
    for (problem, path, text) in wrong.filter(|(_, path, _)| !spoken(path)).take(MOST) {
        let label = Label::at(document, &path, Part::Value, "");
        let finding = Finding::new(RULE.id, problem.severity, label, problem.message).help(problem.help);
        findings.push(finding.fix(repair(document, &path, text)));
    }
}

struct Problem {
    severity: Severity,
    message: String,
    help: &'static str,
}

const FORM: &str =
    "write minute, hour, day of the month, month and day of the week, as in \"0 5 * * 1\" (Mondays at 05:00 UTC)";

/// The first thing that is wrong with an expression.
fn judge(text: &str) -> Option<Problem> {
    let warning = |message: String| Some(Problem { severity: Severity::Warning, message, help: FORM });
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return warning(format!(
            "a schedule has five fields, and this one has {}: the deploy is refused",
            fields.len()
        ));
    }
    for (field, (name, least, most)) in fields.iter().zip(FIELDS) {
        match field_fault(field, least, most) {
            Fault::None => {}
            Fault::Form => {
                return warning(format!(
                    "\"{field}\" is no {name}: numbers from {least} to {most} with `*`, `,`, `-` and `/`"
                ));
            }
            Fault::Names => {
                let message = format!(
                    "the documentation takes no names such as \"{field}\": whether the deploy is refused is not certain"
                );
                return Some(Problem {
                    severity: Severity::Info,
                    message,
                    help: "write numbers: Sunday is 0, January is 1",
                });
            }
            Fault::Sunday => {
                let message = "the documentation counts the days of the week from 0 (Sunday) to 6: whether 7 is refused is not certain".to_owned();
                return Some(Problem { severity: Severity::Info, message, help: "write 0 for Sunday" });
            }
        }
    }
    let both = fields.get(2).is_some_and(|day| *day != "*") && fields.get(4).is_some_and(|day| *day != "*");
    both.then(|| Problem {
        severity: Severity::Info,
        message: "both the day of the month and the day of the week are set, and the documentation takes one of them: whether the deploy is refused is not certain".to_owned(),
        help: "write `*` for one of the two, and let the function look at the other",
    })
}

enum Fault {
    None,
    Form,
    Names,
    Sunday,
}

fn field_fault(field: &str, least: u32, most: u32) -> Fault {
    let mut fault = Fault::None;
    for part in field.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
            return Fault::Form;
        }
        if range == "*" {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let is_name = |text: &str| NAMES.contains(&text.to_ascii_lowercase().as_str());
        if is_name(from) && is_name(to) {
            fault = Fault::Names;
            continue;
        }
        match (number(from), number(to)) {
            (Some(from), Some(to)) if from >= least && from <= to && to <= most => {}
            (Some(from), Some(to)) if most == 6 && from <= to && to == 7 => fault = Fault::Sunday,
            _ => return Fault::Form,
        }
    }
    fault
}

/// At most four digits: no field has more.
fn number(text: &str) -> Option<u32> {
    (text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The words that some crons have for a whole expression.
const MACROS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// What means the same: numbers for names, 0 for the seventh day, a word written out, no seconds where they are 0.
pub(in crate::rules) fn meant(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let fields: Vec<String> = match MACROS.iter().find(|(word, _)| *word == lower) {
        Some((_, written)) => return Some((*written).to_owned()),
        None => lower.split_whitespace().map(without_names).collect(),
    };
    let fields = match fields.as_slice() {
        [seconds, rest @ ..] if rest.len() == FIELDS.len() && seconds == "0" => rest.to_vec(),
        _ => fields,
    };
    let fields: Vec<&str> = fields.iter().map(|field| if field == "?" { "*" } else { field }).collect();
    let week = fields.last().map(|day| if *day == "7" { "0" } else { day });
    let written = fields.iter().copied().take(FIELDS.len() - 1).chain(week).collect::<Vec<_>>().join(" ");
    (fields.len() == FIELDS.len() && judge(&written).is_none()).then_some(written)
}

fn without_names(field: &str) -> String {
    let number = |word: &str| {
        let at = NAMES.iter().position(|name| *name == word)?;
        Some(if at < 7 { at } else { at - 6 }.to_string())
    };
    let item = |item: &str| {
        item.split('-').map(|word| number(word).unwrap_or_else(|| word.to_owned())).collect::<Vec<_>>().join("-")
    };
    field.split(',').map(item).collect::<Vec<_>>().join(",")
}

fn repair(document: &Document, path: &Path, text: &str) -> Option<Fix> {
    let written = meant(text).filter(|written| written != text)?;
    let edits = vec![insert::set(document, path, &written.as_str().into())?];
    Some(Fix { title: format!("Write \"{written}\""), applicability: Applicability::Unsafe, edits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_platform_reads_is_silent() {
        for text in [
            "* * * * *",
            "0 0 * * *",
            "*/5 0-23/2 1,15 * *",
            "21 1/3 * * *",
            "0  5 * * 1-5",
            "59 23 31 12 *",
            "0 0 * * 0,6",
        ] {
            assert!(judge(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_read_is_told_and_repaired_where_it_means_one_thing() {
        for (text, severity, written) in [
            ("0 0 0 * * *", Severity::Warning, Some("0 0 * * *")),
            ("30 0 0 * * *", Severity::Warning, None),
            ("0 0 * *", Severity::Warning, None),
            ("60 * * * *", Severity::Warning, None),
            ("*/0 * * * *", Severity::Warning, None),
            ("5-1 * * * *", Severity::Warning, None),
            ("0 0 0 * *", Severity::Warning, None),
            ("0 0 ? * 1", Severity::Warning, Some("0 0 * * 1")),
            ("0 0 L * *", Severity::Warning, None),
            ("0 9 * * MON-FRI", Severity::Info, Some("0 9 * * 1-5")),
            ("0 9 1 JAN *", Severity::Info, Some("0 9 1 1 *")),
            ("0 9 * * 7", Severity::Info, Some("0 9 * * 0")),
            ("0 9 1 * 1", Severity::Info, None),
            ("0 9 * * 99999999999", Severity::Warning, None),
            ("@midnight", Severity::Warning, Some("0 0 * * *")),
        ] {
            assert_eq!(judge(text).map(|problem| problem.severity), Some(severity), "{text}");
            assert_eq!(meant(text).filter(|written| written != text).as_deref(), written, "{text}");
        }
    }
}
