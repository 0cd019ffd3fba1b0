//! Passwords in text, made unreadable without moving a byte: spans into the text stay right.

/// `text` with the password of every `scheme://user:password@host` replaced by as many `*` as it has bytes; a name without a password before
/// `@host` is masked too where it looks like a token. The scheme may be missing (`//user:password@host`), and a password may hold a raw `/`.
pub fn mask_urls(text: &str) -> String {
    let mut masked = text.as_bytes().to_vec();
    for (at, _) in text.match_indices("//") {
        let rest = &text[at + 2..];
        let word =
            &rest[..rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')).unwrap_or(rest.len())];
        if let Some((start, end)) = credentials(word) {
            masked[at + 2 + start..at + 2 + end].fill(b'*');
        }
    }
    String::from_utf8(masked).unwrap_or_default()
}

/// As [`mask_urls`], and words that are tokens of a known make are masked too.
pub fn mask_secrets(text: &str) -> String {
    let mut masked = mask_urls(text);
    let is_edge =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '/' | '=' | '&' | '?' | ',' | '(' | ')');
    let mut start = 0;
    for word in text.split(is_edge) {
        let end = start + word.len();
        if looks_secret("", word) {
            mask(&mut masked, super::Span::new(start, end));
        }
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    masked
}

/// The bytes of the password or token in what stands behind the `//` of a URL.
fn credentials(url: &str) -> Option<(usize, usize)> {
    let authority = &url[..url.find(['/', '?', '#']).unwrap_or(url.len())];
    if let Some(host) = authority.rfind('@') {
        let user = &authority[..host];
        return match user.find(':') {
            Some(colon) => Some((colon + 1, host)),
            None => is_token(user).then_some((0, host)),
        };
    }
    // No `@` before the first `/`: a password that was not escaped. A port is no password.
    let colon = authority.find(':')?;
    let secret = &authority[colon + 1..];
    let is_port = secret.bytes().all(|byte| byte.is_ascii_digit());
    let host = url.rfind('@').filter(|_| !is_port && !secret.is_empty())?;
    Some((colon + 1, host))
}

/// Whether a user without a password is a token: one of a known make, or long and of letters and digits.
fn is_token(user: &str) -> bool {
    let has = |of: fn(&u8) -> bool| user.as_bytes().iter().any(of);
    TOKENS.iter().any(|start| user.starts_with(start))
        || user.len() >= 16 && has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit)
}

/// Whether a key is `env`, or was meant to be: `evn`, `Env`, `envs`, `environment`.
pub fn names_env(key: &str) -> bool {
    key == "env"
        || key.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("env"))
        || key.len() <= 4 && super::similar::closest(key, ["env"]).is_some()
}

/// `text` with the bytes of `span` replaced by `*`, but for line breaks.
pub fn mask(text: &mut String, span: super::Span) {
    let Some(old) = text.get(span.start..span.end) else { return };
    let masked: String =
        old.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' }).collect();
    text.replace_range(span.start..span.end, &masked);
}

/// `text` with everything from `from` on replaced by `*` but white space and JSON's punctuation.
pub fn mask_words(text: &mut String, from: usize) {
    let Some(tail) = text.get(from..) else { return };
    let masked: String = tail
        .chars()
        .map(|c| if c.is_whitespace() || "{}[]:,\"'".contains(c) { c.to_string() } else { "*".repeat(c.len_utf8()) })
        .collect();
    text.truncate(from);
    text.push_str(&masked);
}

/// Beginnings of tokens that give whoever reads them access: Stripe, GitHub, GitLab, Slack, npm, SendGrid, AWS, private keys.
const TOKENS: [&str; 15] = [
    "sk_live_",
    "rk_live_",
    "whsec_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "npm_",
    "SG.",
    "AKIA",
    "-----BEGIN ",
];

/// What the name of a variable that holds a secret ends with.
const NAMES: [&str; 8] =
    ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "PRIVATE_KEY", "API_KEY", "ACCESS_KEY", "SECRET_KEY"];

/// Beginnings of names whose values browsers get, so that they are no secrets.
const OPEN: [&str; 7] = ["NEXT_PUBLIC_", "NUXT_PUBLIC_", "REACT_APP_", "VUE_APP_", "GATSBY_", "VITE_", "PUBLIC_"];

