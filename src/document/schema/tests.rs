use serde_json::json;

use super::*;

/// `place: message` of every problem that the schema of vercel.json finds.
fn vercel_says(instance: Value) -> Vec<String> {
    let problems = vercel().unwrap().problems(&instance);
    problems.iter().map(|problem| format!("{}: {}", problem.places[0], problem.message)).collect()
}

fn now_says(instance: Value) -> Vec<String> {
    let problems = now().unwrap().problems(&instance);
    problems.iter().map(|problem| format!("{}: {}", problem.places[0], problem.message)).collect()
}

#[test]
fn the_schemas_compile_and_take_real_configs() {
    let photon = json!({
        "version": 2,
        "builds": [{ "src": "index.js", "use": "@now/node@canary", "config": { "maxLambdaSize": "25mb" } }],
        "routes": [{ "src": "/(.*)", "dest": "/index.js" }]
    });
    assert_eq!(now_says(photon.clone()), Vec::<String>::new());
    assert_eq!(vercel_says(photon), Vec::<String>::new());
    assert_eq!(vercel_says(json!({ "unheard": 1, "regions": 5, "framework": null })), Vec::<String>::new());
}

#[test]
fn one_mistake_is_told_once() {
    assert_eq!(
        vercel_says(json!({ "rewrites": [{ "src": "/a", "destination": "/b" }] })),
        [".rewrites[0] +src: `src` is not a known key of `rewrites[0]`; did you mean `source`?"]
    );
    assert_eq!(
        vercel_says(json!({ "builds": [{ "src": "a.js", "env": {} }] })),
        [
            ".builds[0] +env: `env` is not a known key of `builds[0]`; known are `src`, `use` and `config`",
            ".builds[0] -use: `builds[0]` has no `use`, which is required",
        ]
    );
}

#[test]
fn the_alternative_that_was_meant_is_judged() {
    assert_eq!(
        vercel_says(json!({ "routes": [{ "src": "/a", "status": 99 }, { "handle": "filesytem" }, { "dest": "/b" }] })),
        [
            ".routes[0].status: `status` must be at least 100, but is 99",
            ".routes[1].handle: `handle` must be `error`, `filesystem`, `hit`, `miss`, `resource` or `rewrite`, \
             but is `filesytem`; did you mean `filesystem`?",
            ".routes[2] -src: `routes[2]` needs `src` or `source`",
        ]
    );
    assert_eq!(
        vercel_says(json!({ "routes": [{ "handle": "hit", "src": "/a" }] })),
        [".routes[0] +handle: `handle` is not allowed together with the other keys of `routes[0]`"]
    );
    assert_eq!(
        vercel_says(json!({ "headers": [{ "source": "/", "headers": [], "has": [{ "type": "headr", "key": "a" }] }] })),
        [".headers[0].has[0].type: `type` must be `header`, `cookie`, `query` or `host`, but is `headr`; \
          did you mean `header`?"]
    );
    assert_eq!(
        vercel_says(json!({ "experimentalServices": { "jobs": { "type": "cron", "topics": ["a"] } } })),
        [
            ".experimentalServices.jobs -schedule: `jobs` has no `schedule`, which is required",
            ".experimentalServices.jobs +topics: `topics` is not allowed together with the other keys of `jobs`",
        ]
    );
}

#[test]
fn all_that_is_possible_is_named() {
    let duration = |value: Value| vercel_says(json!({ "functions": { "api/*.js": { "maxDuration": value } } }));
    let place = ".functions['api/*.js'].maxDuration";
    assert_eq!(duration(json!(3601)), [format!("{place}: `maxDuration` must be at most 3600, but is 3601")]);
    assert_eq!(duration(json!("60")), [format!("{place}: `maxDuration` must be `max` or a whole number, but is `60`")]);
    assert_eq!(duration(json!(1.5)), [format!("{place}: `maxDuration` must be `max` or a whole number, but is 1.5")]);
    assert_eq!(duration(json!(10.0)), Vec::<String>::new());
    assert_eq!(
        vercel_says(json!({ "rewrites": [{ "source": "/", "destination": 5 }] })),
        [".rewrites[0].destination: `destination` must be a string or an object, but is a number"]
    );
}

