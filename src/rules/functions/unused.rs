//! `functions/unused`: settings for functions that are not there.

use serde_json::json;

use crate::analysis::Analysis;
use crate::base::glob::Glob;
use crate::base::similar;
use crate::detect::{Function, Problem, Refusal};
use crate::document::{Applicability, Fix, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/unused",
    summary: "no function takes its settings from a key of `functions`, and the platform refuses that",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT,
    fix: FixKind::Sometimes,
    page: include_str!("unused.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let unused = analysis.detected().problems.iter().filter_map(|found| match &found.problem {
        Problem::Unused { key } => Some((found, key.as_str())),
        _ => None,
    });
    findings.extend(unused.take(MOST).filter_map(|(found, key)| judge(analysis, found, key)));
}

/// An info where a framework that the files suggest leaves the key alone: such a project usually deploys.
fn severity(found: &Refusal) -> Severity {
    if found.is_sure { Severity::Error } else { Severity::Info }
}

fn judge(analysis: &Analysis<'_>, found: &Refusal, key: &str) -> Option<Finding> {
    let project = analysis.project();
    let document = project.config()?.document();
    let path = Path::keys(["functions", key]);
    let label = Label::at(document, &path, Part::Key, "");
    let data = json!({ "code": found.problem.code() });
    let glob = Glob::minimatch(key.trim(), false).ok();
    let is_named = |file: &str| file == key || glob.as_ref().is_some_and(|glob| glob.is_match(file));
    if let Some(function) = analysis.detected().functions.iter().find(|function| is_named(&function.entrypoint)) {
        let message = format!(
            "no function takes its settings from \"{key}\", and the platform refuses that: a file takes those of the first key that names it{}",
            super::unless(found)
        );
        let earlier = function.place.as_ref().filter(|place| **place != path);
        let mut finding = Finding::new(RULE.id, severity(found), label, message)
            .help("put the narrower path first, or join the two")
            .data(data);
        if let Some(place) = earlier {
            let text = format!("names {} before it", function.entrypoint);
            finding = finding.related(Label::at(document, place, Part::Key, text));
        }
        return Some(finding);
    }
    let may_come = project.git_ignores(&project.root().join(key));
    let severity = if may_come { severity(found).lower() } else { severity(found) };
    let message = format!("\"{key}\" names no function, and the platform refuses that{}", super::unless(found));
    let finding = Finding::new(RULE.id, severity, label, message).data(data);
    let named = project.files().iter().find(|file| is_named(file));
    if let Some(file) = named {
        return Some(finding.help(why_none(file)));
    }
    if may_come {
        return Some(finding.help(format!(
            "git ignores {key}: if a build makes it, build before the deploy; a deploy from git lacks it"
        )));
    }
    let functions = &analysis.detected().functions;
    let Some(meant) = nearest(functions, key) else { return Some(finding.help(listing(functions))) };
    let is_free = document.get(&Path::keys(["functions", meant])).is_none();
    let edit = is_free.then(|| insert::rename_key(document, &path, meant)).flatten();
    Some(finding.help(format!("did you mean \"{meant}\"?")).fix(edit.map(|edit| Fix {
        title: format!("Rename it to \"{meant}\""),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    })))
}

/// Why an uploaded file that the key names is no function.
fn why_none(file: &str) -> String {
    let why = match file.strip_prefix("api/") {
        None => "only files in `api/` and those of a framework are functions: move it there, or set `framework`",
        Some(_) if file.contains("/_") || file.contains("/.") => "names that begin with `_` or `.` are left out",
        Some(_) if file.ends_with(".d.ts") => "it holds types only",
        Some(_) if file.ends_with(".py") => "it holds no `app`, `application` or `handler`",
        Some(_) => "functions end in .js, .mjs, .ts, .tsx, .go, .py, .rb or .rs, or need a `runtime` of their own here",
    };
    format!("{file} is there, but it is no function: {why}")
}

/// The function that was probably meant: the same name elsewhere or with another ending, else the only one of the same folder whose name is spelt
/// nearly so.
fn nearest<'f>(functions: &'f [Function], key: &str) -> Option<&'f str> {
    let files = || functions.iter().map(|function| function.entrypoint.as_str());
    let plain = key.trim_start_matches("./");
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let stem = |path: &str| path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
    let same: Vec<&str> = files().filter(|file| stem(file) == stem(plain) || name(file) == name(plain)).collect();
    if let [first, rest @ ..] = same.as_slice() {
        return rest.is_empty().then_some(first);
    }
    let neighbours: Vec<(String, &str)> = files()
        .filter(|file| folder(file) == folder(plain))
        .take(1_000)
        .map(|file| (stem(&name(file)), file))
        .collect();
    let meant = stem(&name(plain));
    let best = similar::closest(&meant, neighbours.iter().map(|(stem, _)| stem.as_str()))?;
    let others = neighbours.iter().map(|(stem, _)| stem.as_str()).filter(|stem| *stem != best);
    if similar::closest(&meant, others).is_some() {
        return None;
    }
    neighbours.iter().find(|(stem, _)| stem == best).map(|(_, file)| *file)
}

fn listing(functions: &[Function]) -> String {
    if functions.is_empty() {
        return "this project has no functions: without a framework they are the files in `api/`".to_owned();
    }
    let shown: Vec<&str> = functions.iter().take(3).map(|function| function.entrypoint.as_str()).collect();
    let more = if functions.len() > shown.len() { ", ..." } else { "" };
    format!("the functions here are {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::FunctionOptions;
    use crate::platform::builder_use::BuilderUse;

    #[test]
    fn only_one_that_is_near_is_proposed() {
        let function = |file: &&str| Function {
            name: (*file).to_owned(),
            entrypoint: (*file).to_owned(),
            place: None,
            builder: BuilderUse::parse("@vercel/node"),
            options: FunctionOptions::default(),
        };
        for (files, key, expected) in [
            (&["api/user.ts", "api/post.ts"][..], "api/user.js", Some("api/user.ts")),
            (&["api/v1/user.ts", "api/post.ts"], "api/user.ts", Some("api/v1/user.ts")),
            (&["api/user.ts", "api/user.go"], "api/user.js", None),
            (&["api/users.ts", "api/post.ts"], "api/user.js", Some("api/users.ts")),
            (&["api/users.ts", "api/user2.ts"], "api/user.js", None),
            (&["api/f0.js"], "api/x.js", None),
            (&[], "api/x.js", None),
        ] {
            let functions: Vec<Function> = files.iter().map(function).collect();
            assert_eq!(nearest(&functions, key), expected, "{key}");
        }
    }
}
