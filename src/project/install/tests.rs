use super::*;
use crate::base::fs::MemoryFs;
use crate::document::Document;
use crate::project::Config;

fn with_project<T>(files: &[(&str, &str)], judge: impl Fn(&Project<'_>) -> T) -> T {
    let fs =
        files.iter().fold(MemoryFs::new().with("/r/x", ""), |fs, (path, text)| fs.with(&format!("/r/{path}"), *text));
    let config = files.iter().find(|(path, _)| *path == "vercel.json");
    let config = config.map(|(_, text)| Config::new(Document::json("/r/vercel.json", (*text).to_owned())));
    judge(&Project::new(&fs, "/r".into(), "/r".into(), config, Platform::Vercel))
}

const PNPM9: (&str, &str) = ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
const PNPM6: (&str, &str) = ("pnpm-lock.yaml", "lockfileVersion: '6.0'\n");
const BERRY: (&str, &str) = ("yarn.lock", "__metadata:\n  version: 8\n");
const YARN1: (&str, &str) = ("yarn.lock", "# yarn lockfile v1\n");
const BUN: (&str, &str) = ("bun.lock", "{\n  \"lockfileVersion\": 1,\n");
const PINNED10: (&str, &str) = ("package.json", r#"{"packageManager": "pnpm@10.4.1+sha512.abc"}"#);
const PINNED11: (&str, &str) = ("package.json", r#"{"packageManager": "pnpm@11.0.0"}"#);

/// As the published package managers did it, with `@prisma/client` 6.19.3.
#[test]
fn whether_the_install_script_of_the_client_runs() {
    let workspace = |text: &'static str| ("pnpm-workspace.yaml", text);
    let package = |text: &'static str| ("package.json", text);
    let yarnrc = |text: &'static str| (".yarnrc.yml", text);
    for (files, expected) in [
        (vec![], "runs"),
        (vec![package(r#"{"allowScripts": {"@prisma/client": false}}"#)], "blocked"),
        (vec![package(r#"{"allowScripts": {"@prisma/client@6.19.3": true}}"#)], "runs"),
        (vec![PNPM6], "runs"),
        (vec![PNPM9], "unknown"),
        (vec![PNPM9, PINNED10], "blocked"),
        (vec![PNPM6, PINNED10], "runs"),
        (vec![PNPM9, package(r#"{"packageManager": "pnpm@9.15.9"}"#)], "runs"),
        (
            vec![
                PNPM9,
                package(r#"{"packageManager": "pnpm@9.15.9", "pnpm": {"onlyBuiltDependencies": ["esbuild"]}}"#),
            ],
            "blocked",
        ),
        (vec![PNPM9, PINNED10, workspace("onlyBuiltDependencies:\n  - '@prisma/client'\n")], "runs"),
        (vec![PNPM9, PINNED10, workspace("onlyBuiltDependencies:\n  - '@prisma/engines'\n")], "blocked"),
        (vec![PNPM9, PINNED10, workspace("ignoredBuiltDependencies:\n  - '@prisma/client'\n")], "blocked"),
        (vec![PNPM9, PINNED10, workspace("neverBuiltDependencies:\n  - x\n")], "runs"),
        (vec![PNPM9, PINNED10, workspace("dangerouslyAllowAllBuilds: true\n")], "runs"),
        (vec![PNPM9, PINNED10, workspace("allowBuilds:\n  '@prisma/client': true\n")], "runs"),
        (vec![PNPM9, workspace("onlyBuiltDependencies:\n  - '@prisma/client'\n")], "unknown"),
        (
            vec![
                PNPM9,
                workspace("onlyBuiltDependencies:\n  - '@prisma/client'\nallowBuilds:\n  '@prisma/client': true\n"),
            ],
            "runs",
        ),
        (vec![PNPM9, PINNED11], "blocked"),
        (vec![PNPM9, PINNED11, workspace("onlyBuiltDependencies:\n  - '@prisma/client'\n")], "blocked"),
        (vec![PNPM9, PINNED11, workspace("allowBuilds:\n  '@prisma/client': true\n")], "runs"),
        (
            vec![
                PNPM9,
                package(r#"{"packageManager": "pnpm@10.0.0", "pnpm": {"onlyBuiltDependencies": ["@prisma/client"]}}"#),
            ],
            "runs",
        ),
        (vec![YARN1], "runs"),
        (vec![BERRY], "unknown"),
        (vec![BERRY, yarnrc("enableScripts: false\n")], "blocked"),
        (vec![BERRY, yarnrc("enableScripts: true\n")], "runs"),
        (vec![BERRY, yarnrc("yarnPath: .yarn/releases/yarn-4.5.3.cjs\n")], "runs"),
        (vec![BERRY, yarnrc("yarnPath: .yarn/releases/yarn-4.14.0.cjs\n")], "blocked"),
        (vec![BERRY, package(r#"{"packageManager": "yarn@4.15.0"}"#)], "blocked"),
        (
            vec![
                BERRY,
                package(
                    r#"{"packageManager": "yarn@4.15.0", "dependenciesMeta": {"@prisma/client": {"built": true}}}"#,
                ),
            ],
            "runs",
        ),
        (vec![("yarn.lock", "__metadata:\n  version: 6\n")], "runs"),
        (vec![BUN], "runs"),
        (vec![BUN, package(r#"{"trustedDependencies": ["sharp"]}"#)], "blocked"),
        (vec![BUN, package(r#"{"trustedDependencies": ["@prisma/client"]}"#)], "runs"),
        (vec![("vercel.json", r#"{"build": {"env": {"PRISMA_SKIP_POSTINSTALL_GENERATE": "1"}}}"#)], "blocked"),
        (vec![("vercel.json", r#"{"env": {"PRISMA_SKIP_POSTINSTALL_GENERATE": "1"}}"#)], "runs"),
    ] {
        let found = with_project(&files, |project| match of_client(project) {
            InstallScript::Runs => "runs",
            InstallScript::Blocked(_) => "blocked",
            InstallScript::Unknown(_) => "unknown",
        });
        assert_eq!(found, expected, "{files:?}");
    }
}

#[test]
fn settings_that_stop_all_scripts() {
    let npmrc = (".npmrc", "# x\nignore-scripts = true\n");
    for (files, expected) in [
        (vec![npmrc], true),
        (vec![(".npmrc", "ignore-scripts=true\nignore-scripts=false\n")], false),
        (vec![(".npmrc", "#ignore-scripts=true\n")], false),
        (vec![PNPM6, npmrc], true),
        (vec![PNPM9, PINNED11, npmrc], false),
        (vec![YARN1, npmrc], false),
        (vec![("vercel.json", r#"{"installCommand": "npm ci --ignore-scripts"}"#)], true),
        (
            vec![(
                "vercel.json",
                r#"{"installCommand": "npm ci --ignore-scripts", "builds": [{"src": "a.js", "use": "@vercel/node"}]}"#,
            )],
            false,
        ),
    ] {
        assert_eq!(with_project(&files, |project| all_scripts_blocked(project).is_some()), expected, "{files:?}");
    }
}

#[test]
fn development_dependencies_are_installed_unless_something_says_otherwise() {
    let config = |text: &'static str| ("vercel.json", text);
    for (files, expected) in [
        (vec![], None),
        (vec![config(r#"{"installCommand": "npm ci"}"#)], None),
        (vec![config(r#"{"installCommand": "npm ci --omit=dev"}"#)], Some("installCommand is \"npm ci --omit=dev\"")),
        (vec![config(r#"{"installCommand": "npm ci --omit dev"}"#)], Some("installCommand is \"npm ci --omit dev\"")),
        (
            vec![config(r#"{"installCommand": "pnpm install --prod"}"#)],
            Some("installCommand is \"pnpm install --prod\""),
        ),
        (
            vec![config(r#"{"installCommand": "NODE_ENV=production npm ci"}"#)],
            Some("installCommand is \"NODE_ENV=production npm ci\""),
        ),
        (vec![config(r#"{"installCommand": "npm ci && npm run x -- --production"}"#)], None),
        (vec![config(r#"{"build": {"env": {"NODE_ENV": "production"}}}"#)], None),
        (
            vec![config(r#"{"build": {"env": {"NPM_ONLY_PRODUCTION": "1"}}}"#)],
            Some("build.env sets NPM_ONLY_PRODUCTION"),
        ),
        (vec![(".npmrc", "omit=dev\n")], Some(".npmrc has omit=dev")),
        (vec![(".npmrc", "omit=optional\n")], None),
        (vec![(".npmrc", "omit=dev\n"), PNPM6], None),
    ] {
        let found = with_project(&files, drops_dev_dependencies);
        assert_eq!(found.as_deref(), expected, "{files:?}");
    }
}
