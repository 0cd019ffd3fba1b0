//! nowcheck's own settings: a file `nowcheck.json` or `nowcheck.jsonc`, or the key `nowcheck` of package.json.

use camino::Utf8Path;
use serde_json::Value as Json;

use super::{PackageJson, Project};
use crate::base::Fs;
use crate::document::{Document, Node, Path, Segment};
use crate::platform::plan::Plan;

/// Names of the file. The first that lies in a folder counts, and both before package.json.
const FILES: [&str; 2] = ["nowcheck.json", "nowcheck.jsonc"];

/// Where package.json has them.
const KEY: &str = "nowcheck";

/// The settings that hold for a project, from one file.
#[derive(Debug)]
pub struct Settings {
    document: Document,
    root: Path,
}

impl Settings {
    /// The file that holds them.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Where in the file they stand: the root of a file of their own, a key of package.json.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The value at [`Settings::root`].
    pub fn node(&self) -> Option<Node<'_>> {
        self.document.get(&self.root)
    }

    /// [`Settings::node`] as `serde_json` has it; none where nothing can be read, or where it is nested too deeply to be settings.
    pub fn to_json(&self) -> Option<Json> {
        const MAX_DEPTH: usize = 64;
        let mut json = self.document.tree().to_json(self.document.text(), MAX_DEPTH)?;
        match self.root.segments() {
            [Segment::Key(key)] => Some(json.get_mut(&**key)?.take()),
            _ => Some(json),
        }
    }

    /// The plan that the project is deployed on, where it is said and known.
    pub fn plan(&self) -> Option<Plan> {
        Plan::of_name(self.node()?.get("plan")?.as_str()?)
    }
}

/// The nearest settings at or above the project, up to the repository.
pub(super) fn find(project: &Project<'_>) -> Option<Settings> {
    if project.is_isolated() {
        return None;
    }
    let folders = project.root().ancestors().take_while(|folder| folder.starts_with(project.repository()));
    folders.filter_map(|folder| of_folder(project.fs(), folder)).next()
}

fn of_folder(fs: &dyn Fs, folder: &Utf8Path) -> Option<Settings> {
    let file = FILES.iter().map(|name| folder.join(name)).find_map(|file| Some((fs.read(&file).ok()?, file)));
    if let Some((bytes, file)) = file {
        return Some(Settings { document: Document::of_bytes(file, bytes), root: Path::root() });
    }
    let (document, root) = (PackageJson::read(fs, &folder.join("package.json"))?.into_document(), Path::keys([KEY]));
    document.get(&root).is_some().then_some(Settings { document, root })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    fn plan(files: &[(&str, &str)]) -> Option<Plan> {
        let fs = files.iter().fold(MemoryFs::new().with("/r/app/x", ""), |fs, (path, text)| fs.with(path, text));
        let project = Project::new(&fs, "/r/app".into(), "/r".into(), None, Platform::Vercel);
        let found = project.settings().and_then(Settings::plan);
        assert!(
            Project::new(&fs, "/r/app".into(), "/r".into(), None, Platform::Vercel).isolated().settings().is_none()
        );
        found
    }

    #[test]
    fn the_nearest_settings_hold() {
        let (hobby, pro) = (r#"{ "plan": "hobby" }"#, "{\n  // ours\n  \"plan\": \"pro\",\n}\n");
        let package = |inner: &str| format!(r#"{{ "name": "x", "nowcheck": {inner} }}"#);
        for (files, expected) in [
            (vec![], None),
            (vec![("/r/nowcheck.json", hobby)], Some(Plan::Hobby)),
            (vec![("/r/nowcheck.json", hobby), ("/r/app/nowcheck.jsonc", pro)], Some(Plan::Pro)),
            (vec![("/r/app/nowcheck.json", hobby), ("/r/app/nowcheck.jsonc", pro)], Some(Plan::Hobby)),
            (vec![("/r/app/package.json", &package(hobby)), ("/r/nowcheck.json", pro)], Some(Plan::Hobby)),
            (vec![("/r/app/package.json", "{}"), ("/r/package.json", &package(hobby))], Some(Plan::Hobby)),
            (vec![("/nowcheck.json", hobby)], None),
            (vec![("/r/nowcheck.json", r#"{ "plan": "team" }"#)], None),
            (vec![("/r/nowcheck.json", "[]")], None),
        ] {
            assert_eq!(plan(&files), expected, "{files:?}");
        }
    }
}
