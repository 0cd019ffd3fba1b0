//! Reads the page of a rule: its sections, and the projects that its examples show.
//!
//! Below `## Example` an example is a line `Found:` with the files of a project in which the rule fires, then a line `Right:` with those in which it
//! is silent. A page may have several, usually each below a heading `### Example: what it shows`.
//!
//! - Each file is a fenced block whose info string is its language and its path: `json now.json`.
//! - A file that is not repeated below `Right:` is the same as below `Found:`.
//! - `Found, in the same project:` begins with the files of the `Found` before it.
//! - `` Found, with `group/name`: `` says which other errors and warnings the project has.
//! - `` Right, and what `fix` writes: `` (or `` `fix --unsafe` ``) promises that the fix makes exactly these files of those below `Found`.
//! - What is no text stands in a block with the info string `text files`, a line per file: its path, two blanks or more, and one of what follows.
//!   Indented lines are below the folder of the last line that ends with `/`.
//!   - `engine, 20 MB`: an engine of the target and kind that the name tells, with real headers, executable;
//!   - `engine for darwin, 20 MB`: one of another target than the name tells;
//!   - `engine, 20 MB, mode 644`: one with these permission bits;
//!   - `empty`: no byte at all;
//!   - `missing`: no such file (to take one away below `Right:`, or to say aloud that it is not there).

use std::collections::BTreeMap;

use nowcheck::base::fs::MemoryFs;
use nowcheck::document::Applicability;
use nowcheck::engine::EngineName;

use super::engines;

/// The sections that every page has, in this order.
pub(crate) const SECTIONS: [&str; 6] = ["What it checks", "Why it matters", "Example", "Fix", "Options", "References"];

/// Where the files of an example lie.
pub(crate) const ROOT: &str = "/project";

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    mode: u32,
}

impl File {
    pub(crate) fn text(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), mode: 0o644 }
    }
}

/// Files by their path in the project.
pub(crate) type Files = BTreeMap<String, File>;

/// One `Found:` with its `Right:`.
pub(crate) struct Example {
    /// The heading above it, for messages.
    pub(crate) name: String,
    /// Other rules that fire on `found`.
    pub(crate) also: Vec<String>,
    pub(crate) found: Files,
    pub(crate) right: Files,
    /// How bold a fix must be that makes `right` of `found`, where the page promises one.
    pub(crate) fix: Option<Applicability>,
}

/// A page, taken apart.
pub(crate) struct Page {
    pub(crate) title: String,
    /// Headings of the second level and the text below each.
    pub(crate) sections: Vec<(String, String)>,
}

impl Page {
    pub(crate) fn read(markdown: &str) -> Self {
        let mut page = Self { title: String::new(), sections: vec![("summary".to_owned(), String::new())] };
        let mut in_code = false;
        for line in markdown.lines() {
            in_code ^= line.starts_with("```");
            if let Some(title) = line.strip_prefix("# ").filter(|_| !in_code) {
                page.title = title.to_owned();
            } else if let Some(title) = line.strip_prefix("## ").filter(|_| !in_code) {
                page.sections.push((title.to_owned(), String::new()));
            } else {
                let (_, text) = page.sections.last_mut().unwrap();
                text.push_str(line);
                text.push('\n');
            }
        }
        page
    }

    pub(crate) fn section(&self, title: &str) -> &str {
        self.sections.iter().find(|(name, _)| name == title).map_or("", |(_, text)| text.trim())
    }

    pub(crate) fn examples(&self) -> Vec<Example> {
        let mut examples: Vec<Example> = Vec::new();
        let (mut name, mut is_right) = ("Example".to_owned(), false);
        let mut lines = self.section("Example").lines();
        while let Some(line) = lines.next() {
            if let Some(heading) = line.strip_prefix("### ") {
                heading.clone_into(&mut name);
            } else if let Some(info) = line.strip_prefix("```") {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let example = examples.last_mut().unwrap_or_else(|| panic!("{name}: a block before `Found:`"));
                let files = if is_right { &mut example.right } else { &mut example.found };
                read_block(info, &block, files);
            } else if line.starts_with("Found") && line.ends_with(':') {
                let found = match examples.last() {
                    Some(last) if line.contains("in the same project") => last.found.clone(),
                    _ => Files::new(),
                };
                let (also, right) = (quoted(line), Files::new());
                examples.push(Example { name: name.clone(), also, found, right, fix: None });
                is_right = false;
            } else if line.starts_with("Right") && line.ends_with(':') {
                let example = examples.last_mut().unwrap_or_else(|| panic!("{name}: `Right:` before `Found:`"));
                example.right = example.found.clone();
                example.fix = quoted(line).first().map(|command| match command.as_str() {
                    "fix" => Applicability::Safe,
                    "fix --unsafe" => Applicability::Unsafe,
                    other => panic!("{name}: no command {other}"),
                });
                is_right = true;
            }
        }
        examples
    }
}

/// The words in backticks.
fn quoted(line: &str) -> Vec<String> {
    line.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn read_block(info: &str, lines: &[&str], files: &mut Files) {
    let (_, path) = info.split_once(' ').unwrap_or_else(|| panic!("a block without path: {info}"));
    if path != "files" {
        let bytes = lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
        files.insert(path.to_owned(), File { bytes, mode: 0o644 });
        return;
    }
    let mut folder = "";
    for line in lines {
        if line.ends_with('/') {
            folder = line;
            continue;
        }
        let (name, what) = line.trim().split_once("  ").unwrap_or_else(|| panic!("a file without content: {line}"));
        let path = if line.starts_with(' ') { format!("{folder}{name}") } else { name.to_owned() };
        match made(&path, what.trim()) {
            Some(file) => files.insert(path, file),
            None => files.remove(&path),
        };
    }
}

/// What a line of a `text files` block makes; nothing for `missing`.
fn made(path: &str, what: &str) -> Option<File> {
    let mut words = what.split(", ");
    let first = words.next().unwrap_or_default();
    match first {
        "missing" => return None,
        "empty" => return Some(File { bytes: Vec::new(), mode: 0o755 }),
        _ => assert!(first.starts_with("engine"), "{path}: neither an engine nor empty nor missing: {what}"),
    }
    let name =
        EngineName::parse(path.rsplit('/').next().unwrap_or(path)).unwrap_or_else(|| panic!("{path}: no engine"));
    let target = first.strip_prefix("engine for ").unwrap_or(&name.target_name);
    let (mut size, mut mode) = (1 << 20, 0o755);
    for word in words {
        match (word.strip_suffix(" MB"), word.strip_prefix("mode ")) {
            (Some(megabytes), _) => size = megabytes.parse::<usize>().unwrap() << 20,
            (_, Some(bits)) => mode = u32::from_str_radix(bits, 8).unwrap(),
            _ => panic!("{path}: {word}"),
        }
    }
    Some(File { bytes: engines::engine(target, name.kind, size), mode })
}

/// The files as a file system, below [`ROOT`].
pub(crate) fn file_system(files: &Files) -> MemoryFs {
    let mut fs = MemoryFs::new();
    for (path, file) in files {
        fs.add(&format!("{ROOT}/{path}"), &file.bytes, file.mode);
    }
    fs
}
