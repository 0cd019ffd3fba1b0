//! The program writes whole files or none: whatever it is told, whoever else writes, and whenever it is killed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may")]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use support::site::{Site, run};

const BROKEN: &str =
    "{\r\n\t\"name\": \"é\",\r\n\t\"builds\": [{ \"src\": \"index.js\", \"use\": \"@now/nod\" }],\r\n}";
const RIGHT: &str = "{\r\n\t\"name\": \"é\",\r\n\t\"builds\": [{ \"src\": \"index.js\", \"use\": \"@now/node\" }]\r\n}";

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Several projects, all with the same fault.
fn projects() -> Site {
    let site = Site::new("now.json");
    for name in NAMES {
        site.write(&format!("{name}/now.json"), BROKEN)
            .write(&format!("{name}/index.js"), "module.exports = () => {}\n");
    }
    site
}

fn program(folder: &Utf8Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nowcheck"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn start(folder: &Utf8Path, arguments: &[&str]) -> Child {
    program(folder, arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The output of a program that must come to an end.
fn finish(mut child: Child) -> Output {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("it hangs");
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Files that are not in place.
fn leftovers(site: &Site) -> Vec<Utf8PathBuf> {
    let folders = NAMES.iter().map(|name| site.root.join(name)).filter(|folder| folder.is_dir());
    let entries = folders.flat_map(|folder| folder.read_dir_utf8().unwrap()).map(|entry| entry.unwrap().into_path());
    entries.filter(|path| path.file_name().unwrap().starts_with(".nowcheck-")).collect()
}

#[test]
fn mode_link_line_ends_and_the_missing_last_one_stay() {
    let site = projects();
    site.rename("a/now.json", "a/config/real.json").mode("a/config/real.json", 0o640).mode("b/now.json", 0o755);
    symlink("config/real.json", site.root.join("a/now.json")).unwrap();
    let (status, output, _) = run(&site.root, &["fix", "a", "b"]);
    assert_eq!(status, 0, "{output}");
    assert_eq!(
        [site.read("a/config/real.json"), site.read("b/now.json"), site.read("c/now.json")],
        [RIGHT, RIGHT, BROKEN]
    );
    assert_eq!(fs::read_link(site.root.join("a/now.json")).unwrap().to_str(), Some("config/real.json"));
    let mode = |path: &str| fs::metadata(site.root.join(path)).unwrap().mode() & 0o7777;
    assert_eq!((mode("a/config/real.json"), mode("b/now.json")), (0o640, 0o755));
    assert!(leftovers(&site).is_empty());
    let before = fs::metadata(site.root.join("b/now.json")).unwrap();
    assert_eq!(run(&site.root, &["fix", "a", "b"]).0, 0);
    let after = fs::metadata(site.root.join("b/now.json")).unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()), "nothing to fix, and written");
}

#[test]
fn comments_in_settings_stay() {
    let site = Site::new("vercel.json");
    site.write("vercel.json", "{}\n").write("nowcheck.jsonc", "{\n  // ours\n  \"paln\": \"hoby\", // for now\n}\n");
    let (status, output, _) = run(&site.root, &["fix"]);
    assert_eq!(status, 0, "{output}");
    assert_eq!(site.read("nowcheck.jsonc"), "{\n  // ours\n  \"plan\": \"hobby\", // for now\n}\n");
}

#[test]
fn a_kill_leaves_each_file_old_or_new() {
    let site = projects();
    let clock = Instant::now();
    assert_eq!(finish(start(&site.root, &["fix"])).status.code(), Some(0));
    let whole = clock.elapsed();
    let (mut untouched, mut mixed, mut done, mut left) = (0, 0, 0, 0);
    const RUNS: u32 = 60;
    for round in 0..RUNS {
        for name in NAMES {
            site.write(&format!("{name}/now.json"), BROKEN);
        }
        let mut child = start(&site.root, &["fix"]);
        // Most of them near the end, where the files are written.
        thread::sleep(whole * (RUNS / 2 + round) / RUNS);
        child.kill().unwrap();
        child.wait().unwrap();
        let texts = NAMES.map(|name| site.read(&format!("{name}/now.json")));
        assert!(texts.iter().all(|text| text == BROKEN || text == RIGHT), "{texts:?}");
        match texts.iter().filter(|text| *text == RIGHT).count() {
            0 => untouched += 1,
            6 => done += 1,
            _ => mixed += 1,
        }
        left += leftovers(&site).len();
    }
    println!(
        "killed {RUNS} times: before the first file {untouched}, between files {mixed}, behind the last {done}; {left} leftovers seen"
    );
    // What is left confuses nobody, and goes once it is old.
    site.write("a/now.json", BROKEN).write("a/.nowcheck-tmp-AbCd1234", "{").write("b/now.json", BROKEN);
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    leftovers(&site)
        .iter()
        .for_each(|path| fs::File::options().append(true).open(path).unwrap().set_modified(old).unwrap());
    assert_eq!(finish(start(&site.root, &["fix"])).status.code(), Some(0));
    assert!(!site.root.join("a/.nowcheck-tmp-AbCd1234").exists());
    assert_eq!([site.read("a/now.json"), site.read("b/now.json")], [RIGHT, RIGHT]);
}

#[test]
fn two_fixes_at_once_lose_nothing() {
    let site = projects();
    for _ in 0..15 {
        for name in NAMES {
            site.write(&format!("{name}/now.json"), BROKEN);
        }
        // Both ways round, so that each waits for what the other one holds.
        let orders = [&["fix", "a", "b", "c", "d", "e", "f"][..], &["fix", "f", "e", "d", "c", "b", "a"], &["fix"]];
        let outputs = orders.map(|order| start(&site.root, order)).map(finish);
        for output in &outputs {
            match output.status.code() {
                Some(0) => {}
                Some(2) => assert!(stderr(output).contains("changed meanwhile"), "{}", stderr(output)),
                other => panic!("{other:?}: {}", stderr(output)),
            }
        }
        assert!(outputs.iter().any(|output| output.status.code() == Some(0)));
        assert!(NAMES.iter().all(|name| site.read(&format!("{name}/now.json")) == RIGHT));
    }
}

/// The program waits for nobody but others: not for itself.
#[test]
fn projects_that_share_a_file_are_fixed_together() {
    let site = projects();
    site.remove("b/now.json").remove("c/now.json");
    symlink("../a/now.json", site.root.join("b/now.json")).unwrap();
    fs::hard_link(site.root.join("a/now.json"), site.root.join("c/now.json")).unwrap();
    let output = finish(start(&site.root, &["fix", "a", "b", "c"]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!([site.read("a/now.json"), site.read("b/now.json"), site.read("c/now.json")], [RIGHT; 3]);
    assert!(site.root.join("b/now.json").is_symlink());
    // One package.json, two configs that want another Node.js in it.
    site.write("d/vercel.json", "{}").write("d/api/x.js", "export default () => {}").remove("d/now.json");
    site.write("d/sub/vercel.json", "{}").write("d/sub/api/y.js", "export default () => {}");
    site.write("d/.git/HEAD", "").write("d/package.json", "{ \"engines\": { \"node\": \"16.x\" } }\n");
    let output = finish(start(&site.root, &["fix", "--unsafe", "d"]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(site.read("d/package.json"), "{ \"engines\": { \"node\": \"24.x\" } }\n");
}

/// Exit status 2, the file by its name, and all files as they were.
fn check_refused(site: &Site, output: &Output, file: &str) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(file) && said.contains("no file was changed"), "{said}");
    assert_eq!([site.read("a/now.json"), site.read("c/now.json")], [BROKEN, BROKEN]);
    assert_eq!(leftovers(site), [""; 0]);
}

#[test]
fn a_read_only_file_stops_all() {
    let site = projects();
    site.mode("b/now.json", 0o444);
    check_refused(&site, &finish(start(&site.root, &["fix", "a", "b", "c"])), "b/now.json");
    assert_eq!(site.read("b/now.json"), BROKEN);
}

#[test]
fn a_read_only_folder_stops_all() {
    let site = projects();
    let nobody = 65534;
    let mut command = program(&site.root, &["fix", "a", "b", "c"]);
    if fs::metadata(&site.root).unwrap().uid() == 0 {
        // Root may write everywhere, so somebody else has to try.
        for path in ["", "a", "b", "c", "a/now.json", "b/now.json", "c/now.json"] {
            std::os::unix::fs::chown(site.root.join(path), Some(nobody), Some(nobody)).unwrap();
        }
        command.uid(nobody).gid(nobody);
    }
    site.mode("b", 0o555);
    let child = match command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => return println!("skipped: the program cannot be run as another user ({error})"),
    };
    check_refused(&site, &finish(child), "b/now.json");
    fs::set_permissions(site.root.join("b"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(site.read("b/now.json"), BROKEN);
}

#[test]
fn a_full_disk_stops_all() {
    let site = projects();
    let large = BROKEN.replace("é", &"é".repeat(4000));
    site.write("b/now.json", &large);
    let mut shell = Command::new("sh");
    // A file may have one block; the signal for more is ignored, so that writing fails as on a full disk.
    shell.args(["-c", "ulimit -f 1 && trap '' XFSZ && exec \"$0\" fix a b c", env!("CARGO_BIN_EXE_nowcheck")]);
    let child = shell.current_dir(&site.root).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    check_refused(&site, &finish(child), "b/now.json");
    assert_eq!(site.read("b/now.json"), large);
}
