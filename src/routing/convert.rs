//! The routes that a config is deployed as: what the platform makes of `routes`, `cleanUrls`, `trailingSlash`, `redirects`, `headers`, `rewrites`.

use serde_json::{Map, Value, json};

use super::captures::Names;
use super::destination;
use super::pattern::Pattern;
use super::regex::normalized_src;
use super::target::{Unfillable, fill_pattern, fill_text};
use crate::document::Path;

/// One route as it is deployed.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// The entry of the config that it comes from: an item of a list, or the key `cleanUrls` or `trailingSlash`.
    /// The filesystem step before the rewrites comes from the list itself.
    pub origin: Path,
    /// Its properties, named as the platform names them.
    pub fields: Map<String, Value>,
}

impl Compiled {
    fn new(origin: Path, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self { origin, fields }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    fn is_set(&self, name: &str) -> bool {
        self.fields.get(name) == Some(&Value::Bool(true))
    }

    /// The regex, anchored at both ends; none for a phase.
    pub fn src(&self) -> Option<&str> {
        self.text("src")
    }

    /// Where it leads, with `$1` and `$name` for captures.
    pub fn dest(&self) -> Option<&str> {
        self.text("dest")
    }

    /// The phase that starts here: `filesystem`, `hit`, `miss`, `rewrite`, `error` or `resource`.
    pub fn handle(&self) -> Option<&str> {
        self.text("handle")
    }

    /// The status that it answers with.
    pub fn status(&self) -> Option<u64> {
        self.fields.get("status").and_then(Value::as_u64)
    }

    /// The value of a header that it sets.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.fields.get("headers")?.as_object()?;
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.as_str()
    }

    /// Whether matching goes on behind it.
    pub fn continues(&self) -> bool {
        self.is_set("continue")
    }

    /// Whether the filesystem is asked for its destination.
    pub fn checks(&self) -> bool {
        self.is_set("check")
    }
}

/// A config whose routes the platform cannot compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be compiled")]
pub struct CompileError {
    /// The entry.
    pub path: Path,
}

/// Compiles the routes of a config, in the order in which the platform tries them; none where it has no key about routes.
///
/// # Errors
/// An entry that [`super::check::problems`] complains of. Entries that no schema would accept are passed over.
pub fn compile(config: &Value) -> Result<Option<Vec<Compiled>>, CompileError> {
    let keys = ["routes", "cleanUrls", "trailingSlash", "redirects", "headers", "rewrites"];
    if keys.iter().all(|key| config.get(key).is_none()) {
        return Ok(None);
    }
    let mut routes = Vec::new();
    let trailing_slash = config.get("trailingSlash").and_then(Value::as_bool);
    if config.get("cleanUrls") == Some(&Value::Bool(true)) {
        clean_urls(trailing_slash == Some(true), &mut routes);
    }
    if let Some(wanted) = trailing_slash {
        trailing_slashes(wanted, &mut routes);
    }
    each(config, "routes", &mut routes, |entry| Ok(plain(entry)))?;
    each(config, "redirects", &mut routes, redirect)?;
    each(config, "headers", &mut routes, headers)?;
    if config.get("rewrites").is_some_and(Value::is_array) {
        routes.push(Compiled::new(Path::keys(["rewrites"]), json!({"handle": "filesystem"})));
    }
    each(config, "rewrites", &mut routes, rewrite)?;
    Ok(Some(routes))
}

type Entry = Map<String, Value>;

fn each(
    config: &Value,
    list: &str,
    routes: &mut Vec<Compiled>,
    convert: fn(&Entry) -> Result<Entry, Unfillable>,
) -> Result<(), CompileError> {
    for (index, entry) in config.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
        let Some(entry) = entry.as_object() else { continue };
        let origin = Path::keys([list]).index(index);
        match convert(entry) {
            Ok(fields) => routes.push(Compiled { origin, fields }),
            Err(Unfillable) => return Err(CompileError { path: origin }),
        }
    }
    Ok(())
}

fn clean_urls(slash: bool, routes: &mut Vec<Compiled>) {
    let location = if slash { "/$1/" } else { "/$1" };
    for src in ["^/(?:(.+)/)?index(?:\\.html)?/?$", "^/(.*)\\.html/?$"] {
        let fields = json!({"src": src, "headers": {"Location": location}, "status": 308});
        routes.push(Compiled::new(Path::keys(["cleanUrls"]), fields));
    }
}

fn trailing_slashes(wanted: bool, routes: &mut Vec<Compiled>) {
    let moved = |src: &str, to: &str| json!({"src": src, "headers": {"Location": to}, "status": 308});
    let fields = if wanted {
        vec![
            json!({"src": "^/\\.well-known(?:/.*)?$"}),
            moved("^/((?:[^/]+/)*[^/\\.]+)$", "/$1/"),
            moved("^/((?:[^/]+/)*[^/]+\\.\\w+)/$", "/$1"),
        ]
    } else {
        vec![moved("^/(.*)/$", "/$1")]
    };
    routes.extend(fields.into_iter().map(|fields| Compiled::new(Path::keys(["trailingSlash"]), fields)));
}

