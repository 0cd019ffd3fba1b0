//! From a specifier to files, by the tracer's own rules: they are not node's. The old rules and `exports` both count,
//! extensions are guessed in modules too, and the `package.json` files that were needed are part of the answer.

use std::collections::BTreeMap;
use std::path::is_separator;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use super::exports::{Conditions, exports_targets, imports_targets};
use super::files::{Files, below};
use crate::base::paths;
use crate::platform::trace_profile::{PackageJson, Patterns, TraceProfile};

/// What a specifier leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Resolution {
    /// Files, links not yet resolved. Empty for what the runtime itself provides, `None` where nothing is found.
    pub files: Option<Vec<Utf8PathBuf>>,
    /// `package.json` files that resolution read something from.
    pub packages: Vec<Utf8PathBuf>,
    /// Links that were met on the way.
    pub links: Vec<Utf8PathBuf>,
}

/// What one resolution touches beside its result.
#[derive(Default)]
struct Trail {
    packages: Vec<Utf8PathBuf>,
    links: Vec<Utf8PathBuf>,
}

/// A bare specifier, taken apart.
struct Request<'s> {
    specifier: &'s str,
    name: &'s str,
    subpath: &'s str,
    import: bool,
}

/// A target of `exports` or `imports` that does not exist.
struct NotThere;

/// The rules of one trace.
pub(super) struct Resolver<'a, 'f> {
    pub files: &'a Files<'f>,
    pub profile: TraceProfile,
    pub conditions: &'a [String],
    pub node_major: u32,
    pub aliases: &'a BTreeMap<String, String>,
}

impl Resolver<'_, '_> {
    /// Whether the nearest `package.json` of every script with this ending is listed.
    pub(super) fn lists_boundaries(&self, ending: &str) -> bool {
        match self.profile.package_json {
            PackageJson::Boundary => matches!(ending, "js" | "ts"),
            PackageJson::BoundaryOfJs => ending == "js",
            PackageJson::MainOnly => false,
        }
    }

    /// Resolves `specifier` as `parent` says it.
    pub(super) fn resolve(&self, specifier: &str, parent: &Utf8Path, import: bool) -> Resolution {
        let mut trail = Trail::default();
        let files = if is_path(specifier) {
            self.relative(specifier, parent, &mut trail).map(|file| vec![file])
        } else if specifier.starts_with('#') && !matches!(self.profile.patterns, Patterns::None | Patterns::Folders) {
            self.internal(specifier, parent, import, &mut trail)
        } else {
            self.bare(specifier, parent, import, &mut trail)
        };
        Resolution { files, packages: trail.packages, links: trail.links }
    }

    fn relative(&self, specifier: &str, parent: &Utf8Path, trail: &mut Trail) -> Option<Utf8PathBuf> {
        let path = parent.parent()?.join(specifier);
        let folder = matches!(specifier, "." | "..") || ["/", "/.", "/.."].iter().any(|end| specifier.ends_with(end));
        self.path(&paths::normalize(&path), folder, trail)
    }

    fn path(&self, path: &Utf8Path, folder: bool, trail: &mut Trail) -> Option<Utf8PathBuf> {
        let file = if folder { None } else { self.file(path, trail) };
        file.or_else(|| self.folder(path, trail))
    }

    /// Links are resolved before extensions are tried, and those that were met are listed.
    fn file(&self, path: &Utf8Path, trail: &mut Trail) -> Option<Utf8PathBuf> {
        let real = self.files.real(path).ok()?;
        trail.links.extend(real.links.iter().cloned());
        let path = real.path;
        if self.files.is_file(&path) {
            return Some(path);
        }
        let inside = below(&path, self.files.base());
        let own = inside.is_some_and(|inside| inside.rsplit(is_separator).skip(1).all(|name| name != "node_modules"));
        let typescript: &[&str] = if own { &["ts", "tsx"] } else { &[] };
        typescript.iter().chain(&["js", "json", "node"]).find_map(|extension| {
            let path = Utf8PathBuf::from(format!("{path}.{extension}"));
            self.files.is_file(&path).then_some(path)
        })
    }

