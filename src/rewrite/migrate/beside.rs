//! What lies beside the config: ignore files, package.json, Prisma schemas.

use std::io::ErrorKind;

use camino::Utf8Path;
use nodejs_semver::Range;

use super::photon;
use crate::base::style;
use crate::convert::keeps_now_build;
use crate::document::{Document, Path, edit, insert};
use crate::lint::Change;
use crate::platform::Platform;
use crate::platform::node_versions::{self, Choice};
use crate::project::{PackageJson, Project, Upload};
use crate::rewrite::{Outcome, Rewrite};

/// What Now kept back by itself and today's command line uploads.
const NO_LONGER_IGNORED: [&str; 2] = [".env", ".env.build"];

pub(super) fn carry_over(project: &Project<'_>, rewrite: &mut Rewrite) {
    upload(project, rewrite);
    git(project, rewrite);
    package(project, rewrite);
    prisma(project, rewrite);
}

/// A text file, where there is one. One that cannot be read is there all the same, and is refused.
fn text(project: &Project<'_>, name: &str, rewrite: &mut Rewrite) -> Result<Option<String>, ()> {
    let file = project.root().join(name);
    let why = match project.fs().read(&file).map(String::from_utf8) {
        Ok(Ok(text)) => return Ok(Some(text)),
        Ok(Err(_)) => "is not UTF-8, so that nobody knows what its lines say: save it as UTF-8".to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => format!("cannot be read: {error}"),
    };
    rewrite.note(Outcome::Refused, file, "", why);
    Err(())
}

/// `text` with lines added at its end.
fn with_lines(text: &str, lines: &[&str]) -> String {
    let newline = style::newline(text);
    let mut out = text.to_owned();
    if !out.is_empty() && !out.ends_with(['\n', '\r']) {
        out.push_str(newline);
    }
    for line in lines {
        out.push_str(line);
        out.push_str(newline);
    }
    out
}

fn upload(project: &Project<'_>, rewrite: &mut Rewrite) {
    let (old, new) = (project.root().join(".nowignore"), project.root().join(".vercelignore"));
    let (then, now) = (text(project, ".nowignore", rewrite), text(project, ".vercelignore", rewrite));
    let (Ok(then), Ok(now)) = (then, now) else { return };
    if then.is_some() && now.is_some() {
        return rewrite.note(
            Outcome::Refused,
            old,
            "",
            "lies beside a .vercelignore, and only one of them is read: move its lines there and delete it",
        );
    }
    let uploaded = Upload::read(project.fs(), project.root(), Platform::Vercel);
    let exposed: Vec<&str> = NO_LONGER_IGNORED
        .into_iter()
        .filter(|name| project.has_file(name) && uploaded.includes(name) && !project.upload().includes(name))
        .collect();
    let before = then.as_deref().or(now.as_deref()).unwrap_or_default();
    let after = with_lines(before, &exposed);
    if then.is_none() && exposed.is_empty() {
        return;
    }
    let changed = if exposed.is_empty() { before.to_owned() } else { after };
    if then.is_some() {
        rewrite.changes.push(Change { file: old.clone(), old: Some(before.into()), new: None });
        rewrite.note(Outcome::Done, old, "", "is .vercelignore now");
    }
    if !exposed.is_empty() {
        let names = exposed.join(" and ");
        rewrite.note(
            Outcome::Done,
            &*new,
            "",
            format!("names {names}, which Now kept back by itself and Vercel uploads"),
        );
    }
    rewrite.changes.push(Change { file: new, old: now.map(String::into_bytes), new: Some(changed.into_bytes()) });
}

/// The folder in which the command line keeps the link to the project is called `.vercel`.
fn git(project: &Project<'_>, rewrite: &mut Rewrite) {
    let Ok(Some(before)) = text(project, ".gitignore", rewrite) else { return };
    let names =
        |folder: &str| before.lines().any(|line| line.trim().trim_start_matches('/').trim_end_matches('/') == folder);
    if !names(".now") || names(".vercel") {
        return;
    }
    let file = project.root().join(".gitignore");
    let after = with_lines(&before, &[".vercel"]);
    rewrite.note(Outcome::Done, &*file, "", "names .vercel beside .now: the link to the project lies there today");
    rewrite.changes.push(Change { file, old: Some(before.into_bytes()), new: Some(after.into_bytes()) });
}

