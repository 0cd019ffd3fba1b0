//! What the imports of the project's own files bring.

use std::collections::BTreeSet;

use super::{Advice, Advisor, Remedy};
use crate::bundle::Cause;
use crate::bundle::graph::Node;
use crate::bundle::packages::package_folder;
use crate::bundle::why::package_of_folder;
use crate::platform::dev_packages::is_dev_package;

/// Imports that are looked at closely.
const MOST: usize = 12;
/// Packages that are named in one line.
const NAMED: usize = 3;

impl<'a> Advisor<'a, '_> {
    /// The imports of packages, in the project's own files, that bring most.
    pub(super) fn imports(&self, found: &mut Vec<Advice>) {
        let graph = self.graph();
        let is_own = |file: Node| package_folder(graph.name(file)).is_none();
        let mut causes: Vec<Node> = graph
            .causes()
            .filter(|cause| {
                graph.cause(*cause).is_some_and(|(file, cause)| is_own(file) && !matches!(cause, Cause::Boundary))
                    && graph.brings(*cause).iter().any(|file| !is_own(*file))
                    && self.freed(*cause).files > 0
            })
            .collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(self.freed(*cause).bytes));
        for cause in causes.into_iter().take(MOST) {
            found.extend(self.import(cause));
        }
    }

    fn import(&self, cause: Node) -> Option<Advice> {
        let place = self.explainer.place(cause)?;
        let mut lost = self.lost(&self.graph().reached_without(|node| node == cause));
        let brought = self.packages(&lost);
        let mut what = match brought.split_at(brought.len().min(NAMED)) {
            ([], _) => return None,
            (named, []) => named.join(", "),
            (named, more) => format!("{} and {}", named.join(", "), packages(more.len())),
        };
        if let [tool] = brought.as_slice()
            && is_dev_package(tool)
        {
            what.push_str(", a tool of development");
        }
        let clients = self.clients(cause, &place.file);
        if !clients.is_empty() {
            let kept = self.graph().reached_from(clients.iter().map(|(file, _)| *file));
            lost.retain(|name| self.graph().file(name).is_none_or(|file| kept.get(file as usize) == Some(&false)));
            what = "the clients of aws-sdk that the code does not make".to_owned();
        }
        let instead = clients.into_iter().map(|(_, specifier)| specifier).collect();
        Some(Advice { certain: false, what, gain: self.gain(lost), remedy: Remedy::Import { place, instead } })
    }

    /// For an import of the whole of aws-sdk 2: the modules of the clients that the file makes, where all that it does with the package is to make them.
    fn clients(&self, cause: Node, file: &str) -> Vec<(Node, String)> {
        let none = Vec::new();
        let Some((importer, Cause::Import(index))) = self.graph().cause(cause) else { return none };
        let module = self.graph().trace().modules.get(self.graph().name(importer));
        let import = module.and_then(|module| module.facts.imports.get(index as usize));
        if import.is_none_or(|import| import.specifier != "aws-sdk") {
            return none;
        }
        let Some(folder) = self.graph().brings(cause).iter().find_map(|file| {
            let folder = package_folder(self.graph().name(*file))?;
            (package_of_folder(folder) == "aws-sdk").then_some(folder)
        }) else {
            return none;
        };
        let Ok(text) = self.analysis.project().fs().read_to_string(&self.bundle.base.join(file)) else { return none };
        let mut found = BTreeSet::new();
        for name in members(&text, "AWS.") {
            let specifier = format!("aws-sdk/clients/{}", name.to_ascii_lowercase());
            let client = self.graph().file(&format!("{folder}/{}.js", specifier.trim_start_matches("aws-sdk/")));
            match client {
                Some(client) => drop(found.insert((client, specifier))),
                // `AWS.config` and its like need more than clients.
                None => return none,
            }
        }
        found.into_iter().collect()
    }
}

fn packages(count: usize) -> String {
    if count == 1 { "1 more package".to_owned() } else { format!("{count} more packages") }
}

/// The names that follow `object` in a text, such as `S3` for `AWS.S3`.
fn members<'t>(text: &'t str, object: &str) -> BTreeSet<&'t str> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(object) {
        let rest = text.get(at + object.len()..).unwrap_or_default();
        let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
        let is_whole = !text[..at].ends_with(is_letter);
        found.extend(rest.get(..end).filter(|name| !name.is_empty() && is_whole));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_an_object_are_found() {
        let text = "const s = new AWS.S3(), d = new AWS.DynamoDB.DocumentClient(); MYAWS.X; AWS.";
        assert_eq!(members(text, "AWS."), BTreeSet::from(["S3", "DynamoDB"]));
    }
}
