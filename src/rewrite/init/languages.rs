//! Projects in other languages than init writes configs for.

use crate::platform::Platform;
use crate::project::Project;

/// A language, and how it is known.
struct Language {
    name: &'static str,
    /// Files at the top of a project, the surest sign first; `*` stands for any name.
    signs: &'static [&'static str],
    /// The ending of a function in `api/`, where the platform of today has an official builder for the language.
    today: Option<&'static str>,
    /// The builder of Now 2.0.
    then: Option<&'static str>,
}

const fn language(
    name: &'static str,
    signs: &'static [&'static str],
    today: Option<&'static str>,
    then: Option<&'static str>,
) -> Language {
    Language { name, signs, today, then }
}

const LANGUAGES: [Language; 8] = [
    language(
        "Python",
        &["requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "manage.py", "*.py"],
        Some("py"),
        Some("@now/python"),
    ),
    language("Go", &["go.mod", "*.go"], Some("go"), Some("@now/go")),
    language("Rust", &["Cargo.toml"], Some("rs"), Some("@now/rust")),
    language("Ruby", &["Gemfile", "config.ru", "*.rb"], Some("rb"), Some("@now/ruby")),
    language("PHP", &["composer.json", "*.php"], None, Some("@now/php")),
    language("Java", &["pom.xml", "build.gradle", "build.gradle.kts"], None, None),
    language(".NET", &["*.csproj", "*.fsproj", "*.sln"], None, None),
    language("Elixir", &["mix.exs"], None, None),
];

/// What is to be said of a project in which no server in JavaScript was found: its language, and what a person can write. None where no file tells.
pub(super) fn words(project: &Project<'_>) -> Option<String> {
    let top = || project.files().iter().map(String::as_str).filter(|file| !file.contains('/'));
    let shows = |sign: &'static str| {
        top().find(|file| sign.strip_prefix('*').map_or(*file == sign, |ending| file.ends_with(ending)))
    };
    let found =
        LANGUAGES.iter().find_map(|language| Some((language, language.signs.iter().find_map(|sign| shows(sign))?)));
    let Some((language, sign)) = found else {
        let dockerfile = top().find(|file| *file == "Dockerfile")?;
        return Some(format!("{dockerfile} makes a container of this project, and {NOT_WRITTEN}"));
    };
    let name = language.name;
    let how = match (project.platform(), language.today, language.then) {
        (Platform::Now, _, Some(builder)) => {
            format!("; `{builder}` builds such functions: name them in `builds` by hand")
        }
        (Platform::Vercel, Some(ending), _) => {
            format!(
                "; a file such as api/index.{ending} is a function without any config, and a framework is named by `framework`"
            )
        }
        (Platform::Vercel, None, _) => "; the platform has no official runtime for it".to_owned(),
        _ => String::new(),
    };
    Some(format!("this is a project in {name} ({sign}), and {NOT_WRITTEN}{how}"))
}

const NOT_WRITTEN: &str = "init writes configs for JavaScript and TypeScript alone";
