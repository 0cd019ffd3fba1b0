//! All that a run knows about one project. Each part is computed once, when first asked for.

pub mod advice;
mod answers;
mod clients;
mod edge;
mod engines;
mod found;
mod function;
mod next_app;
mod prisma;
mod routes;
mod target;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use crate::bundle::next::NextConfig;
use crate::bundle::{self, Choice, From, Scale};
use crate::detect::{self, Detected};
use crate::document::Path;
use crate::document::schema::{self, Schema};
use crate::platform::Platform;
use crate::project::Project;
use advice::waste::{Needs, Waste};
pub use answers::Answers;
pub use clients::{Clients, Deployed};
pub use edge::{EdgeCode, EdgeKind};
pub use engines::EngineFile;
pub use found::Shipped;
pub use function::{Certainty, FunctionView, Measured};
pub use next_app::LostInChunks;
pub use prisma::{EngineNeed, ImportSite, PrismaUse};
pub use routes::Routes;
pub use target::Step;

/// Values nested deeper than this are not judged by the schema.
pub const MAX_DEPTH: usize = 256;

/// One project and what was found out about it.
pub struct Analysis<'f> {
    project: Project<'f>,
    from: From,
    built: OnceLock<Choice>,
    next_config: OnceLock<Option<NextConfig>>,
    only_built: OnceLock<Vec<function::Slot>>,
    complaints: OnceLock<Vec<schema::Problem>>,
    routes: OnceLock<Routes>,
    answers: OnceLock<Answers>,
    detected: OnceLock<Detected>,
    functions: OnceLock<Vec<function::Slot>>,
    candidate: OnceLock<Option<function::Slot>>,
    engines: Mutex<BTreeMap<Utf8PathBuf, Option<Arc<EngineFile>>>>,
    scale: Scale,
    needs: Mutex<BTreeMap<Path, Arc<Needs>>>,
    clients: OnceLock<Clients>,
}

impl<'f> Analysis<'f> {
    /// Nothing computed yet.
    pub fn new(project: Project<'f>) -> Self {
        Self {
            project,
            from: From::Auto,
            built: OnceLock::new(),
            next_config: OnceLock::new(),
            only_built: OnceLock::new(),
            complaints: OnceLock::new(),
            routes: OnceLock::new(),
            answers: OnceLock::new(),
            detected: OnceLock::new(),
            functions: OnceLock::new(),
            candidate: OnceLock::new(),
            engines: Mutex::new(BTreeMap::new()),
            scale: Scale::default(),
            needs: Mutex::new(BTreeMap::new()),
            clients: OnceLock::new(),
        }
    }

    /// Takes the files of functions from here.
    #[must_use]
    pub fn reading(mut self, from: From) -> Self {
        self.from = from;
        self
    }

    /// What a build left, and why it is or is not used.
    pub fn built(&self) -> &Choice {
        let is_apart = self.project.platform() != Platform::Vercel || self.project.is_isolated();
        self.built.get_or_init(|| {
            if is_apart {
                Choice::default()
            } else {
                bundle::choose(&self.project, &self.detected().functions, self.from)
            }
        })
    }

    /// What the project's `next.config` says of the files of pages.
    pub fn next_config(&self) -> Option<&NextConfig> {
        self.next_config.get_or_init(|| NextConfig::read(&self.project)).as_ref()
    }

