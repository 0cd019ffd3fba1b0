//! `builds`: dropped where the project deploys the same without them, else renamed to the builders of today.

use serde_json::{Value, json};

use super::draft::Draft;
use super::routes;
use crate::convert::{self, Outputs, Successor, WITHOUT_EFFECT, ZeroConfig, builders};
use crate::document::Path;
use crate::platform::builder_use::BuilderUse;
use crate::platform::node_versions;
use crate::project::{Build, Project};
use crate::rewrite::Outcome;

/// The keys about routes that leave `routes` alone beside them.
const LISTS: [&str; 5] = ["rewrites", "redirects", "headers", "cleanUrls", "trailingSlash"];

pub(super) fn carry_over(draft: &mut Draft, project: &Project<'_>) {
    let routes = draft.value("routes").unwrap_or_default();
    let builds = project.config().map(|config| config.builds()).unwrap_or_default();
    if builds.is_empty() {
        let path = Path::keys(["builds"]);
        if draft.document().get(&path).is_some_and(|node| node.items().len() == 0) {
            draft.remove(&path);
            draft.note(Outcome::Done, "builds", "left out: it is empty");
        }
        return carry_routes(draft, &routes, &Outputs::unknown());
    }
    let before = builders::outputs(project);
    let zero = match convert::zero_config(project) {
        Ok(zero) if draft.document().get(&Path::keys(["functions"])).is_none() => Ok(zero),
        Ok(_) => Err("`functions` stands beside it".to_owned()),
        Err(why) => Err(why),
    };
    let why = match zero {
        Ok(zero) => match without(draft, &routes, &zero, &before, &builds) {
            Ok(()) => return,
            Err(why) => format!("without it {why}"),
        },
        Err(why) => why,
    };
    draft.note(Outcome::Kept, "builds", format!("stays, with the builders of today, because {why}"));
    for build in &builds {
        rename(draft, build);
    }
    carry_routes(draft, &routes, &before);
}

/// Converts the routes of a config that keeps its builds, or has none.
fn carry_routes(draft: &mut Draft, routes: &Value, outputs: &Outputs) {
    let Some(list) = routes.as_array() else { return };
    if let Some(other) = LISTS.iter().find(|key| draft.document().get(&Path::keys([**key])).is_some()) {
        return draft.note(Outcome::Kept, "routes", format!("stays: `{other}` stands beside it"));
    }
    match convert::convert(list, list, outputs, outputs) {
        Ok(converted) => routes::write(draft, list, list, &converted),
        Err(why) => draft.note(Outcome::Kept, "routes", format!("stays as it is: {why}")),
    }
}