fn package(project: &Project<'_>, rewrite: &mut Rewrite) {
    let Ok(Some(_)) = text(project, "package.json", rewrite) else { return };
    let Some(package) = project.package() else { return };
    let document = package.document();
    let file = document.file();
    if document.get(&Path::keys(["now"])).is_some_and(|node| node.is_object()) {
        rewrite.note(
            Outcome::Todo,
            file,
            "now",
            "nothing reads a config here today: move what is needed into vercel.json",
        );
    }
    scripts(document, rewrite);
    for group in ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] {
        let group = Path::keys([group]);
        for (member, _) in document.get(&group).into_iter().flat_map(|node| node.members()) {
            if let Some(today) = renamed(&member.key) {
                let text =
                    format!("is {today} today: install that in the version that you need, and change what imports it");
                rewrite.note(Outcome::Todo, file, group.key(&member.key), text);
            }
        }
    }
    build_tools(package, rewrite);
    if let Some(range) = package.node_range() {
        node_range(file, range, rewrite);
    }
}

/// The Node.js that the platform of today makes of `engines.node`.
fn node_range(file: &Utf8Path, range: &str, rewrite: &mut Rewrite) {
    let newest = node_versions::OFFERED[0].major;
    let why = match node_versions::choose(range) {
        Choice::Offered(offered) => match offered.ends {
            Some(day) => {
                format!("{range:?} means Node {}, whose builds the platform refuses from {day} on", offered.major)
            }
            None => return,
        },
        Choice::None | Choice::NoRange => {
            format!("{range:?} allows none of Node {}, so that the build would stop", node_versions::listed("and"))
        }
        Choice::Unknown => return,
    };
    rewrite.note(Outcome::Todo, file, "engines.node", format!("{why}: write `{newest}.x`, and try the code there"));
}

/// What a package of the platform is called today.
fn renamed(name: &str) -> Option<String> {
    match name {
        "now" | "now-client" => Some(if name == "now" { "vercel" } else { "@vercel/client" }.to_owned()),
        _ => name.strip_prefix("@now/").map(|base| format!("@vercel/{base}")),
    }
}

fn scripts(document: &Document, rewrite: &mut Rewrite) {
    let scripts = Path::keys(["scripts"]);
    let Some(node) = document.get(&scripts) else { return };
    let file = document.file();
    let path = scripts.key("now-build");
    if node.get("now-build").is_some() {
        if node.get("vercel-build").is_some() {
            let text = "`vercel-build` stands beside it and is the one that runs: delete this one";
            rewrite.note(Outcome::Todo, file, &path, text);
        } else if keeps_now_build(document) {
            let text = "another script calls it, so that it stays, and still runs; its name today is `vercel-build`";
            rewrite.note(Outcome::Todo, file, &path, text);
        } else if let Some(edit) = insert::rename_key(document, &path, "vercel-build")
            && let Ok(edited) = edit::apply_checked(document, [&edit])
        {
            rewrite.note(Outcome::Done, file, &path, "is `vercel-build` now");
            let (old, new) = (document.text().as_bytes().to_vec(), edited.text().as_bytes().to_vec());
            rewrite.changes.push(Change { file: file.to_owned(), old: Some(old), new: Some(new) });
        }
    }
    for (member, value) in node.members() {
        if let Some(text) = value.as_str().and_then(|script| calls_of_now(script, |name| node.get(name).is_some())) {
            rewrite.note(Outcome::Todo, file, scripts.key(&member.key), text);
        }
    }
    for (name, text) in [
        ("now-dev", "nothing runs it today: `devCommand` in vercel.json takes its place"),
        ("now-start", "was a script of Now 1.0, and nothing runs it today"),
    ] {
        if node.get(name).is_some() {
            rewrite.note(Outcome::Todo, file, scripts.key(name), text);
        }
    }
}

