use super::*;
use crate::base::fs::MemoryFs;

/// What two packages of one workspace get, as each package manager wrote it: the root asks for a CLI, `apps/web` for 6, `apps/old` for 4.
const LOCKS: [(LockFile, &str, &str); 9] = [
    (
        LockFile::Npm,
        "1",
        r#"{"lockfileVersion": 1, "dependencies": {
            "@prisma/client": {"version": "4.16.2"},
            "left-pad": {"version": "1.0.0", "dependencies": {"prisma": {"version": "1.0.0"}}},
            "old": {"version": "file:apps/old", "requires": {"prisma": "~4.16.0"}, "dependencies": {"prisma": {"version": "4.16.2"}}},
            "prisma": {"version": "6.19.3"},
            "web": {"version": "file:apps/web", "dependencies": {"@prisma/client": {"version": "6.19.3"}, "prisma": {"version": "6.18.0"}}}}}"#,
    ),
    (
        LockFile::Npm,
        "3",
        r#"{"lockfileVersion": 3, "packages": {
            "": {"workspaces": ["apps/*"], "devDependencies": {"prisma": "^6.18.0"}},
            "apps/old": {"version": "1.0.0"},
            "apps/old/node_modules/prisma": {"version": "4.16.2", "dev": true},
            "apps/web/node_modules/@prisma/client": {"version": "6.19.3", "peerDependenciesMeta": {"prisma": {"optional": true}}},
            "apps/web/node_modules/prisma": {"version": "6.18.0"},
            "node_modules/@prisma/client": {"version": "4.16.2"},
            "node_modules/prisma": {"version": "6.19.3"},
            "node_modules/x/node_modules/prisma": {"version": "1.0.0"}},
            "dependencies": {"prisma": {"version": "9.9.9"}}}"#,
    ),
    (
        LockFile::Yarn,
        "1",
        "# yarn lockfile v1\n\n\n\"@prisma/client@4.16.2\":\n  version \"4.16.2\"\n  dependencies:\n    prisma \"1\"\n\n\"@prisma/client@^6.0.0\", \
         \"@prisma/client@^6.18.0\":\n  version \"6.19.3\"\n\nprisma@6.18.0:\n  version \"6.18.0\"\n\nprisma@^6.18.0:\n  version \"6.19.3\"\n\nprisma@~4.16.0:\n  version \
         \"4.16.2\"\n",
    ),
    (
        LockFile::Yarn,
        "8",
        "__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"@prisma/client@npm:4.16.2\":\n  version: 4.16.2\n  resolution: \
         \"@prisma/client@npm:4.16.2\"\n\n\"@prisma/client@npm:^6.0.0, @prisma/client@npm:^6.18.0\":\n  version: 6.19.3\n\n\"prisma@npm:6.18.0\":\n  version: \
         6.18.0\n\n\"prisma@npm:^6.18.0\":\n  version: 6.19.3\n\n\"prisma@npm:~4.16.0\":\n  version: 4.16.2\n\n\"web@workspace:apps/web\":\n  version: \
         0.0.0-use.local\n",
    ),
    (
        LockFile::Pnpm,
        "5.4",
        "lockfileVersion: 5.4\n\nimporters:\n\n  .:\n    specifiers:\n      prisma: ^6.18.0\n    devDependencies:\n      prisma: 6.19.3\n\n  apps/old:\n    specifiers:\n      \
         '@prisma/client': 4.16.2\n      prisma: ~4.16.0\n    dependencies:\n      '@prisma/client': 4.16.2_prisma@4.16.2\n    devDependencies:\n      prisma: 4.16.2\n\n  \
         apps/web:\n    dependencies:\n      '@prisma/client': 6.19.3_prisma@6.18.0\n    devDependencies:\n      prisma: 6.18.0\n\npackages:\n\n  \
         /prisma/9.9.9:\n    resolution: {integrity: x}\n",
    ),
    (
        LockFile::Pnpm,
        "9.0",
        "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\nimporters:\n\n  .:\n    devDependencies:\n      prisma:\n        specifier: ^6.18.0\n        version: \
         6.19.3\n\n  apps/old:\n    dependencies:\n      '@prisma/client':\n        specifier: 4.16.2\n        version: 4.16.2(prisma@4.16.2)\n    devDependencies:\n      \
         prisma:\n        specifier: ~4.16.0\n        version: 4.16.2\n\n  apps/web:\n    dependencies:\n      '@prisma/client':\n        specifier: ^6.18.0\n        version: \
         6.19.3(prisma@6.18.0)\n      db:\n        specifier: workspace:*\n        version: link:../../packages/db\n    devDependencies:\n      prisma:\n        specifier: \
         6.18.0\n        version: 6.18.0\n\npackages:\n\n  'prisma@9.9.9':\n    resolution: {integrity: x}\n",
    ),
    (
        LockFile::Bun,
        "1",
        "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\n    \"\": {\n      \"devDependencies\": {\n        \"prisma\": \"^6.18.0\",\n      },\n    },\n  },\n  \"packages\": {\n    \
         \"@prisma/client\": [\"@prisma/client@4.16.2\", \"\", { \"peerDependencies\": { \"prisma\": \"*\" } }, \"sha512-x\"],\n\n    \"prisma\": [\"prisma@6.19.3\", \"\", {}, \
         \"sha512-x\"],\n\n    \"old/prisma\": [\"prisma@4.16.2\", \"\", {}, \"sha512-x\"],\n\n    \"web/@prisma/client\": [\"@prisma/client@6.19.3\", \"\", {}, \"x\"],\n\n    \
         \"web/prisma\": [\"prisma@6.18.0\", \"\", {}, \"x\"],\n  }\n}\n",
    ),
    (
        LockFile::NpmShrinkwrap,
        "2",
        r#"{"lockfileVersion": 2, "packages": {
            "apps/old/node_modules/prisma": {"version": "4.16.2"},
            "apps/web/node_modules/@prisma/client": {"version": "6.19.3"},
            "apps/web/node_modules/prisma": {"version": "6.18.0"},
            "node_modules/@prisma/client": {"version": "4.16.2"},
            "node_modules/prisma": {"version": "6.19.3"}}}"#,
    ),
    (
        LockFile::Pnpm,
        "6.0",
        "lockfileVersion: '6.0'\nimporters:\n  .:\n    devDependencies:\n      prisma:\n        specifier: ^6.18.0\n        version: 6.19.3\n  apps/old:\n    dependencies:\n      \
         '@prisma/client':\n        specifier: 4.16.2\n        version: 4.16.2(prisma@4.16.2)\n    devDependencies:\n      prisma:\n        specifier: ~4.16.0\n        version: \
         4.16.2\n  apps/web:\n    dependencies:\n      '@prisma/client':\n        specifier: ^6.18.0\n        version: 6.19.3(prisma@6.18.0)\n    devDependencies:\n      \
         prisma:\n        specifier: 6.18.0\n        version: 6.18.0\n",
    ),
];

