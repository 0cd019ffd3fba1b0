//! A project of Photon's days moves to Prisma Client: schema and package.json are written, the code is listed.

use camino::Utf8PathBuf;

use super::scripts;
use crate::document::{Document, Edit, Node, Path, edit, insert};
use crate::lint::Change;
use crate::platform::prisma_names::{self, Age, NEXT};
use crate::platform::targets::{self, NATIVE};
use crate::project::version::{self, PrismaVersion};
use crate::project::{Generator, PackageJson, Project, Schema};
use crate::rewrite::{Outcome, Rewrite};

/// What functions of today's platform look for: Amazon Linux 2023.
const NEEDED: &str = "rhel-openssl-3.0.x";

/// Files of code that are looked through, and how long one may be.
const MAX_FILES: usize = 20_000;
/// Packages of one project that are looked at.
const MAX_PACKAGES: usize = 200;
const MAX_LEN: u64 = 1024 * 1024;

const CODE: [&str; 9] = [".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue"];

/// A file while it is edited.
struct Sheet {
    before: Vec<u8>,
    document: Document,
}

impl Sheet {
    fn new(document: &Document, before: &[u8]) -> Self {
        let (file, text) = (document.file(), document.text());
        Self { before: before.to_vec(), document: Document::of_file(file, text) }
    }

    /// Applies an edit, if there is one and it changes nothing else.
    fn apply(&mut self, edit: Option<Edit>) -> bool {
        let edited = edit.and_then(|edit| edit::apply_checked(&self.document, [&edit]).ok());
        let is_applied = edited.is_some();
        self.document = edited.unwrap_or_else(|| Document::of_file(self.document.file(), self.document.text()));
        is_applied
    }

    fn change(self) -> Change {
        let (file, new) = (self.document.file().to_owned(), self.document.text().as_bytes().to_vec());
        Change { file, old: Some(self.before), new: Some(new) }
    }
}

/// Whether the project is one of Photon's days, or of the previews behind it: its engines do not run on the platform of today.
fn is_old(project: &Project<'_>) -> bool {
    let is_photon = |generator: &Generator<'_>| generator.provider == prisma_names::PROVIDER.0;
    let age = PrismaVersion::of(project).and_then(|version| Age::of(&version.to_string()));
    project.schemas().iter().flat_map(Schema::generators).any(|generator| is_photon(&generator))
        || !project.schemas().is_empty() && age.is_some_and(|age| !age.is_at_least("2.0.0-beta.1"))
}

/// Moves the project, if it is one; whether it was.
pub(super) fn carry_over(project: &Project<'_>, rewrite: &mut Rewrite) -> bool {
    if !is_old(project) {
        return false;
    }
    for schema in project.schemas() {
        if schema.document().file().starts_with(project.root()) {
            move_schema(project, schema, rewrite);
        } else {
            let text = "lies outside this folder, and is left as it is: move it to `prisma-client-js`";
            rewrite.note(Outcome::Todo, schema.document().file(), "", text);
        }
    }
    packages(project, rewrite);
    code(project, rewrite);
    true
}

fn move_schema(project: &Project<'_>, schema: &Schema, rewrite: &mut Rewrite) {
    let file = schema.document().file();
    if !schema.document().problems().iter().all(|problem| problem.kind.is_repairable()) {
        let text = "cannot be read to its end, and is left as it is: `nowcheck check` says why";
        return rewrite.note(Outcome::Todo, file, "", text);
    }
    let mut sheet = Sheet::new(schema.document(), schema.document().text().as_bytes());
    for path in schema.generators().into_iter().map(|generator| generator.path) {
        move_generator(&mut sheet, &path, rewrite);
    }
    for datasource in schema.datasources().iter().filter(|datasource| datasource.document.file() == file) {
        let path = datasource.path.key("provider");
        let names = sheet.document.get(&path).filter(|node| node.is_array()).map(Node::strings).unwrap_or_default();
        match names[..] {
            [] => {}
            [one] => {
                let one = serde_json::Value::from(one);
                let edit = insert::set(&sheet.document, &path, &one);
                if sheet.apply(edit) {
                    rewrite.note(Outcome::Done, file, path, "is one name: Prisma takes no list here");
                }
            }
            _ => rewrite.note(Outcome::Todo, file, path, "names several databases, and Prisma takes one: keep one"),
        }
    }
    if sheet.document.text() != schema.document().text() {
        let text = "was written for Photon: try it with `npx prisma validate`, which says what else has changed";
        rewrite.note(Outcome::Todo, file, "", text);
    }
    let today = file.with_file_name("schema.prisma");
    if file.file_name() == Some("project.prisma") && !project.fs().is_file(&today) {
        rewrite.note(Outcome::Done, file, "", "is schema.prisma now: Prisma looks for no other name");
        let change = sheet.change();
        rewrite.changes.push(Change { file: today, old: None, new: change.new });
        rewrite.changes.push(Change { new: None, file: change.file, old: change.old });
    } else if sheet.document.text() != schema.document().text() {
        rewrite.changes.push(sheet.change());
    }
}

