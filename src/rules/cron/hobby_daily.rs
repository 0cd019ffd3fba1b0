//! `cron/hobby-daily`: a cron job that runs more often than the Hobby plan allows.

use crate::analysis::Analysis;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::plan::{self, Plan};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cron/hobby-daily",
    summary: "a cron job runs more than once a day, which the Hobby plan does not allow",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Always,
    page: include_str!("hobby_daily.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    let Some(crons) = config.get("crons") else { return };
    if project.settings().and_then(|settings| settings.plan()).is_none_or(Plan::allows_hourly_crons) {
        return;
    }
    let schedules = crons.items().map(|item| item.get("schedule").and_then(Node::as_str)).enumerate();
    let frequent = schedules.filter_map(|(at, text)| Some((at, Daily::read(text?).filter(|daily| daily.runs() > 1)?)));
    for (at, daily) in frequent.take(MOST) {
        let path = Path::keys(["crons"]).index(at).key("schedule");
        let label = Label::at(config.document(), &path, Part::Value, "too often");
        let message = format!(
            "this schedule runs {} times a day, and on the Hobby plan a cron job may run once a day (documentation of \
             {}): the deploy is refused",
            daily.runs(),
            plan::AS_OF
        );
        let once = daily.once();
        let fix = insert::set(config.document(), &path, &once.as_str().into()).map(|edit| Fix {
            title: format!("Run it once a day, at {}:{:02} UTC", daily.hours.first(), daily.minutes.first()),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
        let help = format!(
            "name one minute and one hour, such as \"{once}\"; if the project is on another plan, say so with \"plan\" in \
             nowcheck's settings"
        );
        findings.push(Finding::new(RULE.id, Severity::Warning, label, message).help(help).fix(fix));
    }
}

/// A schedule, as far as it says how often a job runs on a day.
struct Daily<'s> {
    minutes: Times,
    hours: Times,
    /// Day of month, month, day of week.
    days: [&'s str; 3],
}

impl<'s> Daily<'s> {
    /// None for what is not five fields with a minute and an hour: whether it is refused is not the question here.
    fn read(schedule: &'s str) -> Option<Self> {
        let mut fields = schedule.split_whitespace();
        let (minutes, hours) = (Times::read(fields.next()?, 60)?, Times::read(fields.next()?, 24)?);
        let days = [fields.next()?, fields.next()?, fields.next()?];
        fields.next().is_none().then_some(Self { minutes, hours, days })
    }

    /// How often it runs on a day on which it runs.
    fn runs(&self) -> u32 {
        self.minutes.0.count_ones() * self.hours.0.count_ones()
    }

    /// The first of its times alone.
    fn once(&self) -> String {
        format!("{} {} {}", self.minutes.first(), self.hours.first(), self.days.join(" "))
    }
}

/// The minutes of an hour, or the hours of a day, that a field names: one bit each.
struct Times(u64);

impl Times {
    /// `*`, `5`, `1-5`, each with `/step` or without, and lists of these. None for anything else.
    fn read(field: &str, end: u64) -> Option<Self> {
        let mut times = 0;
        for part in field.split(',') {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            let (first, last) = match (range, range.split_once('-')) {
                ("*", _) => (0, end - 1),
                (_, Some((first, last))) => (number(first)?, number(last)?),
                // `5/15` begins at 5 and goes on to the end.
                (one, None) => (number(one)?, if step.is_some() { end - 1 } else { number(one)? }),
            };
            let step = step.map_or(Some(1), number).filter(|step| *step > 0)?;
            if first > last || last >= end {
                return None;
            }
            times |= (first..=last).step_by(usize::try_from(step).ok()?).fold(0, |times, time| times | 1 << time);
        }
        Some(Self(times))
    }

    fn first(&self) -> u32 {
        self.0.trailing_zeros()
    }
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_day() {
        for (schedule, runs) in [
            ("0 5 * * *", Some(1)),
            ("0 5 * * 1-5", Some(1)),
            ("0 0 1 1 *", Some(1)),
            ("59 23 31 12 7", Some(1)),
            ("*/60 7-7 * * *", Some(1)),
            ("0-0/5 */24 * * *", Some(1)),
            ("7,7 3,3 * * *", Some(1)),
            ("* * * * *", Some(1440)),
            ("*/5 * * * *", Some(288)),
            ("0 * * * *", Some(24)),
            ("0 */12 * * *", Some(2)),
            ("0,30 9 * * *", Some(2)),
            ("*/30 9 * * *", Some(2)),
            ("40/15 9 * * *", Some(2)),
            ("0 9-17/4 * * 1", Some(3)),
            ("1-5,3-8 0 * * *", Some(8)),
            ("*/40 1,13 * * *", Some(4)),
            ("0 5 * *", None),
            ("0 0 5 * * *", None),
            ("60 5 * * *", None),
            ("0 24 * * *", None),
            ("0 */0 * * *", None),
            ("0 5-3 * * *", None),
            ("+1 5 * * *", None),
            ("0 99999999999999999999 * * *", None),
            ("0 */99999999999999999999 * * *", None),
            (", , * * *", None),
            ("@midnight", None),
            ("", None),
        ] {
            assert_eq!(Daily::read(schedule).map(|daily| daily.runs()), runs, "{schedule}");
        }
        assert_eq!(Daily::read("*/5 9-17 * 1 MON").map(|daily| daily.once()).as_deref(), Some("0 9 * 1 MON"));
    }
}
