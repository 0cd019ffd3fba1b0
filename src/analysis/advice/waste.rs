//! Files that no program needs while it runs, and who needs them after all.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::analysis::{Analysis, EngineFile, FunctionView, PrismaUse};
use crate::base::glob::Glob;
use crate::bundle::packages::package_folder;
use crate::bundle::why::package_of_folder;
use crate::bundle::{Bundle, Cause, Kind, ReasonKind, Trace, exclusion, kinds};
use crate::document::Path;
use crate::project::Origin;

/// What is not needed while a function runs, unless some code names the very file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::analysis) enum Waste {
    /// Source maps.
    Maps,
    /// Type declarations; a compiler reads them.
    Types,
    /// Texts for people.
    Texts,
    /// Engines for other systems than the function's.
    Engines,
    /// Addons for other systems than the function's.
    Addons,
}

impl Waste {
    const ALL: [Self; 5] = [Self::Maps, Self::Types, Self::Texts, Self::Engines, Self::Addons];

    /// The files of this kind that a function does not need.
    pub(super) fn files<'a>(self, view: FunctionView<'a, '_>) -> BTreeSet<&'a str> {
        let Some(bundle) = view.bundle() else { return BTreeSet::new() };
        match self {
            Self::Maps => unneeded(bundle, |name| Kind::of(name) == Kind::Maps),
            Self::Types => unneeded(bundle, |name| Kind::of(name) == Kind::Types),
            Self::Texts => unneeded(bundle, kinds::is_text_for_people),
            Self::Engines => {
                let listed = |name: &str| bundle.trace.files.get_key_value(name).map(|(name, _)| name.as_str());
                view.prisma().map(|prisma| other_engines(view, prisma, bundle, listed)).unwrap_or_default()
            }
            Self::Addons => unneeded(bundle, is_foreign_addon),
        }
    }
}

/// The files of packages that are of a kind and that no code names one by one: a folder of theirs was carried, or a package as a whole.
fn unneeded(bundle: &Bundle, is_meant: impl Fn(&str) -> bool) -> BTreeSet<&str> {
    let is_by_the_way = |cause: &Cause| matches!(cause, Cause::Folder(_) | Cause::Package);
    let files = bundle.trace.files.iter().filter(|(name, reason)| {
        package_folder(name).is_some()
            && reason.kinds.iter().all(|kind| *kind == ReasonKind::Asset)
            && reason.parents.iter().all(|parent| is_by_the_way(&parent.cause))
            && !(is_of_typescript(name) && Kind::of(name) == Kind::Types)
            && is_meant(name)
    });
    files.map(|(name, _)| name.as_str()).collect()
}

/// Engines whose target is another than the one that the function looks for, where that one is there too; `listed` gives the name of a file that the
/// function has.
pub(super) fn other_engines<'a>(
    view: FunctionView<'_, '_>,
    prisma: &PrismaUse,
    bundle: &Bundle,
    listed: impl Fn(&str) -> Option<&'a str>,
) -> BTreeSet<&'a str> {
    let Some(needed) = &prisma.needed else { return BTreeSet::new() };
    let name = |engine: &EngineFile| listed(engine.path.strip_prefix(&bundle.base).ok()?.as_str());
    let is_looked_for = |engine: &EngineFile| needed.accepts(&engine.name.target_name);
    if !prisma.engines.iter().any(|engine| is_looked_for(engine) && name(engine).is_some()) {
        return BTreeSet::new();
    }
    let others = prisma.engines.iter().filter(|engine| {
        let target = &engine.name.target_name;
        !target.is_empty()
            && !is_looked_for(engine)
            && (matches!(prisma.origin, Origin::Local(_)) || view.lists_target(target))
    });
    others.filter_map(|engine| name(engine)).collect()
}

fn is_of_typescript(name: &str) -> bool {
    package_folder(name).is_some_and(|folder| package_of_folder(folder) == "typescript")
}

/// Whether the code of a compiler that reads type declarations while it runs is there.
pub(super) fn compiles(trace: &Trace) -> bool {
    let is_compiler = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or(name);
        is_of_typescript(name) && matches!(last, "typescript.js" | "tsc.js" | "_tsc.js" | "tsserverlibrary.js")
    };
    trace.files.keys().any(|name| is_compiler(name))
}

/// An addon below `prebuilds/` for a system that no function runs on: they all run on Linux.
fn is_foreign_addon(name: &str) -> bool {
    let Some((_, rest)) = name.rsplit_once("/prebuilds/") else { return false };
    ["android-", "darwin-", "freebsd-", "win32-"].iter().any(|system| rest.starts_with(system)) && rest.contains('/')
}

/// What the functions that take their settings from one place need.
pub(in crate::analysis) struct Needs {
    /// A function whose files cannot be told.
    unknown: Option<String>,
    /// The functions.
    functions: Vec<String>,
    /// For each file and kind of waste the first function that has the file not as such waste.
    files: FxHashMap<String, [Option<usize>; Waste::ALL.len()]>,
}

impl Needs {
    /// The place where settings of a function stand or would stand, and the functions that take theirs from there, where it is not this one alone.
    pub(in crate::analysis) fn shared<'a, 'f>(
        analysis: &'a Analysis<'f>,
        view: FunctionView<'a, 'f>,
    ) -> Option<(Path, Vec<FunctionView<'a, 'f>>)> {
        let own = view.function();
        let key = Glob::minimatch(&own.entrypoint, true).ok().filter(|_| own.place.is_none());
        // A new key such as `api/[id].js` names also files without brackets.
        let is_named =
            |entrypoint: &str| entrypoint == own.entrypoint || key.as_ref().is_some_and(|key| key.is_match(entrypoint));
        let takes = |other: &FunctionView<'_, '_>| {
            let other = other.function();
            other.place == own.place && (own.place.is_some() || is_named(&other.entrypoint))
        };
        let sharing: Vec<_> = analysis.functions().filter(takes).collect();
        let place = own.place.clone().unwrap_or_else(|| Path::keys(["functions", &own.entrypoint]));
        (sharing.len() > 1).then_some((place, sharing))
    }

    /// What these functions need.
    pub(in crate::analysis) fn of(views: &[FunctionView<'_, '_>]) -> Self {
        let mut needs = Self { unknown: None, functions: Vec::new(), files: FxHashMap::default() };
        for view in views {
            let name = &view.function().name;
            let Some(bundle) = view.bundle().filter(|bundle| !bundle.trace.files.is_empty()) else {
                needs.unknown.get_or_insert_with(|| name.clone());
                continue;
            };
            let reads_types = compiles(&bundle.trace);
            for waste in Waste::ALL {
                let files = if waste == Waste::Types && reads_types { BTreeSet::new() } else { waste.files(*view) };
                for file in bundle.trace.files.keys().filter(|file| !files.contains(file.as_str())) {
                    let known = needs.files.entry(file.clone()).or_default();
                    known[waste as usize].get_or_insert(needs.functions.len());
                }
            }
            needs.functions.push(name.clone());
        }
        needs
    }

    /// A function that needs, or may need, one of the files that a glob names as waste.
    pub(in crate::analysis) fn whose(&self, waste: Waste, glob: &str) -> Option<&str> {
        let ignore = exclusion(&[glob.to_owned()]);
        let needed = self.files.iter().filter_map(|(file, by)| by[waste as usize].filter(|_| ignore(file)));
        let function = needed.min();
        function.and_then(|at| self.functions.get(at)).or(self.unknown.as_ref()).map(String::as_str)
    }
}
