//! `.env` files, as far as one variable is asked for. What they hold is never shown.

use camino::Utf8Path;

use crate::project::Project;

/// The files that may hold the settings of a deployment, the first that names a variable counts.
const FILES: [&str; 3] = [".env.production", ".env", "prisma/.env"];

/// The value of a variable, and the name of the file that has it.
pub(super) fn find(project: &Project<'_>, beside: &Utf8Path, name: &str) -> Option<(String, String)> {
    let own = FILES.iter().map(|file| project.root().join(file));
    own.chain([beside.join(".env")]).find_map(|path| {
        let value = value(&project.fs().read_to_string(&path).ok()?, name)?;
        Some((value, project.relative(&path)))
    })
}

/// Whether a `.env` file that is deployed with the project sets the variable: Prisma's client reads it there. `beside` is the schema's folder.
pub fn sets(project: &Project<'_>, beside: &Utf8Path, name: &str) -> bool {
    find(project, beside, name).is_some_and(|(_, file)| project.upload().includes(&file))
}

/// The value of the last assignment to `name`.
fn value(text: &str, name: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().rev().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = line.split_once('=')?;
        if key.trim() != name {
            return None;
        }
        let value = value.trim();
        let quoted = ['"', '\'', '`'].into_iter().find_map(|quote| {
            let inside = value.strip_prefix(quote)?;
            Some(inside.split_once(quote).map_or(inside, |(inside, _)| inside))
        });
        Some(quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or_default().trim_end()).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_dotenv_does() {
        let text = "\u{feff}A=1\n# B=no\n export B = \"x # y\" # z\nC='a\nD=a#b # c\nA=2\nE=\n";
        for (name, expected) in
            [("A", Some("2")), ("B", Some("x # y")), ("C", Some("a")), ("D", Some("a#b")), ("E", Some("")), ("F", None)]
        {
            assert_eq!(value(text, name).as_deref(), expected, "{name}");
        }
    }
}