fn locked(kind: LockFile, text: &str) -> Lock {
    let fs = MemoryFs::new().with(&format!("/r/{}", kind.name()), text);
    Lock::find(&fs, Utf8Path::new("/r/apps/web"), Utf8Path::new("/r")).unwrap()
}

#[test]
fn each_package_of_a_workspace_gets_its_own_version() {
    for (kind, format, text) in LOCKS {
        let lock = locked(kind, text);
        assert_eq!((lock.manager, lock.format.as_deref()), (kind.manager(), Some(format)), "{text}");
        for (folder, name, package, range, expected) in [
            ("/r", "root", "prisma", "^6.18.0", "6.19.3"),
            ("/r/apps/web", "web", "prisma", "6.18.0", "6.18.0"),
            ("/r/apps/web", "web", "@prisma/client", "^6.18.0", "6.19.3"),
            ("/r/apps/old", "old", "prisma", "~4.16.0", "4.16.2"),
            ("/r/apps/old", "old", "@prisma/client", "4.16.2", "4.16.2"),
        ] {
            let importer = Importer { folder, name: Some(name), range: Some(range) };
            assert_eq!(lock.version(package, importer), Some(expected), "{package} in {folder}: {text}");
        }
        let importer = Importer { folder: "/r", name: Some("root"), range: Some("^1") };
        assert_eq!(lock.version("@prisma/photon", importer), None);
    }
}