/// Whether the text `value` of the environment variable `name` is a secret, as far as it shows: a URL with a password for another host, a token of
/// a known make, or a long mixture of letters and digits under a name that says so. References (`@name`, `$NAME`) and stopgaps are none.
pub fn looks_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    if value.starts_with(['@', '$', '<', '{']) || OPEN.iter().any(|open| name.starts_with(open)) {
        return false;
    }
    let is_token = TOKENS.iter().any(|start| value.len() >= start.len() + 12 && value.starts_with(start));
    if is_token || password(value).is_some_and(|password| !is_stopgap(password)) {
        return true;
    }
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_mixture = value.len() >= 16 && letters >= 4 && digits >= 2 && !value.contains([' ', '/', ':']);
    NAMES.iter().any(|end| name.ends_with(end)) && !name.contains("PUBLI") && is_mixture && !is_stopgap(value)
}

/// The password of a URL that leads to another machine.
fn password(value: &str) -> Option<&str> {
    let authority = value.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let (user, host) = authority.rsplit_once('@')?;
    let host = host.split(':').next().unwrap_or_default();
    let (_, password) = user.split_once(':')?;
    (!matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "db" | "")).then_some(password)
}

fn is_stopgap(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let plain = ["", "password", "pass", "secret", "user", "root", "postgres", "changeme"];
    plain.contains(&lower.as_str())
        || ["your", "example", "xxx", "***", "<", "{", "$", "placeholder"].iter().any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passwords_are_masked() {
        for (text, masked) in [
            ("postgres://me:secret@db.example.com:5432/x", "postgres://me:******@db.example.com:5432/x"),
            ("url = \"mysql://u:p@ss@h/x\" // https://a.b", "url = \"mysql://u:****@h/x\" // https://a.b"),
            ("https://example.com/a:b@c", "https://example.com/a:b@c"),
            ("postgres://me:pa/ss?w#d@h/x", "postgres://me:*********@h/x"),
            ("//me:pw@h", "//me:**@h"),
            ("git+https://ghp_0123456789@github.com/a/b", "git+https://**************@github.com/a/b"),
            ("https://0123456789abcdef0123@h", "https://********************@h"),
            ("https://localhost:3000/a@b", "https://localhost:3000/a@b"),
            ("redis://:pä@h", "redis://:***@h"),
            ("prisma://token@h and plain", "prisma://token@h and plain"),
            ("://", "://"),
        ] {
            assert_eq!(mask_urls(text), masked);
        }
    }

    #[test]
    fn tokens_are_masked_too() {
        for (text, masked) in [
            ("'ghp_0123456789abcdef'", "'********************'"),
            ("ä + `a?key=sk_live_0123456789ab`, \"x\"", "ä + `a?key=********************`, \"x\""),
            ("postgres://me:secret@h/npm_0123456789abcdef", "postgres://me:******@h/********************"),
            ("require('npm_run')", "require('npm_run')"),
        ] {
            assert_eq!(mask_secrets(text), masked);
        }
    }

    #[test]
    fn misspelt_env_is_env() {
        for key in ["env", "evn", "ENV", "envs", "environment", "en"] {
            assert!(names_env(key), "{key}");
        }
        for key in ["dev", "use", "src", "name", "e", ""] {
            assert!(!names_env(key), "{key}");
        }
    }

    #[test]
    fn secrets_are_told_from_settings() {
        for (name, value) in [
            ("DATABASE_URL", "postgres://me:hunter22@db.example.org/x"),
            ("X", "ghp_0123456789abcdef0123"),
            ("JWT_SECRET", "9f86d081884c7d659a2feaa0c55ad015"),
            ("KEY", "-----BEGIN RSA PRIVATE KEY-----"),
        ] {
            assert!(looks_secret(name, value), "{name}");
        }
        for (name, value) in [
            ("DATABASE_URL", "@database-url"),
            ("DATABASE_URL", "postgres://me:password@db.example.org/x"),
            ("DATABASE_URL", "postgres://me:hunter22@localhost:5432/x"),
            ("CLIENT_URL", "https://example.com/a:b@c"),
            ("SESSION_SECRET", "foobar"),
            ("FAUNADB_SECRET", "YOUR_FAUNADB_SECRET_1234"),
            ("NEXT_PUBLIC_API_KEY", "9f86d081884c7d659a2feaa0c55ad015"),
            ("KEY_JSON", "../../keys.json"),
            ("COMMIT", "9f86d081884c7d659a2feaa0c55ad015"),
            ("SECRET", ""),
        ] {
            assert!(!looks_secret(name, value), "{name} {value}");
        }
    }
}
