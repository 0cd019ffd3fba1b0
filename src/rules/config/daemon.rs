//! `config/daemon`: the entrypoint of a daemon is no Dockerfile.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::document::{Applicability, Document, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/daemon",
    summary: "the entrypoint of a daemon is no Dockerfile or Containerfile",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("daemon.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let Some(daemons) = config.get("daemons") else { return };
    let refused = super::refused_places(analysis);
    let entrypoints = super::members_that_count(daemons)
        .filter_map(|(daemon, node)| Some((&*daemon.key, node.get("entrypoint")?.as_str()?)));
    for (name, entrypoint) in entrypoints.filter(|(_, entrypoint)| !is_container_file(entrypoint)).take(MOST) {
        let path = Path::keys(["daemons", name, "entrypoint"]);
        if refused.contains(&path) {
            continue;
        }
        let message = format!(
            "the daemon \"{name}\" starts from no Dockerfile or Containerfile: a daemon is a container, and the platform refuses another entrypoint"
        );
        let label = Label::at(config.document(), &path, Part::Value, "");
        let help = "name a file such as `Dockerfile` or `worker.Dockerfile`; what it starts belongs into `command`";
        let finding = Finding::new(RULE.id, Severity::Error, label, message).help(help);
        findings.push(finding.fix(fix(config.document(), &path, entrypoint)));
    }
}

/// A file name that is one of the two words but for a slip.
fn fix(document: &Document, path: &Path, entrypoint: &str) -> Option<Fix> {
    let (folder, name) = entrypoint.rsplit_once('/').unwrap_or(("", entrypoint));
    let meant = similar::closest(name, ["Dockerfile", "Containerfile"])?;
    let right = if folder.is_empty() { meant.to_owned() } else { format!("{folder}/{meant}") };
    let edits = vec![insert::set(document, path, &right.as_str().into())?];
    Some(Fix { title: format!("Write \"{right}\""), applicability: Applicability::Unsafe, edits })
}

/// As the command line 64.0.2 judges: the file name holds one of the two words anywhere, in any letter case.
fn is_container_file(entrypoint: &str) -> bool {
    let name = entrypoint.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    name.contains("dockerfile") || name.contains("containerfile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_alone_counts() {
        for good in
            ["Dockerfile", "a/b.Dockerfile", "DOCKERFILE", "Containerfile.web", "a\\Dockerfile", "dockerfile.js"]
        {
            assert!(is_container_file(good), "{good}");
        }
        for bad in ["main.ts", "Dockerfile/", "Dockerfile/x", "Dockerfile\\x", "docker", "nginx:latest", "DOCKERFİLE"]
        {
            assert!(!is_container_file(bad), "{bad}");
        }
    }
}
