//! The functions of node's `path` and of file URLs, on text.

use camino::Utf8Path;

use super::values::{PathFunction, Value};
use crate::base::paths;

/// A function of `path` applied to its arguments; `None` where node would throw or the result is not known.
pub(super) fn path_function(function: PathFunction, arguments: &[Value], cwd: &Utf8Path) -> Option<Value> {
    let texts: Option<Vec<&str>> = arguments.iter().map(Value::as_text).collect();
    let texts = texts?;
    let first = texts.first().copied();
    let text = match function {
        PathFunction::Join => {
            normal(&texts.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join("/"))
        }
        PathFunction::Resolve => resolve(cwd, &texts),
        PathFunction::Normalize => normal(first?),
        PathFunction::Dirname => dirname(first?).to_owned(),
        PathFunction::Basename => {
            let name = first?.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let stem = texts.get(1).and_then(|suffix| name.strip_suffix(suffix)).filter(|stem| !stem.is_empty());
            stem.unwrap_or(name).to_owned()
        }
        PathFunction::Extname => {
            let name = first?.rsplit('/').next().unwrap_or_default();
            name.rfind('.').filter(|at| *at > 0).map_or(String::new(), |at| name[at..].to_owned())
        }
        PathFunction::Relative => {
            let (from, to) = (resolve(cwd, &[first?]), resolve(cwd, &[texts.get(1)?]));
            paths::relative(Utf8Path::new(&to), Utf8Path::new(&from))
        }
        PathFunction::IsAbsolute => return Some(Value::Bool(first?.starts_with('/'))),
        PathFunction::ToNamespaced => first?.to_owned(),
    };
    Some(Value::text(text))
}

/// `path.normalize`: a slash at the end stays.
fn normal(text: &str) -> String {
    if text.is_empty() {
        return ".".to_owned();
    }
    let normal = paths::normalize(Utf8Path::new(text)).into_string();
    match (normal.is_empty(), text.ends_with('/')) {
        (true, true) => "./".to_owned(),
        (true, false) => ".".to_owned(),
        (false, true) if normal != "/" => format!("{normal}/"),
        _ => normal,
    }
}

/// `path.resolve` with a current folder.
pub(super) fn resolve(cwd: &Utf8Path, texts: &[&str]) -> String {
    let mut path = cwd.to_owned();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        path.push(text);
    }
    paths::normalize(&path).into_string()
}

fn dirname(text: &str) -> &str {
    let trimmed = text.trim_end_matches('/');
    match trimmed.rfind('/') {
        Some(0) => "/",
        Some(at) => &trimmed[..at],
        None if trimmed.is_empty() && text.starts_with('/') => "/",
        None => ".",
    }
}

/// `pathToFileURL`: a slash at the end stays.
pub(super) fn file_url(path: &str, cwd: &Utf8Path) -> String {
    let slash = if path.ends_with('/') { "/" } else { "" };
    format!("file://{}{slash}", resolve(cwd, &[path]))
}

/// `new URL(text, base)` for file URLs.
pub(super) fn resolve_url(text: &str, base: Option<&str>) -> Option<String> {
    if text.starts_with("file://") {
        return Some(text.to_owned());
    }
    if text.contains("://") || text.starts_with("data:") || text.starts_with("node:") {
        return None;
    }
    let slash = if text.ends_with('/') { "/" } else { "" };
    let path = text.split(['?', '#']).next().unwrap_or_default();
    Some(format!("file://{}{slash}", paths::normalize(&url_folder(base?)?.join(path))))
}

/// The folder that relative references from a file URL start at.
pub(super) fn url_folder(url: &str) -> Option<&Utf8Path> {
    let path = url.strip_prefix("file://")?;
    if path.ends_with('/') { Some(Utf8Path::new(path)) } else { Utf8Path::new(path).parent() }
}

/// Percent escapes of a URL's path taken back; a broken escape stays as it is.
pub(super) fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|_| byte == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match escape.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(value) => {
                bytes.push(value);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_functions_do_as_node_does() {
        let call = |function, arguments: &[&str]| {
            let arguments: Vec<Value> = arguments.iter().map(Value::text).collect();
            path_function(function, &arguments, Utf8Path::new("/cwd")).and_then(|value| value.to_text())
        };
        assert_eq!(call(PathFunction::Join, &["/a", "", "../b/"]).as_deref(), Some("/b/"));
        assert_eq!(call(PathFunction::Join, &["a", ".."]).as_deref(), Some("."));
        assert_eq!(call(PathFunction::Resolve, &["a", "/b", "c"]).as_deref(), Some("/b/c"));
        assert_eq!(call(PathFunction::Resolve, &["x"]).as_deref(), Some("/cwd/x"));
        assert_eq!(call(PathFunction::Dirname, &["/a"]).as_deref(), Some("/"));
        assert_eq!(call(PathFunction::Basename, &["/a/b.js", ".js"]).as_deref(), Some("b"));
        assert_eq!(call(PathFunction::Extname, &[".profile"]).as_deref(), Some(""));
    }

    #[test]
    fn file_urls() {
        assert_eq!(resolve_url("./b", Some("file:///d/a.js")).as_deref(), Some("file:///d/b"));
        assert_eq!(resolve_url("./s/", Some("file:///d/a.js")).as_deref(), Some("file:///d/s/"));
        assert_eq!(resolve_url("https://x/", Some("file:///d/a.js")), None);
        assert_eq!(percent_decode("/a%20b%zz%"), "/a b%zz%");
    }
}