fn move_generator(sheet: &mut Sheet, generator: &Path, rewrite: &mut Rewrite) {
    let file = sheet.document.file().to_owned();
    let value = |sheet: &Sheet, key: &str| {
        sheet.document.get(&generator.key(key)).and_then(|node| node.as_str().map(str::to_owned))
    };
    let (old, today) = prisma_names::PROVIDER;
    if value(sheet, "provider").as_deref() == Some(old) {
        let path = generator.key("provider");
        let edit = insert::set(&sheet.document, &path, &today.into());
        if sheet.apply(edit) {
            rewrite.note(Outcome::Changed, &*file, path, format!("is \"{today}\", as Photon is called today"));
        }
    }
    for key in prisma_names::KEYS {
        let path = generator.key(key.old);
        if sheet.document.get(&path).is_none() {
            continue;
        }
        let (edit, text) = match key.today {
            Some(today) => (insert::rename_key(&sheet.document, &path, today), format!("is `{today}` today")),
            None if key.old == "pinnedPlatform" => {
                (insert::remove(&sheet.document, &path), format!("left out: {}", key.instead))
            }
            None => (None, key.instead.to_owned()),
        };
        let is_free = key.today.is_none_or(|today| sheet.document.get(&generator.key(today)).is_none());
        let outcome = if is_free && sheet.apply(edit) { Outcome::Done } else { Outcome::Todo };
        rewrite.note(outcome, &*file, path, text);
    }
    targets(sheet, &generator.key("binaryTargets"), rewrite);
    let path = generator.key("output");
    let is_default = value(sheet, "output")
        .is_some_and(|output| prisma_names::OLD_OUTPUTS.iter().any(|old| output.trim_end_matches('/').ends_with(old)));
    if is_default {
        let edit = insert::remove(&sheet.document, &path);
        let is_gone = sheet.apply(edit);
        let outcome = if is_gone { Outcome::Changed } else { Outcome::Todo };
        rewrite.note(outcome, &*file, path, "left out: the client is the package @prisma/client today");
    }
}

