//! `builder/src-not-accepted`: the `src` of a build is no file of the kind that its builder takes.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Part, Path, insert};
use crate::platform::builder_use::BuilderUse;
use crate::platform::builders::{Builder, PackageKind};
use crate::platform::{BUILDERS, Platform};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "builder/src-not-accepted",
    summary: "a build names a file of another kind than its builder takes",
    severity: Severity::Error,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("src_not_accepted.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    for build in config.builds() {
        let (Some(src), Some(builder)) = (build.src, build.uses.map(BuilderUse::parse)) else { continue };
        let Some(known) = builder.builder().filter(|known| !known.accepts.accepts(src)) else { continue };
        let Some(kind) = kind(src) else { continue };
        let others = others(known, src);
        let is_text = kind == Kind::Source && others.is_empty();
        if known.accepts.enforced {
            // A pattern may match nothing, and today's validator does not look at files.
            let certain = kind != Kind::Pattern && analysis.project().platform() == Platform::Now;
            let severity = if certain { Severity::Error } else { Severity::Warning };
            findings.push(enforced(config.document(), &build.path, src, known, severity));
        } else if !is_text && known.kind == PackageKind::Functions {
            findings.push(unlikely(config.document(), &build.path, src, known, &builder, &others));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A file, or files of one ending.
    Source,
    /// A package.json.
    Package,
    /// The same as a pattern, which may match nothing.
    Pattern,
}

/// What `src` names, where that can be told from the text: the end of its last segment has to be plain.
fn kind(src: &str) -> Option<Kind> {
    let name = src.rsplit('/').next()?;
    let (_, ending) = name.rsplit_once('.')?;
    let is_plain = !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_pattern = src.contains(['*', '?', '{', '[', '(', '!']);
    is_plain.then_some(match name {
        "package.json" if !is_pattern => Kind::Package,
        _ if is_pattern => Kind::Pattern,
        _ => Kind::Source,
    })
}

/// The builders of the same platform that make functions of such a file.
fn others(known: &Builder, src: &str) -> Vec<&'static Builder> {
    let fits = |other: &&Builder| {
        other.platform == known.platform
            && other.kind == PackageKind::Functions
            && !other.is_retired()
            && !other.accepts.suffixes.is_empty()
            && other.accepts.accepts(src)
    };
    BUILDERS.iter().filter(fits).collect()
}

/// `a.js`, `.ts or .tsx`, in words.
fn taken(known: &Builder) -> String {
    let all: Vec<&str> = known.accepts.names.iter().chain(known.accepts.suffixes).copied().collect();
    match all.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        all => all.join(""),
    }
}

/// The builder itself stops.
fn enforced(document: &Document, build: &Path, src: &str, known: &Builder, severity: Severity) -> Finding {
    let message = format!("{} takes {} alone, and stops the build at any other file", known.name, taken(known));
    let finding =
        Finding::new(RULE.id, severity, Label::at(document, &build.key("src"), Part::Value, "not this"), message);
    let [right, ..] = known.accepts.names else { return finding };
    // The pages of an application lie below its package.json.
    let app = src.split_once("pages/").map_or(src, |(app, _)| app);
    let folder = app.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let right = format!("{}{right}", if folder.contains('*') { "" } else { &folder });
    let edit = insert::set(document, &build.key("src"), &right.as_str().into());
    finding.help(format!("write \"{right}\"")).fix(edit.map(|edit| Fix {
        title: format!("Write \"{right}\""),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    }))
}

fn unlikely(
    document: &Document,
    build: &Path,
    src: &str,
    known: &Builder,
    builder: &BuilderUse,
    others: &[&'static Builder],
) -> Finding {
    let message = format!(
        "{} is made for {}, and \"{src}\" is none of them: the build fails, or the function does not start",
        known.name,
        taken(known)
    );
    let label = Label::at(document, &build.key("use"), Part::Value, "for other files");
    let finding = Finding::new(RULE.id, Severity::Warning, label, message).related(Label::at(
        document,
        &build.key("src"),
        Part::Value,
        "",
    ));
    // A version of one builder is none of another.
    let [meant] = others else { return finding.help("name the file that the function starts from") };
    let fix = insert::set(document, &build.key("use"), &meant.name.into()).filter(|_| !builder.is_pinned());
    finding.help(format!("did you mean \"{}\"?", meant.name)).fix(fix.map(|edit| Fix {
        title: format!("Use \"{}\"", meant.name),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::builders::lookup;

    #[test]
    fn only_a_plain_end_tells_the_kind() {
        for src in ["a.py", "api/*.py", "package.json"] {
            assert!(kind(src).is_some(), "{src}");
        }
        for src in ["slackin", "*", "**", "*js", "entry**", "*.{js,ts}", "a.", "*.j*"] {
            assert!(kind(src).is_none(), "{src}");
        }
    }

    #[test]
    fn the_language_decides_which_builder_was_meant() {
        let meant = |name: &str, src: &str| {
            let others = others(lookup(name).unwrap(), src);
            others.iter().map(|builder| builder.name).collect::<Vec<_>>()
        };
        assert_eq!(meant("@now/node", "api/*.py"), ["@now/python"]);
        assert_eq!(meant("@vercel/python", "index.go"), ["@vercel/go"]);
        assert!(meant("@now/node", "a.css").is_empty());
    }
}
