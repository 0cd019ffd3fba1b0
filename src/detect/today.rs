//! What Vercel makes of a project without `builds`: functions, middleware, frontend, static parts, and what it refuses.
//!
//! Learnt from the command line 64.0.2 by running its detection on made-up trees; `tests/detect_corpus.rs` holds this against its answers. All
//! problems are told, where the platform stops at the first.

use std::collections::HashSet;

use super::conflicts::{self, Candidate};
use super::keys::{self, Invalid, Key};
use super::order::platform_order;
use super::parts::{Made, Part, PartKind, Problem};
use crate::document::Node;
use crate::platform::Platform;
use crate::platform::config_files;
use crate::platform::frameworks::{self, Framework, STATIC_BUILD};
use crate::platform::function_settings::{NOT_STATIC, SITE_CONFIGS, api_builder, is_middleware};

/// The value of `framework`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset<'p> {
    /// Not said.
    #[default]
    Unset,
    /// `null`: none.
    Other,
    /// A slug.
    Named(&'p str),
}

/// The build settings of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings<'p> {
    /// `framework`.
    pub framework: Preset<'p>,
    /// `buildCommand`; an empty text switches the build off.
    pub build_command: Option<&'p str>,
    /// `outputDirectory`; an empty text is the project's own folder, without a build.
    pub output_directory: Option<&'p str>,
    /// The project is older than March 2020, or its age is not known: a dependency on Next.js counts for more than `framework`.
    pub is_old: bool,
}

impl<'p> Settings<'p> {
    /// The settings that a config names.
    pub fn of_config(config: Option<Node<'p>>) -> Self {
        let text = |key| config.and_then(|config| config.get(key)?.as_str());
        let framework = match config.and_then(|config| config.get("framework")) {
            None => Preset::Unset,
            Some(node) => node.as_str().map_or(Preset::Other, Preset::Named),
        };
        Self { framework, build_command: text("buildCommand"), output_directory: text("outputDirectory"), is_old: true }
    }

    fn preset(&self) -> Option<&'static Framework> {
        if let Preset::Named(slug) = self.framework { frameworks::framework(slug) } else { None }
    }

    /// A Rust project that says where its static files lie is built as a site.
    fn is_rust_site(&self) -> bool {
        self.framework == Preset::Named("rust")
            && self.output_directory.is_some_and(|folder| !matches!(folder, "" | "N/A"))
    }
}

/// What the platform looks at.
pub struct Input<'p> {
    /// The uploaded files, as paths from the project's root.
    pub files: &'p [String],
    /// The value of package.json.
    pub package: Option<Node<'p>>,
    /// The value of the config.
    pub config: Option<Node<'p>>,
    /// The build settings.
    pub settings: Settings<'p>,
    /// Whether a Python file in `api/` holds an entry point.
    pub is_python_entry: &'p dyn Fn(&str) -> bool,
}

/// What the platform makes of it.
pub fn detect(input: &Input<'_>) -> Made {
    let detection = Detection::new(input);
    let mut problems = detection.proxy_problem();
    for key in &detection.keys {
        let wrong = keys::invalid(key).into_iter();
        problems.extend(wrong.map(|what| Problem::InvalidFunction { key: key.text.to_owned(), what }));
    }
    let Sorted { functions, rest, candidates } = detection.sorted();
    problems.extend(path_problems(&functions, &candidates));
    let mut parts = functions;
    parts.splice(0..0, detection.proxy_part());
    let used: HashSet<&str> = parts.iter().filter_map(|part| part.key.as_deref()).collect();
    let frontend = detection.frontend(&rest, !parts.is_empty());
    let is_next = frontend.as_ref().is_some_and(|part| part.is_official("next"));
    if is_next && detection.proxy.is_some() {
        problems.push(Problem::ProxyFramework("Next.js"));
    }
    problems.extend(detection.unused(frontend.as_ref(), &used));
    if is_next && input.settings.framework == Preset::Other {
        parts.retain(|part| part.kind != PartKind::Middleware || part.builder != "@vercel/node");
    }
    let pages_api = rest.iter().find(|file| is_pages_api(file)).map(|file| (*file).to_owned());
    let pages_api = pages_api.filter(|_| frontend.is_some() && parts.iter().any(|part| part.is_official("node")));
    let has_public = ["express", "hono", "python", "go", "backends"];
    if let Some(frontend) = frontend {
        if has_public.iter().any(|name| frontend.is_official(name)) {
            parts.push(Part::new("@vercel/static", "public/**/*", PartKind::Static));
        }
        parts.push(frontend);
    }
    Made { parts, problems, pages_api }
}

fn is_pages_api(file: &str) -> bool {
    file.starts_with("pages/api") || file.starts_with("src/pages/api")
}

