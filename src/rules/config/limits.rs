//! `config/limits`: more of a thing than the platform takes, where its schema does not count.

use crate::analysis::Analysis;
use crate::base::bytes;
use crate::document::{Node, Part, Path};
use crate::platform::Platform;
use crate::platform::limits::{Counted, count_limit, first_count_limit};
use crate::project::Config;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "config/limits",
    summary: "more routes, crons or variables than the platform takes",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::TEXT,
    fix: FixKind::None,
    page: include_str!("limits.md"),
    check,
};

/// What is counted together as routes.
const ROUTES: [&str; 4] = ["routes", "rewrites", "redirects", "headers"];

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let Some(config) = analysis.project().config() else { return };
    let (platform, refused) = (analysis.project().platform(), super::refused_places(analysis));
    let stands = |path: &Path| !refused.contains(path);
    let mut say = |path: &Path, message: String, help: &str| {
        let label = Label::at(config.document(), path, Part::Key, "");
        findings.push(Finding::new(RULE.id, Severity::Warning, label, message).help(help));
    };
    if let Some((path, message)) = routes(config, platform).filter(|(path, _)| stands(path)) {
        say(&path, message, "join routes that differ in one part of the path only: a pattern takes many paths");
    }
    let crons = Path::keys(["crons"]);
    if let (Some(node), Some(limit)) = (config.get("crons"), count_limit(platform, Counted::Crons))
        && node.items().len() as u64 > limit.most
    {
        let message = format!(
            "{} crons, and a project has at most {} ({}): the deploy is refused",
            node.items().len(),
            limit.most,
            limit.source
        );
        say(&crons, message, "let one cron do the work of several");
    }
    for path in [Path::keys(["env"]), Path::keys(["build", "env"])] {
        let Some(env) = config.document().get(&path).filter(|_| stands(&path)) else { continue };
        let count = super::members_that_count(env).count() as u64;
        if let Some(limit) = count_limit(platform, Counted::EnvVariables).filter(|limit| count > limit.most) {
            let message = format!("{count} variables, and the deploy API takes {} ({})", limit.most, limit.source);
            say(&path, message, "set them in the project instead");
        }
        // A build is no function: AWS Lambda's limit for the environment does not hold for it.
        let size = size(env);
        let limit = count_limit(platform, Counted::EnvBytes).filter(|_| path.segments().len() == 1);
        if let Some(limit) = limit.filter(|limit| size > limit.most) {
            let (is, may) = (bytes::human(size), bytes::human(limit.most));
            let message = format!("{is} of variables, and a function takes {may} ({})", limit.source);
            say(&path, message, "put long values, such as certificates, into files");
        }
    }
}

/// The longest list, where there are too many routes.
fn routes(config: &Config, platform: Platform) -> Option<(Path, String)> {
    let lists = ROUTES.map(|key| (key, config.get(key).map_or(0, |node| node.items().len() as u64)));
    let (longest, most) = lists.into_iter().max_by_key(|(_, count)| *count)?;
    let sum: u64 = lists.iter().map(|(_, count)| count).sum();
    let path = Path::keys([longest]);
    let limit = count_limit(platform, Counted::Routes)?;
    if platform == Platform::Vercel {
        let message = format!(
            "{sum} routes in all, and a deployment has at most {} ({}), those of its framework included: the deploy is refused",
            limit.most, limit.source
        );
        return (sum > limit.most).then_some((path, message));
    }
    // Beyond the later limit the schema refuses the list.
    let first = first_count_limit(platform, Counted::Routes)?;
    let message = format!(
        "{most} routes: from {} to autumn 2019 the platform took {}, later {}",
        first.since, first.most, limit.most
    );
    (most > first.most && most <= limit.most).then_some((path, message))
}

/// Bytes of names and values.
fn size(env: Node<'_>) -> u64 {
    super::members_that_count(env)
        .map(|(member, node)| (member.key.len() + node.as_str().map_or(0, str::len)) as u64)
        .sum()
}