    fn folder(&self, path: &Utf8Path, trail: &mut Trail) -> Option<Utf8PathBuf> {
        if !self.files.is_dir(path) {
            return None;
        }
        let package = self.files.package(path);
        if let Some(main) = package.as_deref().and_then(|json| json.get("main")).and_then(Json::as_str) {
            let main = paths::normalize(&path.join(main.trim_start_matches('/')));
            if let Some(found) = self.file(&main, trail).or_else(|| self.file(&main.join("index"), trail)) {
                trail.packages.push(path.join("package.json"));
                return Some(found);
            }
        }
        self.file(&path.join("index"), trail)
    }

    fn conditions(&self, import: bool) -> Conditions<'_> {
        Conditions {
            user: self.conditions,
            import,
            module_sync: self.node_major >= 22,
            catchall: self.profile.module_sync_catchall,
            patterns: self.profile.patterns,
        }
    }

    /// The files of the targets; a selected target that is not there fails the whole resolution.
    fn existing(&self, folder: &Utf8Path, targets: &[String], import: bool) -> Result<Vec<Utf8PathBuf>, NotThere> {
        let mut found = Vec::new();
        for target in targets {
            let path = paths::normalize(&folder.join(target));
            let file = if import {
                self.files.is_file(&path).then_some(path)
            } else {
                self.path(&path, false, &mut Trail::default())
            };
            found.push(file.ok_or(NotThere)?);
        }
        Ok(found)
    }

    fn internal(
        &self,
        specifier: &str,
        parent: &Utf8Path,
        import: bool,
        trail: &mut Trail,
    ) -> Option<Vec<Utf8PathBuf>> {
        if specifier == "#" || (specifier.starts_with("#/") && !self.profile.hash_slash_imports) {
            return None;
        }
        let folder = self.files.boundary(parent)?;
        let package = self.files.package(&folder)?;
        let targets = imports_targets(package.get("imports")?, specifier, &self.conditions(import));
        let mut found = Vec::new();
        for target in &targets {
            if is_path(target) {
                found.extend(self.existing(&folder, std::slice::from_ref(target), import).ok()?);
            } else if !target.starts_with('#') {
                found.extend(self.bare(target, &folder.join("package.json"), import, trail)?);
            }
        }
        if targets.is_empty() || (found.is_empty() && targets.iter().any(|target| is_path(target))) {
            return None;
        }
        trail.packages.push(folder.join("package.json"));
        Some(found)
    }

    fn bare(&self, specifier: &str, parent: &Utf8Path, import: bool, trail: &mut Trail) -> Option<Vec<Utf8PathBuf>> {
        if is_builtin(specifier) {
            return Some(Vec::new());
        }
        let name = package_name(specifier)?;
        let subpath = format!(".{}", &specifier[name.len()..]);
        let own = self.self_reference(name, &subpath, parent, import, trail).ok()?;
        let start = parent.parent()?;
        for folder in start.ancestors().filter(|folder| folder.parent().is_some()) {
            let modules = folder.join("node_modules");
            if !self.files.is_dir(&modules) {
                continue;
            }
            let request = Request { specifier, name, subpath: &subpath, import };
            let mut found = self.installed(&modules, &request, own.is_empty(), trail).ok()?;
            if !found.is_empty() {
                found.extend(own);
                return Some(found);
            }
        }
        if !own.is_empty() {
            return Some(own);
        }
        self.alias(specifier, trail).map(|found| vec![found])
    }

    fn self_reference(
        &self,
        name: &str,
        subpath: &str,
        parent: &Utf8Path,
        import: bool,
        trail: &mut Trail,
    ) -> Result<Vec<Utf8PathBuf>, NotThere> {
        let Some(folder) = self.files.boundary(parent) else { return Ok(Vec::new()) };
        let named = |own: &str| if self.profile.checks_own_name { own == name } else { !own.is_empty() };
        let package = self.files.package(&folder);
        let package = package.filter(|json| json.get("name").and_then(Json::as_str).is_some_and(named));
        let Some(exports) = package.as_deref().and_then(|json| self.exports(json)) else { return Ok(Vec::new()) };
        let mut found = self.existing(&folder, &exports_targets(exports, subpath, &self.conditions(import)), import)?;
        if !found.is_empty() {
            if let Some(package) = &package {
                self.remap_for_browser(&folder, package, &mut found);
            }
            trail.packages.push(folder.join("package.json"));
        }
        Ok(found)
    }

    fn exports<'j>(&self, package: &'j Json) -> Option<&'j Json> {
        let read = self.profile.patterns != Patterns::None;
        package.get("exports").filter(|exports| read && !exports.is_null())
    }

    /// Looks in one `node_modules` folder; empty where it has nothing.
    fn installed(
        &self,
        modules: &Utf8Path,
        request: &Request<'_>,
        use_exports: bool,
        trail: &mut Trail,
    ) -> Result<Vec<Utf8PathBuf>, NotThere> {
        let folder = modules.join(request.name);
        let package = self.files.package(&folder);
        let path = paths::normalize(&modules.join(request.specifier));
        let as_folder = request.specifier.ends_with('/');
        let mut found = Vec::new();
        if let Some(package) = package.as_deref().filter(|_| use_exports)
            && let Some(exports) = self.exports(package)
        {
            let targets = exports_targets(exports, request.subpath, &self.conditions(request.import));
            if !targets.is_empty() {
                trail.packages.push(folder.join("package.json"));
            }
            found = self.existing(&folder, &targets, request.import)?;
            self.remap_for_browser(&folder, package, &mut found);
        }
        if found.is_empty() || !self.profile.exports_only {
            let legacy = self.path(&path, as_folder, trail);
            found.extend(legacy.filter(|legacy| !found.contains(legacy)));
        }
        Ok(found)
    }

    fn alias(&self, specifier: &str, trail: &mut Trail) -> Option<Utf8PathBuf> {
        for (key, value) in self.aliases {
            let path = if key == specifier {
                Utf8PathBuf::from(value)
            } else if let Some(rest) = key.strip_suffix('/').and_then(|_| specifier.strip_prefix(key.as_str())) {
                Utf8PathBuf::from(format!("{value}{rest}"))
            } else {
                continue;
            };
            let path = paths::normalize(&self.files.base().join(path));
            if let Some(found) = self.path(&path, false, trail) {
                return Some(found);
            }
        }
        None
    }

    /// With the `browser` condition, `./` to `./` pairs of a package's `browser` object add their target.
    fn remap_for_browser(&self, folder: &Utf8Path, package: &Json, found: &mut Vec<Utf8PathBuf>) {
        if !self.conditions.iter().any(|condition| condition == "browser") {
            return;
        }
        let Some(map) = package.get("browser").and_then(Json::as_object) else { return };
        for file in found.clone() {
            let key = format!("./{}", paths::relative(&file, folder));
            let target = map.get(&key).and_then(Json::as_str).filter(|target| target.starts_with("./"));
            let target = target.map(|target| paths::normalize(&folder.join(target)));
            found.extend(target.filter(|target| self.files.is_file(target)));
        }
    }
}