/// The list of targets in the names of today, for the system of today's functions.
fn targets(sheet: &mut Sheet, path: &Path, rewrite: &mut Rewrite) {
    let Some(list) = sheet.document.get(path) else { return };
    let file = sheet.document.file().to_owned();
    if list.as_str().is_none() && !(list.is_array() && list.items().all(|item| item.as_str().is_some())) {
        return rewrite.note(
            Outcome::Todo,
            file,
            path,
            format!("comes from the environment: it has to name {NEEDED} or {NATIVE}"),
        );
    }
    let old: Vec<String> = list.strings().into_iter().map(str::to_owned).collect();
    let mut new: Vec<&str> = vec![NATIVE];
    for name in &old {
        let today = prisma_names::target_today(name).unwrap_or(name);
        let of_functions = today.starts_with("rhel-");
        let today = if of_functions { NEEDED } else { today };
        if !new.contains(&today) {
            new.push(today);
        }
    }
    if old == new {
        return;
    }
    let text = format!("[{}]", new.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "));
    let span = list.span();
    if sheet.apply(Some(Edit { file: file.clone(), span, text: text.clone() })) {
        rewrite.note(
            Outcome::Changed,
            file,
            path,
            format!("is {text}: the names of today, and of Amazon Linux 2023, on which functions run"),
        );
    }
}

/// The package.json of the project, and those of folders in it.
fn packages(project: &Project<'_>, rewrite: &mut Rewrite) {
    let inside = project.files().iter().filter(|file| file.rsplit('/').next() == Some("package.json"));
    let mut files: Vec<Utf8PathBuf> = inside.take(MAX_PACKAGES).map(|file| project.root().join(file)).collect();
    files.extend(project.package().map(|package| package.document().file().to_owned()));
    files.sort_unstable();
    files.dedup();
    for file in files {
        if let Some(package) = PackageJson::read(project.fs(), &file) {
            move_package(package.document(), rewrite);
        }
    }
}

fn move_package(package: &Document, rewrite: &mut Rewrite) {
    let file = package.file();
    // Another step may have changed it already.
    let earlier = rewrite.changes.iter().position(|change| change.file == file).map(|at| rewrite.changes.remove(at));
    let (before, text) = match &earlier {
        Some(Change { old: Some(old), new: Some(new), .. }) => (old.clone(), String::from_utf8_lossy(new).into_owned()),
        _ => (package.text().as_bytes().to_vec(), package.text().to_owned()),
    };
    let mut sheet = Sheet::new(&Document::json(file, text), &before);
    dependencies(&mut sheet, rewrite);
    for (name, script) in scripts_of(&sheet.document) {
        let path = Path::keys(["scripts", &name]);
        match scripts::of_prisma2(&script) {
            scripts::Moved::Unchanged => {}
            scripts::Moved::Written(today) => {
                let edit = insert::set(&sheet.document, &path, &today.as_str().into());
                let outcome = if sheet.apply(edit) { Outcome::Done } else { Outcome::Todo };
                let text = format!("calls `prisma`, as the command is called today: `{today}`");
                rewrite.note(outcome, file, path, text);
            }
            scripts::Moved::ByHand(word) => {
                let text = format!("calls `prisma2 {word}`: look in `npx prisma help` for what takes its place today");
                rewrite.note(Outcome::Todo, file, path, text);
            }
        }
    }
    if sheet.document.text().as_bytes() != before {
        rewrite.changes.push(sheet.change());
    }
}

fn scripts_of(document: &Document) -> Vec<(String, String)> {
    let scripts = document.get(&Path::keys(["scripts"])).into_iter().flat_map(Node::members);
    scripts.filter_map(|(member, node)| Some((member.key.to_string(), node.as_str()?.to_owned()))).collect()
}

/// Packages by their names of today, in a version whose engines run there; the client is one of them.
fn dependencies(sheet: &mut Sheet, rewrite: &mut Rewrite) {
    let file = sheet.document.file().to_owned();
    let mut is_used = false;
    for group in ["dependencies", "devDependencies"] {
        for (old, today) in prisma_names::PACKAGES {
            let (path, new) = (Path::keys([group, old]), Path::keys([group, today]));
            if sheet.document.get(&path).is_none() {
                continue;
            }
            is_used = true;
            let is_free = sheet.document.get(&new).is_none();
            let edit = match is_free {
                true => insert::rename_key(&sheet.document, &path, today),
                false => insert::remove(&sheet.document, &path),
            };
            if !sheet.apply(edit) {
                continue;
            }
            let raised = raise(sheet, &new).map_or_else(String::new, |old| format!(", {}", raised(&old)));
            rewrite.note(Outcome::Changed, &*file, path, format!("is {today} today{raised}"));
        }
        for name in ["prisma", "@prisma/client"] {
            let path = Path::keys([group, name]);
            if let Some(old) = raise(sheet, &path) {
                is_used = true;
                rewrite.note(Outcome::Changed, &*file, path, format!("is {}", raised(&old)));
            }
        }
    }
    let clients = ["dependencies", "devDependencies"].map(|group| Path::keys([group, "@prisma/client"]));
    if is_used && clients.iter().all(|path| sheet.document.get(path).is_none()) {
        let [path, _] = clients;
        let edit = insert::set(&sheet.document, &path, &NEXT.into());
        if sheet.apply(edit) {
            let text = format!("{NEXT} added: the client is a package of its own today");
            rewrite.note(Outcome::Changed, &*file, path, text);
        }
    }
}

fn raised(old: &str) -> String {
    format!(
        "{NEXT}, the last line whose client has an engine and takes its connection from the schema: {old} has none for the Node.js \
         of today. Install it, so that the lock file follows"
    )
}

/// A version whose engines do not run there becomes one whose do; the one that it was.
fn raise(sheet: &mut Sheet, path: &Path) -> Option<String> {
    let old = sheet.document.get(path)?.as_str()?.to_owned();
    let runs = |age: Age| age.is_at_least(targets::find(NEEDED).map_or("", |target| target.since));
    if version::lowest(&old).and_then(|version| Age::of(&version.to_string())).is_some_and(runs) {
        return None;
    }
    let edit = insert::set(&sheet.document, path, &NEXT.into());
    sheet.apply(edit).then_some(old)
}

/// The lines of code that name what is gone.
fn code(project: &Project<'_>, rewrite: &mut Rewrite) {
    let (old, today) = prisma_names::CLASS;
    let is_code = |file: &&String| CODE.iter().any(|ending| file.ends_with(ending));
    let mut is_used = false;
    for file in project.files().iter().filter(is_code).take(MAX_FILES) {
        let path: Utf8PathBuf = project.root().join(file);
        let is_short = project.fs().metadata(&path).is_ok_and(|metadata| metadata.len <= MAX_LEN);
        let Some(text) = is_short.then(|| project.fs().read_to_string(&path).ok()).flatten() else { continue };
        if is_generated(&text) {
            continue;
        }
        for (line, number) in text.lines().zip(1..) {
            if let Some(package) = imported(line) {
                is_used = true;
                let text = format!("names \"{package}\": write \"@prisma/client\", and {today} for {old}");
                rewrite.note(Outcome::Todo, &*path, format!("line {number}"), text);
            } else if line.contains(&format!("new {old}(")) {
                is_used = true;
                rewrite.note(Outcome::Todo, &*path, format!("line {number}"), format!("write `new {today}(`"));
            }
        }
    }
    if is_used {
        let text = "calls of the client change too: models go by their own names, `photon.users.findMany()` is `prisma.user.findMany()`";
        rewrite.note(Outcome::Todo, project.root(), "", text);
    }
}

/// The old package that a line of code names in quotes.
fn imported(line: &str) -> Option<&'static str> {
    let olds = prisma_names::PACKAGES.iter().map(|(old, _)| *old).filter(|old| old.ends_with("/photon"));
    olds.into_iter().find(|old| {
        let at = line.find(old);
        at.is_some_and(|at| line.get(..at).is_some_and(|before| before.ends_with(['"', '\'', '`'])))
    })
}

/// Whether a file is a generated client.
fn is_generated(text: &str) -> bool {
    text.contains("query-engine") && text.contains("path.join(__dirname")
}
