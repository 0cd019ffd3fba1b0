//! The releases of 2018 and 2019 that bundled with ncc: names are those of the function, bytes of code an estimate.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::function::Bundle;
use super::size::{BundleFile, FileSource, Sizes, zip};
use super::trace::ReasonKind;
use crate::detect::Function;
use crate::platform::now_node::{IncludeFiles, NowNodeLine};
use crate::project::Project;

/// Where a release puts what it packs.
#[derive(Clone, Copy)]
pub(super) struct Places {
    /// All of the user's lies below `user/`.
    pub user_folder: bool,
    /// Files that are copied keep their permission bits.
    pub keeps_mode: bool,
}

impl Places {
    fn name(self, folder: &str, name: &str) -> String {
        let user = if self.user_folder { "user/" } else { "" };
        let slash = if folder.is_empty() { "" } else { "/" };
        format!("{user}{folder}{slash}{name}")
    }
}

/// Tells the name that each file gets, and adds the source map and its support, which lie beside the entry.
///
/// Code and JSON become one file under the entry's name; a file that the code names by its path lies beside it, without its folders; what
/// `includeFiles` names keeps the path that it has from the entry's folder.
pub(super) fn pack(
    project: &Project<'_>,
    function: &Function,
    line: &NowNodeLine,
    bundle: &mut Bundle,
    places: Places,
) {
    let (folder, entry) = function.entrypoint.rsplit_once('/').unwrap_or(("", &function.entrypoint));
    let bundled = places.name(folder, entry);
    let mut code = 0;
    for file in &mut bundle.files {
        let is_asset = |kind: &ReasonKind| matches!(kind, ReasonKind::Asset | ReasonKind::SharedLib);
        let name = match bundle.trace.files.get(&file.name) {
            Some(reason) if reason.kinds.iter().all(is_asset) => {
                places.name(folder, file.name.rsplit('/').next().unwrap_or_default())
            }
            Some(_) => {
                code += file.length(project.fs());
                bundle.estimated.insert(file.name.clone());
                bundled.clone()
            }
            None => included(&file.name, folder, line, places),
        };
        if name != bundled && !places.keeps_mode {
            file.mode = 0o644;
        }
        bundle.names.insert(file.name.clone(), name);
    }
    if line.additions.entry_map {
        let script = entry.strip_suffix(".ts").map_or_else(|| entry.to_owned(), |stem| format!("{stem}.js"));
        let name = places.name(folder, &format!("{script}.map"));
        let source = FileSource::Sized { bytes: code * 3 / 10, zip_bytes: code / 15 };
        bundle.estimated.insert(name.clone());
        bundle.files.push(BundleFile { name, source, mode: 0o644, metadata: None });
    }
    if let (true, Some(sizes)) = (line.additions.sourcemap_register, line.additions.sizes) {
        let register = sizes.sourcemap_support;
        let source = FileSource::Sized { bytes: register.bytes, zip_bytes: register.zip_bytes };
        bundle.files.push(BundleFile {
            name: places.name(folder, "sourcemap-register.js"),
            source,
            mode: 0o666,
            metadata: None,
        });
    }
}

fn included(name: &str, folder: &str, line: &NowNodeLine, places: Places) -> String {
    let below = name.strip_prefix(folder).unwrap_or(name).trim_start_matches('/');
    let last = folder.rsplit('/').next().unwrap_or_default();
    let repeats = matches!(line.include_files, IncludeFiles::EntryFolder { repeats_folder: true, .. });
    if repeats && !below.contains('/') && !last.is_empty() {
        places.name(folder, &format!("{last}/{below}"))
    } else {
        places.name(folder, below)
    }
}

/// Takes the headers of files that are packed into another one out of the archive; the bytes stay with the files they come from.
pub(super) fn merge(files: &[BundleFile], names: &BTreeMap<String, String>, sizes: &mut Sizes) {
    let mut known = FxHashSet::default();
    let (mut entries, mut sum) = (0, 0);
    for (file, size) in files.iter().zip(&mut sizes.files) {
        // What could not be read has no part in the archive.
        let Some(bytes) = size.zip_bytes.as_mut().filter(|bytes| **bytes > 0) else { continue };
        let name = names.get(&file.name).unwrap_or(&file.name);
        let is_first = known.insert(name);
        let header = if is_first { zip::file_overhead(name) } else { 0 };
        *bytes = bytes.saturating_sub(zip::file_overhead(&file.name)) + header;
        entries += usize::from(is_first);
        sum += *bytes;
    }
    sizes.zip_bytes = sizes.zip_bytes.map(|_| zip::archive(entries, sum));
}
