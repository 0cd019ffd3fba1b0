//! Packages whose files no analysis of their source would find, as the tracer knows them by name.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value as Json;

use super::assets::{Hidden, Pattern, glob, is_wanted};
use super::files::Files;
use super::natives;
use super::source::module::{Module, SpecialCall};
use super::walk::{Reference, Walk};
use super::{Cause, ReasonKind};
use crate::base::paths;
use crate::platform::trace_profile::{PackageCases, PhotonCase};

/// What one file of a package brings along. Paths are relative to the package's folder.
enum Carry {
    /// Every file below a folder.
    Folder(&'static str),
    /// A file, whether it is there or not.
    File(&'static str),
    /// A file that is followed.
    Code(&'static str),
    /// The folders of the packages that `optionalDependencies` names; with `true`, also of theirs.
    OptionalDependencies(bool),
}

use Carry::{Code, File, Folder, OptionalDependencies};

/// Package, the file in it that asks for more, and what that is.
const CASES: &[(&str, &str, &[Carry])] = &[
    ("@serialport/bindings-cpp", "dist/index.js", &[Folder("build/Release"), Folder("prebuilds")]),
    ("argon2", "argon2.js", &[Folder("build/Release"), Folder("prebuilds"), Folder("lib/binding")]),
    ("bull", "lib/commands/index.js", &[Folder("lib/commands")]),
    ("camaro", "dist/camaro.js", &[File("dist/camaro.wasm")]),
    ("esbuild", "lib/main.js", &[OptionalDependencies(false)]),
    ("geo-tz", "dist/geo-tz.js", &[Folder("data")]),
    ("geo-tz", "dist/find-now.js", &[Folder("data")]),
    (
        "geoip-lite",
        "lib/geoip.js",
        &[
            File("data/geoip-city.dat"),
            File("data/geoip-city6.dat"),
            File("data/geoip-city-names.dat"),
            File("data/geoip-country.dat"),
            File("data/geoip-country6.dat"),
        ],
    ),
    ("google-gax", "build/src/grpc.js", &[Folder("../google-proto-files")]),
    ("phantomjs-prebuilt", "lib/phantomjs.js", &[Folder("bin")]),
    ("pixelmatch", "index.js", &[Code("bin/pixelmatch")]),
    ("playwright-core", "index.js", &[File("browsers.json")]),
    ("remark-prism", "src/highlight.js", &[Folder("../prismjs/components")]),
    ("semver", "index.js", &[Code("preload.js")]),
    ("sharp", "lib/index.js", &[OptionalDependencies(true)]),
    ("shiki", "dist/index.js", &[Folder("languages"), Folder("themes")]),
    ("typescript", "lib/tsc.js", &[Folder("lib")]),
    (
        "uglify-es",
        "tools/node.js",
        &[
            File("lib/utils.js"),
            File("lib/ast.js"),
            File("lib/parse.js"),
            File("lib/transform.js"),
            File("lib/scope.js"),
            File("lib/output.js"),
            File("lib/compress.js"),
            File("lib/sourcemap.js"),
            File("lib/mozilla-ast.js"),
            File("lib/propmangle.js"),
            File("lib/minify.js"),
            File("tools/exports.js"),
        ],
    ),
    ("uglify-js", "tools/node.js", &[Folder("lib"), File("tools/exports.js")]),
];

/// What releases before [`PackageCases::UglifyFolder`] carried of uglify-js.
const UGLIFY_BY_FILE: &[Carry] = &[
    File("lib/utils.js"),
    File("lib/ast.js"),
    File("lib/parse.js"),
    File("lib/transform.js"),
    File("lib/scope.js"),
    File("lib/output.js"),
    File("lib/compress.js"),
    File("lib/sourcemap.js"),
    File("lib/mozilla-ast.js"),
    File("lib/propmangle.js"),
    File("tools/exports.js"),
];

/// The release that first knew a package.
fn known_since(package: &str) -> PackageCases {
    match package {
        "google-gax" | "oracledb" | "typescript" | "uglify-es" | "uglify-js" => PackageCases::First,
        "bull" => PackageCases::Bull,
        "argon2" | "phantomjs-prebuilt" => PackageCases::Argon2,
        "semver" => PackageCases::Semver,
        "socket.io" => PackageCases::SocketIo,
        _ => PackageCases::Today,
    }
}

/// The folder of the innermost package that holds a path, and its name.
fn package_of(path: &Utf8Path) -> Option<(&Utf8Path, &str)> {
    const MODULES: &str = "/node_modules/";
    let text = path.as_str();
    let start = text.rfind(MODULES)? + MODULES.len();
    let name = super::resolve::package_name(&text[start..])?;
    Some((Utf8Path::new(&text[..start + name.len()]), name))
}

/// The shared libraries of the package that holds a native addon.
pub(super) fn shared_libraries(files: &Files<'_>, addon: &Utf8Path, references: &mut Vec<Reference>) {
    let Some((folder, _)) = package_of(addon) else { return };
    for file in glob(files, folder, &Pattern::everything(), Hidden::Exclude) {
        let name = file.file_name().unwrap_or_default();
        let library = match std::env::consts::OS {
            "macos" => name.ends_with(".dylib"),
            "windows" => name.ends_with(".dll"),
            _ => name.contains(".so"),
        };
        if library {
            let library = Reference::listed(file, ReasonKind::SharedLib);
            references.push(Reference { cause: Cause::SharedLib, ..library });
        }
    }
}

/// The cases that hold for one file.
pub(super) fn package_cases(walk: &Walk<'_, '_>, path: &Utf8Path, module: &Module, references: &mut Vec<Reference>) {
    for call in &module.calls {
        special_call(walk, path, call, references);
    }
    let Some((folder, name)) = package_of(path) else { return };
    let Some(file) = path.as_str().strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/')) else {
        return;
    };
    let cases = walk.profile().cases;
    for (package, trigger, carried) in CASES {
        if *package == name && *trigger == file && cases >= known_since(name) {
            let by_file = name == "uglify-js" && cases < PackageCases::UglifyFolder;
            let carried = if by_file { UGLIFY_BY_FILE } else { carried };
            carried.iter().for_each(|carry| apply(walk, folder, carry, references));
        }
    }
    match (name, file) {
        ("@generated/photon", "index.js") => match walk.profile().photon {
            PhotonCase::RuntimeFolder => apply(walk, folder, &Folder("runtime"), references),
            PhotonCase::RuntimePrisma => apply(walk, folder, &File("runtime/prisma"), references),
            PhotonCase::None => {}
        },
        ("ffmpeg-static", "index.js") if cases == PackageCases::Today => ffmpeg(walk, folder, references),
        ("oracledb", "lib/oracledb.js") => oracledb(walk, folder, references),
        _ => {}
    }
}

fn folder_files(walk: &Walk<'_, '_>, folder: &Utf8Path, references: &mut Vec<Reference>) {
    let found = glob(walk.files(), folder, &Pattern::everything(), Hidden::Include);
    references.extend(found.into_iter().filter(is_wanted).map(|file| walk.asset(file)));
}

fn apply(walk: &Walk<'_, '_>, folder: &Utf8Path, carry: &Carry, references: &mut Vec<Reference>) {
    match carry {
        Folder(path) => folder_files(walk, &paths::normalize(&folder.join(path)), references),
        File(path) => references.push(walk.asset(folder.join(path))),
        Code(path) => references.push(Reference::followed(folder.join(path), ReasonKind::Dependency)),
        OptionalDependencies(deep) => optional_dependencies(walk, folder, *deep, references),
    }
}

/// The folder that holds a package's folder: `node_modules`, also above a scope.
fn modules_folder(package: &Utf8Path) -> Option<&Utf8Path> {
    package.ancestors().find(|folder| folder.file_name() == Some("node_modules"))
}

fn optional_dependencies(walk: &Walk<'_, '_>, folder: &Utf8Path, deep: bool, references: &mut Vec<Reference>) {
    let names = |folder: &Utf8Path| -> Vec<String> {
        let package = walk.files().package(folder);
        let names = package.as_deref().and_then(|json| json.get("optionalDependencies")).and_then(Json::as_object);
        names.map(|names| names.keys().cloned().collect()).unwrap_or_default()
    };
    let Some(modules) = modules_folder(folder) else { return };
    for name in names(folder) {
        let dependency = modules.join(&name);
        folder_files(walk, &dependency, references);
        let Some(real) = walk.files().real(&dependency).ok().filter(|_| deep) else { continue };
        let Some(modules) = modules_folder(&real.path) else { continue };
        for name in names(&real.path) {
            folder_files(walk, &modules.join(name), references);
        }
    }
}

fn ffmpeg(walk: &Walk<'_, '_>, folder: &Utf8Path, references: &mut Vec<Reference>) {
    let package = walk.files().package(folder);
    let setting = |name: &str| {
        let json = package.as_deref()?.get("ffmpeg-static")?.get(name)?;
        json.as_str().map(str::to_owned)
    };
    let name = setting("executable-base-name").unwrap_or_else(|| "ffmpeg".to_owned());
    let suffix = if cfg!(windows) { ".exe" } else { "" };
    let binary = folder.join(format!("{name}{suffix}"));
    if walk.files().is_file(&binary) {
        references.push(walk.asset(binary));
    }
}

fn oracledb(walk: &Walk<'_, '_>, folder: &Utf8Path, references: &mut Vec<Reference>) {
    let package = walk.files().package(folder);
    let Some(version) = package.as_deref().and_then(|json| json.get("version")).and_then(Json::as_str) else { return };
    // From version 6 on the tracer finds nothing to add: the addon is loaded by a computed path in another file.
    if version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_none_or(|major| major >= 6) {
        return;
    }
    let name =
        format!("oracledb-{version}-{}-{}.node", super::source::values::platform(), super::source::values::arch());
    references.push(walk.asset(folder.join("build/Release").join(name)));
}

fn special_call(walk: &Walk<'_, '_>, path: &Utf8Path, call: &SpecialCall, references: &mut Vec<Reference>) {
    let files = walk.files();
    match call {
        SpecialCall::Bindings(name) => {
            let found = natives::bindings(files, path, name);
            references.extend(found.map(|file| walk.asset(file)));
        }
        SpecialCall::NodeGypBuild(folder) => {
            let found = natives::node_gyp_build(files, Utf8Path::new(folder), walk.node_major());
            references.extend(found.map(|file| walk.asset(file)));
        }
        SpecialCall::PreGypFind(package) => {
            let found = natives::pre_gyp(files, Utf8Path::new(package), walk.node_major());
            references.extend(found.map(|file| walk.asset(file)));
        }
        SpecialCall::SetRootDir(root) => folder_files(walk, &Utf8PathBuf::from(root).join("intl"), references),
        SpecialCall::PkgInfo => {
            if let Some(folder) = files.boundary(path) {
                references.push(walk.asset(folder.join("package.json")));
            }
        }
        SpecialCall::SocketClient(name)
            if path.as_str().ends_with("/node_modules/socket.io/lib/index.js")
                && walk.profile().cases >= known_since("socket.io") =>
        {
            let found = walk.resolver().resolve(name, path, false);
            references.extend(found.files.into_iter().flatten().map(|file| walk.asset(file)));
        }
        SpecialCall::SocketClient(_) => {}
    }
}