    /// The project.
    pub fn project(&self) -> &Project<'f> {
        &self.project
    }

    /// The schema that the config is judged by, if the platform has one.
    pub fn schema(&self) -> Option<&'static Schema> {
        match self.project.platform() {
            Platform::Now => schema::now().ok(),
            Platform::Vercel => schema::vercel().ok(),
            Platform::Netlify | Platform::Lambda => None,
        }
    }

    /// The top-level keys that the platform knows.
    pub fn known_keys(&self) -> Vec<&'static str> {
        let properties = self.schema().and_then(|schema| schema.json().get("properties")?.as_object());
        properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    /// What the schema has against the config. Nothing where the text is no JSON: then the syntax is the finding.
    pub fn schema_complaints(&self) -> &[schema::Problem] {
        self.complaints.get_or_init(|| {
            let judged = self
                .project
                .config()
                .map(|config| config.document())
                .filter(|document| document.problems().iter().all(|problem| problem.kind.is_repairable()));
            let (Some(document), Some(schema)) = (judged, self.schema()) else { return Vec::new() };
            let value = document.tree().to_json(document.text(), MAX_DEPTH);
            value.map(|value| schema.problems(&value)).unwrap_or_default()
        })
    }

    /// The routes and what was found out about them.
    pub fn routes(&self) -> &Routes {
        self.routes.get_or_init(|| Routes::of(self))
    }

    /// The paths that functions and files answer.
    pub fn answers(&self) -> &Answers {
        self.answers.get_or_init(|| Answers::of(self))
    }

    /// The functions and what belongs to no function.
    pub fn detected(&self) -> &Detected {
        self.detected.get_or_init(|| detect::detect(&self.project))
    }

    /// The functions with what is known of each.
    pub fn functions(&self) -> impl Iterator<Item = FunctionView<'_, 'f>> {
        let slots =
            self.functions.get_or_init(|| self.detected().functions.iter().cloned().map(function::Slot::new).collect());
        slots.iter().map(|slot| FunctionView::new(self, slot))
    }

    /// All functions whose files are known, those too that only a build knows: the pages of a framework.
    pub fn deployed(&self) -> impl Iterator<Item = FunctionView<'_, 'f>> {
        let only_built = self.only_built.get_or_init(|| {
            let built = self.built().built.iter().flat_map(|built| &built.functions);
            let detected = &self.detected().functions;
            let is_new = |built: &&bundle::BuiltFunction| !detected.iter().any(|one| built.names.contains(&one.name));
            built.filter(is_new).map(|built| function::Slot::built(built, self.project.root())).collect()
        });
        let all = self.functions().chain(only_built.iter().map(|slot| FunctionView::new(self, slot)));
        all.filter(|view| match self.from {
            From::Auto => true,
            From::Only(source) => view.bundle().is_some_and(|bundle| bundle.source == source),
        })
    }

    /// The file that would be a function if the config had a builder for it: the package's `main` or a usual entry file.
    pub fn candidate(&self) -> Option<FunctionView<'_, 'f>> {
        let slot = self.candidate.get_or_init(|| detect::candidate(&self.project).map(function::Slot::new));
        slot.as_ref().map(|slot| FunctionView::new(self, slot))
    }

    /// [`Analysis::candidate`] where the config makes no function at all.
    pub fn candidate_if_unbuilt(&self) -> Option<FunctionView<'_, 'f>> {
        if self.detected().functions.is_empty() { self.candidate() } else { None }
    }

    /// The engine file at `path`, read once; none where the file's name is no engine's or it cannot be read. Several may be read at a time.
    pub fn engine(&self, path: &Utf8Path) -> Option<Arc<EngineFile>> {
        let engines = || self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = engines().get(path).cloned() {
            return known;
        }
        let found = EngineFile::read(self.project.fs(), path).map(Arc::new);
        engines().entry(path.to_owned()).or_insert(found).clone()
    }

    /// The function beside this one, with its settings from the same place, that needs files which a glob names as waste.
    fn needs(&self, view: FunctionView<'_, 'f>, waste: Waste, glob: &str) -> Option<String> {
        let (place, sharing) = Needs::shared(self, view)?;
        let known = self.needs.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned();
        let needs = known.unwrap_or_else(|| {
            let needs = Arc::new(Needs::of(&sharing));
            self.needs.lock().unwrap_or_else(PoisonError::into_inner).insert(place, Arc::clone(&needs));
            needs
        });
        needs.whose(waste, glob).map(str::to_owned)
    }
}
