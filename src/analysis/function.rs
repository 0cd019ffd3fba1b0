//! One function: its files, bytes, limit, runtime and use of Prisma.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use camino::Utf8Path;

use super::Analysis;
use super::prisma::{self, PrismaUse};
use super::target::{self, Step};
use crate::base::paths;
use crate::bundle::next::{Included, Pages};
use crate::bundle::packages::Names;
use crate::bundle::{self, BuiltFunction, Bundle, PackageSize, Packing, Sizes, Trace, TraceError};
use crate::detect::{Function, FunctionOptions};
use crate::engine::EngineName;
use crate::platform::builder_use::BuilderUse;
use crate::platform::engine_sizes;
use crate::platform::limits::{self, Limit, Measures};
use crate::platform::plan::Plan;
use crate::platform::runtimes::{NeededTarget, Runtime};
use crate::platform::targets::Arch;
use crate::project::Origin;

/// What is computed of one function.
pub(super) struct Slot {
    function: Function,
    /// No file of the project makes it one: a framework does.
    is_only_built: bool,
    bundle: OnceLock<Option<Result<Bundle, TraceError>>>,
    pages: OnceLock<Option<Pages>>,
    configured: OnceLock<BTreeMap<String, Included>>,
    unzipped: OnceLock<Option<Sizes>>,
    zipped: OnceLock<Option<Sizes>>,
    runtime: OnceLock<target::Chosen>,
    prisma: OnceLock<Option<PrismaUse>>,
}

impl Slot {
    pub(super) fn new(function: Function) -> Self {
        Self {
            function,
            is_only_built: false,
            bundle: OnceLock::new(),
            pages: OnceLock::new(),
            configured: OnceLock::new(),
            unzipped: OnceLock::new(),
            zipped: OnceLock::new(),
            runtime: OnceLock::new(),
            prisma: OnceLock::new(),
        }
    }

    /// A function that only a build knows.
    pub(super) fn built(built: &BuiltFunction, root: &Utf8Path) -> Self {
        let function = Function {
            name: built.names.first().cloned().unwrap_or_default(),
            entrypoint: paths::relative(&built.place, root),
            place: None,
            builder: BuilderUse::parse(built.builder()),
            options: FunctionOptions::default(),
        };
        Self { is_only_built: true, ..Self::new(function) }
    }
}

/// A function with the analysis it belongs to.
#[derive(Clone, Copy)]
pub struct FunctionView<'a, 'f> {
    analysis: &'a Analysis<'f>,
    slot: &'a Slot,
}

/// The figure that counts against the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Bytes, zipped or not as the limit measures.
    pub bytes: u64,
    /// Of these, bytes of query engines.
    pub engine: u64,
    /// What the engine will add that is made elsewhere, about, as the limit measures: none lies here.
    pub to_come: u64,
    /// Of the bytes, those of code that the builder packs into one file, of which the bytes are estimates: zipped, 0.89 to 1.03 of them were measured,
    /// and 0.64 where packages name their files in ways of their own.
    pub packed: u64,
    /// Whether the files were really deflated for it.
    pub was_deflated: bool,
    /// The limit.
    pub limit: Limit,
    /// How sure the figure is.
    pub certainty: Certainty,
}

/// How sure a size is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// What lies here is what is shipped.
    Exact,
    /// The engine that will be shipped is made elsewhere; one here is of another target, and will not be.
    OtherEngine,
    /// Something that will be shipped does not lie here: the figure is the least it can be.
    Least,
}

impl<'a, 'f> FunctionView<'a, 'f> {
    pub(super) fn new(analysis: &'a Analysis<'f>, slot: &'a Slot) -> Self {
        Self { analysis, slot }
    }

    /// What it belongs to.
    pub fn analysis(self) -> &'a Analysis<'f> {
        self.analysis
    }

