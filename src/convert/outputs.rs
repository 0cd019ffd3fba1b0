//! What answers at which path once a project is deployed, as far as its config tells.

use std::collections::BTreeMap;

/// The files and functions of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outputs {
    exact: BTreeMap<String, String>,
    /// Paths that lead to an output too: without extension, or as a folder.
    others: BTreeMap<String, String>,
    open: bool,
}

/// More outputs than this are not tried one by one.
const MANY: usize = 500;

impl Outputs {
    /// Nothing is known: any path may have a file.
    pub fn unknown() -> Self {
        Self { open: true, ..Self::default() }
    }

    /// Nothing is deployed.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds the output of the file `source` at `path`; both without a leading slash.
    pub fn add(&mut self, path: &str, source: &str) {
        self.exact.insert(format!("/{path}"), source.to_owned());
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut other = |path: String| {
            self.others.entry(path).or_insert_with(|| source.to_owned());
        };
        let inside = if folder.is_empty() { "/".to_owned() } else { format!("/{folder}/") };
        if stem != name && !stem.is_empty() {
            other(format!("{inside}{stem}"));
        }
        if stem == "index" {
            other(inside);
            other(format!("/{folder}"));
        }
    }

    /// Says that an address leads to the file `source` too, where nothing else lies there.
    pub fn also(&mut self, path: &str, source: &str) {
        self.others.entry(format!("/{path}")).or_insert_with(|| source.to_owned());
    }

    /// There are outputs whose paths are not known.
    pub fn open(&mut self) {
        self.open = true;
    }

    /// Whether every output is known, and few enough to try each.
    pub fn is_closed(&self) -> bool {
        !self.open && self.exact.len() <= MANY
    }

    /// What answers at `path`.
    pub fn at(&self, path: &str) -> Option<&str> {
        self.exact.get(path).or_else(|| self.others.get(path)).map(String::as_str)
    }

    /// The paths that have an answer, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.exact.keys().chain(self.others.keys()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_found_as_visitors_ask() {
        let mut outputs = Outputs::none();
        outputs.add("index.js", "index.js");
        outputs.add("api/user.js", "api/user.js");
        outputs.add("www/index.html", "www/index.html");
        for (path, source) in [
            ("/", Some("index.js")),
            ("/index", Some("index.js")),
            ("/api/user", Some("api/user.js")),
            ("/www", Some("www/index.html")),
            ("/www/", Some("www/index.html")),
            ("/api", None),
            ("/user", None),
        ] {
            assert_eq!(outputs.at(path), source, "{path}");
        }
        assert!(outputs.is_closed() && !Outputs::unknown().is_closed());
    }
}
