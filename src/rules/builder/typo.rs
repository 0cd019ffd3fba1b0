//! `builder/typo`: the `use` of a build is no official builder, but nearly one.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::platform::builder_use::BuilderUse;
use crate::platform::builders::nearest_runtime;
use crate::rules::config::function_maps;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/typo",
    summary: "a builder's name is misspelt",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Always,
    page: include_str!("typo.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for build in config.builds() {
        let Some(builder) = build.uses.map(BuilderUse::parse).filter(|builder| builder.builder().is_none()) else {
            continue;
        };
        let Some(meant) = builder.nearest() else { continue };
        let path = build.path.key("use");
        // The official scopes hold nothing else, so the install fails. Today's validator does not look at names.
        let is_official = matches!(builder.scope(), Some("now" | "vercel"));
        let severity =
            if is_official && project.platform() == Platform::Now { Severity::Error } else { Severity::Warning };
        let version = version(&builder);
        let right = format!("{meant}{version}");
        let message = format!("there is no builder \"{}\": the build cannot install it", builder.text);
        let finding =
            Finding::new(RULE.id, severity, Label::at(config.document(), &path, Part::Value, "misspelt"), message)
                .help(format!("did you mean \"{right}\"?"))
                .fix(insert::set(config.document(), &path, &right.as_str().into()).map(|edit| Fix {
                    title: format!("Use \"{right}\""),
                    applicability: if is_official { Applicability::Safe } else { Applicability::Unsafe },
                    edits: vec![edit],
                }));
        findings.push(finding);
    }
    let runtimes = function_maps(config).into_iter().flat_map(|(place, functions)| {
        let named = functions.members().filter_map(|(member, node)| Some((member, node.get("runtime")?)));
        named.map(move |(member, runtime)| (place.key(&member.key).key("runtime"), runtime)).collect::<Vec<_>>()
    });
    let document = config.document();
    findings.extend(runtimes.filter_map(|(path, runtime)| of_runtime(document, &path, runtime)).take(MOST));
}

/// What stands behind the name, with its `@`.
fn version(builder: &BuilderUse) -> &str {
    builder.text.get(1..).and_then(|rest| rest.find('@').map(|at| &rest[at..])).unwrap_or_default()
}

/// There may be such a package, so that this is a question.
fn of_runtime(document: &Document, path: &Path, runtime: Node<'_>) -> Option<Finding> {
    let builder = BuilderUse::parse(runtime.as_str()?);
    let (name, meant) = (builder.name.as_deref()?, nearest_runtime(builder.name.as_deref()?)?);
    let right = format!("{meant}{}", version(&builder));
    let message = format!(
        "\"{name}\" is nearly the name of the runtime \"{meant}\": if there is no such package, the build cannot install it"
    );
    let edit = insert::set(document, path, &right.as_str().into());
    let finding =
        Finding::new(RULE.id, Severity::Warning, Label::at(document, path, Part::Value, "misspelt?"), message);
    Some(finding.help(format!("did you mean \"{right}\"?")).fix(edit.map(|edit| Fix {
        title: format!("Use \"{right}\""),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    })))
}
