//! What a generated client says of itself: the object `config` in its code, which generators have written as JSON since 2020.

use serde_json::Value;

/// What the configuration in a client's code says. Each part is none where that generator did not write it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revealed {
    /// The version of Prisma that generated it.
    pub client_version: Option<String>,
    /// The commit of its engine, 40 hex digits.
    pub engine_version: Option<String>,
    /// `library`, `binary` or `client`, where it says so.
    pub engine_type: Option<String>,
    /// False where it was generated without an engine.
    pub copy_engine: Option<bool>,
    /// The text of its schema. Prisma 4 wrote it in base 64, which is not read.
    pub schema: Option<String>,
}

/// What stands before the configuration: in JavaScript, and in the TypeScript of the generator `prisma-client`.
const STARTS: [&str; 2] = ["const config = ", "const config: runtime.GetPrismaClientConfig = "];

impl Revealed {
    /// From the code of a client; nothing known where it has no such configuration.
    pub(super) fn of(code: &str) -> Self {
        Self::read(code).unwrap_or_default()
    }

    fn read(code: &str) -> Option<Self> {
        let start = STARTS.iter().find_map(|start| Some(code.find(start)? + start.len()))?;
        let config: Value = serde_json::Deserializer::from_str(code.get(start..)?).into_iter().next()?.ok()?;
        let text = |pointer: &str| config.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            client_version: text("/clientVersion"),
            engine_version: text("/engineVersion").filter(|commit| commit.len() == 40),
            engine_type: text("/generator/config/engineType"),
            copy_engine: config.get("copyEngine").and_then(Value::as_bool),
            schema: text("/inlineSchema").filter(|schema| schema.contains('{')),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_say_what_they_were_made_of() {
        let code = |start: &str| {
            format!(
                r#"const x = 1
{start}{{
  "generator": {{
    "provider": {{"fromEnvVar": null, "value": "prisma-client-js"}},
    "output": {{"value": "C:\\Users\\me\\app\\generated", "fromEnvVar": null}},
    "config": {{"engineType": "library"}},
    "binaryTargets": [
      {{"fromEnvVar": null, "value": "windows", "native": true}},
      {{"fromEnvVar": null, "value": "rhel-openssl-3.0.x"}}
    ],
    "sourceFilePath": "C:\\Users\\me\\app\\prisma\\schema.prisma"
  }},
  "clientVersion": "6.19.3",
  "engineVersion": "c2990dca591cba766e3b7ef5d9e8a84796e47ab7",
  "postinstall": true,
  "ciName": "Vercel",
  "inlineSchema": "model User {{\n  id Int @id\n}}\n",
  "copyEngine": false
}}

const fs = require('fs')"#
            )
        };
        for start in STARTS {
            let revealed = Revealed::of(&code(start));
            assert_eq!(revealed.client_version.as_deref(), Some("6.19.3"));
            assert_eq!(revealed.engine_version.as_deref(), Some("c2990dca591cba766e3b7ef5d9e8a84796e47ab7"));
            assert_eq!(revealed.engine_type.as_deref(), Some("library"));
            assert_eq!(revealed.copy_engine, Some(false));
            assert_eq!(revealed.schema.as_deref(), Some("model User {\n  id Int @id\n}\n"));
        }
    }

    #[test]
    fn other_code_says_nothing() {
        for code in ["", "const config = ", "const config = {", "const config = { a: 1 }", "const config = [", "x"] {
            assert_eq!(Revealed::of(code), Revealed::default(), "{code}");
        }
        let odd = r#"const config = {"generator": {"config": "binary"}, "clientVersion": 3}"#;
        assert_eq!(Revealed::of(odd), Revealed::default());
        assert_eq!(Revealed::of(&format!("const config = {}", "[".repeat(100_000))), Revealed::default());
    }
}