#[test]
fn one_package_without_workspace() {
    for text in [
        "lockfileVersion: 5.4\n\nspecifiers:\n  '@prisma/client': ^6.18.0\n\ndependencies:\n  '@prisma/client': 6.19.3_prisma@6.18.0\n\npackages:\n\n  /x/1:\n    version: 1\n",
        "lockfileVersion: '6.0'\r\n\r\ndependencies:\r\n  '@prisma/client':\r\n    specifier: ^6.18.0\r\n    version: 6.19.3(prisma@6.18.0)\r\n",
    ] {
        let importer = Importer { folder: "/r", name: None, range: None };
        assert_eq!(locked(LockFile::Pnpm, text).version("@prisma/client", importer), Some("6.19.3"), "{text}");
    }
}

#[test]
fn the_lock_that_the_platform_goes_by() {
    for (files, expected) in [
        (&["/r/yarn.lock", "/r/package-lock.json"][..], Some("/r/yarn.lock")),
        (&["/r/yarn.lock", "/r/bun.lockb"], Some("/r/bun.lockb")),
        (&["/r/bun.lock", "/r/pnpm-lock.yaml"], Some("/r/pnpm-lock.yaml")),
        (&["/r/package-lock.json", "/r/apps/web/pnpm-lock.yaml"], Some("/r/apps/web/pnpm-lock.yaml")),
        (&["/r/package-lock.json", "/r/npm-shrinkwrap.json"], Some("/r/npm-shrinkwrap.json")),
        (&["/yarn.lock"], None),
    ] {
        let fs = files.iter().fold(MemoryFs::new(), |fs, file| fs.with(file, ""));
        let lock = Lock::find(&fs, Utf8Path::new("/r/apps/web"), Utf8Path::new("/r"));
        assert_eq!(lock.map(|lock| lock.file.into_string()).as_deref(), expected, "{files:?}");
    }
}

#[test]
fn what_cannot_be_read_says_so() {
    let conflict = "<<<<<<< HEAD\n=======\n>>>>>>> x\n";
    for (kind, text, expected) in [
        (LockFile::BunBinary, "#!/usr/bin/env bun\n", Some(Unread::Binary)),
        (LockFile::Npm, "{\"packages\": []}", Some(Unread::Broken)),
        (LockFile::Npm, "", Some(Unread::Broken)),
        (LockFile::Npm, conflict, Some(Unread::Broken)),
        (LockFile::Yarn, conflict, Some(Unread::Broken)),
        (LockFile::Pnpm, conflict, Some(Unread::Broken)),
        (LockFile::Bun, "", Some(Unread::Broken)),
        (LockFile::Yarn, "", None),
    ] {
        assert_eq!(locked(kind, text).unread(), expected, "{kind:?} {text:?}");
    }
}

/// Odd bytes in each format: read to the end, without a panic. Most are cut in the middle of what a reader looks for.
#[test]
fn broken_locks_are_read_without_a_panic() {
    for (kind, _, text) in LOCKS {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = parse(kind, &text[..end]);
            let _ = parse(kind, &format!("{}é'\"@:[{}", &text[..end], &text[end..]));
        }
    }
    let deep = format!("{{\"packages\": {{\"a\": {}", "[".repeat(200_000));
    assert!(parse(LockFile::Npm, &deep).is_none());
}
