//! Engine files with what their bytes tell.

use camino::{Utf8Path, Utf8PathBuf};

use crate::base::Fs;
use crate::engine::{self, EngineContent, EngineName};

/// An engine file.
#[derive(Debug, Clone)]
pub struct EngineFile {
    /// Where it lies, absolute.
    pub path: Utf8PathBuf,
    /// What its name says.
    pub name: EngineName,
    /// What its bytes say.
    pub content: EngineContent,
}

impl EngineFile {
    pub(super) fn read(fs: &dyn Fs, path: &Utf8Path) -> Option<Self> {
        let name = EngineName::parse(path.file_name()?).filter(|name| name.kind.serves_queries())?;
        let content = engine::inspect(fs, path).ok()?;
        Some(Self { path: path.to_owned(), name, content })
    }
}
