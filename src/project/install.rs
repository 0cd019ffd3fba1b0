//! What an install on the platform does with scripts and development dependencies.

use nodejs_semver::Version;

use super::version::lowest;
use super::yaml::Settings;
use super::{PackageJson, Project};
use crate::document::{Node, Path};
use crate::platform::Platform;
use crate::platform::package_managers::{
    PNPM_ASKS_SINCE, PNPM_MAPS_SINCE, PackageManager, YARN_ASKS_SINCE, pnpm_majors, yarn_major,
};

/// The package whose install script generates.
const CLIENT: &str = "@prisma/client";

/// Whether the install script of `@prisma/client` runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallScript {
    /// It does.
    Runs,
    /// It does not, with the reason.
    Blocked(String),
    /// That depends on what cannot be read here.
    Unknown(String),
}

/// Why no script runs at all when packages are installed, those of the project included.
pub fn all_scripts_blocked(project: &Project<'_>) -> Option<String> {
    if let Some(command) = install_command(project).filter(|command| command.contains("--ignore-scripts")) {
        return Some(format!("installCommand is {command:?}, which runs no script"));
    }
    let manager = manager(project);
    // Tried: neither Yarn 1 nor pnpm 11 goes by it.
    let reads_npmrc = match manager {
        PackageManager::Npm => true,
        PackageManager::Pnpm => pnpm(project).iter().all(|major| *major < PNPM_MAPS_SINCE),
        PackageManager::Yarn | PackageManager::Bun => false,
    };
    if reads_npmrc && npmrc(project, "ignore-scripts").as_deref() == Some("true") {
        return Some(format!(".npmrc has ignore-scripts=true, so {} runs no script when it installs", manager.name()));
    }
    None
}

/// Whether the install script of `@prisma/client` runs, where scripts run at all.
pub fn of_client(project: &Project<'_>) -> InstallScript {
    const SKIP: &str = "PRISMA_SKIP_POSTINSTALL_GENERATE";
    if build_env(project, SKIP).is_some_and(|value| !value.is_empty()) {
        return InstallScript::Blocked(format!("build.env sets {SKIP}, so the install of {CLIENT} does not generate"));
    }
    if project.platform() != Platform::Vercel {
        return InstallScript::Runs;
    }
    match manager(project) {
        PackageManager::Npm => of_npm(project),
        PackageManager::Yarn => of_yarn(project),
        PackageManager::Pnpm => of_pnpm(project),
        PackageManager::Bun => of_bun(project),
    }
}

/// Why an install drops the development dependencies; none where they are installed, as they are by default.
pub fn drops_dev_dependencies(project: &Project<'_>) -> Option<String> {
    const FLAGS: [&str; 6] = ["--omit=dev", "--production", "--prod", "-P", "--only=production", "--only=prod"];
    let command = install_command(project);
    if let Some(command) = command {
        let words: Vec<&str> = command.split_whitespace().collect();
        let installs = words.iter().any(|word| matches!(*word, "install" | "ci" | "i"));
        // Behind a later command a flag means something else.
        let is_one = !command.contains(['&', ';', '|']);
        let drops =
            words.iter().any(|word| FLAGS.contains(word)) || words.windows(2).any(|pair| pair == ["--omit", "dev"]);
        if installs && is_one && drops {
            return Some(format!("installCommand is {command:?}"));
        }
        if installs && is_one && words.starts_with(&["NODE_ENV=production", "npm"]) {
            return Some(format!("installCommand is {command:?}"));
        }
    }
    // The platform's own install takes NODE_ENV away, and knows this variable instead.
    if command.is_none() && build_env(project, "NPM_ONLY_PRODUCTION").is_some_and(|value| !value.is_empty()) {
        return Some("build.env sets NPM_ONLY_PRODUCTION".to_owned());
    }
    if manager(project) == PackageManager::Npm {
        let is = |key: &str, values: &[&str]| npmrc(project, key).filter(|value| values.contains(&value.as_str()));
        let found = [("omit", &["dev"][..]), ("production", &["true"]), ("only", &["production", "prod"])];
        return found.into_iter().find_map(|(key, values)| Some(format!(".npmrc has {key}={}", is(key, values)?)));
    }
    None
}

/// The package manager that installs on the platform.
fn manager(project: &Project<'_>) -> PackageManager {
    project.lock().map_or(PackageManager::Npm, |lock| lock.manager)
}

/// `installCommand`, which the platform reads where there are no `builds`.
fn install_command<'p>(project: &'p Project<'_>) -> Option<&'p str> {
    let config = project.config().filter(|config| config.builds().is_empty())?;
    config.get("installCommand")?.as_str()
}

