//! What `prisma generate` does where `NETLIFY` is set: it decides by itself which engine is listed for the function, whatever the schema says.
//!
//! Source: the generators in `@prisma/client` 3.15.2, 4.16.2, 5.6.0, 5.7.0, 5.22.0 and 6.19.3, and prisma/prisma#22244. Collected 2026-11.

use nodejs_semver::Version;

const OPENSSL_1: &str = "rhel-openssl-1.0.x";
const OPENSSL_3: &str = "rhel-openssl-3.0.x";

/// The one target whose engine the client names for tracers, so that it gets into the function. None for versions in which the schema decides.
///
/// `node` is the major version that the build runs on; `lambda` that of `AWS_LAMBDA_JS_RUNTIME` (`nodejs20.x`), which is set in the site's settings, not
/// in netlify.toml.
pub fn listed_target(version: &Version, node: u32, lambda: Option<u32>) -> Option<&'static str> {
    match (version.major(), version.minor()) {
        (3, 15..) | (4, _) | (5, ..=6) => Some(OPENSSL_1),
        (5 | 6, _) => {
            let is_new = node >= 20 || lambda.is_some_and(|major| major >= 20);
            Some(if is_new && lambda.is_none_or(|major| major > 18) { OPENSSL_3 } else { OPENSSL_1 })
        }
        _ => None,
    }
}

/// The target that a function needs on the runtime of that major version of Node.js: Amazon Linux 2 up to 18, Amazon Linux 2023 from 20 on.
pub fn needed_target(lambda: u32) -> &'static str {
    if lambda >= 20 { OPENSSL_3 } else { OPENSSL_1 }
}

/// Whether generate lists another engine than the function needs, and so nothing in the schema helps: the first version of Prisma that does better.
pub fn lists_another(version: &Version, node: u32, lambda: Option<u32>) -> Option<&'static str> {
    let listed = listed_target(version, node, lambda)?;
    (listed != needed_target(lambda.unwrap_or(node))).then_some("5.7.0")
}

/// The major version in `AWS_LAMBDA_JS_RUNTIME`: 20 of `nodejs20.x`.
pub fn runtime_major(value: &str) -> Option<u32> {
    value.strip_prefix("nodejs")?.strip_suffix(".x")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_list_the_old_engine_whatever_the_runtime() {
        for (version, node, lambda, listed, fault) in [
            ("2.30.3", 20, None, None, None),
            ("3.15.2", 16, None, Some(OPENSSL_1), None),
            ("3.15.2", 20, None, Some(OPENSSL_1), Some("5.7.0")),
            ("5.6.0", 20, Some("nodejs20.x"), Some(OPENSSL_1), Some("5.7.0")),
            ("5.6.0", 20, Some("nodejs18.x"), Some(OPENSSL_1), None),
            ("5.7.0", 20, None, Some(OPENSSL_3), None),
            ("5.7.0", 18, None, Some(OPENSSL_1), None),
            ("5.22.0", 18, Some("nodejs22.x"), Some(OPENSSL_3), None),
            ("6.19.3", 22, Some("nodejs18.x"), Some(OPENSSL_1), None),
            ("7.0.0", 22, None, None, None),
        ] {
            let (parsed, lambda) = (Version::parse(version).unwrap(), lambda.and_then(runtime_major));
            assert_eq!(listed_target(&parsed, node, lambda), listed, "{version} on {node}");
            assert_eq!(lists_another(&parsed, node, lambda), fault, "{version} on {node}");
        }
        assert_eq!(runtime_major("python3.12"), None);
    }
}