/// An item of `routes`: one spelling of each key, the regex anchored.
fn plain(entry: &Entry) -> Entry {
    let mut fields = Map::new();
    for (key, value) in entry {
        let (key, value) = match (&**key, value) {
            ("source" | "src", Value::String(src)) => ("src", Value::String(normalized_src(src))),
            ("destination", Value::String(_)) => ("dest", value.clone()),
            ("destination", Value::Object(service)) => ("destination", with_type(service)),
            ("statusCode", _) => ("status", value.clone()),
            (key, _) => (key, value.clone()),
        };
        fields.insert(key.to_owned(), value);
    }
    fields
}

fn with_type(service: &Entry) -> Value {
    let mut service = service.clone();
    service.insert("type".to_owned(), Value::from("service"));
    Value::Object(service)
}

/// What the `source` of an entry says: its regex and the names that it and `has` give.
fn read_source(entry: &Entry) -> Result<(String, Names), Unfillable> {
    let source = entry.get("source").and_then(Value::as_str).ok_or(Unfillable)?;
    let pattern = Pattern::parse(source).map_err(|_| Unfillable)?;
    let src = pattern.regex().map_err(|_| Unfillable)?;
    Ok((normalized_src(&src), Names::new(&pattern, entry.get("has"))))
}

/// Conditions with the names of headers in lower case.
fn conditions(entry: &Entry, fields: &mut Entry) {
    for key in ["has", "missing"] {
        let Some(list) = entry.get(key).and_then(Value::as_array) else { continue };
        let mut list = list.clone();
        for condition in list.iter_mut().filter(|condition| condition["type"] == "header") {
            if let Some(Value::String(name)) = condition.get_mut("key") {
                *name = name.to_lowercase();
            }
        }
        fields.insert(key.to_owned(), Value::Array(list));
    }
}

fn copy(entry: &Entry, fields: &mut Entry, keys: &[&str]) {
    for key in keys {
        if let Some(value) = entry.get(*key) {
            fields.insert((*key).to_owned(), value.clone());
        }
    }
}

fn redirect(entry: &Entry) -> Result<Entry, Unfillable> {
    let (src, names) = read_source(entry)?;
    let destination = entry.get("destination").and_then(Value::as_str).ok_or(Unfillable)?;
    let location = destination::redirect(destination, &names)?;
    let status = match (entry.get("permanent").and_then(Value::as_bool), entry.get("statusCode")) {
        (Some(false), _) => json!(307),
        (None, Some(status)) => status.clone(),
        _ => json!(308),
    };
    let mut fields = Entry::new();
    fields.insert("src".to_owned(), json!(src));
    fields.insert("headers".to_owned(), json!({"Location": location}));
    fields.insert("status".to_owned(), status);
    copy(entry, &mut fields, &["env"]);
    conditions(entry, &mut fields);
    Ok(fields)
}

fn headers(entry: &Entry) -> Result<Entry, Unfillable> {
    let (src, names) = read_source(entry)?;
    let mut set = Entry::new();
    for header in entry.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| header.get(key).and_then(Value::as_str).ok_or(Unfillable);
        let (key, value) = (header_text(text("key")?, &names)?, header_text(text("value")?, &names)?);
        // JavaScript does not take this name for a property of an object.
        if key != "__proto__" {
            set.insert(key, Value::String(value));
        }
    }
    let mut fields = Entry::new();
    fields.insert("src".to_owned(), json!(src));
    fields.insert("headers".to_owned(), Value::Object(set));
    fields.insert("continue".to_owned(), json!(true));
    conditions(entry, &mut fields);
    Ok(fields)
}

fn header_text(text: &str, names: &Names) -> Result<String, Unfillable> {
    if text.contains(':') && (names.has_named_source() || names.has_captures()) {
        fill_text(text, names)
    } else {
        Ok(text.to_owned())
    }
}