fn build_env<'p>(project: &'p Project<'_>, name: &str) -> Option<&'p str> {
    project.config()?.get("build")?.get("env")?.get(name)?.as_str()
}

/// A setting of the nearest `.npmrc`, beside package.json or the lock file.
fn npmrc(project: &Project<'_>, key: &str) -> Option<String> {
    let beside_lock = project.lock().map(|lock| lock.folder().to_owned());
    let folders = std::iter::once(project.root().to_owned()).chain(beside_lock);
    folders.into_iter().find_map(|folder| {
        let text = project.fs().read_to_string(&folder.join(".npmrc")).ok()?;
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with([';', '#']));
        let mut members = lines.filter_map(|line| line.split_once('='));
        // The last one holds.
        let value = members.rfind(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned());
        value.or_else(|| text.lines().any(|line| line.trim() == key).then(|| "true".to_owned()))
    })
}

/// The package.json of the folder with the lock file: settings of a workspace stand there.
fn root_package(project: &Project<'_>) -> Option<std::sync::Arc<PackageJson>> {
    project.package_in(project.lock().map_or(project.root(), |lock| lock.folder()))
}

/// A file beside the lock file.
fn beside_lock(project: &Project<'_>, name: &str) -> Option<String> {
    project.fs().read_to_string(&project.lock()?.folder().join(name)).ok()
}

/// The version in `packageManager`, where it names `manager`.
fn pinned(project: &Project<'_>, manager: PackageManager) -> Option<Version> {
    let root = root_package(project)?;
    let own = project.package().and_then(|package| package.text(&["packageManager"]));
    let (name, version) = own.or_else(|| root.text(&["packageManager"]))?.split_once('@')?;
    if name == manager.name() { lowest(version.split('+').next()?) } else { None }
}

fn of_npm(project: &Project<'_>) -> InstallScript {
    let root = root_package(project);
    let answer = root.as_ref().and_then(|package| {
        let allowed = package.document().get(&Path::keys(["allowScripts"]))?;
        allowed.members().find(|(member, _)| is_client(&member.key)).map(|(_, node)| node.is_truthy())
    });
    match answer {
        Some(false) => InstallScript::Blocked(format!(
            "\"allowScripts\" in package.json says no to the install script of {CLIENT}"
        )),
        _ => InstallScript::Runs,
    }
}

fn of_yarn(project: &Project<'_>) -> InstallScript {
    let built = root_package(project).as_ref().and_then(|package| {
        Some(package.document().get(&Path::keys(["dependenciesMeta", CLIENT, "built"]))?.is_truthy())
    });
    if built == Some(false) {
        return InstallScript::Blocked(format!("\"dependenciesMeta\" in package.json says that {CLIENT} is not built"));
    }
    if yarn_is(project, |major| major == 1) {
        return InstallScript::Runs;
    }
    let settings = beside_lock(project, ".yarnrc.yml").unwrap_or_default();
    let settings = Settings(&settings);
    let version = settings.scalar("yarnPath").and_then(|path| {
        let name = path.rsplit('/').next()?;
        lowest(name.strip_prefix("yarn-")?.strip_suffix(".cjs")?)
    });
    let version = version.or_else(|| pinned(project, PackageManager::Yarn));
    let asks = |version: &Version| (version.major(), version.minor()) >= YARN_ASKS_SINCE;
    let (major, minor) = YARN_ASKS_SINCE;
    match (settings.scalar("enableScripts"), version) {
        (Some("false"), _) if built != Some(true) => InstallScript::Blocked(format!(
            ".yarnrc.yml has enableScripts: false, so Yarn does not run the install script of {CLIENT}"
        )),
        (Some(_), _) => InstallScript::Runs,
        (None, _) if built == Some(true) => InstallScript::Runs,
        (None, Some(version)) if asks(&version) => InstallScript::Blocked(format!(
            "Yarn {version} does not run the install script of {CLIENT} unless .yarnrc.yml has enableScripts: true"
        )),
        (None, None) if yarn_is(project, |found| found >= major) => InstallScript::Unknown(format!(
            "Yarn {major}.{minor} and later does not run the install script of {CLIENT}"
        )),
        (None, _) => InstallScript::Runs,
    }
}

fn yarn_is(project: &Project<'_>, is: impl Fn(u64) -> bool) -> bool {
    let format = project.lock().and_then(|lock| lock.format.as_deref());
    format.and_then(yarn_major).is_some_and(is)
}