    /// The function as the config makes it.
    pub fn function(self) -> &'a Function {
        &self.slot.function
    }

    /// The function as a build left it, where that is what is used.
    pub fn built(self) -> Option<&'a BuiltFunction> {
        self.analysis.built().built.as_ref()?.function(&self.slot.function.name)
    }

    /// Its files; none for a builder whose bundles cannot be predicted from here, or where the trace failed.
    pub fn bundle(self) -> Option<&'a Bundle> {
        self.traced()?.as_ref().ok()
    }

    /// Why the trace failed: the build fails in the same way.
    pub fn trace_error(self) -> Option<&'a TraceError> {
        self.traced()?.as_ref().err()
    }

    fn traced(self) -> Option<&'a Result<Bundle, TraceError>> {
        let (project, built) = (self.analysis.project(), self.analysis.built().built.as_ref());
        let assemble = || bundle::assemble(project, &self.slot.function);
        let find = || match built.zip(self.built()) {
            None if self.slot.is_only_built => None,
            None => assemble(),
            Some((built, function)) => {
                let traced = if self.slot.is_only_built { None } else { assemble().and_then(Result::ok) };
                Some(Ok(built.bundle(function, traced)))
            }
        };
        self.slot.bundle.get_or_init(find).as_ref()
    }

    /// The pages of Next.js that it holds, with what their sources reach; none for another function, or where no source of one lies here.
    pub fn pages(self) -> Option<&'a Pages> {
        let is_of_next = self.built().is_some_and(|built| built.framework.as_deref() == Some("nextjs"));
        let bundle = self.bundle().filter(|_| is_of_next)?;
        let names = || bundle.files.iter().map(|file| file.name.as_str());
        self.slot.pages.get_or_init(|| Pages::of(self.analysis.project(), &bundle.base, names())).as_ref()
    }

    /// Of its files those that `outputFileTracingIncludes` of Next.js names, each with the glob that does: they are shipped whether code asks for them or not.
    pub fn configured(self) -> &'a BTreeMap<String, Included> {
        self.slot.configured.get_or_init(|| {
            let (Some(pages), Some(bundle), Some(config)) = (self.pages(), self.bundle(), self.analysis.next_config())
            else {
                return BTreeMap::new();
            };
            let names = bundle.files.iter().map(|file| file.name.as_str());
            let found = pages.included(self.analysis.project(), config, &bundle.base, names);
            found.into_iter().map(|(name, included)| (name.to_owned(), included.clone())).collect()
        })
    }

    /// What is known of its code: the trace that its files come from, or that of the sources that its pages were made of.
    pub fn trace(self) -> Option<&'a Trace> {
        let bundle = self.bundle()?;
        Some(self.pages().map_or(&bundle.trace, |pages| &pages.trace))
    }

    /// Its sizes; with `zipped` the files are really deflated.
    pub fn sizes(self, zipped: bool) -> Option<&'a Sizes> {
        let slot = if zipped { &self.slot.zipped } else { &self.slot.unzipped };
        let (fs, scale) = (self.analysis.project().fs(), &self.analysis.scale);
        slot.get_or_init(|| Some(self.bundle()?.measure(fs, scale, zipped))).as_ref()
    }

    /// Its packages, largest first, by unzipped or zipped bytes.
    pub fn packages(self, zipped: bool) -> Vec<PackageSize> {
        let (Some(bundle), Some(sizes)) = (self.bundle(), self.sizes(zipped)) else { return Vec::new() };
        bundle::packages(&self.package_names(bundle), &bundle.files, sizes)
    }

    /// What its packages are called.
    pub fn package_names(self, bundle: &'a Bundle) -> Names<'a> {
        Names::new(self.analysis.project().fs(), &bundle.base, &bundle.files)
    }

    /// The limit that applies.
    pub fn limit(self) -> Option<Limit> {
        if self.built().is_some_and(BuiltFunction::is_edge) {
            return Some(limits::edge_limit(self.plan()));
        }
        let function = self.function();
        // The builder of a whole site makes functions like any other, but for Python's.
        let is_python = self.built().is_some_and(|built| built.builder() == "@vercel/python");
        let builder = Some(&function.builder).filter(|_| !self.slot.is_only_built || is_python);
        limits::function_limit(self.analysis.project().platform(), builder, function.options.max_lambda_size)
    }

    fn plan(self) -> Option<Plan> {
        self.analysis.project().settings().and_then(|settings| settings.plan())
    }

    /// The figure that counts against the limit. Deflates only where the unzipped sum could matter.
    pub fn measured(self) -> Option<Measured> {
        let limit = self.limit()?;
        let bundle = self.bundle()?;
        let unzipped = self.sizes(false)?;
        let could_matter =
            unzipped.bytes.saturating_add(bundle::zip::overhead(&bundle.files)) > limit.bytes - limit.bytes / 5;
        let zipped = limit.measures == Measures::Zip && could_matter;
        let sizes = if zipped { self.sizes(true)? } else { unzipped };
        let bytes_of = |size: &bundle::FileSize| if zipped { size.zip_bytes.unwrap_or(size.bytes) } else { size.bytes };
        let is_packed = |name: &String| bundle.packing == Packing::OneFile && bundle.estimated.contains(name);
        let packed = bundle.files.iter().zip(&sizes.files).filter(|(file, _)| is_packed(&file.name));
        let engine = bundle.files.iter().zip(&sizes.files).filter(|(file, _)| bundle::is_engine(&file.name));
        Some(Measured {
            bytes: if zipped { sizes.zip_bytes? } else { sizes.bytes },
            engine: engine.map(|(_, size)| bytes_of(size)).sum(),
            to_come: self.engine_to_come(limit.measures),
            packed: packed.map(|(_, size)| bytes_of(size)).sum(),
            was_deflated: zipped,
            limit,
            certainty: self.certainty(bundle, sizes),
        })
    }

    fn engine_to_come(self, measures: Measures) -> u64 {
        let is_to_come = |prisma: &&PrismaUse| {
            prisma.need == prisma::EngineNeed::Needed && matches!(prisma.origin, Origin::Remote(_))
        };
        let Some(prisma) = self.prisma().filter(is_to_come).filter(|prisma| prisma.engines.is_empty()) else {
            return 0;
        };
        let Some(version) = prisma.version.as_ref().map(|version| version.semantic()) else { return 0 };
        let (bytes, zipped) = engine_sizes::usual((version.major(), version.minor()));
        if measures == Measures::Zip { zipped } else { bytes }
    }

    fn certainty(self, bundle: &Bundle, sizes: &Sizes) -> Certainty {
        let is_complete = bundle.is_complete() && sizes.unreadable.is_empty();
        let Some(prisma) = self.prisma() else {
            return if is_complete { Certainty::Exact } else { Certainty::Least };
        };
        let is_remote = !matches!(prisma.origin, Origin::Local(_));
        match (prisma.engines.as_slice(), &prisma.needed) {
            ([], _) if prisma.need == prisma::EngineNeed::Needed && is_remote => Certainty::Least,
            (engines, Some(needed))
                if is_remote
                    && (!engines.iter().any(|engine| needed.accepts(&engine.name.target_name))
                        || self.has_engine_of_here(bundle, needed)) =>
            {
                Certainty::OtherEngine
            }
            _ if is_complete => Certainty::Exact,
            _ => Certainty::Least,
        }
    }

    /// Whether one of its engines is here for the machine that generated: the build machine makes none for that.
    fn has_engine_of_here(self, bundle: &Bundle, needed: &NeededTarget) -> bool {
        let engines = bundle.files.iter().filter(|file| bundle::is_engine(&file.name));
        let mut names = engines.filter_map(|file| EngineName::parse(file.name.rsplit('/').next()?));
        names.any(|name| !needed.accepts(&name.target_name) && !self.lists_target(&name.target_name))
    }

    /// The runtime that a build settled on or that the builder picks; none where it cannot be told or the builder refuses.
    pub fn runtime(self) -> Option<&'static Runtime> {
        self.chosen().runtime
    }

    /// How the runtime follows from what lies here.
    pub fn runtime_steps(self) -> &'a [Step] {
        &self.chosen().steps
    }

    /// The processor that it runs on.
    pub fn architecture(self) -> Arch {
        target::architecture(self).0
    }

    fn chosen(self) -> &'a target::Chosen {
        self.slot.runtime.get_or_init(|| target::runtime(self))
    }

    /// Its use of Prisma; none where its code imports no client.
    pub fn prisma(self) -> Option<&'a PrismaUse> {
        let find = || prisma::find(self.analysis, self, &self.bundle()?.trace);
        self.slot.prisma.get_or_init(find).as_ref()
    }
}
