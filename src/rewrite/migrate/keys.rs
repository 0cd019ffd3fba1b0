//! The top-level keys but `builds` and `routes`.

use serde_json::{Value, json};

use super::draft::{Draft, MAX_DEPTH};
use crate::document::{Document, Node, Path, insert, schema};
use crate::platform::Platform;
use crate::platform::builder_use::{BuilderUse, VersionSpec};
use crate::platform::old_keys::{V1_KEYS, v1_key};
use crate::platform::regions::may_be_region;
use crate::rewrite::Outcome;

const SCHEMA: &str = "https://openapi.vercel.sh/vercel.json";

const ADVICE: &str = "Now 1.0 is gone, and what it did has no exact counterpart: describe the project for Now 2.0 or Vercel by hand (functions in api/, static files in public/), set `\"version\": 2`, then migrate";

/// Why a config of Now 1.0 is refused.
pub(super) fn of_version_one(document: &Document) -> Option<String> {
    let root = document.root()?;
    let version = root.get("version");
    if version.and_then(Node::as_f64).is_some_and(|version| version < 2.0) {
        return Some(format!("is for version 1 of the platform. {ADVICE}"));
    }
    let old = V1_KEYS.iter().map(|old| old.key).find(|key| root.get(key).is_some())?;
    const LATER: [&str; 8] =
        ["builds", "routes", "functions", "rewrites", "redirects", "headers", "cleanUrls", "trailingSlash"];
    let is_later = version.is_some() || LATER.iter().any(|key| root.get(key).is_some());
    (!is_later).then(|| format!("has `{old}`, a key of Now 1.0. {ADVICE}"))
}

pub(super) fn carry_over(draft: &mut Draft) {
    let keys: Vec<String> = match draft.document().root() {
        Some(root) => root.members().map(|(member, _)| member.key.to_string()).collect(),
        None => return,
    };
    if !keys.iter().any(|key| matches!(key.as_str(), "version" | "builds" | "routes" | "functions")) {
        let text = "nothing here says that it is for Now 2.0: of a project for Now 1.0 (a server, a Dockerfile) more than this file has to change";
        draft.note(Outcome::Todo, "", text);
    }
    for key in keys {
        one(draft, &key);
    }
    old_domains(draft);
}

/// Places that are named one by one.
const MOST_PLACES: usize = 20;

/// Addresses below the domain of Now.
fn old_domains(draft: &mut Draft) {
    for place in strings_with(draft.document(), is_below_now_sh) {
        let text =
            "names an address below now.sh: look whether it still answers, projects have one below vercel.app today";
        draft.note(Outcome::Todo, place, text);
    }
}

/// Whether a text names a host below the domain of Now.
fn is_below_now_sh(text: &str) -> bool {
    text.split(".now.sh").skip(1).any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '.'))
}

