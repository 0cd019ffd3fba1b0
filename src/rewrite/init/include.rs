//! The query engine of a client that is committed and does not name it: today's builder ships it only where `includeFiles` does.

use camino::Utf8Path;
use serde_json::json;

use crate::analysis::{Analysis, EngineNeed, FunctionView};
use crate::base::Fs;
use crate::base::fs::OverlayFs;
use crate::bundle;
use crate::document::edit::apply_checked;
use crate::document::{Document, Path, insert};
use crate::lint::{self, FixError, Options};
use crate::project::Origin;
use crate::project::discover::Found;
use crate::rewrite::{Outcome, Step};

/// Adds `includeFiles` to the config for the first function that lacks its engine; the text of the config and the step. None where no function does.
pub(super) fn engine(
    overlay: &OverlayFs<'_>,
    found: &Found,
    options: &Options,
    target: &Utf8Path,
    seed: &str,
) -> Result<Option<(String, Step)>, FixError> {
    let analysis = Analysis::new(lint::project(overlay, found, options)?);
    let lacking = analysis.functions().find_map(|view| Some((view, engine_to_add(&analysis, view)?)));
    let Some((view, engine)) = lacking else { return Ok(None) };
    let function = view.function();
    let (path, value) = match &function.place {
        Some(place) if place.segments().first() == Path::keys(["builds"]).segments().first() => {
            (place.key("config").key("includeFiles"), json!([engine]))
        }
        Some(place) => (place.key("includeFiles"), json!(engine)),
        None => (Path::keys(["functions", &function.entrypoint, "includeFiles"]), json!(engine)),
    };
    let text = overlay.read_to_string(target).unwrap_or_else(|_| seed.to_owned());
    let document = Document::of_file(target, text);
    let edit = match document.get(&path) {
        Some(list) if list.is_array() => insert::add_to_array(&document, &path, &json!(engine)),
        // What its author wrote stays.
        Some(_) => None,
        None => insert::set(&document, &path, &value),
    };
    let Some(edit) = edit else { return Ok(None) };
    let refused = |source| FixError::Refused { file: target.to_owned(), source };
    let edited = apply_checked(&document, [&edit]).map_err(refused)?;
    let text = format!(
        "{engine} is shipped with {}: the client is committed, and its code does not name the engine",
        function.entrypoint
    );
    let step = Step { outcome: Outcome::Done, file: target.to_owned(), place: path.to_string(), text };
    Ok(Some((edited.text().to_owned(), step)))
}

/// The engine file, relative to the project, that the function looks for, that is uploaded, and that its builder leaves out.
fn engine_to_add(analysis: &Analysis<'_>, view: FunctionView<'_, '_>) -> Option<String> {
    let options = &view.function().options;
    let prisma = view.prisma().filter(|prisma| prisma.need == EngineNeed::Needed)?;
    let has_engine = view.bundle()?.files.iter().any(|file| bundle::is_engine(&file.name));
    let is_local = matches!(prisma.origin, Origin::Local(_));
    if !is_local || has_engine || !options.exclude_files.is_empty() {
        return None;
    }
    let needed = prisma.needed.as_ref()?;
    let engine = prisma.engines.iter().find(|engine| needed.accepts(&engine.name.target_name))?;
    let path = analysis.project().relative(&engine.path);
    analysis.project().upload().includes(&path).then_some(path)
}
