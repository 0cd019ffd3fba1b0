//! The value of `builds[].use` and of `functions[].runtime`: an npm package specification.

use nodejs_semver::{Range, Version};

use super::builders::{self, Builder};

/// Which version a specification asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionSpec {
    /// Nothing: the `latest` tag, or today the version that comes with the command line.
    None,
    /// A dist-tag such as `canary`.
    Tag(String),
    /// One version.
    Exact(Version),
    /// Any version in a range.
    Range(Range),
    /// A tarball, a repository or a path instead of a registry package.
    Location,
}

/// A parsed `use`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuilderUse {
    /// As written.
    pub text: String,
    /// The package name with its scope (`@now/node`); nothing for a location.
    pub name: Option<String>,
    /// The version asked for.
    pub version: VersionSpec,
}

impl BuilderUse {
    /// Reads `text` as npm does.
    pub fn parse(text: &str) -> Self {
        if is_location(text) {
            return Self { text: text.to_owned(), name: None, version: VersionSpec::Location };
        }
        let scope_mark = usize::from(text.starts_with('@'));
        let (name, version) = match text[scope_mark..].find('@') {
            Some(at) => (&text[..at + scope_mark], &text[at + scope_mark + 1..]),
            None => (text, ""),
        };
        Self { text: text.to_owned(), name: Some(name.to_owned()), version: version_spec(version) }
    }

    /// The scope without `@`.
    pub fn scope(&self) -> Option<&str> {
        self.name.as_deref()?.strip_prefix('@')?.split_once('/').map(|(scope, _)| scope)
    }

    /// The official builder that is named, if one is.
    pub fn builder(&self) -> Option<&'static Builder> {
        builders::lookup(self.name.as_deref()?)
    }

    /// Whether exactly one version, or a range of versions, is asked for.
    pub fn is_pinned(&self) -> bool {
        matches!(self.version, VersionSpec::Exact(_) | VersionSpec::Range(_))
    }

    /// Whether the specification follows a tag that moves: none at all, or a named one.
    pub fn tag(&self) -> Option<&str> {
        match &self.version {
            VersionSpec::None => Some("latest"),
            VersionSpec::Tag(tag) => Some(tag),
            _ => None,
        }
    }

    /// The official builder that was probably meant, when this names none.
    pub fn nearest(&self) -> Option<&'static str> {
        let name = match &self.name {
            Some(name) => name.as_str(),
            None if self.text.contains("://") => return None,
            None => self.text.split_once('@').map_or(self.text.as_str(), |(name, _)| name),
        };
        builders::nearest(name)
    }
}

fn is_location(text: &str) -> bool {
    text.contains("://")
        || ["./", "../", "/", "~/", "file:", "github:", "gitlab:", "bitbucket:", "git@"]
            .iter()
            .any(|mark| text.starts_with(mark))
        || text.ends_with(".tgz")
        || text.ends_with(".tar.gz")
        || (!text.starts_with('@') && text.contains('/'))
}

fn version_spec(text: &str) -> VersionSpec {
    let text = text.trim();
    if text.is_empty() {
        return VersionSpec::None;
    }
    let exact = text.trim_start_matches(['=', 'v']);
    if let (true, Ok(version)) = (exact.starts_with(|first: char| first.is_ascii_digit()), Version::parse(exact)) {
        return VersionSpec::Exact(version);
    }
    // The range parser is lenient with words; npm only takes for a range what begins like one.
    let begins_a_range = text.starts_with(|first: char| first.is_ascii_digit() || "^~<>=*v".contains(first));
    match Range::parse(text) {
        Ok(range) if begins_a_range || text.eq_ignore_ascii_case("x") => VersionSpec::Range(range),
        _ => VersionSpec::Tag(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_specifications() {
        for (text, name, version) in [
            ("@now/node", Some("@now/node"), VersionSpec::None),
            ("@now/node@", Some("@now/node"), VersionSpec::None),
            ("@now/node@canary", Some("@now/node"), VersionSpec::Tag("canary".into())),
            ("@now/node@0.7.3", Some("@now/node"), VersionSpec::Exact(Version::parse("0.7.3").unwrap())),
            (
                "@now/node@0.7.2-canary.2",
                Some("@now/node"),
                VersionSpec::Exact(Version::parse("0.7.2-canary.2").unwrap()),
            ),
            ("@now/node@^0.7.0", Some("@now/node"), VersionSpec::Range(Range::parse("^0.7.0").unwrap())),
            ("@now/node@1.x", Some("@now/node"), VersionSpec::Range(Range::parse("1.x").unwrap())),
            ("vercel-php@0.7.3", Some("vercel-php"), VersionSpec::Exact(Version::parse("0.7.3").unwrap())),
            ("https://example.com/builder.tgz", None, VersionSpec::Location),
            ("./builder", None, VersionSpec::Location),
            ("now/node", None, VersionSpec::Location),
            ("", Some(""), VersionSpec::None),
            ("@", Some("@"), VersionSpec::None),
            ("@@", Some("@"), VersionSpec::None),
        ] {
            let parsed = BuilderUse::parse(text);
            assert_eq!((parsed.name.as_deref(), parsed.version), (name, version), "{text}");
        }
        assert_eq!(BuilderUse::parse("@now/node@canary").scope(), Some("now"));
        assert_eq!(BuilderUse::parse("now/node@canary").nearest(), Some("@now/node"));
        assert_eq!(BuilderUse::parse("https://example.com/now/node").nearest(), None);
    }
}