/// What a person has to do about the calls of the command line in a script; none where it does not call it. `is_script`: whether a name is that of a
/// script of the same package, which `yarn` would run.
fn calls_of_now(script: &str, is_script: impl Fn(&str) -> bool) -> Option<String> {
    const BEFORE: [&str; 8] = ["npx", "-y", "--yes", "yarn", "pnpm", "exec", "(", "dlx"];
    const GONE: [&str; 6] = ["alias", "secrets", "-A", "--local-config", "-n", "--name"];
    let mut today = String::new();
    let (mut is_start, mut by_runner, mut gone) = (true, false, None);
    let spaced = script.replace(';', " ;").replace('(', "( ").replace(')', " )");
    for word in spaced.split_whitespace() {
        let is_call = is_start && (word == "now" || word.starts_with("now@")) && !(by_runner && is_script("now"));
        let is_end = ["&&", "||", "|", "&", ";", ")"].contains(&word);
        if gone.is_none() && !is_start && today.contains("vercel") {
            gone = GONE.iter().find(|gone| **gone == word);
        }
        let is_tight = today.is_empty() || today.ends_with('(') || matches!(word, ";" | ")");
        today.push_str(if is_tight { "" } else { " " });
        today.push_str(if is_call { "vercel" } else { word });
        by_runner = is_start && (by_runner || word == "yarn" || word == "pnpm") && !is_end;
        is_start = is_end || is_start && (BEFORE.contains(&word) || word.contains('='));
    }
    let is_called = |text: &str| text.split([' ', '(', ')', ';']).any(|word| word == "vercel");
    if !is_called(&today) || is_called(script) {
        return None;
    }
    Some(match gone {
        Some(gone) => {
            format!("calls the command `now` with `{gone}`: look in `vercel help` for what takes its place today")
        }
        None => format!("calls the command `now`, which is called `vercel` today: write `{today}`"),
    })
}

/// Build tools that bring a webpack 4 whose hashes OpenSSL 3 refuses.
fn build_tools(package: &PackageJson, rewrite: &mut Rewrite) {
    for (name, fixed) in node_versions::BUILT_WITH_OLD_OPENSSL {
        let Some(range) = package.dependency(name) else { continue };
        let is_old = |range: &Range| Range::parse(format!(">={fixed}")).is_ok_and(|new| !range.allows_any(&new));
        if Range::parse(range).is_ok_and(|range| is_old(&range)) {
            let text = format!(
                "{range} builds with a webpack 4 that stops on Node 17 and later (ERR_OSSL_EVP_UNSUPPORTED): move to {name} {fixed} or later, or \
                 set NODE_OPTIONS=--openssl-legacy-provider for the build"
            );
            let groups = ["dependencies", "devDependencies"].map(|group| Path::keys([group, name]));
            let place = groups.into_iter().find(|path| package.document().get(path).is_some());
            rewrite.note(Outcome::Todo, package.document().file(), place.unwrap_or_else(|| Path::keys([name])), text);
        }
    }
}

fn prisma(project: &Project<'_>, rewrite: &mut Rewrite) {
    if photon::carry_over(project, rewrite) {
        return;
    }
    for schema in project.schemas() {
        let file: &Utf8Path = schema.document().file();
        for generator in schema.generators() {
            if let (Some(_), crate::project::schema::Targets::Listed(targets)) =
                (generator.targets_key(), generator.targets())
                && !targets.iter().any(|target| target == "native" || target == "rhel-openssl-3.0.x")
            {
                let text = format!(
                    "names {}; functions run on Amazon Linux 2023 today, which takes `rhel-openssl-3.0.x`",
                    targets.join(", ")
                );
                rewrite.note(Outcome::Todo, file, generator.targets_path(), text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_call_the_command_line_by_its_name_of_today() {
        for (script, today) in [
            ("now", Some("vercel")),
            ("now --prod", Some("vercel --prod")),
            ("yarn build && now --prod && now dev", Some("yarn build && vercel --prod && vercel dev")),
            ("now; now ls", Some("vercel; vercel ls")),
            ("(cd dist && npx now@17)", Some("(cd dist && npx vercel)")),
            ("NODE_ENV=production npx now dev", Some("NODE_ENV=production npx vercel dev")),
            ("now-build", None),
            ("echo now", None),
            ("next build", None),
            ("vercel --prod", None),
        ] {
            let expected =
                today.map(|today| format!("calls the command `now`, which is called `vercel` today: write `{today}`"));
            assert_eq!(calls_of_now(script, |_| false), expected, "{script}");
        }
        assert_eq!(calls_of_now("yarn now", |name| name == "now"), None);
        for script in ["now && now alias", "now -A now.json", "now secrets add a b"] {
            assert!(calls_of_now(script, |_| false).unwrap().contains("vercel help"), "{script}");
        }
    }
}