fn is_path(specifier: &str) -> bool {
    matches!(specifier, "." | "..") || ["/", "./", "../"].iter().any(|start| specifier.starts_with(start))
}

/// `name` or `@scope/name` of a bare specifier.
pub(super) fn package_name(specifier: &str) -> Option<&str> {
    let skip = if specifier.starts_with('@') { specifier.find('/')? + 1 } else { 0 };
    let end = specifier[skip..].find('/').map_or(specifier.len(), |at| skip + at);
    (end > skip).then(|| &specifier[..end])
}

/// Whether node provides the module itself.
pub(super) fn is_builtin(specifier: &str) -> bool {
    specifier.starts_with("node:") || BUILTINS.binary_search(&specifier).is_ok()
}

/// `module.builtinModules` of node 20 and 22, sorted.
const BUILTINS: &[&str] = &[
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "_tls_common",
    "_tls_wrap",
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages() {
        assert_eq!(package_name("a/b/c"), Some("a"));
        assert_eq!(package_name("@s/a/b"), Some("@s/a"));
        assert_eq!(package_name("@s"), None);
        assert_eq!(package_name(""), None);
    }

    #[test]
    fn the_list_of_builtins_is_sorted() {
        assert!(BUILTINS.is_sorted());
        assert!(
            is_builtin("fs/promises") && is_builtin("node:test") && !is_builtin("test") && !is_builtin("punycode/")
        );
    }
}
