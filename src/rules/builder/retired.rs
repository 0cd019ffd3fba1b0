//! `builder/retired`: a builder that is no longer kept.

use crate::analysis::Analysis;
use crate::document::{Applicability, Fix, Part, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::platform::builders::PackageKind;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/retired",
    summary: "a builder was retired, or never was one",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("retired.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for build in config.builds() {
        let Some(builder) = build.uses.map(BuilderUse::parse) else { continue };
        let Some(known) = builder.builder() else { continue };
        let path = build.path.key("use");
        let today = project.platform() == Platform::Vercel;
        let (severity, message) = match known.removed {
            _ if known.kind == PackageKind::Library => (
                Severity::Warning,
                format!("{} is a library that builders use, not a builder: nothing is built", known.name),
            ),
            // It is a part of the platform under both names.
            _ if today && builder.text == "@now/static" => continue,
            _ if today && builder.scope() == Some("now") => (
                Severity::Warning,
                format!(
                    "{} was replaced in 2020: its functions ask for Node versions that the platform no longer runs",
                    known.name
                ),
            ),
            // A config of the months before was right, and its builder went on to work.
            Some(day) if builder.scope() == Some("now") => (
                Severity::Info,
                format!(
                    "{} was retired on {day}: it gets no repairs, and new versions of the platform leave it behind",
                    known.name
                ),
            ),
            _ => continue,
        };
        let label = Label::at(config.document(), &path, Part::Value, "retired");
        let finding = Finding::new(RULE.id, severity, label, message).help(known.advice);
        let replacement = known.replacement.filter(|replacement| today && replacement.starts_with("@vercel/"));
        let edit = replacement
            .and_then(|replacement| Some((replacement, insert::set(config.document(), &path, &replacement.into())?)));
        findings.push(finding.fix(edit.map(|(replacement, edit)| Fix {
            title: format!("Use \"{replacement}\""),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        })));
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::project::{Config, Project};

    #[test]
    fn a_builder_that_still_works_is_no_mistake() {
        for (file, uses, expected) in [
            ("vercel.json", "@now/static", &[][..]),
            ("vercel.json", "@now/node", &[Severity::Warning]),
            ("now.json", "@now/node-server", &[Severity::Info]),
            ("now.json", "@now/build-utils", &[Severity::Warning]),
            ("now.json", "@now/node", &[]),
        ] {
            let text = format!(r#"{{"builds": [{{"src": "a.js", "use": "{uses}"}}]}}"#);
            let (fs, root) = (MemoryFs::new(), Utf8PathBuf::from("/p"));
            let config = Config::new(Document::json(format!("/p/{file}"), text));
            let platform = config.platform();
            let mut findings = Vec::new();
            check(&Analysis::new(Project::new(&fs, root.clone(), root, Some(config), platform)), &mut findings);
            let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
            assert_eq!(severities, expected, "{file} {uses}");
        }
    }
}
