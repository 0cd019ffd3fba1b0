//! No output gives away a secret of a config.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may")]

mod support;

use support::site::{Site, run};

const SECRET: &str = "84848484";

fn check(config: &'static str, text: &str) {
    let site = Site::new(config);
    site.write(config, text).write("index.js", "module.exports = () => {}\n");
    for arguments in [
        &["check"][..],
        &["check", "--format", "compact"],
        &["check", "--format", "json"],
        &["fix", "--diff"],
        &["fix", "--diff", "--unsafe"],
        &["migrate", "--diff"],
        &["migrate", "--diff", "--format", "json"],
        &["migrate", "--diff", "--format", "markdown"],
    ] {
        if arguments[0] == "migrate" && config != "now.json" {
            continue;
        }
        let (_, output, error) = run(&site.root, arguments);
        let said = format!("{output}{error}");
        assert!(!said.contains("unexpected argument") && !said.contains("invalid value"), "{said}");
        assert!(!said.contains(SECRET), "{text}\n{arguments:?}\n{said}");
    }
}

#[test]
fn variables_stay_hidden() {
    for key in ["env", "evn", "Env", "envs"] {
        for value in
            ["84848484", r#""84848484""#, r#"{"v":"84848484"}"#, r#"["DB=84848484"]"#, r#"{"D":{"E":[84848484]}}"#]
        {
            for text in [
                format!("{{\"{key}\":{{\"PIN\":{value}}}}}"),
                format!("{{\"{key}\":{value}}}"),
                format!("{{\n  \"build\": {{ \"{key}\": {{ \"PIN\": {value} }} }}\n}}\n"),
            ] {
                check("now.json", &text);
                check("vercel.json", &text);
            }
        }
        for text in [
            format!("[{key}]\nPIN = 84848484\n"),
            format!("{key}.D.E = '84848484'\n"),
            format!("[build.{key}.X]\nv = ['84848484']\n"),
        ] {
            check("vercel.toml", &text);
        }
    }
}

#[test]
fn passwords_of_urls_stay_hidden() {
    let url = "https://me:84848484@example.com/x";
    for key in
        ["framework", "name", "outputDirectory", "regions", "routes", "alias", "x", "builds", "functions", "crons"]
    {
        for text in [
            format!("{{\"{key}\":\"{url}\"}}"),
            format!("{{\"{key}\":[\"{url}\"]}}"),
            format!("{{\"{key}\":{{\"{url}\":\"{url}\"}}}}"),
            format!("{{\"{key}\":[{{\"src\":\"{url}\",\"use\":\"{url}\",\"path\":\"{url}\"}}]}}"),
        ] {
            check("now.json", &text);
            check("vercel.json", &text);
        }
    }
}

#[test]
fn quoted_sources_show_no_password_that_is_cut_off() {
    let site = Site::new("vercel.json");
    let long = SECRET.repeat(12);
    let source = format!(
        "const {{ join }} = require('path')\nconst fs = require('fs')\n\
         fs.readFileSync(process.env.X ? join(__dirname, 'a.txt') : 'postgres://me:{long}@db.example.com/x')\n\
         require('ghp_{long}')\nimport('https://me:{long}@example.com/x')\n"
    );
    site.write("api/a.js", source).write("api/a.txt", "").write("vercel.json", "{}").write("package.json", "{}");
    for format in ["human", "json"] {
        let entry = site.root.join("api/a.js");
        for arguments in [
            &["trace", entry.as_str(), "--why", "api/a.txt", "--format", format][..],
            &["trace", entry.as_str(), "--format", format],
        ] {
            let (_, output, error) = run(&site.root, arguments);
            assert!(output.contains("api/a.txt"), "{output}{error}");
            assert!(!format!("{output}{error}").contains(SECRET), "{arguments:?}\n{output}{error}");
        }
    }
}
