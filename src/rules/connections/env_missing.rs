//! `connections/env-missing`: the schema asks for a variable that the config does not set, though it sets others.

use crate::analysis::{Analysis, Deployed};
use crate::base::similar;
use crate::connections::dotenv_sets;
use crate::document::{Node, Part, Path};
use crate::platform::Platform;
use crate::project::schema::Url;
use crate::project::{Config, Datasource, PackageJson, Project};
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "connections/env-missing",
    summary: "the schema asks for an environment variable that the config does not set beside others",
    severity: Severity::Warning,
    platforms: &[Platform::Now, Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("env_missing.md"),
    check,
};

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let project = analysis.project();
    let Some(config) = project.config() else { return };
    let names = variables(config.get("env"));
    if names.is_empty() || analysis.deployed_client() != Some(Deployed::Surely) || !analysis.clients().use_schema_url()
    {
        return;
    }
    for datasource in project.datasources() {
        let Some(Url::Environment(name)) = datasource.url() else { continue };
        let is_set_in_code = analysis.clients().files.values().any(|code| code.sets_env.contains(name));
        if names.contains(&name)
            || is_set_in_code
            || is_given(project, name)
            || dotenv_sets(project, datasource.schema.folder(), name)
        {
            continue;
        }
        findings.push(finding(project.platform(), config, &datasource, name, &names));
    }
}

fn variables(env: Option<Node<'_>>) -> Vec<&str> {
    env.into_iter().flat_map(Node::members).map(|(member, _)| &*member.key).collect()
}

/// Whether a script deploys with the variable: `now -e NAME=value`.
fn is_given(project: &Project<'_>, name: &str) -> bool {
    let mut texts = project.package().into_iter().flat_map(PackageJson::scripts);
    texts.any(|(_, text)| text.split(|c: char| c.is_whitespace() || "=\"'".contains(c)).any(|word| word == name))
}

fn finding(platform: Platform, config: &Config, datasource: &Datasource<'_>, name: &str, names: &[&str]) -> Finding {
    let in_build = config.get("build").and_then(|build| build.get("env"));
    let only_in_build = variables(in_build).contains(&name);
    let (severity, unless) = match platform {
        Platform::Now => (Severity::Warning, ""),
        _ => (Severity::Info, ", unless the project's settings on the platform set it"),
    };
    let what = if only_in_build { "sets it for the build alone" } else { "sets other variables, but not this one" };
    let message = format!(
        "the schema takes the database URL from `{name}`, and {} {what}: the first query fails with `Environment variable not found: {name}`{unless}",
        config.name()
    );
    let mut help = match platform {
        Platform::Now => format!("add \"{name}\": \"@its-secret\" to `env`, after `now secrets add its-secret <URL>`"),
        _ => format!("set it with `vercel env add {name}`"),
    };
    if let Some(meant) = similar::closest(name, names.iter().copied()) {
        help.push_str(&format!("; or is `{meant}` meant?"));
    }
    let label = Label::at(datasource.document, &datasource.url_path(), Part::Value, "asks for it");
    let env = Label::at(config.document(), &Path::keys(["env"]), Part::Key, "does not set it");
    Finding::new(RULE.id, severity, label, message).help(help).related(env)
}