/// What is wrong with the paths of functions, in their order.
fn path_problems(functions: &[Part], candidates: &[Candidate<'_>]) -> Vec<Problem> {
    let repeated = functions.iter().enumerate().filter_map(|(place, part)| {
        let name = conflicts::repeated_name(&part.src)?.to_owned();
        Some((place, Problem::RepeatedName { file: part.src.clone(), name }))
    });
    let conflicts = conflicts::conflicts(candidates).into_iter();
    let mut problems: Vec<(usize, Problem)> = repeated.collect();
    problems.extend(conflicts.map(|(place, conflict)| (place, Problem::Conflict(conflict))));
    problems.sort_by_key(|(place, _)| *place);
    problems.into_iter().map(|(_, problem)| problem).collect()
}

/// The project's files by what they are.
struct Sorted<'p> {
    /// Functions and middleware, in the platform's order.
    functions: Vec<Part>,
    /// All other files.
    rest: Vec<&'p str>,
    /// The files that may stand in a function's way, and the functions.
    candidates: Vec<Candidate<'p>>,
}

struct Detection<'i, 'p> {
    input: &'i Input<'p>,
    keys: Vec<Key<'p>>,
    /// The file that `proxy` names.
    proxy: Option<&'p str>,
}

impl<'i, 'p> Detection<'i, 'p> {
    fn new(input: &'i Input<'p>) -> Self {
        let proxy = input.config.and_then(|config| config.get("proxy")?.get("entrypoint")?.as_str());
        Self { input, keys: keys::of_config(input.config), proxy: proxy.filter(|file| !file.is_empty()) }
    }

