//! `config/services`: a service asks for the address of one that does not exist.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::{Applicability, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/services",
    summary: "a service is bound to another one that does not exist",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("services.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (document, refused) = (config.document(), super::refused_places(analysis));
    for key in ["services", "experimentalServicesV2"] {
        let Some(services) = config.get(key) else { continue };
        let unknown = super::members_that_count(services).flat_map(|(service, node)| {
            let bindings = node.get("bindings").into_iter().flat_map(Node::items).enumerate();
            let named = bindings.filter_map(|(at, binding)| Some((at, binding.get("service")?.as_str()?)));
            named.filter(|(_, name)| services.get(name).is_none()).map(|(at, name)| (&*service.key, at, name))
        });
        for (service, at, name) in unknown.take(MOST) {
            let path = Path::keys([key, service, "bindings"]).index(at).key("service");
            if refused.contains(&path) {
                continue;
            }
            let message = format!(
                "the service \"{service}\" asks for the address of \"{name}\", which does not stand in `{key}`: the platform refuses the file"
            );
            let others = services.members().map(|(member, _)| &*member.key).filter(|other| *other != service);
            let meant = similar::closest(name, others);
            let help = match meant {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => format!("add \"{name}\" to `{key}`, or delete the binding"),
            };
            let finding = Finding::new(RULE.id, Severity::Error, Label::at(document, &path, Part::Value, ""), message);
            let fix = meant.and_then(|meant| {
                Some(Fix {
                    title: format!("Write \"{meant}\""),
                    applicability: Applicability::Unsafe,
                    edits: vec![insert::set(document, &path, &meant.into())?],
                })
            });
            findings.push(finding.help(help).fix(fix));
        }
    }
}
