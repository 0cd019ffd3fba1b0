//! Settings at the top of a YAML file: `key: value`, lists and maps of scalars, in block or one-line form.
//!
//! That is all that `pnpm-workspace.yaml` and `.yarnrc.yml` have where it matters here. What is written in another way counts as absent.

/// A YAML file.
pub(super) struct Settings<'t>(pub(super) &'t str);

impl<'t> Settings<'t> {
    /// What stands behind `key:`, and the lines below that belong to it, without blanks and comments.
    fn section(&self, key: &str) -> Option<(&'t str, impl Iterator<Item = &'t str> + use<'t>)> {
        let value = |line: &'t str| {
            let (name, value) = member(line)?;
            (!line.starts_with([' ', '\t']) && name == key).then_some(value)
        };
        let mut lines = self.0.lines();
        let inline = lines.by_ref().find_map(value)?;
        let below = lines.map(without_comment).filter(|line| !line.trim().is_empty());
        Some((inline, below.take_while(|line| line.starts_with([' ', '\t', '-']))))
    }

    /// A scalar.
    pub(super) fn scalar(&self, key: &str) -> Option<&'t str> {
        self.section(key).map(|(value, _)| unquoted(value)).filter(|value| !value.is_empty())
    }

    /// A list of scalars; none where the key is absent.
    pub(super) fn list(&self, key: &str) -> Option<Vec<&'t str>> {
        let (inline, below) = self.section(key)?;
        if let Some(items) = inline.strip_prefix('[') {
            let items = items.trim_end().trim_end_matches(']').split(',').map(unquoted);
            return Some(items.filter(|item| !item.is_empty()).collect());
        }
        Some(below.filter_map(|line| line.trim_start().strip_prefix('-')).map(unquoted).collect())
    }

    /// A map of scalars; none where the key is absent.
    pub(super) fn map(&self, key: &str) -> Option<Vec<(&'t str, &'t str)>> {
        let (inline, below) = self.section(key)?;
        if let Some(members) = inline.strip_prefix('{') {
            return Some(members.trim_end().trim_end_matches('}').split(',').filter_map(member).collect());
        }
        Some(below.filter_map(member).collect())
    }
}

/// `key: value`, both without quotes; the value as it stands where it is a list or a map.
fn member(line: &str) -> Option<(&str, &str)> {
    let line = without_comment(line).trim();
    let (key, value) = match line.chars().next()? {
        quote @ ('"' | '\'') => {
            let (key, rest) = line.get(1..)?.split_once(quote)?;
            (key, rest.trim_start().strip_prefix(':')?)
        }
        _ => line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?,
    };
    Some((key.trim(), unquoted(value)))
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') { "" } else { line.split(" #").next().unwrap_or(line) }
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_maps_and_scalars_in_both_forms() {
        for (text, expected) in [
            (
                "x: 1\nonly:\n  - '@prisma/client' # the client\n\n# more\n  - esbuild\ny:\n  - z\n",
                vec!["@prisma/client", "esbuild"],
            ),
            ("only:\r\n- \"@prisma/client\"\r\n- esbuild\r\n", vec!["@prisma/client", "esbuild"]),
            ("only: ['@prisma/client', esbuild] # all\n", vec!["@prisma/client", "esbuild"]),
            ("only: []\n- x\n", vec![]),
        ] {
            assert_eq!(Settings(text).list("only"), Some(expected), "{text}");
        }
        for text in ["", "only", "  only:\n    - x\n", "# only:\n", "\"only: x"] {
            assert_eq!(Settings(text).list("only"), None, "{text}");
        }
        let expected = Some(vec![("@prisma/client", "true"), ("esbuild", "false")]);
        assert_eq!(Settings("allow:\n  '@prisma/client': true\n  esbuild: false\n").map("allow"), expected);
        assert_eq!(Settings("allow: { \"@prisma/client\": true, esbuild: false }\n").map("allow"), expected);
        assert_eq!(Settings("a: b\nenableScripts: false # no\n").scalar("enableScripts"), Some("false"));
        assert_eq!(Settings("enableScripts:\n").scalar("enableScripts"), None);
    }
}