/// Drops `builds` where every request is answered as before; or tells why it did not.
fn without(
    draft: &mut Draft,
    routes: &Value,
    zero: &ZeroConfig,
    before: &Outputs,
    builds: &[Build<'_>],
) -> Result<(), String> {
    let empty = Vec::new();
    let old = routes.as_array().unwrap_or(&empty);
    let lists = LISTS.iter().any(|key| draft.document().get(&Path::keys([*key])).is_some());
    if lists && !old.is_empty() {
        return Err("`routes` beside the newer lists could not be compared".to_owned());
    }
    let mut moved = old.clone();
    for route in &mut moved {
        for key in ["dest", "destination"] {
            if let Some(dest) = route.get_mut(key)
                && let Some(new) = dest.as_str().and_then(|dest| zero.moved(dest))
            {
                *dest = json!(new);
            }
        }
    }
    let converted = convert::convert(old, &moved, before, &zero.outputs)?;
    draft.remove(&Path::keys(["builds"]));
    for (key, value) in &zero.settings {
        draft.set(&Path::keys([*key]), value);
    }
    explain_zero(draft, builds);
    routes::write(draft, old, &moved, &converted);
    Ok(())
}

fn explain_zero(draft: &mut Draft, builds: &[Build<'_>]) {
    draft.note(Outcome::Done, "builds", "left out: the platform finds the same functions and files by itself");
    for build in builds {
        let Some(uses) = build.uses else { continue };
        draft.note(Outcome::Done, &build.path, format!("{uses} is found by itself"));
        without_effect(draft, build, false);
    }
    let settings: Vec<&str> = ["framework", "buildCommand", "outputDirectory", "functions"]
        .into_iter()
        .filter(|key| draft.document().get(&Path::keys([*key])).is_some())
        .collect();
    if !settings.is_empty() {
        let names: Vec<String> = settings.iter().map(|key| format!("`{key}`")).collect();
        draft.note(Outcome::Done, "builds", format!("vercel.json says {} instead", names.join(", ")));
    }
    functions_of_today(draft, builds);
}

fn rename(draft: &mut Draft, build: &Build<'_>) {
    without_effect(draft, build, true);
    let Some(text) = build.uses else { return };
    let path = build.path.key("use");
    let uses = BuilderUse::parse(text);
    let advice = |name: &str| match name {
        "@vercel/rust" => Some("it wants handlers of the crate vercel_runtime, so that the code has to change"),
        "@vercel/static" | "@vercel/static-build" => None,
        _ if uses.is_pinned() => Some("its version was pinned, and today the one of the command line counts"),
        _ => None,
    };
    match convert::successor(&uses) {
        Successor::Official(name) => {
            draft.set(&path, &json!(name));
            let (outcome, text) = match advice(name) {
                Some(advice) => (Outcome::Changed, format!("{text} is {name} now: {advice}")),
                None => (Outcome::Done, format!("{text} is {name} now")),
            };
            draft.note(outcome, &path, text);
        }
        Successor::Community(name) => {
            draft.set(&path, &json!(name));
            let text = format!(
                "{text} is gone; {name} of the community does its work: pin the version that you have tried (`{name}@x.y.z`)"
            );
            draft.note(Outcome::Todo, &path, text);
        }
        Successor::Gone(advice) => {
            draft.note(Outcome::Refused, &path, format!("{text} is gone, and nothing does its work today: {advice}"));
        }
        Successor::Unknown => {
            let meant = uses.nearest().map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
            draft.note(Outcome::Refused, &path, format!("there never was a builder {text}{meant}"));
        }
        Successor::Itself if uses.builder().is_none() => {
            draft.note(
                Outcome::Todo,
                &path,
                format!("{text} is no official builder: look whether it still runs today"),
            );
        }
        Successor::Itself => {}
    }
    if build.option("includeFiles").is_some_and(|globs| !globs.strings().is_empty()) {
        let text = "is read from the root of the project today; the first versions of some builders read it from the folder of the file";
        draft.note(Outcome::Changed, build.option_path("includeFiles"), text);
    }
    functions_of_today(draft, std::slice::from_ref(build));
}

/// Options that nothing reads.
fn without_effect(draft: &mut Draft, build: &Build<'_>, stays: bool) {
    for key in WITHOUT_EFFECT {
        let Some(value) = build.option(key) else { continue };
        let path = build.option_path(key);
        if stays {
            draft.remove(&path);
        }
        let text = match (key, value.as_bool()) {
            ("maxLambdaSize", _) => "left out: the limit is 250 MB unzipped for every function today".to_owned(),
            ("bundle", Some(false)) => "left out: today a function holds what it was traced to need, not the whole folder; name the rest in `includeFiles`".to_owned(),
            _ => "left out: nothing reads it today".to_owned(),
        };
        let changes = key == "bundle" && value.as_bool() == Some(false);
        draft.note(if changes { Outcome::Changed } else { Outcome::Done }, &path, text);
    }
    let config = build.path.key("config");
    let is_empty =
        draft.document().get(&config).is_some_and(|node| node.is_object() && node.members().next().is_none());
    if stays && is_empty {
        draft.remove(&config);
    }
}

/// What a Node function has to know, said once.
fn functions_of_today(draft: &mut Draft, builds: &[Build<'_>]) {
    let is_node = |build: &Build<'_>| {
        build
            .uses
            .map(BuilderUse::parse)
            .and_then(|uses| uses.builder())
            .is_some_and(|known| known.base().starts_with("node"))
    };
    if let Some(build) = builds.iter().find(|build| is_node(build)) {
        let text = format!("its functions run on Node {}, where they ran on 8 to 12", node_versions::listed("or"));
        draft.note_once(Outcome::Changed, &build.path, &text);
    }
}