#[test]
fn keys_that_are_not_possible_are_pointed_at() {
    assert_eq!(
        vercel_says(json!({ "functions": { "": {} } })),
        [".functions +: `` cannot be a key of `functions`: 1 to 256 characters on one line are allowed"]
    );
    let problems = vercel().unwrap().problems(&json!({ "services": { "Web": { "root": "." } } }));
    let places: Vec<String> = problems[0].places.iter().map(ToString::to_string).collect();
    assert_eq!(places, [".services +Web", ".services"]);
    assert_eq!(
        vercel_says(json!({ "routes": [{ "src": "/", "transforms":
            [{ "type": "request.path", "op": "set", "args": "/a", "target": { "key": "a" } }] }] })),
        [".routes[0].transforms[0] +target: `target` is not allowed together with the other keys of `transforms[0]`"]
    );
}

#[test]
fn one_of_several_keys() {
    let schedule = |extra: Value| {
        let mut entry = json!({ "schedule": "0 5 * * *" });
        entry.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        vercel_says(json!({ "schedules": [entry] }))
    };
    assert_eq!(schedule(json!({ "path": "/a" })), Vec::<String>::new());
    assert_eq!(
        schedule(json!({})),
        [".schedules[0] -path: `schedules[0]` needs `path`, `function`, `topic` or `entrypoint`"]
    );
    assert_eq!(
        schedule(json!({ "path": "/a", "topic": "b" })),
        [".schedules[0]: `schedules[0]` may have only one of `path` and `topic`"]
    );
    assert_eq!(
        schedule(json!({ "path": "/a", "service": "b" })),
        [".schedules[0] -function: `schedules[0]` has no `function`, which is required"]
    );
}

#[test]
fn sizes_and_forms() {
    assert_eq!(vercel_says(json!({ "functions": {} })), [".functions: `functions` must not be empty"]);
    assert_eq!(
        vercel_says(json!({ "builds": vec![json!({ "use": "@vercel/node" }); 129] })),
        [".builds: `builds` must have at most 128 entries, but has 129"]
    );
    assert_eq!(
        vercel_says(json!({ "crons": [{ "path": "a", "schedule": "0 5 * * *" }] })),
        [".crons[0].path: `path` must begin with `/`"]
    );
    assert_eq!(
        now_says(json!({ "functions": { "a.js": { "memory": 1000 } } })),
        [".functions['a.js'].memory: `memory` must be a multiple of 64, but is 1000"]
    );
    assert_eq!(now_says(json!({ "version": 3 })), [".version: `version` must be `1` or `2`, but is 3"]);
    assert_eq!(
        vercel_says(
            json!({ "crons": [], "redirects": [{ "source": "/a", "destination": "/b", "statusCode": 301.5 }] })
        ),
        [".redirects[0].statusCode: `statusCode` must be a whole number, but is a number with a fraction"]
    );
    assert_eq!(vercel_says(json!([])), [": the configuration must be an object, but is an array"]);
}

#[test]
fn secrets_are_not_repeated() {
    let said = now_says(json!({ "env": { "TOKEN": ["s3cret"] }, "build": { "env": "s3cret" } })).join("\n");
    assert!(!said.is_empty() && !said.contains("s3cret"), "{said}");
}

#[test]
fn numeric_and_odd_keys_stay_keys() {
    assert_eq!(
        vercel_says(json!({ "functions": { "0": { "memory": 1 }, "a/b~c": 5 } })),
        [
            ".functions['0'].memory: `memory` must be at least 128, but is 1",
            ".functions['a/b~c']: `a/b~c` must be an object, but is a number"
        ]
    );
    assert_eq!(now_says(json!({ "env": { "": 1 } })).len(), 2);
}

#[test]
fn descriptions_are_found_by_path() {
    let key = |name: &str| Segment::Key(name.into());
    let told =
        |path: &[Segment]| vercel().unwrap().description(path).map(|text| text.chars().take(24).collect::<String>());
    assert_eq!(
        told(&[key("functions"), key("api/a.js"), key("maxDuration")]).as_deref(),
        Some("Longest run in seconds, ")
    );
    assert_eq!(told(&[key("routes"), Segment::Index(0), key("dest")]).as_deref(), Some("Path or URL that is serv"));
    assert_eq!(told(&[key("routes"), Segment::Index(0), key("handle")]).as_deref(), Some("Deprecated since Februar"));
    assert_eq!(told(&[key("github"), key("silent")]).as_deref(), Some("Deprecated, a project se"));
    assert_eq!(told(&[key("nothing")]), None);
}

#[test]
fn a_text_that_is_no_schema_is_an_error() {
    assert!(matches!(Schema::parse("{"), Err(SchemaError::Json(_))));
}