/// The paths of the first strings that are `meant`, as deep as a config may be.
fn strings_with(document: &Document, meant: impl Fn(&str) -> bool) -> Vec<Path> {
    let mut found = Vec::new();
    let mut open: Vec<(Path, Node<'_>)> = document.root().map(|root| (Path::root(), root)).into_iter().collect();
    while let Some((path, node)) = open.pop() {
        if found.len() == MOST_PLACES {
            break;
        }
        if node.as_str().is_some_and(&meant) {
            found.push(path);
        } else if path.segments().len() < MAX_DEPTH {
            let items = node.items().enumerate().map(|(at, item)| (path.index(at), item));
            let members = node.members().map(|(member, value)| (path.key(&member.key), value));
            let below: Vec<_> = items.chain(members).collect();
            open.extend(below.into_iter().rev());
        }
    }
    found
}

fn one(draft: &mut Draft, key: &str) {
    let path = Path::keys([key]);
    let text = |draft: &Draft| strings(draft.value(key).as_ref());
    let dropped = |draft: &mut Draft, outcome: Outcome, text: String| {
        draft.remove(&Path::keys([key]));
        draft.note(outcome, key, text);
    };
    match key {
        "version" => dropped(draft, Outcome::Done, "left out: there is only one version today".to_owned()),
        "name" => {
            let text = format!("left out ({}): the project's name is known from `vercel link`", text(draft));
            dropped(draft, Outcome::Done, text);
        }
        "scope" => {
            let text = format!("left out ({}): the team is known from `vercel link`", text(draft));
            dropped(draft, Outcome::Done, text);
        }
        "alias" => {
            let names = text(draft);
            let gone = if is_below_now_sh(&names) {
                "; names below now.sh cannot be added, those below vercel.app can"
            } else {
                ""
            };
            let text = format!("left out: add to the project's domains what is not there yet: {names}{gone}");
            dropped(draft, Outcome::Todo, text);
        }
        "env" => environment(draft, &path),
        "build" => environment(draft, &path.key("env")),
        "github" => github(draft),
        "functions" => functions(draft),
        "regions" => regions(draft),
        "public" | "builds" | "routes" | "$schema" => {}
        old if v1_key(old).is_some() => {
            dropped(
                draft,
                Outcome::Todo,
                format!("left out: `{old}` is a key of Now 1.0; look whether something has to take its place"),
            );
        }
        other if !is_known(other) => {
            let text = "is no key of vercel.json: it stays, and nothing reads it; delete it if no tool of yours does";
            draft.note(Outcome::Todo, &path, text);
        }
        _ => {}
    }
}

/// Whether the schema of vercel.json has the key.
fn is_known(key: &str) -> bool {
    let schema = schema::vercel().ok().map(schema::Schema::json);
    schema.and_then(|schema| schema.get("properties")).is_some_and(|keys| keys.get(key).is_some())
}

fn strings(value: Option<&Value>) -> String {
    let texts: Vec<&str> = match value {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        Some(value) => value.as_str().into_iter().collect(),
        None => Vec::new(),
    };
    if texts.is_empty() { "no text".to_owned() } else { texts.join(", ") }
}

/// Variables: the names of secrets are told, values never.
fn environment(draft: &mut Draft, path: &Path) {
    let Some(node) = draft.document().get(path).filter(|node| node.is_object()) else { return };
    let secret = |value: Node<'_>| value.as_str().and_then(|text| text.strip_prefix('@')).map(str::to_owned);
    let variables: Vec<(String, Option<String>)> =
        node.members().map(|(member, value)| (member.key.to_string(), secret(value))).collect();
    let mut plain = Vec::new();
    for (name, secret) in variables {
        match secret {
            Some(secret) => {
                let text = format!(
                    "asks for the secret @{secret}, and secrets were retired: set {name} in the project (`vercel env add {name}`), then delete this line"
                );
                draft.note(Outcome::Todo, path.key(&name), text);
            }
            None => plain.push(name),
        }
    }
    if !plain.is_empty() {
        let text =
            format!("stays; today's place for variables is the project (`vercel env add`): {}", plain.join(", "));
        draft.note(Outcome::Kept, path, text);
    }
}

fn github(draft: &mut Draft) {
    let path = Path::keys(["github"]);
    let Some(Value::Object(github)) = draft.value("github") else { return };
    let disabled = github.get("enabled") == Some(&Value::Bool(false));
    let gone: Vec<&str> = github.keys().map(String::as_str).filter(|key| *key != "enabled").collect();
    draft.remove(&path);
    if disabled && draft.document().get(&Path::keys(["git"])).is_none() {
        draft.set(&Path::keys(["git"]), &json!({ "deploymentEnabled": false }));
        draft.note(Outcome::Done, "github.enabled", "is `git.deploymentEnabled` now");
    } else if github.contains_key("enabled") {
        draft.note(Outcome::Done, "github.enabled", "left out: it is what happens anyway");
    }
    if !gone.is_empty() {
        let text =
            format!("left out: {} can be set in the project's Git settings, where they still exist", gone.join(", "));
        draft.note(Outcome::Todo, &path, text);
    }
}

/// Official runtimes may not be named, and are found by themselves.
fn functions(draft: &mut Draft) {
    let Some(Value::Object(functions)) = draft.value("functions") else { return };
    for (glob, options) in &functions {
        let path = Path::keys(["functions", glob]);
        let Some(runtime) = options.get("runtime").and_then(Value::as_str) else { continue };
        let uses = BuilderUse::parse(runtime);
        let ending = glob.rsplit('.').next().unwrap_or_default();
        let is_found = glob.starts_with("api/") && matches!(ending, "js" | "ts" | "go" | "py" | "rb");
        if uses.builder().is_some() && is_found {
            let alone = options.as_object().is_some_and(|options| options.len() == 1);
            draft.remove(&if alone { path.clone() } else { path.key("runtime") });
            draft.note(
                Outcome::Done,
                path.key("runtime"),
                format!("left out: {runtime} is what such files get anyway"),
            );
        } else if uses.scope() == Some("now") {
            draft.note(
                Outcome::Todo,
                path.key("runtime"),
                format!("{runtime} makes functions that no longer run: name a runtime of today"),
            );
        } else if !matches!(uses.version, VersionSpec::Exact(_)) {
            draft.note(
                Outcome::Todo,
                path.key("runtime"),
                format!("{runtime} needs its exact version: `{runtime}@x.y.z`"),
            );
        }
    }
    if draft.document().get(&Path::keys(["functions"])).is_some_and(|node| node.members().next().is_none()) {
        draft.remove(&Path::keys(["functions"]));
    }
}

fn regions(draft: &mut Draft) {
    let regions = draft.value("regions").unwrap_or_default();
    let odd: Vec<&str> = regions
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|id| !may_be_region(Platform::Vercel, id))
        .collect();
    if !odd.is_empty() {
        let text =
            format!("{}: a region is named like `sfo1` today, and the plan says how many may be", odd.join(", "));
        draft.note(Outcome::Todo, "regions", text);
    }
}

/// Says at the top which schema the file follows, so that editors can help.
pub(super) fn add_schema(draft: &mut Draft) {
    let path = Path::keys(["$schema"]);
    let stands = draft.document().get(&path).is_some();
    if !stands {
        let edit = insert::add_first(draft.document(), &Path::root(), "$schema", &json!(SCHEMA));
        draft.add(edit);
        draft.note(Outcome::Done, "$schema", "added, so that editors know the keys");
    }
}
