//! `config/proxy`: the entrypoint or the matcher of `proxy` is none that the platform takes.

use crate::analysis::Analysis;
use crate::document::{Applicability, Document, Fix, Node, Part, Path, insert};
use crate::platform::Platform;
use crate::rules::{Finding, FixKind, Label, MOST, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/proxy",
    summary: "the entrypoint or a matcher of `proxy` is none that the platform takes",
    severity: Severity::Error,
    platforms: &[Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::Sometimes,
    page: include_str!("proxy.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let Some(proxy) = config.get("proxy") else { return };
    let (document, refused) = (config.document(), super::refused_places(analysis));
    let place = Path::keys(["proxy"]);
    let entrypoint = place.key("entrypoint");
    if let Some(text) = proxy.get("entrypoint").and_then(Node::as_str).filter(|_| !refused.contains(&entrypoint)) {
        findings.extend(of_entrypoint(document, &entrypoint, text));
    }
    let matcher = place.key("matcher");
    let Some(node) = proxy.get("matcher").filter(|_| !refused.contains(&matcher)) else { return };
    let texts = match node.as_str() {
        Some(one) => vec![(matcher, one)],
        None => {
            let items = node.items().enumerate().filter_map(|(at, item)| Some((at, item.as_str()?)));
            let wrong = items.filter(|(_, text)| !text.starts_with('/')).take(MOST);
            wrong.map(|(at, text)| (matcher.index(at), text)).collect()
        }
    };
    let wrong = texts.into_iter().filter(|(path, text)| !text.starts_with('/') && !refused.contains(path));
    findings.extend(wrong.map(|(path, text)| of_matcher(document, &path, text)));
}

/// What is wrong with an entrypoint, and what to write: as the command line 64.0.2 judges, paths first, then endings by letter case.
fn wrong(entrypoint: &str) -> Option<(&'static str, &'static str)> {
    // DEL and the controls above it pass.
    let is_bad = |c: char| matches!(c, '\\' | '?' | '#' | '\0'..='\x1f');
    let mut segments = entrypoint.split('/');
    if entrypoint.starts_with('/') || entrypoint.contains(is_bad) || segments.any(|s| s == "." || s == "..") {
        let message = "the entrypoint of `proxy` is no plain path from the root of the project: the platform refuses a leading `/`, `\\`, the segments `.` and `..`, `?`, `#` and control characters";
        return Some((message, "write the path of the file as in `src/proxy.ts`"));
    }
    if (entrypoint.ends_with(".js") || entrypoint.ends_with(".ts")) && !entrypoint.ends_with(".d.ts") {
        return None;
    }
    if entrypoint.ends_with(".py") || (entrypoint.contains(':') && !entrypoint.contains('/')) {
        let message = "the entrypoint of `proxy` looks like Python: the platform speaks of `module:attr` in its messages, and yet its command line refuses every one";
        return Some((message, "write the proxy as a `.js` or `.ts` file"));
    }
    let message = "the entrypoint of `proxy` is no `.js` or `.ts` file, and the platform takes no other, nor `.d.ts`";
    Some((message, "name a file that ends in `.js` or `.ts`, in small letters"))
}

/// Whether this rule speaks of an entrypoint: then no other has to.
pub(in crate::rules) fn is_refused(entrypoint: &str) -> bool {
    wrong(entrypoint).is_some()
}

fn of_entrypoint(document: &Document, path: &Path, text: &str) -> Option<Finding> {
    let (message, help) = wrong(text)?;
    let finding = Finding::new(RULE.id, Severity::Error, Label::at(document, path, Part::Value, ""), message);
    Some(finding.help(help).fix(plain(text).and_then(|plain| fix(document, path, &plain, Applicability::Safe))))
}

/// The same file without what is only another spelling of its path.
fn plain(entrypoint: &str) -> Option<String> {
    let slashes = entrypoint.replace('\\', "/");
    let segments: Vec<&str> = slashes.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect();
    Some(segments.join("/")).filter(|plain| plain != entrypoint && wrong(plain).is_none())
}

fn of_matcher(document: &Document, path: &Path, text: &str) -> Finding {
    let label = Label::at(document, path, Part::Value, "");
    let message =
        "a matcher of `proxy` is the pattern of a path, and the platform refuses one that does not begin with `/`";
    let is_path = text.starts_with(|c: char| c.is_alphanumeric() || c == ':') && !text.contains("//");
    let repair = is_path.then(|| fix(document, path, &format!("/{text}"), Applicability::Unsafe)).flatten();
    let help = "write a path such as `/api/:path*`; for every path leave `matcher` out";
    Finding::new(RULE.id, Severity::Error, label, message).help(help).fix(repair)
}

fn fix(document: &Document, path: &Path, text: &str, applicability: Applicability) -> Option<Fix> {
    let edits = vec![insert::set(document, path, &text.into())?];
    Some(Fix { title: format!("Write \"{text}\""), applicability, edits })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each as the command line 64.0.2 judged it.
    #[test]
    fn entrypoints_are_judged_as_the_platform_does() {
        let good = [
            "proxy.ts",
            ".ts",
            "a/.js",
            "p.d.js",
            "d.ts",
            "p.D.ts",
            "a//p.ts",
            "p\u{7f}.ts",
            "..ts",
            "C:/p.ts",
            "a:b.ts",
        ];
        assert_eq!(good.map(wrong), [None; 11]);
        let paths = ["/p.ts", "./p.ts", "a/../p.ts", "a\\p.ts", "p.ts?", "p#.ts", "p\n.ts", "a/.."];
        let endings =
            ["p.mjs", "p.tsx", "p.TS", "p.ts ", "p.ts/", "proxy", "a.d.ts", "p.py", "proxy:app", "a.b:c", "p:"];
        for bad in paths.iter().chain(&endings) {
            let (message, _) = wrong(bad).unwrap();
            assert_eq!(message.contains("plain path"), paths.contains(bad), "{bad}");
        }
    }

    #[test]
    fn only_another_spelling_is_repaired() {
        assert_eq!(plain(".\\src\\proxy.ts").as_deref(), Some("src/proxy.ts"));
        assert_eq!(plain("/proxy.js").as_deref(), Some("proxy.js"));
        for other in ["../proxy.ts", "proxy.py", "./proxy.ts?x", "proxy.ts"] {
            assert_eq!(plain(other), None, "{other}");
        }
    }
}