fn rewrite(entry: &Entry) -> Result<Entry, Unfillable> {
    let (src, names) = read_source(entry)?;
    let mut fields = Entry::new();
    fields.insert("src".to_owned(), json!(src));
    match entry.get("destination") {
        Some(Value::String(destination)) => {
            fields.insert("dest".to_owned(), json!(destination::rewrite(destination, &names)?));
            fields.insert("check".to_owned(), json!(true));
        }
        Some(Value::Object(service)) => {
            let mut service = service.clone();
            if let Some(path) = service.get("path").and_then(Value::as_str) {
                let path = destination::rewrite(path, &names)?;
                service.insert("path".to_owned(), json!(path));
            }
            fields.insert("destination".to_owned(), with_type(&service));
        }
        _ => return Err(Unfillable),
    }
    copy(entry, &mut fields, &["env", "respectOriginCacheControl", "transforms"]);
    if let Some(Value::Array(transforms)) = fields.get_mut("transforms") {
        for transform in transforms.iter_mut().filter(|transform| transform["type"] == "request.path") {
            if let Some(Value::String(args)) = transform.get_mut("args") {
                *args = fill_pattern(args, &names)?;
            }
        }
    }
    if let Some(status) = entry.get("statusCode") {
        fields.insert("status".to_owned(), status.clone());
    }
    conditions(entry, &mut fields);
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(config: Value) -> Value {
        let routes = compile(&config).unwrap().unwrap_or_default();
        Value::Array(routes.into_iter().map(|route| Value::Object(route.fields)).collect())
    }

    fn dest(source: &str, destination: &str) -> String {
        let config = json!({"rewrites": [{"source": source, "destination": destination}]});
        fields(config)[1]["dest"].as_str().unwrap().to_owned()
    }

    fn location(source: &str, destination: &str) -> String {
        let config = json!({"redirects": [{"source": source, "destination": destination}]});
        fields(config)[0]["headers"]["Location"].as_str().unwrap().to_owned()
    }

    #[test]
    fn rewrites_lead_where_the_platform_leads() {
        for (source, destination, expected) in [
            ("/a/:id", "/b", "/b?id=$1"),
            ("/a/:id/(.*)/:q*", "/b?x=1#h", "/b?x=1&id=$1&q=$3#h"),
            ("/:id/:p*", "/b/:id?", "/b/$1"),
            ("/:id", "/b?id=2", "/b?id=2"),
            ("/:id", "/b?id=:id+1", "/b?id=$1%201"),
            ("/:id", "/b#:id", "/b#$1"),
            ("/:id", "https://:id.E.com", "https://$1.e.com/"),
            ("/:id", "https://u:id@e.com/", "https://u__ESC_COLON_id@e.com/?id=$1"),
            ("/:id", "/b/*/:id", "/b/*/$1?id=$1"),
            ("/:i/:id", "/:id/:i", "/$2/$1"),
            ("/:a/:a", "/b", "/b?a=$2"),
            ("/:b/:2", "/z", "/z?2=$2&b=$1"),
            ("/:id", "/b/:id(\\d+)", "/b/$1"),
            ("/:id", "/b/{x}*", "/b/?id=$1"),
            ("/a", "/a%24b", "/a$b"),
            ("/:__proto__", "/z", "/z"),
        ] {
            assert_eq!(dest(source, destination), expected, "{source} {destination}");
        }
    }

    #[test]
    fn redirects_lead_where_the_platform_leads() {
        for (source, destination, expected) in [
            ("/a", "/x y:", "/x y:"),
            ("/:id", "/x y", "/x y"),
            ("/:id", "/x y:/", "/x%20y:/"),
            ("/(.*)", "/b/$1:", "/b/$1:"),
            ("/:id", "/b/:id", "/b/$1"),
        ] {
            assert_eq!(location(source, destination), expected, "{source} {destination}");
        }
    }

    #[test]
    fn lists_come_in_order() {
        let config = json!({
            "rewrites": [{"source": "/r", "destination": "/"}],
            "headers": [{"source": "/:h", "headers": [{"key": "x-:h", "value": ":h:"}]}],
            "redirects": [{"source": "/m", "destination": "/n", "permanent": false, "has": [{"type": "header", "key": "Ab"}]}],
            "routes": [{"source": "/p\\/", "destination": "/q", "statusCode": 200}],
            "trailingSlash": false,
        });
        let expected = json!([
            {"src": "^/(.*)/$", "headers": {"Location": "/$1"}, "status": 308},
            {"src": "^/p/$", "dest": "/q", "status": 200},
            {"src": "^/m$", "headers": {"Location": "/n"}, "status": 307, "has": [{"type": "header", "key": "ab"}]},
            {"src": "^(?:/([^/]+?))$", "headers": {"x-$1": "$1:"}, "continue": true},
            {"handle": "filesystem"},
            {"src": "^/r$", "dest": "/", "check": true},
        ]);
        assert_eq!(fields(config), expected);
        assert_eq!(compile(&json!({})), Ok(None));
    }

    #[test]
    fn what_makes_the_platform_throw_is_an_error() {
        for entry in [
            json!({"source": "/:id", "destination": "https://a[b].com"}),
            json!({"source": "/:id", "destination": "/z", "has": [{"type": "query", "key": "("}]}),
            json!({"source": "/:id", "destination": "/*/:x-y", "has": [{"type": "query", "key": "x-y"}]}),
        ] {
            assert!(compile(&json!({"rewrites": [entry]})).is_err(), "{entry}");
        }
    }
}