/// The majors of pnpm that may install.
fn pnpm(project: &Project<'_>) -> Vec<u64> {
    let by_lock = project.lock().and_then(|lock| lock.format.as_deref()).map(pnpm_majors).unwrap_or_default();
    match pinned(project, PackageManager::Pnpm).map(|version| version.major()) {
        // The platform takes a pinned version only where it can read the lock file.
        Some(major) if by_lock.contains(&major) || by_lock.is_empty() || (major > 11 && by_lock.contains(&11)) => {
            vec![major]
        }
        _ => by_lock.to_vec(),
    }
}

fn of_pnpm(project: &Project<'_>) -> InstallScript {
    let majors = pnpm(project);
    let lists = PnpmLists::read(project);
    let blocking: Vec<(u64, &str)> = majors.iter().filter_map(|major| Some((*major, lists.blocks(*major)?))).collect();
    let Some((major, why)) = blocking.first() else { return InstallScript::Runs };
    let reason = format!("pnpm {major} does not run the install script of {CLIENT} {why}");
    if blocking.len() == majors.len() { InstallScript::Blocked(reason) } else { InstallScript::Unknown(reason) }
}

/// What a project says of the install scripts that pnpm may run.
#[derive(Default)]
struct PnpmLists {
    only: Option<Vec<String>>,
    never: Option<Vec<String>>,
    ignored: Vec<String>,
    allowed: Option<bool>,
    all: bool,
    /// The list stands in a file of its own.
    elsewhere: bool,
}

impl PnpmLists {
    fn read(project: &Project<'_>) -> Self {
        let text = beside_lock(project, "pnpm-workspace.yaml").unwrap_or_default();
        let yaml = Settings(&text);
        let root = root_package(project);
        let json = |key: &str| root.as_ref()?.document().get(&Path::keys(["pnpm", key]));
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let list = |key: &str| yaml.list(key).map(owned).or_else(|| json(key).map(Node::strings).map(owned));
        let allowed = yaml.map("allowBuilds").unwrap_or_default();
        let allowed = allowed.iter().find(|(package, _)| is_client(package)).map(|(_, value)| *value == "true");
        Self {
            only: list("onlyBuiltDependencies"),
            never: list("neverBuiltDependencies"),
            ignored: list("ignoredBuiltDependencies").unwrap_or_default(),
            allowed,
            all: yaml.scalar("dangerouslyAllowAllBuilds") == Some("true")
                || npmrc(project, "dangerously-allow-all-builds").as_deref() == Some("true"),
            elsewhere: yaml.scalar("onlyBuiltDependenciesFile").is_some()
                || json("onlyBuiltDependenciesFile").is_some(),
        }
    }

    /// Why that major does not run the client's script; none where it does.
    fn blocks(&self, major: u64) -> Option<&'static str> {
        let names = |list: &[String]| list.iter().any(|entry| is_client(entry));
        if major >= PNPM_MAPS_SINCE {
            let runs = self.all || self.allowed == Some(true);
            return (!runs).then_some("unless allowBuilds in pnpm-workspace.yaml says so");
        }
        if self.allowed == Some(false) || self.never.as_deref().is_some_and(names) || names(&self.ignored) {
            return Some("because the project says so");
        }
        match &self.only {
            Some(only) if !names(only) => Some("unless it is in onlyBuiltDependencies"),
            // Naming those that never run lets all others run.
            None if major >= PNPM_ASKS_SINCE
                && self.never.is_none()
                && self.allowed.is_none()
                && !self.all
                && !self.elsewhere =>
            {
                Some("unless it is in onlyBuiltDependencies")
            }
            _ => None,
        }
    }
}

fn of_bun(project: &Project<'_>) -> InstallScript {
    let root = root_package(project);
    let trusted = root.as_ref().and_then(|package| package.document().get(&Path::keys(["trustedDependencies"])));
    match trusted {
        Some(list) if !list.strings().contains(&CLIENT) => InstallScript::Blocked(format!(
            "Bun runs install scripts of the \"trustedDependencies\" in package.json alone, and {CLIENT} is not among them"
        )),
        _ => InstallScript::Runs,
    }
}

/// Whether an entry of such a list is the client, at any version: `@prisma/client`, `@prisma/client@6.19.3`.
fn is_client(entry: &str) -> bool {
    entry.strip_prefix(CLIENT).is_some_and(|rest| rest.is_empty() || rest.starts_with('@')) || entry == "@prisma/*"
}

#[cfg(test)]
mod tests;
