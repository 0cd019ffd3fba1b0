//! `config/now-in-package`: a config of Now in package.json, which nothing reads any more.

use crate::analysis::Analysis;
use crate::document::{Node, Part, Path};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/now-in-package",
    summary: "the key `now` of package.json was a config of Now, and nothing reads it any more",
    severity: Severity::Info,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::None,
    page: include_str!("now_in_package.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(package) = analysis.project().package() else { return };
    let path = Path::keys(["now"]);
    if !package.document().get(&path).is_some_and(Node::is_object) {
        return;
    }
    let message = "a config of Now stood here once; today's platform does not read it, and it is not judged";
    let label = Label::at(package.document(), &path, Part::Key, "");
    let finding = Finding::new(RULE.id, Severity::Info, label, message);
    findings.push(finding.help("move what is still needed into vercel.json, and delete the key"));
}
