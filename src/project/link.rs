//! What the command line notes of the platform's project that a folder is linked to.

use camino::Utf8PathBuf;
use serde_json::Value;

use super::Project;

/// The file that notes it; `.now/project.json` (before May 2020) holds no settings.
const FILE: &str = ".vercel/project.json";

/// The version of Node.js that the platform's settings name when the link was made or last pulled, such as `22.x`, and the file that says so.
///
/// A link at the repository's root counts for the folder that it names as `rootDirectory`.
pub fn node_version(project: &Project<'_>) -> Option<(String, Utf8PathBuf)> {
    let folders = [project.root(), project.repository()];
    folders.into_iter().find_map(|folder| {
        let file = folder.join(FILE);
        let link: Value = serde_json::from_str(&project.fs().read_to_string(&file).ok()?).ok()?;
        let settings = link.get("settings")?;
        let deployed = match settings.get("rootDirectory").and_then(Value::as_str) {
            Some(below) if folder == project.repository() => folder.join(below),
            _ => folder.to_owned(),
        };
        let version = settings.get("nodeVersion")?.as_str().filter(|version| !version.is_empty())?;
        (deployed == project.root()).then(|| (version.to_owned(), file))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fs::MemoryFs;
    use crate::platform::Platform;

    #[test]
    fn the_link_of_the_folder_or_of_the_repository_that_names_it() {
        for (file, settings, expected) in [
            ("/r/app/.vercel/project.json", r#"{"nodeVersion":"22.x","rootDirectory":null}"#, Some("22.x")),
            ("/r/app/.vercel/project.json", r#"{"nodeVersion":""}"#, None),
            ("/r/.vercel/project.json", r#"{"nodeVersion":"20.x","rootDirectory":"app"}"#, Some("20.x")),
            ("/r/.vercel/project.json", r#"{"nodeVersion":"20.x","rootDirectory":"web"}"#, None),
            ("/r/.vercel/project.json", r#"{"nodeVersion":"20.x"}"#, None),
            ("/r/app/.vercel/project.json", "7", None),
        ] {
            let fs = MemoryFs::new().with(file, format!("{{\"projectId\":\"p\",\"settings\":{settings}}}"));
            let project = Project::new(&fs, "/r/app".into(), "/r".into(), None, Platform::Vercel);
            assert_eq!(node_version(&project).map(|(version, _)| version).as_deref(), expected, "{settings}");
        }
    }
}
