//! `config/timezone`: the time zone of a schedule is no name of the IANA database.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::{Platform, time_zones};
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/timezone",
    summary: "the time zone of a schedule does not exist",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("timezone.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let Some(schedules) = config.get("schedules") else { return };
    let (document, refused) = (config.document(), super::refused_places(analysis));
    let zones = schedules.items().map(|item| item.get("timezone").and_then(Node::as_str)).enumerate();
    let unknown = zones.filter_map(|(at, zone)| Some((at, zone.filter(|zone| !time_zones::is_time_zone(zone))?)));
    for (at, zone) in unknown.take(MOST) {
        let path = Path::keys(["schedules"]).index(at).key("timezone");
        if refused.contains(&path) {
            continue;
        }
        let message = "no time zone of the IANA database has this name: the platform refuses the file";
        let finding = Finding::new(RULE.id, Severity::Error, Label::at(document, &path, Part::Value, ""), message);
        let meant = similar::closest(zone, time_zones::time_zones());
        let help = match meant {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "write a name such as \"Europe/Berlin\", no offset; without `timezone` it is UTC".to_owned(),
        };
        let fix = meant.and_then(|meant| {
            let edits = vec![insert::set(document, &path, &meant.into())?];
            Some(Fix { title: format!("Write \"{meant}\""), applicability: Applicability::Unsafe, edits })
        });
        findings.push(finding.help(help).fix(fix));
    }
}
