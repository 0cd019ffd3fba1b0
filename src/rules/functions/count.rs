//! `functions/count`: more functions than the plan allows.

use crate::analysis::{Analysis, FunctionView};
use crate::base::paths;
use crate::detect::Function;
use crate::document::{Part, Path};
use crate::platform::Platform;
use crate::platform::builders::PackageKind;
use crate::platform::plan;
use crate::rules::{Finding, FixKind, Label, Needs, Rule, Severity, places};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "functions/count",
    summary: "there are more functions than the Hobby plan allows",
    severity: Severity::Warning,
    platforms: &[Platform::Vercel],
    needs: Needs::PROJECT.and(Needs::BUNDLE),
    fix: FixKind::None,
    page: include_str!("count.md"),
    check,
};

/// Helpers that are named one by one.
const NAMED: usize = 5;

fn check(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let plan = analysis.project().settings().and_then(|settings| settings.plan());
    let Some(most) = plan.and_then(|plan| plan.most_functions()) else { return };
    if joins_functions(analysis) {
        return;
    }
    let functions: Vec<_> = analysis.functions().filter(|view| is_one_function(view.function())).collect();
    if functions.len() as u64 <= most {
        return;
    }
    let helpers: Vec<&str> = functions.iter().filter(|view| is_helper(analysis, **view)).map(entry).collect();
    let message = format!(
        "{} files become functions, and on the Hobby plan a deploy may have {most} (documentation of {}): it is refused",
        functions.len(),
        plan::AS_OF
    );
    let help = match helpers.as_slice() {
        [] => "let one function answer several URLs, or serve static answers as files".to_owned(),
        helpers => format!(
            "{} {}: if no URL is meant to lead there, move {} out of `api`, or begin the name with `_`",
            listed(helpers),
            if helpers.len() == 1 {
                "exports nothing that answers a request"
            } else {
                "export nothing that answers requests"
            },
            if helpers.len() == 1 { "it" } else { "them" }
        ),
    };
    let data = serde_json::json!({ "functions": functions.len(), "most": most, "helpers": helpers });
    let label = place(analysis, &functions);
    findings.push(Finding::new(RULE.id, Severity::Warning, label, message).help(help).data(data));
}

fn entry<'a>(view: &FunctionView<'a, '_>) -> &'a str {
    &view.function().entrypoint
}

/// `builds` where they make the functions, else the last of the files.
fn place(analysis: &Analysis<'_>, functions: &[FunctionView<'_, '_>]) -> Label {
    let builds = Path::keys(["builds"]);
    let config = analysis.project().config().filter(|config| config.document().get(&builds).is_some());
    match (config, functions.last()) {
        (Some(config), _) => Label::at(config.document(), &builds, Part::Key, "too many functions"),
        (None, Some(last)) => places::of_function(analysis, *last, &[], "one of too many"),
        (None, None) => Label::file(analysis.project().root()),
    }
}

/// Next.js and SvelteKit join the functions of a project in few, so that its files are no measure.
fn joins_functions(analysis: &Analysis<'_>) -> bool {
    let project = analysis.project();
    let preset = project.config().and_then(|config| config.get("framework")?.as_str());
    matches!(preset, Some("nextjs" | "blitzjs" | "sveltekit" | "sveltekit-1"))
        || project.package().is_some_and(|package| {
            ["next", "@sveltejs/kit", "blitz"].iter().any(|name| package.dependency(name).is_some())
        })
}

/// Whether its builder makes one function of one file. Others make any number of a whole package.
fn is_one_function(function: &Function) -> bool {
    const BY_FILE: [&str; 5] = ["node", "go", "python", "ruby", "rust"];
    let known = function.builder.builder();
    known.is_some_and(|known| known.kind == PackageKind::Functions && BY_FILE.contains(&known.base()))
}

/// Whether its file was read and exports nothing that the platform could call.
fn is_helper(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> bool {
    let file = analysis.project().root().join(entry(&view));
    let module = view.bundle().and_then(|bundle| bundle.trace.modules.get(&paths::relative(&file, &bundle.base)));
    module.is_some_and(|module| {
        let facts = &module.facts;
        !facts.failed && !facts.handler && !facts.listens && !facts.server_app
    })
}

/// `a`, `a and b`, `a, b and 3 more`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        names if names.len() <= NAMED => {
            let (last, rest) = names.split_last().unwrap_or((&"", &[]));
            format!("{} and {last}", rest.join(", "))
        }
        names => format!(
            "{} and {} more",
            names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "),
            names.len() - NAMED
        ),
    }
}
