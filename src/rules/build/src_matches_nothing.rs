//! `build/src-matches-nothing`: a build names no file.

use crate::analysis::Analysis;
use crate::base::similar;
use crate::detect::builds;
use crate::document::{Applicability, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::project::Project;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "build/src-matches-nothing",
    summary: "the `src` of a build names no uploaded file, so nothing is built",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("src_matches_nothing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    for path in &analysis.detected().unmatched {
        let src = config.document().get(&path.key("src")).and_then(|node| node.as_str()).unwrap_or("**");
        let plain = src.trim_start_matches('/').trim_start_matches("./");
        let is_glob = plain.contains(['*', '?', '{', '[', '(']);
        // A pattern may be meant for files that are not there yet, and what git ignores may be built before the deploy; another path is not.
        let may_come = is_glob || project.git_ignores(&project.root().join(plain));
        let is_dotted = src.starts_with("./") && matches_without_dot(project, plain);
        let severity = match (is_dotted, may_come) {
            (true, _) => Severity::Info,
            (false, true) => Severity::Warning,
            (false, false) => Severity::Error,
        };
        let label = Label::at(config.document(), &path.key("src"), Part::Value, "matches nothing");
        let message = match is_dotted {
            true => format!(
                "`now dev` of 2019 found no file for \"{src}\", because of the `./`; what a deploy made of it is not documented"
            ),
            false => format!("no uploaded file matches \"{src}\": this build makes nothing, and its URLs answer 404"),
        };
        let finding = Finding::new(RULE.id, severity, label, message);
        findings.push(match is_dotted {
            true => finding.help(format!("write \"{plain}\"")).fix(fix(analysis, path, plain)),
            false => explain(analysis, finding, path, plain),
        });
    }
}

/// Whether the path matches files once its `./` is left out.
fn matches_without_dot(project: &Project<'_>, plain: &str) -> bool {
    builds::sources(project.platform(), Some(plain), project.files()).is_ok_and(|found| !found.is_empty())
}

fn fix(analysis: &Analysis<'_>, path: &Path, meant: &str) -> Option<Fix> {
    let edit = insert::set(analysis.project().config()?.document(), &path.key("src"), &meant.into())?;
    Some(Fix { title: format!("Use \"{meant}\""), applicability: Applicability::Unsafe, edits: vec![edit] })
}

fn explain(analysis: &Analysis<'_>, finding: Finding, path: &Path, plain: &str) -> Finding {
    let project = analysis.project();
    if project.has_file(plain) {
        let by = project.upload().file().and_then(|file| file.file_name()).unwrap_or("the platform's own list");
        return finding.help(format!("{plain} is there, but {by} keeps it from being uploaded"));
    }
    if project.git_ignores(&project.root().join(plain)) {
        return finding.help(format!(
            "git ignores {plain}: if a build makes it, build before the deploy; a deploy from git lacks it"
        ));
    }
    let Some(meant) = nearest(project.files(), plain) else {
        return finding
            .help("paths are relative to the folder of the config; a folder needs a pattern such as \"api/**/*.js\"");
    };
    finding.help(format!("did you mean \"{meant}\"?")).fix(fix(analysis, path, meant))
}

/// The file that was probably meant: the same name elsewhere or with another ending, else a path that is spelt nearly so.
pub(in crate::rules) fn nearest<'f>(files: &'f [String], plain: &str) -> Option<&'f str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let stem = |path: &str| path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
    let mut same = files.iter().filter(|file| stem(file) == stem(plain) || name(file) == name(plain));
    match (same.next(), same.next()) {
        (Some(one), None) => Some(one),
        (Some(_), Some(_)) => None,
        (None, _) => similar::closest(plain, files.iter().map(String::as_str)),
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8PathBuf;

    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::document::Document;
    use crate::project::Config;

    #[test]
    fn what_git_ignores_may_be_built_before_the_deploy() {
        for (ignored, severity) in [("", Severity::Error), ("dist\n", Severity::Warning)] {
            let text = r#"{"builds": [{"src": "dist/main.js", "use": "@vercel/node"}]}"#;
            let fs = MemoryFs::new().with("/p/vercel.json", text).with("/p/.gitignore", ignored);
            let root = Utf8PathBuf::from("/p");
            let config = Config::new(Document::json("/p/vercel.json", text));
            let project = Project::new(&fs, root.clone(), root, Some(config), Platform::Vercel);
            let mut findings = Vec::new();
            check(&Analysis::new(project), &mut findings);
            assert_eq!(findings.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [severity]);
        }
    }

    #[test]
    fn a_path_from_the_folder_itself_is_uncertain_in_2019() {
        for (src, expected) in
            [("./src/**", Severity::Info), ("./lib/**", Severity::Warning), ("./a.js", Severity::Error)]
        {
            let text = format!(r#"{{"builds": [{{"src": "{src}", "use": "@now/node"}}]}}"#);
            let fs = MemoryFs::new().with("/p/now.json", text.as_str()).with("/p/src/a.js", "");
            let root = Utf8PathBuf::from("/p");
            let config = Config::new(Document::json("/p/now.json", text));
            let project = Project::new(&fs, root.clone(), root, Some(config), Platform::Now);
            let mut findings = Vec::new();
            check(&Analysis::new(project), &mut findings);
            assert_eq!(findings.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [expected], "{src}");
        }
    }
}
