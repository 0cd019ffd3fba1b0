//! Where native addons lie: the search orders of `bindings`, `node-gyp-build` and `node-pre-gyp`, for this machine.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use super::files::Files;
use super::source::values::{arch, platform};
use crate::base::paths;

/// Node's module ABI by major version.
fn abi(node_major: u32) -> u32 {
    match node_major {
        10 => 64,
        12 => 72,
        14 => 83,
        16 => 93,
        18 => 108,
        20 => 115,
        22 => 127,
        24 => 137,
        other => 115 + other.saturating_sub(20) * 6,
    }
}

/// The folders, relative to the package, in which `bindings` looks.
const BINDINGS_FOLDERS: &[&str] = &[
    "build",
    "build/Debug",
    "build/Release",
    "out/Debug",
    "Debug",
    "out/Release",
    "Release",
    "build/default",
    "addon-build/release/install-root",
    "addon-build/debug/install-root",
    "addon-build/default/install-root",
];

/// What `bindings(name)` loads, called from `file`.
pub(super) fn bindings(files: &Files<'_>, file: &Utf8Path, name: &str) -> Option<Utf8PathBuf> {
    let name = if name.ends_with(".node") { name.to_owned() } else { format!("{name}.node") };
    let root = file
        .parent()?
        .ancestors()
        .find(|folder| files.is_file(&folder.join("package.json")) || files.is_dir(&folder.join("node_modules")))?;
    BINDINGS_FOLDERS.iter().map(|folder| root.join(folder).join(&name)).find(|path| files.is_file(path))
}

fn addons(files: &Files<'_>, folder: &Utf8Path) -> Vec<String> {
    let entries = files.read_dir(folder);
    entries.into_iter().map(|entry| entry.name).filter(|name| name.ends_with(".node")).collect()
}

/// What `node-gyp-build` loads for a package's folder: a local build, else the best prebuilt one.
pub(super) fn node_gyp_build(files: &Files<'_>, folder: &Utf8Path, node_major: u32) -> Option<Utf8PathBuf> {
    for build in ["build/Release", "build/Debug"] {
        let build = paths::normalize(&folder.join(build));
        if let Some(name) = addons(files, &build).into_iter().next() {
            return Some(build.join(name));
        }
    }
    let prebuilds = folder.join("prebuilds");
    let target = files.read_dir(&prebuilds).into_iter().map(|entry| entry.name).find(|name| {
        name.split_once('-').is_some_and(|(os, archs)| is_platform(os) && archs.split('+').any(|one| one == arch()))
    })?;
    let target = prebuilds.join(target);
    let mut fitting: Vec<(usize, String)> = addons(files, &target)
        .into_iter()
        .filter_map(|name| Some((tags_score(&name, abi(node_major))?, name)))
        .collect();
    fitting.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    fitting.into_iter().next().map(|(_, name)| target.join(name))
}

/// Old forks put the C library behind the platform's name.
fn is_platform(name: &str) -> bool {
    let libc = if cfg!(target_env = "musl") { "musl" } else { "glibc" };
    name.strip_prefix(platform()).is_some_and(|rest| rest.is_empty() || rest == libc)
}

/// How well the tags of a prebuilt addon fit this machine; `None` where they do not.
fn tags_score(name: &str, abi: u32) -> Option<usize> {
    let mut score = 1;
    for tag in name.trim_end_matches(".node").split('.') {
        match tag {
            "electron" | "node-webkit" => return None,
            "glibc" if cfg!(target_env = "musl") => return None,
            "musl" if !cfg!(target_env = "musl") => return None,
            _ if tag
                .strip_prefix("node-")
                .or_else(|| tag.strip_prefix("abi"))
                .is_some_and(|tag| tag != abi.to_string()) =>
            {
                return None;
            }
            "node" | "napi" | "glibc" | "musl" => score += 1,
            _ if tag.strip_prefix("armv").is_some_and(|version| version != "8") => return None,
            _ => {}
        }
    }
    Some(score)
}

/// What node-pre-gyp's `find(package.json)` gives.
pub(super) fn pre_gyp(files: &Files<'_>, package: &Utf8Path, node_major: u32) -> Option<Utf8PathBuf> {
    let folder = package.parent()?;
    let json = files.package(folder)?;
    let binary = json.get("binary")?;
    let text = |name: &str| binary.get(name).and_then(Json::as_str);
    let version = json.get("version").and_then(Json::as_str).unwrap_or_default();
    let napi = binary.get("napi_versions").and_then(Json::as_array);
    let napi = napi.and_then(|versions| versions.iter().filter_map(Json::as_u64).filter(|v| *v <= 9).max());
    let abi = abi(node_major).to_string();
    let napi_text = napi.map(|version| version.to_string()).unwrap_or_default();
    let build = napi.map_or(format!("node-v{abi}"), |version| format!("napi-v{version}"));
    let libc = if cfg!(target_env = "musl") { "musl" } else { "glibc" };
    let fill = |path: &str| {
        path.replace("{platform}", platform())
            .replace("{arch}", arch())
            .replace("{target_arch}", arch())
            .replace("{module_name}", text("module_name").unwrap_or_default())
            .replace("{version}", version)
            .replace("{node_abi}", &format!("node-v{abi}"))
            .replace("{napi_version}", &napi_text)
            .replace("{napi_build_version}", &napi_text)
            .replace("{node_napi_label}", &build)
            .replace("{libc}", libc)
            .replace("{configuration}", "Release")
            .replace("{toolset}", "")
    };
    let name = format!("{}.node", text("module_name")?);
    let found = paths::normalize(&folder.join(fill(text("module_path")?)).join(name));
    files.is_file(&found).then_some(found)
}