    fn key_of(&self, file: &str) -> Option<&Key<'p>> {
        self.keys.iter().find(|key| key.names(file))
    }

    /// A function or middleware, if the file is one.
    fn function(&self, file: &str) -> Option<Part> {
        let middleware = self.proxy.is_none() && is_middleware(file);
        if !(middleware || file.starts_with("api/")) || file.ends_with(".d.ts") {
            return None;
        }
        if ["/.", "/_", "/node_modules/"].iter().any(|part| file.contains(part)) {
            return None;
        }
        let settings = &self.input.settings;
        if middleware && settings.framework == Preset::Named("nextjs") {
            return None;
        }
        if file.ends_with(".py") && !(self.input.is_python_entry)(file) {
            return None;
        }
        let key = self.key_of(file);
        let builder = key.and_then(Key::runtime).or_else(|| self.official(file, middleware))?;
        let kind = if middleware { PartKind::Middleware } else { PartKind::Function };
        Some(Part { key: key.map(|key| key.text.to_owned()), ..Part::new(builder, file, kind) })
    }

    /// The platform's own builder for a file, unless the framework has it to itself.
    fn official(&self, file: &str, middleware: bool) -> Option<&'static str> {
        let settings = &self.input.settings;
        let preset = settings.preset();
        let ignored =
            preset.filter(|_| !settings.is_rust_site()).map(|preset| preset.ignored_builders).unwrap_or_default();
        if middleware && !preset.is_some_and(|preset| preset.ignores_middleware) {
            return Some("@vercel/node");
        }
        let builder = if middleware { "@vercel/node" } else { api_builder(Platform::Vercel, file)? };
        Some(builder).filter(|builder| !ignored.contains(builder))
    }

    fn sorted(&self) -> Sorted<'p> {
        let files = self.input.files.iter().map(String::as_str);
        let (mut functions, mut rest, mut candidates) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            let function = (self.proxy != Some(file)).then(|| self.function(file)).flatten();
            match function {
                Some(part) => functions.push((file, part)),
                None => {
                    if self.proxy != Some(file) {
                        rest.push(file);
                    }
                    // No file elsewhere answers the path of a function.
                    if file.starts_with("api/") || file.starts_with("middleware") {
                        candidates.push((file, None));
                    }
                }
            }
        }
        functions.sort_by_cached_key(|(file, _)| platform_order(file));
        candidates.extend(functions.iter().enumerate().map(|(place, (file, _))| (*file, Some(place))));
        Sorted { functions: functions.into_iter().map(|(_, part)| part).collect(), rest, candidates }
    }

    /// What is wrong with `proxy` beside the project. Its own form is the business of the rule `config/proxy`.
    fn proxy_problem(&self) -> Vec<Problem> {
        let Some(entrypoint) = self.proxy else { return Vec::new() };
        if !self.input.files.iter().any(|file| file == entrypoint) {
            return vec![Problem::ProxyNotFound];
        }
        match self.input.settings.framework {
            Preset::Named("nextjs") => return vec![Problem::ProxyFramework("Next.js")],
            Preset::Named("astro") => return vec![Problem::ProxyFramework("Astro")],
            _ => {}
        }
        let language = self.input.settings.preset().and_then(|preset| preset.language);
        language.map(Problem::ProxyLanguage).into_iter().collect()
    }

    fn proxy_part(&self) -> Option<Part> {
        let file = self.proxy?;
        let key = self.key_of(file);
        let builder = key.and_then(Key::runtime).unwrap_or("@vercel/node");
        Some(Part { key: key.map(|key| key.text.to_owned()), ..Part::new(builder, file, PartKind::Middleware) })
    }

    fn has_build_script(&self) -> bool {
        let script = self.input.package.and_then(|package| package.get("scripts")?.get("build"));
        script.is_some_and(Node::is_truthy)
    }

    /// The part that makes the pages, from the files that are no functions.
    fn frontend(&self, rest: &[&'p str], has_functions: bool) -> Option<Part> {
        let Settings { framework, build_command, output_directory, .. } = self.input.settings;
        let has_framework = matches!(framework, Preset::Named(slug) if !slug.is_empty());
        let has_command = build_command.is_some_and(|command| !command.is_empty());
        let is_static = build_command == Some("") || output_directory == Some("");
        let is_bare_rust = self.input.settings.is_rust_site() && self.input.package.is_none() && !has_command;
        let is_built = self.has_build_script() || has_command || has_framework;
        if is_built && !is_static && !is_bare_rust {
            return Some(self.built(rest, has_command));
        }
        let folder = output_directory.filter(|folder| !folder.is_empty()).unwrap_or("public");
        let lies_in = |file: &&str| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if output_directory != Some("") && rest.iter().any(lies_in) {
            return Some(Part::new("@vercel/static", format!("{folder}/**/*"), PartKind::Static));
        }
        let has_others = rest.iter().any(|file| !file.starts_with("api/") && *file != "package.json");
        (has_functions && has_others).then(|| Part::new("@vercel/static", self.all_others(), PartKind::Static))
    }

    /// The pattern of everything that is neither a function nor of the platform's own.
    fn all_others(&self) -> String {
        let escaped = self.proxy.map(|file| {
            let special = |c| matches!(c, '\\' | ',' | '*' | '?' | '[' | ']' | '{' | '}' | '(' | ')' | '!' | '+' | '@');
            file.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect::<String>()
        });
        let excluded: Vec<&str> = NOT_STATIC.iter().copied().chain(escaped.as_deref()).collect();
        format!("!{{{}}}", excluded.join(","))
    }

    /// What a framework or a build script makes.
    fn built(&self, rest: &[&'p str], has_command: bool) -> Part {
        let Settings { framework, is_old, .. } = self.input.settings;
        let depends_on_next = super::depends_on_next(self.input.package);
        let may_be_next = framework == Preset::Unset || (is_old && framework != Preset::Named("storybook"));
        let preset = match framework {
            _ if depends_on_next && may_be_next => frameworks::framework("nextjs"),
            Preset::Named(slug) => frameworks::framework(slug),
            Preset::Unset | Preset::Other => None,
        };
        let is_site = |preset: &Framework| preset.slug == "rust" && self.input.settings.is_rust_site();
        if let Some(preset) = preset.filter(|preset| preset.has_runtime() && !is_site(preset)) {
            return Part::new(preset.builder, preset.src.unwrap_or("package.json"), PartKind::Frontend);
        }
        let src = if self.input.package.is_some() { "package.json" } else { self.site(rest, has_command) };
        Part::new(STATIC_BUILD, src, PartKind::Frontend)
    }

    /// What a site without package.json is built from: its generator's config, or where a command builds it any file at the root.
    fn site(&self, rest: &[&'p str], has_command: bool) -> &'p str {
        let first = |files: &mut dyn Iterator<Item = &'p str>| files.min_by_key(|file| platform_order(file));
        let at_root = |file: &&str| !file.contains('/') && !config_files::TEXTS.contains(file);
        let mut configs = self.input.files.iter().map(String::as_str).filter(|file| SITE_CONFIGS.contains(file));
        let any = || first(&mut rest.iter().copied().filter(at_root)).filter(|_| has_command);
        first(&mut configs).or_else(any).unwrap_or("package.json")
    }

    /// The keys of `functions` that no function takes its settings from, as far as the frontend leaves them to functions.
    fn unused(&self, frontend: Option<&Part>, used: &HashSet<&str>) -> Vec<Problem> {
        let is = |names: &[&str]| frontend.is_some_and(|part| names.iter().any(|name| part.is_official(name)));
        if is(&["express", "hono", "python", "backends"]) {
            return Vec::new();
        }
        const NEXT: [&str; 6] = ["pages/", "src/pages", "app/", "src/app/", "middleware", "src/middleware"];
        let is_next = is(&["next"]);
        let unused = self.keys.iter().filter(|key| {
            let is_of_next = is_next && NEXT.iter().any(|start| key.text.starts_with(start));
            !used.contains(key.text) && !self.proxy.is_some_and(|file| key.names(file)) && !is_of_next
        });
        // A key that begins with `/`, an item that is refused as a whole, and one whose runtime is, are told as such.
        let hides_it = |what: &Invalid| {
            matches!(what, Invalid::Source | Invalid::Runtime | Invalid::Glob | Invalid::NoObject | Invalid::Empty)
        };
        let unused = unused.filter(|key| !keys::invalid(key).iter().any(hides_it));
        unused.map(|key| Problem::Unused { key: key.text.to_owned() }).collect()
    }
}
